/* serve.c - the way of a request: faults, account, path, sign-in, budget, body, handler, commit, answer.
 *
 * Everything a request writes, and the record that it was received, is one transaction. A handler checks before it writes, so an
 * error answer has nothing to undo. Faults that pretend nothing was done answer before any of this; those that lose the answer
 * act after the commit.
 */
#include "sandbox/serve.h"

#include "sandbox/attachment.h"
#include "sandbox/auth.h"
#include "sandbox/fail.h"
#include "sandbox/idempotency.h"
#include "sandbox/inbox.h"
#include "sandbox/ledger.h"
#include "sandbox/endpoint.h"
#include "sandbox/webhook.h"
#include "vault/token.h"

/* ---- calls that wait ---------------------------------------------------------------------------------------------------- */

static void leave_waiting(struct api_call *call)
{
    if (call->previous)
        call->previous->next = call->next;
    else
        call->sandbox->waiting = call->next;
    if (call->next) call->next->previous = call->previous;
    call->next = call->previous = NULL;
    call->timer = NULL;
}

static void wait_then(struct api_call *call, int64_t after_ms, loop_timer_fn *fn)
{
    call->next = call->sandbox->waiting;
    if (call->next) call->next->previous = call;
    call->sandbox->waiting = call;
    call->timer = loop_timer_start(call->sandbox->loop, after_ms, fn, call);
}

void serve_abandon(struct sandbox *sandbox)
{
    while (sandbox->waiting) {
        struct api_call *call = sandbox->waiting;
        loop_timer_cancel(call->timer);
        leave_waiting(call);
        api_drop(call, false);
    }
}

/* ---- the way out -------------------------------------------------------------------------------------------------------- */

static void answer_now(struct api_call *call)
{
    enum fault_kind outcome = call->plan.outcome;
    if (outcome == FAULT_DROP_BEFORE || outcome == FAULT_DROP_AFTER_COMMIT)
        api_drop(call, false);
    else if (outcome == FAULT_RESET)
        api_drop(call, true);
    else if (outcome == FAULT_TRUNCATE)
        api_reply_truncated(call);
    else
        api_reply(call);
}

static void answer_late(void *context)
{
    struct api_call *call = context;
    leave_waiting(call);
    answer_now(call);
}

static void add_common_headers(struct api_call *call)
{
    char id[TOKEN_TEXT_MAX];
    token_make("", id);
    api_header(call, "X-Request-Id", str_from(id));
    api_header(call, "X-Zendesk-API-Version", STR("v2"));
}

static void answer(struct api_call *call)
{
    if (!buf_ok(&call->out)) fail_internal(call);
    if (call->plan.delay_ms)
        wait_then(call, call->plan.delay_ms, answer_late);
    else
        answer_now(call);
}

/* ---- the account and its budget ----------------------------------------------------------------------------------------- */

/* Who reaches us under an account's real name is meant by it, and so is a browser at http://NAME.localhost:PORT; else the caller may say which account it means (our own does, when
 * an address override is configured); else there is only one. */
static struct str account_named(const struct api_call *call, const struct sandbox *first)
{
    struct str host = api_header_in(call, STR("Host")), label = host;
    size_t colon = str_find(host, STR(":"), 0);
    if (colon != SIZE_MAX) host = str_slice(host, 0, colon);
    bool is_zendesk = host.len > 12 && str_eq_nocase(str_slice(host, host.len - 12, host.len), STR(".zendesk.com"));
    bool is_local = host.len > 10 && str_eq_nocase(str_slice(host, host.len - 10, host.len), STR(".localhost"));
    if ((is_zendesk || is_local) && str_split(&host, '.', &label)) return label;
    struct str named = api_header_in(call, STR("X-Practice-Account"));
    return named.len ? named : first->account;
}

static bool take_bucket(struct api_call *call, enum rate_bucket bucket, int64_t subject, struct rate_state *state)
{
    struct sandbox *sandbox = call->sandbox;
    *state = rate_take(&sandbox->rates, bucket, subject, sandbox->rate_limit, call->now_at);
    return state->allowed;
}

