/* search.c - GET /api/v2/search and /search/count.
 *
 * Every record is held against the query: no index to keep in step, and practice accounts are small. The real index is late; the
 * fault lag:MS hides what is younger than that.
 */
#include "sandbox/search.h"

#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/search_match.h"

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

static bool wants(const struct search_query *query, const char *type)
{
    return !query->type.len || str_eq_nocase(query->type, str_from(type));
}

/* False: the call has been answered. */
static bool run(struct api_call *call, struct listing *list, bool *is_descending)
{
    struct str text = api_param(call, STR("query"));
    if (!str_trim(text).len) {
        fail_with(call, 422, "invalid", "Invalid search: query parameter is required");
        return false;
    }
    struct search_query query;
    search_query_parse(text, &query);
    struct str order = query.order_by.len ? query.order_by : api_param(call, STR("sort_by"));
    struct str direction = query.sort.len ? query.sort : api_param(call, STR("sort_order"));
    *is_descending = !str_eq_nocase(direction, STR("asc"));
    if (wants(&query, "ticket")) search_tickets(call, &query, order, list);
    if (wants(&query, "user")) search_users(call, &query, list);
    return true;
}

static void render_result(struct api_call *call, struct jw *w, int64_t id)
{
    struct ticket ticket;
    struct user user;
    struct arena row;
    arena_init(&row);
    jw_object(w);
    if (ticket_load(call->sandbox->desk, &row, id, &ticket)) {
        ticket_render_members(call, w, &ticket);
        jw_kv_str(w, "result_type", STR("ticket"));
    } else if (user_load(call->sandbox->desk, &row, id, &user)) {
        user_render_members(call, w, &user);
        jw_kv_str(w, "result_type", STR("user"));
    }
    jw_end_object(w);
    arena_clear(&row);
}

void search_results(struct api_call *call)
{
    struct listing list = { 0 };
    bool is_descending;
    if (!run(call, &list, &is_descending)) return;
    listing_reply(call, &list, is_descending,
                  &(struct listing_shape){ .name = "results", .resource = "search", .render = render_result, .is_search = true });
}

void search_count(struct api_call *call)
{
    struct listing list = { 0 };
    bool is_descending;
    if (!run(call, &list, &is_descending)) return;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_kv_int(w, "count", (int64_t)list.count);
    jw_end_object(w);
    listing_clear(&list);
}
