/* grammar.h - the training text: sentences and small grammars, written for this project in src/nlu/data.
 *
 *     = label          the meaning (meanings.def) of the lines that follow
 *     @name = a | b    what may stand for @name in later lines; an alternative may hold other names, and may be empty
 *     a line           sentences with | between them; (a|b|) chooses, @name chooses from its alternatives
 *     # ...            a remark
 *
 * A sentence with choices stands for many sentences; some of them are drawn, by a fixed sequence, so that the same text gives the same model.
 */
#ifndef NLU_TRAIN_GRAMMAR_H
#define NLU_TRAIN_GRAMMAR_H

#include "base/arena.h"
#include "nlu/nlu.h"

struct sentence {
    enum nlu_meaning meaning;
    unsigned line; /* sentences of one line are alike, so cross-validation keeps them together */
    struct str text;
};

struct grammar {
    struct arena *arena;
    struct sentence *sentences;
    size_t count, room;
    uint64_t dice;
    unsigned line;
    enum nlu_meaning meaning;
    struct {
        struct str name, body;
    } rules[512];
    size_t rule_count;
    struct str unknown; /* a name that no rule has */
};

void grammar_init(struct grammar *, struct arena *);
/* Adds a file's text. False with the reason on stderr. */
bool grammar_add(struct grammar *, const char *file, struct str text);

#endif
