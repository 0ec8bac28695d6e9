/* create_ticket and get_ticket: the bytes they send and what they make of answers. */
#include "unit/zendesk/running.h"

#define TICKET "\"subject\":\"Printer on fire\",\"description\":\"Smoke\",\"requester_email\":\"jane.doe+shop@acme.com\""

static void a_ticket_is_written(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_CREATE_TICKET, "{" TICKET "}", &usual);
    assert_int_equal(f.next, ZENDESK_CALL);
    assert_int_equal(f.run.request.method, HTTP_POST);
    assert_str(f.run.request.path, "/api/v2/tickets");
    assert_str(f.run.request.body,
               "{\"ticket\":{\"subject\":\"Printer on fire\",\"comment\":{\"body\":\"Smoke\",\"public\":true},"
               "\"requester\":{\"name\":\"Jane Doe\",\"email\":\"jane.doe+shop@acme.com\"},\"tags\":[\"chatcrafterai\"],"
               "\"external_id\":\"cca:inst:01k9\"}}");
    answer(&f, 201,
           "{\"ticket\":{\"id\":33144647570963,\"status\":\"new\",\"subject\":\"Printer on "
           "fire\",\"created_at\":\"2026-11-22T15:04:05Z\","
           "\"external_id\":\"cca:inst:01k9\"},\"audit\":{}}");
    assert_int_equal(f.next, ZENDESK_DONE);
    assert_str(f.run.result, "{\"id\":33144647570963,\"status\":\"new\",\"created_at\":\"2026-11-22T15:04:05Z\","
                             "\"url\":\"https://acme.zendesk.com/agent/tickets/33144647570963\"}");
    finish(&f);
}

static void every_argument_is_written(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.tag_test = true;
    setting.external_id = STR_NONE;
    start(&f, ACTION_CREATE_TICKET,
          "{" TICKET
          ",\"requester_name\":\"J \\\"Q\\\" D\",\"priority\":\"high\",\"type\":\"incident\",\"tags\":[\"vip\",\" two words \"]}",
          &setting);
    assert_str(f.run.request.body,
               "{\"ticket\":{\"subject\":\"Printer on fire\",\"comment\":{\"body\":\"Smoke\",\"public\":true},"
               "\"requester\":{\"name\":\"J \\\"Q\\\" "
               "D\",\"email\":\"jane.doe+shop@acme.com\"},\"priority\":\"high\",\"type\":\"incident\","
               "\"tags\":[\"chatcrafterai\",\"chatcrafterai_test\",\"vip\",\"two_words\"]}}");
    finish(&f);
}

static void a_name_is_made_of_the_address(void **state)
{
    static const struct {
        const char *email, *name;
    } cases[] = {
        { "jane@acme.com", "Jane" },         { "jane.doe@acme.com", "Jane Doe" },
        { "JANE_DOE@acme.com", "JANE DOE" }, { "jane-marie.x@acme.com", "Jane Marie X" },
        { "jane+a.b@acme.com", "Jane" },     { "+jane@acme.com", "+jane" },
        { "7.9@acme.com", "7 9" },           { "_jane_@acme.com", "Jane" },
        { "___@acme.com", "___" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct buf arguments;
        buf_init(&arguments, 1024);
        buf_fmt(&arguments, "{\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"%s\"}", cases[i].email);
        start(&f, ACTION_CREATE_TICKET, arguments.data, &usual);
        struct json *body = json_parse(f.run.request.body, NULL);
        struct str name = json_get_str(json_get(json_get(body, "ticket"), "requester"), "name");
        if (!str_eq(name, str_from(cases[i].name))) fail_msg("%s gives \"%.*s\"", cases[i].email, STR_ARG(name));
        json_free(body);
        buf_clear(&arguments);
        finish(&f);
    }
}

static void placeholders_are_escaped_in_the_text(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_CREATE_TICKET,
          "{\"subject\":\"{{x}}\",\"description\":\"{{ticket.id}} { {a} {{{b}}\",\"requester_email\":\"j@acme.com\"}", &usual);
    struct json *body = json_parse(f.run.request.body, NULL);
    const struct json *ticket = json_get(body, "ticket");
    assert_str(json_get_str(json_get(ticket, "comment"), "body"), "\\\\{{ticket.id}} { {a} \\\\{{{b}}");
    assert_str(json_get_str(ticket, "subject"), "{{x}}");
    json_free(body);
    finish(&f);
}

