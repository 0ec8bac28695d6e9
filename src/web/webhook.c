/* webhook.c - the operator's webhook: set, tried, its secret changed, what it was told. The secret is shown by the answer that makes it and never again. */
#include "flow/flow.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

enum { FORMER_MS = 24 * 60 * 60 * 1000 }; /* how long the secret before the last one signs as well */

struct webhook_job {
    struct call_job head;
    struct webhook webhook;
    struct str url, sealed, secret;
};

/* ---- shown ---------------------------------------------------------------------------------------------------------------------- */

static void answer_with(struct webhook_job *job)
{
    struct jw *json = call_json(job->head.call);
    const struct webhook *webhook = &job->webhook;
    jw_object(json);
    jw_kv_str(json, "url", webhook->url);
    jw_kv_bool(json, "enabled", webhook->disabled_at == 0);
    jw_kv_time(json, "disabled_at", webhook->disabled_at);
    jw_kv_time(json, "secret_set_at", webhook->secret_set_at);
    jw_kv_time(json, "former_secret_until", webhook->former_until);
    jw_kv_time(json, "created_at", webhook->created_at);
    if (job->secret.len > 0) jw_kv_str(json, "secret", job->secret);
    jw_end_object(json);
    call_send(job->head.call, 200);
}

static enum status or_none(struct web_call *call, enum status status)
{
    return status == E_NOT_FOUND ? call_because(call, status, PROBLEM_NO_WEBHOOK) : status;
}

static enum status load_webhook(struct store_tx *tx, struct call_job *head)
{
    struct webhook_job *job = (struct webhook_job *)head;
    return or_none(head->call, webhook_get(tx, head->call->actor.workspace, head->call->arena, &job->webhook));
}

static void answer_webhook(struct call_job *head)
{
    answer_with((struct webhook_job *)head);
}

void webhook_show(struct web_call *call)
{
    struct webhook_job *job = call_job(call, struct webhook_job);
    call->noun = "webhook";
    call_read(&job->head, load_webhook, answer_webhook);
}

/* ---- set ------------------------------------------------------------------------------------------------------------------------ */

static enum status store_webhook(struct store_tx *tx, struct call_job *head)
{
    struct webhook_job *job = (struct webhook_job *)head;
    struct str workspace = head->call->actor.workspace;
    int64_t now_at = store_now(tx);
    enum status status = webhook_get(tx, workspace, head->call->arena, &job->webhook);
    if (status && status != E_NOT_FOUND) return status;
    int64_t created_at = status == OK ? job->webhook.created_at : now_at;
    job->webhook = (struct webhook){
        .workspace = workspace, .url = job->url, .sealed = job->sealed, .secret_set_at = now_at, .created_at = created_at
    };
    status = webhook_put(tx, &job->webhook);
    return status ? status : trail_note(tx, head->call, "webhook.set", workspace, STR_NONE, STR_NONE);
}

void webhook_set(struct web_call *call)
{
    struct webhook_job *job = call_job(call, struct webhook_job);
    call->noun = "webhook";
    job->url = str_trim(json_get_str(call->body, "url"));
    struct flow *flow = call->web->flow;
    if (!flow_webhook_address(flow, job->url))
        call_refuse_id(call, PROBLEM_WEBHOOK_ADDRESS);
    else if (flow_webhook_seal(flow, call->actor.workspace, job->url, call->arena, &job->sealed, &job->secret) != OK)
        call_refuse_id(call, PROBLEM_INTERNAL);
    else
        call_write(&job->head, store_webhook, answer_webhook);
}

/* ---- another secret --------------------------------------------------------------------------------------------------------------- */

