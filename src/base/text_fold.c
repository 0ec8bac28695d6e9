/* text_fold.c - NFC and lower case by utf8proc's lower calls, which write into memory that is handed to them: its convenient ones
 * return memory from malloc and can fail. Plain ASCII, the usual case, is answered without it.
 */
#include "base/text_fold.h"

#include <assert.h>
#include <utf8proc.h>

static const utf8proc_uint8_t *octets(struct str text)
{
    return (const utf8proc_uint8_t *)text.ptr;
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80) return false;
    return true;
}

struct str str_nfc(struct arena *arena, struct str text)
{
    if (is_ascii(text) || !str_is_utf8(text)) return arena_str(arena, text);
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t count = utf8proc_decompose(octets(text), (utf8proc_ssize_t)text.len, NULL, 0, options);
    assert(count >= 0); /* it fails on what is not UTF-8, and on nothing else */
    utf8proc_int32_t *points = arena_array(arena, (size_t)count + 1, sizeof *points);
    utf8proc_ssize_t filled = utf8proc_decompose(octets(text), (utf8proc_ssize_t)text.len, points, count, options);
    assert(filled == count);
    utf8proc_ssize_t length = utf8proc_reencode(points, count, options); /* in place; writes a NUL */
    assert(length >= 0);
    return (struct str){ (const char *)points, (size_t)length };
}

struct str str_lower(struct arena *arena, struct str text)
{
    if (!str_is_utf8(text)) return arena_str(arena, text);
    /* ASCII stays one byte, and two to four bytes become at most four. */
    char *lower = arena_array(arena, 2, text.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t point;
        i += (size_t)utf8proc_iterate(octets(text) + i, (utf8proc_ssize_t)(text.len - i), &point);
        length += (size_t)utf8proc_encode_char(utf8proc_tolower(point), (utf8proc_uint8_t *)lower + length);
    }
    return (struct str){ lower, length };
}

/* Unicode lays each script's digits out as a run of ten that begins with zero. */
static int digit_value(utf8proc_int32_t point)
{
    utf8proc_int32_t first = point;
    while (first > 0 && point - first < 9 && utf8proc_category(first - 1) == UTF8PROC_CATEGORY_ND) first--;
    return (int)(point - first);
}

static bool is_latin(utf8proc_int32_t point)
{
    return point < 0x250 || (point >= 0x1e00 && point < 0x1f00);
}

static void append_bare(struct bare_char *bare, utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    bool digit = category == UTF8PROC_CATEGORY_ND;
    if (bare->len + 4 > sizeof bare->text) return;
    if (digit) point = '0' + (point < 0x80 ? point - '0' : digit_value(point));
    bare->digit = bare->digit || digit;
    bare->letter = bare->letter || letter;
    bare->foreign = bare->foreign || (letter && !is_latin(point));
    bare->len += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)bare->text + bare->len);
}

static void bare_ascii(char c, struct bare_char *bare)
{
    *bare = (struct bare_char){ .text = { char_lower(c) }, .len = 1 };
    bare->letter = char_is_alpha(c);
    bare->digit = char_is_digit(c);
    bare->space = char_is_space(c);
    bare->upper = char_lower(c) != c;
}

size_t str_bare_at(struct str text, size_t at, struct bare_char *bare)
{
    utf8proc_int32_t point, parts[18]; /* no character decomposes into more (UnicodeData.txt) */
    if ((unsigned char)text.ptr[at] < 0x80) {
        bare_ascii(text.ptr[at], bare);
        return 1;
    }
    *bare = (struct bare_char){ 0 };
    utf8proc_ssize_t width = utf8proc_iterate(octets(text) + at, (utf8proc_ssize_t)(text.len - at), &point);
    if (width <= 0) {
        bare->text[bare->len++] = '?';
        return 1;
    }
    utf8proc_category_t category = utf8proc_category(point);
    bare->space = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
    bare->upper = category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT || category == UTF8PROC_CATEGORY_NL;
    const utf8proc_option_t options =
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK;
    int last = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(point, parts, sizeof parts / sizeof parts[0], options, &last);
    if (count > (utf8proc_ssize_t)(sizeof parts / sizeof parts[0])) count = sizeof parts / sizeof parts[0];
    for (utf8proc_ssize_t i = 0; i < count; i++) append_bare(bare, parts[i]);
    return (size_t)width;
}
