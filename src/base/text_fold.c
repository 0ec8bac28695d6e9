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
