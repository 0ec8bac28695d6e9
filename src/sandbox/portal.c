/* portal.c - /api/v2/requests: tickets as their requester sees them.
 *
 * Who asks is an end user here, whatever the role: only own tickets that are public are there, with public comments. A change
 * that neither says nor solves anything is a 406 (recorded).
 */
#include "sandbox/fail.h"
#include "sandbox/attr.h"
#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/safe_update.h"
#include "sandbox/search_text.h"
#include "sandbox/ticket_fields.h"
#include "sandbox/ticket_input.h"
#include "sandbox/warn.h"

#define REQUEST_KEYS                                                                                                             \
    "subject comment priority type custom_fields fields requester recipient ticket_form_id due_at collaborators email_ccs "      \
    "email_cc_ids group_id via_followup_source_id solved status description organization_id custom_status_id "                   \
    "additional_collaborators"

static bool is_own(const struct api_call *call, const struct ticket *ticket)
{
    return ticket->is_public && ticket->requester_id == call->actor->id;
}

static bool load(struct api_call *call, struct ticket *ticket)
{
    if (ticket_load(call->sandbox->desk, call->arena, call->id, ticket) && is_own(call, ticket)) return true;
    fail_not_found(call);
    return false;
}

static const struct json *request_object(struct api_call *call, const char *action)
{
    const struct json *object = json_get(call->body, "request");
    if (json_type(object) != JSON_OBJECT) {
        fail_attribute(call, "request", "an object");
        return NULL;
    }
    warn_unknown_keys(call, "requests", action, "request", object, STR(REQUEST_KEYS));
    return object;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void render(struct api_call *call, struct jw *w, int64_t id)
{
    struct ticket ticket;
    struct arena row;
    arena_init(&row);
    if (ticket_load(call->sandbox->desk, &row, id, &ticket)) {
        jw_object(w);
        jw_kv_str(w, "url", api_url(call, "requests", id));
        jw_kv_int(w, "id", id);
        jw_kv_str(w, "status", ticket.status);
        jw_kv_str_or_null(w, "priority", ticket.priority);
        jw_kv_str_or_null(w, "type", ticket.type);
        jw_kv_str_or_null(w, "subject", ticket.subject);
        jw_kv_str(w, "description", ticket.description);
        attr_id(w, "organization_id", ticket.organization_id);
        attr_via(w, ticket.channel);
        jw_key(w, "custom_fields");
        ticket_fields_render(call, w, ticket.custom_fields);
        jw_kv_int(w, "requester_id", ticket.requester_id);
        attr_empty_array(w, "collaborator_ids");
        attr_empty_array(w, "email_cc_ids");
        jw_kv_bool(w, "is_public", ticket.is_public);
        attr_time(w, "due_at", ticket.due_at);
        jw_kv_bool(w, "can_be_solved_by_me", ticket.assignee_id != 0);
        attr_time(w, "created_at", ticket.created_at);
        attr_time(w, "updated_at", ticket.updated_at);
        jw_kv_str_or_null(w, "recipient", ticket.recipient);
        attr_id(w, "followup_source_id", ticket.followup_of);
        attr_id(w, "assignee_id", ticket.assignee_id);
        jw_kv_int(w, "ticket_form_id", ticket_form_id(&ticket));
        jw_kv_int(w, "custom_status_id", ticket_custom_status_id(&ticket));
        jw_key(w, "fields");
        ticket_fields_render(call, w, ticket.custom_fields);
        jw_end_object(w);
    }
    arena_clear(&row);
}

static void reply_request(struct api_call *call, int status, int64_t id)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "request");
    render(call, w, id);
    jw_end_object(w);
}

