/* The end of a process, orderly and not, and the start of the next one: nothing that was confirmed is lost, and nothing is done twice. */
#include "unit/flow/world.h"

/* ---- the next process ------------------------------------------------------------------------------------------------------------- */

/* The bytes were out and the answer was not back: the same bytes go out again under the same key, and the ledger has one ticket. */
static void interrupted_send_goes_out_again(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    assert_true(yes->is_done);
    assert_str(yes->awaiting, "action");
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.request.state, REQUEST_DONE);
    assert_int_equal(stored.request.attempts, 2);
    assert_int_equal(stored.call_count,
                     3); /* what the first call came to nobody knows: a look in list and search, then the send */
    assert_int_equal(world->desk.post_count, 2);
    assert_true(str_eq(world->desk.posts[0].key, world->desk.posts[1].key));
    assert_true(str_eq(world->desk.posts[0].body, world->desk.posts[1].body));
    assert_int_equal(world->desk.ticket_count, 1);
    assert_true(world_said(&stored, "Ticket #35436 is created"));
    assert_false(world_said(&stored, "saved as R-")); /* that the process ended is nothing that Zendesk did */
}

static void interrupted_read_is_taken_up(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world->desk.holds_reads = true;
    struct heard *question = world_send(world, talk, "status of ticket 5");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    assert_str(question->awaiting, "action");
    world->desk.holds_reads = false;
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_true(world_said(&stored, "Ticket #5 (Printer on fire) has the status open."));
}

/* The connection went while the process was down: the request is kept and told of, a read ends. */
static void connection_is_gone_at_the_start(void **state)
{
    struct world *world = *state;
    struct str sends = world_talk(world), reads = world_talk(world);
    world_propose(world, sends);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    world->desk.holds_reads = true;
    world_send(world, sends, "yes");
    world_send(world, reads, "status of ticket 5");
    while (world->desk.held_count < 2) loop_step(world->loop, 100);
    assert_int_equal(world_run(world, world_delete_integration, NULL), OK);
    world_stop(world);
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    struct stored send = world_look(world, sends), read = world_look(world, reads);
    assert_int_equal(send.request.state, REQUEST_PAUSED);
    assert_int_equal(send.action.status, ACTION_WAITING);
    assert_str(send.action.reference, "R-1");
    assert_true(world_said(&send, "Your request is saved as R-1"));
    assert_int_equal(read.action.status, ACTION_REJECTED);
    assert_true(world_said(&read, "Ticket 5 was not read"));
    assert_int_equal(world->desk.post_count, 1);
}

/* ---- killed at the worst moment ------------------------------------------------------------------------------------------------------ */

/* The action's step is durable, and nothing has left yet. */
static void die_when_sending(void *context, const struct flow_event *event)
{
    (void)context;
    if (event->kind == FLOW_ACTION && event->action->status == ACTION_SENDING) (void)kill(getpid(), SIGKILL);
}

/* Never returns: the process is gone in the middle of `last`. */
static void talk_and_die(const char *folder, bool dry_run, bool proposes, const char *last)
{
    struct world *world = world_open_in(folder);
    if (world_run(world, world_fill, NULL) != OK) _exit(1);
    world_connect(world, &api_token);
    struct str talk = world_talk_as(world, dry_run);
    if (proposes) world_propose(world, talk);
    (void)flow_watch(world->flow, WORKSPACE, talk, die_when_sending, NULL);
    world_say(world, talk, last);
    _exit(1);
}

static enum status find_integration(struct store_tx *tx, struct world *world, void *context)
{
    struct integration *integrations;
    size_t count;
    (void)context;
    enum status status = integration_of_agent(tx, WORKSPACE, AGENT, &world->arena, &integrations, &count);
    if (status == OK && count == 1) world->integration = integrations[0].id;
    return status;
}

/* The world after the kill, when all that was left has been taken up. Its Zendesk has seen nothing of the dead process. */
static struct world *world_after_death(bool dry_run, bool proposes, const char *last)
{
    char folder[64];
    int end;
    world_folder(folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) talk_and_die(folder, dry_run, proposes, last);
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_true(WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL);
    struct world *world = world_open_in(folder);
    assert_int_equal(world_run(world, find_integration, NULL), OK);
    world_settle(world);
    return world;
}

static void killed_before_the_first_byte(void **state)
{
    (void)state;
    struct world *world = world_after_death(false, true, "yes");
    struct stored stored = world_look(world, STR("con_1"));
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(stored.request.attempts, 2);
    assert_int_equal(world->desk.post_count, 1);
    assert_true(str_starts(world->desk.posts[0].key, stored.request.key));
    assert_true(world_said(&stored, "Ticket #35436 is created"));
    world_close(world);
}

static void killed_before_a_read(void **state)
{
    (void)state;
    struct world *world = world_after_death(false, false, "status of ticket 5");
    struct stored stored = world_look(world, STR("con_1"));
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_true(world_said(&stored, "Ticket #5"));
    world_close(world);
}

