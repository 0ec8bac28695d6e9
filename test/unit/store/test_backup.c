/* Copies while a server writes, and putting one back. */
#include "unit/store/running.h"

#include "store/file.h"

#include <glob.h>

enum { COPIES = 8, PATH_ROOM = 160 };

static int64_t setting_in(const char *path, struct str name)
{
    struct db *db;
    struct arena arena;
    struct str value;
    int64_t number = -1;
    arena_init(&arena);
    assert_int_equal(db_open(path, DB_READ_ONLY, &db, NULL), OK);
    assert_int_equal(db_verify(db, NULL), OK);
    struct store_tx tx = { .db = db };
    if (setting_get(&tx, name, &arena, &value) == OK) assert_true(str_to_i64(value, &number));
    db_close(db);
    arena_clear(&arena);
    return number;
}

/* Writes the same number under two names in every transaction: a copy in which they differ is not of one moment. */
static enum status run_pair(struct store_tx *tx, struct store_job *job)
{
    struct note *note = (struct note *)job;
    enum status status = setting_put(tx, STR("left"), str_from(note->value));
    return status == OK ? setting_put(tx, STR("right"), str_from(note->value)) : status;
}

static void write_pairs_for_ever(struct running *r, int pipe_end)
{
    struct store *store = running_open(r, NULL);
    if (!store) _exit(1);
    for (int n = 1;; n++) {
        struct note note = note_make(STORE_WRITE, 0, n);
        note.job.run = run_pair;
        if (store_run_now(store, &note.job) != OK) _exit(1);
        if (n == 1 && write(pipe_end, "r", 1) != 1) _exit(1);
    }
}

