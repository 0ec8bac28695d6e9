/* Before a request whose outcome is not known goes out again, Zendesk is asked; and what an action has to read before it may write. */
#include "unit/flow/world.h"

/* The answer to the yes was lost; the ticket exists. */
static struct stored in_doubt(struct world *world, struct str talk)
{
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_DROP_AFTER });
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_WAITING);
    assert_int_equal(world->desk.ticket_count, 1);
    return stored;
}

static void ticket_that_is_there_is_not_sent_again(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = in_doubt(world, talk);
    world->desk.shows_tickets = true;
    world_let_time_pass(world, stored.request);
    stored = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.request.attempts, 1);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.call_count, 2); /* the lost one and the look: the receipt */
    assert_str(stored.calls[0].method, "GET");
    assert_true(str_find(stored.calls[0].answer_body, stored.request.external_id, 0) != SIZE_MAX);
    assert_true(world_said(&stored, "Your request R-1 went through. Ticket #35436 is created"));
}

/* Nobody could tell: it is neither sent nor given up, and the visitor, who knows that it waits, is not told again. */
static void failed_look_changes_nothing(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored before = in_doubt(world, talk);
    world->desk.read_status = 503;
    world_let_time_pass(world, before.request);
    struct stored after = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(after.request.state, REQUEST_READY);
    assert_true(after.request.due_at > loop_wall_ms());
    assert_int_equal(after.request.attempts, 1);
    assert_int_equal(after.message_count, before.message_count);
    world->desk.read_status = 0;
    world->desk.shows_tickets = true;
    world_let_time_pass(world, after.request);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* The process ends while it asks: the next one asks again. */
static void interrupted_look(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct request request = in_doubt(world, talk).request;
    request.due_at = 0;
    world->desk.holds_reads = true;
    assert_int_equal(world_run(world, world_write_request, &request), OK);
    outbox_wake(world->flow);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    world->desk.holds_reads = false;
    world->desk.shows_tickets = true;
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* Answers that say nothing of the key: from then on this account's keys are not relied on. */
static void ignored_keys_are_noticed(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    assert_false(world_integration(world).strict);
    world->desk.tells_no_lookup = true;
    world_propose(world, talk);
    assert_true(world_heard(world_say(world, talk, "yes"), "Ticket #35436 is created"));
    assert_true(world_integration(world).strict);
}

/* ---- reading before writing ----------------------------------------------------------------------------------------------------------- */

static enum status switch_off_customers(struct store_tx *tx, struct world *world, void *context)
{
    struct integration integration;
    (void)context;
    enum status status = integration_get(tx, WORKSPACE, world->integration, &world->arena, &integration);
    integration.enabled[ACTION_CREATE_CUSTOMER] = false;
    return status ? status : integration_update(tx, &integration);
}

static int world_up_without_customers(void **state)
{
    int failed = world_up(state);
    assert_int_equal(world_run(*state, switch_off_customers, NULL), OK);
    return failed;
}

static void known_requester_is_looked_up_first(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.has_customer = true;
    world_propose(world, talk);
    assert_true(world_heard(world_say(world, talk, "yes"), "Ticket #35436 is created"));
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.call_count, 2);
    bool is_turned = str_eq(stored.calls[1].path, STR("/api/v2/tickets")); /* ids of one millisecond have no order */
    assert_true(str_starts(stored.calls[is_turned ? 0 : 1].path, STR("/api/v2/users/search")));
    assert_str(stored.calls[is_turned ? 1 : 0].path, "/api/v2/tickets");
    assert_int_equal(world->desk.post_count, 1);
}

static void unknown_requester_is_refused(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    struct heard *yes = world_say(world, talk, "yes");
    assert_true(world_heard(yes, "No ticket was created. The draft is kept"));
    assert_int_equal(yes->action.status, ACTION_REJECTED);
    assert_false(world_look(world, talk).has_request);
    assert_int_equal(world->desk.post_count, 0);
}

static enum status restored(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    (void)context;
    return request_doubt(tx);
}

struct rescued {
    bool is_done;
    enum problem_id problem;
};

static void on_rescued(void *context, const struct flow_rescue_result *result)
{
    *(struct rescued *)context = (struct rescued){ true, result->problem.id };
}

/* Zendesk cannot be asked who the requester is: kept like a creation that could not be sent, prepared when it is due, and sent once. */
static void look_up_that_fails_is_made_later(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.has_customer = true;
    world->desk.read_status = 503;
    world_propose(world, talk);
    struct heard *yes = world_say(world, talk, "yes");
    assert_true(world_heard(yes, "Your request is saved as R-1 and will be sent; the number follows here"));
    assert_int_equal(yes->action.status, ACTION_WAITING);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_READY);
    assert_int_equal(stored.request.path.len, 0);
    assert_int_equal(stored.request.first_sent_at, 0);
    world_let_time_pass(world, stored.request); /* still down: nothing is said a second time */
    struct stored again = world_look(world, talk);
    assert_int_equal(again.request.attempts, stored.request.attempts + 1);
    assert_int_equal(again.message_count, stored.message_count);
    world->desk.read_status = 0;
    world_let_time_pass(world, again.request);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_str(stored.request.path, "/api/v2/tickets");
    assert_int_equal(stored.request.guard, GUARD_KEY);
    assert_true(world_said(&stored, "R-1 went through. Ticket #35436"));
    assert_int_equal(world->desk.post_count, 1);
}

