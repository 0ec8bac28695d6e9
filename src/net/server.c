/* server.c - listeners and the server's life. What happens on a connection is in connection.c, answering in exchange.c.
 *
 * libuv's handles close in a later round of the loop, so the server counts what is still open; the last handle to close ends a drain or
 * frees a closed server, in server_settle and nowhere else.
 */
#include "net/server.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/connection.h"
#include "net/loop_uv.h"

enum { BACKLOG = 1024 };

/* ---- life ------------------------------------------------------------------------------------------------------------------- */

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

static size_t or_limit(size_t value, size_t otherwise)
{
    return value > 0 ? value : otherwise;
}

struct http_server *http_server_open(struct loop *loop, const struct http_server_options *options)
{
    assert(options->handler != NULL);
    struct http_server *server = mem_alloc(sizeof(*server));
    server->loop = loop;
    server->options = *options;
    server->options.read_ms = or_default(options->read_ms, LIMIT_HTTP_READ_MS);
    server->options.idle_ms = or_default(options->idle_ms, LIMIT_HTTP_IDLE_MS);
    server->options.head_bytes = or_limit(options->head_bytes, LIMIT_HTTP_HEAD_BYTES);
    server->options.body_bytes = or_limit(options->body_bytes, LIMIT_HTTP_BODY_BYTES);
    server->options.connections = or_limit(options->connections, LIMIT_HTTP_CONNECTIONS);
    server->options.connections_per_peer = or_limit(options->connections_per_peer, LIMIT_HTTP_CONNECTIONS_PER_PEER);
    server->peers = peers_open();
    buf_init(&server->head, SERVER_HEAD_BYTES_MAX);
    return server;
}

static void free_server(struct http_server *server)
{
    peers_close(server->peers);
    buf_clear(&server->head);
    mem_free(server);
}

void server_settle(struct http_server *server)
{
    if (server->open_listeners > 0 || server->open_connections > 0) return;
    loop_fn *on_drained = server->on_drained;
    server->on_drained = NULL;
    if (server->is_closing)
        free_server(server);
    else if (on_drained != NULL)
        on_drained(server->drained_context); /* may close the server: not touched afterwards */
}

static void listener_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    struct http_server *server = listener->server;
    mem_free(listener);
    server->open_listeners--;
    server_settle(server);
}

static void close_listeners(struct http_server *server)
{
    struct listener *listener = server->listeners;
    server->listeners = NULL;
    while (listener != NULL) {
        struct listener *next = listener->next;
        uv_close(&listener->uv.handle, listener_closed);
        listener = next;
    }
}

void http_server_drain(struct http_server *server, loop_fn *done, void *context)
{
    assert(!server->is_draining && !server->is_closing);
    server->is_draining = true;
    close_listeners(server);
    /* A connection that closes stays in memory, with its link, until the loop's next round. */
    for (struct http_connection *c = server->connections, *next; c != NULL; c = next) {
        next = c->next;
        connection_drain(c);
    }
    server->on_drained = done;
    server->drained_context = context;
    if (server->open_listeners > 0 || server->open_connections > 0) return;
    server->on_drained = NULL;
    loop_post(server->loop, done, context);
}

void http_server_close(struct http_server *server)
{
    if (server == NULL) return;
    assert(!server->is_closing);
    server->is_closing = true;
    close_listeners(server);
    while (server->connections != NULL) connection_close(server->connections);
    server_settle(server);
}

struct str http_server_address(const struct http_server *server)
{
    return str_from(server->address);
}

/* ---- listening -------------------------------------------------------------------------------------------------------------- */

static void on_connection(uv_stream_t *stream, int status)
{
    if (status == 0)
        connection_accept(stream->data);
    else
        log_warn("connection not accepted", LOG_STR("reason", str_from(uv_strerror(status))));
}

static struct listener *new_listener(struct http_server *server, bool is_unix)
{
    assert(!server->is_draining && !server->is_closing);
    struct listener *listener = mem_alloc(sizeof(*listener));
    uv_loop_t *uv = loop_uv(server->loop);
    int result = is_unix ? uv_pipe_init(uv, &listener->uv.pipe, 0) : uv_tcp_init(uv, &listener->uv.tcp);
    assert(result == 0); /* no descriptor is taken before bind */
    (void)result;
    listener->uv.handle.data = listener;
    listener->server = server;
    listener->is_unix = is_unix;
    server->open_listeners++;
    return listener;
}

