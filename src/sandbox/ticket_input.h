/* ticket_input.h - the `ticket` object of a create or update request, checked and turned into a change. */
#ifndef SANDBOX_TICKET_INPUT_H
#define SANDBOX_TICKET_INPUT_H

#include "sandbox/ticket_change.h"

/* Applies the object to the change. False: the call has been answered, with 400 for a value of the wrong kind or 422 with
 * everything that is wrong. */
bool ticket_input_apply(struct api_call *, const struct json *ticket, struct ticket_change *);

#endif
