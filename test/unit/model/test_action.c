/* The table of actions, their schemas, and what a call may be. */
#include "unit/unit.h"

#include "model/action.h"

static enum problem_id check(enum action_kind kind, const char *arguments, const char *field, const char *limit)
{
    struct arena arena;
    struct problem problem;
    struct json *parsed = json_parse(str_from(arguments), NULL);
    assert_non_null(parsed);
    arena_init(&arena);
    enum status status = action_check_arguments(action_spec(kind), parsed, &arena, &problem);
    json_free(parsed); /* the problem must not need it any more */
    assert_int_equal(status, problem.id == PROBLEM_NONE ? OK : E_INPUT);
    if (!str_eq(problem.field, str_from(field))) fail_msg("%s names \"%.*s\"", arguments, STR_ARG(problem.field));
    if (limit != NULL) assert_true(str_eq(problem.facts.limit, str_from(limit)));
    arena_clear(&arena);
    return problem.id;
}

#define TICKET "\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"j@acme.com\""

static void right_arguments_pass(void **state)
{
    (void)state;
    assert_int_equal(check(ACTION_CREATE_TICKET, "{" TICKET "}", NULL, NULL), PROBLEM_NONE);
    assert_int_equal(check(ACTION_CREATE_TICKET,
                           "{" TICKET
                           ",\"priority\":\"urgent\",\"type\":\"task\",\"tags\":[\"a\",\"b\"],\"requester_name\":\"J\"}",
                           NULL, NULL),
                     PROBLEM_NONE);
    assert_int_equal(check(ACTION_CREATE_TICKET, "{" TICKET ",\"tags\":[]}", NULL, NULL), PROBLEM_NONE);
    assert_int_equal(check(ACTION_GET_TICKET, "{\"ticket_id\":33144647570963}", NULL, NULL), PROBLEM_NONE);
    assert_int_equal(check(ACTION_ADD_COMMENT, "{\"ticket_id\":7,\"text\":\"T\",\"public\":false}", NULL, NULL), PROBLEM_NONE);
    assert_int_equal(
        check(ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"custom_fields\":{\"Age\":null,\"360\":[\"a\"]}}", NULL, NULL),
        PROBLEM_NONE);
    assert_int_equal(check(ACTION_LIST_TICKETS, "{\"user_id\":7,\"from\":\"2024-02-29\"}", NULL, NULL), PROBLEM_NONE);
    assert_int_equal(check(ACTION_UPDATE_CUSTOMER, "{\"email\":\"j@acme.com\",\"phone\":\"+49 30\"}", NULL, NULL), PROBLEM_NONE);
}

