/* What the operator's webhook is told: each thing once, in the transaction that makes it true. */
#include "store/query.h"
#undef WORKSPACE /* of statements.def */
#undef AGENT
#include "unit/flow/world.h"

#define URL STR("https://127.0.0.1/") /* refused before anything leaves: no public address */

static enum status put_webhook(struct store_tx *tx, struct world *world, void *context)
{
    struct str sealed, secret;
    (void)context;
    enum status status = flow_webhook_seal(world->flow, WORKSPACE, URL, &world->arena, &sealed, &secret);
    const struct webhook webhook = { .workspace = WORKSPACE, .url = URL, .sealed = sealed, .secret_set_at = 1, .created_at = 1 };
    return status ? status : webhook_put(tx, &webhook);
}

struct told {
    struct notice *notices; /* newest first */
    size_t count;
};

static enum status read_told(struct store_tx *tx, struct world *world, void *context)
{
    struct told *told = context;
    const struct store_page page = { .limit = LIMIT_PAGE_ROWS };
    return notice_list(tx, WORKSPACE, &page, &world->arena, &told->notices, &told->count);
}

static struct told told_to(struct world *world)
{
    struct told told;
    assert_int_equal(world_run(world, read_told, &told), OK);
    return told;
}

static const char *data_of(struct world *world, const struct notice *notice, const char *name)
{
    struct json *tree = json_parse(notice->body, NULL);
    assert_true(str_eq(json_get_str(tree, "type"), notice->type));
    const char *text = arena_cstr(&world->arena, json_get_str(json_get(tree, "data"), name));
    json_free(tree);
    return text;
}

static void break_connection(struct world *world, struct str talk)
{
    world->desk.read_status = 500;
    world_say(world, talk, "status of ticket 5");
    assert_int_equal(world_integration(world).status, INTEGRATION_NEEDS_ATTENTION);
}

/* It breaks, fails again, works again: two notices and no third. */
static void connection_is_told_once(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    assert_int_equal(world_run(world, put_webhook, NULL), OK);
    break_connection(world, talk);
    world_say(world, talk, "status of ticket 5");
    world->desk.read_status = 0;
    world_say(world, talk, "status of ticket 5");
    world_say(world, talk, "status of ticket 5");
    struct told told = told_to(world);
    assert_int_equal(told.count, 2);
    assert_str(told.notices[1].type, "connection.broken");
    assert_string_equal(data_of(world, &told.notices[1], "status"), "needs_attention");
    assert_str(told.notices[0].type, "connection.recovered");
    assert_string_equal(data_of(world, &told.notices[0], "status"), "connected");
}

/* A connection test finds it out as well as a conversation does. */
static void a_test_tells_too(void **state)
{
    struct world *world = *state;
    assert_int_equal(world_run(world, put_webhook, NULL), OK);
    break_connection(world, world_talk(world));
    world->desk.read_status = 0;
    assert_str(world_test_and_wait(world)->result, "passed");
    assert_str(told_to(world).notices[0].type, "connection.recovered");
}

static void nobody_is_told_without_a_webhook(void **state)
{
    struct world *world = *state;
    break_connection(world, world_talk(world));
    assert_int_equal(told_to(world).count, 0);
}

/* After its time nobody can tell whether it was done: a person has to look. */
static void request_for_a_person(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    assert_int_equal(world_run(world, put_webhook, NULL), OK);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 500, .body = "{}" });
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct request request = world_look(world, talk).request;
    request.since = 1;
    request.first_sent_at = request.last_sent_at = 1;
    world_let_time_pass(world, request);
    assert_int_equal(world_look(world, talk).request.state, REQUEST_NEEDS_HUMAN);
    struct told told = told_to(world);
    assert_str(told.notices[0].type, "request.needs_human");
    assert_string_equal(data_of(world, &told.notices[0], "reference"), "R-1");
    assert_string_equal(data_of(world, &told.notices[0], "name"), "create_ticket");
}

static enum status break_updates(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    (void)context;
    return db_script(tx->db, "CREATE TRIGGER full BEFORE UPDATE ON notice BEGIN SELECT RAISE(ABORT, 'full'); END", NULL);
}

