/* record.h - the records of an account that are little more than their members: organizations, groups, fields, triggers.
 *
 * A kind is a table of members, each with its type and what it is when nobody gives it; a record is stored as one JSON object.
 * Listing, showing, creating, changing and deleting are then the same five functions for every kind (records.c). What a kind
 * does beyond that stands in its hooks.
 *
 * Rejected: a table and a file for each. Thirteen times the same code, and thirteen places for it to differ by accident.
 */
#ifndef SANDBOX_RECORD_H
#define SANDBOX_RECORD_H

#include "sandbox/api.h"
#include "sandbox/fail.h"

enum record_type { RECORD_TEXT, RECORD_NUMBER, RECORD_BOOL, RECORD_ARRAY, RECORD_OBJECT };

enum record_flags {
    RECORD_REQUIRED = 1, /* may not be blank */
    RECORD_UNIQUE = 2,   /* no two records of the kind have the same; ASCII case does not matter */
    RECORD_FIXED = 4,    /* set by the account: what is sent is dropped with a warning */
};

struct record_field {
    const char *name; /* NULL ends a table */
    enum record_type type;
    const char *initial; /* JSON; "=title" takes what that member has */
    unsigned flags;
};

struct record_kind {
    const char *name, *plural; /* "organization": what stands around one, and around a list */
    const char *path;          /* of its URL: "organizations" */
    const struct record_field *fields;
    const char *parent; /* the member that says whose it is; NULL: nobody's */
    bool is_locked;     /* only admins may write */
    /* What must hold besides the types; `merged` is the record as it would be. NULL: nothing. */
    void (*check)(struct api_call *, const struct json *merged, int64_t id, struct invalid *);
    /* Within the transaction, after the record was stored, or before it goes. NULL: nothing. */
    void (*saved)(struct api_call *, const struct json *record, int64_t id);
    void (*removed)(struct api_call *, const struct json *record, int64_t id);
};

extern const struct record_kind kind_organization, kind_organization_membership, kind_group, kind_group_membership,
    kind_ticket_field, kind_user_field, kind_organization_field, kind_ticket_form, kind_custom_status, kind_custom_role,
    kind_brand, kind_trigger, kind_satisfaction_rating, kind_category, kind_section, kind_article;

struct record {
    int64_t id; /* 0: not stored yet */
    int64_t parent, created_at, updated_at;
    struct str body; /* JSON object of all members of the kind */
};

bool record_load(struct desk *, struct arena *, const struct record_kind *, int64_t id, struct record *);
/* The next one after this id, of one parent or (0) of all; 0 at the end. */
int64_t record_next_id(struct desk *, const struct record_kind *, int64_t parent, int64_t after);
/* The first one whose text member is this (ASCII case does not matter) and whose id is not `except`; 0 when there is none. */
int64_t record_find(struct desk *, const struct record_kind *, struct str member, struct str value, int64_t except);
/* Stores; an id of 0 gets one. */
void record_store(struct desk *, const struct record_kind *, struct record *);
void record_remove(struct desk *, const struct record_kind *, int64_t id);

/* What is known of one record as a tree, which the caller frees; NULL when there is none. */
struct json *record_tree(struct desk *, const struct record_kind *, int64_t id);

/* A record made by the account itself, from what its JSON text gives and the kind's initial values. With an id that is there
 * already nothing happens. */
int64_t record_plant(struct desk *, const struct record_kind *, int64_t id, int64_t now_at, struct str given);

/* `given` laid over `body` (empty for a new record) by the kind's table, as JSON text. *wrong is the first member of a wrong
 * type, or NULL. */
struct str record_merge(struct arena *, const struct record_kind *, struct str body, const struct json *given,
                        const struct record_field **wrong);

void record_render_members(const struct api_call *, struct jw *, const struct record_kind *, const struct record *);
void record_render(const struct api_call *, struct jw *, const struct record_kind *, const struct record *);
/* For lists: the kind is that of the call's endpoint, or the one that is named. */
void record_render_by_id(struct api_call *, struct jw *, int64_t id);
void record_render_kind(struct api_call *, struct jw *, const struct record_kind *, int64_t id);

/* Answers with all records of a kind, or those of one parent. `resource` is the path in links. */
void record_reply_list(struct api_call *, const struct record_kind *, int64_t parent, const char *resource);
void record_reply(struct api_call *, int status, const struct record_kind *, const struct record *);
/* Checks and stores what the request gives; false: the call has been answered. */
bool record_save(struct api_call *, const struct record_kind *, struct record *, const struct json *given);

#endif
