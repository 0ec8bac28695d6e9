/* serve.h - what happens to a request, whatever it asks for. */
#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

#include "sandbox/state.h"

/* The HTTP server's handler; `context` is the struct sandbox. */
void serve_request(void *context, struct http_exchange *);
/* Ends the calls that faults hold back, without an answer. */
void serve_abandon(struct sandbox *);

#endif
