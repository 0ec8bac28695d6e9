/* test_tools.c - which tools each level is offered, and what becomes of calls (test/cases/tools). */
#include "unit/agent/case_lines.h"

#include "agent/tools.h"

static struct turn_world world_of(const char *identity)
{
    struct turn_world world = { 0 };
    case_identity(&world, str_from(identity));
    return world;
}

static void expect(const struct case_lines *lines, struct str wanted, struct str rest, const struct tools_call *out)
{
    static const char *const verdicts[] = { "good", "incomplete", "wrong", "refused" };
    if (!str_eq(wanted, str_from(verdicts[out->verdict])))
        fail_msg("%s:%u: %s: %.*s", lines->path, lines->line, verdicts[out->verdict], STR_ARG(out->reason));
    bool fits = out->verdict == TOOLS_GOOD ? str_eq(out->arguments, rest) : str_find(out->reason, rest, 0) != SIZE_MAX;
    if (out->verdict == TOOLS_INCOMPLETE) fits = fits && str_eq(out->field, rest);
    if (!fits) fail_msg("%s:%u: %.*s %.*s", lines->path, lines->line, STR_ARG(out->arguments), STR_ARG(out->reason));
    assert_true(out->verdict == TOOLS_GOOD ? out->reason.len == 0 : str_starts(out->reason, STR("Not done: ")));
}

static void calls_are_checked(void **state)
{
    (void)state;
    struct case_lines lines;
    struct turn_world world = { 0 };
    struct tools_call out = { 0 };
    struct str word, rest;
    size_t count = 0;
    case_lines_open(&lines, "test/cases/tools/cases.txt");
    while (case_lines_next(&lines, &word, &rest)) {
        if (str_eq(word, STR("level"))) {
            case_identity(&world, rest);
        } else if (str_eq(word, STR("off"))) {
            world.may[action_find(rest)->kind] = false;
        } else if (str_eq(word, STR("call"))) {
            struct model_call call = { .id = STR("call_1") };
            (void)str_split(&rest, ' ', &call.name);
            call.arguments = rest;
            tools_check(&world, &call, &lines.arena, &out);
        } else {
            expect(&lines, word, rest, &out);
            count++;
        }
    }
    case_lines_close(&lines);
    print_message("%zu calls\n", count);
    assert_true(count >= 45);
}

static void flaws_are_answered(void **state)
{
    (void)state;
    const enum tools_verdict expected[] = { TOOLS_GOOD, TOOLS_WRONG, TOOLS_WRONG, TOOLS_REFUSED, TOOLS_REFUSED };
    struct turn_world world = world_of("L4");
    struct arena arena;
    arena_init(&arena);
    for (int flaw = MODEL_FLAW_NONE; flaw <= MODEL_FLAW_REPEATED; flaw++) {
        struct tools_call out;
        struct model_call call = { .name = STR("get_ticket"),
                                   .arguments = STR("{\"ticket_id\":5}"),
                                   .flaw = (enum model_flaw)flaw };
        tools_check(&world, &call, &arena, &out);
        assert_int_equal(out.verdict, expected[flaw]);
        if (flaw != MODEL_FLAW_NONE) assert_true(str_eq(out.reason, str_from(model_flaw_text((enum model_flaw)flaw))));
    }
    arena_clear(&arena);
}

/* ---- what is offered --------------------------------------------------------------------------------------------------- */

static void assert_reduced(const struct json *schema)
{
    static const char *const known[] = {
        "type", "description", "enum", "required", "additionalProperties", "properties", "items"
    };
    for (void *i = json_first(schema); i != NULL; i = json_next(schema, i)) {
        size_t k = 0;
        while (k < sizeof known / sizeof *known && !str_eq(json_key(i), str_from(known[k]))) k++;
        assert_true(k < sizeof known / sizeof *known);
    }
    const struct json *properties = json_get(schema, "properties");
    for (void *i = json_first(properties); i != NULL; i = json_next(properties, i)) assert_reduced(json_value(i));
    if (json_get(schema, "items") != NULL) assert_reduced(json_get(schema, "items"));
}

static void schemas_are_reduced(void **state)
{
    (void)state;
    struct turn_world world = world_of("L4");
    struct arena arena;
    struct tools tools;
    arena_init(&arena);
    tools_offer(&world, &arena, &tools);
    assert_int_equal(tools.count, ACTION_COUNT);
    for (size_t i = 0; i < tools.count; i++) {
        struct json *schema = json_parse(tools.items[i].schema, NULL);
        const struct json *whole = action_schema(action_spec((enum action_kind)i));
        bool has_uploads = json_get(json_get(whole, "properties"), "uploads") != NULL;
        assert_true(str_eq(tools.items[i].name, str_from(action_spec((enum action_kind)i)->slug)));
        assert_int_equal(json_count(json_get(schema, "properties")) + has_uploads, json_count(json_get(whole, "properties")));
        assert_int_equal(json_count(json_get(schema, "required")), json_count(json_get(whole, "required")));
        assert_false(json_get_bool(schema, "additionalProperties", true));
        assert_reduced(schema);
        json_free(schema);
    }
    arena_clear(&arena);
}

/* Nobody but a member is offered a way to name another person. */
static void customers_name_nobody(void **state)
{
    (void)state;
    static const char *const hidden[] = { "requester_email", "requester_name", "email", "user_id", "public", "uploads" };
    struct turn_world world = world_of("L3 bob@acme.io Bob");
    struct arena arena;
    struct tools tools;
    arena_init(&arena);
    tools_offer(&world, &arena, &tools);
    assert_int_equal(tools.count, ACTION_COUNT);
    for (size_t i = 0; i < tools.count; i++)
        for (size_t k = 0; k < sizeof hidden / sizeof hidden[0]; k++)
            assert_int_equal(str_find(tools.items[i].schema, arena_fmt(&arena, "\"%s\"", hidden[k]), 0), SIZE_MAX);
    arena_clear(&arena);
}

static void only_what_is_allowed_is_offered(void **state)
{
    (void)state;
    static const char *const none[] = { "L0", "L1 bob@acme.io", "L2", "L3" };
    struct arena arena;
    struct tools tools;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct turn_world world = world_of(none[i]);
        tools_offer(&world, &arena, &tools);
        assert_int_equal(tools.count, 0);
    }
    struct turn_world world = world_of("L4");
    world.may[ACTION_UPDATE_TICKET] = false;
    tools_offer(&world, &arena, &tools);
    assert_int_equal(tools.count, ACTION_COUNT - 1);
    for (size_t i = 0; i < tools.count; i++) assert_false(str_eq(tools.items[i].name, STR("update_ticket")));
    world.connected = false;
    tools_offer(&world, &arena, &tools);
    assert_int_equal(tools.count, 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_checked),
        cmocka_unit_test(flaws_are_answered),
        cmocka_unit_test(schemas_are_reduced),
        cmocka_unit_test(customers_name_nobody),
        cmocka_unit_test(only_what_is_allowed_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
