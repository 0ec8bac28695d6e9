/* turn_state.h - what a conversation remembers between two events, and its stored form.
 *
 * Private to the machine (turn.c and what it calls). All strings live in the arena of turn_load.
 */
#ifndef AGENT_TURN_STATE_H
#define AGENT_TURN_STATE_H

#include "agent/exchange.h"
#include "agent/form.h"
#include "agent/task.h"

enum {
    TURN_STATE_VERSION = 1,
    TURN_WAITING_MAX = 8,
    TURN_PENDING_MAX = 7,
    TURN_PENDING_BYTES = 4 * 1024,
    TURN_LIST_MAX = 10,
    TURN_ORDERS_MAX = 4,
    TURN_ORDER_BYTES = 16 * 1024
};

enum turn_state {
    STATE_IDLE,
    STATE_OFFER,    /* a ticket was offered for what the visitor told */
    STATE_COLLECT,  /* a draft is open and something is asked, or the draft is held */
    STATE_CONFIRM,  /* a proposal is shown and waits for a yes */
    STATE_NUMBER,   /* a ticket number is asked for; `resume` is where it came from */
    STATE_SENDING,  /* a confirmed action is out */
    STATE_READING,  /* a read is out; `resume` is where it came from */
    STATE_THINKING, /* a model is asked; `resume` is where it came from */
    STATE_COUNT,
};

/* A request that Zendesk could not take yet. */
struct turn_waiting {
    enum action_kind kind;
    struct str action, turn, reference, subject;
};

/* A ticket of the list that was shown last. */
struct turn_listed {
    uint64_t id;
    struct str subject;
};

/* A message that is answered later. */
struct turn_pending {
    struct str text;
    bool when_idle; /* the second order of a message: after the first is done; else as soon as no action is out */
};

/* A write that a model called for beside another: it is shown when that one is done with. */
struct turn_order {
    enum action_kind kind;
    struct str arguments;
};

/* A turn that a model works on: from the visitor's message to the words, or to the order that it became. */
struct thought {
    struct str ask;            /* mdr_...: the call that is out; empty: none, or its reads are being done */
    struct str turn;           /* trn_...; empty: nothing is thought about */
    struct str text;           /* the visitor's message */
    struct str said;           /* words that have passed the gate, and more is to come */
    struct exchange *exchange; /* NULL: nothing yet */
    int64_t began_at;
    size_t engine;               /* of the chain */
    size_t rounds;               /* calls to models so far */
    bool was_held, was_repeated; /* one repair each: words, and a call that failed in passing */
};

struct turn {
    struct arena *arena;
    enum turn_state state, resume;
    enum nlu_language language; /* the visitor's */
    struct str id;              /* trn_... of the last message */
    struct form form;
    enum form_ask asked;
    struct task task;           /* the open order when it is no new ticket; then `form` is empty */
    struct str offer;           /* STATE_OFFER: the visitor's words */
    struct str action, hash;    /* the open proposal, or in STATE_SENDING the action that is out; empty: neither */
    struct str action_turn;     /* goes on when the action has ended: the turn in which it was begun */
    struct str read, read_turn; /* the read that is out; empty: none */
    enum action_kind read_kind;
    uint64_t read_ticket;
    bool person, person_told; /* a person was asked for; the visitor was told what becomes of words written since */
    struct thought thought;
    struct turn_order orders[TURN_ORDERS_MAX];
    size_t order_count;
    bool
        must_show; /* the open order came from a model, with a value that the visitor did not give: no write without a yes, whatever the settings */
    uint64_t focus; /* the ticket made, read, or changed last; 0: none */
    struct turn_listed list[TURN_LIST_MAX];
    size_t list_count;
    struct turn_waiting waiting[TURN_WAITING_MAX];
    size_t waiting_count;
    struct turn_pending pending[TURN_PENDING_MAX];
    size_t pending_count;
};

#endif
