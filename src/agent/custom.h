/* custom.h - the account's own fields in the draft of a ticket: which one is asked for next, what an answer gives, what is sent.
 *
 * What is asked for stands in the world (struct turn_world, fields); what is known, here. A value is kept as it is read back: a number, "true" or "false", a day, an option by its name, several
 * options on lines. Strings live in the arena that the caller hands over: the turn's own.
 */
#ifndef AGENT_CUSTOM_H
#define AGENT_CUSTOM_H

#include "model/asked.h"

struct custom_value {
    struct str key; /* of the field */
    struct str label, text;
    enum asked_type type;
};

struct custom {
    struct custom_value values[ASKED_FIELDS_MAX];
    size_t count;
    struct str asked; /* key of the field asked for last; empty: none */
};

const struct asked_field *custom_find(const struct asked_fields *, struct str key);
/* The first without a value that a new ticket needs; NULL when there is none. */
const struct asked_field *custom_missing(const struct custom *, const struct asked_fields *);
/* The value that the words give to the field, in the arena; empty when they give none. `acts`: of the message (enum nlu_act), for a yes or no in any language. */
struct str custom_fit(const struct asked_field *, struct str words, unsigned acts, struct arena *);
void custom_set(struct custom *, const struct asked_field *, struct str value, struct arena *);
/* Forgets what the account asks for no longer, and values that it takes no longer. */
void custom_prune(struct custom *, const struct asked_fields *, struct arena *);
/* "make Product Hardware", "no, the Product is Hardware": the field that a message begins with, and in `rest` the words for it (empty: none are given). NULL: it begins with none. */
const struct asked_field *custom_named(const struct asked_fields *, struct str text, struct str *rest, struct arena *);
/* The names that can be chosen, for the question. */
struct str custom_options(const struct asked_field *, struct arena *);
/* The member "custom_fields" of create_ticket's arguments; nothing when there are no values. */
void custom_write(const struct custom *, struct jw *);
/* Adds the fields under their titles, a line each, as they stand in the arguments. Their words come from Zendesk: no mark of a quotation or slot is left in them. */
void custom_read(struct buf *out, const struct custom *, const struct json *arguments, struct arena *);

#endif
