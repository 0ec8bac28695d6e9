/* calling.h - a client, our own server, and a bare socket for when the other side must misbehave. */
#ifndef UNIT_NET_CALLING_H
#define UNIT_NET_CALLING_H

#include "unit/net/wire.h"

#include "net/client.h"

struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_client *client;
    char url[64]; /* of the server, without a path */
    struct buf large;
    struct http_exchange *held; /* of "/hold" */
};

/* What came of one call. */
struct outcome {
    struct fixture *fixture;
    unsigned results;
    struct net_fault fault;
    struct http_timing timing;
    int status;
    struct buf headers, body, streamed; /* headers as name=value; */
    unsigned pieces;
    struct http_call *call;
    bool cancels_in_data;
    struct outcome *starts_in_data; /* another call, begun from on_data */
};

/* ---- a server that echoes and misbehaves by path ------------------------------------------------------------------------------ */

static inline void reply(struct http_exchange *exchange, int status, const struct http_header *header, struct str body)
{
    struct http_answer answer = { status, header, header != NULL ? 1 : 0, body };
    http_reply(exchange, &answer);
}

static inline void reply_echo(struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct buf text;
    buf_init(&text, 1024 * 1024);
    buf_fmt(&text, "%s %.*s\n", http_method_name(request->method), STR_ARG(request->target));
    for (size_t i = 0; i < request->header_count; i++)
        buf_fmt(&text, "%.*s=%.*s\n", STR_ARG(request->headers[i].name), STR_ARG(request->headers[i].value));
    buf_char(&text, '\n');
    buf_str(&text, request->body);
    const struct http_header type = { STR("X-Echo"), STR("yes") };
    reply(exchange, 200, &type, buf_view(&text));
    buf_clear(&text);
}

static inline void handle(void *context, struct http_exchange *exchange)
{
    struct fixture *f = context;
    struct str path = http_exchange_request(exchange)->path;
    static const struct http_header location = { { "Location", 8 }, { "/echo", 5 } },
                                    gzip = { { "Content-Encoding", 16 }, { "gzip", 4 } };
    if (str_eq(path, STR("/large")))
        reply(exchange, 200, NULL, buf_view(&f->large));
    else if (str_eq(path, STR("/gzip")))
        reply(exchange, 200, &gzip, buf_view(&f->large));
    else if (str_eq(path, STR("/moved")))
        reply(exchange, 302, &location, STR("elsewhere"));
    else if (str_eq(path, STR("/teapot")))
        reply(exchange, 418, NULL, STR("short and stout"));
    else if (str_eq(path, STR("/reset")))
        http_exchange_drop(exchange, true);
    else if (str_eq(path, STR("/drop")))
        http_exchange_drop(exchange, false);
    else if (str_eq(path, STR("/hold")))
        f->held = exchange;
    else if (str_eq(path, STR("/truncate"))) {
        struct http_answer answer = { .status = 200, .body = STR("0123456789") };
        http_reply_truncated(exchange, &answer, 4);
    } else {
        reply_echo(exchange);
    }
}

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){ .loop = loop_open() };
    struct http_server_options server = { .handler = handle, .context = f };
    struct http_client_options client = { .user_agent = "test/1" };
    f->server = wire_serve(f->loop, &server);
    f->client = http_client_open(f->loop, &client);
    struct str address = http_server_address(f->server);
    snprintf(f->url, sizeof f->url, "http://%.*s", STR_ARG(address));
    buf_init(&f->large, 32 * 1024 * 1024);
}

