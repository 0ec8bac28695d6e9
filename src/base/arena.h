/* arena.h - memory with one lifetime: allocate many, release all at once.
 *
 * One arena per request and one per turn step. Memory comes in chunks; nothing is freed singly. Under AddressSanitizer the
 * unused rest is poisoned. An arena has a ceiling: asking for more ends the process (abort), as limits on every input
 * keep any honest use far below it, and a half-built answer would be worse.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/text.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used, size;          /* within the newest chunk */
    size_t total;               /* bytes taken from the heap */
};

void arena_init(struct arena *);
void arena_clear(struct arena *); /* everything is given back; the arena can be used again */

void *arena_alloc(struct arena *, size_t bytes); /* zeroed, aligned for any type */
void *arena_array(struct arena *, size_t count, size_t bytes);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

struct str arena_str(struct arena *, struct str); /* a copy; it has a NUL after its last byte */
char *arena_cstr(struct arena *, struct str);     /* the same, for interfaces that want a C string */
struct str arena_fmt(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
