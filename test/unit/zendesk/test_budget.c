/* The budget: which calls may go, from the headers of the answers before. */
#include "unit/zendesk/zendesk.h"

#include "zendesk/budget.h"

#define NOW INT64_C(1795360000000)

static const struct budget_lane no_lane = { .kind = LANE_NONE };

/* One answer of an account with `limit` calls a minute. */
static void hear(struct budget *budget, struct budget_lane lane, int64_t limit, int64_t remaining, int64_t reset_s, int64_t at)
{
    char texts[3][24];
    (void)snprintf(texts[0], sizeof texts[0], "%lld", (long long)limit);
    (void)snprintf(texts[1], sizeof texts[1], "%lld", (long long)remaining);
    (void)snprintf(texts[2], sizeof texts[2], "%lld", (long long)reset_s);
    const struct http_header headers[] = { { STR("ratelimit-limit"), str_from(texts[0]) },
                                           { STR("RateLimit-Remaining"), str_from(texts[1]) },
                                           { STR("ratelimit-reset"), str_from(texts[2]) } };
    const struct http_answer answer = { .status = 200, .headers = headers, .header_count = 3 };
    budget_answer(budget, lane, &answer, at);
}

static struct http_answer refusal(int status, const struct http_header *headers, size_t count)
{
    return (struct http_answer){ .status = status, .headers = headers, .header_count = count };
}

static bool may_go(const struct budget *budget, enum budget_class class, struct budget_lane lane, int64_t at)
{
    return budget_ask(budget, class, lane, at).may_go;
}

/* As many calls as may go at once. */
static int64_t take_all(struct budget *budget, enum budget_class class, int64_t at)
{
    int64_t count = 0;
    for (; may_go(budget, class, no_lane, at); count++) budget_take(budget, no_lane, at);
    return count;
}

static void lanes_of_paths(void **state)
{
    (void)state;
    static const struct {
        enum http_method method;
        const char *path;
        enum budget_lane_kind kind;
        int64_t subject;
    } paths[] = {
        { HTTP_GET, "/api/v2/tickets?page%5Bsize%5D=1", LANE_TICKETS, 0 },
        { HTTP_GET, "/api/v2/tickets/7", LANE_NONE, 0 },
        { HTTP_POST, "/api/v2/tickets", LANE_TICKET_CREATE, 0 },
        { HTTP_PUT, "/api/v2/tickets/35436", LANE_TICKET_UPDATE, 35436 },
        { HTTP_PUT, "/api/v2/tickets/35436/tags", LANE_NONE, 0 },
        { HTTP_GET, "/api/v2/search?query=x", LANE_SEARCH, 0 },
        { HTTP_PUT, "/api/v2/users/9", LANE_USER_UPDATE, 9 },
        { HTTP_POST, "/api/v2/users/create_or_update", LANE_USER_UPSERT, 0 },
        { HTTP_GET, "/api/v2/users/me", LANE_NONE, 0 },
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct budget_lane lane = budget_lane_of(paths[i].method, str_from(paths[i].path));
        assert_int_equal(lane.kind, paths[i].kind);
        assert_int_equal(lane.subject, paths[i].subject);
    }
}

/* Nothing is known yet: a few calls, which the smallest plan can bear. */
static void blind_at_first(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW), 4);
    assert_int_equal(budget_ask(&budget, BUDGET_CREATE, no_lane, NOW).again_at, NOW + 2000);
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW + 2000), 4); /* Zendesk is slow: that is not for all to wait for */
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW + 4000), 4);
    hear(&budget, no_lane, 700, 699, 60, NOW);
    assert_true(may_go(&budget, BUDGET_READ, no_lane, NOW + 4000));
}

/* An account that never speaks of limits is not held up. */
static void silent_accounts_are_not_slowed(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    const struct http_answer answer = { .status = 200 };
    budget_take(&budget, no_lane, NOW);
    budget_answer(&budget, no_lane, &answer, NOW);
    for (int i = 0; i < 100; i++) budget_take(&budget, no_lane, NOW);
    assert_true(may_go(&budget, BUDGET_BACKGROUND, no_lane, NOW));
}

