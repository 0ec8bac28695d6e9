/* ledger.h - /_sandbox: what tests and people need to know about the practice Zendesk, and how they steer it. Loopback only.
 *
 *   GET    /_sandbox/requests[?after=ID]   everything the API received
 *   GET    /_sandbox/tickets               every ticket there ever was, in short
 *   GET, POST, DELETE /_sandbox/faults     armed faults, arm one, disarm all
 *   POST   /_sandbox/clock                 {"advance_ms": N}
 *   POST   /_sandbox/reset                 as on the first start
 */
#ifndef SANDBOX_LEDGER_H
#define SANDBOX_LEDGER_H

#include "sandbox/api.h"

/* Notes that the call was received and what it is answered with. Within the call's transaction. */
void ledger_record(struct api_call *);
void ledger_serve(struct api_call *);

#endif
