/* step.c - see step.h.
 *
 * The machine is pure, so it may run on the storage thread, inside the transaction that reads its state and writes its effects: nobody can come between. Rejected: stepping on the loop's
 * thread, which needs a second trip to the storage thread and a retry when the version has moved meanwhile (docs/decisions/0003).
 */
#include "flow/step.h"

#include "agent/delivery.h"
#include "agent/policy.h"
#include "base/counter.h"
#include "base/log.h"
#include "flow/chain.h"
#include "flow/notice.h"
#include "flow/spoken.h"
#include "flow/thinking.h"
#include "vault/hash.h"

#include <assert.h>

enum { TITLE_BYTES = 80 };

const char *step_awaiting_name(enum turn_awaiting awaiting)
{
    static const char *const names[] = { [AWAIT_NOTHING] = NULL,
                                         [AWAIT_DETAILS] = "details",
                                         [AWAIT_CONFIRMATION] = "confirmation",
                                         [AWAIT_ACTION] = "action",
                                         [AWAIT_PERSON] = "person" };
    return names[awaiting];
}

/* Those that are not over, as they stand in this transaction. */
static enum status load_requests(struct store_tx *tx, struct step *step, struct turn_world *world)
{
    struct request *rows;
    size_t count;
    const struct conversation *conversation = &step->conversation;
    enum status status = request_of_conversation(tx, conversation->workspace, conversation->id, &step->arena, &rows, &count);
    if (status) return status;
    struct turn_request *requests = arena_array(&step->arena, count, sizeof *requests);
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct turn_request){
            .action = rows[i].action,
            .state = rows[i].state,
            .was_sent = rows[i].first_sent_at > 0,
            .may_drop = rows[i].first_sent_at == 0 && delivery_may_decide(&rows[i], step->now_ms),
        };
    }
    world->requests = requests;
    world->request_count = count;
    return OK;
}

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
    step->scope = scope_of(conversation, &step->arena);
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
    struct str asked = STR_NONE;
    status = load_requests(tx, step, world);
    if (status == OK && count > 0)
        status = zendesk_account_fields(tx, conversation->workspace, step->integration.subdomain, &step->arena, &asked);
    if (status) return status;
    world->fields = asked_read(asked, &step->arena);
    struct attachment *files;
    status = attachment_waiting(tx, conversation->workspace, conversation->id, &step->arena, &files, &world->file_count);
    if (status) return status;
    world->files = files;
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        world->may[kind] = step->connected && step->integration.enabled[kind] && step->integration.permitted[kind];
        world->confirm[kind] = step->connected ? step->integration.confirm[kind] : CONFIRM_ALWAYS;
    }
    return OK;
}

/* The models that may be asked, and what they may know. */
static enum status load_models(struct store_tx *tx, struct step *step, const struct turn *turn, struct turn_world *world)
{
    struct chain *chain = arena_new(&step->arena, struct chain);
    enum status status = chain_load(tx, step, world->agent, chain);
    if (status || chain->count == 0) return status;
    struct recall *recall = arena_new(&step->arena, struct recall);
    step->chain = chain;
    step->recall = recall;
    status = recall_load(tx, step, turn, world, recall);
    return status ? status : chain_check_caps(tx, step, chain, recall->tokens, world);
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
                             struct str turn, struct str action, struct str awaiting)
{
    struct event event = {
        .workspace = step->conversation.workspace,
        .conversation = step->conversation.id,
        .seq = item->event.seq,
        .kind = kind,
        .turn = turn,
        .action = action,
        .awaiting = awaiting,
        .created_at = step->now_ms,
    };
    return event_insert(tx, &event);
}

static enum status add_message(struct store_tx *tx, struct step *step, enum author author, struct str text, struct str receipts)
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
        .receipts = receipts,
        .client_id = author == AUTHOR_VISITOR ? step->client_id : STR_NONE,
        .created_at = step->now_ms,
    };
    return message_insert(tx, &item->message);
}

static enum status show_action(struct store_tx *tx, struct step *step, const struct action *action)
{
    struct step_item *item = add_item(step, FLOW_ACTION);
    struct str kind = arena_fmt(&step->arena, "action.%s", action_status_name(action->status));
    item->action = *action;
    return add_event(tx, step, item, kind, step->effects.turn.len > 0 ? step->effects.turn : action->turn, action->id, STR_NONE);
}

