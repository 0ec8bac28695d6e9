/* running.h - a running store for tests, with a loop of the test's own that `done` callbacks come to. */
#ifndef UNIT_STORE_RUNNING_H
#define UNIT_STORE_RUNNING_H

#include <pthread.h>
#include <sys/prctl.h>

#include "base/counter.h"
#include "unit/store/fixture.h"

enum { POSTED_MAX = 64 };

/* What store posts, until the test's thread takes it. */
struct inbox {
    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    struct {
        void (*fn)(void *);
        void *context;
    } items[POSTED_MAX];
    size_t count;
};

struct running {
    struct folder folder;
    struct inbox inbox;
    struct store *store;
};

static inline void inbox_post(void *poster, void (*fn)(void *), void *context)
{
    struct inbox *inbox = poster;
    (void)pthread_mutex_lock(&inbox->mutex);
    if (inbox->count == POSTED_MAX) abort();
    inbox->items[inbox->count].fn = fn;
    inbox->items[inbox->count++].context = context;
    (void)pthread_cond_signal(&inbox->arrived);
    (void)pthread_mutex_unlock(&inbox->mutex);
}

/* Runs one posting on this thread. */
static inline void inbox_run_one(struct inbox *inbox)
{
    (void)pthread_mutex_lock(&inbox->mutex);
    while (inbox->count == 0) (void)pthread_cond_wait(&inbox->arrived, &inbox->mutex);
    void (*fn)(void *) = inbox->items[0].fn;
    void *context = inbox->items[0].context;
    memmove(&inbox->items[0], &inbox->items[1], --inbox->count * sizeof inbox->items[0]);
    (void)pthread_mutex_unlock(&inbox->mutex);
    fn(context);
}

static inline struct store *running_open(struct running *r, struct err *err)
{
    struct store_options options = { .url = r->folder.path, .post = inbox_post, .poster = &r->inbox };
    return store_open(&options, err);
}

static inline void running_close(struct running *r)
{
    store_close(r->store);
    r->store = NULL;
}

static inline int running_up(void **state)
{
    struct running *r = mem_alloc(sizeof *r);
    struct err err = { 0 };
    folder_make(&r->folder);
    assert_int_equal(pthread_mutex_init(&r->inbox.mutex, NULL), 0);
    assert_int_equal(pthread_cond_init(&r->inbox.arrived, NULL), 0);
    r->store = running_open(r, &err);
    assert_non_null(r->store);
    *state = r;
    return 0;
}

static inline int running_down(void **state)
{
    struct running *r = *state;
    running_close(r);
    assert_int_equal(r->inbox.count, 0);
    (void)pthread_cond_destroy(&r->inbox.arrived);
    (void)pthread_mutex_destroy(&r->inbox.mutex);
    folder_remove(&r->folder);
    mem_free(r);
    return 0;
}

/* A child that serves until it is killed, or until the test ends for whatever reason. To be called without a running store:
 * threads do not survive fork. */
static inline pid_t fork_server(void)
{
    pid_t parent = getpid(), child = fork();
    assert_true(child >= 0);
    if (child == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) _exit(1);
    return child;
}

static inline void kill_server(pid_t child)
{
    int status;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* ---- jobs ---- */

/* Puts or gets one setting; says what became of it. */
struct note {
    struct store_job job;
    char name[32], value[32];
    enum status verdict; /* what a put returns after its write: not OK undoes it */
    int calls_of_done;
    enum status reported;
};

static inline enum status note_put(struct store_tx *tx, struct store_job *job)
{
    struct note *note = (struct note *)job;
    enum status status = setting_put(tx, str_from(note->name), str_from(note->value));
    return status == OK ? note->verdict : status;
}

static inline enum status note_get(struct store_tx *tx, struct store_job *job)
{
    struct note *note = (struct note *)job;
    struct arena arena;
    struct str value = { 0 };
    arena_init(&arena);
    enum status status = setting_get(tx, str_from(note->name), &arena, &value);
    (void)snprintf(note->value, sizeof note->value, "%.*s", STR_ARG(value));
    arena_clear(&arena);
    return status;
}

static inline void note_done(struct store_job *job, enum status status)
{
    struct note *note = (struct note *)job;
    note->calls_of_done++;
    note->reported = status;
}

static inline struct note note_make(enum store_mode mode, int name, int value)
{
    struct note note = { .job = { .run = mode == STORE_WRITE ? note_put : note_get, .done = note_done, .mode = mode } };
    (void)snprintf(note.name, sizeof note.name, "n%d", name);
    (void)snprintf(note.value, sizeof note.value, "%d", value);
    return note;
}

static inline enum status put_now(struct store *store, int name, int value)
{
    struct note note = note_make(STORE_WRITE, name, value);
    return store_run_now(store, &note.job);
}

/* The value; -1 when there is none. */
static inline int get_now(struct store *store, int name)
{
    struct note note = note_make(STORE_READ, name, 0);
    int64_t number = -1;
    if (store_run_now(store, &note.job) == OK && !str_to_i64(str_from(note.value), &number)) abort();
    return (int)number;
}

/* Holds the storage thread until let go, so that jobs queue up behind it. */
struct gate {
    struct store_job job;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_reached, is_open;
};

static inline enum status gate_run(struct store_tx *tx, struct store_job *job)
{
    (void)tx;
    struct gate *gate = (struct gate *)job;
    (void)pthread_mutex_lock(&gate->mutex);
    gate->is_reached = true;
    (void)pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open) (void)pthread_cond_wait(&gate->changed, &gate->mutex);
    (void)pthread_mutex_unlock(&gate->mutex);
    return OK;
}

static inline void gate_done(struct store_job *job, enum status status)
{
    (void)job;
    assert_int_equal(status, OK);
}

static inline void gate_close(struct gate *gate, struct store *store)
{
    *gate = (struct gate){ .job = { .run = gate_run, .done = gate_done, .mode = STORE_READ } };
    assert_int_equal(pthread_mutex_init(&gate->mutex, NULL), 0);
    assert_int_equal(pthread_cond_init(&gate->changed, NULL), 0);
    store_submit(store, &gate->job);
    (void)pthread_mutex_lock(&gate->mutex);
    while (!gate->is_reached) (void)pthread_cond_wait(&gate->changed, &gate->mutex);
    (void)pthread_mutex_unlock(&gate->mutex);
}

/* What has queued up behind it runs now, as one batch; both batches have reported when this returns. */
static inline void gate_open(struct gate *gate, struct inbox *inbox)
{
    (void)pthread_mutex_lock(&gate->mutex);
    gate->is_open = true;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->mutex);
    inbox_run_one(inbox);
    inbox_run_one(inbox);
}

#endif
