/* A member's own act: one action, no conversation, and the same way to Zendesk. */
#include "unit/flow/world.h"

#define TICKET                                                                                                                   \
    "{\"description\":\"Smoke comes out of tray 2.\",\"requester_email\":\"jane@example.com\",\"subject\":\"Printer on fire\"}"

struct acted {
    struct world *world;
    bool is_done;
    enum status status;
    struct action action;
};

static void on_acted(void *context, enum status status, const struct action *action)
{
    struct acted *acted = context;
    assert_false(acted->is_done);
    acted->is_done = true;
    acted->status = status;
    if (action) acted->action = action_copy(action, &acted->world->arena);
}

static struct acted *start(struct world *world, enum action_kind kind, const char *arguments, bool dry_run)
{
    struct integration integration = world_integration(world);
    struct acted *acted = arena_new(&world->arena, struct acted);
    acted->world = world;
    struct flow_act ask = { .kind = kind, .arguments = str_from(arguments), .dry_run = dry_run };
    flow_act(world->flow, &integration, &ask, on_acted, acted);
    return acted;
}

static struct acted *act(struct world *world, enum action_kind kind, const char *arguments, bool dry_run)
{
    struct acted *acted = start(world, kind, arguments, dry_run);
    while (!acted->is_done) loop_step(world->loop, 100);
    return acted;
}

/* The rows of one action that belongs to no conversation. */
struct rows {
    struct str id;
    struct action action;
    struct request request;
    enum status has_request;
    struct call *calls;
    size_t call_count;
};

static enum status read_rows(struct store_tx *tx, struct world *world, void *context)
{
    struct rows *rows = context;
    enum status status = action_get(tx, WORKSPACE, rows->id, &world->arena, &rows->action);
    if (status) return status;
    rows->has_request = request_get(tx, WORKSPACE, rows->id, &world->arena, &rows->request);
    return call_of_action(tx, WORKSPACE, rows->id, &world->arena, &rows->calls, &rows->call_count);
}

static struct rows look(struct world *world, const struct acted *acted)
{
    struct rows rows = { .id = acted->action.id };
    assert_int_equal(world_run(world, read_rows, &rows), OK);
    return rows;
}

static void member_reads(void **state)
{
    struct world *world = *state;
    struct acted *acted = act(world, ACTION_GET_TICKET, "{\"ticket_id\":5}", false);
    assert_int_equal(acted->status, OK);
    assert_int_equal(acted->action.status, ACTION_DONE);
    assert_true(str_find(acted->action.result, STR("\"status\":\"open\""), 0) != SIZE_MAX);
    struct rows rows = look(world, acted);
    assert_int_equal(rows.has_request, E_NOT_FOUND);
    assert_int_equal(rows.call_count, 2);
    assert_str(rows.action.conversation, "");
    world->desk.read_status = 404;
    acted = act(world, ACTION_GET_TICKET, "{\"ticket_id\":6}", false);
    assert_int_equal(acted->status, OK);
    assert_int_equal(acted->action.status, ACTION_REJECTED);
    assert_true(str_find(acted->action.problem, STR("zendesk-not-found"), 0) != SIZE_MAX);
}

static void member_writes(void **state)
{
    struct world *world = *state;
    struct acted *acted = act(world, ACTION_CREATE_TICKET, TICKET, false);
    assert_int_equal(acted->status, OK);
    assert_int_equal(acted->action.status, ACTION_DONE);
    assert_true(str_find(acted->action.result, STR("\"id\":35436"), 0) != SIZE_MAX);
    assert_true(str_find(world->desk.posts[0].body, STR("chatcrafterai_test"), 0) == SIZE_MAX); /* it is no test */
    struct rows rows = look(world, acted);
    assert_int_equal(rows.has_request, OK);
    assert_int_equal(rows.request.state, REQUEST_DONE);
    assert_true(str_eq(rows.request.body, world->desk.posts[0].body));
    assert_int_equal(rows.call_count, 1);
}

/* The member hears that it waits; it goes out later without them. */
static void write_that_waits(void **state)
{
    struct world *world = *state;
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_DROP_AFTER });
    struct acted *acted = act(world, ACTION_CREATE_TICKET, TICKET, false);
    assert_int_equal(acted->status, OK);
    assert_int_equal(acted->action.status, ACTION_WAITING);
    assert_str(acted->action.reference, "R-1");
    world_let_time_pass(world, look(world, acted).request);
    struct rows rows = look(world, acted);
    assert_int_equal(rows.action.status, ACTION_DONE);
    assert_int_equal(rows.call_count, 4); /* the send, a look in list and search, the send */
    assert_int_equal(world->desk.ticket_count, 1);
}

static void dry_run_shows_and_sends_nothing(void **state)
{
    struct world *world = *state;
    struct acted *acted = act(world, ACTION_CREATE_TICKET, TICKET, true);
    assert_int_equal(acted->status, OK);
    assert_int_equal(acted->action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 0);
    struct rows rows = look(world, acted);
    assert_true(rows.action.dry_run);
    assert_int_equal(rows.has_request, E_NOT_FOUND);
    struct json *result = json_parse(rows.action.result, NULL);
    assert_true(json_get_bool(result, "dry_run", false));
    assert_str(json_get_str(json_get(result, "would_send"), "path"), "/api/v2/tickets");
    json_free(result);
    acted = act(world, ACTION_GET_TICKET, "{\"ticket_id\":5}", true); /* there is nothing to hold back */
    assert_false(acted->action.dry_run);
    assert_true(str_find(acted->action.result, STR("\"status\":\"open\""), 0) != SIZE_MAX);
}

/* The server stops in the middle: the member is told so, and the request stays for the next start. */
static void stopped_in_the_middle(void **state)
{
    struct world *world = *state;
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct acted *acted = start(world, ACTION_CREATE_TICKET, TICKET, false);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    assert_true(acted->is_done);
    assert_int_equal(acted->status, E_UNAVAILABLE);
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    struct rows rows = look(world, acted);
    assert_int_equal(rows.action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(member_reads),          TEST(member_writes), TEST(write_that_waits), TEST(dry_run_shows_and_sends_nothing),
        TEST(stopped_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
