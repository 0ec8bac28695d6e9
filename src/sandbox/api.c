/* api.c - reading a request and keeping its answer until it may leave.
 *
 * The answer is collected instead of being sent by the handler, because three parties still want a word: the transaction (a
 * failed commit becomes a 500), the idempotency keys (they store the bytes) and the faults (they cut, delay or drop).
 */
#include "sandbox/api.h"

#include "base/limits.h"
#include "sandbox/attr.h"

static struct str without_json_suffix(struct str path)
{
    return str_ends(path, STR(".json")) ? str_slice(path, 0, path.len - 5) : path;
}

struct api_call *api_call_new(struct sandbox *sandbox, struct http_exchange *exchange)
{
    struct arena *arena = http_exchange_arena(exchange);
    struct api_call *call = arena_new(arena, struct api_call);
    const struct http_request *request = http_exchange_request(exchange);
    *call = (struct api_call){
        .sandbox = sandbox,
        .exchange = exchange,
        .request = request,
        .arena = arena,
        .path = without_json_suffix(request->path),
        .now_at = sandbox_now(sandbox),
    };
    buf_init(&call->out, API_ANSWER_BYTES_MAX);
    return call;
}

static void api_free(struct api_call *call)
{
    buf_clear(&call->out);
    json_free(call->parsed);
    call->parsed = NULL;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

struct str api_param(const struct api_call *call, struct str name)
{
    struct str value;
    return http_query_get(call->request->query, name, call->arena, &value) ? value : STR_NONE;
}

int64_t api_param_int(const struct api_call *call, struct str name, int64_t fallback)
{
    int64_t value;
    return str_to_i64(api_param(call, name), &value) ? value : fallback;
}

struct str api_header_in(const struct api_call *call, struct str name)
{
    return http_header_get(call->request->headers, call->request->header_count, name);
}

struct str api_base_url(const struct api_call *call)
{
    return arena_fmt(call->arena, "https://%.*s.zendesk.com/api/v2", STR_ARG(call->sandbox->account));
}

struct str api_url(const struct api_call *call, const char *resource, int64_t id)
{
    return arena_fmt(call->arena, "%.*s/%s/%lld.json", STR_ARG(api_base_url(call)), resource, (long long)id);
}

/* https://www.w3.org/TR/fetch-metadata/ ; curl and the tests' clients send neither header and are no browser. */
bool api_is_from_own_page(const struct api_call *call)
{
    struct str site = api_header_in(call, STR("Sec-Fetch-Site"));
    if (site.len) return str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
    struct str origin = api_header_in(call, STR("Origin"));
    if (!origin.len) return true;
    struct str own = arena_fmt(call->arena, "http://%.*s", STR_ARG(api_header_in(call, STR("Host"))));
    return str_eq_nocase(origin, own);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static void begin(struct api_call *call, int status, struct str content_type)
{
    buf_reset(&call->out);
    call->status = status;
    call->content_type = content_type;
}

struct jw *api_json(struct api_call *call, int status)
{
    begin(call, status, STR("application/json; charset=utf-8"));
    jw_init(&call->json, &call->out);
    return &call->json;
}

void api_bytes(struct api_call *call, int status, struct str content_type, struct str body)
{
    begin(call, status, content_type);
    buf_str(&call->out, body);
}

void api_empty(struct api_call *call, int status)
{
    begin(call, status, STR_NONE);
}

void api_count(struct api_call *call, int64_t count)
{
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "count");
    jw_object(w);
    jw_kv_int(w, "value", count);
    attr_time(w, "refreshed_at", call->now_at);
    jw_end_object(w);
    jw_end_object(w);
}

void api_header(struct api_call *call, const char *name, struct str value)
{
    if (call->header_count == API_HEADERS_MAX) return;
    char *safe = arena_cstr(call->arena, value);
    for (size_t i = 0; i < value.len; i++)
        if (safe[i] < ' ' || safe[i] > '~') safe[i] = '?';
    call->headers[call->header_count++] = (struct http_header){ str_from(name), { safe, value.len } };
}

static struct http_answer answer_of(struct api_call *call)
{
    if (call->content_type.len) api_header(call, "Content-Type", call->content_type);
    return (struct http_answer){
        .status = call->status,
        .headers = call->headers,
        .header_count = call->header_count,
        .body = buf_view(&call->out),
    };
}

void api_reply(struct api_call *call)
{
    struct http_answer answer = answer_of(call);
    struct buf body = call->out; /* the call dies with its exchange, its body only after it was sent */
    call->out = (struct buf){ 0 };
    struct http_exchange *exchange = call->exchange;
    api_free(call);
    http_reply(exchange, &answer);
    buf_clear(&body);
}

void api_reply_truncated(struct api_call *call)
{
    struct http_answer answer = answer_of(call);
    struct buf body = call->out;
    call->out = (struct buf){ 0 };
    struct http_exchange *exchange = call->exchange;
    api_free(call);
    http_reply_truncated(exchange, &answer, answer.body.len / 2);
    buf_clear(&body);
}

void api_drop(struct api_call *call, bool reset)
{
    struct http_exchange *exchange = call->exchange;
    api_free(call);
    http_exchange_drop(exchange, reset);
}
