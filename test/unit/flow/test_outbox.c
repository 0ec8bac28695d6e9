/* The outbox between its sends: what is due is found, what may not be sent goes to a person, and an answer is kept even when the database or the conversation cannot take it. */
#include "unit/flow/world.h"

#include "agent/delivery.h"

/* A request that waits for its next try. */
static struct stored waiting_request(struct world *world, struct str talk)
{
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_REFUSE, .status = 503, .body = "{}" });
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_READY);
    return stored;
}

/* By itself, when its time has come. */
static void due_request_is_sent(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = waiting_request(world, talk);
    assert_in_range(stored.request.due_at - stored.request.updated_at, 1000, 3000);
    while (world->desk.post_count < 2) loop_step(world->loop, 100);
    assert_true(loop_wall_ms() >= stored.request.due_at);
    world_settle(world);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
}

/* The request falls due after the look has read the table and before it has ended. */
static void wake_during_a_look_is_not_lost(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = waiting_request(world, talk);
    struct request due = stored.request;
    due.due_at = 0;
    outbox_wake(world->flow);
    assert_int_equal(world_run(world, world_write_request, &due), OK); /* behind the look, in one line */
    assert_true(world->flow->outbox_claiming);
    outbox_wake(world->flow);
    world_settle(world);
    assert_int_equal(world_look(world, talk).action.status, ACTION_DONE);
}

/* Key after key came to nothing: a person is asked, and everybody who follows hears of it. */
static void after_the_last_key_a_person_is_asked(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = waiting_request(world, talk);
    struct follower *follower = world_follow(world, talk);
    stored.request.epoch = DELIVERY_EPOCHS_MAX - 1;
    stored.request.doubt = DOUBT_POISONED;
    stored.request.first_sent_at = stored.request.last_sent_at -= DELIVERY_QUIET_MS;
    world_let_time_pass(world, stored.request);
    stored = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(stored.request.state, REQUEST_NEEDS_HUMAN);
    assert_int_equal(stored.request.lease_until, 0);
    assert_int_equal(stored.action.status, ACTION_NEEDS_HUMAN);
    assert_true(str_find(stored.action.problem, STR("request-needs-human"), 0) != SIZE_MAX);
    assert_true(world_said(&stored, "It is not known whether Zendesk created the ticket \"Printer on fire\""));
    assert_int_equal(follower->count, 3);
    assert_int_equal(follower->events[0].status, ACTION_NEEDS_HUMAN);
    assert_int_equal(follower->events[1].kind, FLOW_MESSAGE);
    assert_int_equal(follower->events[2].kind, FLOW_TURN);
}

/* An hour after the first byte the key is not trusted any more: silence first, then a look, then a new key for the same ticket. */
static void after_the_window_silence_comes_first(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = waiting_request(world, talk);
    stored.request.first_sent_at -= DELIVERY_SAFE_MS;
    world_let_time_pass(world, stored.request);
    stored = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(stored.request.state, REQUEST_READY);
    assert_int_equal(stored.request.due_at, stored.request.last_sent_at + DELIVERY_QUIET_MS);
    stored.request.first_sent_at -= DELIVERY_QUIET_MS;
    stored.request.last_sent_at -= DELIVERY_QUIET_MS;
    world_let_time_pass(world, stored.request);
    stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.request.epoch, 1);
    assert_int_equal(world->desk.post_count, 2);
    assert_true(str_eq(world->desk.posts[0].external_id, world->desk.posts[1].external_id));
    assert_true(str_eq(world->desk.posts[0].body, world->desk.posts[1].body));
    assert_false(str_eq(world->desk.posts[0].key, world->desk.posts[1].key));
}

/* Disconnected while it waited: kept, and the visitor is not told a second time. */
static void without_its_connection_it_is_kept(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = waiting_request(world, talk);
    assert_int_equal(world_run(world, world_delete_integration, NULL), OK);
    world_let_time_pass(world, stored.request);
    struct stored after = world_look(world, talk);
    assert_int_equal(after.request.state, REQUEST_PAUSED);
    assert_true(str_find(after.action.problem, STR("no-integration"), 0) != SIZE_MAX);
    assert_int_equal(after.message_count, stored.message_count);
    assert_int_equal(world->desk.post_count, 1);
}

