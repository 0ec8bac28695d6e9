/* think.c - see think.h.
 *
 * One call is out at a time, and its id is the only thing an answer can be for: whatever comes with another id is dropped in one place (turn.c). Between calls stands the exchange: every answer that called
 * for something, and what it was given. The words of an answer that calls are kept too, as they may have been read while they came.
 */
#include "agent/think.h"

#include "agent/adopt.h"
#include "agent/claim.h"
#include "agent/draft.h"
#include "agent/fence.h"
#include "agent/gate.h"
#include "agent/prompt.h"
#include "agent/provenance.h"
#include "agent/reply.h"
#include "agent/results.h"
#include "agent/say.h"
#include "agent/work.h"

enum { RELEASED_BYTES_MAX = 512 * 1024, AGAIN_WAIT_MS = 250, AGAIN_WAIT_MS_MAX = 2 * 1000 };

static struct exchange *exchange_of(struct turn *turn)
{
    if (!turn->thought.exchange) turn->thought.exchange = arena_new(turn->arena, struct exchange);
    return turn->thought.exchange;
}

static int64_t time_left_ms(const struct step *step)
{
    return step->turn->thought.began_at + TURN_THINK_MS - step->event->at_ms;
}

/* ---- asking, and ending ------------------------------------------------------------------------------------------------------ */

static void fall_back(struct step *, enum turn_why);

/* The agent's settings may have changed since the turn began, or a cap may be reached by now: then there is nobody to ask. */
static void ask_after(struct step *step, enum turn_why why, int64_t after_ms)
{
    struct thought *thought = &step->turn->thought;
    const struct exchange *exchange = thought->exchange;
    if (thought->engine >= step->world->engines) {
        fall_back(step, step->world->is_spent ? TURN_WHY_SPENT : TURN_WHY_FALLBACK);
        return;
    }
    thought->ask = step_id(step, "mdr_");
    thought->rounds++;
    step->out->ask = (struct turn_ask){
        .id = thought->ask,
        .engine = thought->engine,
        .why = why,
        .within_ms = time_left_ms(step),
        .after_ms = after_ms,
        .without_tools = thought->rounds == TURN_ROUNDS_MAX || (exchange && exchange->calls >= TOOLS_CALLS_PER_TURN_MAX),
    };
    step_state(step, STATE_THINKING);
}

static void ask(struct step *step, enum turn_why why)
{
    ask_after(step, why, 0);
}

/* Back to what the conversation waited for. */
static void end(struct step *step)
{
    struct turn *turn = step->turn;
    enum turn_state back = turn->resume;
    turn->thought = (struct thought){ 0 };
    turn->resume = STATE_IDLE;
    step_state(step, back);
}

static void end_saying(struct step *step, struct str text, bool is_cut)
{
    step_say_model(step, text, is_cut);
    end(step);
    draft_remind(step);
}

/* The words so far, with one more piece of them. */
static struct str join(struct step *step, struct str before, struct str more)
{
    struct str said = str_trim(before);
    if (said.len == 0 || more.len == 0) return said.len ? said : more;
    return arena_fmt(step->arena, "%.*s\n\n%.*s", STR_ARG(said), STR_ARG(more));
}

static struct str words(const struct step *step, enum text_id id)
{
    return str_from(step_words(step, id));
}

/* The built-in engine answers the message that no model could. */
static void fall_back(struct step *step, enum turn_why why)
{
    struct turn *turn = step->turn;
    struct str text = turn->thought.text;
    step->note = turn->thought.said;
    step->out->falls_back = true;
    step->out->ask.why = why;
    end(step);
    reply_builtin(step, text);
}

bool think_message(struct step *step, struct str text)
{
    struct turn *turn = step->turn;
    if (step->world->engines == 0 && !step->world->is_spent) return false;
    if (step->world->engines == 0) {
        step->out->falls_back = true;
        step->out->ask.why = TURN_WHY_SPENT;
        return false;
    }
    turn->thought = (struct thought){ .turn = step->out->turn, .text = step_keep(step, text), .began_at = step->event->at_ms };
    turn->resume = turn->state;
    ask(step, TURN_WHY_MESSAGE);
    return true;
}

