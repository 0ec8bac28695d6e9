/* The turn of an agent with a model: every event is scripted, so each way through it is walked without a model. */
#include "harness.h"

#include "agent/exchange.h"
#include "agent/provenance.h"

struct model_case {
    struct harness h;
    struct provenance sources;
    struct str said; /* visitor's messages may be repeated */
};

static void begin(struct model_case *c, size_t engines)
{
    harness_open(&c->h, 7);
    c->sources = (struct provenance){ 0 };
    c->h.world.engines = engines;
    c->h.world.provenance = &c->sources;
}

static void write_to(struct model_case *c, const char *text)
{
    c->said = str_from(text);
    provenance_note(&c->sources, PROVENANCE_VISITOR, c->said);
    c->h.world.known = &c->said;
    c->h.world.known_count = 1;
    harness_message(&c->h, c->said);
}

static struct str asked(const struct model_case *c)
{
    return arena_str((struct arena *)(uintptr_t)&c->h.arena, c->h.out.ask.id);
}

static void assert_asks(const struct model_case *c, size_t engine, enum turn_why why)
{
    assert_true(c->h.out.ask.id.len > 0);
    assert_int_equal(c->h.out.ask.engine, engine);
    assert_int_equal(c->h.out.ask.why, why);
    assert_int_equal(c->h.out.awaiting, AWAIT_ACTION);
    assert_same(c->h.out.asking, c->h.out.ask.id);
}

static void answer(struct model_case *c, struct str ask, const struct model_reply *reply)
{
    c->h.world.receipts = c->h.receipts;
    c->h.world.receipt_count = c->h.receipt_count;
    harness_step(&c->h, (struct turn_event){ .kind = TURN_MODEL_DONE, .ask = ask, .reply = reply });
}

static void answer_words(struct model_case *c, const char *text)
{
    const struct model_reply reply = { .text = str_from(text), .stop = MODEL_STOP_END };
    answer(c, asked(c), &reply);
}

static void answer_call(struct model_case *c, const char *name, const char *arguments)
{
    const struct model_call call = { .id = STR("call_1"), .name = str_from(name), .arguments = str_from(arguments) };
    const struct model_reply reply = { .calls = &call, .call_count = 1, .stop = MODEL_STOP_CALLS };
    answer(c, asked(c), &reply);
}

static void fail_with(struct model_case *c, enum model_fault_kind kind, const char *shown)
{
    const struct model_reply reply = { .fault = { .kind = kind } };
    harness_step(&c->h,
                 (struct turn_event){ .kind = TURN_MODEL_FAILED, .ask = asked(c), .reply = &reply, .said = str_from(shown) });
}

static void read_done(struct model_case *c, const char *result)
{
    struct action read = harness_action(&c->h, TURN_READ);
    provenance_note_result(&c->sources, str_from(result), &c->h.arena);
    harness_step(&c->h, (struct turn_event){ .kind = TURN_ACTION_DONE, .action = read.id, .result = str_from(result) });
}

static void assert_says(struct model_case *c, const char *words)
{
    struct str said = harness_said(&c->h);
    if (str_find(said, str_from(words), 0) == SIZE_MAX) fail_msg("\"%s\" is not in: %.*s", words, STR_ARG(said));
}

#define TICKET_7 "{\"id\":7,\"status\":\"open\",\"subject\":\"Door\",\"requester_email\":\"jane@example.com\"}"

/* ---- words ----------------------------------------------------------------------------------------------------------------- */

static void test_a_message_goes_to_the_model_and_its_words_back(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 2);
    write_to(&c, "My printer does not work");
    assert_asks(&c, 0, TURN_WHY_MESSAGE);
    assert_int_equal(c.h.out.count, 0);
    answer_words(&c, "Which printer is it?");
    assert_says(&c, "Which printer is it?");
    assert_int_equal(c.h.out.awaiting, AWAIT_NOTHING);
    assert_int_equal(c.h.out.ask.id.len, 0);
    harness_close(&c.h);
}

