/* head.h - the head of a request: finding its end in what has arrived, and reading it.
 *
 * Two steps, as bytes come in pieces: head_scan is called with everything received since the request began and looks at each line
 * once; when it reports the end, head_parse turns the whole head into a request. Pure functions on bytes.
 */
#ifndef NET_HEAD_H
#define NET_HEAD_H

#include "base/arena.h"
#include "base/http.h"
#include "net/refusal.h"

/* How far the scan has come. Zero it for each request. */
struct head_scan {
    size_t searched;   /* no LF before this offset is still to be found */
    size_t line_start; /* of the line that is arriving */
    size_t start;      /* of the request line: one empty line before it is skipped (RFC 9112 section 2.2) */
    size_t lines;      /* ended so far, the request line included */
    size_t end;        /* 0 until the empty line has been seen; then the offset after it */
};

/* What the head says about the bytes that follow it. */
struct head_facts {
    int minor_version; /* HTTP/1.x */
    bool is_chunked;
    bool expects_continue;
    uint64_t content_length; /* 0 when there is none */
};

const struct refusal *head_scan(struct head_scan *, struct str received, size_t head_bytes_max);

/* `head` is what lies between scan.start and scan.end, and must live as long as the request: names and values point into it. Fills all of the
 * request but body and peer; the array of headers comes from the arena. */
const struct refusal *head_parse(struct str head, struct arena *, struct http_request *, struct head_facts *);

#endif
