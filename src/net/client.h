/* client.h - the HTTP client (libcurl's multi interface on the loop).
 *
 * One client per process. Requests never follow redirects, never read .netrc, verify TLS (>= 1.2), and send nothing but what they are given
 * (plus Host, User-Agent, Accept-Encoding). Answers are decompressed and capped. Connections are reused; a request marked `fresh_if_idle_ms` does
 * not take one that was idle longer.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include "base/http.h"
#include "net/loop.h"

struct http_client;
struct http_call;

struct http_client_options {
    const char *user_agent;
    const char *ca_file; /* NULL: the system's */
    const char *proxy;   /* NULL: none, whatever the environment says */
};

struct http_client_request {
    enum http_method method;
    struct str url; /* http:// or https:// ; made by egress or app, never by input */
    const struct http_header *headers;
    size_t header_count;
    struct str body;              /* copied */
    const char *unix_socket;      /* NULL, or the path to connect to instead of the host */
    int64_t connect_ms, total_ms; /* 0: 10 s and 45 s */
    int64_t fresh_if_idle_ms;     /* 0: any connection will do */
    int64_t quiet_ms;   /* 0: no such end; the call ends with NET_TIMEOUT when no byte came for so long (whole seconds) */
    bool public_only;   /* only to addresses of the public Internet (public.h), else NET_PRIVATE; a proxy is the operator's own */
    int64_t send_by_ms; /* 0, or the wall clock's time after which no byte of it may leave any more: NET_TIMEOUT, nothing sent */
};

/* How long each phase took, in microseconds from the start; 0 when it did not happen (a reused connection has no DNS). */
struct http_timing {
    int64_t dns_us, connect_us, tls_us, first_byte_us, total_us;
};

struct http_result {
    struct net_fault fault;    /* kind NET_OK: there is an answer */
    struct http_answer answer; /* borrowed during the callback */
    struct http_timing timing;
    struct str primary_address; /* the address that was connected to; may be empty */
};

typedef void http_result_fn(void *context, const struct http_result *);

struct http_client *http_client_open(struct loop *, const struct http_client_options *); /* returns new */
void http_client_close(struct http_client *); /* running calls end with NET_CANCELLED */

/* Starts a request; on_result runs once, later. on_data may be NULL; when given, body bytes of a 2xx are handed over as they come
 * and the answer's body is empty (a provider's stream). */
typedef void http_data_fn(void *context, struct str bytes);
struct http_call *http_client_start(struct http_client *, const struct http_client_request *, http_data_fn *on_data,
                                    http_result_fn *on_result, void *context);
void http_call_cancel(struct http_call *); /* on_result still runs, with NET_CANCELLED */

/* Back-pressure, from anywhere on the loop's thread: while paused nothing is read, so the sender has to wait. quiet_ms does not run
 * meanwhile, the total does. */
void http_call_pause(struct http_call *);
void http_call_resume(struct http_call *);

#endif
