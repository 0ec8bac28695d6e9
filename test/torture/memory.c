/* memory.c - lets an allocation fail. A library of its own, as sanitizers have their own malloc and do not go with it.
 *
 * The real functions are glibc's under their second names, so nothing has to be looked up while memory is asked for.
 */
#include "torture/control.h"

#include <errno.h>
#include <stddef.h>

#undef malloc
#undef calloc
#undef realloc

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static bool fails(void)
{
    if (!control_strikes(TARGET_MEMORY)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