/* Returns the number in the copy. */
static int64_t copy_and_check(struct running *r, const char *target)
{
    struct stat found;
    assert_int_equal(store_backup(r->folder.path, target, NULL), OK);
    int64_t left = setting_in(target, STR("left"));
    assert_int_equal(left, setting_in(target, STR("right")));
    assert_int_equal(stat(target, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    return left;
}

static void copies_are_of_one_moment(void **state)
{
    struct running *r = *state;
    int ends[2];
    char ready, path[PATH_ROOM];
    int64_t last = 0;
    running_close(r);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_server();
    if (child == 0) write_pairs_for_ever(r, ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    for (int i = 0; i < COPIES; i++) {
        (void)snprintf(path, sizeof path, "%s/copy-%d", r->folder.name, i);
        int64_t number = copy_and_check(r, path);
        assert_true(number > 0 && number >= last);
        last = number;
    }
    kill_server(child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    assert_int_equal(store_backup(r->folder.path, path, NULL), E_CONFLICT); /* it exists */
    (void)snprintf(path, sizeof path, "%s/after-kill", r->folder.name);
    assert_true(copy_and_check(r, path) >= last); /* with the log of a dead server beside the file */
    r->store = running_open(r, NULL);
    assert_non_null(r->store);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void what_a_dead_backup_left_is_taken_over(void **state)
{
    struct running *r = *state;
    char path[PATH_ROOM], part[PATH_ROOM + 8];
    struct note note = note_make(STORE_WRITE, 0, 1);
    note.job.run = run_pair;
    assert_int_equal(store_run_now(r->store, &note.job), OK);
    (void)snprintf(path, sizeof path, "%s/copy", r->folder.name);
    (void)snprintf(part, sizeof part, "%s.part", path);
    write_text(part, "half a copy");
    assert_int_equal(copy_and_check(r, path), 1);
    assert_int_not_equal(access(part, F_OK), 0);
}

static void two_backups_of_one_name(void **state)
{
    struct running *r = *state;
    char path[PATH_ROOM];
    struct file_part part;
    (void)snprintf(path, sizeof path, "%s/copy", r->folder.name);
    assert_int_equal(file_part_open(&part, path, NULL), OK);
    assert_int_equal(store_backup(r->folder.path, path, NULL), E_CONFLICT);
    write_text(path, "somebody else's");
    assert_int_equal(file_part_finish(&part, NULL), E_CONFLICT);
    (void)unlink(path);
    assert_int_equal(store_backup(r->folder.path, path, NULL), OK);
}

static void no_database_no_copy(void **state)
{
    struct running *r = *state;
    char url[PATH_ROOM], target[PATH_ROOM];
    (void)snprintf(url, sizeof url, "%s/absent", r->folder.name);
    (void)snprintf(target, sizeof target, "%s/copy", r->folder.name);
    assert_int_equal(store_backup(url, target, NULL), E_NOT_FOUND);
    assert_int_not_equal(access(target, F_OK), 0);
    assert_int_equal(store_backup(r->folder.path, "/nowhere/at/all", NULL), E_IO);
}

/* ---- restore ---- */

static size_t kept_files(struct running *r, char *name, size_t size)
{
    char pattern[PATH_ROOM];
    glob_t found;
    (void)snprintf(pattern, sizeof pattern, "%s.before-restore.*", r->folder.path);
    int result = glob(pattern, 0, NULL, &found);
    assert_true(result == 0 || result == GLOB_NOMATCH);
    size_t count = found.gl_pathc;
    if (count) (void)snprintf(name, size, "%s", found.gl_pathv[0]);
    globfree(&found);
    return count;
}

/* A copy in which n1 is 1; then n1 and n2 become 2 in the database, and it is closed. */
static void make_copy_and_go_on(struct running *r, char copy[PATH_ROOM])
{
    (void)snprintf(copy, PATH_ROOM, "%s/copy", r->folder.name);
    assert_int_equal(put_now(r->store, 1, 1), OK);
    assert_int_equal(store_backup(r->folder.path, copy, NULL), OK);
    assert_int_equal(put_now(r->store, 1, 2), OK);
    assert_int_equal(put_now(r->store, 2, 2), OK);
    running_close(r);
}

static void open_again(struct running *r)
{
    r->store = running_open(r, NULL);
    assert_non_null(r->store);
}

static void restore_goes_back_and_keeps_what_was(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], kept[PATH_ROOM];
    make_copy_and_go_on(r, copy);
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 1);
    assert_int_equal(get_now(r->store, 2), -1);
    assert_int_equal(kept_files(r, kept, sizeof kept), 1);
    assert_int_equal(setting_in(kept, STR("n1")), 2);
}

/* Twice from the same copy: the generation must not come back to what it was. */
static void generation_only_grows(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], kept[PATH_ROOM];
    make_copy_and_go_on(r, copy);
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    assert_int_equal(setting_in(r->folder.path, STR("install_generation")), 1);
    assert_int_equal(kept_files(r, kept, sizeof kept), 1);
    assert_int_equal(remove(kept), 0); /* the second one of the same second would have its name */
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    assert_int_equal(setting_in(r->folder.path, STR("install_generation")), 2);
    open_again(r);
}

static void restore_does_not_touch_a_running_server(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM];
    struct err err = { 0 };
    make_copy_and_go_on(r, copy);
    open_again(r);
    assert_int_equal(store_restore(r->folder.path, copy, &err), E_CONFLICT);
    assert_non_null(strstr(err.detail, "already in use by process"));
    assert_int_equal(get_now(r->store, 1), 2);
}

/* The log of a killed server belongs to the file that is replaced, and must not be replayed into the copy. */
static void restore_after_a_crash(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], kept[PATH_ROOM], ready;
    int ends[2];
    make_copy_and_go_on(r, copy);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_server();
    if (child == 0) write_pairs_for_ever(r, ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    kill_server(child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    assert_int_equal(kept_files(r, kept, sizeof kept), 1);
    assert_true(setting_in(kept, STR("left")) > 0);
    assert_int_equal(setting_in(r->folder.path, STR("left")), -1);
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 1);
}

static void write_bytes(const char *path, long at, const char *bytes, size_t count)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, count, at), count);
    assert_int_equal(close(fd), 0);
}

