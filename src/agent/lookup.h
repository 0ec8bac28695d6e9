/* lookup.h - reading a ticket: who may, what is asked, what is told. Private to the machine. */
#ifndef AGENT_LOOKUP_H
#define AGENT_LOOKUP_H

#include "agent/step.h"

/* Reads the ticket, or asks for its number when it is 0, or says why not. Afterwards the conversation is where it was. */
void lookup_start(struct step *, uint64_t ticket);
/* The read that is out has come back. `result` NULL: it failed with the event's problem. */
void lookup_done(struct step *, const struct json *result);

#endif
