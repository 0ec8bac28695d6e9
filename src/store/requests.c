/* requests.c - the outbox: confirmed actions on their way to Zendesk.
 *
 * A request may be claimed from `wake_at` on: the later of the moment it is due and the end of its lease. Every function that
 * writes one of the two writes it as well, and a partial index on it over the requests that are still to be sent makes "what is
 * due" and "when is the next one due" one step each, however many requests are done.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/words.h"

enum { STATE_COUNT = REQUEST_DROPPED + 1 };

static void take_request(struct query *q, struct arena *arena, void *row)
{
    struct request *request = row;
    request->workspace = take_text(q, arena);
    request->action = take_text(q, arena);
    request->integration = take_text(q, arena);
    request->conversation = take_text(q, arena);
    take_kind(q, &request->kind);
    request->method = http_method_from(take_word(q));
    request->path = take_text(q, arena);
    request->body = take_text(q, arena);
    request->key = take_text(q, arena);
    request->external_id = take_text(q, arena);
    take_known(q, request_guard_from(take_word(q), &request->guard));
    request->created_at = take_int(q);
    request->token = take_int(q);
    take_known(q, request_state_from(take_word(q), &request->state));
    take_known(q, request_doubt_from(take_word(q), &request->doubt));
    request->epoch = take_int(q);
    request->attempts = take_int(q);
    request->lease_until = take_int(q);
    request->due_at = take_int(q);
    request->first_sent_at = take_int(q);
    request->last_sent_at = take_int(q);
    request->since = take_int(q);
    request->problem = take_text(q, arena);
    request->updated_at = take_int(q);
    request->number = take_int(q);
}

static int64_t wake_at(const struct request *request)
{
    return request->due_at > request->lease_until ? request->due_at : request->lease_until;
}

/* What changes on the way, in the order of the statements. */
static void put_progress(struct query *q, const struct request *request)
{
    put_text(q, str_from(request_state_name(request->state)));
    put_text(q, str_from(request_doubt_name(request->doubt)));
    put_int(q, request->epoch);
    put_int(q, request->attempts);
    put_int(q, request->lease_until);
    put_int(q, request->due_at);
    put_int(q, request->first_sent_at);
    put_int(q, request->last_sent_at);
    put_int(q, request->since);
    put_text(q, request->problem);
    put_int(q, request->updated_at);
}

enum status request_insert(struct store_tx *tx, const struct request *request)
{
    struct query q = query_start(tx, SQL_REQUEST_INSERT);
    put_text(&q, request->workspace);
    put_text(&q, request->action);
    put_text(&q, request->integration);
    put_text(&q, request->conversation);
    put_kind(&q, request->kind);
    put_text(&q, str_from(http_method_name(request->method)));
    put_text(&q, request->path);
    put_bytes(&q, request->body);
    put_text(&q, request->key);
    put_text(&q, request->external_id);
    put_text(&q, str_from(request_guard_name(request->guard)));
    put_int(&q, request->created_at);
    put_int(&q, request->token);
    put_progress(&q, request);
    put_int(&q, request->number);
    put_int(&q, wake_at(request));
    return query_write(&q, NULL);
}

enum status request_update(struct store_tx *tx, const struct request *request)
{
    struct query q = query_start(tx, SQL_REQUEST_UPDATE);
    put_text(&q, request->workspace);
    put_text(&q, request->action);
    put_int(&q, request->token);
    put_progress(&q, request);
    put_int(&q, wake_at(request));
    return query_change(&q, E_CONFLICT);
}

/* "UPDATE .. WHERE workspace = $1 AND action = $2 AND token = $3" of one row. */
static struct query change_start(struct store_tx *tx, enum sql_id sql, const struct request *request)
{
    struct query q = query_start(tx, sql);
    put_text(&q, request->workspace);
    put_text(&q, request->action);
    put_int(&q, request->token);
    return q;
}

