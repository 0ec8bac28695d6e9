/* test_turn.c - the turn machine: promises that hold for every sequence of events, and the edges of its door.
 *
 * The property test makes sequences from a seed: plausible and hostile messages, buttons with right and wrong hashes, answers of Zendesk in any order, a world that
 * changes in between. TEST_SEQUENCES sets how many (default 3000); a failure prints the seed.
 */
#include "unit/agent/harness.h"

#include "nlu/nlu.h"

enum { EVENTS_PER_SEQUENCE = 14, ACTIONS_MAX = 64 };

/* What is known of each action of a sequence, to hold the machine against. */
struct seen {
    struct str id, hash, arguments;
    enum action_kind kind;
    size_t proposed_at;
    bool proposed, sent, cancelled, ended;
};

struct sequence {
    struct harness h;
    struct seen actions[ACTIONS_MAX];
    size_t count, step;
    struct turn_event event;
    struct str result;
};

static const char *const messages[] = {
    "Create a test ticket",
    "create a ticket",
    "open a ticket: the door is stuck for bob@acme.io",
    "yes",
    "Yes, go ahead",
    "no",
    "ok",
    "cancel",
    "never mind",
    "not yet",
    "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com",
    "jane@example.com",
    "use tom@acme.io instead",
    "make it high",
    "urgent",
    "change the subject to Broken laser printer",
    "change the subject",
    "change the email",
    "what have you got so far?",
    "help",
    "are you a bot?",
    "thanks",
    "status of ticket 35436",
    "35437?",
    "where is my ticket",
    "my invoice is wrong",
    "The lift is stuck between two floors.",
    "yes but change the subject to X",
    "yes? no",
    "close ticket 5",
    "hello",
    "bye",
    "I want a person",
    "tags: a, b",
    "type: incident",
    "my name is Jane Doe",
    "a@b.co or c@d.co",
    "",
    "...",
    "?",
    "description: \"quoted",
    "subject:",
    "\002id\003",
    "ticket \002url\003 is wrong",
    "{subject} {draft} %s %n",
    "status of ticket 99999999999999",
    "#0",
};

static size_t roll(struct sequence *s, size_t below)
{
    return (size_t)(harness_roll(&s->h) >> 11) % below;
}

/* ---- events ----------------------------------------------------------------------------------------------------------------------------------- */

static struct str random_bytes(struct sequence *s)
{
    size_t length = roll(s, 200);
    char *bytes = arena_alloc(&s->h.arena, length + 1);
    for (size_t i = 0; i < length; i++) bytes[i] = (char)roll(s, 256);
    return (struct str){ bytes, length };
}

static struct str random_message(struct sequence *s)
{
    size_t kind = roll(s, 12);
    struct str one = str_from(messages[roll(s, sizeof messages / sizeof messages[0])]);
    if (kind == 0) return random_bytes(s);
    if (kind > 2) return one;
    struct str other = str_from(messages[roll(s, sizeof messages / sizeof messages[0])]);
    return arena_fmt(&s->h.arena, "%.*s%s%.*s", STR_ARG(one), kind == 1 ? ". " : " and ", STR_ARG(other));
}

static void random_world(struct sequence *s)
{
    struct turn_world *world = &s->h.world;
    if (roll(s, 4)) return;
    world->identity = roll(s, 2) ? L4_MEMBER : (enum identity)roll(s, 5);
    world->connected = roll(s, 8) > 0;
    world->may[ACTION_CREATE_TICKET] = roll(s, 8) > 0;
    world->may[ACTION_GET_TICKET] = roll(s, 8) > 0;
    world->confirm[ACTION_CREATE_TICKET] = roll(s, 10) ? CONFIRM_ALWAYS : CONFIRM_NEVER;
    world->dry_run = roll(s, 4) == 0;
    world->channel = (enum channel)roll(s, 4);
    bool named = world->identity != L4_MEMBER && world->identity != L0_ANONYMOUS && roll(s, 6);
    world->visitor_email = named ? (roll(s, 2) ? STR("jane@example.com") : STR("bob@acme.io")) : STR_NONE;
    world->visitor_name = named && roll(s, 2) ? STR("Jane \x02id\x03 Doe") : STR_NONE;
}

