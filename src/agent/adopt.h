/* adopt.h - a model's call for a write as an order or a draft of ours. Private to the machine.
 *
 * From here on nothing tells it from what a visitor said to the built-in engine: details that are missing are asked for, everything is shown by our own words, and only the visitor's yes sends it.
 */
#ifndef AGENT_ADOPT_H
#define AGENT_ADOPT_H

#include "agent/step.h"

/* `arguments`: canonical, checked but for what is missing. Begins, or changes what is open when it is of the same kind. False with a reason for the model when it cannot be; then nothing was done. */
bool adopt_write(struct step *, enum action_kind, struct str arguments, struct str *reason);
/* Keeps one for when the open order is done with; false when there is no room. */
bool adopt_later(struct step *, enum action_kind, struct str arguments);
/* Begins the next of those; each is shown, whatever the settings. Only when nothing is open. */
void adopt_next(struct step *);

#endif