/* Another worker has claimed the request while our answer was on its way: ours changes nothing, and the visitor is told once. */
static void answer_of_an_old_claim_is_dropped(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    struct request request = world_look(world, talk).request;
    request.lease_until = 0;
    assert_int_equal(world_run(world, world_write_request, &request), OK);
    outbox_wake(world->flow);
    while (world_look(world, talk).request.state != REQUEST_DONE) loop_step(world->loop, 10);
    desk_release(&world->desk);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(world->desk.post_count, 2);
    assert_int_equal(world->desk.ticket_count, 1);
    assert_int_equal(stored.request.token, 2);
    assert_int_equal(stored.call_count, 3); /* the other worker's look in list and search, and its send */
    assert_int_equal(stored.message_count, 6);
}

/* More is due than one look takes. */
static void all_that_is_due_is_sent(void **state)
{
    enum { TALKS = 40 };
    struct world *world = *state;
    struct str talks[TALKS];
    for (size_t i = 0; i < TALKS; i++) {
        talks[i] = world_talk(world);
        world_propose(world, talks[i]);
        world->desk.plan_count = world->desk.plan_next = 0;
        desk_plan(&world->desk,
                  (struct desk_plan){
                      .fault = DESK_REFUSE, .status = 429, .body = "{}", .header = { STR("Retry-After"), STR("900") } });
        world_say(world, talks[i], "yes");
        world_end_hold(world);
    }
    for (size_t i = 0; i < TALKS; i++) {
        struct request request = world_look(world, talks[i]).request;
        request.due_at = 0;
        assert_int_equal(world_run(world, world_write_request, &request), OK);
    }
    outbox_wake(world->flow);
    while (world->desk.ticket_count < TALKS) loop_step(world->loop, 100);
    world_settle(world);
    for (size_t i = 0; i < TALKS; i++) assert_int_equal(world_look(world, talks[i]).action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 2 * TALKS);
}

/* ---- an answer that is hard to store ------------------------------------------------------------------------------------------------- */

/* The disk fails at the moment of the answer, and works again later: the answer is not lost, and the ticket not sent again. */
static void check_disk_failure(struct world *world, struct str talk, const char *text, const char *expected)
{
    struct heard *heard = world_send(world, talk, text);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_let_files_grow(false);
    world->desk.holds_reads = false;
    desk_release(&world->desk);
    while (store_is_healthy(world->store, NULL)) loop_step(world->loop, 10);
    world_let_files_grow(true);
    assert_false(heard->is_done);
    world_wait(heard);
    assert_true(world_heard(heard, expected));
    assert_int_equal(heard->action.status, ACTION_DONE);
}

static void answer_outlives_a_failing_disk(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world), other = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    check_disk_failure(world, talk, "yes", "Ticket #35436 is created");
    assert_int_equal(world->desk.post_count, 1);
    assert_int_equal(world_look(world, talk).call_count, 1);
    world->desk.holds_reads = true;
    check_disk_failure(world, other, "status of ticket 5", "Ticket #5");
}

static enum status spoil_state(struct store_tx *tx, struct world *world, void *context)
{
    struct conversation conversation;
    enum status status = conversation_get(tx, WORKSPACE, *(struct str *)context, &world->arena, &conversation);
    conversation.state = STR("{\"version\":");
    return status ? status : conversation_save(tx, &conversation);
}

/* The conversation cannot go on, but the ticket exists: its receipt is kept without the turn. */
static void answer_outlives_a_damaged_conversation(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    assert_int_equal(world_run(world, spoil_state, &talk), OK);
    desk_release(&world->desk);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.call_count, 1);
    assert_int_equal(stored.message_count, 5);
    assert_int_equal(world_say(world, talk, "hello")->status, E_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(due_request_is_sent),
        TEST(wake_during_a_look_is_not_lost),
        TEST(after_the_last_key_a_person_is_asked),
        TEST(after_the_window_silence_comes_first),
        TEST(without_its_connection_it_is_kept),
        TEST(answer_of_an_old_claim_is_dropped),
        TEST(all_that_is_due_is_sent),
        TEST(answer_outlives_a_failing_disk),
        TEST(answer_outlives_a_damaged_conversation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
