/* wire.c - see wire.h. */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void reserve(struct wire_bytes *bytes, size_t more)
{
    if (bytes->len + more <= bytes->size) return;
    while (bytes->size < bytes->len + more) bytes->size = bytes->size ? 2 * bytes->size : 4096;
    bytes->ptr = realloc(bytes->ptr, bytes->size);
    if (!bytes->ptr) fail("memory");
}

void wire_append(struct wire_bytes *bytes, const char *text, size_t len)
{
    reserve(bytes, len);
    memcpy(bytes->ptr + bytes->len, text, len);
    bytes->len += len;
}

void wire_print(struct wire_bytes *bytes, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    va_list again;
    va_copy(again, values);
    int len = vsnprintf(NULL, 0, format, values);
    va_end(values);
    reserve(bytes, (size_t)len + 1);
    (void)vsnprintf(bytes->ptr + bytes->len, (size_t)len + 1, format, again);
    va_end(again);
    bytes->len += (size_t)len;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int wire_listen(int *port)
{
    struct sockaddr_in address = loopback(*port);
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0) fail("socket");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0) fail("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0) fail("getsockname");
    *port = ntohs(address.sin_port);
    return fd;
}

static struct wire *watch(int fd, int epoll)
{
    int yes = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire) fail("memory");
    wire->fd = fd;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = wire };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
    return wire;
}

struct wire *wire_accept(int listener, int epoll)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? NULL : watch(fd, epoll);
}

struct wire *wire_connect(int port, int epoll)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) fail("fcntl");
    return watch(fd, epoll);
}

void wire_close(struct wire *wire)
{
    close(wire->fd);
    free(wire->in.ptr);
    free(wire->out.ptr);
    free(wire);
}

bool wire_read(struct wire *wire)
{
    for (;;) {
        reserve(&wire->in, CHUNK);
        size_t room = wire->in.size - wire->in.len;
        ssize_t got = recv(wire->fd, wire->in.ptr + wire->in.len, room, 0);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        if (got == 0) return false;
        wire->in.len += (size_t)got;
        if ((size_t)got < room) return true;
    }
}

void wire_flush(struct wire *wire)
{
    size_t sent = 0;
    while (sent < wire->out.len) {
        ssize_t now = send(wire->fd, wire->out.ptr + sent, wire->out.len - sent, MSG_NOSIGNAL);
        if (now >= 0) {
            sent += (size_t)now;
        } else if (errno == EAGAIN) {
            struct pollfd ready = { .fd = wire->fd, .events = POLLOUT };
            (void)poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            break; /* the peer has gone; the next read says so */
        }
    }
    wire->out.len = 0;
}

static size_t length_of(const char *head, size_t len)
{
    for (const char *line = head; line < head + len;) {
        const char *end = memchr(line, '\n', (size_t)(head + len - line));
        if (!end) return 0;
        if (strncasecmp(line, "content-length:", 15) == 0) return strtoul(line + 15, NULL, 10);
        line = end + 1;
    }
    return 0;
}

bool wire_next(const struct wire *wire, struct wire_message *message)
{
    const char *end = memmem(wire->in.ptr, wire->in.len, "\r\n\r\n", 4);
    if (!end) return false;
    size_t head = (size_t)(end - wire->in.ptr) + 4, body = length_of(wire->in.ptr, head);
    if (wire->in.len < head + body) return false;
    *message = (struct wire_message){ wire->in.ptr, wire->in.ptr + head, head, body, head + body };
    return true;
}

void wire_drop(struct wire *wire, const struct wire_message *message)
{
    wire->in.len -= message->total;
    memmove(wire->in.ptr, wire->in.ptr + message->total, wire->in.len);
}

size_t wire_text(const char *at, size_t len, const char *name, const char **text)
{
    char key[64];
    int size = snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *found = memmem(at, len, key, (size_t)size);
    if (!found) return SIZE_MAX;
    *text = found + size;
    const char *end = memchr(*text, '"', (size_t)(at + len - *text));
    return end ? (size_t)(end - *text) : SIZE_MAX;
}

bool wire_has(const char *at, size_t len, const char *words)
{
    return memmem(at, len, words, strlen(words)) != NULL;
}

int64_t wire_now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
