/* recall.c - rows of a conversation as receipts, sources and neutral turns.
 *
 * An action that was done is told as a call and its result, between the messages where it happened; what is still open, or was called off, stands in the agent's messages and needs no more.
 */
#include "flow/recall.h"

#include "agent/context.h"
#include "agent/exchange.h"
#include "agent/fence.h"
#include "agent/results.h"

enum { MESSAGES_BACK = 400 /* sequence numbers, which messages share with events */, FIXED_TOKENS = 4000 /* prompt and tools */ };

/* ---- reading -------------------------------------------------------------------------------------------------------------------- */

/* The newest: what is older than MESSAGES_BACK is no longer told. */
static enum status load_messages(struct store_tx *tx, struct step *step, struct recall *recall)
{
    const struct conversation *conversation = &step->conversation;
    int64_t after = conversation->last_seq > MESSAGES_BACK ? conversation->last_seq - MESSAGES_BACK : 0;
    struct message *messages = arena_array(&step->arena, MESSAGES_BACK + 1, sizeof *messages), *page;
    size_t count = 0, more = LIMIT_PAGE_ROWS;
    while (more == LIMIT_PAGE_ROWS && count + more <= MESSAGES_BACK) {
        enum status status =
            message_list(tx, conversation->workspace, conversation->id, after, LIMIT_PAGE_ROWS, &step->arena, &page, &more);
        if (status) return status;
        for (size_t i = 0; i < more; i++) messages[count++] = page[i];
        if (more) after = page[more - 1].seq;
    }
    if (step->event.kind == TURN_MESSAGE)
        messages[count++] = (struct message){ .author = AUTHOR_VISITOR, .text = step->event.text, .created_at = step->now_ms };
    recall->messages = messages;
    recall->message_count = count;
    return OK;
}

static enum status load_actions(struct store_tx *tx, struct step *step, struct recall *recall)
{
    const struct conversation *conversation = &step->conversation;
    struct action *newest_first;
    size_t count;
    enum status status =
        action_of_conversation(tx, conversation->workspace, conversation->id, &step->arena, &newest_first, &count);
    if (status) return status;
    struct action *actions = arena_array(&step->arena, count, sizeof *actions);
    for (size_t i = 0; i < count; i++) actions[i] = newest_first[count - 1 - i];
    recall->actions = actions;
    recall->action_count = count;
    return OK;
}

static void make_receipts(struct step *step, struct str turn, struct recall *recall)
{
    recall->receipts = arena_array(&step->arena, recall->action_count + TURN_EFFECTS_MAX, sizeof *recall->receipts);
    for (size_t i = 0; i < recall->action_count; i++) {
        const struct action *action = &recall->actions[i];
        recall->receipts[recall->receipt_count++] = (struct claim_receipt){
            .action = action->id,
            .kind = action->kind,
            .status = action->status,
            .result = action->result.len ? json_parse(action->result, NULL) : NULL,
            .arguments = action->arguments,
            .reference = action->reference,
            .earlier = !str_eq(action->turn, turn),
        };
    }
}

static bool is_over(const struct action *action)
{
    return action->status == ACTION_DONE || action->status == ACTION_REJECTED || action->status == ACTION_CANCELLED;
}

/* Messages and results in the order in which they came. */
static void note_sources(struct step *step, struct recall *recall)
{
    struct provenance *sources = &recall->provenance;
    size_t done = 0;
    for (size_t i = 0; i <= recall->message_count; i++) {
        int64_t until = i < recall->message_count ? recall->messages[i].created_at : INT64_MAX;
        for (; done < recall->action_count && recall->actions[done].created_at < until; done++) {
            const struct action *action = &recall->actions[done];
            if (action->result.len) provenance_note_result(sources, action->result, &step->arena);
            if (action_spec(action->kind)->writes && is_over(action)) provenance_settle(sources);
        }
        if (i < recall->message_count && recall->messages[i].author == AUTHOR_VISITOR)
            provenance_note(sources, PROVENANCE_VISITOR, recall->messages[i].text);
    }
}

/* What may be repeated without proof: what the visitor said, and what the workspace told its agent. */
static void note_known(struct step *step, const struct agent *agent, struct recall *recall)
{
    recall->known = arena_array(&step->arena, recall->message_count + 1, sizeof *recall->known);
    recall->taught = agent->settings.instructions;
    recall->known[recall->known_count++] = agent->name;
    for (size_t i = 0; i < recall->message_count; i++)
        if (recall->messages[i].author == AUTHOR_VISITOR) recall->known[recall->known_count++] = recall->messages[i].text;
}

