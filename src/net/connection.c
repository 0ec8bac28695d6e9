/* connection.c - one client's connection: from bytes to exchanges.
 *
 *     HEAD -> BODY -> HANDLING -> (FLUSHING) -> HEAD ...       -> LINGERING -> CLOSED
 *
 * Requests are taken one at a time; the next one waits in `held` until the answer is out. A refusal answers, and then lingers: closing with unread
 * bytes would make the kernel send a reset, which can overtake the answer (RFC 9112 section 9.6).
 *
 * One timer per connection, as a connection waits for one thing at a time: a request (idle), the rest of it (read), the client taking its
 * answer (also read), the client's close (linger).
 */
#include "net/connection.h"

#include <assert.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/counter.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/answer.h"
#include "net/loop_uv.h"

enum {
    LINGER_MS = 1000,
    PROGRESS_BYTES_MIN = 4 * 1024, /* a client that takes less of an answer in read_ms only holds the connection */
};

struct pending_write {
    uv_write_t uv;
    size_t size;
    char bytes[];
};

/* ---- closing ---------------------------------------------------------------------------------------------------------------- */

static void handle_closed(uv_handle_t *handle)
{
    struct http_connection *connection = handle->data;
    struct http_server *server = connection->server;
    if (--connection->handles_open > 0) return;
    if (connection->is_counted) peers_remove(server->peers, connection->peer_key);
    framing_close(connection->framing);
    mem_free(connection);
    server->open_connections--;
    server_settle(server);
}

static void unlink_connection(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->prev != NULL)
        connection->prev->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next != NULL) connection->next->prev = connection->prev;
}

static void forget_long_body(struct http_connection *connection)
{
    connection->server->long_bodies -= connection->has_long_body;
    connection->has_long_body = false;
}

static void close_with(struct http_connection *connection, bool reset)
{
    if (connection->state == CONN_CLOSED) return;
    forget_long_body(connection);
    connection->state = CONN_CLOSED;
    unlink_connection(connection);
    buf_clear(&connection->held);
    uv_close((uv_handle_t *)&connection->timer, handle_closed);
    if (!reset || connection->is_unix || uv_tcp_close_reset(&connection->uv.tcp, handle_closed) != 0)
        uv_close(&connection->uv.handle, handle_closed);
    struct http_exchange *exchange = connection->exchange;
    connection->exchange = NULL;
    if (exchange == NULL) return;
    if (exchange->state == EXCHANGE_ARRIVING)
        exchange_free(exchange);
    else
        exchange_gone(exchange);
}

void connection_close(struct http_connection *connection)
{
    close_with(connection, false);
}

void connection_reset(struct http_connection *connection)
{
    close_with(connection, true);
}

/* ---- timer and reading ------------------------------------------------------------------------------------------------------ */

static void on_timer(uv_timer_t *);
static void on_read(uv_stream_t *, ssize_t, const uv_buf_t *);

static void set_timer(struct http_connection *connection, int64_t after_ms)
{
    int result = uv_timer_start(&connection->timer, on_timer, (uint64_t)after_ms, 0);
    assert(result == 0);
    (void)result;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct http_connection *connection = handle->data;
    (void)suggested;
    *out = uv_buf_init(connection->server->read_bytes, SERVER_READ_BYTES);
}

static void start_reading(struct http_connection *connection)
{
    if (connection->is_reading || connection->has_read_end) return;
    connection->is_reading = uv_read_start(&connection->uv.stream, on_alloc, on_read) == 0;
    if (!connection->is_reading) connection_close(connection);
}

static void stop_reading(struct http_connection *connection)
{
    if (connection->is_reading) uv_read_stop(&connection->uv.stream);
    connection->is_reading = false;
}

/* ---- lingering -------------------------------------------------------------------------------------------------------------- */

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct http_connection *connection = shutdown->data;
    connection->is_shut = true;
    if (status != 0 || connection->has_read_end) connection_close(connection);
}

static void linger(struct http_connection *connection)
{
    connection->state = CONN_LINGERING;
    connection->unread = STR_NONE;
    buf_clear(&connection->held);
    connection->shutdown.data = connection;
    set_timer(connection, LINGER_MS);
    if (uv_shutdown(&connection->shutdown, &connection->uv.stream, on_shutdown) != 0)
        connection_close(connection);
    else
        start_reading(connection);
}

/* ---- writing ---------------------------------------------------------------------------------------------------------------- */

