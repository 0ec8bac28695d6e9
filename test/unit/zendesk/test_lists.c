/* list_tickets and search_tickets: the query that goes out, above all when somebody means it ill, and the filters on what
 * comes back. */
#include "unit/zendesk/running.h"

/* ---- list_tickets ------------------------------------------------------------------------------------------------------ */

#define FIRST "/api/v2/users/20/tickets/requested?sort=-updated_at&page%5Bsize%5D=100"

static void a_customers_tickets_are_listed_by_id(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_LIST_TICKETS, "{\"email\":\"jane+a@acme.com\"}", &usual);
    assert_asks(&f, HTTP_GET, "/api/v2/users/search?query=email%3A%22jane%2Ba%40acme.com%22");
    answer(&f, 200, "{\"users\":[{\"id\":9,\"email\":\"xjane+a@acme.com\"},{\"id\":20,\"email\":\"Jane+A@acme.com\"}]}");
    assert_asks(&f, HTTP_GET, FIRST);
    answer(&f, 200,
           "{\"tickets\":[{\"id\":33144647570963,\"requester_id\":20,\"subject\":\"S\",\"status\":\"open\",\"created_at\":\"C\"},"
           "{\"id\":2,\"requester_id\":21,\"subject\":\"Not theirs\"}],\"meta\":{\"has_more\":false}}");
    assert_result(&f, "{\"tickets\":[{\"id\":33144647570963,\"subject\":\"S\",\"status\":\"open\",\"priority\":null,"
                      "\"created_at\":\"C\",\"updated_at\":null,"
                      "\"url\":\"https://acme.zendesk.com/agent/tickets/33144647570963\"}],\"total\":1,\"complete\":true}");
    finish(&f);
}

static void pages_are_put_together(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20,\"status\":\"open\"}", &usual);
    assert_asks(&f, HTTP_GET, FIRST);
    answer(
        &f, 200,
        "{\"tickets\":[{\"id\":1,\"requester_id\":20,\"status\":\"open\"},{\"id\":2,\"requester_id\":20,\"status\":\"solved\"}],"
        "\"meta\":{\"has_more\":true,\"after_cursor\":\"x=&y\"}}");
    assert_asks(&f, HTTP_GET, FIRST "&page%5Bafter%5D=x%3D%26y");
    answer(&f, 200, "{\"tickets\":[{\"id\":3,\"requester_id\":20,\"status\":\"open\"}],\"meta\":{\"has_more\":false}}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_count(json_get(result, "tickets")), 2);
    assert_int_equal(json_get_int(json_at(json_get(result, "tickets"), 1), "id", 0), 3);
    assert_int_equal(json_get_int(result, "total", 0), 2);
    assert_true(json_get_bool(result, "complete", false));
    json_free(result);
    finish(&f);
}

static void a_list_ends_after_five_pages_and_says_so(void **state)
{
    struct fixture f;
    int pages = 0;
    (void)state;
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20}", &usual);
    while (f.next == ZENDESK_CALL) {
        answer(&f, 200, "{\"tickets\":[{\"id\":1,\"requester_id\":20}],\"meta\":{\"has_more\":true,\"after_cursor\":\"c\"}}");
        pages++;
    }
    assert_int_equal(pages, 5);
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_get_int(result, "total", 0), 5);
    assert_false(json_get_bool(result, "complete", true));
    json_free(result);
    finish(&f);
}

static void days_are_compared_here(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20,\"from\":\"2026-11-01\",\"to\":\"2026-11-02\"}", &usual);
    answer(&f, 200,
           "{\"tickets\":[{\"id\":1,\"requester_id\":20,\"created_at\":\"2026-10-31T23:59:59Z\"},"
           "{\"id\":2,\"requester_id\":20,\"created_at\":\"2026-11-01T00:00:00Z\"},"
           "{\"id\":3,\"requester_id\":20,\"created_at\":\"2026-11-02T23:59:59Z\"},"
           "{\"id\":4,\"requester_id\":20,\"created_at\":\"2026-11-03T00:00:00Z\"},{\"id\":5,\"requester_id\":20}]}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_get_int(result, "total", 0), 2);
    json_free(result);
    finish(&f);
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20,\"from\":\"2026-11-02\",\"to\":\"2026-11-01\"}", &usual);
    assert_fails(&f, PROBLEM_FIELD_RANGE);
    assert_str(f.run.problem.field, "to");
    finish(&f);
}

