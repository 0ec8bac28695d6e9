/* frames.h - the orders that are known by a verb and the kind of thing it is done to: comments, changes, lists, customers. */
#ifndef NLU_FRAMES_H
#define NLU_FRAMES_H

#include "nlu/nlu.h"

/* What the clause asks for, and the index of the word that says so; NLU_NO_OPERATION when no frame fits. Making a ticket and looking at one are operation.c's. */
enum nlu_operation frames_read(const struct words *, size_t from, size_t to, size_t *verb);

#endif
