/* days.c - a few fixed phrases, and three ways to write a date.
 *
 * 03/04/2026 is left alone: it is one day for an American and another for everybody else, so it is better asked for. Calendar arithmetic is Howard
 * Hinnant's days_from_civil, written out again.
 */
#include "nlu/days.h"

#include <string.h>

#include "nlu/lexicon.h"

enum { MS_A_DAY = 86400000, YEAR_MIN = 1990, YEAR_MAX = 2100 };

struct date {
    unsigned year, month, day;
};

static bool is_date(struct date d)
{
    return d.year >= YEAR_MIN && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31;
}

static unsigned number_at(const struct words *w, size_t i)
{
    uint64_t value;
    if (i >= w->count) return 0;
    struct str raw = w->items[i].raw;
    for (size_t cut = 0; cut <= 2 && cut < raw.len; cut += 2) { /* "31st" */
        struct str digits = str_slice(raw, 0, raw.len - cut);
        if (str_to_u64(digits, &value) && value <= 9999) return (unsigned)value;
    }
    return 0;
}

static unsigned month_at(const struct words *w, size_t i)
{
    static const char *const months[] = { "january jan",  "february feb", "march mar",  "april apr",          "may",
                                          "june jun",     "july jul",     "august aug", "september sep sept", "october oct",
                                          "november nov", "december dec" };
    for (unsigned k = 0; k < 12; k++)
        if (words_one_of(w, i, months[k])) return k + 1;
    return 0;
}

/* "2026-03-31", "31.3.2026" */
static bool packed_date(struct str raw, struct date *d)
{
    struct str rest = raw, piece;
    uint64_t parts[3] = { 0 };
    char mark = str_find(raw, STR("-"), 0) != SIZE_MAX ? '-' : '.';
    size_t count = 0;
    while (count < 3 && str_split(&rest, mark, &piece))
        if (!str_to_u64(piece, &parts[count++]) || parts[count - 1] > YEAR_MAX) return false;
    if (count != 3 || rest.len) return false;
    *d = mark == '-' ? (struct date){ (unsigned)parts[0], (unsigned)parts[1], (unsigned)parts[2] }
                     : (struct date){ (unsigned)parts[2], (unsigned)parts[1], (unsigned)parts[0] };
    return is_date(*d);
}

/* The date at i in any of the three ways; 0 for none, else how many words it takes. */
static size_t date_at(const struct words *w, size_t i, struct date *d)
{
    if (i >= w->count) return 0;
    if (packed_date(w->items[i].raw, d)) return 1;
    unsigned month = month_at(w, i);
    size_t comma = words_kind(w, i + 2) == WORD_PAUSE ? 1 : 0;
    *d = (struct date){ number_at(w, i + 2 + comma), month, number_at(w, i + 1) };
    if (month && is_date(*d)) return 3 + comma;
    month = month_at(w, i + 1);
    *d = (struct date){ number_at(w, i + 2), month, number_at(w, i) };
    return month && is_date(*d) ? 3 : 0;
}

static unsigned packed(struct date d)
{
    return d.year * 10000 + d.month * 100 + d.day;
}

/* ---- from words ----------------------------------------------------------------------------------------------------------------------- */

static struct nlu_days dates(const struct words *w, size_t from, size_t to)
{
    struct nlu_days days = { 0 };
    for (size_t i = from; i < to; i++) {
        struct date d;
        size_t length = date_at(w, i, &d);
        if (!length) continue;
        bool end = i > from && words_one_of(w, i - 1, "before until till to by through and"),
             begin = i > from && words_one_of(w, i - 1, "after since from between");
        if (days.kind == NLU_NO_DAYS) days = (struct nlu_days){ NLU_DATES, end ? 0 : packed(d), begin ? 0 : packed(d) };
        if (end) days.to = packed(d);
        i += length - 1;
    }
    return days;
}

