/* words.c - the scanner: one pass over the bytes, one rule per kind of word.
 *
 * A point, hyphen or apostrophe inside of a word belongs to it ("can't", "v2.1", "e-mail"), unless the point joins two sentences
 * ("on fire.Smoke"). Addresses and links are recognised as a whole, as their points and signs are none of the message's.
 */
#include "nlu/words.h"

#include <string.h>

#include "base/text_fold.h"
#include "model/field.h"
#include "nlu/lexicon.h"

struct mark {
    const char *bytes;
    enum word_kind kind;
    bool blank; /* takes no part in the row */
};

/* The marks outside of ASCII that people's keyboards make. */
static const struct mark marks[] = {
    { "\xe2\x80\x9c", WORD_QUOTE, false }, { "\xe2\x80\x9d", WORD_QUOTE, false }, /* “ ” */
    { "\xe2\x80\x98", WORD_QUOTE, false }, { "\xe2\x80\x99", WORD_QUOTE, false }, /* ‘ ’ */
    { "\xc2\xab", WORD_QUOTE, false },     { "\xc2\xbb", WORD_QUOTE, false },     /* « » */
    { "\xe2\x80\x93", WORD_PAUSE, false }, { "\xe2\x80\x94", WORD_PAUSE, false }, /* – — */
    { "\xc2\xbf", WORD_SIGN, true },       { "\xc2\xa1", WORD_SIGN, true },       /* ¿ ¡ */
    { "\xe2\x80\xa6", WORD_STOP, false },  { "\xc2\xa0", WORD_SIGN, true },       /* …, no-break space */
};

static const struct mark *mark_at(struct str text, size_t at)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (str_starts(str_slice(text, at, text.len), str_from(marks[i].bytes))) return &marks[i];
    return NULL;
}

static bool is_inner_apostrophe(struct str text, size_t at, size_t *width)
{
    *width = 0;
    if (text.ptr[at] == '\'')
        *width = 1;
    else if (str_starts(str_slice(text, at, text.len), STR("\xe2\x80\x99")))
        *width = 3;
    return *width > 0 && at + *width < text.len && char_is_alpha(text.ptr[at + *width]);
}

static bool is_word_byte(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Does the mark at `at` join two parts of one word? */
static bool joins(struct str text, size_t at)
{
    char c = text.ptr[at];
    if (at + 1 >= text.len || !strchr("-./&@+", c)) return false;
    char before = text.ptr[at - 1], after = text.ptr[at + 1];
    if (!is_word_byte(before) || !is_word_byte(after)) return false;
    bool sentence_end = c == '.' && after >= 'A' && after <= 'Z' && before >= 'a' && before <= 'z';
    return !sentence_end;
}

static size_t word_end(struct str text, size_t at)
{
    while (at < text.len) {
        size_t width;
        if ((unsigned char)text.ptr[at] >= 0x80 && mark_at(text, at) && !is_inner_apostrophe(text, at, &width)) break;
        if (is_word_byte(text.ptr[at]) || joins(text, at))
            at++;
        else if (is_inner_apostrophe(text, at, &width))
            at += width;
        else
            break;
    }
    return at;
}

/* An address or a link at `at`: the run up to a blank or bracket, without the marks that end a sentence. */
static struct str chunk_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && !char_is_space(text.ptr[end]) && !strchr("<>()[]{}\",;", text.ptr[end])) end++;
    while (end > at && strchr(".!?:'", text.ptr[end - 1])) end--;
    return str_slice(text, at, end);
}

static struct str lower(struct str raw, struct arena *arena)
{
    bool plain = true, ascii = true;
    for (size_t i = 0; i < raw.len; i++) {
        plain = plain && char_lower(raw.ptr[i]) == raw.ptr[i];
        ascii = ascii && (unsigned char)raw.ptr[i] < 0x80;
    }
    if (plain && ascii) return raw;
    if (ascii) {
        char *copy = arena_cstr(arena, raw);
        for (size_t i = 0; i < raw.len; i++) copy[i] = char_lower(copy[i]);
        return (struct str){ copy, raw.len };
    }
    struct str low = str_is_utf8(raw) ? str_lower(arena, raw) : raw;
    size_t curly = str_find(low, STR("\xe2\x80\x99"), 0);
    if (curly == SIZE_MAX) return low;
    return arena_fmt(arena, "%.*s'%.*s", STR_ARG(str_slice(low, 0, curly)), STR_ARG(str_slice(low, curly + 3, low.len)));
}

