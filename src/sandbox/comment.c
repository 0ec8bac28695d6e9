/* comment.c - comments: their text, their rows, their answers.
 *
 * HTML is taken out with a scan for things shaped like tags, so "a < b" survives and "<b>a</b>" becomes "a". Nothing that comes
 * out is ever put into a page unescaped.
 */
#include "sandbox/comment.h"

#include "sandbox/audit.h"
#include "sandbox/api.h"
#include "sandbox/attachment.h"
#include "sandbox/attr.h"

#define COMMENT_COLUMNS "id, audit_id, ticket_id, author_id, body, html_body, public, created_at"

/* ---- text --------------------------------------------------------------------------------------------------------------- */

/* Where the tag that begins at `from` ends; `from` itself when it is no tag. */
static size_t after_tag(struct str text, size_t from)
{
    if (from + 1 >= text.len) return from;
    char next = text.ptr[from + 1];
    if (!char_is_alpha(next) && next != '/' && next != '!') return from;
    size_t end = str_find(text, STR(">"), from);
    return end == SIZE_MAX ? from : end + 1;
}

struct str comment_plain(struct arena *arena, struct str text)
{
    text = str_trim(str_clip(text, COMMENT_BYTES_MAX));
    char *out = arena_alloc(arena, text.len + 1);
    size_t length = 0, newlines = 0;
    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];
        size_t next = c == '<' ? after_tag(text, i) : i;
        if (next > i) {
            i = next;
            continue;
        }
        i++;
        if (c == '\r') continue;
        if (c == ' ' && length && out[length - 1] == ' ') continue;
        newlines = c == '\n' ? newlines + 1 : 0;
        if (newlines <= 2) out[length++] = c;
    }
    return str_trim((struct str){ out, length });
}

static const char HTML_OPEN[] = "<div class=\"zd-comment\" dir=\"auto\">";
static const char HTML_CLOSE[] = "</div>";

enum {
    HTML_GROWTH = 24,
    HTML_FRAME = 256
}; /* one byte of text becomes at most so many: a line of one letter, in its paragraph */

static void append_paragraphs(struct buf *out, struct str plain)
{
    struct str rest = plain, line;
    bool is_open = false;
    while (str_split(&rest, '\n', &line)) {
        if (!line.len) {
            if (is_open) buf_lit(out, "</p>\n\n");
            is_open = false;
            continue;
        }
        buf_lit(out, is_open ? "\n<br>" : "<p dir=\"auto\">");
        buf_html(out, line);
        is_open = true;
    }
    if (is_open) buf_lit(out, "</p>");
}

struct str comment_html(struct arena *arena, struct str plain)
{
    struct buf out;
    buf_init(&out, HTML_FRAME + HTML_GROWTH * plain.len);
    buf_lit(&out, HTML_OPEN);
    append_paragraphs(&out, plain);
    buf_lit(&out, HTML_CLOSE);
    struct str html = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return html;
}

struct str comment_wrap_html(struct arena *arena, struct str html)
{
    struct str cut = str_clip(html, COMMENT_BYTES_MAX);
    return arena_fmt(arena, "%s%.*s%s", HTML_OPEN, STR_ARG(cut), HTML_CLOSE);
}

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

void comment_insert(struct desk *desk, struct comment *comment)
{
    comment->id = desk_new_id(desk);
    struct desk_query *q = desk_query(desk, "INSERT INTO comment (" COMMENT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    desk_bind_int(q, 1, comment->id);
    desk_bind_int(q, 2, comment->audit_id);
    desk_bind_int(q, 3, comment->ticket_id);
    desk_bind_int(q, 4, comment->author_id);
    desk_bind_text(q, 5, comment->body);
    desk_bind_text(q, 6, comment->html_body);
    desk_bind_int(q, 7, comment->is_public);
    desk_bind_int(q, 8, comment->created_at);
    desk_run(q);
}

static bool read_one(struct desk_query *q, struct arena *arena, struct comment *comment)
{
    if (!desk_next(q)) return false;
    *comment = (struct comment){
        .id = desk_int(q, 0),
        .audit_id = desk_int(q, 1),
        .ticket_id = desk_int(q, 2),
        .author_id = desk_int(q, 3),
        .body = desk_text(q, 4, arena),
        .html_body = desk_text(q, 5, arena),
        .is_public = desk_int(q, 6),
        .created_at = desk_int(q, 7),
    };
    desk_done(q);
    return true;
}

bool comment_load(struct desk *desk, struct arena *arena, int64_t id, struct comment *comment)
{
    struct desk_query *q = desk_query(desk, "SELECT " COMMENT_COLUMNS " FROM comment WHERE id = ?1");
    desk_bind_int(q, 1, id);
    return read_one(q, arena, comment);
}

bool comment_of_audit(struct desk *desk, struct arena *arena, int64_t audit_id, struct comment *comment)
{
    struct desk_query *q = desk_query(desk, "SELECT " COMMENT_COLUMNS " FROM comment WHERE audit_id = ?1");
    desk_bind_int(q, 1, audit_id);
    return read_one(q, arena, comment);
}

int64_t comment_next_id(struct desk *desk, int64_t ticket_id, int64_t after)
{
    struct desk_query *q = desk_query(desk, "SELECT id FROM comment WHERE ticket_id = ?1 AND id > ?2 ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, ticket_id);
    desk_bind_int(q, 2, after);
    int64_t id = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return id;
}

int64_t comment_count(struct desk *desk, int64_t ticket_id)
{
    struct desk_query *q = desk_query(desk, "SELECT count(*) FROM comment WHERE ticket_id = ?1");
    desk_bind_int(q, 1, ticket_id);
    int64_t count = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return count;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

void comment_render_event(const struct api_call *call, struct jw *w, const struct comment *comment)
{
    jw_kv_int(w, "id", comment->id);
    jw_kv_str(w, "type", STR("Comment"));
    jw_kv_int(w, "author_id", comment->author_id);
    jw_kv_str(w, "body", comment->body);
    jw_kv_str(w, "html_body", comment->html_body);
    jw_kv_str(w, "plain_body", comment->body);
    jw_kv_bool(w, "public", comment->is_public);
    jw_key(w, "attachments");
    attachment_render_list(call, w, comment->id);
    jw_kv_int(w, "audit_id", comment->audit_id);
}

void comment_render_by_id(struct api_call *call, struct jw *w, int64_t id)
{
    struct comment comment;
    struct audit audit;
    struct arena row;
    arena_init(&row);
    if (comment_load(call->sandbox->desk, &row, id, &comment) &&
        audit_load(call->sandbox->desk, &row, comment.audit_id, &audit)) {
        jw_object(w);
        comment_render_event(call, w, &comment);
        attr_via(w, audit.channel);
        attr_time(w, "created_at", comment.created_at);
        audit_render_metadata(w, &audit);
        jw_end_object(w);
    }
    arena_clear(&row);
}
