/* answer.h - the head of an answer as bytes. */
#ifndef NET_ANSWER_H
#define NET_ANSWER_H

#include "base/buf.h"
#include "base/http.h"
#include "net/refusal.h"

/* How the reader learns where the body ends. */
enum answer_framing {
    ANSWER_LENGTH, /* Content-Length of answer->body */
    ANSWER_CHUNKED,
    ANSWER_UNTIL_CLOSE, /* HTTP/1.0 streams */
};

/* Status line, Date, Server, the answer's own headers and what frames the body. The answer's headers must not name those (asserted); one whose
 * value could end its line is left out and logged. `closes` adds Connection: close. */
void answer_head(struct buf *out, const struct http_answer *, enum answer_framing, bool closes, const char *server_name);

/* 1xx, 204 and 304 never have a body (RFC 9110 section 6.4.1). */
bool answer_has_body(int status);

/* A refusal as a problem (RFC 9457) with type about:blank; the connection closes. Without the body for HEAD. */
void answer_refusal(struct buf *out, const struct refusal *, bool is_head, const char *server_name);

/* Counts the answer in its class. */
void answer_count(int status);

#endif
