/* Reading JSON: what is refused, what is read, and what never crashes. */
#include "unit/unit.h"

#include "base/json.h"
#include "base/limits.h"

static struct json *parse(const char *text)
{
    struct err err = { 0 };
    struct json *root = json_parse(str_from(text), &err);
    if (!root) fail_msg("%s: %s", text, err.detail);
    return root;
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } rows[] = {
        { "", "too early" },
        { "{", "too early" },
        { "[1,", "too early" },
        { "\"abc", "too early" },
        { "{} {}", "more text" },
        { "{}x", "more text" },
        { "1 2", "more text" },
        { "{\"a\":1,\"a\":2}", "twice" },
        { "{\"a\":1,\"\\u0061\":2}", "twice" },
        { "[{\"x\":{\"k\":1,\"k\":1}}]", "twice" },
        { "9223372036854775808", "too large" },
        { "-9223372036854775809", "too large" },
        { "1e999", "too large" },
        { "\"a\\u0000b\"", "\\u0000" },
        { "{\"a\\u0000b\":1}", "\\u0000" },
        { "\"\xFF\"", "UTF-8" },
        { "\"\xC0\x80\"", "UTF-8" },
        { "\"\xED\xA0\x80\"", "UTF-8" },
        { "\"\\ud800\"", "not JSON" },
        { "\"\n\"", "not JSON" },
        { "{a:1}", "not JSON" },
        { "{'a':1}", "not JSON" },
        { "[1,]", "not JSON" },
        { "{\"a\":1,}", "not JSON" },
        { "01", "" },
        { "+1", "not JSON" },
        { ".5", "not JSON" },
        { "NaN", "not JSON" },
        { "True", "not JSON" },
        { "// x\n1", "not JSON" },
        { "\xEF\xBB\xBF{}", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = { 0 };
        assert_null(json_parse(str_from(rows[i].text), &err));
        assert_int_equal(err.status, E_INPUT);
        if (!strstr(err.detail, rows[i].detail)) fail_msg("%s: detail is \"%s\"", rows[i].text, err.detail);
    }
    struct err err;
    assert_null(json_parse(STR("{}\0"), &err));
    assert_null(json_parse(STR("4\0"), &err)); /* jansson alone takes these */
    assert_null(json_parse(STR("4\0\r"), &err));
    assert_null(json_parse(STR("true\0x"), &err));
    assert_null(json_parse(STR_NONE, NULL));
}

/* Details go to the log: what was sent must not. */
static void detail_quotes_nothing(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_null(json_parse(STR("{\n  \"api_token\": \"TOPSECRET\" \"x\"}"), &err));
    assert_null(strstr(err.detail, "TOPSECRET"));
    assert_non_null(strstr(err.detail, "line 2"));
}

static struct json *nested(size_t depth, struct err *err)
{
    struct buf b;
    buf_init(&b, 10000);
    for (size_t i = 0; i < depth; i++) buf_lit(&b, i % 2 ? "{\"k\":" : "[");
    buf_char(&b, '1');
    for (size_t i = depth; i-- > 0;) buf_char(&b, i % 2 ? '}' : ']');
    struct json *root = json_parse(buf_view(&b), err);
    buf_clear(&b);
    return root;
}

static void limits(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct json *deepest = nested(LIMIT_JSON_DEPTH, &err);
    assert_non_null(deepest);
    json_free(deepest);
    assert_null(nested(LIMIT_JSON_DEPTH + 1, &err));
    assert_int_equal(err.status, E_LIMIT);
    assert_null(nested(1000, NULL));

    struct json *quoted = parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[\"");
    json_free(quoted);
    struct json *wide =
        parse("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]");
    assert_int_equal(json_count(wide), 34);
    json_free(wide);

    struct buf big;
    buf_init(&big, LIMIT_JSON_BYTES + 10);
    buf_char(&big, '"');
    while (big.len < LIMIT_JSON_BYTES - 1) buf_char(&big, 'x');
    buf_char(&big, '"');
    struct json *largest = json_parse(buf_view(&big), &err);
    assert_non_null(largest);
    assert_int_equal(json_str(largest).len, LIMIT_JSON_BYTES - 2);
    json_free(largest);
    buf_char(&big, ' ');
    assert_null(json_parse(buf_view(&big), &err));
    assert_int_equal(err.status, E_LIMIT);
    buf_clear(&big);
}