static void without_that_list_search_is_asked(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20,\"status\":\"open\"}", &usual);
    answer(&f, 404, "{\"error\":\"InvalidEndpoint\",\"description\":\"Not found\"}");
    assert_asks(&f, HTTP_GET,
                "/api/v2/search?sort_by=updated_at&sort_order=desc&per_page=100&query=type%3Aticket%20requester%3A20");
    answer(&f, 200,
           "{\"results\":[{\"id\":1,\"requester_id\":20,\"status\":\"open\",\"result_type\":\"ticket\"},"
           "{\"id\":2,\"requester_id\":20,\"status\":\"open\",\"result_type\":\"user\"},"
           "{\"id\":3,\"requester_id\":20,\"status\":\"pending\"}],\"count\":3}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_count(json_get(result, "tickets")), 1);
    assert_int_equal(json_get_int(result, "total", 0), 1);
    json_free(result);
    finish(&f);
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20}", &usual);
    answer(&f, 200, "{\"tickets\":[{\"id\":1,\"requester_id\":20}],\"meta\":{\"has_more\":true,\"after_cursor\":\"c\"}}");
    answer(&f, 404, "{\"error\":\"InvalidEndpoint\"}");
    answer(&f, 200, "{\"results\":[{\"id\":1,\"requester_id\":20}],\"count\":1}");
    result = json_parse(f.run.result, NULL);
    assert_int_equal(json_count(json_get(result, "tickets")), 1);
    json_free(result);
    finish(&f);
    start(&f, ACTION_LIST_TICKETS, "{\"user_id\":20}", &usual);
    answer(&f, 429, "Number of allowed API requests per minute exceeded");
    assert_fails(&f, PROBLEM_ZENDESK_RATE_LIMITED);
    finish(&f);
}

static void a_visitor_lists_their_own_tickets_only(void **state)
{
    static const struct {
        const char *arguments;
        bool is_theirs;
    } cases[] = {
        { "{\"email\":\"jane@acme.com\"}", true },
        { "{\"email\":\"JANE@acme.com\"}", true },
        { "{\"user_id\":20}", true },
        { "{\"email\":\"other@acme.com\"}", false },
        { "{\"user_id\":21}", false },
        { "{\"user_id\":21,\"email\":\"jane@acme.com\"}", false },
    };
    struct zendesk_setting setting = usual;
    (void)state;
    setting.only_requester = STR("jane@acme.com");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, ACTION_LIST_TICKETS, cases[i].arguments, &setting);
        assert_asks(&f, HTTP_GET, "/api/v2/users/search?query=email%3A%22jane%40acme.com%22");
        answer(&f, 200, "{\"users\":[{\"id\":20,\"email\":\"jane@acme.com\"}]}");
        if (cases[i].is_theirs)
            assert_asks(&f, HTTP_GET, FIRST);
        else
            assert_fails(&f, PROBLEM_CUSTOMER_UNKNOWN);
        finish(&f);
    }
}

/* ---- search_tickets ---------------------------------------------------------------------------------------------------- */

#define SEARCH "/api/v2/search?sort_by=updated_at&sort_order=desc&per_page=100&query="

static void a_query_holds_every_filter(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_SEARCH_TICKETS,
          "{\"keyword\":\"printer fire\",\"status\":\"open\",\"priority\":\"high\",\"from\":\"2026-01-01\",\"to\":\"2026-01-31\","
          "\"assignee\":\"ada@acme.com\"}",
          &usual);
    assert_asks(&f, HTTP_GET, "/api/v2/users/search?query=email%3A%22ada%40acme.com%22");
    answer(&f, 200, "{\"users\":[{\"id\":30,\"email\":\"ada@acme.com\",\"role\":\"agent\"}]}");
    assert_asks(&f, HTTP_GET,
                SEARCH "type%3Aticket%20status%3Aopen%20priority%3Ahigh%20created%3E%3D2026-01-01%20created%3C%3D2026-01-31"
                       "%20assignee%3A30%20%22printer%22%20%22fire%22");
    finish(&f);
}

