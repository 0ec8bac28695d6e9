/* The four actions on customers: who is found, what is written, and whose record is never touched. */
#include "unit/zendesk/running.h"

#define JANE                                                                                                                     \
    "{\"id\":33144647570963,\"name\":\"Jane Doe\",\"email\":\"Jane@acme.com\",\"phone\":null,\"role\":\"end-user\","             \
    "\"created_at\":\"C\",\"verified\":true,\"tags\":[\"vip\"],\"organization_id\":70,\"notes\":\"difficult\","                  \
    "\"user_fields\":{\"plan\":\"gold\"}}"
#define SEARCH     "/api/v2/users/search?query=email%3A%22jane%40acme.com%22"
#define LIST(user) "{\"users\":[" user "]}"

static void find_customer_wants_exactly_this_address(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_FIND_CUSTOMER, "{\"email\":\"jane@acme.com\"}", &usual);
    assert_asks(&f, HTTP_GET, SEARCH);
    answer(&f, 200, LIST("{\"id\":1,\"email\":\"jane@acme.com.evil.org\"}," JANE));
    assert_asks(&f, HTTP_GET, "/api/v2/organizations/70");
    answer(&f, 200, "{\"organization\":{\"id\":70,\"name\":\"Acme\"}}");
    assert_result(&f,
                  "{\"id\":33144647570963,\"name\":\"Jane Doe\",\"email\":\"Jane@acme.com\",\"phone\":null,\"created_at\":\"C\","
                  "\"tags\":[\"vip\"],\"role\":\"end-user\",\"external_id\":null,\"locale\":null,\"time_zone\":null,"
                  "\"updated_at\":null,\"verified\":true,\"suspended\":false,\"organization_id\":70,"
                  "\"custom_fields\":{\"plan\":\"gold\"},\"organization\":\"Acme\"}");
    finish(&f);
}

static void who_is_not_there_is_named(void **state)
{
    static const struct {
        const char *body;
        enum problem_id problem;
    } cases[] = {
        { LIST(""), PROBLEM_CUSTOMER_UNKNOWN },
        { LIST("{\"id\":1,\"email\":\"xjane@acme.com\"}"), PROBLEM_CUSTOMER_UNKNOWN },
        { LIST("{\"id\":1,\"email\":\"jane@acme.com\",\"active\":false}"), PROBLEM_CUSTOMER_UNKNOWN },
        { LIST("{\"id\":null,\"email\":\"jane@acme.com\"}"), PROBLEM_CUSTOMER_UNKNOWN },
        { "{\"results\":[]}", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { "[]", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, ACTION_FIND_CUSTOMER, "{\"email\":\"jane@acme.com\"}", &usual);
        answer(&f, 200, cases[i].body);
        assert_fails(&f, cases[i].problem);
        if (cases[i].problem == PROBLEM_CUSTOMER_UNKNOWN)
            assert_str(problem_title(&f.run.problem, &f.arena), "jane@acme.com is not a customer in Zendesk");
        finish(&f);
    }
}

static void get_customer_counts_tickets(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_GET_CUSTOMER, "{\"user_id\":33144647570963}", &usual);
    assert_asks(&f, HTTP_GET, "/api/v2/users/33144647570963");
    answer(&f, 200, "{\"user\":" JANE "}");
    assert_asks(&f, HTTP_GET, "/api/v2/organizations/70");
    answer(&f, 200, "{\"organization\":{\"name\":\"Acme\"}}");
    assert_asks(&f, HTTP_GET, "/api/v2/users/33144647570963/related");
    answer(&f, 200, "{\"user_related\":{\"assigned_tickets\":3,\"requested_tickets\":12}}");
    assert_result(&f,
                  "{\"id\":33144647570963,\"name\":\"Jane Doe\",\"email\":\"Jane@acme.com\",\"phone\":null,\"created_at\":\"C\","
                  "\"tags\":[\"vip\"],\"organization\":\"Acme\",\"ticket_count\":12}");
    finish(&f);
}

