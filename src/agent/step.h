/* step.h - one step of the machine while it runs: where effects are collected, words are said, ids are made, and the state is assigned.
 *
 * Private to the machine. A step belongs to one event; the strings it says live in the step's arena, those it keeps in the turn's.
 */
#ifndef AGENT_STEP_H
#define AGENT_STEP_H

#include "agent/mention.h"
#include "agent/policy.h"
#include "agent/texts.h"
#include "agent/turn_state.h"

struct step {
    struct turn *turn;
    const struct turn_world *world;
    const struct turn_event *event;
    struct arena *arena;
    struct turn_effects *out;
    unsigned ids;                 /* made so far */
    bool must_show;               /* what is proposed needs a yes, whatever the settings */
    bool no_model;                /* the built-in engine alone answers */
    struct str note;              /* said before the next words, in the same message */
    const struct mentions *named; /* fields that the message names beside its order; NULL: none */
};

/* The only function that assigns the state. While a read is out, every state but SENDING is entered when it has come back. */
void step_state(struct step *, enum turn_state);
/* A copy that outlives the step. */
struct str step_keep(struct step *, struct str);
/* A new id from the event's time and random bytes. */
struct str step_id(struct step *, const char prefix[5]);

/* Facts that every text may name: the agent's name and what it is able to do. */
struct text_facts step_facts(struct step *);
void step_say(struct step *, enum text_id);
void step_say_with(struct step *, enum text_id, const struct text_facts *);
/* Words of a model that have passed the gate; `is_cut`: the rest of them did not, which is said. */
void step_say_model(struct step *, struct str text, bool is_cut);
/* Words with slots, filled from the receipt of `action`. */
void step_say_receipt(struct step *, struct str text, struct str action);
/* The text in the conversation's language. */
const char *step_words(const struct step *, enum text_id);
/* The row of the two that fits who reads it. */
enum text_id step_for(const struct step *, enum text_id member, enum text_id visitor);
/* A problem's title without control characters; empty for NULL. */
struct str step_problem(struct step *, const struct problem *);

void step_act(struct step *, enum turn_effect_kind, const struct action *);
/* Keeps a message for later; false when there is no room. */
bool step_pend(struct step *, struct str text, bool when_idle);
/* Is there room for the effects of one more message? */
bool step_has_room(const struct step *);

#endif
