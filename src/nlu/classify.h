/* classify.h - the linear classifier: one row of weights a feature, one column a meaning. Trained at build time from src/nlu/data (src/nlu/train). */
#ifndef NLU_CLASSIFY_H
#define NLU_CLASSIFY_H

#include "nlu/features.h"
#include "nlu/nlu.h"

/* Sets of meanings, one bit each: what a message may mean by itself, and what it may answer to a question that takes yes or no. */
#define CLASSIFY_REQUESTS (~(UINT64_C(1) << NLU_MEANS_CHANGE))
#define CLASSIFY_ANSWERS  (UINT64_C(1) << NLU_MEANS_YES | UINT64_C(1) << NLU_MEANS_NO | UINT64_C(1) << NLU_MEANS_CHANGE)

/* Best and rival among the given meanings, with score, margin and certainty. */
struct nlu_guess classify(const struct features *, uint64_t meanings);

/* The generated model (build/gen/nlu_model.c). */
extern const uint16_t model_rows[FEATURES_SPACE]; /* row of a feature; 0: it was never seen */
extern const int8_t model_weights[][NLU_MEANINGS];
extern const int model_scale; /* thousandths of the training margin that a weight of 1 is worth, times 256 */

#endif
