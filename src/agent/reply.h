/* reply.h - what a message does in each state. Private to the machine. */
#ifndef AGENT_REPLY_H
#define AGENT_REPLY_H

#include "agent/step.h"

/* By the agent's own engine: with a model, what our rules do not decide goes to it. */
void reply_message(struct step *, struct str text);
/* By the built-in engine alone. */
void reply_builtin(struct step *, struct str text);

#endif
