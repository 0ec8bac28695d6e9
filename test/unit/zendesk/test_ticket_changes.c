/* add_comment and update_ticket: what is read first, the one write, what came of it, and what a closed ticket gets. */
#include "unit/zendesk/running.h"

#define READ_AS(status)                                                                                                          \
    "{\"ticket\":{\"id\":35436,\"status\":\"" status "\",\"subject\":\"Printer\",\"requester_id\":20,"                           \
    "\"updated_at\":\"2026-11-22T10:00:00Z\",\"tags\":[\"vip\",\"printer\"],\"custom_fields\":[{\"id\":360,\"value\":\"a\"}]},"  \
    "\"users\":[{\"id\":20,\"name\":\"Jane\",\"email\":\"jane@acme.com\"}]}"
#define READ        READ_AS("open")
#define GUARD       "\"metadata\":{\"cca_op\":\"act_7\"},\"safe_update\":true,\"updated_stamp\":\"2026-11-22T10:00:00Z\""
#define TICKET_PATH "/api/v2/tickets/35436?include=users"

/* ---- add_comment ------------------------------------------------------------------------------------------------------ */

static void a_comment_is_one_guarded_write(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"On its way\",\"public\":true,\"uploads\":[\"tok1\",\"tok2\"]}",
          &usual);
    assert_asks(&f, HTTP_GET, TICKET_PATH);
    answer(&f, 200, READ);
    assert_asks(&f, HTTP_PUT, "/api/v2/tickets/35436");
    assert_body(&f,
                "{\"ticket\":{\"comment\":{\"body\":\"On its way\",\"public\":true,\"uploads\":[\"tok1\",\"tok2\"]}," GUARD "}}");
    answer(
        &f, 200,
        "{\"ticket\":{\"id\":35436,\"status\":\"open\"},\"audit\":{\"id\":1,\"created_at\":\"2026-11-22T10:05:00Z\",\"events\":["
        "{\"type\":\"Change\",\"id\":1},{\"type\":\"Comment\",\"id\":33144647570963,\"public\":true}]}}");
    assert_result(&f,
                  "{\"comment_id\":33144647570963,\"created_at\":\"2026-11-22T10:05:00Z\",\"public\":true,\"ticket_id\":35436,"
                  "\"url\":\"https://acme.zendesk.com/agent/tickets/35436\"}");
    finish(&f);
}

static void a_note_stays_private_and_is_the_service_users(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.author_id = 20;
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"{{ticket.id}} <b>x</b>\",\"public\":false}", &setting);
    answer(&f, 200, READ);
    assert_body(&f, "{\"ticket\":{\"comment\":{\"body\":\"\\\\\\\\{{ticket.id}} <b>x</b>\",\"public\":false}," GUARD "}}");
    finish(&f);
}

static void a_verified_visitor_is_the_author_of_a_public_comment(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.only_requester = STR("JANE@acme.com");
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}", &setting);
    answer(&f, 200, READ);
    assert_body(&f, "{\"ticket\":{\"comment\":{\"body\":\"T\",\"public\":true,\"author_id\":20}," GUARD "}}");
    finish(&f);
    setting.author_id = 21;
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}", &setting);
    answer(&f, 200, READ);
    assert_body(&f, "{\"ticket\":{\"comment\":{\"body\":\"T\",\"public\":true,\"author_id\":21}," GUARD "}}");
    finish(&f);
}

static void a_visitor_touches_no_other_ones_ticket(void **state)
{
    static const enum action_kind kinds[] = { ACTION_ADD_COMMENT, ACTION_UPDATE_TICKET };
    static const char *const arguments[] = { "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}",
                                             "{\"ticket_id\":35436,\"status\":\"solved\"}" };
    struct zendesk_setting setting = usual;
    (void)state;
    setting.only_requester = STR("mallory@acme.com");
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        start(&f, kinds[i], arguments[i], &setting);
        answer(&f, 200, READ);
        assert_fails(&f, PROBLEM_ZENDESK_NOT_FOUND);
        assert_str(problem_title(&f.run.problem, &f.arena), "Zendesk has no such ticket");
        finish(&f);
    }
}

