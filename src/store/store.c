/* store.c - the storage thread: its queue, and one commit for all jobs that wait.
 *
 * A commit costs one fsync, a tenth of a millisecond or more, whatever is in it. So the thread takes everything that has queued
 * up while it worked, runs it in one transaction, commits once, and only then reports. Each write stands in a savepoint: a job
 * that fails is undone alone.
 *
 * When the transaction as a whole is lost (COMMIT failed, or SQLite rolled back by itself for a full disk), every job from the
 * first write on reports E_IO, the reads among them too: they may have seen what never became durable. Running them again was
 * rejected, as a job may have kept what it read.
 *
 * The write-ahead log is moved into the main file when nobody asks for anything for a moment, and under lasting load when it has
 * grown over a hard limit: one stall in some ten thousand jobs, where SQLite's own checkpoints make one in every hundred.
 */
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/counter.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/file.h"
#include "store/migrate.h"
#include "store/query.h"

enum {
    LOG_BYTES_IDLE = 4 * 1024 * 1024,  /* moving the log is worth its two fsyncs */
    LOG_BYTES_BUSY = 64 * 1024 * 1024, /* now even while jobs wait: reading gets slower and the disk fills */
    IDLE_NS = 20 * 1000 * 1000,
    PROBE_NS = 1000 * 1000 * 1000, /* below, "health" */
    SECOND_NS = 1000 * 1000 * 1000,
};

/* What the threads share; everything else belongs to the storage thread while it runs. */
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t arrived;  /* a job, or the wish to stop */
    pthread_cond_t finished; /* a job that somebody waits for in store_run_now */
    struct store_job *first, **end;
    bool is_stopping;
    struct err health;
    int64_t probe_at_ns; /* the storage thread's: when to look again, while it is not well */
};

struct store {
    struct queue *queue;
    struct db *db;
    int lock;
    pthread_t thread;
    store_post_fn *post;
    void *poster;
};

/* ---- the queue ---- */

static struct queue *queue_open(void)
{
    struct queue *queue = mem_alloc(sizeof *queue);
    queue->end = &queue->first;
    if (pthread_mutex_init(&queue->mutex, NULL) != 0 || pthread_cond_init(&queue->arrived, NULL) != 0 ||
        pthread_cond_init(&queue->finished, NULL) != 0)
        abort(); /* on Linux only for a defect */
    return queue;
}

static void queue_close(struct queue *queue)
{
    (void)pthread_cond_destroy(&queue->finished);
    (void)pthread_cond_destroy(&queue->arrived);
    (void)pthread_mutex_destroy(&queue->mutex);
    mem_free(queue);
}

static void lock(struct queue *queue)
{
    if (pthread_mutex_lock(&queue->mutex) != 0) abort();
}

static void unlock(struct queue *queue)
{
    if (pthread_mutex_unlock(&queue->mutex) != 0) abort();
}

/* With the queue locked. */
static void append(struct queue *queue, struct store_job *job)
{
    assert(!queue->is_stopping);
    bool was_empty = !queue->first;
    job->next = NULL;
    job->status = OK;
    *queue->end = job;
    queue->end = &job->next;
    if (was_empty) (void)pthread_cond_signal(&queue->arrived);
}

static int64_t monotonic_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) abort(); /* always there on Linux */
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* With the queue locked: waits for a job or the wish to stop, but not longer than until then. */
static void wait_for_job(struct queue *queue, int64_t until_ns)
{
    struct timespec until = { .tv_sec = until_ns / SECOND_NS, .tv_nsec = until_ns % SECOND_NS };
    int waited = 0;
    while (!queue->first && !queue->is_stopping && waited != ETIMEDOUT)
        waited = pthread_cond_clockwait(&queue->arrived, &queue->mutex, CLOCK_MONOTONIC, &until);
}

/* Up to LIMIT_STORE_GROUP jobs in their order; waits for the first. Without a job: it is time for a probe, or stopping and none is left. */
static struct store_job *take_batch(struct queue *queue, bool *is_stopping)
{
    lock(queue);
    while (!queue->first && !queue->is_stopping && queue->health.status == OK)
        (void)pthread_cond_wait(&queue->arrived, &queue->mutex);
    wait_for_job(queue, queue->probe_at_ns);
    *is_stopping = !queue->first && queue->is_stopping;
    struct store_job *batch = queue->first, **end = &queue->first;
    for (size_t n = 0; *end && n < LIMIT_STORE_GROUP; n++) end = &(*end)->next;
    queue->first = *end;
    if (!queue->first) queue->end = &queue->first;
    *end = NULL;
    unlock(queue);
    return batch;
}

