/* gate.h - no claim without a receipt: an engine's draft passes here before anybody reads it.
 *
 * A draft comes in pieces as an engine makes it. It is released sentence by sentence, each only when the judge (claim.h) has found nothing in it that a receipt of this conversation would
 * have to prove and does not; slots are filled from receipts on the way. The first sentence that fails ends the draft: what came before stays, nothing of the sentence is shown, not even for a
 * moment. The engine gets one more try, with the reason; then a fixed honest sentence of the catalogue ends the message. Pure; knows nothing of engines.
 *
 * Slots: {ticket.id}, {ticket.status}, {customer.name}, {comment.created_at}, {request.reference} take the newest receipt of that sort; {act_....id} that receipt; SLOT("id") the receipt
 * named as `primary`.
 *
 * Life: gate_begin, gate_feed for each piece, gate_end; after GATE_RETRY feed the new draft and end again; gate_close.
 */
#ifndef AGENT_GATE_H
#define AGENT_GATE_H

#include "agent/claim.h"
#include "agent/leak.h"

enum { GATE_PENDING_BYTES_MAX = 16 * 1024 };

enum gate_end { GATE_SAID, GATE_RETRY, GATE_GAVE_UP };

struct gate_facts {
    const struct claim_receipt *receipts; /* of this conversation, oldest first */
    size_t receipt_count;
    const struct str *known; /* what may be repeated without proof: the visitor's messages */
    size_t known_count;
    struct str taught;  /* what the operator taught the agent (instructions, help texts): general statements of it may be made */
    int64_t now_ms;     /* moments are told as seen at this one */
    struct str primary; /* the action whose receipt SLOT() takes; empty for none */
    bool catalogue;     /* the words are of the product's catalogue and not an engine's: their forms need not be known */
    const struct leak
        *hidden; /* what of a prompt must not be recited, nor may secrets be told then; NULL: the engine has no prompt */
};

struct gate {
    struct claim_judge judge;
    struct gate_facts facts;
    struct arena *arena;
    struct buf pending; /* not released yet */
    struct buf told;    /* the end of what was released: a recital may go over several sentences */
    bool held, retried;
    bool shown, shown_now; /* something was released; of this draft */
    enum claim_fault fault;
    struct str reason; /* why a draft was held, for the engine; in the arena */
};

/* Everything in the facts is borrowed until gate_close. */
void gate_begin(struct gate *, const struct gate_facts *, struct arena *);
/* Appends to `released` what the piece has completed and proven. */
void gate_feed(struct gate *, struct str piece, struct buf *released);
/* The draft is complete: releases its rest, or says that it was held. */
enum gate_end gate_end(struct gate *, struct buf *released);
void gate_close(struct gate *);

/* The actions whose receipts the released words rest on; returns how many, at most `max`. */
size_t gate_receipts(const struct gate *, struct str *actions, size_t max);

#endif
