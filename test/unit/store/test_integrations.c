/* Integrations and their tests. */
#include "unit/store/fixture.h"

static void assert_same(const struct integration *in, const struct integration *out)
{
    same_text(in, out, workspace);
    same_text(in, out, id);
    same_text(in, out, agent);
    same_text(in, out, subdomain);
    same_text(in, out, identifier);
    same_text(in, out, account_name);
    same_text(in, out, signed_in_name);
    same_text(in, out, signed_in_email);
    same_text(in, out, signed_in_role);
    same_text(in, out, problem);
    same_text(in, out, sealed);
    same_text(in, out, secret_last4);
    same_text(in, out, fingerprint);
    same_text(in, out, sealed_token);
    same_text(in, out, scope);
    same_int(in, out, auth);
    same_int(in, out, signed_in_id);
    same_int(in, out, status);
    same_int(in, out, status_since);
    same_int(in, out, last_ok_at);
    same_int(in, out, secret_set_at);
    same_int(in, out, token_expires_at);
    same_int(in, out, created_at);
    same_int(in, out, updated_at);
    for (unsigned kind = 0; kind < ACTION_COUNT; kind++) {
        same_int(in, out, enabled[kind]);
        same_int(in, out, confirm[kind]);
        same_int(in, out, permitted[kind]);
    }
}

static void integration_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct integration in = an_integration(WORKSPACE, STR("int_2"), AGENT), out;
    for (unsigned kind = 0; kind < ACTION_COUNT; kind++) {
        in.enabled[kind] = kind % 2 == 0;
        in.permitted[kind] = kind % 2 == 1;
        in.confirm[kind] = kind % 3 == 0 ? CONFIRM_NEVER : CONFIRM_ALWAYS;
    }
    assert_int_equal(integration_insert(&f->tx, &in), OK);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    assert_same(&in, &out);
    assert_int_equal(out.version, 1);
    assert_int_equal(integration_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(integration_insert(&f->tx, &in), E_CONFLICT);
    in.id = STR("int_3");
    in.agent = STR("agt_9");
    assert_int_equal(integration_insert(&f->tx, &in), E_CONFLICT); /* of no agent */
}

static void integration_is_changed_by_version(void **state)
{
    struct fixture *f = *state;
    struct integration in, out;
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &in), OK);
    in.auth = AUTH_API_TOKEN;
    in.subdomain = in.identifier = in.account_name = in.signed_in_name = in.signed_in_email = in.signed_in_role = STR("n");
    in.problem = in.sealed = in.secret_last4 = in.fingerprint = in.sealed_token = in.scope = STR("m");
    in.signed_in_id = in.status_since = in.last_ok_at = in.secret_set_at = in.token_expires_at = in.updated_at = 77;
    in.status = INTEGRATION_PAUSED;
    in.enabled[ACTION_CREATE_TICKET] = !in.enabled[ACTION_CREATE_TICKET];
    assert_int_equal(integration_update(&f->tx, &in), OK);
    assert_int_equal(integration_update(&f->tx, &in), E_CONFLICT);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &out), OK);
    assert_same(&in, &out);
    assert_int_equal(out.version, 2);
    assert_int_equal(integration_get(&f->tx, ELSEWHERE, ZENDESK, &f->arena, &out), OK);
    assert_str(out.subdomain, "mycompany");
}

/* What calls report does not fight with what a member changes. */
static void note_and_renewal_leave_the_version(void **state)
{
    struct fixture *f = *state;
    struct integration in, out, expected;
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &expected), OK);
    in = expected;
    in.subdomain = STR("ignored");
    in.status = expected.status = INTEGRATION_RATE_LIMITED;
    in.status_since = expected.status_since = 1;
    in.problem = expected.problem = STR("{}");
    in.last_ok_at = expected.last_ok_at = 2;
    assert_int_equal(integration_note(&f->tx, &in), OK);
    in.sealed_token = expected.sealed_token = STR("t2");
    in.token_expires_at = expected.token_expires_at = 3;
    in.scope = expected.scope = STR("s2");
    assert_int_equal(integration_renew(&f->tx, &in), OK);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &out), OK);
    assert_same(&expected, &out);
    assert_int_equal(out.version, 1);
    in.id = STR("int_9");
    assert_int_equal(integration_note(&f->tx, &in), E_NOT_FOUND);
    assert_int_equal(integration_renew(&f->tx, &in), E_NOT_FOUND);
}

