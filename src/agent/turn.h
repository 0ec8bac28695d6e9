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

struct claim_receipt;
struct exchange;
struct provenance;

enum {
    TURN_RANDOM_BYTES = 32,
    TURN_EFFECTS_MAX = 16,
    TURN_ROUNDS_MAX = 12,         /* calls to models in one turn: eight tools one by one, words, and a repair of each kind */
    TURN_THINK_MS = 2 * 60 * 1000 /* after this no further model is asked in the turn */
};

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
    size_t engines;                       /* models that may be asked, in this order; 0: the built-in engine alone */
    bool is_spent;                        /* there would be models, but a cap of money or tokens is reached */
    const struct claim_receipt *receipts; /* for the words of models: all actions of the conversation, oldest first */
    size_t receipt_count;
    const struct str *known; /* what they may repeat without proof */
    size_t known_count;
    struct str taught;                   /* the agent's instructions: what they may say of the usual course */
    const struct provenance *provenance; /* of everything that a model has been shown */
};

enum turn_event_kind {
    TURN_MESSAGE,        /* text: the visitor wrote */
    TURN_CONFIRM,        /* action, hash: the yes by button */
    TURN_CANCEL,         /* action: the no by button */
    TURN_RESUME,         /* the team hands the conversation back to the agent */
    TURN_ACTION_DONE,    /* action, result: from the stored receipt */
    TURN_ACTION_FAILED,  /* action, problem: refused for good, or a read that failed */
    TURN_ACTION_WAITING, /* action, problem, reference: kept, and will be sent later */
    TURN_MODEL_DONE,     /* ask, reply, said: a model has answered */
    TURN_MODEL_FAILED,   /* ask, reply (its fault), said, cut: it has not */
    TURN_STOP,           /* said: the visitor stops the answer that is being made */
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
    struct str ask;       /* mdr_... */
    const struct model_reply *reply;
    struct str said; /* of this answer's words, what the visitor has seen already */
    bool cut;        /* the process that asked has ended: it says nothing about the model */
};

enum turn_effect_kind {
    TURN_SAY, /* text, receipt: a message of the agent. Facts from Zendesk stand in it as slots (say.h), filled by flow from the receipt */
    TURN_PROPOSE,   /* action (a new row, status proposed): shown with exactly what will be sent, waits for a yes */
    TURN_READ,      /* action (a new row, status sending): perform at once, then ACTION_DONE or ACTION_FAILED */
    TURN_SEND,      /* action (a new or an existing row, status confirmed): into the outbox */
    TURN_CANCELLED, /* action (an existing row): withdrawn */
    TURN_DROP,      /* action (an existing row), whose request may_drop: given up */
};

/* Why a model is asked, or why the built-in engine goes on: as it is stored. */
enum turn_why {
    TURN_WHY_MESSAGE,  /* the visitor wrote */
    TURN_WHY_RESULTS,  /* what it called for is there */
    TURN_WHY_HELD,     /* its words were held back */
    TURN_WHY_AGAIN,    /* the same once more after a fault that may pass */
    TURN_WHY_FALLBACK, /* the one before failed */
    TURN_WHY_SPENT,    /* the built-in engine: a cap is reached */
    TURN_WHY_COUNT
};

const char *turn_why_name(enum turn_why);

/* The call to a model that a step asks for; no id: none. */
struct turn_ask {
    struct str id; /* mdr_... */
    size_t engine; /* of the chain */
    enum turn_why why;
    int64_t within_ms;  /* the turn's time that is left */
    int64_t after_ms;   /* not at once */
    bool without_tools; /* it has had as many as it may */
};

enum turn_awaiting { AWAIT_NOTHING, AWAIT_DETAILS, AWAIT_CONFIRMATION, AWAIT_ACTION, AWAIT_PERSON };

struct turn_effect {
    enum turn_effect_kind kind;
    struct str text;
    struct str receipt;   /* action whose receipt fills the slots; empty when there are none */
    bool is_cut;          /* TURN_SAY: more was held back; the catalogue's sentence about that follows */
    struct action action; /* id, kind, arguments, hash, status; the rest is flow's */
};

struct turn_effects {
    struct turn_effect items[TURN_EFFECTS_MAX];
    size_t count;
    struct str turn;             /* trn_... this step belongs to */
    enum turn_awaiting awaiting; /* AWAIT_ACTION: the turn goes on when Zendesk has answered */
    struct turn_ask ask;         /* asked once the step is stored */
    struct str ended;            /* another turn that ends with this step, without an answer: it was overtaken */
    struct str asking;           /* the call that is waited for from now on; another that is out is of no use any more */
    bool falls_back;             /* the built-in engine takes the message, for the reason in `ask.why` */
    bool writes_ticket;          /* a new ticket is being written: the account's fields should be known soon */
    bool needs_person;           /* a person of the team was asked for, and nobody has handed the conversation back yet */
    enum status refused; /* E_CONFLICT: TURN_CONFIRM with another hash; E_NOT_FOUND: no such open action. Nothing changed */
};

/* Reads a stored state; E_CORRUPT when it is not one. An empty state is a new conversation. */
enum status turn_load(struct str state, struct arena *, struct turn **) must_check;
void turn_step(struct turn *, const struct turn_world *, const struct turn_event *, struct arena *, struct turn_effects *out);
struct str turn_save(const struct turn *, struct arena *); /* JSON */

/* For the request of `ask`: the message that is thought about, and what has been said to and by models since; NULL: nothing yet. */
struct str turn_thinks(const struct turn *); /* trn_...; empty: no model is at work */
struct str turn_question(const struct turn *);
struct str turn_said(const struct turn *); /* words that have passed already, and stand before those to come */
const struct exchange *turn_exchange(const struct turn *);

/* Hash of what a yes is bound to: slug and canonical arguments. Hexadecimal, in the arena. */
struct str turn_action_hash(enum action_kind, struct str canonical_arguments, struct arena *);

#endif
