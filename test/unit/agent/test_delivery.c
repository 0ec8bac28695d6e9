/* test_delivery.c - the delivery machine, transition by transition. Whole histories under faults are test/sim's. */
#include "unit/unit.h"

#include "agent/delivery.h"

enum { NOW = 1000000, MINUTE = DELIVERY_MINUTE_MS };

static const struct delivery_trust trusted, strict = { .strict = true };

static struct request fresh(enum request_guard guard)
{
    return (struct request){ .state = REQUEST_READY, .guard = guard, .token = 1, .since = NOW };
}

static struct request sent(enum request_guard guard)
{
    struct request request = fresh(guard);
    assert_int_equal(delivery_take_up(&request, trusted, NOW), DELIVERY_SEND);
    return request;
}

static struct request in_doubt(enum request_guard guard, enum outcome outcome)
{
    struct request request = sent(guard);
    delivery_settle(&request, outcome, 0, NOW + 10, 0);
    return request;
}

static void test_a_new_one_is_sent(void **state)
{
    (void)state;
    struct request request = sent(GUARD_KEY);
    assert_int_equal(request.state, REQUEST_SENDING);
    assert_int_equal(request.first_sent_at, NOW);
    assert_int_equal(request.last_sent_at, NOW);
    assert_int_equal(request.attempts, 1);
    assert_int_equal(request.lease_until, NOW + DELIVERY_LEASE_MS);
}

static void test_outcomes_that_end_it(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum request_state expected;
    } rows[] = {
        { OUTCOME_DONE, REQUEST_DONE },     { OUTCOME_REJECTED, REQUEST_REJECTED }, { OUTCOME_PAUSED, REQUEST_PAUSED },
        { OUTCOME_ASTRAY, REQUEST_PAUSED }, { OUTCOME_STALE, REQUEST_REJECTED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct request request = in_doubt(GUARD_STAMP, rows[i].outcome);
        assert_int_equal(request.state, rows[i].expected);
        assert_int_equal(request.lease_until, 0);
        assert_int_equal(request.due_at, 0);
    }
}

static void test_doubt_is_looked_at_before_the_next_send(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + MINUTE), DELIVERY_LOOK_UP);
    assert_int_equal(request.attempts, 1);
    struct request found = request;
    assert_int_equal(delivery_looked_up(&found, SIGHT_FOUND, 0, NOW + MINUTE, trusted, NOW + MINUTE, 0), DELIVERY_NOTHING);
    assert_int_equal(found.state, REQUEST_DONE);
    struct request unknown = request;
    assert_int_equal(delivery_looked_up(&unknown, SIGHT_UNKNOWN, 0, NOW + MINUTE, trusted, NOW + MINUTE, 0), DELIVERY_NOTHING);
    assert_int_equal(unknown.state, REQUEST_READY);
    assert_int_equal(unknown.doubt, DOUBT_AMBIGUOUS);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW + MINUTE, trusted, NOW + MINUTE, 0), DELIVERY_SEND);
    assert_int_equal(request.first_sent_at, NOW);
    assert_int_equal(request.epoch, 0);
}

/* A sender that died leaves SENDING behind: its fate is not known. */
/* A redirection may stand in the place of an answer that told of success: nothing is sent again before somebody has looked. */
static void test_what_went_astray_is_looked_for_when_it_is_resumed(void **state)
{
    (void)state;
    static const enum request_guard guards[] = { GUARD_KEY, GUARD_STAMP };
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        struct request request = in_doubt(guards[i], OUTCOME_ASTRAY);
        assert_int_equal(request.first_sent_at, NOW);
        delivery_retry(&request, NOW + MINUTE);
        assert_int_equal(delivery_take_up(&request, trusted, NOW + MINUTE), DELIVERY_LOOK_UP);
        assert_int_equal(delivery_looked_up(&request, SIGHT_FOUND, 0, NOW + MINUTE, trusted, NOW + MINUTE, 0), DELIVERY_NOTHING);
        assert_int_equal(request.state, REQUEST_DONE);
    }
    struct request refused = in_doubt(GUARD_STAMP, OUTCOME_PAUSED);
    delivery_retry(&refused, NOW + MINUTE);
    assert_int_equal(delivery_take_up(&refused, trusted, NOW + MINUTE), DELIVERY_SEND);
}

static void test_a_lost_sender_is_a_doubt(void **state)
{
    (void)state;
    struct request request = sent(GUARD_KEY);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + 2 * MINUTE), DELIVERY_LOOK_UP);
    assert_int_equal(request.doubt, DOUBT_AMBIGUOUS);
}

static void test_after_the_window_silence_comes_first(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    request.last_sent_at = NOW + 50 * MINUTE;
    int64_t late = NOW + DELIVERY_SAFE_MS, quiet_at = request.last_sent_at + DELIVERY_QUIET_MS;
    assert_int_equal(delivery_take_up(&request, trusted, late), DELIVERY_LOOK_UP); /* an early look may end the matter */
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, late, trusted, late, 0), DELIVERY_NOTHING);
    assert_int_equal(request.due_at, quiet_at);
    assert_int_equal(delivery_take_up(&request, trusted, quiet_at), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, quiet_at, trusted, quiet_at + 1, 0), DELIVERY_SEND);
    assert_int_equal(request.epoch, 1);
    assert_int_equal(request.first_sent_at, quiet_at + 1);
}

