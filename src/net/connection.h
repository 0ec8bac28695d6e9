/* connection.h - the server's insides: the server, its listeners and its connections. For the files of this room.
 *
 * A connection is one state machine, fed by libuv's read callback, one timer and the exchange's answers. Bytes that cannot be used yet (half a head, a
 * pipelined request) are held; while a handler works at most one read is held and then reading stops, so that a client can neither fill
 * memory nor go unnoticed.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include <uv.h>

#include "base/buf.h"
#include "net/exchange.h"
#include "net/framing.h"
#include "net/head.h"
#include "net/peers.h"

enum {
    SERVER_READ_BYTES = 64 * 1024, /* libuv asks for this much; one buffer serves all connections, as reads are used at once */
    SERVER_HEAD_BYTES_MAX = 64 * 1024, /* an answer's head; handlers write far less */
};

union stream_handle {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct listener {
    union stream_handle uv;
    struct http_server *server;
    struct listener *next;
    bool is_unix;
};

struct http_server {
    struct loop *loop;
    struct http_server_options options; /* with every 0 replaced */
    struct listener *listeners;
    struct http_connection *connections; /* those that are not closing */
    struct peers *peers;
    size_t open_listeners, open_connections; /* until their handles are closed */
    struct buf head;                         /* where answers' heads are composed */
    char address[64];
    loop_fn *on_drained;
    void *drained_context;
    unsigned long_bodies; /* on their way in, or being handled */
    bool is_draining, is_closing;
    char read_bytes[SERVER_READ_BYTES];
};

enum connection_state {
    CONN_HEAD, /* a request's head is arriving, or nothing is */
    CONN_BODY,
    CONN_HANDLING,  /* a handler has the exchange */
    CONN_FLUSHING,  /* answered; the client has not taken it all yet */
    CONN_LINGERING, /* the last answer is out; what still comes is thrown away until the client closes (RFC 9112 section 9.6) */
    CONN_CLOSED,    /* handles are closing */
};

struct http_connection {
    union stream_handle uv;
    uv_timer_t timer;
    uv_shutdown_t shutdown;
    struct http_server *server;
    struct http_connection *prev, *next;
    enum connection_state state;
    struct http_exchange *exchange; /* NULL between requests */
    struct framing *framing;
    struct head_scan scan;
    struct buf held;     /* received, not used yet */
    struct str unread;   /* during processing: held, or the read buffer */
    size_t queued_bytes; /* of answers, waiting for the client */
    size_t unsent_mark;  /* how much of it the client had not taken when the timer was set */
    struct http_peer peer;
    struct peer_key peer_key;
    char peer_text[46]; /* INET6_ADDRSTRLEN */
    unsigned handles_open;
    bool is_unix, is_counted; /* counted: in server->peers */
    bool is_reading, is_processing;
    bool is_receiving; /* the read time-out of this request runs */
    bool is_resuming;  /* the timer is due to take up held bytes */
    bool is_shut, has_read_end;
    bool has_long_body;
    bool keeps_alive;
};

/* accept.c: takes the connection that waits at the listener. */
void connection_accept(struct listener *);

/* Waits for requests. */
void connection_begin(struct http_connection *);
/* Answers with an error of the server's own and closes, after a moment in which the client can read it. */
void connection_refuse(struct http_connection *, const struct refusal *);

/* Sends or queues. False when the connection has ended; then it has been closed. */
bool connection_write(struct http_connection *, const uv_buf_t *pieces, unsigned count);
/* The exchange has been answered and is no longer the connection's. */
void connection_answered(struct http_connection *, bool keeps_alive);
void connection_close(struct http_connection *);
void connection_reset(struct http_connection *); /* with a TCP reset, which throws queued bytes away */
/* Closes when idle; ends a stream. */
void connection_drain(struct http_connection *);

/* server.c: a handle has closed; ends the drain or frees the server when it was the last. */
void server_settle(struct http_server *);

#endif
