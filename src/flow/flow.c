/* flow.c - life of the room: opening, taking up what an earlier process left, draining. */
#include "flow/chain.h"
#include "flow/thinking.h"

#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"

enum { SLOW_MS = 15 * 1000 };

static const struct str install_setting = { "install_id", 10 }, restored_setting = { "restored_at", 11 };

struct opening {
    struct store_job job;
    struct arena *arena;
    struct str install;
    struct zendesk_account *accounts;
    size_t account_count;
};

/* The installation's id is made once and stays with the database. */
static enum status opening_run(struct store_tx *tx, struct store_job *job)
{
    struct opening *opening = (struct opening *)job;
    enum status status = zendesk_account_all(tx, opening->arena, &opening->accounts, &opening->account_count);
    if (status == OK) status = setting_get(tx, install_setting, opening->arena, &opening->install);
    if (status != E_NOT_FOUND) return status;
    uint8_t random[8];
    token_random(random, sizeof random);
    struct buf text;
    buf_init(&text, 2 * sizeof random);
    buf_hex(&text, random, sizeof random);
    opening->install = arena_str(opening->arena, buf_view(&text));
    buf_clear(&text);
    return setting_put(tx, install_setting, opening->install);
}

struct flow *flow_open(const struct flow_options *options)
{
    struct arena arena;
    arena_init(&arena);
    struct opening opening = { .job = { .run = opening_run, .mode = STORE_WRITE }, .arena = &arena };
    enum status status = store_run_now(options->store, &opening.job);
    struct flow *flow = NULL;
    if (status == OK) {
        flow = mem_alloc(sizeof *flow);
        flow->loop = options->loop;
        flow->store = options->store;
        flow->egress = options->egress;
        flow->answer_ms = options->answer_ms > 0 ? options->answer_ms : LIMIT_TURN_ANSWER_MS - 1000;
        flow->slow_ms = options->slow_ms > 0 ? options->slow_ms : SLOW_MS;
        flow->install = (struct str){ mem_dup(opening.install.ptr, opening.install.len), opening.install.len };
        accounts_load(flow, opening.accounts, opening.account_count);
    } else {
        log_error("the installation's id could not be read", LOG_STR("reason", str_from(status_name(status))));
    }
    arena_clear(&arena);
    return flow;
}

/* ---- taking up what was left --------------------------------------------------------------------------------------------------------- */

struct recovery {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct left_over {
        struct action action;
        struct integration integration; /* no id: disconnected */
        struct scope scope;
    } * items;
    size_t count;
    struct model_run *runs; /* calls to models */
    size_t run_count;
};

/* The connection and the scope of an action that was under way. */
static enum status load_left_over(struct store_tx *tx, struct recovery *recovery, struct left_over *item)
{
    const struct action *action = &item->action;
    struct conversation conversation;
    enum status status = integration_get(tx, action->workspace, action->integration, &recovery->arena, &item->integration);
    if (status && status != E_NOT_FOUND) return status;
    if (action->conversation.len == 0) return OK;
    status = conversation_get(tx, action->workspace, action->conversation, &recovery->arena, &conversation);
    if (status == OK) item->scope = scope_of(&conversation, &recovery->arena);
    return status;
}

/* After a restore the rows are older than what was done: what they say was never sent may have been. */
static enum status doubt_restored(struct store_tx *tx, struct arena *arena)
{
    static const struct str generation = { "install_generation", 18 }, delivered = { "delivered_generation", 20 };
    struct str now = STR_NONE, seen = STR_NONE;
    enum status status = setting_get(tx, generation, arena, &now);
    if (status == E_NOT_FOUND) return OK; /* never restored */
    if (status == OK) status = setting_get(tx, delivered, arena, &seen);
    if (status && status != E_NOT_FOUND) return status;
    if (str_eq(now, seen)) return OK;
    log_warn("this database was restored: requests on their way are looked for before they are sent again");
    status = request_doubt(tx);
    if (status == OK) status = setting_put(tx, restored_setting, arena_fmt(arena, "%lld", (long long)store_now(tx)));
    return status ? status : setting_put(tx, delivered, now);
}

static enum status read_restored_at(struct store_tx *tx, struct flow *flow, struct arena *arena)
{
    struct str at = STR_NONE;
    enum status status = setting_get(tx, restored_setting, arena, &at);
    if (status == E_NOT_FOUND) return OK;
    return status == OK && !str_to_i64(at, &flow->restored_at) ? E_CORRUPT : status;
}