static void test_what_nobody_waits_for_is_dropped(void **state)
{
    struct model_case c;
    const struct model_reply reply = { .text = STR("Which printer is it?"), .stop = MODEL_STOP_END };
    (void)state;
    begin(&c, 1);
    answer(&c, STR("mdr_other"), &reply);
    assert_int_equal(c.h.out.count + c.h.out.turn.len, 0);
    write_to(&c, "My printer does not work");
    struct str first = asked(&c);
    answer(&c, STR("mdr_other"), &reply);
    assert_int_equal(c.h.out.count, 0);
    assert_same(c.h.out.asking, first);
    answer(&c, first, &reply);
    answer(&c, first, &reply);
    assert_int_equal(c.h.out.count, 0);
    harness_close(&c.h);
}

static void test_a_lie_gets_one_more_try(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "My printer does not work");
    answer_words(&c, "I have created ticket 4711.");
    assert_asks(&c, 0, TURN_WHY_HELD);
    assert_int_equal(c.h.out.count, 0);
    answer_words(&c, "Ticket 4712 is closed.");
    assert_says(&c, texts_template(TEXT_UNPROVEN));
    assert_int_equal(c.h.out.ask.id.len, 0);
    harness_close(&c.h);
}

static void test_a_long_answer_is_whole(void **state)
{
    struct model_case c;
    struct buf text;
    (void)state;
    begin(&c, 1);
    write_to(&c, "My printer does not work");
    buf_init(&text, 1024 * 1024);
    while (text.len < 2 * GATE_PENDING_BYTES_MAX) buf_lit(&text, "Which printer is it? ");
    const struct model_reply reply = { .text = buf_view(&text), .stop = MODEL_STOP_END };
    answer(&c, asked(&c), &reply);
    assert_int_equal(harness_said(&c.h).len, text.len); /* a line feed in the place of the last blank */
    buf_clear(&text);
    harness_close(&c.h);
}

static void test_a_cap_leaves_the_built_in_engine(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 0);
    c.h.world.is_spent = true;
    write_to(&c, "hello");
    assert_true(c.h.out.falls_back);
    assert_int_equal(c.h.out.ask.why, TURN_WHY_SPENT);
    assert_says(&c, "I am Support");
    harness_close(&c.h);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------ */

static void test_reads_are_done_one_by_one_and_go_back_in_pairs(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "How are tickets 7 and 8?");
    const struct model_call calls[] = { { .id = STR("a"), .name = STR("get_ticket"), .arguments = STR("{\"ticket_id\":7}") },
                                        { .id = STR("b"), .name = STR("get_ticket"), .arguments = STR("{\"ticket_id\":8}") } };
    const struct model_reply reply = { .calls = calls, .call_count = 2, .stop = MODEL_STOP_CALLS };
    answer(&c, asked(&c), &reply);
    assert_same(harness_action(&c.h, TURN_READ).arguments, STR("{\"ticket_id\":7}"));
    read_done(&c, TICKET_7);
    assert_same(harness_action(&c.h, TURN_READ).arguments, STR("{\"ticket_id\":8}"));
    struct action second = harness_action(&c.h, TURN_READ);
    const struct problem absent = { .id = PROBLEM_ZENDESK_NOT_FOUND };
    harness_step(&c.h, (struct turn_event){ .kind = TURN_ACTION_FAILED, .action = second.id, .problem = &absent });
    assert_asks(&c, 0, TURN_WHY_RESULTS);
    const struct exchange *exchange = turn_exchange(c.h.turn);
    assert_int_equal(exchange->count, 3);
    assert_true(model_turns_paired(exchange->turns, exchange->count));
    assert_false(exchange->turns[1].is_error);
    assert_true(exchange->turns[2].is_error);
    harness_close(&c.h);
}