/* Whatever is wrong with the copy, the database stays as it is. */
static void bad_copy_is_refused(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], kept[PATH_ROOM], bad[PATH_ROOM];
    static char rubbish[8192];
    make_copy_and_go_on(r, copy);
    (void)snprintf(bad, sizeof bad, "%s/bad", r->folder.name);
    assert_int_equal(store_restore(r->folder.path, bad, NULL), E_NOT_FOUND);

    write_bytes(bad, 0, "", 0);
    assert_int_equal(store_restore(r->folder.path, bad, NULL), E_INPUT); /* empty */

    memset(rubbish, 'x', sizeof rubbish);
    write_bytes(bad, 0, rubbish, sizeof rubbish);
    assert_int_equal(store_restore(r->folder.path, bad, NULL), E_CORRUPT);

    write_bytes(copy, 4096 * 3, rubbish, 4096); /* a page in the middle */
    assert_int_equal(store_restore(r->folder.path, copy, NULL), E_CORRUPT);

    assert_int_equal(kept_files(r, kept, sizeof kept), 0);
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 2);
}

static void newer_copy_is_refused(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM];
    struct db *db;
    struct err err = { 0 };
    make_copy_and_go_on(r, copy);
    assert_int_equal(db_open(copy, DB_READ_WRITE, &db, NULL), OK);
    assert_int_equal(db_script(db, "INSERT INTO schema_migration VALUES (9999, 'later', 1)", NULL), OK);
    db_close(db);
    assert_int_equal(store_restore(r->folder.path, copy, &err), E_INPUT);
    assert_non_null(strstr(err.detail, "nothing was changed"));
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 2);
}

/* A damaged database is what one restores for: it is kept as it is, with its log. */
static void damaged_database_is_replaced(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], kept[PATH_ROOM];
    static char rubbish[8192];
    make_copy_and_go_on(r, copy);
    memset(rubbish, 'x', sizeof rubbish);
    write_bytes(r->folder.path, 0, rubbish, sizeof rubbish);
    assert_null(running_open(r, NULL));
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    assert_int_equal(kept_files(r, kept, sizeof kept), 1);
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 1);
}

/* A log without its file, and what a killed restore has left, do not get into what is restored. */
static void stray_logs_are_not_replayed(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], stray[PATH_ROOM], ready;
    int ends[2];
    make_copy_and_go_on(r, copy);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork_server();
    if (child == 0) write_pairs_for_ever(r, ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    kill_server(child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    (void)snprintf(stray, sizeof stray, "%s-wal", r->folder.path);
    assert_int_equal(access(stray, F_OK), 0);
    (void)snprintf(stray, sizeof stray, "%s.restoring", r->folder.path);
    assert_int_equal(rename(r->folder.path, stray), 0);
    assert_int_equal(store_restore(r->folder.path, copy, NULL), OK);
    assert_int_equal(setting_in(r->folder.path, STR("left")), -1);
    open_again(r);
    assert_int_equal(get_now(r->store, 1), 1);
}

static void restore_where_nothing_was(void **state)
{
    struct running *r = *state;
    char copy[PATH_ROOM], path[PATH_ROOM];
    make_copy_and_go_on(r, copy);
    (void)snprintf(path, sizeof path, "%s/new.db", r->folder.name);
    assert_int_equal(store_restore(path, copy, NULL), OK);
    assert_int_equal(setting_in(path, STR("n1")), 1);
    open_again(r);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, running_up, running_down)
    const struct CMUnitTest tests[] = {
        TEST(copies_are_of_one_moment),
        TEST(what_a_dead_backup_left_is_taken_over),
        TEST(two_backups_of_one_name),
        TEST(no_database_no_copy),
        TEST(restore_goes_back_and_keeps_what_was),
        TEST(generation_only_grows),
        TEST(restore_does_not_touch_a_running_server),
        TEST(restore_after_a_crash),
        TEST(bad_copy_is_refused),
        TEST(newer_copy_is_refused),
        TEST(damaged_database_is_replaced),
        TEST(stray_logs_are_not_replayed),
        TEST(restore_where_nothing_was),
    };
    return cmocka_run_group_tests_name("store/backup", tests, NULL, NULL);
}