/* What became of it could not be stored: it is looked at again by itself, not when the next thing happens to be told. */
static void a_fault_of_the_database_ends_nothing(void **state)
{
    struct world *world = *state;
    assert_int_equal(world_run(world, put_webhook, NULL), OK);
    assert_int_equal(world_run(world, break_updates, NULL), OK);
    break_connection(world, world_talk(world));
    world_settle(world);
    struct told told = told_to(world);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.notices[0].attempts, 0);
    assert_non_null(world->flow->notices.timer);
}

/* ---- two workspaces ------------------------------------------------------------------------------------------------------------------ */

struct receiver {
    struct http_exchange *held;
    size_t came;
    bool is_silent;
};

static void receive(void *context, struct http_exchange *exchange)
{
    struct receiver *receiver = context;
    receiver->came++;
    if (receiver->is_silent)
        receiver->held = exchange;
    else
        desk_reply(exchange, 204, NULL, STR_NONE);
}

static struct http_server *receiver_open(struct world *world, struct receiver *receiver)
{
    struct http_server *server =
        http_server_open(world->loop, &(struct http_server_options){ .handler = receive, .context = receiver });
    assert_int_equal(http_server_listen(server, STR("127.0.0.1:0"), NULL), OK);
    return server;
}

struct neighbour {
    struct str workspace, address;
};

static enum status add_neighbour(struct store_tx *tx, struct world *world, void *context)
{
    const struct neighbour *one = context;
    struct str sealed = STR_NONE, secret = STR_NONE, url = arena_fmt(&world->arena, "http://%.*s/", STR_ARG(one->address));
    struct workspace workspace = { .id = one->workspace, .name = one->workspace, .created_at = 1 };
    enum status status = workspace_insert(tx, &workspace);
    if (status == OK) status = flow_webhook_seal(world->flow, one->workspace, url, &world->arena, &sealed, &secret);
    const struct webhook webhook = {
        .workspace = one->workspace, .url = url, .sealed = sealed, .secret_set_at = 1, .created_at = 1
    };
    return status ? status : webhook_put(tx, &webhook);
}

static void on_tried(void *context, enum status status, const struct notice *notice)
{
    if (status == OK) *(enum notice_state *)context = notice->state;
}

/* The first receiver takes what is sent and says nothing: the second is told all the same. */
static void a_dead_receiver_delays_nobody_else(void **state)
{
    struct world *world = *state;
    struct receiver dead = { .is_silent = true }, well = { 0 };
    world_stop(world);
    world->webhook_private = true;
    world_start(world);
    struct http_server *first = receiver_open(world, &dead), *second = receiver_open(world, &well);
    struct neighbour neighbours[] = { { STR("wsp_2"), http_server_address(first) },
                                      { STR("wsp_3"), http_server_address(second) } };
    enum notice_state states[] = { NOTICE_FAILED, NOTICE_WAITING };
    for (size_t i = 0; i < 2; i++) assert_int_equal(world_run(world, add_neighbour, &neighbours[i]), OK);
    flow_webhook_test(world->flow, neighbours[0].workspace, on_tried, &states[0]);
    while (dead.came == 0) loop_step(world->loop, 20);
    flow_webhook_test(world->flow, neighbours[1].workspace, on_tried, &states[1]);
    while (states[1] == NOTICE_WAITING && states[0] == NOTICE_FAILED) loop_step(world->loop, 20);
    assert_int_equal(states[1], NOTICE_DELIVERED);
    assert_int_equal(states[0], NOTICE_FAILED); /* nothing came of it yet */
    desk_reply(dead.held, 204, NULL, STR_NONE);
    world_settle(world);
    assert_int_equal(states[0], NOTICE_DELIVERED);
    http_server_close(first);
    http_server_close(second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connection_is_told_once),
        TEST(a_test_tells_too),
        TEST(nobody_is_told_without_a_webhook),
        TEST(request_for_a_person),
        TEST(a_fault_of_the_database_ends_nothing),
        TEST(a_dead_receiver_delays_nobody_else),
    };
    return cmocka_run_group_tests_name("flow/notice", tests, NULL, NULL);
}
