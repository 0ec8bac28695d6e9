/* The account's own ticket fields: found by title or id, values in each type's form, and those that must be there. */
#include "unit/zendesk/running.h"

#include "model/asked.h"
#include "zendesk/fields.h"

static const char fields[] =
    "{\"ticket_fields\":["
    "{\"id\":1,\"type\":\"subject\",\"title\":\"Subject\",\"active\":true,\"required_in_portal\":true},"
    "{\"id\":2,\"type\":\"priority\",\"title\":\"Priority\",\"active\":true,\"required\":true},"
    "{\"id\":33144647570963,\"type\":\"text\",\"title\":\"Serial number\",\"active\":true},"
    "{\"id\":361,\"type\":\"tagger\",\"title\":\"Product\",\"active\":true,\"custom_field_options\":["
    "{\"name\":\"Laser Printer\",\"value\":\"prod_laser\"},{\"name\":\"Ink\",\"value\":\"prod_ink\"}]},"
    "{\"id\":362,\"type\":\"multiselect\",\"title\":\"Trays\",\"active\":true,\"custom_field_options\":["
    "{\"name\":\"One\",\"value\":\"t1\"},{\"name\":\"Two\",\"value\":\"t2\"}]},"
    "{\"id\":363,\"type\":\"checkbox\",\"title\":\"On fire\",\"active\":true},"
    "{\"id\":364,\"type\":\"date\",\"title\":\"Since\",\"active\":true},"
    "{\"id\":365,\"type\":\"integer\",\"title\":\"Pages\",\"active\":true},"
    "{\"id\":366,\"type\":\"decimal\",\"title\":\"Price\",\"active\":true},"
    "{\"id\":367,\"type\":\"text\",\"title\":\"Old\",\"active\":false},"
    "{\"id\":368,\"type\":\"text\",\"title\":\"Twin\",\"active\":true},"
    "{\"id\":369,\"type\":\"text\",\"title\":\"TWIN\",\"active\":true},"
    "{\"id\":370,\"type\":\"lookup\",\"title\":\"Asset\",\"active\":true},"
    "{\"id\":371,\"type\":\"textarea\",\"title\":\"Interne Nummer\",\"title_in_portal\":\"Order number\",\"active\":true}]}";

#define TICKET "\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"j@acme.com\""

static void create_with(struct fixture *f, const char *custom_fields, const struct zendesk_setting *setting)
{
    struct buf arguments;
    buf_init(&arguments, 8192);
    buf_fmt(&arguments, "{" TICKET ",\"custom_fields\":{%s}}", custom_fields);
    start(f, ACTION_CREATE_TICKET, arguments.data, setting);
    buf_clear(&arguments);
}

static struct zendesk_setting with_fields(void)
{
    struct zendesk_setting setting = usual;
    setting.ticket_fields = str_from(fields);
    return setting;
}

static void values_take_each_types_form(void **state)
{
    static const struct {
        const char *given, *written;
    } cases[] = {
        { "\"Serial number\":\"\\u202ex\\ud83d\\ude00\"", "{\"id\":33144647570963,\"value\":\"\u202ex\U0001f600\"}" },
        { "\" serial NUMBER \":17", "{\"id\":33144647570963,\"value\":\"17\"}" },
        { "\"33144647570963\":\"x\"", "{\"id\":33144647570963,\"value\":\"x\"}" },
        { "\"Product\":\"laser printer\"", "{\"id\":361,\"value\":\"prod_laser\"}" },
        { "\"361\":\"prod_ink\"", "{\"id\":361,\"value\":\"prod_ink\"}" },
        { "\"Trays\":[\"One\",\"t2\"]", "{\"id\":362,\"value\":[\"t1\",\"t2\"]}" },
        { "\"Trays\":\"two\"", "{\"id\":362,\"value\":[\"t2\"]}" },
        { "\"Trays\":[]", "{\"id\":362,\"value\":[]}" },
        { "\"On fire\":true", "{\"id\":363,\"value\":true}" },
        { "\"On fire\":\"False\"", "{\"id\":363,\"value\":false}" },
        { "\"Since\":\"2026-11-22\"", "{\"id\":364,\"value\":\"2026-11-22\"}" },
        { "\"Pages\":33144647570963", "{\"id\":365,\"value\":33144647570963}" },
        { "\"Pages\":\" -4 \"", "{\"id\":365,\"value\":-4}" },
        { "\"Price\":\"-12.50\"", "{\"id\":366,\"value\":\"-12.50\"}" },
        { "\"Price\":12", "{\"id\":366,\"value\":12}" },
        { "\"369\":\"x\"", "{\"id\":369,\"value\":\"x\"}" },
        { "\"Asset\":42", "{\"id\":370,\"value\":42}" },
        { "\"order number\":\"A1\"", "{\"id\":371,\"value\":\"A1\"}" },
        { "\"Since\":null", "{\"id\":364,\"value\":null}" },
    };
    struct zendesk_setting setting = with_fields();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        create_with(&f, cases[i].given, &setting);
        if (f.next != ZENDESK_CALL) fail_msg("%s: %s", cases[i].given, problem_slug(f.run.problem.id));
        struct str body = f.run.request.body;
        struct str written = arena_fmt(&f.arena, "\"custom_fields\":[%s]", cases[i].written);
        if (str_find(body, written, 0) == SIZE_MAX) fail_msg("%.*s has no %.*s", STR_ARG(body), STR_ARG(written));
        finish(&f);
    }
}

