/* turn.c - the machine's door: one event in, its effects out.
 *
 * Messages go to reply.c, which has one function per state; buttons are checked against the open proposal here; what comes back from Zendesk is
 * matched here, in one place, against what the conversation waits for, and dropped when it waits for something else. The state is assigned by step_state alone.
 */
#include "agent/turn.h"

#include <assert.h>

#include "agent/adopt.h"
#include "agent/draft.h"
#include "agent/lookup.h"
#include "agent/outcome.h"
#include "agent/person.h"
#include "agent/reply.h"
#include "agent/step.h"
#include "agent/think.h"
#include "agent/work.h"
#include "vault/hash.h"

struct str turn_action_hash(enum action_kind kind, struct str canonical_arguments, struct arena *arena)
{
    /* The line feed keeps slug and arguments apart; no slug has one. */
    struct hash hash = hash_blake2b(arena_fmt(arena, "%s\n%.*s", action_spec(kind)->slug, STR_ARG(canonical_arguments)));
    char text[2 * HASH_BYTES + 1];
    hash_hex(&hash, text);
    return arena_str(arena, str_from(text));
}

static void begin_turn(struct step *step)
{
    step->turn->id = step_id(step, "trn_");
    step->out->turn = step->turn->id;
}

/* ---- buttons -------------------------------------------------------------------------------------------------------------------------------- */

/* Is the event about the open proposal, with the hash it was shown with? */
static enum status check_button(const struct turn *turn, const struct turn_event *event)
{
    if (turn->action.len == 0 || !str_eq(event->action, turn->action)) return E_NOT_FOUND;
    if (event->kind == TURN_CONFIRM && !str_eq(event->hash, turn->hash)) return E_CONFLICT;
    if (event->kind == TURN_CANCEL && turn->state == STATE_SENDING) return E_NOT_FOUND;
    return OK;
}

static void on_button(struct step *step)
{
    struct turn *turn = step->turn;
    step->out->refused = check_button(turn, step->event);
    if (step->out->refused != OK) return;
    if (turn->state == STATE_SENDING) { /* a second click on what is already on its way */
        step->out->turn = turn->action_turn;
        return;
    }
    begin_turn(step);
    think_abandon(step);
    bool order = work_is_open(turn), agrees = step->event->kind == TURN_CONFIRM;
    if (order && agrees)
        work_agree(step);
    else if (order)
        work_cancel(step);
    else if (agrees)
        draft_confirm(step);
    else
        draft_cancel(step);
}

/* ---- what comes back ------------------------------------------------------------------------------------------------------------------------ */

static void on_result(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    struct str action = step->event->action;
    if (action.len == 0) return;
    if (str_eq(action, turn->read)) {
        step->out->turn = turn->read_turn;
        if (think_reads(turn))
            think_read_done(step, result);
        else if (turn->read_kind == ACTION_GET_TICKET)
            lookup_done(step, result);
        else
            work_read_done(step, result);
        return;
    }
    if (turn->state == STATE_SENDING && str_eq(action, turn->action)) {
        step->out->turn = turn->action_turn;
        outcome_now(step, result);
        return;
    }
    for (size_t i = 0; i < turn->waiting_count; i++) {
        if (!str_eq(action, turn->waiting[i].action)) continue;
        step->out->turn = turn->waiting[i].turn;
        outcome_late(step, i, result);
        return;
    }
}

static void on_action(struct step *step)
{
    struct err err;
    bool done = step->event->kind == TURN_ACTION_DONE;
    struct json *result = done && step->event->result.len ? json_parse(step->event->result, &err) : NULL;
    on_result(step, result);
    if (result) json_free(result);
}

/* ---- what a model says ------------------------------------------------------------------------------------------------------------------------ */

/* The one place where an answer that nobody waits for is dropped. */
static void on_model(struct step *step)
{
    if (step->event->ask.len > 0 && str_eq(step->event->ask, step->turn->thought.ask)) think_model(step);
}

struct str turn_thinks(const struct turn *turn)
{
    return turn->thought.turn;
}

struct str turn_question(const struct turn *turn)
{
    return turn->thought.text;
}

struct str turn_said(const struct turn *turn)
{
    return turn->thought.said;
}

const struct exchange *turn_exchange(const struct turn *turn)
{
    return turn->thought.exchange;
}

const char *turn_why_name(enum turn_why why)
{
    static const char *const names[TURN_WHY_COUNT] = { "message", "results", "held", "again", "fallback", "spent" };
    return names[why];
}

/* ---- messages that had to wait ---------------------------------------------------------------------------------------------------------------- */

static bool may_answer_now(const struct turn *turn, const struct turn_pending *pending)
{
    if (turn->state == STATE_SENDING || turn->state == STATE_READING || turn->state == STATE_THINKING) return false;
    return !pending->when_idle || turn->state == STATE_IDLE;
}

/* Answers what was kept, oldest first, until something has to be waited for again. None of it can be a yes: those are not kept (reply.c). */
static void answer_pending(struct step *step)
{
    struct turn *turn = step->turn;
    while (turn->state == STATE_IDLE && turn->order_count > 0 && step_has_room(step)) adopt_next(step);
    for (size_t i = 0; i < turn->pending_count && step_has_room(step);) {
        if (!may_answer_now(turn, &turn->pending[i])) {
            i++;
            continue;
        }
        struct str text = turn->pending[i].text;
        for (size_t k = i + 1; k < turn->pending_count; k++) turn->pending[k - 1] = turn->pending[k];
        turn->pending_count--;
        reply_message(step, text);
        i = 0;
    }
}

/* ---- the step ------------------------------------------------------------------------------------------------------------------------------------ */

static enum turn_awaiting awaiting(const struct turn *turn)
{
    if (turn->person && turn->state != STATE_SENDING && turn->state != STATE_READING) return AWAIT_PERSON;
    switch (turn->state) {
    case STATE_IDLE: return AWAIT_NOTHING;
    case STATE_OFFER:
    case STATE_COLLECT:
    case STATE_NUMBER: return AWAIT_DETAILS;
    case STATE_CONFIRM: return AWAIT_CONFIRMATION;
    case STATE_SENDING:
    case STATE_READING:
    case STATE_THINKING: return AWAIT_ACTION;
    case STATE_COUNT: break;
    }
    return AWAIT_NOTHING;
}

void turn_step(struct turn *turn, const struct turn_world *world, const struct turn_event *event, struct arena *arena,
               struct turn_effects *out)
{
    *out = (struct turn_effects){ 0 };
    struct step step = { .turn = turn, .world = world, .event = event, .arena = arena, .out = out };
    switch (event->kind) {
    case TURN_MESSAGE:
        begin_turn(&step);
        reply_message(&step, event->text);
        break;
    case TURN_CONFIRM:
    case TURN_CANCEL: on_button(&step); break;
    case TURN_RESUME:
        begin_turn(&step);
        person_hand_back(&step);
        break;
    case TURN_ACTION_DONE:
    case TURN_ACTION_FAILED:
    case TURN_ACTION_WAITING: on_action(&step); break;
    case TURN_MODEL_DONE:
    case TURN_MODEL_FAILED: on_model(&step); break;
    case TURN_STOP:
        if (!think_stop(&step)) out->refused = E_CONFLICT;
        break;
    }
    answer_pending(&step);
    out->asking = turn->thought.ask;
    out->awaiting = awaiting(turn);
    out->needs_person = turn->person;
    out->writes_ticket = !work_is_open(turn) && (turn->state == STATE_COLLECT || turn->state == STATE_CONFIRM);
}