static void a_text_that_zendesk_would_cut_is_refused(void **state)
{
    struct buf arguments;
    (void)state;
    for (int over = 0; over < 2; over++) {
        struct fixture f;
        buf_init(&arguments, 200000);
        buf_lit(&arguments, "{\"subject\":\"S\",\"requester_email\":\"j@acme.com\",\"description\":\"");
        for (int i = 0; i < 65536 / 2 + over; i++) buf_lit(&arguments, "\u00e4");
        buf_lit(&arguments, "\"}");
        start(&f, ACTION_CREATE_TICKET, arguments.data, &usual);
        assert_int_equal(f.next, over ? ZENDESK_FAILED : ZENDESK_CALL);
        assert_int_equal(f.run.problem.id, over ? PROBLEM_VALUE_TOO_LONG : PROBLEM_NONE);
        buf_clear(&arguments);
        finish(&f);
    }
}

static void a_known_requester_is_found_first(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.may_write_users = false;
    start(&f, ACTION_CREATE_TICKET, "{" TICKET "}", &setting);
    assert_int_equal(f.run.request.method, HTTP_GET);
    assert_str(f.run.request.path, "/api/v2/users/search?query=email%3A%22jane.doe%2Bshop%40acme.com%22");
    answer(&f, 200,
           "{\"users\":[{\"id\":5,\"email\":\"x.jane.doe+shop@acme.com\"},{\"id\":6,\"email\":\"Jane.Doe+shop@ACME.com\"}]}");
    assert_int_equal(f.next, ZENDESK_CALL);
    assert_int_equal(f.run.request.method, HTTP_POST);
    struct json *body = json_parse(f.run.request.body, NULL);
    assert_int_equal(json_get_int(json_get(body, "ticket"), "requester_id", 0), 6);
    assert_null(json_get(json_get(body, "ticket"), "requester"));
    json_free(body);
    answer(&f, 201, "{\"ticket\":{\"id\":9,\"external_id\":\"cca:inst:01k9\",\"subject\":\"Printer on fire\"}}");
    assert_int_equal(f.next, ZENDESK_DONE);
    finish(&f);
}

static void an_unknown_requester_is_refused(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.may_write_users = false;
    start(&f, ACTION_CREATE_TICKET, "{" TICKET "}", &setting);
    answer(&f, 200, "{\"users\":[{\"id\":5,\"email\":\"other@acme.com\"}],\"count\":1}");
    assert_int_equal(f.next, ZENDESK_FAILED);
    assert_int_equal(f.run.problem.id, PROBLEM_REQUESTER_UNKNOWN);
    assert_str(f.run.problem.field, "requester_email");
    finish(&f);
}

static void answers_to_a_creation_are_judged(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum problem_id problem;
    } cases[] = {
        { 201, "{\"ticket\":{\"id\":9,\"external_id\":\"other\"}}", PROBLEM_ZENDESK_ANSWER_DIFFERS },
        { 201, "{\"ticket\":{\"id\":null,\"external_id\":\"cca:inst:01k9\"}}", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 201, "{\"ticket\":", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 201, "", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 422, "{\"error\":\"RecordInvalid\",\"details\":{\"subject\":[{\"description\":\"Subject: too long\"}]}}",
          PROBLEM_ZENDESK_RECORD_INVALID },
        { 401, "{\"error\":\"Couldn't authenticate you\"}", PROBLEM_ZENDESK_CREDENTIALS_REJECTED },
        { 503, "", PROBLEM_ZENDESK_UNAVAILABLE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, ACTION_CREATE_TICKET, "{" TICKET "}", &usual);
        answer(&f, cases[i].status, cases[i].body);
        assert_int_equal(f.next, ZENDESK_FAILED);
        if (f.run.problem.id != cases[i].problem) fail_msg("%s is %s", cases[i].body, problem_slug(f.run.problem.id));
        finish(&f);
    }
}