static void results_are_filtered_again_and_counted(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_SEARCH_TICKETS, "{\"status\":\"open\",\"priority\":\"high\"}", &usual);
    answer(&f, 200,
           "{\"results\":[{\"id\":1,\"status\":\"open\",\"priority\":\"high\",\"subject\":\"S\",\"result_type\":\"ticket\"},"
           "{\"id\":2,\"status\":\"pending\",\"priority\":\"high\"},{\"id\":3,\"status\":\"open\",\"priority\":\"low\"},"
           "{\"id\":4,\"status\":\"open\",\"priority\":\"high\",\"result_type\":\"user\"},{\"name\":\"x\"}],\"count\":1842}");
    assert_result(&f, "{\"tickets\":[{\"id\":1,\"subject\":\"S\",\"status\":\"open\",\"priority\":\"high\",\"created_at\":null,"
                      "\"updated_at\":null,\"url\":\"https://acme.zendesk.com/agent/tickets/1\"}],\"total\":1838,"
                      "\"retrievable\":1000}");
    finish(&f);
    start(&f, ACTION_SEARCH_TICKETS, "{\"status\":\"open\"}", &usual);
    answer(&f, 200, "{\"results\":[],\"count\":0}");
    assert_result(&f, "{\"tickets\":[],\"total\":0,\"retrievable\":0}");
    finish(&f);
    start(&f, ACTION_SEARCH_TICKETS, "{\"status\":\"open\"}", &usual);
    answer(&f, 200, "{\"count\":0}");
    assert_fails(&f, PROBLEM_ZENDESK_ANSWER_UNREADABLE);
    finish(&f);
}