static void tell_account_budget(struct api_call *call, const struct rate_state *state)
{
    struct str total = arena_fmt(call->arena, "%lld", (long long)state->total);
    struct str remaining = arena_fmt(call->arena, "%lld", (long long)state->remaining);
    api_header(call, "X-Rate-Limit", total);
    api_header(call, "X-Rate-Limit-Remaining", remaining);
    api_header(call, "ratelimit-limit", total);
    api_header(call, "ratelimit-remaining", remaining);
    api_header(call, "ratelimit-reset", arena_fmt(call->arena, "%lld", (long long)state->resets_s));
}

static const char *refusal_of(enum rate_bucket bucket)
{
    return bucket == RATE_USER_UPDATE
               ? "You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: "
               : "Number of allowed API requests per minute exceeded";
}

/* Plain text, as the real one does; JSON for exports. */
static void refuse_over_budget(struct api_call *call, enum rate_bucket bucket)
{
    if (bucket == RATE_INCREMENTAL)
        fail_with(call, 429, "APIRateLimitExceeded", "Number of allowed incremental export API requests per minute exceeded");
    else
        api_bytes(call, 429, STR("text/plain; charset=utf-8"), str_from(refusal_of(bucket)));
}

enum { DEEP_PAGE = 500 };

static enum rate_bucket bucket_of(const struct api_call *call, const struct endpoint *endpoint)
{
    bool is_deep = endpoint->bucket == RATE_TICKETS_INDEX && api_param_int(call, STR("page"), 1) > DEEP_PAGE;
    return is_deep ? RATE_TICKETS_DEEP : endpoint->bucket;
}

/* False: the call has been answered with 429. */
static bool within_budget(struct api_call *call, const struct endpoint *endpoint)
{
    struct rate_state account, bucket = { .allowed = true };
    bool is_within = take_bucket(call, RATE_ACCOUNT, 0, &account);
    tell_account_budget(call, &account);
    enum rate_bucket kind = bucket_of(call, endpoint);
    if (is_within && kind != RATE_ACCOUNT) {
        is_within = take_bucket(call, kind, call->id, &bucket);
        if (rate_header(kind))
            api_header(call, rate_header(kind),
                       arena_fmt(call->arena, "total=%lld; remaining=%lld; resets=%lld", (long long)bucket.total,
                                 (long long)bucket.remaining, (long long)bucket.resets_s));
    }
    if (is_within && rate_beside(kind) != RATE_ACCOUNT) is_within = take_bucket(call, rate_beside(kind), 0, &bucket);
    if (is_within) return true;
    int64_t resets_s = account.allowed ? bucket.resets_s : account.resets_s;
    api_header(call, "Retry-After", arena_fmt(call->arena, "%lld", (long long)resets_s));
    refuse_over_budget(call, account.allowed ? kind : RATE_ACCOUNT);
    return false;
}

/* ---- sign-in and body --------------------------------------------------------------------------------------------------- */

/* False: the call has been answered. */
static bool is_signed_in(struct api_call *call, const struct endpoint *endpoint)
{
    if (endpoint->needs == NEEDS_NOTHING) return true;
    bool may_be_anonymous = endpoint->needs == NEEDS_ANYBODY;
    switch (auth_check(call)) {
    case AUTH_KNOWN: break;
    case AUTH_TOKEN_INVALID: fail_token_invalid(call); return false;
    case AUTH_REFUSED:
        if (may_be_anonymous && call->plan.me_anonymous) return true;
        fail_unauthenticated(call);
        return false;
    case AUTH_ANONYMOUS:
        if (may_be_anonymous) return true;
        fail_unauthenticated(call);
        return false;
    }
    bool has_role = endpoint->needs < NEEDS_AGENT || !user_is_end_user(call->actor);
    if (has_role && auth_scope_allows(call, endpoint->resource, endpoint->method != HTTP_GET)) return true;
    fail_forbidden(call);
    return false;
}

