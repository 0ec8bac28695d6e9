/* say.c - slots are found in the words that the agent chose, never in what is put into them: each is filled once, from left to right, and what
 * comes from the receipt has its control characters removed, so a ticket's subject can neither open a slot nor move the cursor of a terminal.
 */
#include "agent/say.h"

#include "base/moment.h"

enum { SAID_BYTES_MAX = 512 * 1024 };

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

static enum status append_slot(struct buf *out, struct str slot, const struct json *result, int64_t now_ms, struct arena *arena)
{
    bool is_time = str_starts(slot, STR("@"));
    const struct json *value = json_get(result, arena_cstr(arena, str_slice(slot, is_time, slot.len)));
    return is_time ? append_moment(out, value, now_ms) : append_fact(out, value);
}

static enum status fill(struct str text, const struct json *result, int64_t now_ms, struct arena *arena, struct buf *out)
{
    size_t at = 0;
    for (size_t open; (open = str_find(text, STR("\x02"), at)) != SIZE_MAX;) {
        size_t close = str_find(text, STR("\x03"), open);
        if (close == SIZE_MAX) return E_NOT_FOUND;
        buf_str(out, str_slice(text, at, open));
        enum status filled = append_slot(out, str_slice(text, open + 1, close), result, now_ms, arena);
        if (filled != OK) return filled;
        at = close + 1;
    }
    buf_str(out, str_slice(text, at, text.len));
    return buf_ok(out) ? OK : E_LIMIT;
}

enum status say_fill(struct str text, const struct json *result, int64_t now_ms, struct arena *arena, struct str *filled)
{
    struct buf out;
    buf_init(&out, SAID_BYTES_MAX);
    enum status status = fill(text, result, now_ms, arena, &out);
    if (status == OK) *filled = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return status;
}
