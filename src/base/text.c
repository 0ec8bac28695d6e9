/* text.c - views of bytes.
 *
 * Searching is memmem for exact bytes and a plain loop for the case-insensitive one, which only ever sees short texts.
 * UTF-8 is checked by the table of well-formed sequences in RFC 3629 section 4. No locale is consulted anywhere.
 */
#include "base/text.h"

#include <string.h>

struct str str_from(const char *cstr)
{
    return cstr ? (struct str){ cstr, strlen(cstr) } : STR_NONE;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    return s.ptr ? (struct str){ s.ptr + from, to - from } : STR_NONE;
}

/* ---- comparing -------------------------------------------------------------------------------------------------------- */

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (char_lower(a.ptr[i]) != char_lower(b.ptr[i])) return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

int str_cmp(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* ---- searching and cutting --------------------------------------------------------------------------------------------- */

size_t str_find(struct str s, struct str needle, size_t from)
{
    if (from > s.len) return SIZE_MAX;
    if (needle.len == 0) return from;
    if (s.len - from < needle.len) return SIZE_MAX;
    const char *found = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
    return found ? (size_t)(found - s.ptr) : SIZE_MAX;
}

size_t str_find_nocase(struct str s, struct str needle, size_t from)
{
    if (needle.len > s.len) return SIZE_MAX;
    for (size_t i = from; i <= s.len - needle.len; i++)
        if (str_eq_nocase(str_slice(s, i, i + needle.len), needle)) return i;
    return SIZE_MAX;
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.len;
    while (from < to && char_is_space(s.ptr[from])) from++;
    while (to > from && char_is_space(s.ptr[to - 1])) to--;
    return str_slice(s, from, to);
}

bool str_split(struct str *rest, char separator, struct str *piece)
{
    if (!rest->ptr) return false;
    const char *found = memchr(rest->ptr, separator, rest->len);
    if (found) {
        size_t at = (size_t)(found - rest->ptr);
        *piece = str_slice(*rest, 0, at);
        *rest = str_slice(*rest, at + 1, rest->len);
    } else {
        *piece = *rest;
        *rest = STR_NONE;
    }
    return true;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------------- */

bool str_to_u64(struct str s, uint64_t *out)
{
    uint64_t value = 0;
    if (s.len == 0) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!char_is_digit(s.ptr[i])) return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, (uint64_t)(s.ptr[i] - '0'), &value)) return false;
    }
    *out = value;
    return true;
}

bool str_to_i64(struct str s, int64_t *out)
{
    bool negative = s.len && s.ptr[0] == '-';
    uint64_t size;
    if (!str_to_u64(str_slice(s, negative, s.len), &size)) return false;
    if (size > (uint64_t)INT64_MAX + negative) return false;
    *out = negative ? (int64_t)(0 - size) : (int64_t)size;
    return true;
}

/* ---- UTF-8 ------------------------------------------------------------------------------------------------------------- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* RFC 3629 section 4: the first byte fixes the length, and for four first bytes narrows the range of the second. */
size_t str_utf8_len(struct str s)
{
    if (s.len == 0) return 0;
    unsigned char first = (unsigned char)s.ptr[0];
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;

    size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (s.len < length) return 0;
    unsigned char second = (unsigned char)s.ptr[1];
    if (first == 0xE0 && second < 0xA0) return 0; /* overlong */
    if (first == 0xED && second > 0x9F) return 0; /* surrogates */
    if (first == 0xF0 && second < 0x90) return 0; /* overlong */
    if (first == 0xF4 && second > 0x8F) return 0; /* over U+10FFFF */
    for (size_t i = 1; i < length; i++)
        if (!is_continuation(s.ptr[i])) return 0;
    return length;
}

bool str_is_utf8(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t length = str_utf8_len((struct str){ s.ptr + i, s.len - i });
        if (length == 0) return false;
        i += length;
    }
    return true;
}

struct str str_clip(struct str s, size_t max_bytes)
{
    if (s.len <= max_bytes) return s;
    size_t cut = max_bytes;
    while (cut > 0 && max_bytes - cut < 3 && is_continuation(s.ptr[cut])) cut--;
    if (is_continuation(s.ptr[cut])) cut = max_bytes; /* not UTF-8 anyway */
    return str_slice(s, 0, cut);
}

size_t str_codepoints(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) count += !is_continuation(s.ptr[i]);
    return count;
}

/* ---- single bytes ------------------------------------------------------------------------------------------------------ */

bool char_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool char_is_alpha(char c)
{
    return char_lower(c) >= 'a' && char_lower(c) <= 'z';
}

char char_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
