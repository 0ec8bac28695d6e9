/* grammar.c - one table of character classes and the line rules of HTTP/1.1 built on it.
 *
 * Request smuggling lives on two parsers reading the same bytes differently. So here is no leniency: what RFC 9112 calls "MAY be
 * treated as" (bare LF as a line end, white space around things, folded lines) is refused. llhttp (framing.c) then reads the same
 * bytes a second time, and the two must agree.
 */
#include "net/grammar.h"

#include <string.h>

enum {
    TOKEN = 1, /* RFC 9110 5.6.2: tchar */
    URI = 2,   /* RFC 3986: pchar, "/" and "?"; percent is checked apart */
    HOST = 4,  /* names, addresses, brackets and a port */
    VALUE = 8, /* RFC 9110 5.5: field-vchar, SP, HTAB */
    HEX = 16,
    QUERY = 32, /* URI, and the brackets that clients leave as they are in names like page[size] */
};

static const unsigned char classes[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = TOKEN | URI | QUERY | VALUE,
    ['"'] = VALUE,
    ['#'] = TOKEN | VALUE,
    ['$'] = TOKEN | URI | QUERY | VALUE,
    ['%'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['&'] = TOKEN | URI | QUERY | VALUE,
    ['\''] = TOKEN | URI | QUERY | VALUE,
    ['('] = URI | QUERY | VALUE,
    [')'] = URI | QUERY | VALUE,
    ['*'] = TOKEN | URI | QUERY | VALUE,
    ['+'] = TOKEN | URI | QUERY | VALUE,
    [','] = URI | QUERY | VALUE,
    ['-'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['.'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['/'] = URI | QUERY | VALUE,
    ['0' ... '9'] = TOKEN | URI | QUERY | HOST | VALUE | HEX,
    [':'] = URI | QUERY | HOST | VALUE,
    [';'] = URI | QUERY | VALUE,
    ['<'] = VALUE,
    ['='] = URI | QUERY | VALUE,
    ['>'] = VALUE,
    ['?'] = URI | QUERY | VALUE,
    ['@'] = URI | QUERY | VALUE,
    ['A' ... 'F'] = TOKEN | URI | QUERY | HOST | VALUE | HEX,
    ['G' ... 'Z'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['['] = QUERY | HOST | VALUE,
    ['\\'] = VALUE,
    [']'] = QUERY | HOST | VALUE,
    ['^'] = TOKEN | VALUE,
    ['_'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['`'] = TOKEN | VALUE,
    ['a' ... 'f'] = TOKEN | URI | QUERY | HOST | VALUE | HEX,
    ['g' ... 'z'] = TOKEN | URI | QUERY | HOST | VALUE,
    ['{'] = VALUE,
    ['|'] = TOKEN | VALUE,
    ['}'] = VALUE,
    ['~'] = TOKEN | URI | QUERY | HOST | VALUE,
    [128 ... 255] = VALUE, /* obs-text: opaque bytes, handed on as they are */
};

static bool is(char c, unsigned class)
{
    return (classes[(unsigned char)c] & class) != 0;
}

static size_t run_of(struct str s, unsigned class)
{
    size_t len = 0;
    while (len < s.len && is(s.ptr[len], class)) len++;
    return len;
}

static bool all_of(struct str s, unsigned class)
{
    return run_of(s, class) == s.len;
}

bool grammar_is_token(struct str s)
{
    return s.len > 0 && all_of(s, TOKEN);
}

bool grammar_is_host(struct str s)
{
    return all_of(s, HOST);
}

bool grammar_is_field_value(struct str s)
{
    return all_of(s, VALUE);
}

bool grammar_is_origin_form(struct str s)
{
    size_t path_len = run_of(s, URI), mark = str_find(s, STR("?"), 0);
    if (s.len == 0 || s.ptr[0] != '/') return false;
    if (path_len < s.len && (mark > path_len || !all_of(str_slice(s, mark, s.len), QUERY))) return false;
    for (size_t at = 0; at < s.len; at++) {
        if (s.ptr[at] != '%') continue;
        if (s.len - at < 3 || !is(s.ptr[at + 1], HEX) || !is(s.ptr[at + 2], HEX)) return false;
    }
    return true;
}

const struct refusal *grammar_line(struct str line, struct str *content)
{
    if (line.len < 2 || line.ptr[line.len - 2] != '\r') return REFUSE(400, "A line ends in LF without CR before it.");
    *content = str_slice(line, 0, line.len - 2);
    size_t legal = run_of(*content, VALUE);
    if (legal == content->len) return NULL;
    if (content->ptr[legal] == '\r') return REFUSE(400, "A CR stands in the middle of a line.");
    return REFUSE(400, "A line holds a control character.");
}

static struct str trim_blanks(struct str s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) s = str_slice(s, 1, s.len);
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) s.len--;
    return s;
}

const struct refusal *grammar_field(struct str content, struct str *name, struct str *value)
{
    if (content.len > 0 && (content.ptr[0] == ' ' || content.ptr[0] == '\t'))
        return REFUSE(400, "A header line begins with white space (a folded line).");
    const char *colon = content.len > 0 ? memchr(content.ptr, ':', content.len) : NULL;
    if (colon == NULL) return REFUSE(400, "A header line has no colon.");
    size_t name_len = (size_t)(colon - content.ptr);
    *name = str_slice(content, 0, name_len);
    *value = trim_blanks(str_slice(content, name_len + 1, content.len));
    if (name_len > 0 && (colon[-1] == ' ' || colon[-1] == '\t'))
        return REFUSE(400, "White space stands before a header's colon.");
    if (!grammar_is_token(*name)) return REFUSE(400, "A header's name holds a character that names may not have.");
    return NULL;
}

const struct refusal *grammar_chunk_size(struct str content, size_t *extension_bytes)
{
    size_t digits = run_of(content, HEX);
    *extension_bytes = content.len - digits;
    if (digits == 0) return REFUSE(400, "A chunk has no size.");
    if (digits > 16) return REFUSE(400, "A chunk's size overflows."); /* 64 bits */
    if (digits < content.len && content.ptr[digits] != ';')
        return REFUSE(400, "A chunk's size holds a character that is not a digit.");
    return NULL;
}