static void estimate(const struct agent *agent, struct recall *recall)
{
    recall->tokens = FIXED_TOKENS + context_tokens(agent->settings.instructions);
    for (size_t i = 0; i < recall->message_count; i++) recall->tokens += context_tokens(recall->messages[i].text);
    for (size_t i = 0; i < recall->action_count; i++) recall->tokens += context_tokens(recall->actions[i].result);
}

enum status recall_load(struct store_tx *tx, struct step *step, const struct turn *turn, struct turn_world *world,
                        struct recall *recall)
{
    *recall = (struct recall){ 0 };
    enum status status = load_messages(tx, step, recall);
    if (status == OK) status = load_actions(tx, step, recall);
    if (status) return status;
    make_receipts(step, turn_thinks(turn), recall);
    provenance_note(&recall->provenance, PROVENANCE_TEAM, world->agent->settings.instructions);
    provenance_note(&recall->provenance, PROVENANCE_TEAM, world->visitor_email);
    provenance_note(&recall->provenance, PROVENANCE_TEAM, world->visitor_name);
    note_sources(step, recall);
    note_known(step, world->agent, recall);
    estimate(world->agent, recall);
    world->receipts = recall->receipts;
    world->receipt_count = recall->receipt_count;
    world->taught = recall->taught;
    world->known = recall->known;
    world->known_count = recall->known_count;
    world->provenance = &recall->provenance;
    return OK;
}

void recall_clear(struct recall *recall)
{
    for (size_t i = 0; i < recall->receipt_count; i++) json_free((struct json *)(uintptr_t)recall->receipts[i].result);
    recall->receipt_count = 0;
}

/* ---- as neutral turns ------------------------------------------------------------------------------------------------------------ */

struct history {
    struct model_turn *turns;
    size_t count;
    struct str mark;
    struct arena *arena;
};

static void add_text(struct history *history, enum model_role role, struct str text)
{
    history->turns[history->count++] = (struct model_turn){ .role = role, .text = text };
}

static void add_action(struct history *history, const struct action *action)
{
    struct model_call *call = arena_new(history->arena, struct model_call);
    *call = (struct model_call){ .id = action->id,
                                 .name = str_from(action_spec(action->kind)->slug),
                                 .arguments = action->arguments };
    history->turns[history->count++] = (struct model_turn){ .role = MODEL_ASSISTANT, .calls = call, .call_count = 1 };
    history->turns[history->count++] = (struct model_turn){
        .role = MODEL_RESULT,
        .text = results_done(action->kind, action->result, history->mark, history->arena),
        .call_id = call->id,
        .call_name = call->name,
    };
}

/* The message that is thought about; beyond the end when it is not among the newest. */
static size_t find_question(const struct recall *recall, struct str question)
{
    for (size_t i = recall->message_count; i-- > 0;)
        if (recall->messages[i].author == AUTHOR_VISITOR && str_eq(str_trim(recall->messages[i].text), str_trim(question)))
            return i;
    return recall->message_count;
}

/* What was done before the message; reads of the turn itself stand in its exchange. */
static void add_past(struct history *history, const struct recall *recall, size_t question)
{
    size_t done = 0;
    for (size_t i = 0; i <= question && i < recall->message_count; i++) {
        const struct message *message = &recall->messages[i];
        for (; done < recall->action_count && recall->actions[done].created_at < message->created_at; done++)
            if (recall->actions[done].status == ACTION_DONE) add_action(history, &recall->actions[done]);
        if (i < question) add_text(history, message->author == AUTHOR_VISITOR ? MODEL_USER : MODEL_ASSISTANT, message->text);
    }
}

void recall_history(const struct recall *recall, const struct turn *turn, const uint8_t random[TURN_RANDOM_BYTES],
                    struct arena *arena, struct model_turn **turns, size_t *count)
{
    struct str question = turn_question(turn);
    const struct exchange *exchange = turn_exchange(turn);
    struct history history = { .arena = arena, .mark = fence_mark(random, arena) };
    size_t room = recall->message_count + 2 * recall->action_count + EXCHANGE_TURNS_MAX + 1;
    history.turns = arena_array(arena, room, sizeof *history.turns);
    add_past(&history, recall, find_question(recall, question));
    add_text(&history, MODEL_USER, question);
    for (size_t i = 0; exchange && i < exchange->count; i++) history.turns[history.count++] = exchange->turns[i];
    *turns = history.turns;
    *count = history.count;
}
