/* turns.c - conversations' steps lined up, one at a time for each, and what follows a step's commit.
 *
 * step.c decides and writes inside one transaction. Only when that is durable do things happen outside, here: watchers are told, requests are sent, the waiting HTTP request is
 * answered.
 */
#include "flow/step.h"

#include "agent/say.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/thinking.h"
#include "vault/token.h"

static void run_next(struct lane *lane);

enum { STORE_RETRY_MS = 2 * 1000 };

static void finish_failed(struct flow *, struct finish *, enum status);

/* A request that is stored as due again: the outbox has to know when. One that is done is looked after. And somebody may have to be told. */
static void wake_others(struct flow *flow, const struct finish *finish)
{
    if (finish->has_notice) notices_wake(flow);
    if (finish->has_request && finish->request.state == REQUEST_READY) outbox_wake(flow);
    if (finish->has_request && finish->request.state == REQUEST_DONE) recount_expect(flow);
}

/* A waiter whose step is still in line belongs to no turn yet. */
static bool waits_for_turn(const struct waiter *waiter, struct str turn)
{
    return turn.len > 0 && str_eq(waiter->turn, turn);
}

static void step_free(struct step *step)
{
    if (step->waiter) step->waiter->owner = NULL;
    if (step->finish) finish_free(step->finish);
    if (step->thinking) thinking_free(step->thinking);
    arena_clear(&step->arena);
    mem_free(step);
}

static void count_message(const struct message *message)
{
    counter_add(message->author == AUTHOR_VISITOR ? COUNTER_MESSAGES_VISITOR : COUNTER_MESSAGES_AGENT, 1);
}

static void tell(struct step *step)
{
    for (size_t i = 0; i < step->item_count; i++) {
        struct step_item *item = step->items[i];
        if (item->event.kind == FLOW_MESSAGE) item->event.message = &item->message;
        if (item->event.kind == FLOW_ACTION) item->event.action = &item->action;
        if (!step->repeated) {
            if (item->event.message) count_message(item->event.message);
            lane_publish(step->lane, &item->event);
        }
        for (struct waiter *waiter = step->lane->waiters; waiter; waiter = waiter->next) {
            if (waiter != step->waiter && !waits_for_turn(waiter, step->effects.turn)) continue;
            if (item->event.message && item->event.message->author == AUTHOR_AGENT)
                waiter_add_message(waiter, item->event.message);
            if (item->event.action) waiter_add_action(waiter, item->event.action);
        }
    }
}

/* Whoever waits for this turn is answered, unless it goes on. */
static void answer_waiters(struct step *step)
{
    if (step->waiter) step->waiter->turn = arena_str(&step->waiter->arena, step->effects.turn);
    for (struct waiter *waiter = step->lane->waiters, *next; waiter; waiter = next) {
        next = waiter->next;
        if (waits_for_turn(waiter, step->effects.ended))
            waiter_answer(waiter, OK, NULL);
        else if (!step->goes_on && waits_for_turn(waiter, step->effects.turn))
            waiter_answer(waiter, OK, step_awaiting_name(step->effects.awaiting));
    }
}

static void start_outside(struct step *step)
{
    for (size_t i = 0; i < step->start_count; i++) {
        const struct step_start *start = step->starts[i];
        if (start->sends && start->request.state == REQUEST_READY)
            outbox_look_first(step->flow, &start->action);
        else if (start->sends)
            outbox_send(step->flow, &start->request, &step->integration, &start->action, NULL, NULL);
        else
            perform_start(step->flow, &step->integration, &start->action, &step->scope, NULL, NULL);
    }
    for (size_t i = 0; i < step->dry_count; i++) perform_dry(step->flow, step->dry[i]);
    if (step->effects.writes_ticket && step->connected) learn_when_old(step->flow, &step->integration);
    if (step->has_notice) notices_wake(step->flow);
}

/* The call that the conversation waits for from now on; one that it waits for no longer ends. */
static void start_thinking(struct step *step)
{
    bool was_stepped = !step->repeated && !(step->finish && step->finish->silent);
    if (was_stepped) thinking_keep(step->lane, step->effects.asking);
    struct thinking *thinking = step->thinking;
    step->thinking = NULL;
    if (thinking) thinking_start(thinking, step->lane);
}

static void model_failed(struct step *, enum status);

static void step_failed(struct step *step, enum status status)
{
    if (status != E_NOT_FOUND && status != E_CONFLICT)
        log_error("a turn could not be stored", LOG_STR("conversation", step->lane->conversation),
                  LOG_STR("reason", str_from(status_name(status))));
    if (step->waiter) waiter_answer(step->waiter, status, NULL);
    if (step->run) model_failed(step, status);
    if (step->finish) finish_failed(step->flow, step->finish, status);
    step->finish = NULL;
}