static void next_request(struct http_connection *);

/* With what the kernel holds unacknowledged (SIOCOUTQ: tcp(7)): it takes megabytes at a time, so our own queue alone would show no
 * progress for long. */
static size_t unsent_bytes(const struct http_connection *connection)
{
    int in_kernel = 0;
    uv_os_fd_t fd;
    bool is_known = uv_fileno(&connection->uv.handle, &fd) == 0 && ioctl(fd, SIOCOUTQ, &in_kernel) == 0 && in_kernel > 0;
    return uv_stream_get_write_queue_size(&connection->uv.stream) + (is_known ? (size_t)in_kernel : 0);
}

static void set_write_timer(struct http_connection *connection)
{
    connection->unsent_mark = unsent_bytes(connection);
    set_timer(connection, connection->server->options.read_ms);
}

static bool is_taking_its_answer(const struct http_connection *connection)
{
    return connection->queued_bytes > 0 && unsent_bytes(connection) + PROGRESS_BYTES_MIN <= connection->unsent_mark;
}

static void on_written(uv_write_t *write, int status)
{
    struct pending_write *pending = write->data;
    struct http_connection *connection = write->handle->data;
    connection->queued_bytes -= pending->size;
    mem_free(pending);
    if (connection->state == CONN_CLOSED) return;
    if (status != 0)
        connection_close(connection);
    else if (connection->queued_bytes > 0)
        set_write_timer(connection);
    else if (connection->state == CONN_FLUSHING)
        next_request(connection);
    else if (connection->state == CONN_HANDLING)
        uv_timer_stop(&connection->timer);
}

/* Queues what is left of the pieces after their first `sent` bytes. */
static bool queue_rest(struct http_connection *connection, const uv_buf_t *pieces, unsigned count, size_t sent, size_t rest)
{
    struct pending_write *pending = mem_alloc(sizeof(*pending) + rest);
    for (unsigned i = 0; i < count; i++) {
        size_t skipped = sent < pieces[i].len ? sent : pieces[i].len;
        sent -= skipped;
        memcpy(pending->bytes + pending->size, pieces[i].base + skipped, pieces[i].len - skipped);
        pending->size += pieces[i].len - skipped;
    }
    pending->uv.data = pending;
    uv_buf_t whole = uv_buf_init(pending->bytes, (unsigned)pending->size);
    if (uv_write(&pending->uv, &connection->uv.stream, &whole, 1, on_written) != 0) {
        mem_free(pending);
        connection_close(connection);
        return false;
    }
    if (connection->queued_bytes == 0) set_write_timer(connection);
    connection->queued_bytes += pending->size;
    return true;
}

bool connection_write(struct http_connection *connection, const uv_buf_t *pieces, unsigned count)
{
    if (connection->state == CONN_CLOSED) return false;
    size_t total = 0;
    for (unsigned i = 0; i < count; i++) total += pieces[i].len;
    int sent = connection->queued_bytes > 0 ? UV_EAGAIN : uv_try_write(&connection->uv.stream, pieces, count);
    if (sent < 0 && sent != UV_EAGAIN) {
        connection_close(connection);
        return false;
    }
    size_t done = sent > 0 ? (size_t)sent : 0;
    return done == total || queue_rest(connection, pieces, count, done, total - done);
}

/* ---- between requests ------------------------------------------------------------------------------------------------------- */

static bool has_more(const struct http_connection *connection)
{
    return connection->held.len > 0 || connection->unread.len > 0;
}

static void next_request(struct http_connection *connection)
{
    bool is_last = !connection->keeps_alive || connection->server->is_draining;
    if (is_last && (has_more(connection) || connection->server->is_draining)) {
        linger(connection);
    } else if (is_last || (connection->has_read_end && !has_more(connection))) {
        connection_close(connection);
    } else {
        connection->state = CONN_HEAD;
        connection->is_receiving = false;
        connection->is_resuming = !connection->is_processing && connection->held.len > 0;
        set_timer(connection, connection->is_resuming ? 0 : connection->server->options.idle_ms);
        if (!connection->is_resuming) start_reading(connection);
    }
}

void connection_answered(struct http_connection *connection, bool keeps_alive)
{
    if (connection->state == CONN_CLOSED) return;
    forget_long_body(connection);
    connection->keeps_alive = keeps_alive;
    if (connection->queued_bytes == 0)
        next_request(connection);
    else
        connection->state = CONN_FLUSHING; /* the timer of the queue is running */
}

