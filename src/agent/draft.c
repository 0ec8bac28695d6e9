/* draft.c - the way to a ticket. One rule holds it together: the arguments are made anew from the draft and the policy each time, and an action is sent
 * only when their hash is the one that was shown. So a change between showing and agreeing, whatever made it, leads to a new proposal.
 */
#include "agent/draft.h"

#include "agent/attach.h"
#include "agent/named.h"
#include "agent/proposal.h"
#include "agent/readback.h"
#include "agent/say.h"
#include "agent/work.h"

static struct text_facts draft_facts(struct step *step)
{
    struct text_facts facts = step_facts(step);
    facts.subject = form_subject(&step->turn->form, step->arena);
    return facts;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------------------ */

/* The account's own field that was asked for last; NULL when it is no longer asked for. */
static const struct asked_field *asked_field(const struct step *step)
{
    return custom_find(&step->world->fields, step->turn->form.custom.asked);
}

static void ask_custom(struct step *step, const struct asked_field *field)
{
    static const enum text_id questions[ASKED_TYPES] = {
        [ASKED_TEXT] = TEXT_ASK_FIELD,
        [ASKED_INTEGER] = TEXT_ASK_FIELD_INTEGER,
        [ASKED_DECIMAL] = TEXT_ASK_FIELD_DECIMAL,
        [ASKED_DATE] = TEXT_ASK_FIELD_DATE,
        [ASKED_CHECKBOX] = TEXT_ASK_FIELD_CHECKBOX,
        [ASKED_CHOICE] = TEXT_ASK_FIELD_CHOICE,
        [ASKED_CHOICES] = TEXT_ASK_FIELD_CHOICES,
    };
    struct turn *turn = step->turn;
    struct text_facts facts = step_facts(step);
    facts.field = say_clean(field->label, step->arena);
    facts.options = say_clean(custom_options(field, step->arena), step->arena);
    turn->asked = ASK_FIELD;
    turn->form.custom.asked = arena_str(turn->arena, field->key);
    step_state(step, STATE_COLLECT);
    step_say_with(step, facts.options.len || field->type < ASKED_CHOICE ? questions[field->type] : TEXT_ASK_FIELD, &facts);
}

static void ask(struct step *step, enum form_ask what)
{
    static const enum text_id questions[ASK_COUNT] = {
        [ASK_NOTHING] = TEXT_ASK_CHANGE,     [ASK_MATTER] = TEXT_ASK_MATTER,     [ASK_DESCRIPTION] = TEXT_ASK_DESCRIPTION,
        [ASK_EMAIL] = TEXT_ASK_EMAIL_MEMBER, [ASK_SUBJECT] = TEXT_ASK_SUBJECT,   [ASK_NEW_DESCRIPTION] = TEXT_ASK_NEW_DESCRIPTION,
        [ASK_NAME] = TEXT_ASK_NAME,          [ASK_PRIORITY] = TEXT_ASK_PRIORITY, [ASK_TYPE] = TEXT_ASK_TYPE,
        [ASK_TAGS] = TEXT_ASK_TAGS,
    };
    const struct asked_field *field = what == ASK_FIELD ? asked_field(step) : NULL;
    if (field) {
        ask_custom(step, field);
        return;
    }
    if (what == ASK_FIELD) what = ASK_NOTHING;
    step->turn->asked = what;
    step_state(step, STATE_COLLECT);
    step_say(step, what == ASK_EMAIL ? step_for(step, TEXT_ASK_EMAIL_MEMBER, TEXT_ASK_EMAIL_VISITOR) : questions[what]);
}

void draft_ask_field(struct step *step, enum nlu_field field)
{
    proposal_withdraw(step);
    ask(step, form_ask_for(field));
}

/* ---- the requester ------------------------------------------------------------------------------------------------------------------- */

/* A verified person's ticket is in their own name, whatever the draft says. */
static void apply_requester(struct step *step)
{
    struct str own = policy_requester(step->world);
    struct form *form = &step->turn->form;
    if (own.len == 0) return;
    form_set(form, NLU_EMAIL, own, step->turn->arena);
    struct str name = str_trim(say_clean(step->world->visitor_name, step->arena));
    if (form->values[NLU_NAME].len == 0 && name.len) form_set(form, NLU_NAME, name, step->turn->arena);
}

static bool names_another(struct step *step, const struct nlu_message *message)
{
    struct str own = policy_requester(step->world);
    bool first = message->values[NLU_EMAIL].len && !str_eq_nocase(message->values[NLU_EMAIL], own);
    bool second = message->other_email.len && !str_eq_nocase(message->other_email, own);
    return own.len > 0 && (first || second);
}

/* Fills the draft; `refused` when the message named an address that is not the visitor's. */
static unsigned take(struct step *step, const struct nlu_message *message, enum form_ask asked, bool rest_is_matter,
                     bool *refused)
{
    struct nlu_message given = *message;
    *refused = names_another(step, message);
    if (*refused) {
        struct text_facts facts = step_facts(step);
        facts.email = policy_requester(step->world);
        step->note = texts_say(TEXT_ONLY_YOURS, &facts, step->arena);
    }
    if (*refused || given.other_email.len) given.values[NLU_EMAIL] = STR_NONE;
    return form_take(&step->turn->form, &given, asked, rest_is_matter, step->turn->arena);
}

static void ask_which(struct step *step, const struct nlu_message *message)
{
    struct text_facts facts = draft_facts(step);
    facts.email = message->values[NLU_EMAIL];
    facts.other = message->other_email;
    proposal_withdraw(step);
    step->turn->asked = ASK_EMAIL;
    step_state(step, STATE_COLLECT);
    step_say_with(step, TEXT_EMAIL_WHICH, &facts);
}

/* ---- what the agent's settings give ------------------------------------------------------------------------------------------------------ */

static bool has_tag(struct str tags, struct str tag)
{
    struct str one;
    while (str_split(&tags, ',', &one))
        if (str_eq_nocase(one, tag)) return true;
    return false;
}

/* Where nobody said otherwise; the tags come in addition. They stand in the read-back like everything that is sent. */
static void apply_defaults(struct step *step)
{
    const struct agent_settings *settings = &step->world->agent->settings;
    struct form *form = &step->turn->form;
    struct str tags = form->values[NLU_TAGS], rest = settings->ticket_tags, tag;
    if (form->values[NLU_PRIORITY].len == 0) form_set(form, NLU_PRIORITY, settings->ticket_priority, step->turn->arena);
    if (form->values[NLU_TYPE].len == 0) form_set(form, NLU_TYPE, settings->ticket_type, step->turn->arena);
    while (rest.len > 0 && str_split(&rest, ',', &tag))
        if (!has_tag(tags, tag))
            tags = arena_fmt(step->arena, "%.*s%s%.*s", STR_ARG(tags), tags.len > 0 ? "," : "", STR_ARG(tag));
    form_set(form, NLU_TAGS, tags, step->turn->arena);
}

/* ---- proposing ------------------------------------------------------------------------------------------------------------------------ */

static void say_verdict(struct step *step, enum policy_verdict verdict)
{
    struct text_facts facts = draft_facts(step);
    facts.draft = readback_draft(&step->turn->form, step->turn->language, step->arena);
    enum text_id id = TEXT_VERIFY_HELD;
    if (verdict == POLICY_UNCONNECTED) id = step_for(step, TEXT_UNCONNECTED_MEMBER, TEXT_UNCONNECTED_VISITOR);
    if (verdict == POLICY_SWITCHED_OFF) id = step_for(step, TEXT_OFF_CREATE_MEMBER, TEXT_OFF_CREATE_VISITOR);
    step_say_with(step, id, &facts);
}

static void hold(struct step *step, enum policy_verdict verdict)
{
    proposal_withdraw(step);
    step->turn->asked = ASK_NOTHING;
    step_state(step, STATE_COLLECT);
    say_verdict(step, verdict);
}

/* A field does not fit the action's schema: says which and asks for it. */
static void refuse_field(struct step *step, const struct problem *problem)
{
    struct text_facts facts = draft_facts(step);
    facts.problem = step_problem(step, problem);
    step->note = texts_say(TEXT_FIELD_REFUSED, &facts, step->arena);
    proposal_withdraw(step);
    ask(step, ASK_NOTHING);
}

static void propose(struct step *step, struct str arguments)
{
    struct text_facts facts = draft_facts(step);
    struct str told = readback_arguments(arguments, &step->turn->form, step->world, step->turn->language, step->arena);
    facts.draft = attach_told(step, told, arguments);
    enum text_id words = step->world->dry_run ? TEXT_PROPOSAL_DRY : step_for(step, TEXT_PROPOSAL_MEMBER, TEXT_PROPOSAL_VISITOR);
    proposal_show(step, arguments, words, TEXT_SENDING, &facts);
}

/* The account's own fields come last: they are not known before its answer, and may change at any time. */
bool draft_ask_missing(struct step *step)
{
    struct form *form = &step->turn->form;
    custom_prune(&form->custom, &step->world->fields, step->arena);
    enum form_ask missing = form_missing(form);
    const struct asked_field *field = custom_missing(&form->custom, &step->world->fields);
    if (missing == ASK_NOTHING && !field) return false;
    proposal_withdraw(step);
    if (missing == ASK_NOTHING)
        ask_custom(step, field);
    else
        ask(step, missing);
    return true;
}

void draft_advance(struct step *step)
{
    struct turn *turn = step->turn;
    apply_requester(step);
    if (draft_ask_missing(step)) return;
    enum policy_verdict verdict = policy_action(step->world, ACTION_CREATE_TICKET);
    if (verdict != POLICY_ALLOWED) {
        hold(step, verdict);
        return;
    }
    struct str arguments;
    struct problem problem;
    apply_defaults(step);
    turn->asked = ASK_NOTHING;
    if (form_arguments(&turn->form, attach_tokens(step), step->arena, &arguments, &problem) == OK)
        propose(step, arguments);
    else
        refuse_field(step, &problem);
}

bool draft_take_named(struct step *step, const struct mentions *mentions)
{
    struct str words;
    const struct asked_field *unfit = named_take(step, mentions, &step->turn->form.custom, &words);
    if (!unfit) return true;
    proposal_withdraw(step);
    named_unfit(step, unfit, words, true);
    ask_custom(step, unfit);
    return false;
}

/* ---- the visitor's side ---------------------------------------------------------------------------------------------------------------- */

void draft_start(struct step *step, const struct nlu_message *message)
{
    enum policy_verdict verdict = policy_action(step->world, ACTION_CREATE_TICKET);
    if (verdict == POLICY_UNCONNECTED || verdict == POLICY_SWITCHED_OFF) {
        step_state(step, STATE_IDLE);
        say_verdict(step, verdict);
        return;
    }
    draft_forget(step);
    bool refused;
    (void)take(step, message, ASK_NOTHING, true, &refused);
    if (message->other_email.len && !refused && policy_requester(step->world).len == 0) {
        ask_which(step, message);
        return;
    }
    if (step->named && !draft_take_named(step, step->named)) return;
    bool complete = form_missing(&step->turn->form) == ASK_NOTHING;
    if (verdict == POLICY_UNVERIFIED && !complete) step->note = str_from(step_words(step, TEXT_VERIFY_DRAFT));
    draft_advance(step);
}

bool draft_change(struct step *step, const struct nlu_message *message)
{
    bool refused;
    unsigned changed = take(step, message, step->turn->asked, false, &refused);
    if (message->other_email.len && !refused) {
        ask_which(step, message);
        return true;
    }
    if (!changed && !refused) return false;
    draft_advance(step);
    return true;
}

void draft_add(struct step *step, struct str words)
{
    (void)form_add(&step->turn->form, words, step->turn->arena);
    draft_advance(step);
}

static bool set_field(struct step *step, const struct asked_field *field, struct str words, unsigned acts)
{
    struct turn *turn = step->turn;
    struct str value = custom_fit(field, words, acts, step->arena);
    if (value.len == 0) return false;
    custom_set(&turn->form.custom, field, value, turn->arena);
    draft_advance(step);
    return true;
}

bool draft_answer_field(struct step *step, struct str text, unsigned acts)
{
    const struct asked_field *field = asked_field(step);
    return field && set_field(step, field, text, acts);
}

bool draft_correct_field(struct step *step, struct str text, unsigned acts)
{
    struct str words;
    const struct asked_field *field = custom_named(&step->world->fields, text, &words, step->arena);
    if (!field) return false;
    if (words.len && set_field(step, field, words, acts)) return true;
    proposal_withdraw(step);
    if (words.len) named_unfit(step, field, words, true);
    ask_custom(step, field);
    return true;
}

void draft_unfit(struct step *step, struct str words)
{
    if (asked_field(step)) {
        named_unfit(step, asked_field(step), words, true);
        ask(step, ASK_FIELD);
    } else {
        draft_advance(step);
    }
}

void draft_confirm(struct step *step)
{
    enum policy_verdict verdict = policy_action(step->world, ACTION_CREATE_TICKET);
    if (verdict != POLICY_ALLOWED) {
        hold(step, verdict);
        return;
    }
    apply_requester(step);
    if (draft_ask_missing(step)) return;
    struct str arguments;
    struct problem problem;
    if (form_arguments(&step->turn->form, attach_tokens(step), step->arena, &arguments, &problem) != OK)
        refuse_field(step, &problem);
    else if (!proposal_agree(step, arguments))
        propose(step, arguments);
}

void draft_refuse(struct step *step)
{
    proposal_withdraw(step);
    step->turn->asked = ASK_NOTHING;
    step_state(step, STATE_COLLECT);
    step_say(step, TEXT_REFUSED);
}

void draft_cancel(struct step *step)
{
    proposal_withdraw(step);
    draft_forget(step);
    step_state(step, STATE_IDLE);
    step_say(step, TEXT_CANCELLED);
}

void draft_show(struct step *step)
{
    struct text_facts facts = draft_facts(step);
    facts.draft = readback_draft(&step->turn->form, step->turn->language, step->arena);
    step->note = texts_say(facts.draft.len ? TEXT_GOT : TEXT_GOT_NOTHING, &facts, step->arena);
    if (step->turn->state == STATE_COLLECT && step->turn->asked != ASK_NOTHING)
        ask(step, step->turn->asked);
    else
        step_say(step, TEXT_ASK_CHANGE);
}

void draft_remind(struct step *step)
{
    struct turn *turn = step->turn;
    struct text_facts facts = draft_facts(step);
    if (turn->person) return; /* the agent has just stopped answering */
    if (work_is_open(turn) && (turn->state == STATE_CONFIRM || turn->state == STATE_COLLECT)) {
        work_remind(step);
        return;
    }
    if (turn->state == STATE_CONFIRM) step_say_with(step, TEXT_REMIND, &facts);
    if (turn->state == STATE_COLLECT) ask(step, turn->asked);
    if (turn->state == STATE_OFFER) step_say(step, TEXT_OFFER);
    if (turn->state == STATE_NUMBER) step_say(step, TEXT_ASK_NUMBER);
}

void draft_forget(struct step *step)
{
    struct turn *turn = step->turn;
    turn->form = (struct form){ 0 };
    turn->task = (struct task){ .asked = TASK_NO_FIELD };
    turn->asked = ASK_NOTHING;
    turn->must_show = false;
    turn->offer = turn->action = turn->hash = turn->action_turn = STR_NONE;
}