/* A read that is out is kept with its action, and told to nobody. */
static void drop_read(struct turn *turn)
{
    if (!think_reads(turn)) return;
    turn->read = turn->read_turn = STR_NONE;
    turn->read_ticket = 0;
}

void think_abandon(struct step *step)
{
    struct turn *turn = step->turn;
    if (turn->thought.turn.len == 0) return;
    step->out->ended = turn->thought.turn;
    drop_read(turn);
    end(step);
}

bool think_stop(struct step *step)
{
    struct turn *turn = step->turn;
    struct thought *thought = &turn->thought;
    if (thought->turn.len == 0) return false;
    step->out->turn = thought->turn;
    struct str said = join(step, thought->said, step->event->said);
    drop_read(turn);
    end_saying(step, join(step, said, words(step, TEXT_STOPPED)), false);
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------------------------------- */

/* Of the answer's words, what may be said; *reason: why the rest may not, for the model; empty when all may. */
static struct str passed(struct step *step, struct str *reason)
{
    const struct turn_world *world = step->world;
    struct gate gate;
    struct leak hidden;
    struct gate_facts facts = { .receipts = world->receipts,
                                .receipt_count = world->receipt_count,
                                .known = world->known,
                                .known_count = world->known_count,
                                .taught = world->taught,
                                .now_ms = step->event->at_ms,
                                .hidden = &hidden };
    struct buf released;
    prompt_hidden(&world->agent->settings, step->arena, &hidden);
    buf_init(&released, RELEASED_BYTES_MAX);
    gate_begin(&gate, &facts, step->arena);
    gate_feed(&gate, say_clean(step->event->reply->text, step->arena), &released);
    bool held = gate_end(&gate, &released) != GATE_SAID;
    *reason = held ? gate.reason : STR_NONE;
    struct str text = arena_str(step->arena, str_trim(buf_view(&released)));
    gate_close(&gate);
    buf_clear(&released);
    return text;
}

/* An answer in words alone. */
static void answer(struct step *step)
{
    struct turn *turn = step->turn;
    struct thought *thought = &turn->thought;
    struct str reason, text = passed(step, &reason), said = join(step, thought->said, text);
    bool again = reason.len && !thought->was_held && thought->rounds < TURN_ROUNDS_MAX && time_left_ms(step) > 0;
    if (again && exchange_add_note(exchange_of(turn), text, reason, turn->arena)) {
        thought->was_held = true;
        thought->said = step_keep(step, said);
        ask(step, TURN_WHY_HELD);
        return;
    }
    end_saying(step, said, reason.len > 0);
}

/* ---- calls --------------------------------------------------------------------------------------------------------------------- */

/* Becomes an order of ours, which ends the turn of the model; false with the reason. */
static bool write_instead(struct step *step, const struct tools_call *call, bool must_show, struct str *reason)
{
    struct turn *turn = step->turn;
    enum turn_state back = turn->resume;
    struct thought kept = turn->thought;
    end(step);
    step->note = kept.said;
    step->must_show = must_show;
    bool taken = adopt_write(step, call->kind, call->arguments, reason);
    if (taken && turn->state != STATE_IDLE) turn->must_show = step->must_show;
    step->must_show = false;
    if (taken) return true;
    turn->thought = kept;
    turn->resume = back;
    step->note = STR_NONE;
    return false;
}

static void read_for_model(struct step *step, const struct tools_call *call)
{
    struct turn *turn = step->turn;
    struct action action = { .kind = call->kind, .status = ACTION_SENDING, .arguments = call->arguments };
    struct json *arguments = json_parse(call->arguments, NULL);
    int64_t ticket = json_get_int(arguments, "ticket_id", 0);
    json_free(arguments);
    action.hash = turn_action_hash(action.kind, action.arguments, step->arena);
    action.id = turn->read = step_id(step, "act_");
    turn->read_turn = turn->thought.turn;
    turn->read_kind = call->kind;
    turn->read_ticket = ticket > 0 ? (uint64_t)ticket : 0;
    step_act(step, TURN_READ, &action);
    step_state(step, STATE_READING);
}

/* Is it in order, and by whose words? False with the reason, for the model. */
static bool allows(struct step *step, const struct exchange *exchange, const struct model_call *call, struct tools_call *checked,
                   bool *must_show)
{
    *checked = (struct tools_call){ .reason = STR("The same was called before in this turn. Use that result.") };
    if (call->flaw != MODEL_FLAW_NONE) checked->reason = str_from(model_flaw_text(call->flaw));
    if (call->flaw != MODEL_FLAW_NONE || exchange_is_repeated(exchange, call)) return false;
    tools_check(step->world, call, step->arena, checked);
    bool asks = checked->verdict == TOOLS_INCOMPLETE && action_spec(checked->kind)->writes; /* we ask for the rest */
    if (checked->verdict != TOOLS_GOOD && !asks) return false;
    struct provenance_finding found = provenance_check(step->world->provenance, checked->kind, checked->arguments, step->arena);
    *must_show = found.verdict == PROVENANCE_MUST_SHOW;
    if (found.verdict == PROVENANCE_CLEAR || *must_show) return true;
    checked->reason = found.reason;
    return false;
}

/* The other writes of the same answer wait for this one; what there is no room for, the visitor is told of. */
static void keep_rest(struct step *step, const struct exchange *exchange)
{
    size_t count;
    const struct model_call *rest = exchange_rest(exchange, &count);
    for (size_t i = 0; i < count; i++) {
        struct tools_call checked;
        bool must_show;
        if (!allows(step, exchange, &rest[i], &checked, &must_show) || !action_spec(checked.kind)->writes) continue;
        if (adopt_later(step, checked.kind, checked.arguments)) continue;
        step_say(step, TEXT_WORK_KEPT_FULL);
        return;
    }
}

/* The call that is next: begun, or answered with why not. False: the turn goes on elsewhere. */
static bool take_call(struct step *step, const struct model_call *call)
{
    struct tools_call checked;
    const struct exchange *exchange = step->turn->thought.exchange;
    bool must_show, allowed = allows(step, exchange, call, &checked, &must_show);
    if (allowed && !action_spec(checked.kind)->writes) {
        read_for_model(step, &checked);
        return false;
    }
    if (allowed && write_instead(step, &checked, must_show, &checked.reason)) {
        keep_rest(step, exchange);
        return false;
    }
    exchange_add_result(step->turn->thought.exchange, checked.reason, true, step->turn->arena);
    return true;
}

/* Over the ceiling of a turn calls are answered without being looked at. */
static bool is_beyond(const struct exchange *exchange)
{
    return exchange->calls > TOOLS_CALLS_PER_TURN_MAX && exchange_results(exchange) >= TOOLS_CALLS_PER_TURN_MAX;
}

/* Does what is called for, one by one; then the model has its say again. */
static void go_on(struct step *step)
{
    struct turn *turn = step->turn;
    const struct model_call *call;
    if (!step->world->provenance) { /* the agent has no model any more */
        fall_back(step, TURN_WHY_FALLBACK);
        return;
    }
    while ((call = exchange_pending(turn->thought.exchange)) != NULL) {
        if (is_beyond(turn->thought.exchange))
            exchange_add_result(turn->thought.exchange, STR("No more calls in this turn. Answer with what is known."), true,
                                turn->arena);
        else if (!take_call(step, call))
            return;
    }
    if (turn->thought.rounds >= TURN_ROUNDS_MAX || time_left_ms(step) <= 0)
        fall_back(step, TURN_WHY_FALLBACK);
    else
        ask(step, TURN_WHY_RESULTS);
}

static void take_calls(struct step *step)
{
    struct turn *turn = step->turn;
    struct thought *thought = &turn->thought;
    struct str reason, text = passed(step, &reason);
    thought->said = step_keep(step, join(step, thought->said, text));
    bool had_enough = exchange_of(turn)->calls >= TOOLS_CALLS_PER_TURN_MAX; /* and was offered none */
    if (!had_enough && exchange_add_reply(exchange_of(turn), step->event->reply, text, turn->arena))
        go_on(step);
    else
        fall_back(step, TURN_WHY_FALLBACK);
}

bool think_reads(const struct turn *turn)
{
    return turn->read.len > 0 && turn->thought.turn.len > 0 && str_eq(turn->read_turn, turn->thought.turn) &&
           turn->thought.ask.len == 0;
}

void think_read_done(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    bool done = step->event->kind == TURN_ACTION_DONE && result != NULL;
    struct str mark = fence_mark(step->event->random, step->arena);
    struct str text = done ? results_done(turn->read_kind, step->event->result, mark, step->arena)
                           : results_failed(turn->read_kind, step->event->problem, step->arena);
    if (done && turn->read_ticket) turn->focus = turn->read_ticket;
    turn->read = turn->read_turn = STR_NONE;
    turn->read_ticket = 0;
    exchange_add_result(turn->thought.exchange, text, !done, turn->arena);
    if (turn->state == STATE_READING) go_on(step);
}

/* ---- what comes back from a model --------------------------------------------------------------------------------------------- */

static bool is_answer(const struct model_reply *reply)
{
    return reply->call_count > 0 || (str_trim(reply->text).len > 0 && !reply->call_in_text);
}

/* Something may have been read already: then what was shown stands, and nothing is tried again. */
static void break_off(struct step *step)
{
    struct str said = join(step, step->turn->thought.said, step->event->said);
    end_saying(step, join(step, said, words(step, TEXT_BROKE_OFF)), false);
}

static void fail(struct step *step, const struct model_fault *fault)
{
    struct turn *turn = step->turn;
    struct thought *thought = &turn->thought;
    bool passes = model_fault_may_retry(fault->kind) && fault->kind != MODEL_FAULT_TIMEOUT; /* that has cost enough time */
    bool soon = fault->retry_after_ms <= AGAIN_WAIT_MS_MAX && (step->event->cut || passes);
    bool may_ask = thought->rounds < TURN_ROUNDS_MAX && time_left_ms(step) > 0;
    if (step->event->said.len) {
        break_off(step);
    } else if (may_ask && soon && !thought->was_repeated) {
        thought->was_repeated = true;
        ask_after(step, TURN_WHY_AGAIN, fault->retry_after_ms > AGAIN_WAIT_MS ? fault->retry_after_ms : AGAIN_WAIT_MS);
    } else if (may_ask && thought->engine + 1 < step->world->engines) {
        thought->engine++;
        thought->was_repeated = false;
        if (thought->exchange) exchange_change_provider(thought->exchange);
        ask(step, TURN_WHY_FALLBACK);
    } else {
        fall_back(step, TURN_WHY_FALLBACK);
    }
}

void think_model(struct step *step)
{
    const struct model_reply *reply = step->event->reply;
    static const struct model_fault empty = { .kind = MODEL_FAULT_UNREADABLE };
    struct thought *thought = &step->turn->thought;
    step->out->turn = thought->turn;
    thought->ask = STR_NONE;
    if (!step->world->provenance) /* the agent has no model any more */
        fall_back(step, TURN_WHY_FALLBACK);
    else if (step->event->kind == TURN_MODEL_FAILED)
        fail(step, &reply->fault);
    else if (!is_answer(reply))
        fail(step, &empty);
    else if (reply->call_count > 0)
        take_calls(step);
    else
        answer(step);
}