static void wrong_arguments_name_field_and_fix(void **state)
{
    static const struct {
        enum action_kind kind;
        const char *arguments, *field, *limit;
        enum problem_id problem;
    } cases[] = {
        { ACTION_CREATE_TICKET, "{}", "subject", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_CREATE_TICKET, "[]", "arguments", "an object", PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{\"subject\":\"S\",\"description\":\"D\"}", "requester_email", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_CREATE_TICKET, "{\"subject\":\"\",\"description\":\"D\",\"requester_email\":\"j@acme.com\"}", "subject", NULL,
          PROBLEM_FIELD_MISSING },
        { ACTION_CREATE_TICKET, "{\"subject\":7,\"description\":\"D\",\"requester_email\":\"j@acme.com\"}", "subject", "text",
          PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{\"subject\":null,\"description\":\"D\",\"requester_email\":\"j@acme.com\"}", "subject", "text",
          PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"jane\"}", "requester_email", NULL,
          PROBLEM_EMAIL_FORMAT },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"priority\":\"asap\"}", "priority", "low, normal, high, urgent",
          PROBLEM_FIELD_CHOICE },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"priority\":1}", "priority", "text", PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"tags\":\"a\"}", "tags", "a list", PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"tags\":[1]}", "tags", "text", PROBLEM_FIELD_TYPE },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"tags\":[\"\"]}", "tags", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"assignee\":\"x\"}", "assignee", NULL, PROBLEM_FIELD_UNKNOWN },
        { ACTION_CREATE_TICKET, "{" TICKET ",\"requester_name\":\"\"}", "requester_name", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_GET_TICKET, "{\"ticket_id\":0}", "ticket_id", "at least 1", PROBLEM_FIELD_RANGE },
        { ACTION_GET_TICKET, "{\"ticket_id\":-7}", "ticket_id", "at least 1", PROBLEM_FIELD_RANGE },
        { ACTION_GET_TICKET, "{\"ticket_id\":\"7\"}", "ticket_id", "a whole number", PROBLEM_FIELD_TYPE },
        { ACTION_GET_TICKET, "{\"ticket_id\":7.5}", "ticket_id", "a whole number", PROBLEM_FIELD_TYPE },
        { ACTION_ADD_COMMENT, "{\"ticket_id\":7,\"text\":\"T\"}", "public", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_ADD_COMMENT, "{\"ticket_id\":7,\"text\":\"T\",\"public\":\"false\"}", "public", "true or false",
          PROBLEM_FIELD_TYPE },
        { ACTION_UPDATE_TICKET, "{}", "ticket_id", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_UPDATE_TICKET, "{\"ticket_id\":7}", "priority", "priority, status, assignee, tags, remove_tags, custom_fields",
          PROBLEM_FIELD_ONE_OF },
        { ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"status\":\"closed\"}", "status", "open, pending, hold, solved",
          PROBLEM_FIELD_CHOICE },
        { ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"tags\":[]}", "tags", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"custom_fields\":{}}", "custom_fields", NULL, PROBLEM_FIELD_MISSING },
        { ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"custom_fields\":[]}", "custom_fields", "an object", PROBLEM_FIELD_TYPE },
        { ACTION_LIST_TICKETS, "{\"status\":\"open\"}", "email", "email, user_id", PROBLEM_FIELD_ONE_OF },
        { ACTION_LIST_TICKETS, "{\"user_id\":7,\"from\":\"2026-02-29\"}", "from", NULL, PROBLEM_DATE_FORMAT },
        { ACTION_LIST_TICKETS, "{\"user_id\":7,\"to\":\"22 Nov\"}", "to", NULL, PROBLEM_DATE_FORMAT },
        { ACTION_LIST_TICKETS, "{\"user_id\":7,\"to\":\"2026-11-2a\"}", "to", NULL, PROBLEM_DATE_FORMAT },
        { ACTION_SEARCH_TICKETS, "{}", "keyword", "keyword, status, priority, from, to, assignee", PROBLEM_FIELD_ONE_OF },
        { ACTION_SEARCH_TICKETS, "{\"query\":\"type:user\"}", "query", NULL, PROBLEM_FIELD_UNKNOWN },
        { ACTION_CREATE_CUSTOMER, "{\"email\":\"j@acme.com\",\"name\":\"J\",\"role\":\"admin\"}", "role", NULL,
          PROBLEM_FIELD_UNKNOWN },
        { ACTION_UPDATE_CUSTOMER, "{\"name\":\"J\"}", "user_id", "user_id, email", PROBLEM_FIELD_ONE_OF },
        { ACTION_UPDATE_CUSTOMER, "{\"user_id\":7,\"email\":\"j@acme.com\"}", "name",
          "name, phone, organization, tags, custom_fields", PROBLEM_FIELD_ONE_OF },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum problem_id id = check(cases[i].kind, cases[i].arguments, cases[i].field, cases[i].limit);
        if (id != cases[i].problem) fail_msg("%s gave %s", cases[i].arguments, problem_slug(id));
    }
}

/* A subject of `count` characters of two bytes each. */
static enum problem_id check_subject_of(size_t count)
{
    struct buf arguments;
    buf_init(&arguments, 4096);
    buf_lit(&arguments, "{\"description\":\"D\",\"requester_email\":\"j@acme.com\",\"subject\":\"");
    for (size_t i = 0; i < count; i++) buf_lit(&arguments, "\u00e4");
    buf_lit(&arguments, "\"}");
    enum problem_id id =
        check(ACTION_CREATE_TICKET, arguments.data, count > 150 ? "subject" : NULL, count > 150 ? "150 characters" : NULL);
    buf_clear(&arguments);
    return id;
}

