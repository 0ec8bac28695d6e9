/* outcome.c - every claim here rests on an event of room flow, and every fact of Zendesk is a slot. What is not certain is said to be so. */
#include "agent/outcome.h"

#include "agent/attach.h"
#include "agent/draft.h"
#include "agent/say.h"
#include "agent/work.h"

static bool is_uncertain(const struct problem *problem)
{
    return problem && (problem->id == PROBLEM_REQUEST_NEEDS_HUMAN || problem->id == PROBLEM_ZENDESK_ANSWER_DIFFERS);
}

/* A person decides about it: what comes of that is told here as well. */
static bool is_held(const struct problem *problem)
{
    return problem && (problem->id == PROBLEM_REQUEST_NEEDS_HUMAN || problem->id == PROBLEM_REQUEST_UNSENT);
}

static bool is_dropped(const struct problem *problem)
{
    return problem && (problem->id == PROBLEM_REQUEST_DROPPED || problem->id == PROBLEM_REQUEST_DROPPED_IN_DOUBT);
}

static bool is_unreachable(const struct problem *problem)
{
    return !problem || str_starts(str_from(problem_slug(problem->id)), STR("net-"));
}

static struct text_facts outcome_facts(struct step *step, struct str subject, struct str reference)
{
    struct text_facts facts = step_facts(step);
    facts.subject = subject;
    facts.reference = reference;
    facts.problem = step_problem(step, step->event->problem);
    return facts;
}

/* ---- done ---------------------------------------------------------------------------------------------------------------------------- */

static void say_created(struct step *step, const struct json *result, enum text_id words, const struct text_facts *facts)
{
    struct str text = texts_say(words, facts, step->arena);
    if (json_get_str(result, "status").len)
        text = arena_fmt(step->arena, "%.*s%s", STR_ARG(text), step_words(step, TEXT_CREATED_STATUS));
    if (json_get_str(result, "url").len)
        text = arena_fmt(step->arena, "%.*s%s", STR_ARG(text), step_words(step, TEXT_CREATED_URL));
    if (attach_was_left_out(result))
        text = arena_fmt(step->arena, "%.*s %s", STR_ARG(text), step_words(step, TEXT_FILE_LEFT_OUT));
    step_say_receipt(step, text, step->event->action);
}

static void say_done(struct step *step, const struct json *result, enum text_id words, const struct text_facts *facts)
{
    int64_t id = json_get_int(result, "id", 0);
    if (json_get_bool(result, "dry_run", false)) {
        step_say_with(step, TEXT_DRY_RUN_DONE, facts);
    } else if (id > 0) {
        say_created(step, result, words, facts);
        step->turn->focus = (uint64_t)id;
    } else {
        step_say_with(step, step_for(step, TEXT_UNKNOWN_MEMBER, TEXT_UNKNOWN_VISITOR), facts);
    }
}

/* ---- not done ------------------------------------------------------------------------------------------------------------------------- */

static enum text_id failed_words(const struct step *step, enum text_id member, enum text_id visitor)
{
    const struct problem *problem = step->event->problem;
    if (is_uncertain(problem) && work_is_open(step->turn)) return TEXT_WORK_UNKNOWN;
    if (is_uncertain(problem)) return step_for(step, TEXT_UNKNOWN_MEMBER, TEXT_UNKNOWN_VISITOR);
    if (is_held(problem)) return step_for(step, TEXT_UNSENT_MEMBER, TEXT_UNSENT_VISITOR);
    if (is_dropped(problem)) return problem->id == PROBLEM_REQUEST_DROPPED ? TEXT_DROPPED : TEXT_DROPPED_IN_DOUBT;
    return step->event->problem ? step_for(step, member, visitor) : visitor;
}

static void remember(struct step *step, struct str subject)
{
    struct turn *turn = step->turn;
    if (turn->waiting_count == TURN_WAITING_MAX) { /* the oldest is still done, only no longer announced */
        for (size_t i = 1; i < TURN_WAITING_MAX; i++) turn->waiting[i - 1] = turn->waiting[i];
        turn->waiting_count--;
    }
    if (!work_is_open(turn)) turn->focus = 0; /* "it" would be this one, which has no number yet */
    turn->waiting[turn->waiting_count++] = (struct turn_waiting){
        .kind = turn->task.kind,
        .action = turn->action,
        .turn = turn->action_turn,
        .reference = step_keep(step, step->event->reference),
        .subject = step_keep(step, subject),
    };
}

