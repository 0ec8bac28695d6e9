/* What a person decides about a request that waits or needs one: it is looked for before it is sent again, settled only with a ticket that exists, and dropped with the reason told. */
#include "unit/flow/world.h"

#include "agent/delivery.h"

/* ---- what a person decides about a request -------------------------------------------------------------------------------------------- */

struct rescued {
    struct world *world;
    bool is_done;
    enum status status;
    enum problem_id problem;
    int64_t ticket_id;
    struct str subject;
};

static void on_rescued(void *context, const struct flow_rescue_result *result)
{
    struct rescued *rescued = context;
    assert_false(rescued->is_done);
    rescued->is_done = true;
    rescued->status = result->status;
    rescued->problem = result->problem.id;
    rescued->ticket_id = result->ticket_id;
    rescued->subject = arena_str(&rescued->world->arena, result->subject);
}

static struct rescued *world_decide(struct world *world, struct str action, struct flow_rescue ask)
{
    struct rescued *rescued = arena_new(&world->arena, struct rescued);
    rescued->world = world;
    flow_rescue(world->flow, WORKSPACE, action, &ask, on_rescued, rescued);
    return rescued;
}

/* Until it is decided and what follows of it is over. */
static struct rescued *world_rescue(struct world *world, struct str action, struct flow_rescue ask)
{
    struct rescued *rescued = world_decide(world, action, ask);
    while (!rescued->is_done) loop_step(world->loop, 100);
    world_settle(world);
    return rescued;
}

/* ---- tried again, settled, dropped ----------------------------------------------------------------------------------------------------- */

static const struct flow_rescue retry = { .kind = FLOW_RETRY };
static const struct flow_rescue drop = { .kind = FLOW_DROP, .reason = { "asked for twice", 15 } };

/* Waits, in doubt about what Zendesk did with it: a 503 says nothing. */
static struct stored in_doubt(struct world *world, struct str talk, enum desk_fault fault)
{
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = fault, .status = 503, .body = "{}" });
    world_say(world, talk, "yes");
    return world_look(world, talk);
}

/* Waits, and nothing has left. */
static struct stored refused_in_front(struct world *world, struct str talk)
{
    world_propose(world, talk);
    desk_plan(
        &world->desk,
        (struct desk_plan){ .fault = DESK_REFUSE, .status = 429, .body = "{}", .header = { STR("Retry-After"), STR("900") } });
    world_say(world, talk, "yes");
    world_end_hold(world);
    return world_look(world, talk);
}

/* As it is after a day without an answer. */
static struct stored after_a_day(struct world *world, struct str talk, struct stored stored)
{
    struct request request = stored.request;
    request.since -= DELIVERY_AGE_MAX_MS;
    request.first_sent_at = request.first_sent_at ? request.first_sent_at - DELIVERY_AGE_MAX_MS : 0;
    request.last_sent_at = request.last_sent_at ? request.last_sent_at - DELIVERY_AGE_MAX_MS : 0;
    world_let_time_pass(world, request);
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_NEEDS_HUMAN);
    assert_int_equal(stored.action.status, ACTION_NEEDS_HUMAN);
    return stored;
}

static void waiting_request_is_tried_now(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = refused_in_front(world, talk);
    assert_true(stored.request.due_at > stored.request.updated_at + 800 * 1000);
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
    assert_true(world_said(&stored, "R-1 went through"));
    assert_false(world_said(&stored, "tried again")); /* that it waits was said */
}

/* The ticket was made long ago and nobody knew: the retry finds it and sends nothing. */
static void retry_looks_first(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = after_a_day(world, talk, in_doubt(world, talk, DESK_FAIL_LATE));
    assert_true(world_said(&stored, "It is not known whether Zendesk created"));
    world->desk.shows_tickets = true;
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(world->desk.ticket_count, 1);
    assert_true(world_said(&stored, "Your request R-1 (Printer on fire) is tried again"));
    assert_true(world_said(&stored, "R-1 went through. Ticket #35436"));
}

