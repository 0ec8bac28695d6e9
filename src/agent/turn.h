/* turn.h - one conversation as a state machine without I/O:  turn_step(turn, world, event) -> effects.
 *
 * Invariants: nothing here reads a clock, makes randomness or waits; every event carries `at_ms` and 32 random bytes. The effects of a step are saved
 * in one transaction with the new state before any of them is performed. At most one proposal is open at a time; a yes is bound to the hash of what was shown.
 * An event about an action that this conversation does not wait for is dropped in one place.
 *
 * Life: turn_load from the conversation's stored state (empty at first), turn_step, turn_save into the conversation's row.
 */
#ifndef AGENT_TURN_H
#define AGENT_TURN_H

#include "model/asked.h"
#include "model/nouns.h"

enum { TURN_RANDOM_BYTES = 32, TURN_EFFECTS_MAX = 16 };

struct turn; /* the state; lives in the arena of turn_load */

/* A request of this conversation that is not over: it waits, is out, or needs a person. */
struct turn_request {
    struct str action;
    enum request_state state;
    bool was_sent; /* a byte of it may have left: it may have been done */
    bool may_drop; /* nothing has left, and nobody has it in hand: TURN_DROP ends it */
};

/* What the turn may know beside its own state. Filled by flow for each step. */
struct turn_world {
    const struct agent *agent;
    bool connected;         /* the agent has a connection to Zendesk (in whatever condition) */
    bool may[ACTION_COUNT]; /* switched on, and permitted by the account's role */
    enum action_confirm confirm[ACTION_COUNT];
    enum channel channel;
    enum identity identity;
    struct str visitor_email, visitor_name; /* the simulated or verified visitor; empty for a member as such */
    bool dry_run;                           /* writes are shown and not sent */
    struct asked_fields fields;             /* that the account wants on every new ticket, as far as they are known */
    const struct attachment *files;         /* that wait for a ticket or comment, in the order in which they came */
    size_t file_count;
    const struct turn_request *requests;
    size_t request_count;
};

enum turn_event_kind {
    TURN_MESSAGE,        /* text: the visitor wrote */
    TURN_CONFIRM,        /* action, hash: the yes by button */
    TURN_CANCEL,         /* action: the no by button */
    TURN_ACTION_DONE,    /* action, result: from the stored receipt */
    TURN_ACTION_FAILED,  /* action, problem: refused for good, or a read that failed */
    TURN_ACTION_WAITING, /* action, problem, reference: kept, and will be sent later */
};

struct turn_event {
    enum turn_event_kind kind;
    int64_t at_ms; /* the database's clock */
    uint8_t random[TURN_RANDOM_BYTES];
    struct str text;
    struct str action; /* act_... */
    struct str hash;
    struct str result; /* JSON */
    const struct problem *problem;
    struct str reference; /* "R-17" */
};

enum turn_effect_kind {
    TURN_SAY, /* text, receipt: a message of the agent. Facts from Zendesk stand in it as slots (say.h), filled by flow from the receipt */
    TURN_PROPOSE,   /* action (a new row, status proposed): shown with exactly what will be sent, waits for a yes */
    TURN_READ,      /* action (a new row, status sending): perform at once, then ACTION_DONE or ACTION_FAILED */
    TURN_SEND,      /* action (a new or an existing row, status confirmed): into the outbox */
    TURN_CANCELLED, /* action (an existing row): withdrawn */
    TURN_DROP,      /* action (an existing row), whose request may_drop: given up */
};

enum turn_awaiting { AWAIT_NOTHING, AWAIT_DETAILS, AWAIT_CONFIRMATION, AWAIT_ACTION };

struct turn_effect {
    enum turn_effect_kind kind;
    struct str text;
    struct str receipt;   /* action whose receipt fills the slots; empty when there are none */
    struct action action; /* id, kind, arguments, hash, status; the rest is flow's */
};

struct turn_effects {
    struct turn_effect items[TURN_EFFECTS_MAX];
    size_t count;
    struct str turn;             /* trn_... this step belongs to */
    enum turn_awaiting awaiting; /* AWAIT_ACTION: the turn goes on when Zendesk has answered */
    bool writes_ticket;          /* a new ticket is being written: the account's fields should be known soon */
    enum status refused; /* E_CONFLICT: TURN_CONFIRM with another hash; E_NOT_FOUND: no such open action. Nothing changed */
};

/* Reads a stored state; E_CORRUPT when it is not one. An empty state is a new conversation. */
enum status turn_load(struct str state, struct arena *, struct turn **) must_check;
void turn_step(struct turn *, const struct turn_world *, const struct turn_event *, struct arena *, struct turn_effects *out);
struct str turn_save(const struct turn *, struct arena *); /* JSON */

/* Hash of what a yes is bound to: slug and canonical arguments. Hexadecimal, in the arena. */
struct str turn_action_hash(enum action_kind, struct str canonical_arguments, struct arena *);

#endif
