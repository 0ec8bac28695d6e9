/* kill -9 in the middle of commits: what was reported done is there, the file is whole, the lock is free. */
#include "unit/store/running.h"

enum { KILLS = 10, REPORTS_BEFORE_KILL = 40, TWIN = 1000000 };

/* Commits numbers one after another, each in two rows, and says each on the pipe only when it is done. Never returns. */
static void commit_for_ever(struct running *r, int pipe_end, int first)
{
    struct store *store = running_open(r, NULL);
    if (!store) _exit(1);
    for (int n = first;; n++) {
        struct note notes[2] = { note_make(STORE_WRITE, n, n), note_make(STORE_WRITE, TWIN + n, n) };
        store_submit(store, &notes[0].job);
        store_submit(store, &notes[1].job);
        while (!notes[0].calls_of_done || !notes[1].calls_of_done) inbox_run_one(&r->inbox);
        if (notes[0].reported != OK || notes[1].reported != OK) _exit(1);
        if (write(pipe_end, &n, sizeof n) != sizeof n) _exit(1);
    }
}

/* Runs a server until it has reported some, kills it, returns the last number that came. */
static int run_and_kill(struct running *r, int first)
{
    int ends[2], n = first - 1;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_server();
    if (child == 0) commit_for_ever(r, ends[1], first);
    (void)close(ends[1]);
    for (int reports = 0; reports < REPORTS_BEFORE_KILL; reports++) assert_int_equal(read(ends[0], &n, sizeof n), sizeof n);
    kill_server(child);
    while (read(ends[0], &n, sizeof n) == sizeof n) continue; /* said before it died */
    (void)close(ends[0]);
    return n;
}

static void assert_whole(const char *path)
{
    struct db *db;
    assert_int_equal(db_open(path, DB_READ_ONLY, &db, NULL), OK);
    assert_int_equal(db_verify(db, NULL), OK);
    db_close(db);
}

static void reported_commits_survive_kill_9(void **state)
{
    struct running *r = *state;
    int next = 0;
    running_close(r);
    for (int round = 0; round < KILLS; round++) {
        next = run_and_kill(r, next) + 1;
        assert_whole(r->folder.path); /* with the log of the dead beside it */
    }
    r->store = running_open(r, NULL);
    assert_non_null(r->store);
    assert_true(next >= KILLS * REPORTS_BEFORE_KILL);
    for (int n = 0; n < next; n++) {
        assert_int_equal(get_now(r->store, n), n);
        assert_int_equal(get_now(r->store, TWIN + n), n);
    }
}

static void hold_for_ever(struct running *r, int pipe_end)
{
    if (!running_open(r, NULL) || write(pipe_end, "r", 1) != 1) _exit(1);
    for (;;) (void)pause();
}

static void lock_holds_between_processes_and_dies_with_them(void **state)
{
    struct running *r = *state;
    struct err err = { 0 };
    int ends[2];
    char ready, process[64];
    running_close(r);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_server();
    if (child == 0) hold_for_ever(r, ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    assert_null(running_open(r, &err));
    assert_int_equal(err.status, E_CONFLICT);
    (void)snprintf(process, sizeof process, "already in use by process %d", (int)child);
    assert_non_null(strstr(err.detail, process));
    kill_server(child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    r->store = running_open(r, NULL);
    assert_non_null(r->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reported_commits_survive_kill_9, running_up, running_down),
        cmocka_unit_test_setup_teardown(lock_holds_between_processes_and_dies_with_them, running_up, running_down),
    };
    return cmocka_run_group_tests_name("store/crash", tests, NULL, NULL);
}