void connection_begin(struct http_connection *connection)
{
    set_timer(connection, connection->server->options.idle_ms);
    start_reading(connection);
}

void connection_refuse(struct http_connection *connection, const struct refusal *refusal)
{
    struct http_exchange *exchange = connection->exchange;
    bool is_head = exchange != NULL && exchange->request.method == HTTP_HEAD;
    connection->exchange = NULL;
    forget_long_body(connection);
    if (exchange != NULL) exchange_free(exchange);
    counter_add(COUNTER_HTTP_REFUSED, 1);
    answer_count(refusal->status);
    log_debug("request refused", LOG_INT("status", refusal->status), LOG_STR("reason", str_from(refusal->detail)),
              LOG_STR("peer", connection->peer.address));
    struct buf *out = &connection->server->head;
    buf_reset(out);
    answer_refusal(out, refusal, is_head, connection->server->options.server_name);
    uv_buf_t piece = uv_buf_init(out->data, (unsigned)out->len);
    if (connection_write(connection, &piece, 1)) linger(connection);
}

/* ---- taking requests ---------------------------------------------------------------------------------------------------------- */

static void dispatch(struct http_connection *connection)
{
    const struct http_server_options *options = &connection->server->options;
    connection->state = CONN_HANDLING;
    if (connection->queued_bytes == 0) uv_timer_stop(&connection->timer); /* else "100 Continue" is still on its way */
    connection->exchange->state = EXCHANGE_OPEN;
    options->handler(options->context, connection->exchange);
}

static size_t body_bytes_max(const struct http_connection *connection)
{
    return connection->has_long_body ? LIMIT_UPLOAD_BYTES : connection->server->options.body_bytes;
}

/* A body whose length is not told (chunked) is taken for a long one where a long one may be. */
static const struct refusal *admit_body(struct http_connection *connection, const struct head_facts *facts)
{
    struct http_server *server = connection->server;
    if (!facts->is_chunked && facts->content_length <= server->options.body_bytes) return NULL;
    bool is_long = server->options.may_be_long != NULL && server->options.may_be_long(&connection->exchange->request);
    if (is_long && server->long_bodies >= LIMIT_UPLOADS_AT_ONCE) return REFUSE(503, "Too many files at a time.");
    connection->has_long_body = is_long;
    server->long_bodies += is_long;
    return facts->content_length > body_bytes_max(connection) ? REFUSE(413, "The request's body is too long.") : NULL;
}

static const struct refusal *read_head(struct http_connection *connection, struct str head)
{
    struct http_exchange *exchange = connection->exchange;
    struct http_request *request = &exchange->request;
    struct head_facts facts = { 0 };
    const struct refusal *refusal = head_parse(head, &exchange->arena, request, &facts);
    if (refusal != NULL) return refusal;
    struct framing_expected expected = { request->header_count, facts.content_length, facts.is_chunked };
    refusal = framing_head(connection->framing, head, &expected);
    if (refusal != NULL) return refusal;
    refusal = admit_body(connection, &facts);
    if (refusal != NULL) return refusal;
    request->peer = connection->peer;
    request->peer.address = arena_str(&exchange->arena, connection->peer.address);
    exchange->is_http10 = facts.minor_version == 0;
    exchange->keeps_alive = !exchange->is_http10 && framing_keeps_alive(connection->framing);
    if (facts.expects_continue && !framing_is_complete(connection->framing)) {
        static char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        uv_buf_t piece = uv_buf_init(go_on, sizeof(go_on) - 1);
        (void)connection_write(connection, &piece, 1); /* a failure has closed the connection, which the caller sees */
    }
    return NULL;
}

/* These two take what they can of `unread`; false when nothing more can be done with it. */
static bool take_head(struct http_connection *connection)
{
    const struct refusal *refusal = head_scan(&connection->scan, connection->unread, connection->server->options.head_bytes);
    if (refusal == NULL && connection->scan.end == 0) return false;
    if (refusal == NULL) {
        struct http_exchange *exchange = exchange_open();
        struct str head = str_slice(connection->unread, connection->scan.start, connection->scan.end);
        connection->exchange = exchange;
        exchange->connection = connection;
        connection->unread = str_slice(connection->unread, connection->scan.end, connection->unread.len);
        connection->scan = (struct head_scan){ 0 };
        refusal = read_head(connection, arena_str(&exchange->arena, head));
    }
    if (connection->state == CONN_CLOSED) return false;
    if (refusal != NULL)
        connection_refuse(connection, refusal);
    else if (framing_is_complete(connection->framing))
        dispatch(connection);
    else
        connection->state = CONN_BODY;
    return refusal == NULL;
}

