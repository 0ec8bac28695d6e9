/* Views: comparing, searching, cutting, numbers, UTF-8. */
#include "unit/unit.h"

static void views(void **state)
{
    (void)state;
    assert_int_equal(str_from(NULL).len, 0);
    assert_null(str_from(NULL).ptr);
    assert_str(str_from("abc"), "abc");
    assert_str(str_slice(STR("hello"), 1, 3), "el");
    assert_str(str_slice(STR("hello"), 3, 99), "lo");
    assert_str(str_slice(STR("hello"), 9, 99), "");
    assert_str(str_slice(STR("hello"), 4, 2), "");
    assert_null(str_slice(STR_NONE, 0, 5).ptr);
}

static void comparing(void **state)
{
    (void)state;
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_true(str_eq(STR_NONE, STR("")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_nocase(STR("["), STR("{"))); /* 0x5B and 0x7B differ by the case bit but are no letters */
    assert_false(str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), STR_NONE));
    assert_false(str_starts(STR("ab"), STR("abc")));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("c"), STR("bc")));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR("\xFF"), STR("a")) > 0); /* bytes are unsigned */
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
}

static void searching(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcabc"), STR("ca"), 0), 2);
    assert_int_equal(str_find(STR("abcabc"), STR("ab"), 1), 3);
    assert_int_equal(str_find(STR("abcabc"), STR("abc"), 4), SIZE_MAX);
    assert_int_equal(str_find(STR("abc"), STR(""), 3), 3);
    assert_int_equal(str_find(STR("abc"), STR(""), 4), SIZE_MAX);
    assert_int_equal(str_find(STR_NONE, STR("a"), 0), SIZE_MAX);
    assert_int_equal(str_find(STR("a\0b"), STR("\0b"), 0), 1);
    assert_int_equal(str_find_nocase(STR("Create A Ticket"), STR("tICKET"), 0), 9);
    assert_int_equal(str_find_nocase(STR("ticket"), STR("tickets"), 0), SIZE_MAX);
    assert_int_equal(str_find_nocase(STR("aAa"), STR("A"), 2), 2);
    assert_int_equal(str_find_nocase(STR("aAa"), STR("A"), 3), SIZE_MAX);
    assert_int_equal(str_find_nocase(STR("aAa"), STR("a"), SIZE_MAX), SIZE_MAX);
}

static void trimming(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n\f\vx y\n ")), "x y");
    assert_str(str_trim(STR(" \n ")), "");
    assert_str(str_trim(STR_NONE), "");
    assert_str(str_trim(STR("\xC2\xA0x")), "\xC2\xA0x"); /* a no-break space is not ASCII */
}

static void splitting(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,"), piece;
    assert_true(str_split(&rest, ',', &piece));
    assert_str(piece, "a");
    assert_true(str_split(&rest, ',', &piece));
    assert_str(piece, "");
    assert_true(str_split(&rest, ',', &piece));
    assert_str(piece, "b");
    assert_true(str_split(&rest, ',', &piece));
    assert_str(piece, "");
    assert_false(str_split(&rest, ',', &piece));
    rest = STR("");
    assert_true(str_split(&rest, ',', &piece));
    assert_int_equal(piece.len, 0);
    assert_false(str_split(&rest, ',', &piece));
    rest = STR_NONE;
    assert_false(str_split(&rest, ',', &piece));
}