static void test_a_read_that_was_made_is_not_made_again(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "How is ticket 7?");
    answer_call(&c, "get_ticket", "{\"ticket_id\":7}");
    read_done(&c, TICKET_7);
    answer_call(&c, "get_ticket", "{\"ticket_id\":7}");
    assert_null(harness_effect(&c.h, TURN_READ));
    assert_asks(&c, 0, TURN_WHY_RESULTS);
    harness_close(&c.h);
}

static void test_after_eight_calls_no_more_are_made(void **state)
{
    struct model_case c;
    size_t reads = 0;
    (void)state;
    begin(&c, 1);
    write_to(&c, "How are tickets 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 11?");
    for (int ticket = 1; ticket < 12 && c.h.out.ask.id.len; ticket++) {
        char arguments[40];
        (void)snprintf(arguments, sizeof arguments, "{\"ticket_id\":%d}", ticket);
        bool offered = !c.h.out.ask.without_tools;
        answer_call(&c, "get_ticket", arguments);
        if (!harness_effect(&c.h, TURN_READ) || !offered) break;
        reads++;
        read_done(&c, TICKET_7);
    }
    assert_int_equal(reads, TOOLS_CALLS_PER_TURN_MAX);
    assert_true(c.h.out.falls_back);
    harness_close(&c.h);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------- */

static void test_a_write_is_shown_by_us_and_sent_on_a_yes(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "Create a ticket for jane@example.com: the door is stuck");
    answer_call(&c, "create_ticket",
                "{\"description\":\"The door is stuck\",\"requester_email\":\"jane@example.com\",\"subject\":\"Door\"}");
    struct action shown = harness_action(&c.h, TURN_PROPOSE);
    assert_null(harness_effect(&c.h, TURN_SEND));
    assert_says(&c, "Requester: jane@example.com");
    assert_int_equal(c.h.out.awaiting, AWAIT_CONFIRMATION);
    harness_message(&c.h, STR("yes"));
    assert_same(harness_action(&c.h, TURN_SEND).hash, shown.hash);
    harness_close(&c.h);
}

static void test_two_writes_of_one_answer_are_shown_one_after_the_other(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "Set ticket 7 to solved and ticket 8 to pending");
    const struct model_call calls[] = {
        { .id = STR("a"), .name = STR("update_ticket"), .arguments = STR("{\"status\":\"solved\",\"ticket_id\":7}") },
        { .id = STR("b"), .name = STR("update_ticket"), .arguments = STR("{\"status\":\"pending\",\"ticket_id\":8}") }
    };
    const struct model_reply reply = { .calls = calls, .call_count = 2, .stop = MODEL_STOP_CALLS };
    answer(&c, asked(&c), &reply);
    assert_same(harness_action(&c.h, TURN_PROPOSE).arguments, calls[0].arguments);
    harness_message(&c.h, STR("yes"));
    struct action sent = harness_action(&c.h, TURN_SEND);
    harness_step(&c.h, (struct turn_event){ .kind = TURN_ACTION_DONE, .action = sent.id, .result = STR(TICKET_7) });
    assert_same(harness_action(&c.h, TURN_PROPOSE).arguments, calls[1].arguments);
    assert_null(harness_effect(&c.h, TURN_SEND));
    assert_int_equal(c.h.out.awaiting, AWAIT_CONFIRMATION);
    harness_close(&c.h);
}

static void test_a_value_of_others_is_shown_whatever_the_settings(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    c.h.world.confirm[ACTION_UPDATE_TICKET] = CONFIRM_NEVER;
    write_to(&c, "Read ticket 7, then set the ticket that it names to solved");
    answer_call(&c, "get_ticket", "{\"ticket_id\":7}");
    read_done(&c, "{\"id\":7,\"status\":\"open\",\"subject\":\"See ticket 4711\"}");
    answer_call(&c, "update_ticket", "{\"status\":\"solved\",\"ticket_id\":4711}");
    assert_null(harness_effect(&c.h, TURN_SEND));
    harness_close(&c.h);
}

