/* lookup.c - a ticket's status.
 *
 * For a visitor a ticket of somebody else and a ticket that does not exist get the same words, chosen by one function, so that numbers
 * cannot be tried out. Facts of the ticket are slots: only the receipt can put them in.
 */
#include "agent/lookup.h"

#include "agent/draft.h"
#include "agent/say.h"

static void say_not_allowed(struct step *step, enum policy_verdict verdict)
{
    enum text_id id = TEXT_VERIFY_READ;
    if (verdict == POLICY_UNCONNECTED) id = step_for(step, TEXT_UNCONNECTED_MEMBER, TEXT_UNCONNECTED_VISITOR);
    if (verdict == POLICY_SWITCHED_OFF) id = step_for(step, TEXT_OFF_READ_MEMBER, TEXT_OFF_READ_VISITOR);
    step_say(step, id);
}

void lookup_start(struct step *step, uint64_t ticket)
{
    struct turn *turn = step->turn;
    enum policy_verdict verdict = policy_action(step->world, ACTION_GET_TICKET);
    if (verdict != POLICY_ALLOWED) {
        say_not_allowed(step, verdict);
        draft_remind(step);
        return;
    }
    turn->resume = turn->state;
    if (ticket == 0) {
        step_state(step, STATE_NUMBER);
        step_say(step, TEXT_ASK_NUMBER);
        return;
    }
    struct action action = { .kind = ACTION_GET_TICKET, .status = ACTION_SENDING };
    action.arguments = arena_fmt(step->arena, "{\"ticket_id\":%llu}", (unsigned long long)ticket);
    action.hash = turn_action_hash(ACTION_GET_TICKET, action.arguments, step->arena);
    action.id = turn->read = step_id(step, "act_");
    turn->read_turn = step->out->turn;
    turn->read_ticket = ticket;
    turn->read_kind = ACTION_GET_TICKET;
    step_act(step, TURN_READ, &action);
    step_state(step, STATE_READING);
}

static bool has(const struct json *result, const char *member)
{
    const struct json *value = json_get(result, member);
    return json_str(value).len > 0 || json_type(value) == JSON_INT;
}

static void say_status(struct step *step, const struct json *result)
{
    static const struct {
        const char *member;
        enum text_id text;
    } parts[] = {
        { "id", TEXT_STATUS },
        { "subject", TEXT_STATUS_SUBJECT },
        { "status", TEXT_STATUS_IS },
        { "priority", TEXT_STATUS_PRIORITY },
        { "assignee", TEXT_STATUS_ASSIGNEE },
        { "updated_at", TEXT_STATUS_UPDATED },
        { "last_comment", TEXT_STATUS_COMMENT },
        { "url", TEXT_STATUS_URL },
    };
    struct str text = STR_NONE;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (has(result, parts[i].member)) text = arena_fmt(step->arena, "%.*s%s", STR_ARG(text), step_words(step, parts[i].text));
    step_say_receipt(step, text, step->event->action);
}

static void say_failed(struct step *step, bool not_there)
{
    struct text_facts facts = step_facts(step);
    facts.number = arena_fmt(step->arena, "%llu", (unsigned long long)step->turn->read_ticket);
    facts.problem = step_problem(step, step->event->problem);
    if (not_there)
        step_say_with(step, step_for(step, TEXT_NOT_THERE_MEMBER, TEXT_NOT_THERE_VISITOR), &facts);
    else
        step_say_with(step,
                      facts.problem.len ? step_for(step, TEXT_READ_FAILED_MEMBER, TEXT_READ_FAILED_VISITOR)
                                        : TEXT_READ_FAILED_VISITOR,
                      &facts);
}

void lookup_done(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    const struct problem *problem = step->event->problem;
    bool other =
        result && json_get_int(result, "id", 0) != (int64_t)turn->read_ticket; /* never told as the one that was asked for */
    bool not_there = result || (problem && problem->id == PROBLEM_ZENDESK_NOT_FOUND);
    bool shown = result && !other && policy_may_see(step->world, result), absent = !shown && not_there && !other;
    if (shown)
        say_status(step, result);
    else
        say_failed(step, absent);
    if (!absent) turn->focus = turn->read_ticket;
    turn->read = turn->read_turn = STR_NONE;
    turn->read_ticket = 0;
    if (turn->state != STATE_READING) return;
    step_state(step, turn->resume);
    draft_remind(step);
}
