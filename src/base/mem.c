/* mem.c - the heap, with running out of it treated as the end of the process.
 *
 * Nothing is printed on the way out: this room does no I/O, and the parent process reports the signal.
 * Memory comes zeroed from calloc, which gets large blocks from the kernel already zeroed, so that costs little.
 */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#undef malloc /* banned everywhere else */
#undef calloc
#undef realloc

static void *or_abort(void *memory)
{
    if (!memory) abort();
    return memory;
}

void *mem_alloc(size_t bytes)
{
    return or_abort(calloc(1, bytes ? bytes : 1));
}

void *mem_array(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) abort();
    return mem_alloc(total);
}

void *mem_resize(void *old, size_t bytes)
{
    return or_abort(realloc(old, bytes ? bytes : 1));
}

char *mem_dup(const void *bytes, size_t count)
{
    if (count == SIZE_MAX) abort();
    char *copy = or_abort(malloc(count + 1));
    if (count) memcpy(copy, bytes, count);
    copy[count] = '\0';
    return copy;
}

void mem_free(void *memory)
{
    free(memory);
}