static void what_zendesk_changed_is_named(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_CREATE_TICKET, "{" TICKET ",\"priority\":\"high\",\"type\":\"task\"}", &usual);
    answer(&f, 201,
           "{\"ticket\":{\"id\":9,\"external_id\":\"cca:inst:01k9\",\"subject\":\"Printer on "
           "fire\",\"priority\":\"urgent\",\"type\":null}}");
    struct json *result = json_parse(f.run.result, NULL);
    const struct json *differences = json_get(result, "differences");
    assert_int_equal(json_count(differences), 2);
    assert_str(json_str(json_at(differences, 0)), "priority");
    assert_str(json_str(json_at(differences, 1)), "type");
    json_free(result);
    finish(&f);
}

static void a_stored_answer_gives_the_same_result(void **state)
{
    struct arena arena;
    struct problem problem;
    struct str result;
    const struct zendesk_request sent = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .body = STR("{}") };
    struct http_answer given =
        answer_of(201, "{\"ticket\":{\"id\":9,\"status\":\"new\",\"created_at\":\"T\",\"external_id\":\"cca:inst:01k9\"}}");
    (void)state;
    arena_init(&arena);
    const struct action_spec *spec = action_spec(ACTION_CREATE_TICKET);
    assert_int_equal(zendesk_receipt(spec, &sent, &given, &usual, &arena, &result, &problem), ZENDESK_DONE);
    assert_str(result, "{\"id\":9,\"status\":\"new\",\"created_at\":\"T\",\"url\":\"https://acme.zendesk.com/agent/tickets/9\"}");
    given = answer_of(422, "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"no\"}]}}");
    assert_int_equal(zendesk_receipt(spec, &sent, &given, &usual, &arena, &result, &problem), ZENDESK_FAILED);
    assert_int_equal(problem.id, PROBLEM_ZENDESK_RECORD_INVALID);
    assert_aborts((void)zendesk_receipt(action_spec(ACTION_GET_TICKET), &sent, &given, &usual, &arena, &result, &problem));
    arena_clear(&arena);
}

/* ---- get_ticket ---------------------------------------------------------------------------------------------------- */

static const char ticket_body[] =
    "{\"ticket\":{\"id\":35436,\"status\":\"open\",\"priority\":null,\"subject\":\"S\",\"description\":\"First words\","
    "\"updated_at\":\"2026-11-22T10:00:00Z\",\"requester_id\":20,\"assignee_id\":30},"
    "\"users\":[{\"id\":30,\"name\":\"Ada\",\"email\":\"ada@acme.com\"},{\"id\":20,\"name\":\"Jane\",\"email\":\"jane@acme.com\"}"
    "]}";

/* Reads the ticket with these comments; gives the parsed result. */
static struct json *ticket_with(struct fixture *f, const char *comments)
{
    start(f, ACTION_GET_TICKET, "{\"ticket_id\":35436}", &usual);
    assert_str(f->run.request.path, "/api/v2/tickets/35436?include=users");
    assert_int_equal(f->run.request.method, HTTP_GET);
    answer(f, 200, ticket_body);
    assert_int_equal(f->next, ZENDESK_CALL);
    assert_str(f->run.request.path, "/api/v2/tickets/35436/comments?sort=-created_at&page%5Bsize%5D=100");
    answer(f, 200, comments);
    assert_int_equal(f->next, ZENDESK_DONE);
    struct json *result = json_parse(f->run.result, NULL);
    assert_non_null(result);
    return result;
}

static void a_ticket_is_read_with_its_people(void **state)
{
    struct fixture f;
    (void)state;
    struct json *result = ticket_with(
        &f, "{\"comments\":[{\"id\":3,\"public\":false,\"body\":\"note\",\"created_at\":\"2026-11-22T10:00:00Z\"},"
            "{\"id\":2,\"public\":true,\"body\":\"b\",\"plain_body\":\"On its way\",\"created_at\":\"2026-11-22T09:00:00Z\"},"
            "{\"id\":1,\"public\":true,\"body\":\"First words\",\"created_at\":\"2026-11-22T08:00:00Z\"}],"
            "\"meta\":{\"has_more\":false}}");
    assert_int_equal(json_get_int(result, "id", 0), 35436);
    assert_str(json_get_str(result, "status"), "open");
    assert_int_equal(json_type(json_get(result, "priority")), JSON_NULL);
    assert_str(json_get_str(result, "assignee"), "Ada");
    assert_str(json_get_str(result, "requester_email"), "jane@acme.com");
    assert_str(json_get_str(result, "description"), "First words");
    assert_str(json_get_str(result, "last_comment"), "On its way");
    assert_str(json_get_str(result, "updated_at"), "2026-11-22T10:00:00Z");
    assert_str(json_get_str(result, "url"), "https://acme.zendesk.com/agent/tickets/35436");
    assert_int_equal(json_count(result), 10);
    json_free(result);
    finish(&f);
}

