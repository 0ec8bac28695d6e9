/* Dates against libc's calendar and by hand. */
#include "unit/unit.h"

#include <time.h>

#include "base/moment.h"

static void formats(void **state)
{
    (void)state;
    static const struct {
        int64_t at_ms;
        const char *text;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { 951782400000, "2000-02-29T00:00:00.000Z" },
        { 4107542400000, "2100-03-01T00:00:00.000Z" },
        { 4107542399999, "2100-02-28T23:59:59.999Z" },
        { -2203891200001, "1900-02-28T23:59:59.999Z" },
        { -2203891200000, "1900-03-01T00:00:00.000Z" },
        { INT64_C(1) << 31, "1970-01-25T20:31:23.648Z" },
        { 1795359845123, "2026-11-22T15:04:05.123Z" },
        { -62167219200000, "0000-01-01T00:00:00.000Z" },
        { 253402300799999, "9999-12-31T23:59:59.999Z" },
    };
    char text[MOMENT_TEXT_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t back = 42;
        assert_string_equal(moment_format(rows[i].at_ms, true, text), rows[i].text);
        assert_true(moment_parse(str_from(text), &back));
        assert_true(back == rows[i].at_ms);
    }
    assert_string_equal(moment_format(1795359845123, false, text), "2026-11-22T15:04:05Z");
    assert_string_equal(moment_format(INT64_MIN, true, text), "0000-01-01T00:00:00.000Z");
    assert_string_equal(moment_format(INT64_MAX, true, text), "9999-12-31T23:59:59.999Z");
    assert_string_equal(moment_format_http(INT64_MIN, text), "Sat, 01 Jan 0000 00:00:00 GMT");
}

/* About 11,000 moments over 10,000 years, an odd step apart. */
static void agrees_with_libc(void **state)
{
    (void)state;
    for (int64_t second = -62167219200; second < 253402300800; second += 28711439) {
        char ours[MOMENT_TEXT_MAX], http[MOMENT_TEXT_MAX], theirs[64];
        struct tm tm;
        time_t when = second;
        int64_t back;
        assert_non_null(gmtime_r(&when, &tm));
        assert_true(strftime(theirs, sizeof theirs, "%m-%dT%H:%M:%SZ", &tm) > 0);
        moment_format(second * 1000, false, ours);
        assert_string_equal(ours + 5, theirs);
        assert_true(str_to_i64(str_slice(str_from(ours), 0, 4), &back) && back == tm.tm_year + 1900);
        assert_true(strftime(theirs, sizeof theirs, "%a, %d %b", &tm) > 0);
        moment_format_http(second * 1000, http);
        assert_memory_equal(http, theirs, 11);
        assert_true(moment_parse(str_from(ours), &back) && back == second * 1000);
        assert_true(moment_parse_http(str_from(http), &back) && back == second * 1000);
    }
}

static void parses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t at_ms;
    } rows[] = {
        { "1985-04-12T23:20:50.52Z", 482196050520 }, /* RFC 3339 section 5.8, this and the next four */
        { "1996-12-19T16:39:57-08:00", 851042397000 },
        { "1990-12-31T23:59:60Z", 662688000000 },
        { "1990-12-31T15:59:60-08:00", 662688000000 },
        { "1937-01-01T12:00:27.87+00:20", -1041337172130 },
        { "1970-01-01t00:00:00z", 0 },
        { "1970-01-01 00:00:00Z", 0 },
        { "1970-01-01T00:00:00.0019999Z", 1 },
        { "1970-01-01T00:00:00.000000000000000000001-00:00", 0 },
        { "1970-01-01T00:00:00+23:59", -86340000 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = 42;
        assert_true(moment_parse(str_from(rows[i].text), &at));
        assert_true(at == rows[i].at_ms);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T15:04:05",
        "2026-11-22T15:04:05ZZ",
        "2026-11-22T15:04:05 Z",
        "2026-11-22T15:04Z",
        "2026-11-22T15:04:05.Z",
        "2026-11-22T15:04:05,5Z",
        "2026-00-22T15:04:05Z",
        "2026-13-22T15:04:05Z",
        "2026-11-00T15:04:05Z",
        "2026-11-31T15:04:05Z",
        "2026-02-29T15:04:05Z",
        "1900-02-29T15:04:05Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T15:60:05Z",
        "2026-11-22T15:04:60Z",
        "2026-11-22T23:59:61Z",
        "2026-11-22T23:59:60+01:00",
        "2026-11-22T15:04:05+24:00",
        "2026-11-22T15:04:05+0100",
        "2026-11-22T15:04:05+01:60",
        "+026-11-22T15:04:05Z",
        "20261122T150405Z",
        " 2026-11-22T15:04:05Z",
    };
    static const char *const bad_http[] = {
        "",
        "Sun, 06 Nov 1994 08:49:37",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Thu, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
    };
    int64_t at = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(moment_parse(str_from(bad[i]), &at));
    for (size_t i = 0; i < sizeof bad_http / sizeof *bad_http; i++) assert_false(moment_parse_http(str_from(bad_http[i]), &at));
    assert_false(moment_parse(STR("2026-11-22T15:04:05\0"), &at));
    assert_true(at == 42);
    assert_true(moment_parse_http(STR("Sun, 06 Nov 1994 08:49:37 GMT"), &at) && at == 784111777000);
}

static void as_people_say_it(void **state)
{
    (void)state;
    const int64_t noon = INT64_C(1795348800000), minute = 60 * 1000, hour = 60 * minute; /* 2026-11-22T12:00:00Z */
    char text[MOMENT_TEXT_MAX];
    assert_string_equal(moment_say(noon + 2 * hour + 5 * minute, noon + 3 * hour, text), "today at 14:05 UTC");
    assert_string_equal(moment_say(noon, noon + 12 * hour, text), "yesterday at 12:00 UTC");
    assert_string_equal(moment_say_day(noon, text), "22 November 2026");
    assert_string_equal(moment_say(noon, noon + 36 * hour, text), "22 Nov 2026, 12:00 UTC");
    assert_string_equal(moment_say(noon + 24 * hour, noon, text), "23 Nov 2026, 12:00 UTC"); /* a clock that is ahead */
    assert_string_equal(moment_say(INT64_MAX, 0, text), "31 Dec 9999, 23:59 UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats), cmocka_unit_test(agrees_with_libc), cmocka_unit_test(parses),
        cmocka_unit_test(refuses), cmocka_unit_test(as_people_say_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