/* What the look-up then says stands: an unknown requester is refused, under the number that was told. */
static void look_up_that_is_made_later_can_refuse(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.read_status = 503;
    world_propose(world, talk);
    world_say(world, talk, "yes");
    world->desk.read_status = 0;
    world_let_time_pass(world, world_look(world, talk).request);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_REJECTED);
    assert_int_equal(stored.action.status, ACTION_REJECTED);
    assert_true(world_said(&stored, "Your request R-1 (Printer on fire) was not carried out; no ticket was created"));
    assert_int_equal(world->desk.post_count, 0);
}

/* A credential that was revoked: it waits for another one. */
static void look_up_waits_for_credentials(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.has_customer = true;
    world->desk.read_status = 401;
    world_propose(world, talk);
    world_say(world, talk, "yes");
    assert_int_equal(world_look(world, talk).request.state, REQUEST_PAUSED);
    world->desk.read_status = 0;
    struct integration integration = world_integration(world);
    assert_int_equal(world_connect_to(world, AGENT, &integration, &api_token).status, OK);
    world_settle(world);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* The process ends while the look-up of a kept request is out: the next one makes it again. */
static void kept_request_outlives_the_process(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.has_customer = true;
    world->desk.read_status = 503;
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct request request = world_look(world, talk).request;
    world->desk.read_status = 0;
    world->desk.holds_reads = true;
    request.due_at = 0;
    assert_int_equal(world_run(world, world_write_request, &request), OK);
    outbox_wake(world->flow);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    world->desk.holds_reads = false;
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* A process that ended while it looked things up has sent nothing, and the row does not pretend so. */
static void interrupted_look_up_was_no_send(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.has_customer = true;
    world->desk.read_status = 503;
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct request request = world_look(world, talk).request;
    request.state = REQUEST_SENDING; /* as it stands while somebody reads for it */
    request.first_sent_at = request.last_sent_at = request.updated_at;
    world_let_time_pass(world, request);
    request = world_look(world, talk).request;
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(request.first_sent_at, 0);
    assert_true(world_heard(world_say(world, talk, "cancel"), "is cancelled. Nothing was sent."));
}

/* Restored from a copy: it may have been carried out since, and nothing of it could be looked for. */
static void restored_look_up_needs_a_person(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.read_status = 503;
    world_propose(world, talk);
    world_say(world, talk, "yes");
    assert_int_equal(world_run(world, restored, NULL), OK);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_NEEDS_HUMAN);
    struct rescued rescued = { 0 };
    flow_rescue(world->flow, WORKSPACE, stored.action.id, &(struct flow_rescue){ .kind = FLOW_RETRY }, on_rescued, &rescued);
    while (!rescued.is_done) loop_step(world->loop, 100);
    assert_int_equal(rescued.problem, PROBLEM_REQUEST_RESTORED);
}

/* What was looked up is in hand, and the database takes no request: nothing was sent, and the visitor hears so. */
static void request_that_cannot_be_stored_is_not_sent(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.holds_reads = world->desk.has_customer = true;
    world_propose(world, talk);
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_let_files_grow(false);
    desk_release(&world->desk);
    while (store_is_healthy(world->store, NULL)) loop_step(world->loop, 10);
    world_let_files_grow(true);
    world_wait(yes);
    assert_true(world_heard(yes, "No ticket was created. The draft is kept"));
    assert_int_equal(yes->action.status, ACTION_REJECTED);
    assert_int_equal(world->desk.post_count, 0);
    world->desk.holds_reads = false;
    assert_true(world_heard(world_say(world, talk, "send it"), "Shall I send it?"));
    assert_true(world_heard(world_say(world, talk, "yes"), "Ticket #35436 is created"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ticket_that_is_there_is_not_sent_again),
        TEST(failed_look_changes_nothing),
        TEST(interrupted_look),
        TEST(ignored_keys_are_noticed),
        cmocka_unit_test_setup_teardown(known_requester_is_looked_up_first, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(unknown_requester_is_refused, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(look_up_that_fails_is_made_later, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(look_up_that_is_made_later_can_refuse, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(look_up_waits_for_credentials, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(interrupted_look_up_was_no_send, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(restored_look_up_needs_a_person, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(kept_request_outlives_the_process, world_up_without_customers, world_down),
        cmocka_unit_test_setup_teardown(request_that_cannot_be_stored_is_not_sent, world_up_without_customers, world_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
