/* Every statement, and every cascade, finds its rows by an index: asked of the database itself, for an empty one and again with
 * statistics of a large one. */
#include "unit/store/fixture.h"

#include "store/sqlite_db.h"

enum { PLAN_MAX = 2000 };

/* Statements that may walk, and why that stays small. */
static const struct {
    enum sql_id id;
    const char *step;
} allowed[] = {
    { SQL_WORKSPACE_FIRST, "SCAN workspace USING INDEX sqlite_autoindex_workspace_1" }, /* LIMIT 1: the first entry */
    { SQL_MIGRATION_NEWEST, "SCAN schema_migration USING COVERING INDEX sqlite_autoindex_schema_migration_1" }, /* LIMIT 1 */
    { SQL_INTEGRATION_NEXT_BEAT, "SCAN integration USING INDEX integration_beat" }, /* LIMIT 1: the first entry */
    { SQL_NOTICE_NEXT, "SCAN notice USING INDEX notice_due" },                      /* LIMIT 1: the first entry */
    { SQL_ZENDESK_ACCOUNT_ALL, "SCAN zendesk_account" },                            /* once at a start: a row for each account */
    { SQL_PROVIDER_USERS, "SCAN used" },                            /* with few versions; when a person takes a provider away */
    { SQL_REQUEST_DOUBT, "SCAN request USING INDEX request_open" }, /* what is not over, once after a restore */
    { SQL_ACTION_INTERRUPTED, "SCAN action USING INDEX action_sending" }, /* an index of what is on its way right now */
};

static bool is_allowed(enum sql_id id, const char *step)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (allowed[i].id == id && strcmp(allowed[i].step, step) == 0) return true;
    return false;
}

/* Runs EXPLAIN QUERY PLAN and fails on a step that walks a table or sorts. */
static void check_plan(struct fixture *f, const char *name, const char *text, enum sql_id id)
{
    char explain[PLAN_MAX];
    sqlite3_stmt *plan = NULL;
    assert_in_range(snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", text), 1, sizeof explain - 1);
    assert_int_equal(sqlite3_prepare_v2(f->db->handle, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);
        bool is_bad = strstr(step, "SCAN") || strstr(step, "TEMP B-TREE") || strstr(step, "AUTOMATIC");
        if (!is_bad || is_allowed(id, step)) continue;
        print_error("%s: %s\n", name, step);
        fail();
    }
    assert_int_equal(sqlite3_finalize(plan), SQLITE_OK);
}

static void check_all(struct fixture *f)
{
    for (unsigned id = 0; id < SQL_COUNT; id++) check_plan(f, sql_statements[id].name, sql_statements[id].text, (enum sql_id)id);
}

static void no_statement_walks_a_table(void **state)
{
    check_all(*state);
}

/* Statistics, if somebody ever runs ANALYZE, must not talk the planner into a walk. */
static void nor_with_statistics(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(db_script(f->db, "ANALYZE; UPDATE sqlite_stat1 SET stat = '1000000 20 1'", NULL), OK);
    check_all(f);
}

/* The test would see a walk. */
static void a_walk_is_noticed(void **state)
{
    struct fixture *f = *state;
    sqlite3_stmt *plan = NULL;
    bool is_seen = false;
    const char *text = "EXPLAIN QUERY PLAN SELECT id FROM message WHERE turn = $1";
    assert_int_equal(sqlite3_prepare_v2(f->db->handle, text, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW)
        is_seen = is_seen || strstr((const char *)sqlite3_column_text(plan, 3), "SCAN message");
    assert_int_equal(sqlite3_finalize(plan), SQLITE_OK);
    assert_true(is_seen);
}

/* Deleting a row looks up what refers to it; EXPLAIN QUERY PLAN does not show that, so it is asked for each foreign key. */
static void every_cascade_has_an_index(void **state)
{
    static const char look_ups[] =
        "SELECT 'SELECT 1 FROM ' || t.name || ' WHERE ' || group_concat('\"' || k.\"from\" || '\" = 1', ' AND ') "
        "FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND k.on_delete = 'CASCADE' "
        "GROUP BY t.name, k.id";
    struct fixture *f = *state;
    sqlite3_stmt *list = NULL;
    unsigned count = 0;
    assert_int_equal(sqlite3_prepare_v2(f->db->handle, look_ups, -1, &list, NULL), SQLITE_OK);
    for (; sqlite3_step(list) == SQLITE_ROW; count++) {
        const char *look_up = (const char *)sqlite3_column_text(list, 0);
        check_plan(f, look_up, look_up, SQL_COUNT);
    }
    assert_int_equal(sqlite3_finalize(list), SQLITE_OK);
    assert_int_equal(count, 17);
}

/* The partition key of every table of rows. */
static void every_table_leads_with_the_workspace(void **state)
{
    static const char without[] = "SELECT t.name FROM sqlite_schema t WHERE t.type = 'table' AND t.name NOT IN "
                                  "('setting', 'workspace', 'schema_migration') AND NOT EXISTS "
                                  "(SELECT 1 FROM pragma_table_info(t.name) p WHERE p.name = 'workspace' AND p.pk = 1)";
    struct fixture *f = *state;
    sqlite3_stmt *list = NULL;
    assert_int_equal(sqlite3_prepare_v2(f->db->handle, without, -1, &list, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(list), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(list), SQLITE_OK);
}

/* What the promises of driver.h rest on. */
static void connection_is_set_up_as_promised(void **state)
{
    static const struct {
        const char *question, *answer;
    } settings[] = {
        { "PRAGMA journal_mode", "wal" },     { "PRAGMA synchronous", "2" },   { "PRAGMA foreign_keys", "1" },
        { "PRAGMA trusted_schema", "0" },     { "PRAGMA secure_delete", "1" }, { "PRAGMA busy_timeout", "5000" },
        { "PRAGMA wal_autocheckpoint", "0" },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        sqlite3_stmt *ask = NULL;
        assert_int_equal(sqlite3_prepare_v2(f->db->handle, settings[i].question, -1, &ask, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(ask), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(ask, 0), settings[i].answer);
        assert_int_equal(sqlite3_finalize(ask), SQLITE_OK);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(no_statement_walks_a_table),
        TEST(nor_with_statistics),
        TEST(a_walk_is_noticed),
        TEST(every_cascade_has_an_index),
        TEST(connection_is_set_up_as_promised),
        TEST(every_table_leads_with_the_workspace),
    };
    return cmocka_run_group_tests_name("store/statements", tests, NULL, NULL);
}
