/* recount.c - some time after a creation is done: is there exactly one ticket of it? Key and look-up keep it so; should both fail, this finds it out, and nobody has to.
 *
 * The looks are rows with a time of their own (ten minutes and a day after, spread), so they outlive the process. One is made at a time, in the lowest class of calls. One that Zendesk does not answer
 * is made again, ever more rarely, and given up after a week: a right to read that was taken away would else cost calls for ever. Of several tickets the
 * oldest is kept (zendesk/duplicates.h); that is logged, counted, and shown with the action in its conversation.
 */
#include "flow/parts.h"

#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"

enum {
    MINUTE_MS = 60 * 1000,
    FIRST_MS = 10 * MINUTE_MS,
    FIRST_SPREAD_MS = 2 * MINUTE_MS,
    SECOND_MS = 24 * 60 * MINUTE_MS,
    SECOND_SPREAD_MS = 60 * MINUTE_MS,
    AGAIN_MS = 10 * MINUTE_MS,  /* at the least, after Zendesk could not be asked, or the process ended meanwhile */
    GIVE_UP_MS = 7 * SECOND_MS, /* since the creation was done */
    MENDED_MS = 60 * MINUTE_MS, /* while the connection needs attention */
    PACE_MS = 1000,             /* between two looks */
    SLEEP_MAX_MS = FIRST_MS,    /* so what is planned meanwhile is not missed */
};

/* ---- when ------------------------------------------------------------------------------------------------------------------------------ */

static enum status add(struct store_tx *tx, const struct request *request, int64_t stage, int64_t due_at)
{
    return request_audit_insert(tx, &(struct audit){
                                        .workspace = request->workspace,
                                        .action = request->action,
                                        .stage = stage,
                                        .due_at = due_at,
                                    });
}

enum status recount_plan(struct store_tx *tx, const struct request *request)
{
    uint32_t chance[2];
    int64_t now_ms = store_now(tx);
    token_random(chance, sizeof chance);
    enum status status = add(tx, request, 1, now_ms + FIRST_MS + chance[0] % FIRST_SPREAD_MS);
    return status ? status : add(tx, request, 2, now_ms + SECOND_MS + chance[1] % SECOND_SPREAD_MS);
}

/* ---- one look -------------------------------------------------------------------------------------------------------------------------- */

struct recounting {
    struct store_job job;
    struct flow *flow;
    struct arena arena; /* until there is a finish, whose arena holds the rest */
    struct audit audit;
    bool is_due;
    int64_t now_ms, next_at;
    struct request request;
    struct action action;
    struct integration integration; /* no id: the connection is gone */
    struct finish *finish;
    struct zendesk_setting setting;
    struct duplicates run;
};

static void on_time(void *context)
{
    struct flow *flow = context;
    flow->recount_timer = NULL;
    recount_wake(flow);
}

static void sleep_for(struct flow *flow, int64_t wait_ms)
{
    loop_timer_cancel(flow->recount_timer);
    flow->recount_timer =
        flow->draining ? NULL : loop_timer_start(flow->loop, wait_ms < SLEEP_MAX_MS ? wait_ms : SLEEP_MAX_MS, on_time, flow);
}

void recount_expect(struct flow *flow)
{
    if (!flow->recount_timer && !flow->is_recounting) sleep_for(flow, FIRST_MS);
}

static void end(struct recounting *recounting, int64_t wait_ms)
{
    struct flow *flow = recounting->flow;
    flow->is_recounting = false;
    sleep_for(flow, wait_ms);
    arena_clear(&recounting->arena);
    mem_free(recounting);
    flow_leave(flow);
}

/* Nothing to tell anybody: the row, and the calls. */
static enum status note_run(struct store_tx *tx, struct store_job *job)
{
    struct recounting *recounting = (struct recounting *)job;
    enum status status = finish_store_calls(tx, recounting->finish, store_now(tx));
    return status ? status : request_audit_update(tx, &recounting->audit);
}

