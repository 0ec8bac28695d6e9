/* line.h - whole messages between two processes of the program, over a Unix stream socket.
 *
 * A message is four bytes of length, least significant first, and as many bytes as that. Both ends hold the length against `message_bytes` before anything is
 * reserved for it: the other end may be in a stranger's hands, and a longer message ends the line. What a message says is the callers' affair (egress/wire.h).
 */
#ifndef NET_LINE_H
#define NET_LINE_H

#include "base/buf.h"
#include "net/loop.h"

struct line;

typedef void line_message_fn(void *context, struct str message); /* borrowed for the call */
/* The other end has gone, or broke the rules. Once, and never from inside line_send or line_close; closing stays with the owner. */
typedef void line_end_fn(void *context);

struct line_options {
    size_t message_bytes; /* the longest that is taken */
    line_message_fn *on_message;
    line_end_fn *on_end;
    void *context;
};

/* Takes the descriptor, one end of line_pair. Returns new. A line keeps the loop running. */
struct line *line_open(struct loop *, int fd, const struct line_options *);
/* Sends, or keeps until the other end takes it. The message is copied. */
void line_send(struct line *, struct str message);
void line_close(struct line *); /* NULL is fine; also from inside on_message and on_end */

/* Two connected ends, closed on exec. False without descriptors. */
bool line_pair(int ends[2]) must_check;

/* Without a loop, on a descriptor of its own: sends, then waits for the answer, at most timeout_ms. The answer is appended to *answer, whose ceiling is the longest message that is
 * taken. E_UNAVAILABLE when the other end has gone, E_TIMEOUT, E_LIMIT; after any of them the descriptor is of no use any more. */
enum status line_ask(int fd, struct str message, int64_t timeout_ms, struct buf *answer) must_check;

#endif
