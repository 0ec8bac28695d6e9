/* reply.c - one function per state. Each asks the same questions in its own order: is it cancelled, agreed, an order, a change, small talk? In a
 * draft, what was asked for comes before what the words could mean elsewhere.
 */
#include "agent/reply.h"

#include "agent/draft.h"
#include "agent/lookup.h"
#include "agent/say.h"
#include "agent/waiting.h"

typedef void state_fn(struct step *, const struct nlu_message *);

/* ---- shared by the states ---------------------------------------------------------------------------------------------------------------- */

static const struct nlu_clause *clause_of(const struct nlu_message *m, enum nlu_operation operation)
{
    for (size_t i = 0; i < m->clause_count; i++)
        if (m->clauses[i].operation == operation) return &m->clauses[i];
    return NULL;
}

/* Questions about the agent itself and courtesies; false when the message is none. */
static bool small_talk(struct step *step, const struct nlu_message *m)
{
    bool creates =
        policy_action(step->world, ACTION_CREATE_TICKET) != POLICY_UNCONNECTED && step->world->may[ACTION_CREATE_TICKET];
    if (m->acts & NLU_BOT)
        step_say(step, TEXT_BOT);
    else if (m->acts & NLU_HUMAN)
        step_say(step, creates ? TEXT_HUMAN : TEXT_HUMAN_UNABLE);
    else if (m->acts & NLU_HELP)
        step_say(step, TEXT_HELP);
    else if (m->acts & NLU_BYE)
        step_say(step, TEXT_BYE);
    else if (m->acts & NLU_THANKS)
        step_say(step, TEXT_THANKS);
    else if (m->acts & NLU_GREET)
        step_say(step, TEXT_GREETING);
    else
        return false;
    return true;
}

/* The other questions of the message wait until this one is done with. */
static void pend_others(struct step *step, const struct nlu_message *m, const struct nlu_clause *chosen)
{
    for (size_t i = 0; i < m->clause_count; i++) {
        const struct nlu_clause *clause = &m->clauses[i];
        if (clause == chosen || clause->operation != NLU_GET_TICKET) continue;
        if (!step_pend(step, clause->text, true)) return;
    }
}

static void operate(struct step *step, const struct nlu_message *m)
{
    const struct nlu_clause *create = clause_of(m, NLU_CREATE_TICKET), *get = clause_of(m, NLU_GET_TICKET);
    pend_others(step, m, create ? create : get);
    if (create)
        draft_start(step, m);
    else if (get)
        lookup_start(step, get->ticket);
    else
        step_say(step, TEXT_NO_CHANGES);
}

/* ---- the states --------------------------------------------------------------------------------------------------------------------------- */

static void offer(struct step *step, const struct nlu_message *m)
{
    step->turn->offer = step_keep(step, m->rest);
    step_state(step, STATE_OFFER);
    step_say(step, TEXT_OFFER);
}

/* No draft is open: what waits can be meant. */
static void cancel_in_idle(struct step *step, const struct nlu_message *m)
{
    if (!waiting_cancel(step, m)) step_say(step, TEXT_NOTHING_OPEN);
}

static void in_idle(struct step *step, const struct nlu_message *m)
{
    enum policy_verdict verdict = policy_action(step->world, ACTION_CREATE_TICKET);
    bool may_offer = verdict == POLICY_ALLOWED || verdict == POLICY_UNVERIFIED;
    if (m->acts & NLU_CANCEL)
        cancel_in_idle(step, m);
    else if (m->clause_count)
        operate(step, m);
    else if (waiting_asked(step, m) || small_talk(step, m))
        return;
    else if (m->acts & NLU_RECAP)
        step_say(step, TEXT_NOTHING_OPEN);
    else if (m->acts & NLU_YES)
        step_say(step, TEXT_UNCLEAR_YES);
    else if (m->problem && m->rest.len && may_offer)
        offer(step, m);
    else
        step_say(step, m->acts & NLU_NO ? TEXT_UNCLEAR_NO : TEXT_UNCLEAR);
}

/* Opens the draft with the words that the offer was made for. */
static void accept_offer(struct step *step, const struct nlu_message *m)
{
    struct nlu_message with = *m;
    with.values[NLU_DESCRIPTION] = step->turn->offer;
    draft_start(step, &with);
}

static void in_offer(struct step *step, const struct nlu_message *m)
{
    const struct nlu_clause *create = clause_of(m, NLU_CREATE_TICKET);
    bool refuses = m->acts & (NLU_NO | NLU_CANCEL), agrees = m->acts & (NLU_YES | NLU_AGREES);
    if (!refuses && (agrees || (create && m->rest.len == 0))) {
        accept_offer(step, m);
        return;
    }
    if (refuses && m->clause_count == 0 && !m->problem) {
        draft_forget(step);
        step_state(step, STATE_IDLE);
        step_say(step, TEXT_OFFER_DECLINED);
        return;
    }
    if (m->clause_count == 0 && small_talk(step, m)) {
        draft_remind(step);
        return;
    }
    draft_forget(step);
    step_state(step, STATE_IDLE);
    in_idle(step, m);
}

/* While the matter is asked for, only a message that is nothing but a question about a numbered ticket is taken as one. */
static bool is_plain_lookup(const struct nlu_message *m)
{
    return m->clause_count == 1 && m->clauses[0].operation == NLU_GET_TICKET && m->clauses[0].ticket && !m->problem &&
           m->clauses[0].text.len + 2 >= m->text.len;
}

