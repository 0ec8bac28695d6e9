/* search_tickets.c - GET /api/v2/search with a query that is built here from typed filters, never taken from anybody.
 *
 * An assignee and a verified visitor are turned into ids first, so the query holds nothing that a stranger wrote but the
 * keyword's words, each in quotes (query.c). `total` is Zendesk's count; `retrievable` is what it would hand out of it.
 */
#include "base/limits.h"
#include "zendesk/people.h"
#include "zendesk/query.h"
#include "zendesk/tickets.h"

enum { STEP_ASSIGNEE = 1, STEP_REQUESTER = 2, STEP_SEARCH = 3 };

/* The values are of an enumeration, or days: the schema lets nothing else through. */
static void put_filter(const struct zendesk_run *run, const char *head, const char *name, struct buf *query)
{
    struct str value = json_get_str(run->arguments, name);
    if (value.len == 0) return;
    buf_lit(query, head);
    buf_str(query, value);
}

static enum zendesk_next call_search(struct zendesk_run *run)
{
    struct str keyword = json_get_str(run->arguments, "keyword");
    struct buf query;
    buf_init(&query, QUERY_BYTES_MAX);
    buf_lit(&query, "type:ticket");
    put_filter(run, " status:", "status", &query);
    put_filter(run, " priority:", "priority", &query);
    put_filter(run, " created>=", "from", &query);
    put_filter(run, " created<=", "to", &query);
    if (run->assignee_id > 0) buf_fmt(&query, " assignee:%lld", (long long)run->assignee_id);
    if (run->user_id > 0) buf_fmt(&query, " requester:%lld", (long long)run->user_id);
    if (query_words(&query, keyword) > 0 || keyword.len == 0)
        return run_call(run, STEP_SEARCH, query_path(TICKETS_SEARCH_PATH, &query, run->arena));
    buf_clear(&query);
    return run_fail(run, &(struct problem){ .id = PROBLEM_FIELD_MISSING, .field = STR("keyword"), .facts.what = STR("keyword") });
}

/* The next thing that is not known yet, or the search. */
static enum zendesk_next go_on(struct zendesk_run *run)
{
    struct problem problem;
    if (!tickets_days_fit(run, &problem)) return run_fail(run, &problem);
    if (run->assignee_id == 0 && json_get(run->arguments, "assignee") != NULL) return people_search_assignee(run, STEP_ASSIGNEE);
    if (run->user_id == 0 && run->setting->only_requester.len > 0)
        return people_search(run, STEP_REQUESTER, run->setting->only_requester);
    return call_search(run);
}

static enum zendesk_next requester_found(struct zendesk_run *run, const struct json *body)
{
    struct str email = run->setting->only_requester;
    if (!people_are_listed(run, body)) return ZENDESK_FAILED;
    run->user_id = json_get_int(people_exact(body, email), "id", 0);
    return run->user_id > 0 ? go_on(run) : people_unknown(run, STR_NONE, email);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_ASSIGNEE: return people_take_assignee(run, body) ? go_on(run) : ZENDESK_FAILED;
    case STEP_REQUESTER: return requester_found(run, body);
    default: return tickets_search_read(run, body, run->user_id);
    }
}

const struct language language_SEARCH_TICKETS = { .begin = go_on, .answer = answer, .noun = "page of results" };
