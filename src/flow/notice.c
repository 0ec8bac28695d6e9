/* notice.c - see notice.h.
 *
 * The bytes of a notice are made once and stored, so that every attempt sends the same. 2xx is the receiver's thanks, 410 switches the webhook off, anything else is tried again.
 */
#include "flow/notice.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "flow/parts.h"

enum { BODY_BYTES = 32 * 1024, LOOK_MS = 60 * 1000, STATUS_GONE = 410 };

/* Seconds until the next attempt, by the number of those made: about three days in all. */
static const int64_t pauses_s[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 };
enum { PAUSES = sizeof pauses_s / sizeof *pauses_s };

/* ---- making one ---------------------------------------------------------------------------------------------------------------- */

static void begin(struct jw *json, struct buf *text, const char *type, int64_t now_ms)
{
    buf_init(text, BODY_BYTES);
    jw_init(json, text);
    jw_object(json);
    jw_kv_str(json, "type", str_from(type));
    jw_kv_time(json, "timestamp", now_ms);
    jw_key(json, "data");
    jw_object(json);
}

static enum status insert(struct store_tx *tx, struct str workspace, const char *type, struct jw *json, struct buf *text,
                          struct str *id, struct arena *arena)
{
    jw_end_object(json);
    jw_end_object(json);
    int64_t now_ms = store_now(tx);
    struct notice notice = { .workspace = workspace,
                             .id = new_id("ntc_", now_ms, arena),
                             .type = str_from(type),
                             .body = buf_view(text),
                             .due_at = now_ms,
                             .created_at = now_ms };
    enum status status = buf_ok(text) ? notice_insert(tx, &notice) : E_LIMIT;
    if (id) *id = notice.id;
    buf_clear(text);
    return status;
}

/* Is there anybody to tell? */
static bool has_webhook(struct store_tx *tx, struct str workspace, struct arena *arena)
{
    struct webhook webhook;
    return webhook_get(tx, workspace, arena, &webhook) == OK && webhook.disabled_at == 0;
}

static void problem_member(struct jw *json, struct str stored)
{
    jw_key(json, "problem");
    struct json *tree = stored.len > 0 ? json_parse(stored, NULL) : NULL;
    if (tree == NULL) {
        jw_null(json);
        return;
    }
    jw_object(json);
    jw_kv_str(json, "code", json_get_str(tree, "code"));
    jw_kv_str(json, "title", json_get_str(tree, "title"));
    jw_kv_str(json, "detail", json_get_str(tree, "detail"));
    jw_end_object(json);
    json_free(tree);
}

static enum status tell_connection(struct store_tx *tx, const struct integration *row, const char *type, struct arena *arena)
{
    struct jw json;
    struct buf text;
    int64_t waiting = 0;
    enum status status = request_count_of_integration(tx, row->workspace, row->id, &waiting);
    if (status) return status;
    begin(&json, &text, type, store_now(tx));
    jw_kv_str(&json, "integration", row->id);
    jw_kv_str(&json, "agent", row->agent);
    jw_kv_str(&json, "subdomain", row->subdomain);
    jw_kv_str(&json, "status", str_from(integration_status_name(row->status)));
    jw_kv_time(&json, "status_since", row->status_since);
    jw_kv_time(&json, "last_ok_at", row->last_ok_at);
    jw_kv_int(&json, "waiting", waiting);
    problem_member(&json, row->problem);
    return insert(tx, row->workspace, type, &json, &text, NULL, arena);
}

enum status notice_connection(struct store_tx *tx, const struct integration *before, const struct integration *after, bool *made)
{
    bool was_broken = before->status == INTEGRATION_NEEDS_ATTENTION, is_broken = after->status == INTEGRATION_NEEDS_ATTENTION;
    if (was_broken == is_broken) return OK;
    struct arena arena;
    arena_init(&arena);
    enum status status = OK;
    if (has_webhook(tx, after->workspace, &arena)) {
        status = tell_connection(tx, after, is_broken ? "connection.broken" : "connection.recovered", &arena);
        *made = true;
    }
    arena_clear(&arena);
    return status;
}

