/* proposal.c - the only place that makes TURN_PROPOSE and TURN_SEND. */
#include "agent/proposal.h"

enum action_kind proposal_kind(const struct turn *turn)
{
    return turn->task.kind;
}

void proposal_withdraw(struct step *step)
{
    struct turn *turn = step->turn;
    if (turn->action.len == 0 || turn->state == STATE_SENDING) return;
    struct action action = { .id = turn->action, .kind = proposal_kind(turn), .status = ACTION_CANCELLED, .hash = turn->hash };
    step_act(step, TURN_CANCELLED, &action);
    turn->action = turn->hash = turn->action_turn = STR_NONE;
}

static void open_action(struct step *step, struct action *action)
{
    struct turn *turn = step->turn;
    action->id = turn->action = step_id(step, "act_");
    turn->hash = step_keep(step, action->hash);
    turn->action_turn = step->out->turn;
}

static void send(struct step *step, const struct action *action)
{
    step_act(step, TURN_SEND, action);
    step_state(step, STATE_SENDING);
}

static struct action action_of(struct step *step, struct str arguments)
{
    enum action_kind kind = proposal_kind(step->turn);
    return (struct action){ .kind = kind, .hash = turn_action_hash(kind, arguments, step->arena), .arguments = arguments };
}

void proposal_show(struct step *step, struct str arguments, enum text_id shown_words, enum text_id sending_words,
                   const struct text_facts *facts)
{
    struct turn *turn = step->turn;
    struct action action = action_of(step, arguments);
    bool at_once = step->world->confirm[action.kind] == CONFIRM_NEVER && !turn->must_show && !step->must_show;
    bool shown = turn->action.len > 0 && str_eq(turn->hash, action.hash);
    if (!shown || at_once) {
        proposal_withdraw(step);
        open_action(step, &action);
    }
    if (at_once) {
        action.status = ACTION_CONFIRMED;
        step_say_with(step, sending_words, facts);
        send(step, &action);
        return;
    }
    if (!shown) step_act(step, TURN_PROPOSE, &action);
    step_state(step, STATE_CONFIRM);
    step_say_with(step, shown_words, facts);
}

bool proposal_agree(struct step *step, struct str arguments)
{
    struct turn *turn = step->turn;
    struct action action = action_of(step, arguments);
    if (!str_eq(action.hash, turn->hash)) return false;
    action.id = turn->action;
    action.status = ACTION_CONFIRMED;
    turn->action_turn = step->out->turn;
    send(step, &action);
    return true;
}
