/* context.h - a conversation's history as the turns that a model is sent: the newest whole turns that fit, and a summary of the others.
 *
 * A history is a row of model turns, oldest first, in which each visitor's message begins an exchange: the message, and the assistant's words, calls and results up to the next message. Exchanges
 * are kept or left out whole, so no call is ever parted from its result. The newest exchange always stays. Results of earlier exchanges are shortened first.
 * What is left out is told in a summary made by rule, which its keeper stores and hands in the next time.
 *
 * Pure; strings and arrays are in the arena, or borrowed from the history.
 */
#ifndef AGENT_CONTEXT_H
#define AGENT_CONTEXT_H

#include "model/message.h"

enum {
    CONTEXT_OLD_RESULT_BYTES = 1024,  /* of a result that is not of the newest exchange */
    CONTEXT_SUMMARY_BYTES = 3 * 1024, /* the oldest lines go first */
    CONTEXT_TURN_TOKENS = 8           /* what the providers add to each turn, at most */
};

struct context {
    struct model_turn *turns;
    size_t count;
    size_t left_out;    /* turns of the history that are not there; it begins at this one */
    struct str summary; /* of everything that was left out, now and before: to be stored */
    int64_t tokens;     /* estimated, of turns and summary */
    bool is_over;       /* the newest exchange alone is over the budget */
};

/* At least as many tokens as the text takes with the tokenizers of today: a quarter of its ASCII bytes, and one for every other character. */
int64_t context_tokens(struct str text);

/* `summary`: what context_build gave the last time for turns that are no longer in the history; empty at first. `budget_tokens`: for all turns. */
void context_build(struct str summary, const struct model_turn *history, size_t count, int64_t budget_tokens, struct arena *,
                   struct context *out);

#endif
