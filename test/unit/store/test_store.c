/* The storage thread: jobs, group commit, what fails alone and what fails together, the lock. */
#include "unit/store/running.h"

#include "base/limits.h"

enum { JOBS = 100, THREADS = 4, ROUNDS = 100 };

/* ---- jobs ---- */

static void what_is_written_is_read(void **state)
{
    struct running *r = *state;
    assert_int_equal(get_now(r->store, 1), -1);
    assert_int_equal(put_now(r->store, 1, 11), OK);
    assert_int_equal(get_now(r->store, 1), 11);
}

static enum status run_clock(struct store_tx *tx, struct store_job *job)
{
    (void)job;
    int64_t first = store_now(tx);
    (void)usleep(5000);
    return store_now(tx) == first && first / 1000 >= time(NULL) - 60 ? OK : E_INTERNAL;
}

static void clock_stands_still_during_a_job(void **state)
{
    struct running *r = *state;
    struct store_job job = { .run = run_clock, .mode = STORE_READ };
    assert_int_equal(store_run_now(r->store, &job), OK);
}

static void submit_notes(struct store *store, struct note *notes, int count)
{
    for (int i = 0; i < count; i++) {
        notes[i] = note_make(STORE_WRITE, i, i);
        store_submit(store, &notes[i].job);
    }
}

/* Many jobs that wait become one commit; each is told once, after it. */
static void waiting_jobs_share_a_commit(void **state)
{
    struct running *r = *state;
    struct gate gate;
    struct note notes[JOBS];
    int64_t commits = counter_get(COUNTER_STORE_COMMITS), jobs = counter_get(COUNTER_STORE_JOBS);
    gate_close(&gate, r->store);
    submit_notes(r->store, notes, JOBS);
    gate_open(&gate, &r->inbox);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(notes[i].calls_of_done, 1);
        assert_int_equal(notes[i].reported, OK);
        assert_int_equal(get_now(r->store, i), i);
    }
    assert_int_equal(counter_get(COUNTER_STORE_COMMITS) - commits, 1);
    assert_int_equal(counter_get(COUNTER_STORE_JOBS) - jobs, 1 + JOBS + JOBS);
}

static void group_has_a_ceiling(void **state)
{
    struct running *r = *state;
    enum { MANY = LIMIT_STORE_GROUP + 10 };
    struct gate gate;
    struct note *notes = mem_array(MANY, sizeof *notes);
    int64_t commits = counter_get(COUNTER_STORE_COMMITS);
    gate_close(&gate, r->store);
    submit_notes(r->store, notes, MANY);
    gate_open(&gate, &r->inbox);
    assert_int_equal(notes[LIMIT_STORE_GROUP - 1].calls_of_done, 1);
    assert_int_equal(notes[LIMIT_STORE_GROUP].calls_of_done, 0);
    inbox_run_one(&r->inbox);
    assert_int_equal(notes[MANY - 1].calls_of_done, 1);
    assert_int_equal(counter_get(COUNTER_STORE_COMMITS) - commits, 2);
    mem_free(notes);
}

/* One job of a group says no: its write is undone, its neighbours' are not, and a read behind it does not see it. */
static void failing_job_is_undone_alone(void **state)
{
    struct running *r = *state;
    struct gate gate;
    struct note before = note_make(STORE_WRITE, 1, 10), failing = note_make(STORE_WRITE, 1, 20);
    struct note after = note_make(STORE_WRITE, 2, 30), reader = note_make(STORE_READ, 1, 0);
    failing.verdict = E_DENIED;
    gate_close(&gate, r->store);
    store_submit(r->store, &before.job);
    store_submit(r->store, &failing.job);
    store_submit(r->store, &reader.job);
    store_submit(r->store, &after.job);
    gate_open(&gate, &r->inbox);
    assert_int_equal(before.reported, OK);
    assert_int_equal(failing.reported, E_DENIED);
    assert_int_equal(reader.reported, OK);
    assert_string_equal(reader.value, "10");
    assert_int_equal(after.reported, OK);
    assert_int_equal(get_now(r->store, 1), 10);
    assert_int_equal(get_now(r->store, 2), 30);
    assert_true(store_is_healthy(r->store, NULL));
}

static void reads_alone_commit_nothing(void **state)
{
    struct running *r = *state;
    struct note failing = note_make(STORE_WRITE, 1, 1);
    int64_t commits = counter_get(COUNTER_STORE_COMMITS);
    failing.verdict = E_CONFLICT;
    assert_int_equal(store_run_now(r->store, &failing.job), E_CONFLICT);
    assert_int_equal(get_now(r->store, 1), -1);
    assert_int_equal(counter_get(COUNTER_STORE_COMMITS), commits);
}

