/* operation.h - what is to be done with a ticket: found sentence by sentence, from verb and noun. */
#ifndef NLU_OPERATION_H
#define NLU_OPERATION_H

#include "nlu/nlu.h"

/* The first ticket number in [from, to); 0 for none. `bare`: digits without "ticket" or # count, from three on. */
uint64_t operation_ticket(const struct words *, size_t from, size_t to, bool bare);
/* The same from *at on; moves *at behind the number, so that the next call gives the next one. */
uint64_t operation_next_ticket(const struct words *, size_t *at, size_t to, bool bare);
/* What the sentence [from, to) asks for. With `take`, what belongs to the order is marked as taken, and a priority inside of it stored.
 * *verb: the index of the word that decided it; SIZE_MAX when it was the number alone. */
enum nlu_operation operation_read(struct words *, size_t from, size_t to, bool take, struct str *priority, size_t *verb);

#endif
