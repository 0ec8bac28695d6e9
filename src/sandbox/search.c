/* search.c - GET /api/v2/search, /search/count and /search/export.
 *
 * Every record is held against the query: no index to keep in step, and practice accounts are small. The real index is late; the
 * fault lag:MS hides what is younger than that.
 */
#include "sandbox/search.h"

#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/record.h"
#include "sandbox/search_match.h"
#include "sandbox/side_load.h"

static int type_rank(struct str type)
{
    return type.len ? type.ptr[0] : 0;
}

/* order_by in a query says "created", sort_by says "created_at". */
static int64_t key_of(const struct ticket *ticket, struct str order)
{
    if (str_starts(order, STR("updated"))) return ticket->updated_at;
    if (str_eq(order, STR("priority"))) return ticket_priority_rank(ticket->priority);
    if (str_eq(order, STR("status"))) return ticket_status_rank(ticket->status);
    if (str_eq(order, STR("ticket_type"))) return type_rank(ticket->type);
    return ticket->created_at;
}

void search_tickets(struct api_call *call, const struct search_query *query, struct str order, struct listing *list)
{
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (ticket_next(call->sandbox->desk, &row, ticket.id, false, &ticket)) {
        bool is_indexed = ticket.created_at <= call->now_at - call->plan.lag_ms;
        if (is_indexed && search_matches_ticket(call, &row, query, &ticket)) listing_add(list, ticket.id, key_of(&ticket, order));
        arena_clear(&row);
    }
}

static void search_users(struct api_call *call, const struct search_query *query, struct listing *list)
{
    struct user user;
    struct arena row;
    arena_init(&row);
    for (int64_t id = user_next_id(call->sandbox->desk, 0); id; id = user_next_id(call->sandbox->desk, id)) {
        bool is_indexed = user_load(call->sandbox->desk, &row, id, &user) && user.created_at <= call->now_at - call->plan.lag_ms;
        if (is_indexed && search_matches_user(call, query, &user)) listing_add(list, id, user.created_at);
        arena_clear(&row);
    }
}

/* Organizations and groups are found by their name. */
static void search_records(struct api_call *call, const struct search_query *query, const struct record_kind *kind,
                           struct listing *list)
{
    struct record record;
    struct arena row;
    struct desk *desk = call->sandbox->desk;
    arena_init(&row);
    for (int64_t id = record_next_id(desk, kind, 0, 0); id; id = record_next_id(desk, kind, 0, id)) {
        bool is_indexed = record_load(desk, &row, kind, id, &record) && record.created_at <= call->now_at - call->plan.lag_ms;
        if (is_indexed && search_matches_record(call, query, &record)) listing_add(list, id, record.created_at);
        arena_clear(&row);
    }
}

static bool wants(const struct search_query *query, const char *type)
{
    return !query->type.len || str_eq_nocase(query->type, str_from(type));
}

/* False: the call has been answered. */
static bool run(struct api_call *call, struct str type, struct listing *list, bool *is_descending)
{
    struct str text = api_param(call, STR("query"));
    if (!str_trim(text).len) {
        fail_with(call, 422, "invalid", "Invalid search: query parameter is required");
        return false;
    }
    struct search_query query;
    search_query_parse(text, &query);
    if (type.len) query.type = type;
    struct str order = query.order_by.len ? query.order_by : api_param(call, STR("sort_by"));
    struct str direction = query.sort.len ? query.sort : api_param(call, STR("sort_order"));
    *is_descending = !str_eq_nocase(direction, STR("asc"));
    if (wants(&query, "ticket")) search_tickets(call, &query, order, list);
    if (wants(&query, "user")) search_users(call, &query, list);
    if (wants(&query, "organization")) search_records(call, &query, &kind_organization, list);
    if (wants(&query, "group")) search_records(call, &query, &kind_group, list);
    return true;
}

static void render_result(struct api_call *call, struct jw *w, int64_t id)
{
    struct ticket ticket;
    struct user user;
    struct record record;
    struct arena row;
    arena_init(&row);
    jw_object(w);
    if (ticket_load(call->sandbox->desk, &row, id, &ticket)) {
        ticket_render_members(call, w, &ticket);
        jw_kv_str(w, "result_type", STR("ticket"));
    } else if (user_load(call->sandbox->desk, &row, id, &user)) {
        user_render_members(call, w, &user);
        jw_kv_str(w, "result_type", STR("user"));
    } else if (record_load(call->sandbox->desk, &row, &kind_organization, id, &record)) {
        record_render_members(call, w, &kind_organization, &record);
        jw_kv_str(w, "result_type", STR("organization"));
    } else if (record_load(call->sandbox->desk, &row, &kind_group, id, &record)) {
        record_render_members(call, w, &kind_group, &record);
        jw_kv_str(w, "result_type", STR("group"));
    }
    jw_end_object(w);
    arena_clear(&row);
}

void search_results(struct api_call *call)
{
    struct listing list = { 0 };
    bool is_descending;
    if (!run(call, STR_NONE, &list, &is_descending)) return;
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "results",
                                           .resource = "search",
                                           .render = render_result,
                                           .is_search = true,
                                           .beside = side_load_of_tickets });
}

void search_count(struct api_call *call)
{
    struct listing list = { 0 };
    bool is_descending;
    if (!run(call, STR_NONE, &list, &is_descending)) return;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_kv_int(w, "count", (int64_t)list.count);
    jw_end_object(w);
    listing_clear(&list);
}

/* By cursor alone, one type at a time, which stands in filter[type] and not in the query. A cursor is good for an hour; ours name
 * a place and do not age. */
void search_export(struct api_call *call)
{
    static const char *const types[] = { "ticket", "user", "organization", "group" };
    struct listing list = { 0 };
    struct search_query query;
    bool is_descending, is_known = false;
    struct str type = api_param(call, STR("filter[type]"));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) is_known |= str_eq(type, str_from(types[i]));
    search_query_parse(api_param(call, STR("query")), &query);
    if (!is_known) {
        fail_with(call, 400, "InvalidValue", "filter[type] must be one of ticket, organization, user or group");
        return;
    }
    if (query.type.len) {
        fail_with(call, 422, "invalid", "Invalid search: type: is not allowed in the query, use filter[type]");
        return;
    }
    if (!run(call, type, &list, &is_descending)) return;
    listing_reply(
        call, &list, is_descending,
        &(struct listing_shape){ .name = "results", .resource = "search/export", .render = render_result, .is_export = true });
}
