/* trigger.h - triggers: after each write to a ticket, whatever made it, their conditions are tried in order, and the actions of
 * those that hold call webhooks. */
#ifndef SANDBOX_TRIGGER_H
#define SANDBOX_TRIGGER_H

#include "sandbox/ticket_change.h"

/* The change has been stored; what it sets off is stored with it. */
void trigger_run(struct api_call *, const struct ticket_change *);

#endif
