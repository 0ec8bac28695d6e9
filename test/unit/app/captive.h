/* captive.h - a front that somebody has taken over: it is started, given its line and confined as the real one is, and then does whatever the tester tells it to do. */
#ifndef UNIT_APP_CAPTIVE_H
#define UNIT_APP_CAPTIVE_H

#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/confine.h"
#include "app/control.h"
#include "app/front.h"
#include "app/supervise.h"
#include "base/mem.h"
#include "net/line.h"
#include "vault/token.h"

enum { ORDER_BYTES = 32 * 1024 };

enum deed {
    DEED_CONFINEMENT, /* the result: confine.h's bits */
    DEED_READ,        /* the first bytes of a file */
    DEED_CREATE,
    DEED_UNLINK,
    DEED_RENAME, /* to `other` */
    DEED_LINK,   /* likewise */
    DEED_CHMOD,
    DEED_EXEC,
    DEED_FORK,
    DEED_SOCKET,  /* AF_INET */
    DEED_CONNECT, /* to a port of loopback, with a socket that it has */
    DEED_PTRACE,  /* of a process; also the next three */
    DEED_VM_READ,
    DEED_KILL,
    DEED_TAKE_DESCRIPTOR,
    DEED_MAKE_CODE, /* memory that can be run */
    DEED_SPEAK,     /* a message over the line; its answer */
    DEED_SEAL,      /* the same over the line for seals */
};

struct order {
    enum deed deed;
    bool on_storage_thread;
    int number;                 /* a process or a port */
    char path[256], other[256]; /* what is done to */
    size_t length;
    char bytes[ORDER_BYTES]; /* of a message */
};

struct report {
    int error; /* 0: it was done */
    int result;
    size_t length;
    char bytes[ORDER_BYTES];
};

/* What parent, egress and captive were started with. */
struct captivity {
    struct config config;
    int orders_fd; /* the captive's end */
    int tester_fd; /* the other one, which nobody but the tester may keep open */
};

struct captive {
    struct store *store;
    int calls_fd, seals_fd, spare_socket;
    uint8_t confinement;
};

/* ---- deeds: each as far as the captive gets; errno says why not further ------------------------------------------------------------ */

static inline int do_read(const char *path, struct report *report)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t count = read(fd, report->bytes, 512);
    report->length = count > 0 ? (size_t)count : 0;
    return close(fd) == 0 && count > 0 ? 0 : -1;
}

static inline int do_create(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 ? -1 : close(fd);
}

static inline int do_exec(void)
{
    char name[] = "/bin/true", *const arguments[] = { name, NULL };
    return execv(name, arguments);
}

static inline int do_fork(void)
{
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    return pid > 0 ? waitpid(pid, NULL, 0) > 0 ? 0 : -1 : -1;
}

static inline int do_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : close(fd);
}

static inline int do_connect(int fd, int port)
{
    const struct sockaddr_in to = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return connect(fd, (const struct sockaddr *)&to, sizeof to);
}

static inline int do_vm_read(pid_t pid)
{
    char here[64];
    struct iovec local = { here, sizeof here }, remote = { here, sizeof here }; /* forked from one parent: the same addresses */
    return process_vm_readv(pid, &local, 1, &remote, 1, 0) < 0 ? -1 : 0;
}

static inline int do_take_descriptor(pid_t pid)
{
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process < 0) return -1;
    long fd = syscall(SYS_pidfd_getfd, process, 3, 0);
    close(process);
    return fd < 0 ? -1 : 0;
}

static inline int do_make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : 0;
}

static inline int do_speak(int fd, const struct order *order, struct report *report)
{
    struct buf answer;
    buf_init(&answer, ORDER_BYTES);
    enum status status = line_ask(fd, (struct str){ order->bytes, order->length }, 20 * 1000, &answer);
    report->length = answer.len;
    if (answer.len > 0) memcpy(report->bytes, answer.data, answer.len);
    buf_clear(&answer);
    errno = status == OK ? 0 : EPIPE;
    return status == OK ? 0 : -1;
}

