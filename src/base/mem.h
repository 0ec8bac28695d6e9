/* mem.h - heap memory that cannot fail.
 *
 * Out of memory ends the process (abort): it is restarted by its parent and loses nothing, as all state is durable
 * before its effects run. So no caller checks for NULL. Sizes are bounded by the callers' limits, not here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t bytes);                  /* zeroed */
void *mem_array(size_t count, size_t bytes);    /* zeroed; aborts on overflow of count * bytes */
void *mem_resize(void *old, size_t bytes);      /* the new part is not zeroed */
char *mem_dup(const void *bytes, size_t count); /* a copy with a NUL after it */
void mem_free(void *);                          /* NULL is fine */

#endif
