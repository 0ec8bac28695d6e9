/* search_query.c - reading a search, one term after the other, and comparing numbers and moments. */
#include "sandbox/search_query.h"

#include "base/moment.h"
#include "sandbox/search_text.h"

/* ---- terms -------------------------------------------------------------------------------------------------------------- */

static const char *const properties[] = {
    "type",        "status",  "priority",   "requester",   "assignee", "submitter", "tags",         "external_id", "subject",
    "description", "created", "updated",    "ticket_type", "via",      "group",     "comment",      "email",       "name",
    "role",        "phone",   "created_at", "updated_at",  "order_by", "sort",      "organization", NULL,
};

static bool is_property(struct str word)
{
    if (str_starts(word, STR("custom_field_"))) return true;
    for (size_t i = 0; properties[i]; i++)
        if (str_eq_nocase(word, str_from(properties[i]))) return true;
    return false;
}

static bool is_name_char(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || c == '_';
}

/* Where the value that begins at `from` ends: at its closing quote, else at the next blank. */
static size_t value_end(struct str text, size_t from)
{
    if (from < text.len && text.ptr[from] == '"') {
        size_t quote = str_find(text, STR("\""), from + 1);
        return quote == SIZE_MAX ? text.len : quote + 1;
    }
    while (from < text.len && !char_is_space(text.ptr[from])) from++;
    return from;
}

static size_t read_operator(struct str text, size_t at, enum search_operator *operator)
{
    bool has_equals = at + 1 < text.len && text.ptr[at + 1] == '=';
    switch (text.ptr[at]) {
    case ':': *operator= SEARCH_IS; return at + 1;
    case '<': *operator= has_equals ? SEARCH_AT_MOST : SEARCH_LESS; return at + 1 + has_equals;
    case '>': *operator= has_equals ? SEARCH_AT_LEAST : SEARCH_MORE; return at + 1 + has_equals;
    default: return at;
    }
}

static size_t read_term(struct str text, size_t at, struct search_term *term)
{
    *term = (struct search_term){ .operator= SEARCH_IS };
    if (text.ptr[at] == '-' && at + 1 < text.len && !char_is_space(text.ptr[at + 1])) {
        term->is_negative = true;
        at++;
    }
    size_t name_end = at;
    while (name_end < text.len && is_name_char(text.ptr[name_end])) name_end++;
    struct str name = str_slice(text, at, name_end);
    if (name_end < text.len && is_property(name)) {
        size_t value = read_operator(text, name_end, &term->operator);
        if (value > name_end) {
            term->property = name;
            at = value;
        }
    }
    size_t end = value_end(text, at);
    term->value = search_unquote(str_slice(text, at, end));
    return end;
}

static void add_term(struct search_query *query, struct search_term term)
{
    if (str_eq_nocase(term.property, STR("type")) && !term.is_negative)
        query->type = term.value;
    else if (str_eq_nocase(term.property, STR("order_by")))
        query->order_by = term.value;
    else if (str_eq_nocase(term.property, STR("sort")))
        query->sort = term.value;
    else if (query->count < SEARCH_TERMS_MAX && (term.property.len || term.value.len))
        query->terms[query->count++] = term;
}

void search_query_parse(struct str text, struct search_query *query)
{
    *query = (struct search_query){ .count = 0 };
    size_t at = 0;
    while (at < text.len) {
        struct search_term term;
        if (char_is_space(text.ptr[at])) {
            at++;
            continue;
        }
        at = read_term(text, at, &term);
        add_term(query, term);
    }
}

/* ---- comparing ---------------------------------------------------------------------------------------------------------- */

bool search_compares(enum search_operator operator, int64_t number, int64_t value)
{
    switch (operator) {
    case SEARCH_LESS: return number < value;
    case SEARCH_AT_MOST: return number <= value;
    case SEARCH_MORE: return number > value;
    case SEARCH_AT_LEAST: return number >= value;
    case SEARCH_IS: break;
    }
    return number == value;
}

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* "2hours": that long ago. */
static bool read_age(struct str value, int64_t now_at, int64_t *at_ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = { { "minute", MINUTE_MS },
                  { "hour", HOUR_MS },
                  { "day", DAY_MS },
                  { "week", INT64_C(7) * DAY_MS },
                  { "month", INT64_C(30) * DAY_MS },
                  { "year", INT64_C(365) * DAY_MS } };
    size_t digits = 0;
    int64_t count;
    while (digits < value.len && char_is_digit(value.ptr[digits])) digits++;
    struct str unit = str_slice(value, digits, value.len);
    if (str_ends(unit, STR("s"))) unit.len--;
    if (digits > 6 || !str_to_i64(str_slice(value, 0, digits), &count)) return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!str_eq_nocase(unit, str_from(units[i].unit))) continue;
        *at_ms = now_at - count * units[i].ms;
        return true;
    }
    return false;
}

static bool read_day(struct str value, int64_t *at_ms)
{
    char text[] = "YYYY-MM-DDT00:00:00Z";
    if (value.len != 10) return false;
    for (size_t i = 0; i < value.len; i++) text[i] = value.ptr[i];
    return moment_parse(str_from(text), at_ms);
}

/* A value covers a span: a day, or the second that was named. Before it, in it, after it. */
bool search_moment_fits(enum search_operator operator, int64_t at_ms, struct str value, int64_t now_at)
{
    int64_t from, span = SECOND_MS;
    if (read_day(value, &from))
        span = DAY_MS;
    else if (!moment_parse(value, &from) && !read_age(value, now_at, &from))
        return false;
    switch (operator) {
    case SEARCH_LESS: return at_ms < from;
    case SEARCH_AT_MOST: return at_ms < from + span;
    case SEARCH_MORE: return at_ms >= from + span;
    case SEARCH_AT_LEAST: return at_ms >= from;
    case SEARCH_IS: break;
    }
    return at_ms >= from && at_ms < from + span;
}
