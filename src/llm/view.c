/* view.c - a checker by recursive descent, and readers that rely on it.
 *
 * The checker walks the text once. The readers then only have to find ends: of a string by its quote, of an object or array by
 * counting brackets outside of strings. Looking a member up is a walk over the members before it, which is short in a
 * provider's chunk.
 */
#include "llm/view.h"

#include <string.h>

#include "base/limits.h"

struct cursor {
    const char *at, *end;
};

static void skip_space(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t')) c->at++;
}

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

/* ---- checking ---------------------------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (char_is_digit(c)) return c - '0';
    char low = char_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static bool check_escape(struct cursor *c)
{
    if (c->at == c->end) return false;
    char kind = *c->at++;
    if (kind != 'u') return memchr("\"\\/bfnrt", kind, 8) != NULL;
    for (int i = 0; i < 4; i++)
        if (c->at == c->end || hex_digit(*c->at++) < 0) return false;
    return true;
}

static bool check_string(struct cursor *c)
{
    if (!take(c, '"')) return false;
    while (c->at < c->end) {
        char byte = *c->at++;
        if (byte == '"') return true;
        if (byte == '\\' && !check_escape(c)) return false;
        if ((unsigned char)byte < 0x20) return false;
    }
    return false;
}

static bool check_digits(struct cursor *c)
{
    const char *from = c->at;
    while (c->at < c->end && char_is_digit(*c->at)) c->at++;
    return c->at > from;
}

static bool check_number(struct cursor *c)
{
    take(c, '-');
    if (!take(c, '0') && !check_digits(c)) return false;
    if (take(c, '.') && !check_digits(c)) return false;
    if (take(c, 'e') || take(c, 'E')) {
        if (!take(c, '+')) take(c, '-');
        return check_digits(c);
    }
    return true;
}

static bool check_word(struct cursor *c, struct str word)
{
    if (!str_starts((struct str){ c->at, (size_t)(c->end - c->at) }, word)) return false;
    c->at += word.len;
    return true;
}

static bool check_value(struct cursor *c, unsigned depth);

/* The members of an object or the elements of an array, up to the bracket that ends them. */
static bool check_members(struct cursor *c, char close, unsigned depth)
{
    c->at++;
    skip_space(c);
    if (take(c, close)) return depth <= LIMIT_JSON_DEPTH;
    do {
        skip_space(c);
        if (close == '}') {
            if (!check_string(c)) return false;
            skip_space(c);
            if (!take(c, ':')) return false;
        }
        if (!check_value(c, depth)) return false;
        skip_space(c);
    } while (take(c, ','));
    return take(c, close);
}

static bool check_value(struct cursor *c, unsigned depth)
{
    skip_space(c);
    if (c->at == c->end || depth > LIMIT_JSON_DEPTH) return false;
    switch (*c->at) {
    case '{': return check_members(c, '}', depth + 1);
    case '[': return check_members(c, ']', depth + 1);
    case '"': return check_string(c);
    case 't': return check_word(c, STR("true"));
    case 'f': return check_word(c, STR("false"));
    case 'n': return check_word(c, STR("null"));
    default: return check_number(c);
    }
}

bool view_check(struct str text, struct str *value)
{
    struct str trimmed = str_trim(text);
    if (trimmed.len == 0 || trimmed.len > LIMIT_JSON_BYTES) return false;
    struct cursor c = { trimmed.ptr, trimmed.ptr + trimmed.len };
    if (!check_value(&c, 0) || c.at != c.end) return false;
    *value = trimmed;
    return true;
}

/* ---- finding ----------------------------------------------------------------------------------------------------------- */

/* From a quote to after its closing one. */
static void pass_string(struct cursor *c)
{
    for (c->at++; c->at < c->end && *c->at != '"'; c->at++)
        if (*c->at == '\\') c->at++;
    if (c->at < c->end) c->at++;
}

static struct str pass_value(struct cursor *c)
{
    unsigned depth = 0;
    skip_space(c);
    const char *from = c->at;
    while (c->at < c->end) {
        char byte = *c->at;
        if (depth == 0 && c->at > from && (byte == ',' || byte == '}' || byte == ']' || char_is_space(byte))) break;
        if (byte == '"') {
            pass_string(c);
        } else {
            if (byte == '{' || byte == '[') depth++;
            if (byte == '}' || byte == ']') depth--;
            c->at++;
        }
        if (depth == 0 && (byte == '"' || byte == '}' || byte == ']')) break;
    }
    return (struct str){ from, (size_t)(c->at - from) };
}

struct str view_get(struct str object, const char *key)
{
    struct str wanted = str_from(key);
    if (!view_is_object(object)) return STR_NONE;
    struct cursor c = { object.ptr + 1, object.ptr + object.len - 1 };
    while (skip_space(&c), c.at < c.end) {
        struct str name = pass_value(&c);
        skip_space(&c);
        take(&c, ':');
        struct str value = pass_value(&c);
        if (str_eq(str_slice(name, 1, name.len - 1), wanted)) return value;
        skip_space(&c);
        take(&c, ',');
    }
    return STR_NONE;
}