void portal_show(struct api_call *call)
{
    struct ticket ticket;
    if (load(call, &ticket)) reply_request(call, 200, ticket.id);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

/* What an end user may not set is taken back: whose ticket it is, who deals with it, and that the comment is public. */
static void as_end_user(const struct api_call *call, struct ticket_change *change)
{
    change->requester = *call->actor;
    change->after.requester_id = change->after.submitter_id = call->actor->id;
    change->after.assignee_id = change->before.assignee_id;
    change->after.tags = change->before.id ? change->before.tags : change->after.tags;
    change->comment.author_id = call->actor->id;
    change->comment.is_public = true;
}

void portal_create(struct api_call *call)
{
    const struct json *object = request_object(call, "create");
    if (!object) return;
    struct ticket_change change = ticket_change_begin(call, NULL, STR("api"));
    change.is_by_requester = true;
    if (!ticket_input_apply(call, object, &change)) return;
    as_end_user(call, &change);
    change.after.status = STR("new");
    ticket_change_commit(call, &change);
    api_header(call, "Location", api_url(call, "requests", change.after.id));
    reply_request(call, 201, change.after.id);
}

void portal_update(struct api_call *call)
{
    struct ticket ticket;
    if (!load(call, &ticket) || !safe_update_allows(call, &ticket, NULL)) return;
    const struct json *object = request_object(call, "update");
    if (!object) return;
    bool is_solving = json_get_bool(object, "solved", false) && ticket.assignee_id;
    struct ticket_change change = ticket_change_begin(call, &ticket, STR("api"));
    change.is_by_requester = true;
    if (!ticket_input_apply(call, object, &change)) return;
    if (!change.has_comment && !is_solving) {
        fail_with(call, 406, "CommentRequired", "A comment is required to update your request.");
        return;
    }
    as_end_user(call, &change);
    change.after.status = is_solving ? STR("solved") : ticket.status;
    change.has_status = is_solving;
    ticket_change_commit(call, &change);
    reply_request(call, 200, ticket.id);
}

/* ---- lists -------------------------------------------------------------------------------------------------------------- */

typedef bool request_filter_fn(const struct ticket *, struct str wanted);

static void reply_list(struct api_call *call, request_filter_fn *passes, struct str wanted, const char *resource)
{
    static const char *const orders[] = { "updated_at", "created_at", NULL };
    bool is_descending;
    int order = listing_order(call, orders, &is_descending);
    if (order < 0) return;
    struct listing list = { 0 };
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (ticket_next(call->sandbox->desk, &row, ticket.id, false, &ticket)) {
        if (is_own(call, &ticket) && passes(&ticket, wanted))
            listing_add(&list, ticket.id, order ? ticket.created_at : ticket.updated_at);
        arena_clear(&row);
    }
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "requests", .resource = resource, .render = render });
}

static bool has_status(const struct ticket *ticket, struct str statuses)
{
    struct str status;
    if (!statuses.len) return true;
    while (str_split(&statuses, ',', &status))
        if (str_eq_nocase(ticket->status, status)) return true;
    return false;
}

static bool has_words(const struct ticket *ticket, struct str words)
{
    return !words.len || search_has_words(ticket->subject, words) || search_has_words(ticket->description, words);
}

void portal_list(struct api_call *call)
{
    reply_list(call, has_status, api_param(call, STR("status")), "requests");
}

void portal_open(struct api_call *call)
{
    reply_list(call, has_status, STR("new,open,pending,hold"), "requests/open");
}

void portal_solved(struct api_call *call)
{
    reply_list(call, has_status, STR("solved,closed"), "requests/solved");
}

void portal_search(struct api_call *call)
{
    reply_list(call, has_words, search_unquote(str_trim(api_param(call, STR("query")))), "requests/search");
}

void portal_comments(struct api_call *call)
{
    struct ticket ticket;
    bool is_descending;
    static const char *const orders[] = { "created_at", NULL };
    if (!load(call, &ticket) || listing_order(call, orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    struct comment comment;
    struct desk *desk = call->sandbox->desk;
    for (int64_t id = comment_next_id(desk, ticket.id, 0); id; id = comment_next_id(desk, ticket.id, id))
        if (comment_load(desk, call->arena, id, &comment) && comment.is_public) listing_add(&list, id, 0);
    struct str resource = arena_fmt(call->arena, "requests/%lld/comments", (long long)ticket.id);
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "comments", .resource = resource.ptr, .render = comment_render_by_id });
}
