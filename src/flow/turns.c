/* turns.c - a conversation's steps, one at a time.
 *
 * A step is one job on the storage thread: load the conversation, run the pure turn machine on the event, write everything it decided, all in one transaction. The machine is pure, so it
 * may run there; read, decide and write cannot be parted by anybody. Only after the commit do things happen outside: watchers are told, requests are sent, the waiting HTTP request is
 * answered. Rejected: stepping on the loop's thread, which needs a second trip to the storage thread and a retry when the version has moved meanwhile.
 */
#include "flow/parts.h"

#include "agent/say.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/hash.h"
#include "vault/token.h"

#include <assert.h>
#include <string.h>

enum { STEP_ITEMS_MAX = 2 * TURN_EFFECTS_MAX + 4, TITLE_BYTES = 80 };

/* Something to tell the world after the commit. */
struct step_item {
    struct flow_event event;
    struct message message;
    struct action action;
};

/* A read or a send that starts after the commit. */
struct step_start {
    struct action action;
    struct request request;
    bool sends;
};

struct step {
    struct store_job job;
    struct flow *flow;
    struct lane *lane;
    struct step *next;
    struct arena arena;
    struct turn_event event;
    struct str client_id;
    uint8_t key_random[16];
    struct waiter *waiter; /* of this very input; NULL for what Zendesk answered */
    struct finish *finish; /* NULL for what people said */

    /* what the job found out and decided */
    struct conversation conversation;
    struct integration integration;
    bool connected;
    struct turn_effects effects;
    struct step_item *items[STEP_ITEMS_MAX];
    size_t item_count;
    struct step_start *starts[TURN_EFFECTS_MAX];
    size_t start_count;
    struct action *dry[TURN_EFFECTS_MAX]; /* shown, not sent: done at once */
    size_t dry_count;
    bool repeated; /* a client_id that was stored before */
    int64_t now_ms;
};

static const char *const awaiting_names[] = {
    [AWAIT_NOTHING] = NULL, [AWAIT_DETAILS] = "details", [AWAIT_CONFIRMATION] = "confirmation", [AWAIT_ACTION] = "action"
};

/* ---- on the storage thread --------------------------------------------------------------------------------------------------- */

static enum status load_world(struct store_tx *tx, struct step *step, struct agent *agent, struct turn_world *world)
{
    struct conversation *conversation = &step->conversation;
    enum status status = conversation_get(tx, step->lane->workspace, step->lane->conversation, &step->arena, conversation);
    if (status) return status;
    status = agent_get(tx, conversation->workspace, conversation->agent, &step->arena, agent);
    if (status) return status;
    struct integration *integrations;
    size_t count;
    status = integration_of_agent(tx, conversation->workspace, conversation->agent, &step->arena, &integrations, &count);
    if (status) return status;
    step->connected = count > 0;
    if (count > 0) step->integration = integrations[0];
    *world = (struct turn_world){
        .agent = agent,
        .connected = step->connected,
        .channel = conversation->channel,
        .identity = conversation->identity,
        .visitor_email = conversation->visitor_email,
        .visitor_name = conversation->visitor_name,
        .dry_run = conversation->dry_run,
    };
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        world->may[kind] = step->connected && step->integration.enabled[kind] && step->integration.permitted[kind];
        world->confirm[kind] = step->connected ? step->integration.confirm[kind] : CONFIRM_ALWAYS;
    }
    return OK;
}

static struct step_item *new_item(struct step *step, enum flow_event_kind kind)
{
    assert(step->item_count < STEP_ITEMS_MAX);
    struct step_item *item = step->items[step->item_count++] = arena_new(&step->arena, struct step_item);
    item->event.kind = kind;
    return item;
}

static struct step_item *add_item(struct step *step, enum flow_event_kind kind)
{
    struct step_item *item = new_item(step, kind);
    item->event.seq = ++step->conversation.last_seq;
    return item;
}

static struct step_start *add_start(struct step *step, const struct action *action, bool sends)
{
    struct step_start *start = step->starts[step->start_count++] = arena_new(&step->arena, struct step_start);
    start->action = *action;
    start->sends = sends;
    return start;
}

static enum status add_event(struct store_tx *tx, struct step *step, const struct step_item *item, struct str kind,
                             struct str action, struct str awaiting)
{
    struct event event = {
        .workspace = step->conversation.workspace,
        .conversation = step->conversation.id,
        .seq = item->event.seq,
        .kind = kind,
        .turn = step->effects.turn,
        .action = action,
        .awaiting = awaiting,
        .created_at = step->now_ms,
    };
    return event_insert(tx, &event);
}

