/* delivery.c - see delivery.h.
 *
 * The state is the row itself (struct request); two functions assign it. `first_sent_at` opens the window in which the key protects us; it is taken back only when it is certain that the one
 * attempt under it never left this machine or was refused in front.
 */
#include "agent/delivery.h"

#include <assert.h>

enum delivery_decision delivery_decide(const struct request *request, int64_t now_ms)
{
    if (request->first_sent_at == 0) return DELIVERY_SEND;
    return now_ms - request->first_sent_at < DELIVERY_SAFE_MS ? DELIVERY_SEND : DELIVERY_ASK_A_PERSON;
}

void delivery_intend(struct request *request, int64_t now_ms)
{
    assert(delivery_decide(request, now_ms) == DELIVERY_SEND);
    request->state = REQUEST_SENDING;
    request->lease_until = now_ms + DELIVERY_LEASE_MS;
    request->last_sent_at = now_ms;
    if (request->first_sent_at == 0) request->first_sent_at = now_ms;
    request->attempts++;
}

/* Exponential with full jitter: anything from the smallest step up to 2, 4, 8 .. 300 s. */
static int64_t backoff_ms(int64_t attempts, uint32_t chance)
{
    int64_t ceiling = DELIVERY_BACKOFF_MIN_MS;
    for (int64_t i = 1; i < attempts && ceiling < DELIVERY_BACKOFF_MAX_MS; i++) ceiling *= 2;
    if (ceiling > DELIVERY_BACKOFF_MAX_MS) ceiling = DELIVERY_BACKOFF_MAX_MS;
    return DELIVERY_BACKOFF_MIN_MS / 2 + (int64_t)(chance % (uint64_t)ceiling);
}

static void try_again(struct request *request, int64_t due_at)
{
    request->state = REQUEST_READY;
    request->lease_until = 0;
    request->due_at = due_at;
}

/* The last attempt certainly created nothing; if it was the only one under this key, the window has not opened. */
static void forget_attempt(struct request *request)
{
    if (request->first_sent_at == request->last_sent_at) request->first_sent_at = request->last_sent_at = 0;
}

static void finish(struct request *request, enum request_state state)
{
    request->state = state;
    request->lease_until = 0;
    request->due_at = 0;
}

void delivery_settle(struct request *request, enum outcome outcome, int64_t retry_after_s, int64_t now_ms, uint32_t chance)
{
    assert(request->state == REQUEST_SENDING);
    switch (outcome) {
    case OUTCOME_DONE: finish(request, REQUEST_DONE); return;
    case OUTCOME_REJECTED: finish(request, REQUEST_REJECTED); return;
    case OUTCOME_POISONED: finish(request, REQUEST_NEEDS_HUMAN); return;
    case OUTCOME_PAUSED:
        forget_attempt(request);
        finish(request, REQUEST_PAUSED);
        return;
    case OUTCOME_STALE: /* whoever makes the run again puts its bytes into the row; till then the old ones are only refused */
    case OUTCOME_NOT_SENT:
        forget_attempt(request);
        try_again(request, now_ms + backoff_ms(request->attempts, chance));
        return;
    case OUTCOME_DEFERRED:
        forget_attempt(request);
        try_again(request, now_ms + retry_after_s * 1000);
        return;
    case OUTCOME_AMBIGUOUS: try_again(request, now_ms + backoff_ms(request->attempts, chance)); return;
    }
    assert(!"outcome outside its enumeration");
}
