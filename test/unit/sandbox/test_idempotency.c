/* Idempotency-Key on ticket creation. */
#include "unit/sandbox/driver.h"

#define BODY  "{\"ticket\":{\"subject\":\"a\",\"comment\":{\"body\":\"x\",\"public\":true}}}"
#define OTHER "{\"ticket\":{\"subject\":\"b\",\"comment\":{\"body\":\"x\",\"public\":true}}}"

static struct ask creation(const char *key, const char *body)
{
    return (struct ask){
        .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN, .key = str_from(key), .body = str_from(body)
    };
}

static struct reply *create(struct driver *d, const char *key, const char *body)
{
    struct ask ask = creation(key, body);
    return driver_ask(d, &ask);
}

static void a_repeat_gets_the_same_bytes(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *first = create(&d, "k1", BODY);
    assert_status(first, 201);
    assert_str(header_of(first, "x-idempotency-lookup"), "miss");
    advance(&d, 60 * 1000);
    struct reply *again = create(&d, "k1", BODY);
    assert_status(again, 201);
    assert_str(header_of(again, "x-idempotency-lookup"), "hit");
    assert_true(str_eq(first->body, again->body));
    assert_true(str_eq(header_of(first, "Location"), header_of(again, "Location")));
    assert_int_equal(tickets_in_ledger(&d), 1);
    assert_int_equal(header_of(create(&d, "", BODY), "x-idempotency-lookup").len, 0);
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

static void another_body_is_refused(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(create(&d, "k1", BODY), 201);
    struct reply *other = create(&d, "k1", OTHER);
    assert_status(other, 400);
    assert_str(text_at(other->json, "error"), "IdempotentRequestError");
    assert_status(create(&d, "k2", OTHER), 201);
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

static void keys_live_two_hours_and_over_a_restart(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(create(&d, "k1", BODY), 201);
    advance(&d, (2 * 60 * 60 - 60) * 1000);
    driver_restart(&d);
    assert_str(header_of(create(&d, "k1", BODY), "x-idempotency-lookup"), "hit");
    advance(&d, 61 * 1000);
    assert_str(header_of(create(&d, "k1", BODY), "x-idempotency-lookup"), "miss");
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

static void failures_are_not_kept(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(create(&d, "k1", "{\"ticket\":{\"subject\":\"a\"}}"), 422);
    assert_status(create(&d, "k1", BODY), 201);
    driver_close(&d);
}

static void many_at_once_make_one(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct driver d;
    driver_open(&d);
    struct reply *replies[MANY];
    struct ask ask = creation("k1", BODY);
    size_t misses = 0;
    for (size_t i = 0; i < MANY; i++) replies[i] = driver_send(&d, &ask);
    for (size_t i = 0; i < MANY; i++) {
        assert_status(driver_wait(replies[i]), 201);
        assert_true(str_eq(replies[i]->body, replies[0]->body));
        misses += str_eq(header_of(replies[i], "x-idempotency-lookup"), STR("miss"));
    }
    assert_int_equal(misses, 1);
    assert_int_equal(tickets_in_ledger(&d), 1);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeat_gets_the_same_bytes),
        cmocka_unit_test(another_body_is_refused),
        cmocka_unit_test(keys_live_two_hours_and_over_a_restart),
        cmocka_unit_test(failures_are_not_kept),
        cmocka_unit_test(many_at_once_make_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
