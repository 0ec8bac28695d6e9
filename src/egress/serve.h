/* serve.h - the other end of far.h: runs in the process that holds the master key, takes commands from one that may be in a stranger's hands.
 *
 * What such a process can have done is what the action table, the seals and the operator's settings allow (egress.h). What does not follow wire.h ends the line, and with it the
 * process: the one on the other end is not to be trusted any more, and the parent starts both ends anew.
 */
#ifndef EGRESS_SERVE_H
#define EGRESS_SERVE_H

#include "egress/egress.h"

struct egress_service;

typedef void egress_end_fn(void *context);
/* Takes both descriptors. `egress` is one with a key. end() once, when the other process has gone or broke the rules. Returns new. */
struct egress_service *egress_serve(struct egress *, int calls_fd, int seals_fd, egress_end_fn *end, void *context);
/* Before egress_close: what is still out ends unheard. */
void egress_service_close(struct egress_service *);

#endif
