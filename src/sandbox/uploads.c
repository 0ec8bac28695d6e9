/* uploads.c - POST /api/v2/uploads, attachments, and their content.
 *
 * The answer to an upload is JSON under "Content-Type: text/plain", as recorded: a client that looks at the type before it parses
 * finds no token. Content is served under a secret of its own, as it is in real life, by whoever has the link.
 */
#include "sandbox/attachment.h"

#include "sandbox/attr.h"
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "vault/token.h"

enum { TOKEN_LIFE_MS = 60 * 60 * 1000, FILE_NAME_MAX = 255 };

#define COLUMNS      "id, comment_id, size, created_at, token, file_name, content_type, secret"
#define CONTENT_PATH STR("/attachments/token/")

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

static struct attachment row_of(struct desk_query *q, struct arena *arena)
{
    return (struct attachment){
        .id = desk_int(q, 0),
        .comment_id = desk_int(q, 1),
        .size = desk_int(q, 2),
        .created_at = desk_int(q, 3),
        .token = desk_text(q, 4, arena),
        .file_name = desk_text(q, 5, arena),
        .content_type = desk_text(q, 6, arena),
        .secret = desk_text(q, 7, arena),
    };
}

static bool read_one(struct desk_query *q, struct arena *arena, struct attachment *attachment)
{
    if (!desk_next(q)) return false;
    *attachment = row_of(q, arena);
    desk_done(q);
    return true;
}

