/* clause.h - where one order ends and the next begins, and which words are quoted or dictated text that no rule may read as an order. */
#ifndef NLU_CLAUSE_H
#define NLU_CLAUSE_H

#include "nlu/words.h"

/* Marks as `held` what stands in quotes and what follows "saying", "with the comment", "internal note:". Done once, before anything is understood.
 * Tickets of other kinds ("a train ticket") stop being known as tickets. */
void clause_hold(struct words *);
/* The index after the last word of the clause that begins at `from`. A clause ends with its sentence, or where "and", "then" or a comma lead to another order. */
/* "800 to low", "ticket 8 as solved": does a number with its new value stand at i? */
bool clause_sets_number(const struct words *, size_t i);
size_t clause_end(const struct words *, size_t from);
/* The first and last word of the text that is held in [from, to): false when none is. */
bool clause_held(const struct words *, size_t from, size_t to, size_t *first, size_t *end);
/* May the word at i be the verb of an order: the first of its clause, or behind words that lead to one ("could you", "I want to")? */
bool clause_orders(const struct words *, size_t from, size_t i);

#endif
