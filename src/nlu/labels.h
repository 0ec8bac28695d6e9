/* labels.h - "subject: X", "change the title to X", "with subject X and description Y", "titled 'X'". */
#ifndef NLU_LABELS_H
#define NLU_LABELS_H

#include "nlu/fields.h"

/* Fills what labels name, after fields.c has taken its fragments; marks label and value as taken. */
void labels_read(struct words *, enum nlu_expect, struct fields *);

#endif
