/* Migrations: from nothing, from an older schema with a copy first, not at all from a newer one, and all or nothing. */
#include "unit/store/fixture.h"

#include <glob.h>

#define START                                                                                                                    \
    {                                                                                                                            \
        1, "start", "CREATE TABLE a (id TEXT PRIMARY KEY); CREATE TABLE b (id TEXT PRIMARY KEY)"                                 \
    }

static const struct store_migration one[] = { START, { 0, NULL, NULL } };
static const struct store_migration two[] = {
    START,
    { 2, "more", "ALTER TABLE a ADD COLUMN x BIGINT; INSERT INTO a (id, x) VALUES ('k', 2)" },
    { 0, NULL, NULL },
};
static const struct store_migration broken[] = {
    START,
    { 2, "half", "CREATE TABLE c (id TEXT PRIMARY KEY); INSERT INTO nowhere VALUES (1)" },
    { 0, NULL, NULL },
};

struct place {
    struct folder folder;
    struct db *db;
};

static int up(void **state)
{
    struct place *p = mem_alloc(sizeof *p);
    folder_make(&p->folder);
    assert_int_equal(db_open(p->folder.path, DB_READ_WRITE, &p->db, NULL), OK);
    *state = p;
    return 0;
}

static int down(void **state)
{
    struct place *p = *state;
    db_close(p->db);
    folder_remove(&p->folder);
    mem_free(p);
    return 0;
}

static unsigned have(struct db *db)
{
    unsigned number = 99;
    assert_int_equal(migrate_have(db, &number, NULL), OK);
    return number;
}

static bool has_table(struct db *db, const char *name)
{
    bool has;
    assert_int_equal(db_has_table(db, name, &has, NULL), OK);
    return has;
}

/* How many copies lie in the folder; the last one's name. */
static size_t copies(const char *folder, char *name, size_t size)
{
    char pattern[128];
    glob_t found;
    (void)snprintf(pattern, sizeof pattern, "%s/c.db.schema-1.*", folder);
    int result = glob(pattern, 0, NULL, &found);
    assert_true(result == 0 || result == GLOB_NOMATCH);
    size_t count = found.gl_pathc;
    if (count) (void)snprintf(name, size, "%s", found.gl_pathv[count - 1]);
    globfree(&found);
    return count;
}

static void empty_file_gets_everything_and_no_copy(void **state)
{
    struct place *p = *state;
    char name[128];
    assert_int_equal(have(p->db), 0);
    assert_int_equal(migrate_run(p->db, two, p->folder.path, NULL, NULL), OK);
    assert_int_equal(have(p->db), 2);
    assert_true(has_table(p->db, "b"));
    assert_int_equal(copies(p->folder.name, name, sizeof name), 0);
    assert_int_equal(migrate_run(p->db, two, p->folder.path, NULL, NULL), OK); /* nothing to do */
    assert_int_equal(have(p->db), 2);
}

static void older_file_is_copied_first(void **state)
{
    struct place *p = *state;
    char name[128];
    struct db *copy;
    assert_int_equal(migrate_run(p->db, one, p->folder.path, NULL, NULL), OK);
    assert_int_equal(db_script(p->db, "CREATE TABLE old (x BIGINT)", NULL), OK);
    assert_int_equal(migrate_run(p->db, two, p->folder.path, NULL, NULL), OK);
    assert_int_equal(have(p->db), 2);
    assert_int_equal(copies(p->folder.name, name, sizeof name), 1);
    assert_int_equal(db_open(name, DB_READ_ONLY, &copy, NULL), OK);
    assert_int_equal(have(copy), 1);
    assert_true(has_table(copy, "old"));
    assert_int_equal(db_verify(copy, NULL), OK);
    db_close(copy);
}

static void copy_goes_where_it_is_told(void **state)
{
    struct place *p = *state;
    char folder[80], name[128];
    (void)snprintf(folder, sizeof folder, "%s/copies", p->folder.name);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(migrate_run(p->db, one, p->folder.path, folder, NULL), OK);
    assert_int_equal(migrate_run(p->db, two, p->folder.path, folder, NULL), OK);
    assert_int_equal(copies(folder, name, sizeof name), 1);
    assert_int_equal(copies(p->folder.name, name, sizeof name), 0);
}

