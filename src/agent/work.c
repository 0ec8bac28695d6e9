/* work.c - one open order at a time, as a draft is (draft.c): what is missing is asked for, what is complete is shown, what is agreed to is sent. What only reads is done at once. */
#include "agent/work.h"

#include "agent/attach.h"
#include "agent/draft.h"
#include "agent/named.h"
#include "agent/proposal.h"
#include "agent/records.h"
#include "agent/say.h"

bool work_is_open(const struct turn *turn)
{
    return turn->task.kind != ACTION_CREATE_TICKET;
}

struct str work_title(enum action_kind kind)
{
    return str_from(action_spec(kind)->title);
}

static struct text_facts work_facts(struct step *step)
{
    struct text_facts facts = step_facts(step);
    facts.action = work_title(step->turn->task.kind);
    facts.number = step->turn->task.values[TASK_TICKET];
    facts.email = step->turn->task.values[TASK_EMAIL];
    return facts;
}

/* ---- what is spoken of ----------------------------------------------------------------------------------------------------------------------- */

/* The one listed ticket whose subject has all the words; 0 when none or several have. */
static uint64_t about(const struct turn *turn, struct str words)
{
    uint64_t found = 0;
    for (size_t i = 0; i < turn->list_count; i++) {
        struct str rest = words, word;
        bool all = words.len > 0;
        while (all && str_split(&rest, ' ', &word))
            all = word.len == 0 || str_find_nocase(turn->list[i].subject, word, 0) != SIZE_MAX;
        if (all && found) return 0;
        if (all) found = turn->list[i].id;
    }
    return found;
}

uint64_t work_ticket(const struct turn *turn, const struct nlu_clause *clause)
{
    if (clause->ticket) return clause->ticket;
    int ordinal = clause->details.ordinal;
    size_t count = turn->list_count;
    switch (clause->details.reference) {
    case NLU_IT: return turn->focus;
    case NLU_ORDINAL:
        if (ordinal < 0 && count) return turn->list[count - 1].id;
        return ordinal > 0 && (size_t)ordinal <= count ? turn->list[ordinal - 1].id : 0;
    case NLU_ABOUT: return about(turn, clause->details.about);
    case NLU_MINE: return turn->focus;
    case NLU_NO_REFERENCE: return 0;
    }
    return 0;
}