/* The address was read before the seal was made; it must still be the same. */
static enum status store_secret(struct store_tx *tx, struct call_job *head)
{
    struct webhook_job *job = (struct webhook_job *)head;
    struct webhook *webhook = &job->webhook;
    enum status status = webhook_get(tx, head->call->actor.workspace, head->call->arena, webhook);
    if (status) return or_none(head->call, status);
    if (!str_eq(webhook->url, job->url)) return E_CONFLICT;
    webhook->former_sealed = webhook->sealed;
    webhook->former_until = store_now(tx) + FORMER_MS;
    webhook->sealed = job->sealed;
    webhook->secret_set_at = store_now(tx);
    status = webhook_put(tx, webhook);
    return status ? status : trail_note(tx, head->call, "webhook.rotate", webhook->workspace, STR_NONE, STR_NONE);
}

static void make_secret(struct call_job *head)
{
    struct webhook_job *job = (struct webhook_job *)head;
    struct web_call *call = head->call;
    struct webhook_job *next = call_job(call, struct webhook_job);
    next->url = job->webhook.url;
    if (flow_webhook_seal(call->web->flow, call->actor.workspace, next->url, call->arena, &next->sealed, &next->secret) != OK)
        call_refuse_id(call, PROBLEM_WEBHOOK_ADDRESS); /* allowed when it was set, and not any more */
    else
        call_write(&next->head, store_secret, answer_webhook);
}

void webhook_rotate(struct web_call *call)
{
    struct webhook_job *job = call_job(call, struct webhook_job);
    call->noun = "webhook";
    call_read(&job->head, load_webhook, make_secret);
}

/* ---- taken away -------------------------------------------------------------------------------------------------------------------- */

static enum status delete_webhook(struct store_tx *tx, struct call_job *head)
{
    struct str workspace = head->call->actor.workspace;
    enum status status = or_none(head->call, webhook_delete(tx, workspace));
    return status ? status : trail_note(tx, head->call, "webhook.remove", workspace, STR_NONE, STR_NONE);
}

static void answer_gone(struct call_job *head)
{
    call_none(head->call, 204);
}

void webhook_remove(struct web_call *call)
{
    struct call_job *job = call_job(call, struct call_job);
    call->noun = "webhook";
    call_write(job, delete_webhook, answer_gone);
}

/* ---- what it was told ----------------------------------------------------------------------------------------------------------------- */

static void render_notice(struct jw *json, const struct notice *notice)
{
    bool waits = notice->state == NOTICE_WAITING;
    jw_object(json);
    jw_kv_str(json, "id", notice->id);
    jw_kv_str(json, "type", notice->type);
    jw_kv_str(json, "state", str_from(notice_state_name(notice->state)));
    jw_kv_int(json, "attempts", notice->attempts);
    jw_kv_int(json, "status", notice->status);
    jw_kv_str_or_null(json, "fault", notice->fault);
    jw_kv_time(json, "next_at", waits ? notice->due_at : 0);
    jw_kv_raw(json, "body", notice->body);
    jw_kv_time(json, "created_at", notice->created_at);
    jw_kv_time(json, "tried_at", notice->tried_at);
    jw_end_object(json);
}

static void on_tried(void *context, enum status status, const struct notice *notice)
{
    struct web_call *call = context;
    if (status) {
        call_fail(call, or_none(call, status));
        return;
    }
    render_notice(call_json(call), notice);
    call_send(call, 200);
}

void webhook_try(struct web_call *call)
{
    call->noun = "webhook";
    flow_webhook_test(call->web->flow, call->actor.workspace, on_tried, call);
}

struct notices_job {
    struct call_job head;
    struct store_page page;
    struct notice *notices;
    size_t count;
};

static enum status load_notices(struct store_tx *tx, struct call_job *head)
{
    struct notices_job *job = (struct notices_job *)head;
    return notice_list(tx, head->call->actor.workspace, &job->page, head->call->arena, &job->notices, &job->count);
}

static void answer_notices(struct call_job *head)
{
    struct notices_job *job = (struct notices_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_notice(json, &job->notices[i]);
    call_list_end(head->call, job->count == job->page.limit ? job->notices[job->count - 1].id : STR_NONE);
}

void webhook_notices(struct web_call *call)
{
    struct notices_job *job = call_job(call, struct notices_job);
    if (call_page(call, "ntc_", &job->page)) call_read(&job->head, load_notices, answer_notices);
}
