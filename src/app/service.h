/* service.h - the rooms put together: what `serve`, `demo` and every in-process command run on. */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include "app/config.h"
#include "flow/flow.h"
#include "net/server.h"
#include "web/web.h"

enum { SERVICE_PROCESSES = 2 };

struct service {
    const struct config *config;
    struct loop *loop; /* borrowed */
    struct store *store;
    struct egress *egress;
    struct flow *flow;
    struct web *web;
    struct http_server *http; /* NULL until service_listen */
    bool first_start;         /* the workspace was made by this start */
    bool is_served;           /* in the process that serves strangers; the key is in another (supervise.h) */
    struct web_process processes[SERVICE_PROCESSES];
};

/* Opens everything but the listeners, in order; on failure what was opened is closed again. E_CONFLICT: another process owns the data directory. */
enum status service_open(struct service *, const struct config *, struct loop *, bool is_served, struct err *) must_check;
/* The data directory, and whose it is. Done by service_open; for whoever needs it before. */
enum status service_make_data(const struct config *, struct err *) must_check;
/* For the process that holds the key. */
struct egress_options service_egress_options(const struct config *, struct loop *);
/* Binds the address and the Unix socket of the data directory, and takes up what an earlier process left. */
enum status service_listen(struct service *, struct err *) must_check;
/* The message for an address that is in use, with the option that names another. Returns E_CONFLICT. */
enum status service_port_taken(const char *option, const char *address, struct err *err);
/* Gives what has been made so far to the configured user, and becomes that user for good. Nothing to do when none is configured. */
enum status service_hand_over(struct service *, struct err *) must_check;
/* Finishes running turns, answers what is being asked, then calls done. */
void service_stop(struct service *, loop_fn *done, void *context);
/* The same, waiting. For commands. */
void service_finish(struct service *);
void service_close(struct service *);

#endif
