/* mention.c - see mention.h. At each word the longest title that begins there is tried; what stands before and after decides whether it is meant, and the value ends where the next thing begins:
 * at the first end whose words fit the field's type, as "Billing, priority high" gives Billing. Rejected: letting the classifier see titles, which are the account's and change while it runs.
 */
#include "agent/mention.h"

#include "base/text.h"

enum { BRIEF_WORDS = 3 };

static bool is_word_byte(char c)
{
    return char_is_digit(c) || char_is_alpha(c) || (unsigned char)c >= 0x80;
}

static bool starts_nocase(struct str text, size_t at, struct str word)
{
    return at + word.len <= text.len && str_eq_nocase(str_slice(text, at, at + word.len), word);
}

/* Does the word stand there, and end there? */
static bool word_at(struct str text, size_t at, struct str word)
{
    bool ends = at + word.len >= text.len || !is_word_byte(text.ptr[at + word.len]);
    return word.len > 0 && starts_nocase(text, at, word) && ends;
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '"')) at++;
    return at;
}

/* ---- before the title ---------------------------------------------------------------------------------------------------------- */

enum lead { LEAD_NONE, LEAD_START, LEAD_JOIN, LEAD_WITH, LEAD_SET };

/* Where the blanks, quotation marks and articles before `at` begin. */
static size_t before_articles(struct str text, size_t at)
{
    static const struct str small[] = { { "the", 3 },  { "field", 5 }, { "das", 3 }, { "der", 3 },  { "die", 3 },
                                        { "Feld", 4 }, { "el", 2 },    { "la", 2 },  { "campo", 5 } };
    for (bool found = true; found;) {
        found = false;
        while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '"')) at--;
        for (size_t i = 0; i < sizeof small / sizeof *small && !found; i++) {
            size_t length = small[i].len;
            found = at > length && !is_word_byte(text.ptr[at - length - 1]) && word_at(text, at - length, small[i]);
            if (found) at -= length;
        }
    }
    return at;
}

/* What leads to the title, and where it begins. */
static enum lead lead_of(struct str text, size_t title, size_t *begin)
{
    static const struct {
        struct str word;
        enum lead lead;
    } leads[] = { { { "with", 4 }, LEAD_WITH },  { { "mit", 3 }, LEAD_WITH },  { { "con", 3 }, LEAD_WITH },
                  { { "set", 3 }, LEAD_SET },    { { "make", 4 }, LEAD_SET },  { { "change", 6 }, LEAD_SET },
                  { { "put", 3 }, LEAD_SET },    { { "setze", 5 }, LEAD_SET }, { { "ändere", 7 }, LEAD_SET },
                  { { "cambia", 6 }, LEAD_SET }, { { "pon", 3 }, LEAD_SET },   { { "and", 3 }, LEAD_JOIN },
                  { { "und", 3 }, LEAD_JOIN },   { { "y", 1 }, LEAD_JOIN },    { { "e", 1 }, LEAD_JOIN } };
    size_t at = before_articles(text, title);
    *begin = at;
    if (at == 0 || text.ptr[at - 1] == '\n') return LEAD_START;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        size_t length = leads[i].word.len;
        bool stands = at >= length && word_at(text, at - length, leads[i].word) &&
                      (at == length || !is_word_byte(text.ptr[at - length - 1]));
        if (!stands) continue;
        *begin = at - length;
        while (*begin > 0 && (text.ptr[*begin - 1] == ' ' || text.ptr[*begin - 1] == ',')) (*begin)--;
        return leads[i].lead;
    }
    if (text.ptr[at - 1] != ',' && text.ptr[at - 1] != ';') return LEAD_NONE;
    *begin = at - 1;
    return LEAD_JOIN;
}

/* ---- after the title ------------------------------------------------------------------------------------------------------------- */

enum link { LINK_NONE, LINK_WORD, LINK_MARK };

/* What joins title and value, and where the value begins. */
static enum link link_of(struct str text, size_t at, size_t *value)
{
    static const struct str words[] = { { "should be", 9 }, { "to", 2 },  { "is", 2 }, { "as", 2 },
                                        { "auf", 3 },       { "ist", 3 }, { "a", 1 },  { "es", 2 } };
    at = *value = skip_blanks(text, at);
    if (at < text.len && (text.ptr[at] == ':' || text.ptr[at] == '=')) {
        *value = skip_blanks(text, at + 1);
        return LINK_MARK;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!word_at(text, at, words[i])) continue;
        *value = skip_blanks(text, at + words[i].len);
        return LINK_WORD;
    }
    return LINK_NONE;
}