static bool on_body(void *context, struct str bytes)
{
    struct http_connection *connection = context;
    return exchange_add_body(connection->exchange, bytes, body_bytes_max(connection));
}

static bool take_body(struct http_connection *connection)
{
    size_t used;
    const struct refusal *refusal = framing_body(connection->framing, connection->unread, &used, on_body, connection);
    connection->unread = str_slice(connection->unread, used, connection->unread.len);
    if (refusal != NULL)
        connection_refuse(connection, refusal);
    else if (framing_is_complete(connection->framing))
        dispatch(connection);
    return refusal == NULL && used > 0;
}

/* Keeps what is left for later, and sees to the time-out and to reading. */
static void hold_unread(struct http_connection *connection)
{
    struct buf *held = &connection->held;
    struct str rest = connection->unread;
    connection->unread = STR_NONE;
    if (connection->state == CONN_LINGERING || connection->state == CONN_CLOSED) return;
    if (rest.len == 0)
        buf_clear(held);
    else if (held->len > 0)
        buf_drop_front(held, held->len - rest.len);
    else
        buf_str(held, rest);
    assert(buf_ok(held));

    bool wants_more = connection->state == CONN_BODY || connection->state == CONN_HEAD;
    if (wants_more && connection->has_read_end) {
        connection_close(connection);
    } else if (!wants_more) {
        if (held->len > 0) stop_reading(connection);
    } else if (!connection->is_receiving && (connection->state == CONN_BODY || held->len > 0)) {
        connection->is_receiving = true;
        set_timer(connection, connection->server->options.read_ms);
    }
}

/* Works through `held` and, after it, `received`. */
static void process(struct http_connection *connection, struct str received)
{
    if (connection->held.len > 0) {
        buf_str(&connection->held, received);
        received = buf_view(&connection->held);
    }
    connection->unread = received;
    connection->is_processing = true;
    bool progress = true;
    while (progress && connection->unread.len > 0) {
        if (connection->state == CONN_HEAD)
            progress = take_head(connection);
        else if (connection->state == CONN_BODY)
            progress = take_body(connection);
        else
            progress = false;
    }
    connection->is_processing = false;
    hold_unread(connection);
}

/* ---- events ----------------------------------------------------------------------------------------------------------------- */

static void on_read_end(struct http_connection *connection)
{
    connection->has_read_end = true;
    connection->is_reading = false;
    switch (connection->state) {
    case CONN_HEAD:
    case CONN_BODY: connection_close(connection); break;
    case CONN_HANDLING: /* a client may close its side and still wait for an answer, but not for a stream */
        if (connection->exchange->state == EXCHANGE_STREAMING) connection_close(connection);
        break;
    case CONN_LINGERING:
        if (connection->is_shut) connection_close(connection);
        break;
    case CONN_FLUSHING:
    case CONN_CLOSED: break;
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
    struct http_connection *connection = stream->data;
    if (count == UV_EOF)
        on_read_end(connection);
    else if (count < 0)
        connection_close(connection);
    else if (count > 0 && connection->state != CONN_LINGERING)
        process(connection, (struct str){ bytes->base, (size_t)count });
}

static void on_timer(uv_timer_t *timer)
{
    struct http_connection *connection = timer->data;
    if (connection->is_resuming) {
        connection->is_resuming = false;
        connection_begin(connection);
        if (connection->state != CONN_CLOSED) process(connection, STR_NONE);
    } else if (is_taking_its_answer(connection)) {
        set_write_timer(connection);
    } else if (connection->is_receiving && (connection->state == CONN_HEAD || connection->state == CONN_BODY)) {
        connection_refuse(connection, REFUSE(408, "The request did not arrive in time."));
    } else {
        connection_close(connection);
    }
}

void connection_drain(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->exchange;
    if (connection->state == CONN_HEAD) {
        connection_close(connection);
    } else if (connection->state == CONN_HANDLING && exchange->state == EXCHANGE_STREAMING) {
        exchange_end_stream(exchange);
        exchange_gone(exchange);
    }
}
