/* call.c - one call to Zendesk: the OAuth access token is fetched before it when there is none that lasts, and once more when Zendesk says that it ended
 * (contract.md 4.9: on 401 invalid_token fetch a new token once, replay once; never loop).
 */
#include "flow/parts.h"

#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    TOKEN_MARGIN_MS = 60 * 1000,    /* renewed this long before its end */
    TOKEN_LIFE_DEFAULT_S = 30 * 60, /* when Zendesk does not say: its default */
    KEPT_BODY_BYTES = 16 * 1024,
};

struct zcall {
    struct flow *flow;
    struct zcall_request ask;
    zcall_fn *fn;
    void *context;
    struct egress_command command;
    bool renewed;
};

struct zendesk_who who_of(const struct integration *integration)
{
    return (struct zendesk_who){
        .subdomain = integration->subdomain,
        .identifier = integration->identifier,
        .oauth = integration->auth == AUTH_OAUTH_CLIENT,
        .scope = integration->scope,
        .now_ms = loop_wall_ms(),
        .last_ok_at = integration->last_ok_at,
    };
}

/* ---- the record of it -------------------------------------------------------------------------------------------------------- */

static const char *const kept_headers[] = {
    "Content-Type",        "Retry-After",     "X-Rate-Limit", "X-Rate-Limit-Remaining", "ratelimit-limit",
    "ratelimit-remaining", "ratelimit-reset", "X-Request-Id", "X-Idempotency-Lookup",   "X-Zendesk-API-Warn",
};

static struct str headers_json(const struct http_answer *answer, struct arena *arena)
{
    struct buf text;
    buf_init(&text, LIMIT_HTTP_HEAD_BYTES);
    struct jw jw;
    jw_init(&jw, &text);
    jw_object(&jw);
    for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers; i++) {
        struct str value = http_header_get(answer->headers, answer->header_count, str_from(kept_headers[i]));
        if (value.len > 0 && value.len <= 512) jw_kv_str(&jw, kept_headers[i], value);
    }
    jw_end_object(&jw);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

/* What was asked: when the access token was refused, that is all, and its body holds the secret. */
static struct zendesk_request asked(const struct zcall *call, const struct http_result *result)
{
    bool token_refused = result->fault.kind == NET_OK && result->fault.nothing_sent;
    if (token_refused) return (struct zendesk_request){ .method = HTTP_POST, .path = STR("/oauth/tokens") };
    return *call->ask.request;
}

static struct call record_of(const struct zcall *call, const struct http_result *result)
{
    struct arena *arena = call->ask.arena;
    bool answered = result->fault.kind == NET_OK;
    struct zendesk_request request = asked(call, result);
    return (struct call){
        .id = new_id("cal_", loop_wall_ms(), arena),
        .workspace = call->ask.integration->workspace,
        .integration = call->ask.integration->id,
        .action = call->ask.action_id,
        .method = str_from(http_method_name(request.method)),
        .path = arena_str(arena, request.path),
        .request_body = arena_str(arena, str_clip(request.body, KEPT_BODY_BYTES)),
        .status = answered ? result->answer.status : 0,
        .answer_headers = answered ? headers_json(&result->answer, arena) : STR_NONE,
        .answer_body = answered ? arena_str(arena, str_clip(result->answer.body, KEPT_BODY_BYTES)) : STR_NONE,
        .fault = answered ? STR_NONE : arena_str(arena, str_from(result->fault.detail)),
        .duration_us = result->timing.total_us,
    };
}

static void count_call(const struct zcall *call, const struct http_result *result)
{
    bool answered = result->fault.kind == NET_OK;
    bool ok = answered && result->answer.status >= 200 && result->answer.status < 300;
    counter_add(ok ? COUNTER_CALLS_OK : answered ? COUNTER_CALLS_REFUSED : COUNTER_CALLS_FAILED, 1);
    log_info("zendesk call", LOG_STR("integration", call->ask.integration->id), LOG_STR("action", call->ask.action_id),
             LOG_STR("method", str_from(http_method_name(call->ask.request->method))),
             LOG_INT("status", answered ? result->answer.status : 0), LOG_INT("us", result->timing.total_us));
    if (!answered) return;
    struct str warning = http_header_get(result->answer.headers, result->answer.header_count, STR("X-Zendesk-API-Warn"));
    if (warning.len == 0) return;
    counter_add(COUNTER_ZENDESK_WARNINGS, 1);
    log_error("Zendesk warned about our request: a defect of ours", LOG_STR("warning", str_clip(warning, 300)));
}

static void finish_call(struct zcall *call, const struct http_result *result)
{
    count_call(call, result);
    struct call record = record_of(call, result);
    call->fn(call->context, result, &record);
    flow_leave(call->flow);
    mem_free(call);
}

