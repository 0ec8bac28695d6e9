/* comment.c - see comment.h.
 *
 * The text goes out as `body`: Zendesk takes it as plain text and Markdown, and strips HTML. `html_body` is never sent, as
 * whatever a visitor or a model wrote would be rendered in front of the team. A comment over 64 kB is cut by Zendesk without
 * a word, so it is refused here. "{{" is a placeholder in what a team member writes: two backslashes in front keep Zendesk
 * from filling it in (Zendesk, "Using placeholders", escaping).
 */
#include "zendesk/comment.h"

#include "base/limits.h"

static struct str without_placeholders(struct str text, struct arena *arena)
{
    struct buf out;
    size_t at = 0, found;
    if (str_find(text, STR("{{"), 0) == SIZE_MAX) return text;
    buf_init(&out, 3 * text.len);
    while ((found = str_find(text, STR("{{"), at)) != SIZE_MAX) {
        buf_str(&out, str_slice(text, at, found));
        buf_lit(&out, "\\\\{{");
        at = found + 2;
    }
    buf_str(&out, str_slice(text, at, text.len));
    struct str escaped = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return escaped;
}

static void write_uploads(const struct json *uploads, struct jw *json)
{
    if (json_count(uploads) == 0) return;
    jw_key(json, "uploads");
    jw_array(json);
    for (size_t i = 0; i < json_count(uploads); i++) jw_str(json, json_str(json_at(uploads, i)));
    jw_end_array(json);
}

bool comment_write(struct zendesk_run *run, const struct comment *comment, struct str field, struct jw *json)
{
    struct str text = without_placeholders(comment->text, run->arena);
    if (text.len > LIMIT_COMMENT_BYTES) {
        run->problem =
            (struct problem){ .id = PROBLEM_VALUE_TOO_LONG, .field = field, .facts = { .what = field, .limit = STR("64 kB") } };
        return false;
    }
    jw_key(json, "comment");
    jw_object(json);
    jw_kv_str(json, "body", text);
    jw_kv_bool(json, "public", comment->is_public);
    if (comment->author_id > 0) jw_kv_int(json, "author_id", comment->author_id);
    write_uploads(comment->uploads, json);
    jw_end_object(json);
    return true;
}

const struct json *comment_in_audit(const struct json *audit)
{
    const struct json *events = json_get(audit, "events");
    for (size_t i = 0; i < json_count(events); i++)
        if (str_eq(json_get_str(json_at(events, i), "type"), STR("Comment"))) return json_at(events, i);
    return NULL;
}
