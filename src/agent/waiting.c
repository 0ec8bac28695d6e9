/* waiting.c - see waiting.h. What is said rests on the request's row as it stands in this very step (struct turn_world): whether a byte of it has ever left decides what can be promised. */
#include "agent/waiting.h"

static const struct turn_request *row_of(const struct step *step, const struct turn_waiting *entry)
{
    for (size_t i = 0; i < step->world->request_count; i++)
        if (str_eq(step->world->requests[i].action, entry->action)) return &step->world->requests[i];
    return NULL;
}

/* "R-1" does not stand in "R-17". */
static bool names(struct str text, struct str reference)
{
    for (size_t at = 0; (at = str_find_nocase(text, reference, at)) != SIZE_MAX; at++) {
        size_t end = at + reference.len;
        bool goes_on = end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9';
        if (!goes_on) return true;
    }
    return false;
}

/* The one that the message names, else the newest, and its place; NULL when none is open. */
static const struct turn_request *choose(const struct step *step, struct str text, size_t *at)
{
    const struct turn *turn = step->turn;
    const struct turn_request *chosen = NULL;
    for (size_t i = 0; i < turn->waiting_count; i++) {
        const struct turn_waiting *entry = &turn->waiting[i];
        const struct turn_request *row = row_of(step, entry);
        if (row == NULL) continue;
        *at = i;
        chosen = row;
        if (entry->reference.len > 0 && names(text, entry->reference)) break;
    }
    return chosen;
}

static struct text_facts facts_of(struct step *step, const struct turn_waiting *entry)
{
    struct text_facts facts = step_facts(step);
    facts.reference = entry->reference;
    facts.subject = entry->subject;
    return facts;
}

/* ---- called off ------------------------------------------------------------------------------------------------------------------------- */

bool waiting_cancel(struct step *step, const struct nlu_message *m)
{
    struct turn *turn = step->turn;
    size_t at = 0;
    const struct turn_request *row = choose(step, m->text, &at);
    if (row == NULL) return false;
    struct text_facts facts = facts_of(step, &turn->waiting[at]);
    if (!row->may_drop) {
        step_say_with(step, TEXT_TOO_LATE_WAITING, &facts);
        return true;
    }
    step_act(step, TURN_DROP, &(struct action){ .id = turn->waiting[at].action });
    step_say_with(step, TEXT_DROPPED_BY_VISITOR, &facts);
    for (size_t i = at + 1; i < turn->waiting_count; i++) turn->waiting[i - 1] = turn->waiting[i];
    turn->waiting_count--;
    return true;
}

/* ---- asked about ------------------------------------------------------------------------------------------------------------------------ */

static bool asks(const struct turn *turn, const struct nlu_message *m)
{
    static const struct str words[] = {
        { "yet", 3 }, { "still", 5 }, { "is it done", 10 }, { "go through", 10 }, { "gone through", 12 }
    };
    for (size_t i = 0; i < turn->waiting_count; i++)
        if (turn->waiting[i].reference.len > 0 && names(m->text, turn->waiting[i].reference)) return true;
    bool is_question = str_find(m->text, STR("?"), 0) != SIZE_MAX;
    for (size_t i = 0; is_question && i < sizeof words / sizeof *words; i++)
        if (str_find_nocase(m->text, words[i], 0) != SIZE_MAX) return true;
    return m->acts & (NLU_RECAP | NLU_NEWS);
}

static enum text_id words_for(const struct turn_request *row)
{
    if (row->state == REQUEST_NEEDS_HUMAN) return TEXT_STILL_HELD;
    return row->was_sent ? TEXT_STILL_UNKNOWN : TEXT_STILL_WAITING;
}

bool waiting_tell(struct step *step, const struct nlu_message *m)
{
    size_t at = 0;
    const struct turn_request *row = choose(step, m->text, &at);
    if (row == NULL) return false;
    struct text_facts facts = facts_of(step, &step->turn->waiting[at]);
    step_say_with(step, words_for(row), &facts);
    return true;
}

bool waiting_asked(struct step *step, const struct nlu_message *m)
{
    if (m->clause_count > 0 || !asks(step->turn, m)) return false;
    if (str_find_nocase(str_clip(m->text, 6), STR("cancel"), 0) == 0) return waiting_cancel(step, m); /* "cancel R-17" */
    return waiting_tell(step, m);
}
