/* The audit log: a chain in which every alteration is found. */
#include "unit/store/fixture.h"

#include <sqlite3.h>
#include <string.h>

enum { ENTRIES = 250 }; /* more than two pages of the walk */

static void append(struct fixture *f, struct str workspace, int number)
{
    struct trail_entry entry = {
        .workspace = workspace,
        .actor = STR("mem_1"),
        .act = number % 2 ? STR("agent.update") : STR("key.create"),
        .object = arena_fmt(&f->arena, "agt_%d", number),
        .before = STR("{\"name\":\"a\"}"),
        .after = arena_fmt(&f->arena, "{\"name\":\"%d\"}", number),
        .address = STR("127.0.0.1"),
        .trace = STR("t"),
    };
    assert_int_equal(trail_append(&f->tx, &f->arena, &entry), OK);
}

static void fill(struct fixture *f)
{
    for (int i = 1; i <= ENTRIES; i++) {
        append(f, WORKSPACE, i);
        if (i % 5 == 0) append(f, ELSEWHERE, i);
    }
}

static struct trail_walk verify(struct fixture *f, struct str workspace)
{
    struct trail_walk walk = { 0 };
    while (!walk.is_done) assert_int_equal(trail_verify(&f->tx, workspace, &walk), OK);
    return walk;
}

/* Not by way of the store: as somebody with the file in hand. */
static void tamper(struct fixture *f, const char *sql)
{
    sqlite3 *other = NULL;
    assert_int_equal(db_commit(f->db), OK);
    assert_int_equal(sqlite3_open(f->folder.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(other) > 0);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_int_equal(db_begin(f->db, true), OK);
}

static void what_was_written_is_whole(void **state)
{
    struct fixture *f = *state;
    struct trail_walk walk = verify(f, WORKSPACE);
    assert_int_equal(walk.seq, 0);
    assert_int_equal(walk.broken_at, 0);
    fill(f);
    walk = verify(f, WORKSPACE);
    assert_int_equal(walk.seq, ENTRIES);
    assert_int_equal(walk.broken_at, 0);
    struct trail_entry head;
    assert_int_equal(trail_head(&f->tx, WORKSPACE, &f->arena, &head), OK);
    assert_true(str_eq(head.hash, str_from(walk.hash)));
    assert_int_equal(head.at, T0);
    assert_int_equal(verify(f, ELSEWHERE).seq, ENTRIES / 5);
}

static void every_alteration_is_found(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *sql;
        int64_t broken_at;
    } cases[] = {
        { "UPDATE trail SET after = '{}' WHERE workspace = 'wsp_1' AND seq = 120", 120 },
        { "UPDATE trail SET before = '' WHERE workspace = 'wsp_1' AND seq = 119", 119 },
        { "UPDATE trail SET actor = 'mem_2' WHERE workspace = 'wsp_1' AND seq = 118", 118 },
        { "UPDATE trail SET act = 'key.revoke' WHERE workspace = 'wsp_1' AND seq = 117", 117 },
        { "UPDATE trail SET object = object || '0' WHERE workspace = 'wsp_1' AND seq = 116", 116 },
        { "UPDATE trail SET at = at + 1 WHERE workspace = 'wsp_1' AND seq = 115", 115 },
        { "UPDATE trail SET address = '' WHERE workspace = 'wsp_1' AND seq = 114", 114 },
        { "UPDATE trail SET trace = '' WHERE workspace = 'wsp_1' AND seq = 113", 113 },
        /* What moves from one member to the next is no longer the same text. */
        { "UPDATE trail SET actor = actor || substr(act, 1, 1), act = substr(act, 2) WHERE workspace = 'wsp_1' AND seq = 112",
          112 },
        { "UPDATE trail SET hash = (SELECT hash FROM trail WHERE workspace = 'wsp_1' AND seq = 3) WHERE workspace = 'wsp_1' AND "
          "seq = 111",
          111 },
        { "DELETE FROM trail WHERE workspace = 'wsp_1' AND seq = 110", 110 },
        { "UPDATE trail SET seq = seq + 1000 WHERE workspace = 'wsp_1' AND seq = 109", 109 },
        { "UPDATE trail SET seq = 9999 WHERE workspace = 'wsp_1' AND seq = 7; UPDATE trail SET seq = 7 WHERE workspace = 'wsp_1' "
          "AND seq = 8; "
          "UPDATE trail SET seq = 8 WHERE workspace = 'wsp_1' AND seq = 9999",
          7 },
        { "DELETE FROM trail WHERE workspace = 'wsp_1' AND seq = 1", 1 },
    };
    fill(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tamper(f, cases[i].sql);
        struct trail_walk walk = verify(f, WORKSPACE);
        if (walk.broken_at != cases[i].broken_at) fail_msg("%s: found at %lld", cases[i].sql, (long long)walk.broken_at);
        assert_int_equal(walk.seq, cases[i].broken_at - 1);
        assert_int_equal(verify(f, ELSEWHERE).broken_at, 0);
    }
}

