/* say.c - slots are found in the words that the agent chose, never in what is put into them: each is filled once, from left to right, and what
 * comes from the receipt has its control characters removed, so a ticket's subject can neither open a slot nor move the cursor of a terminal.
 */
#include "agent/say.h"

#include <string.h>

#include "base/moment.h"

/* Bytes of the character at the front that is not shown: a control of ASCII but line feed and tab, or one of U+0080 to U+009F. 0 for any other. */
static size_t control_len(struct str s)
{
    unsigned char c = (unsigned char)s.ptr[0];
    if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\t')) return 1;
    if (c == 0xc2 && s.len > 1 && (unsigned char)s.ptr[1] >= 0x80 && (unsigned char)s.ptr[1] <= 0x9f) return 2;
    return 0;
}

static void append_clean(struct buf *out, struct str text)
{
    for (size_t at = 0; at < text.len;) {
        struct str rest = str_slice(text, at, text.len);
        size_t control = control_len(rest), width = str_utf8_len(rest);
        if (control) {
            bool newline = rest.ptr[0] == '\r' && !(rest.len > 1 && rest.ptr[1] == '\n');
            if (newline) buf_char(out, '\n');
            at += control;
        } else if (width == 0) {
            buf_lit(out, "\xef\xbf\xbd");
            at++;
        } else {
            buf_str(out, str_slice(rest, 0, width));
            at += width;
        }
    }
}

struct str say_clean(struct str text, struct arena *arena)
{
    struct buf out;
    buf_init(&out, text.len * 3 + 1);
    append_clean(&out, text);
    struct str clean = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return clean;
}

static enum status append_fact(struct buf *out, const struct json *value)
{
    switch (json_type(value)) {
    case JSON_STRING: append_clean(out, json_str(value)); return json_str(value).len ? OK : E_NOT_FOUND;
    case JSON_INT: buf_int(out, json_int(value, 0)); return OK;
    case JSON_REAL: buf_fmt(out, "%g", json_number(value, 0)); return OK;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_ARRAY:
    case JSON_OBJECT: return E_NOT_FOUND;
    }
    return E_NOT_FOUND;
}

/* What is no moment is said as it stands. */
static enum status append_moment(struct buf *out, const struct json *value, int64_t now_ms)
{
    int64_t at_ms;
    char text[MOMENT_TEXT_MAX];
    if (!moment_parse(json_str(value), &at_ms)) return append_fact(out, value);
    buf_lit(out, moment_say(at_ms, now_ms, text));
    return OK;
}

static const struct json *find(const struct json *result, struct str path)
{
    struct str rest = path, piece;
    const struct json *at = result;
    while (at && str_split(&rest, '.', &piece)) {
        char key[64];
        uint64_t index;
        if (piece.len == 0 || piece.len >= sizeof key) return NULL;
        memcpy(key, piece.ptr, piece.len);
        key[piece.len] = '\0';
        at = json_type(at) != JSON_ARRAY ? json_get(at, key) : str_to_u64(piece, &index) ? json_at(at, (size_t)index) : NULL;
    }
    return at;
}

enum status say_slot(struct str slot, const struct json *result, int64_t now_ms, struct buf *out)
{
    bool is_time = str_starts(slot, STR("@"));
    const struct json *value = find(result, str_slice(slot, is_time, slot.len));
    return is_time ? append_moment(out, value, now_ms) : append_fact(out, value);
}

void say_unquote(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != QUOTE_OPEN && text.ptr[i] != QUOTE_CLOSE) buf_char(out, text.ptr[i]);
}
