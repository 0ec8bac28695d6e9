/* action.h - what the product can do in Zendesk: one table (actions.def), read by everything.
 *
 * Adding an action is adding a row there and its functions in room zendesk.
 */
#ifndef MODEL_ACTION_H
#define MODEL_ACTION_H

#include "base/http.h"
#include "base/json.h"
#include "model/problem.h"

enum action_kind {
#define ACTION(id, slug, title, description, permission, writes, confirm, calls, schema) ACTION_##id,
#include "model/actions.def"
#undef ACTION
    ACTION_COUNT
};

enum action_permission { PERMIT_READ_TICKETS, PERMIT_WRITE_TICKETS, PERMIT_READ_USERS, PERMIT_WRITE_USERS };
enum action_confirm { CONFIRM_NEVER, CONFIRM_ALWAYS };

struct action_spec {
    enum action_kind kind;
    const char *slug;        /* "create_ticket" */
    const char *title;       /* "Create ticket" */
    const char *description; /* one sentence, for people and for models */
    enum action_permission permission;
    bool writes;
    enum action_confirm confirm; /* the default; an agent's settings may change it */
    /* What egress lets through: "GET /api/v2/users/search;POST /api/v2/tickets", several separated by ';'; {id} is digits. */
    const char *calls;
    const char *schema; /* JSON Schema (draft 2020-12) of the arguments, compact */
};

const struct action_spec *action_spec(enum action_kind);
const struct action_spec *action_find(struct str slug);     /* NULL when there is none */
const char *action_permission_name(enum action_permission); /* "read_tickets" */
/* May a call with this method and path (without query) be made for this action? */
bool action_allows(const struct action_spec *, enum http_method, struct str path);

/* The schema as a tree, for as long as the process lives. */
const struct json *action_schema(const struct action_spec *);
/* Arguments against the schema: required members, types, enums, lengths, no unknown members. Returns OK, or E_INPUT with a
 * problem that names the field and the fix. */
enum status action_check_arguments(const struct action_spec *, const struct json *arguments, struct arena *,
                                   struct problem *) must_check;

/* The life of one action in a conversation. */
enum action_status {
    ACTION_PROPOSED,
    ACTION_CONFIRMED,
    ACTION_SENDING,
    ACTION_WAITING,
    ACTION_DONE,
    ACTION_REJECTED,
    ACTION_CANCELLED,
    ACTION_NEEDS_HUMAN,
};

const char *action_status_name(enum action_status);
bool action_status_from(struct str name, enum action_status *);

/* One action: a row. Strings live where the reader put them. */
struct action {
    struct str id;                                         /* act_... */
    struct str workspace, integration, conversation, turn; /* conversation and turn are empty for a member's own act */
    enum action_kind kind;
    enum action_status status;
    struct str arguments; /* canonical JSON */
    struct str hash;      /* BLAKE2b-256 of slug and arguments, hexadecimal: what a yes is bound to */
    struct str result;    /* JSON, as Zendesk returned it, cut to the action's result; empty until done */
    struct str problem;   /* JSON of the last problem; empty when none */
    struct str reference; /* "R-17", once it has to wait */
    bool dry_run;
    int64_t created_at, updated_at;
};

#endif