static void numbers(void **state)
{
    (void)state;
    static const char *const not_unsigned[] = {
        "", "-1", "+1", " 1", "1 ", "1a", "0x1", "18446744073709551616", "99999999999999999999"
    };
    static const char *const not_signed[] = { "", "-", "--1", "+1", "- 1", "9223372036854775808", "-9223372036854775809", "1.0" };
    uint64_t u = 7;
    int64_t i = 7;
    for (size_t n = 0; n < sizeof not_unsigned / sizeof *not_unsigned; n++)
        assert_false(str_to_u64(str_from(not_unsigned[n]), &u));
    for (size_t n = 0; n < sizeof not_signed / sizeof *not_signed; n++) assert_false(str_to_i64(str_from(not_signed[n]), &i));
    assert_false(str_to_u64(STR("1\0"), &u));
    assert_true(u == 7 && i == 7); /* untouched by failures */
    assert_true(str_to_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
    assert_true(str_to_u64(STR("007"), &u) && u == 7);
    assert_true(str_to_i64(STR("9223372036854775807"), &i) && i == INT64_MAX);
    assert_true(str_to_i64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    assert_true(str_to_i64(STR("-0"), &i) && i == 0);
}

/* The edges of each row of the table in RFC 3629 section 4. */
static void utf8(void **state)
{
    (void)state;
    static const char *const good[] = { "",
                                        "plain",
                                        "\x7F",
                                        "\xC2\x80",
                                        "\xDF\xBF",
                                        "\xE0\xA0\x80",
                                        "\xED\x9F\xBF",
                                        "\xEE\x80\x80",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x90\x80\x80",
                                        "\xF4\x8F\xBF\xBF",
                                        "a\xF0\x9F\x98\x80z" };
    static const char *const bad[] = { "\x80",
                                       "\xBF",
                                       "\xC0\x80",
                                       "\xC1\xBF",
                                       "\xC2",
                                       "\xC2z",
                                       "\xE0\x9F\xBF",
                                       "\xED\xA0\x80",
                                       "\xED\xBF\xBF",
                                       "\xE2\x82",
                                       "\xE2\x82z",
                                       "\xF0\x8F\xBF\xBF",
                                       "\xF4\x90\x80\x80",
                                       "\xF5\x80\x80\x80",
                                       "\xF0\x9F\x98",
                                       "\xF0\x9F\x98z",
                                       "ok\xFF",
                                       "\xFE" };
    for (size_t n = 0; n < sizeof good / sizeof *good; n++) assert_true(str_is_utf8(str_from(good[n])));
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++) assert_false(str_is_utf8(str_from(bad[n])));
    assert_true(str_is_utf8(STR("a\0b")));
    assert_int_equal(str_utf8_len(STR_NONE), 0);
    assert_int_equal(str_utf8_len(STR("\0")), 1);
    assert_int_equal(str_utf8_len(STR("\xE2\x82\xAC...")), 3);
    assert_int_equal(str_codepoints(STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
    assert_int_equal(str_codepoints(STR_NONE), 0);
}

static void clipping(void **state)
{
    (void)state;
    struct str text = STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"); /* characters begin at 0, 1, 3, 6; 10 bytes */
    static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10 };
    for (size_t max = 0; max < sizeof kept / sizeof *kept; max++) assert_int_equal(str_clip(text, max).len, kept[max]);
    assert_int_equal(str_clip(STR("\x80\x80\x80\x80\x80\x80"), 5).len, 5); /* not UTF-8: cut as asked, nothing lost */
    assert_int_equal(str_clip(STR_NONE, 5).len, 0);
}

static void characters(void **state)
{
    (void)state;
    size_t spaces = 0, digits = 0, letters = 0, changed = 0;
    for (int c = 0; c < 256; c++) {
        spaces += char_is_space((char)c);
        digits += char_is_digit((char)c);
        letters += char_is_alpha((char)c);
        changed += char_lower((char)c) != (char)c;
    }
    assert_int_equal(spaces, 6);
    assert_int_equal(digits, 10);
    assert_int_equal(letters, 52);
    assert_int_equal(changed, 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views),    cmocka_unit_test(comparing), cmocka_unit_test(searching),
        cmocka_unit_test(trimming), cmocka_unit_test(splitting), cmocka_unit_test(numbers),
        cmocka_unit_test(utf8),     cmocka_unit_test(clipping),  cmocka_unit_test(characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
