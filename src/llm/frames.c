/* frames.c - lines from bytes, events from lines. Lines end with LF, CR LF or CR. */
#include "llm/frames.h"

#include <string.h>

#include "base/limits.h"

void frames_init(struct frames *frames, enum framing framing, frames_fn *fn, void *context)
{
    *frames = (struct frames){ .framing = framing, .fn = fn, .context = context };
    buf_init(&frames->line, LIMIT_MODEL_CHUNK_BYTES);
    buf_init(&frames->data, framing == FRAMING_WHOLE ? LIMIT_ANSWER_BYTES : LIMIT_MODEL_CHUNK_BYTES);
}

void frames_clear(struct frames *frames)
{
    buf_clear(&frames->line);
    buf_clear(&frames->data);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------- */

static void end_event(struct frames *frames)
{
    if (frames->has_data) frames->fn(frames->context, buf_view(&frames->data));
    buf_reset(&frames->data);
    frames->has_data = false;
}

static void take_field(struct frames *frames, struct str line)
{
    struct str name = STR("data:");
    if (!str_starts(line, name)) return; /* a comment, or a field that says nothing here */
    struct str value = str_slice(line, name.len, line.len);
    if (value.len > 0 && value.ptr[0] == ' ') value = str_slice(value, 1, value.len);
    if (frames->has_data) buf_char(&frames->data, '\n');
    buf_str(&frames->data, value);
    frames->has_data = true;
}

static void end_line(struct frames *frames)
{
    struct str line = buf_view(&frames->line);
    if (frames->framing == FRAMING_EVENTS && line.len > 0)
        take_field(frames, line);
    else if (frames->framing == FRAMING_EVENTS)
        end_event(frames);
    else if (str_trim(line).len > 0)
        frames->fn(frames->context, line);
    buf_reset(&frames->line);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------------- */

/* What the body begins with tells an answer in one piece from a stream; a byte order mark and space tell nothing. */
static void begin(struct frames *frames, struct str *bytes)
{
    while (bytes->len > 0 && !frames->has_begun) {
        char first = bytes->ptr[0];
        bool says_nothing = char_is_space(first) || memchr("\xef\xbb\xbf", first, 3) != NULL;
        frames->has_begun = !says_nothing;
        if (says_nothing) *bytes = str_slice(*bytes, 1, bytes->len);
        if (frames->framing == FRAMING_EVENTS && (first == '{' || first == '[')) {
            frames->framing = FRAMING_WHOLE;
            frames->data.max = LIMIT_ANSWER_BYTES;
        }
    }
}

static bool feed_whole(struct frames *frames, struct str bytes)
{
    buf_str(&frames->data, bytes);
    frames->has_data = frames->has_data || bytes.len > 0;
    return buf_ok(&frames->data);
}

/* The next CR or LF; the end of the bytes when there is none. */
static size_t find_line_end(struct str bytes)
{
    const char *lf = memchr(bytes.ptr, '\n', bytes.len);
    size_t until = lf ? (size_t)(lf - bytes.ptr) : bytes.len;
    const char *cr = until > 0 ? memchr(bytes.ptr, '\r', until) : NULL;
    return cr ? (size_t)(cr - bytes.ptr) : until;
}

bool frames_feed(struct frames *frames, struct str bytes)
{
    begin(frames, &bytes);
    if (frames->framing == FRAMING_WHOLE) return feed_whole(frames, bytes);
    while (bytes.len > 0) {
        if (frames->after_cr && bytes.ptr[0] == '\n') bytes = str_slice(bytes, 1, bytes.len);
        frames->after_cr = false;
        if (bytes.len == 0) break;
        size_t until = find_line_end(bytes);
        buf_str(&frames->line, str_slice(bytes, 0, until));
        if (!buf_ok(&frames->line)) return false;
        if (until == bytes.len) break;
        frames->after_cr = bytes.ptr[until] == '\r';
        bytes = str_slice(bytes, until + 1, bytes.len);
        end_line(frames);
        if (!buf_ok(&frames->data)) return false;
    }
    return true;
}

bool frames_end(struct frames *frames)
{
    if (frames->framing != FRAMING_WHOLE && frames->line.len > 0) end_line(frames);
    if (!buf_ok(&frames->data) || !buf_ok(&frames->line)) return false;
    end_event(frames);
    return true;
}
