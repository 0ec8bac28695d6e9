/* sse.c - server-sent events as bytes (WHATWG HTML, 9.2.5 "Parsing an event stream").
 *
 * A reader ends a line at CR LF, LF or CR alone, so each of the three must start a new data line here, or text could forge an event. `id` and
 * `event` are one line by definition: what follows a line break in them is dropped. A NUL in `id` makes the reader ignore the field; it is cut too.
 */
#include "net/sse.h"

static struct str first_line(struct str text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] != '\r' && text.ptr[len] != '\n' && text.ptr[len] != '\0') len++;
    return str_slice(text, 0, len);
}

static void field(struct buf *out, const char *name, struct str value)
{
    buf_lit(out, name);
    buf_lit(out, ": ");
    buf_str(out, value);
    buf_char(out, '\n');
}

static void data_lines(struct buf *out, struct str data)
{
    size_t from = 0;
    for (size_t at = 0; at < data.len; at++) {
        char c = data.ptr[at];
        if (c != '\r' && c != '\n') continue;
        field(out, "data", str_slice(data, from, at));
        if (c == '\r' && at + 1 < data.len && data.ptr[at + 1] == '\n') at++;
        from = at + 1;
    }
    field(out, "data", str_slice(data, from, data.len));
}

void sse_event(struct buf *out, struct str id, struct str event, struct str data)
{
    if (id.len > 0) field(out, "id", first_line(id));
    if (event.len > 0) field(out, "event", first_line(event));
    data_lines(out, data);
    buf_char(out, '\n');
}

void sse_comment(struct buf *out)
{
    buf_lit(out, ": \n\n");
}
