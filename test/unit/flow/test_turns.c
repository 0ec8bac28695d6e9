/* Conversations from message to answer: order, repetition, buttons, callers who wait too long, and many at once. */
#include "unit/flow/world.h"

static void conversation_makes_a_ticket(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *proposal = world_propose(world, talk);
    assert_int_equal(world->desk.post_count, 0);
    struct heard *done = world_say(world, talk, "yes");
    assert_int_equal(done->status, OK);
    assert_str(done->awaiting, "");
    assert_true(world_heard(done, "Ticket #35436 is created: Printer on fire"));
    assert_int_equal(done->action.status, ACTION_DONE);
    assert_true(str_eq(done->action.id, proposal->action.id));

    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_true(str_eq(world->desk.posts[0].body, stored.request.body));
    assert_true(str_starts(world->desk.posts[0].key, STR("cca1-")));
    assert_true(str_starts(stored.request.external_id, STR("cca:")));
    assert_true(str_eq(world->desk.posts[0].external_id, stored.request.external_id));
    assert_int_equal(stored.request.number, 0); /* never told, so never numbered */
    assert_str(stored.conversation.title, "Create a test ticket");
    assert_int_equal(stored.message_count, 6);
    assert_true(str_eq(stored.messages[5].receipts, stored.action.id));
    assert_true(str_find(stored.action.result, STR("\"id\":35436"), 0) != SIZE_MAX);
}

/* The call with what came back, word for word. */
static void receipt_is_stored(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.call_count, 1);
    const struct call *call = &stored.calls[0];
    assert_int_equal(call->status, 201);
    assert_true(str_eq(call->integration, world->integration));
    assert_true(str_find(call->answer_headers, STR("\"X-Idempotency-Lookup\":\"miss\""), 0) != SIZE_MAX);
    assert_true(str_find(call->answer_body, STR("\"external_id\":\"cca:"), 0) != SIZE_MAX);
    assert_true(call->duration_us > 0 && call->created_at > 0);
    assert_true(str_find(call->answer_headers, STR(DESK_TOKEN), 0) == SIZE_MAX);
}

static void read_shows_the_status(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *heard = world_say(world, talk, "status of ticket 5");
    assert_true(world_heard(heard, "Ticket #5 (Printer on fire) has the status open."));
    assert_int_equal(heard->action.status, ACTION_DONE);
    struct stored stored = world_look(world, talk);
    assert_false(stored.has_request);
    assert_int_equal(stored.call_count, 2);
    world->desk.read_status = 404;
    heard = world_say(world, talk, "status of ticket 6");
    assert_true(world_heard(heard, "There is no ticket 6"));
    assert_int_equal(world_look(world, talk).integration.status, INTEGRATION_CONNECTED);
    world->desk.read_status = 503;
    heard = world_say(world, talk, "status of ticket 6");
    assert_true(world_heard(heard, "Ticket 6 was not read"));
    assert_int_equal(heard->action.status, ACTION_REJECTED);
    assert_int_equal(world_look(world, talk).integration.status, INTEGRATION_NEEDS_ATTENTION);
}

static void unknown_conversation(void **state)
{
    struct world *world = *state;
    struct heard *heard = world_say(world, STR("con_nobody"), "hello");
    assert_int_equal(heard->status, E_NOT_FOUND);
    struct action action = { .id = STR("act_nobody") };
    assert_int_equal(world_wait(world_press(world, world_talk(world), &action, true, STR("00")))->status, E_NOT_FOUND);
    assert_int_equal(world->flow->lane_count, 0);
}

/* ---- repetition ------------------------------------------------------------------------------------------------------------------- */

static void repeated_message_is_one(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    struct heard *first = world_wait(world_send_as(world, talk, "yes", "mine-1"));
    struct follower *follower = world_follow(world, talk);
    struct heard *again = world_wait(world_send_as(world, talk, "yes", "mine-1"));
    assert_true(str_eq(first->turn, again->turn));
    assert_int_equal(again->text_count, first->text_count);
    assert_true(str_eq(first->texts[0], again->texts[0]));
    assert_int_equal(again->action.status, ACTION_DONE);
    assert_true(str_eq(again->awaiting, first->awaiting));
    assert_int_equal(follower->count, 0); /* nothing new has happened */
    assert_int_equal(world_look(world, talk).message_count, 6);
    assert_int_equal(world->desk.post_count, 1);
}