/* "last 7 days", "past two weeks" */
static struct nlu_days span(const struct words *w, size_t i)
{
    static const char *const counts = "one two three four five six seven";
    unsigned n = number_at(w, i + 1);
    struct str rest = str_from(counts), piece;
    for (unsigned k = 1; !n && str_split(&rest, ' ', &piece); k++)
        if (words_eq(w, i + 1, piece)) n = k;
    unsigned unit = words_one_of(w, i + 2, "days day")       ? 1
                    : words_one_of(w, i + 2, "weeks week")   ? 7
                    : words_one_of(w, i + 2, "months month") ? 30
                                                             : 0;
    if (!n || !unit || n > 999) return (struct nlu_days){ 0 };
    return (struct nlu_days){ NLU_DAYS_AGO, n * unit, 0 };
}

struct nlu_days days_read(const struct words *w, size_t from, size_t to)
{
    static const struct {
        const char *words;
        struct nlu_days days;
    } phrases[] = {
        { "today", { NLU_DAYS_AGO, 0, 0 } },        { "yesterday", { NLU_DAYS_AGO, 1, 1 } },
        { "this week", { NLU_WEEKS_AGO, 0, 0 } },   { "last week", { NLU_WEEKS_AGO, 1, 1 } },
        { "this month", { NLU_MONTHS_AGO, 0, 0 } }, { "last month", { NLU_MONTHS_AGO, 1, 1 } },
        { "past week", { NLU_DAYS_AGO, 7, 0 } },    { "past month", { NLU_DAYS_AGO, 30, 0 } },
    };
    for (size_t i = from; i < to; i++) {
        if (w->items[i].held) continue;
        for (size_t k = 0; k < sizeof phrases / sizeof phrases[0]; k++) {
            if (!words_phrase(w, i, str_from(phrases[k].words))) continue;
            struct nlu_days days = phrases[k].days;
            if (i > from && words_eq(w, i - 1, STR("since"))) days.to = 0;
            return days;
        }
        struct nlu_days counted = words_one_of(w, i, "last past previous") ? span(w, i) : (struct nlu_days){ 0 };
        if (counted.kind) return counted;
    }
    return dates(w, from, to);
}

/* ---- to dates --------------------------------------------------------------------------------------------------------------------------- */

static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
    y -= m <= 2;
    int64_t era = y / 400;
    int64_t yoe = y - era * 400, doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static struct date civil_from_days(int64_t z)
{
    z += 719468;
    int64_t era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153, m = mp < 10 ? mp + 3 : mp - 9;
    return (struct date){ (unsigned)(yoe + era * 400 + (m <= 2)), (unsigned)m, (unsigned)(doy - (153 * mp + 2) / 5 + 1) };
}

static void write_date(struct date d, char out[11])
{
    unsigned digits[] = { d.year / 1000, d.year / 100, d.year / 10, d.year, 0, d.month / 10, d.month, 0, d.day / 10, d.day };
    for (size_t i = 0; i < 10; i++) out[i] = i == 4 || i == 7 ? '-' : (char)('0' + digits[i] % 10);
    out[10] = '\0';
}

static void write_packed(unsigned value, char out[11])
{
    out[0] = '\0';
    if (value) write_date((struct date){ value / 10000, value / 100 % 100, value % 100 }, out);
}

/* The first day of the month `back` months before the one that `today` is in. */
static int64_t month_start(struct date today, unsigned back)
{
    int64_t months = (int64_t)today.year * 12 + today.month - 1 - back;
    return days_from_civil(months / 12, (unsigned)(months % 12) + 1, 1);
}

void nlu_days_resolve(struct nlu_days days, int64_t at_ms, char from[11], char to[11])
{
    int64_t today = at_ms / MS_A_DAY, monday = today - (today + 3) % 7, first = today,
            last = today; /* 1 January 1970 was a Thursday */
    from[0] = to[0] = '\0';
    switch (days.kind) {
    case NLU_NO_DAYS: return;
    case NLU_DATES:
        write_packed(days.from, from);
        write_packed(days.to, to);
        return;
    case NLU_DAYS_AGO:
        first = today - days.from;
        last = today - days.to;
        break;
    case NLU_WEEKS_AGO:
        first = monday - 7 * (int64_t)days.from;
        last = days.to ? monday - 7 * (int64_t)days.to + 6 : today;
        break;
    case NLU_MONTHS_AGO:
        first = month_start(civil_from_days(today), days.from);
        last = days.to ? month_start(civil_from_days(today), days.to - 1) - 1 : today;
        break;
    }
    write_date(civil_from_days(first), from);
    write_date(civil_from_days(last), to);
}
