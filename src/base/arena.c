/* arena.c - chunks in a list; the newest is being filled.
 *
 * Chunks double from 4 KiB to 256 KiB, so a small request costs one heap call and a large one few; what is larger than a chunk
 * gets one of its own size. Chunks come zeroed and are never reused, so every piece is zeroed without work here. Keeping chunks for the
 * next request was rejected: the heap does that already, and reuse would hide use after clear from AddressSanitizer, for which
 * the free part of a chunk, and a gap after every piece, are poisoned.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/sanitizer.h"

#if SANITIZER_ADDRESS
#include <sanitizer/asan_interface.h>
enum { GAP_BYTES = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(at, bytes)   ((void)(at), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
enum { GAP_BYTES = 0 };
#endif

enum { CHUNK_BYTES_MIN = 4 * 1024, CHUNK_BYTES_MAX = 256 * 1024, ALIGNMENT = alignof(max_align_t) };

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){ 0 };
}

void arena_clear(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
        mem_free(chunk);
        chunk = next;
    }
    arena_init(arena);
}

static void add_chunk(struct arena *arena, size_t bytes)
{
    size_t size = arena->size ? arena->size * 2 : CHUNK_BYTES_MIN;
    if (size > CHUNK_BYTES_MAX) size = CHUNK_BYTES_MAX;
    if (size < bytes) size = bytes;
    struct arena_chunk *chunk = mem_alloc(sizeof *chunk + size);
    chunk->next = arena->chunks;
    chunk->size = size;
    ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
    arena->chunks = chunk;
    arena->used = 0;
    arena->size = size;
    arena->total += size;
    if (arena->total > LIMIT_ARENA_BYTES) abort();
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    if (bytes > LIMIT_ARENA_BYTES) abort();
    size_t taken = (bytes + GAP_BYTES + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->chunks || arena->size - arena->used < taken) add_chunk(arena, taken);
    char *piece = arena->chunks->bytes + arena->used;
    arena->used += taken;
    ASAN_UNPOISON_MEMORY_REGION(piece, bytes);
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) abort();
    return arena_alloc(arena, total);
}

char *arena_cstr(struct arena *arena, struct str text)
{
    if (text.len > LIMIT_ARENA_BYTES) abort();
    char *copy = arena_alloc(arena, text.len + 1);
    if (text.len) memcpy(copy, text.ptr, text.len);
    return copy;
}

struct str arena_str(struct arena *arena, struct str text)
{
    return (struct str){ arena_cstr(arena, text), text.len };
}

struct str arena_fmt(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) abort(); /* a wrong format: a defect of the caller */
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return (struct str){ text, (size_t)length };
}