/* Sent again while the first one still waits for Zendesk: both get the one answer. */
static void repeated_while_it_runs(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *first = world_send_as(world, talk, "yes", "mine-1");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    struct heard *again = world_send_as(world, talk, "yes", "mine-1");
    (void)world_look(world, talk); /* the repeated step has run by then, being in line before */
    loop_step(world->loop, 10);
    assert_false(first->is_done || again->is_done);
    desk_release(&world->desk);
    assert_true(world_heard(world_wait(first), "Ticket #35436 is created"));
    assert_true(world_heard(world_wait(again), "Ticket #35436 is created"));
    assert_int_equal(world->desk.post_count, 1);
}

/* ---- order ------------------------------------------------------------------------------------------------------------------------ */

/* Messages that come in one moment are answered in their order, each on what the one before has left. */
static void messages_keep_their_order(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    static const char *const texts[] = { "Create a test ticket", MATTER, "yes" };
    static const char *const awaiting[] = { "details", "confirmation", "" };
    struct heard *heard[3];
    for (size_t i = 0; i < 3; i++) heard[i] = world_send(world, talk, texts[i]);
    for (size_t i = 0; i < 3; i++) {
        world_wait(heard[i]);
        assert_true(str_eq(heard[i]->awaiting, str_from(awaiting[i])));
        assert_true(i == 0 || heard[i - 1]->is_done);
    }
    assert_true(world_heard(heard[2], "Ticket #35436 is created"));
    struct stored stored = world_look(world, talk);
    for (size_t i = 1; i < stored.message_count; i++) assert_true(stored.messages[i].seq > stored.messages[i - 1].seq);
    assert_str(stored.messages[2].text, MATTER);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* A message that comes while a ticket is being made is answered at once, and gets none of the words about the ticket. */
static void message_while_sending(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    struct heard *meanwhile = world_say(world, talk, "hello?");
    assert_int_equal(meanwhile->status, OK);
    assert_str(meanwhile->awaiting, "action");
    assert_false(yes->is_done);
    desk_release(&world->desk);
    assert_true(world_heard(world_wait(yes), "Ticket #35436 is created"));
    assert_false(world_heard(meanwhile, "is created"));
    assert_false(str_eq(yes->turn, meanwhile->turn));
}

/* A message in line while a waiting request fails once more: it gets its own answer and nothing of the other's. */
static void message_in_line_with_a_silent_outcome(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 503, .body = "{}" });
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    struct finish *finish = finish_new(&stored.action);
    finish->event = TURN_ACTION_WAITING;
    finish->silent = true;
    turns_finish(world->flow, finish);
    struct heard *heard = world_say(world, talk, "hello");
    assert_int_equal(heard->status, OK);
    assert_true(heard->turn.len > 0);
    assert_int_equal(heard->text_count, 1);
    assert_int_equal(heard->action_count, 0);
}

/* ---- buttons ---------------------------------------------------------------------------------------------------------------------- */

static void button_needs_the_hash_that_was_shown(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *proposal = world_propose(world, talk);
    struct heard *wrong = world_wait(world_press(world, talk, &proposal->action, true, STR("00ff")));
    assert_int_equal(wrong->status, E_CONFLICT);
    assert_int_equal(world_look(world, talk).action.status, ACTION_PROPOSED);
    assert_int_equal(world->desk.post_count, 0);
    struct heard *right = world_wait(world_press(world, talk, &proposal->action, true, proposal->action.hash));
    assert_true(world_heard(right, "Ticket #35436 is created"));
    struct heard *late = world_wait(world_press(world, talk, &proposal->action, true, proposal->action.hash));
    assert_int_equal(late->status, E_NOT_FOUND);
    assert_int_equal(world->desk.post_count, 1);
}