static void wrong_values_name_the_field(void **state)
{
    static const struct {
        const char *given, *what, *limit;
        enum problem_id problem;
    } cases[] = {
        { "\"Colour\":\"red\"", "", NULL, PROBLEM_ZENDESK_FIELD_UNKNOWN },
        { "\"Old\":\"x\"", "", NULL, PROBLEM_ZENDESK_FIELD_UNKNOWN },
        { "\"367\":\"x\"", "", NULL, PROBLEM_ZENDESK_FIELD_UNKNOWN },
        { "\"Twin\":\"x\"", "", NULL, PROBLEM_ZENDESK_FIELD_UNKNOWN },
        { "\"Priority\":\"x\"", "", NULL, PROBLEM_ZENDESK_FIELD_UNKNOWN },
        { "\"Product\":\"Fax\"", "Product", "Laser Printer, Ink", PROBLEM_FIELD_CHOICE },
        { "\"Product\":7", "Product", NULL, PROBLEM_FIELD_CHOICE },
        { "\"Trays\":[\"One\",\"Six\"]", "Trays", "One, Two", PROBLEM_FIELD_CHOICE },
        { "\"Trays\":7", "Trays", "a list", PROBLEM_FIELD_TYPE },
        { "\"On fire\":\"maybe\"", "On fire", "true or false", PROBLEM_FIELD_TYPE },
        { "\"Since\":\"2026-02-30\"", "Since", NULL, PROBLEM_DATE_FORMAT },
        { "\"Since\":20261122", "Since", NULL, PROBLEM_DATE_FORMAT },
        { "\"Pages\":\"many\"", "Pages", "a whole number", PROBLEM_FIELD_TYPE },
        { "\"Pages\":1.5", "Pages", "a whole number", PROBLEM_FIELD_TYPE },
        { "\"Price\":\"1.2.3\"", "Price", "a number", PROBLEM_FIELD_TYPE },
        { "\"Price\":\"-\"", "Price", "a number", PROBLEM_FIELD_TYPE },
        { "\"Serial number\":{}", "Serial number", "text", PROBLEM_FIELD_TYPE },
    };
    struct zendesk_setting setting = with_fields();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        create_with(&f, cases[i].given, &setting);
        assert_fails(&f, cases[i].problem);
        assert_str(f.run.problem.field, "custom_fields");
        assert_true(str_eq(f.run.problem.facts.what, str_from(cases[i].what)));
        if (cases[i].limit) assert_true(str_eq(f.run.problem.facts.limit, str_from(cases[i].limit)));
        finish(&f);
    }
}

static void fields_that_nobody_knows_are_fetched_once_and_handed_out(void **state)
{
    struct fixture f;
    (void)state;
    create_with(&f, "\"Pages\":4", &usual);
    assert_asks(&f, HTTP_GET, "/api/v2/ticket_fields");
    answer(&f, 200, fields);
    assert_asks(&f, HTTP_POST, "/api/v2/tickets");
    struct json *learnt = json_parse(f.run.learnt_fields, NULL);
    assert_int_equal(json_count(json_get(learnt, "ticket_fields")), 14);
    json_free(learnt);
    finish(&f);
    create_with(&f, "\"Pages\":4", &usual);
    answer(&f, 200, "{\"error\":1}");
    assert_fails(&f, PROBLEM_ZENDESK_ANSWER_UNREADABLE);
    finish(&f);
    start(&f, ACTION_CREATE_TICKET, "{" TICKET ",\"custom_fields\":{}}", &usual);
    assert_asks(&f, HTTP_POST, "/api/v2/tickets");
    finish(&f);
}

