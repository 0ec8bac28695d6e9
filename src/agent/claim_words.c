/* claim_words.c - one pass over the characters. The table of words is a constant, made from claim.def at build time. */
#include "agent/claim_words.h"

#include <string.h>

#include "agent/claim_table.h"
#include "base/text_fold.h"

enum { ENTITY_BYTES_MAX = 10, TAG_BYTES_MAX = 200 };

uint64_t claim_lexicon_find(struct str word, unsigned *proofs)
{
    const struct claim_entry *entry;
    for (size_t at = claim_slot(word);; at = (at + 1) % CLAIM_SLOTS) {
        entry = &claim_entries[claim_slots[at]];
        if (entry->len == 0 || str_eq((struct str){ entry->word, entry->len }, word)) break;
    }
    if (proofs) *proofs = entry->proofs;
    return entry->classes;
}

/* ---- slots and quotations ---------------------------------------------------------------------------------------------------------------- */

static bool is_slot_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!char_is_alpha(name.ptr[i]) && !char_is_digit(name.ptr[i]) && name.ptr[i] != '_' && name.ptr[i] != '.') return false;
    return name.len > 0;
}

size_t claim_span(struct str text, size_t at)
{
    char open = text.ptr[at];
    const char *close = open == '\x02' ? "\x03" : open == '\x04' ? "\x05" : open == '{' ? "}" : NULL;
    if (!close) return 0;
    size_t end = str_find(text, str_from(close), at + 1);
    if (open == '{' && (end == SIZE_MAX || !is_slot_name(str_slice(text, at + 1, end)))) return 0;
    return (end == SIZE_MAX ? text.len : end + 1) - at;
}

/* ---- characters ---------------------------------------------------------------------------------------------------------------------------- */

struct reader {
    struct str text;
    enum claim_reading reading;
    struct arena *arena;
    struct claim_words *out;
    struct buf word;
    size_t letters, capitals, digits;
    bool latin, foreign, upper, accented;
    bool fresh; /* what comes next begins something */
};

static struct claim_word *add(struct reader *r, enum claim_kind kind, struct str low)
{
    if (r->out->count == CLAIM_WORDS_MAX) {
        r->out->cut = true;
        r->out->count--;
    }
    struct claim_word *word = &r->out->items[r->out->count++];
    *word = (struct claim_word){ .kind = kind, .low = low, .first = r->fresh };
    r->fresh = false;
    return word;
}

static void end_word(struct reader *r)
{
    if (r->word.len) {
        struct claim_word *word = add(r, r->digits ? CLAIM_NUMBER : CLAIM_WORD, arena_str(r->arena, buf_view(&r->word)));
        word->classes = claim_lexicon_find(word->low, &word->proofs);
        word->upper = r->upper;
        word->caps = r->letters > 1 && r->capitals == r->letters;
        word->mixed = r->latin && r->foreign;
        word->accented = r->accented;
    }
    buf_reset(&r->word);
    r->letters = r->capitals = r->digits = 0;
    r->latin = r->foreign = r->upper = r->accented = false;
}

static void add_mark(struct reader *r, char mark)
{
    end_word(r);
    add(r, CLAIM_MARK, STR_NONE)->mark = mark;
    r->fresh = strchr(".!?:|\n(\"-;", mark) && mark;
}

static void add_char(struct reader *r, const struct bare_char *c)
{
    if (r->word.len == 0) r->upper = c->upper;
    if (c->letter) {
        r->letters++;
        r->capitals += c->upper;
        r->foreign = r->foreign || c->foreign;
        r->latin = r->latin || !c->foreign;
    }
    r->digits += c->digit;
    buf_bytes(&r->word, c->text, c->len);
}

/* Marks of bold, italics, code; also what is not seen at all. */
static void pass_over(struct reader *r)
{
    if (r->reading == CLAIM_PARTED) end_word(r);
}

/* ---- what is more than a character ------------------------------------------------------------------------------------------------------- */

