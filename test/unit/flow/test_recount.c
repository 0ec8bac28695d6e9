/* Ten minutes and a day after a creation: exactly one ticket, or the others are solved and everybody hears of it. */
#include "unit/flow/world.h"

#include "base/counter.h"

struct audits {
    struct str action;
    struct audit *items;
    size_t count;
};

static enum status read_audits(struct store_tx *tx, struct world *world, void *context)
{
    struct audits *audits = context;
    return request_audit_list(tx, WORKSPACE, audits->action, &world->arena, &audits->items, &audits->count);
}

static struct audits audits_of(struct world *world, struct str action)
{
    struct audits audits = { .action = action };
    assert_int_equal(world_run(world, read_audits, &audits), OK);
    return audits;
}

static enum status write_audit(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    return request_audit_update(tx, context);
}

/* A look's time comes, and it is made. */
static struct audit let_come(struct world *world, struct str action, size_t stage)
{
    struct audit audit = audits_of(world, action).items[stage - 1];
    audit.due_at = 1;
    assert_int_equal(world_run(world, write_audit, &audit), OK);
    recount_wake(world->flow);
    world_settle(world);
    return audits_of(world, action).items[stage - 1];
}

static struct stored created(struct world *world, struct str talk)
{
    world_propose(world, talk);
    world_say(world, talk, "yes");
    world->desk.shows_tickets = true;
    return world_look(world, talk);
}

/* As if Zendesk had carried the request out once more. */
static void make_another(struct world *world)
{
    struct desk *desk = &world->desk;
    struct desk_post again = desk->posts[0];
    desk->posts[desk->post_count++] = again;
    desk_make(desk, &desk->posts[desk->post_count - 1]);
}

static void two_looks_are_planned(void **state)
{
    struct world *world = *state;
    struct stored stored = created(world, world_talk(world));
    struct audits audits = audits_of(world, stored.action.id);
    int64_t minute = 60 * 1000, after = stored.action.updated_at;
    assert_int_equal(audits.count, 2);
    assert_in_range(audits.items[0].due_at - after, 10 * minute, 12 * minute);
    assert_in_range(audits.items[1].due_at - after, 24 * 60 * minute, 25 * 60 * minute);
    assert_int_equal(audits.items[0].outcome, AUDIT_DUE);
    assert_non_null(world->flow->recount_timer);
}

static void one_ticket_is_as_it_should_be(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = created(world, talk);
    struct audit audit = let_come(world, stored.action.id, 1);
    assert_int_equal(audit.outcome, AUDIT_ONE);
    assert_int_equal(audit.tickets, 1);
    assert_true(audit.looked_at >= stored.action.updated_at);
    assert_int_equal(world_look(world, talk).event_count, stored.event_count); /* nothing to tell */
    assert_int_equal(world->desk.updates, 0);
    assert_int_equal(audits_of(world, stored.action.id).items[1].outcome, AUDIT_DUE);
}

/* Several: the oldest stays, the others are solved, once; log, counter, request and conversation tell it. */
static void the_others_are_solved(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = created(world, talk);
    uint64_t before = counter_get(COUNTER_DUPLICATE_TICKETS);
    make_another(world);
    struct audit audit = let_come(world, stored.action.id, 1);
    assert_int_equal(audit.outcome, AUDIT_SETTLED);
    assert_int_equal(audit.tickets, 2);
    assert_int_equal(world->desk.updates, 1);
    assert_false(world->desk.posts[0].is_duplicate);
    assert_true(world->desk.posts[1].is_duplicate);
    assert_true(str_find(world->desk.last_update, STR("Ticket #35436 is the one that is kept"), 0) != SIZE_MAX);
    assert_true(str_find(world->desk.last_update, STR("\"public\":false"), 0) != SIZE_MAX);
    assert_true(str_find(world->desk.last_update, STR("\"status\":\"solved\""), 0) != SIZE_MAX);
    struct stored after = world_look(world, talk);
    assert_int_equal(after.action.status, ACTION_DONE);
    assert_true(str_find(after.action.problem, STR("request-duplicates"), 0) != SIZE_MAX);
    assert_true(str_find(after.request.problem, STR("35437"), 0) != SIZE_MAX);
    assert_int_equal(after.event_count, stored.event_count + 1);
    assert_int_equal(counter_get(COUNTER_DUPLICATE_TICKETS), before + 1);
    audit = let_come(world, stored.action.id, 2); /* the day after: still two, and nothing new */
    assert_int_equal(audit.outcome, AUDIT_SETTLED);
    assert_int_equal(world->desk.updates, 1);
    assert_int_equal(world_look(world, talk).event_count, after.event_count);
}

