/* test_delivery.c - the delivery machine: what follows each outcome, and the window in which a request may be sent again. */
#include "unit/unit.h"

#include "agent/delivery.h"

enum { NOW = 1000000 };

static struct request sent_at(int64_t now_ms)
{
    struct request request = { .state = REQUEST_READY, .token = 1 };
    delivery_intend(&request, now_ms);
    return request;
}

static void test_intent_opens_the_window(void **state)
{
    (void)state;
    struct request request = sent_at(NOW);
    assert_int_equal(request.state, REQUEST_SENDING);
    assert_int_equal(request.first_sent_at, NOW);
    assert_int_equal(request.last_sent_at, NOW);
    assert_int_equal(request.attempts, 1);
    assert_int_equal(request.lease_until, NOW + DELIVERY_LEASE_MS);
}

static void test_final_outcomes(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum request_state expected;
    } rows[] = {
        { OUTCOME_DONE, REQUEST_DONE },
        { OUTCOME_REJECTED, REQUEST_REJECTED },
        { OUTCOME_PAUSED, REQUEST_PAUSED },
        { OUTCOME_POISONED, REQUEST_NEEDS_HUMAN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request request = sent_at(NOW);
        delivery_settle(&request, rows[i].outcome, 0, NOW + 5, 7);
        assert_int_equal(request.state, rows[i].expected);
        assert_int_equal(request.lease_until, 0);
        assert_int_equal(request.due_at, 0);
    }
}

static void test_ambiguous_keeps_the_window(void **state)
{
    (void)state;
    struct request request = sent_at(NOW);
    delivery_settle(&request, OUTCOME_AMBIGUOUS, 0, NOW + 10, 0);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(request.first_sent_at, NOW);
    assert_int_equal(delivery_decide(&request, NOW + DELIVERY_SAFE_MS - 1), DELIVERY_SEND);
    assert_int_equal(delivery_decide(&request, NOW + DELIVERY_SAFE_MS), DELIVERY_ASK_A_PERSON);
}

static void test_not_sent_closes_the_window_again(void **state)
{
    (void)state;
    struct request request = sent_at(NOW);
    delivery_settle(&request, OUTCOME_NOT_SENT, 0, NOW + 10, 0);
    assert_int_equal(request.first_sent_at, 0);
    assert_int_equal(delivery_decide(&request, NOW + 100 * DELIVERY_SAFE_MS), DELIVERY_SEND);
}

/* After one that may have arrived, certainty about a later one takes nothing back. */
static void test_not_sent_after_ambiguous(void **state)
{
    (void)state;
    struct request request = sent_at(NOW);
    delivery_settle(&request, OUTCOME_AMBIGUOUS, 0, NOW + 10, 0);
    delivery_intend(&request, NOW + 5000);
    delivery_settle(&request, OUTCOME_NOT_SENT, 0, NOW + 5001, 0);
    assert_int_equal(request.first_sent_at, NOW);
    assert_int_equal(delivery_decide(&request, NOW + DELIVERY_SAFE_MS), DELIVERY_ASK_A_PERSON);
}

static void test_deferred_waits_as_told(void **state)
{
    (void)state;
    struct request request = sent_at(NOW);
    delivery_settle(&request, OUTCOME_DEFERRED, 27, NOW + 10, 123);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(request.due_at, NOW + 10 + 27 * 1000);
    assert_int_equal(request.first_sent_at, 0);
}

static void test_backoff_grows_to_its_ceiling(void **state)
{
    (void)state;
    struct request request = { .state = REQUEST_READY, .token = 1 };
    int64_t longest = 0;
    for (int attempt = 1; attempt <= 12; attempt++) {
        int64_t ceiling = DELIVERY_BACKOFF_MIN_MS << (attempt - 1);
        if (ceiling > DELIVERY_BACKOFF_MAX_MS) ceiling = DELIVERY_BACKOFF_MAX_MS;
        delivery_intend(&request, NOW);
        delivery_settle(&request, OUTCOME_NOT_SENT, 0, NOW, (uint32_t)(ceiling - 1));
        assert_in_range(request.due_at - NOW, DELIVERY_BACKOFF_MIN_MS / 2, DELIVERY_BACKOFF_MIN_MS / 2 + ceiling);
        assert_true(request.due_at - NOW >= longest);
        longest = request.due_at - NOW;
    }
    assert_int_equal(longest, DELIVERY_BACKOFF_MIN_MS / 2 + DELIVERY_BACKOFF_MAX_MS - 1);
}

static void send_after_the_window(void)
{
    struct request request = sent_at(NOW);
    delivery_settle(&request, OUTCOME_AMBIGUOUS, 0, NOW, 0);
    delivery_intend(&request, NOW + DELIVERY_SAFE_MS);
}

static void test_intent_after_the_window_is_a_programming_error(void **state)
{
    (void)state;
    assert_aborts(send_after_the_window());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intent_opens_the_window),
        cmocka_unit_test(test_final_outcomes),
        cmocka_unit_test(test_ambiguous_keeps_the_window),
        cmocka_unit_test(test_not_sent_closes_the_window_again),
        cmocka_unit_test(test_not_sent_after_ambiguous),
        cmocka_unit_test(test_deferred_waits_as_told),
        cmocka_unit_test(test_backoff_grows_to_its_ceiling),
        cmocka_unit_test(test_intent_after_the_window_is_a_programming_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