enum status request_prepare(struct store_tx *tx, const struct request *request)
{
    struct query q = change_start(tx, SQL_REQUEST_PREPARE, request);
    put_text(&q, str_from(http_method_name(request->method)));
    put_text(&q, request->path);
    put_bytes(&q, request->body);
    put_text(&q, str_from(request_guard_name(request->guard)));
    enum status status = query_change(&q, E_CONFLICT);
    return status ? status : request_update(tx, request);
}

enum status request_seize(struct store_tx *tx, struct request *request)
{
    struct query q = change_start(tx, SQL_REQUEST_SEIZE, request);
    enum status status = query_change(&q, E_CONFLICT);
    if (status == OK) request->token++;
    return status;
}

enum status request_move(struct store_tx *tx, struct request *request, struct str integration)
{
    struct query action = query_start(tx, SQL_REQUEST_MOVE_ACTION);
    put_text(&action, request->workspace);
    put_text(&action, request->action);
    put_text(&action, integration);
    enum status status = query_change(&action, E_NOT_FOUND);
    if (status) return status;
    struct query q = change_start(tx, SQL_REQUEST_MOVE, request);
    put_text(&q, integration);
    request->integration = integration;
    return query_change(&q, E_CONFLICT);
}

enum status request_get(struct store_tx *tx, struct str workspace, struct str action, struct arena *arena,
                        struct request *request)
{
    struct query q = query_start(tx, SQL_REQUEST_GET);
    put_text(&q, workspace);
    put_text(&q, action);
    return query_one(&q, take_request, arena, request);
}

/* ---- claiming ---- */

enum status request_claim(struct store_tx *tx, int64_t lease_ms, size_t limit, struct arena *arena, struct request **requests,
                          size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_REQUEST_CLAIM);
    put_int(&q, store_now(tx));
    put_int(&q, store_now(tx) + lease_ms);
    put_limit(&q, limit);
    enum status status = query_rows(&q, take_request, arena, sizeof **requests, &rows);
    *requests = rows.items;
    *count = rows.count;
    return status;
}

enum status request_release(struct store_tx *tx)
{
    struct query q = query_start(tx, SQL_REQUEST_RELEASE);
    return query_write(&q, NULL);
}

enum status request_doubt(struct store_tx *tx)
{
    struct query q = query_start(tx, SQL_REQUEST_DOUBT);
    put_int(&q, store_now(tx));
    return query_write(&q, NULL);
}

static void take_number(struct query *q, struct arena *arena, void *row)
{
    (void)arena;
    int64_t *number = row;
    *number = take_int(q);
}

enum status request_next_due(struct store_tx *tx, int64_t *due_at)
{
    *due_at = 0;
    struct query q = query_start(tx, SQL_REQUEST_NEXT_DUE);
    enum status status = query_one(&q, take_number, NULL, due_at);
    return status == E_NOT_FOUND ? OK : status;
}

enum status request_resume(struct store_tx *tx, struct str workspace, struct str integration, int64_t due_at, int64_t *resumed)
{
    struct query q = query_start(tx, SQL_REQUEST_RESUME);
    put_text(&q, workspace);
    put_text(&q, integration);
    put_int(&q, due_at);
    return query_write(&q, resumed);
}

enum status request_resume_former(struct store_tx *tx, struct str workspace, struct str agent, int64_t due_at, int64_t *resumed)
{
    struct query q = query_start(tx, SQL_REQUEST_RESUME_FORMER);
    put_text(&q, workspace);
    put_text(&q, agent);
    put_int(&q, due_at);
    return query_write(&q, resumed);
}

enum status request_hasten(struct store_tx *tx, struct str workspace, struct str integration)
{
    struct query q = query_start(tx, SQL_REQUEST_HASTEN);
    put_text(&q, workspace);
    put_text(&q, integration);
    put_int(&q, store_now(tx));
    return query_write(&q, NULL);
}

enum status request_set_aside(struct store_tx *tx, struct str workspace, struct str integration, struct str problem)
{
    struct query q = query_start(tx, SQL_REQUEST_SET_ASIDE);
    put_text(&q, workspace);
    put_text(&q, integration);
    put_text(&q, problem);
    return query_write(&q, NULL);
}