static void values(void **state)
{
    (void)state;
    struct json *root = parse(
        "{\"id\":35436829512345,\"least\":-9223372036854775808,\"pi\":3.5,\"name\":\"J\\u00f6rg \\ud83d\\ude00\",\"on\":true,"
        "\"off\":false,\"none\":null,\"list\":[1,\"two\",{\"deep\":\"x\"}],\"empty\":\"\"}");
    assert_int_equal(json_type(root), JSON_OBJECT);
    assert_int_equal(json_count(root), 9);
    assert_true(json_get_int(root, "id", 0) == 35436829512345);
    assert_true(json_get_int(root, "least", 0) == INT64_MIN);
    assert_true(json_number(json_get(root, "pi"), 0) == 3.5);
    assert_true(json_number(json_get(root, "id"), 0) == 35436829512345.0);
    assert_str(json_get_str(root, "name"), "J\xC3\xB6rg \xF0\x9F\x98\x80");
    assert_int_equal(json_get_str(root, "name").ptr[json_get_str(root, "name").len], '\0');
    assert_true(json_get_bool(root, "on", false));
    assert_false(json_get_bool(root, "off", true));
    assert_int_equal(json_type(json_get(root, "none")), JSON_NULL);
    assert_int_equal(json_type(json_get(root, "pi")), JSON_REAL);
    assert_int_equal(json_type(json_get(root, "on")), JSON_BOOL);
    assert_str(json_get_str(root, "empty"), "");
    const struct json *list = json_get(root, "list");
    assert_int_equal(json_count(list), 3);
    assert_true(json_int(json_at(list, 0), 0) == 1);
    assert_str(json_get_str(json_at(list, 2), "deep"), "x");
    json_free(root);
}

/* Every reader on NULL, on the wrong type and past the end. */
static void wrong_types_give_the_fallback(void **state)
{
    (void)state;
    struct json *root = parse("[1, \"text\", {\"a\": 1.5}, true]");
    enum { COUNT = 6 };
    const struct json *nodes[COUNT] = { NULL, root, json_at(root, 1), json_at(root, 2), json_at(root, 3), json_at(root, 99) };
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(json_int(nodes[i], -7) == -7);
        assert_true(json_number(nodes[i], -7) == -7);
        assert_null(json_get(nodes[i], "nothing"));
        assert_true(json_get_int(nodes[i], "a", -7) == -7); /* 1.5 is no integer */
        assert_true(json_get_bool(nodes[i], "a", true));
        assert_int_equal(json_get_str(nodes[i], "a").len, 0);
    }
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_count(json_at(root, 0)), 0);
    assert_null(json_at(json_at(root, 2), 0));
    assert_null(json_get(root, "a"));
    assert_null(json_first(root));
    assert_null(json_first(NULL));
    assert_null(json_next(json_at(root, 2), NULL));
    assert_int_equal(json_type(NULL), JSON_NONE);
    assert_true(json_bool(NULL, true));
    assert_int_equal(json_get_str(json_get(json_get(root, "x"), "y"), "z").len, 0);
    json_free(root);
    json_free(NULL);
}

static void members(void **state)
{
    (void)state;
    struct json *root = parse("{\"b\":1,\"a\":2,\"\":4}");
    size_t count = 0;
    int64_t sum = 0;
    for (void *i = json_first(root); i; i = json_next(root, i)) {
        count++;
        sum += json_int(json_value(i), 0);
        assert_ptr_equal(json_get(root, json_key(i).ptr), json_value(i));
    }
    assert_int_equal(count, 3);
    assert_true(sum == 7);
    json_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses), cmocka_unit_test(detail_quotes_nothing),         cmocka_unit_test(limits),
        cmocka_unit_test(values),  cmocka_unit_test(wrong_types_give_the_fallback), cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