/* The words of the agent, with facts from stored receipts and from nowhere else. */
static enum status say(struct store_tx *tx, struct step *step, const struct turn_effect *effect)
{
    struct str text, receipts;
    enum status status = spoken_pass(tx, step, effect, &text, &receipts);
    return status ? status : add_message(tx, step, AUTHOR_AGENT, text, receipts);
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

/* Shows what would have been sent, in the place of the receipt. Like a read it is under way until its finish is stored, so a process that dies in between takes it up. */
static enum status keep_dry(struct store_tx *tx, struct step *step, struct action *action)
{
    action->result = perform_preview(step->flow, &step->integration, action, &step->scope, step->now_ms, &step->arena);
    enum status status = save_action(tx, step, action);
    struct action *dry = step->dry[step->dry_count++] = arena_new(&step->arena, struct action);
    *dry = *action;
    return status;
}

/* Its files are this action's from now on, and those that had ended before have been told. */
static enum status take_files(struct store_tx *tx, const struct step *step, const struct action *action)
{
    const struct conversation *conversation = &step->conversation;
    struct json *arguments = json_parse(action->arguments, NULL);
    const struct json *uploads = json_get(arguments, "uploads");
    enum status status = OK;
    for (size_t i = 0; i < json_count(uploads) && status == OK; i++)
        status = attachment_take(tx, conversation->workspace, conversation->id, json_str(json_at(uploads, i)), action->id);
    json_free(arguments);
    return status ? status : attachment_delete_expired(tx, conversation->workspace, conversation->id, step->now_ms);
}

/* The yes: the action is confirmed, its exact bytes are stored, and the intent to send them, all in this transaction. What has to be looked up in Zendesk before comes first, and the bytes with
 * it. */
static enum status send_action(struct store_tx *tx, struct step *step, const struct turn_effect *effect)
{
    struct action action = whole_action(step, effect, ACTION_SENDING);
    if (action.dry_run) return keep_dry(tx, step, &action);
    struct hash random = hash_blake2b_keyed((struct str){ (const char *)step->key_random, sizeof step->key_random }, action.id);
    struct order order =
        order_begin(step->flow, &step->integration, &action, &step->scope, step->now_ms, random.bytes, &step->arena);
    enum status status = save_action(tx, step, &action);
    if (status == OK) status = take_files(tx, step, &action);
    if (status) return status;
    if (order.next != ORDER_READY) { /* its reads come first; or the same attempt says, with its problem, why it cannot be sent */
        add_start(step, &action, false);
        return OK;
    }
    order_suspect(step->flow, &order.request, &action, step->now_ms);
    status = request_insert(tx, &order.request);
    if (status) return status;
    add_start(step, &action, true)->request = order.request;
    return OK;
}

/* Whoever asked for it calls it off before anything has left. */
static enum status drop_request(struct store_tx *tx, struct step *step, struct str id)
{
    struct request request;
    struct action action;
    enum status status = request_get(tx, step->conversation.workspace, id, &step->arena, &request);
    if (status == OK) status = action_get(tx, step->conversation.workspace, id, &step->arena, &action);
    if (status == OK) status = request_seize(tx, &request);
    if (status) return status;
    delivery_drop(&request);
    request.problem = action.problem = STR_NONE;
    request.updated_at = action.updated_at = step->now_ms;
    action.status = ACTION_CANCELLED;
    status = request_update(tx, &request);
    return status ? status : save_action(tx, step, &action);
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
    case TURN_DROP: return drop_request(tx, step, effect->action.id);
    }
    return E_INTERNAL;
}

/* What the turn came to wait for, from its last event; without one it still waits for Zendesk. */
static void recall_awaiting(struct step *step, const struct event *events, size_t count)
{
    step->effects.awaiting = AWAIT_ACTION;
    step->goes_on = true;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(events[i].turn, step->effects.turn) || !str_eq(events[i].kind, STR("turn.completed"))) continue;
        step->goes_on = false;
        step->effects.awaiting = AWAIT_NOTHING;
        for (int a = AWAIT_DETAILS; a <= AWAIT_PERSON; a++)
            if (str_eq(events[i].awaiting, str_from(step_awaiting_name((enum turn_awaiting)a))))
                step->effects.awaiting = (enum turn_awaiting)a;
    }
}

