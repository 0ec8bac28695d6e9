/* ticket_fields.h - the account's ticket fields, applied to tickets: which values are taken, which must be there. */
#ifndef SANDBOX_TICKET_FIELDS_H
#define SANDBOX_TICKET_FIELDS_H

#include "sandbox/fail.h"
#include "sandbox/ticket.h"

/* The check of kind_ticket_field: a type that exists, options where the type has them. */
void ticket_fields_check_definition(struct api_call *, const struct json *merged, int64_t id, struct invalid *);

enum ticket_fields_moment { FIELDS_ANY, FIELDS_SOLVING, FIELDS_IN_PORTAL };

/* What is wrong with the ticket's custom fields: a value that the field does not take; and a missing one, when an agent solves
 * the ticket (`required`) or an end user submits it (`required_in_portal`). */
void ticket_fields_check(struct api_call *, const struct ticket *, enum ticket_fields_moment, struct invalid *);
/* The tags that stand for the values of dropdowns and ticked boxes, as in tags.h. */
struct str ticket_fields_tags(struct api_call *, struct str custom_fields);
/* The values as an array: every active field of the account, null where the ticket has none, then what else is stored. */
void ticket_fields_render(const struct api_call *, struct jw *, struct str custom_fields);

#endif
