/* Connecting, replacing a credential, testing a connection: what is stored, when, and what a trial leaves alone. */
#include "unit/flow/world.h"

#define END_USER                                                                                                                 \
    "{\"user\":{\"id\":7,\"name\":\"Visitor\",\"email\":\"" DESK_EMAIL "\",\"role\":\"end-user\",\"active\":true,"               \
    "\"suspended\":false}}"

static int world_up_unconnected(void **state)
{
    *state = world_open();
    return 0;
}

/* What stands in the database about connections. */
struct counts {
    size_t integrations, tests;
};

static enum status count_rows(struct store_tx *tx, struct world *world, void *context)
{
    struct counts *counts = context;
    struct integration *integrations;
    struct integration_test *tests;
    enum status status = integration_of_agent(tx, WORKSPACE, AGENT, &world->arena, &integrations, &counts->integrations);
    for (size_t i = 0; status == OK && i < counts->integrations; i++)
        status = test_list(tx, WORKSPACE, integrations[i].id, &world->arena, &tests, &counts->tests);
    return status;
}

static struct counts count(struct world *world)
{
    struct counts counts = { 0 };
    assert_int_equal(world_run(world, count_rows, &counts), OK);
    return counts;
}

static void connecting_stores_who_and_what(void **state)
{
    struct world *world = *state;
    struct connected connected = world_connect_to(world, AGENT, NULL, &api_token);
    assert_int_equal(connected.status, OK);
    assert_int_equal(connected.steps, STEP_COUNT);
    assert_false(connected.same_secret_elsewhere);
    world->integration = connected.integration.id;
    struct integration integration = world_integration(world);
    assert_int_equal(integration.status, INTEGRATION_CONNECTED);
    assert_str(integration.subdomain, "acme");
    assert_str(integration.signed_in_email, DESK_EMAIL);
    assert_str(integration.signed_in_role, "admin");
    assert_int_equal(integration.signed_in_id, INT64_C(33144647570963));
    assert_str(integration.secret_last4, "8wYb");
    assert_true(str_find(integration.sealed, STR(DESK_TOKEN), 0) == SIZE_MAX);
    assert_true(integration.permitted[ACTION_CREATE_TICKET] && integration.enabled[ACTION_CREATE_TICKET]);
    assert_int_equal(integration.confirm[ACTION_CREATE_TICKET], CONFIRM_ALWAYS);
    assert_int_equal(count(world).tests, 1);
}

static void failed_test_stores_nothing(void **state)
{
    struct world *world = *state;
    struct connected wrong = world_connect_to(world, AGENT, NULL, &wrong_token);
    assert_int_equal(wrong.status, E_INPUT);
    assert_int_equal(wrong.problem, PROBLEM_ZENDESK_CREDENTIALS_REJECTED);
    assert_int_equal(wrong.last_step, CHECK_FAILED);
    struct egress_credential stopped = api_token;
    stopped.subdomain = STR("stopped");
    assert_int_equal(world_connect_to(world, AGENT, NULL, &stopped).problem, PROBLEM_NET_UNREACHABLE);
    world->desk.user = END_USER;
    assert_int_equal(world_connect_to(world, AGENT, NULL, &oauth_client).problem, PROBLEM_ZENDESK_ROLE_TOO_LOW);
    assert_int_equal(count(world).integrations, 0);
}

static enum status insert_agent(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    (void)context;
    return agent_insert(
        tx,
        &(struct agent){
            .id = STR("agt_2"), .workspace = WORKSPACE, .name = STR("Billing"), .version = 1, .created_at = 1, .updated_at = 1 });
}

static void same_secret_is_noticed(void **state)
{
    struct world *world = *state;
    assert_int_equal(world_run(world, insert_agent, NULL), OK);
    struct connected second = world_connect_to(world, STR("agt_2"), NULL, &api_token);
    assert_int_equal(second.status, OK); /* a warning, no refusal */
    assert_true(second.same_secret_elsewhere);
    assert_str(second.other_agent, "Support");
    struct integration first = world_integration(world);
    assert_false(world_connect_to(world, AGENT, &first, &oauth_client).same_secret_elsewhere);
}

/* ---- another credential ------------------------------------------------------------------------------------------------------------ */