static enum status tell_request(struct store_tx *tx, const struct action *action, const struct request *request,
                                struct arena *arena)
{
    static const char type[] = "request.needs_human";
    struct jw json;
    struct buf text;
    begin(&json, &text, type, store_now(tx));
    jw_kv_str(&json, "action", action->id);
    jw_kv_str(&json, "name", str_from(action_spec(action->kind)->slug));
    jw_kv_str_or_null(&json, "reference", action->reference);
    jw_kv_str(&json, "integration", action->integration);
    jw_kv_str_or_null(&json, "conversation", request->conversation);
    problem_member(&json, action->problem);
    return insert(tx, action->workspace, type, &json, &text, NULL, arena);
}

enum status notice_request(struct store_tx *tx, const struct action *action, const struct request *request, bool *made)
{
    struct arena arena;
    arena_init(&arena);
    enum status status = OK;
    if (has_webhook(tx, action->workspace, &arena)) {
        status = tell_request(tx, action, request, &arena);
        *made = true;
    }
    arena_clear(&arena);
    return status;
}

enum status notice_spent(struct store_tx *tx, struct str workspace, const char *scope, bool *made)
{
    static const char type[] = "model.cap_reached";
    struct arena arena;
    struct jw json;
    struct buf text;
    enum status status = OK;
    arena_init(&arena);
    if (has_webhook(tx, workspace, &arena)) {
        begin(&json, &text, type, store_now(tx));
        jw_kv_str(&json, "scope", str_from(scope));
        status = insert(tx, workspace, type, &json, &text, NULL, &arena);
        *made = true;
    }
    arena_clear(&arena);
    return status;
}

/* Nothing of what was said: that is read where it is kept. */
static enum status tell_person(struct store_tx *tx, const struct conversation *conversation, struct arena *arena)
{
    static const char type[] = "conversation.needs_person";
    struct jw json;
    struct buf text;
    begin(&json, &text, type, store_now(tx));
    jw_kv_str(&json, "conversation", conversation->id);
    jw_kv_str(&json, "agent", conversation->agent);
    jw_kv_str(&json, "channel", str_from(channel_name(conversation->channel)));
    jw_kv_time(&json, "needs_person_at", conversation->needs_person_at);
    return insert(tx, conversation->workspace, type, &json, &text, NULL, arena);
}

