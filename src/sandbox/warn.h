/* warn.h - X-Zendesk-API-Warn: Zendesk drops attributes it does not know without an error, and only this header tells. */
#ifndef SANDBOX_WARN_H
#define SANDBOX_WARN_H

#include "sandbox/api.h"

/* Adds the header when `object` has keys that are not among `known`, words with single blanks between. `name` is the object's
 * own: "ticket" gives "ticket.id". */
void warn_unknown_keys(struct api_call *, const char *controller, const char *action, const char *name, const struct json *object,
                       struct str known);

#endif