/* It was never done: after the look it is sent, under a key that was never used. */
static void retry_sends_what_is_not_there(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = after_a_day(world, talk, in_doubt(world, talk, DESK_REFUSE));
    world->desk.shows_tickets = true;
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 2);
    assert_int_equal(world->desk.ticket_count, 1);
    assert_false(str_eq(world->desk.posts[0].key, world->desk.posts[1].key));
}

/* A day in which nothing could be sent: said as it is, and kept for a person. */
static void unsent_request_needs_a_person_after_a_day(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = after_a_day(world, talk, refused_in_front(world, talk));
    assert_true(world_said(&stored, "Zendesk has not taken your request R-1 (Printer on fire) for a day; nothing was sent"));
    assert_true(str_find(stored.action.problem, STR("request-unsent"), 0) != SIZE_MAX);
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
}

static void settled_with_a_ticket_that_exists(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = after_a_day(world, talk, in_doubt(world, talk, DESK_REFUSE));
    struct rescued *rescued = world_rescue(world, stored.action.id, (struct flow_rescue){ .kind = FLOW_SETTLE, .ticket_id = 77 });
    assert_int_equal(rescued->status, OK);
    assert_int_equal(rescued->ticket_id, 77);
    assert_str(rescued->subject, "Printer on fire");
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_true(world_said(&stored, "R-1 went through. Ticket #77"));
    assert_str(stored.calls[0].path, "/api/v2/tickets/77?include=users");
    assert_int_equal(world->desk.post_count, 1);
}

static void not_settled_with_a_ticket_that_is_not(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world), other = world_talk(world);
    world_propose(world, other);
    world_say(world, other, "yes"); /* ticket 35436 is this one's */
    struct stored stored = after_a_day(world, talk, in_doubt(world, talk, DESK_REFUSE));
    struct rescued *taken =
        world_rescue(world, stored.action.id, (struct flow_rescue){ .kind = FLOW_SETTLE, .ticket_id = DESK_FIRST_TICKET });
    assert_int_equal(taken->problem, PROBLEM_REQUEST_TICKET_TAKEN);
    world->desk.read_status = 404;
    struct rescued *absent = world_rescue(world, stored.action.id, (struct flow_rescue){ .kind = FLOW_SETTLE, .ticket_id = 77 });
    assert_int_equal(absent->status, E_CONFLICT);
    assert_int_equal(absent->problem, PROBLEM_ZENDESK_NOT_FOUND);
    assert_int_equal(world_look(world, talk).request.state, REQUEST_NEEDS_HUMAN);
}

static void dropped_with_its_reason(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = refused_in_front(world, talk);
    assert_int_equal(world_rescue(world, stored.action.id, drop)->status, OK);
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DROPPED);
    assert_int_equal(stored.action.status, ACTION_CANCELLED);
    assert_true(world_said(
        &stored, "The team gave this request up: asked for twice. Your request R-1 (Printer on fire) was not carried out"));
    assert_str(stored.events[stored.event_count - 2].kind, "action.cancelled");
    world_let_time_pass(world, stored.request);
    assert_int_equal(world->desk.ticket_count, 0);
}

/* Sent once: nobody is told that nothing was made. */
static void dropped_in_doubt_is_told_so(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = in_doubt(world, talk, DESK_FAIL_LATE);
    assert_int_equal(world_rescue(world, stored.action.id, drop)->status, OK);
    stored = world_look(world, talk);
    assert_true(world_said(&stored, "It is not certain whether a ticket was created before"));
    assert_false(world_said(&stored, "no ticket was created"));
}

static void what_is_over_or_out_is_left_alone(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world), slow = world_talk(world);
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    assert_int_equal(world_rescue(world, stored.action.id, drop)->problem, PROBLEM_REQUEST_STATE);
    assert_int_equal(world_rescue(world, STR("act_none"), drop)->status, E_NOT_FOUND);
    world_propose(world, slow);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_WELL }); /* was taken by the first */
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    world->desk.plan_next = 1;
    struct heard *heard = world_send(world, slow, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    struct rescued *busy = world_decide(world, world_look(world, slow).action.id, drop);
    while (!busy->is_done) loop_step(world->loop, 10);
    assert_int_equal(busy->problem, PROBLEM_REQUEST_BUSY);
    desk_release(&world->desk);
    world_wait(heard);
    assert_int_equal(world_look(world, slow).action.status, ACTION_DONE);
}