static void add(struct words *w, enum word_kind kind, struct str raw, struct arena *arena)
{
    struct word *word = &w->items[w->count++];
    *word = (struct word){ .kind = kind, .raw = raw, .low = raw };
    if (kind != WORD_TEXT) return;
    word->low = lower(raw, arena);
    word->classes = lexicon_classes(word->low);
}

/* Several stops in a row are one: "?!", "...", blank lines; a bracket that closes behind them goes with them. */
static size_t add_stop(struct words *w, size_t at, struct arena *arena)
{
    size_t end = at + 1;
    while (end < w->text.len && strchr(".!?;)]\n\r \t", w->text.ptr[end])) end++;
    while (end > at + 1 && (w->text.ptr[end - 1] == ' ' || w->text.ptr[end - 1] == '\t')) end--;
    add(w, WORD_STOP, str_slice(w->text, at, end), arena);
    return end;
}

/* The digits of "#12", "12", "TKT12", "INC-12"; help desks that people come from print a ticket's number so. */
struct str words_digits(struct str raw)
{
    static const char *const prefixes[] = { "#", "tkt", "tic", "inc", "req", "ticket", "case" };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        struct str prefix = str_from(prefixes[i]);
        if (!str_eq_nocase(str_slice(raw, 0, prefix.len), prefix)) continue;
        size_t from = prefix.len < raw.len && raw.ptr[prefix.len] == '-' ? prefix.len + 1 : prefix.len;
        return str_slice(raw, from, raw.len);
    }
    return raw;
}

static size_t add_word(struct words *w, size_t at, struct arena *arena)
{
    struct str rest = str_slice(w->text, at, w->text.len), chunk = chunk_at(w->text, at);
    if (memchr(chunk.ptr, '@', chunk.len) && field_looks_like_email(chunk)) {
        add(w, WORD_EMAIL, chunk, arena);
        return at + chunk.len;
    }
    if (str_starts(rest, STR("http://")) || str_starts(rest, STR("https://")) || str_starts(rest, STR("www."))) {
        add(w, WORD_LINK, chunk, arena);
        return at + chunk.len;
    }
    size_t end = word_end(w->text, at);
    struct str raw = str_slice(w->text, at, end);
    struct str number = words_digits(raw);
    bool digits = number.len > 0;
    for (size_t i = 0; i < number.len; i++) digits = digits && char_is_digit(number.ptr[i]);
    add(w, digits ? WORD_NUMBER : WORD_TEXT, raw, arena);
    return end;
}

/* The point of "no. 12" and "nr. 12" ends no sentence. */
static bool is_number_sign(const struct words *w, size_t at)
{
    if (w->text.ptr[at] != '.' || !words_one_of(w, w->count - 1, "no nr")) return false;
    struct str after = str_trim(str_slice(w->text, at + 1, w->text.len));
    return after.len > 0 && (char_is_digit(after.ptr[0]) || after.ptr[0] == '#');
}

static size_t add_mark(struct words *w, size_t at, struct arena *arena)
{
    char c = w->text.ptr[at];
    if (is_number_sign(w, at)) {
        add(w, WORD_SIGN, str_slice(w->text, at, at + 1), arena);
        return at + 1;
    }
    if (strchr(".!?;\n\r", c)) return add_stop(w, at, arena);
    bool number = c == '#' && at + 1 < w->text.len && char_is_digit(w->text.ptr[at + 1]);
    if (number) {
        size_t end = at + 1;
        while (end < w->text.len && char_is_digit(w->text.ptr[end])) end++;
        add(w, WORD_NUMBER, str_slice(w->text, at, end), arena);
        return end;
    }
    enum word_kind kind = WORD_SIGN;
    if (strchr(",()[]{}<>-", c)) kind = WORD_PAUSE;
    if (c == ':' || c == '=') kind = WORD_COLON;
    if (c == '"' || c == '\'' || c == '`') kind = WORD_QUOTE;
    add(w, kind, str_slice(w->text, at, at + 1), arena);
    return at + 1;
}