/* The next place from `at` on where a value may end; the text's end at last. */
static size_t next_end(struct str text, size_t at)
{
    static const struct str words[] = { { "and", 3 }, { "on", 2 },  { "for", 3 }, { "in", 2 }, { "with", 4 },
                                        { "und", 3 }, { "mit", 3 }, { "bei", 3 }, { "y", 1 },  { "en", 2 } };
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        bool is_last = at + 1 == text.len || char_is_space(text.ptr[at + 1]);
        if (c == '\n' || c == ';' || c == ',' || (c == '.' && is_last)) return at;
        for (size_t i = 0; c == ' ' && i < sizeof words / sizeof *words; i++)
            if (word_at(text, at + 1, words[i])) return at;
    }
    return text.len;
}

static bool ends_for_good(struct str text, size_t at)
{
    return at >= text.len || text.ptr[at] == '\n' || text.ptr[at] == ';' || text.ptr[at] == '.';
}

/* The shortest words that fit; of several options the longest. */
static void read_value(struct mention *mention, struct str text, size_t from, struct arena *arena)
{
    size_t at = from;
    mention->end = next_end(text, from);
    mention->words = str_trim(str_slice(text, from, mention->end));
    for (bool is_over = false; !is_over; at++) {
        at = next_end(text, at);
        struct str words = str_trim(str_slice(text, from, at)), value = custom_fit(mention->field, words, 0, arena);
        is_over = ends_for_good(text, at);
        if (words.len == 0 || value.len == 0) continue;
        mention->words = words;
        mention->value = value;
        mention->end = at;
        is_over = is_over || mention->field->type != ASKED_CHOICES;
    }
}

static size_t word_count(struct str text)
{
    size_t count = 0;
    struct str rest = text, word;
    while (str_split(&rest, ' ', &word)) count += word.len > 0;
    return count;
}

/* Do the words around say that the field is meant? */
static bool is_meant(const struct mention *mention, enum lead lead, enum link link, bool follows, struct str text)
{
    bool fits = mention->value.len > 0 || mention->is_shared;
    bool ends_all = str_trim(str_slice(text, mention->end, text.len)).len == 0;
    if (mention->words.len == 0) return false;
    if (link == LINK_MARK) return lead != LEAD_NONE;
    if (lead == LEAD_SET) return link == LINK_WORD || fits;
    if (lead == LEAD_WITH) return fits || (ends_all && word_count(mention->words) <= BRIEF_WORDS);
    bool joins = follows || (link == LINK_WORD && mention->field->type != ASKED_TEXT);
    return lead == LEAD_JOIN && joins && fits;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------------------ */

/* The longest title, or the number, that begins there. */
static const struct asked_field *field_at(const struct asked_fields *fields, struct str text, size_t at, bool is_member,
                                          size_t *length)
{
    const struct asked_field *found = NULL;
    *length = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct asked_field *field = &fields->items[i];
        struct str names[] = { field->title, field->key };
        for (size_t k = 0; k < 2; k++) {
            if (names[k].len <= *length || !word_at(text, at, names[k]) || (field->is_agents && !is_member)) continue;
            found = field;
            *length = names[k].len;
        }
    }
    return found;
}

void mention_find(const struct asked_fields *fields, struct str text, bool is_member, struct mentions *mentions,
                  struct arena *arena)
{
    mentions->count = 0;
    for (size_t at = 0; at < text.len && mentions->count < MENTIONS_MAX; at++) {
        size_t length, value, last = mentions->count ? mentions->items[mentions->count - 1].end : 0;
        if (at < last || (at > 0 && is_word_byte(text.ptr[at - 1]))) continue;
        const struct asked_field *field = field_at(fields, text, at, is_member, &length);
        if (!field) continue;
        struct mention *mention = &mentions->items[mentions->count];
        *mention = (struct mention){ .field = field, .is_shared = length == field->title.len && field->is_shared };
        enum lead lead = lead_of(text, at, &mention->begin);
        enum link link = link_of(text, at + length, &value);
        bool follows = mentions->count > 0 && mention->begin <= skip_blanks(text, last) + 1;
        mention->sets = lead == LEAD_SET;
        read_value(mention, text, value, arena);
        if (mention->is_shared) mention->value = STR_NONE;
        if (is_meant(mention, lead, link, follows, text)) mentions->count++;
    }
}

struct str mention_rest(const struct mentions *mentions, struct str text, struct arena *arena)
{
    struct buf out;
    size_t at = 0;
    buf_init(&out, text.len + 1);
    for (size_t i = 0; i < mentions->count; i++) {
        buf_str(&out, str_slice(text, at, mentions->items[i].begin));
        at = mentions->items[i].end;
    }
    buf_str(&out, str_slice(text, at, text.len));
    struct str rest = arena_str(arena, str_trim(buf_view(&out)));
    buf_clear(&out);
    return rest;
}
