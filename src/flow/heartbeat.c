/* heartbeat.c - see heartbeat.h.
 *
 * The connection whose turn is longest due is taken, one at a time. A call that Zendesk accepted within the last day is as good as a beat: the turn moves to a day after it, which also spreads the
 * beats over the day as people's use does. The call is the first one of a connection test (zendesk/check.h), so that an anonymous answer is told apart from a signed-in one. What may pass by itself
 * (no network, Zendesk in trouble) is looked at again after an hour.
 */
#include "flow/heartbeat.h"

#include "base/log.h"
#include "base/mem.h"
#include "flow/notice.h"
#include "flow/parts.h"
#include "vault/token.h"

enum {
    HOUR_MS = 60 * 60 * 1000,
    DAY_MS = 24 * HOUR_MS,
    REST_MIN_MS = 60 * 1000, /* between two looks when nothing is due */
    REST_MAX_MS = HOUR_MS,
    SPREAD_MS = 30 * 60 * 1000, /* a day later, give or take: connections made in one minute drift apart */
};

struct beating {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct integration_beat beat;
    struct integration integration; /* no id: nothing is due */
    struct check check;
    struct call record;
    bool has_moved;                                 /* its turn, to a day after its last call */
    bool has_record, is_well, is_known, has_notice; /* is_known: the call said something about the connection */
    int64_t resumed;
};

static void look(struct flow *);

static void on_timer(void *context)
{
    struct flow *flow = context;
    flow->heartbeat.timer = NULL;
    look(flow);
}

static void end(struct beating *beating, int64_t rest_ms)
{
    struct flow *flow = beating->flow;
    flow->heartbeat.busy = false;
    if (!flow->draining) flow->heartbeat.timer = loop_timer_start(flow->loop, rest_ms, on_timer, flow);
    arena_clear(&beating->arena);
    mem_free(beating);
    flow_leave(flow);
}

/* ---- what came of it ------------------------------------------------------------------------------------------------------------- */

static bool may_pass(const struct problem *problem)
{
    switch ((int)problem->id) {
    case PROBLEM_NET_DNS:
    case PROBLEM_NET_UNREACHABLE:
    case PROBLEM_NET_TLS:
    case PROBLEM_NET_TIMEOUT:
    case PROBLEM_NET_RESET:
    case PROBLEM_ZENDESK_UNAVAILABLE:
    case PROBLEM_ZENDESK_RATE_LIMITED: return true;
    default: return false;
    }
}

static void judge(struct beating *beating, enum check_next next)
{
    struct problem problem = { 0 };
    int64_t chance = 0;
    token_random(&chance, sizeof(uint32_t));
    beating->is_well = next == CHECK_CALL; /* the sign-in was right: the test would go on */
    if (!beating->is_well) (void)check_verdict(&beating->check, &problem);
    beating->is_known = problem.id != PROBLEM_ZENDESK_RATE_LIMITED;
    int64_t now_ms = loop_wall_ms();
    beating->beat.due_at = now_ms + (!beating->is_well && may_pass(&problem) ? HOUR_MS : DAY_MS - chance % SPREAD_MS);
    struct integration *row = &beating->integration;
    row->problem = beating->is_well ? STR_NONE : problem_text(&problem, &beating->arena);
}

/* Into the row as it stands now; what a person has replaced meanwhile is another connection's matter. A warning of a test stays: a beat does not look that far. */
static enum status note(struct store_tx *tx, struct beating *beating)
{
    const struct integration *seen = &beating->integration;
    struct integration before;
    enum status status = integration_get(tx, seen->workspace, seen->id, &beating->arena, &before);
    if (status || before.secret_set_at != seen->secret_set_at) return status;
    struct integration after = before;
    bool was_well = before.status == INTEGRATION_CONNECTED || before.status == INTEGRATION_WARNINGS;
    if (beating->is_well) after.last_ok_at = store_now(tx);
    if (!beating->is_well || !was_well) {
        after.status = beating->is_well ? INTEGRATION_CONNECTED : INTEGRATION_NEEDS_ATTENTION;
        after.problem = seen->problem;
    }
    if (after.status != before.status) after.status_since = store_now(tx);
    status = integration_note(tx, &after);
    if (status == OK) status = notice_connection(tx, &before, &after, &beating->has_notice);
    if (status == OK && beating->is_well && !was_well)
        status = request_resume(tx, after.workspace, after.id, store_now(tx), &beating->resumed);
    return status;
}

