/* answer.h - what a message says to a question that takes yes or no: rules and the classifier together. */
#ifndef NLU_ANSWER_H
#define NLU_ANSWER_H

#include "nlu/features.h"
#include "nlu/nlu.h"

/* `whole`: what the classifier takes the message for; `orders`: it has clauses of its own; `gives`: it gives or names a field of the draft. */
enum nlu_answer answer_read(const struct words *, unsigned acts, const struct features *, const struct nlu_guess *whole,
                            bool orders, bool gives);

#endif