static void what_became_of_public_is_read_from_the_audit(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}", &usual);
    answer(&f, 200, READ);
    answer(&f, 200, "{\"ticket\":{\"id\":35436},\"audit\":{\"events\":[{\"type\":\"Comment\",\"id\":5,\"public\":false}]}}");
    assert_result(&f, "{\"comment_id\":5,\"created_at\":null,\"public\":false,\"ticket_id\":35436,"
                      "\"url\":\"https://acme.zendesk.com/agent/tickets/35436\",\"differences\":[\"public\"]}");
    finish(&f);
}

static void a_comment_without_its_event_is_not_believed(void **state)
{
    static const char *const bodies[] = { "{\"ticket\":{\"id\":35436}}", "{\"ticket\":{\"id\":35436},\"audit\":{\"events\":[]}}",
                                          "{\"ticket\":{\"id\":35436},\"audit\":{\"events\":[{\"type\":\"Change\",\"id\":1}]}}",
                                          "{}" };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct fixture f;
        start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}", &usual);
        answer(&f, 200, READ);
        answer(&f, 200, bodies[i]);
        assert_fails(&f, PROBLEM_ZENDESK_ANSWER_UNREADABLE);
        finish(&f);
    }
}

static void a_comment_that_zendesk_would_cut_is_refused(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        struct fixture f;
        struct buf arguments;
        buf_init(&arguments, 100000);
        buf_lit(&arguments, "{\"ticket_id\":35436,\"public\":true,\"text\":\"");
        for (int i = 0; i < 65536 / 4 - 1; i++) buf_lit(&arguments, "\U0001f600");
        buf_lit(&arguments, over ? "abcde\"}" : "abcd\"}");
        start(&f, ACTION_ADD_COMMENT, arguments.data, &usual);
        answer(&f, 200, READ);
        if (over) assert_fails(&f, PROBLEM_VALUE_TOO_LONG);
        if (over) assert_str(f.run.problem.field, "text");
        if (!over) assert_asks(&f, HTTP_PUT, "/api/v2/tickets/35436");
        buf_clear(&arguments);
        finish(&f);
    }
}

static void a_closed_ticket_gets_a_follow_up(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = usual;
    (void)state;
    setting.tag_test = true;
    start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"Again\",\"public\":true}", &setting);
    answer(&f, 200, READ_AS("closed"));
    assert_asks(&f, HTTP_POST, "/api/v2/tickets");
    assert_body(&f, "{\"ticket\":{\"via_followup_source_id\":35436,\"subject\":\"Printer\",\"requester_id\":20,"
                    "\"external_id\":\"cca:inst:01k9\",\"tags\":[\"chatcrafterai\",\"chatcrafterai_test\",\"vip\",\"printer\"],"
                    "\"comment\":{\"body\":\"Again\",\"public\":true}}}");
    answer(&f, 201,
           "{\"ticket\":{\"id\":35500,\"external_id\":\"cca:inst:01k9\",\"subject\":\"Printer\",\"tags\":[\"chatcrafterai\","
           "\"chatcrafterai_test\",\"vip\",\"printer\"]},\"audit\":{\"created_at\":\"T\",\"events\":[{\"type\":\"Comment\","
           "\"id\":9,\"public\":true}]}}");
    assert_result(&f, "{\"comment_id\":9,\"created_at\":\"T\",\"public\":true,\"ticket_id\":35500,"
                      "\"url\":\"https://acme.zendesk.com/agent/tickets/35500\",\"followup_of\":35436}");
    finish(&f);
}

/* ---- update_ticket ---------------------------------------------------------------------------------------------------- */

