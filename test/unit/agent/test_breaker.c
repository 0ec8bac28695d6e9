/* test_breaker.c - the breaker's states with a clock of our own; and what may be spent. */
#include "unit/unit.h"

#include "agent/breaker.h"
#include "agent/spend.h"
#include "base/limits.h"

static const struct model_fault down = { .kind = MODEL_FAULT_NETWORK };

static void three_in_a_row_open_it(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    int64_t now = 1000;
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        assert_true(breaker_may_call(&breaker, now));
        breaker_failed(&breaker, &down, now);
    }
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_false(breaker_may_call(&breaker, now + BREAKER_WAIT_MS - 1));
    assert_true(breaker_may_call(&breaker, now + BREAKER_WAIT_MS));
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    /* One call tries, the others go elsewhere. */
    assert_false(breaker_may_call(&breaker, now + BREAKER_WAIT_MS));
    breaker_worked(&breaker);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_true(breaker_may_call(&breaker, now + BREAKER_WAIT_MS));
}

static void a_success_between_counts(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    for (int i = 0; i < 10; i++) {
        breaker_failed(&breaker, &down, i);
        breaker_failed(&breaker, &down, i);
        breaker_worked(&breaker);
        assert_int_equal(breaker.state, BREAKER_CLOSED);
    }
}

static void it_waits_longer_each_time(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    int64_t now = 0, wait = BREAKER_WAIT_MS;
    for (int i = 0; i < BREAKER_FAILURES; i++) breaker_failed(&breaker, &down, now);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(breaker.until_ms - now, wait);
        now = breaker.until_ms;
        assert_true(breaker_may_call(&breaker, now));
        breaker_failed(&breaker, &down, now);
        wait = wait * 2 < BREAKER_WAIT_MAX_MS ? wait * 2 : BREAKER_WAIT_MAX_MS;
    }
    assert_int_equal(wait, BREAKER_WAIT_MAX_MS);
}

/* What a fault says about the provider. */
static void faults_weigh_differently(void **state)
{
    (void)state;
    static const enum model_fault_kind broken[] = { MODEL_FAULT_KEY, MODEL_FAULT_DENIED, MODEL_FAULT_QUOTA, MODEL_FAULT_ADDRESS,
                                                    MODEL_FAULT_UNKNOWN };
    static const enum model_fault_kind blameless[] = { MODEL_FAULT_CONTEXT, MODEL_FAULT_FILTERED, MODEL_FAULT_REQUEST,
                                                       MODEL_FAULT_LIMIT, MODEL_FAULT_CANCELLED };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct breaker breaker = { 0 };
        breaker_failed(&breaker, &(struct model_fault){ .kind = broken[i] }, 0);
        assert_int_equal(breaker.state, BREAKER_OPEN);
        assert_false(breaker_may_call(&breaker, BREAKER_WAIT_BROKEN_MS - 1));
        assert_true(breaker_may_call(&breaker, BREAKER_WAIT_BROKEN_MS));
    }
    for (size_t i = 0; i < sizeof blameless / sizeof blameless[0]; i++) {
        struct breaker breaker = { 0 };
        for (int k = 0; k < 10; k++) breaker_failed(&breaker, &(struct model_fault){ .kind = blameless[i] }, 0);
        assert_int_equal(breaker.state, BREAKER_CLOSED);
    }
    /* A provider that names a time is left alone for it, and no longer than the longest. */
    struct breaker breaker = { 0 };
    breaker_failed(&breaker, &(struct model_fault){ .kind = MODEL_FAULT_RATE_LIMITED, .retry_after_ms = 20000 }, 0);
    assert_int_equal(breaker.until_ms, 20000);
    breaker = (struct breaker){ 0 };
    breaker_failed(&breaker, &(struct model_fault){ .kind = MODEL_FAULT_RATE_LIMITED, .retry_after_ms = INT64_MAX / 2 }, 0);
    assert_int_equal(breaker.until_ms, BREAKER_WAIT_MAX_MS);
}

