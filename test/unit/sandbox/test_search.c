/* The search language: read into terms, and held against tickets and users. */
#include "unit/sandbox/driver.h"

#include "sandbox/search_query.h"
#include "sandbox/search_text.h"

static void terms_are_read(void **state)
{
    (void)state;
    struct search_query query;
    search_query_parse(STR("type:ticket status<solved -tags:spam  subject:\"on fire\" created>=2026-11-01 \"two words\" foo:bar "
                           "order_by:updated sort:asc"),
                       &query);
    assert_str(query.type, "ticket");
    assert_str(query.order_by, "updated");
    assert_str(query.sort, "asc");
    assert_int_equal(query.count, 6);
    assert_str(query.terms[0].property, "status");
    assert_int_equal(query.terms[0].operator, SEARCH_LESS);
    assert_str(query.terms[0].value, "solved");
    assert_true(query.terms[1].is_negative);
    assert_str(query.terms[2].value, "on fire");
    assert_int_equal(query.terms[3].operator, SEARCH_AT_LEAST);
    assert_str(query.terms[4].value, "two words");
    assert_int_equal(query.terms[4].property.len, 0);
    assert_str(query.terms[5].value, "foo:bar");
}

static void odd_searches_are_read_too(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "", " ", "-", "--", ":", "status:", "\"", "subject:\"open end", "-\"a b\"", "<>", "tags::"
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct search_query query;
        search_query_parse(str_from(odd[i]), &query);
        assert_true(query.count <= 1);
    }
    struct search_query query;
    char many[SEARCH_TERMS_MAX * 4 + 1];
    memset(many, 'a', sizeof many - 1);
    for (size_t i = 1; i < sizeof many - 1; i += 2) many[i] = ' ';
    many[sizeof many - 1] = '\0';
    search_query_parse(str_from(many), &query);
    assert_int_equal(query.count, SEARCH_TERMS_MAX);
}

static void words(void **state)
{
    (void)state;
    assert_true(search_has_words(STR("The Printer is on fire"), STR("printer")));
    assert_true(search_has_words(STR("The Printer is on fire"), STR("ON FIRE")));
    assert_false(search_has_words(STR("The Printers are"), STR("printer")));
    assert_true(search_has_words(STR("The Printers are"), STR("print*")));
    assert_false(search_has_words(STR("blueprint"), STR("print*")));
    assert_false(search_has_words(STR("gr\xc3\xbc\xc3\x9f"), STR("gr")));
    assert_false(search_has_words(STR("x"), STR("")));
    assert_str(search_unquote(STR("\"a\"")), "a");
    assert_str(search_unquote(STR("\"")), "\"");
}

static void moments(void **state)
{
    (void)state;
    enum { DAY = 86400000 };
    const int64_t noon = INT64_C(1795348800000); /* 2026-11-22T12:00:00Z */
    assert_true(search_moment_fits(SEARCH_IS, noon, STR("2026-11-22"), noon));
    assert_false(search_moment_fits(SEARCH_IS, noon + DAY, STR("2026-11-22"), noon));
    assert_false(search_moment_fits(SEARCH_MORE, noon, STR("2026-11-22"), noon));
    assert_true(search_moment_fits(SEARCH_MORE, noon + DAY, STR("2026-11-22"), noon));
    assert_true(search_moment_fits(SEARCH_AT_LEAST, noon, STR("2026-11-22"), noon));
    assert_true(search_moment_fits(SEARCH_LESS, noon - DAY, STR("2026-11-22"), noon));
    assert_true(search_moment_fits(SEARCH_AT_MOST, noon, STR("2026-11-22"), noon));
    assert_true(search_moment_fits(SEARCH_MORE, noon, STR("2026-11-22T11:59:58Z"), noon));
    assert_true(search_moment_fits(SEARCH_MORE, noon - 3600000, STR("2hours"), noon));
    assert_false(search_moment_fits(SEARCH_MORE, noon - 3 * 3600000, STR("2hours"), noon));
    assert_true(search_moment_fits(SEARCH_LESS, noon - 8 * (int64_t)DAY, STR("1week"), noon));
    assert_false(search_moment_fits(SEARCH_LESS, noon, STR("soon"), noon));
}

