/* Buffers: growth, the ceiling, and every escape. */
#include "unit/unit.h"

#include "base/buf.h"

static void growth(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    assert_null(b.data);
    assert_int_equal(buf_view(&b).len, 0);
    buf_str(&b, STR_NONE);
    assert_string_equal(b.data, "");
    for (int i = 0; i < 1000; i++) buf_char(&b, (char)('a' + i % 26));
    assert_true(buf_ok(&b));
    assert_int_equal(b.len, 1000);
    assert_int_equal(b.data[1000], '\0');
    assert_true(b.cap <= 1001);
    buf_drop_front(&b, 998);
    assert_str(buf_view(&b), "kl");
    assert_int_equal(b.data[2], '\0');
    buf_drop_front(&b, 99);
    assert_int_equal(b.len, 0);
    buf_clear(&b);
    assert_null(b.data);
    assert_int_equal(b.max, 1000);
    buf_drop_front(&b, 1);
}

static void ceiling(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 8);
    buf_lit(&b, "12345678");
    assert_true(buf_ok(&b));
    buf_char(&b, '9');
    assert_false(buf_ok(&b));
    assert_str(buf_view(&b), "12345678");
    buf_reset(&b);
    assert_true(buf_ok(&b));
    buf_lit(&b, "123456");
    buf_lit(&b, "789"); /* refused as a whole */
    buf_char(&b, '7');  /* would fit, but comes after a refusal */
    assert_str(buf_view(&b), "123456");
    buf_clear(&b);
    assert_true(buf_ok(&b));
    buf_init(&b, SIZE_MAX);
    buf_lit(&b, "x");
    buf_fmt(&b, "%d", 1);
    assert_true(buf_ok(&b));
    buf_hex(&b, "y", SIZE_MAX / 2 + 2); /* no overflow in the sums; nothing is read */
    assert_false(buf_ok(&b));
    assert_str(buf_view(&b), "x1");
    buf_clear(&b);
}

/* Every escape under every ceiling: the whole text or nothing of it. */
static void escapes_are_all_or_nothing(void **state)
{
    (void)state;
    static void (*const escapes[])(struct buf *, struct str) = { buf_json, buf_html, buf_url };
    struct str nasty = STR("a\"<\x01>\xC3\xA4&'\n z");
    for (size_t e = 0; e < 3; e++) {
        struct buf whole, tight;
        buf_init(&whole, 1000);
        buf_lit(&whole, "=");
        escapes[e](&whole, nasty);
        for (size_t max = 0; max <= whole.len; max++) {
            buf_init(&tight, max);
            buf_lit(&tight, "=");
            escapes[e](&tight, nasty);
            assert_int_equal(buf_ok(&tight), max == whole.len);
            assert_int_equal(tight.len, max == whole.len ? whole.len : max > 0);
            if (tight.data) assert_int_equal(tight.data[tight.len], '\0');
            buf_clear(&tight);
        }
        buf_clear(&whole);
    }
}

static void numbers_and_formats(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 200);
    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_fmt(&b, " %s %04x", "x", 255);
    assert_str(buf_view(&b), "-9223372036854775808 9223372036854775807 x 00ff");
    buf_clear(&b);
    buf_init(&b, 3);
    buf_fmt(&b, "%d", 1234);
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 0);
    buf_clear(&b);
}

#define check(append, text, expected)                                                                                            \
    do {                                                                                                                         \
        struct buf check_b;                                                                                                      \
        buf_init(&check_b, 1000);                                                                                                \
        append(&check_b, STR(text));                                                                                             \
        assert_true(buf_ok(&check_b));                                                                                           \
        assert_str(buf_view(&check_b), expected);                                                                                \
        buf_clear(&check_b);                                                                                                     \
    } while (0)

static void json(void **state)
{
    (void)state;
    check(buf_json, "", "");
    check(buf_json, "plain / text", "plain / text");
    check(buf_json, "\"\\", "\\\"\\\\");
    check(buf_json, "\b\f\n\r\t", "\\b\\f\\n\\r\\t");
    check(buf_json, "a\0b\x01\x1F\x7F", "a\\u0000b\\u0001\\u001f\\u007f");
    check(buf_json, "\xC3\xA4\xE2\x80\xA8\xF0\x9F\x98\x80", "\xC3\xA4\xE2\x80\xA8\xF0\x9F\x98\x80");
    check(buf_json, "a\xFFz", "a\xEF\xBF\xBDz");
    check(buf_json, "\xC3", "\xEF\xBF\xBD");
    check(buf_json, "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* a surrogate: three bytes that mean nothing */
    check(buf_json, "\xC3\"", "\xEF\xBF\xBD\\\"");                           /* the quote is not swallowed */
}

static void html_and_url(void **state)
{
    (void)state;
    check(buf_html, "<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    check(buf_html, "\xC3\xA4", "\xC3\xA4");
    check(buf_url, "AZaz09-._~", "AZaz09-._~");
    check(buf_url, "a b/c?d=e&f#g%+", "a%20b%2Fc%3Fd%3De%26f%23g%25%2B");
    check(buf_url, "\xC3\xA4\0\r\n", "%C3%A4%00%0D%0A");
}

/* RFC 4648 section 10, and bytes that reach the last two characters of each alphabet. */
static void binary(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *padded, *url, *hex;
    } rows[] = {
        { "", "", "", "" },
        { "f", "Zg==", "Zg", "66" },
        { "fo", "Zm8=", "Zm8", "666f" },
        { "foo", "Zm9v", "Zm9v", "666f6f" },
        { "foob", "Zm9vYg==", "Zm9vYg", "666f6f62" },
        { "fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261" },
        { "foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172" },
        { "\xFB\xFF\xBF", "+/+/", "-_-_", "fbffbf" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        buf_init(&b, 100);
        buf_base64(&b, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(b.data, rows[i].padded);
        buf_reset(&b);
        buf_base64url(&b, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(b.data, rows[i].url);
        buf_reset(&b);
        buf_hex(&b, rows[i].plain, strlen(rows[i].plain));
        assert_string_equal(b.data, rows[i].hex);
        buf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth),
        cmocka_unit_test(ceiling),
        cmocka_unit_test(escapes_are_all_or_nothing),
        cmocka_unit_test(json),
        cmocka_unit_test(numbers_and_formats),
        cmocka_unit_test(html_and_url),
        cmocka_unit_test(binary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
