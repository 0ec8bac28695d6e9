/* explain.h - what was read of a message, as JSON: for `chatcrafter nlu explain` and for the evaluation. */
#ifndef NLU_EXPLAIN_H
#define NLU_EXPLAIN_H

#include "base/json.h"
#include "nlu/nlu.h"

/* Writes one object: text, meaning, answer, acts, guess, clauses, values, problem, rest. What is empty is left out. */
void nlu_explain(const struct nlu_message *, struct jw *);

#endif