static inline void fixture_clear(struct fixture *f)
{
    if (f->held != NULL) reply(f->held, 200, NULL, STR_NONE);
    http_client_close(f->client);
    http_server_close(f->server);
    buf_clear(&f->large);
    loop_close(f->loop);
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------ */

static inline void on_result(void *context, const struct http_result *result)
{
    struct outcome *o = context;
    o->results++;
    o->call = NULL;
    o->fault = result->fault;
    o->timing = result->timing;
    o->status = result->answer.status;
    buf_str(&o->body, result->answer.body);
    for (size_t i = 0; i < result->answer.header_count; i++)
        buf_fmt(&o->headers, "%.*s=%.*s;", STR_ARG(result->answer.headers[i].name), STR_ARG(result->answer.headers[i].value));
}

static inline struct http_client_request request_to(struct arena *arena, const char *base, const char *path)
{
    return (struct http_client_request){ .method = HTTP_GET, .url = arena_fmt(arena, "%s%s", base, path) };
}

static inline void on_data(void *context, struct str bytes)
{
    struct outcome *o = context;
    o->pieces++;
    buf_str(&o->streamed, bytes);
    if (o->cancels_in_data) http_call_cancel(o->call);
    if (o->starts_in_data == NULL) return;
    struct arena arena;
    arena_init(&arena);
    struct http_client_request next = request_to(&arena, o->fixture->url, "/echo");
    o->starts_in_data->call = http_client_start(o->fixture->client, &next, NULL, on_result, o->starts_in_data);
    o->starts_in_data = NULL;
    arena_clear(&arena);
}

static inline void outcome_init(struct outcome *o, struct fixture *f)
{
    *o = (struct outcome){ .fixture = f };
    buf_init(&o->headers, 64 * 1024);
    buf_init(&o->body, 32 * 1024 * 1024);
    buf_init(&o->streamed, 32 * 1024 * 1024);
}

static inline void outcome_clear(struct outcome *o)
{
    buf_clear(&o->headers);
    buf_clear(&o->body);
    buf_clear(&o->streamed);
}

static inline void start(struct outcome *o, struct fixture *f, const struct http_client_request *request, bool streams)
{
    outcome_init(o, f);
    o->call = http_client_start(f->client, request, streams ? on_data : NULL, on_result, o);
    assert_int_equal(o->results, 0); /* never inside the call */
}

static inline void finish(struct outcome *o)
{
    wire_until(o->fixture->loop, o->results == 1);
    for (int i = 0; i < 3; i++) loop_step(o->fixture->loop, 0);
    assert_int_equal(o->results, 1);
}

/* One whole call to a path of the fixture's server. */
static inline void get(struct outcome *o, struct fixture *f, const char *path)
{
    struct arena arena;
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f->url, path);
    start(o, f, &request, false);
    arena_clear(&arena);
    finish(o);
}

static inline void assert_fault(const struct outcome *o, enum net_fault_kind kind, bool nothing_sent)
{
    if (o->fault.kind != kind || o->fault.nothing_sent != nothing_sent)
        fail_msg("kind %d, nothing sent %d: %s", o->fault.kind, o->fault.nothing_sent, o->fault.detail);
    assert_true(kind == NET_OK || o->fault.detail[0] != '\0');
}

/* ---- the bare socket ---------------------------------------------------------------------------------------------------------- */

static inline int bare_listen(char url[64])
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(url, 64, "http://127.0.0.1:%u", ntohs(address.sin_port));
    return fd;
}

static inline int bare_accept(struct loop *loop, int listener)
{
    int fd = -1;
    wire_until(loop, (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    return fd;
}

/* Whether somebody connects and sends something within a while. */
static inline bool bare_is_called(struct loop *loop, int listener)
{
    int fd = -1;
    char byte;
    bool is_called = false;
    for (int i = 0; i < 20 && !is_called; i++) {
        if (fd < 0) fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        is_called = fd >= 0 && recv(fd, &byte, 1, 0) == 1;
        loop_step(loop, 5);
    }
    if (fd >= 0) close(fd);
    return is_called;
}

static inline void call_url(struct outcome *o, struct fixture *f, const char *url, enum http_method method, int64_t total_ms)
{
    struct http_client_request request = { .method = method, .url = str_from(url), .total_ms = total_ms };
    start(o, f, &request, false);
}

#endif