static void internal_notes_never_get_into_a_result(void **state)
{
    static const struct {
        const char *comments;
        bool has_description;
        const char *last_comment;
    } cases[] = {
        { "{\"comments\":[{\"id\":1,\"public\":false,\"body\":\"First words\",\"created_at\":\"1\"}]}", false, "" },
        { "{\"comments\":[{\"id\":2,\"public\":true,\"body\":\"B\",\"created_at\":\"2\"},{\"id\":1,\"public\":false,\"body\":"
          "\"First words\",\"created_at\":\"1\"}]}",
          false, "B" },
        { "{\"comments\":[{\"id\":1,\"public\":true,\"body\":\"A\",\"created_at\":\"1\"},{\"id\":2,\"public\":true,\"body\":"
          "\"B\",\"created_at\":\"1\"}]}",
          true, "B" },
        { "{\"comments\":[{\"id\":1,\"public\":true,\"body\":\"A\",\"created_at\":\"1\"}],\"meta\":{\"has_more\":true}}", false,
          "A" },
        { "{\"comments\":[{\"id\":1,\"public\":true,\"body\":\"A\",\"created_at\":\"1\"}],\"next_page\":\"https://"
          "acme.zendesk.com/x\"}",
          false, "A" },
        { "{\"comments\":[{\"id\":1,\"body\":\"A\",\"created_at\":\"1\"}]}", false, "" },
        { "{\"comments\":[]}", false, "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct json *result = ticket_with(&f, cases[i].comments);
        assert_int_equal(json_get_str(result, "description").len > 0, cases[i].has_description);
        assert_true(str_eq(json_get_str(result, "last_comment"), str_from(cases[i].last_comment)));
        json_free(result);
        finish(&f);
    }
}

static void a_ticket_that_is_not_there_is_named(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_GET_TICKET, "{\"ticket_id\":7}", &usual);
    answer(&f, 404, "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}");
    assert_int_equal(f.next, ZENDESK_FAILED);
    assert_int_equal(f.run.problem.id, PROBLEM_ZENDESK_NOT_FOUND);
    assert_str(problem_title(&f.run.problem, &f.arena), "Zendesk has no such ticket");
    finish(&f);
}

static void another_ticket_or_shape_is_not_taken(void **state)
{
    static const char *const bodies[] = { "{\"ticket\":{\"id\":8}}", "{\"ticket\":{}}", "{}", "[]", "null", "<html>", "" };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct fixture f;
        start(&f, ACTION_GET_TICKET, "{\"ticket_id\":7}", &usual);
        answer(&f, 200, bodies[i]);
        assert_int_equal(f.next, ZENDESK_FAILED);
        assert_int_equal(f.run.problem.id, PROBLEM_ZENDESK_ANSWER_UNREADABLE);
        finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_written),
        cmocka_unit_test(every_argument_is_written),
        cmocka_unit_test(a_name_is_made_of_the_address),
        cmocka_unit_test(placeholders_are_escaped_in_the_text),
        cmocka_unit_test(a_text_that_zendesk_would_cut_is_refused),
        cmocka_unit_test(a_known_requester_is_found_first),
        cmocka_unit_test(an_unknown_requester_is_refused),
        cmocka_unit_test(answers_to_a_creation_are_judged),
        cmocka_unit_test(what_zendesk_changed_is_named),
        cmocka_unit_test(a_stored_answer_gives_the_same_result),
        cmocka_unit_test(a_ticket_is_read_with_its_people),
        cmocka_unit_test(internal_notes_never_get_into_a_result),
        cmocka_unit_test(a_ticket_that_is_not_there_is_named),
        cmocka_unit_test(another_ticket_or_shape_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