static void random_result(struct sequence *s, struct seen *seen)
{
    static struct problem problem;
    struct arena *arena = &s->h.arena;
    s->event.action = seen->id;
    s->event.kind = (enum turn_event_kind)(TURN_ACTION_DONE + roll(s, 3));
    if (s->event.kind == TURN_ACTION_DONE) {
        static const char *const results[] = {
            "{\"id\":35436,\"status\":\"new\",\"subject\":\"\\u0002id\\u0003\",\"requester_email\":\"jane@example.com\"}",
            "{\"id\":35437,\"status\":\"open\",\"assignee\":null,\"requester_email\":\"bob@acme.io\"}",
            "{\"dry_run\":true}",
            "{}",
            "not json",
            "",
        };
        s->event.result = s->result = str_from(results[roll(s, sizeof results / sizeof results[0])]);
    } else {
        problem = (struct problem){ .id = (enum problem_id)roll(s, PROBLEM_COUNT),
                                    .facts = { .value = STR("\x02"
                                                            "x\x03") } };
        s->event.problem = problem.id == PROBLEM_NONE ? NULL : &problem;
        s->event.reference = arena_fmt(arena, "R-%zu", roll(s, 20));
    }
    if (s->event.kind != TURN_ACTION_WAITING) seen->ended = true;
}

static void random_event(struct sequence *s)
{
    struct seen *seen = s->count ? &s->actions[roll(s, s->count)] : NULL;
    s->event = (struct turn_event){ .kind = TURN_MESSAGE };
    s->result = STR_NONE;
    size_t kind = roll(s, 10);
    if (roll(s, 30) == 0) {
        s->event.kind = TURN_RESUME;
    } else if (!seen || kind < 6) {
        s->event.text = random_message(s);
    } else if (kind < 8) {
        s->event.kind = roll(s, 3) ? TURN_CONFIRM : TURN_CANCEL;
        s->event.action = roll(s, 8) ? seen->id : STR("act_00000000000000000000000000");
        s->event.hash = roll(s, 4) ? seen->hash : STR("00");
    } else {
        random_result(s, seen);
    }
}

/* ---- promises ------------------------------------------------------------------------------------------------------------------------------------- */

static struct seen *find(struct sequence *s, struct str id)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_eq(s->actions[i].id, id)) return &s->actions[i];
    return NULL;
}

/* Shown, and neither sent nor taken back: there is never more than one. */
static bool is_open(const struct seen *seen)
{
    return seen->proposed && !seen->sent && !seen->cancelled;
}

static struct seen *add(struct sequence *s, const struct action *action)
{
    assert_true(id_is(action->id, "act_"));
    assert_null(find(s, action->id));
    assert_true(s->count < ACTIONS_MAX);
    struct seen *seen = &s->actions[s->count++];
    *seen = (struct seen){ .id = action->id, .hash = action->hash, .arguments = action->arguments, .kind = action->kind };
    return seen;
}

static void check_arguments(struct sequence *s, const struct action *action)
{
    struct err err;
    struct problem problem;
    struct json *arguments = json_parse(action->arguments, &err);
    assert_non_null(arguments);
    assert_int_equal(action_check_arguments(action_spec(action->kind), arguments, &s->h.arena, &problem), OK);
    assert_same(action->hash, turn_action_hash(action->kind, action->arguments, &s->h.arena));
    const struct turn_world *world = &s->h.world;
    assert_true(world->connected && world->may[action->kind]);
    assert_true(world->identity >= L2_MAIL_VERIFIED);
    if (world->identity != L4_MEMBER && action->kind == ACTION_CREATE_TICKET)
        assert_same(json_get_str(arguments, "requester_email"), world->visitor_email);
    json_free(arguments);
}

/* Everything that will be sent is in the words that ask for the yes. */
static void check_read_back(struct sequence *s, const struct action *action)
{
    struct err err;
    struct str said = harness_said(&s->h);
    struct json *arguments = json_parse(action->arguments, &err);
    for (void *at = json_first(arguments); at; at = json_next(arguments, at)) {
        const struct json *value = json_value(at);
        if (json_type(value) == JSON_STRING) assert_true(str_find(said, json_str(value), 0) != SIZE_MAX);
        for (size_t i = 0; json_type(value) == JSON_ARRAY && i < json_count(value); i++)
            assert_true(str_find(said, json_str(json_at(value, i)), 0) != SIZE_MAX);
    }
    json_free(arguments);
}

static bool agreed(struct sequence *s, const struct seen *seen)
{
    if (s->event.kind == TURN_CONFIRM) return str_eq(s->event.action, seen->id) && str_eq(s->event.hash, seen->hash);
    if (s->event.kind != TURN_MESSAGE) return false;
    struct nlu_message m;
    nlu_read(say_clean(s->event.text, &s->h.arena), NLU_ANYTHING, &s->h.arena, &m);
    return m.answer == NLU_ANSWER_YES;
}

