/* supervise.c - see supervise.h: poll(2) over a signalfd(2) and the children's control lines.
 *
 * Both ends of the line are made when egress starts. Egress has one from its birth; front is sent the other when egress has said that it is ready, so a front that has a line has one
 * that works. Rejected: a line that outlives egress. What waits in it for the one that died would be read by the next one, while front holds it for lost.
 */
#include "app/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/control.h"
#include "app/title.h"
#include "base/log.h"
#include "net/line.h"

enum {
    STEADY_MS = 60 * 1000, /* who lived that long is started again at once */
    DELAY_MIN_MS = 100,    /* before the second start in a row, doubled before each further one */
    DELAY_MAX_MS = 10 * 1000,
    END_MS = 5 * 1000, /* for egress, when front has ended */
    START_FAILED = 1,
};

struct child {
    const char *name;
    pid_t pid; /* 0: it is not there */
    int control_fd;
    bool is_ready, was_ready;   /* this one; any of its kind */
    unsigned deaths;            /* in a row */
    int64_t started_ms, due_ms; /* due: when it is started again; 0: not */
};

struct supervisor {
    const struct supervise_options *options;
    struct child front, egress;
    int signals_fd;
    int line_fds[CONTROL_FDS]; /* front's ends, while front does not have them; -1 */
    uint8_t egress_confinement;
    bool is_stopping, is_over, has_begun;
    int exit_code;
};

static int64_t now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) abort(); /* always there on Linux */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

static void close_line(struct supervisor *supervisor)
{
    for (size_t i = 0; i < CONTROL_FDS; i++) close_fd(&supervisor->line_fds[i]);
}

/* ---- in the child ------------------------------------------------------------------------------------------------------------------- */

void supervise_tie(void)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) abort(); /* a valid signal is all it asks for */
}

/* Nothing of the parent's but its own control line. A stop is the parent's to tell: the terminal and the service manager send their signals to all. */
static void become_child(struct supervisor *supervisor, const struct child *child, pid_t parent)
{
    sigset_t none;
    supervise_tie();
    if (getppid() != parent) _exit(START_FAILED);
    const struct rlimit no_core = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &no_core); /* what a core file would show is worth more than what it would tell */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) abort(); /* cannot fail since Linux 3.5 */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close_fd(&supervisor->signals_fd);
    close_line(supervisor);
    if (supervisor->front.control_fd != child->control_fd) close_fd(&supervisor->front.control_fd);
    if (supervisor->egress.control_fd != child->control_fd) close_fd(&supervisor->egress.control_fd);
    title_set(child->name);
}

/* ---- starting ----------------------------------------------------------------------------------------------------------------------- */

static void finish(struct supervisor *supervisor, int exit_code)
{
    if (!supervisor->is_over) supervisor->exit_code = exit_code;
    supervisor->is_over = true;
}

/* Each death soon after a start doubles the wait for the next one. */
static void plan_start(struct child *child)
{
    int64_t now = now_ms(), delay_ms = 0;
    if (now - child->started_ms > STEADY_MS) child->deaths = 0;
    for (unsigned i = 0; i < child->deaths && delay_ms < DELAY_MAX_MS; i++) delay_ms = delay_ms > 0 ? delay_ms * 2 : DELAY_MIN_MS;
    child->deaths++;
    child->due_ms = now + (delay_ms < DELAY_MAX_MS ? delay_ms : DELAY_MAX_MS);
}

/* At the very start that is the end of the program; later there may be memory or descriptors again. */
static void start_failed(struct supervisor *supervisor, struct child *child)
{
    fprintf(stderr, "A process cannot be started: %s.\n", strerror(errno));
    child->started_ms = now_ms();
    if (child->was_ready)
        plan_start(child);
    else
        finish(supervisor, START_FAILED);
}

