/* person.c - see person.h.
 *
 * Only what is true is said: that the conversation is marked, where the team finds it, and that a ticket gets an answer by e-mail. When somebody
 * comes is not known here and not promised. Staying silent from the first message on was rejected: a visitor could not tell it from a fault.
 */
#include "agent/person.h"

#include "agent/policy.h"

static bool may_create(const struct step *step)
{
    return policy_action(step->world, ACTION_CREATE_TICKET) != POLICY_UNCONNECTED && step->world->may[ACTION_CREATE_TICKET];
}

void person_call(struct step *step)
{
    bool creates = may_create(step), again = step->turn->person;
    step->turn->person = true;
    if (again)
        step_say(step, creates ? TEXT_PERSON_KEPT : TEXT_PERSON_KEPT_UNABLE);
    else
        step_say(step, creates ? TEXT_HUMAN : TEXT_HUMAN_UNABLE);
}

/* What is for the agent: an order, or a yes or no to what is open with it. */
static bool is_for_agent(const struct turn *turn, const struct nlu_message *m)
{
    bool orders = m->clause_count > 0 && m->clauses[0].certainty == NLU_SURE;
    return orders || (turn->state != STATE_IDLE && (m->acts & (NLU_YES | NLU_NO | NLU_CANCEL)));
}

static bool says_go_on(struct str text)
{
    static const char *const words[] = { "go on",  "go on.",       "go on please", "continue", "resume",
                                         "weiter", "weitermachen", "seguir",       "sigue",    "continuar" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq_nocase(text, str_from(words[i]))) return true;
    return false;
}

bool person_keeps(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    if (!turn->person) return false;
    if (is_for_agent(turn, m)) {
        turn->person = turn->person_told = false;
        return false;
    }
    if (says_go_on(m->text)) {
        turn->person = turn->person_told = false;
        step_say(step, TEXT_PERSON_BACK);
        return true;
    }
    if ((m->acts & NLU_HUMAN) || !turn->person_told)
        step_say(step, may_create(step) ? TEXT_PERSON_KEPT : TEXT_PERSON_KEPT_UNABLE);
    turn->person_told = true;
    return true;
}

void person_hand_back(struct step *step)
{
    if (!step->turn->person) return;
    step->turn->person = step->turn->person_told = false;
    step_say(step, TEXT_PERSON_HANDED_BACK);
}
