/* ledger.c - the practice Zendesk's own book.
 *
 * Credentials never get into it: an Authorization header and a client secret are replaced by a keyed fingerprint, which shows
 * that two were equal and nothing else. The key is made anew at every start.
 */
#include "sandbox/ledger.h"

#include "base/limits.h"
#include "base/moment.h"
#include "sandbox/comment.h"
#include "sandbox/fail.h"
#include "sandbox/tags.h"
#include "sandbox/ticket.h"

enum { REQUESTS_KEPT = 20000, FINGERPRINT_CHARS = 16 };

/* ---- recording ---------------------------------------------------------------------------------------------------------- */

static struct str fingerprint(const struct api_call *call, struct str secret)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = hash_blake2b_keyed((struct str){ call->sandbox->fingerprint_key, SANDBOX_KEY_BYTES }, secret);
    hash_hex(&hash, hex);
    return arena_fmt(call->arena, "fingerprint:%.*s", FINGERPRINT_CHARS, hex);
}

static bool is_secret_header(struct str name)
{
    return str_eq_nocase(name, STR("Authorization")) || str_eq_nocase(name, STR("Cookie")) ||
           str_eq_nocase(name, STR("Proxy-Authorization"));
}

static struct str lower(struct arena *arena, struct str text)
{
    char *copy = arena_cstr(arena, text);
    for (size_t i = 0; i < text.len; i++) copy[i] = char_lower(copy[i]);
    return (struct str){ copy, text.len };
}

/* By lower-case name; of a header that came twice, the first. */
static struct str headers_json(const struct api_call *call)
{
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    for (size_t i = 0; i < call->request->header_count; i++) {
        struct http_header header = call->request->headers[i];
        if (api_header_in(call, header.name).ptr != header.value.ptr) continue;
        jw_key_str(&w, lower(call->arena, header.name));
        jw_str(&w, is_secret_header(header.name) ? fingerprint(call, header.value) : header.value);
    }
    jw_end_object(&w);
    struct str text = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

/* A body that carries a client secret is written again with the fingerprint in its place. */
/* Of a file only its size. */
static struct str body_shown(const struct api_call *call)
{
    if (str_eq(call->path, STR("/api/v2/uploads"))) return arena_fmt(call->arena, "%zu bytes", call->request->body.len);
    struct json *body = str_starts(call->path, STR("/oauth/")) ? json_parse(call->request->body, NULL) : NULL;
    if (!body) return str_starts(call->path, STR("/oauth/")) ? STR("") : arena_str(call->arena, call->request->body);
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    for (void *i = json_first(body); i; i = json_next(body, i)) {
        bool is_secret = str_eq(json_key(i), STR("client_secret"));
        jw_key_str(&w, json_key(i));
        if (is_secret)
            jw_str(&w, fingerprint(call, json_str(json_value(i))));
        else
            jw_json(&w, json_value(i));
    }
    jw_end_object(&w);
    struct str text = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    json_free(body);
    return text;
}

static void forget_oldest(struct desk *desk)
{
    struct desk_query *q = desk_query(desk, "DELETE FROM request WHERE id <= (SELECT max(id) FROM request) - ?1");
    desk_bind_int(q, 1, REQUESTS_KEPT);
    desk_run(q);
}

void ledger_record(struct api_call *call)
{
    struct desk *desk = call->sandbox->desk;
    struct str headers = headers_json(call), body = body_shown(call);
    struct desk_query *q =
        desk_query(desk, "INSERT INTO request (at, method, target, headers, body, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    desk_bind_int(q, 1, call->now_at);
    desk_bind_text(q, 2, str_from(http_method_name(call->request->method)));
    desk_bind_text(q, 3, call->request->target);
    desk_bind_text(q, 4, headers);
    desk_bind_text(q, 5, body);
    desk_bind_int(q, 6, call->status);
    desk_run(q);
    forget_oldest(desk);
}

/* ---- showing ------------------------------------------------------------------------------------------------------------ */

static void render_request(struct jw *w, struct desk_query *q, struct arena *row)
{
    char at[MOMENT_TEXT_MAX];
    struct str target = desk_text(q, 3, row), path = target;
    size_t mark = str_find(target, STR("?"), 0);
    if (mark != SIZE_MAX) path = str_slice(target, 0, mark);
    jw_object(w);
    jw_kv_int(w, "id", desk_int(q, 0));
    jw_kv_str(w, "at", str_from(moment_format(desk_int(q, 1), true, at)));
    jw_kv_str(w, "method", desk_text(q, 2, row));
    jw_kv_str(w, "path", path);
    jw_kv_str(w, "query", mark == SIZE_MAX ? STR("") : str_slice(target, mark + 1, target.len));
    jw_kv_raw(w, "headers", desk_text(q, 4, row));
    jw_kv_str(w, "body", desk_text(q, 5, row));
    jw_kv_int(w, "status", desk_int(q, 6));
    jw_end_object(w);
}

/* status 0: the request was given no answer, by order of a fault. */
static void show_requests(struct api_call *call)
{
    struct desk_query *q = desk_query(
        call->sandbox->desk, "SELECT id, at, method, target, headers, body, status FROM request WHERE id > ?1 ORDER BY id");
    struct arena row;
    arena_init(&row);
    desk_bind_int(q, 1, api_param_int(call, STR("after"), 0));
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "requests");
    jw_array(w);
    while (desk_next(q)) {
        render_request(w, q, &row);
        arena_clear(&row);
    }
    jw_end_array(w);
    jw_end_object(w);
}

static void render_ticket(struct api_call *call, struct jw *w, struct arena *row, const struct ticket *ticket)
{
    struct user requester = user_blank();
    bool is_known = user_load(call->sandbox->desk, row, ticket->requester_id, &requester);
    jw_object(w);
    jw_kv_int(w, "id", ticket->id);
    jw_kv_str_or_null(w, "external_id", ticket->external_id);
    jw_kv_str_or_null(w, "subject", ticket->subject);
    jw_kv_str(w, "status", ticket->deleted_at ? STR("deleted") : ticket->status);
    jw_kv_str_or_null(w, "priority", ticket->priority);
    jw_key(w, "requester");
    jw_object(w);
    jw_kv_int(w, "id", ticket->requester_id);
    jw_kv_str_or_null(w, "name", is_known ? requester.name : STR_NONE);
    jw_kv_str_or_null(w, "email", requester.email);
    jw_end_object(w);
    jw_key(w, "tags");
    tags_render(w, ticket->tags);
    jw_kv_int(w, "comments", comment_count(call->sandbox->desk, ticket->id));
    jw_end_object(w);
}

static void show_tickets(struct api_call *call)
{
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "tickets");
    jw_array(w);
    while (ticket_next(call->sandbox->desk, &row, ticket.id, true, &ticket)) {
        render_ticket(call, w, &row, &ticket);
        arena_clear(&row);
    }
    jw_end_array(w);
    jw_end_object(w);
}

