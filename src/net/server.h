/* server.h - the HTTP/1.1 server: listeners, connections, and one `exchange` per request.
 *
 * A handler gets an exchange and answers it now or later, exactly once: http_reply for a whole answer, or http_stream_begin,
 * any number of http_stream_write, http_stream_end for an event stream. An exchange whose client has gone takes the same calls and drops
 * them; on_gone tells who wants to know. After http_reply or http_stream_end the pointer is dead.
 *
 * The parser is llhttp in strict mode, with what it lets through refused on top (RFC 9112): two Content-Lengths, Content-Length with
 * Transfer-Encoding, bare LF, obs-fold, space before the colon, missing or double Host, chunk overflow: 400 and a close. Over the limits of
 * base/limits.h: 431, 413, 408. HTTP/1.0 is answered and closed. Pipelined requests are answered in order, one at a time.
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "base/err.h"
#include "base/http.h"
#include "net/loop.h"
#include "net/ranges.h"

struct http_server;
struct http_exchange;

typedef void http_handler(void *context, struct http_exchange *);

struct http_server_options {
    http_handler *handler;
    void *context;
    const char *server_name; /* for the Server header; NULL sends none */
    /* 0 takes the value of base/limits.h */
    int64_t read_ms, idle_ms;
    size_t head_bytes, body_bytes, connections, connections_per_peer;
    /* Peers that hold connections for many others: not counted per peer. Borrowed; NULL: none. */
    const struct ranges *proxies;
    /* May this request, by its head, have a body of up to LIMIT_UPLOAD_BYTES? NULL: none may. LIMIT_UPLOADS_AT_ONCE of them are taken at a time. */
    bool (*may_be_long)(const struct http_request *);
};

struct http_server *http_server_open(struct loop *, const struct http_server_options *); /* returns new */
/* "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:80"; port 0 picks one. E_CONFLICT: somebody listens there; E_INPUT: no such address. */
enum status http_server_listen(struct http_server *, struct str address, struct err *) must_check;
/* A Unix socket, mode 0600; a stale file is replaced. Requests over it have peer.is_trusted_local when the other end is the same user or root. */
enum status http_server_listen_unix(struct http_server *, const char *path, struct err *) must_check;
/* The address that is listened on, with the real port: "127.0.0.1:8080". */
struct str http_server_address(const struct http_server *);
/* Accepts no more, lets running exchanges finish (streams are ended), closes idle connections; then calls done once. */
void http_server_drain(struct http_server *, loop_fn *done, void *context);
void http_server_close(struct http_server *); /* at once; running exchanges are told they are gone */

/* The request; borrowed until the exchange is answered. */
const struct http_request *http_exchange_request(const struct http_exchange *);
/* Memory that lives as long as the exchange. */
struct arena *http_exchange_arena(struct http_exchange *);

/* Adds Date, Content-Length, Connection. The body is copied or sent before this returns. */
void http_reply(struct http_exchange *, const struct http_answer *);
/* Writes the head of a streamed answer (chunked; closed at the end for HTTP/1.0). */
void http_stream_begin(struct http_exchange *, const struct http_answer *head);
/* False when the reader is gone or further behind than LIMIT_STREAM_BACKLOG_BYTES: then the stream has been closed and on_gone was called. */
bool http_stream_write(struct http_exchange *, struct str bytes);
void http_stream_end(struct http_exchange *);
/* fn(context) once if the client goes before the answer is complete, from inside the call that notices (http_stream_begin and http_stream_write, but
 * not http_reply) or from the loop. Answering afterwards is still due, and does nothing. A client that only closes its sending side has gone
 * if the answer is a stream, and waits for it if it is not. */
void http_exchange_on_gone(struct http_exchange *, loop_fn *, void *context);

/* Faults, for the practice Zendesk and tests (exchange_faults.c). Both answer the exchange: its pointer is dead afterwards.
 * Ends the connection without an answer: with a TCP reset, or in an orderly way. */
void http_exchange_drop(struct http_exchange *, bool reset);
/* Sends head and Content-Length of the whole answer but only the first body_bytes of its body, then ends the connection. */
void http_reply_truncated(struct http_exchange *, const struct http_answer *, size_t body_bytes);

/* An exchange without a connection, for commands that run in-process: `request` is copied; on_answer gets the whole answer (a stream's
 * bytes joined), borrowed during the call, from inside http_reply or http_stream_end. */
typedef void http_answer_fn(void *context, const struct http_answer *);
struct http_exchange *http_exchange_local(const struct http_request *, http_answer_fn *, void *context);

#endif