static void close_runs_what_is_queued(void **state)
{
    struct running *r = *state;
    struct note notes[JOBS];
    submit_notes(r->store, notes, JOBS);
    running_close(r);
    while (r->inbox.count) inbox_run_one(&r->inbox);
    for (int i = 0; i < JOBS; i++) assert_int_equal(notes[i].calls_of_done, 1);
    r->store = running_open(r, NULL);
    assert_non_null(r->store);
    assert_int_equal(get_now(r->store, JOBS - 1), JOBS - 1);
}

/* ---- the disk ---- */

/* A job that runs a script. */
struct script {
    struct store_job job;
    const char *sql;
};

static enum status run_script(struct store_tx *tx, struct store_job *job)
{
    return db_script(tx->db, ((struct script *)job)->sql, NULL);
}

static void script_now(struct store *store, const char *sql)
{
    struct script script = { .job = { .run = run_script, .mode = STORE_READ }, .sql = sql };
    assert_int_equal(store_run_now(store, &script.job), OK);
}

static enum status put_much(struct store_tx *tx, struct store_job *job)
{
    (void)job;
    static char value[256 * 1024];
    memset(value, value[0] == 'x' ? 'y' : 'x', sizeof value); /* equal pages would not be written again */
    return setting_put(tx, STR("much"), (struct str){ value, sizeof value });
}

static void full_database_is_told_and_got_over(void **state)
{
    struct running *r = *state;
    struct store_job much = { .run = put_much, .mode = STORE_WRITE };
    struct err why = { 0 };
    assert_int_equal(put_now(r->store, 1, 10), OK);
    script_now(r->store, "PRAGMA max_page_count = 1");
    assert_int_equal(store_run_now(r->store, &much), E_IO);
    assert_false(store_is_healthy(r->store, &why));
    assert_non_null(strstr(why.detail, "full"));
    assert_int_equal(get_now(r->store, 1), 10);
    script_now(r->store, "PRAGMA max_page_count = 1000000");
    assert_int_equal(store_run_now(r->store, &much), OK);
    assert_true(store_is_healthy(r->store, NULL));
}

