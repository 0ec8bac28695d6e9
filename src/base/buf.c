/* buf.c - growth by doubling under a ceiling, and the escapes.
 *
 * Every append is all or nothing. The escapes are made of smaller appends; when one of those is refused, `undo` takes the earlier ones
 * back. Measuring first and writing second was rejected: two copies of each escape rule.
 */
#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BUF_BYTES_MIN = 64 };

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){ .max = max_bytes < SIZE_MAX ? max_bytes : SIZE_MAX - 1 };
}

void buf_clear(struct buf *b)
{
    mem_free(b->data);
    buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->data) b->data[0] = '\0';
}

bool buf_ok(const struct buf *b)
{
    return !b->overflow;
}

struct str buf_view(const struct buf *b)
{
    return (struct str){ b->data, b->len };
}

void buf_drop_front(struct buf *b, size_t bytes)
{
    if (bytes > b->len) bytes = b->len;
    if (bytes == 0) return;
    b->len -= bytes;
    memmove(b->data, b->data + bytes, b->len + 1);
}

/* ---- growing ----------------------------------------------------------------------------------------------------------- */

/* Where `count` bytes may be written, with room for a NUL after them; NULL when the ceiling is in the way. */
static char *space_for(struct buf *b, size_t count)
{
    if (b->overflow || count > b->max - b->len) {
        b->overflow = true;
        return NULL;
    }
    size_t needed = b->len + count + 1;
    if (needed > b->cap) {
        size_t cap = b->cap < SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;
        if (cap < BUF_BYTES_MIN) cap = BUF_BYTES_MIN;
        if (cap > b->max + 1) cap = b->max + 1;
        if (cap < needed) cap = needed;
        b->data = mem_resize(b->data, cap);
        b->cap = cap;
    }
    return b->data + b->len;
}

static void wrote(struct buf *b, size_t count)
{
    b->len += count;
    b->data[b->len] = '\0';
}

/* Takes a half-made append back. */
static void undo_on_overflow(struct buf *b, size_t start)
{
    if (!b->overflow || b->len == start) return;
    b->len = start;
    b->data[start] = '\0';
}

void buf_bytes(struct buf *b, const void *bytes, size_t count)
{
    char *at = space_for(b, count);
    if (!at) return;
    if (count) memcpy(at, bytes, count);
    wrote(b, count);
}

void buf_str(struct buf *b, struct str text)
{
    buf_bytes(b, text.ptr, text.len);
}

void buf_lit(struct buf *b, const char *cstr)
{
    buf_bytes(b, cstr, strlen(cstr));
}

void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

void buf_int(struct buf *b, int64_t number)
{
    buf_fmt(b, "%" PRId64, number);
}

void buf_fmt(struct buf *b, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) abort(); /* a wrong format: a defect of the caller */
    char *at = space_for(b, (size_t)length);
    if (at) {
        vsnprintf(at, (size_t)length + 1, format, again);
        wrote(b, (size_t)length);
    }
    va_end(again);
}

/* ---- escaping ---------------------------------------------------------------------------------------------------------- */

/* RFC 8259 section 7. DEL is escaped as well: it is a control character, though JSON lets it stand. */
static void json_escape(struct buf *b, unsigned char c)
{
    switch (c) {
    case '"': buf_lit(b, "\\\""); break;
    case '\\': buf_lit(b, "\\\\"); break;
    case '\b': buf_lit(b, "\\b"); break;
    case '\f': buf_lit(b, "\\f"); break;
    case '\n': buf_lit(b, "\\n"); break;
    case '\r': buf_lit(b, "\\r"); break;
    case '\t': buf_lit(b, "\\t"); break;
    default: buf_fmt(b, "\\u%04x", c);
    }
}

static bool json_may_stand(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void buf_json(struct buf *b, struct str text)
{
    size_t start = b->len;
    for (size_t i = 0; i < text.len && !b->overflow;) {
        size_t run = i;
        while (run < text.len && json_may_stand((unsigned char)text.ptr[run])) run++;
        if (run > i) {
            buf_bytes(b, text.ptr + i, run - i);
            i = run;
            continue;
        }
        size_t length = str_utf8_len((struct str){ text.ptr + i, text.len - i });
        if (length == 1)
            json_escape(b, (unsigned char)text.ptr[i]);
        else if (length > 1)
            buf_bytes(b, text.ptr + i, length);
        else
            buf_lit(b, "\xEF\xBF\xBD"); /* U+FFFD */
        i += length ? length : 1;
    }
    undo_on_overflow(b, start);
}

void buf_html(struct buf *b, struct str text)
{
    size_t start = b->len;
    for (size_t i = 0; i < text.len && !b->overflow; i++) {
        switch (text.ptr[i]) {
        case '&': buf_lit(b, "&amp;"); break;
        case '<': buf_lit(b, "&lt;"); break;
        case '>': buf_lit(b, "&gt;"); break;
        case '"': buf_lit(b, "&quot;"); break;
        case '\'': buf_lit(b, "&#39;"); break;
        default: buf_char(b, text.ptr[i]);
        }
    }
    undo_on_overflow(b, start);
}

/* RFC 3986 section 2.3. */
static bool url_unreserved(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void buf_url(struct buf *b, struct str text)
{
    size_t start = b->len;
    for (size_t i = 0; i < text.len && !b->overflow; i++) {
        if (url_unreserved(text.ptr[i]))
            buf_char(b, text.ptr[i]);
        else
            buf_fmt(b, "%%%02X", (unsigned char)text.ptr[i]);
    }
    undo_on_overflow(b, start);
}

/* ---- binary as text ---------------------------------------------------------------------------------------------------- */

/* Three bytes become four characters of six bits; one or two bytes at the end become two or three. */
static void base64(struct buf *b, const unsigned char *bytes, size_t count, const char *alphabet, bool pad)
{
    size_t rest = count % 3;
    size_t blocks = count / 3, tail = rest == 0 ? 0 : pad ? 4 : rest + 1;
    size_t length = blocks > (SIZE_MAX - 4) / 4 ? SIZE_MAX : blocks * 4 + tail;
    char *at = space_for(b, length);
    if (!at) return;
    for (size_t i = 0; i < count; i += 3) {
        size_t here = count - i < 3 ? count - i : 3;
        unsigned bits = (unsigned)bytes[i] << 16;
        if (here > 1) bits |= (unsigned)bytes[i + 1] << 8;
        if (here > 2) bits |= bytes[i + 2];
        for (size_t k = 0; k < 4; k++) {
            if (k <= here)
                *at++ = alphabet[bits >> (18 - 6 * k) & 63];
            else if (pad)
                *at++ = '=';
        }
    }
    wrote(b, length);
}

void buf_base64(struct buf *b, const void *bytes, size_t count)
{
    base64(b, bytes, count, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

void buf_base64url(struct buf *b, const void *bytes, size_t count)
{
    base64(b, bytes, count, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false);
}

void buf_hex(struct buf *b, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;
    char *at = space_for(b, count > SIZE_MAX / 2 ? SIZE_MAX : count * 2);
    if (!at) return;
    for (size_t i = 0; i < count; i++) {
        at[2 * i] = "0123456789abcdef"[from[i] >> 4];
        at[2 * i + 1] = "0123456789abcdef"[from[i] & 15];
    }
    wrote(b, count * 2);
}