/* "create a ticket" where the matter was asked for: an order without content is no matter. */
static bool is_bare_order(struct step *step, const struct nlu_message *m)
{
    if (!clause_of(m, NLU_CREATE_TICKET)) return false;
    struct nlu_message again;
    nlu_read(m->text, NLU_ANYTHING, step->arena, &again);
    return again.rest.len == 0;
}

static void take_answer(struct step *step, const struct nlu_message *m, bool free_text)
{
    struct nlu_message answer = *m;
    if (free_text && ((m->acts & NLU_BARE) || is_bare_order(step, m))) answer.rest = STR_NONE;
    if (draft_change(step, &answer)) return;
    if (m->wanted != NLU_NO_FIELD)
        draft_ask_field(step, m->wanted);
    else if (step->turn->asked == ASK_EMAIL)
        step_say(step, TEXT_EMAIL_UNREADABLE);
    else
        draft_remind(step);
}

static void in_collect(struct step *step, const struct nlu_message *m)
{
    bool free_text = form_expect(step->turn->asked) == NLU_MATTER;
    const struct nlu_clause *get = clause_of(m, NLU_GET_TICKET);
    bool aside = free_text ? is_plain_lookup(m) : get != NULL, told = free_text && m->problem;
    if (m->acts & NLU_CANCEL)
        draft_cancel(step);
    else if (aside)
        lookup_start(step, get->ticket);
    else if ((m->acts & NLU_RECAP) && !told)
        draft_show(step);
    else if (step->turn->asked == ASK_NOTHING && (m->acts & NLU_YES))
        draft_advance(step);
    else if (!told && small_talk(step, m))
        draft_remind(step);
    else if (!free_text && (m->acts & NLU_NO) && (m->acts & NLU_BARE))
        step_say(step, TEXT_REFUSED);
    else
        take_answer(step, m, free_text);
}

static void in_confirm(struct step *step, const struct nlu_message *m)
{
    const struct nlu_clause *get = clause_of(m, NLU_GET_TICKET);
    if (m->acts & NLU_CANCEL) {
        draft_cancel(step);
    } else if (m->acts & NLU_YES) {
        draft_confirm(step);
    } else if (m->acts & NLU_RECAP) {
        draft_advance(step);
    } else if (draft_change(step, m)) {
        return;
    } else if (m->wanted != NLU_NO_FIELD) {
        draft_ask_field(step, m->wanted);
    } else if (get) {
        lookup_start(step, get->ticket);
    } else if (m->clause_count) {
        struct text_facts facts = step_facts(step);
        facts.subject = form_subject(&step->turn->form, step->arena);
        step_say_with(step, clause_of(m, NLU_CREATE_TICKET) ? TEXT_ONE_AT_A_TIME : TEXT_NO_CHANGES, &facts);
    } else if (m->acts & NLU_NO) {
        step_say(step, TEXT_REFUSED);
    } else if (small_talk(step, m)) {
        draft_remind(step);
    } else {
        step_say(step, TEXT_UNCLEAR_ANSWER);
    }
}

static state_fn *handler(enum turn_state);

static void in_number(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    enum turn_state back = turn->resume;
    step_state(step, back);
    bool refuses = (m->acts & NLU_CANCEL) || ((m->acts & NLU_NO) && (m->acts & NLU_BARE));
    if (m->ticket) {
        lookup_start(step, m->ticket);
    } else if (refuses && back == STATE_IDLE) {
        step_say(step, TEXT_UNCLEAR_NO);
    } else if (refuses) {
        draft_remind(step);
    } else if (m->clause_count || (m->acts & ~(unsigned)NLU_BARE) || m->problem || m->values[NLU_EMAIL].len) {
        handler(back)(step, m);
    } else {
        step_say(step, TEXT_NUMBER_NEEDED);
        draft_remind(step);
    }
}

/* An action is out: what needs an answer is kept, the rest is told how things stand. */
static void in_waiting(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    bool sending = turn->state == STATE_SENDING, courtesy = m->acts & NLU_BARE, cancels = m->acts & NLU_CANCEL;
    struct text_facts facts = step_facts(step);
    facts.subject = form_subject(&turn->form, step->arena);
    facts.number = arena_fmt(step->arena, "%llu", (unsigned long long)turn->read_ticket);
    if (sending && cancels)
        step_say_with(step, TEXT_TOO_LATE, &facts);
    else if (courtesy && !cancels)
        step_say_with(step, sending ? TEXT_STILL_SENDING : TEXT_STILL_READING, &facts);
    else if (step_pend(step, m->text, false))
        step_say_with(step, sending ? TEXT_STILL_SENDING_KEPT : TEXT_STILL_READING_KEPT, &facts);
    else
        step_say(step, TEXT_STILL_FULL);
}

static state_fn *handler(enum turn_state state)
{
    static state_fn *const handlers[STATE_COUNT] = {
        [STATE_IDLE] = in_idle,     [STATE_OFFER] = in_offer,     [STATE_COLLECT] = in_collect, [STATE_CONFIRM] = in_confirm,
        [STATE_NUMBER] = in_number, [STATE_SENDING] = in_waiting, [STATE_READING] = in_waiting,
    };
    return handlers[state];
}

/* What the conversation waits for narrows what the words can mean. */
static enum nlu_expect expectation(const struct turn *turn)
{
    if (turn->state == STATE_NUMBER) return NLU_NUMBER;
    if (turn->state == STATE_COLLECT && form_expect(turn->asked) != NLU_ANYTHING) return form_expect(turn->asked);
    return turn->focus ? NLU_NUMBER : NLU_ANYTHING;
}

void reply_message(struct step *step, struct str text)
{
    struct nlu_message message;
    nlu_read(say_clean(text, step->arena), expectation(step->turn), step->arena, &message);
    handler(step->turn->state)(step, &message);
}
