/* query.c - see query.h.
 *
 * What could end a phrase or start something else is taken out, not escaped: the grammar has no escape. That is the double
 * quote and its typographic kin, the backslash, the wildcard, and characters that nobody sees (controls, directional
 * overrides). Each becomes a blank. Everything else, of any script and plane, is looked for as it stands.
 */
#include "zendesk/query.h"

/* The UTF-8 sequences that become a blank, beside ASCII: inclusive ranges of the same length and first bytes. */
static const struct {
    const char *from, *to;
} blanks[] = {
    { "\xc2\x80", "\xc2\xa0" },         /* C1 controls, no-break space */
    { "\xe2\x80\x8b", "\xe2\x80\x8b" }, /* zero-width space; the joiners stay, as words and emoji have them */
    { "\xe2\x80\x8e", "\xe2\x80\x8f" }, /* directional marks */
    { "\xe2\x80\x9c", "\xe2\x80\x9f" }, /* double quotation marks */
    { "\xe2\x80\xa8", "\xe2\x80\xae" }, /* line and paragraph separators, directional overrides */
    { "\xe2\x81\xa6", "\xe2\x81\xa9" }, /* directional isolates */
    { "\xef\xbb\xbf", "\xef\xbb\xbf" }, /* byte order mark */
    { "\xef\xbc\x82", "\xef\xbc\x82" }, /* full-width quotation mark */
};

static bool is_blank(struct str c)
{
    if (c.len == 1) {
        unsigned char byte = (unsigned char)c.ptr[0];
        return byte <= 0x20 || byte == 0x7f || byte == '"' || byte == '\\' || byte == '*';
    }
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        struct str from = str_from(blanks[i].from);
        if (from.len == c.len && str_cmp(c, from) >= 0 && str_cmp(c, str_from(blanks[i].to)) <= 0) return true;
    }
    return false;
}

/* Takes the next character off the front; a byte that begins none is one by itself and a blank. */
static struct str next_character(struct str *rest, bool *blank)
{
    size_t length = str_utf8_len(*rest);
    struct str c = str_slice(*rest, 0, length > 0 ? length : 1);
    *rest = str_slice(*rest, c.len, rest->len);
    *blank = length == 0 || is_blank(c);
    return c;
}

/* Appends the value without what is a blank at its ends, and with one space for each run of blanks inside. */
static void put_phrase(struct buf *query, struct str value)
{
    bool gap = false, started = false;
    buf_char(query, '"');
    while (value.len > 0) {
        bool blank;
        struct str c = next_character(&value, &blank);
        if (!blank) {
            if (gap && started) buf_char(query, ' ');
            buf_str(query, c);
            started = true;
        }
        gap = blank;
    }
    buf_char(query, '"');
}

static void put_gap(struct buf *query)
{
    if (query->len > 0) buf_char(query, ' ');
}

void query_term(struct buf *query, const char *head, struct str value)
{
    put_gap(query);
    buf_lit(query, head);
    put_phrase(query, value);
}

size_t query_words(struct buf *query, struct str text)
{
    size_t count = 0;
    bool in_word = false;
    while (text.len > 0) {
        bool blank;
        struct str c = next_character(&text, &blank);
        if (in_word && blank) buf_char(query, '"');
        if (!in_word && !blank) {
            put_gap(query);
            buf_char(query, '"');
            count++;
        }
        in_word = !blank;
        if (in_word) buf_str(query, c);
    }
    if (in_word) buf_char(query, '"');
    return count;
}

struct str query_path(const char *path, struct buf *query, struct arena *arena)
{
    struct buf out;
    buf_init(&out, 4 * QUERY_BYTES_MAX);
    buf_lit(&out, path);
    buf_url(&out, buf_view(query));
    struct str target = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    buf_clear(query);
    return target;
}
