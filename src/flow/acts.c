/* acts.c - a member's own act: one action on an integration, without a conversation and without a question. */
#include "flow/parts.h"

#include "base/mem.h"
#include "vault/token.h"

struct act {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct integration integration;
    struct action action;
    struct request request;
    bool sends, reads_first;
    uint8_t key_random[16];
    const struct trail_entry *entry;
    flow_act_fn *fn;
    void *context;
};

static const struct scope member_scope; /* nobody's in particular, and no test */

/* It cannot be put in Zendesk's language: nothing was sent, and the problem says why. */
static enum status refuse_act(struct store_tx *tx, struct act *act, const struct problem *problem)
{
    act->action.status = ACTION_REJECTED;
    act->action.problem = problem_text(problem, &act->arena);
    return action_update(tx, &act->action);
}

static enum status insert_act(struct store_tx *tx, struct act *act)
{
    enum status status = action_insert(tx, &act->action);
    if (status || !act->entry) return status;
    struct trail_entry entry = *act->entry;
    entry.object = act->action.id;
    return trail_append(tx, &act->arena, &entry);
}

static enum status act_run(struct store_tx *tx, struct store_job *job)
{
    struct act *act = (struct act *)job;
    int64_t now_ms = store_now(tx);
    act->action.id = new_id("act_", now_ms, &act->arena);
    act->action.created_at = act->action.updated_at = now_ms;
    act->action.status = act->action.dry_run ? ACTION_DONE : ACTION_SENDING;
    if (act->action.dry_run)
        act->action.result = perform_preview(act->flow, &act->integration, &act->action, &member_scope, now_ms, &act->arena);
    enum status status = insert_act(tx, act);
    if (status || !act->sends || act->action.dry_run) return status;
    struct order order =
        order_begin(act->flow, &act->integration, &act->action, &member_scope, now_ms, act->key_random, &act->arena);
    act->request = order.request;
    switch (order.next) {
    case ORDER_READY: return request_insert(tx, &act->request);
    case ORDER_READS_FIRST: act->reads_first = true; return OK;
    case ORDER_FAILED: return refuse_act(tx, act, &order.problem);
    }
    return E_INTERNAL;
}

static void act_done(struct store_job *job, enum status status)
{
    struct act *act = (struct act *)job;
    if (status || act->action.status != ACTION_SENDING)
        act->fn(act->context, status, status ? NULL : &act->action);
    else if (act->sends && !act->reads_first)
        outbox_send(act->flow, &act->request, &act->integration, &act->action, act->fn, act->context);
    else
        perform_start(act->flow, &act->integration, &act->action, &member_scope, act->fn, act->context);
    flow_leave(act->flow);
    arena_clear(&act->arena);
    mem_free(act);
}

void flow_act(struct flow *flow, const struct integration *integration, const struct flow_act *ask, flow_act_fn *fn,
              void *context)
{
    if (flow->draining) {
        fn(context, E_UNAVAILABLE, NULL);
        return;
    }
    struct act *act = mem_alloc(sizeof *act);
    arena_init(&act->arena);
    act->job = (struct store_job){ .run = act_run, .done = act_done, .mode = STORE_WRITE };
    act->flow = flow;
    act->fn = fn;
    act->context = context;
    act->entry = ask->entry;
    act->integration = integration_copy(integration, &act->arena);
    act->sends = action_spec(ask->kind)->writes;
    act->action = (struct action){
        .workspace = act->integration.workspace,
        .integration = act->integration.id,
        .kind = ask->kind,
        .arguments = arena_str(&act->arena, ask->arguments),
        .dry_run = ask->dry_run && act->sends,
    };
    act->action.hash = turn_action_hash(ask->kind, act->action.arguments, &act->arena);
    token_random(act->key_random, sizeof act->key_random);
    flow_enter(flow);
    store_submit(flow->store, &act->job);
}