static enum status add_message(struct store_tx *tx, struct step *step, enum author author, struct str text, struct str receipt)
{
    struct step_item *item = add_item(step, FLOW_MESSAGE);
    item->message = (struct message){
        .workspace = step->conversation.workspace,
        .conversation = step->conversation.id,
        .seq = item->event.seq,
        .id = new_id("msg_", step->now_ms, &step->arena),
        .turn = step->effects.turn,
        .author = author,
        .text = text,
        .receipt = receipt,
        .client_id = author == AUTHOR_VISITOR ? step->client_id : STR_NONE,
        .created_at = step->now_ms,
    };
    return message_insert(tx, &item->message);
}

static enum status show_action(struct store_tx *tx, struct step *step, const struct action *action)
{
    struct step_item *item = add_item(step, FLOW_ACTION);
    item->action = *action;
    return add_event(tx, step, item, arena_fmt(&step->arena, "action.%s", action_status_name(action->status)), action->id,
                     STR_NONE);
}

/* The words of the agent, with facts from the stored receipt and from nowhere else. */
static enum status say(struct store_tx *tx, struct step *step, const struct turn_effect *effect)
{
    struct str text = effect->text;
    if (effect->receipt.len > 0) {
        struct action action;
        enum status status = action_get(tx, step->conversation.workspace, effect->receipt, &step->arena, &action);
        if (status) return status;
        struct err err = { 0 };
        struct json *result = json_parse(action.result, &err);
        status = say_fill(effect->text, result, &step->arena, &text);
        json_free(result);
        if (status) return status;
    }
    return add_message(tx, step, AUTHOR_AGENT, text, effect->receipt);
}

/* The action's row as the turn machine made it, with what only flow knows. */
static struct action whole_action(const struct step *step, const struct turn_effect *effect, enum action_status status)
{
    struct action action = effect->action;
    action.workspace = step->conversation.workspace;
    action.conversation = step->conversation.id;
    action.turn = step->effects.turn;
    action.integration = step->connected ? step->integration.id : STR_NONE;
    action.status = status;
    action.dry_run = step->conversation.dry_run && action_spec(action.kind)->writes;
    action.created_at = action.updated_at = step->now_ms;
    return action;
}

static enum status save_action(struct store_tx *tx, struct step *step, struct action *action)
{
    struct action stored;
    enum status status = action_get(tx, action->workspace, action->id, &step->arena, &stored);
    if (status == E_NOT_FOUND) {
        status = action_insert(tx, action);
    } else if (status == OK) {
        action->created_at = stored.created_at;
        action->integration = stored.integration.len ? stored.integration : action->integration;
        status = action_update(tx, action);
    }
    return status ? status : show_action(tx, step, action);
}

/* Shows what would have been sent, in the place of the receipt. */
static enum status keep_dry(struct store_tx *tx, struct step *step, struct action *action)
{
    action->status = ACTION_DONE;
    struct request request = { 0 };
    struct problem problem = { 0 };
    struct buf result;
    buf_init(&result, LIMIT_ARGUMENTS_BYTES * 2);
    struct jw jw;
    jw_init(&jw, &result);
    jw_object(&jw);
    jw_kv_bool(&jw, "dry_run", true);
    if (outbox_prepare(step->flow, &step->integration, action, true, step->now_ms, step->key_random, &step->arena, &request,
                       &problem)) {
        jw_key(&jw, "would_send");
        jw_object(&jw);
        jw_kv_str(&jw, "method", str_from(http_method_name(request.method)));
        jw_kv_str(&jw, "path", request.path);
        jw_kv_raw(&jw, "body", request.body);
        jw_end_object(&jw);
    }
    jw_end_object(&jw);
    action->result = arena_str(&step->arena, buf_view(&result));
    buf_clear(&result);
    enum status status = save_action(tx, step, action);
    struct action *dry = step->dry[step->dry_count++] = arena_new(&step->arena, struct action);
    *dry = *action;
    return status;
}