/* A request that was paused by a refused token goes out with the new one, by itself. */
static void new_credential_resumes_what_is_paused(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 401, .body = "{\"error\":\"no\"}" });
    world_say(world, talk, "yes");
    struct stored paused = world_look(world, talk);
    assert_int_equal(paused.request.state, REQUEST_PAUSED);
    struct connected again = world_connect_to(world, AGENT, &paused.integration, &oauth_client);
    assert_int_equal(again.status, OK);
    assert_true(str_eq(again.integration.id, world->integration));
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.integration.status, INTEGRATION_CONNECTED);
    assert_int_equal(stored.integration.auth, AUTH_OAUTH_CLIENT);
    assert_str(world->desk.last_authorization, "Bearer granted-1");
    assert_true(str_eq(world->desk.posts[0].key, world->desk.posts[1].key));
    assert_true(world_said(&stored, "Your request R-1 went through"));
}

/* A new credential that fails its test leaves the old one as it was, with its access token. */
static void failed_replacement_keeps_the_old_one(void **state)
{
    struct world *world = *state;
    struct integration before = world_integration(world);
    world->desk.user = END_USER;
    assert_int_equal(world_connect_to(world, AGENT, &before, &oauth_client).status, E_INPUT);
    assert_int_equal(world->desk.tokens, 2); /* the trial had a token of its own */
    world_settle(world);
    struct integration after = world_integration(world);
    assert_true(str_eq(after.sealed, before.sealed));
    assert_true(str_eq(after.sealed_token, before.sealed_token));
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.status, before.status);
}

/* The old token's refusal arrives after the new one was stored: it is history. */
static void late_refusal_of_the_old_credential(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    struct integration before = world_integration(world);
    assert_int_equal(world_connect_to(world, AGENT, &before, &oauth_client).status, OK);
    desk_reply(world->desk.held[0].exchange, 401, NULL, STR("{\"error\":\"Couldn't authenticate you\"}"));
    world->desk.held_count = 0;
    world_wait(yes);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.integration.status, INTEGRATION_CONNECTED);
    assert_str(stored.integration.problem, "");
    assert_int_equal(world->desk.ticket_count, 1);
}

/* ---- Test Connection ---------------------------------------------------------------------------------------------------------------- */

static void test_says_what_it_found(void **state)
{
    struct world *world = *state;
    world->desk.user = END_USER;
    struct tested *tested = world_test_and_wait(world);
    assert_int_equal(tested->status, OK);
    assert_str(tested->result, "failed");
    struct integration integration = world_integration(world);
    assert_int_equal(integration.status, INTEGRATION_NEEDS_ATTENTION);
    assert_true(str_find(integration.problem, STR("zendesk-role-too-low"), 0) != SIZE_MAX);
    assert_int_equal(count(world).tests, 2);

    world->desk.user = "{\"user\":{\"id\":33144647570963,\"name\":\"Ops\",\"email\":\"" DESK_EMAIL
                       "\",\"role\":\"admin\",\"active\":true,\"suspended\":false}}";
    world->desk.read_status = 403;
    tested = world_test_and_wait(world);
    assert_str(tested->result, "warning");
    assert_int_equal(tested->steps, STEP_COUNT);
    integration = world_integration(world);
    assert_int_equal(integration.status, INTEGRATION_WARNINGS);
    assert_false(integration.permitted[ACTION_GET_TICKET]);
    assert_true(integration.permitted[ACTION_CREATE_TICKET]);
}

static void passed_test_resumes_what_is_paused(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 403, .body = "{\"error\":\"Forbidden\"}" });
    world_say(world, talk, "yes");
    assert_int_equal(world_integration(world).status, INTEGRATION_NEEDS_ATTENTION);
    assert_str(world_test_and_wait(world)->result, "passed");
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.integration.status, INTEGRATION_CONNECTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(connecting_stores_who_and_what, world_up_unconnected, world_down),
        cmocka_unit_test_setup_teardown(failed_test_stores_nothing, world_up_unconnected, world_down),
        TEST(same_secret_is_noticed),
        TEST(new_credential_resumes_what_is_paused),
        cmocka_unit_test_setup_teardown(failed_replacement_keeps_the_old_one, world_up_oauth, world_down),
        TEST(late_refusal_of_the_old_credential),
        TEST(test_says_what_it_found),
        TEST(passed_test_resumes_what_is_paused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
