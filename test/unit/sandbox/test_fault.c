/* Every fault: how the request ends, and whether its work was done. */
#include "unit/sandbox/driver.h"

#include "sandbox/fault.h"

#define BODY "{\"ticket\":{\"subject\":\"a\",\"comment\":{\"body\":\"x\",\"public\":true}}}"

static struct reply *create(struct driver *d)
{
    struct ask ask = {
        .method = HTTP_POST, .path = STR("/api/v2/tickets.json"), .user = ADMIN, .key = STR("k"), .body = STR(BODY)
    };
    return driver_ask(d, &ask);
}

static void each_fault_on_a_creation(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        enum net_fault_kind ends; /* NET_OK: with `status` */
        int status;
        size_t tickets;   /* made by it */
        const char *then; /* x-idempotency-lookup of the repeat, and its status */
        int then_status;
    } cases[] = {
        { "drop_before", NET_RESET, 0, 0, "miss", 201 },
        { "reset", NET_RESET, 0, 0, "miss", 201 },
        { "status:503", NET_OK, 503, 0, "miss", 201 },
        { "status:429:7", NET_OK, 429, 0, "miss", 201 },
        { "status:409", NET_OK, 409, 0, "miss", 201 },
        { "status:302", NET_OK, 302, 0, "miss", 201 },
        { "html", NET_OK, 503, 0, "miss", 201 },
        { "html:403", NET_OK, 403, 0, "miss", 201 },
        { "drop_after_commit", NET_RESET, 0, 1, "hit", 201 },
        { "status_after_commit:502", NET_OK, 502, 1, "hit", 201 },
        { "status_sticky:500", NET_OK, 500, 1, "hit", 500 },
        { "truncate", NET_RESET, 0, 1, "hit", 201 },
        { "garbage", NET_OK, 201, 1, "hit", 201 },
        { "forget_key", NET_OK, 201, 1, "miss", 201 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver d;
        driver_open(&d);
        struct str fault = str_from(cases[i].fault);
        arm(&d, arena_fmt(&d.arena, "{\"method\":\"POST\",\"path\":\"/api/v2/tickets\",\"fault\":\"%.*s\"}", STR_ARG(fault)).ptr);
        struct reply *struck = create(&d);
        if (struck->fault != cases[i].ends) fail_msg("%s ended with fault %d", cases[i].fault, (int)struck->fault);
        if (cases[i].ends == NET_OK) assert_status(struck, cases[i].status);
        if (tickets_in_ledger(&d) != cases[i].tickets) fail_msg("%s left %zu tickets", cases[i].fault, tickets_in_ledger(&d));
        struct reply *then = create(&d);
        assert_status(then, cases[i].then_status);
        assert_true(str_eq(header_of(then, "x-idempotency-lookup"), str_from(cases[i].then)));
        driver_close(&d);
    }
}

static void the_shapes_of_failures(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"status:429:7\"}");
    struct reply *busy = create(&d);
    assert_str(header_of(busy, "Retry-After"), "7");
    assert_str(busy->body, "Number of allowed API requests per minute exceeded");
    assert_true(str_starts(header_of(busy, "Content-Type"), STR("text/plain")));
    arm(&d, "{\"fault\":\"status:429\"}");
    assert_int_equal(header_of(create(&d), "Retry-After").len, 0);
    arm(&d, "{\"fault\":\"status:503:30\"}");
    struct reply *down = create(&d);
    assert_str(header_of(down, "Retry-After"), "30");
    assert_true(str_starts(down->body, STR("<!DOCTYPE html>")));
    arm(&d, "{\"fault\":\"html:403\"}");
    assert_str(header_of(create(&d), "cf-mitigated"), "challenge");
    arm(&d, "{\"fault\":\"status:403\"}");
    assert_str(text_at(create(&d)->json, "error.title"), "Forbidden");
    arm(&d, "{\"fault\":\"garbage\"}");
    assert_null(create(&d)->json);
    driver_close(&d);
}

