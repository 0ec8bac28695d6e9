/* outcome.h - what is said when an action that was sent comes back: done, refused, or kept for later. Private to the machine. */
#ifndef AGENT_OUTCOME_H
#define AGENT_OUTCOME_H

#include "agent/step.h"

/* The action that the conversation waits for. */
void outcome_now(struct step *, const struct json *result);
/* An action that had to wait, and that the conversation went on without. */
void outcome_late(struct step *, size_t waiting, const struct json *result);

#endif