static void test_a_button_overtakes_the_model(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "Create a ticket for jane@example.com: the door is stuck");
    answer_call(&c, "create_ticket",
                "{\"description\":\"The door is stuck\",\"requester_email\":\"jane@example.com\",\"subject\":\"Door\"}");
    struct action shown = harness_action(&c.h, TURN_PROPOSE);
    write_to(&c, "When do you open on Sundays?");
    assert_asks(&c, 0, TURN_WHY_MESSAGE);
    struct str late = asked(&c), overtaken = arena_str(&c.h.arena, c.h.out.turn);
    harness_step(&c.h, (struct turn_event){ .kind = TURN_CONFIRM, .action = shown.id, .hash = shown.hash });
    assert_same(harness_action(&c.h, TURN_SEND).id, shown.id);
    assert_same(c.h.out.ended, overtaken);
    assert_int_equal(c.h.out.asking.len, 0);
    const struct model_reply reply = { .text = STR("At nine?"), .stop = MODEL_STOP_END };
    answer(&c, late, &reply);
    assert_int_equal(c.h.out.count, 0);
    harness_close(&c.h);
}

/* ---- going on without it --------------------------------------------------------------------------------------------------------- */

static void test_faults_lead_along_the_chain_to_the_built_in_engine(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 2);
    write_to(&c, "Create a ticket for jane@example.com: the door is stuck");
    fail_with(&c, MODEL_FAULT_OVERLOADED, "");
    assert_asks(&c, 0, TURN_WHY_AGAIN);
    assert_true(c.h.out.ask.after_ms > 0);
    fail_with(&c, MODEL_FAULT_OVERLOADED, "");
    assert_asks(&c, 1, TURN_WHY_FALLBACK);
    fail_with(&c, MODEL_FAULT_QUOTA, "");
    assert_true(c.h.out.falls_back);
    assert_int_equal(c.h.out.ask.id.len, 0);
    (void)harness_action(&c.h, TURN_PROPOSE);
    harness_close(&c.h);
}

static void test_shown_words_stay_and_nothing_is_tried_again(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 2);
    write_to(&c, "My printer does not work");
    fail_with(&c, MODEL_FAULT_CUT_OFF, "Which printer is it? ");
    assert_says(&c, "Which printer is it?\n\n");
    assert_says(&c, texts_template(TEXT_BROKE_OFF));
    assert_int_equal(c.h.out.ask.id.len, 0);
    harness_close(&c.h);
}

static void test_time_is_over_at_last(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 2);
    write_to(&c, "hello");
    c.h.now += TURN_THINK_MS;
    fail_with(&c, MODEL_FAULT_QUOTA, "");
    assert_true(c.h.out.falls_back);
    harness_close(&c.h);
}

static void test_an_agent_that_loses_its_model_meanwhile_goes_on(void **state)
{
    struct model_case c;
    (void)state;
    for (int reads = 0; reads < 2; reads++) {
        begin(&c, 1);
        write_to(&c, "How is ticket 7?");
        if (reads) answer_call(&c, "get_ticket", "{\"ticket_id\":7}");
        c.h.world.engines = 0;
        c.h.world.provenance = NULL;
        if (reads)
            harness_step(&c.h, (struct turn_event){ .kind = TURN_ACTION_DONE,
                                                    .action = harness_action(&c.h, TURN_READ).id,
                                                    .result = STR(TICKET_7) });
        else
            answer_words(&c, "Which printer is it?");
        assert_true(c.h.out.falls_back);
        (void)harness_action(&c.h, TURN_READ);
        harness_close(&c.h);
    }
}

static void test_a_cap_that_is_reached_meanwhile_ends_it(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "How is ticket 7?");
    answer_call(&c, "get_ticket", "{\"ticket_id\":7}");
    c.h.world.engines = 0;
    c.h.world.is_spent = true;
    read_done(&c, TICKET_7);
    assert_true(c.h.out.falls_back);
    assert_int_equal(c.h.out.ask.why, TURN_WHY_SPENT);
    harness_close(&c.h);
}