/* *rest is the array at first, then what is left of it, which ends with the bracket. */
bool view_next(struct str *rest, struct str *element)
{
    if (rest->len < 2 || (rest->ptr[0] != '[' && rest->ptr[0] != ',')) return false;
    struct cursor c = { rest->ptr + 1, rest->ptr + rest->len };
    skip_space(&c);
    if (*c.at == ']') return false;
    *element = pass_value(&c);
    skip_space(&c);
    *rest = (struct str){ c.at, (size_t)(c.end - c.at) };
    return true;
}

struct str view_first(struct str array)
{
    struct str element = STR_NONE;
    view_next(&array, &element);
    return element;
}

/* ---- values ------------------------------------------------------------------------------------------------------------ */

bool view_is_object(struct str value)
{
    return value.len >= 2 && value.ptr[0] == '{';
}

bool view_is_string(struct str value)
{
    return value.len >= 2 && value.ptr[0] == '"';
}

bool view_is_true(struct str value)
{
    return str_eq(value, STR("true"));
}

bool view_is_null(struct str value)
{
    return value.len == 0 || str_eq(value, STR("null"));
}

bool view_is(struct str value, const char *text)
{
    return view_is_string(value) && str_eq(str_slice(value, 1, value.len - 1), str_from(text));
}

bool view_is_empty_string(struct str value)
{
    return str_eq(value, STR("\"\""));
}

int64_t view_int(struct str value, int64_t fallback)
{
    int64_t number;
    struct str digits = view_is_string(value) ? str_slice(value, 1, value.len - 1) : value;
    return str_to_i64(digits, &number) ? number : fallback;
}

static void put_codepoint(struct buf *out, uint32_t code)
{
    if (code < 0x80) {
        buf_char(out, (char)code);
    } else if (code < 0x800) {
        const char bytes[] = { (char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f)) };
        buf_bytes(out, bytes, sizeof bytes);
    } else if (code < 0x10000) {
        const char bytes[] = { (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)) };
        buf_bytes(out, bytes, sizeof bytes);
    } else {
        const char bytes[] = { (char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3f)), (char)(0x80 | (code >> 6 & 0x3f)),
                               (char)(0x80 | (code & 0x3f)) };
        buf_bytes(out, bytes, sizeof bytes);
    }
}

enum { REPLACEMENT = 0xfffd };

/* The four digits after "\u"; 0 when `at` does not stand before "\uXXXX". */
static uint32_t unit_at(struct str s, size_t at)
{
    uint32_t unit = 0;
    if (at + 6 > s.len || s.ptr[at] != '\\' || s.ptr[at + 1] != 'u') return 0;
    for (size_t i = at + 2; i < at + 6; i++) unit = unit << 4 | (uint32_t)hex_digit(s.ptr[i]);
    return unit;
}

/* Two halves make one letter; a half alone, and NUL, make none. Returns the bytes read. */
static size_t put_unicode_escape(struct str inside, size_t at, struct buf *out)
{
    uint32_t high = unit_at(inside, at), low = unit_at(inside, at + 6);
    bool is_pair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
    bool is_half = high >= 0xd800 && high < 0xe000;
    if (is_pair)
        put_codepoint(out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
    else
        put_codepoint(out, is_half || high == 0 ? REPLACEMENT : high);
    return is_pair ? 12 : 6;
}

static size_t put_escape(struct str inside, size_t at, struct buf *out)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char kind = inside.ptr[at + 1];
    if (kind == 'u') return put_unicode_escape(inside, at, out);
    const char *found = memchr(letters, kind, sizeof letters - 1);
    buf_char(out, found ? meanings[found - letters] : kind);
    return 2;
}

/* A run without escapes; valid UTF-8 goes as it is. */
static void put_run(struct str run, struct buf *out)
{
    if (str_is_utf8(run)) {
        buf_str(out, run);
        return;
    }
    while (run.len > 0) {
        size_t length = str_utf8_len(run);
        if (length == 0)
            put_codepoint(out, REPLACEMENT);
        else
            buf_str(out, str_slice(run, 0, length));
        run = str_slice(run, length ? length : 1, run.len);
    }
}

void view_raw(struct str value, struct buf *out)
{
    put_run(value, out);
}

void view_text(struct str value, struct buf *out)
{
    if (!view_is_string(value)) return;
    struct str inside = str_slice(value, 1, value.len - 1);
    size_t at = 0;
    while (at < inside.len) {
        const char *escape = memchr(inside.ptr + at, '\\', inside.len - at);
        size_t until = escape ? (size_t)(escape - inside.ptr) : inside.len;
        put_run(str_slice(inside, at, until), out);
        at = escape ? until + put_escape(inside, until, out) : until;
    }
}
