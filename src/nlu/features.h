/* features.h - a message as a set of numbers: what the classifier and its trainer both see. They must see the same, so this is the only place that makes them.
 *
 * Addresses, numbers, quoted text, priorities and the like are one word each ("delexicalised"), whatever they are: what is asked for does not
 * depend on which ticket it is asked of.
 */
#ifndef NLU_FEATURES_H
#define NLU_FEATURES_H

#include "nlu/words.h"

enum { FEATURES_BITS = 16, FEATURES_SPACE = 1 << FEATURES_BITS, FEATURES_MAX = 768 };

struct features {
    uint16_t ids[FEATURES_MAX]; /* each below FEATURES_SPACE, each once */
    size_t count;
};

/* Of the words [from, to), after clause_hold. What is beyond FEATURES_MAX is left out. */
void features_read(const struct words *, size_t from, size_t to, struct features *);

#endif