static void extras_may_be_refused(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_GET_CUSTOMER, "{\"email\":\"jane@acme.com\"}", &usual);
    answer(&f, 200, LIST(JANE));
    answer(&f, 403, "{\"error\":{\"title\":\"Forbidden\",\"message\":\"no\"}}");
    assert_asks(&f, HTTP_GET, "/api/v2/users/33144647570963/related");
    answer(&f, 404, "{\"error\":\"InvalidEndpoint\"}");
    assert_result(&f,
                  "{\"id\":33144647570963,\"name\":\"Jane Doe\",\"email\":\"Jane@acme.com\",\"phone\":null,\"created_at\":\"C\","
                  "\"tags\":[\"vip\"],\"organization\":null,\"ticket_count\":null}");
    finish(&f);
    start(&f, ACTION_GET_CUSTOMER, "{\"email\":\"jane@acme.com\"}", &usual);
    answer(&f, 200, LIST(JANE));
    answer(&f, 401, "{\"error\":\"Couldn't authenticate you\"}");
    assert_fails(&f, PROBLEM_ZENDESK_CREDENTIALS_REJECTED);
    finish(&f);
    start(&f, ACTION_GET_CUSTOMER, "{\"user_id\":7}", &usual);
    answer(&f, 404, "{\"error\":\"RecordNotFound\"}");
    assert_fails(&f, PROBLEM_ZENDESK_NOT_FOUND);
    assert_str(problem_title(&f.run.problem, &f.arena), "Zendesk has no such customer");
    finish(&f);
}

static void a_visitor_sees_and_changes_their_own_record_only(void **state)
{
    static const struct {
        enum action_kind kind;
        const char *arguments;
    } cases[] = {
        { ACTION_FIND_CUSTOMER, "{\"email\":\"jane@acme.com\"}" },
        { ACTION_GET_CUSTOMER, "{\"email\":\"jane@acme.com\"}" },
        { ACTION_UPDATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"name\":\"X\"}" },
    };
    struct zendesk_setting setting = usual;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        setting.only_requester = STR("mallory@acme.com");
        start(&f, cases[i].kind, cases[i].arguments, &setting);
        answer(&f, 200, LIST(JANE));
        assert_fails(&f, PROBLEM_CUSTOMER_UNKNOWN);
        finish(&f);
        setting.only_requester = STR("JANE@ACME.com");
        start(&f, cases[i].kind, cases[i].arguments, &setting);
        answer(&f, 200, LIST(JANE));
        assert_int_equal(f.next, ZENDESK_CALL);
        finish(&f);
    }
    struct fixture f;
    start(&f, ACTION_CREATE_CUSTOMER, "{\"email\":\"bob@acme.com\",\"name\":\"Bob\"}", &setting);
    assert_fails(&f, PROBLEM_CUSTOMER_UNKNOWN);
    finish(&f);
}

/* ---- writing ----------------------------------------------------------------------------------------------------------- */

static void a_customer_is_created(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_CREATE_CUSTOMER,
          "{\"email\":\"jane@acme.com\",\"name\":\" J\\u00e4ne \\\"Q\\\" \\u202e \",\"phone\":\"+49 30 "
          "1\",\"organization\":\"acme & co\","
          "\"tags\":[\"a b\"],\"custom_fields\":{\"plan\":\"gold\",\"seats\":5}}",
          &usual);
    assert_asks(&f, HTTP_GET, SEARCH);
    answer(&f, 200, LIST(""));
    assert_asks(&f, HTTP_GET, "/api/v2/organizations/search?name=acme%20%26%20co");
    answer(&f, 200, "{\"organizations\":[{\"id\":69,\"name\":\"Acme & Company\"},{\"id\":70,\"name\":\"ACME & Co\"}]}");
    assert_asks(&f, HTTP_POST, "/api/v2/users/create_or_update");
    assert_body(&f, "{\"user\":{\"email\":\"jane@acme.com\",\"role\":\"end-user\",\"skip_verify_email\":true,"
                    "\"name\":\"J\u00e4ne \\\"Q\\\" \u202e\",\"phone\":\"+49 30 1\",\"organization_id\":70,\"tags\":[\"a_b\"],"
                    "\"user_fields\":{\"plan\":\"gold\",\"seats\":5}}}");
    answer(&f, 201,
           "{\"user\":{\"id\":9,\"email\":\"jane@acme.com\",\"name\":\"J\u00e4ne \\\"Q\\\" "
           "\u202e\",\"phone\":\"+49301\",\"verified\":false,"
           "\"organization_id\":70,\"tags\":[\"a_b\"],\"user_fields\":{\"seats\":\"5\"}}}");
    struct json *result = json_parse(f.run.result, NULL);
    const struct json *differences = json_get(result, "differences");
    assert_str(json_get_str(result, "outcome"), "created");
    assert_int_equal(json_get_int(result, "id", 0), 9);
    assert_false(json_get_bool(result, "verified", true));
    assert_int_equal(json_count(differences), 2);
    assert_str(json_str(json_at(differences, 0)), "phone");
    assert_str(json_str(json_at(differences, 1)), "custom_fields.plan");
    json_free(result);
    finish(&f);
}

