/* records.h - what Zendesk's answers to the nine actions are told as: every fact a slot, filled from the receipt. Private to the machine. */
#ifndef AGENT_RECORDS_H
#define AGENT_RECORDS_H

#include "agent/step.h"

/* A write has been done, by the event's action. */
void records_say_written(struct step *, enum action_kind, const struct json *result, const struct text_facts *);
/* A read has come back; `result` NULL: it failed with the event's problem. Lists are remembered for "the second one". */
void records_say_read(struct step *, enum action_kind, const struct json *result);

#endif
