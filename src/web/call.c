/* call.c - the call's life, its jobs and its answers.
 *
 * The access log has one line per request: method, route pattern, status, milliseconds, trace, actor. Query strings and bodies are never logged.
 */
#include "web/call.h"

#include <assert.h>

#include "base/id.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/sse.h"
#include "web/cookie.h"
#include "web/forwarded.h"
#include "web/repeat.h"
#include "web/route.h"

/* ---- life ------------------------------------------------------------------------------------------------------------------- */

static bool is_trace(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!char_is_alpha(s.ptr[i]) && !char_is_digit(s.ptr[i]) && s.ptr[i] != '-') return false;
    return s.len >= 8 && s.len <= 64;
}

/* The client's X-Request-Id when it is fit for a log, else our own: unique without asking the system for randomness each time. */
static struct str trace_of(struct web_call *call)
{
    struct str given = call_header(call, "X-Request-Id");
    if (is_trace(given)) return given;
    return arena_fmt(call->arena, "%s%016llx", call->web->trace_start, (unsigned long long)++call->web->trace_count);
}

struct web_call *call_new(struct web *web, struct http_exchange *exchange)
{
    struct arena *arena = http_exchange_arena(exchange);
    web->open_calls++;
    struct web_call *call = arena_new(arena, struct web_call);
    call->web = web;
    call->exchange = exchange;
    call->request = http_exchange_request(exchange);
    call->arena = arena;
    call->address = arena_str(arena, forwarded_address(call->request, &web->trusted_proxies));
    call->started_ms = loop_now_ms(web->loop);
    call->noun = "page";
    call->trace = trace_of(call);
    buf_init(&call->out, LIMIT_ANSWER_BYTES);
    return call;
}

/* The last thing before the exchange is answered: the log line, and what is not in the arena. */
static void finish(struct web_call *call, int status)
{
    log_info("request", LOG_STR("method", str_from(http_method_name(call->request->method))),
             LOG_STR("route", str_from(call->route != NULL ? call->route->pattern : "-")), LOG_INT("status", status),
             LOG_INT("ms", loop_now_ms(call->web->loop) - call->started_ms), LOG_STR("trace", call->trace),
             LOG_STR("actor", call->actor.id));
    json_free(call->body);
    call->body = NULL;
    call->web->open_calls--;
}

/* ---- the request -------------------------------------------------------------------------------------------------------------- */

struct str call_header(const struct web_call *call, const char *name)
{
    return http_header_get(call->request->headers, call->request->header_count, str_from(name));
}

struct str call_query(struct web_call *call, const char *name)
{
    struct str value;
    return http_query_get(call->request->query, str_from(name), call->arena, &value) ? value : STR_NONE;
}

bool call_accepts(const struct web_call *call, const char *type)
{
    return str_find_nocase(call_header(call, "Accept"), str_from(type), 0) != SIZE_MAX;
}

static bool refuse_page(struct web_call *call, enum problem_id id, struct str what, struct str limit)
{
    struct problem problem = { .id = id, .field = what, .facts = { .what = what, .limit = limit } };
    call_refuse(call, &problem);
    return false;
}

bool call_page(struct web_call *call, const char *id_prefix, struct store_page *page)
{
    struct str limit = call_query(call, "limit");
    uint64_t rows = PAGE_ROWS;
    bool is_number = limit.len == 0 || str_to_u64(limit, &rows);
    page->cursor = call_query(call, "cursor");
    if (!is_number || rows < 1 || rows > LIMIT_PAGE_ROWS)
        return refuse_page(call, PROBLEM_FIELD_RANGE, STR("limit"), arena_fmt(call->arena, "1 to %d", LIMIT_PAGE_ROWS));
    if (page->cursor.len > 0 && !id_is(page->cursor, id_prefix))
        return refuse_page(call, PROBLEM_FIELD_TYPE, STR("cursor"), STR("the next_cursor of the page before"));
    page->limit = (size_t)rows;
    return true;
}

bool call_is_https(const struct web_call *call)
{
    enum scheme scheme = forwarded_scheme(call->request, &call->web->trusted_proxies);
    if (scheme != SCHEME_UNSAID) return scheme == SCHEME_HTTPS;
    if (str_starts(call_header(call, "Origin"), STR("http://"))) return false; /* the browser's own word */
    return str_starts(call->web->public_url, STR("https://"));
}