/* Files may not grow: write(2) fails as on a broken disk, and with it the commit, so the whole group is told. */
static void failing_disk_fails_the_group(void **state)
{
    struct running *r = *state;
    struct gate gate;
    struct note notes[3], reader = note_make(STORE_READ, 0, 0);
    struct rlimit before, none;
    struct err why = { 0 };
    assert_int_equal(put_now(r->store, 7, 70), OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    gate_close(&gate, r->store);
    submit_notes(r->store, notes, 3);
    store_submit(r->store, &reader.job); /* sees what the first of them wrote */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    gate_open(&gate, &r->inbox);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    for (int i = 0; i < 3; i++) assert_int_equal(notes[i].reported, E_IO);
    assert_int_equal(reader.reported, E_IO);
    assert_false(store_is_healthy(r->store, &why));
    assert_true(strlen(why.detail) > 0);
    assert_int_equal(get_now(r->store, 0), -1);
    assert_int_equal(get_now(r->store, 7), 70);
    assert_int_equal(put_now(r->store, 0, 1), OK);
    assert_true(store_is_healthy(r->store, NULL));
}

static enum status run_rollback(struct store_tx *tx, struct store_job *job)
{
    (void)job;
    return db_script(tx->db, "ROLLBACK", NULL);
}

/* SQLite may give a transaction up in the middle of a group: those in it lose what they wrote, those behind run in a new one. */
static void lost_transaction_is_told_to_those_in_it(void **state)
{
    struct running *r = *state;
    struct gate gate;
    struct note reader = note_make(STORE_READ, 9, 0), before = note_make(STORE_WRITE, 1, 1);
    struct note culprit = note_make(STORE_WRITE, 2, 2), after = note_make(STORE_WRITE, 3, 3);
    culprit.job.run = run_rollback;
    gate_close(&gate, r->store);
    store_submit(r->store, &reader.job);
    store_submit(r->store, &before.job);
    store_submit(r->store, &culprit.job);
    store_submit(r->store, &after.job);
    gate_open(&gate, &r->inbox);
    assert_int_equal(reader.reported, E_NOT_FOUND);
    assert_int_equal(before.reported, E_IO);
    assert_int_equal(culprit.reported, E_IO);
    assert_int_equal(after.reported, OK);
    assert_int_equal(get_now(r->store, 1), -1);
    assert_int_equal(get_now(r->store, 3), 3);
}

/* The same while only reads have run: nobody has lost anything. */
static void transaction_lost_before_the_first_write(void **state)
{
    struct running *r = *state;
    struct gate gate;
    struct note culprit = note_make(STORE_READ, 1, 1), after = note_make(STORE_WRITE, 2, 2);
    culprit.job.run = run_rollback;
    gate_close(&gate, r->store);
    store_submit(r->store, &culprit.job);
    store_submit(r->store, &after.job);
    gate_open(&gate, &r->inbox);
    assert_int_equal(culprit.reported, OK);
    assert_int_equal(after.reported, OK);
    assert_int_equal(get_now(r->store, 2), 2);
}

static off_t size_of(const struct running *r, const char *suffix)
{
    struct stat found;
    char path[128];
    (void)snprintf(path, sizeof path, "%s%s", r->folder.path, suffix);
    assert_int_equal(stat(path, &found), 0);
    return found.st_size;
}

/* The log is moved into the file when the thread has nothing to do, and by force when it never has. */
static void log_does_not_grow_for_ever(void **state)
{
    struct running *r = *state;
    struct store_job much = { .run = put_much, .mode = STORE_WRITE };
    for (int i = 0; i < 20; i++) assert_int_equal(store_run_now(r->store, &much), OK); /* 5 MiB */
    for (int waited = 0; size_of(r, "") < 256 * 1024 && waited < 500; waited++) (void)usleep(10000);
    assert_true(size_of(r, "") >= 256 * 1024);
    for (int i = 0; i < 400; i++) assert_int_equal(store_run_now(r->store, &much), OK); /* 100 MiB */
    assert_true(size_of(r, "-wal") < 70 * 1024 * 1024);
}

/* ---- who may open it ---- */

static void second_store_is_kept_out(void **state)
{
    struct running *r = *state;
    struct err err = { 0 };
    char process[64];
    assert_null(running_open(r, &err));
    assert_int_equal(err.status, E_CONFLICT);
    (void)snprintf(process, sizeof process, "already in use by process %d", (int)getpid());
    assert_non_null(strstr(err.detail, process));
    running_close(r);
    r->store = running_open(r, &err);
    assert_non_null(r->store);
}

static void files_are_private(void **state)
{
    struct running *r = *state;
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    assert_int_equal(put_now(r->store, 1, 1), OK);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        struct stat found;
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", r->folder.path, suffixes[i]);
        assert_int_equal(stat(path, &found), 0);
        assert_int_equal(found.st_mode & 0777, 0600);
    }
}

static void odd_names_are_refused(void **state)
{
    (void)state;
    static const char *const urls[] = { "", "sqlite:", ":memory:", "file:x.db", "postgres://db/x", "sqlite:file:x" };
    struct err err = { 0 };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        assert_null(store_open(&(struct store_options){ .url = urls[i] }, &err));
        assert_int_equal(err.status, E_INPUT);
    }
    assert_null(store_open(&(struct store_options){ .url = "sqlite:/nowhere/at/all/c.db" }, &err));
    assert_int_equal(err.status, E_IO);
}

/* ---- many threads ---- */

struct submitter {
    struct store *store;
    int number;
};

static void *submit_many(void *context)
{
    struct submitter *submitter = context;
    for (int i = 0; i < ROUNDS; i++) {
        int name = submitter->number * ROUNDS + i;
        if (put_now(submitter->store, name, i) != OK || get_now(submitter->store, name) != i) return context;
        if (!store_is_healthy(submitter->store, NULL)) return context;
    }
    return NULL;
}

static void many_submitters_get_their_own(void **state)
{
    struct running *r = *state;
    pthread_t threads[THREADS];
    struct submitter submitters[THREADS];
    for (int i = 0; i < THREADS; i++) {
        submitters[i] = (struct submitter){ r->store, i };
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &submitters[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, running_up, running_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read),
        TEST(clock_stands_still_during_a_job),
        TEST(waiting_jobs_share_a_commit),
        TEST(group_has_a_ceiling),
        TEST(failing_job_is_undone_alone),
        TEST(reads_alone_commit_nothing),
        TEST(close_runs_what_is_queued),
        TEST(full_database_is_told_and_got_over),
        TEST(failing_disk_fails_the_group),
        TEST(lost_transaction_is_told_to_those_in_it),
        TEST(transaction_lost_before_the_first_write),
        TEST(log_does_not_grow_for_ever),
        TEST(second_store_is_kept_out),
        TEST(files_are_private),
        cmocka_unit_test(odd_names_are_refused),
        TEST(many_submitters_get_their_own),
    };
    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
