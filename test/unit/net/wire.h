/* wire.h - a server and raw sockets on one loop, for the tests of this room: bytes out, bytes in, no client library between. */
#ifndef UNIT_NET_WIRE_H
#define UNIT_NET_WIRE_H

#include "unit/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/loop.h"
#include "net/server.h"

enum { WIRE_PATIENCE_MS = 5000 }; /* how long an expected thing may take on a busy machine */

/* Runs the loop until the condition holds; fails after a while. */
#define wire_until(loop, condition)                                                                                              \
    do {                                                                                                                         \
        int64_t wire_deadline = wire_now_ms() + WIRE_PATIENCE_MS;                                                                \
        while (!(condition)) {                                                                                                   \
            if (wire_now_ms() > wire_deadline) fail_msg("still not: %s", #condition);                                            \
            loop_step((loop), 5);                                                                                                \
        }                                                                                                                        \
    } while (0)

static inline int64_t wire_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline uint16_t wire_port(const struct http_server *server)
{
    struct str address = http_server_address(server), host;
    assert_true(str_split(&address, ':', &host));
    uint64_t port = 0;
    assert_true(str_to_u64(address, &port) && port > 0);
    return (uint16_t)port;
}

static inline struct http_server *wire_serve(struct loop *loop, const struct http_server_options *options)
{
    struct http_server *server = http_server_open(loop, options);
    struct err err;
    if (http_server_listen(server, STR("127.0.0.1:0"), &err) != OK) fail_msg("%s", err.detail);
    return server;
}

static inline int wire_socket(int fd, const struct sockaddr *address, socklen_t length)
{
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, address, length), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static inline int wire_connect(const struct http_server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(wire_port(server)),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = wire_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address, sizeof address);
    int on = 1;
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    return fd;
}

static inline int wire_connect_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    return wire_socket(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address, sizeof address);
}

/* Sends it all while the loop runs; a server that has closed already takes no more, which is not an error here. */
static inline void wire_send(struct loop *loop, int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return;
        if (sent > 0) bytes = str_slice(bytes, (size_t)sent, bytes.len);
        loop_step(loop, 0);
    }
}

/* Adds what has come. False once the other side has closed. */
static inline bool wire_receive(struct loop *loop, int fd, struct buf *in)
{
    char bytes[16 * 1024];
    loop_step(loop, 1);
    ssize_t count = recv(fd, bytes, sizeof bytes, 0);
    if (count > 0) buf_bytes(in, bytes, (size_t)count);
    return count > 0 || (count < 0 && errno == EAGAIN);
}

static inline void wire_until_contains(struct loop *loop, int fd, struct buf *in, struct str text)
{
    int64_t deadline = wire_now_ms() + WIRE_PATIENCE_MS;
    while (str_find(buf_view(in), text, 0) == SIZE_MAX) {
        bool is_open = wire_receive(loop, fd, in);
        if (str_find(buf_view(in), text, 0) != SIZE_MAX) return;
        if (!is_open || wire_now_ms() > deadline)
            fail_msg("%s without \"%.*s\": \"%.*s\"", is_open ? "time is up" : "closed", STR_ARG(text), STR_ARG(buf_view(in)));
    }
}

static inline void wire_until_closed(struct loop *loop, int fd, struct buf *in)
{
    int64_t deadline = wire_now_ms() + WIRE_PATIENCE_MS;
    while (wire_receive(loop, fd, in))
        if (wire_now_ms() > deadline) fail_msg("still open after \"%.*s\"", STR_ARG(buf_view(in)));
}

#endif
