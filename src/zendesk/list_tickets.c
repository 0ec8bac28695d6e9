/* list_tickets.c - one customer's tickets: GET /api/v2/users/ID/tickets/requested, which is never behind, page by page.
 *
 * The address is turned into an id first. Status and days are compared here, as that list has no filters. An account, or
 * something in front of it, that does not offer the list (404) is asked by search, which can be minutes behind; the id is
 * all that its query holds. Rejected: search alone, as a customer asks for the ticket of a minute ago.
 */
#include "base/limits.h"
#include "zendesk/people.h"
#include "zendesk/query.h"
#include "zendesk/tickets.h"

enum { STEP_CUSTOMER = 1, STEP_LIST = 2, STEP_SEARCH = 3 };

static enum zendesk_next call_list(struct zendesk_run *run, struct str cursor)
{
    struct buf path;
    buf_init(&path, QUERY_BYTES_MAX);
    buf_fmt(&path, "/api/v2/users/%lld/tickets/requested?sort=-updated_at&page%%5Bsize%%5D=%d", (long long)run->user_id,
            LIMIT_PAGE_ROWS);
    if (cursor.len > 0) {
        buf_lit(&path, "&page%5Bafter%5D=");
        buf_url(&path, cursor);
    }
    struct str target = arena_str(run->arena, buf_view(&path));
    bool is_whole = buf_ok(&path);
    buf_clear(&path);
    return is_whole ? run_call(run, STEP_LIST, target) : run_unreadable(run);
}

/* From the beginning: what pages of the other list gave is put away. */
static enum zendesk_next call_search(struct zendesk_run *run)
{
    struct buf query;
    run->carry = STR_NONE;
    run->page_count = run->found_count = 0;
    buf_init(&query, QUERY_BYTES_MAX);
    buf_fmt(&query, "type:ticket requester:%lld", (long long)run->user_id);
    return run_call(run, STEP_SEARCH, query_path(TICKETS_SEARCH_PATH, &query, run->arena));
}

static enum zendesk_next begin(struct zendesk_run *run)
{
    struct problem problem;
    if (!tickets_days_fit(run, &problem)) return run_fail(run, &problem);
    run->user_id = json_get_int(run->arguments, "user_id", 0);
    bool is_held = run->setting->only_requester.len > 0;
    if (run->user_id > 0 && !is_held) return call_list(run, STR_NONE);
    return people_search(run, STEP_CUSTOMER, is_held ? run->setting->only_requester : json_get_str(run->arguments, "email"));
}

/* A visitor who asks for somebody else's tickets is told what they would be told about a stranger. */
static enum zendesk_next customer_found(struct zendesk_run *run, const struct json *body)
{
    struct str email = json_get_str(run->arguments, "email"), held = run->setting->only_requester;
    int64_t wanted = json_get_int(run->arguments, "user_id", 0);
    if (!people_are_listed(run, body)) return ZENDESK_FAILED;
    run->user_id = json_get_int(people_exact(body, held.len > 0 ? held : email), "id", 0);
    bool is_other = (wanted > 0 && wanted != run->user_id) || (wanted == 0 && held.len > 0 && !str_eq_nocase(held, email));
    if (run->user_id <= 0 || is_other) return people_unknown(run, STR("email"), email.len > 0 ? email : STR("This number"));
    return call_list(run, STR_NONE);
}

/* Zendesk's are base64. What could not stand in a query ends the list, which then says that it is not whole. */
static bool is_cursor(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') return false;
    return text.len > 0;
}

static enum zendesk_next list_read(struct zendesk_run *run, const struct json *body)
{
    const struct json *tickets = json_get(body, "tickets"), *meta = json_get(body, "meta");
    struct str cursor = json_get_str(meta, "after_cursor");
    bool has_more = json_get_bool(meta, "has_more", false) || (meta == NULL && json_get_str(body, "next_page").len > 0);
    if (json_type(tickets) != JSON_ARRAY) return run_unreadable(run);
    struct tickets_page page = { .list = tickets, .requester_id = run->user_id, .has_more = has_more };
    if (!tickets_take(run, &page)) return run_unreadable(run);
    if (page.is_full || !has_more || !is_cursor(cursor)) return tickets_done(run, &page);
    return call_list(run, cursor);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_CUSTOMER: return customer_found(run, body);
    case STEP_LIST: return body == NULL ? call_search(run) : list_read(run, body);
    default: return tickets_search_read(run, body, run->user_id);
    }
}

const struct language language_LIST_TICKETS = {
    .begin = begin, .answer = answer, .optional_steps = 1 << STEP_LIST, .noun = "customer"
};