/* ---- the number people are told ---- */

static enum status set_number(struct store_tx *tx, const struct request *request, int64_t number)
{
    struct query q = query_start(tx, SQL_REQUEST_SET_NUMBER);
    put_text(&q, request->workspace);
    put_text(&q, request->action);
    put_int(&q, number);
    return query_change(&q, E_NOT_FOUND);
}

static enum status next_number(struct store_tx *tx, struct str workspace, int64_t *number)
{
    struct query q = query_start(tx, SQL_REQUEST_NEXT_NUMBER);
    put_text(&q, workspace);
    return query_one(&q, take_number, NULL, number);
}

enum status request_number(struct store_tx *tx, struct request *request)
{
    int64_t number = 0;
    struct query q = query_start(tx, SQL_REQUEST_NUMBER);
    put_text(&q, request->workspace);
    put_text(&q, request->action);
    enum status status = query_one(&q, take_number, NULL, &number);
    if (status == OK && number == 0) {
        status = next_number(tx, request->workspace, &number);
        if (status == OK) status = set_number(tx, request, number);
    }
    if (status == OK) request->number = number;
    return status;
}

/* ---- lists ---- */

static void take_id(struct query *q, struct arena *arena, void *row)
{
    struct str *id = row;
    *id = take_text(q, arena);
}

static int newest_first(const void *left, const void *right)
{
    const struct str *a = left, *b = right;
    return str_cmp(*b, *a);
}

/* The ids of a page for one state, added to `ids`, which has room. */
static enum status add_ids(struct store_tx *tx, struct str workspace, enum request_state state, const struct store_page *page,
                           struct arena *arena, struct rows *ids)
{
    struct query q = query_start(tx, SQL_REQUEST_IDS);
    put_text(&q, workspace);
    put_text(&q, str_from(request_state_name(state)));
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    return query_rows(&q, take_id, arena, sizeof(struct str), ids);
}

/* One page of ids from each state, merged, and only then the rows: the index gives each state in order, and a sort over all
 * states in SQL would read all that was ever done. */
enum status request_list(struct store_tx *tx, struct str workspace, const enum request_state *states, size_t state_count,
                         const struct store_page *page, struct arena *arena, struct request **requests, size_t *count)
{
    enum status status = OK;
    bool is_done[STATE_COUNT] = { false };
    struct rows ids = { 0 };
    for (size_t i = 0; i < state_count && status == OK; i++) {
        if (is_done[states[i]]) continue;
        is_done[states[i]] = true;
        status = add_ids(tx, workspace, states[i], page, arena, &ids);
    }
    struct str *id = ids.items;
    if (ids.count) qsort(id, ids.count, sizeof *id, newest_first);
    size_t limit = page->limit < LIMIT_PAGE_ROWS ? page->limit : LIMIT_PAGE_ROWS;
    *count = ids.count < limit ? ids.count : limit;
    *requests = arena_array(arena, *count, sizeof **requests);
    for (size_t i = 0; i < *count && status == OK; i++) status = request_get(tx, workspace, id[i], arena, &(*requests)[i]);
    return status;
}

enum status request_of_conversation(struct store_tx *tx, struct str workspace, struct str conversation, struct arena *arena,
                                    struct request **requests, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_REQUEST_OF_CONVERSATION);
    put_text(&q, workspace);
    put_text(&q, conversation);
    enum status status = query_rows(&q, take_request, arena, sizeof **requests, &rows);
    *requests = rows.items;
    *count = rows.count;
    return status;
}

enum status request_count_of_integration(struct store_tx *tx, struct str workspace, struct str integration, int64_t *waiting)
{
    struct query q = query_start(tx, SQL_REQUEST_COUNT_OF_INTEGRATION);
    put_text(&q, workspace);
    put_text(&q, integration);
    return query_one(&q, take_number, NULL, waiting);
}