/* A look that was begun inside the window and comes back after it proves nothing. */
static void test_an_early_look_is_not_believed(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    int64_t asked_at = NOW + DELIVERY_SAFE_MS - 1;
    assert_int_equal(delivery_take_up(&request, trusted, asked_at), DELIVERY_LOOK_UP);
    request.last_sent_at = asked_at - MINUTE;
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, asked_at, trusted, asked_at + 2, 0), DELIVERY_NOTHING);
    assert_int_equal(request.due_at, request.last_sent_at + DELIVERY_QUIET_MS);
    assert_int_equal(request.epoch, 0);
}

static void test_strict_never_repeats_under_a_key(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    assert_int_equal(delivery_take_up(&request, strict, NOW + MINUTE), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW + MINUTE, strict, NOW + MINUTE, 0), DELIVERY_NOTHING);
    assert_int_equal(request.due_at, NOW + DELIVERY_QUIET_MS);
}

/* Asked again and again: later each time, and not before Zendesk wants to be asked. */
static void test_looks_grow_rarer(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    int64_t now_ms = NOW + 10 * MINUTE;
    (void)delivery_take_up(&request, trusted, now_ms);
    (void)delivery_looked_up(&request, SIGHT_UNKNOWN, 0, now_ms, trusted, now_ms, 0);
    assert_int_equal(request.due_at, now_ms + DELIVERY_BACKOFF_MAX_MS);
    (void)delivery_take_up(&request, trusted, request.due_at);
    (void)delivery_looked_up(&request, SIGHT_UNKNOWN, 900, now_ms, trusted, now_ms, 0);
    assert_int_equal(request.due_at, now_ms + 900 * 1000);
}

static void test_a_poisoned_key_is_left(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_POISONED);
    assert_int_equal(request.due_at, NOW + DELIVERY_QUIET_MS);
    assert_int_equal(delivery_take_up(&request, trusted, request.due_at), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, request.due_at, trusted, NOW + 40 * MINUTE, 0),
                     DELIVERY_SEND);
    assert_int_equal(request.epoch, 1);
    assert_int_equal(request.doubt, DOUBT_NONE);
}

static void test_a_person_is_asked_in_the_end(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_POISONED);
    request.epoch = DELIVERY_EPOCHS_MAX - 1;
    int64_t quiet_at = request.due_at;
    assert_int_equal(delivery_take_up(&request, trusted, quiet_at), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, quiet_at, trusted, quiet_at, 0), DELIVERY_NOTHING);
    assert_int_equal(request.state, REQUEST_NEEDS_HUMAN);
    struct request old = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    assert_int_equal(delivery_take_up(&old, trusted, NOW + DELIVERY_AGE_MAX_MS), DELIVERY_NOTHING);
    assert_int_equal(old.state, REQUEST_NEEDS_HUMAN);
    delivery_retry(&old, NOW + DELIVERY_AGE_MAX_MS);
    assert_int_equal(delivery_take_up(&old, trusted, NOW + DELIVERY_AGE_MAX_MS), DELIVERY_LOOK_UP);
}

/* After a restore: nothing says that it was sent, and it is looked for all the same, with silence counted from the history that is gone. */
static void test_what_may_have_been_sent_before_is_looked_for(void **state)
{
    (void)state;
    struct request request = sent(GUARD_KEY);
    delivery_suspect(&request, NOW - 10 * MINUTE, NOW);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(delivery_take_up(&request, trusted, NOW), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW, trusted, NOW, 0), DELIVERY_NOTHING);
    assert_int_equal(request.due_at, NOW - 10 * MINUTE + DELIVERY_QUIET_MS);
    assert_int_equal(delivery_take_up(&request, trusted, request.due_at), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, request.due_at, trusted, request.due_at, 0), DELIVERY_SEND);
    assert_int_equal(request.epoch, 1);
    struct request change = sent(GUARD_STAMP);
    delivery_suspect(&change, NOW - MINUTE, NOW);
    assert_int_equal(delivery_take_up(&change, trusted, NOW), DELIVERY_LOOK_UP);
}

/* What nobody could send for a day needs a person, and a person's retry counts its age anew. */
static void test_unsent_requests_age_too(void **state)
{
    (void)state;
    struct request request = fresh(GUARD_KEY);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + DELIVERY_AGE_MAX_MS), DELIVERY_NOTHING);
    assert_int_equal(request.state, REQUEST_NEEDS_HUMAN);
    assert_true(delivery_may_decide(&request, NOW + DELIVERY_AGE_MAX_MS));
    delivery_retry(&request, NOW + DELIVERY_AGE_MAX_MS);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + DELIVERY_AGE_MAX_MS), DELIVERY_SEND);
    assert_false(delivery_may_decide(&request, NOW + DELIVERY_AGE_MAX_MS)); /* it is out */
}