/* "&#51;" and "&#x33;" are characters; a named entity is a gap. Returns its width, 0 for none. */
static size_t read_entity(struct reader *r, size_t at)
{
    struct str rest = str_slice(r->text, at, at + ENTITY_BYTES_MAX);
    size_t end = str_find(rest, STR(";"), 0);
    if (end == SIZE_MAX || end < 3) return 0;
    bool hex = rest.ptr[1] == '#' && char_lower(rest.ptr[2]) == 'x';
    uint32_t point = 0;
    for (size_t i = rest.ptr[1] == '#' ? (hex ? 3 : 2) : 1; i < end; i++) {
        char c = char_lower(rest.ptr[i]);
        bool fits = char_is_digit(c) || (hex ? c >= 'a' && c <= 'f' : rest.ptr[1] != '#' && char_is_alpha(c));
        if (!fits) return 0;
        if (rest.ptr[1] == '#') point = point * (hex ? 16 : 10) + (uint32_t)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    char plain = (char)point;
    struct bare_char c = { 0 };
    if (point > 0x20 && point < 0x7f) (void)str_bare_at((struct str){ &plain, 1 }, 0, &c);
    if (c.letter || c.digit)
        add_char(r, &c);
    else
        pass_over(r);
    return end + 1;
}

static size_t tag_len(struct str text, size_t at)
{
    if (at + 1 >= text.len || (!char_is_alpha(text.ptr[at + 1]) && text.ptr[at + 1] != '/' && text.ptr[at + 1] != '!')) return 0;
    size_t end = str_find(str_slice(text, 0, at + TAG_BYTES_MAX), STR(">"), at);
    struct str inside = end == SIZE_MAX ? STR_NONE : str_slice(text, at, end);
    bool address = str_find(inside, STR("://"), 0) != SIZE_MAX || str_find(inside, STR("@"), 0) != SIZE_MAX ||
                   str_find(inside, STR("mailto:"), 0) != SIZE_MAX;
    return end == SIZE_MAX || address ? 0 : end + 1 - at;
}

static bool ends_run(struct str text, size_t at)
{
    return char_is_space(text.ptr[at]) || (unsigned char)text.ptr[at] < 0x20 || strchr("<>\"|()[]{}`*", text.ptr[at]);
}

static bool has_web_ending(struct str low)
{
    static const char *const endings[] = {
        ".com",  ".net", ".org", ".io", ".co", ".de", ".es",   ".eu",      ".app",  ".dev",
        ".info", ".biz", ".me",  ".us", ".uk", ".ly", ".help", ".support", ".link", ".example"
    };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct str ending = str_from(endings[i]);
        size_t at = str_find(low, ending, 1);
        size_t end = at == SIZE_MAX ? 0 : at + ending.len;
        if (end && (end == low.len || low.ptr[end] == '/' || low.ptr[end] == ':' || low.ptr[end] == '?')) return true;
    }
    return false;
}

/* An address in the run of characters at `at`; its end marks belong to the sentence. Returns its width, 0 when the run is none. */
static size_t read_link(struct reader *r, size_t at)
{
    size_t end = at;
    bool may_be = false;
    for (; end < r->text.len && !ends_run(r->text, end); end++)
        may_be = may_be || strchr(".@:", r->text.ptr[end]) || (unsigned char)r->text.ptr[end] >= 0x80;
    if (!may_be) return 0;
    while (end > at && strchr(".,;:!?'", r->text.ptr[end - 1])) end--;
    struct str low = claim_fold(str_slice(r->text, at, end), r->arena);
    size_t sign = str_find(low, STR("@"), 1);
    bool mail = sign != SIZE_MAX && str_find(low, STR("."), sign) != SIZE_MAX;
    bool web = str_find(low, STR("://"), 0) != SIZE_MAX || str_starts(low, STR("www.")) || str_starts(low, STR("mailto:"));
    if (!mail && !web && !has_web_ending(low)) return 0;
    add(r, CLAIM_LINK, low);
    return end - at;
}

/* ---- a row of words ---------------------------------------------------------------------------------------------------------------------------- */

static char mark_of(struct str raw)
{
    static const struct {
        const char *raw;
        char mark;
    } known[] = { { "\xe2\x80\x93", '-' }, { "\xe2\x80\x94", '-' }, { "\xe2\x86\x92", '>' }, { "\xe2\x87\x92", '>' },
                  { "\xe2\x80\x9c", '"' }, { "\xe2\x80\x9d", '"' }, { "\xe2\x80\x9e", '"' }, { "\xc2\xab", '"' },
                  { "\xc2\xbb", '"' },     { "\xe2\x80\xa2", '-' }, { "\xe2\x80\xa6", '.' }, { "\xef\xbc\x9a", ':' },
                  { "\xc2\xbf", '.' },     { "\xc2\xa1", '.' } };
    if (raw.len == 1) return raw.ptr[0];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (str_eq(raw, str_from(known[i].raw))) return known[i].mark;
    return 0;
}

static bool is_check_mark(struct str raw)
{
    const struct str marks[] = { STR("\xe2\x9c\x93"), STR("\xe2\x9c\x94"),     STR("\xe2\x9c\x85"),
                                 STR("\xe2\x98\x91"), STR("\xf0\x9f\x97\xb8"), STR("\xf0\x9f\x91\x8d") };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (str_eq(raw, marks[i])) return true;
    return false;
}

