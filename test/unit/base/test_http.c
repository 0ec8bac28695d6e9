/* Methods, statuses, headers, and percent-encoded text. */
#include "unit/unit.h"

#include "base/buf.h"
#include "base/http.h"

static void methods_and_statuses(void **state)
{
    (void)state;
    for (enum http_method m = HTTP_GET; m < HTTP_OTHER; m++) assert_int_equal(http_method_from(str_from(http_method_name(m))), m);
    assert_int_equal(http_method_from(STR("get")), HTTP_OTHER);
    assert_int_equal(http_method_from(STR("BREW")), HTTP_OTHER);
    assert_int_equal(http_method_from(STR_NONE), HTTP_OTHER);
    assert_string_equal(http_method_name(HTTP_DELETE), "DELETE");
    assert_string_equal(http_reason(422), "Unprocessable Content");
    assert_string_equal(http_reason(299), "Unknown");
}

static void headers(void **state)
{
    (void)state;
    const struct http_header list[] = { { STR("Host"), STR("a") }, { STR("X-Y"), STR("1") }, { STR("x-y"), STR("2") } };
    assert_str(http_header_get(list, 3, STR("hOST")), "a");
    assert_str(http_header_get(list, 3, STR("x-Y")), "1");
    assert_null(http_header_get(list, 3, STR("Hos")).ptr);
    assert_null(http_header_get(NULL, 0, STR("Host")).ptr);
}

static void decoding(void **state)
{
    (void)state;
    static const char *const bad[] = { "%",   "%4",  "a%",  "%G0", "%0G", "%00",    "x%00y",
                                       "%-1", "%+1", "% 1", "%ff", "%C3", "%c0%80", "%ED%A0%80" };
    struct arena arena;
    struct str out = STR("untouched");
    arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(http_decode(str_from(bad[i]), true, &arena, &out));
    assert_false(http_decode(STR("a\0b"), false, &arena, &out));
    assert_str(out, "untouched");
    assert_true(http_decode(STR("a%2Fb%20%c3%A4"), false, &arena, &out));
    assert_str(out, "a/b \xC3\xA4");
    assert_true(http_decode(STR("a+b%2B"), true, &arena, &out));
    assert_str(out, "a b+");
    assert_true(http_decode(STR("a+b"), false, &arena, &out));
    assert_str(out, "a+b");
    assert_true(http_decode(STR("%2525"), false, &arena, &out)); /* once, not twice */
    assert_str(out, "%25");
    assert_true(http_decode(STR_NONE, true, &arena, &out));
    assert_str(out, "");
    arena_clear(&arena);
}

static void queries(void **state)
{
    (void)state;
    struct arena arena;
    struct str query = STR("limit=10&q=a+b%26c&empty=&flag&twice=1&twice=2&bad=%zz&%6bey=v&=odd&&x=1=2"), value;
    arena_init(&arena);
    assert_true(http_query_get(query, STR("limit"), &arena, &value));
    assert_str(value, "10");
    assert_true(http_query_get(query, STR("q"), &arena, &value));
    assert_str(value, "a b&c");
    assert_true(http_query_get(query, STR("empty"), &arena, &value));
    assert_str(value, "");
    assert_true(http_query_get(query, STR("flag"), &arena, &value));
    assert_str(value, "");
    assert_true(http_query_get(query, STR("twice"), &arena, &value));
    assert_str(value, "1");
    assert_true(http_query_get(query, STR("key"), &arena, &value));
    assert_str(value, "v");
    assert_true(http_query_get(query, STR("x"), &arena, &value));
    assert_str(value, "1=2");
    assert_false(http_query_get(query, STR("bad"), &arena, &value));
    assert_false(http_query_get(query, STR("absent"), &arena, &value));
    assert_false(http_query_get(STR_NONE, STR("a"), &arena, &value));
    arena_clear(&arena);
}

/* What buf_url writes, http_decode reads: each character of one or two bytes. */
static void round_trip(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 0x800; c++) {
        const char wide[] = { (char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)) }, narrow[] = { (char)c };
        struct str text = c < 0x80 ? (struct str){ narrow, 1 } : (struct str){ wide, 2 }, back;
        struct arena arena;
        struct buf b;
        arena_init(&arena);
        buf_init(&b, 10);
        buf_url(&b, text);
        assert_true(http_decode(buf_view(&b), true, &arena, &back));
        assert_true(str_eq(back, text));
        assert_true(http_decode(buf_view(&b), false, &arena, &back));
        assert_true(str_eq(back, text));
        buf_clear(&b);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_and_statuses), cmocka_unit_test(headers), cmocka_unit_test(decoding), cmocka_unit_test(queries),
        cmocka_unit_test(round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
