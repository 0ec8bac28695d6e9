/* idempotency.h - Idempotency-Key on ticket creation: the first answer is kept for two hours and given again, byte for byte.
 *
 * developer.zendesk.com, ticketing introduction, "Idempotency": x-idempotency-lookup says miss or hit; another body under the
 * same key is a 400.
 */
#ifndef SANDBOX_IDEMPOTENCY_H
#define SANDBOX_IDEMPOTENCY_H

#include "sandbox/api.h"

/* True: the call has been answered, from memory or with the 400. */
bool idempotency_answers(struct api_call *);
/* Keeps what the call was answered with, if it is a success or a fault says that failures are kept too. */
void idempotency_keep(struct api_call *);

#endif