static void what_cannot_be_asked_is_asked_again(void **state)
{
    struct world *world = *state;
    struct stored stored = created(world, world_talk(world));
    world->desk.read_status = 503;
    struct audit audit = let_come(world, stored.action.id, 1);
    assert_int_equal(audit.outcome, AUDIT_DUE);
    assert_in_range(audit.due_at - stored.action.updated_at, 9 * 60 * 1000, 30 * 60 * 1000);
    world->desk.read_status = 0;
    assert_int_equal(let_come(world, stored.action.id, 1).outcome, AUDIT_ONE);
}

static enum status make_old(struct store_tx *tx, struct world *world, void *context)
{
    struct action action;
    enum status status = action_get(tx, WORKSPACE, *(struct str *)context, &world->arena, &action);
    action.updated_at = loop_wall_ms() - INT64_C(8) * 24 * 3600 * 1000;
    return status ? status : action_update(tx, &action);
}

/* A right to read that was taken away: ever more rarely, and after a week no more. */
static void what_is_not_told_is_given_up(void **state)
{
    struct world *world = *state;
    struct str id = created(world, world_talk(world)).action.id;
    world->desk.read_status = 403;
    assert_int_equal(let_come(world, id, 1).outcome, AUDIT_DUE);
    assert_int_equal(world_run(world, make_old, &id), OK);
    assert_int_equal(let_come(world, id, 1).outcome, AUDIT_SKIPPED);
}

static void without_its_connection_it_is_skipped(void **state)
{
    struct world *world = *state;
    struct stored stored = created(world, world_talk(world));
    assert_int_equal(world_run(world, world_delete_integration, NULL), OK);
    unsigned reads = world->desk.reads;
    assert_int_equal(let_come(world, stored.action.id, 1).outcome, AUDIT_SKIPPED);
    assert_int_equal(world->desk.reads, reads);
}

static void deleted_ticket_is_no_alarm(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct stored stored = created(world, talk);
    world->desk.shows_tickets = false;
    assert_int_equal(let_come(world, stored.action.id, 1).outcome, AUDIT_NONE);
    assert_int_equal(world_look(world, talk).action.problem.len, 0);
}

/* The process ends while Zendesk is asked: the next one asks again in its time. */
static void look_outlives_the_process(void **state)
{
    struct world *world = *state;
    struct stored stored = created(world, world_talk(world));
    struct audit audit = audits_of(world, stored.action.id).items[0];
    audit.due_at = 1;
    world->desk.holds_reads = true;
    assert_int_equal(world_run(world, write_audit, &audit), OK);
    recount_wake(world->flow);
    while (world->desk.held_count == 0) loop_step(world->loop, 100);
    world_stop(world);
    world->desk.holds_reads = false;
    desk_release(&world->desk);
    world_start(world);
    world_settle(world);
    assert_int_equal(audits_of(world, stored.action.id).items[0].outcome, AUDIT_DUE);
    assert_int_equal(let_come(world, stored.action.id, 1).outcome, AUDIT_ONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_looks_are_planned),        TEST(one_ticket_is_as_it_should_be),
        TEST(the_others_are_solved),        TEST(what_cannot_be_asked_is_asked_again),
        TEST(what_is_not_told_is_given_up), TEST(without_its_connection_it_is_skipped),
        TEST(deleted_ticket_is_no_alarm),   TEST(look_outlives_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