static void without_a_copy_nothing_is_changed(void **state)
{
    struct place *p = *state;
    struct err err = { 0 };
    assert_int_equal(migrate_run(p->db, one, p->folder.path, "/nowhere/at/all", NULL), OK);
    assert_int_equal(migrate_run(p->db, two, p->folder.path, "/nowhere/at/all", &err), E_IO);
    assert_non_null(strstr(err.detail, "/nowhere/at/all/c.db.schema-1."));
    assert_int_equal(have(p->db), 1);
}

static void failed_migration_changes_nothing(void **state)
{
    struct place *p = *state;
    struct err err = { 0 };
    assert_int_equal(migrate_run(p->db, one, p->folder.path, NULL, NULL), OK);
    assert_int_equal(migrate_run(p->db, broken, p->folder.path, NULL, &err), E_INTERNAL);
    assert_non_null(strstr(err.detail, "schema change 2 (half) failed, nothing was changed: no such table: nowhere"));
    assert_int_equal(have(p->db), 1);
    assert_false(has_table(p->db, "c"));
    assert_false(db_in_transaction(p->db));
}

static void newer_file_is_refused(void **state)
{
    struct place *p = *state;
    struct err err = { 0 };
    unsigned number, newest;
    assert_int_equal(migrate_run(p->db, store_migrations, p->folder.path, NULL, NULL), OK);
    assert_int_equal(db_script(p->db, "INSERT INTO schema_migration VALUES (9999, 'later', 1)", NULL), OK);
    assert_null(store_open(&(struct store_options){ .url = p->folder.path }, &err));
    assert_int_equal(err.status, E_INPUT);
    assert_non_null(strstr(err.detail, "newer chatcrafter (schema 9999, this program knows"));
    assert_int_equal(store_schema(p->folder.path, &number, &newest, NULL), OK);
    assert_int_equal(number, 9999);
    assert_int_equal(newest, migrate_newest(store_migrations));
}

static void other_programs_file_is_left_alone(void **state)
{
    struct place *p = *state;
    struct err err = { 0 };
    assert_int_equal(db_script(p->db, "CREATE TABLE theirs (x)", NULL), OK);
    assert_null(store_open(&(struct store_options){ .url = p->folder.path }, &err));
    assert_int_equal(err.status, E_INPUT);
    assert_false(has_table(p->db, "member"));
}

static void what_is_no_database_is_refused(void **state)
{
    struct place *p = *state;
    char path[128];
    struct err err = { 0 };
    (void)snprintf(path, sizeof path, "%s/text", p->folder.name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++) assert_true(fputs("this is not a database\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_null(store_open(&(struct store_options){ .url = path }, &err));
    assert_int_equal(err.status, E_CORRUPT);
}

static void schema_of_an_absent_file_is_0(void **state)
{
    struct place *p = *state;
    char url[128];
    unsigned number = 7, newest = 0;
    (void)snprintf(url, sizeof url, "sqlite:%s/absent", p->folder.name);
    assert_int_equal(store_schema(url, &number, &newest, NULL), OK);
    assert_int_equal(number, 0);
    assert_int_equal(newest, migrate_newest(store_migrations));
    assert_int_not_equal(access(url + strlen("sqlite:"), F_OK), 0); /* asking does not make it */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {
        TEST(empty_file_gets_everything_and_no_copy), TEST(older_file_is_copied_first),       TEST(copy_goes_where_it_is_told),
        TEST(without_a_copy_nothing_is_changed),      TEST(failed_migration_changes_nothing), TEST(newer_file_is_refused),
        TEST(other_programs_file_is_left_alone),      TEST(what_is_no_database_is_refused),   TEST(schema_of_an_absent_file_is_0),
    };
    return cmocka_run_group_tests_name("store/migrate", tests, NULL, NULL);
}