static void a_change_sends_only_what_was_asked_for(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_TICKET, "{\"ticket_id\":35436,\"priority\":\"high\",\"status\":\"pending\"}", &usual);
    assert_asks(&f, HTTP_GET, TICKET_PATH);
    answer(&f, 200, READ);
    assert_asks(&f, HTTP_PUT, "/api/v2/tickets/35436");
    assert_body(&f, "{\"ticket\":{\"priority\":\"high\",\"status\":\"pending\"," GUARD "}}");
    answer(&f, 200,
           "{\"ticket\":{\"id\":35436,\"status\":\"pending\",\"priority\":\"high\",\"subject\":\"Printer\",\"updated_at\":\"U\","
           "\"assignee_id\":30,\"via\":{\"source\":{\"rel\":\"follow_up\",\"from\":{\"ticket_id\":6}}},\"tags\":[\"vip\"],"
           "\"custom_fields\":[{\"id\":360,\"value\":null},{\"id\":361,\"value\":true}]}}");
    assert_result(&f, "{\"id\":35436,\"status\":\"pending\",\"priority\":\"high\",\"subject\":\"Printer\",\"updated_at\":\"U\","
                      "\"assignee_id\":30,\"tags\":[\"vip\"],\"custom_fields\":[{\"id\":361,\"value\":true}],"
                      "\"url\":\"https://acme.zendesk.com/agent/tickets/35436\"}");
    finish(&f);
}

static void tags_are_added_and_removed_without_wiping_others(void **state)
{
    static const struct {
        const char *arguments, *tags;
    } cases[] = {
        { "\"tags\":[\"new one\",\"VIP\"]", "[\"vip\",\"printer\",\"new_one\"]" },
        { "\"remove_tags\":[\"Vip\"]", "[\"printer\"]" },
        { "\"remove_tags\":[\"absent\"]", "[\"vip\",\"printer\"]" },
        { "\"tags\":[\"a\",\"b\"],\"remove_tags\":[\"printer\",\"b\"]", "[\"vip\",\"a\"]" },
        { "\"remove_tags\":[\"vip\",\"printer\"]", "[]" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct buf text;
        buf_init(&text, 4096);
        buf_fmt(&text, "{\"ticket_id\":35436,%s}", cases[i].arguments);
        start(&f, ACTION_UPDATE_TICKET, text.data, &usual);
        answer(&f, 200, READ);
        buf_reset(&text);
        buf_fmt(&text, "{\"ticket\":{\"tags\":%s," GUARD "}}", cases[i].tags);
        assert_body(&f, text.data);
        buf_clear(&text);
        finish(&f);
    }
}

static void what_zendesk_keeps_otherwise_is_named(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_TICKET, "{\"ticket_id\":35436,\"priority\":\"low\",\"status\":\"solved\",\"tags\":[\"x\"]}", &usual);
    answer(&f, 200, READ);
    answer(&f, 200, "{\"ticket\":{\"id\":35436,\"status\":\"open\",\"priority\":\"low\",\"tags\":[\"vip\",\"printer\"]}}");
    struct json *result = json_parse(f.run.result, NULL);
    const struct json *differences = json_get(result, "differences");
    assert_int_equal(json_count(differences), 2);
    assert_str(json_str(json_at(differences, 0)), "status");
    assert_str(json_str(json_at(differences, 1)), "tags");
    json_free(result);
    finish(&f);
}

static void another_tickets_answer_is_no_receipt(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_TICKET, "{\"ticket_id\":35436,\"priority\":\"low\"}", &usual);
    answer(&f, 200, READ);
    answer(&f, 200, "{\"ticket\":{\"id\":35437}}");
    assert_fails(&f, PROBLEM_ZENDESK_ANSWER_DIFFERS);
    finish(&f);
    start(&f, ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"priority\":\"low\"}", &usual);
    answer(&f, 200, READ);
    assert_fails(&f, PROBLEM_ZENDESK_ANSWER_UNREADABLE);
    finish(&f);
}

