/* Failed sign-ins, counted with a clock of the test's own. */
#include "unit/unit.h"

#include <stdio.h>

#include "web/throttle.h"

static const uint8_t key[32] = { 7 };

static void fail_times(struct throttle *throttle, struct str who, int times, int64_t now_ms)
{
    for (int i = 0; i < times; i++) throttle_failed(throttle, THROTTLE_EMAIL, who, now_ms);
}

static void ten_are_free_then_the_wait_doubles(void **state)
{
    struct throttle *throttle = throttle_open(key);
    struct str who = STR("a@b.co");
    int64_t now = 1000000;
    (void)state;
    fail_times(throttle, who, THROTTLE_FREE - 1, now);
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, now), 0);
    for (int64_t wait = THROTTLE_WAIT_MS; wait < THROTTLE_WAIT_MAX_MS; wait *= 2) {
        throttle_failed(throttle, THROTTLE_EMAIL, who, now);
        assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, now), wait);
        now += wait;
        assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, now), 0);
    }
    fail_times(throttle, who, 80, now);
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, now), THROTTLE_WAIT_MAX_MS);
    throttle_close(throttle);
}

static void it_is_forgiven_and_forgotten(void **state)
{
    struct throttle *throttle = throttle_open(key);
    struct str who = STR("a@b.co");
    (void)state;
    fail_times(throttle, who, 20, 5);
    assert_true(throttle_wait_ms(throttle, THROTTLE_EMAIL, STR("A@B.CO"), 5) > 0); /* whatever its case */
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_ADDRESS, who, 5), 0);     /* another kind is another matter */
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, 5 + THROTTLE_FORGET_MS), 0);
    throttle_failed(throttle, THROTTLE_EMAIL, who, 5 + THROTTLE_FORGET_MS);
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, 5 + THROTTLE_FORGET_MS), 0); /* counts from one */
    fail_times(throttle, who, 20, 10 + THROTTLE_FORGET_MS);
    throttle_forgive(throttle, THROTTLE_EMAIL, who);
    assert_int_equal(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, 10 + THROTTLE_FORGET_MS), 0);
    throttle_close(throttle);
}

static void a_flood_of_names_does_not_free_the_guilty(void **state)
{
    struct throttle *throttle = throttle_open(key);
    struct str who = STR("owner@acme.com");
    char name[32];
    (void)state;
    fail_times(throttle, who, 12, 5);
    for (int i = 0; i < 3 * THROTTLE_ENTRIES; i++) {
        int length = snprintf(name, sizeof name, "%d@flood.test", i);
        throttle_failed(throttle, THROTTLE_EMAIL, (struct str){ name, (size_t)length }, 6 + i);
    }
    assert_true(throttle_wait_ms(throttle, THROTTLE_EMAIL, who, 10) > 0);
    throttle_close(throttle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_are_free_then_the_wait_doubles),
        cmocka_unit_test(it_is_forgiven_and_forgotten),
        cmocka_unit_test(a_flood_of_names_does_not_free_the_guilty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
