/* waiting.h - requests that are not over yet, asked about and called off. Private to the machine. */
#ifndef AGENT_WAITING_H
#define AGENT_WAITING_H

#include "agent/step.h"
#include "nlu/nlu.h"

/* "Is it done yet?", "what about R-17?": says how it stands with what waits. False when nothing waits, or the message asks for something else. */
bool waiting_asked(struct step *, const struct nlu_message *);
/* Says how it stands with the one named in the message, else the newest; false when nothing waits. */
bool waiting_tell(struct step *, const struct nlu_message *);
/* Calls off the one named in the message, else the newest; what may have been done already cannot be. False when nothing waits. */
bool waiting_cancel(struct step *, const struct nlu_message *);

#endif