#define USER(id, name, email, role) "{\"id\":" id ",\"name\":\"" name "\",\"email\":\"" email "\",\"role\":\"" role "\"}"

static void an_assignee_is_one_team_member(void **state)
{
    static const struct {
        const char *who, *path, *users;
        int64_t id;
        enum problem_id problem;
    } cases[] = {
        { "Ada Byron", "/api/v2/users/search?query=%22Ada%20Byron%22",
          USER("1", "Ada Byronson", "a@x.com", "agent") "," USER("30", "ADA byron", "ada@x.com", "agent"), 30, PROBLEM_NONE },
        { "ada@x.com", "/api/v2/users/search?query=email%3A%22ada%40x.com%22",
          USER("1", "B", "xada@x.com", "agent") "," USER("30", "Ada", "Ada@X.com", "admin"), 30, PROBLEM_NONE },
        { "\\u00c9va", NULL, USER("30", "e\\u0301va", "e@x.com", "agent"), 30, PROBLEM_NONE },
        { "Ada", NULL, USER("30", "Ada", "ada@x.com", "end-user"), 0, PROBLEM_ASSIGNEE_UNKNOWN },
        { "Ada", NULL, "", 0, PROBLEM_ASSIGNEE_UNKNOWN },
        { "Ada", NULL, USER("30", "Ada", "a@x.com", "agent") "," USER("31", "Ada", "b@x.com", "agent"), 0,
          PROBLEM_ASSIGNEE_AMBIGUOUS },
        { "Ada", NULL, "{\"id\":30,\"name\":\"Ada\",\"role\":\"agent\",\"suspended\":true}", 0, PROBLEM_ASSIGNEE_UNKNOWN },
        { "Ada", NULL, "{\"id\":30,\"name\":\"Ada\",\"role\":\"agent\",\"active\":false}", 0, PROBLEM_ASSIGNEE_UNKNOWN },
        { "Ada\\\" role:admin", "/api/v2/users/search?query=%22Ada%20role%3Aadmin%22", "", 0, PROBLEM_ASSIGNEE_UNKNOWN },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct buf text;
        buf_init(&text, 4096);
        buf_fmt(&text, "{\"ticket_id\":35436,\"assignee\":\"%s\"}", cases[i].who);
        start(&f, ACTION_UPDATE_TICKET, text.data, &usual);
        answer(&f, 200, READ);
        assert_asks(&f, HTTP_GET, cases[i].path);
        buf_reset(&text);
        buf_fmt(&text, "{\"users\":[%s]}", cases[i].users);
        answer(&f, 200, text.data);
        buf_clear(&text);
        if (cases[i].problem != PROBLEM_NONE) assert_fails(&f, cases[i].problem);
        if (cases[i].problem == PROBLEM_ASSIGNEE_AMBIGUOUS) assert_str(f.run.problem.facts.limit, "a@x.com, b@x.com");
        if (cases[i].problem == PROBLEM_NONE) assert_body(&f, "{\"ticket\":{\"assignee_id\":30," GUARD "}}");
        finish(&f);
    }
}

static void a_change_to_a_closed_ticket_makes_a_follow_up(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, ACTION_UPDATE_TICKET,
          "{\"ticket_id\":35436,\"priority\":\"urgent\",\"tags\":[\"again\"],\"remove_tags\":[\"vip\"]}", &usual);
    answer(&f, 200, READ_AS("closed"));
    assert_asks(&f, HTTP_POST, "/api/v2/tickets");
    assert_body(&f,
                "{\"ticket\":{\"via_followup_source_id\":35436,\"subject\":\"Printer\",\"requester_id\":20,"
                "\"external_id\":\"cca:inst:01k9\",\"tags\":[\"chatcrafterai\",\"printer\",\"again\"],\"priority\":\"urgent\","
                "\"comment\":{\"body\":\"Follow-up to ticket 35436, which is closed.\",\"public\":false}}}");
    answer(&f, 201, "{\"ticket\":{\"id\":8,\"external_id\":\"other\"}}");
    assert_fails(&f, PROBLEM_ZENDESK_ANSWER_DIFFERS);
    finish(&f);
}

