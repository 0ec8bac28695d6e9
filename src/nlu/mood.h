/* mood.h - whether a clause gives its order, or only speaks of it: asks about it, reports it, supposes it, sets it aside. */
#ifndef NLU_MOOD_H
#define NLU_MOOD_H

#include "nlu/nlu.h"
#include "nlu/words.h"

enum mood {
    MOOD_ORDERS,
    MOOD_ASKS,  /* "who closed it", "should I close it" */
    MOOD_TELLS, /* "he closed it", "if I close it", "no need to close it" */
};

/* Of the operation read in [from, to) with its verb at `verb` (SIZE_MAX: none, which orders). A write that is not ordered is asked about, not begun. */
enum mood mood_read(const struct words *, size_t from, size_t to, size_t verb, enum nlu_operation);

#endif
