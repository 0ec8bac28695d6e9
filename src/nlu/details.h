/* details.h - what a clause says beside its operation: the new status, whom to assign, the text of a comment, the customer's data. */
#ifndef NLU_DETAILS_H
#define NLU_DETAILS_H

#include "nlu/nlu.h"

/* Fills the details of the clause [from, to) as far as they belong to its operation. */
void details_read(const struct words *, size_t from, size_t to, enum nlu_operation, struct nlu_details *);

#endif