static void lengths_count_characters(void **state)
{
    (void)state;
    assert_int_equal(check_subject_of(150), PROBLEM_NONE);
    assert_int_equal(check_subject_of(151), PROBLEM_VALUE_TOO_LONG);
}

static void lists_have_a_limit(void **state)
{
    struct buf arguments;
    (void)state;
    buf_init(&arguments, 4096);
    buf_lit(&arguments, "{" TICKET ",\"tags\":[\"t\"");
    for (int i = 0; i < 50; i++) buf_lit(&arguments, ",\"t\"");
    buf_lit(&arguments, "]}");
    assert_int_equal(check(ACTION_CREATE_TICKET, arguments.data, "tags", "50 entries"), PROBLEM_VALUE_TOO_LONG);
    buf_clear(&arguments);
}

static void members_have_a_limit(void **state)
{
    struct buf arguments;
    (void)state;
    buf_init(&arguments, 4096);
    buf_lit(&arguments, "{" TICKET ",\"custom_fields\":{\"0\":1");
    for (int i = 1; i <= 50; i++) buf_fmt(&arguments, ",\"%d\":1", i);
    buf_lit(&arguments, "}}");
    assert_int_equal(check(ACTION_CREATE_TICKET, arguments.data, "custom_fields", "50 entries"), PROBLEM_VALUE_TOO_LONG);
    buf_clear(&arguments);
}

/* Every keyword used in actions.def is one that schema.c looks at (or a plain description). */
static void assert_known_keywords(const struct json *schema)
{
    static const char *const known[] = { "type",          "required",  "properties", "additionalProperties",
                                         "enum",          "minLength", "maxLength",  "minimum",
                                         "items",         "minItems",  "maxItems",   "minProperties",
                                         "maxProperties", "anyOf",     "allOf",      "format",
                                         "description",   "title" };
    for (void *at = json_first(schema); at != NULL; at = json_next(schema, at)) {
        size_t k = 0;
        while (k < sizeof known / sizeof *known && !str_eq(json_key(at), str_from(known[k]))) k++;
        if (k == sizeof known / sizeof *known) fail_msg("unknown keyword %.*s", STR_ARG(json_key(at)));
    }
    const struct json *properties = json_get(schema, "properties");
    for (void *at = json_first(properties); at != NULL; at = json_next(properties, at)) assert_known_keywords(json_value(at));
    if (json_get(schema, "items") != NULL) assert_known_keywords(json_get(schema, "items"));
    for (size_t i = 0; i < json_count(json_get(schema, "allOf")); i++)
        assert_known_keywords(json_at(json_get(schema, "allOf"), i));
    for (size_t i = 0; i < json_count(json_get(schema, "anyOf")); i++) {
        assert_known_keywords(json_at(json_get(schema, "anyOf"), i));
        assert_int_equal(json_count(json_get(json_at(json_get(schema, "anyOf"), i), "required")), 1);
    }
}

static void the_table_is_whole(void **state)
{
    (void)state;
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        const struct action_spec *spec = action_spec((enum action_kind)kind);
        struct json *schema = json_parse(str_from(spec->schema), NULL);
        assert_int_equal(spec->kind, kind);
        assert_ptr_equal(action_find(str_from(spec->slug)), spec);
        assert_non_null(schema);
        assert_known_keywords(schema);
        assert_true(strlen(spec->title) > 0 && strlen(spec->description) > 0);
        assert_true(spec->writes || spec->confirm == CONFIRM_NEVER);
        json_free(schema);
    }
    assert_null(action_find(STR("")));
    assert_null(action_find(STR("delete_ticket")));
    assert_string_equal(action_permission_name(PERMIT_READ_TICKETS), "read_tickets");
    assert_string_equal(action_permission_name(PERMIT_WRITE_USERS), "write_users");
}