static void note_done(struct store_job *job, enum status status)
{
    struct recounting *recounting = (struct recounting *)job;
    if (status && status != E_NOT_FOUND) /* its conversation was erased meanwhile */
        log_warn("a look at a ticket that was made could not be noted", LOG_STR("action", recounting->audit.action),
                 LOG_STR("reason", str_from(status_name(status))));
    finish_free(recounting->finish);
    end(recounting, PACE_MS);
}

static void note(struct recounting *recounting)
{
    recounting->job = (struct store_job){ .run = note_run, .done = note_done, .mode = STORE_WRITE };
    store_submit(recounting->flow->store, &recounting->job);
}

static struct str others_of(const struct duplicates *run)
{
    struct str list = STR_NONE;
    for (size_t i = 0; i < run->count && i < DUPLICATES_MAX; i++) {
        if (run->tickets[i].id == run->kept) continue;
        list = arena_fmt(run->arena, "%.*s%s%lld", STR_ARG(list), list.len > 0 ? ", " : "", (long long)run->tickets[i].id);
    }
    return list;
}

/* Never silent: the log, a counter, the request, and the action in its conversation. */
static void tell_several(struct recounting *recounting)
{
    struct finish *finish = recounting->finish;
    const struct duplicates *run = &recounting->run;
    struct problem problem = {
        .id = run->left > 0 ? PROBLEM_REQUEST_DUPLICATES_LEFT : PROBLEM_REQUEST_DUPLICATES,
        .facts = { .number = (int64_t)run->count,
                   .value = arena_fmt(&finish->arena, "%lld", (long long)run->kept),
                   .limit = others_of(run) },
    };
    log_error("one confirmed request made several tickets", LOG_STR("action", finish->action.id), LOG_INT("tickets", run->count),
              LOG_INT("kept", run->kept), LOG_INT("solved", run->solved), LOG_INT("left", run->left));
    counter_add(COUNTER_DUPLICATE_TICKETS, run->solved + run->left);
    finish_set_problem(finish, &problem);
    finish->event = TURN_ACTION_DONE;
    finish->silent = true;
    finish->has_audit = true;
    finish->audit = recounting->audit;
    finish->audit.workspace = finish->action.workspace;
    finish->audit.action = finish->action.id;
    turns_finish(recounting->flow, finish);
    end(recounting, PACE_MS);
}

static void conclude(struct recounting *recounting)
{
    const struct duplicates *run = &recounting->run;
    bool is_news = run->solved > 0 || run->left > 0;
    recounting->audit.looked_at = loop_wall_ms();
    recounting->audit.tickets = (int64_t)run->count;
    recounting->audit.outcome = run->count == 0   ? AUDIT_NONE
                                : run->count == 1 ? AUDIT_ONE
                                : run->left > 0   ? AUDIT_OPEN
                                                  : AUDIT_SETTLED;
    if (is_news)
        tell_several(recounting);
    else
        note(recounting);
}

/* Zendesk could not be asked, or does not tell. The row is due again in a while, but not for ever. */
static void fail(struct recounting *recounting)
{
    if (recounting->now_ms - recounting->action.updated_at >= GIVE_UP_MS) {
        recounting->audit.outcome = AUDIT_SKIPPED;
        recounting->audit.looked_at = recounting->now_ms;
        log_warn("Zendesk did not tell for a week whether there is one ticket: it is not asked any more",
                 LOG_STR("action", recounting->audit.action));
    }
    note(recounting);
}

static void ask(struct recounting *recounting);

static void take_next(struct recounting *recounting, enum duplicates_next next)
{
    switch (next) {
    case DUPLICATES_CALL: ask(recounting); return;
    case DUPLICATES_DONE: conclude(recounting); return;
    case DUPLICATES_FAILED: fail(recounting); return;
    }
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct recounting *recounting = context;
    struct finish *finish = recounting->finish;
    if (zcall_was_cut(recounting->flow, result)) {
        finish_free(finish);
        end(recounting, PACE_MS);
        return;
    }
    if (record && finish->call_count < OUTCOME_CALLS_MAX) finish->calls[finish->call_count++] = *record;
    bool was_asked = result->fault.kind == NET_OK && !result->fault.nothing_sent;
    take_next(recounting, was_asked ? duplicates_answer(&recounting->run, &result->answer) : DUPLICATES_FAILED);
}

