/* accept.c - new connections: who is at the other end, and whether there is room.
 *
 * Caps are counted here, over all and per peer. A connection too many is accepted, answered with 503 and closed, as its client cannot tell a
 * full backlog from a broken network. Rejected: to stop accepting at the cap, which would let one peer keep all others out.
 */
#include <assert.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/connection.h"
#include "net/loop_uv.h"

enum {
    HELD_BYTES_SPARE = 2 * SERVER_READ_BYTES, /* above half a head: two reads at most */
    REFUSED_MAX = 64,                         /* refused connections that may linger above the cap, */
    REFUSED_PER_PEER_MAX = 8,                 /* and those of one peer */
};

static bool read_tcp_peer(struct http_connection *connection)
{
    struct sockaddr_storage address;
    struct sockaddr *any = (struct sockaddr *)&address;
    int length = sizeof(address);
    if (uv_tcp_getpeername(&connection->uv.tcp, any, &length) != 0) return false;
    if (uv_ip_name(any, connection->peer_text, sizeof(connection->peer_text)) != 0) return false;
    connection->peer.address = str_from(connection->peer_text);
    connection->peer_key = peer_key_of(any);
    return true;
}

/* The other end's user, as the kernel saw it at connect: unix(7), SO_PEERCRED. */
static bool read_unix_peer(struct http_connection *connection)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);
    uv_os_fd_t fd;
    if (uv_fileno(&connection->uv.handle, &fd) != 0) return false;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return false;
    connection->peer.address = STR("unix");
    connection->peer.is_trusted_local = peer.uid == geteuid() || peer.uid == 0;
    return true;
}

static struct http_connection *open_connection(struct listener *listener)
{
    struct http_server *server = listener->server;
    struct http_connection *connection = mem_alloc(sizeof(*connection));
    uv_loop_t *uv = loop_uv(server->loop);
    int result = listener->is_unix ? uv_pipe_init(uv, &connection->uv.pipe, 0) : uv_tcp_init(uv, &connection->uv.tcp);
    if (result == 0) result = uv_timer_init(uv, &connection->timer);
    assert(result == 0); /* neither takes anything that can run out */
    (void)result;
    connection->uv.handle.data = connection->timer.data = connection;
    connection->handles_open = 2;
    connection->server = server;
    connection->is_unix = listener->is_unix;
    connection->framing = framing_open();
    buf_init(&connection->held, server->options.head_bytes + HELD_BYTES_SPARE);
    connection->next = server->connections;
    if (connection->next != NULL) connection->next->prev = connection;
    server->connections = connection;
    server->open_connections++;
    return connection;
}

/* How many connections there are too many, this one included: over all, and (counting it) from its peer. */
static size_t excess_over_all(const struct http_server *server)
{
    size_t max = server->options.connections;
    return server->open_connections > max ? server->open_connections - max : 0;
}

static size_t excess_of_peer(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    const struct ranges *proxies = server->options.proxies;
    if (connection->is_unix || (proxies != NULL && ranges_hold(proxies, connection->peer.address))) return 0;
    connection->is_counted = true;
    size_t count = peers_add(server->peers, connection->peer_key);
    size_t max = server->options.connections_per_peer;
    return count > max ? count - max : 0;
}

/* A refused connection lingers for a moment, so that its client can read why; but not so many of them that refusing costs others their
 * place: those are closed without a word. */
void connection_accept(struct listener *listener)
{
    struct http_connection *connection = open_connection(listener);
    bool is_ready = uv_accept(&listener->uv.stream, &connection->uv.stream) == 0 &&
                    (listener->is_unix ? read_unix_peer(connection) : read_tcp_peer(connection));
    size_t all = excess_over_all(listener->server), of_peer = is_ready ? excess_of_peer(connection) : 0;
    if (!is_ready || all > REFUSED_MAX || of_peer > REFUSED_PER_PEER_MAX) {
        connection_close(connection);
    } else if (all > 0) {
        connection_refuse(connection, REFUSE(503, "The server has too many connections."));
    } else if (of_peer > 0) {
        connection_refuse(connection, REFUSE(503, "There are too many connections from this address."));
    } else {
        if (!listener->is_unix) (void)uv_tcp_nodelay(&connection->uv.tcp, 1); /* without it answers are only slower */
        connection_begin(connection);
    }
}
