/* tickets.c - /api/v2/tickets: create, show, list, update, delete, and what is listed below one ticket. */
#include "sandbox/audit.h"
#include "sandbox/comment.h"
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/safe_update.h"
#include "sandbox/ticket_input.h"
#include "sandbox/warn.h"

/* What may be given, by TicketUpdateInput and TicketCreateInput of Zendesk's OpenAPI document. */
#define UPDATE_KEYS                                                                                                              \
    "additional_collaborators assignee_email assignee_id attribute_value_ids collaborator_ids comment custom_fields "            \
    "custom_status_id due_at email_ccs external_id followers group_id organization_id priority problem_id requester_id "         \
    "safe_update sharing_agreement_ids status subject tags type updated_stamp brand_id ticket_form_id metadata "                 \
    "additional_tags remove_tags requester recipient fields is_public via via_id voice_comment macro_id collaborators "          \
    "satisfaction_rating followup_source_id"
#define CREATE_KEYS                                                                                                              \
    UPDATE_KEYS " email_cc_ids follower_ids macro_ids raw_subject submitter_id via_followup_source_id description created_at"

static bool load(struct api_call *call, struct ticket *ticket)
{
    if (ticket_load(call->sandbox->desk, call->arena, call->id, ticket)) return true;
    fail_not_found(call);
    return false;
}

static const struct json *ticket_object(struct api_call *call)
{
    const struct json *object = json_get(call->body, "ticket");
    if (json_type(object) == JSON_OBJECT) return object;
    fail_attribute(call, "ticket", "an object");
    return NULL;
}

static void reply_changed(struct api_call *call, int status, const struct ticket_change *change)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "ticket");
    ticket_render(call, w, &change->after);
    jw_key(w, "audit");
    audit_render(call, w, &change->audit);
    jw_end_object(w);
}

void tickets_create(struct api_call *call)
{
    const struct json *object = ticket_object(call);
    if (!object) return;
    warn_unknown_keys(call, "tickets", "create", "ticket", object, STR(CREATE_KEYS));
    struct ticket_change change = ticket_change_begin(call, NULL, STR("api"));
    if (!ticket_input_apply(call, object, &change)) return;
    ticket_change_commit(call, &change);
    api_header(call, "Location", api_url(call, "tickets", change.after.id));
    reply_changed(call, 201, &change);
}

void tickets_update(struct api_call *call)
{
    struct ticket ticket;
    if (!load(call, &ticket)) return;
    const struct json *object = ticket_object(call);
    if (!object || !safe_update_allows(call, &ticket, object)) return;
    warn_unknown_keys(call, "tickets", "update", "ticket", object, STR(UPDATE_KEYS));
    struct ticket_change change = ticket_change_begin(call, &ticket, STR("api"));
    if (!ticket_input_apply(call, object, &change)) return;
    ticket_change_commit(call, &change);
    reply_changed(call, 200, &change);
}

static bool includes(const struct api_call *call, const char *what)
{
    struct str rest = api_param(call, STR("include")), name;
    while (str_split(&rest, ',', &name))
        if (str_eq(name, str_from(what))) return true;
    return false;
}

/* "Side-loading": the people whom the ticket names, each once. */
static void side_load_users(struct api_call *call, struct jw *w, const struct ticket *ticket)
{
    const int64_t ids[] = { ticket->requester_id, ticket->submitter_id, ticket->assignee_id };
    jw_key(w, "users");
    jw_array(w);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        bool is_known = false;
        for (size_t before = 0; before < i; before++) is_known |= ids[before] == ids[i];
        if (!is_known) user_render_by_id(call, w, ids[i]);
    }
    jw_end_array(w);
}

void tickets_show(struct api_call *call)
{
    struct ticket ticket;
    if (!load(call, &ticket)) return;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "ticket");
    ticket_render(call, w, &ticket);
    if (includes(call, "users")) side_load_users(call, w, &ticket);
    jw_end_object(w);
}

void tickets_delete(struct api_call *call)
{
    struct ticket ticket;
    if (!load(call, &ticket)) return;
    ticket.deleted_at = ticket.updated_at = call->now_at;
    ticket_update(call->sandbox->desk, &ticket);
    api_empty(call, 204);
}

/* ---- lists -------------------------------------------------------------------------------------------------------------- */

static const char *const ticket_orders[] = { "id", "updated_at", "status", "created_at", NULL };

static int64_t order_key(const struct ticket *ticket, int order)
{
    if (order == 1) return ticket->updated_at;
    if (order == 2) return ticket_status_rank(ticket->status);
    return order == 3 ? ticket->created_at : ticket->id;
}

static bool next_ticket(struct api_call *call, struct arena *row, struct str external_id, int64_t after, struct ticket *ticket)
{
    struct desk *desk = call->sandbox->desk;
    arena_clear(row);
    if (external_id.len) return ticket_next_of_external_id(desk, row, external_id, after, ticket);
    return ticket_next(desk, row, after, false, ticket);
}

/* external_id filters; it is not unique, so several may answer. */
void tickets_list(struct api_call *call)
{
    bool is_descending;
    int order = listing_order(call, ticket_orders, &is_descending);
    if (order < 0) return;
    struct str external_id = api_param(call, STR("external_id"));
    struct listing list = { 0 };
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (next_ticket(call, &row, external_id, ticket.id, &ticket))
        if (ticket.created_at <= call->now_at - call->plan.lag_ms) listing_add(&list, ticket.id, order_key(&ticket, order));
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "tickets", .resource = "tickets", .render = ticket_render_by_id });
}

static const char *const child_orders[] = { "created_at", NULL };

static void reply_children(struct api_call *call, const char *name,
                           int64_t (*next)(struct desk *, int64_t ticket_id, int64_t after),
                           void (*render)(struct api_call *, struct jw *, int64_t))
{
    struct ticket ticket;
    bool is_descending;
    if (!load(call, &ticket) || listing_order(call, child_orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    for (int64_t id = next(call->sandbox->desk, ticket.id, 0); id; id = next(call->sandbox->desk, ticket.id, id))
        listing_add(&list, id, 0);
    struct str resource = arena_fmt(call->arena, "tickets/%lld/%s", (long long)ticket.id, name);
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = name, .resource = resource.ptr, .render = render });
}

void tickets_comments(struct api_call *call)
{
    reply_children(call, "comments", comment_next_id, comment_render_by_id);
}

void tickets_audits(struct api_call *call)
{
    reply_children(call, "audits", audit_next_id, audit_render_by_id);
}
