/* safe_update.h - the two things that can forbid a write to a ticket: it is closed, or it is not what the caller last read. */
#ifndef SANDBOX_SAFE_UPDATE_H
#define SANDBOX_SAFE_UPDATE_H

#include "sandbox/api.h"
#include "sandbox/ticket.h"

/* `object` holds safe_update and updated_stamp beside the change. False: the call has been answered, with 422 or 409. */
bool safe_update_allows(struct api_call *, const struct ticket *, const struct json *object);

#endif