static void check_send(struct sequence *s, const struct action *action)
{
    struct seen *seen = find(s, action->id);
    bool at_once = s->h.world.confirm[action->kind] == CONFIRM_NEVER;
    if (at_once && !seen) seen = add(s, action);
    if (!seen) fail_msg("%.*s was never shown", STR_ARG(action->id));
    if (!seen) return;
    assert_false(seen->sent || seen->cancelled);
    assert_same(seen->hash, action->hash);
    assert_same(seen->arguments, action->arguments);
    if (seen->proposed) {
        assert_true(seen->proposed_at < s->step);
        assert_true(agreed(s, seen));
    } else {
        assert_true(at_once);
    }
    seen->sent = true;
}

static void check_effect(struct sequence *s, const struct turn_effect *effect)
{
    const struct action *action = &effect->action;
    struct seen *seen;
    switch (effect->kind) {
    case TURN_SAY: assert_true(effect->text.len > 0); break;
    case TURN_PROPOSE:
        check_arguments(s, action);
        check_read_back(s, action);
        for (size_t i = 0; i < s->count; i++) assert_false(is_open(&s->actions[i]));
        seen = add(s, action);
        seen->proposed = true;
        seen->proposed_at = s->step;
        break;
    case TURN_READ:
        check_arguments(s, action);
        assert_false(action_spec(action->kind)->writes);
        seen = add(s, action);
        seen->sent = true;
        break;
    case TURN_SEND:
        check_arguments(s, action);
        check_send(s, action);
        break;
    case TURN_CANCELLED:
        seen = find(s, action->id);
        if (!seen || !is_open(seen)) fail_msg("%.*s was not open", STR_ARG(action->id));
        if (seen) seen->cancelled = true;
        break;
    case TURN_DROP: fail_msg("%.*s was given up, and nothing waits", STR_ARG(action->id)); break;
    }
}

/* How often each kind of effect was met in all sequences: promises about proposals that were never made prove nothing. */
static size_t effects_seen[TURN_CANCELLED + 1];

static void check_step(struct sequence *s, struct str before)
{
    const struct turn_effects *out = &s->h.out;
    for (size_t i = 0; i < out->count; i++) {
        check_effect(s, &out->items[i]);
        effects_seen[out->items[i].kind]++;
    }
    (void)harness_said(&s->h); /* every slot can be filled, none is left or forged */
    if (s->event.kind == TURN_MESSAGE && !out->needs_person) assert_true(out->count > 0);
    if (out->refused != OK) {
        assert_int_equal(out->count, 0);
        assert_same(before, turn_save(s->h.turn, &s->h.arena));
    }
    if (out->count) assert_true(id_is(out->turn, "trn_"));
}

static void play(uint64_t seed)
{
    struct sequence s = { 0 };
    harness_open(&s.h, seed);
    for (s.step = 0; s.step < EVENTS_PER_SEQUENCE; s.step++) {
        random_world(&s);
        random_event(&s);
        struct str before = turn_save(s.h.turn, &s.h.arena);
        harness_step(&s.h, s.event);
        check_step(&s, before);
    }
    harness_close(&s.h);
}

static uint64_t current_seed;

static int print_seed(void **state)
{
    (void)state;
    print_message("last seed: %llu\n", (unsigned long long)current_seed);
    return 0;
}

static void test_promises_hold_for_any_events(void **state)
{
    (void)state;
    uint64_t sequences = 3000;
    const char *wanted = getenv("TEST_SEQUENCES");
    if (wanted) assert_true(str_to_u64(str_from(wanted), &sequences));
    for (current_seed = 1; current_seed <= sequences; current_seed++) play(current_seed);
    for (size_t kind = TURN_SAY; kind <= TURN_CANCELLED; kind++) assert_true(effects_seen[kind] >= sequences / 20);
}

/* ---- the door ---------------------------------------------------------------------------------------------------------------------------------------- */

static void test_a_state_that_is_none_is_corrupt(void **state)
{
    (void)state;
    struct arena arena;
    struct turn *turn;
    arena_init(&arena);
    assert_int_equal(turn_load(STR("{"), &arena, &turn), E_CORRUPT);
    assert_int_equal(turn_load(STR("[]"), &arena, &turn), E_CORRUPT);
    assert_int_equal(turn_load(STR("{\"state\":\"idle\"}"), &arena, &turn), E_CORRUPT);
    assert_int_equal(turn_load(STR_NONE, &arena, &turn), OK);
    arena_clear(&arena);
}