/* ---- OAuth --------------------------------------------------------------------------------------------------------------------- */

/* Keeps a renewed token. Losing it costs one more fetch, so nobody waits for it. */
struct renewal {
    struct store_job job;
    struct arena arena;
    struct flow *flow;
    struct integration integration;
};

static enum status renewal_run(struct store_tx *tx, struct store_job *job)
{
    struct renewal *renewal = (struct renewal *)job;
    struct integration *renewed = &renewal->integration, now;
    enum status status = integration_get(tx, renewed->workspace, renewed->id, &renewal->arena, &now);
    if (status) return status;
    return now.secret_set_at == renewed->secret_set_at ? integration_renew(tx, renewed)
                                                       : E_NOT_FOUND; /* another client's by now */
}

static void renewal_done(struct store_job *job, enum status status)
{
    struct renewal *renewal = (struct renewal *)job;
    if (status && status != E_NOT_FOUND)
        log_warn("a renewed access token could not be stored", LOG_STR("reason", str_from(status_name(status))));
    flow_leave(renewal->flow);
    arena_clear(&renewal->arena);
    mem_free(renewal);
}

static void keep_token(struct flow *flow, const struct integration *integration)
{
    struct renewal *renewal = mem_alloc(sizeof *renewal);
    arena_init(&renewal->arena);
    renewal->flow = flow;
    renewal->job = (struct store_job){ .run = renewal_run, .done = renewal_done, .mode = STORE_WRITE };
    renewal->integration = integration_copy(integration, &renewal->arena);
    flow_enter(flow);
    store_submit(flow->store, &renewal->job);
}

static void send(struct zcall *call);

static void on_token(void *context, const struct egress_token_result *token)
{
    struct zcall *call = context;
    if (token->sealed_token.len == 0) {
        struct http_result refused = { .fault = token->fault, .answer = token->answer, .timing = token->timing };
        refused.fault.nothing_sent = true; /* the call itself was never made */
        finish_call(call, &refused);
        return;
    }
    struct integration *integration = call->ask.integration;
    int64_t life_s = token->expires_in_s > 0 ? token->expires_in_s : TOKEN_LIFE_DEFAULT_S;
    integration->sealed_token = arena_str(call->ask.arena, token->sealed_token);
    integration->token_expires_at = loop_wall_ms() + life_s * 1000;
    integration->scope = arena_str(call->ask.arena, token->scope);
    if (!call->ask.is_new) keep_token(call->flow, integration);
    send(call);
}

static void fetch_token(struct zcall *call)
{
    call->renewed = true;
    egress_fetch_token(call->flow->egress, &call->command, STR("read write"), on_token, call);
}

static bool token_ended(const struct zcall *call, const struct http_result *result)
{
    if (call->ask.integration->auth != AUTH_OAUTH_CLIENT || call->renewed) return false;
    return result->fault.kind == NET_OK && result->answer.status == 401;
}

static void on_answer(void *context, const struct http_result *result)
{
    struct zcall *call = context;
    if (token_ended(call, result))
        fetch_token(call);
    else
        finish_call(call, result);
}

static void send(struct zcall *call)
{
    call->command.sealed_token = call->ask.integration->sealed_token;
    egress_call(call->flow->egress, &call->command, on_answer, call);
}

/* ---- starting and stopping ------------------------------------------------------------------------------------------------------ */

bool zcall_was_cut(const struct flow *flow, const struct http_result *result)
{
    return flow->halted && result->fault.kind == NET_CANCELLED;
}

static void cut(void *context)
{
    const struct http_result result = { .fault = { .kind = NET_CANCELLED, .nothing_sent = true } };
    finish_call(context, &result);
}

void zcall_start(struct flow *flow, const struct zcall_request *ask, zcall_fn *fn, void *context)
{
    struct zcall *call = mem_alloc(sizeof *call);
    *call = (struct zcall){ .flow = flow, .ask = *ask, .fn = fn, .context = context };
    call->command = (struct egress_command){
        .workspace = ask->integration->workspace,
        .integration = ask->integration->id,
        .sealed = ask->integration->sealed,
        .action = ask->action,
        .method = ask->request->method,
        .path = ask->request->path,
        .body = ask->request->body,
        .idempotency_key = ask->idempotency_key,
    };
    flow_enter(flow);
    bool lasts = ask->integration->sealed_token.len > 0 && ask->integration->token_expires_at > loop_wall_ms() + TOKEN_MARGIN_MS;
    if (flow->halted)
        loop_post(flow->loop, cut, call);
    else if (ask->integration->auth == AUTH_OAUTH_CLIENT && !lasts)
        fetch_token(call);
    else
        send(call);
}