static void calls_are_held_against_the_table(void **state)
{
    const struct action_spec *create = action_spec(ACTION_CREATE_TICKET), *get = action_spec(ACTION_GET_TICKET);
    (void)state;
    assert_true(action_allows(create, HTTP_POST, STR("/api/v2/tickets")));
    assert_true(action_allows(create, HTTP_GET, STR("/api/v2/users/search")));
    assert_true(action_allows(get, HTTP_GET, STR("/api/v2/tickets/35436")));
    assert_true(action_allows(get, HTTP_GET, STR("/api/v2/tickets/33144647570963/comments")));
    assert_true(action_allows(create, HTTP_GET, STR("/api/v2/tickets")));
    assert_false(action_allows(create, HTTP_PUT, STR("/api/v2/tickets")));
    assert_false(action_allows(create, HTTP_POST, STR("/api/v2/tickets/")));
    assert_false(action_allows(create, HTTP_POST, STR("/api/v2/tickets/7")));
    assert_false(action_allows(create, HTTP_POST, STR("/api/v2")));
    assert_false(action_allows(create, HTTP_POST, STR("")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/{id}")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/7/../8")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/+7")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/7x")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/12345678901234567890")));
    assert_false(action_allows(get, HTTP_DELETE, STR("/api/v2/tickets/7")));
    assert_false(action_allows(get, HTTP_GET, STR("/api/v2/tickets/7/comments/9")));
    assert_false(action_allows(get, HTTP_GET, STR("https://evil.com/api/v2/tickets/7")));
}

static void no_action_may_make_another_ones_calls(void **state)
{
    static const struct {
        enum http_method method;
        const char *path;
        unsigned actions; /* bit: the kind */
    } writes[] = {
        { HTTP_POST, "/api/v2/tickets", 1 << ACTION_CREATE_TICKET | 1 << ACTION_ADD_COMMENT | 1 << ACTION_UPDATE_TICKET },
        { HTTP_PUT, "/api/v2/tickets/7", 1 << ACTION_ADD_COMMENT | 1 << ACTION_UPDATE_TICKET },
        { HTTP_POST, "/api/v2/users/create_or_update", 1 << ACTION_CREATE_CUSTOMER },
        { HTTP_PUT, "/api/v2/users/7", 1 << ACTION_UPDATE_CUSTOMER },
        { HTTP_PUT, "/api/v2/users/create_or_update", 0 },
        { HTTP_POST, "/api/v2/users", 0 },
        { HTTP_DELETE, "/api/v2/users/7", 0 },
        { HTTP_DELETE, "/api/v2/tickets/7", 0 },
        { HTTP_DELETE, "/api/v2/tickets/7/tags", 0 },
        { HTTP_PUT, "/api/v2/tickets/update_many", 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        for (int kind = 0; kind < ACTION_COUNT; kind++) {
            const struct action_spec *spec = action_spec((enum action_kind)kind);
            bool may = action_allows(spec, writes[i].method, str_from(writes[i].path));
            if (may != (writes[i].actions >> kind & 1)) fail_msg("%s: %s", spec->slug, writes[i].path);
            assert_false(may && !spec->writes);
        }
    }
}

static void statuses_have_names_both_ways(void **state)
{
    (void)state;
    for (int i = ACTION_PROPOSED; i <= ACTION_NEEDS_HUMAN; i++) {
        enum action_status back;
        assert_true(action_status_from(str_from(action_status_name((enum action_status)i)), &back));
        assert_int_equal(back, i);
    }
    enum action_status none = ACTION_DONE;
    assert_false(action_status_from(STR("Done"), &none));
    assert_false(action_status_from(STR(""), &none));
    assert_int_equal(none, ACTION_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_arguments_pass),
        cmocka_unit_test(wrong_arguments_name_field_and_fix),
        cmocka_unit_test(lengths_count_characters),
        cmocka_unit_test(lists_have_a_limit),
        cmocka_unit_test(members_have_a_limit),
        cmocka_unit_test(no_action_may_make_another_ones_calls),
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(calls_are_held_against_the_table),
        cmocka_unit_test(statuses_have_names_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