/* Inside, nothing is wrong: only the head that somebody kept tells. */
static void a_cut_end_changes_the_head(void **state)
{
    struct fixture *f = *state;
    struct trail_entry *entries;
    size_t count;
    fill(f);
    tamper(f, "DELETE FROM trail WHERE workspace = 'wsp_1' AND seq > 240");
    struct trail_walk walk = verify(f, WORKSPACE);
    assert_int_equal(walk.broken_at, 0);
    assert_int_equal(walk.seq, 240);
    append(f, WORKSPACE, 1000);
    assert_int_equal(verify(f, WORKSPACE).seq, 241);
    assert_int_equal(
        trail_list(&f->tx, WORKSPACE, &(struct trail_filter){ 242, STR_NONE, STR_NONE, 1 }, &f->arena, &entries, &count), OK);
    assert_int_equal(count, 1);
    assert_str(entries[0].object, "agt_1000");
}

static void it_is_listed_newest_first_by_page_and_by_what_is_asked(void **state)
{
    struct fixture *f = *state;
    struct trail_entry *entries;
    size_t count, seen = 0;
    int64_t before = 0;
    fill(f);
    do {
        assert_int_equal(
            trail_list(&f->tx, WORKSPACE, &(struct trail_filter){ before, STR_NONE, STR_NONE, 40 }, &f->arena, &entries, &count),
            OK);
        for (size_t i = 0; i < count; i++) assert_int_equal(entries[i].seq, ENTRIES - (int64_t)seen++);
        if (count > 0) before = entries[count - 1].seq;
    } while (count == 40);
    assert_int_equal(seen, ENTRIES);
    assert_int_equal(trail_list(&f->tx, WORKSPACE, &(struct trail_filter){ 0, STR("key.create"), STR("mem_1"), 3 }, &f->arena,
                                &entries, &count),
                     OK);
    assert_int_equal(count, 3);
    assert_int_equal(entries[2].seq, 246);
    assert_int_equal(
        trail_list(&f->tx, WORKSPACE, &(struct trail_filter){ 0, STR_NONE, STR("mem_2"), 3 }, &f->arena, &entries, &count), OK);
    assert_int_equal(count, 0);
}

static void a_value_has_a_bound(void **state)
{
    struct fixture *f = *state;
    char *large = arena_alloc(&f->arena, TRAIL_VALUE_BYTES_MAX + 1);
    memset(large, 'x', TRAIL_VALUE_BYTES_MAX + 1);
    struct trail_entry entry = {
        .workspace = WORKSPACE, .actor = STR("mem_1"), .act = STR("x.y"), .after = { large, TRAIL_VALUE_BYTES_MAX + 1 }
    };
    assert_int_equal(trail_append(&f->tx, &f->arena, &entry), E_LIMIT);
    entry.after.len--;
    assert_int_equal(trail_append(&f->tx, &f->arena, &entry), OK);
    assert_int_equal(verify(f, WORKSPACE).seq, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_whole),  TEST(every_alteration_is_found),
        TEST(a_cut_end_changes_the_head), TEST(it_is_listed_newest_first_by_page_and_by_what_is_asked),
        TEST(a_value_has_a_bound),
    };
    return cmocka_run_group_tests_name("store/trail", tests, NULL, NULL);
}