uint64_t work_number(const struct nlu_message *m)
{
    struct str text = m->text;
    uint64_t number = 0;
    if (m->ticket) return m->ticket;
    if (str_starts(text, STR("#"))) text = str_slice(text, 1, text.len);
    return str_to_u64(text, &number) ? number : 0;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------------------------------ */

static void ask(struct step *step, enum task_field what)
{
    static const enum text_id questions[TASK_FIELDS] = {
        [TASK_TICKET] = TEXT_ASK_NUMBER,        [TASK_TEXT] = TEXT_ASK_COMMENT,       [TASK_PUBLIC] = TEXT_ASK_PUBLIC,
        [TASK_EMAIL] = TEXT_ASK_CUSTOMER_EMAIL, [TASK_NAME] = TEXT_ASK_CUSTOMER_NAME, [TASK_QUERY] = TEXT_ASK_SEARCH,
    };
    struct turn *turn = step->turn;
    struct text_facts facts = work_facts(step);
    enum text_id id = what < TASK_CHANGES ? questions[what] : TEXT_ASK_CHANGE;
    if (what == TASK_CHANGES) id = turn->task.kind == ACTION_UPDATE_TICKET ? TEXT_ASK_TICKET_CHANGES : TEXT_ASK_CUSTOMER_CHANGES;
    proposal_withdraw(step);
    turn->task.asked = what;
    step_state(step, STATE_COLLECT);
    step_say_with(step, id, &facts);
}

static void say_not_allowed(struct step *step, enum action_kind kind, enum policy_verdict verdict)
{
    struct text_facts facts = step_facts(step);
    facts.action = work_title(kind);
    enum text_id id = action_spec(kind)->writes ? TEXT_VERIFY_WORK : TEXT_VERIFY_READ;
    if (verdict == POLICY_UNCONNECTED) id = step_for(step, TEXT_UNCONNECTED_MEMBER, TEXT_UNCONNECTED_VISITOR);
    if (verdict == POLICY_SWITCHED_OFF) id = step_for(step, TEXT_OFF_WORK_MEMBER, TEXT_OFF_WORK_VISITOR);
    step_say_with(step, id, &facts);
}

/* ---- carrying out -------------------------------------------------------------------------------------------------------------------------------- */

static void read_now(struct step *step, const struct task *task, struct str arguments)
{
    struct turn *turn = step->turn;
    struct action action = { .kind = task->kind, .status = ACTION_SENDING, .arguments = arguments };
    action.hash = turn_action_hash(action.kind, arguments, step->arena);
    action.id = turn->read = step_id(step, "act_");
    turn->read_turn = step->out->turn;
    turn->read_kind = task->kind;
    step_act(step, TURN_READ, &action);
    step_state(step, STATE_READING);
}

static void propose(struct step *step, struct str arguments)
{
    struct text_facts facts = work_facts(step);
    facts.draft = attach_told(step, task_readback(&step->turn->task, arguments, step->arena), arguments);
    proposal_show(step, arguments, step->world->dry_run ? TEXT_WORK_PROPOSAL_DRY : TEXT_WORK_PROPOSAL, TEXT_WORK_SENDING, &facts);
}

static enum status write_arguments(struct step *step, const struct task *task, struct str *arguments, struct problem *problem)
{
    struct str uploads = task->kind == ACTION_ADD_COMMENT ? attach_tokens(step) : STR_NONE;
    return task_arguments(task, uploads, step->arena, arguments, problem);
}

/* A value does not fit the action's schema: says which, and takes another. */
static void refuse(struct step *step, const struct problem *problem)
{
    struct text_facts facts = work_facts(step);
    facts.problem = step_problem(step, problem);
    step->note = texts_say(TEXT_FIELD_REFUSED, &facts, step->arena);
    ask(step, TASK_NO_FIELD);
}

static void advance(struct step *step)
{
    struct turn *turn = step->turn;
    struct task *task = &turn->task;
    enum task_field missing = task_missing(task);
    struct str arguments;
    struct problem problem;
    if (missing != TASK_NO_FIELD) {
        ask(step, missing);
        return;
    }
    enum policy_verdict verdict = policy_action(step->world, task->kind);
    task->asked = TASK_NO_FIELD;
    if (verdict != POLICY_ALLOWED) {
        proposal_withdraw(step);
        say_not_allowed(step, task->kind, verdict);
        draft_forget(step);
        step_state(step, STATE_IDLE);
    } else if (write_arguments(step, task, &arguments, &problem) != OK) {
        refuse(step, &problem);
    } else if (action_spec(task->kind)->writes) {
        propose(step, arguments);
    } else {
        struct task done = *task;
        draft_forget(step);
        step_state(step, STATE_IDLE);
        turn->resume = STATE_IDLE;
        read_now(step, &done, arguments);
    }
}

/* A verified person's own address stands for "my", and their comments are public: notes are the team's. */
static void apply_identity(struct step *step, struct task *task)
{
    struct str own = policy_requester(step->world);
    if (own.len && task->values[TASK_EMAIL].len == 0) task_set(task, TASK_EMAIL, own, step->turn->arena);
    if (!policy_is_member(step->world)) task_set(task, TASK_PUBLIC, STR("true"), step->turn->arena);
}

/* A question beside an open draft, which stays as it is. */
static bool read_aside(struct step *step, const struct task *task)
{
    struct str arguments;
    struct problem problem;
    if (action_spec(task->kind)->writes || task_missing(task) != TASK_NO_FIELD) return false;
    if (task_arguments(task, STR_NONE, step->arena, &arguments, &problem) != OK) return false;
    step->turn->resume = step->turn->state;
    read_now(step, task, arguments);
    return true;
}

/* "find tickets about invoices": tickets of nobody in particular are searched for, not listed. */
static bool narrows(const struct nlu_clause *clause)
{
    const struct nlu_details *d = &clause->details;
    return d->query.len || d->about.len || d->status.len || d->priority.len || d->assignee.len || d->created.kind != NLU_NO_DAYS;
}

/* The account's own fields beside the order; one that gets no value is told, and the rest goes on. */
static void take_named(struct step *step)
{
    struct str words;
    struct task *task = &step->turn->task;
    if (!step->named || task->kind != ACTION_UPDATE_TICKET) return;
    const struct asked_field *unfit = named_take(step, step->named, &task->custom, &words);
    if (unfit) named_unfit(step, unfit, words, false);
}

bool work_start(struct step *step, const struct nlu_message *m, const struct nlu_clause *clause, bool aside)
{
    struct turn *turn = step->turn;
    struct task task = { .kind = task_kind(clause->operation), .asked = TASK_NO_FIELD };
    enum policy_verdict verdict = policy_action(step->world, task.kind);
    if (verdict != POLICY_ALLOWED && aside && action_spec(task.kind)->writes) return false;
    if (verdict != POLICY_ALLOWED) {
        say_not_allowed(step, task.kind, verdict);
        if (aside) draft_remind(step);
        return true;
    }
    bool whose = clause->details.email.len || m->values[NLU_EMAIL].len || clause->details.reference == NLU_MINE;
    if (task.kind == ACTION_LIST_TICKETS && !whose && policy_is_member(step->world) && narrows(clause))
        task.kind = ACTION_SEARCH_TICKETS;
    (void)task_take(&task, clause, work_ticket(turn, clause), step->event->at_ms, turn->arena);
    if (m->clause_count == 1 && task.values[TASK_EMAIL].len == 0 && m->values[NLU_EMAIL].len)
        task_set(&task, TASK_EMAIL, m->values[NLU_EMAIL], turn->arena);
    apply_identity(step, &task);
    if (aside) return read_aside(step, &task);
    draft_forget(step);
    turn->task = task;
    take_named(step);
    advance(step);
    return true;
}

void work_adopt(struct step *step, const struct task *task)
{
    struct turn *turn = step->turn;
    struct task adopted = *task, before = turn->task;
    bool again = turn->state != STATE_IDLE && before.kind == task->kind;
    for (size_t i = 0; again && i < TASK_FIELDS; i++)
        if (adopted.values[i].len == 0) adopted.values[i] = before.values[i];
    apply_identity(step, &adopted);
    if (!again) draft_forget(step);
    turn->task = adopted;
    advance(step);
}

/* ---- the visitor's side ---------------------------------------------------------------------------------------------------------------------------- */

bool work_change(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    struct task *task = &turn->task;
    bool changed = false, bare = (m->acts & NLU_BARE) != 0;
    for (size_t i = 0; i < m->clause_count; i++) {
        const struct nlu_clause *clause = &m->clauses[i];
        bool same = task_kind(clause->operation) == task->kind;
        bool fits = same || clause->operation == NLU_UPDATE_TICKET || clause->operation == NLU_GET_TICKET;
        bool other = clause->ticket && !same && task->asked != TASK_TICKET && !(m->acts & NLU_NO);
        bool it = !clause->ticket && clause->details.reference == NLU_IT; /* the ticket of this very order */
        uint64_t ticket = it ? 0 : work_ticket(turn, clause);
        if (fits && !other) changed = task_take(task, clause, ticket, step->event->at_ms, turn->arena) || changed;
    }
    uint64_t number = task->asked == TASK_TICKET ? work_number(m) : 0;
    if (!bare && !changed) changed = task_take_answer(task, m, number, turn->arena);
    if (!policy_is_member(step->world)) apply_identity(step, task);
    if (changed) advance(step);
    return changed;
}

void work_take_named(struct step *step)
{
    take_named(step);
    advance(step);
}

void work_comment(struct step *step, const struct nlu_message *m, struct str words)
{
    struct nlu_clause clause = { .operation = NLU_ADD_COMMENT, .certainty = NLU_SURE, .text = m->text, .ticket = m->ticket };
    clause.details.text = words;
    clause.details.reference = NLU_IT;
    (void)work_start(step, m, &clause, false);
}

bool work_add(struct step *step, struct str words)
{
    struct task *task = &step->turn->task;
    struct str before = task->values[TASK_TEXT];
    if (task->kind != ACTION_ADD_COMMENT || before.len == 0) return false;
    task_set(task, TASK_TEXT, arena_fmt(step->arena, "%.*s\n%.*s", STR_ARG(before), STR_ARG(words)), step->turn->arena);
    advance(step);
    return true;
}

void work_agree(struct step *step)
{
    struct turn *turn = step->turn;
    struct str arguments;
    struct problem problem;
    bool allowed = policy_action(step->world, turn->task.kind) == POLICY_ALLOWED;
    bool fits = allowed && write_arguments(step, &turn->task, &arguments, &problem) == OK;
    bool shown = step->turn->state == STATE_CONFIRM;
    if (!fits || !shown || !proposal_agree(step, arguments)) advance(step);
}

void work_refuse(struct step *step)
{
    proposal_withdraw(step);
    step->turn->task.asked = TASK_NO_FIELD;
    step_state(step, STATE_COLLECT);
    step_say(step, TEXT_REFUSED);
}

void work_cancel(struct step *step)
{
    proposal_withdraw(step);
    draft_forget(step);
    step_state(step, STATE_IDLE);
    step_say(step, TEXT_CANCELLED);
}

void work_remind(struct step *step)
{
    struct text_facts facts = work_facts(step);
    if (step->turn->state == STATE_CONFIRM)
        step_say_with(step, TEXT_WORK_REMIND, &facts);
    else
        ask(step, step->turn->task.asked);
}

void work_show(struct step *step)
{
    struct text_facts facts = work_facts(step);
    facts.draft =
        arena_fmt(step->arena, "%.*s\n%.*s", STR_ARG(facts.action), STR_ARG(task_draft(&step->turn->task, step->arena)));
    step->note = texts_say(TEXT_GOT, &facts, step->arena);
    work_remind(step);
}

/* ---- what comes back ------------------------------------------------------------------------------------------------------------------------------ */

static void forget_order(struct step *step)
{
    draft_forget(step);
    step_state(step, STATE_IDLE);
}

void work_outcome(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    const struct problem *problem = step->event->problem;
    struct text_facts facts = work_facts(step);
    facts.problem = step_problem(step, problem);
    facts.reference = step->event->reference;
    if (step->event->kind == TURN_ACTION_DONE) {
        uint64_t ticket = 0;
        if (str_to_u64(turn->task.values[TASK_TICKET], &ticket)) turn->focus = ticket;
        records_say_written(step, turn->task.kind, result, &facts);
        forget_order(step);
        return;
    }
    bool visitor = !facts.problem.len;
    enum text_id words = visitor ? TEXT_WORK_FAILED_VISITOR : step_for(step, TEXT_WORK_FAILED_MEMBER, TEXT_WORK_FAILED_VISITOR);
    step_say_with(step, words, &facts);
    turn->action = turn->hash = turn->action_turn = STR_NONE;
    turn->task.asked = TASK_NO_FIELD;
    step_state(step, STATE_COLLECT);
}

void work_read_done(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    records_say_read(step, turn->read_kind, result);
    turn->read = turn->read_turn = STR_NONE;
    if (turn->state != STATE_READING) return;
    step_state(step, turn->resume);
    draft_remind(step);
}

void work_late(struct step *step, const struct turn_waiting *entry, const struct json *result, const struct text_facts *facts)
{
    bool done = step->event->kind == TURN_ACTION_DONE;
    if (done && result && !json_get_bool(result, "dry_run", false)) step->note = texts_say(TEXT_WORK_LATE, facts, step->arena);
    if (done)
        records_say_written(step, entry->kind, result, facts);
    else
        step_say_with(step, TEXT_WORK_FAILED_LATE, facts);
}
