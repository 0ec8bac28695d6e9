/* front.c - see front.h. What the parent says comes over the control line, which the loop watches once front_run has begun; until then it waits there. */
#include "app/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cmd_serve.h"
#include "app/confine.h"
#include "app/control.h"
#include "app/privilege.h"
#include "app/supervise.h"
#include "base/log.h"
#include "egress/serve.h"
#include "vault/token.h"

/* ---- front -------------------------------------------------------------------------------------------------------------------------- */

static struct web_process shown(const char *name, uint8_t on)
{
    return (struct web_process){
        .name = name,
        .calls = on & CONFINE_CALLS,
        .files = on & CONFINE_FILES,
        .network = on & CONFINE_NETWORK,
    };
}

enum status front_open(struct front *front, const struct config *config, int control_fd, struct err *err)
{
    front->control_fd = control_fd;
    front->service.processes[0] = shown("front", 0);
    front->service.processes[1] = shown("egress", 0);
    return service_open(&front->service, config, front->loop, true, err);
}

static void attach(struct front *front, const struct control_message *message)
{
    egress_attach(front->service.egress, message->fds[0], message->fds[1]);
    front->service.processes[1] = shown("egress", message->confinement);
}

bool front_attach(struct front *front)
{
    struct control_message message;
    if (!control_receive(front->control_fd, &message) || message.kind != CONTROL_LINE || message.fd_count != CONTROL_FDS)
        return false;
    attach(front, &message);
    return true;
}

void front_confine(struct front *front)
{
    struct service *service = &front->service;
    front->confinement = confine_front(service->config, service->store, front->has_practice);
    service->processes[0] = shown("front", front->confinement);
    confine_tell("front", front->confinement);
    struct control_message ready = { .kind = CONTROL_READY, .confinement = front->confinement };
    snprintf(ready.text, sizeof ready.text, "%.*s", STR_ARG(http_server_address(service->http)));
    control_send(front->control_fd, &ready);
}

static void stop_loop(void *context)
{
    loop_stop(context);
}

static void on_control(void *context)
{
    struct front *front = context;
    struct control_message message;
    if (!control_receive(front->control_fd, &message))
        _exit(EXIT_FAILURE); /* the parent has gone: as if this process had been killed with it */
    if (message.kind == CONTROL_LINE && message.fd_count == CONTROL_FDS) {
        log_info("the process that makes the calls is there again");
        attach(front, &message);
    } else if (message.kind == CONTROL_STOP) {
        log_info("stopping: running turns finish or are saved");
        service_stop(&front->service, stop_loop, front->loop);
    }
}

void front_run(struct front *front)
{
    struct loop_watch *watch = loop_watch_start(front->loop, front->control_fd, on_control, front);
    loop_run(front->loop);
    loop_watch_stop(watch);
}

/* ---- egress ------------------------------------------------------------------------------------------------------------------------- */

static void on_line_end(void *context)
{
    loop_stop(context);
}

static void serve_line(const struct config *config, struct loop *loop, struct egress *egress, int control_fd, int calls_fd,
                       int seals_fd)
{
    struct egress_service *service = egress_serve(egress, calls_fd, seals_fd, on_line_end, loop);
    uint8_t confinement = confine_egress(config);
    confine_tell("egress", confinement);
    control_send(control_fd, &(struct control_message){ .kind = CONTROL_READY, .confinement = confinement });
    loop_run(loop);
    egress_service_close(service);
}

int egress_process(const struct config *config, int control_fd, int calls_fd, int seals_fd)
{
    struct err err = { 0 };
    vault_init();
    struct loop *loop = loop_open();
    const struct egress_options options = service_egress_options(config, loop);
    struct egress *egress = egress_open(&options, &err);
    enum status status = egress ? privilege_drop(config->user, &err) : err.status;
    if (status == OK) {
        supervise_tie();
        serve_line(config, loop, egress, control_fd, calls_fd, seals_fd);
    }
    egress_close(egress);
    loop_close(loop);
    return status ? serve_failed(status, &err) : EXIT_SUCCESS;
}
