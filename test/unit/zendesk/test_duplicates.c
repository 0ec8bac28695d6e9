/* One confirmed request, one ticket: what is done about more. */
#include "unit/unit.h"

#include "zendesk/duplicates.h"

#define OURS "\"external_id\":\"cca:i:act_1\",\"updated_at\":\"2026-11-22T15:00:00Z\""

static const struct zendesk_setting setting = { .external_id = { "cca:i:act_1", 11 }, .subdomain = { "acme", 4 } };

static enum duplicates_next answer(struct duplicates *run, int status, const char *body)
{
    return duplicates_answer(run, &(struct http_answer){ .status = status, .body = str_from(body) });
}

static int open_arena(void **state)
{
    static struct arena arena;
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int close_arena(void **state)
{
    arena_clear(*state);
    return 0;
}

static void one_is_asked_for_and_found(void **state)
{
    struct duplicates run;
    assert_int_equal(duplicates_begin(&run, &setting, *state), DUPLICATES_CALL);
    assert_int_equal(run.request.method, HTTP_GET);
    assert_str(run.request.path, "/api/v2/tickets?external_id=cca%3Ai%3Aact_1");
    assert_int_equal(answer(&run, 200, "{\"tickets\":[{\"id\":7," OURS "}]}"), DUPLICATES_DONE);
    assert_int_equal(run.count, 1);
    assert_int_equal(run.kept, 7);
}

/* A filter that Zendesk did not know would list everything: only what bears the id is ours. */
static void others_tickets_do_not_count(void **state)
{
    struct duplicates run;
    (void)duplicates_begin(&run, &setting, *state);
    assert_int_equal(answer(&run, 200, "{\"tickets\":[{\"id\":3,\"external_id\":\"x\"},{\"id\":4,\"external_id\":null}]}"),
                     DUPLICATES_DONE);
    assert_int_equal(run.count, 0);
    assert_int_equal(run.kept, 0);
}

static void all_but_the_lowest_are_solved(void **state)
{
    struct duplicates run;
    (void)duplicates_begin(&run, &setting, *state);
    assert_int_equal(answer(&run, 200,
                            "{\"tickets\":[{\"id\":9,\"tags\":[\"cca\",\"vip\"]," OURS "},{\"id\":7," OURS "},"
                            "{\"id\":8,\"tags\":[\"cca_duplicate\"]," OURS "},{\"id\":12," OURS "}]}"),
                     DUPLICATES_CALL);
    assert_int_equal(run.kept, 7);
    assert_int_equal(run.request.method, HTTP_PUT);
    assert_str(run.request.path, "/api/v2/tickets/9");
    assert_str(
        run.request.body,
        "{\"ticket\":{\"status\":\"solved\",\"tags\":[\"cca\",\"vip\",\"cca_duplicate\"],\"comment\":{\"public\":false,\"body\":"
        "\"One confirmed request made this ticket a second time. Ticket #7 is the one that is kept.\"},"
        "\"safe_update\":true,\"updated_stamp\":\"2026-11-22T15:00:00Z\"}}");
    assert_int_equal(answer(&run, 200, "{}"), DUPLICATES_CALL);
    assert_str(run.request.path, "/api/v2/tickets/12");
    assert_int_equal(answer(&run, 422, "{}"), DUPLICATES_DONE);
    assert_int_equal(run.count, 4);
    assert_int_equal(run.solved, 1);
    assert_int_equal(run.left, 1);
}

static void what_says_nothing_is_asked_again(void **state)
{
    static const int statuses[] = { 401, 403, 404, 429, 500, 503 };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct duplicates run;
        (void)duplicates_begin(&run, &setting, *state);
        assert_int_equal(answer(&run, statuses[i], "{}"), DUPLICATES_FAILED);
    }
    struct duplicates run;
    (void)duplicates_begin(&run, &setting, *state);
    assert_int_equal(answer(&run, 200, "{\"tickets\":{}}"), DUPLICATES_FAILED);
    (void)duplicates_begin(&run, &setting, *state);
    assert_int_equal(answer(&run, 200, "<html>"), DUPLICATES_FAILED);
    (void)duplicates_begin(&run, &setting, *state);
    (void)answer(&run, 200, "{\"tickets\":[{\"id\":9," OURS "},{\"id\":7," OURS "}]}");
    assert_int_equal(answer(&run, 429, "{}"), DUPLICATES_FAILED);
}

static void more_than_fit_are_left_for_a_person(void **state)
{
    struct duplicates run;
    struct buf list;
    buf_init(&list, 100000);
    buf_lit(&list, "{\"tickets\":[");
    for (int i = 0; i < DUPLICATES_MAX + 4; i++)
        buf_fmt(&list, "%s{\"id\":%d,\"tags\":[\"cca_duplicate\"]," OURS "}", i ? "," : "", i + 1);
    buf_lit(&list, "]}");
    (void)duplicates_begin(&run, &setting, *state);
    enum duplicates_next next = duplicates_answer(&run, &(struct http_answer){ .status = 200, .body = buf_view(&list) });
    assert_int_equal(next, DUPLICATES_DONE);
    assert_int_equal(run.left, 4);
    buf_clear(&list);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)
    const struct CMUnitTest tests[] = {
        TEST(one_is_asked_for_and_found),       TEST(others_tickets_do_not_count),         TEST(all_but_the_lowest_are_solved),
        TEST(what_says_nothing_is_asked_again), TEST(more_than_fit_are_left_for_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