static void test_another_provider_gets_no_thoughts_of_the_first(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 2);
    write_to(&c, "How is ticket 7?");
    const struct model_call call = {
        .id = STR("a"), .name = STR("get_ticket"), .arguments = STR("{\"ticket_id\":7}"), .extra = STR("{\"signed\":1}")
    };
    const struct model_reply reply = {
        .calls = &call, .call_count = 1, .opaque = STR("[{\"signed\":1}]"), .stop = MODEL_STOP_CALLS
    };
    answer(&c, asked(&c), &reply);
    read_done(&c, TICKET_7);
    assert_true(turn_exchange(c.h.turn)->turns[0].opaque.len > 0);
    fail_with(&c, MODEL_FAULT_QUOTA, "");
    assert_asks(&c, 1, TURN_WHY_FALLBACK);
    assert_int_equal(turn_exchange(c.h.turn)->turns[0].opaque.len + turn_exchange(c.h.turn)->turns[0].calls[0].extra.len, 0);
    harness_close(&c.h);
}

/* ---- the visitor meanwhile --------------------------------------------------------------------------------------------------------- */

static void test_stop_ends_it_and_a_second_stop_finds_nothing(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "My printer does not work");
    harness_step(&c.h, (struct turn_event){ .kind = TURN_STOP, .said = STR("Hello there. ") });
    assert_says(&c, "Hello there.\n\n");
    assert_says(&c, texts_template(TEXT_STOPPED));
    assert_int_equal(c.h.out.asking.len, 0);
    harness_step(&c.h, (struct turn_event){ .kind = TURN_STOP });
    assert_int_equal(c.h.out.refused, E_CONFLICT);
    harness_close(&c.h);
}

static void test_a_message_meanwhile_is_kept(void **state)
{
    struct model_case c;
    (void)state;
    begin(&c, 1);
    write_to(&c, "My printer does not work");
    struct str first = asked(&c);
    write_to(&c, "It is the one in the hall");
    assert_int_equal(c.h.out.ask.id.len, 0);
    assert_same(c.h.out.asking, first);
    const struct model_reply reply = { .text = STR("Which printer is it?"), .stop = MODEL_STOP_END };
    answer(&c, first, &reply);
    assert_asks(&c, 0, TURN_WHY_MESSAGE);
    assert_same(turn_question(c.h.turn), STR("It is the one in the hall"));
    harness_close(&c.h);
}

/* ---- anything at any time ------------------------------------------------------------------------------------------------------------ */

