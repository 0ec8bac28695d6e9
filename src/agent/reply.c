/* reply.c - one function per state. Each asks the same questions in its own order: is it cancelled, agreed, an order, a change, small talk? In a
 * draft, what was asked for comes before what the words could mean elsewhere.
 */
#include "agent/reply.h"

#include "agent/draft.h"
#include "agent/lookup.h"
#include "agent/named.h"
#include "agent/person.h"
#include "agent/say.h"
#include "agent/think.h"
#include "agent/waiting.h"
#include "agent/work.h"

enum { WORDS_OF_A_SENTENCE = 4 };

typedef void state_fn(struct step *, const struct nlu_message *);

/* ---- shared by the states ---------------------------------------------------------------------------------------------------------------- */

static const struct nlu_clause *clause_of(const struct nlu_message *m, enum nlu_operation operation)
{
    for (size_t i = 0; i < m->clause_count; i++)
        if (m->clauses[i].operation == operation) return &m->clauses[i];
    return NULL;
}

/* "Any news?": of the request that waits, else of the ticket last spoken of; false when there is neither. */
static bool tell_news(struct step *step, const struct nlu_message *m)
{
    if (waiting_tell(step, m)) return true;
    if (step->turn->focus) lookup_start(step, step->turn->focus);
    return step->turn->focus != 0;
}

/* "My ticket" is the one that is still to be created when that was spoken of last. */
static void look(struct step *step, const struct nlu_message *m, const struct nlu_clause *clause)
{
    uint64_t ticket = work_ticket(step->turn, clause);
    bool last = clause->details.reference == NLU_MINE || clause->details.reference == NLU_IT;
    if (ticket || !last || !waiting_tell(step, m)) lookup_start(step, ticket);
}