static enum status recovery_run(struct store_tx *tx, struct store_job *job)
{
    struct recovery *recovery = (struct recovery *)job;
    struct action *actions;
    enum status status = doubt_restored(tx, &recovery->arena);
    if (status == OK) status = read_restored_at(tx, recovery->flow, &recovery->arena);
    if (status == OK) status = request_release(tx);
    if (status == OK) status = action_interrupted(tx, &recovery->arena, &actions, &recovery->count);
    if (status == OK) status = model_run_interrupted(tx, &recovery->arena, &recovery->runs, &recovery->run_count);
    if (status) return status;
    recovery->items = arena_array(&recovery->arena, recovery->count, sizeof *recovery->items);
    for (size_t i = 0; status == OK && i < recovery->count; i++) {
        recovery->items[i].action = actions[i];
        status = load_left_over(tx, recovery, &recovery->items[i]);
    }
    return status;
}

/* The connection of an interrupted action is gone: its turn is told so and can end. */
static void give_up(struct flow *flow, const struct action *action)
{
    struct finish *finish = finish_new(action);
    struct problem problem = { .id = PROBLEM_NO_INTEGRATION };
    finish->event = TURN_ACTION_FAILED;
    finish->action.status = ACTION_REJECTED;
    finish_set_problem(finish, &problem);
    turns_finish(flow, finish);
}

static void take_up(struct flow *flow, const struct left_over *item)
{
    if (item->action.dry_run)
        perform_dry(flow, &item->action);
    else if (item->integration.id.len > 0)
        perform_start(flow, &item->integration, &item->action, &item->scope, NULL, NULL);
    else
        give_up(flow, &item->action);
}

static void recovery_done(struct store_job *job, enum status status)
{
    struct recovery *recovery = (struct recovery *)job;
    struct flow *flow = recovery->flow;
    if (status) log_error("what an earlier process left could not be read", LOG_STR("reason", str_from(status_name(status))));
    for (size_t i = 0; status == OK && i < recovery->count; i++) take_up(flow, &recovery->items[i]);
    for (size_t i = 0; status == OK && i < recovery->run_count; i++) thinking_cut(flow, &recovery->runs[i]);
    if (recovery->count > 0) log_info("taking up what an earlier process left", LOG_INT("actions", recovery->count));
    arena_clear(&recovery->arena);
    mem_free(recovery);
    outbox_wake(flow);
    recount_wake(flow);
    flow_leave(flow);
}

void flow_start(struct flow *flow)
{
    struct recovery *recovery = mem_alloc(sizeof *recovery);
    arena_init(&recovery->arena);
    recovery->flow = flow;
    recovery->job = (struct store_job){ .run = recovery_run, .done = recovery_done, .mode = STORE_WRITE };
    flow_enter(flow);
    store_submit(flow->store, &recovery->job);
    accounts_start(flow);
    notices_wake(flow);
    heartbeat_start(flow);
}

/* ---- draining ---------------------------------------------------------------------------------------------------------------------------- */

static void drained(struct flow *flow)
{
    loop_fn *done = flow->drained;
    flow->drained = NULL;
    loop_timer_cancel(flow->drain_timer);
    flow->drain_timer = NULL;
    if (done) done(flow->drained_context);
}

void flow_enter(struct flow *flow)
{
    flow->running++;
}

void flow_leave(struct flow *flow)
{
    if (--flow->running == 0 && flow->drained) drained(flow);
}

/* What still runs is durable: its intent or its claim is stored, and the next start takes it up. */
static void grace_is_over(void *context)
{
    struct flow *flow = context;
    flow->drain_timer = NULL;
    if (flow->running > 0)
        log_warn("stopping with calls still out; they are taken up at the next start", LOG_INT("running", flow->running));
    drained(flow);
}

static void take_no_more(struct flow *flow)
{
    flow->draining = true;
    loop_timer_cancel(flow->recount_timer);
    flow->recount_timer = NULL;
    loop_timer_cancel(flow->outbox_timer);
    flow->outbox_timer = NULL;
    notices_halt(flow);
    heartbeat_halt(flow);
}

void flow_drain(struct flow *flow, int64_t grace_ms, loop_fn *done, void *context)
{
    take_no_more(flow);
    flow->drained = done;
    flow->drained_context = context;
    loop_timer_cancel(flow->drain_timer);
    flow->drain_timer = loop_timer_start(flow->loop, flow->running > 0 ? grace_ms : 0, grace_is_over, flow);
}

void flow_halt(struct flow *flow)
{
    flow->halted = true;
    take_no_more(flow);
    accounts_halt(flow);
    lanes_answer(flow);
}

struct str flow_base_url(const struct flow *flow, struct str subdomain, struct arena *arena, bool *practice)
{
    return egress_base_url(flow->egress, subdomain, arena, practice);
}

bool flow_is_idle(const struct flow *flow)
{
    return flow->running == 0;
}

void flow_close(struct flow *flow)
{
    loop_timer_cancel(flow->outbox_timer);
    loop_timer_cancel(flow->recount_timer);
    loop_timer_cancel(flow->drain_timer);
    lanes_close(flow);
    chain_close(flow);
    accounts_close(flow);
    tokens_close(flow);
    mem_free((void *)(uintptr_t)flow->install.ptr);
    mem_free(flow);
}
