/* reply.h - what a message does in each state. Private to the machine. */
#ifndef AGENT_REPLY_H
#define AGENT_REPLY_H

#include "agent/step.h"

void reply_message(struct step *, struct str text);

#endif
