/* wire.h - a JSON text in the making: begin, write, end. Private to this room.
 *
 * The text ends up in the run's arena; one that passed its ceiling comes out empty, so a writer checks once, at its end.
 */
#ifndef ZENDESK_WIRE_H
#define ZENDESK_WIRE_H

#include "base/arena.h"
#include "base/json.h"

/* Arguments are at most LIMIT_ARGUMENTS_BYTES; JSON escapes make six bytes of one. */
enum { WIRE_REQUEST_BYTES_MAX = 2 * 1024 * 1024 };

struct wire {
    struct buf bytes;
    struct jw json;
};

/* Returns the writer, inside of the text's one object. */
struct jw *wire_begin(struct wire *, size_t bytes_max);
/* Closes the object; the text is in the arena, or empty when it was too long. Frees the rest. */
struct str wire_end(struct wire *, struct arena *);
/* A copy of a node as text; empty for NULL. */
struct str wire_copy(const struct json *, struct arena *);
/* Do two values read alike, a number and the same number as text included? A missing one is like null. */
bool wire_same(const struct json *a, const struct json *b, struct arena *);

#endif