static void ask(struct recounting *recounting)
{
    struct finish *finish = recounting->finish;
    const struct zendesk_request *request = &recounting->run.request;
    struct zcall_request call = {
        .integration = &recounting->integration,
        .action = action_spec(request->writes ? ACTION_UPDATE_TICKET : finish->action.kind),
        .class = BUDGET_BACKGROUND,
        .request = request,
        .action_id = finish->action.id,
        .arena = &finish->arena,
    };
    zcall_start(recounting->flow, &call, on_call, recounting);
}

static void start(struct recounting *recounting)
{
    static const struct scope no_scope; /* the ticket was made within its scope */
    struct finish *finish = recounting->finish = finish_new(&recounting->action);
    finish->has_request = true;
    finish->request = request_copy(&recounting->request, &finish->arena);
    if (recounting->integration.id.len == 0) {
        recounting->audit.outcome = AUDIT_SKIPPED;
        recounting->audit.looked_at = recounting->now_ms;
        log_info("the connection of a ticket is gone: it is not looked at again", LOG_STR("action", finish->action.id));
        note(recounting);
        return;
    }
    recounting->integration = integration_copy(&recounting->integration, &finish->arena);
    recounting->setting =
        order_setting_with_links(recounting->flow, &recounting->integration, finish->action.id, &no_scope, &finish->arena);
    take_next(recounting, duplicates_begin(&recounting->run, &recounting->setting, &finish->arena));
}

/* ---- taking up what is due ---------------------------------------------------------------------------------------------------------------- */

static enum status load(struct store_tx *tx, struct recounting *recounting)
{
    const struct audit *audit = &recounting->audit;
    struct arena *arena = &recounting->arena;
    enum status status = request_get(tx, audit->workspace, audit->action, arena, &recounting->request);
    if (status == OK) status = action_get(tx, audit->workspace, audit->action, arena, &recounting->action);
    if (status) return status;
    struct connection connection;
    status = connection_of_request(tx, &recounting->request, arena, &connection);
    if (status == OK && connection.meant_for.len == 0) recounting->integration = connection.integration;
    return status;
}

/* Half as long as has gone by. */
static int64_t again_ms(const struct recounting *recounting)
{
    int64_t half_ms = (recounting->now_ms - recounting->action.updated_at) / 2;
    return half_ms > AGAIN_MS ? half_ms : AGAIN_MS;
}

/* Its next time is stored before anybody asks: a process that ends meanwhile loses nothing. */
static enum status due_run(struct store_tx *tx, struct store_job *job)
{
    struct recounting *recounting = (struct recounting *)job;
    recounting->now_ms = store_now(tx);
    enum status status = request_audit_next(tx, &recounting->arena, &recounting->audit);
    if (status) return status;
    recounting->next_at = recounting->audit.due_at;
    if (recounting->next_at > recounting->now_ms) return OK;
    status = load(tx, recounting);
    if (status) return status;
    bool is_broken = recounting->integration.status == INTEGRATION_NEEDS_ATTENTION;
    recounting->is_due = !is_broken;
    recounting->audit.due_at = recounting->now_ms + (is_broken ? MENDED_MS : again_ms(recounting));
    recounting->next_at = recounting->now_ms;
    return request_audit_update(tx, &recounting->audit);
}

static void due_done(struct store_job *job, enum status status)
{
    struct recounting *recounting = (struct recounting *)job;
    if (status == OK && recounting->is_due && !recounting->flow->draining) {
        start(recounting);
        return;
    }
    end(recounting, status ? SLEEP_MAX_MS : recounting->next_at - recounting->now_ms + PACE_MS);
}

void recount_wake(struct flow *flow)
{
    if (flow->draining || flow->is_recounting) return;
    struct recounting *recounting = mem_alloc(sizeof *recounting);
    arena_init(&recounting->arena);
    recounting->flow = flow;
    recounting->job = (struct store_job){ .run = due_run, .done = due_done, .mode = STORE_WRITE };
    flow->is_recounting = true;
    flow_enter(flow);
    store_submit(flow->store, &recounting->job);
}