/* The yes: the action is confirmed, its exact bytes are stored, and the intent to send them, all in this transaction. */
static enum status send_action(struct store_tx *tx, struct step *step, const struct turn_effect *effect)
{
    struct action action = whole_action(step, effect, ACTION_SENDING);
    if (action.dry_run) return keep_dry(tx, step, &action);
    struct request request;
    struct problem problem = { 0 };
    struct hash random = hash_blake2b_keyed((struct str){ (const char *)step->key_random, sizeof step->key_random }, action.id);
    bool is_test = step->conversation.channel == CHANNEL_CHATLAB || step->conversation.channel == CHANNEL_CLI;
    if (!outbox_prepare(step->flow, &step->integration, &action, is_test, step->now_ms, random.bytes, &step->arena, &request,
                        &problem)) {
        log_error("an action that passed its schema could not be put in Zendesk's language", LOG_STR("action", action.id));
        return E_INTERNAL;
    }
    enum status status = save_action(tx, step, &action);
    if (status) return status;
    status = request_insert(tx, &request);
    if (status) return status;
    add_start(step, &action, true)->request = request;
    return OK;
}

static enum status carry_out(struct store_tx *tx, struct step *step, const struct turn_effect *effect)
{
    struct action action;
    enum status status;
    switch (effect->kind) {
    case TURN_SAY: return say(tx, step, effect);
    case TURN_PROPOSE: action = whole_action(step, effect, ACTION_PROPOSED); return save_action(tx, step, &action);
    case TURN_READ:
        action = whole_action(step, effect, ACTION_SENDING);
        status = save_action(tx, step, &action);
        add_start(step, &action, false);
        return status;
    case TURN_SEND: return send_action(tx, step, effect);
    case TURN_CANCELLED:
        status = action_get(tx, step->conversation.workspace, effect->action.id, &step->arena, &action);
        if (status) return status;
        action.status = ACTION_CANCELLED;
        action.updated_at = step->now_ms;
        return save_action(tx, step, &action);
    }
    return E_INTERNAL;
}

/* A message that was sent twice: the stored answers of its turn, again. */
static enum status repeat_turn(struct store_tx *tx, struct step *step, const struct message *stored)
{
    struct message *messages;
    size_t count;
    step->repeated = true;
    step->effects.turn = stored->turn;
    enum status status =
        message_list(tx, stored->workspace, stored->conversation, stored->seq, LIMIT_PAGE_ROWS, &step->arena, &messages, &count);
    if (status) return status;
    for (size_t i = 0; i < count && step->item_count < TURN_EFFECTS_MAX; i++) {
        if (messages[i].author != AUTHOR_AGENT || !str_eq(messages[i].turn, stored->turn)) continue;
        new_item(step, FLOW_MESSAGE)->message = messages[i];
    }
    struct action *actions;
    status = action_of_conversation(tx, stored->workspace, stored->conversation, &step->arena, &actions, &count);
    for (size_t i = 0; status == OK && i < count && step->item_count < STEP_ITEMS_MAX; i++) {
        if (!str_eq(actions[i].turn, stored->turn)) continue;
        new_item(step, FLOW_ACTION)->action = actions[i];
    }
    return status;
}

static enum status save_conversation(struct store_tx *tx, struct step *step, const struct turn *turn)
{
    struct step_item *end = add_item(step, FLOW_TURN);
    end->event.turn = step->effects.turn;
    end->event.awaiting = awaiting_names[step->effects.awaiting];
    enum status status = add_event(tx, step, end, STR("turn.completed"), STR_NONE, str_from(end->event.awaiting));
    if (status) return status;
    if (step->conversation.title.len == 0 && step->event.kind == TURN_MESSAGE) {
        struct str rest = str_trim(step->event.text), line = rest;
        if (str_split(&rest, '\n', &line)) step->conversation.title = str_clip(line, TITLE_BYTES);
    }
    step->conversation.state = turn_save(turn, &step->arena);
    step->conversation.updated_at = step->now_ms;
    return conversation_save(tx, &step->conversation);
}

/* What Zendesk answered is stored first; it stands whatever the turn makes of it. */
static enum status take_finish(struct store_tx *tx, struct step *step)
{
    struct finish *finish = step->finish;
    enum status status = finish_store(tx, finish);
    if (status) return status;
    step->event.action = finish->action.id;
    step->event.result = finish->action.result;
    step->event.reference = finish->action.reference;
    step->event.problem = finish->has_problem ? &finish->problem : NULL;
    return show_action(tx, step, &finish->action);
}

