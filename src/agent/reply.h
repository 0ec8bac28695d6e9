/* reply.h - what a message does in each state. Private to the machine. */
#ifndef AGENT_REPLY_H
#define AGENT_REPLY_H

#include "agent/step.h"

/* By the agent's own engine: with a model, what our rules do not decide goes to it. */
void reply_message(struct step *, struct str text);
/* By the built-in engine alone. */
void reply_builtin(struct step *, struct str text);

/* The same for words that name no field of the account. */
void reply_words(struct step *, struct str text);
/* The same, where the words order a new ticket or a change of one; false, and nothing is done, where they do not. */
bool reply_order(struct step *, struct str text);

#endif
