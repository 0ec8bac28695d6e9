/* confine.c - the two lists of system calls and of files.
 *
 * A list of what is allowed, made of what strace showed over the whole black-box suite, by subject; a call that is missing fails with EPERM and is then found in the log of whatever failed.
 * Threads that were started before are confined by seccomp as a whole, by Landlock one at a time: the loop's own, and the storage thread. libuv starts those of its pool later, from
 * the loop's thread, and they inherit.
 */
#include "app/confine.h"

#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/landlock.h"
#include "app/seccomp.h"
#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CAN_BE_CONFINED = false };
#else
enum { CAN_BE_CONFINED = true };
#endif

enum { PATHS_MAX = 24, RULES_MAX = 160, PATH_BYTES_MAX = 4096 };

#define ANY(name)                                                                                                                \
    {                                                                                                                            \
        .call = SYS_##name                                                                                                       \
    }

/* ---- system calls --------------------------------------------------------------------------------------------------------------------- */

/* What both need: memory, threads, clocks, descriptors that are open, waiting, reading files that Landlock lets through. */
static const struct seccomp_rule common[] = {
    ANY(read),
    ANY(write),
    ANY(readv),
    ANY(writev),
    ANY(pread64),
    ANY(close),
    ANY(lseek),
    ANY(fcntl),
    ANY(ioctl),
    ANY(dup),
    ANY(dup3),
    ANY(openat),
    ANY(newfstatat),
    ANY(fstat),
    ANY(statx),
    ANY(faccessat),
    ANY(faccessat2),
    ANY(readlinkat),
    ANY(getdents64),
    ANY(statfs),
    ANY(fstatfs),
    ANY(brk),
    ANY(munmap),
    ANY(mremap),
    ANY(madvise),
    ANY(mincore),
    { SYS_mmap, 2, PROT_EXEC, 0 },
    { SYS_mprotect, 2, PROT_EXEC, 0 },
    ANY(futex),
    ANY(set_robust_list),
    ANY(rseq),
    ANY(sched_yield),
    ANY(sched_getaffinity),
    ANY(membarrier),
    ANY(getcpu),
    { SYS_clone, 0, CLONE_THREAD, CLONE_THREAD },
    ANY(exit),
    ANY(exit_group),
    ANY(restart_syscall),
    ANY(rt_sigaction),
    ANY(rt_sigprocmask),
    ANY(rt_sigreturn),
    ANY(sigaltstack),
    ANY(tgkill),
    ANY(clock_gettime),
    ANY(clock_getres),
    ANY(clock_nanosleep),
    ANY(nanosleep),
    ANY(gettimeofday),
    ANY(getrandom),
    ANY(getpid),
    ANY(gettid),
    ANY(getppid),
    ANY(getuid),
    ANY(geteuid),
    ANY(getgid),
    ANY(getegid),
    ANY(uname),
    ANY(sysinfo),
    ANY(getrusage),
    { SYS_prlimit64, 2, UINT32_MAX, 0 }, /* asking, not setting */
    { SYS_prctl, 0, UINT32_MAX, PR_SET_NAME },
    { SYS_prctl, 0, UINT32_MAX, PR_SET_VMA },
    ANY(epoll_create1),
    ANY(epoll_ctl),
    ANY(epoll_pwait),
    ANY(eventfd2),
    ANY(pipe2),
    ANY(ppoll),
    ANY(pselect6),
    ANY(timerfd_create),
    ANY(timerfd_settime),
    ANY(recvfrom),
    ANY(recvmsg),
    ANY(sendto),
    ANY(sendmsg),
    ANY(shutdown),
    ANY(getsockopt),
    ANY(setsockopt),
    ANY(getsockname),
    ANY(getpeername),
    { SYS_socketpair, 0, UINT32_MAX, AF_UNIX },
#if defined(__x86_64__)
    ANY(open),
    ANY(stat),
    ANY(lstat),
    ANY(access),
    ANY(readlink),
    ANY(poll),
    ANY(select),
    ANY(epoll_wait),
    ANY(dup2),
    ANY(pipe),
    ANY(time),
    ANY(arch_prctl),
#endif
};

/* Serving and storing. */
static const struct seccomp_rule front_calls[] = {
    ANY(accept4),   ANY(accept),    ANY(pwrite64), ANY(pwritev),  ANY(preadv),    ANY(fsync),     ANY(fdatasync),
    ANY(ftruncate), ANY(fallocate), ANY(flock),    ANY(unlinkat), ANY(renameat),  ANY(renameat2), ANY(linkat),
    ANY(mkdirat),   ANY(fchmod),    ANY(fchown),   ANY(umask),    ANY(utimensat), ANY(getcwd),    ANY(sync_file_range),
#if defined(__x86_64__)
    ANY(unlink),    ANY(rename),    ANY(link),     ANY(mkdir),
#endif
};

/* Calling out. */
static const struct seccomp_rule calling[] = {
    { SYS_socket, 0, UINT32_MAX, AF_INET },
    { SYS_socket, 0, UINT32_MAX, AF_INET6 },
    { SYS_socket, 0, UINT32_MAX, AF_UNIX },
    { SYS_socket, 0, UINT32_MAX, AF_NETLINK },
    ANY(connect),
    ANY(bind),
    ANY(sendmmsg),
    ANY(recvmmsg),
};

/* Name look-ups load what /etc/nsswitch.conf names; what is writable is still not executable. */
static const struct seccomp_rule loading[] = {
    { SYS_mmap, 2, PROT_EXEC | PROT_WRITE, PROT_EXEC },
    { SYS_mprotect, 2, PROT_EXEC | PROT_WRITE, PROT_EXEC },
};

struct rule_list {
    struct seccomp_rule rules[RULES_MAX];
    size_t count;
};

