/* OAuth access tokens: fetched when there is none that lasts, kept, renewed once when Zendesk ends them, and never the reason why a ticket is given up. */
#include "unit/flow/world.h"

#define INVALID_CLIENT "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed\"}"

static void fetched_once_and_used_again(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    assert_int_equal(world->desk.tokens, 1); /* by the connection test, for its four calls */
    assert_str(world->desk.last_authorization, "Bearer granted-1");
    struct integration integration = world_integration(world);
    assert_true(integration.sealed_token.len > 0);
    assert_true(str_find(integration.sealed_token, STR("granted"), 0) == SIZE_MAX);
    assert_in_range(integration.token_expires_at - loop_wall_ms(), 1700 * 1000, 1800 * 1000);
    world_propose(world, talk);
    assert_true(world_heard(world_say(world, talk, "yes"), "Ticket #35436 is created"));
    assert_true(world_heard(world_say(world, talk, "status of ticket 5"), "Ticket #5"));
    assert_int_equal(world->desk.tokens, 1);
}

static enum status end_token_soon(struct store_tx *tx, struct world *world, void *context)
{
    struct integration integration;
    enum status status = integration_get(tx, WORKSPACE, world->integration, &world->arena, &integration);
    integration.token_expires_at = loop_wall_ms() + *(int64_t *)context;
    return status ? status : integration_renew(tx, &integration);
}

static void renewed_before_its_end(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    int64_t lasts_ms = 90 * 1000, ends_ms = 45 * 1000;
    assert_int_equal(world_run(world, end_token_soon, &lasts_ms), OK);
    world_say(world, talk, "status of ticket 5");
    assert_int_equal(world->desk.tokens, 1);
    assert_int_equal(world_run(world, end_token_soon, &ends_ms), OK);
    assert_true(world_heard(world_say(world, talk, "status of ticket 5"), "Ticket #5"));
    assert_int_equal(world->desk.tokens, 2);
    world_settle(world);
    assert_in_range(world_integration(world).token_expires_at - loop_wall_ms(), 1700 * 1000, 1800 * 1000);
    world_say(world, talk, "status of ticket 5");
    assert_int_equal(world->desk.tokens, 2);
}

/* Zendesk ended the token before its time: one renewal, the same request under the same key, one ticket, and nobody notices. */
static void renewed_once_after_a_refusal(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    world->desk.tokens_ended = true;
    struct heard *yes = world_say(world, talk, "yes");
    assert_true(world_heard(yes, "Ticket #35436 is created"));
    assert_int_equal(world->desk.tokens, 2);
    assert_int_equal(world->desk.post_count, 1);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.attempts, 1);
    assert_int_equal(stored.integration.status, INTEGRATION_CONNECTED);
}

/* Many meet the end of the token at the same moment: one renewal serves them all. */
static void one_renewal_at_a_time(void **state)
{
    enum { TALKS = 6 };
    struct world *world = *state;
    struct heard *heard[TALKS];
    world->desk.tokens_ended = true;
    for (size_t i = 0; i < TALKS; i++) heard[i] = world_send(world, world_talk(world), "status of ticket 5");
    for (size_t i = 0; i < TALKS; i++) assert_true(world_heard(world_wait(heard[i]), "Ticket #5"));
    assert_int_equal(world->desk.tokens, 2);
}

/* A fresh token that is refused as well ends it: no loop. */
static void refused_twice_is_enough(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.tokens_ended = world->desk.tokens_are_useless = true;
    assert_true(world_heard(world_say(world, talk, "status of ticket 5"), "Ticket 5 was not read"));
    assert_int_equal(world->desk.tokens, 2);
    assert_int_equal(world_look(world, talk).integration.status, INTEGRATION_NEEDS_ATTENTION);
}

/* ---- when no token is to be had --------------------------------------------------------------------------------------------------- */

struct refusal_case {
    const char *name;
    struct desk_plan plan;
    enum request_state request;
    enum integration_status integration;
};

static const struct refusal_case refusals[] = {
    { "client_refused",
      { .fault = DESK_REFUSE, .status = 401, .body = INVALID_CLIENT },
      REQUEST_PAUSED,
      INTEGRATION_NEEDS_ATTENTION },
    { "scope_refused",
      { .fault = DESK_REFUSE, .status = 400, .body = "{\"error\":\"invalid_scope\"}" },
      REQUEST_PAUSED,
      INTEGRATION_NEEDS_ATTENTION },
    { "token_service_down", { .fault = DESK_REFUSE, .status = 503, .body = "{}" }, REQUEST_READY, INTEGRATION_NEEDS_ATTENTION },
    { "token_service_busy", { .fault = DESK_REFUSE, .status = 429, .body = "{}" }, REQUEST_READY, INTEGRATION_RATE_LIMITED },
    { "answer_without_a_token",
      { .fault = DESK_REFUSE, .status = 200, .body = "{\"token_type\":\"bearer\"}" },
      REQUEST_READY,
      INTEGRATION_CONNECTED },
};

enum { REFUSALS = sizeof refusals / sizeof *refusals };

/* The ticket was never sent, so it is neither rejected nor uncertain; the record says which call it was that failed. */
static void check_unsent(const struct stored *stored)
{
    assert_int_equal(stored->action.status, ACTION_WAITING);
    assert_int_equal(stored->request.first_sent_at, 0);
    assert_int_equal(stored->call_count, 1);
    assert_str(stored->calls[0].path, "/oauth/tokens");
    assert_str(stored->calls[0].request_body, "");
}

static void ticket_outlives_a_refused_token(void **state)
{
    const struct refusal_case *expected = *state;
    struct world *world = world_open();
    world_connect(world, &oauth_client);
    struct str talk = world_talk(world);
    int64_t ended_ms = 0;
    world_propose(world, talk);
    assert_int_equal(world_run(world, end_token_soon, &ended_ms), OK);
    world->desk.token_plan = expected->plan;
    assert_true(world_heard(world_say(world, talk, "yes"), "saved as R-1"));
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, expected->request);
    assert_int_equal(stored.integration.status, expected->integration);
    check_unsent(&stored);
    assert_int_equal(world->desk.post_count, 0);

    world->desk.token_plan = (struct desk_plan){ .fault = DESK_WELL };
    if (expected->request == REQUEST_PAUSED)
        assert_str(world_test_and_wait(world)->result, "passed");
    else
        world_let_time_pass(world, stored.request);
    world_settle(world);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.integration.status, INTEGRATION_CONNECTED);
    assert_int_equal(world->desk.ticket_count, 1);
    world_close(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up_oauth, world_down)

/* One row of the table is one test, by its name. */
int main(void)
{
    static const struct CMUnitTest others[] = {
        TEST(fetched_once_and_used_again), TEST(renewed_before_its_end),  TEST(renewed_once_after_a_refusal),
        TEST(one_renewal_at_a_time),       TEST(refused_twice_is_enough),
    };
    enum { OTHERS = sizeof others / sizeof *others };
    struct CMUnitTest tests[REFUSALS + OTHERS];
    for (size_t i = 0; i < REFUSALS; i++) {
        void *row = (void *)(uintptr_t)&refusals[i];
        tests[i] =
            (struct CMUnitTest){ .name = refusals[i].name, .test_func = ticket_outlives_a_refused_token, .initial_state = row };
    }
    memcpy(tests + REFUSALS, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