/* Our share is used to the last call, the reserve is not touched but by creations. */
static void share_and_reserve(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 100, 99, 60, NOW);
    assert_int_equal(take_all(&budget, BUDGET_BACKGROUND, NOW), 69);
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW), 10);
    assert_int_equal(take_all(&budget, BUDGET_WRITE, NOW), 0);
    assert_int_equal(take_all(&budget, BUDGET_CREATE, NOW), 20);
    assert_false(may_go(&budget, BUDGET_CREATE, no_lane, NOW));
}

/* What is out is not counted twice for good: when it is answered, the answers' numbers stand alone. */
static void answers_in_any_order(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 100, 99, 60, NOW);
    for (int i = 0; i < 3; i++) budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 100, 96, 60, NOW + 10); /* the last of the three comes first */
    hear(&budget, no_lane, 100, 98, 60, NOW + 20);
    hear(&budget, no_lane, 100, 97, 60, NOW + 30);
    assert_int_equal(budget.account.remaining, 96);
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW + 30), 76);
}

/* Others use the account: what they took is gone, and what an answer of the window before says is not taken for news. */
static void windows_follow_each_other(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 100, 20, 30, NOW);
    struct budget_ruling ruling = budget_ask(&budget, BUDGET_READ, no_lane, NOW);
    assert_false(ruling.may_go);
    assert_int_equal(ruling.again_at, NOW + 30 * 1000);
    int64_t next = NOW + 30 * 1000;
    assert_int_equal(take_all(&budget, BUDGET_READ, next), 4); /* of the new window nothing is known */
    hear(&budget, no_lane, 100, 99, 60, next + 100);
    hear(&budget, no_lane, 100, 0, 0, next + 200); /* late */
    assert_int_equal(budget.account.remaining, 99);
    assert_true(may_go(&budget, BUDGET_READ, no_lane, next + 200));
}

/* The plan with ten calls a minute. */
static void smallest_plan(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 10, 9, 60, NOW);
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW), 7);
    assert_int_equal(take_all(&budget, BUDGET_CREATE, NOW), 2);
}

static void older_headers(void **state)
{
    (void)state;
    static const struct http_header headers[] = { { STR("X-Rate-Limit"), STR("400") },
                                                  { STR("X-Rate-Limit-Remaining"), STR("81") } };
    const struct http_answer answer = { .status = 200, .headers = headers, .header_count = 2 };
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    budget_answer(&budget, no_lane, &answer, NOW);
    assert_int_equal(take_all(&budget, BUDGET_READ, NOW), 1);
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 400, 80, 60, NOW);
    assert_int_equal(budget_ask(&budget, BUDGET_READ, no_lane, NOW).again_at, NOW + 60 * 1000);
}

/* ---- buckets and holds --------------------------------------------------------------------------------------------------------- */

static const struct budget_lane tickets = { .kind = LANE_TICKETS }, one_ticket = { LANE_TICKET_UPDATE, 7 },
                                other_ticket = { LANE_TICKET_UPDATE, 8 };

/* A list's own bucket is nearly empty while the account's is full: only lists wait. */
static void bucket_of_a_lane(void **state)
{
    (void)state;
    static const struct http_header headers[] = { { STR("ratelimit-limit"), STR("700") },
                                                  { STR("ratelimit-remaining"), STR("650") },
                                                  { STR("ratelimit-reset"), STR("40") },
                                                  { STR("Zendesk-RateLimit-tickets-index"),
                                                    STR("total=100; remaining=20; resets=43") } };
    const struct http_answer answer = { .status = 200, .headers = headers, .header_count = 4 };
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, tickets, NOW);
    budget_answer(&budget, tickets, &answer, NOW);
    struct budget_ruling ruling = budget_ask(&budget, BUDGET_READ, tickets, NOW);
    assert_false(ruling.may_go);
    assert_int_equal(ruling.again_at, NOW + 43 * 1000);
    assert_true(may_go(&budget, BUDGET_READ, no_lane, NOW));
    assert_true(may_go(&budget, BUDGET_READ, tickets, NOW + 43 * 1000));
}

