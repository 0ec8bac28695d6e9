/* call.c - one call to Zendesk: first it needs a pass of the account's budget (account.h), then, with OAuth, an access token that lasts; a token that Zendesk ended early is renewed once
 * (contract.md 4.9: on 401 invalid_token fetch a new token once, replay once; never loop).
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"

enum { KEPT_BODY_BYTES = 16 * 1024 };

_Static_assert(DELIVERY_LEASE_MS > DELIVERY_TOTAL_MS + ACCOUNT_PATIENCE_MS, "waiting in line is part of a send");

struct zcall {
    struct flow *flow;
    struct zcall_request ask;
    zcall_fn *fn;
    void *context;
    struct egress_command command;
    struct pass pass;
    int64_t retry_after_s;
    bool renewed;
};

struct zendesk_who who_of(const struct flow *flow, const struct integration *integration)
{
    return (struct zendesk_who){
        .subdomain = integration->subdomain,
        .identifier = integration->identifier,
        .oauth = integration->auth == AUTH_OAUTH_CLIENT,
        .scope = integration->scope,
        .now_ms = loop_wall_ms(),
        .last_ok_at = integration->last_ok_at,
        .practice_url = egress_practice_url(flow->egress, integration->subdomain),
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
        .request_body = call->ask.content_type.len > 0 ? STR_NONE : arena_str(arena, str_clip(request.body, KEPT_BODY_BYTES)),
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

static void end(struct zcall *call)
{
    flow_leave(call->flow);
    mem_free(call);
}

static void finish_call(struct zcall *call, const struct http_result *result)
{
    count_call(call, result);
    struct call record = record_of(call, result);
    pass_return(&call->pass, result->fault.kind == NET_OK ? &result->answer : NULL);
    call->fn(call->context, result, &record);
    end(call);
}

/* ---- OAuth --------------------------------------------------------------------------------------------------------------------- */

static void send(struct zcall *call);

static void on_token(void *context, const struct egress_token_result *refused)
{
    struct zcall *call = context;
    if (!refused) {
        send(call);
        return;
    }
    struct http_result result = { .fault = refused->fault, .answer = refused->answer, .timing = refused->timing };
    result.fault.nothing_sent = true; /* the call itself was never made */
    finish_call(call, &result);
}

static void fetch_token(struct zcall *call)
{
    const struct zcall_request *ask = &call->ask;
    call->renewed = true;
    token_renew(call->flow, ask->integration, ask->is_new, &call->command, ask->arena, on_token, call);
}

/* Somebody may have renewed it while this call was out. */
static void replace_token(struct zcall *call, const struct http_answer *refusal)
{
    struct integration *integration = call->ask.integration;
    struct str ended = integration->sealed_token;
    pass_again(&call->pass, refusal);
    if (!call->ask.is_new && token_lasts(call->flow, integration, call->ask.arena) && !str_eq(ended, integration->sealed_token))
        send(call);
    else
        fetch_token(call);
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
        replace_token(call, &result->answer);
    else
        finish_call(call, result);
}

static void send(struct zcall *call)
{
    call->command.sealed_token = call->ask.integration->sealed_token;
    egress_call(call->flow->egress, &call->command, on_answer, call);
}

/* ---- starting and stopping ------------------------------------------------------------------------------------------------------ */

bool zcall_token_was_refused(const struct http_result *result, const struct call *record)
{
    return result->fault.kind == NET_OK && result->fault.nothing_sent && record != NULL;
}

bool zcall_was_cut(const struct flow *flow, const struct http_result *result)
{
    return flow->halted && result->fault.kind == NET_CANCELLED;
}

static void cut(void *context)
{
    struct zcall *call = context;
    const struct http_result result = { .fault = { .kind = NET_CANCELLED, .nothing_sent = true } };
    call->fn(call->context, &result, NULL);
    end(call);
}

/* As Zendesk's own refusal would be, only that nobody had to ask for it. */
static void refuse(void *context)
{
    struct zcall *call = context;
    struct str seconds = arena_fmt(call->ask.arena, "%lld", (long long)call->retry_after_s);
    const struct http_header header = { STR("Retry-After"), seconds };
    const struct http_result result = { .fault = { .kind = NET_OK, .nothing_sent = true },
                                        .answer = { .status = 429, .headers = &header, .header_count = 1 } };
    call->fn(call->context, &result, NULL);
    end(call);
}

static void on_pass(void *context, enum pass_ruling ruling, int64_t retry_after_s)
{
    struct zcall *call = context;
    const struct zcall_request *ask = &call->ask;
    call->retry_after_s = retry_after_s;
    if (ruling != PASS_GIVEN)
        loop_post(call->flow->loop, ruling == PASS_CUT ? cut : refuse, call);
    else if (ask->integration->auth == AUTH_OAUTH_CLIENT && !token_lasts(call->flow, ask->integration, ask->arena))
        fetch_token(call);
    else
        send(call);
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
        .content_type = ask->content_type,
        .idempotency_key = ask->idempotency_key,
        .send_by_ms = ask->send_by_ms,
    };
    call->pass = (struct pass){
        .account = account_get(flow, ask->integration->workspace, ask->integration->subdomain),
        .class = ask->class,
        .lane = budget_lane_of(ask->request->method, ask->request->path),
        .fn = on_pass,
        .context = call,
    };
    flow_enter(flow);
    pass_ask(&call->pass);
}
