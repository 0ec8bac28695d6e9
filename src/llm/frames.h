/* frames.h - a stream's bytes, in any split, into its events' texts. Private to this room.
 *
 * Two framings: server-sent events (WHATWG HTML 9.2; only `data` matters) and one JSON text a line. A body that begins with '{'
 * or '[' where events were expected is an answer in one piece, and is handed over as one.
 */
#ifndef LLM_FRAMES_H
#define LLM_FRAMES_H

#include "base/buf.h"

enum framing { FRAMING_EVENTS, FRAMING_LINES, FRAMING_WHOLE };

typedef void frames_fn(void *context, struct str text);

struct frames {
    enum framing framing;
    bool has_begun;
    bool after_cr; /* the line end "\r\n" may be split */
    struct buf line, data;
    bool has_data; /* an empty data line is a line too */
    frames_fn *fn;
    void *context;
};

void frames_init(struct frames *, enum framing, frames_fn *, void *context);
void frames_clear(struct frames *);

/* Calls fn for each event that is complete. False when one is over LIMIT_MODEL_CHUNK_BYTES (an answer in one piece: over
 * LIMIT_ANSWER_BYTES); nothing more is read then. */
bool frames_feed(struct frames *, struct str bytes);
/* The stream has ended: what is left is an event too, as some senders leave out the last line end. */
bool frames_end(struct frames *);

#endif