/* Whoever waits for an action's end, once: it may be tried again later. */
static void answer_act(struct finish *finish, enum status status)
{
    flow_act_fn *fn = finish->act_fn;
    finish->act_fn = NULL;
    if (fn) fn(finish->act_context, status, &finish->action);
}

/* Taken out of the line before anything else, as callbacks may put in the next one. The lane stays until the end by its busy mark. */
static void step_done(struct store_job *job, enum status status)
{
    struct step *step = (struct step *)job;
    struct lane *lane = step->lane;
    struct flow *flow = step->flow;
    lane->first = step->next;
    if (!lane->first) lane->last = NULL;
    if (step->finish) answer_act(step->finish, status);
    if (status == OK) {
        tell(step);
        start_outside(step);
        start_thinking(step);
        answer_waiters(step);
    } else {
        step_failed(step, status);
    }
    if (step->finish) wake_others(flow, step->finish);
    step_free(step);
    lane->busy = false;
    run_next(lane);
    flow_leave(flow);
}

static void run_next(struct lane *lane)
{
    if (lane->busy) return;
    if (!lane->first) {
        lane_rest(lane);
        return;
    }
    lane->busy = true;
    store_submit(lane->flow->store, &lane->first->job);
}

static struct step *step_new(struct flow *flow, struct str workspace, struct str conversation)
{
    struct step *step = mem_alloc(sizeof *step);
    arena_init(&step->arena);
    step->flow = flow;
    step->job = (struct store_job){ .run = step_run, .done = step_done, .mode = STORE_WRITE };
    step->lane = lane_get(flow, workspace, conversation);
    token_random(step->event.random, sizeof step->event.random);
    token_random(step->key_random, sizeof step->key_random);
    return step;
}

static void line_up(struct step *step)
{
    struct lane *lane = step->lane;
    if (lane->last)
        lane->last->next = step;
    else
        lane->first = step;
    lane->last = step;
    flow_enter(step->flow);
    run_next(lane);
}

static void wait_for(struct step *step, flow_turn_fn *fn, void *context)
{
    step->waiter = waiter_new(step->lane, fn, context);
    step->waiter->owner = &step->waiter;
}

static bool refuse_when_draining(struct flow *flow, flow_turn_fn *fn, void *context)
{
    if (!flow->draining) return false;
    struct flow_turn_result result = { .status = E_UNAVAILABLE };
    fn(context, &result);
    return true;
}

void flow_message(struct flow *flow, struct str workspace, struct str conversation, struct str text, struct str client_id,
                  flow_turn_fn *fn, void *context)
{
    if (refuse_when_draining(flow, fn, context)) return;
    struct step *step = step_new(flow, workspace, conversation);
    step->event.kind = TURN_MESSAGE;
    step->event.text = say_clean(text, &step->arena);
    step->client_id = arena_str(&step->arena, client_id);
    wait_for(step, fn, context);
    line_up(step);
}

void flow_decide(struct flow *flow, struct str workspace, struct str conversation, struct str action, bool yes, struct str hash,
                 flow_turn_fn *fn, void *context)
{
    if (refuse_when_draining(flow, fn, context)) return;
    struct step *step = step_new(flow, workspace, conversation);
    step->event.kind = yes ? TURN_CONFIRM : TURN_CANCEL;
    step->event.action = arena_str(&step->arena, action);
    step->event.hash = arena_str(&step->arena, hash);
    wait_for(step, fn, context);
    line_up(step);
}

void flow_stop(struct flow *flow, struct str workspace, struct str conversation, flow_turn_fn *fn, void *context)
{
    if (refuse_when_draining(flow, fn, context)) return;
    struct step *step = step_new(flow, workspace, conversation);
    step->event.kind = TURN_STOP;
    step->event.said = thinking_freeze(step->lane, &step->arena);
    wait_for(step, fn, context);
    line_up(step);
}

void flow_resume(struct flow *flow, struct str workspace, struct str conversation, flow_turn_fn *fn, void *context)
{
    if (refuse_when_draining(flow, fn, context)) return;
    struct step *step = step_new(flow, workspace, conversation);
    step->event.kind = TURN_RESUME;
    wait_for(step, fn, context);
    line_up(step);
}

/* ---- a model's end -------------------------------------------------------------------------------------------------------------- */

static struct model_run *run_copy(const struct model_run *run, struct arena *arena)
{
    struct model_run *copy = arena_new(arena, struct model_run);
    *copy = *run;
    copy->id = arena_str(arena, run->id);
    copy->workspace = arena_str(arena, run->workspace);
    copy->conversation = arena_str(arena, run->conversation);
    copy->evidence = arena_str(arena, run->evidence);
    return copy;
}

