/* Budgets: the account's, and the buckets of single kinds of request. */
#include "unit/sandbox/driver.h"

static void three_a_minute(struct sandbox_options *options)
{
    options->rate_limit = 3;
}

static void a_load_test(struct sandbox_options *options)
{
    options->rate_limit = 100000;
}

static void the_account(void **state)
{
    (void)state;
    struct driver d;
    driver_open_with(&d, three_a_minute);
    for (int i = 0; i < 3; i++) {
        struct reply *me = get(&d, "/api/v2/users/me");
        assert_status(me, 200);
        assert_str(header_of(me, "X-Rate-Limit"), "3");
        assert_str(header_of(me, "ratelimit-limit"), "3");
        assert_int_equal(header_of(me, "X-Rate-Limit-Remaining").ptr[0], '2' - i);
        assert_true(str_eq(header_of(me, "ratelimit-remaining"), header_of(me, "X-Rate-Limit-Remaining")));
    }
    struct reply *over = get(&d, "/api/v2/users/me");
    uint64_t wait_s;
    assert_status(over, 429);
    assert_str(over->body, "Number of allowed API requests per minute exceeded");
    assert_true(str_starts(header_of(over, "Content-Type"), STR("text/plain")));
    assert_str(header_of(over, "X-Rate-Limit-Remaining"), "0");
    assert_true(str_to_u64(header_of(over, "Retry-After"), &wait_s) && wait_s > 0 && wait_s <= 60);
    advance(&d, (int64_t)wait_s * 1000);
    assert_status(get(&d, "/api/v2/users/me"), 200);
    driver_close(&d);
}

static void refused_requests_cost_nothing(void **state)
{
    (void)state;
    struct driver d;
    driver_open_with(&d, three_a_minute);
    for (int i = 0; i < 5; i++) {
        struct ask ask = { .path = STR("/api/v2/tickets"), .user = STR("admin@practice.example/token:no") };
        assert_status(driver_ask(&d, &ask), 401);
    }
    assert_str(header_of(get(&d, "/api/v2/users/me"), "X-Rate-Limit-Remaining"), "2");
    driver_close(&d);
}

/* Refused although the account has plenty left. */
static void the_list_of_tickets(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    for (int i = 0; i < 100; i++) assert_status(get(&d, "/api/v2/tickets"), 200);
    struct reply *over = get(&d, "/api/v2/tickets");
    assert_status(over, 429);
    assert_true(str_starts(header_of(over, "zendesk-ratelimit-tickets-index"), STR("total=100; remaining=0; resets=")));
    assert_str(header_of(over, "X-Rate-Limit-Remaining"), "599");
    assert_status(get(&d, "/api/v2/users/me"), 200);
    driver_close(&d);
}

static void one_ticket_and_one_user(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    const char *one = path_of(&d, "/api/v2/tickets/ID", make_ticket(&d, "a", "jane@example.com"));
    const char *two = path_of(&d, "/api/v2/tickets/ID", make_ticket(&d, "b", "jane@example.com"));
    for (int i = 0; i < 30; i++) assert_status(put(&d, one, "{\"ticket\":{}}"), 200);
    assert_status(put(&d, one, "{\"ticket\":{}}"), 429);
    struct reply *other = put(&d, two, "{\"ticket\":{}}");
    assert_status(other, 200);
    assert_true(str_starts(header_of(other, "zendesk-ratelimit-per-ticket-updates"), STR("total=30; remaining=29;")));

    int64_t jane = int_at(get(&d, one)->json, "ticket.requester_id");
    const char *user = path_of(&d, "/api/v2/users/ID", jane);
    for (int i = 0; i < 5; i++) assert_status(put(&d, user, "{\"user\":{\"phone\":\"1\"}}"), 200);
    struct reply *over = put(&d, user, "{\"user\":{\"phone\":\"1\"}}");
    assert_status(over, 429);
    assert_true(str_starts(over->body, STR("You have exceeded the rate limit for updating a single unique user.")));
    assert_true(header_of(over, "Retry-After").len > 0);
    driver_close(&d);
}

static void a_limit_above_every_plan_lifts_the_buckets(void **state)
{
    (void)state;
    struct driver d;
    driver_open_with(&d, a_load_test);
    for (int i = 0; i < 150; i++) assert_status(get(&d, "/api/v2/tickets"), 200);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account),
        cmocka_unit_test(refused_requests_cost_nothing),
        cmocka_unit_test(the_list_of_tickets),
        cmocka_unit_test(one_ticket_and_one_user),
        cmocka_unit_test(a_limit_above_every_plan_lifts_the_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
