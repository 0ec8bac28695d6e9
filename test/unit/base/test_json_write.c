/* Writing JSON, and the canonical form. */
#include "unit/unit.h"

#include <math.h>

#include "base/json.h"

static void writes(void **state)
{
    (void)state;
    struct buf b;
    struct jw jw;
    buf_init(&b, 4096);
    jw_init(&jw, &b);
    jw_object(&jw);
    jw_kv_str(&jw, "text", STR("a\"b\n\xFF"));
    jw_kv_str_or_null(&jw, "gone", STR_NONE);
    jw_kv_str_or_null(&jw, "here", STR("x"));
    jw_kv_int(&jw, "id", INT64_MAX);
    jw_kv_bool(&jw, "on", true);
    jw_kv_time(&jw, "at", 1795359845123);
    jw_kv_time(&jw, "never", 0);
    jw_kv_raw(&jw, "raw", STR("{\"k\":[1]}"));
    jw_kv_raw(&jw, "no_raw", STR_NONE);
    jw_key(&jw, "list");
    jw_array(&jw);
    jw_int(&jw, 1);
    jw_array(&jw);
    jw_end_array(&jw);
    jw_object(&jw);
    jw_end_object(&jw);
    jw_str(&jw, STR(""));
    jw_bool(&jw, false);
    jw_null(&jw);
    jw_raw(&jw, STR("7"));
    jw_end_array(&jw);
    jw_key_str(&jw, STR("odd\"key"));
    jw_real(&jw, 0.1);
    jw_end_object(&jw);
    assert_int_equal(jw.depth, 0);
    assert_str(buf_view(&b),
               "{\"text\":\"a\\\"b\\n\xEF\xBF\xBD\",\"gone\":null,\"here\":\"x\",\"id\":9223372036854775807,\"on\":true,"
               "\"at\":\"2026-11-22T15:04:05.123Z\",\"never\":null,\"raw\":{\"k\":[1]},\"no_raw\":null,"
               "\"list\":[1,[],{},\"\",false,null,7],\"odd\\\"key\":0.1}");
    struct json *back = json_parse(buf_view(&b), NULL);
    assert_non_null(back);
    json_free(back);
    buf_clear(&b);
}

static void unbalanced_end_is_a_defect(void **state)
{
    (void)state;
    struct buf b;
    struct jw jw;
    buf_init(&b, 100);
    jw_init(&jw, &b);
    assert_aborts(jw_end_object(&jw));
    jw_array(&jw);
    jw_end_array(&jw);
    assert_aborts(jw_end_array(&jw));
    buf_clear(&b);
}

/* Reals read back as the same number and stay reals. */
static void reals(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *text;
    } rows[] = { { 0, "0.0" },
                 { 1, "1.0" },
                 { 0.1, "0.1" },
                 { -2.5, "-2.5" },
                 { 1e300, "1e+300" },
                 { 1.0 / 3, "0.3333333333333333" },
                 { 5e-324, "4.94065645841247e-324" },
                 { 123456789012345680.0, "1.2345678901234568e+17" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        struct jw jw;
        buf_init(&b, 100);
        jw_init(&jw, &b);
        jw_real(&jw, rows[i].number);
        assert_string_equal(b.data, rows[i].text);
        struct json *back = json_parse(buf_view(&b), NULL);
        assert_int_equal(json_type(back), JSON_REAL);
        assert_true(json_number(back, -1) == rows[i].number);
        json_free(back);
        buf_clear(&b);
    }
    struct buf b;
    struct jw jw;
    buf_init(&b, 100);
    jw_init(&jw, &b);
    jw_array(&jw);
    jw_real(&jw, (double)NAN);
    jw_real(&jw, (double)-INFINITY);
    jw_end_array(&jw);
    assert_string_equal(b.data, "[null,null]");
    buf_clear(&b);
}

static void canonical_of(const char *text, struct buf *out)
{
    struct err err = { 0 };
    struct json *root = json_parse(str_from(text), &err);
    if (!root) fail_msg("%s: %s", text, err.detail);
    json_canonical(root, out);
    json_free(root);
}

static void equal_values_give_equal_bytes(void **state)
{
    (void)state;
    struct buf a, b;
    buf_init(&a, 1000);
    buf_init(&b, 1000);
    canonical_of(" { \"b\" : [ 1, {\"y\":null, \"x\":true} ], \"a\" : \"\\u00e4\\/\", \"ab\":1.50, \"\":0 } ", &a);
    canonical_of("{\"ab\":15e-1,\"\":0,\"a\":\"\xC3\xA4/\",\"b\":[1,{\"x\":true,\"y\":null}]}", &b);
    assert_str(buf_view(&a), "{\"\":0,\"a\":\"\xC3\xA4/\",\"ab\":1.5,\"b\":[1,{\"x\":true,\"y\":null}]}");
    assert_true(str_eq(buf_view(&a), buf_view(&b)));
    buf_reset(&b);
    canonical_of(a.data, &b); /* a fixed point */
    assert_true(str_eq(buf_view(&a), buf_view(&b)));
    buf_reset(&b);
    canonical_of("[2,1]", &b); /* the order of an array means something */
    assert_str(buf_view(&b), "[2,1]");
    buf_reset(&b);
    json_canonical(NULL, &b);
    assert_str(buf_view(&b), "null");
    buf_clear(&a);
    buf_clear(&b);
}

static void trees_inside_a_writer(void **state)
{
    (void)state;
    struct json *root = json_parse(STR("{\"z\":1,\"a\":[\"x\"]}"), NULL);
    struct buf b;
    struct jw jw;
    buf_init(&b, 1000);
    jw_init(&jw, &b);
    jw_array(&jw);
    jw_json(&jw, json_get(root, "a"));
    jw_json(&jw, json_get(root, "absent"));
    jw_json(&jw, root);
    jw_end_array(&jw);
    assert_str(buf_view(&b), "[[\"x\"],null,{\"z\":1,\"a\":[\"x\"]}]"); /* members keep the order they came in */
    json_free(root);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes),
        cmocka_unit_test(unbalanced_end_is_a_defect),
        cmocka_unit_test(reals),
        cmocka_unit_test(equal_values_give_equal_bytes),
        cmocka_unit_test(trees_inside_a_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