static void an_existing_customer_keeps_their_tags(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_CREATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"name\":\"Jane\",\"tags\":[\"new\"]}", &usual);
    answer(&f, 200, LIST(JANE));
    assert_body(&f, "{\"user\":{\"email\":\"jane@acme.com\",\"role\":\"end-user\",\"skip_verify_email\":true,\"name\":\"Jane\","
                    "\"tags\":[\"vip\",\"new\"]}}");
    answer(&f, 200, "{\"user\":{\"id\":9,\"name\":\"Jane\",\"tags\":[\"vip\",\"new\"],\"verified\":true}}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_str(json_get_str(result, "outcome"), "existing");
    assert_true(json_get_bool(result, "verified", false));
    assert_null(json_get(result, "differences"));
    json_free(result);
    finish(&f);
}

static void a_team_members_record_is_left_alone(void **state)
{
    static const char *const roles[] = { "agent", "admin" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        struct buf body;
        buf_init(&body, 1024);
        buf_fmt(&body, LIST("{\"id\":3,\"email\":\"jane@acme.com\",\"role\":\"%s\"}"), roles[i]);
        start(&f, ACTION_CREATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"name\":\"Jane\"}", &usual);
        answer(&f, 200, body.data);
        assert_fails(&f, PROBLEM_CUSTOMER_IS_TEAM);
        finish(&f);
        start(&f, ACTION_UPDATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"name\":\"Jane\"}", &usual);
        answer(&f, 200, body.data);
        assert_fails(&f, PROBLEM_CUSTOMER_IS_TEAM);
        assert_str(problem_title(&f.run.problem, &f.arena), "jane@acme.com belongs to a team member in Zendesk");
        buf_clear(&body);
        finish(&f);
    }
}

static void a_customer_is_changed(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_CUSTOMER, "{\"user_id\":33144647570963,\"phone\":\"1\",\"tags\":[\"VIP\",\"b\"]}", &usual);
    assert_asks(&f, HTTP_GET, "/api/v2/users/33144647570963");
    answer(&f, 200, "{\"user\":" JANE "}");
    assert_asks(&f, HTTP_PUT, "/api/v2/users/33144647570963");
    assert_body(&f, "{\"user\":{\"phone\":\"1\",\"tags\":[\"vip\",\"b\"]}}");
    answer(&f, 200, "{\"user\":{\"id\":33144647570963,\"name\":\"Jane Doe\",\"phone\":\"1\",\"tags\":[\"vip\",\"b\"]}}");
    struct json *result = json_parse(f.run.result, NULL);
    assert_str(json_get_str(result, "phone"), "1");
    assert_null(json_get(result, "outcome"));
    assert_null(json_get(result, "differences"));
    json_free(result);
    finish(&f);
}

static void what_cannot_be_written_is_told_first(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"organization\":\"Acm\"}", &usual);
    answer(&f, 200, LIST(JANE));
    assert_asks(&f, HTTP_GET, "/api/v2/organizations/search?name=Acm");
    answer(&f, 200, "{\"organizations\":[{\"id\":70,\"name\":\"Acme\"}]}");
    assert_fails(&f, PROBLEM_ORGANIZATION_UNKNOWN);
    finish(&f);
    start(&f, ACTION_UPDATE_CUSTOMER, "{\"email\":\"jane@acme.com\",\"custom_fields\":{\"a\":1,\"pl an\":\"x\"}}", &usual);
    answer(&f, 200, LIST(JANE));
    assert_fails(&f, PROBLEM_ZENDESK_FIELD_UNKNOWN);
    assert_str(f.run.problem.facts.value, "pl an");
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_customer_wants_exactly_this_address),
        cmocka_unit_test(who_is_not_there_is_named),
        cmocka_unit_test(get_customer_counts_tickets),
        cmocka_unit_test(extras_may_be_refused),
        cmocka_unit_test(a_visitor_sees_and_changes_their_own_record_only),
        cmocka_unit_test(a_customer_is_created),
        cmocka_unit_test(an_existing_customer_keeps_their_tags),
        cmocka_unit_test(a_team_members_record_is_left_alone),
        cmocka_unit_test(a_customer_is_changed),
        cmocka_unit_test(what_cannot_be_written_is_told_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
