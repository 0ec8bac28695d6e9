/* first_records.h - what an account has before anybody writes to it. */
#ifndef SANDBOX_FIRST_RECORDS_H
#define SANDBOX_FIRST_RECORDS_H

#include "sandbox/state.h"

/* Group, brand, form, system fields, statuses, roles, a small help center; what is there already stays as it is. Within a
 * transaction. */
void first_records(struct sandbox *);

#endif