#define WANTED(members)                                                                                                          \
    "{\"ticket_fields\":[{\"id\":9,\"type\":\"text\",\"title\":\"Order number\",\"active\":true," members "}]}"

static void fields_that_customers_must_give_are_asked_for(void **state)
{
    static const struct {
        const char *fields, *forms, *given;
        bool suffices;
    } cases[] = {
        { WANTED("\"required_in_portal\":true"), "", "", false },
        { WANTED("\"required_in_portal\":true"), "", "\"Order number\":\"\"", false },
        { WANTED("\"required_in_portal\":true"), "", "\"Order number\":\" \"", false },
        { WANTED("\"required_in_portal\":true"), "", "\"Order number\":null", false },
        { WANTED("\"required_in_portal\":true"), "", "\"order NUMBER\":\"A1\"", true },
        { WANTED("\"required_in_portal\":true"), "", "\"9\":\"A1\"", true },
        { WANTED("\"required_in_portal\":true,\"editable_in_portal\":false"), "", "", true },
        { WANTED("\"required\":true"), "", "", true },
        { WANTED("\"required_in_portal\":true"),
          "{\"ticket_forms\":[{\"default\":false,\"ticket_field_ids\":[9]},{\"default\":true,\"ticket_field_ids\":[1,2]}]}", "",
          true },
        { WANTED("\"required_in_portal\":true"), "{\"ticket_forms\":[{\"default\":true,\"ticket_field_ids\":[1,9]}]}", "",
          false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct zendesk_setting setting = usual;
        setting.ticket_fields = str_from(cases[i].fields);
        setting.ticket_forms = str_from(cases[i].forms);
        create_with(&f, cases[i].given, &setting);
        if (cases[i].suffices != (f.next == ZENDESK_CALL)) fail_msg("case %zu", i);
        if (!cases[i].suffices) assert_fails(&f, PROBLEM_ZENDESK_FIELD_REQUIRED);
        if (!cases[i].suffices) assert_str(f.run.problem.facts.what, "Order number");
        finish(&f);
    }
}

static void solving_wants_what_the_ticket_does_not_have(void **state)
{
    static const struct {
        const char *status, *given, *kept;
        bool suffices;
    } cases[] = {
        { "solved", "", "null", false },
        { "solved", "", "\"A1\"", true },
        { "solved", ",\"custom_fields\":{\"9\":null}", "\"A1\"", false },
        { "solved", ",\"custom_fields\":{\"9\":\"A2\"}", "null", true },
        { "pending", "", "null", true },
    };
    struct zendesk_setting setting = usual;
    (void)state;
    setting.ticket_fields = str_from(WANTED("\"required\":true"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct buf text;
        buf_init(&text, 4096);
        buf_fmt(&text, "{\"ticket_id\":7,\"status\":\"%s\"%s}", cases[i].status, cases[i].given);
        start(&f, ACTION_UPDATE_TICKET, text.data, &setting);
        buf_reset(&text);
        buf_fmt(&text, "{\"ticket\":{\"id\":7,\"updated_at\":\"U\",\"custom_fields\":[{\"id\":9,\"value\":%s}]}}", cases[i].kept);
        answer(&f, 200, text.data);
        if (cases[i].suffices)
            assert_asks(&f, HTTP_PUT, "/api/v2/tickets/7");
        else
            assert_fails(&f, PROBLEM_ZENDESK_FIELD_REQUIRED);
        buf_clear(&text);
        finish(&f);
    }
}

static void a_field_that_zendesk_dropped_is_named(void **state)
{
    struct fixture f;
    struct zendesk_setting setting = with_fields();
    (void)state;
    create_with(&f, "\"Pages\":4,\"Price\":\"9.5\",\"Serial number\":\"x\"", &setting);
    answer(&f, 201,
           "{\"ticket\":{\"id\":9,\"external_id\":\"cca:inst:01k9\",\"subject\":\"S\",\"tags\":[\"chatcrafterai\"],\"custom_"
           "fields\":["
           "{\"id\":365,\"value\":\"4\"},{\"id\":366,\"value\":\"9.5\"},{\"id\":33144647570963,\"value\":null}]}}");
    struct json *result = json_parse(f.run.result, NULL);
    const struct json *differences = json_get(result, "differences");
    assert_int_equal(json_count(differences), 1);
    assert_str(json_str(json_at(differences, 0)), "custom_fields.33144647570963");
    json_free(result);
    finish(&f);
}

/* Active, of a type that is answered in words; first those that are wanted of customers on the default form. Twins have their numbers. */
static void conversations_ask_for_what_new_tickets_need(void **state)
{
    static const char account[] =
        "{\"ticket_fields\":["
        "{\"id\":1,\"type\":\"subject\",\"title\":\"Subject\",\"active\":true,\"required_in_portal\":true},"
        "{\"id\":20,\"type\":\"tagger\",\"title\":\"Product\",\"active\":true,\"required_in_portal\":true,"
        "\"custom_field_options\":[{\"name\":\"Ink\",\"value\":\"prod_ink\"},{\"name\":\"Lid\",\"value\":\"prod_lid\"}]},"
        "{\"id\":21,\"type\":\"text\",\"title\":\"Elsewhere\",\"active\":true,\"required_in_portal\":true},"
        "{\"id\":22,\"type\":\"text\",\"title\":\"Old\",\"active\":false,\"required_in_portal\":true},"
        "{\"id\":23,\"type\":\"text\",\"title\":\"At solving\",\"active\":true,\"required\":true},"
        "{\"id\":24,\"type\":\"partialcreditcard\",\"title\":\"Card\",\"active\":true,\"required_in_portal\":true},"
        "{\"id\":25,\"type\":\"text\",\"title\":\"Twin\",\"active\":true,\"required_in_portal\":true},"
        "{\"id\":26,\"type\":\"text\",\"title\":\"twin\",\"active\":true,\"required_in_portal\":true},"
        "{\"id\":27,\"type\":\"date\",\"title\":\"Since\",\"active\":true,\"required_in_portal\":true}]}";
    static const char forms[] = "{\"ticket_forms\":[{\"default\":false,\"ticket_field_ids\":[21]},"
                                "{\"default\":true,\"ticket_field_ids\":[20,22,23,24,25,26,27]}]}";
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct asked_fields asked = asked_read(fields_asked(str_from(account), str_from(forms), &arena), &arena);
    assert_int_equal(asked.count, 6);
    for (size_t i = 0; i < asked.count; i++) assert_int_equal(asked.items[i].is_optional, i >= 4);
    assert_str(asked.items[0].title, "Product");
    assert_int_equal(asked.items[0].type, ASKED_CHOICE);
    assert_int_equal(asked.items[0].option_count, 2);
    assert_str(asked.items[0].options[1], "Lid");
    assert_str(asked.items[0].key, "Product");
    assert_true(asked.items[1].is_shared);
    assert_str(asked.items[1].key, "25");
    assert_str(asked.items[2].label, "twin (26)");
    assert_str(asked.items[3].title, "Since");
    assert_int_equal(asked.items[3].type, ASKED_DATE);
    asked = asked_read(fields_asked(str_from(account), STR_NONE, &arena), &arena);
    assert_int_equal(asked.count, 6);
    assert_false(asked.items[4].is_optional); /* no forms: all that are wanted anywhere */
    assert_int_equal(asked_read(fields_asked(STR("<html>"), STR_NONE, &arena), &arena).count, 0);
    assert_int_equal(asked_read(STR("{}"), &arena).count, 0);
    assert_int_equal(asked_read(STR_NONE, &arena).count, 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_take_each_types_form),
        cmocka_unit_test(wrong_values_name_the_field),
        cmocka_unit_test(fields_that_nobody_knows_are_fetched_once_and_handed_out),
        cmocka_unit_test(fields_that_customers_must_give_are_asked_for),
        cmocka_unit_test(solving_wants_what_the_ticket_does_not_have),
        cmocka_unit_test(a_field_that_zendesk_dropped_is_named),
        cmocka_unit_test(conversations_ask_for_what_new_tickets_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