static void keys_that_are_not_supported(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"ignore_key\"}");
    assert_int_equal(header_of(create(&d), "x-idempotency-lookup").len, 0);
    assert_int_equal(header_of(create(&d), "x-idempotency-lookup").len, 0);
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

/* It commits, answers 5xx and loses the key: the worst that a client has to live with. */
static void faults_add_up(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"status_after_commit:500\",\"path\":\"/api/v2/tickets\"}");
    arm(&d, "{\"fault\":\"forget_key\",\"path\":\"/api/v2/*\"}");
    assert_status(create(&d), 500);
    assert_str(header_of(create(&d), "x-idempotency-lookup"), "miss");
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

static void after_and_times(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"method\":\"GET\",\"path\":\"/api/v2/users/*\",\"fault\":\"status:503\",\"after\":1,\"times\":2}");
    int expected[] = { 200, 503, 503, 200 };
    for (size_t i = 0; i < 4; i++) {
        assert_status(get(&d, "/api/v2/tickets"), 200);
        assert_status(get(&d, "/api/v2/users/me.json"), expected[i]);
    }
    driver_close(&d);
}

static int64_t elapsed_ms(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void wait_for_tickets(struct driver *d, size_t count)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (tickets_in_ledger(d) < count)
        if (elapsed_ms(&start) > DRIVER_PATIENCE_MS) fail_msg("%s", "the ticket was not made in time");
}

/* delay: done at once, told late. hold: done late. */
static void waiting(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct ask ask = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN, .body = STR(BODY) };
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    arm(&d, "{\"method\":\"POST\",\"fault\":\"delay:1000\"}");
    struct reply *late = driver_send(&d, &ask);
    wait_for_tickets(&d, 1);
    assert_false(late->is_done);
    assert_status(driver_wait(late), 201);
    assert_true(elapsed_ms(&start) >= 990);

    arm(&d, "{\"method\":\"POST\",\"fault\":\"hold:1000\"}");
    late = driver_send(&d, &ask);
    assert_int_equal(tickets_in_ledger(&d), 1);
    assert_status(driver_wait(late), 201);
    assert_int_equal(tickets_in_ledger(&d), 2);
    driver_close(&d);
}

static void closing_while_calls_wait(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"delay:60000\",\"times\":0}");
    arm(&d, "{\"fault\":\"hold:60000\",\"path\":\"/api/v2/users\"}");
    struct ask ask = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN, .body = STR(BODY) };
    struct ask user = {
        .method = HTTP_POST, .path = STR("/api/v2/users"), .user = ADMIN, .body = STR("{\"user\":{\"name\":\"A\"}}")
    };
    struct reply *held = driver_send(&d, &user);
    struct reply *delayed = driver_send(&d, &ask); /* sent last: once there is a ticket both have arrived */
    wait_for_tickets(&d, 1);
    driver_restart(&d);
    assert_true(driver_wait(delayed)->fault != NET_OK);
    assert_true(driver_wait(held)->fault != NET_OK);
    assert_false(delayed->nothing_sent || held->nothing_sent);
    assert_int_equal(tickets_in_ledger(&d), 1);
    driver_close(&d);
}

static void the_index_lags(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"lag:60000\",\"path\":\"/api/v2/search*\"}");
    (void)make_ticket(&d, "Smoke", "jane@example.com");
    assert_int_equal(int_at(get(&d, "/api/v2/search?query=smoke")->json, "count"), 0);
    assert_int_equal(int_at(get(&d, "/api/v2/tickets")->json, "count"), 1);
    advance(&d, 61 * 1000);
    assert_int_equal(int_at(get(&d, "/api/v2/search?query=smoke")->json, "count"), 1);
    driver_close(&d);
}

#define COMMAND_LINE_FAULT "GET /api/v2/users/me.json status:503 times=2 after=1"

