/* serving.h - a server whose one handler keeps the exchange for the test to answer. */
#ifndef UNIT_NET_SERVING_H
#define UNIT_NET_SERVING_H

#include "unit/net/wire.h"

/* One server with one handler that keeps the exchange for the test to answer. */
struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_exchange *exchange; /* the latest; the test answers it */
    unsigned requests, gone, drained;
    struct buf in;
};

static inline void keep(void *context, struct http_exchange *exchange)
{
    struct fixture *f = context;
    f->exchange = exchange;
    f->requests++;
}

static inline void note_gone(void *context)
{
    ((struct fixture *)context)->gone++;
}

static inline void note_drained(void *context)
{
    ((struct fixture *)context)->drained++;
}

static inline struct fixture open_with(struct http_server_options options)
{
    struct fixture f = { .loop = loop_open() };
    buf_init(&f.in, 16 * 1024 * 1024);
    options.handler = keep;
    f.server = wire_serve(f.loop, &options);
    return f;
}

/* The handler's context is the fixture, whose address is known only when it stands. */
#define fixture_open(name, ...)                                                                                                  \
    struct fixture name;                                                                                                         \
    name = open_with((struct http_server_options){ .context = &name, __VA_ARGS__ })

static inline void fixture_close(struct fixture *f)
{
    http_server_close(f->server);
    buf_clear(&f->in);
    loop_close(f->loop);
}

static inline int ask(struct fixture *f, struct str request)
{
    unsigned before = f->requests;
    int fd = wire_connect(f->server);
    wire_send(f->loop, fd, request);
    wire_until(f->loop, f->requests == before + 1);
    return fd;
}

static const struct str get = { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27 };

static inline void reply(struct http_exchange *exchange, struct str body)
{
    struct http_answer answer = { .status = 200, .body = body };
    http_reply(exchange, &answer);
}

static inline void reset_by_client(int fd)
{
    struct linger now = { 1, 0 };
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    close(fd);
}

#endif
