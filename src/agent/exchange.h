/* exchange.h - what a model and our code have said to each other since the visitor's message: calls, results, and notes of ours. Private to the machine, but for reading it into a request.
 *
 * Calls are done one after the other: the first of the last answer that has no result yet is the next. A turn's exchange is kept with the conversation's state until the turn ends, so a process that
 * dies in between goes on where it was and does nothing twice.
 */
#ifndef AGENT_EXCHANGE_H
#define AGENT_EXCHANGE_H

#include "agent/tools.h"

enum {
    EXCHANGE_TURNS_MAX = 40,
    EXCHANGE_BYTES_MAX = 256 * 1024 /* as it is stored: eight results at their ceiling and signed thoughts */
};

struct exchange {
    struct model_turn turns[EXCHANGE_TURNS_MAX];
    size_t count;
    size_t calls; /* in all */
    size_t bytes; /* of all texts */
};

/* Takes a copy of a reply with calls; `text`: those of its words that may be repeated. False when there is no room: nothing was changed. */
bool exchange_add_reply(struct exchange *, const struct model_reply *, struct str text, struct arena *);
/* The result of exchange_pending. */
void exchange_add_result(struct exchange *, struct str text, bool is_error, struct arena *);
/* Words of ours for the model, after what it said. */
bool exchange_add_note(struct exchange *, struct str said, struct str note, struct arena *);
/* The first call of the last reply without a result; NULL when all have one. */
const struct model_call *exchange_pending(const struct exchange *);
/* Those after it in the same reply. */
const struct model_call *exchange_rest(const struct exchange *, size_t *count);
/* How many calls have their result. */
size_t exchange_results(const struct exchange *);
/* Was the same asked for before this call? */
bool exchange_is_repeated(const struct exchange *, const struct model_call *);
/* Another provider goes on: what was for the former one alone is dropped. */
void exchange_change_provider(struct exchange *);

void exchange_save(const struct exchange *, struct jw *);
/* What it cannot read ends the exchange before it. */
void exchange_load(struct exchange *, const struct json *, struct arena *);

#endif