/* Over TLS the name with the prefix that the host alone can set; the bare one could be a neighbour's of the same domain. On this machine it may stand beside it: there the console is
 * opened over plain HTTP although the world has TLS. */
struct str call_session_token(const struct web_call *call)
{
    struct str token = cookie_get(call->request, STR(COOKIE_SESSION_HOST));
    if (token.len > 0 || (call_is_https(call) && !call->actor.is_near)) return token;
    return cookie_get(call->request, STR(COOKIE_SESSION));
}

struct str call_public_url(struct web_call *call)
{
    if (call->web->public_url.len > 0) return call->web->public_url;
    bool has_no_host = call->request->peer.is_trusted_local && call->web->address.len > 0;
    struct str host = has_no_host ? call->web->address : call_header(call, "Host");
    return arena_fmt(call->arena, "%s://%.*s", call_is_https(call) ? "https" : "http", STR_ARG(host));
}

/* ---- jobs --------------------------------------------------------------------------------------------------------------------- */

void *call_job_new(struct web_call *call, size_t bytes)
{
    assert(bytes >= sizeof(struct call_job));
    struct call_job *job = arena_alloc(call->arena, bytes);
    job->call = call;
    return job;
}

static struct call_job *job_of(struct store_job *job)
{
    return (struct call_job *)job; /* its first member */
}

static enum status run_job(struct store_tx *tx, struct store_job *store_job)
{
    struct call_job *job = job_of(store_job);
    return job->run(tx, job);
}

static void job_done(struct store_job *store_job, enum status status)
{
    struct call_job *job = job_of(store_job);
    if (status == OK)
        job->done(job);
    else
        call_fail(job->call, status);
}

static void submit(struct call_job *job, enum store_mode mode, call_run_fn *run, call_done_fn *done)
{
    job->store = (struct store_job){ .run = run_job, .done = job_done, .mode = mode };
    job->run = run;
    job->done = done;
    store_submit(job->call->web->store, &job->store);
}

void call_read(struct call_job *job, call_run_fn *run, call_done_fn *done)
{
    submit(job, STORE_READ, run, done);
}

void call_write(struct call_job *job, call_run_fn *run, call_done_fn *done)
{
    submit(job, STORE_WRITE, run, done);
}