enum status notice_person(struct store_tx *tx, const struct conversation *conversation, bool *made)
{
    struct arena arena;
    arena_init(&arena);
    enum status status = OK;
    if (has_webhook(tx, conversation->workspace, &arena)) {
        status = tell_person(tx, conversation, &arena);
        *made = true;
    }
    arena_clear(&arena);
    return status;
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------- */

/* Somebody waits for the first attempt of a test. */
struct notice_wait {
    struct notice_wait *next;
    struct str id; /* own */
    flow_notice_fn *fn;
    void *context;
};

/* A look for the next notice, which becomes its sending when it finds one that is due. */
struct telling {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct str but[NOTICES_OUT_MAX]; /* workspaces that something is out for */
    struct notice notice;            /* no id: none waits */
    struct webhook webhook;
    int64_t now_ms;
};

static void answer_waits(struct flow *flow, const struct notice *notice)
{
    for (struct notice_wait **at = &flow->notices.waits; *at;) {
        struct notice_wait *wait = *at;
        if (notice && !str_eq(wait->id, notice->id)) {
            at = &wait->next;
            continue;
        }
        *at = wait->next;
        wait->fn(wait->context, notice ? OK : E_UNAVAILABLE, notice);
        mem_free((void *)(uintptr_t)wait->id.ptr);
        mem_free(wait);
        flow_leave(flow);
    }
}

static void on_due(void *context)
{
    struct flow *flow = context;
    flow->notices.timer = NULL;
    notices_wake(flow);
}

static void rest(struct flow *flow, int64_t wait_ms)
{
    loop_timer_cancel(flow->notices.timer);
    flow->notices.timer =
        flow->draining ? NULL : loop_timer_start(flow->loop, wait_ms < LOOK_MS ? wait_ms : LOOK_MS, on_due, flow);
}

/* Where this one stands among those that are out; NULL: a free place, NULL when there is none. */
static struct telling **place_of(struct flow *flow, const struct telling *telling)
{
    for (size_t i = 0; i < NOTICES_OUT_MAX; i++)
        if (flow->notices.out[i] == telling) return &flow->notices.out[i];
    return NULL;
}

static void telling_end(struct telling *telling, bool look_again)
{
    struct flow *flow = telling->flow;
    struct telling **place = place_of(flow, telling);
    if (place) *place = NULL;
    arena_clear(&telling->arena);
    mem_free(telling);
    if (look_again) notices_wake(flow);
    flow_leave(flow);
}

static enum status outcome_run(struct store_tx *tx, struct store_job *job)
{
    struct telling *telling = (struct telling *)job;
    struct notice *notice = &telling->notice;
    enum status status = notice_update(tx, notice);
    if (status || notice->status != STATUS_GONE) return status == E_NOT_FOUND ? OK : status; /* removed meanwhile */
    struct webhook now;
    status = webhook_get(tx, notice->workspace, &telling->arena, &now);
    if (status || !str_eq(now.sealed, telling->webhook.sealed)) return status; /* set anew while the old one was asked */
    now.disabled_at = store_now(tx);
    return webhook_put(tx, &now);
}

static void outcome_done(struct store_job *job, enum status status)
{
    struct telling *telling = (struct telling *)job;
    log_info("webhook told", LOG_STR("notice", telling->notice.id), LOG_STR("type", telling->notice.type),
             LOG_STR("state", str_from(notice_state_name(telling->notice.state))), LOG_INT("status", telling->notice.status));
    if (status) {
        log_warn("what became of a notice could not be stored", LOG_STR("reason", str_from(status_name(status))));
        rest(telling->flow, LOOK_MS);
    }
    answer_waits(telling->flow, &telling->notice);
    telling_end(telling, status == OK);
}

static void store_outcome(struct telling *telling)
{
    telling->job = (struct store_job){ .run = outcome_run, .done = outcome_done, .mode = STORE_WRITE };
    store_submit(telling->flow->store, &telling->job);
}

/* What the answer makes of the notice. */
static void settle(struct notice *notice, const struct http_result *result, int64_t now_ms)
{
    bool answered = result->fault.kind == NET_OK;
    notice->status = answered ? result->answer.status : 0;
    notice->tried_at = now_ms;
    notice->attempts++;
    if (notice->status >= 200 && notice->status <= 299)
        notice->state = NOTICE_DELIVERED;
    else if (notice->status == STATUS_GONE || notice->attempts > PAUSES)
        notice->state = NOTICE_FAILED;
    else
        notice->due_at = now_ms + pauses_s[notice->attempts - 1] * 1000;
}

static void on_told(void *context, const struct http_result *result)
{
    struct telling *telling = context;
    if (telling->flow->halted) { /* it stays due */
        telling_end(telling, false);
        return;
    }
    settle(&telling->notice, result, loop_wall_ms());
    telling->notice.fault = result->fault.kind == NET_OK ? STR_NONE : arena_str(&telling->arena, str_from(result->fault.detail));
    store_outcome(telling);
}

static enum status next_run(struct store_tx *tx, struct store_job *job)
{
    struct telling *telling = (struct telling *)job;
    telling->now_ms = store_now(tx);
    enum status status = notice_next(tx, telling->but, &telling->arena, &telling->notice);
    if (status) return status;
    return webhook_get(tx, telling->notice.workspace, &telling->arena, &telling->webhook);
}

static void send(struct telling *telling)
{
    const struct webhook *webhook = &telling->webhook;
    const struct egress_notice out = {
        .workspace = telling->notice.workspace,
        .sealed = webhook->sealed,
        .former_sealed = webhook->former_until > telling->now_ms ? webhook->former_sealed : STR_NONE,
        .id = telling->notice.id,
        .body = telling->notice.body,
        .now_s = telling->now_ms / 1000,
    };
    egress_notify(telling->flow->egress, &out, on_told, telling);
}

/* Nothing is due: until when. */
static void none_due(struct telling *telling, enum status status)
{
    struct flow *flow = telling->flow;
    bool look_again = flow->notices.again;
    if (status != E_NOT_FOUND) rest(flow, status ? LOOK_MS : telling->notice.due_at - telling->now_ms);
    if (status && status != E_NOT_FOUND) log_warn("notices could not be read", LOG_STR("reason", str_from(status_name(status))));
    telling_end(telling, look_again);
}

static void next_done(struct store_job *job, enum status status)
{
    struct telling *telling = (struct telling *)job;
    struct flow *flow = telling->flow;
    flow->notices.looking = false;
    struct telling **place = place_of(flow, NULL); /* still free: places are taken here alone */
    bool is_due = status == OK && telling->notice.due_at <= telling->now_ms;
    if (!is_due || !place || flow->draining) {
        none_due(telling, status);
        return;
    }
    *place = telling;
    if (telling->webhook.disabled_at > 0) { /* it was switched off while this one waited */
        telling->notice.state = NOTICE_FAILED;
        telling->notice.fault = STR("the webhook was switched off");
        store_outcome(telling);
    } else {
        send(telling);
    }
    notices_wake(flow); /* for another workspace */
}

void notices_wake(struct flow *flow)
{
    struct notices *notices = &flow->notices;
    notices->again = notices->looking;
    if (flow->draining || notices->looking || !place_of(flow, NULL)) return; /* whoever leaves a place looks again */
    struct telling *telling = mem_alloc(sizeof *telling);
    arena_init(&telling->arena);
    telling->flow = flow;
    for (size_t i = 0; i < NOTICES_OUT_MAX; i++)
        if (notices->out[i]) telling->but[i] = arena_str(&telling->arena, notices->out[i]->notice.workspace);
    telling->job = (struct store_job){ .run = next_run, .done = next_done, .mode = STORE_READ };
    notices->looking = true;
    flow_enter(flow);
    store_submit(flow->store, &telling->job);
}

void notices_halt(struct flow *flow)
{
    loop_timer_cancel(flow->notices.timer);
    flow->notices.timer = NULL;
    if (flow->halted) answer_waits(flow, NULL);
}

/* ---- setting it, and trying it ------------------------------------------------------------------------------------------------- */

bool flow_webhook_address(const struct flow *flow, struct str url)
{
    return egress_webhook_address(flow->egress, url);
}

enum status flow_webhook_seal(struct flow *flow, struct str workspace, struct str url, struct arena *arena, struct str *sealed,
                              struct str *secret)
{
    return egress_webhook_seal(flow->egress, workspace, url, arena, sealed, secret);
}

struct trying {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct str workspace, id;
    flow_notice_fn *fn;
    void *context;
};

static enum status trying_run(struct store_tx *tx, struct store_job *job)
{
    struct trying *trying = (struct trying *)job;
    static const char type[] = "webhook.test";
    struct jw json;
    struct buf text;
    struct webhook webhook;
    enum status status = webhook_get(tx, trying->workspace, &trying->arena, &webhook);
    if (status) return status;
    begin(&json, &text, type, store_now(tx));
    jw_kv_str(&json, "message", STR("The webhook works."));
    return insert(tx, trying->workspace, type, &json, &text, &trying->id, &trying->arena);
}

static void trying_done(struct store_job *job, enum status status)
{
    struct trying *trying = (struct trying *)job;
    struct flow *flow = trying->flow;
    if (status == OK && !flow->draining) {
        struct notice_wait *wait = mem_alloc(sizeof *wait);
        *wait = (struct notice_wait){ .next = flow->notices.waits,
                                      .id = { mem_dup(trying->id.ptr, trying->id.len), trying->id.len },
                                      .fn = trying->fn,
                                      .context = trying->context };
        flow->notices.waits = wait;
        flow_enter(flow);
        notices_wake(flow);
    } else {
        trying->fn(trying->context, status ? status : E_UNAVAILABLE, NULL);
    }
    arena_clear(&trying->arena);
    mem_free(trying);
    flow_leave(flow);
}

void flow_webhook_test(struct flow *flow, struct str workspace, flow_notice_fn *fn, void *context)
{
    if (flow->draining) {
        fn(context, E_UNAVAILABLE, NULL);
        return;
    }
    struct trying *trying = mem_alloc(sizeof *trying);
    arena_init(&trying->arena);
    trying->job = (struct store_job){ .run = trying_run, .done = trying_done, .mode = STORE_WRITE };
    trying->flow = flow;
    trying->workspace = arena_str(&trying->arena, workspace);
    trying->fn = fn;
    trying->context = context;
    flow_enter(flow);
    store_submit(flow->store, &trying->job);
}
