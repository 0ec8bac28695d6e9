/* tickets.c - /api/v2/tickets: create, show, list, update, delete, and what is listed below one ticket. */
#include "sandbox/audit.h"
#include "sandbox/comment.h"
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/job.h"
#include "sandbox/listing.h"
#include "sandbox/record.h"
#include "sandbox/safe_update.h"
#include "sandbox/side_load.h"
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

/* With async=true the caller gets a job, and the id of what may not be readable yet. */
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
    if (!call->is_bulk && str_eq(api_param(call, STR("async")), STR("true"))) job_defer(call, "ticket");
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

void tickets_show(struct api_call *call)
{
    struct ticket ticket;
    if (!load(call, &ticket)) return;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "ticket");
    ticket_render(call, w, &ticket);
    side_load_of_tickets(call, w, &(struct listing_item){ .id = ticket.id }, 1);
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
                  &(struct listing_shape){
                      .name = "tickets", .resource = "tickets", .render = ticket_render_by_id, .beside = side_load_of_tickets });
}

/* Those of the ids that are there; the order is the account's, not the caller's. */
void tickets_show_many(struct api_call *call)
{
    struct listing list = { 0 };
    struct ticket ticket;
    if (!listing_of_ids(call, &list)) return;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++)
        if (ticket_load(call->sandbox->desk, call->arena, list.items[i].id, &ticket))
            list.items[kept++] = (struct listing_item){ ticket.id, 0 };
    list.count = kept;
    listing_reply(
        call, &list, false,
        &(struct listing_shape){
            .name = "tickets", .resource = "tickets/show_many", .render = ticket_render_by_id, .beside = side_load_of_tickets });
}

typedef int64_t person_of_fn(const struct ticket *);

static int64_t requester_of(const struct ticket *ticket)
{
    return ticket->requester_id;
}

static int64_t assignee_of(const struct ticket *ticket)
{
    return ticket->assignee_id;
}

static int64_t organization_of(const struct ticket *ticket)
{
    return ticket->organization_id;
}

/* The tickets that have call->id in one of their members. */
static void reply_tickets_of(struct api_call *call, person_of_fn *person_of, struct str resource)
{
    bool is_descending;
    int order = listing_order(call, ticket_orders, &is_descending);
    if (order < 0) return;
    struct listing list = { 0 };
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (next_ticket(call, &row, STR_NONE, ticket.id, &ticket))
        if (person_of(&ticket) == call->id) listing_add(&list, ticket.id, order_key(&ticket, order));
    arena_clear(&row);
    listing_reply(
        call, &list, is_descending,
        &(struct listing_shape){
            .name = "tickets", .resource = resource.ptr, .render = ticket_render_by_id, .beside = side_load_of_tickets });
}

void tickets_requested(struct api_call *call)
{
    reply_tickets_of(call, requester_of, arena_fmt(call->arena, "users/%lld/tickets/requested", (long long)call->id));
}

void tickets_assigned(struct api_call *call)
{
    reply_tickets_of(call, assignee_of, arena_fmt(call->arena, "users/%lld/tickets/assigned", (long long)call->id));
}

void tickets_of_organization(struct api_call *call)
{
    reply_tickets_of(call, organization_of, arena_fmt(call->arena, "organizations/%lld/tickets", (long long)call->id));
}

void tickets_count(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT count(*) FROM ticket WHERE deleted_at = 0");
    int64_t count = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    api_count(call, count);
}

static const char *const child_orders[] = { "created_at", NULL };

static void reply_children(struct api_call *call, const char *name,
                           int64_t (*next)(struct desk *, int64_t ticket_id, int64_t after),
                           void (*render)(struct api_call *, struct jw *, int64_t),
                           void (*beside)(struct api_call *, struct jw *, const struct listing_item *, size_t))
{
    struct ticket ticket;
    bool is_descending;
    if (!load(call, &ticket) || listing_order(call, child_orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    for (int64_t id = next(call->sandbox->desk, ticket.id, 0); id; id = next(call->sandbox->desk, ticket.id, id))
        listing_add(&list, id, 0);
    struct str resource = arena_fmt(call->arena, "tickets/%lld/%s", (long long)ticket.id, name);
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = name, .resource = resource.ptr, .render = render, .beside = beside });
}

void tickets_comments(struct api_call *call)
{
    reply_children(call, "comments", comment_next_id, comment_render_by_id, side_load_of_comments);
}

void tickets_audits(struct api_call *call)
{
    reply_children(call, "audits", audit_next_id, audit_render_by_id, side_load_of_audits);
}

void tickets_audit(struct api_call *call)
{
    struct audit audit;
    if (!audit_load(call->sandbox->desk, call->arena, call->sub_id, &audit) || audit.ticket_id != call->id) {
        fail_not_found(call);
        return;
    }
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "audit");
    audit_render(call, w, &audit);
    jw_end_object(w);
}

void tickets_comment_count(struct api_call *call)
{
    struct ticket ticket;
    if (load(call, &ticket)) api_count(call, comment_count(call->sandbox->desk, ticket.id));
}

void tickets_make_private(struct api_call *call)
{
    struct comment comment;
    struct desk *desk = call->sandbox->desk;
    if (!comment_load(desk, call->arena, call->sub_id, &comment) || comment.ticket_id != call->id) {
        fail_not_found(call);
        return;
    }
    struct desk_query *q = desk_query(desk, "UPDATE comment SET public = 0 WHERE id = ?1");
    desk_bind_int(q, 1, comment.id);
    desk_run(q);
    api_json(call, 200);
    buf_lit(&call->out, "{}");
}

/* The requester rates a solved ticket. */
void tickets_rate(struct api_call *call)
{
    struct ticket ticket;
    struct record rating = { .id = 0 };
    const struct json *given = json_get(call->body, "satisfaction_rating");
    if (!load(call, &ticket)) return;
    struct str score = json_get_str(given, "score");
    bool is_score = str_eq(score, STR("good")) || str_eq(score, STR("bad"));
    if (ticket.requester_id != call->actor->id) {
        fail_forbidden(call);
        return;
    }
    if (!is_score || ticket_status_rank(ticket.status) < ticket_status_rank(STR("solved"))) {
        fail_with(call, 422, "RecordInvalid", "Record validation errors");
        return;
    }
    rating.id = record_next_id(call->sandbox->desk, &kind_satisfaction_rating, ticket.id, 0);
    rating.created_at = call->now_at;
    rating.body = arena_fmt(call->arena, "{\"ticket_id\":%lld,\"requester_id\":%lld,\"assignee_id\":%lld,\"group_id\":%lld}",
                            (long long)ticket.id, (long long)ticket.requester_id, (long long)ticket.assignee_id,
                            (long long)ticket.group_id);
    if (record_save(call, &kind_satisfaction_rating, &rating, given)) record_reply(call, 200, &kind_satisfaction_rating, &rating);
}