/* Keeps the listener, or closes it and says why `address` cannot be listened on. */
static enum status settle_listener(struct listener *listener, int result, const char *address, struct err *err)
{
    if (result == 0) {
        listener->next = listener->server->listeners;
        listener->server->listeners = listener;
        return OK;
    }
    uv_close(&listener->uv.handle, listener_closed);
    switch (result) {
    case UV_EADDRINUSE: return err_set(err, E_CONFLICT, "%s: another program listens there", address);
    case UV_EADDRNOTAVAIL: return err_set(err, E_INPUT, "%s: this machine does not have that address", address);
    case UV_EACCES: return err_set(err, E_DENIED, "%s: listening there needs more rights", address);
    default: return err_set(err, E_IO, "%s: %s", address, uv_strerror(result));
    }
}

/* "127.0.0.1:8080" or "[::1]:8080". */
static bool parse_address(struct str text, struct sockaddr_storage *address)
{
    char host[INET6_ADDRSTRLEN];
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':') colon--;
    uint64_t port;
    if (colon == 0 || !str_to_u64(str_slice(text, colon, text.len), &port) || port > UINT16_MAX) return false;
    struct str name = str_slice(text, 0, colon - 1);
    bool is_v6 = name.len >= 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']';
    if (is_v6) name = str_slice(name, 1, name.len - 1);
    if (name.len == 0 || name.len >= sizeof(host)) return false;
    memcpy(host, name.ptr, name.len);
    host[name.len] = '\0';
    if (is_v6) return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)address) == 0;
    return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address) == 0;
}

/* The address with the real port, as it is written in a URL. */
static void remember_address(struct http_server *server, const uv_tcp_t *tcp)
{
    struct sockaddr_storage bound;
    struct sockaddr *any = (struct sockaddr *)&bound;
    int length = sizeof(bound);
    char host[INET6_ADDRSTRLEN] = "";
    if (server->address[0] != '\0' || uv_tcp_getsockname(tcp, any, &length) != 0) return;
    if (uv_ip_name(any, host, sizeof(host)) != 0) return;
    bool is_v6 = any->sa_family == AF_INET6;
    unsigned port = ntohs(is_v6 ? ((struct sockaddr_in6 *)&bound)->sin6_port : ((struct sockaddr_in *)&bound)->sin_port);
    snprintf(server->address, sizeof(server->address), is_v6 ? "[%s]:%u" : "%s:%u", host, port);
}

enum status http_server_listen(struct http_server *server, struct str text, struct err *err)
{
    struct sockaddr_storage address = { 0 };
    if (!parse_address(text, &address))
        return err_set(err, E_INPUT, "%.*s: not an address and a port, such as 127.0.0.1:8080 or [::1]:8080", STR_ARG(text));
    char shown[80];
    snprintf(shown, sizeof(shown), "%.*s", STR_ARG(text));
    struct listener *listener = new_listener(server, false);
    int result = uv_tcp_bind(&listener->uv.tcp, (struct sockaddr *)&address, 0);
    if (result == 0) result = uv_listen(&listener->uv.stream, BACKLOG, on_connection);
    if (result == 0) remember_address(server, &listener->uv.tcp);
    return settle_listener(listener, result, shown, err);
}

/* ---- the Unix socket ---------------------------------------------------------------------------------------------------------- */

/* A socket file that a killed server left behind refuses connections; it is removed. Anything else at that path is left alone. */
static enum status remove_stale(const char *path, struct err *err)
{
    struct stat found;
    if (lstat(path, &found) != 0) {
        if (errno == ENOENT) return OK;
        return err_set(err, E_IO, "%s: %s", path, strerror(errno));
    }
    if (!S_ISSOCK(found.st_mode)) return err_set(err, E_CONFLICT, "%s: there is a file that is not a socket", path);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return err_set(err, E_IO, "%s: %s", path, strerror(errno));
    bool is_live = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno != ECONNREFUSED;
    close(fd);
    if (is_live) return err_set(err, E_CONFLICT, "%s: another program listens there", path);
    if (unlink(path) != 0 && errno != ENOENT) return err_set(err, E_IO, "%s: %s", path, strerror(errno));
    return OK;
}

enum status http_server_listen_unix(struct http_server *server, const char *path, struct err *err)
{
    size_t path_max = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
    if (strlen(path) > path_max) return err_set(err, E_INPUT, "%s: the path of a socket has at most %zu bytes", path, path_max);
    enum status status = remove_stale(path, err);
    if (status != OK) return status;
    struct listener *listener = new_listener(server, true);
    mode_t before = umask(0177); /* the file is never there with more rights than it keeps */
    int result = uv_pipe_bind(&listener->uv.pipe, path);
    umask(before);
    if (result == 0 && chmod(path, 0600) != 0) result = uv_translate_sys_error(errno);
    if (result == 0) result = uv_listen(&listener->uv.stream, BACKLOG, on_connection);
    return settle_listener(listener, result, path, err);
}