static void killed_in_a_dry_run(void **state)
{
    (void)state;
    struct world *world = world_after_death(true, true, "yes");
    struct stored stored = world_look(world, STR("con_1"));
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(world->desk.post_count, 0);
    assert_false(stored.has_request);
    assert_true(world_said(&stored, "Dry run: nothing was sent"));
    world_close(world);
}

/* ---- draining ------------------------------------------------------------------------------------------------------------------------- */

static void count_up(void *context)
{
    ++*(unsigned *)context;
}

static void on_acted(void *context, enum status status, const struct action *action)
{
    (void)action;
    *(enum status *)context = status;
}

/* No message, act, connection or test begins any more. */
static void check_nothing_new(struct world *world, struct str talk)
{
    struct integration integration = world_integration(world);
    enum status acted = OK;
    assert_int_equal(world_say(world, talk, "hello")->status, E_UNAVAILABLE);
    assert_int_equal(world_connect_to(world, AGENT, &integration, &api_token).status, E_UNAVAILABLE);
    assert_int_equal(world_test_and_wait(world)->status, E_UNAVAILABLE);
    struct flow_act ask = { .kind = ACTION_GET_TICKET, .arguments = STR("{\"ticket_id\":5}") };
    flow_act(world->flow, &integration, &ask, on_acted, &acted);
    assert_int_equal(acted, E_UNAVAILABLE);
}

static void drain_waits_for_running_turns(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    unsigned drained = 0;
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    flow_drain(world->flow, 60 * 1000, count_up, &drained);
    check_nothing_new(world, talk);
    assert_false(yes->is_done);
    assert_int_equal(drained, 0);
    desk_release(&world->desk);
    while (drained == 0) loop_step(world->loop, 100);
    assert_true(yes->is_done);
    assert_true(world_heard(yes, "Ticket #35436 is created"));
    assert_true(flow_is_idle(world->flow));
    loop_step(world->loop, 20);
    assert_int_equal(drained, 1);
}

static void drain_when_idle_calls_back_later(void **state)
{
    struct world *world = *state;
    unsigned drained = 0;
    flow_drain(world->flow, 60 * 1000, count_up, &drained);
    assert_int_equal(drained, 0);
    loop_step(world->loop, 1000);
    assert_int_equal(drained, 1);
    loop_step(world->loop, 20);
    assert_int_equal(drained, 1);
}

/* What is still out when the time is over stays as it is stored. */
static void drain_gives_up_after_its_grace(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    unsigned drained = 0;
    world_propose(world, talk);
    desk_plan(&world->desk, (struct desk_plan){ .fault = DESK_HOLD });
    struct heard *yes = world_send(world, talk, "yes");
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    flow_drain(world->flow, 30, count_up, &drained);
    while (drained == 0) loop_step(world->loop, 100);
    assert_false(flow_is_idle(world->flow));
    flow_halt(world->flow);
    assert_true(yes->is_done);
    assert_int_equal(yes->status, OK);
    assert_int_equal(world_look(world, talk).request.state, REQUEST_SENDING);
}

/* Stopped with a step still on its way to the database: the call that it would start stays for the next process. */
static void stopped_with_a_job_in_line(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    struct heard *yes = world_send(world, talk, "yes");
    world_stop(world);
    assert_true(yes->is_done);
    assert_int_equal(yes->status, E_UNAVAILABLE); /* nobody can say yet whether it was stored */
    assert_int_equal(world->desk.post_count, 0);
    world_start(world);
    world_settle(world);
    struct stored stored = world_look(world, talk);
    assert_int_equal(stored.action.status, ACTION_DONE);
    assert_int_equal(world->desk.ticket_count, 1);
}

/* A test that is cut short has found nothing out. */
static void stopped_in_a_connection_test(void **state)
{
    struct world *world = *state;
    struct integration before = world_integration(world);
    struct tested *tested = world_test(world);
    assert_int_equal(before.status, INTEGRATION_CONNECTED);
    world_stop(world);
    assert_true(tested->is_done);
    assert_int_equal(tested->status, E_UNAVAILABLE);
    world_start(world);
    struct integration after = world_integration(world);
    assert_int_equal(after.status, INTEGRATION_CONNECTED);
    assert_int_equal(after.version, before.version);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_before_the_first_byte), /* first: they fork, and no thread runs yet */
        cmocka_unit_test(killed_before_a_read),
        cmocka_unit_test(killed_in_a_dry_run),
        TEST(interrupted_send_goes_out_again),
        TEST(interrupted_read_is_taken_up),
        TEST(connection_is_gone_at_the_start),
        TEST(drain_waits_for_running_turns),
        TEST(drain_when_idle_calls_back_later),
        TEST(drain_gives_up_after_its_grace),
        TEST(stopped_with_a_job_in_line),
        TEST(stopped_in_a_connection_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
