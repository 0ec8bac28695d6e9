/* exchange.c - answering: whole, or as a stream.
 *
 * An answer is composed into the server's scratch buffer and goes out with its body in one writev; only what the socket does not take is
 * copied. The exchange is cut off its connection before the last write, so that a write that fails cannot call back into a handler that is
 * just answering.
 */
#include "net/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "net/answer.h"
#include "net/connection.h"

enum { BODY_BYTES_MIN = 4 * 1024 };

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

struct http_exchange *exchange_open(void)
{
    struct arena arena;
    arena_init(&arena);
    struct http_exchange *exchange = arena_new(&arena, struct http_exchange);
    exchange->arena = arena;
    return exchange;
}

void exchange_free(struct http_exchange *exchange)
{
    struct arena arena = exchange->arena;
    arena_clear(&arena);
}

bool exchange_add_body(struct http_exchange *exchange, struct str bytes, size_t body_bytes_max)
{
    struct str body = exchange->request.body;
    if (bytes.len > body_bytes_max - body.len) return false;
    size_t needed = body.len + bytes.len;
    char *room;
    if (needed > exchange->body_capacity) {
        size_t capacity = exchange->body_capacity > 0 ? exchange->body_capacity * 2 : BODY_BYTES_MIN;
        exchange->body_capacity = capacity > needed ? capacity : needed;
        room = arena_alloc(&exchange->arena, exchange->body_capacity);
        if (body.len > 0) memcpy(room, body.ptr, body.len);
        exchange->body = room;
    }
    memcpy(exchange->body + body.len, bytes.ptr, bytes.len);
    exchange->request.body = (struct str){ exchange->body, needed };
    return true;
}

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
    return &exchange->request;
}

struct arena *http_exchange_arena(struct http_exchange *exchange)
{
    return &exchange->arena;
}

/* ---- clients that go -------------------------------------------------------------------------------------------------------- */

void http_exchange_on_gone(struct http_exchange *exchange, loop_fn *fn, void *context)
{
    exchange->on_gone = fn;
    exchange->gone_context = context;
}

void exchange_gone(struct http_exchange *exchange)
{
    loop_fn *fn = exchange->on_gone;
    exchange->connection = NULL;
    exchange->on_gone = NULL;
    if (fn != NULL) fn(exchange->gone_context);
}

/* Cuts the exchange off its connection, which may be gone already (NULL). */
static struct http_connection *cut(struct http_exchange *exchange)
{
    struct http_connection *connection = exchange->connection;
    exchange->connection = NULL;
    if (connection != NULL) connection->exchange = NULL;
    return connection;
}

/* ---- whole answers ---------------------------------------------------------------------------------------------------------- */

static uv_buf_t piece(struct str bytes)
{
    union {
        const char *in;
        char *out;
    } base = { bytes.ptr }; /* libuv's type is not const; it only reads */
    return uv_buf_init(base.out, (unsigned)bytes.len);
}

static bool sends_body(const struct http_exchange *exchange, int status)
{
    return exchange->request.method != HTTP_HEAD && answer_has_body(status);
}

static bool may_keep_alive(const struct http_exchange *exchange, const struct http_connection *connection)
{
    return exchange->keeps_alive && !connection->server->is_draining;
}

/* The head in the server's scratch buffer: valid until the next answer is composed. */
static struct str compose(struct http_server *server, const struct http_answer *answer, enum answer_framing framing, bool closes)
{
    buf_reset(&server->head);
    answer_head(&server->head, answer, framing, closes, server->options.server_name);
    assert(buf_ok(&server->head));
    answer_count(answer->status);
    return buf_view(&server->head);
}

static void send_answer(struct http_exchange *exchange, const struct http_answer *answer, struct str body, bool keeps_alive)
{
    struct http_connection *connection = cut(exchange);
    struct str head = compose(connection->server, answer, ANSWER_LENGTH, !keeps_alive);
    uv_buf_t pieces[] = { piece(head), piece(body) };
    if (connection_write(connection, pieces, body.len > 0 ? 2 : 1)) connection_answered(connection, keeps_alive);
}

void http_reply(struct http_exchange *exchange, const struct http_answer *answer)
{
    assert(exchange->state == EXCHANGE_OPEN);
    if (exchange->local != NULL) {
        local_reply(exchange, answer);
    } else if (exchange->connection != NULL) {
        struct str body = sends_body(exchange, answer->status) ? answer->body : STR_NONE;
        send_answer(exchange, answer, body, may_keep_alive(exchange, exchange->connection));
    }
    exchange_free(exchange);
}

/* ---- streams ---------------------------------------------------------------------------------------------------------------- */

/* A client that has closed its side reads no stream: browsers close both at once, and waiting for a write to fail would keep
 * a watcher alive for as long as nothing happens. */
static void begin_on_connection(struct http_exchange *exchange, const struct http_answer *head)
{
    struct http_connection *connection = exchange->connection;
    exchange->keeps_alive = may_keep_alive(exchange, connection) && !exchange->is_http10;
    struct str bytes =
        compose(connection->server, head, exchange->is_http10 ? ANSWER_UNTIL_CLOSE : ANSWER_CHUNKED, !exchange->keeps_alive);
    uv_buf_t pieces[] = { piece(bytes) };
    if (connection->has_read_end)
        connection_close(connection);
    else
        (void)connection_write(connection, pieces, 1); /* a failure has told on_gone */
}

void http_stream_begin(struct http_exchange *exchange, const struct http_answer *head)
{
    assert(exchange->state == EXCHANGE_OPEN && answer_has_body(head->status));
    exchange->state = EXCHANGE_STREAMING;
    if (exchange->local != NULL)
        local_begin(exchange, head);
    else if (exchange->connection != NULL)
        begin_on_connection(exchange, head);
}

static bool write_chunk(struct http_exchange *exchange, struct str bytes)
{
    struct http_connection *connection = exchange->connection;
    char size[20];
    int digits = snprintf(size, sizeof(size), "%zx\r\n", bytes.len);
    uv_buf_t pieces[] = { uv_buf_init(size, (unsigned)digits), piece(bytes), piece(STR("\r\n")) };
    bool sent = exchange->is_http10 ? connection_write(connection, &pieces[1], 1) : connection_write(connection, pieces, 3);
    if (sent && connection->queued_bytes > LIMIT_STREAM_BACKLOG_BYTES) {
        connection_close(connection);
        return false;
    }
    return sent;
}

bool http_stream_write(struct http_exchange *exchange, struct str bytes)
{
    assert(exchange->state == EXCHANGE_STREAMING);
    if (exchange->local != NULL) return local_write(exchange, bytes);
    if (exchange->connection == NULL) return false;
    if (exchange->request.method == HTTP_HEAD || bytes.len == 0) return true; /* an empty chunk would end the body */
    return write_chunk(exchange, bytes);
}

void exchange_end_stream(struct http_exchange *exchange)
{
    bool is_chunked = !exchange->is_http10 && exchange->request.method != HTTP_HEAD;
    bool keeps_alive = may_keep_alive(exchange, exchange->connection);
    struct http_connection *connection = cut(exchange);
    uv_buf_t pieces[] = { piece(STR("0\r\n\r\n")) };
    if (!is_chunked || connection_write(connection, pieces, 1)) connection_answered(connection, keeps_alive);
}

void http_stream_end(struct http_exchange *exchange)
{
    assert(exchange->state == EXCHANGE_STREAMING);
    if (exchange->local != NULL)
        local_finish(exchange);
    else if (exchange->connection != NULL)
        exchange_end_stream(exchange);
    exchange_free(exchange);
}
