/* classify.c - sums of small numbers.
 *
 * The sums are divided by the root of how many features there are, as in training, so that long messages do not score higher than short ones.
 * A score is near 1000 for a sentence of the training text and near -1000 for one of another meaning; the thresholds lie between.
 */
#include "nlu/classify.h"

enum { SURE_SCORE = -200, SURE_MARGIN = 300, ASK_SCORE = -600, LOWEST_SCORE = INT32_MIN / 4 /* a margin to it still fits */ };

static uint32_t root(uint64_t square)
{
    uint64_t low = 0, high = UINT64_C(1) << 24;
    while (low < high) {
        uint64_t middle = (low + high + 1) / 2;
        if (middle * middle <= square)
            low = middle;
        else
            high = middle - 1;
    }
    return (uint32_t)low;
}

struct nlu_guess classify(const struct features *features, uint64_t meanings)
{
    int32_t sums[NLU_MEANINGS] = { 0 };
    for (size_t i = 0; i < features->count; i++) {
        const int8_t *row = model_weights[model_rows[features->ids[i]]];
        for (size_t k = 0; k < NLU_MEANINGS; k++) sums[k] += row[k];
    }
    int64_t length = root((uint64_t)features->count << 16);
    struct nlu_guess guess = { .score = LOWEST_SCORE };
    int rival = LOWEST_SCORE;
    for (size_t k = 0; k < NLU_MEANINGS; k++) {
        if (!(meanings >> k & 1)) continue;
        int score = (int)((int64_t)sums[k] * model_scale / (length ? length : 1));
        if (score > guess.score) {
            guess.rival = guess.best;
            rival = guess.score;
            guess.best = (enum nlu_meaning)k;
            guess.score = score;
        } else if (score > rival) {
            guess.rival = (enum nlu_meaning)k;
            rival = score;
        }
    }
    guess.margin = guess.score - rival;
    bool sure = guess.score >= SURE_SCORE && guess.margin >= SURE_MARGIN;
    guess.certainty = sure ? NLU_SURE : guess.score >= ASK_SCORE ? NLU_ASK : NLU_FALL_BACK;
    return guess;
}