static bool is_apostrophe(struct str raw)
{
    return str_eq(raw, STR("'")) || str_eq(raw, STR("\xe2\x80\x99")) || str_eq(raw, STR("\xca\xbc"));
}

static bool letter_follows(struct str text, size_t at)
{
    struct bare_char c = { 0 };
    if (at < text.len) (void)str_bare_at(text, at, &c);
    return c.letter || c.digit;
}

static void take_apostrophe(struct reader *r, size_t next)
{
    bool inside = r->word.len > 0 && letter_follows(r->text, next);
    end_word(r);
    if (inside)
        buf_char(&r->word, '\'');
    else
        add_mark(r, '"');
}

static size_t read_char(struct reader *r, size_t at)
{
    struct bare_char c;
    size_t width = str_bare_at(r->text, at, &c);
    struct str raw = str_slice(r->text, at, at + width);
    bool hyphen = (raw.ptr[0] == '-' || str_eq(raw, STR("\xe2\x80\x90")) || str_eq(raw, STR("\xe2\x80\x91"))) && r->word.len &&
                  letter_follows(r->text, at + width);
    if (c.letter || c.digit) {
        add_char(r, &c);
        r->accented = c.letter && c.len == 1 && width > 1;
    } else if (raw.ptr[0] == '\n') {
        add_mark(r, '\n');
    } else if (c.space) {
        end_word(r);
    } else if (c.len == 0 || (unsigned char)raw.ptr[0] < 0x20 || strchr("*_~`", raw.ptr[0]) || hyphen) {
        pass_over(r);
    } else if (is_apostrophe(raw)) {
        take_apostrophe(r, at + width);
    } else if (is_check_mark(raw)) {
        end_word(r);
        struct claim_word *word = add(r, CLAIM_WORD, raw);
        word->classes = SAYS(DONE);
        word->proofs = BY_ANY;
    } else {
        add_mark(r, mark_of(raw));
    }
    return width;
}

static size_t read_span(struct reader *r, size_t at, size_t width)
{
    bool quote = r->text.ptr[at] == '\x04';
    end_word(r);
    add(r, quote ? CLAIM_QUOTE : CLAIM_SLOT, arena_str(r->arena, str_slice(r->text, at + 1, at + width - 1)));
    return width;
}

static bool is_single_letter(const struct claim_word *word)
{
    return word->kind == CLAIM_WORD && word->low.len == 1;
}

/* "s o l v e d" is one word. */
static void join_letters(struct reader *r)
{
    struct claim_words *out = r->out;
    size_t kept = 0;
    for (size_t i = 0; i < out->count;) {
        size_t end = i;
        while (end < out->count && is_single_letter(&out->items[end])) end++;
        if (end - i < 3) end = i + 1;
        struct claim_word word = out->items[i];
        for (size_t k = i + 1; k < end; k++)
            word.low = arena_fmt(r->arena, "%.*s%.*s", STR_ARG(word.low), STR_ARG(out->items[k].low));
        if (end - i > 1) word.classes = claim_lexicon_find(word.low, &word.proofs);
        out->items[kept++] = word;
        i = end;
    }
    out->count = kept;
}

void claim_words_read(struct str text, enum claim_reading reading, struct arena *arena, struct claim_words *out)
{
    struct reader r = { .text = text, .reading = reading, .arena = arena, .out = out, .fresh = true };
    out->count = 0;
    out->cut = false;
    buf_init(&r.word, text.len * 16 + 16);
    for (size_t at = 0; at < text.len;) {
        size_t width = claim_span(text, at);
        if (width) {
            at += read_span(&r, at, width);
            continue;
        }
        if (text.ptr[at] == '<' && (width = tag_len(text, at))) pass_over(&r);
        if (!width && text.ptr[at] == '&') width = read_entity(&r, at);
        if (!width && r.word.len == 0 && !ends_run(text, at)) width = read_link(&r, at);
        at += width ? width : read_char(&r, at);
    }
    end_word(&r);
    if (reading == CLAIM_JOINED) join_letters(&r);
    buf_clear(&r.word);
}

struct str claim_fold(struct str text, struct arena *arena)
{
    struct buf out;
    buf_init(&out, text.len * 16 + 1);
    for (size_t at = 0; at < text.len;) {
        struct bare_char c;
        at += str_bare_at(text, at, &c);
        if (c.space)
            buf_char(&out, ' ');
        else
            buf_bytes(&out, c.text, c.len);
    }
    struct str low = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return low;
}
