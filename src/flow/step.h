/* step.h - one step of a conversation as a job on the storage thread: load, run the pure turn machine, write what it decided. turns.c lines the steps up
 * and does what follows the commit.
 */
#ifndef FLOW_STEP_H
#define FLOW_STEP_H

#include "flow/parts.h"

struct chain;
struct recall;
struct thinking;

enum { STEP_ITEMS_MAX = 2 * TURN_EFFECTS_MAX + 4 };

/* Something to tell the world after the commit. */
struct step_item {
    struct flow_event event;
    struct message message;
    struct action action;
};

/* A read or a send that starts after the commit. */
struct step_start {
    struct action action;
    struct request request;
    bool sends;
};

struct step {
    struct store_job job;
    struct flow *flow;
    struct lane *lane;
    struct step *next;
    struct arena arena;
    struct turn_event event;
    struct str client_id;
    uint8_t key_random[16];
    struct waiter *waiter;       /* of this very input; NULL for what Zendesk answered */
    struct finish *finish;       /* NULL for what people said */
    const struct model_run *run; /* the end of a call to a model; NULL else */

    /* what the job found out and decided */
    struct conversation conversation;
    struct integration integration;
    struct scope scope;
    bool connected;
    struct chain *chain;       /* the agent's models; NULL: it has none */
    struct recall *recall;     /* what they may know; NULL as well */
    struct thinking *thinking; /* the call to one of them that starts after the commit */
    bool has_notice;           /* somebody is to be told: notices_wake */
    struct turn_effects effects;
    struct step_item *items[STEP_ITEMS_MAX];
    size_t item_count;
    struct step_start *starts[TURN_EFFECTS_MAX];
    size_t start_count;
    struct action *dry[TURN_EFFECTS_MAX]; /* shown, not sent: done at once */
    size_t dry_count;
    bool repeated; /* a client_id that was stored before */
    bool goes_on;  /* this turn ends only with Zendesk's answer */
    int64_t now_ms;
};

/* The job. On OK `items`, `starts`, `dry` and `effects` say what to do now. */
enum status step_run(struct store_tx *, struct store_job *) must_check;
/* "details", "confirmation", "action"; NULL for nothing. */
const char *step_awaiting_name(enum turn_awaiting);

#endif