/* ---- steering ----------------------------------------------------------------------------------------------------------- */

static void show_faults(struct api_call *call, int status)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "faults");
    faults_render(&call->sandbox->faults, w);
    jw_end_object(w);
}

static void refuse(struct api_call *call, int status, const char *why)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_kv_str(w, "error", str_from(why));
    jw_end_object(w);
}

static void arm_fault(struct api_call *call)
{
    struct err err = { .status = OK };
    if (faults_arm_json(&call->sandbox->faults, call->body, &err) == OK)
        show_faults(call, 201);
    else
        refuse(call, 422, err.detail);
}

static void disarm_faults(struct api_call *call)
{
    call->sandbox->faults.count = 0;
    show_faults(call, 200);
}

static void list_faults(struct api_call *call)
{
    show_faults(call, 200);
}

static void advance_clock(struct api_call *call)
{
    char now[MOMENT_TEXT_MAX];
    sandbox_advance_clock(call->sandbox, json_get_int(call->body, "advance_ms", 0));
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_kv_str(w, "now", str_from(moment_format(sandbox_now(call->sandbox), true, now)));
    jw_end_object(w);
}

static void reset(struct api_call *call)
{
    sandbox_reset(call->sandbox);
    api_empty(call, 204);
}

static const struct {
    enum http_method method;
    const char *path;
    void (*handle)(struct api_call *);
} routes[] = {
    { HTTP_GET, "/_sandbox/requests", show_requests },
    { HTTP_GET, "/_sandbox/tickets", show_tickets },
    { HTTP_GET, "/_sandbox/faults", list_faults },
    { HTTP_POST, "/_sandbox/faults", arm_fault },
    { HTTP_DELETE, "/_sandbox/faults", disarm_faults },
    { HTTP_POST, "/_sandbox/clock", advance_clock },
    { HTTP_POST, "/_sandbox/reset", reset },
};

static bool is_from_this_machine(const struct api_call *call)
{
    const struct http_peer *peer = &call->request->peer;
    return peer->is_trusted_local || str_starts(peer->address, STR("127.")) || str_eq(peer->address, STR("::1"));
}

static void dispatch(struct api_call *call)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (routes[i].method != call->request->method || !str_eq(call->path, str_from(routes[i].path))) continue;
        routes[i].handle(call);
        return;
    }
    refuse(call, 404, "no such path below /_sandbox");
}

void ledger_serve(struct api_call *call)
{
    if (!is_from_this_machine(call) || !api_is_from_own_page(call)) {
        refuse(call, 403, "/_sandbox answers on this machine only, and to no page of another site");
        return;
    }
    if (call->request->body.len) {
        struct err err = { .status = OK };
        call->parsed = json_parse(call->request->body, &err);
        call->body = call->parsed;
        if (!call->parsed) {
            refuse(call, 400, err.detail);
            return;
        }
    }
    desk_begin(call->sandbox->desk);
    dispatch(call);
    if (!desk_commit(call->sandbox->desk)) fail_internal(call);
}
