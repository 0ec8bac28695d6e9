/* asked.h - the fields of its own that an account has on its tickets, as far as a conversation has to know them: those that it wants filled in on every new ticket are asked for.
 *
 * Made from Zendesk's answers by zendesk/fields.h, stored with the account, read here. Titles and options are the account's words: text, never more.
 */
#ifndef MODEL_ASKED_H
#define MODEL_ASKED_H

#include "base/arena.h"
#include "base/json.h"

enum { ASKED_FIELDS_MAX = 64, ASKED_OPTIONS_MAX = 200, ASKED_BYTES_MAX = 256 * 1024 };

enum asked_type {
    ASKED_TEXT,
    ASKED_INTEGER,
    ASKED_DECIMAL,
    ASKED_DATE,
    ASKED_CHECKBOX,
    ASKED_CHOICE,
    ASKED_CHOICES,
    ASKED_TYPES
};

struct asked_field {
    struct str title;
    struct str key;   /* that names it alone: its title, or its number when another has the same title */
    struct str label; /* the same for people: "Region (3601)" */
    bool is_shared;   /* another has the same title */
    bool is_optional; /* not wanted on every new ticket: taken when it is named, never asked for */
    bool is_agents;   /* only for members: customers cannot fill it in */
    enum asked_type type;
    const struct str *options; /* names, for the two kinds of choice; none: too many to be listed, any answer is passed on */
    size_t option_count;
};

struct asked_fields {
    const struct asked_field *items;
    size_t count;
};

/* By Zendesk's name of the type ("tagger"); false for one that is not asked for in words. */
bool asked_type_from(struct str name, enum asked_type *);
const char *asked_type_name(enum asked_type);

/* From what is stored; none when it is empty or cannot be read. Copies into the arena. */
struct asked_fields asked_read(struct str stored, struct arena *);

#endif
