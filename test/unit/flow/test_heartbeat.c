/* One call a day for a connection that nobody uses: what it finds out, and whom it leaves alone. */
#include "unit/flow/world.h"

enum { HOUR_MS = 60 * 60 * 1000 };
#define DAYS(n) ((n)*INT64_C(24) * HOUR_MS)

struct past {
    int64_t last_ok_at;
    enum integration_status status;
};

static enum status set_past(struct store_tx *tx, struct world *world, void *context)
{
    const struct past *past = context;
    struct integration row;
    enum status status = integration_get(tx, WORKSPACE, world->integration, &world->arena, &row);
    row.last_ok_at = past->last_ok_at;
    row.status = past->status;
    if (status == OK) status = integration_note(tx, &row);
    const struct integration_beat beat = { WORKSPACE, world->integration, 0 };
    return status ? status : integration_set_beat(tx, &beat);
}

static enum status end_token(struct store_tx *tx, struct world *world, void *context)
{
    struct integration row;
    enum status status = integration_get(tx, WORKSPACE, world->integration, &world->arena, &row);
    row.token_expires_at = *(int64_t *)context;
    return status ? status : integration_renew(tx, &row);
}

struct seen {
    struct integration row;
    struct integration_beat beat;
    struct call *calls;
    size_t call_count;
};

static enum status read_seen(struct store_tx *tx, struct world *world, void *context)
{
    struct seen *seen = context;
    const struct store_page page = { .limit = LIMIT_PAGE_ROWS };
    enum status status = integration_get(tx, WORKSPACE, world->integration, &world->arena, &seen->row);
    if (status == OK) status = integration_next_beat(tx, &world->arena, &seen->beat);
    if (status) return status;
    return call_of_integration(tx, WORKSPACE, world->integration, &page, &world->arena, &seen->calls, &seen->call_count);
}

static struct seen look(struct world *world)
{
    struct seen seen;
    assert_int_equal(world_run(world, read_seen, &seen), OK);
    return seen;
}

/* The connection is found as it was `ago_ms` after its last good call, and its turn has come. */
static struct seen beat(struct world *world, int64_t ago_ms, enum integration_status status)
{
    struct past past = { loop_wall_ms() - ago_ms, status };
    assert_int_equal(world_run(world, set_past, &past), OK);
    heartbeat_start(world->flow);
    while (look(world).beat.due_at == 0) loop_step(world->loop, 20);
    world_settle(world);
    return look(world);
}

static enum problem_id problem_of(const struct seen *seen)
{
    struct json *tree = json_parse(seen->row.problem, NULL);
    enum problem_id id = problem_find(json_get_str(tree, "code"));
    json_free(tree);
    return id;
}

static void unused_connection_is_called(void **state)
{
    struct world *world = *state;
    size_t before = look(world).call_count;
    struct seen seen = beat(world, DAYS(2), INTEGRATION_CONNECTED);
    assert_int_equal(seen.call_count, before + 1);
    assert_str(seen.calls[0].path, "/api/v2/users/me");
    assert_str(seen.calls[0].action, "");
    assert_int_equal(seen.row.status, INTEGRATION_CONNECTED);
    assert_in_range(loop_wall_ms() - seen.row.last_ok_at, 0, HOUR_MS);
    assert_in_range(seen.beat.due_at - loop_wall_ms(), DAYS(1) - HOUR_MS, DAYS(1));
}

static void used_connection_is_left_alone(void **state)
{
    struct world *world = *state;
    size_t before = look(world).call_count;
    struct seen seen = beat(world, 3 * HOUR_MS, INTEGRATION_CONNECTED);
    assert_int_equal(seen.call_count, before);
    assert_in_range(seen.beat.due_at - loop_wall_ms(), DAYS(1) - 4 * (int64_t)HOUR_MS, DAYS(1) - 3 * (int64_t)HOUR_MS);
}

/* A token that ended is answered as if nobody had signed in. */
static void breakage_is_found(void **state)
{
    struct world *world = *state;
    world->desk.user =
        "{\"user\":{\"id\":null,\"name\":\"Anonymous user\",\"email\":\"invalid@example.com\",\"role\":\"end-user\"}}";
    struct seen seen = beat(world, DAYS(2), INTEGRATION_CONNECTED);
    assert_int_equal(seen.row.status, INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(problem_of(&seen), PROBLEM_ZENDESK_TOKEN_ACCESS_OFF);
    assert_in_range(loop_wall_ms() - seen.row.status_since, 0, HOUR_MS);
    assert_in_range(seen.beat.due_at - loop_wall_ms(), DAYS(1) - HOUR_MS, DAYS(1));
}

/* The token ran out and the client is refused: that is what is told, not a refusal of a call that was never made. */
static void refused_renewal_is_read_as_one(void **state)
{
    struct world *world = *state;
    int64_t before_ms = 0;
    assert_int_equal(world_run(world, end_token, &before_ms), OK);
    world->desk.token_plan = (struct desk_plan){ .fault = DESK_REFUSE, .status = 401, .body = "{\"error\":\"invalid_token\"}" };
    struct seen seen = beat(world, DAYS(2), INTEGRATION_CONNECTED);
    assert_int_equal(seen.row.status, INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(problem_of(&seen), PROBLEM_OAUTH_CLIENT_REJECTED);
    assert_str(seen.calls[0].path, "/oauth/tokens");
    assert_str(world_test_and_wait(world)->result, "failed");
    seen = look(world);
    assert_int_equal(problem_of(&seen), PROBLEM_OAUTH_CLIENT_REJECTED);
}

/* What may pass by itself is looked at again after an hour, and what waited goes out then. */
static void trouble_that_passes(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 403, .body = "{\"error\":\"Forbidden\"}" });
    world_propose(world, talk);
    world_say(world, talk, "yes");
    assert_int_equal(world_look(world, talk).request.state, REQUEST_PAUSED);
    struct seen seen = beat(world, DAYS(2), INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(seen.row.status, INTEGRATION_CONNECTED);
    assert_str(seen.row.problem, "");
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);

    desk_stop(&world->desk);
    seen = beat(world, DAYS(2), INTEGRATION_CONNECTED);
    assert_int_equal(seen.row.status, INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(problem_of(&seen), PROBLEM_NET_UNREACHABLE);
    assert_in_range(seen.beat.due_at - loop_wall_ms(), HOUR_MS / 2, HOUR_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unused_connection_is_called),
        TEST(used_connection_is_left_alone),
        TEST(breakage_is_found),
        cmocka_unit_test_setup_teardown(refused_renewal_is_read_as_one, world_up_oauth, world_down),
        TEST(trouble_that_passes),
    };
    return cmocka_run_group_tests_name("flow/heartbeat", tests, NULL, NULL);
}
