/* What is alive about conversations: who follows, in which order events come, and a table that follows activity. */
#include "unit/flow/world.h"

enum { MANY = 5000, LANE_BYTES_MAX = 200 };

/* ---- events ------------------------------------------------------------------------------------------------------------------------ */

static void events_come_in_the_order_of_their_seq(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    struct follower *follower = world_follow(world, talk);
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    assert_int_equal(follower->count, stored.message_count + stored.event_count);
    for (size_t i = 0; i < follower->count; i++) assert_int_equal(follower->events[i].seq, i + 1);
    assert_int_equal(stored.conversation.last_seq, follower->count);

    static const enum flow_event_kind kinds[] = {
        FLOW_MESSAGE, FLOW_MESSAGE, FLOW_TURN,               /* asked for details */
        FLOW_MESSAGE, FLOW_ACTION,  FLOW_MESSAGE, FLOW_TURN, /* proposed */
        FLOW_MESSAGE, FLOW_ACTION,                           /* sending */
        FLOW_ACTION,  FLOW_MESSAGE, FLOW_TURN,               /* done */
    };
    assert_int_equal(follower->count, sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < follower->count; i++) assert_int_equal(follower->events[i].kind, kinds[i]);
    assert_int_equal(follower->events[8].status, ACTION_SENDING);
    assert_int_equal(follower->events[9].status, ACTION_DONE);
    assert_str(follower->events[6].awaiting, "confirmation");
    assert_str(follower->events[11].awaiting, "");
}

/* Every stored event names the turn that its action belongs to. */
static void stored_events_name_their_turn(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world);
    world_propose(world, talk);
    world_say(world, talk, "yes");
    struct stored stored = world_look(world, talk);
    for (size_t i = 0; i < stored.event_count; i++) assert_true(str_starts(stored.events[i].turn, STR("trn_")));
}

static void followers_hear_of_their_own_conversation(void **state)
{
    struct world *world = *state;
    struct str talk = world_talk(world), other = world_talk(world);
    struct follower *mine = world_follow(world, talk), *second = world_follow(world, talk), *foreign = world_follow(world, other);
    world_say(world, talk, "hello");
    assert_int_equal(mine->count, 3);
    assert_int_equal(second->count, 3);
    assert_int_equal(foreign->count, 0);
    struct flow_watch *elsewhere = flow_watch(world->flow, STR("wsp_2"), talk, on_followed, foreign);
    world_say(world, talk, "hello");
    assert_int_equal(foreign->count, 0); /* the same conversation id in another workspace is another conversation */
    flow_unwatch(elsewhere);
    world_unfollow(mine);
    world_unfollow(second);
    world_unfollow(foreign);
    assert_int_equal(world->flow->lane_count, 0);
}

/* ---- leaving from inside ------------------------------------------------------------------------------------------------------------ */

/* Three who follow one conversation; the first to hear ends watches. */
struct leaver {
    struct flow_watch *watch;
    struct leaver *all;
    bool ends[3]; /* whose watch ends when this one hears something */
    unsigned heard;
};

static void leave(void *context, const struct flow_event *event)
{
    (void)event;
    struct leaver *leaver = context;
    leaver->heard++;
    for (size_t i = 0; i < 3; i++) {
        if (!leaver->ends[i] || !leaver->all[i].watch) continue;
        flow_unwatch(leaver->all[i].watch);
        leaver->all[i].watch = NULL;
    }
}

static void check_leaving(struct world *world, struct leaver leavers[3], const unsigned expected[3])
{
    struct str talk = world_talk(world);
    for (size_t i = 0; i < 3; i++) {
        leavers[i].all = leavers;
        leavers[i].watch = flow_watch(world->flow, WORKSPACE, talk, leave, &leavers[i]);
    }
    world_say(world, talk, "hello"); /* three events; the last watch hears first */
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(leavers[i].heard, expected[i]);
        if (leavers[i].watch) flow_unwatch(leavers[i].watch);
    }
    assert_int_equal(world->flow->lane_count, 0);
}

static void any_watch_may_end_from_inside_a_callback(void **state)
{
    struct world *world = *state;
    struct leaver itself[3] = { { .ends = { false } }, { .ends = { [1] = true } }, { .ends = { false } } };
    check_leaving(world, itself, (const unsigned[]){ 3, 1, 3 });
    struct leaver next[3] = { { .ends = { false } }, { .ends = { false } }, { .ends = { [1] = true } } };
    check_leaving(world, next, (const unsigned[]){ 3, 0, 3 });
    struct leaver before[3] = { { .ends = { [2] = true } }, { .ends = { false } }, { .ends = { false } } };
    check_leaving(world, before, (const unsigned[]){ 3, 3, 1 });
    struct leaver all[3] = { { .ends = { false } }, { .ends = { true, true, true } }, { .ends = { false } } };
    check_leaving(world, all, (const unsigned[]){ 0, 1, 1 });
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------------ */

static struct str id_of(char text[16], size_t i)
{
    int length = snprintf(text, 16, "con_%zu", i);
    return (struct str){ text, (size_t)length };
}

static void ignore(void *context, const struct flow_event *event)
{
    (void)context;
    (void)event;
}

/* Grows under 5,000 conversations, finds every one, and gives every lane back, whatever the order of their going. */
static void table_follows_what_is_alive(void **state)
{
    struct world *world = *state;
    struct flow_watch **watches = mem_array(MANY, sizeof *watches);
    struct lane **lanes = mem_array(MANY, sizeof *lanes);
    char text[16];
    for (size_t i = 0; i < MANY; i++) {
        watches[i] = flow_watch(world->flow, WORKSPACE, id_of(text, i), ignore, NULL);
        lanes[i] = lane_get(world->flow, WORKSPACE, id_of(text, i));
    }
    assert_int_equal(world->flow->lane_count, MANY);
    assert_true(world->flow->lane_slots >= 2 * MANY);
    uint32_t order = 1;
    for (size_t left = MANY; left > 0; left--) { /* a shuffle, from a seed */
        order = order * 1664525u + 1013904223u;
        size_t gone = order % left;
        flow_unwatch(watches[gone]);
        watches[gone] = watches[left - 1];
        lanes[gone] = lanes[left - 1];
        if (left % 500 == 1)
            for (size_t i = 0; i + 1 < left; i++)
                assert_ptr_equal(lane_get(world->flow, lanes[i]->workspace, lanes[i]->conversation), lanes[i]);
    }
    assert_int_equal(world->flow->lane_count, 0);
    for (size_t i = 0; i < world->flow->lane_slots; i++) assert_null(world->flow->lanes[i]);
    mem_free(watches);
    mem_free(lanes);
}

/* What a conversation costs whose page is open and where nothing happens: its lane, two ids, and at most four places in the table, which is never fuller than half and doubles. */
static void idle_lane_is_small(void **state)
{
    (void)state;
    size_t bytes = sizeof(struct lane) + 2 * sizeof "con_01k9zq3v5n8xj4t2m7c6p0bdre" + 4 * sizeof(struct lane *);
    assert_in_range(bytes, 1, LANE_BYTES_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_come_in_the_order_of_their_seq),
        TEST(stored_events_name_their_turn),
        TEST(followers_hear_of_their_own_conversation),
        TEST(any_watch_may_end_from_inside_a_callback),
        TEST(table_follows_what_is_alive),
        cmocka_unit_test(idle_lane_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