static enum status keep_run(struct store_tx *tx, struct store_job *job)
{
    struct beating *beating = (struct beating *)job;
    enum status status = integration_set_beat(tx, &beating->beat);
    if (status) return status == E_NOT_FOUND ? OK : status; /* disconnected meanwhile */
    beating->record.created_at = store_now(tx);
    if (beating->has_record) status = call_insert(tx, &beating->record);
    return status || !beating->is_known ? status : note(tx, beating);
}

static void keep_done(struct store_job *job, enum status status)
{
    struct beating *beating = (struct beating *)job;
    struct flow *flow = beating->flow;
    log_info("heartbeat", LOG_STR("integration", beating->integration.id), LOG_INT("well", beating->is_well));
    if (status) log_warn("a heartbeat could not be stored", LOG_STR("reason", str_from(status_name(status))));
    if (beating->has_notice) notices_wake(flow);
    if (beating->resumed > 0) outbox_wake(flow);
    end(beating, status ? REST_MIN_MS : 0);
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct beating *beating = context;
    const struct check_timing no_timing = { 0 };
    if (zcall_was_cut(beating->flow, result)) {
        end(beating, REST_MIN_MS);
        return;
    }
    enum check_next next;
    if (result->fault.kind != NET_OK)
        next = check_fault(&beating->check, &result->fault, &no_timing);
    else if (zcall_token_was_refused(result, record))
        next = check_token_refused(&beating->check, &result->answer, &no_timing);
    else
        next = check_answer(&beating->check, &result->answer, &no_timing);
    beating->has_record = record != NULL;
    if (record) beating->record = *record;
    judge(beating, next);
    beating->job = (struct store_job){ .run = keep_run, .done = keep_done, .mode = STORE_WRITE };
    store_submit(beating->flow->store, &beating->job);
}

/* ---- whose turn it is --------------------------------------------------------------------------------------------------------------- */

static enum status look_run(struct store_tx *tx, struct store_job *job)
{
    struct beating *beating = (struct beating *)job;
    int64_t now_ms = store_now(tx);
    enum status status = integration_next_beat(tx, &beating->arena, &beating->beat);
    if (status || beating->beat.due_at > now_ms) return status == E_NOT_FOUND ? OK : status;
    struct integration row;
    status = integration_get(tx, beating->beat.workspace, beating->beat.integration, &beating->arena, &row);
    if (status) return status;
    if (row.last_ok_at <= now_ms - DAY_MS) {
        beating->integration = row;
        return OK;
    }
    beating->beat.due_at = row.last_ok_at + DAY_MS;
    beating->has_moved = true;
    return integration_set_beat(tx, &beating->beat);
}

/* Until the next turn; a connection that is made meanwhile has just been used. */
static int64_t rest(const struct beating *beating)
{
    int64_t wait_ms = beating->beat.integration.len > 0 ? beating->beat.due_at - loop_wall_ms() : REST_MAX_MS;
    if (wait_ms > REST_MAX_MS) return REST_MAX_MS;
    return wait_ms < REST_MIN_MS ? REST_MIN_MS : wait_ms;
}

static void look_done(struct store_job *job, enum status status)
{
    struct beating *beating = (struct beating *)job;
    struct flow *flow = beating->flow;
    if (status) log_warn("connections could not be read for their heartbeat", LOG_STR("reason", str_from(status_name(status))));
    if (status || beating->integration.id.len == 0 || flow->draining) {
        end(beating, status ? REST_MIN_MS : beating->has_moved ? 0 : rest(beating));
        return;
    }
    struct integration *integration = &beating->integration;
    struct zendesk_who who = who_of(flow, integration);
    (void)check_begin(&beating->check, &who, &beating->arena);
    struct zcall_request ask = {
        .integration = integration,
        .class = BUDGET_BACKGROUND,
        .request = &beating->check.request,
        .arena = &beating->arena,
    };
    zcall_start(flow, &ask, on_call, beating);
}

static void look(struct flow *flow)
{
    if (flow->draining || flow->heartbeat.busy) return;
    struct beating *beating = mem_alloc(sizeof *beating);
    arena_init(&beating->arena);
    beating->flow = flow;
    beating->job = (struct store_job){ .run = look_run, .done = look_done, .mode = STORE_WRITE };
    flow->heartbeat.busy = true;
    flow_enter(flow);
    store_submit(flow->store, &beating->job);
}

void heartbeat_halt(struct flow *flow)
{
    loop_timer_cancel(flow->heartbeat.timer);
    flow->heartbeat.timer = NULL;
}

void heartbeat_start(struct flow *flow)
{
    heartbeat_halt(flow);
    look(flow);
}
