/* spoken.h - the last door that the agent's words pass before they are stored and read. Private to the flow room. */
#ifndef FLOW_SPOKEN_H
#define FLOW_SPOKEN_H

#include "flow/step.h"

/* The words of a TURN_SAY as they may be read: slots filled, and every statement proven by an action of the conversation as it stands in this transaction (agent/gate.h). What does not hold is
 * replaced by the catalogue's fixed sentence. *receipts: ids of the actions that the words rest on, the one of the effect first, a blank between them. Both live in the step's arena. */
enum status spoken_pass(struct store_tx *, struct step *, const struct turn_effect *, struct str *text,
                        struct str *receipts) must_check;

#endif
