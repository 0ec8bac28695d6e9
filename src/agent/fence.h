/* fence.h - text that other people wrote, on its way to a model: cleaned of what nobody sees, capped, and between marks that it cannot write itself.
 *
 * A fence makes it clear to the model where data begins and ends; it is no wall. What holds when a model obeys the data all the same is in tools.h and provenance.h.
 * Pure values; strings are in the arena.
 */
#ifndef AGENT_FENCE_H
#define AGENT_FENCE_H

#include "agent/turn.h"

/* The word that the marks of one step carry. Nobody who wrote the text could know it. */
struct str fence_mark(const uint8_t random[TURN_RANDOM_BYTES], struct arena *);

/* Appends valid UTF-8 without control characters (line feed and tab stay), characters that change the direction of writing, and characters that have no shape but can spell words
 * (tags, variation selectors). Over `chars_max` characters it is cut, and says how much is shown. */
void fence_clean(struct buf *out, struct str text, size_t chars_max);

/* `heading` (our own words) says what it is; `body` is cleaned already. */
struct str fence_wrap(struct str mark, struct str heading, struct str body, struct arena *);
/* The same with less of the body when it is longer than `bytes_max` in all: what stays is inside the marks, and it says that it was shortened. A text without a fence is cut and says so too. */
struct str fence_shorten(struct str text, size_t bytes_max, struct arena *);

#endif
