/* day.c - see day.h. Points stand between day, month and year; with slashes or hyphens one half of the world has the month first, so both readings count where both are days. A year has four
 * digits: two would be guessed.
 */
#include "agent/day.h"

#include "base/moment.h"

enum { PARTS_MAX = 4 };

struct part {
    struct str text;
    char mark; /* that ends it; 0 at the end */
};

static bool is_word_byte(char c)
{
    return char_is_digit(c) || char_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* Numbers and words, without what only joins them; 0 when there are too many. */
static size_t split(struct str words, struct part parts[PARTS_MAX])
{
    static const struct str joins[] = { { "of", 2 }, { "de", 2 }, { "del", 3 }, { "the", 3 }, { "den", 3 }, { "el", 2 } };
    size_t count = 0;
    for (size_t at = 0; at < words.len;) {
        size_t begin = at;
        while (at < words.len && is_word_byte(words.ptr[at])) at++;
        struct part part = { str_slice(words, begin, at), at < words.len ? words.ptr[at] : '\0' };
        if (at == begin) at++;
        bool joins_only = part.text.len == 0;
        for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) joins_only = joins_only || str_eq_nocase(part.text, joins[i]);
        if (joins_only) continue;
        if (count == PARTS_MAX) return 0;
        parts[count++] = part;
    }
    return count;
}

/* 1 to 12 by the first letters of its name in English, German or Spanish; 0: it is none. */
static int month_of(struct str text)
{
    static const char *const names[12] = { "january januar jänner enero",
                                           "february februar febrero",
                                           "march märz marzo",
                                           "april abril",
                                           "may mai mayo",
                                           "june juni junio",
                                           "july juli julio",
                                           "august agosto",
                                           "september septiembre",
                                           "october oktober octubre",
                                           "november noviembre",
                                           "december dezember diciembre" };
    for (int month = 0; month < 12; month++) {
        struct str rest = str_from(names[month]), name;
        while (str_split(&rest, ' ', &name))
            if (text.len >= 3 && text.len <= name.len && str_eq_nocase(text, str_slice(name, 0, text.len))) return month + 1;
    }
    return 0;
}

/* "4", "4th"; -1: no number. */
static int64_t number_of(struct str text)
{
    static const struct str ends[] = { { "st", 2 }, { "nd", 2 }, { "rd", 2 }, { "th", 2 } };
    int64_t number;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text.len > 2 && str_eq_nocase(str_slice(text, text.len - 2, text.len), ends[i])) text.len -= 2;
    return str_to_i64(text, &number) && number >= 0 ? number : -1;
}

static bool write_day(int64_t year, int64_t month, int64_t day, struct str *out, struct arena *arena)
{
    int64_t at_ms;
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    *out = arena_fmt(arena, "%04lld-%02lld-%02lld", (long long)year, (long long)month, (long long)day);
    return moment_parse(arena_fmt(arena, "%.*sT00:00:00Z", STR_ARG(*out)), &at_ms);
}

size_t day_read(struct str words, struct str days[2], struct arena *arena)
{
    struct part parts[PARTS_MAX];
    if (split(words, parts) != 3) return 0;
    int64_t first = number_of(parts[0].text), second = number_of(parts[1].text), third = number_of(parts[2].text);
    int first_month = month_of(parts[0].text), second_month = month_of(parts[1].text);
    if (first_month) return write_day(third, first_month, second, &days[0], arena);
    if (second_month) return write_day(third, second_month, first, &days[0], arena);
    if (parts[0].text.len == 4) return write_day(first, second, third, &days[0], arena);
    size_t count = write_day(third, second, first, &days[0], arena);
    bool is_day_first = parts[0].mark == '.' || first == second;
    if (!is_day_first) count += write_day(third, first, second, &days[count], arena);
    return count;
}
