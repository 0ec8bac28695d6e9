/* test_days.c - days as they are said, and the dates they become when today is known. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "nlu/days.h"

static const int64_t WEDNESDAY_MS = INT64_C(1772611200000) + 5 * 3600 * 1000; /* 4 March 2026, 13:00 UTC */

static void each(const char *text, const char *first, const char *last)
{
    struct arena arena;
    struct words w;
    char from[11], to[11];
    arena_init(&arena);
    words_split(str_from(text), &arena, &w);
    nlu_days_resolve(days_read(&w, 0, w.count), WEDNESDAY_MS, from, to);
    assert_string_equal(from, first);
    assert_string_equal(to, last);
    arena_clear(&arena);
}

static void test_words(void **state)
{
    (void)state;
    each("tickets of today", "2026-03-04", "2026-03-04");
    each("yesterday", "2026-03-03", "2026-03-03");
    each("since yesterday", "2026-03-03", "2026-03-04");
    each("this week", "2026-03-02", "2026-03-04");
    each("last week", "2026-02-23", "2026-03-01");
    each("since last week", "2026-02-23", "2026-03-04");
    each("this month", "2026-03-01", "2026-03-04");
    each("last month", "2026-02-01", "2026-02-28");
    each("the last 7 days", "2026-02-25", "2026-03-04");
    each("past two weeks", "2026-02-18", "2026-03-04");
}

static void test_dates(void **state)
{
    (void)state;
    each("on 2026-02-28", "2026-02-28", "2026-02-28");
    each("since March 1, 2026", "2026-03-01", "");
    each("before 3 April 2025", "", "2025-04-03");
    each("from 1.2.2026 to 2026-02-09", "2026-02-01", "2026-02-09");
    each("between January 5th, 2026 and January 9th, 2026", "2026-01-05", "2026-01-09");
}

static void test_what_is_no_day(void **state)
{
    (void)state;
    each("", "", "");
    each("on 03/04/2026", "", "");
    each("2026-13-01", "", "");
    each("version 1.2.3", "", "");
    each("the last 3 tickets", "", "");
    each("may I ask", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_what_is_no_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
