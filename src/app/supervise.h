/* supervise.h - the parent of the processes that a server is made of: egress holds the master key and makes the calls, front serves strangers and has everything else.
 *
 * It starts both, gives front one end of the line of which egress has the other, and starts again what a signal has ended: egress alone, or front and then egress, whose line has ended
 * with it. What ends by itself has said why, and ends the program with its code. SIGTERM and SIGINT are front's to obey, told over its control line; a second one ends all at once.
 * Children never outlive it. It has one thread, no loop, no database, no key; it is where it was when the program began.
 */
#ifndef APP_SUPERVISE_H
#define APP_SUPERVISE_H

#include "base/text.h"

/* Descriptors are the child's to close. The exit code. */
typedef int supervise_front_fn(void *context, int control_fd);
typedef int supervise_egress_fn(void *context, int control_fd, int calls_fd, int seals_fd);

struct supervise_options {
    supervise_front_fn *front;
    supervise_egress_fn *egress;
    /* NULL: egress starts at once. Else when front asks for it (CONTROL_BEGIN), with what front says: taken once, before any stranger can have spoken. Front is then not started again. */
    void (*begin)(void *context, struct str text);
    /* Once: front is ready, and listens at this address; before any stranger can have spoken. Once: stopping has begun. */
    void (*ready)(void *context, struct str address);
    void (*stopping)(void *context);
    void *context;
};

/* Returns the program's exit code once no child is left. */
int supervise(const struct supervise_options *);

/* In a child, after it has changed its user, as that breaks the tie: it dies with the parent. */
void supervise_tie(void);

#endif