static void a_try_without_an_end_is_given_up(void **state)
{
    (void)state;
    struct breaker breaker = { 0 };
    for (int i = 0; i < BREAKER_FAILURES; i++) breaker_failed(&breaker, &down, 0);
    assert_true(breaker_may_call(&breaker, BREAKER_WAIT_MS));
    assert_false(breaker_may_call(&breaker, BREAKER_WAIT_MS + BREAKER_TRY_MS - 1));
    assert_true(breaker_may_call(&breaker, BREAKER_WAIT_MS + BREAKER_TRY_MS));
    breaker_unclear(&breaker, 7 * BREAKER_TRY_MS); /* cancelled: the next one tries at once */
    assert_true(breaker_may_call(&breaker, 7 * BREAKER_TRY_MS));
}

/* ---- spending ---------------------------------------------------------------------------------------------------------- */

static const struct provider_price price = { .input = 2500 * 1000, .cached_input = 1250 * 1000, .output = 10 * 1000 * 1000 };

static void costs_are_whole_numbers(void **state)
{
    (void)state;
    assert_int_equal(spend_most(&price, 1000, 0).tokens, 1000 + SPEND_OUTPUT_TOKENS);
    assert_int_equal(spend_most(&price, 1000, 200).tokens, 1200);
    assert_int_equal(spend_most(&price, 1000, 200).micros, 2500 + 2000);
    assert_int_equal(spend_most(&(struct provider_price){ 0 }, 1000, 200).micros, 0);
}

/* Counts of tokens are only numbers from outside. */
static void costs_do_not_wrap(void **state)
{
    (void)state;
    const struct provider_price dear = { LIMIT_PRICE, LIMIT_PRICE, LIMIT_PRICE };
    const struct spend_table caps = { .of = { { 100, 1000 } } };
    struct spend_table used = { .of = { { INT64_MAX, INT64_MAX } } };
    struct spend most = spend_most(&dear, INT64_MAX, INT64_MAX);
    assert_true(most.micros > 0 && most.tokens == 2 * (int64_t)LIMIT_MODEL_TOKENS);
    assert_int_equal(spend_most(&dear, INT64_MIN, 1).tokens, 1);
    assert_int_equal(spend_check(&caps, &used, most), SPEND_CONVERSATION);
}

static void caps_are_never_passed(void **state)
{
    (void)state;
    const struct spend_table none = { 0 };
    struct spend_table used = { .of = { { 90, 900 }, { 500, 5000 }, { 700, 7000 } } };
    assert_int_equal(spend_check(&none, &used, (struct spend){ 1000, 1000 }), SPEND_WITHIN);
    struct spend_table caps = { .of = { { 100, 1000 }, { 510, 0 }, { 0, 7005 } } };
    assert_int_equal(spend_check(&caps, &used, (struct spend){ 5, 5 }), SPEND_WITHIN);
    assert_int_equal(spend_check(&caps, &used, (struct spend){ 10, 5 }), SPEND_WITHIN);
    assert_int_equal(spend_check(&caps, &used, (struct spend){ 11, 0 }), SPEND_CONVERSATION);
    assert_int_equal(spend_check(&caps, &used, (struct spend){ 0, 6 }), SPEND_WORKSPACE);
    caps.of[SPEND_CONVERSATION] = (struct spend){ 0, 0 };
    assert_int_equal(spend_check(&caps, &used, (struct spend){ 11, 0 }), SPEND_DAY);
    assert_string_equal(spend_scope_name(SPEND_DAY), "day");
    assert_string_equal(spend_scope_name(SPEND_WITHIN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_in_a_row_open_it),
        cmocka_unit_test(a_success_between_counts),
        cmocka_unit_test(it_waits_longer_each_time),
        cmocka_unit_test(faults_weigh_differently),
        cmocka_unit_test(a_try_without_an_end_is_given_up),
        cmocka_unit_test(costs_are_whole_numbers),
        cmocka_unit_test(costs_do_not_wrap),
        cmocka_unit_test(caps_are_never_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
