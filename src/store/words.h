/* words.h - how an action's kind is written in a row: by its slug. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "store/query.h"

static inline void put_kind(struct query *q, enum action_kind kind)
{
    put_text(q, str_from(action_spec(kind)->slug));
}

static inline void take_kind(struct query *q, enum action_kind *kind)
{
    const struct action_spec *spec = action_find(take_word(q));
    take_known(q, spec != NULL);
    if (spec) *kind = spec->kind;
}

#endif