static bool has_readable_body(struct api_call *call, const struct endpoint *endpoint)
{
    struct str body = call->request->body, type = api_header_in(call, STR("Content-Type"));
    if (!body.len || endpoint->takes_bytes) return true;
    if (!str_starts(type, STR("application/json"))) {
        fail_media_type(call);
        return false;
    }
    call->parsed = json_parse(body, NULL);
    call->body = call->parsed;
    if (call->parsed) return true;
    fail_body(call);
    return false;
}

/* ---- the way in --------------------------------------------------------------------------------------------------------- */

static void handle(struct api_call *call, const struct endpoint *endpoint)
{
    if (endpoint->is_idempotent && idempotency_answers(call)) return;
    endpoint->handle(call);
    if (call->plan.outcome == FAULT_STATUS_STICKY) fail_as(call, call->plan.status, -1);
    if (endpoint->is_idempotent) idempotency_keep(call);
}

static void process(struct api_call *call)
{
    if (call->is_stray) {
        fail_account(call, account_named(call, call->sandbox));
        return;
    }
    add_common_headers(call);
    const struct endpoint *endpoint = endpoint_find(call->request->method, call);
    if (!endpoint) {
        if (str_starts(call->path, STR("/api/")))
            fail_endpoint(call);
        else
            fail_html(call, 404);
        return;
    }
    if (is_signed_in(call, endpoint) && within_budget(call, endpoint) && has_readable_body(call, endpoint))
        handle(call, endpoint);
}

/* Faults that answer instead of the account. True: nothing else is to be done with the request. */
static bool strikes_before(struct api_call *call)
{
    enum fault_kind outcome = call->plan.outcome;
    if (outcome == FAULT_STATUS) fail_as(call, call->plan.status, call->plan.retry_after_s);
    if (outcome == FAULT_HTML) fail_html(call, call->plan.status);
    return outcome == FAULT_STATUS || outcome == FAULT_HTML || outcome == FAULT_DROP_BEFORE || outcome == FAULT_RESET;
}

static void strike_after(struct api_call *call)
{
    if (call->plan.outcome == FAULT_STATUS_AFTER_COMMIT) {
        call->header_count = 0;
        fail_as(call, call->plan.status, call->plan.retry_after_s);
    } else if (call->plan.outcome == FAULT_GARBAGE) {
        api_bytes(call, call->status, call->content_type, STR("{\"ticket\": {\"id\": 35\xff\xfe"));
    }
}

static void run(struct api_call *call)
{
    struct desk *desk = call->sandbox->desk;
    call->now_at = sandbox_now(call->sandbox);
    desk_begin(desk);
    if (!strikes_before(call)) {
        process(call);
        strike_after(call);
    }
    ledger_record(call);
    if (!desk_commit(desk)) fail_internal(call);
    webhook_deliver(call->sandbox);
    answer(call);
}

static void run_late(void *context)
{
    struct api_call *call = context;
    leave_waiting(call);
    run(call);
}

static void serve_api(struct api_call *call)
{
    call->plan = faults_plan(&call->sandbox->faults, call->request->method, call->path);
    if (call->plan.hold_ms)
        wait_then(call, call->plan.hold_ms, run_late);
    else
        run(call);
}

/* A name that is none of ours leaves the call with the first account, as a stray. */
static void choose_account(struct api_call *call)
{
    struct sandbox *first = call->sandbox;
    struct str name = account_named(call, first);
    for (struct sandbox *account = first; account; account = account->next_account) {
        if (!str_eq_nocase(name, account->account)) continue;
        call->sandbox = account;
        call->now_at = sandbox_now(account);
        return;
    }
    call->is_stray = true;
}

void serve_request(void *context, struct http_exchange *exchange)
{
    struct api_call *call = api_call_new(context, exchange);
    choose_account(call);
    if (str_starts(call->path, STR("/_sandbox/"))) {
        ledger_serve(call);
        answer(call);
    } else if (inbox_has(call->request->path)) {
        inbox_serve(call);
        webhook_deliver(call->sandbox);
        answer(call);
    } else if (attachment_has(call->request->path)) {
        attachment_serve(call);
        answer(call);
    } else {
        serve_api(call);
    }
}
