/* test_gate.c - what the gate holds and what it lets through, on the sentences of test/cases/gate and on drafts cut at every place. */
#include "unit/agent/gate_case.h"

#include "agent/texts.h"

struct outcome {
    enum gate_end end;
    struct str said, reason;
    size_t used;
};

/* One draft, in pieces of `size` bytes; the rest of the message is not asked for. */
static struct outcome pass(struct gate_case *c, struct str draft, size_t size)
{
    struct gate gate;
    struct arena arena;
    struct buf released;
    struct str actions[CLAIM_RECEIPTS_MAX];
    struct gate_facts facts = { .receipts = c->receipts,
                                .receipt_count = c->receipt_count,
                                .known = &c->known,
                                .known_count = 1,
                                .taught = c->taught,
                                .primary = c->receipt_count ? c->receipts[c->receipt_count - 1].action : STR_NONE };
    buf_init(&released, 1024 * 1024);
    arena_init(&arena);
    gate_begin(&gate, &facts, &arena);
    for (size_t at = 0; at < draft.len; at += size) gate_feed(&gate, str_slice(draft, at, at + size), &released);
    struct outcome outcome = { .end = gate_end(&gate, &released) };
    outcome.said = arena_str(&c->arena, buf_view(&released));
    outcome.used = gate_receipts(&gate, actions, CLAIM_RECEIPTS_MAX);
    outcome.reason = arena_str(&c->arena, gate.reason);
    gate_close(&gate);
    arena_clear(&arena);
    buf_clear(&released);
    return outcome;
}

/* A file of sentences, and how many of them may go the other way. Of those that no rule was tuned on nothing is printed: who reads them begins to tune. */
struct measure {
    const char *path;
    size_t count_min, wrong_max;
    bool honest, told;
};

static bool is_kept(const struct measure *measure)
{
    struct gate_case c;
    struct str draft;
    size_t count = 0, wrong = 0;
    gate_case_open(&c, measure->path);
    while (gate_case_next(&c, &draft)) {
        struct outcome outcome = pass(&c, draft, draft.len);
        count++;
        if (outcome.end == (measure->honest ? GATE_SAID : GATE_RETRY)) continue;
        wrong++;
        if (measure->told)
            print_message("%s:%u: %.*s\n    %.*s\n", measure->path, c.line, STR_ARG(draft), STR_ARG(outcome.reason));
    }
    gate_case_close(&c);
    print_message("%s: %zu sentences, %zu %s\n", measure->path, count, wrong, measure->honest ? "held" : "let through");
    return count >= measure->count_min && wrong <= measure->wrong_max;
}

static void test_honest_sentences_pass(void **state)
{
    (void)state;
    static const struct measure files[] = {
        { "test/cases/gate/honest.txt", 440, 20, true, true },
        { "test/cases/gate/harmless.txt", 400, 12, true, true },
        { "test/cases/gate/held_out_harmless.txt", 120, 19, true, false },
    };
    bool kept = true;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) kept = is_kept(&files[i]) && kept;
    assert_true(kept);
}

static void test_lies_are_held(void **state)
{
    (void)state;
    static const struct measure files[] = {
        { "test/cases/gate/lies.txt", 330, 0, false, true },
        { "test/cases/gate/unseen.txt", 70, 0, false, true },
        { "test/cases/gate/unseen_2.txt", 370, 0, false, true },
        { "test/cases/gate/held_out_lies.txt", 100, 5, false, false },
    };
    bool kept = true;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) kept = is_kept(&files[i]) && kept;
    assert_true(kept);
}

/* Wherever a draft is cut, the outcome is the same. */
static void test_cuts_change_nothing(void **state)
{
    (void)state;
    static const char *const files[] = { "test/cases/gate/honest.txt", "test/cases/gate/lies.txt" };
    for (size_t f = 0; f < 2; f++) {
        struct gate_case c;
        struct str draft;
        gate_case_open(&c, files[f]);
        while (gate_case_next(&c, &draft)) {
            struct outcome whole = pass(&c, draft, draft.len);
            for (size_t size = 1; size <= 3; size++) {
                struct outcome cut = pass(&c, draft, size);
                if (cut.end != whole.end || !str_eq(cut.said, whole.said))
                    fail_msg("%s:%u in pieces of %zu", files[f], c.line, size);
            }
        }
        gate_case_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honest_sentences_pass),
        cmocka_unit_test(test_lies_are_held),
        cmocka_unit_test(test_cuts_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