void turns_model(struct flow *flow, const struct turns_model *end)
{
    struct step *step = step_new(flow, end->run.workspace, end->run.conversation);
    struct model_reply *reply = arena_new(&step->arena, struct model_reply);
    struct model_run *run = run_copy(&end->run, &step->arena);
    *reply = reply_copy(end->reply, &step->arena);
    step->run = run;
    step->event.kind = reply->fault.kind == MODEL_FAULT_NONE ? TURN_MODEL_DONE : TURN_MODEL_FAILED;
    step->event.ask = run->id;
    step->event.reply = reply;
    step->event.said = arena_str(&step->arena, end->said);
    step->event.cut = end->cut;
    line_up(step);
}

/* ---- an action's end ------------------------------------------------------------------------------------------------------------- */

/* Stores what an action's calls have changed, and no turn. */
struct settling {
    struct store_job job;
    struct flow *flow;
    struct finish *finish;
};

static enum status settling_run(struct store_tx *tx, struct store_job *job)
{
    return finish_store(tx, ((struct settling *)job)->finish);
}

static void settling_done(struct store_job *job, enum status status)
{
    struct settling *settling = (struct settling *)job;
    struct finish *finish = settling->finish;
    answer_act(finish, status);
    wake_others(settling->flow, finish);
    if (status == OK)
        finish_free(finish);
    else
        finish_failed(settling->flow, finish, status);
    flow_leave(settling->flow);
    mem_free(settling);
}

static void settle_alone(struct flow *flow, struct finish *finish)
{
    struct settling *settling = mem_alloc(sizeof *settling);
    *settling = (struct settling){ .job = { .run = settling_run, .done = settling_done, .mode = STORE_WRITE },
                                   .flow = flow,
                                   .finish = finish };
    flow_enter(flow);
    store_submit(flow->store, &settling->job);
}

void turns_finish(struct flow *flow, struct finish *finish)
{
    if (finish->action.conversation.len == 0) {
        settle_alone(flow, finish);
        return;
    }
    struct step *step = step_new(flow, finish->action.workspace, finish->action.conversation);
    step->event.kind = finish->event;
    step->finish = finish;
    line_up(step);
}

/* ---- when it cannot be stored ---------------------------------------------------------------------------------------------------- */

struct retry {
    struct flow *flow;
    struct finish *finish;
};

static void try_again(void *context)
{
    struct retry *retry = context;
    if (retry->flow->halted)
        finish_abandon(retry->finish);
    else
        turns_finish(retry->flow, retry->finish);
    flow_leave(retry->flow);
    mem_free(retry);
}

static void try_later(struct flow *flow, struct finish *finish)
{
    struct retry *retry = mem_alloc(sizeof *retry);
    *retry = (struct retry){ flow, finish };
    flow_enter(flow);
    (void)loop_timer_start(flow->loop, STORE_RETRY_MS, try_again, retry);
}

/* Zendesk has answered, and nothing else can tell it: a disk that is full may have room in a moment, and a conversation whose state cannot be read must not keep the receipt
 * out. A mere notice is not worth either, as its action may have ended by then. */
static void finish_failed(struct flow *flow, struct finish *finish, enum status status)
{
    bool is_notice = finish->event == TURN_ACTION_WAITING && !finish->has_request;
    bool is_owned_elsewhere = status == E_CONFLICT;
    bool has_turn = finish->action.conversation.len > 0;
    if (is_notice || is_owned_elsewhere || (!has_turn && status == E_NOT_FOUND)) {
        finish_free(finish);
    } else if (status == E_IO || status == E_UNAVAILABLE) {
        try_later(flow, finish);
    } else if (has_turn) {
        finish->action.conversation = STR_NONE;
        settle_alone(flow, finish);
    } else {
        log_error("what Zendesk answered could not be stored", LOG_STR("action", finish->action.id),
                  LOG_STR("reason", str_from(status_name(status))));
        finish_free(finish);
    }
}

/* What a model said, once more. */
struct model_retry {
    struct flow *flow;
    struct arena arena;
    struct model_reply reply;
    struct turns_model end;
};

static void tell_model_again(void *context)
{
    struct model_retry *retry = context;
    struct flow *flow = retry->flow;
    if (!flow->halted) turns_model(flow, &retry->end); /* else the next start takes it up */
    arena_clear(&retry->arena);
    mem_free(retry);
    flow_leave(flow);
}

/* The conversation waits for it: a disk that is full may have room in a moment. */
static void model_failed(struct step *step, enum status status)
{
    if (status != E_IO && status != E_UNAVAILABLE) return;
    struct model_retry *retry = mem_alloc(sizeof *retry);
    *retry = (struct model_retry){ .flow = step->flow };
    arena_init(&retry->arena);
    retry->reply = reply_copy(step->event.reply, &retry->arena);
    retry->end = (struct turns_model){ .run = *run_copy(step->run, &retry->arena),
                                       .reply = &retry->reply,
                                       .said = arena_str(&retry->arena, step->event.said),
                                       .cut = step->event.cut };
    flow_enter(step->flow);
    (void)loop_timer_start(step->flow->loop, STORE_RETRY_MS, tell_model_again, retry);
}
