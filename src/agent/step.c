/* step.c - the machine's hands. Ids are drawn from the event's random bytes with a counter, so that a replay of the same event makes the same ids. */
#include "agent/step.h"

#include <assert.h>
#include <string.h>

#include "agent/say.h"
#include "base/id.h"
#include "vault/hash.h"

enum { EFFECTS_PER_MESSAGE = 5 };

void step_state(struct step *step, enum turn_state state)
{
    struct turn *turn = step->turn;
    bool waits = state == STATE_READING || state == STATE_SENDING || state == STATE_THINKING;
    bool later = turn->read.len > 0 && !waits;
    if (later) turn->resume = state;
    turn->state = later ? STATE_READING : state;
    bool returns = turn->state == STATE_READING || turn->state == STATE_NUMBER || turn->state == STATE_THINKING;
    if (!returns) turn->resume = STATE_IDLE;
}

struct str step_keep(struct step *step, struct str text)
{
    return text.len ? arena_str(step->turn->arena, text) : STR_NONE;
}

struct str step_id(struct step *step, const char prefix[5])
{
    struct str key = { (const char *)step->event->random, TURN_RANDOM_BYTES };
    struct hash hash = hash_blake2b_keyed(key, arena_fmt(step->arena, "%s%u", prefix, step->ids++));
    uint8_t random[ID_RANDOM_BYTES];
    memcpy(random, hash.bytes, sizeof random);
    struct id id = id_make(prefix, step->event->at_ms, random);
    return step_keep(step, id_str(&id));
}

/* ---- words ------------------------------------------------------------------------------------------------------------------------- */

enum text_id step_for(const struct step *step, enum text_id member, enum text_id visitor)
{
    return policy_is_member(step->world) ? member : visitor;
}

const char *step_words(const struct step *step, enum text_id id)
{
    return texts_in(step->turn->language, id);
}

static enum text_id able(const struct step *step)
{
    const struct turn_world *world = step->world;
    if (!world->connected) return step_for(step, TEXT_ABLE_UNCONNECTED_MEMBER, TEXT_ABLE_UNCONNECTED_VISITOR);
    bool create = world->may[ACTION_CREATE_TICKET], read = world->may[ACTION_GET_TICKET];
    if (create && read) return TEXT_ABLE_BOTH;
    if (create) return TEXT_ABLE_CREATE;
    return read ? TEXT_ABLE_STATUS : step_for(step, TEXT_ABLE_NONE_MEMBER, TEXT_ABLE_NONE_VISITOR);
}

/* With the other actions, where all of them are there. */
static struct str whole_able(struct step *step)
{
    struct str words = str_from(step_words(step, able(step)));
    bool more = step->world->connected;
    for (size_t kind = 0; kind < ACTION_COUNT; kind++) more = more && step->world->may[kind];
    return more ? arena_fmt(step->arena, "%.*s%s", STR_ARG(words), step_words(step, TEXT_ABLE_MORE)) : words;
}

struct text_facts step_facts(struct step *step)
{
    return (struct text_facts){
        .language = step->turn->language,
        .agent = say_clean(step->world->agent->name, step->arena),
        .able = whole_able(step),
    };
}

static void say(struct step *step, struct str text, struct str receipt)
{
    assert(step->out->count < TURN_EFFECTS_MAX);
    if (step->note.len) text = arena_fmt(step->arena, "%.*s\n\n%.*s", STR_ARG(step->note), STR_ARG(text));
    step->note = STR_NONE;
    step->out->items[step->out->count++] = (struct turn_effect){ .kind = TURN_SAY, .text = text, .receipt = receipt };
}

void step_say_with(struct step *step, enum text_id id, const struct text_facts *facts)
{
    say(step, texts_say(id, facts, step->arena), STR_NONE);
}

void step_say(struct step *step, enum text_id id)
{
    struct text_facts facts = step_facts(step);
    step_say_with(step, id, &facts);
}

void step_say_model(struct step *step, struct str text, bool is_cut)
{
    if (text.len == 0 && !is_cut) return;
    say(step, text, STR_NONE);
    step->out->items[step->out->count - 1].is_cut = is_cut;
}

void step_say_receipt(struct step *step, struct str text, struct str action)
{
    say(step, text, action);
}

struct str step_problem(struct step *step, const struct problem *problem)
{
    return problem ? say_clean(problem_title(problem, step->arena), step->arena) : STR_NONE;
}

/* ---- effects ----------------------------------------------------------------------------------------------------------------------- */

void step_act(struct step *step, enum turn_effect_kind kind, const struct action *action)
{
    assert(step->out->count < TURN_EFFECTS_MAX);
    step->out->items[step->out->count++] = (struct turn_effect){ .kind = kind, .action = *action };
}

bool step_has_room(const struct step *step)
{
    return step->out->count + EFFECTS_PER_MESSAGE <= TURN_EFFECTS_MAX;
}

bool step_pend(struct step *step, struct str text, bool when_idle)
{
    struct turn *turn = step->turn;
    if (turn->pending_count == TURN_PENDING_MAX || text.len > TURN_PENDING_BYTES) return false;
    turn->pending[turn->pending_count++] = (struct turn_pending){ .text = step_keep(step, text), .when_idle = when_idle };
    return true;
}
