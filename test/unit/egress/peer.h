/* peer.h - egress in another process, as the server has it: a far one here, and a child that holds the key. */
#ifndef UNIT_EGRESS_PEER_H
#define UNIT_EGRESS_PEER_H

#include "unit/unit.h"

#include <sys/wait.h>
#include <unistd.h>

#include "egress/serve.h"
#include "net/line.h"

static inline void peer_over(void *loop)
{
    loop_stop(loop);
}

/* Nothing of the parent's is kept but the two lines: an end that stayed open here would keep another child waiting. */
static inline void peer_run(struct egress_options options, int calls_fd, int seals_fd)
{
    enum { KEPT = 1000 }; /* above anything that is open */
    int calls = dup2(calls_fd, KEPT), seals = dup2(seals_fd, KEPT + 1);
    if (calls < 0 || seals < 0 || close_range(3, KEPT - 1, 0) != 0) _exit(1);
    options.loop = loop_open();
    struct egress *egress = egress_open(&options, NULL);
    if (!egress) _exit(2);
    struct egress_service *service = egress_serve(egress, calls, seals, peer_over, options.loop);
    loop_run(options.loop);
    egress_service_close(service);
    egress_close(egress);
    loop_close(options.loop);
    _exit(0);
}

/* Starts a child and attaches it. */
static inline pid_t peer_start(const struct egress_options *options, struct egress *far)
{
    int calls[2], seals[2];
    assert_true(line_pair(calls) && line_pair(seals));
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) peer_run(*options, calls[1], seals[1]);
    assert_int_equal(close(calls[1]) | close(seals[1]), 0);
    egress_attach(far, calls[0], seals[0]);
    return pid;
}

static inline struct egress *peer_open(const struct egress_options *options, pid_t *pid)
{
    struct egress_options far = *options;
    far.is_far = true;
    struct egress *egress = egress_open(&far, NULL);
    assert_non_null(egress);
    *pid = peer_start(options, egress);
    return egress;
}

/* After egress_close: it ends by itself, and orderly. */
static inline void peer_end(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#endif