/* The child gets its end of a control line. Returns 0 in the child, whose end is then in *control_fd. */
static pid_t fork_child(struct supervisor *supervisor, struct child *child, int *control_fd)
{
    int ends[2] = { -1, -1 };
    pid_t parent = getpid(), pid = control_pair(ends) == OK ? fork() : -1;
    if (pid < 0) {
        close_fd(&ends[0]);
        close_fd(&ends[1]);
        start_failed(supervisor, child);
        return pid;
    }
    if (pid == 0) {
        (void)close(ends[0]);
        *control_fd = child->control_fd = ends[1];
        become_child(supervisor, child, parent);
        return 0;
    }
    (void)close(ends[1]);
    child->pid = pid;
    child->control_fd = ends[0];
    child->is_ready = false;
    child->started_ms = now_ms();
    child->due_ms = 0;
    return pid;
}

/* To whoever is ready to take it; then it is front's alone. */
static void hand_line_over(struct supervisor *supervisor)
{
    if (!supervisor->egress.is_ready || supervisor->front.pid == 0 || supervisor->line_fds[0] < 0) return;
    struct control_message message = { .kind = CONTROL_LINE,
                                       .confinement = supervisor->egress_confinement,
                                       .fd_count = CONTROL_FDS };
    memcpy(message.fds, supervisor->line_fds, sizeof message.fds);
    control_send(supervisor->front.control_fd, &message);
    close_line(supervisor);
}

static void start_egress(struct supervisor *supervisor)
{
    int calls[2], seals[2], control_fd;
    supervisor->has_begun = true;
    close_line(supervisor);
    if (!line_pair(calls) || !line_pair(seals)) {
        start_failed(supervisor, &supervisor->egress);
        return;
    }
    if (fork_child(supervisor, &supervisor->egress, &control_fd) == 0) {
        (void)close(calls[0]);
        (void)close(seals[0]);
        exit(supervisor->options->egress(supervisor->options->context, control_fd, calls[1], seals[1]));
    }
    (void)close(calls[1]);
    (void)close(seals[1]);
    supervisor->line_fds[0] = calls[0];
    supervisor->line_fds[1] = seals[0];
}

static void start_front(struct supervisor *supervisor)
{
    int control_fd;
    if (fork_child(supervisor, &supervisor->front, &control_fd) == 0)
        exit(supervisor->options->front(supervisor->options->context, control_fd));
    hand_line_over(supervisor);
}

/* ---- what children say -------------------------------------------------------------------------------------------------------------- */

static void take_ready(struct supervisor *supervisor, struct child *child, const struct control_message *message)
{
    bool is_first = !child->was_ready;
    child->is_ready = child->was_ready = true;
    if (child == &supervisor->egress) {
        supervisor->egress_confinement = message->confinement;
        hand_line_over(supervisor);
    } else if (is_first && supervisor->options->ready) {
        supervisor->options->ready(supervisor->options->context, str_from(message->text));
    }
}

static void take_message(struct supervisor *supervisor, struct child *child)
{
    struct control_message message;
    if (!control_receive(child->control_fd, &message)) {
        close_fd(&child->control_fd); /* it is ending, or no longer to be listened to */
        return;
    }
    for (size_t i = 0; i < message.fd_count; i++) (void)close(message.fds[i]);
    if (message.kind == CONTROL_READY && !child->is_ready) {
        take_ready(supervisor, child, &message);
    } else if (message.kind == CONTROL_BEGIN && child == &supervisor->front && !supervisor->has_begun &&
               supervisor->options->begin) {
        supervisor->options->begin(supervisor->options->context, str_from(message.text));
        start_egress(supervisor);
    }
}

/* ---- what ends them ----------------------------------------------------------------------------------------------------------------- */

static void end_of(struct supervisor *supervisor, struct child *child, int status)
{
    bool has_exited = WIFEXITED(status);
    child->pid = 0;
    close_fd(&child->control_fd);
    if (!has_exited)
        log_error("a process was ended", LOG_STR("process", str_from(child->name)), LOG_INT("signal", WTERMSIG(status)));
    if (supervisor->is_over) return;
    bool may_again =
        child == &supervisor->egress ? child->was_ready : child->was_ready && !has_exited && !supervisor->options->begin;
    if (child == &supervisor->egress && supervisor->is_stopping) return;
    if (may_again && !supervisor->is_stopping)
        plan_start(child);
    else
        finish(supervisor, has_exited ? WEXITSTATUS(status) : START_FAILED);
}