static void expect(struct driver *d, const char *query, int64_t count)
{
    struct buf path;
    buf_init(&path, 4096);
    buf_lit(&path, "/api/v2/search?query=");
    buf_url(&path, str_from(query));
    struct reply *reply = get(d, arena_str(&d->arena, buf_view(&path)).ptr);
    buf_clear(&path);
    assert_status(reply, 200);
    if (int_at(reply->json, "count") != count) fail_msg("%s: %lld", query, (long long)int_at(reply->json, "count"));
}

static void tickets_and_users(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t fire = make_ticket(&d, "Printer on fire", "jane@example.com");
    (void)make_ticket(&d, "Where is my order", "omar@example.com");
    (void)make_ticket(&d, "Printers wanted", "jane@example.com");
    const char *change =
        "{\"ticket\":{\"status\":\"pending\",\"priority\":\"high\",\"tags\":[\"hot\",\"desk\"],\"external_id\":\"x-1\","
        "\"custom_fields\":[{\"id\":77,\"value\":\"gold\"}],\"comment\":{\"body\":\"The fuse was gone\",\"public\":false}}}";
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID", fire), change), 200);

    expect(&d, "type:ticket", 3);
    expect(&d, "type:user", 3);
    expect(&d, "type:ticket printer", 1);
    expect(&d, "type:ticket printer*", 2);
    expect(&d, "type:ticket printer order", 0);
    expect(&d, "type:ticket \"on fire\"", 1);
    expect(&d, "type:ticket subject:\"fire on\"", 0);
    expect(&d, "type:ticket fuse", 1);
    expect(&d, "type:ticket status:new", 2);
    expect(&d, "type:ticket status:new status:pending", 3);
    expect(&d, "type:ticket status>new", 1);
    expect(&d, "type:ticket status<solved requester:jane@example.com", 2);
    expect(&d, "type:ticket requester:\"jane@example.com\" -status:new", 1);
    expect(&d, "type:ticket requester:Somebody", 3);
    expect(&d, "type:ticket priority>=normal", 1);
    expect(&d, "type:ticket priority:none", 2);
    expect(&d, "type:ticket tags:hot", 1);
    expect(&d, "type:ticket -tags:hot", 2);
    expect(&d, "type:ticket -tags:hot -tags:desk", 2);
    expect(&d, "type:ticket tags:none", 2);
    expect(&d, "external_id:x-1", 1);
    expect(&d, "type:ticket custom_field_77:gold", 1);
    expect(&d, "type:ticket assignee:none", 3);
    expect(&d, "type:ticket assignee:me", 0);
    expect(&d, "type:ticket created>1hour", 3);
    expect(&d, "type:ticket created<1hour", 0);
    expect(&d, "type:ticket created>2020-01-01 created<2021-01-01", 0);
    expect(&d, "type:user email:jane@example.com", 1);
    expect(&d, "type:user role:admin", 1);
    expect(&d, "type:user email:example.com somebody", 2);
    expect(&d, arena_fmt(&d.arena, "type:ticket %lld", (long long)fire).ptr, 1);
    struct reply *first = get(&d, "/api/v2/search?query=type:ticket%20status%3E=new%20order_by:status%20sort:desc");
    assert_int_equal(int_at(first->json, "results.0.id"), fire);
    assert_str(text_at(first->json, "results.0.result_type"), "ticket");
    assert_int_equal(json_type(at(first->json, "facets")), JSON_NULL);
    assert_int_equal(int_at(get(&d, "/api/v2/search/count?query=type:ticket")->json, "count"), 3);
    assert_status(get(&d, "/api/v2/search"), 422);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_read), cmocka_unit_test(odd_searches_are_read_too), cmocka_unit_test(words),
        cmocka_unit_test(moments),        cmocka_unit_test(tickets_and_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