static void the_same_receipt_comes_from_the_stored_request(void **state)
{
    struct arena arena;
    struct problem problem;
    struct str result;
    const struct zendesk_request sent = {
        .method = HTTP_POST,
        .path = STR("/api/v2/tickets"),
        .body = STR("{\"ticket\":{\"via_followup_source_id\":7,\"comment\":{\"body\":\"x\",\"public\":false}}}"),
    };
    struct http_answer given = answer_of(201, "{\"ticket\":{\"id\":9,\"external_id\":\"cca:inst:01k9\"},\"audit\":{\"events\":[{"
                                              "\"type\":\"Comment\",\"id\":5,\"public\":true}]}}");
    (void)state;
    arena_init(&arena);
    const struct action_spec *spec = action_spec(ACTION_ADD_COMMENT);
    assert_int_equal(zendesk_receipt(spec, &sent, &given, &usual, &arena, &result, &problem), ZENDESK_DONE);
    assert_str(result, "{\"comment_id\":5,\"created_at\":null,\"public\":true,\"ticket_id\":9,"
                       "\"url\":\"https://acme.zendesk.com/agent/tickets/9\",\"followup_of\":7,\"differences\":[\"public\"]}");
    arena_clear(&arena);
}

static void refusals_name_the_argument(void **state)
{
    static const struct {
        const char *body;
        enum problem_id problem;
        const char *field;
    } cases[] = {
        { "{\"error\":\"RecordInvalid\",\"details\":{\"comment\":[{\"description\":\"too long\"}]}}",
          PROBLEM_ZENDESK_RECORD_INVALID, "text" },
        { "{\"error\":\"RecordInvalid\",\"details\":{\"requester\":[{\"description\":\"no\"}]}}", PROBLEM_ZENDESK_RECORD_INVALID,
          "" },
        { "{\"error\":\"RecordInvalid\",\"details\":{\"status\":[{\"description\":\"Status: closed prevents ticket update\"}]}}",
          PROBLEM_ZENDESK_CLOSED_TICKET, "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, ACTION_ADD_COMMENT, "{\"ticket_id\":35436,\"text\":\"T\",\"public\":true}", &usual);
        answer(&f, 200, READ);
        answer(&f, 422, cases[i].body);
        assert_fails(&f, cases[i].problem);
        assert_true(str_eq(f.run.problem.field, str_from(cases[i].field)));
        finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comment_is_one_guarded_write),
        cmocka_unit_test(a_note_stays_private_and_is_the_service_users),
        cmocka_unit_test(a_verified_visitor_is_the_author_of_a_public_comment),
        cmocka_unit_test(a_visitor_touches_no_other_ones_ticket),
        cmocka_unit_test(what_became_of_public_is_read_from_the_audit),
        cmocka_unit_test(a_comment_without_its_event_is_not_believed),
        cmocka_unit_test(a_comment_that_zendesk_would_cut_is_refused),
        cmocka_unit_test(a_closed_ticket_gets_a_follow_up),
        cmocka_unit_test(a_change_sends_only_what_was_asked_for),
        cmocka_unit_test(tags_are_added_and_removed_without_wiping_others),
        cmocka_unit_test(what_zendesk_keeps_otherwise_is_named),
        cmocka_unit_test(another_tickets_answer_is_no_receipt),
        cmocka_unit_test(an_assignee_is_one_team_member),
        cmocka_unit_test(a_change_to_a_closed_ticket_makes_a_follow_up),
        cmocka_unit_test(the_same_receipt_comes_from_the_stored_request),
        cmocka_unit_test(refusals_name_the_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
