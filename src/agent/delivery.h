/* delivery.h - a confirmed request on its way to Zendesk, as a state machine without I/O.
 *
 * The promise: one confirmed request is done at most once. What guards it depends on what it does (enum request_guard): a creation goes under an Idempotency-Key that
 * Zendesk keeps for two hours, a change of a ticket carries the ticket's stamp so that only one of its copies can apply, the rest may be repeated. The model of the first,
 * docs/models/ticket.pml, was checked exhaustively; test/sim plays this very code against a hostile Zendesk.
 *
 *     READY --take up--> SENDING --settle--> DONE | REJECTED | PAUSED | READY (later, perhaps in doubt) | NEEDS_HUMAN
 *       |                   ^
 *       +--in doubt--> look up --> DONE (it is there) | SENDING (it is not) | READY (nobody could tell)
 *     READY | PAUSED | NEEDS_HUMAN --a person--> READY (retry) | DONE (settled by hand) | DROPPED
 *
 * A row that a function here has changed must be committed under the claim's fencing token before its effect is carried out. `now_ms` is the database's clock, read in that
 * same transaction: so the window is tested again in the transaction that records the intent.
 */
#ifndef AGENT_DELIVERY_H
#define AGENT_DELIVERY_H

#include "model/nouns.h"
#include "model/outcome.h"

enum {
    DELIVERY_MINUTE_MS = 60 * 1000,
    DELIVERY_KEY_LIFE_MS = 120 * DELIVERY_MINUTE_MS, /* KEY_TTL: Zendesk keeps an Idempotency-Key two hours */
    DELIVERY_SAFE_MS = 60 * DELIVERY_MINUTE_MS,      /* SAFE: how long we send again under one key */
    DELIVERY_LATE_MS = 5 * DELIVERY_MINUTE_MS,       /* D: no byte arrives later than this after the intent was recorded */
    DELIVERY_LAG_MS = 15 * DELIVERY_MINUTE_MS,       /* L: a new ticket is found by its external_id after at most this */
    DELIVERY_QUIET_MS = 30 * DELIVERY_MINUTE_MS,     /* Q: silence before a look-up may be believed when it finds nothing */
    DELIVERY_LEASE_MS = 200 * 1000,
    DELIVERY_TOTAL_MS = 4 * 45 * 1000, /* of one send at most: access token, call, and both again when the token had ended */
    DELIVERY_BACKOFF_MIN_MS = 2 * 1000,
    DELIVERY_BACKOFF_MAX_MS = 300 * 1000,
    DELIVERY_EPOCHS_MAX = 3, /* keys that are tried before a person is asked */
    DELIVERY_AGE_MAX_MS = 24 * 60 * DELIVERY_MINUTE_MS,
};

_Static_assert(DELIVERY_SAFE_MS + DELIVERY_LATE_MS <= DELIVERY_KEY_LIFE_MS,
               "a byte sent at the end of the window must still meet its key");
_Static_assert(DELIVERY_QUIET_MS > DELIVERY_LATE_MS + DELIVERY_LAG_MS, "a look-up must see what the last byte may have made");
_Static_assert(DELIVERY_LEASE_MS > DELIVERY_TOTAL_MS, "a send must be over before somebody else may claim its request");

enum delivery_effect {
    DELIVERY_NOTHING, /* the row says when to look again, or that it is over */
    DELIVERY_SEND,    /* the intent is recorded: send the stored bytes under the key of this epoch */
    DELIVERY_LOOK_UP, /* ask Zendesk whether it is done already */
};

enum delivery_sight {
    SIGHT_FOUND,
    SIGHT_NOTHING,
    SIGHT_UNKNOWN, /* the look-up itself failed */
};

/* What is promised to Zendesk's key: with `strict` it is not trusted at all (it was seen ignored). */
struct delivery_trust {
    bool strict;
};

/* A request without bytes: whatever its row says, nothing of it has left. For a claimed one, before it is taken up. */
void delivery_unwritten(struct request *);
/* A new request that a history which ended at `until_ms` may have sent already, under its external id or operation: it is looked for first. */
void delivery_suspect(struct request *, int64_t until_ms, int64_t now_ms);
/* A request whose bytes had to be prepared first, and are there now: the intent to send them counts from now. */
void delivery_written(struct request *, int64_t now_ms);

/* For a claimed request: a new one, one that is due again, or one whose sender's lease ran out. */
enum delivery_effect delivery_take_up(struct request *, struct delivery_trust, int64_t now_ms);

/* What the look-up saw, which was begun at asked_at_ms (after the commit of take_up). When nobody could tell it is asked again after `retry_after_s`, or after a while
 * that grows with the time since the send. */
enum delivery_effect delivery_looked_up(struct request *, enum delivery_sight, int64_t retry_after_s, int64_t asked_at_ms,
                                        struct delivery_trust, int64_t now_ms, uint32_t chance);

/* What became of the send. `chance` is 32 random bits for the back-off's jitter. */
void delivery_settle(struct request *, enum outcome, int64_t retry_after_s, int64_t now_ms, uint32_t chance);

/* What a person may decide about: what waits, is paused or needs a person, and is in nobody's hands at this moment. */
bool delivery_may_decide(const struct request *, int64_t now_ms);
/* Another try, now. Whatever was sent before is looked for first, and its key is not used again where it was given up. */
void delivery_retry(struct request *, int64_t now_ms);
/* A person has found what it made. */
void delivery_settled_by_hand(struct request *);
/* It is given up: nothing is sent any more. */
void delivery_drop(struct request *);

#endif
