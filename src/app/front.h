/* front.h - the process that serves strangers: everything of the server but the master key and what goes out.
 *
 * Life, in the child that supervise.h starts: front_open, front_attach (waits for the line to egress), listening, front_confine, front_run, service_close.
 */
#ifndef APP_FRONT_H
#define APP_FRONT_H

#include "app/service.h"

struct front {
    struct service service;
    struct loop *loop;
    int control_fd;
    uint8_t confinement; /* confine.h */
    bool has_practice;   /* the practice Zendesk runs in this process as well */
};

/* Opens the rooms. On failure nothing is left open but the loop. */
enum status front_open(struct front *, const struct config *, int control_fd, struct err *) must_check;
/* Waits for egress. False when the parent wants an end instead. */
bool front_attach(struct front *) must_check;
/* For good; then tells the parent that it is ready. */
void front_confine(struct front *);
/* Until the parent has said to stop and everything is done or saved. */
void front_run(struct front *);

/* The other process, whole (supervise_egress_fn with the configuration). */
int egress_process(const struct config *, int control_fd, int calls_fd, int seals_fd);

#endif