/* Questions about the agent itself and courtesies; false when the message is none. */
static bool small_talk(struct step *step, const struct nlu_message *m)
{
    if (m->acts & NLU_BOT)
        step_say(step, TEXT_BOT);
    else if (m->acts & NLU_HUMAN)
        person_call(step);
    else if (m->acts & NLU_NEWS)
        return tell_news(step, m);
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

static bool is_lookup(const struct nlu_clause *clause)
{
    return clause->operation == NLU_GET_TICKET || clause->operation == NLU_GET_COMMENTS;
}

static bool is_order(const struct nlu_clause *clause)
{
    return task_kind(clause->operation) != ACTION_CREATE_TICKET;
}

/* The other wishes of the message wait until this one is done with; each is read again by itself. */
static void pend_others(struct step *step, const struct nlu_message *m, const struct nlu_clause *chosen)
{
    for (size_t i = 0; i < m->clause_count; i++) {
        const struct nlu_clause *clause = &m->clauses[i];
        if (clause == chosen || (!is_lookup(clause) && !is_order(clause))) continue;
        if (!step_pend(step, clause->text, true)) return;
    }
}

/* A write is begun on nothing less than a verb and its object, given as an order. */
static bool is_doubtful(const struct nlu_clause *clause)
{
    return is_order(clause) && action_spec(task_kind(clause->operation))->writes && clause->certainty != NLU_SURE;
}

static void ask_which(struct step *step, enum action_kind one, enum action_kind other)
{
    struct text_facts facts = step_facts(step);
    facts.action = work_title(one);
    facts.other = work_title(other);
    step_say_with(step, TEXT_DID_YOU_MEAN, &facts);
}

/* "Who closes tickets?", "I will close it": told that nothing was done, and how to order it. */
static void doubt(struct step *step, const struct nlu_clause *clause)
{
    struct text_facts facts = step_facts(step);
    facts.action = work_title(task_kind(clause->operation));
    if (clause->rival && task_kind(clause->rival) != task_kind(clause->operation))
        ask_which(step, task_kind(clause->operation), task_kind(clause->rival));
    else
        step_say_with(step, TEXT_NOT_ORDERED, &facts);
}

static bool may_offer(const struct step *step)
{
    enum policy_verdict verdict = policy_action(step->world, ACTION_CREATE_TICKET);
    return verdict == POLICY_ALLOWED || verdict == POLICY_UNVERIFIED;
}

static void offer(struct step *step, const struct nlu_message *m, enum text_id words)
{
    step->turn->offer = step_keep(step, m->text);
    step_state(step, STATE_OFFER);
    step_say(step, words);
}

static void operate(struct step *step, const struct nlu_message *m)
{
    const struct nlu_clause *create = clause_of(m, NLU_CREATE_TICKET), *chosen = create ? create : &m->clauses[0];
    if (create && create->certainty != NLU_SURE && may_offer(step)) {
        offer(step, m, TEXT_OFFER_ASKED);
        return;
    }
    if (is_doubtful(chosen)) {
        doubt(step, chosen);
        return;
    }
    pend_others(step, m, chosen);
    if (create)
        draft_start(step, m);
    else if (is_lookup(chosen))
        look(step, m, chosen);
    else if (is_order(chosen))
        (void)work_start(step, m, chosen, false);
    else
        step_say(step, TEXT_NO_CHANGES);
}

/* A wish that came while another is open: a question is answered at once, an order is kept for afterwards. */
static void operate_aside(struct step *step, const struct nlu_message *m, const struct nlu_clause *clause)
{
    bool creates = clause->operation == NLU_CREATE_TICKET;                      /* its words stand around the clause */
    bool alone = clause < m->clauses || clause >= m->clauses + m->clause_count; /* read by itself (plain_order) */
    if (!creates && !alone) pend_others(step, m, clause);
    if (is_lookup(clause)) {
        lookup_start(step, work_ticket(step->turn, clause));
        return;
    }
    if (!creates && work_start(step, m, clause, true)) return;
    bool kept = step_pend(step, creates ? m->text : clause->text, true);
    step->note = str_from(step_words(step, kept ? TEXT_WORK_LATER : TEXT_WORK_KEPT_FULL));
    draft_remind(step);
}

/* ---- an agent with a model ------------------------------------------------------------------------------------------------------------------- */

/* What the model cannot know, or must not answer by itself: that this is an AI, and what became of a request that waits. */
static bool is_ours(const struct turn *turn, const struct nlu_message *m)
{
    bool about_waiting = turn->waiting_count > 0 && (m->acts & (NLU_CANCEL | NLU_NEWS));
    return (m->acts & NLU_BOT) || about_waiting;
}

/* Hands the message to the model; false: it has none, or the message is not for it. */
static bool to_model(struct step *step, const struct nlu_message *m)
{
    return !step->no_model && !is_ours(step->turn, m) && think_message(step, m->text);
}

/* ---- the states --------------------------------------------------------------------------------------------------------------------------- */

/* Two readings are near, and both are orders; an operation has the same number as a meaning. */
static bool is_between_orders(const struct nlu_message *m)
{
    bool orders = m->guess.best < (int)NLU_OPERATIONS && m->guess.rival < (int)NLU_OPERATIONS;
    return m->guess.certainty == NLU_ASK && orders &&
           task_kind((enum nlu_operation)m->guess.best) != task_kind((enum nlu_operation)m->guess.rival);
}

/* No draft is open: what waits can be meant. */
static void cancel_in_idle(struct step *step, const struct nlu_message *m)
{
    if (!waiting_cancel(step, m)) step_say(step, TEXT_NOTHING_OPEN);
}

static void in_idle(struct step *step, const struct nlu_message *m)
{
    if (to_model(step, m))
        return;
    else if (m->acts & NLU_CANCEL)
        cancel_in_idle(step, m);
    else if (m->clause_count)
        operate(step, m);
    else if (m->addition.len)
        work_comment(step, m, m->addition);
    else if (waiting_asked(step, m) || small_talk(step, m))
        return;
    else if (m->acts & NLU_NEWS)
        lookup_start(step, 0);
    else if (m->acts & NLU_RECAP)
        step_say(step, TEXT_NOTHING_OPEN);
    else if (m->acts & NLU_YES)
        step_say(step, TEXT_UNCLEAR_YES);
    else if (m->problem && m->rest.len && may_offer(step))
        offer(step, m, TEXT_OFFER);
    else if (is_between_orders(m))
        ask_which(step, task_kind((enum nlu_operation)m->guess.best), task_kind((enum nlu_operation)m->guess.rival));
    else
        step_say(step, m->acts & NLU_NO ? TEXT_UNCLEAR_NO : TEXT_UNCLEAR);
}

/* Opens the draft with all that was told when it was offered; what comes with the yes goes before it. A verified person's ticket is in their own
 * name, so the address below their words is not taken for a wish to use another. */
static void accept_offer(struct step *step, const struct nlu_message *m)
{
    struct nlu_message *with = arena_new(step->arena, struct nlu_message);
    bool other_address = m->values[NLU_EMAIL].len || policy_requester(step->world).len;
    nlu_read(step->turn->offer, NLU_ANYTHING, step->arena, with);
    if (other_address) with->values[NLU_EMAIL] = with->other_email = STR_NONE;
    if (!with->values[NLU_DESCRIPTION].len) with->values[NLU_DESCRIPTION] = with->rest;
    for (size_t i = 0; i < NLU_FIELDS; i++)
        if (m->values[i].len) with->values[i] = m->values[i];
    if (m->other_email.len) with->other_email = m->other_email;
    draft_start(step, with);
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

/* ---- an order is open ---------------------------------------------------------------------------------------------------------------------- */

/* The first clause that is another wish, and no change of this one; NULL when there is none. */
static const struct nlu_clause *other_wish(const struct turn *turn, const struct nlu_message *m)
{
    bool corrects = m->acts & NLU_NO;
    uint64_t open = 0;
    (void)str_to_u64(turn->task.values[TASK_TICKET], &open);
    for (size_t i = 0; i < m->clause_count; i++) {
        const struct nlu_clause *clause = &m->clauses[i];
        bool same = task_kind(clause->operation) == turn->task.kind && is_order(clause);
        bool elsewhere = clause->ticket && open && clause->ticket != open;
        bool bare = !clause->ticket && (is_lookup(clause) || clause->operation == NLU_UPDATE_TICKET);
        const struct nlu_details *d = &clause->details;
        bool whole = d->text.len || d->status.len || d->priority.len || d->assignee.len || d->tags.len || d->remove_tags.len;
        if (corrects && is_lookup(clause)) continue; /* "no, ticket 9" */
        if (same ? elsewhere && !corrects && whole : !bare) return clause;
    }
    return NULL;
}

/* Where the comment's words were asked for, only a message that is nothing but an order for another ticket is one. */
static const struct nlu_clause *plain_order(struct step *step, const struct nlu_message *m)
{
    struct nlu_message *again = arena_new(step->arena, struct nlu_message);
    nlu_read(m->text, NLU_ANYTHING, step->arena, again);
    const struct nlu_clause *clause = &again->clauses[0];
    bool plain = again->clause_count == 1 && clause->text.len + 2 >= again->text.len && clause->ticket;
    return plain && clause->certainty == NLU_SURE ? other_wish(step->turn, again) : NULL;
}

static void in_order(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    bool confirm = turn->state == STATE_CONFIRM, free_text = turn->task.asked == TASK_TEXT, bare = m->acts & NLU_BARE;
    const struct nlu_clause *other = free_text                         ? plain_order(step, m)
                                     : turn->task.asked == TASK_TICKET ? NULL
                                                                       : other_wish(turn, m);
    if (m->acts & NLU_CANCEL)
        work_cancel(step);
    else if (m->addition.len && !free_text && work_add(step, m->addition))
        return;
    else if ((confirm || turn->task.asked == TASK_NO_FIELD) && m->answer == NLU_ANSWER_YES)
        work_agree(step);
    else if ((m->acts & NLU_RECAP) && (!free_text || bare))
        work_show(step);
    else if (other)
        operate_aside(step, m, other);
    else if (!(free_text && bare) && work_change(step, m))
        return;
    else if (m->acts & NLU_NO)
        work_refuse(step);
    else if (small_talk(step, m))
        draft_remind(step);
    else if (to_model(step, m))
        return;
    else if (!confirm)
        draft_remind(step);
    else
        step_say(step, TEXT_UNCLEAR_ANSWER);
}

/* ---- a ticket's draft is open ---------------------------------------------------------------------------------------------------------------- */

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
    else if (to_model(step, m))
        return;
    else if (step->turn->asked == ASK_EMAIL)
        step_say(step, TEXT_EMAIL_UNREADABLE);
    else
        draft_remind(step);
}

/* An order for another thing than the draft: of a numbered ticket, or of a customer. */
static const struct nlu_clause *order_of(const struct nlu_message *m)
{
    for (size_t i = 0; i < m->clause_count; i++) {
        const struct nlu_clause *clause = &m->clauses[i];
        bool certain = clause->ticket || (clause->operation != NLU_UPDATE_TICKET && clause->operation != NLU_ADD_COMMENT);
        if (is_order(clause) && certain && clause->certainty == NLU_SURE) return clause;
    }
    return NULL;
}

/* The account's own field was asked for: its value comes before what the words could mean elsewhere, but a field that is named, and an order that the value cannot be, do not. */
static void in_field(struct step *step, const struct nlu_message *m)
{
    bool decides = m->acts & (NLU_YES | NLU_NO), is_courtesy = (m->acts & NLU_BARE) && !decides;
    struct nlu_message *again = arena_new(step->arena, struct nlu_message);
    if (m->acts & NLU_CANCEL) {
        draft_cancel(step);
    } else if (is_plain_lookup(m)) {
        lookup_start(step, work_ticket(step->turn, &m->clauses[0]));
    } else if ((m->acts & NLU_RECAP) && is_courtesy) {
        draft_show(step);
    } else if (is_courtesy && small_talk(step, m)) {
        draft_remind(step);
    } else if (!draft_correct_field(step, m->text, m->acts) && !draft_answer_field(step, m->text, m->acts)) {
        nlu_read(m->text, NLU_ANYTHING, step->arena, again);
        const struct nlu_clause *wish = order_of(again);
        if (wish)
            operate_aside(step, again, wish);
        else if (!draft_change(step, again))
            draft_unfit(step, m->text);
    }
}

static void in_collect(struct step *step, const struct nlu_message *m)
{
    if (work_is_open(step->turn)) {
        in_order(step, m);
        return;
    }
    if (step->turn->asked == ASK_FIELD) {
        in_field(step, m);
        return;
    }
    bool free_text = form_expect(step->turn->asked) == NLU_MATTER;
    const struct nlu_clause *get = clause_of(m, NLU_GET_TICKET);
    const struct nlu_clause *wish = !free_text ? order_of(m) : NULL;
    bool courtesy = !(m->acts & (NLU_BOT | NLU_HUMAN | NLU_HELP)); /* "my address is kim@acme.io, thanks" */
    bool told = (free_text && m->problem) || (m->values[NLU_EMAIL].len && courtesy);
    bool aside = free_text ? is_plain_lookup(m) : get != NULL;
    if (m->acts & NLU_CANCEL)
        draft_cancel(step);
    else if (m->addition.len && !free_text)
        draft_add(step, m->addition);
    else if (aside)
        lookup_start(step, work_ticket(step->turn, get));
    else if (wish)
        operate_aside(step, m, wish);
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
    if (work_is_open(step->turn)) {
        in_order(step, m);
        return;
    }
    const struct nlu_clause *get = clause_of(m, NLU_GET_TICKET);
    if (m->acts & NLU_CANCEL) {
        draft_cancel(step);
    } else if (m->addition.len) {
        draft_add(step, m->addition);
    } else if (draft_correct_field(step, m->text, 0)) {
        return;
    } else if (m->answer == NLU_ANSWER_YES) {
        draft_confirm(step);
    } else if (m->acts & NLU_RECAP) {
        draft_advance(step);
    } else if (draft_change(step, m)) {
        return;
    } else if (m->wanted != NLU_NO_FIELD) {
        draft_ask_field(step, m->wanted);
    } else if (get) {
        lookup_start(step, work_ticket(step->turn, get));
    } else if (m->clause_count && is_order(&m->clauses[0])) {
        operate_aside(step, m, &m->clauses[0]);
    } else if (m->clause_count) {
        struct text_facts facts = step_facts(step);
        facts.subject = form_subject(&step->turn->form, step->arena);
        step_say_with(step, clause_of(m, NLU_CREATE_TICKET) ? TEXT_ONE_AT_A_TIME : TEXT_NO_CHANGES, &facts);
    } else if (m->acts & NLU_NO) {
        draft_refuse(step);
    } else if (small_talk(step, m)) {
        draft_remind(step);
    } else if (!to_model(step, m)) {
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
    if (work_number(m)) {
        lookup_start(step, work_number(m));
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

struct waiting_words {
    enum text_id still, kept;
};

static struct waiting_words waiting_words(const struct turn *turn)
{
    bool sending = turn->state == STATE_SENDING, order = sending ? work_is_open(turn) : turn->read_kind != ACTION_GET_TICKET;
    if (turn->state == STATE_THINKING || think_reads(turn))
        return (struct waiting_words){ TEXT_STILL_THINKING, TEXT_STILL_THINKING_KEPT };
    if (order) return (struct waiting_words){ TEXT_STILL_WORKING, TEXT_STILL_WORKING_KEPT };
    if (sending) return (struct waiting_words){ TEXT_STILL_SENDING, TEXT_STILL_SENDING_KEPT };
    return (struct waiting_words){ TEXT_STILL_READING, TEXT_STILL_READING_KEPT };
}

/* An action is out: what needs an answer is kept, the rest is told how things stand. */
static void in_waiting(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    bool sending = turn->state == STATE_SENDING, courtesy = m->acts & NLU_BARE, cancels = m->acts & NLU_CANCEL;
    struct waiting_words words = waiting_words(turn);
    struct text_facts facts = step_facts(step);
    facts.subject = form_subject(&turn->form, step->arena);
    facts.number = arena_fmt(step->arena, "%llu", (unsigned long long)turn->read_ticket);
    facts.action = work_title(sending ? turn->task.kind : turn->read_kind);
    if (sending && cancels)
        step_say_with(step, work_is_open(turn) ? TEXT_TOO_LATE_WORK : TEXT_TOO_LATE, &facts);
    else if (courtesy && !cancels)
        step_say_with(step, words.still, &facts);
    else if (step_pend(step, m->text, false))
        step_say_with(step, words.kept, &facts);
    else
        step_say(step, TEXT_STILL_FULL);
}

static state_fn *handler(enum turn_state state)
{
    static state_fn *const handlers[STATE_COUNT] = {
        [STATE_IDLE] = in_idle,     [STATE_OFFER] = in_offer,     [STATE_COLLECT] = in_collect, [STATE_CONFIRM] = in_confirm,
        [STATE_NUMBER] = in_number, [STATE_SENDING] = in_waiting, [STATE_READING] = in_waiting, [STATE_THINKING] = in_waiting,
    };
    return handlers[state];
}

/* What the conversation waits for narrows what the words can mean. */
static enum nlu_expect expectation(const struct turn *turn)
{
    if (turn->state == STATE_NUMBER) return NLU_NUMBER;
    if (turn->state == STATE_COLLECT && work_is_open(turn)) return task_expect(turn->task.asked);
    if (turn->state == STATE_COLLECT && form_expect(turn->asked) != NLU_ANYTHING) return form_expect(turn->asked);
    return turn->focus ? NLU_NUMBER : NLU_ANYTHING;
}

/* English is what is found when in doubt ("8", "bob@acme.io"): only a whole sentence of it changes the language back. */
static void note_language(struct turn *turn, const struct nlu_message *m)
{
    size_t blanks = 0;
    for (size_t i = 0; i < m->text.len; i++) blanks += m->text.ptr[i] == ' ';
    if (m->language != NLU_ENGLISH || blanks >= WORDS_OF_A_SENTENCE) turn->language = m->language;
}

void reply_builtin(struct step *step, struct str text)
{
    step->no_model = true;
    reply_message(step, text);
    step->no_model = false;
}

void reply_words(struct step *step, struct str text)
{
    struct nlu_message *message = arena_new(step->arena, struct nlu_message);
    nlu_read(text, expectation(step->turn), step->arena, message);
    note_language(step->turn, message);
    if (!person_keeps(step, message)) handler(step->turn->state)(step, message);
}

bool reply_order(struct step *step, struct str text)
{
    struct nlu_message *message = arena_new(step->arena, struct nlu_message);
    nlu_read(text, expectation(step->turn), step->arena, message);
    if (!clause_of(message, NLU_CREATE_TICKET) && !clause_of(message, NLU_UPDATE_TICKET)) return false;
    note_language(step->turn, message);
    if (!person_keeps(step, message)) handler(step->turn->state)(step, message);
    return true;
}

void reply_message(struct step *step, struct str text)
{
    struct str words = say_clean(text, step->arena);
    if (!named_reply(step, words)) reply_words(step, words);
}