/* True when no job comes for a moment. Under load the queue is empty after each commit too, just until those who were told ask
 * again. */
static bool stays_idle(struct queue *queue)
{
    lock(queue);
    wait_for_job(queue, monotonic_ns() + IDLE_NS);
    bool is_idle = !queue->first && !queue->is_stopping;
    unlock(queue);
    return is_idle;
}

/* ---- health ----
 *
 * A server whose database fails says that it is not ready, and then nobody sends it anything. So while it is not well the thread looks by itself whether a commit works
 * again, once in PROBE_NS. Jobs go on meanwhile, as each may be the one that works.
 */

static void set_health(struct queue *queue, const struct err *why)
{
    lock(queue);
    bool was_well = queue->health.status == OK, is_well = why->status == OK;
    queue->health = *why;
    unlock(queue);
    if (was_well && !is_well) log_error("the database does not take writes", LOG_STR("reason", str_from(why->detail)));
    if (!was_well && is_well) log_info("the database takes writes again");
}

bool store_is_healthy(const struct store *store, struct err *why_not)
{
    lock(store->queue);
    struct err health = store->queue->health;
    unlock(store->queue);
    if (health.status == OK) return true;
    if (why_not) *why_not = health;
    return false;
}

/* ---- running jobs: all below is on the storage thread ---- */

/* The fault of the last transaction, if there was one, is what is wrong now. */
static void note_fault(struct store *store)
{
    struct err why = { 0 };
    if (db_take_fault(store->db, &why)) set_health(store->queue, &why);
}

/* A commit that changes nothing and yet goes through the disk. */
static void probe(struct store *store)
{
    struct err why = { 0 };
    if (db_script(store->db, "BEGIN IMMEDIATE; PRAGMA user_version = 0; COMMIT", &why) != OK) db_rollback(store->db);
    (void)db_take_fault(store->db, &why);
    store->queue->probe_at_ns = monotonic_ns() + PROBE_NS;
    set_health(store->queue, &why);
}

static void probe_when_due(struct store *store)
{
    if (!store_is_healthy(store, NULL) && monotonic_ns() >= store->queue->probe_at_ns) probe(store);
}

/* Runs a write in its savepoint. When that cannot be closed, nobody can say what is in the transaction: all of it goes. */
static enum status run_write(struct store_tx *tx, struct store_job *job)
{
    enum status status = db_savepoint(tx->db);
    if (status != OK) return status;
    status = job->run(tx, job);
    if (!db_in_transaction(tx->db)) return E_IO; /* rolled back with everything before it */
    enum status closed = status == OK ? db_release(tx->db) : db_undo(tx->db);
    if (closed == OK) return status;
    db_rollback(tx->db);
    return E_IO;
}

static void run_job(struct store_tx *tx, struct store_job *job)
{
    tx->now = db_now(tx->db);
    tx->may_write = job->mode == STORE_WRITE;
    job->status = tx->may_write ? run_write(tx, job) : job->run(tx, job);
    counter_add(COUNTER_STORE_JOBS, 1);
}

/* From `from` up to before `to`; both may be NULL: none, or to the end. */
static void fail_jobs(struct store_job *from, const struct store_job *to, enum status status)
{
    for (struct store_job *job = from; job && job != to; job = job->next) job->status = status;
}

static bool has_write(const struct store_job *job)
{
    while (job && job->mode != STORE_WRITE) job = job->next;
    return job != NULL;
}

/* Ends a transaction in which something was written, or that was to write. */
static void finish_writes(struct store *store, struct store_job *first_write, const struct store_job *end, bool has_changed)
{
    struct err why = { 0 };
    bool is_lost = !db_in_transaction(store->db) || db_commit(store->db) != OK;
    if (is_lost)
        fail_jobs(first_write, end, E_IO);
    else if (has_changed)
        counter_add(COUNTER_STORE_COMMITS, 1);
    if (!db_take_fault(store->db, &why) && is_lost) (void)err_set(&why, E_IO, "the last commit failed");
    set_health(store->queue, &why);
}