bool attachment_next(struct desk *desk, struct arena *arena, int64_t comment_id, int64_t after, struct attachment *attachment)
{
    struct desk_query *q =
        desk_query(desk, "SELECT " COLUMNS " FROM attachment WHERE comment_id = ?1 AND id > ?2 ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, comment_id);
    desk_bind_int(q, 2, after);
    return read_one(q, arena, attachment);
}

static bool next_of_token(struct desk *desk, struct arena *arena, struct str token, int64_t after, struct attachment *attachment)
{
    struct desk_query *q = desk_query(
        desk, "SELECT " COLUMNS " FROM attachment WHERE token = ?1 AND comment_id = 0 AND id > ?2 ORDER BY id LIMIT 1");
    desk_bind_text(q, 1, token);
    desk_bind_int(q, 2, after);
    return read_one(q, arena, attachment);
}

static void store(struct api_call *call, struct attachment *attachment, struct str bytes)
{
    attachment->id = desk_new_id(call->sandbox->desk);
    struct desk_query *q = desk_query(call->sandbox->desk, "INSERT INTO attachment (" COLUMNS ", bytes)"
                                                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    desk_bind_int(q, 1, attachment->id);
    desk_bind_int(q, 2, 0);
    desk_bind_int(q, 3, attachment->size);
    desk_bind_int(q, 4, attachment->created_at);
    desk_bind_text(q, 5, attachment->token);
    desk_bind_text(q, 6, attachment->file_name);
    desk_bind_text(q, 7, attachment->content_type);
    desk_bind_text(q, 8, attachment->secret);
    desk_bind_bytes(q, 9, bytes);
    desk_run(q);
}

static void forget_expired(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM attachment WHERE comment_id = 0 AND created_at <= ?1");
    desk_bind_int(q, 1, call->now_at - TOKEN_LIFE_MS);
    desk_run(q);
}

int64_t attachment_count_of_token(struct api_call *call, struct str token)
{
    struct desk_query *q = desk_query(call->sandbox->desk,
                                      "SELECT count(*) FROM attachment WHERE token = ?1 AND comment_id = 0 AND created_at > ?2");
    desk_bind_text(q, 1, token);
    desk_bind_int(q, 2, call->now_at - TOKEN_LIFE_MS);
    int64_t count = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return count;
}

void attachment_use_token(struct api_call *call, struct str token, int64_t comment_id)
{
    struct desk_query *q =
        desk_query(call->sandbox->desk, "UPDATE attachment SET comment_id = ?2 WHERE token = ?1 AND comment_id = 0");
    desk_bind_text(q, 1, token);
    desk_bind_int(q, 2, comment_id);
    desk_run(q);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static struct str content_url(const struct api_call *call, const struct attachment *attachment)
{
    struct buf name;
    buf_init(&name, 4 * FILE_NAME_MAX);
    buf_url(&name, attachment->file_name);
    struct str url = arena_fmt(call->arena, "https://%.*s.zendesk.com%.*s%.*s/?name=%.*s", STR_ARG(call->sandbox->account),
                               STR_ARG(CONTENT_PATH), STR_ARG(attachment->secret), STR_ARG(buf_view(&name)));
    buf_clear(&name);
    return url;
}

static void render(const struct api_call *call, struct jw *w, const struct attachment *attachment)
{
    struct str url = content_url(call, attachment);
    jw_object(w);
    jw_kv_str(w, "url", api_url(call, "attachments", attachment->id));
    jw_kv_int(w, "id", attachment->id);
    jw_kv_str(w, "file_name", attachment->file_name);
    jw_kv_str(w, "content_url", url);
    jw_kv_str(w, "mapped_content_url", url);
    jw_kv_str(w, "content_type", attachment->content_type);
    jw_kv_int(w, "size", attachment->size);
    attr_null(w, "width");
    attr_null(w, "height");
    jw_kv_bool(w, "inline", false);
    jw_kv_bool(w, "deleted", false);
    jw_kv_bool(w, "malware_access_override", false);
    jw_kv_str(w, "malware_scan_result", attachment->comment_id ? STR("malware_not_found") : STR("not_scanned"));
    jw_key(w, "thumbnails");
    jw_array(w);
    jw_end_array(w);
    jw_end_object(w);
}

void attachment_render_list(const struct api_call *call, struct jw *w, int64_t comment_id)
{
    struct attachment attachment = { .id = 0 };
    struct arena row;
    arena_init(&row);
    jw_array(w);
    while (attachment_next(call->sandbox->desk, &row, comment_id, attachment.id, &attachment)) {
        render(call, w, &attachment);
        arena_clear(&row);
    }
    jw_end_array(w);
}

static void reply_upload(struct api_call *call, const struct attachment *last)
{
    struct attachment attachment = { .id = 0 };
    struct jw *w = api_json(call, 201);
    jw_object(w);
    jw_key(w, "upload");
    jw_object(w);
    jw_kv_str(w, "token", last->token);
    attr_time(w, "expires_at", call->now_at + TOKEN_LIFE_MS);
    jw_key(w, "attachments");
    jw_array(w);
    while (next_of_token(call->sandbox->desk, call->arena, last->token, attachment.id, &attachment)) render(call, w, &attachment);
    jw_end_array(w);
    jw_key(w, "attachment");
    render(call, w, last);
    jw_end_object(w);
    jw_end_object(w);
    call->content_type = STR("text/plain; charset=utf-8");
}

/* ---- handlers ----------------------------------------------------------------------------------------------------------- */

static struct str new_secret(struct arena *arena)
{
    char text[TOKEN_TEXT_MAX];
    token_make("", text);
    return arena_str(arena, str_from(text));
}

void uploads_create(struct api_call *call)
{
    struct str name = str_clip(api_param(call, STR("filename")), FILE_NAME_MAX), token = api_param(call, STR("token"));
    struct str type = api_header_in(call, STR("Content-Type")), bytes = call->request->body;
    forget_expired(call);
    if (!name.len) {
        fail_titled(call, 400, STR("Invalid attribute"),
                    STR("You passed an invalid value for the filename attribute. is missing"));
        return;
    }
    if (bytes.len > ACCOUNT_ATTACHMENT_BYTES) {
        fail_with(call, 413, "AttachmentTooLarge", "The file is larger than the account allows.");
        return;
    }
    if (token.len && !attachment_count_of_token(call, token)) {
        fail_not_found(call);
        return;
    }
    struct attachment attachment = {
        .size = (int64_t)bytes.len,
        .created_at = call->now_at,
        .token = token.len ? token : new_secret(call->arena),
        .file_name = name,
        .content_type = type.len ? type : STR("application/binary"),
        .secret = new_secret(call->arena),
    };
    store(call, &attachment, bytes);
    reply_upload(call, &attachment);
}

void uploads_delete(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM attachment WHERE token = ?1 AND comment_id = 0");
    desk_bind_text(q, 1, call->word);
    desk_run(q);
    if (desk_changes(call->sandbox->desk))
        api_empty(call, 204);
    else
        fail_not_found(call);
}

void attachments_show(struct api_call *call)
{
    struct attachment attachment;
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT " COLUMNS " FROM attachment WHERE id = ?1");
    desk_bind_int(q, 1, call->id);
    if (!read_one(q, call->arena, &attachment)) {
        fail_not_found(call);
        return;
    }
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "attachment");
    render(call, w, &attachment);
    jw_end_object(w);
}

/* ---- content ------------------------------------------------------------------------------------------------------------ */

bool attachment_has(struct str path)
{
    return str_starts(path, CONTENT_PATH);
}

/* Always as a download and never sniffed: what strangers uploaded must not run as a page of this server. */
static void send_content(struct api_call *call)
{
    struct str secret = str_slice(call->request->path, CONTENT_PATH.len, call->request->path.len);
    if (str_ends(secret, STR("/"))) secret.len--;
    struct desk_query *q =
        desk_query(call->sandbox->desk, "SELECT content_type, file_name, bytes FROM attachment WHERE secret = ?1");
    desk_bind_text(q, 1, secret);
    if (!desk_next(q)) {
        fail_html(call, 404);
        return;
    }
    struct buf name;
    struct str type = desk_text(q, 0, call->arena);
    buf_init(&name, 4 * FILE_NAME_MAX);
    buf_url(&name, desk_text(q, 1, call->arena));
    api_header(call, "Content-Disposition",
               arena_fmt(call->arena, "attachment; filename*=UTF-8''%.*s", STR_ARG(buf_view(&name))));
    api_header(call, "X-Content-Type-Options", STR("nosniff"));
    api_header(call, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    api_bytes(call, 200, type, desk_text(q, 2, call->arena));
    desk_done(q);
    buf_clear(&name);
}

void attachment_serve(struct api_call *call)
{
    desk_begin(call->sandbox->desk);
    send_content(call);
    if (!desk_commit(call->sandbox->desk)) fail_internal(call);
}
