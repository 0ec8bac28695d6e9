/* What a confirmed ticket comes to, for everything that Zendesk and the network may do to it: what the visitor reads, what is stored, how many tickets there are, and what the next
 * try makes of it.
 */
#include "unit/flow/world.h"

#define INVALID                                                                                                                  \
    "{\"error\":\"RecordInvalid\",\"description\":\"Record validation errors\",\"details\":"                                     \
    "{\"requester\":[{\"description\":\"Requester: Jane is suspended\"}]}}"

struct outcome_case {
    const char *name;
    struct desk_plan plan;
    const char *says; /* in the answer to the yes */
    const char *awaiting;
    enum action_status action;
    enum request_state request;
    enum integration_status integration;
    size_t tickets, tickets_after; /* after: when the request has been sent again, where it is */
    bool sent_again;
};

static const struct outcome_case cases[] = {
    { .name = "201",
      .plan = { .fault = DESK_WELL },
      .says = "Ticket #35436 is created",
      .awaiting = "",
      .action = ACTION_DONE,
      .request = REQUEST_DONE,
      .integration = INTEGRATION_CONNECTED,
      .tickets = 1,
      .tickets_after = 1 },
    { .name = "201_with_another_external_id",
      .plan = { .fault = DESK_OTHER },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED,
      .tickets = 1,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "422",
      .plan = { .fault = DESK_REFUSE, .status = 422, .body = INVALID },
      .says = "No ticket was created. The draft is kept",
      .awaiting = "details",
      .action = ACTION_REJECTED,
      .request = REQUEST_REJECTED,
      .integration = INTEGRATION_CONNECTED },
    { .name = "401",
      .plan = { .fault = DESK_REFUSE, .status = 401, .body = "{\"error\":\"Couldn't authenticate you\"}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_PAUSED,
      .integration = INTEGRATION_NEEDS_ATTENTION },
    { .name = "403",
      .plan = { .fault = DESK_REFUSE, .status = 403, .body = "{\"error\":\"Forbidden\",\"description\":\"No access\"}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_PAUSED,
      .integration = INTEGRATION_NEEDS_ATTENTION },
    { .name = "404",
      .plan = { .fault = DESK_REFUSE, .status = 404, .body = "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_PAUSED,
      .integration = INTEGRATION_NEEDS_ATTENTION },
    { .name = "302",
      .plan = { .fault = DESK_REFUSE, .status = 302, .header = { STR("Location"), STR("https://acme2.zendesk.com/") } },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_PAUSED,
      .integration = INTEGRATION_NEEDS_ATTENTION },
    { .name = "429",
      .plan = { .fault = DESK_REFUSE, .status = 429, .body = "{}", .header = { STR("Retry-After"), STR("7") } },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_RATE_LIMITED,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "500",
      .plan = { .fault = DESK_REFUSE, .status = 500, .body = "<html>" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_NEEDS_ATTENTION,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "503_after_the_ticket_was_made",
      .plan = { .fault = DESK_FAIL_LATE, .status = 503, .body = "{}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_NEEDS_ATTENTION,
      .tickets = 1,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "409",
      .plan = { .fault = DESK_REFUSE, .status = 409, .body = "{\"error\":\"Conflict\"}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "connection_lost_before_the_ticket_was_made",
      .plan = { .fault = DESK_DROP_BEFORE },
      .says = "Zendesk cannot be reached just now. Your request is saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "connection_lost_after_the_ticket_was_made",
      .plan = { .fault = DESK_DROP_AFTER },
      .says = "Zendesk cannot be reached just now. Your request is saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED,
      .tickets = 1,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "half_an_answer",
      .plan = { .fault = DESK_TRUNCATE },
      .says = "Zendesk cannot be reached just now. Your request is saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED,
      .tickets = 1,
      .tickets_after = 1,
      .sent_again = true },
    { .name = "the_key_belongs_to_another_body",
      .plan = { .fault = DESK_REFUSE, .status = 400, .body = "{\"error\":\"IdempotentRequestError\"}" },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_CONNECTED },
    { .name = "a_replayed_500",
      .plan = { .fault = DESK_REFUSE, .status = 500, .body = "{}", .header = { STR("x-idempotency-lookup"), STR("hit") } },
      .says = "saved as R-1",
      .awaiting = "",
      .action = ACTION_WAITING,
      .request = REQUEST_READY,
      .integration = INTEGRATION_NEEDS_ATTENTION },
};

enum { CASES = sizeof cases / sizeof *cases };

static void check_stored(struct world *world, const struct outcome_case *expected, struct str talk)
{
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, expected->action);
    assert_true(stored.has_request);
    assert_int_equal(stored.request.state, expected->request);
    assert_int_equal(stored.request.attempts, 1);
    assert_int_equal(stored.request.lease_until, 0);
    assert_int_equal(stored.integration.status, expected->integration);
    assert_int_equal(stored.call_count, 1);
    assert_str(stored.calls[0].method, "POST");
    assert_str(stored.calls[0].path, "/api/v2/tickets");
    assert_true(str_eq(stored.calls[0].request_body, stored.request.body));
    bool has_answer = expected->plan.fault <= DESK_OTHER;
    assert_int_equal(stored.calls[0].status > 0, has_answer);
    assert_int_equal(stored.calls[0].fault.len > 0, !has_answer);
    assert_int_equal(stored.action.problem.len > 0, expected->action != ACTION_DONE);
    assert_true(world_said(&stored, expected->says));
}

/* The request goes out again with the very same bytes under the same key, and the visitor hears the number. */
static void check_sent_again(struct world *world, const struct outcome_case *expected, struct str talk)
{
    struct stored before = world_look(world, talk);
    assert_true(before.request.due_at >= before.request.updated_at + 1000);
    assert_str(before.action.reference, "R-1");
    world_let_time_pass(world, before.request);
    struct stored after = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 2);
    assert_true(str_eq(world->desk.posts[0].key, world->desk.posts[1].key));
    assert_true(str_eq(world->desk.posts[0].body, world->desk.posts[1].body));
    assert_int_equal(after.action.status, ACTION_DONE);
    assert_str(after.action.problem, "");
    assert_int_equal(after.request.state, REQUEST_DONE);
    assert_int_equal(after.request.attempts, 2);
    assert_int_equal(after.integration.status, INTEGRATION_CONNECTED);
    assert_true(world_said(&after, "Your request R-1 went through. Ticket #35436 is created"));
    assert_int_equal(world->desk.ticket_count, expected->tickets_after);
}

static void outcome_is_told_and_stored(void **state)
{
    const struct outcome_case *expected = *state;
    struct world *world = world_open();
    world_connect(world, &api_token);
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, expected->plan);
    struct heard *heard = world_say(world, talk, "yes");
    assert_int_equal(heard->status, OK);
    assert_true(world_heard(heard, expected->says));
    assert_true(str_eq(heard->awaiting, str_from(expected->awaiting)));
    assert_int_equal(heard->action.status, expected->action);
    assert_int_equal(world->desk.ticket_count, expected->tickets);
    check_stored(world, expected, talk);
    if (expected->sent_again) check_sent_again(world, expected, talk);
    world_close(world);
}

/* 429 waits for as long as Zendesk says, and no window opens under the key. */
static void retry_after_is_kept(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    desk_plan(&world->desk, (struct desk_plan){
                                .fault = DESK_REFUSE, .status = 429, .body = "{}", .header = { STR("Retry-After"), STR("90") } });
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    int64_t wait_ms = stored.request.due_at - loop_wall_ms();
    assert_in_range(wait_ms, 80 * 1000, 90 * 1000);
    assert_int_equal(stored.request.first_sent_at, 0);
    assert_non_null(strstr(arena_cstr(&world->arena, stored.integration.problem), "\"retry_after\":90"));
}

/* No byte left: no window opens, and the request waits with a reference. */
static void unreachable_zendesk(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_stop(&world->desk);
    struct heard *heard = world_say(world, talk, "yes");
    assert_true(world_heard(heard, "Zendesk cannot be reached just now. Your request is saved as R-1"));
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_READY);
    assert_int_equal(stored.request.first_sent_at, 0);
    assert_int_equal(stored.integration.status, INTEGRATION_NEEDS_ATTENTION);
    assert_int_equal(stored.calls[0].status, 0);
}

/* The second failure is stored and not told again: the visitor knows that it waits. */
static void second_failure_is_silent(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 503, .body = "{}" });
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 500, .body = "{}" });
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored first = world_look(world, talk);
    struct follower *follower = world_follow(world, talk);
    world_let_time_pass(world, first.request);
    struct stored second = world_look(world, talk);
    assert_int_equal(second.request.attempts, 2);
    assert_int_equal(second.request.state, REQUEST_READY);
    assert_int_equal(second.message_count, first.message_count);
    assert_int_equal(second.call_count, 4); /* the send, a look in list and search, the send */
    assert_int_equal(follower->count, 1);
    assert_int_equal(follower->events[0].kind, FLOW_ACTION);
    assert_int_equal(follower->events[0].status, ACTION_WAITING);
    assert_int_equal(follower->events[0].seq, second.conversation.last_seq);
    const struct event *last = &second.events[second.event_count - 1];
    assert_true(str_eq(last->turn, second.action.turn));
}

/* One row of the table is one test, by its name. */
int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test_setup_teardown(retry_after_is_kept, world_up, world_down),
        cmocka_unit_test_setup_teardown(unreachable_zendesk, world_up, world_down),
        cmocka_unit_test_setup_teardown(second_failure_is_silent, world_up, world_down),
    };
    enum { OTHERS = sizeof others / sizeof *others };
    struct CMUnitTest tests[CASES + OTHERS];
    for (size_t i = 0; i < CASES; i++) {
        void *row = (void *)(uintptr_t)&cases[i];
        tests[i] = (struct CMUnitTest){ .name = cases[i].name, .test_func = outcome_is_told_and_stored, .initial_state = row };
    }
    memcpy(tests + CASES, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