static bool has_item_of(const struct step *step, struct str action)
{
    for (size_t i = 0; i < step->item_count; i++)
        if (str_eq(step->items[i]->action.id, action)) return true;
    return false;
}

/* Those that the turn's events name, as they stand now: a yes touches an action that an earlier turn proposed. */
static enum status recall_actions(struct store_tx *tx, struct step *step, const struct event *events, size_t count)
{
    for (size_t i = 0; i < count && step->item_count < STEP_ITEMS_MAX; i++) {
        struct action action;
        if (!str_eq(events[i].turn, step->effects.turn) || events[i].action.len == 0) continue;
        if (has_item_of(step, events[i].action)) continue;
        enum status status = action_get(tx, events[i].workspace, events[i].action, &step->arena, &action);
        if (status) return status;
        new_item(step, FLOW_ACTION)->action = action;
    }
    return OK;
}

/* A message that was sent twice: the stored answers of its turn, again. */
static enum status repeat_turn(struct store_tx *tx, struct step *step, const struct message *stored)
{
    struct message *messages;
    struct event *events;
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
    status = event_list(tx, stored->workspace, stored->conversation, stored->seq, LIMIT_PAGE_ROWS, &step->arena, &events, &count);
    if (status) return status;
    recall_awaiting(step, events, count);
    return recall_actions(tx, step, events, count);
}

/* A turn that waits for Zendesk has not ended: the one that began the action, and a second click that joins it. A message that came meanwhile has its answer. */
static bool turn_goes_on(const struct step *step)
{
    bool began = step->start_count > 0 || step->dry_count > 0 || step->thinking != NULL;
    bool joined = step->event.kind == TURN_CONFIRM;
    return step->effects.awaiting == AWAIT_ACTION && (began || joined);
}

/* Overtaken by another, without an answer of its own. */
static enum status end_overtaken(struct store_tx *tx, struct step *step)
{
    if (step->effects.ended.len == 0) return OK;
    struct step_item *end = add_item(step, FLOW_TURN);
    end->event.turn = step->effects.ended;
    return add_event(tx, step, end, STR("turn.completed"), step->effects.ended, STR_NONE, STR_NONE);
}

static enum status end_turn(struct store_tx *tx, struct step *step)
{
    enum status status = end_overtaken(tx, step);
    if (status) return status;
    step->goes_on = turn_goes_on(step);
    if (step->goes_on || step->effects.turn.len == 0) return OK; /* no turn: an outcome that nobody waited for any more */
    struct step_item *end = add_item(step, FLOW_TURN);
    end->event.turn = step->effects.turn;
    end->event.awaiting = step_awaiting_name(step->effects.awaiting);
    return add_event(tx, step, end, STR("turn.completed"), step->effects.turn, STR_NONE, str_from(end->event.awaiting));
}

/* For the team, from when on a person is asked for. */
static enum status mark(struct store_tx *tx, struct step *step)
{
    struct conversation *conversation = &step->conversation;
    bool was_marked = conversation->needs_person_at > 0;
    if (!step->effects.needs_person) conversation->needs_person_at = 0;
    if (!step->effects.needs_person || was_marked) return OK;
    conversation->needs_person_at = step->now_ms;
    return notice_person(tx, conversation, &step->has_notice);
}

static enum status save_conversation(struct store_tx *tx, struct step *step, const struct turn *turn)
{
    enum status status = end_turn(tx, step);
    if (status) return status;
    if (step->conversation.title.len == 0 && step->event.kind == TURN_MESSAGE) {
        struct str rest = str_trim(step->event.text), line = rest;
        if (str_split(&rest, '\n', &line)) step->conversation.title = str_clip(line, TITLE_BYTES);
    }
    status = mark(tx, step);
    if (status) return status;
    step->conversation.state = turn_save(turn, &step->arena);
    step->conversation.updated_at = step->now_ms;
    return conversation_save(tx, &step->conversation);
}