static void a_visitors_search_is_held_to_them(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.only_requester = STR("jane@acme.com");
    start(&f, ACTION_SEARCH_TICKETS, "{\"keyword\":\"fire\"}", &setting);
    assert_asks(&f, HTTP_GET, "/api/v2/users/search?query=email%3A%22jane%40acme.com%22");
    answer(&f, 200, "{\"users\":[{\"id\":20,\"email\":\"jane@acme.com\"}]}");
    assert_asks(&f, HTTP_GET, SEARCH "type%3Aticket%20requester%3A20%20%22fire%22");
    answer(&f, 200, "{\"results\":[{\"id\":1,\"requester_id\":21},{\"id\":2,\"requester_id\":20}],\"count\":2}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_count(json_get(result, "tickets")), 1);
    assert_int_equal(json_get_int(json_at(json_get(result, "tickets"), 0), "id", 0), 2);
    json_free(result);
    finish(&f);
    start(&f, ACTION_SEARCH_TICKETS, "{\"keyword\":\"fire\"}", &setting);
    answer(&f, 200, "{\"users\":[]}");
    assert_fails(&f, PROBLEM_CUSTOMER_UNKNOWN);
    finish(&f);
}

/* ---- hostile keywords -------------------------------------------------------------------------------------------------- */

/* The keyword as it comes (inside a JSON string), and what stands behind "type:ticket " in the decoded query. */
static const struct {
    const char *keyword, *query;
} hostile[] = {
    { "printer", "\"printer\"" },
    { "  printer   on\\tfire\\n", "\"printer\" \"on\" \"fire\"" },
    { "\\\"printer on fire\\\"", "\"printer\" \"on\" \"fire\"" },
    { "type:user", "\"type:user\"" },
    { "x\\\" type:user \\\"y", "\"x\" \"type:user\" \"y\"" },
    { "\\\"\\\" type:user", "\"type:user\"" },
    { "x\\\"type:user", "\"x\" \"type:user\"" },
    { "-status:closed", "\"-status:closed\"" },
    { "status<solved", "\"status<solved\"" },
    { "created>2000-01-01", "\"created>2000-01-01\"" },
    { "requester:ceo@acme.com", "\"requester:ceo@acme.com\"" },
    { "requester:\\\"ceo@acme.com\\\"", "\"requester:\" \"ceo@acme.com\"" },
    { "order_by:created sort:asc", "\"order_by:created\" \"sort:asc\"" },
    { "tags:vip OR tags:secret", "\"tags:vip\" \"OR\" \"tags:secret\"" },
    { "custom_field_360:\\\"x\\\"", "\"custom_field_360:\" \"x\"" },
    { "print*", "\"print\"" },
    { "* *", NULL },
    { "a*b", "\"a\" \"b\"" },
    { "\\\\", NULL },
    { "x\\\\\\\" type:user", "\"x\" \"type:user\"" },
    { "\\\"", NULL },
    { "\\\"\\\"\\\"", NULL },
    { " ", NULL },
    { "\\u00a0", NULL },
    { "\\u0001\\u0002", NULL },
    { "a\\u0000b", NULL }, /* no JSON of ours has a NUL: refused before it gets here */
    { "a\\u0007b", "\"a\" \"b\"" },
    { "a\\u007fb", "\"a\" \"b\"" },
    { "a\\u0085b", "\"a\" \"b\"" },
    { "\\u201cx\\u201d type:user", "\"x\" \"type:user\"" },
    { "\\u201ex\\u201f", "\"x\"" },
    { "\\uff02x\\uff02 type:user", "\"x\" \"type:user\"" },
    { "\\u2019s", "\"\u2019s\"" },
    { "a\\u202eb", "\"a\" \"b\"" },
    { "a\\u2066b\\u2069c", "\"a\" \"b\" \"c\"" },
    { "a\\u200bb", "\"a\" \"b\"" },
    { "\\u2028x", "\"x\"" },
    { "\\ufeffx", "\"x\"" },
    { "\\u0645\\u0631\\u062d\\u0628\\u0627 type:user", "\"\u0645\u0631\u062d\u0628\u0627\" \"type:user\"" },
    { "\\u05e9\\u05dc\\u05d5\\u05dd", "\"\u05e9\u05dc\u05d5\u05dd\"" },
    { "\\ud83d\\udd25 printer", "\"\U0001f525\" \"printer\"" },
    { "\\ud83d\\udc69\\u200d\\ud83d\\udcbb", "\"\U0001f469\u200d\U0001f4bb\"" },
    { "\\u0645\\u06cc\\u200c\\u062e\\u0648\\u0627\\u0647\\u0645", "\"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\"" },
    { "a\\u200fb", "\"a\" \"b\"" },
    { "\\ud840\\udc00", "\"\U00020000\"" },
    { "\\u5370\\u5237\\u6a5f", "\"\u5370\u5237\u6a5f\"" },
    { "{{ticket.id}}", "\"{{ticket.id}}\"" },
    { "a&per_page=1", "\"a&per_page=1\"" },
    { "a#b", "\"a#b\"" },
    { "a%22b", "\"a%22b\"" },
    { "a+b", "\"a+b\"" },
    { "../../../users", "\"../../../users\"" },
    { "'; DROP TABLE tickets; --", "\"';\" \"DROP\" \"TABLE\" \"tickets;\" \"--\"" },
    { "<script>alert(1)</script>", "\"<script>alert(1)</script>\"" },
    { "(type:user)", "\"(type:user)\"" },
    { "NOT x", "\"NOT\" \"x\"" },
    { "\\r\\nX-Evil: 1", "\"X-Evil:\" \"1\"" },
};

/* The query of the request, decoded; empty when the run failed. */
static struct str query_of(struct fixture *f)
{
    struct str target = f->run.request.path, query = STR_NONE;
    size_t mark = str_find(target, STR("?"), 0);
    if (f->next == ZENDESK_CALL)
        assert_true(http_query_get(str_slice(target, mark + 1, target.len), STR("query"), &f->arena, &query));
    return query;
}

/* Only what the encoding leaves: no byte of a stranger's stands in the path as it is. */
static void assert_encoded(struct str target)
{
    for (size_t i = 0; i < target.len; i++) {
        char c = target.ptr[i];
        bool is_plain = char_is_alpha(c) || char_is_digit(c) || strchr("/?=&%-._~", c) != NULL;
        if (!is_plain) fail_msg("%.*s", STR_ARG(target));
    }
}

static void no_keyword_becomes_an_operator(void **state)
{
    (void)state;
    assert_true(sizeof hostile / sizeof *hostile >= 40);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct buf text;
        buf_init(&text, 4096);
        buf_fmt(&text, "{\"keyword\":\"%s\"}", hostile[i].keyword);
        struct json *arguments = json_parse(buf_view(&text), NULL);
        buf_clear(&text);
        if (arguments == NULL) {
            assert_null(hostile[i].query);
            continue;
        }
        struct fixture f = { .arguments = arguments };
        arena_init(&f.arena);
        f.next = zendesk_begin(&f.run, action_spec(ACTION_SEARCH_TICKETS), arguments, &usual, &f.arena);
        struct str query = query_of(&f);
        struct str expected = hostile[i].query ? arena_fmt(&f.arena, "type:ticket %s", hostile[i].query) : STR_NONE;
        if (!str_eq(query, expected)) fail_msg("%s gives %.*s", hostile[i].keyword, STR_ARG(query));
        if (hostile[i].query == NULL) assert_fails(&f, PROBLEM_FIELD_MISSING);
        assert_encoded(f.run.request.path);
        finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_customers_tickets_are_listed_by_id),
        cmocka_unit_test(pages_are_put_together),
        cmocka_unit_test(a_list_ends_after_five_pages_and_says_so),
        cmocka_unit_test(days_are_compared_here),
        cmocka_unit_test(without_that_list_search_is_asked),
        cmocka_unit_test(a_visitor_lists_their_own_tickets_only),
        cmocka_unit_test(a_query_holds_every_filter),
        cmocka_unit_test(results_are_filtered_again_and_counted),
        cmocka_unit_test(a_visitors_search_is_held_to_them),
        cmocka_unit_test(no_keyword_becomes_an_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