/* A row of an older program does not name newer actions, one of a newer program names actions unknown here. */
static void actions_column_bridges_versions(void **state)
{
    struct fixture *f = *state;
    struct integration out;
    assert_int_equal(db_script(f->db,
                               "UPDATE integration SET actions = 'fly_to_moon:on:never:permitted get_ticket:on:always:permitted'",
                               NULL),
                     OK);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &out), OK);
    assert_true(out.enabled[ACTION_GET_TICKET]);
    assert_true(out.permitted[ACTION_GET_TICKET]);
    assert_int_equal(out.confirm[ACTION_GET_TICKET], CONFIRM_ALWAYS);
    assert_false(out.enabled[ACTION_CREATE_TICKET]);
    assert_false(out.permitted[ACTION_CREATE_TICKET]);
    assert_int_equal(out.confirm[ACTION_CREATE_TICKET], action_spec(ACTION_CREATE_TICKET)->confirm);
    assert_int_equal(db_script(f->db, "UPDATE integration SET actions = 'get_ticket on'", NULL), OK);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &out), E_CORRUPT);
}

static void integrations_are_found_by_agent_and_secret(void **state)
{
    struct fixture *f = *state;
    struct agent other = an_agent(WORKSPACE, STR("agt_2"));
    struct integration second = an_integration(WORKSPACE, STR("int_2"), STR("agt_2")), *found;
    size_t count;
    assert_int_equal(agent_insert(&f->tx, &other), OK);
    assert_int_equal(integration_insert(&f->tx, &second), OK);
    assert_int_equal(integration_of_agent(&f->tx, WORKSPACE, STR("agt_2"), &f->arena, &found, &count), OK);
    assert_int_equal(count, 1);
    assert_str(found[0].id, "int_2");
    assert_int_equal(integration_by_fingerprint(&f->tx, WORKSPACE, STR("f1"), &f->arena, &found, &count), OK);
    assert_int_equal(count, 2);
    assert_str(found[0].id, "int_2");
    assert_str(found[1].id, "int_1");
    assert_int_equal(integration_by_fingerprint(&f->tx, ELSEWHERE, STR("f1"), &f->arena, &found, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(integration_by_fingerprint(&f->tx, WORKSPACE, STR("f2"), &f->arena, &found, &count), OK);
    assert_int_equal(count, 0);
}

static void integration_goes_but_receipts_and_requests_stay(void **state)
{
    struct fixture *f = *state;
    struct integration integration;
    struct request request;
    struct call receipt = a_call(WORKSPACE, STR("cal_1"), STR("act_1")), of_test = a_call(WORKSPACE, STR("cal_2"), STR("")),
                *calls;
    size_t count;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    assert_int_equal(call_insert(&f->tx, &receipt), OK);
    assert_int_equal(call_insert(&f->tx, &of_test), OK);
    assert_int_equal(integration_delete(&f->tx, WORKSPACE, ZENDESK), OK);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &integration), E_NOT_FOUND);
    assert_int_equal(integration_get(&f->tx, ELSEWHERE, ZENDESK, &f->arena, &integration), OK);
    assert_int_equal(call_of_action(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &calls, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(
        call_of_integration(&f->tx, WORKSPACE, ZENDESK, &(struct store_page){ .limit = 9 }, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(request_get(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &request), OK);
    assert_int_equal(integration_delete(&f->tx, WORKSPACE, ZENDESK), E_NOT_FOUND);
}

static void twenty_tests_are_kept(void **state)
{
    struct fixture *f = *state;
    struct integration_test *tests;
    size_t count;
    for (int i = 0; i < 25; i++) {
        struct integration_test test = { .workspace = WORKSPACE,
                                         .integration = ZENDESK,
                                         .id = arena_fmt(&f->arena, "tst_%02d", i),
                                         .result = STR("passed"),
                                         .checks = STR("[]"),
                                         .created_at = T0 + i };
        assert_int_equal(test_insert(&f->tx, &test), OK);
        test.workspace = ELSEWHERE;
        if (i == 0) assert_int_equal(test_insert(&f->tx, &test), OK);
    }
    assert_int_equal(test_list(&f->tx, WORKSPACE, ZENDESK, &f->arena, &tests, &count), OK);
    assert_int_equal(count, 20);
    assert_str(tests[0].id, "tst_24");
    assert_str(tests[0].workspace, "wsp_1");
    assert_str(tests[0].integration, "int_1");
    assert_str(tests[0].result, "passed");
    assert_str(tests[0].checks, "[]");
    assert_int_equal(tests[0].created_at, T0 + 24);
    assert_str(tests[19].id, "tst_05");
    assert_int_equal(test_list(&f->tx, ELSEWHERE, ZENDESK, &f->arena, &tests, &count), OK);
    assert_int_equal(count, 1);
}

static enum integration_status status_of(struct fixture *f, struct str id)
{
    struct integration row;
    assert_int_equal(integration_get(&f->tx, WORKSPACE, id, &f->arena, &row), OK);
    return row.status;
}

/* What works of the account waits, and goes on; another account's connection, one with a warning and one that needs a person are left alone. */
static void account_holds_its_connections(void **state)
{
    struct fixture *f = *state;
    const struct zendesk_account held = { WORKSPACE, STR("mycompany"), 20, T0 + 9, STR_NONE },
                                 reserve = { WORKSPACE, STR("mycompany"), 35, 0, STR_NONE };
    struct integration works = an_integration(WORKSPACE, STR("int_2"), AGENT), warned = works;
    warned.id = STR("int_5");
    warned.status = INTEGRATION_WARNINGS;
    works.status = INTEGRATION_CONNECTED;
    struct integration broken = works, other = works;
    broken.id = STR("int_3");
    broken.status = INTEGRATION_NEEDS_ATTENTION;
    other.id = STR("int_4");
    other.subdomain = STR("other");
    assert_int_equal(integration_insert(&f->tx, &works), OK);
    assert_int_equal(integration_insert(&f->tx, &warned), OK);
    assert_int_equal(integration_insert(&f->tx, &broken), OK);
    assert_int_equal(integration_insert(&f->tx, &other), OK);
    assert_int_equal(integration_hold_account(&f->tx, WORKSPACE, STR("mycompany"), STR("{}")), OK);
    assert_int_equal(status_of(f, works.id), INTEGRATION_RATE_LIMITED);
    assert_int_equal(status_of(f, broken.id), INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(status_of(f, other.id), INTEGRATION_CONNECTED);
    assert_int_equal(integration_release_account(&f->tx, WORKSPACE, STR("mycompany")), OK);
    assert_int_equal(status_of(f, works.id), INTEGRATION_CONNECTED);
    assert_int_equal(status_of(f, warned.id), INTEGRATION_WARNINGS);

    struct zendesk_account *all;
    size_t count;
    assert_int_equal(zendesk_account_hold(&f->tx, &held), OK);
    assert_int_equal(zendesk_account_reserve(&f->tx, &reserve), OK);
    assert_int_equal(zendesk_account_all(&f->tx, &f->arena, &all, &count), OK);
    assert_int_equal(count, 1);
    assert_str(all[0].subdomain, "mycompany");
    assert_int_equal(all[0].reserve_percent, 35);
    assert_int_equal(all[0].hold_until, T0 + 9);
}

/* The account's wishes for new tickets keep the rest of its row, and are empty where nothing was asked. */
static void account_fields_are_kept(void **state)
{
    struct fixture *f = *state;
    struct zendesk_account *all, learnt = { WORKSPACE, STR("mycompany"), 20, 0, STR("[{\"title\":\"Product\"}]") },
                                 held = { WORKSPACE, STR("mycompany"), 20, T0 + 9, STR_NONE };
    struct str asked;
    size_t count;
    assert_int_equal(zendesk_account_fields(&f->tx, WORKSPACE, STR("mycompany"), &f->arena, &asked), OK);
    assert_int_equal(asked.len, 0);
    assert_int_equal(zendesk_account_hold(&f->tx, &held), OK);
    assert_int_equal(zendesk_account_learn(&f->tx, &learnt), OK);
    assert_int_equal(zendesk_account_fields(&f->tx, WORKSPACE, STR("mycompany"), &f->arena, &asked), OK);
    assert_str(asked, "[{\"title\":\"Product\"}]");
    assert_int_equal(zendesk_account_all(&f->tx, &f->arena, &all, &count), OK);
    assert_int_equal(all[0].hold_until, T0 + 9);
    assert_int_equal(zendesk_account_fields(&f->tx, STR("wsp_other"), STR("mycompany"), &f->arena, &asked), OK);
    assert_int_equal(asked.len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(integration_comes_back_whole),
        TEST(integration_is_changed_by_version),
        TEST(note_and_renewal_leave_the_version),
        TEST(actions_column_bridges_versions),
        TEST(integrations_are_found_by_agent_and_secret),
        TEST(integration_goes_but_receipts_and_requests_stay),
        TEST(twenty_tests_are_kept),
        TEST(account_holds_its_connections),
        TEST(account_fields_are_kept),
    };
    return cmocka_run_group_tests_name("store/integrations", tests, NULL, NULL);
}