/* To a visitor, somebody else's ticket is one that is not there: the same status, the same problem, and not a word of it is stored. */
static void hide_foreign(struct step *step, const struct turn_world *world)
{
    struct finish *finish = step->finish;
    if (policy_is_member(world) || finish->action.kind != ACTION_GET_TICKET) return;
    struct json *ticket = finish->event == TURN_ACTION_DONE ? json_parse(finish->action.result, NULL) : NULL;
    bool is_foreign = finish->event == TURN_ACTION_DONE && !policy_may_see(world, ticket);
    bool is_absent = finish->has_problem && finish->problem.id == PROBLEM_ZENDESK_NOT_FOUND;
    json_free(ticket);
    if (!is_foreign && !is_absent) return;
    step->event.kind = finish->event = TURN_ACTION_FAILED;
    finish->action.status = ACTION_REJECTED;
    finish->action.result = STR_NONE;
    finish_set_problem(finish, &(struct problem){ .id = PROBLEM_ZENDESK_NOT_FOUND, .facts = { .what = STR("ticket") } });
    for (size_t i = 0; i < finish->call_count; i++) finish->calls[i].answer_body = STR_NONE;
}

/* The model that is asked next, or that none is. */
static enum status ask_model(struct store_tx *tx, struct step *step, const struct turn *turn, const struct turn_world *world)
{
    const struct turn_ask *ask = &step->effects.ask;
    if (ask->why == TURN_WHY_HELD) counter_add(COUNTER_CLAIMS_HELD, 1);
    if (ask->id.len) return thinking_prepare(tx, step, turn, world, &step->thinking);
    return step->effects.falls_back ? chain_fall_back(tx, step, ask->why) : OK;
}

static enum status carry_out_all(struct store_tx *tx, struct step *step, const struct turn *turn, const struct turn_world *world)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < step->effects.count; i++) status = carry_out(tx, step, &step->effects.items[i]);
    if (status == OK) status = ask_model(tx, step, turn, world);
    return status ? status : save_conversation(tx, step, turn);
}

/* What a person wrote or pressed. */
static enum status take_input(struct store_tx *tx, struct step *step, struct turn *turn, const struct turn_world *world)
{
    enum status status = OK;
    turn_step(turn, world, &step->event, &step->arena, &step->effects);
    if (step->effects.refused) return step->effects.refused;
    if (step->event.kind == TURN_MESSAGE) status = add_message(tx, step, AUTHOR_VISITOR, step->event.text, STR_NONE);
    return status ? status : carry_out_all(tx, step, turn, world);
}

/* What Zendesk answered is stored first; it stands whatever the turn makes of it. */
static enum status take_finish(struct store_tx *tx, struct step *step, struct turn *turn, const struct turn_world *world)
{
    struct finish *finish = step->finish;
    hide_foreign(step, world);
    enum status status = finish_store(tx, finish);
    if (status) return status;
    step->event.action = finish->action.id;
    step->event.result = finish->action.result;
    step->event.reference = finish->action.reference;
    step->event.problem = finish->has_problem ? &finish->problem : NULL;
    if (!finish->silent) turn_step(turn, world, &step->event, &step->arena, &step->effects);
    status = show_action(tx, step, &finish->action);
    if (status) return status;
    return finish->silent ? conversation_save(tx, &step->conversation) : carry_out_all(tx, step, turn, world);
}

/* What a model came to. Its cost stands whatever the turn makes of it. */
static enum status take_model(struct store_tx *tx, struct step *step, struct turn *turn, const struct turn_world *world)
{
    enum status status = chain_end_run(tx, step->run, step->now_ms);
    if (status) return status;
    turn_step(turn, world, &step->event, &step->arena, &step->effects);
    return carry_out_all(tx, step, turn, world);
}

static enum status run_turn(struct store_tx *tx, struct step *step, struct turn_world *world)
{
    struct turn *turn;
    enum status status = turn_load(step->conversation.state, &step->arena, &turn);
    if (status == OK) status = load_models(tx, step, turn, world);
    if (status) return status;
    if (step->finish) return take_finish(tx, step, turn, world);
    return step->run ? take_model(tx, step, turn, world) : take_input(tx, step, turn, world);
}

enum status step_run(struct store_tx *tx, struct store_job *job)
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
    status = run_turn(tx, step, &world);
    if (step->recall) recall_clear(step->recall);
    return status;
}