/* As many words as the text can have: each begins behind a blank, or is or follows a mark. */
static size_t most_words(struct str text)
{
    size_t most = 1;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool blank = c == ' ' || c == '\t', again = blank && i > 0 && text.ptr[i - 1] == c;
        if (!char_is_alpha(c) && !char_is_digit(c) && !again) most += blank ? 1 : 2;
    }
    if (most > NLU_WORDS_MAX) most = NLU_WORDS_MAX;
    return most < text.len ? most : text.len;
}

void words_split(struct str text, struct arena *arena, struct words *w)
{
    size_t most = most_words(text);
    *w = (struct words){ .text = text, .items = arena_array(arena, most ? most : 1, sizeof *w->items) };
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        const struct mark *mark = (unsigned char)c >= 0x80 ? mark_at(text, at) : NULL;
        bool blank = c == '\0' || (char_is_space(c) && c != '\n' && c != '\r') || (mark && mark->blank);
        if (!blank && w->count == most) {
            w->cut = true;
            return;
        }
        size_t width = mark ? strlen(mark->bytes) : 1;
        if (mark && !blank) add(w, mark->kind, str_slice(text, at, at + width), arena);
        if (mark || blank)
            at += width;
        else
            at = is_word_byte(c) ? add_word(w, at, arena) : add_mark(w, at, arena);
    }
}

enum word_kind words_kind(const struct words *w, size_t i)
{
    return i < w->count ? w->items[i].kind : WORD_STOP;
}

bool words_is(const struct words *w, size_t i, unsigned classes)
{
    return i < w->count && (w->items[i].classes & classes);
}

bool words_eq(const struct words *w, size_t i, struct str low)
{
    return i < w->count && str_eq(w->items[i].low, low);
}

/* Both lists are read in place: these two are asked some hundred times a message. */
bool words_one_of(const struct words *w, size_t i, const char *list)
{
    if (i >= w->count) return false;
    struct str low = w->items[i].low;
    for (const char *at = list; *at;) {
        size_t same = 0;
        while (same < low.len && at[same] && at[same] == low.ptr[same]) same++;
        if (same == low.len && (at[same] == ' ' || at[same] == '\0')) return same > 0;
        at += same;
        while (*at && *at != ' ') at++;
        at += *at == ' ';
    }
    return false;
}

size_t words_phrase(const struct words *w, size_t i, struct str phrase)
{
    size_t taken = 0;
    for (size_t at = 0; at < phrase.len; at++) {
        if (i + taken >= w->count) return 0;
        struct str low = w->items[i + taken].low;
        size_t end = at + low.len;
        bool same =
            low.len > 0 && end <= phrase.len && phrase.ptr[at] == low.ptr[0] && memcmp(&phrase.ptr[at], low.ptr, low.len) == 0;
        if (!same || (end < phrase.len && phrase.ptr[end] != ' ')) return 0;
        taken++;
        at = end;
    }
    return taken;
}

struct str words_span(const struct words *w, size_t from, size_t to)
{
    if (from >= to || to > w->count) return STR_NONE;
    size_t first = SIZE_MAX, last = 0; /* a verb that was moved (gloss.c) stands elsewhere in the text */
    for (size_t i = from; i < to; i++) {
        size_t at = (size_t)(w->items[i].raw.ptr - w->text.ptr), end = at + w->items[i].raw.len;
        if (at < first) first = at;
        if (end > last) last = end;
    }
    return str_slice(w->text, first, last);
}

void words_take(struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < w->count; i++) w->items[i].taken = true;
}

bool words_boundary(const struct words *w, size_t i)
{
    enum word_kind kind = words_kind(w, i);
    if (kind == WORD_STOP || kind == WORD_PAUSE) return true;
    return words_one_of(w, i, "and but then also");
}

size_t words_sentence_end(const struct words *w, size_t i)
{
    while (i < w->count && (w->items[i].kind != WORD_STOP || w->items[i].taken || w->items[i].held))
        i++; /* a stop inside of a quoted value ends nothing */
    return i;
}

size_t words_fragment_end(const struct words *w, size_t i)
{
    while (i < w->count && !words_boundary(w, i)) i++;
    return i;
}