static void test_not_sent_closes_the_window_again(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_NOT_SENT);
    assert_int_equal(request.first_sent_at, 0);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + 10 * DELIVERY_SAFE_MS), DELIVERY_SEND);
}

/* After one that may have arrived, certainty about a later one takes nothing back. */
static void test_not_sent_after_ambiguous(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_KEY, OUTCOME_AMBIGUOUS);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + 5000), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW + 5000, trusted, NOW + 5001, 0), DELIVERY_SEND);
    delivery_settle(&request, OUTCOME_NOT_SENT, 0, NOW + 5002, 0);
    assert_int_equal(request.first_sent_at, NOW);
}

static void test_deferred_waits_as_told(void **state)
{
    (void)state;
    struct request request = sent(GUARD_KEY);
    delivery_settle(&request, OUTCOME_DEFERRED, 27, NOW + 10, 123);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(request.due_at, NOW + 10 + 27 * 1000);
    assert_int_equal(request.first_sent_at, 0);
}

/* A stamped change that is refused as stale on its second copy may be its own first one: a look tells. */
static void test_stale_after_doubt(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_STAMP, OUTCOME_AMBIGUOUS);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + MINUTE), DELIVERY_LOOK_UP);
    assert_int_equal(delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW + MINUTE, trusted, NOW + MINUTE, 0), DELIVERY_SEND);
    delivery_settle(&request, OUTCOME_STALE, 0, NOW + 2 * MINUTE, 0);
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(delivery_take_up(&request, trusted, NOW + 2 * MINUTE), DELIVERY_LOOK_UP);
    struct request found = request;
    delivery_looked_up(&found, SIGHT_FOUND, 0, NOW + 2 * MINUTE, trusted, NOW + 2 * MINUTE, 0);
    assert_int_equal(found.state, REQUEST_DONE);
    delivery_looked_up(&request, SIGHT_NOTHING, 0, NOW + 2 * MINUTE, trusted, NOW + 2 * MINUTE, 0);
    assert_int_equal(request.state, REQUEST_REJECTED);
}

static void test_what_may_be_repeated_is_not_looked_for(void **state)
{
    (void)state;
    struct request request = in_doubt(GUARD_NONE, OUTCOME_AMBIGUOUS);
    assert_int_equal(delivery_take_up(&request, strict, NOW + 10 * DELIVERY_SAFE_MS), DELIVERY_SEND);
}

static void test_backoff_grows_to_its_ceiling(void **state)
{
    (void)state;
    struct request request = fresh(GUARD_KEY);
    int64_t longest = 0;
    for (int attempt = 1; attempt <= 12; attempt++) {
        int64_t ceiling = (int64_t)DELIVERY_BACKOFF_MIN_MS << (attempt - 1);
        if (ceiling > DELIVERY_BACKOFF_MAX_MS) ceiling = DELIVERY_BACKOFF_MAX_MS;
        assert_int_equal(delivery_take_up(&request, trusted, NOW), DELIVERY_SEND);
        delivery_settle(&request, OUTCOME_NOT_SENT, 0, NOW, (uint32_t)(ceiling - 1));
        assert_in_range(request.due_at - NOW, DELIVERY_BACKOFF_MIN_MS / 2, DELIVERY_BACKOFF_MIN_MS / 2 + ceiling);
        assert_true(request.due_at - NOW >= longest);
        longest = request.due_at - NOW;
    }
    assert_int_equal(longest, DELIVERY_BACKOFF_MIN_MS / 2 + DELIVERY_BACKOFF_MAX_MS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_one_is_sent),
        cmocka_unit_test(test_outcomes_that_end_it),
        cmocka_unit_test(test_doubt_is_looked_at_before_the_next_send),
        cmocka_unit_test(test_what_went_astray_is_looked_for_when_it_is_resumed),
        cmocka_unit_test(test_a_lost_sender_is_a_doubt),
        cmocka_unit_test(test_after_the_window_silence_comes_first),
        cmocka_unit_test(test_an_early_look_is_not_believed),
        cmocka_unit_test(test_strict_never_repeats_under_a_key),
        cmocka_unit_test(test_looks_grow_rarer),
        cmocka_unit_test(test_a_poisoned_key_is_left),
        cmocka_unit_test(test_a_person_is_asked_in_the_end),
        cmocka_unit_test(test_what_may_have_been_sent_before_is_looked_for),
        cmocka_unit_test(test_unsent_requests_age_too),
        cmocka_unit_test(test_not_sent_closes_the_window_again),
        cmocka_unit_test(test_not_sent_after_ambiguous),
        cmocka_unit_test(test_deferred_waits_as_told),
        cmocka_unit_test(test_stale_after_doubt),
        cmocka_unit_test(test_what_may_be_repeated_is_not_looked_for),
        cmocka_unit_test(test_backoff_grows_to_its_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