/* 429 with the account's budget not spent: this ticket was changed too often, others may be. */
static void refusal_of_one_record(void **state)
{
    (void)state;
    static const struct http_header headers[] = { { STR("X-Rate-Limit"), STR("700") },
                                                  { STR("X-Rate-Limit-Remaining"), STR("668") },
                                                  { STR("Retry-After"), STR("27") } };
    const struct http_answer answer = refusal(429, headers, 3);
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, one_ticket, NOW);
    budget_answer(&budget, one_ticket, &answer, NOW);
    assert_int_equal(budget_ask(&budget, BUDGET_WRITE, one_ticket, NOW).again_at, NOW + 27 * 1000);
    assert_true(may_go(&budget, BUDGET_WRITE, other_ticket, NOW));
    assert_int_equal(budget_held_until(&budget, NOW), 0);
}

struct hold_case {
    int status;
    const char *retry_after; /* NULL: no header */
    int64_t hold_s;          /* 0: none */
};

static void holds(void **state)
{
    (void)state;
    static const struct hold_case cases[] = {
        { 429, "7", 7 },       { 429, NULL, 10 }, { 429, "soon", 10 }, { 429, "0", 1 },
        { 429, "86400", 900 }, { 503, "30", 30 }, { 503, NULL, 0 },    { 500, "30", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct http_header header = { STR("retry-after"),
                                            cases[i].retry_after ? str_from(cases[i].retry_after) : STR_NONE };
        const struct http_answer answer = refusal(cases[i].status, &header, cases[i].retry_after ? 1 : 0);
        struct budget budget = { .reserve_percent = 20 };
        budget_take(&budget, no_lane, NOW);
        budget_answer(&budget, no_lane, &answer, NOW);
        int64_t until = cases[i].hold_s > 0 ? NOW + cases[i].hold_s * 1000 : 0;
        assert_int_equal(budget_held_until(&budget, NOW), until);
        assert_int_equal(may_go(&budget, BUDGET_CREATE, no_lane, NOW), until == 0);
        assert_true(may_go(&budget, BUDGET_CREATE, no_lane, NOW + 900 * 1000));
    }
}

/* A hold is not shortened by a second refusal, and one from a clock that was put back does not last for ever. */
static void hold_is_kept(void **state)
{
    (void)state;
    static const struct http_header longer = { STR("Retry-After"), STR("60") }, shorter = { STR("Retry-After"), STR("5") };
    const struct http_answer first = refusal(429, &longer, 1), second = refusal(429, &shorter, 1);
    struct budget budget = { .reserve_percent = 20 };
    for (int i = 0; i < 2; i++) budget_take(&budget, no_lane, NOW);
    budget_answer(&budget, no_lane, &first, NOW);
    budget_answer(&budget, no_lane, &second, NOW);
    assert_int_equal(budget_held_until(&budget, NOW), NOW + 60 * 1000);
    assert_int_equal(budget_held_until(&budget, NOW - INT64_C(3600) * 1000), 0);
}

/* More records are changed at once than there is room for: the account's budget still counts. */
static void more_lanes_than_room(void **state)
{
    (void)state;
    struct budget budget = { .reserve_percent = 20 };
    budget_take(&budget, no_lane, NOW);
    hear(&budget, no_lane, 700, 699, 60, NOW);
    for (int64_t id = 1; id <= 2 * BUDGET_LINES_MAX; id++) {
        const struct budget_lane lane = { LANE_TICKET_UPDATE, id };
        assert_true(may_go(&budget, BUDGET_WRITE, lane, NOW));
        budget_take(&budget, lane, NOW);
    }
    assert_int_equal(budget.account.in_flight, 2 * BUDGET_LINES_MAX);
    for (int64_t id = 1; id <= 2 * BUDGET_LINES_MAX; id++)
        budget_answer(&budget, (struct budget_lane){ LANE_TICKET_UPDATE, id }, NULL, NOW);
    assert_int_equal(budget.account.in_flight, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_of_paths),
        cmocka_unit_test(blind_at_first),
        cmocka_unit_test(silent_accounts_are_not_slowed),
        cmocka_unit_test(share_and_reserve),
        cmocka_unit_test(answers_in_any_order),
        cmocka_unit_test(windows_follow_each_other),
        cmocka_unit_test(smallest_plan),
        cmocka_unit_test(older_headers),
        cmocka_unit_test(bucket_of_a_lane),
        cmocka_unit_test(refusal_of_one_record),
        cmocka_unit_test(holds),
        cmocka_unit_test(hold_is_kept),
        cmocka_unit_test(more_lanes_than_room),
    };
    return cmocka_run_group_tests_name("zendesk/budget", tests, NULL, NULL);
}