static void take_ends(struct supervisor *supervisor)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == supervisor->front.pid) end_of(supervisor, &supervisor->front, status);
        if (pid == supervisor->egress.pid) end_of(supervisor, &supervisor->egress, status);
    }
}

static void kill_child(const struct child *child)
{
    if (child->pid > 0) (void)kill(child->pid, SIGKILL);
}

static void take_stop(struct supervisor *supervisor, int number)
{
    if (supervisor->is_stopping) {
        kill_child(&supervisor->front);
        kill_child(&supervisor->egress);
        signal(number, SIG_DFL);
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, number);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        raise(number);
    }
    supervisor->is_stopping = true;
    log_info("stop signal", LOG_INT("signal", number));
    if (supervisor->options->stopping) supervisor->options->stopping(supervisor->options->context);
    if (supervisor->front.pid == 0)
        finish(supervisor, 0);
    else
        control_send(supervisor->front.control_fd, &(struct control_message){ .kind = CONTROL_STOP });
}

static void take_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;
    while (read(supervisor->signals_fd, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo != SIGCHLD) take_stop(supervisor, (int)info.ssi_signo);
    take_ends(supervisor);
}

/* ---- the loop ----------------------------------------------------------------------------------------------------------------------- */

static void start_what_is_due(struct supervisor *supervisor)
{
    int64_t now = now_ms();
    if (supervisor->is_over || supervisor->is_stopping) return;
    if (supervisor->egress.due_ms > 0 && supervisor->egress.due_ms <= now) start_egress(supervisor);
    if (supervisor->front.due_ms > 0 && supervisor->front.due_ms <= now) start_front(supervisor);
}

static int wait_ms(const struct supervisor *supervisor, int64_t until_ms)
{
    const int64_t times[] = { supervisor->egress.due_ms, supervisor->front.due_ms, until_ms };
    int64_t now = now_ms(), least = -1;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t left = times[i] > now ? times[i] - now : 0;
        if (times[i] > 0 && (least < 0 || left < least)) least = left;
    }
    return (int)least;
}

/* until_ms 0: no limit. */
static void round_of(struct supervisor *supervisor, int64_t until_ms)
{
    struct pollfd polled[] = { { .fd = supervisor->signals_fd, .events = POLLIN },
                               { .fd = supervisor->egress.control_fd, .events = POLLIN },
                               { .fd = supervisor->front.control_fd, .events = POLLIN } };
    if (poll(polled, sizeof polled / sizeof *polled, wait_ms(supervisor, until_ms)) > 0) {
        if (polled[1].revents) take_message(supervisor, &supervisor->egress);
        if (polled[2].revents) take_message(supervisor, &supervisor->front);
        if (polled[0].revents) take_signals(supervisor);
    }
    start_what_is_due(supervisor);
}

/* Front has ended, so has the line, and egress with it; or egress never was ready, and front waits for a line that will not come. */
static void end_all(struct supervisor *supervisor)
{
    int64_t until_ms = now_ms() + END_MS;
    kill_child(&supervisor->front);
    close_line(supervisor);
    supervisor->front.due_ms = supervisor->egress.due_ms = 0;
    while ((supervisor->front.pid > 0 || supervisor->egress.pid > 0) && now_ms() < until_ms) round_of(supervisor, until_ms);
    kill_child(&supervisor->egress);
    close_fd(&supervisor->front.control_fd);
    close_fd(&supervisor->egress.control_fd);
    close_fd(&supervisor->signals_fd);
}

int supervise(const struct supervise_options *options)
{
    struct supervisor supervisor = {
        .options = options,
        .front = { .name = "front", .control_fd = -1 },
        .egress = { .name = "egress", .control_fd = -1 },
        .line_fds = { -1, -1 },
    };
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    supervisor.signals_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (supervisor.signals_fd < 0) abort(); /* no descriptors at the very start */
    if (!options->begin) start_egress(&supervisor);
    start_front(&supervisor);
    while (!supervisor.is_over) round_of(&supervisor, 0);
    end_all(&supervisor);
    return supervisor.exit_code;
}
