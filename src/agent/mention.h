/* mention.h - the account's own fields where a message names them by title: "open a ticket ... with Order number 4711", "set Product to Pro on ticket 12".
 *
 * A title is a word like any other ("the product is broken"), so a field is meant only where the words around say so: a colon, "with" before it, or a verb that sets. What is found is taken out of
 * the message before the rest of it is read.
 */
#ifndef AGENT_MENTION_H
#define AGENT_MENTION_H

#include "agent/custom.h"

enum { MENTIONS_MAX = 8 };

struct mention {
    const struct asked_field *field;
    struct str words;  /* of the message, for the value */
    struct str value;  /* that they give; empty: they give none */
    bool is_shared;    /* another field has the same title: which one is meant is not known */
    bool sets;         /* with a verb: an order by itself */
    size_t begin, end; /* in the message, with the words that lead to it */
};

struct mentions {
    struct mention items[MENTIONS_MAX];
    size_t count;
};

/* `is_member`: fields that only agents may fill in count as well. */
void mention_find(const struct asked_fields *, struct str text, bool is_member, struct mentions *, struct arena *);
/* The message without them. */
struct str mention_rest(const struct mentions *, struct str text, struct arena *);

#endif