/* Runs jobs from `job` on in one transaction, up to one that wants none. Returns the first job that it did not come to: that one, or where the transaction was lost on the way. */
static struct store_job *run_transaction(struct store *store, struct store_job *job)
{
    bool will_write = has_write(job), has_changed = false;
    if (job->mode == STORE_BARE) {
        job->status = job->run(NULL, job);
        return job->next;
    }
    enum status begun = db_begin(store->db, will_write);
    if (begun != OK) {
        fail_jobs(job, NULL, begun);
        note_fault(store);
        return NULL;
    }
    struct store_tx tx = { .db = store->db };
    struct store_job *first_write = NULL;
    for (; job && job->mode != STORE_BARE && db_in_transaction(store->db); job = job->next) {
        if (!first_write && job->mode == STORE_WRITE) first_write = job;
        run_job(&tx, job);
        has_changed = has_changed || (job->mode == STORE_WRITE && job->status == OK);
    }
    if (will_write) {
        finish_writes(store, first_write, job, has_changed);
    } else {
        db_rollback(store->db); /* a read transaction has nothing to commit */
        note_fault(store);
    }
    return job;
}

/* On the loop's thread. The batch comes as one posting: one wake-up of the loop for one commit. */
static void report(void *context)
{
    struct store_job *job = context;
    while (job) {
        struct store_job *next = job->next; /* done may free the job */
        job->done(job, job->status);
        job = next;
    }
}

static void hand_back(struct store *store, struct store_job *batch)
{
    struct store_job *posted = NULL, **end = &posted;
    bool is_awaited = false;
    lock(store->queue);
    for (struct store_job *job = batch, *next; job; job = next) {
        next = job->next;
        if (job->is_awaited) {
            job->is_finished = is_awaited = true;
        } else {
            *end = job;
            end = &job->next;
        }
    }
    *end = NULL;
    if (is_awaited) (void)pthread_cond_broadcast(&store->queue->finished);
    unlock(store->queue);
    if (posted) store->post(store->poster, report, posted);
}

static void *work(void *context)
{
    struct store *store = context;
    for (bool is_stopping;;) {
        struct store_job *batch = take_batch(store->queue, &is_stopping), *rest = batch;
        if (is_stopping) break;
        while (rest) rest = run_transaction(store, rest);
        hand_back(store, batch);
        probe_when_due(store);
        int64_t log_bytes = db_log_bytes(store->db);
        if (log_bytes >= LOG_BYTES_BUSY || (log_bytes >= LOG_BYTES_IDLE && stays_idle(store->queue))) db_checkpoint(store->db);
    }
    return NULL;
}

/* ---- life ---- */

static enum status open_database(struct store *store, const struct store_options *options, struct err *err)
{
    const char *path;
    enum status status = file_of_url(options->url, &path, err);
    if (status == OK) status = file_lock(path, options->owner, &store->lock, err);
    if (status == OK && !file_exists(path)) {
        status = file_create(path, err);
        if (status == OK) status = file_sync_folder(path, err);
    }
    if (status != OK) return status;
    status = db_open(path, DB_READ_WRITE, &store->db, err);
    return status == OK ? migrate_run(store->db, store_migrations, path, options->backup_dir, err) : status;
}

/* Signals are the loop's business. */
static enum status start_thread(struct store *store, struct err *err)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int reason = pthread_create(&store->thread, NULL, work, store);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reason == 0 ? OK : err_set(err, E_UNAVAILABLE, "the storage thread cannot be started: %s", strerror(reason));
}

static void give_back(struct store *store)
{
    db_close(store->db);
    if (store->lock >= 0) file_unlock(store->lock);
    queue_close(store->queue);
    mem_free(store);
}

struct store *store_open(const struct store_options *options, struct err *err)
{
    struct store *store = mem_alloc(sizeof *store);
    *store = (struct store){ .queue = queue_open(), .lock = -1, .post = options->post, .poster = options->poster };
    enum status status = open_database(store, options, err);
    if (status == OK) status = start_thread(store, err);
    if (status == OK) return store;
    give_back(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (!store) return;
    lock(store->queue);
    store->queue->is_stopping = true;
    (void)pthread_cond_signal(&store->queue->arrived);
    unlock(store->queue);
    if (pthread_join(store->thread, NULL) != 0) abort();
    db_empty_log(store->db);
    give_back(store);
}

void store_submit(struct store *store, struct store_job *job)
{
    assert(job->done && store->post);
    job->store = store;
    job->is_awaited = false;
    lock(store->queue);
    append(store->queue, job);
    unlock(store->queue);
}

enum status store_run_now(struct store *store, struct store_job *job)
{
    job->store = store;
    job->is_awaited = true;
    job->is_finished = false;
    lock(store->queue);
    append(store->queue, job);
    while (!job->is_finished) (void)pthread_cond_wait(&store->queue->finished, &store->queue->mutex);
    unlock(store->queue);
    return job->status;
}