/* Fifty clicks at once on the one button make one ticket, and all are told its number. */
static void fifty_clicks_are_one_yes(void **state)
{
    enum { CLICKS = 50 };
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *proposal = world_propose(world, talk), *clicks[CLICKS];
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    for (size_t i = 0; i < CLICKS; i++) clicks[i] = world_press(world, talk, &proposal->action, true, proposal->action.hash);
    (void)world_look(world, talk);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    desk_release(&world->desk);
    for (size_t i = 0; i < CLICKS; i++) {
        world_wait(clicks[i]);
        bool is_told = clicks[i]->status == OK && str_eq(clicks[i]->turn, clicks[0]->turn);
        assert_true(is_told || clicks[i]->status == E_NOT_FOUND); /* the last ones came after its end */
    }
    assert_true(world_heard(clicks[0], "Ticket #35436 is created"));
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(world->desk.ticket_count, 1);
}

static void no_by_button(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *proposal = world_propose(world, talk);
    struct heard *no = world_wait(world_press(world, talk, &proposal->action, false, STR_NONE));
    assert_true(world_heard(no, "Nothing was sent"));
    assert_int_equal(world_look(world, talk).action.status, ACTION_CANCELLED);
    assert_false(world_look(world, talk).has_request);
}

/* ---- slow ------------------------------------------------------------------------------------------------------------------------- */

static int world_up_impatient(void **state)
{
    struct world *world = world_open();
    world_connect(world, &api_token);
    world_stop(world);
    world->answer_ms = 80;
    world_start(world);
    *state = world;
    return 0;
}

/* The caller gets what there is; the turn goes on and is stored. */
static void late_turn_is_answered_early(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct heard *proposal = world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_say(world, talk, "yes");
    assert_int_equal(yes->status, OK);
    assert_str(yes->awaiting, "action");
    assert_true(yes->turn.len > 0);
    assert_int_equal(yes->action.status, ACTION_SENDING);
    assert_true(str_eq(yes->action.id, proposal->action.id));
    desk_release(&world->desk);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_true(world_said(&stored, "Ticket #35436 is created"));
    assert_str(stored.events[stored.event_count - 1].kind, "turn.completed");
    assert_true(str_eq(stored.events[stored.event_count - 1].turn, yes->turn));
}

static int world_up_quick_to_tell(void **state)
{
    struct world *world = world_open();
    world_connect(world, &api_token);
    world_stop(world);
    world->slow_ms = 40;
    world_start(world);
    *state = world;
    return 0;
}

/* Zendesk takes its time: the visitor is told the request's number, and later the ticket's. Nothing is sent twice. */
static void slow_zendesk_gives_a_reference_first(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct follower *follower = world_follow(world, talk);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_say(world, talk, "yes");
    assert_true(world_heard(yes, "Your request is saved as R-1"));
    assert_int_equal(yes->action.status, ACTION_WAITING);
    assert_str(yes->action.reference, "R-1");
    assert_int_equal(world_look(world, talk).request.state, REQUEST_SENDING);
    desk_release(&world->desk);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_true(world_said(&stored, "Your request R-1 went through. Ticket #35436 is created"));
    assert_str(stored.action.reference, "R-1");
    assert_str(stored.action.problem, "");
    assert_int_equal(world->desk.post_count, 1);
    static const enum action_status expected[] = { ACTION_PROPOSED, ACTION_SENDING, ACTION_WAITING, ACTION_DONE };
    size_t seen = 0;
    for (size_t i = 0; i < follower->count; i++)
        if (follower->events[i].kind == FLOW_ACTION) assert_int_equal(follower->events[i].status, expected[seen++]);
    assert_int_equal(seen, 4);
}

/* Told that it waits, then refused for good: the second word takes the first one back. */
static void slow_then_refused(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    assert_true(world_heard(world_say(world, talk, "yes"), "saved as R-1"));
    struct desk_held held = world->desk.held[0];
    world->desk.held_count = 0;
    desk_reply(held.exchange, 422, NULL,
               STR("{\"error\":\"RecordInvalid\",\"details\":{\"subject\":[{\"description\":\"Subject: too long\"}]}}"));
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_REJECTED);
    assert_true(world_said(&stored, "Your request R-1 (Printer on fire) was not carried out"));
}