/* One random event; what is sent must have been agreed to in the very step. */
static void roll_event(struct model_case *c, struct str *open, struct str *hash, struct str *read)
{
    static const char *const messages[] = {
        "How is ticket 7?", "yes", "no", "Create a ticket for jane@example.com: door", "cancel", "When do you open?"
    };
    static const char *const calls[][2] = { { "get_ticket", "{\"ticket_id\":7}" },
                                            { "create_ticket", "{\"description\":\"d\",\"requester_email\":\"jane@example.com\","
                                                               "\"subject\":\"s\"}" },
                                            { "update_ticket", "{\"status\":\"solved\",\"ticket_id\":7}" },
                                            { "delete_everything", "{}" } };
    uint64_t dice = harness_roll(&c->h);
    struct str thinking = arena_str(&c->h.arena, c->h.out.asking);
    bool may_send = false;
    switch (dice % 8) {
    case 0:
    case 1: {
        const char *text = messages[(dice >> 8) % 6];
        may_send = str_eq(str_from(text), STR("yes"));
        write_to(c, text);
        break;
    }
    case 2: {
        const struct model_call call = { .id = STR("x"),
                                         .name = str_from(calls[(dice >> 8) % 4][0]),
                                         .arguments = str_from(calls[(dice >> 8) % 4][1]) };
        const struct model_reply reply = { .calls = &call, .call_count = 1, .stop = MODEL_STOP_CALLS };
        answer(c, thinking, &reply);
        break;
    }
    case 3: {
        const struct model_reply reply = { .text = STR("Which one is it? I have closed ticket 9."), .stop = MODEL_STOP_END };
        answer(c, thinking, &reply);
        break;
    }
    case 4: {
        const struct model_reply reply = { .fault = { .kind = MODEL_FAULT_SERVER } };
        harness_step(&c->h, (struct turn_event){ .kind = TURN_MODEL_FAILED, .ask = thinking, .reply = &reply });
        break;
    }
    case 5: harness_step(&c->h, (struct turn_event){ .kind = TURN_STOP }); break;
    case 6:
        may_send = true;
        harness_step(&c->h, (struct turn_event){ .kind = TURN_CONFIRM, .action = *open, .hash = *hash });
        break;
    default:
        harness_step(&c->h, (struct turn_event){ .kind = TURN_ACTION_DONE, .action = *read, .result = STR(TICKET_7) });
        break;
    }
    assert_true(may_send || !harness_effect(&c->h, TURN_SEND));
    const struct turn_effect *proposed = harness_effect(&c->h, TURN_PROPOSE), *reads = harness_effect(&c->h, TURN_READ);
    const struct turn_effect *sends = harness_effect(&c->h, TURN_SEND);
    if (proposed) *open = arena_str(&c->h.arena, proposed->action.id), *hash = arena_str(&c->h.arena, proposed->action.hash);
    if (reads) *read = arena_str(&c->h.arena, reads->action.id);
    if (sends) *read = arena_str(&c->h.arena, sends->action.id);
}

static void test_no_order_of_events_sends_without_a_yes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct model_case c;
        struct str open = STR_NONE, hash = STR_NONE, read = STR_NONE;
        begin(&c, 2);
        c.h.dice = seed * 88172645463325252u + 1;
        for (int i = 0; i < 40 && c.h.receipt_count < HARNESS_RECEIPTS - 8; i++) roll_event(&c, &open, &hash, &read);
        harness_close(&c.h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_goes_to_the_model_and_its_words_back),
        cmocka_unit_test(test_what_nobody_waits_for_is_dropped),
        cmocka_unit_test(test_a_lie_gets_one_more_try),
        cmocka_unit_test(test_a_long_answer_is_whole),
        cmocka_unit_test(test_a_cap_leaves_the_built_in_engine),
        cmocka_unit_test(test_reads_are_done_one_by_one_and_go_back_in_pairs),
        cmocka_unit_test(test_a_read_that_was_made_is_not_made_again),
        cmocka_unit_test(test_after_eight_calls_no_more_are_made),
        cmocka_unit_test(test_a_write_is_shown_by_us_and_sent_on_a_yes),
        cmocka_unit_test(test_two_writes_of_one_answer_are_shown_one_after_the_other),
        cmocka_unit_test(test_a_value_of_others_is_shown_whatever_the_settings),
        cmocka_unit_test(test_a_button_overtakes_the_model),
        cmocka_unit_test(test_faults_lead_along_the_chain_to_the_built_in_engine),
        cmocka_unit_test(test_shown_words_stay_and_nothing_is_tried_again),
        cmocka_unit_test(test_time_is_over_at_last),
        cmocka_unit_test(test_an_agent_that_loses_its_model_meanwhile_goes_on),
        cmocka_unit_test(test_a_cap_that_is_reached_meanwhile_ends_it),
        cmocka_unit_test(test_another_provider_gets_no_thoughts_of_the_first),
        cmocka_unit_test(test_stop_ends_it_and_a_second_stop_finds_nothing),
        cmocka_unit_test(test_a_message_meanwhile_is_kept),
        cmocka_unit_test(test_no_order_of_events_sends_without_a_yes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
