/* framing.h - where a request ends and what its body is: llhttp in strict mode.
 *
 * llhttp only ever sees whole lines that grammar.c has passed, and body bytes; what it then says about the head must agree with what head.c
 * read. Its header names HTTP methods as base/http.h does, so the two never meet in one file.
 */
#ifndef NET_FRAMING_H
#define NET_FRAMING_H

#include "base/text.h"
#include "net/refusal.h"

struct framing;

struct framing *framing_open(void); /* returns new; serves the requests of one connection, one after the other */
void framing_close(struct framing *);

/* What head.c found. */
struct framing_expected {
    size_t field_count;
    uint64_t content_length;
    bool is_chunked;
};

/* Reads a whole head; the body, if any, follows. */
const struct refusal *framing_head(struct framing *, struct str head, const struct framing_expected *);
bool framing_is_complete(const struct framing *); /* the message has ended */
bool framing_keeps_alive(const struct framing *); /* the client did not ask for the end of the connection */

/* Takes what it can of `received` and hands decoded body bytes to on_data (false: too much, answered 413). *used is how much was taken: the rest is
 * the beginning of a line, to be given again with more behind it, or belongs to the next request. */
typedef bool framing_data_fn(void *context, struct str bytes);
const struct refusal *framing_body(struct framing *, struct str received, size_t *used, framing_data_fn *on_data, void *context);

#endif
