/* inbox.h - /agent: the practice account in the browser. A person reads tickets, answers them, sets their status; no script, no
 * sign-in. */
#ifndef SANDBOX_INBOX_H
#define SANDBOX_INBOX_H

#include "sandbox/api.h"

bool inbox_has(struct str path);
void inbox_serve(struct api_call *);

#endif