/* Two people press at once: one decides. */
static void one_of_two_decides(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = refused_in_front(world, talk);
    struct rescued *first = world_decide(world, stored.action.id, drop), *second = world_decide(world, stored.action.id, retry);
    while (!first->is_done || !second->is_done) loop_step(world->loop, 10);
    world_settle(world);
    assert_int_equal((first->status == OK) + (second->status == OK), 1);
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, second->status == OK ? REQUEST_DONE : REQUEST_DROPPED);
    assert_int_equal(world->desk.ticket_count, second->status == OK);
}

/* The visitor calls it off before anything has left, and cannot afterwards. */
static void visitor_calls_it_off(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world), doubtful = world_talk(world);
    struct stored stored = refused_in_front(world, talk);
    assert_true(world_heard(world_say(world, talk, "is it done yet?"), "still waits to be sent"));
    assert_true(world_heard(world_say(world, talk, "cancel"), "R-1 (Printer on fire) is cancelled. Nothing was sent."));
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DROPPED);
    assert_int_equal(stored.action.status, ACTION_CANCELLED);
    (void)in_doubt(world, doubtful, DESK_FAIL_LATE);
    assert_true(world_heard(world_say(world, doubtful, "cancel"), "can no longer be called off"));
    assert_int_equal(world_look(world, doubtful).request.state, REQUEST_READY);
}

/* ---- disconnected meanwhile --------------------------------------------------------------------------------------------------------------- */

static struct stored disconnected(struct world *world, struct str talk)
{
    struct stored stored = refused_in_front(world, talk);
    assert_int_equal(world_run(world, world_delete_integration, NULL), OK);
    world_let_time_pass(world, stored.request);
    stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_PAUSED);
    return stored;
}

static void new_connection_takes_it_up(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = disconnected(world, talk);
    assert_int_equal(world_rescue(world, stored.action.id, retry)->problem, PROBLEM_NO_INTEGRATION);
    world_connect(world, &api_token);
    world_settle(world);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_true(str_eq(stored.request.integration, world->integration));
    assert_true(str_eq(stored.action.integration, world->integration));
    assert_int_equal(world->desk.ticket_count, 1);
}

/* To another account nothing goes by itself. */
static void another_account_asks_a_person(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    (void)disconnected(world, talk);
    world_connect(world, &other_account);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_NEEDS_HUMAN);
    assert_true(str_find(stored.request.problem, STR("request-other-account"), 0) != SIZE_MAX);
    assert_int_equal(world->desk.ticket_count, 0);
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
}

/* Nor when the account is changed with the credentials. */
static void replaced_by_another_account(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    (void)refused_in_front(world, talk);
    struct integration integration = world_integration(world);
    assert_int_equal(world_connect_to(world, AGENT, &integration, &other_account).status, OK);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_NEEDS_HUMAN);
    assert_int_equal(world->desk.ticket_count, 0);
    assert_int_equal(world_rescue(world, stored.action.id, retry)->status, OK);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(waiting_request_is_tried_now),
        TEST(retry_looks_first),
        TEST(retry_sends_what_is_not_there),
        TEST(unsent_request_needs_a_person_after_a_day),
        TEST(settled_with_a_ticket_that_exists),
        TEST(not_settled_with_a_ticket_that_is_not),
        TEST(dropped_with_its_reason),
        TEST(dropped_in_doubt_is_told_so),
        TEST(what_is_over_or_out_is_left_alone),
        TEST(one_of_two_decides),
        TEST(visitor_calls_it_off),
        TEST(new_connection_takes_it_up),
        TEST(another_account_asks_a_person),
        TEST(replaced_by_another_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
