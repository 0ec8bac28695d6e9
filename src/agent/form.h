/* form.h - the draft of a ticket: what is known, what is asked next, and the arguments that it becomes.
 *
 * Strings live in the arena that the caller hands to form_take: the turn's own, as a draft outlives the message that filled it.
 */
#ifndef AGENT_FORM_H
#define AGENT_FORM_H

#include "agent/custom.h"
#include "agent/turn.h"
#include "nlu/nlu.h"

enum { FORM_SUBJECT_DERIVED_CHARS = 80 };

/* What the agent has asked for last. */
enum form_ask {
    ASK_NOTHING,
    ASK_MATTER,
    ASK_DESCRIPTION,
    ASK_EMAIL,
    ASK_SUBJECT,
    ASK_NEW_DESCRIPTION,
    ASK_NAME,
    ASK_PRIORITY,
    ASK_TYPE,
    ASK_TAGS,
    ASK_FIELD, /* form.custom.asked */
    ASK_COUNT
};

struct form {
    struct str values[NLU_FIELDS]; /* cleaned; empty: not known */
    struct custom custom;          /* of the fields that the account has made itself */
};

/* Takes what the message gives: its values, and its rest where that answers what was asked, or tells more of the matter beside the address that was. Returns the bits (1 << field) of what is new or changed. `rest_is_matter`: the rest
 * is the description even if nothing was asked, as in "open a ticket: the door is stuck". */
unsigned form_take(struct form *, const struct nlu_message *, enum form_ask, bool rest_is_matter, struct arena *);
/* Puts the words below the description. Returns the bit of it, or 0 when there are none. */
unsigned form_add(struct form *, struct str words, struct arena *);
void form_set(struct form *, enum nlu_field, struct str value, struct arena *);
/* The next thing to ask, in the order subject and description, then e-mail; ASK_NOTHING when a ticket can be made. */
enum form_ask form_missing(const struct form *);
/* The question for a field that is to be changed. */
enum form_ask form_ask_for(enum nlu_field);
/* How a message is to be read when this was asked. */
enum nlu_expect form_expect(enum form_ask);
bool form_is_empty(const struct form *);

/* Given, or from the first clause of the description: at most FORM_SUBJECT_DERIVED_CHARS characters, no links. Empty while there is neither. */
struct str form_subject(const struct form *, struct arena *);
/* Canonical JSON of create_ticket's arguments, defaults included, with the `uploads` of attach.h, checked against the schema; E_INPUT with the problem when a field does not fit. */
enum status form_arguments(const struct form *, struct str uploads, struct arena *, struct str *arguments,
                           struct problem *) must_check;

const char *form_ask_name(enum form_ask);     /* as it is stored */
enum form_ask form_ask_from(struct str name); /* ASK_NOTHING for an unknown one */

#endif
