/* moment.c - dates from milliseconds and back, in the proleptic Gregorian calendar, without libc's time functions.
 *
 * Those read time zones from files and take locks; this room may not. Days and dates are turned into each other by Howard Hinnant's
 * algorithms days_from_civil and civil_from_days (https://howardhinnant.github.io/date_algorithms.html): years begin in
 * March, so that the leap day is the last one, and are counted in eras of 400 years, each of 146097 days.
 */
#include "base/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAY_MS = 86400 * 1000, ERA_DAYS = 146097, EPOCH_FROM_MARCH_0000 = 719468 };

struct civil {
    int64_t year;
    int month, day; /* from 1 */
    int hour, minute, second, ms;
    int weekday; /* 0 is Sunday */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_FROM_MARCH_0000;
}

static struct civil civil_from(int64_t at_ms)
{
    int64_t days = floor_div(at_ms, DAY_MS);
    int ms_of_day = (int)(at_ms - days * DAY_MS);
    int64_t z = days + EPOCH_FROM_MARCH_0000;
    int64_t era = floor_div(z, ERA_DAYS);
    int64_t day_of_era = z - era * ERA_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        .hour = ms_of_day / 3600000,
        .minute = ms_of_day / 60000 % 60,
        .second = ms_of_day / 1000 % 60,
        .ms = ms_of_day % 1000,
        .weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7), /* 1970-01-01 was a Thursday */
    };
}

