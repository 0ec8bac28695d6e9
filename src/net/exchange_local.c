/* exchange_local.c - an exchange without a connection: the command line dispatches to the same handlers in-process.
 *
 * The answer is collected and handed over once it is whole, also when the handler streams; a command that wants events as they come
 * talks to a server.
 */
#include <assert.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/exchange.h"

struct local_answer {
    http_answer_fn *fn;
    void *context;
    struct http_answer head; /* its headers are copied into the arena */
    struct buf body;
};

static const struct http_header *copy_headers(struct arena *arena, const struct http_header *headers, size_t count)
{
    struct http_header *copies = arena_array(arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++)
        copies[i] = (struct http_header){ arena_str(arena, headers[i].name), arena_str(arena, headers[i].value) };
    return copies;
}

struct http_exchange *http_exchange_local(const struct http_request *request, http_answer_fn *fn, void *context)
{
    struct http_exchange *exchange = exchange_open();
    struct arena *arena = &exchange->arena;
    struct str target = arena_str(arena, request->target);
    size_t mark = str_find(target, STR("?"), 0);
    exchange->request = (struct http_request){
        .method = request->method,
        .target = target,
        .path = str_slice(target, 0, mark),
        .query = mark == SIZE_MAX ? STR_NONE : str_slice(target, mark + 1, target.len),
        .headers = copy_headers(arena, request->headers, request->header_count),
        .header_count = request->header_count,
        .body = arena_str(arena, request->body),
        .peer = { .address = STR("local"), .is_trusted_local = true },
    };
    exchange->state = EXCHANGE_OPEN;
    exchange->local = arena_new(arena, struct local_answer);
    exchange->local->fn = fn;
    exchange->local->context = context;
    buf_init(&exchange->local->body, LIMIT_ANSWER_BYTES);
    return exchange;
}

void local_reply(struct http_exchange *exchange, const struct http_answer *answer)
{
    exchange->local->fn(exchange->local->context, answer);
}

void local_begin(struct http_exchange *exchange, const struct http_answer *head)
{
    struct local_answer *local = exchange->local;
    local->head.status = head->status;
    local->head.header_count = head->header_count;
    local->head.headers = copy_headers(&exchange->arena, head->headers, head->header_count);
}

/* What passes the ceiling ends the stream as a reader that is too far behind does. */
bool local_write(struct http_exchange *exchange, struct str bytes)
{
    struct local_answer *local = exchange->local;
    bool was_ok = buf_ok(&local->body);
    buf_str(&local->body, bytes);
    bool is_ok = buf_ok(&local->body);
    if (was_ok && !is_ok) exchange_gone(exchange);
    return is_ok;
}

void local_finish(struct http_exchange *exchange)
{
    struct local_answer *local = exchange->local;
    local->head.body = buf_view(&local->body);
    local->fn(local->context, &local->head);
    buf_clear(&local->body);
}
