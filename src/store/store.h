/* store.h - the only database access: jobs that run on the storage thread, each in a transaction; in them typed rows (rows.h).
 *
 * A job is a struct of the caller's with `struct store_job` as its first member. `run` works on the storage thread and may touch
 * nothing but the job itself and the functions of rows.h; `done` comes on the loop's thread after the commit is durable (or the
 * job failed). The thread drains its queue and runs waiting jobs as one transaction, each write in a savepoint of its own: a job
 * that returns something other than OK is rolled back alone and reports that status. So effects that follow `done` always follow
 * the fsync.
 *
 * Rejected: a batch of operations as data. It needed one struct, one copy and one switch case per operation and could not branch
 * on what it read; a job reads, decides and writes in one transaction (docs/decisions/0003).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"

#include <sys/types.h>

struct store;
struct store_tx; /* an open transaction; only inside run */
struct store_job;

enum store_mode {
    STORE_READ,
    STORE_WRITE,
    STORE_BARE, /* without a transaction, its tx is NULL: for what is about the thread itself */
};

typedef enum status store_run_fn(struct store_tx *, struct store_job *);
typedef void store_done_fn(struct store_job *, enum status);
/* Brings `done` to the loop's thread: net/loop.h loop_post, handed in because store knows no loop. */
typedef void store_post_fn(void *poster, void (*fn)(void *), void *context);

struct store_job {
    store_run_fn *run;
    store_done_fn *done;
    enum store_mode mode;
    /* store's own */
    struct store_job *next;
    struct store *store;
    enum status status;
    bool is_awaited, is_finished; /* by store_run_now */
};

struct store_options {
    const char *url;        /* "sqlite:PATH" (a bare path is the same) */
    const char *backup_dir; /* where the copy is put before a migration; NULL: beside the file */
    pid_t owner;            /* whom to stop for the directory to be free, as the lock names it; 0: this process */
    store_post_fn *post;
    void *poster;
};

/* Opens or makes the database, takes the lock that keeps a second server out (E_CONFLICT), migrates, starts the thread. Returns
 * new, or NULL. */
struct store *store_open(const struct store_options *, struct err *) must_check;
/* Runs what is queued, then stops the thread, checkpoints and closes. Their done callbacks are posted. */
void store_close(struct store *);

/* From the loop's thread. The job must live until its done callback. */
void store_submit(struct store *, struct store_job *);
/* Waits for the job instead: at start, for commands, in tests. `done` may be NULL and is not called. */
enum status store_run_now(struct store *, struct store_job *) must_check;
bool store_is_healthy(const struct store *, struct err *why_not); /* the last commit worked */

/* ---- without a running store --------------------------------------------------------------------------------------- */

struct store_migration {
    unsigned number;
    const char *name, *sql;
};
/* The numbered files of sql/, in order; the last has name NULL. */
extern const struct store_migration store_migrations[];

/* The schema's number in the file (0: empty or absent) and the newest known one. */
enum status store_schema(const char *url, unsigned *have, unsigned *newest, struct err *) must_check;
/* A consistent copy while a server may be writing (SQLite's VACUUM INTO or backup interface), synced; target must not exist. */
enum status store_backup(const char *url, const char *target, struct err *) must_check;
/* The same into a folder, which is made when it is missing, under a name of its own: the moment, "2026-11-22T150405Z.db"; of two in one second the second gets a number. *target is
 * in the arena. */
enum status store_backup_into(const char *url, const char *folder, int64_t at_ms, struct arena *, const char **target,
                              struct err *) must_check;
/* Puts a copy in place of the database after checking it (integrity_check, schema not newer); the present file is kept beside it.
 * No server may be running. */
enum status store_restore(const char *url, const char *source, struct err *) must_check;

#endif
