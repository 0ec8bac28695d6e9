/* JSON read where it stands, beside the tree that jansson makes of it. */
#include "unit/unit.h"

#include "base/json.h"
#include "base/limits.h"
#include "llm/view.h"

static bool is_json(const char *text)
{
    struct str value;
    return view_check(str_from(text), &value);
}

static void what_is_json_passes(void **state)
{
    (void)state;
    static const char *const good[] = { "{}", "[]",   " {\"a\" : [1, -2.5e+3 , true,false,null, \"x\\u00e9\\n\"] }\r\n",
                                        "0",  "-0.0", "\"\"",
                                        "1E5" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!is_json(good[i])) fail_msg("%s is JSON", good[i]);
}

static void what_is_none_does_not(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "  ",         "{",       "}",         "{\"a\"}",
        "{\"a\":}",  "{\"a\":1,}", "[1,]",    "[1 2]",     "{a:1}",
        "'a'",       "\"a",        "\"\\x\"", "\"\\u12\"", "01",
        "1.",        ".5",         "1e",      "+1",        "-",
        "tru",       "nulll",      "{} {}",   "\"\t\"",    "{\"a\":1 \"b\":2}",
        "[\"a\":1]", "{1:2}",      "\"\\",    "\"\\u\"",   "[}",
        "{]",        "[[]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (is_json(bad[i])) fail_msg("%s is no JSON", bad[i]);
}

static void depth_has_a_ceiling(void **state)
{
    (void)state;
    char text[4 * LIMIT_JSON_DEPTH];
    for (size_t depth = 1; depth < sizeof text / 2; depth++) {
        for (size_t i = 0; i < depth; i++) text[i] = '[', text[depth + i] = ']';
        struct str whole = { text, 2 * depth }, value;
        struct json *tree = json_parse(whole, NULL);
        assert_int_equal(view_check(whole, &value), tree != NULL);
        json_free(tree);
    }
}

static struct str checked(const char *text)
{
    struct str value = STR_NONE;
    assert_true(view_check(str_from(text), &value));
    return value;
}

static void members_are_found(void **state)
{
    (void)state;
    struct str object = checked(
        "{ \"skip\" : {\"a\":[1,\"}\\\"]\"]} , \"a\":{\"b\" : \"x\" },\"n\":-7 ,\"s\":\"12\",\"t\":true,\"z\":null,\"e\":\"\"}");
    assert_str(view_get(object, "n"), "-7");
    assert_str(view_get(view_get(object, "a"), "b"), "\"x\"");
    assert_str(view_get(object, "absent"), "");
    assert_str(view_get(view_get(object, "n"), "b"), "");
    assert_int_equal(view_int(view_get(object, "n"), 1), -7);
    assert_int_equal(view_int(view_get(object, "s"), 1), 12);
    assert_int_equal(view_int(view_get(object, "t"), 1), 1);
    assert_int_equal(view_int(STR("99999999999999999999"), 1), 1);
    assert_true(view_is_true(view_get(object, "t")));
    assert_true(view_is_null(view_get(object, "z")) && view_is_null(view_get(object, "absent")));
    assert_true(view_is_empty_string(view_get(object, "e")));
    assert_true(view_is(view_get(view_get(object, "a"), "b"), "x"));
    assert_str(view_get(checked("{}"), "a"), "");
}

static void elements_are_walked(void **state)
{
    (void)state;
    struct str rest = checked("[ 1 ,[2,3], {\"a\":[4]} ,\"x,]\" ]"), element;
    static const char *const expected[] = { "1", "[2,3]", "{\"a\":[4]}", "\"x,]\"" };
    for (size_t i = 0; i < 4; i++) {
        assert_true(view_next(&rest, &element));
        assert_true(str_eq(element, str_from(expected[i])));
    }
    assert_false(view_next(&rest, &element));
    assert_false(view_next(&rest, &element));
    assert_str(view_first(checked("[]")), "");
    assert_str(view_first(checked("{}")), "");
    assert_str(view_first(STR_NONE), "");
}

static void texts_are_made_valid(void **state)
{
    (void)state;
    static const struct {
        const char *string, *text;
    } pairs[] = {
        { "\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\b\f\n\r\tz" },
        { "\"\\u0041\\u00e9\\u20ac\\ud83d\\udc4b\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x91\x8b" },
        { "\"\\ud83d\"", "\xef\xbf\xbd" },
        { "\"\\ud83dx\\udc4b\"", "\xef\xbf\xbdx\xef\xbf\xbd" },
        { "\"\\ud83d\\u0041\"", "\xef\xbf\xbd\x41" },
        { "\"\\u0000\"", "\xef\xbf\xbd" },
        { "\"a\xff\xc3\"", "a\xef\xbf\xbd\xef\xbf\xbd" },
        { "\"gr\xc3\xbc\xc3\x9f\"", "gr\xc3\xbc\xc3\x9f" },
        { "17", "" },
        { "null", "" },
    };
    struct buf out;
    buf_init(&out, 256);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        buf_reset(&out);
        view_text(checked(pairs[i].string), &out);
        if (!str_eq(buf_view(&out), str_from(pairs[i].text))) fail_msg("%s is not %s", pairs[i].string, out.data);
    }
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_passes), cmocka_unit_test(what_is_none_does_not), cmocka_unit_test(depth_has_a_ceiling),
        cmocka_unit_test(members_are_found),   cmocka_unit_test(elements_are_walked),   cmocka_unit_test(texts_are_made_valid),
    };
    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