static void faults_of_the_command_line(struct sandbox_options *options)
{
    static const struct str faults[] = { { COMMAND_LINE_FAULT, sizeof COMMAND_LINE_FAULT - 1 }, { "ignore_key", 10 } };
    options->faults = faults;
    options->fault_count = 2;
}

static void a_reset_arms_the_command_lines_faults_again(void **state)
{
    (void)state;
    struct driver d;
    driver_open_with(&d, faults_of_the_command_line);
    int expected[] = { 200, 503, 503, 200 };
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < 4; i++) assert_status(get(&d, "/api/v2/users/me"), expected[i]);
        assert_int_equal(header_of(create(&d), "x-idempotency-lookup").len, 0);
        assert_status(steer(&d, HTTP_POST, "/_sandbox/reset", ""), 204);
    }
    assert_status(steer(&d, HTTP_DELETE, "/_sandbox/faults", ""), 200);
    for (size_t i = 0; i < 3; i++) assert_status(get(&d, "/api/v2/users/me"), 200);
    driver_close(&d);
}

static void what_is_no_fault(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",       "explode",           "status",   "status:9", "delay", "delay:x",
                                         "GET /x", "status:503 tims=1", "status:-1" };
    struct faults faults = { .count = 0 };
    struct err err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(faults_arm_text(&faults, str_from(wrong[i]), &err), E_INPUT);
        assert_true(err.detail[0] != '\0');
    }
    assert_int_equal(faults.count, 0);
    for (size_t i = 0; i < FAULTS_MAX; i++) assert_int_equal(faults_arm_text(&faults, STR("reset"), &err), OK);
    assert_int_equal(faults_arm_text(&faults, STR("reset"), &err), E_LIMIT);

    struct driver d;
    driver_open(&d);
    assert_status(steer(&d, HTTP_POST, "/_sandbox/faults", "{\"fault\":\"explode\"}"), 422);
    assert_status(steer(&d, HTTP_POST, "/_sandbox/faults", "{\"fault\":\"reset\",\"method\":\"get\"}"), 422);
    assert_status(steer(&d, HTTP_POST, "/_sandbox/faults", "{\"fault\":\"reset\",\"after\":-1}"), 422);
    assert_status(steer(&d, HTTP_POST, "/_sandbox/faults", "{"), 400);
    driver_close(&d);
}

static void paths_with_stars(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool strikes;
    } cases[] = {
        { "*", "/api/v2/tickets", true },
        { "/api/v2/tickets", "/api/v2/tickets", true },
        { "/api/v2/tickets.json", "/api/v2/tickets", true },
        { "/api/v2/tickets", "/api/v2/tickets/1", false },
        { "/api/v2/tickets/*", "/api/v2/tickets/1", true },
        { "/api/v2/tickets/*/tags", "/api/v2/tickets/1/tags", true },
        { "/api/v2/tickets/*/tags", "/api/v2/tickets/1/audits", false },
        { "*/audits", "/api/v2/tickets/1/audits", true },
        { "*a*b*", "xxaxxaxxbx", true },
        { "*a*b", "xxaxxb/", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults = { .count = 0 };
        struct err err;
        char spec[120];
        (void)snprintf(spec, sizeof spec, "%s reset", cases[i].pattern);
        assert_int_equal(faults_arm_text(&faults, str_from(spec), &err), OK);
        struct fault_plan plan = faults_plan(&faults, HTTP_GET, str_from(cases[i].path));
        assert_int_equal(plan.outcome == FAULT_RESET, cases[i].strikes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_on_a_creation),
        cmocka_unit_test(the_shapes_of_failures),
        cmocka_unit_test(keys_that_are_not_supported),
        cmocka_unit_test(faults_add_up),
        cmocka_unit_test(after_and_times),
        cmocka_unit_test(waiting),
        cmocka_unit_test(closing_while_calls_wait),
        cmocka_unit_test(the_index_lags),
        cmocka_unit_test(a_reset_arms_the_command_lines_faults_again),
        cmocka_unit_test(what_is_no_fault),
        cmocka_unit_test(paths_with_stars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