static enum status step_run(struct store_tx *tx, struct store_job *job)
{
    struct step *step = (struct step *)job;
    struct agent agent;
    struct turn_world world;
    step->now_ms = store_now(tx);
    step->event.at_ms = step->now_ms;
    enum status status = load_world(tx, step, &agent, &world);
    if (status) return status;
    if (step->client_id.len > 0) {
        struct message stored;
        status =
            message_by_client_id(tx, step->lane->workspace, step->lane->conversation, step->client_id, &step->arena, &stored);
        if (status == OK) return repeat_turn(tx, step, &stored);
        if (status != E_NOT_FOUND) return status;
    }
    struct turn *turn;
    status = turn_load(step->conversation.state, &step->arena, &turn);
    if (status) return status;
    if (step->finish) {
        status = take_finish(tx, step);
        if (status) return status;
        if (step->finish->silent) return conversation_save(tx, &step->conversation);
    }
    turn_step(turn, &world, &step->event, &step->arena, &step->effects);
    if (step->effects.refused && !step->finish) return step->effects.refused;
    if (step->event.kind == TURN_MESSAGE) status = add_message(tx, step, AUTHOR_VISITOR, step->event.text, STR_NONE);
    for (size_t i = 0; status == OK && i < step->effects.count; i++) status = carry_out(tx, step, &step->effects.items[i]);
    return status ? status : save_conversation(tx, step, turn);
}

/* ---- on the loop's thread ------------------------------------------------------------------------------------------------------ */

static void run_next(struct lane *lane);

/* A request that is stored as due again: the outbox has to know when. */
static void wake_outbox(struct flow *flow, const struct finish *finish)
{
    if (finish->has_request && finish->request.state == REQUEST_READY) outbox_wake(flow);
}

static void step_free(struct step *step)
{
    if (step->waiter) step->waiter->owner = NULL;
    if (step->finish) finish_free(step->finish);
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
            if (waiter != step->waiter && !str_eq(waiter->turn, step->effects.turn)) continue;
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
    if (step->effects.awaiting == AWAIT_ACTION) return;
    for (struct waiter *waiter = step->lane->waiters, *next; waiter; waiter = next) {
        next = waiter->next;
        if (str_eq(waiter->turn, step->effects.turn)) waiter_answer(waiter, OK, awaiting_names[step->effects.awaiting]);
    }
}

/* Shown and not sent: the turn hears at once that it is done. */
static void finish_dry(struct flow *flow, const struct action *action)
{
    struct finish *finish = finish_new(action);
    finish->event = TURN_ACTION_DONE;
    turns_finish(flow, finish);
}

static void start_outside(struct step *step)
{
    for (size_t i = 0; i < step->start_count; i++) {
        const struct step_start *start = step->starts[i];
        if (start->sends)
            outbox_send(step->flow, &start->request, &step->integration, &start->action, NULL, NULL);
        else
            perform_read(step->flow, &step->integration, &start->action, NULL, NULL);
    }
    for (size_t i = 0; i < step->dry_count; i++) finish_dry(step->flow, step->dry[i]);
}

static void step_failed(struct step *step, enum status status)
{
    if (status != E_NOT_FOUND && status != E_CONFLICT)
        log_error("a turn could not be stored", LOG_STR("conversation", step->lane->conversation),
                  LOG_STR("reason", str_from(status_name(status))));
    if (step->waiter) waiter_answer(step->waiter, status, NULL);
}

/* Taken out of the line before anything else, as callbacks may put in the next one. The lane stays until the end by its busy mark. */
static void step_done(struct store_job *job, enum status status)
{
    struct step *step = (struct step *)job;
    struct lane *lane = step->lane;
    struct flow *flow = step->flow;
    lane->first = step->next;
    if (!lane->first) lane->last = NULL;
    if (status == OK) {
        tell(step);
        start_outside(step);
        answer_waiters(step);
    } else {
        step_failed(step, status);
    }
    if (step->finish) wake_outbox(flow, step->finish);
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

/* ---- an action's end ------------------------------------------------------------------------------------------------------------- */

/* For an action without a conversation. */
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
    if (finish->act_fn) finish->act_fn(finish->act_context, status, &finish->action);
    wake_outbox(settling->flow, finish);
    finish_free(finish);
    flow_leave(settling->flow);
    mem_free(settling);
}

void turns_finish(struct flow *flow, struct finish *finish)
{
    if (finish->action.conversation.len > 0) {
        struct step *step = step_new(flow, finish->action.workspace, finish->action.conversation);
        step->event.kind = finish->event;
        step->finish = finish;
        line_up(step);
        return;
    }
    struct settling *settling = mem_alloc(sizeof *settling);
    *settling = (struct settling){ .job = { .run = settling_run, .done = settling_done, .mode = STORE_WRITE },
                                   .flow = flow,
                                   .finish = finish };
    flow_enter(flow);
    store_submit(flow->store, &settling->job);
}
