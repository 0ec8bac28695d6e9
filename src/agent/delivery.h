/* delivery.h - a confirmed request on its way to Zendesk, as a state machine without I/O.
 *
 * The promise: one confirmed request makes at most one ticket. The means: the same stored bytes under the same Idempotency-Key, only inside a window well below the key's life
 * at Zendesk, with the intent to send committed before the first byte. `now_ms` is the database's clock.
 *
 *     READY --intent--> SENDING --outcome--> DONE | READY (back-off) | PAUSED | REJECTED | NEEDS_HUMAN
 */
#ifndef AGENT_DELIVERY_H
#define AGENT_DELIVERY_H

#include "model/nouns.h"
#include "model/outcome.h"

enum {
    DELIVERY_MINUTE_MS = 60 * 1000,
    DELIVERY_KEY_LIFE_MS = 120 * DELIVERY_MINUTE_MS, /* Zendesk keeps an Idempotency-Key two hours */
    DELIVERY_SAFE_MS = 60 * DELIVERY_MINUTE_MS,      /* how long we send again under one key */
    DELIVERY_LATE_MS = 5 * DELIVERY_MINUTE_MS,       /* no byte arrives later than this after the intent was recorded */
    DELIVERY_LEASE_MS = 90 * 1000,
    DELIVERY_TOTAL_MS = 45 * 1000, /* time-out of one whole call */
    DELIVERY_BACKOFF_MIN_MS = 2 * 1000,
    DELIVERY_BACKOFF_MAX_MS = 300 * 1000,
};

_Static_assert(DELIVERY_SAFE_MS + DELIVERY_LATE_MS <= DELIVERY_KEY_LIFE_MS,
               "a byte sent at the end of the window must still meet its key");
_Static_assert(DELIVERY_LEASE_MS > DELIVERY_TOTAL_MS, "a call must be over before somebody else may claim its request");

enum delivery_decision {
    DELIVERY_SEND,
    DELIVERY_ASK_A_PERSON, /* the window is over and nobody can tell whether the ticket exists */
};

/* What to do with a claimed request. */
enum delivery_decision delivery_decide(const struct request *, int64_t now_ms);

/* Records that bytes may leave from now on: to be committed, with the claim's token, before the first one does. */
void delivery_intend(struct request *, int64_t now_ms);

/* Takes the outcome of the send that was intended last. `chance` is 32 random bits for the back-off's jitter. */
void delivery_settle(struct request *, enum outcome, int64_t retry_after_s, int64_t now_ms, uint32_t chance);

#endif