static int64_t at_from(const struct civil *c)
{
    int64_t days = days_from_civil(c->year, c->month, c->day);
    return days * DAY_MS + ((c->hour * 60 + c->minute) * 60 + c->second) * INT64_C(1000) + c->ms;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

/* The four digits of a year are all that RFC 3339 and IMF-fixdate have. */
static int64_t clamp_to_four_digits(int64_t at_ms)
{
    const int64_t first = days_from_civil(0, 1, 1) * DAY_MS, last = days_from_civil(10000, 1, 1) * DAY_MS - 1;
    return at_ms < first ? first : at_ms > last ? last : at_ms;
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

/* Takes exactly `digits` digits off the front of *rest. */
static bool take_number(struct str *rest, size_t digits, int *out)
{
    uint64_t number;
    if (rest->len < digits || !str_to_u64(str_slice(*rest, 0, digits), &number)) return false;
    *out = (int)number;
    *rest = str_slice(*rest, digits, rest->len);
    return true;
}

/* Takes one character off the front, if it is one of `any`. */
static bool take_char(struct str *rest, const char *any, char *out)
{
    if (rest->len == 0 || !rest->ptr[0] || !strchr(any, rest->ptr[0])) return false;
    if (out) *out = rest->ptr[0];
    *rest = str_slice(*rest, 1, rest->len);
    return true;
}

static bool take_clock(struct str *rest, struct civil *c)
{
    return take_number(rest, 2, &c->hour) && take_char(rest, ":", NULL) && take_number(rest, 2, &c->minute) &&
           take_char(rest, ":", NULL) && take_number(rest, 2, &c->second) && c->hour < 24 && c->minute < 60 && c->second <= 60;
}

/* Any number of digits after the point; what is finer than a millisecond is cut off. */
static bool take_fraction(struct str *rest, int *ms)
{
    int weight = 100, digits = 0, digit;
    if (!take_char(rest, ".", NULL)) return true;
    for (; take_number(rest, 1, &digit); digits++, weight /= 10) *ms += digit * weight;
    return digits > 0;
}

static bool take_offset(struct str *rest, int *minutes)
{
    char sign;
    int hour, minute;
    if (take_char(rest, "Zz", NULL)) return true;
    if (!take_char(rest, "+-", &sign) || !take_number(rest, 2, &hour) || !take_char(rest, ":", NULL)) return false;
    if (!take_number(rest, 2, &minute) || hour > 23 || minute > 59) return false;
    *minutes = (hour * 60 + minute) * (sign == '-' ? -1 : 1);
    return true;
}

bool moment_parse(struct str text, int64_t *at_ms)
{
    struct civil c = { 0 };
    int year, offset_minutes = 0;
    if (!take_number(&text, 4, &year) || !take_char(&text, "-", NULL) || !take_number(&text, 2, &c.month) ||
        !take_char(&text, "-", NULL) || !take_number(&text, 2, &c.day) || !take_char(&text, "Tt ", NULL) ||
        !take_clock(&text, &c) || !take_fraction(&text, &c.ms) || !take_offset(&text, &offset_minutes) || text.len)
        return false;
    c.year = year;
    if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_in_month(c.year, c.month)) return false;

    int64_t at = at_from(&c) - offset_minutes * INT64_C(60000);
    /* RFC 3339 section 5.7: second 60 exists at the end of a UTC day only; it becomes the first second of the next. */
    if (c.second == 60 && (at - c.ms) % DAY_MS != 0) return false;
    *at_ms = at;
    return true;
}

static const char weekdays[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* The fields stand at fixed places; whether everything around and within them is right shows when the moment is written again. */
bool moment_parse_http(struct str text, int64_t *at_ms)
{
    struct civil c = { 0 };
    int year;
    struct str day = str_slice(text, 5, 7), month = str_slice(text, 8, 11), rest = str_slice(text, 12, text.len);
    if (!take_number(&day, 2, &c.day) || !take_number(&rest, 4, &year) || !take_char(&rest, " ", NULL) || !take_clock(&rest, &c))
        return false;
    c.year = year;
    while (c.month < 12 && !str_eq(month, str_from(months[c.month]))) c.month++;
    if (c.month++ == 12) return false;

    char again[MOMENT_TEXT_MAX];
    int64_t at = at_from(&c);
    if (!str_eq(str_from(moment_format_http(at, again)), text)) return false;
    *at_ms = at;
    return true;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------- */

char *moment_format(int64_t at_ms, bool with_ms, char text[MOMENT_TEXT_MAX])
{
    struct civil c = civil_from(clamp_to_four_digits(at_ms));
    int length = snprintf(text, MOMENT_TEXT_MAX, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour,
                          c.minute, c.second);
    snprintf(text + length, (size_t)(MOMENT_TEXT_MAX - length), with_ms ? ".%03dZ" : "Z", c.ms);
    return text;
}

char *moment_format_http(int64_t at_ms, char text[MOMENT_TEXT_MAX])
{
    struct civil c = civil_from(clamp_to_four_digits(at_ms));
    snprintf(text, MOMENT_TEXT_MAX, "%s, %02d %s %04" PRId64 " %02d:%02d:%02d GMT", weekdays[c.weekday], c.day,
             months[c.month - 1], c.year, c.hour, c.minute, c.second);
    return text;
}

char *moment_say(int64_t at_ms, int64_t now_ms, char text[MOMENT_TEXT_MAX])
{
    struct civil c = civil_from(clamp_to_four_digits(at_ms));
    int64_t days_ago = floor_div(now_ms, DAY_MS) - floor_div(at_ms, DAY_MS);
    if (days_ago == 0 || days_ago == 1)
        snprintf(text, MOMENT_TEXT_MAX, "%s at %02d:%02d UTC", days_ago == 0 ? "today" : "yesterday", c.hour, c.minute);
    else
        snprintf(text, MOMENT_TEXT_MAX, "%d %s %" PRId64 ", %02d:%02d UTC", c.day, months[c.month - 1], c.year, c.hour, c.minute);
    return text;
}

char *moment_say_day(int64_t at_ms, char text[MOMENT_TEXT_MAX])
{
    static const char *const names[] = { "January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December" };
    struct civil c = civil_from(clamp_to_four_digits(at_ms));
    snprintf(text, MOMENT_TEXT_MAX, "%d %s %" PRId64, c.day, names[c.month - 1], c.year);
    return text;
}