/* ---- dry run ---------------------------------------------------------------------------------------------------------------------- */

static void dry_run_sends_nothing(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk_as(world, true);
    struct follower *follower = world_follow(world, talk);
    world_propose(world, talk);
    struct heard *yes = world_say(world, talk, "yes");
    assert_true(world_heard(yes, "Dry run: nothing was sent"));
    assert_int_equal(yes->action.status, ACTION_DONE);
    assert_true(yes->action.dry_run);
    struct stored stored = world_look(world, talk);
    assert_false(stored.has_request);
    assert_int_equal(stored.call_count, 0);
    assert_int_equal(world->desk.post_count, 0);
    struct json *result = json_parse(stored.action.result, NULL);
    const struct json *request = json_get(result, "would_send");
    assert_str(json_get_str(request, "method"), "POST");
    assert_str(json_get_str(json_get(json_get(request, "body"), "ticket"), "subject"), "Printer on fire");
    json_free(result);
    size_t dones = 0;
    for (size_t i = 0; i < follower->count; i++)
        dones += follower->events[i].kind == FLOW_ACTION && follower->events[i].status == ACTION_DONE;
    assert_int_equal(dones, 1);
    assert_true(world_heard(world_say(world, talk, "status of ticket 5"), "Ticket #5")); /* reads are not held back */
}

/* ---- many ------------------------------------------------------------------------------------------------------------------------- */

enum { MANY = 200 };

/* Two hundred conversations at once, each with its three messages in flight: every one ends with its own ticket. */
static void many_conversations_end_right(void **state)
{
    struct world *world = *state;
    struct heard *heard[MANY];
    struct str talks[MANY];
    for (size_t i = 0; i < MANY; i++) talks[i] = world_talk(world);
    for (size_t i = 0; i < MANY; i++) {
        world_send(world, talks[i], "Create a test ticket");
        world_send(world, talks[i], arena_fmt(&world->arena, "subject: Matter %zu. It broke. I am v%zu@example.com", i, i).ptr);
        heard[i] = world_send(world, talks[i], "yes");
    }
    assert_int_equal(world->flow->lane_count, MANY);
    for (size_t i = 0; i < MANY; i++) assert_true(world_heard(world_wait(heard[i]), "is created: Matter"));
    world_settle(world);
    assert_int_equal(world->flow->lane_count, 0);
    assert_int_equal(world->desk.ticket_count, MANY);
    for (size_t i = 0; i < MANY; i++) {
        struct stored stored = world_look(world, talks[i]);
        struct str subject = arena_fmt(&world->arena, "\"subject\":\"Matter %zu\"", i);
        assert_int_equal(stored.request.state, REQUEST_DONE);
        assert_int_equal(stored.message_count, 6);
        assert_true(str_find(stored.request.body, subject, 0) != SIZE_MAX);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(conversation_makes_a_ticket),
        TEST(receipt_is_stored),
        TEST(read_shows_the_status),
        TEST(unknown_conversation),
        TEST(repeated_message_is_one),
        TEST(repeated_while_it_runs),
        TEST(messages_keep_their_order),
        TEST(message_while_sending),
        TEST(message_in_line_with_a_silent_outcome),
        TEST(button_needs_the_hash_that_was_shown),
        TEST(fifty_clicks_are_one_yes),
        TEST(no_by_button),
        cmocka_unit_test_setup_teardown(late_turn_is_answered_early, world_up_impatient, world_down),
        cmocka_unit_test_setup_teardown(slow_zendesk_gives_a_reference_first, world_up_quick_to_tell, world_down),
        cmocka_unit_test_setup_teardown(slow_then_refused, world_up_quick_to_tell, world_down),
        TEST(dry_run_sends_nothing),
        TEST(many_conversations_end_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