static void say_waiting(struct step *step, const struct text_facts *facts)
{
    if (work_is_open(step->turn)) {
        step_say_with(step, facts->problem.len ? step_for(step, TEXT_WORK_WAITING_MEMBER, TEXT_WORK_WAITING) : TEXT_WORK_WAITING,
                      facts);
        return;
    }
    const struct problem *problem = step->event->problem;
    enum text_id member = is_unreachable(problem) ? TEXT_WAITING_UNREACHABLE : TEXT_WAITING_MEMBER;
    if (problem && problem->id == PROBLEM_NET_TIMEOUT) member = TEXT_WAITING_SLOW;
    step_say_with(step, step_for(step, member, TEXT_WAITING_VISITOR), facts);
}

/* ---- both kinds of action --------------------------------------------------------------------------------------------------------------- */

void outcome_now(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    struct str subject = work_is_open(turn) ? work_title(turn->task.kind) : form_subject(&turn->form, step->arena);
    struct text_facts facts = outcome_facts(step, subject, step->event->reference);
    facts.action = work_title(turn->task.kind);
    bool is_open = is_uncertain(step->event->problem) || is_held(step->event->problem);
    bool keeps_draft = step->event->kind == TURN_ACTION_FAILED && !is_open;
    if (work_is_open(turn) && (keeps_draft || step->event->kind == TURN_ACTION_DONE)) {
        work_outcome(step, result);
        return;
    }
    switch (step->event->kind) {
    case TURN_ACTION_DONE: say_done(step, result, TEXT_CREATED, &facts); break;
    case TURN_ACTION_FAILED:
        if (is_held(step->event->problem)) remember(step, subject);
        step_say_with(step, failed_words(step, TEXT_FAILED_MEMBER, TEXT_FAILED_VISITOR), &facts);
        break;
    case TURN_ACTION_WAITING:
        remember(step, subject);
        say_waiting(step, &facts);
        break;
    case TURN_MESSAGE:
    case TURN_CONFIRM:
    case TURN_CANCEL:
    case TURN_MODEL_DONE:
    case TURN_MODEL_FAILED:
    case TURN_STOP:
    case TURN_RESUME: return;
    }
    if (keeps_draft)
        turn->action = turn->hash = turn->action_turn = STR_NONE;
    else
        draft_forget(step);
    turn->asked = ASK_NOTHING;
    step_state(step, keeps_draft ? STATE_COLLECT : STATE_IDLE);
    if (keeps_draft) (void)draft_ask_missing(step); /* it may just have come out what the account wants */
}

void outcome_late(struct step *step, size_t waiting, const struct json *result)
{
    struct turn *turn = step->turn;
    struct turn_waiting *entry = &turn->waiting[waiting];
    struct text_facts facts = outcome_facts(step, entry->subject, entry->reference);
    if (step->event->reference.len) entry->reference = step_keep(step, step->event->reference);
    if (step->event->kind == TURN_ACTION_WAITING) { /* a person sent it on */
        step_say_with(step, TEXT_WAITING_AGAIN, &facts);
        return;
    }
    if (entry->kind != ACTION_CREATE_TICKET && !is_held(step->event->problem))
        work_late(step, entry, result, &facts);
    else if (step->event->kind == TURN_ACTION_DONE)
        say_done(step, result, TEXT_CREATED_LATE, &facts);
    else
        step_say_with(step, failed_words(step, TEXT_FAILED_LATE_MEMBER, TEXT_FAILED_LATE_VISITOR), &facts);
    if (step->event->kind == TURN_ACTION_FAILED && is_held(step->event->problem)) return;
    for (size_t i = waiting + 1; i < turn->waiting_count; i++) turn->waiting[i - 1] = turn->waiting[i];
    turn->waiting_count--;
}
