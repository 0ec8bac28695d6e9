/* Settings, workspaces and members. */
#include "unit/store/fixture.h"

static void setting_is_put_and_replaced(void **state)
{
    struct fixture *f = *state;
    struct str value;
    assert_int_equal(setting_get(&f->tx, STR("install_id"), &f->arena, &value), E_NOT_FOUND);
    assert_int_equal(setting_put(&f->tx, STR("install_id"), STR("a")), OK);
    assert_int_equal(setting_put(&f->tx, STR("install_id"), STR("b")), OK);
    assert_int_equal(setting_get(&f->tx, STR("install_id"), &f->arena, &value), OK);
    assert_str(value, "b");
}

static void workspace_comes_back(void **state)
{
    struct fixture *f = *state;
    struct workspace workspace, again = { .id = WORKSPACE, .name = STR("Other") };
    assert_int_equal(workspace_get(&f->tx, ELSEWHERE, &f->arena, &workspace), OK);
    assert_str(workspace.id, "wsp_2");
    assert_str(workspace.name, "Acme");
    assert_int_equal(workspace.created_at, T0);
    assert_int_equal(workspace_first(&f->tx, &f->arena, &workspace), OK);
    assert_str(workspace.id, "wsp_1");
    assert_int_equal(workspace_get(&f->tx, STR("wsp_3"), &f->arena, &workspace), E_NOT_FOUND);
    assert_int_equal(workspace_insert(&f->tx, &again), E_CONFLICT);
}

static void member_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct member in = a_member(WORKSPACE, STR("mem_1"), STR("Jane@Example.com")), out;
    assert_int_equal(member_insert(&f->tx, &in), OK);
    assert_int_equal(member_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, email);
    same_text(&in, &out, name);
    same_text(&in, &out, password_hash);
    same_int(&in, &out, role);
    same_int(&in, &out, created_at);
    same_int(&in, &out, last_seen_at);
    assert_int_equal(member_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
}

static void email_is_found_in_any_case_and_taken_once(void **state)
{
    struct fixture *f = *state;
    struct member first = a_member(WORKSPACE, STR("mem_1"), STR("Jane@Example.com")), out;
    struct member same = a_member(ELSEWHERE, STR("mem_2"), STR("jANE@example.COM"));
    assert_int_equal(member_insert(&f->tx, &first), OK);
    assert_int_equal(member_by_email(&f->tx, STR("JANE@EXAMPLE.COM"), &f->arena, &out), OK);
    assert_str(out.id, "mem_1");
    assert_int_equal(member_insert(&f->tx, &same), E_CONFLICT);
    assert_int_equal(member_by_email(&f->tx, STR("jan@example.com"), &f->arena, &out), E_NOT_FOUND);
}

/* The first owner has no address yet; neither has an invited member. */
static void many_may_have_no_email(void **state)
{
    struct fixture *f = *state;
    struct member one = a_member(WORKSPACE, STR("mem_1"), STR("")), two = a_member(WORKSPACE, STR("mem_2"), STR("")), out;
    assert_int_equal(member_insert(&f->tx, &one), OK);
    assert_int_equal(member_insert(&f->tx, &two), OK);
    assert_int_equal(member_by_email(&f->tx, STR(""), &f->arena, &out), E_NOT_FOUND);
}

static void member_is_changed(void **state)
{
    struct fixture *f = *state;
    struct member member = a_member(WORKSPACE, STR("mem_1"), STR("")), other = a_member(WORKSPACE, STR("mem_2"), STR("o@x.org")),
                  out;
    assert_int_equal(member_insert(&f->tx, &member), OK);
    assert_int_equal(member_insert(&f->tx, &other), OK);
    member.email = STR("new@x.org");
    member.name = STR("New");
    member.role = ROLE_OWNER;
    member.password_hash = STR("h2");
    member.last_seen_at = T0 + 9;
    assert_int_equal(member_update(&f->tx, &member), OK);
    assert_int_equal(member_by_email(&f->tx, STR("NEW@x.org"), &f->arena, &out), OK);
    same_text(&member, &out, name);
    same_text(&member, &out, password_hash);
    same_int(&member, &out, role);
    same_int(&member, &out, last_seen_at);
    member.email = other.email;
    assert_int_equal(member_update(&f->tx, &member), E_CONFLICT);
    member.workspace = ELSEWHERE;
    assert_int_equal(member_update(&f->tx, &member), E_NOT_FOUND);
}

static void members_are_listed_newest_first(void **state)
{
    struct fixture *f = *state;
    const struct str ids[] = { STR("mem_1"), STR("mem_3"), STR("mem_2") };
    struct member *members;
    size_t count;
    for (size_t i = 0; i < 3; i++) {
        struct member member = a_member(WORKSPACE, ids[i], STR(""));
        assert_int_equal(member_insert(&f->tx, &member), OK);
    }
    assert_int_equal(member_list(&f->tx, WORKSPACE, &f->arena, &members, &count), OK);
    assert_int_equal(count, 3);
    assert_str(members[0].id, "mem_3");
    assert_str(members[2].id, "mem_1");
    assert_int_equal(member_list(&f->tx, ELSEWHERE, &f->arena, &members, &count), OK);
    assert_int_equal(count, 0);
}

/* More than a list has room for at first. */
static void long_list_is_whole(void **state)
{
    struct fixture *f = *state;
    struct member *members;
    size_t count;
    for (int i = 0; i < 150; i++) {
        struct member member = a_member(WORKSPACE, arena_fmt(&f->arena, "mem_%03d", i), STR(""));
        assert_int_equal(member_insert(&f->tx, &member), OK);
    }
    assert_int_equal(member_list(&f->tx, WORKSPACE, &f->arena, &members, &count), OK);
    assert_int_equal(count, 150);
    for (int i = 0; i < 150; i++) assert_true(str_eq(members[i].id, arena_fmt(&f->arena, "mem_%03d", 149 - i)));
}

static void nobody_belongs_to_no_workspace(void **state)
{
    struct fixture *f = *state;
    struct member member = a_member(STR("wsp_9"), STR("mem_1"), STR(""));
    assert_int_equal(member_insert(&f->tx, &member), E_CONFLICT);
}

/* A word that an older or newer program wrote is not guessed at. */
static void unknown_word_is_corrupt(void **state)
{
    struct fixture *f = *state;
    struct member member = a_member(WORKSPACE, STR("mem_1"), STR("")), *members;
    size_t count;
    assert_int_equal(member_insert(&f->tx, &member), OK);
    assert_int_equal(db_script(f->db, "UPDATE member SET role = 'emperor'", NULL), OK);
    assert_int_equal(member_get(&f->tx, WORKSPACE, member.id, &f->arena, &member), E_CORRUPT);
    assert_int_equal(member_list(&f->tx, WORKSPACE, &f->arena, &members, &count), E_CORRUPT);
}

/* A job that said it only reads. */
static void reader_does_not_write(void **state)
{
    struct fixture *f = *state;
    struct store_tx reader = f->tx;
    reader.may_write = false;
    assert_aborts((void)!setting_put(&reader, STR("a"), STR("b")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(setting_is_put_and_replaced),     TEST(workspace_comes_back),
        TEST(member_comes_back_whole),         TEST(email_is_found_in_any_case_and_taken_once),
        TEST(many_may_have_no_email),          TEST(member_is_changed),
        TEST(members_are_listed_newest_first), TEST(long_list_is_whole),
        TEST(nobody_belongs_to_no_workspace),  TEST(unknown_word_is_corrupt),
        TEST(reader_does_not_write),
    };
    return cmocka_run_group_tests_name("store/members", tests, NULL, NULL);
}
