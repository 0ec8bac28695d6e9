/* call.h - one request of the client: its curl handle, what it has received, and how it ends. For client.c. */
#ifndef NET_CALL_H
#define NET_CALL_H

#include <curl/curl.h>

#include "base/buf.h"
#include "net/client.h"
#include "net/verify.h"

enum call_state {
    CALL_WAITING, /* to be handed to curl as soon as curl is not running */
    CALL_RUNNING,
};

struct http_call {
    struct http_call *prev, *next; /* client.c's list */
    struct http_client *client;
    enum call_state state;
    CURL *easy;
    struct curl_slist *headers;
    enum http_method method;
    long total_ms;
    int64_t send_by_ms, begun_ms; /* the first by the wall clock; the second by one that goes on while the machine sleeps */
    http_data_fn *on_data;
    http_result_fn *on_result;
    void *context;

    unsigned sends;    /* how often curl was about to send the request on an established connection */
    uint64_t stream;   /* of HTTP/2, in the last of them; 0: not known */
    bool is_late;      /* it was held up before its first byte, and nothing was sent */
    bool is_unhandled; /* the other side said that it did not look at the last of them */
    struct buf head, body;
    size_t header_count, body_bytes;
    bool has_head; /* the empty line has come: what follows are trailers */
    bool is_cancelled;
    bool is_malformed; /* the request itself cannot be sent */
    bool is_too_large;
    bool public_only, is_private; /* the second: an address was refused */
    bool is_paused, wants_resume;
    char error[CURL_ERROR_SIZE];
    struct verdict verdict; /* on the certificate */
};

/* Returns new: everything of the request is copied. */
struct http_call *call_open(const struct http_client_options *, const struct http_client_request *, http_data_fn *,
                            http_result_fn *, void *context);
/* Runs on_result with what `code` means and frees the call, which curl's multi handle no longer has. */
void call_finish(struct http_call *, CURLcode code);

#endif