enum status call_because(struct web_call *call, enum status status, enum problem_id id)
{
    call->problem = (struct problem){ .id = id };
    return status;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------------ */

void call_add_header(struct web_call *call, const char *name, struct str value)
{
    assert(call->header_count < CALL_HEADERS_MAX);
    call->headers[call->header_count++] = (struct http_header){ str_from(name), value };
}

/* What every answer carries. Nothing of the API is for caches, and nothing is to be guessed to be another type. */
static void add_common_headers(struct web_call *call, const char *type)
{
    bool is_cached = false;
    for (size_t i = 0; i < call->header_count; i++) is_cached |= str_eq_nocase(call->headers[i].name, STR("Cache-Control"));
    if (type != NULL) call_add_header(call, "Content-Type", str_from(type));
    if (!is_cached) call_add_header(call, "Cache-Control", STR("no-store"));
    call_add_header(call, "X-Content-Type-Options", STR("nosniff"));
    call_add_header(call, "X-Request-Id", call->trace);
}

static void send_answer(struct web_call *call)
{
    struct buf out = call->out; /* outlives the call, which dies with the exchange */
    int status = call->answer.status;
    add_common_headers(call, call->answer.type);
    struct http_answer answer = {
        .status = status, .headers = call->headers, .header_count = call->header_count, .body = call->answer.body
    };
    finish(call, status);
    http_reply(call->exchange, &answer);
    buf_clear(&out);
}

static void reply(struct web_call *call, int status, const char *type, struct str body)
{
    call->answer.status = status;
    call->answer.type = type;
    call->answer.body = body;
    if (call->kept != NULL)
        repeat_settle(call, status, type, body, send_answer);
    else
        send_answer(call);
}

struct jw *call_json(struct web_call *call)
{
    jw_init(&call->json, &call->out);
    return &call->json;
}

struct jw *call_list(struct web_call *call)
{
    struct jw *json = call_json(call);
    jw_object(json);
    jw_key(json, "items");
    jw_array(json);
    return json;
}

void call_list_end(struct web_call *call, struct str next_cursor)
{
    jw_end_array(&call->json);
    jw_kv_str_or_null(&call->json, "next_cursor", next_cursor);
    jw_end_object(&call->json);
    call_send(call, 200);
}

void call_send(struct web_call *call, int status)
{
    call_send_as(call, status, "application/json");
}

void call_send_as(struct web_call *call, int status, const char *type)
{
    if (buf_ok(&call->out))
        reply(call, status, type, buf_view(&call->out));
    else
        call_fail(call, E_LIMIT);
}

void call_send_body(struct web_call *call, int status, const char *type, struct str body)
{
    reply(call, status, type, body);
}

void call_none(struct web_call *call, int status)
{
    reply(call, status, NULL, STR_NONE);
}

void call_refuse(struct web_call *call, const struct problem *problem)
{
    struct problem of = *problem;
    int status = problem_http_status(of.id);
    buf_clear(&call->out);
    problem_render(&of, call->trace, call->arena, call_json(call));
    if (of.retry_after_s > 0) call_add_header(call, "Retry-After", arena_fmt(call->arena, "%lld", (long long)of.retry_after_s));
    if (status == 401) call_add_header(call, "WWW-Authenticate", STR("Bearer"));
    reply(call, status, "application/problem+json", buf_view(&call->out));
}

void call_refuse_id(struct web_call *call, enum problem_id id)
{
    struct problem problem = { .id = id };
    call_refuse(call, &problem);
}

enum problem_id call_problem(const struct web_call *call, enum status status)
{
    switch (status) {
    case E_NOT_FOUND: return PROBLEM_NOT_FOUND;
    case E_CONFLICT: return PROBLEM_CONFLICT_VERSION;
    case E_DENIED: return PROBLEM_NOT_ALLOWED;
    case E_UNAVAILABLE: return call->web->is_stopping ? PROBLEM_SERVER_STOPPING : PROBLEM_SERVER_BUSY;
    case E_TIMEOUT: return PROBLEM_SERVER_BUSY;
    case E_LIMIT: return PROBLEM_LIMIT_PASSED;
    case E_IO: return PROBLEM_STORAGE_FAILED;
    case OK:
    case E_INPUT:
    case E_CORRUPT:
    case E_INTERNAL: break;
    }
    return PROBLEM_INTERNAL;
}

void call_note_failure(const struct web_call *call, enum status status, enum problem_id id)
{
    if (problem_http_status(id) >= 500)
        log_error("request failed", LOG_STR("status", str_from(status_name(status))), LOG_STR("trace", call->trace));
}

void call_fail(struct web_call *call, enum status status)
{
    if (call->problem.id == PROBLEM_NONE)
        call->problem = (struct problem){ .id = call_problem(call, status), .facts = { .what = str_from(call->noun) } };
    call_note_failure(call, status, call->problem.id);
    call_refuse(call, &call->problem);
}

/* ---- event streams -------------------------------------------------------------------------------------------------------------- */

void call_stream_begin(struct web_call *call)
{
    add_common_headers(call, "text/event-stream");
    struct http_answer head = { .status = 200, .headers = call->headers, .header_count = call->header_count };
    http_stream_begin(call->exchange, &head);
}

bool call_stream_event(struct web_call *call, struct str id, struct str event, struct str data)
{
    struct buf text;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    sse_event(&text, id, event, data);
    bool is_read = http_stream_write(call->exchange, buf_view(&text));
    buf_clear(&text);
    return is_read;
}

bool call_stream_beat(struct web_call *call)
{
    struct buf text;
    buf_init(&text, 16);
    sse_comment(&text);
    bool is_read = http_stream_write(call->exchange, buf_view(&text));
    buf_clear(&text);
    return is_read;
}

void call_stream_end(struct web_call *call)
{
    struct buf out = call->out;
    finish(call, 200);
    http_stream_end(call->exchange);
    buf_clear(&out);
}
