/* Sessions, API keys, one-time links. */
#include "unit/store/fixture.h"

#define JANE STR("mem_1")

static int up(void **state)
{
    if (fixture_up(state) != 0) return 1;
    struct fixture *f = *state;
    struct member here = a_member(WORKSPACE, JANE, STR("jane@x.org")), there = a_member(ELSEWHERE, JANE, STR("other@x.org"));
    assert_int_equal(member_insert(&f->tx, &here), OK);
    assert_int_equal(member_insert(&f->tx, &there), OK);
    return 0;
}

static struct session a_session(struct str id, struct str hash, int64_t expires_at)
{
    return (struct session){ .workspace = WORKSPACE,
                             .id = id,
                             .hash = hash,
                             .member = JANE,
                             .from_link = true,
                             .created_at = T0,
                             .last_seen_at = T0 + 1,
                             .expires_at = expires_at };
}

static void session_lives(void **state)
{
    struct fixture *f = *state;
    struct session in = a_session(STR("ses_1"), STR("h1"), T0 + 100), out;
    assert_int_equal(session_insert(&f->tx, &in), OK);
    assert_int_equal(session_by_hash(&f->tx, in.hash, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, hash);
    same_text(&in, &out, member);
    same_int(&in, &out, from_link);
    same_int(&in, &out, created_at);
    same_int(&in, &out, last_seen_at);
    same_int(&in, &out, expires_at);
    assert_int_equal(session_touch(&f->tx, ELSEWHERE, in.id, T0 + 50), E_NOT_FOUND);
    assert_int_equal(session_touch(&f->tx, WORKSPACE, in.id, T0 + 50), OK);
    assert_int_equal(session_by_hash(&f->tx, in.hash, &f->arena, &out), OK);
    assert_int_equal(out.last_seen_at, T0 + 50);
    assert_int_equal(session_delete(&f->tx, ELSEWHERE, in.id), E_NOT_FOUND);
    assert_int_equal(session_delete(&f->tx, WORKSPACE, in.id), OK);
    assert_int_equal(session_by_hash(&f->tx, in.hash, &f->arena, &out), E_NOT_FOUND);
}

static void one_token_one_session(void **state)
{
    struct fixture *f = *state;
    struct session one = a_session(STR("ses_1"), STR("h"), T0 + 100), two = a_session(STR("ses_2"), STR("h"), T0 + 100);
    assert_int_equal(session_insert(&f->tx, &one), OK);
    assert_int_equal(session_insert(&f->tx, &two), E_CONFLICT);
    two.hash = STR("h2");
    two.member = STR("mem_9");
    assert_int_equal(session_insert(&f->tx, &two), E_CONFLICT); /* of nobody */
}

static void new_session_removes_expired_ones(void **state)
{
    struct fixture *f = *state;
    struct session old = a_session(STR("ses_1"), STR("old"), T0), live = a_session(STR("ses_2"), STR("live"), T0 + 1);
    struct session elsewhere = a_session(STR("ses_1"), STR("elsewhere"), T0),
                   fresh = a_session(STR("ses_3"), STR("new"), T0 + 100);
    elsewhere.workspace = ELSEWHERE;
    assert_int_equal(session_insert(&f->tx, &old), OK);
    assert_int_equal(session_insert(&f->tx, &elsewhere), OK);
    assert_int_equal(session_by_hash(&f->tx, STR("old"), &f->arena, &old), OK);
    assert_int_equal(session_insert(&f->tx, &live), OK);
    assert_int_equal(session_insert(&f->tx, &fresh), OK);
    assert_int_equal(session_by_hash(&f->tx, STR("old"), &f->arena, &old), E_NOT_FOUND);
    assert_int_equal(session_by_hash(&f->tx, STR("live"), &f->arena, &live), OK);
    assert_int_equal(session_by_hash(&f->tx, STR("elsewhere"), &f->arena, &elsewhere), OK);
}

static void all_sessions_of_a_member_end(void **state)
{
    struct fixture *f = *state;
    struct session one = a_session(STR("ses_1"), STR("h1"), T0 + 100), two = a_session(STR("ses_2"), STR("h2"), T0 + 100);
    struct session elsewhere = a_session(STR("ses_1"), STR("h3"), T0 + 100);
    elsewhere.workspace = ELSEWHERE;
    assert_int_equal(session_insert(&f->tx, &one), OK);
    assert_int_equal(session_insert(&f->tx, &two), OK);
    assert_int_equal(session_insert(&f->tx, &elsewhere), OK);
    assert_int_equal(session_delete_of_member(&f->tx, WORKSPACE, JANE), OK);
    assert_int_equal(session_by_hash(&f->tx, STR("h1"), &f->arena, &one), E_NOT_FOUND);
    assert_int_equal(session_by_hash(&f->tx, STR("h2"), &f->arena, &one), E_NOT_FOUND);
    assert_int_equal(session_by_hash(&f->tx, STR("h3"), &f->arena, &one), OK);
    assert_int_equal(session_delete_of_member(&f->tx, WORKSPACE, JANE), OK);
}

static struct api_key a_key(struct str workspace, struct str id, struct str hash)
{
    return (struct api_key){ .workspace = workspace,
                             .id = id,
                             .name = STR("CI"),
                             .hash = hash,
                             .last4 = STR("abcd"),
                             .role = ROLE_ADMIN,
                             .created_at = T0,
                             .last_used_at = 0,
                             .revoked_at = 0 };
}

static void key_lives_until_it_is_revoked(void **state)
{
    struct fixture *f = *state;
    struct api_key in = a_key(WORKSPACE, STR("key_1"), STR("h1")), out;
    assert_int_equal(api_key_insert(&f->tx, &in), OK);
    assert_int_equal(api_key_touch(&f->tx, ELSEWHERE, in.id, T0 + 5), E_NOT_FOUND);
    assert_int_equal(api_key_touch(&f->tx, WORKSPACE, in.id, T0 + 5), OK);
    assert_int_equal(api_key_revoke(&f->tx, ELSEWHERE, in.id, T0 + 6), E_NOT_FOUND);
    assert_int_equal(api_key_revoke(&f->tx, WORKSPACE, in.id, T0 + 6), OK);
    assert_int_equal(api_key_revoke(&f->tx, WORKSPACE, in.id, T0 + 7), OK); /* the first time counts */
    assert_int_equal(api_key_by_hash(&f->tx, in.hash, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, name);
    same_text(&in, &out, hash);
    same_text(&in, &out, last4);
    same_int(&in, &out, role);
    same_int(&in, &out, created_at);
    assert_int_equal(out.last_used_at, T0 + 5);
    assert_int_equal(out.revoked_at, T0 + 6);
    assert_int_equal(api_key_by_hash(&f->tx, STR("h2"), &f->arena, &out), E_NOT_FOUND);
}

static void keys_are_listed_by_workspace(void **state)
{
    struct fixture *f = *state;
    struct api_key one = a_key(WORKSPACE, STR("key_1"), STR("h1")), two = a_key(WORKSPACE, STR("key_2"), STR("h2"));
    struct api_key other = a_key(ELSEWHERE, STR("key_3"), STR("h3")), same = a_key(ELSEWHERE, STR("key_4"), STR("h1")), *keys;
    size_t count;
    assert_int_equal(api_key_insert(&f->tx, &one), OK);
    assert_int_equal(api_key_insert(&f->tx, &two), OK);
    assert_int_equal(api_key_insert(&f->tx, &other), OK);
    assert_int_equal(api_key_insert(&f->tx, &same), E_CONFLICT);
    assert_int_equal(api_key_list(&f->tx, WORKSPACE, &f->arena, &keys, &count), OK);
    assert_int_equal(count, 2);
    assert_str(keys[0].id, "key_2");
    assert_str(keys[1].id, "key_1");
}

static void link_works_once(void **state)
{
    struct fixture *f = *state;
    struct sign_in_link in = {
        .workspace = WORKSPACE, .hash = STR("l1"), .member = JANE, .created_at = T0, .expires_at = T0 + 9
    };
    struct sign_in_link out;
    assert_int_equal(sign_in_link_insert(&f->tx, &in), OK);
    assert_int_equal(sign_in_link_by_hash(&f->tx, in.hash, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, hash);
    same_text(&in, &out, member);
    same_int(&in, &out, created_at);
    same_int(&in, &out, expires_at);
    same_int(&in, &out, used_at);
    assert_int_equal(sign_in_link_use(&f->tx, in.hash, T0 + 3), OK);
    assert_int_equal(sign_in_link_use(&f->tx, in.hash, T0 + 4), E_CONFLICT);
    assert_int_equal(sign_in_link_by_hash(&f->tx, in.hash, &f->arena, &out), OK);
    assert_int_equal(out.used_at, T0 + 3);
    assert_int_equal(sign_in_link_insert(&f->tx, &in), E_CONFLICT);
}

static void new_link_removes_expired_ones(void **state)
{
    struct fixture *f = *state;
    struct sign_in_link old = {
        .workspace = WORKSPACE, .hash = STR("l1"), .member = JANE, .created_at = T0 - 9, .expires_at = T0
    };
    struct sign_in_link fresh = {
        .workspace = WORKSPACE, .hash = STR("l2"), .member = JANE, .created_at = T0, .expires_at = T0 + 9
    };
    assert_int_equal(sign_in_link_insert(&f->tx, &old), OK);
    assert_int_equal(sign_in_link_insert(&f->tx, &fresh), OK);
    assert_int_equal(sign_in_link_by_hash(&f->tx, old.hash, &f->arena, &old), E_NOT_FOUND);
    assert_int_equal(sign_in_link_by_hash(&f->tx, fresh.hash, &f->arena, &fresh), OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(session_lives),
        TEST(one_token_one_session),
        TEST(new_session_removes_expired_ones),
        TEST(all_sessions_of_a_member_end),
        TEST(key_lives_until_it_is_revoked),
        TEST(keys_are_listed_by_workspace),
        TEST(link_works_once),
        TEST(new_link_removes_expired_ones),
    };
    return cmocka_run_group_tests_name("store/access", tests, NULL, NULL);
}