static inline int obey(struct captive *captive, const struct order *order, struct report *report)
{
    switch (order->deed) {
    case DEED_CONFINEMENT: report->result = captive->confinement; return 0;
    case DEED_READ: return do_read(order->path, report);
    case DEED_CREATE: return do_create(order->path);
    case DEED_UNLINK: return unlink(order->path);
    case DEED_RENAME: return rename(order->path, order->other);
    case DEED_LINK: return link(order->path, order->other);
    case DEED_CHMOD: return chmod(order->path, 0644);
    case DEED_EXEC: return do_exec();
    case DEED_FORK: return do_fork();
    case DEED_SOCKET: return do_socket();
    case DEED_CONNECT: return do_connect(captive->spare_socket, order->number);
    case DEED_PTRACE: return (int)ptrace(PTRACE_SEIZE, order->number, NULL, NULL);
    case DEED_VM_READ: return do_vm_read(order->number);
    case DEED_KILL: return kill(order->number, SIGKILL);
    case DEED_TAKE_DESCRIPTOR: return do_take_descriptor(order->number);
    case DEED_MAKE_CODE: return do_make_code();
    case DEED_SPEAK: return do_speak(captive->calls_fd, order, report);
    case DEED_SEAL: return do_speak(captive->seals_fd, order, report);
    }
    return -1;
}

struct captive_job {
    struct store_job job;
    struct captive *captive;
    const struct order *order;
    struct report *report;
};

static inline enum status obey_there(struct store_tx *tx, struct store_job *job)
{
    struct captive_job *there = (struct captive_job *)job;
    (void)tx;
    there->report->error = obey(there->captive, there->order, there->report) == 0 ? 0 : errno;
    return OK;
}

static inline void obey_anywhere(struct captive *captive, const struct order *order, struct report *report)
{
    struct captive_job there = {
        .job = { .run = obey_there, .mode = STORE_BARE }, .captive = captive, .order = order, .report = report
    };
    if (order->on_storage_thread)
        report->error = store_run_now(captive->store, &there.job) == OK ? report->error : EIO;
    else
        (void)obey_there(NULL, &there.job);
}

/* ---- the processes ----------------------------------------------------------------------------------------------------------------- */

static inline void captive_post(void *poster, void (*fn)(void *), void *context)
{
    (void)poster;
    fn(context);
}

static inline int captive_run(void *context, int control_fd)
{
    const struct captivity *captivity = context;
    static struct order order;
    static struct report report;
    struct control_message line;
    struct captive captive = { .spare_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    vault_init();
    captive.store = store_open(&(struct store_options){ .url = captivity->config.database, .post = captive_post }, NULL);
    if (!captive.store || !control_receive(control_fd, &line) || line.kind != CONTROL_LINE) return 1;
    captive.calls_fd = line.fds[0];
    captive.seals_fd = line.fds[1];
    captive.confinement = confine_front(&captivity->config, captive.store, false) & line.confinement;
    control_send(control_fd, &(struct control_message){ .kind = CONTROL_READY });
    while (recv(captivity->orders_fd, &order, sizeof order, 0) == (ssize_t)sizeof order) {
        report = (struct report){ 0 };
        obey_anywhere(&captive, &order, &report);
        if (send(captivity->orders_fd, &report, sizeof report, MSG_NOSIGNAL) < 0) break;
    }
    store_close(captive.store);
    return 0;
}

static inline int captive_egress(void *context, int control_fd, int calls_fd, int seals_fd)
{
    const struct captivity *captivity = context;
    return egress_process(&captivity->config, control_fd, calls_fd, seals_fd);
}

/* The server's parent. */
static inline pid_t captive_start(const struct captivity *captivity)
{
    struct captivity copy = *captivity;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) close(copy.tester_fd);
    if (pid == 0)
        _exit(supervise(&(struct supervise_options){ .front = captive_run, .egress = captive_egress, .context = &copy }));
    return pid;
}

#endif