static void test_states_of_other_versions_load(void **state)
{
    (void)state;
    struct harness h;
    harness_open(&h, 1);
    struct str newer = STR("{\"v\":9,\"state\":\"collect\",\"asked\":\"email\",\"mood\":{\"good\":[1,2]},\"form\":{\"subject\":"
                           "\"Lift\",\"description\":\"Stuck\",\"colour\":\"red\"}}");
    assert_int_equal(turn_load(newer, &h.arena, &h.turn), OK);
    harness_message(&h, STR("kim@acme.io"));
    assert_same(
        harness_action(&h, TURN_PROPOSE).arguments,
        STR("{\"description\":\"Stuck\",\"priority\":\"normal\",\"requester_email\":\"kim@acme.io\",\"subject\":\"Lift\"}"));
    harness_close(&h);
}

/* A state that claims a proposal which it does not name must not send anything. */
static void test_damaged_states_send_nothing(void **state)
{
    static const char *const states[] = {
        "{\"v\":1,\"state\":\"confirm\"}",
        "{\"v\":1,\"state\":\"sending\"}",
        "{\"v\":1,\"state\":\"reading\",\"resume\":\"confirm\"}",
        "{\"v\":1,\"state\":\"number\",\"resume\":\"number\"}",
        "{\"v\":1,\"state\":\"dancing\"}",
        "{\"v\":1,\"state\":7,\"form\":[],\"waiting\":3,\"pending\":{}}",
        "{\"v\":1,\"state\":\"confirm\",\"action\":\"act_1\",\"hash\":\"00\",\"form\":{}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct harness h;
        harness_open(&h, 1);
        assert_int_equal(turn_load(str_from(states[i]), &h.arena, &h.turn), OK);
        harness_message(&h, STR("yes"));
        assert_null(harness_effect(&h, TURN_SEND));
        assert_true(h.out.count > 0);
        harness_close(&h);
    }
}

static void test_ids_come_from_the_event_alone(void **state)
{
    (void)state;
    struct str ids[2];
    struct harness h[2];
    for (size_t i = 0; i < 2; i++) {
        harness_open(&h[i], 7);
        harness_message(&h[i], STR("open a ticket for bob@acme.io: the door is stuck"));
        ids[i] = harness_action(&h[i], TURN_PROPOSE).id;
        assert_false(str_eq(str_slice(ids[i], 4, 30), str_slice(h[i].out.turn, 4, 30)));
    }
    assert_same(ids[0], ids[1]);
    for (size_t i = 0; i < 2; i++) harness_close(&h[i]);
}

static void test_hash_binds_slug_and_arguments(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct str a = turn_action_hash(ACTION_CREATE_TICKET, STR("{}"), &arena),
               b = turn_action_hash(ACTION_GET_TICKET, STR("{}"), &arena);
    assert_int_equal(a.len, 64);
    assert_false(str_eq(a, b));
    assert_false(str_eq(a, turn_action_hash(ACTION_CREATE_TICKET, STR("{ }"), &arena)));
    assert_same(a, turn_action_hash(ACTION_CREATE_TICKET, STR("{}"), &arena));
    arena_clear(&arena);
}

/* The longest message there is, at each question, stays within every ceiling. */
static void test_the_longest_message(void **state)
{
    (void)state;
    struct harness h;
    harness_open(&h, 1);
    char *bytes = arena_alloc(&h.arena, 32 * 1024);
    for (size_t fill = 0; fill < 3; fill++) {
        memset(bytes, "\"\xffx"[fill], 32 * 1024);
        struct str longest = { bytes, 32 * 1024 };
        harness_message(&h, STR("create a ticket"));
        harness_message(&h, longest);
        harness_message(&h, STR("kim@acme.io"));
        assert_non_null(harness_effect(&h, TURN_PROPOSE));
        harness_message(&h, longest);
        assert_null(harness_effect(&h, TURN_SEND));
        harness_message(&h, STR("cancel"));
    }
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_promises_hold_for_any_events, print_seed),
        cmocka_unit_test(test_a_state_that_is_none_is_corrupt),
        cmocka_unit_test(test_states_of_other_versions_load),
        cmocka_unit_test(test_damaged_states_send_nothing),
        cmocka_unit_test(test_ids_come_from_the_event_alone),
        cmocka_unit_test(test_hash_binds_slug_and_arguments),
        cmocka_unit_test(test_the_longest_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