static void add_rules(struct rule_list *list, const struct seccomp_rule *rules, size_t count)
{
    if (list->count + count > RULES_MAX) return; /* what does not fit is not allowed */
    memcpy(list->rules + list->count, rules, count * sizeof *rules);
    list->count += count;
}

#define ADD(list, rules) add_rules((list), (rules), sizeof(rules) / sizeof *(rules))

/* ---- files ---------------------------------------------------------------------------------------------------------------------------- */

struct path_list {
    struct arena arena;
    struct landlock_path paths[PATHS_MAX];
    size_t count;
};

static void add_path(struct path_list *list, unsigned rights, struct str path)
{
    if (path.len == 0 || list->count == PATHS_MAX) return;
    list->paths[list->count++] = (struct landlock_path){ arena_cstr(&list->arena, path), rights };
}

/* The database's own files one by one: a rule for their folder would take in the master key, which stands beside them. Backups have a folder, made here, as making one is not allowed later. */
static void front_paths(struct path_list *list, const struct config *config)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    struct str database = str_from(config_database_file(config));
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        add_path(list, LANDLOCK_READ | LANDLOCK_WRITE, arena_fmt(&list->arena, "%.*s%s", STR_ARG(database), suffixes[i]));
    struct str backups = arena_fmt(&list->arena, "%s/backups", config->data);
    (void)mkdir(backups.ptr, 0700); /* there already, as a rule */
    add_path(list, LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_LIST | LANDLOCK_MAKE, backups);
    add_path(list, LANDLOCK_READ, STR("/etc/localtime"));
}

static void practice_paths(struct path_list *list, const struct config *config)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        add_path(list, LANDLOCK_READ | LANDLOCK_WRITE, arena_fmt(&list->arena, "%s/sandbox.db%s", config->data, suffixes[i]));
}

/* Certificates and the resolver's settings, which are replaced while the process runs: hence their folders. Libraries for look-ups by name services. */
static void egress_paths(struct path_list *list, const struct config *config)
{
    static const char *const folders[] = { "/etc",
                                           "/usr/share/ca-certificates",
                                           "/usr/local/share/ca-certificates",
                                           "/usr/lib/ssl",
                                           "/run/systemd/resolve",
                                           "/run/resolvconf",
                                           "/run/NetworkManager",
                                           "/lib",
                                           "/usr/lib",
                                           "/lib64" };
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) add_path(list, LANDLOCK_READ, str_from(folders[i]));
    if (*config->ca_file) add_path(list, LANDLOCK_READ, str_from(dirname(arena_cstr(&list->arena, str_from(config->ca_file)))));
}

/* ---- putting it on -------------------------------------------------------------------------------------------------------------------- */

static uint8_t held_by_landlock(void)
{
    return landlock_version() >= 4 ? CONFINE_FILES | CONFINE_NETWORK : CONFINE_FILES;
}

struct thread_job {
    struct store_job job;
    int rules;
    bool is_in;
};

static enum status enter_run(struct store_tx *tx, struct store_job *job)
{
    struct thread_job *thread = (struct thread_job *)job;
    (void)tx;
    thread->is_in = landlock_enter(thread->rules);
    return OK;
}

/* The storage thread first: where only one of the two were in, files would seem held and not be. */
static uint8_t enter(const struct landlock_rules *rules, struct store *store)
{
    struct thread_job thread = { .job = { .run = enter_run, .mode = STORE_BARE }, .rules = landlock_open(rules), .is_in = true };
    if (thread.rules < 0) return 0;
    bool has_run = !store || store_run_now(store, &thread.job) == OK;
    bool is_in = has_run && thread.is_in && landlock_enter(thread.rules);
    (void)close(thread.rules);
    return is_in ? held_by_landlock() : 0;
}

uint8_t confine_front(const struct config *config, struct store *store, bool has_practice)
{
    struct rule_list calls = { .count = 0 };
    struct path_list files = { .count = 0 };
    if (!CAN_BE_CONFINED) return 0;
    arena_init(&files.arena);
    ADD(&calls, common);
    ADD(&calls, front_calls);
    front_paths(&files, config);
    if (has_practice) {
        ADD(&calls, calling);
        practice_paths(&files, config);
    }
    const struct landlock_rules rules = { files.paths, files.count, has_practice };
    uint8_t on = enter(&rules, store);
    if (seccomp_allow(calls.rules, calls.count)) on |= CONFINE_CALLS;
    arena_clear(&files.arena);
    return on;
}

uint8_t confine_egress(const struct config *config)
{
    struct rule_list calls = { .count = 0 };
    struct path_list files = { .count = 0 };
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0,
                0); /* no look from another process of the same user, whatever the kernel's settings say */
    if (!CAN_BE_CONFINED) return 0;
    arena_init(&files.arena);
    ADD(&calls, common);
    ADD(&calls, calling);
    ADD(&calls, loading);
    egress_paths(&files, config);
    const struct landlock_rules rules = { files.paths, files.count, true };
    uint8_t on = enter(&rules, NULL);
    if (seccomp_allow(calls.rules, calls.count)) on |= CONFINE_CALLS;
    arena_clear(&files.arena);
    return on;
}

void confine_tell(const char *process, uint8_t on)
{
    if (on == CONFINE_ALL) return;
    log_warn(CAN_BE_CONFINED ? "this kernel cannot confine the process as it should be"
                             : "built with a sanitizer: the process is not confined",
             LOG_STR("process", str_from(process)), LOG_STR("system_calls", on & CONFINE_CALLS ? STR("held") : STR("free")),
             LOG_STR("files", on & CONFINE_FILES ? STR("held") : STR("free")),
             LOG_STR("network", on & CONFINE_NETWORK ? STR("held") : STR("free")));
}
