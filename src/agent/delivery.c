/* delivery.c - see delivery.h.
 *
 * The state is the row itself (struct request). `first_sent_at` opens the window in which the key protects us and is taken back only when it is certain that the one attempt under
 * the key never left this machine or was refused in front; `last_sent_at` says from when on silence is counted; `doubt` says why a look comes before the next send.
 */
#include "agent/delivery.h"

#include <assert.h>

/* ---- the row's next state ------------------------------------------------------------------------------------------------------ */

static enum delivery_effect finish(struct request *request, enum request_state state)
{
    request->state = state;
    request->lease_until = 0;
    request->due_at = 0;
    return DELIVERY_NOTHING;
}

static enum delivery_effect wait_until(struct request *request, int64_t due_at)
{
    request->state = REQUEST_READY;
    request->lease_until = 0;
    request->due_at = due_at;
    return DELIVERY_NOTHING;
}

/* Records that bytes may leave from now on. */
static enum delivery_effect intend(struct request *request, int64_t now_ms)
{
    request->state = REQUEST_SENDING;
    request->doubt = DOUBT_NONE;
    request->lease_until = now_ms + DELIVERY_LEASE_MS;
    request->last_sent_at = now_ms;
    if (request->first_sent_at == 0) request->first_sent_at = now_ms;
    request->attempts++;
    return DELIVERY_SEND;
}

/* The row stays claimed while somebody looks, and is due at once when that process is gone. */
static enum delivery_effect look_up(struct request *request, int64_t now_ms)
{
    request->state = REQUEST_READY;
    request->lease_until = now_ms + DELIVERY_LEASE_MS;
    return DELIVERY_LOOK_UP;
}

/* Exponential with full jitter: 1 s and up to 2, 4, 8 .. 300 s more. */
static int64_t backoff_ms(int64_t attempts, uint32_t chance)
{
    int64_t ceiling = DELIVERY_BACKOFF_MIN_MS;
    for (int64_t i = 1; i < attempts && ceiling < DELIVERY_BACKOFF_MAX_MS; i++) ceiling *= 2;
    if (ceiling > DELIVERY_BACKOFF_MAX_MS) ceiling = DELIVERY_BACKOFF_MAX_MS;
    return DELIVERY_BACKOFF_MIN_MS / 2 + (int64_t)(chance % (uint64_t)ceiling);
}

/* ---- taking up -------------------------------------------------------------------------------------------------------------------- */

/* May the stored bytes be sent again, if they are not there yet? */
static bool may_repeat(const struct request *request, struct delivery_trust trust, int64_t now_ms)
{
    if (request->guard != GUARD_KEY) return true;
    if (trust.strict || request->doubt == DOUBT_POISONED) return false;
    return now_ms - request->first_sent_at < DELIVERY_SAFE_MS;
}

static bool is_too_old(const struct request *request, int64_t now_ms)
{
    return now_ms - request->since >= DELIVERY_AGE_MAX_MS;
}

enum delivery_effect delivery_take_up(struct request *request, struct delivery_trust trust, int64_t now_ms)
{
    assert(request->state == REQUEST_READY || request->state == REQUEST_SENDING);
    bool was_sending = request->state == REQUEST_SENDING; /* by somebody who is gone: its fate is not known */
    if (was_sending && request->doubt == DOUBT_NONE) request->doubt = DOUBT_AMBIGUOUS;
    if (is_too_old(request, now_ms)) return finish(request, REQUEST_NEEDS_HUMAN);
    if (request->first_sent_at == 0) return intend(request, now_ms);
    if (may_repeat(request, trust, now_ms)) {
        bool look_first = request->doubt != DOUBT_NONE && request->guard != GUARD_NONE;
        return look_first ? look_up(request, now_ms) : intend(request, now_ms);
    }
    int64_t quiet_at = request->last_sent_at + DELIVERY_QUIET_MS;
    bool is_known_to_wait = request->doubt == DOUBT_NONE; /* an early look may end the matter; finding nothing proves nothing */
    return now_ms < quiet_at && is_known_to_wait ? wait_until(request, quiet_at) : look_up(request, now_ms);
}

void delivery_suspect(struct request *request, int64_t until_ms, int64_t now_ms)
{
    request->doubt = request->guard == GUARD_KEY ? DOUBT_POISONED : DOUBT_AMBIGUOUS;
    request->first_sent_at = request->last_sent_at = until_ms;
    wait_until(request, now_ms);
}

void delivery_unwritten(struct request *request)
{
    assert(request->path.len == 0 && (request->state == REQUEST_READY || request->state == REQUEST_SENDING));
    request->state = REQUEST_READY;
    request->doubt = DOUBT_NONE;
    request->first_sent_at = request->last_sent_at = 0;
}

void delivery_written(struct request *request, int64_t now_ms)
{
    assert(request->state == REQUEST_SENDING);
    request->first_sent_at = request->last_sent_at = now_ms;
    request->lease_until = now_ms + DELIVERY_LEASE_MS;
}

/* ---- after a look ------------------------------------------------------------------------------------------------------------------- */

/* Until the next look: half as long as has gone by since the send, within the bounds of the back-off, and never before Zendesk wants to be asked. */
static int64_t patience_ms(const struct request *request, int64_t retry_after_s, int64_t now_ms, uint32_t chance)
{
    int64_t wait_ms = (now_ms - request->last_sent_at) / 2;
    if (wait_ms < DELIVERY_BACKOFF_MIN_MS) wait_ms = DELIVERY_BACKOFF_MIN_MS;
    if (wait_ms > DELIVERY_BACKOFF_MAX_MS) wait_ms = DELIVERY_BACKOFF_MAX_MS;
    if (wait_ms < retry_after_s * 1000) wait_ms = retry_after_s * 1000;
    return wait_ms + (int64_t)(chance % DELIVERY_BACKOFF_MIN_MS);
}

/* Nothing was found and nothing can come any more: a new key, as if nothing had been sent. Epochs are counted on after a person's retry, as no key may come twice. */
static enum delivery_effect begin_epoch(struct request *request, int64_t now_ms)
{
    request->epoch++;
    if (request->epoch % DELIVERY_EPOCHS_MAX == 0) return finish(request, REQUEST_NEEDS_HUMAN);
    request->first_sent_at = request->last_sent_at = 0;
    request->doubt = DOUBT_NONE;
    return intend(request, now_ms);
}

enum delivery_effect delivery_looked_up(struct request *request, enum delivery_sight sight, int64_t retry_after_s,
                                        int64_t asked_at_ms, struct delivery_trust trust, int64_t now_ms, uint32_t chance)
{
    assert(request->state == REQUEST_READY && request->first_sent_at > 0);
    if (sight == SIGHT_FOUND) return finish(request, REQUEST_DONE);
    if (sight == SIGHT_UNKNOWN) return wait_until(request, now_ms + patience_ms(request, retry_after_s, now_ms, chance));
    bool is_stale = request->guard == GUARD_STAMP && request->doubt == DOUBT_POISONED;
    if (is_stale) return finish(request, REQUEST_REJECTED);
    if (may_repeat(request, trust, now_ms)) return intend(request, now_ms);
    int64_t quiet_at = request->last_sent_at + DELIVERY_QUIET_MS;
    return asked_at_ms < quiet_at ? wait_until(request, quiet_at) : begin_epoch(request, now_ms);
}

/* ---- after a send ------------------------------------------------------------------------------------------------------------------- */

/* The last attempt certainly did nothing; if it was the only one under this key, the window has not opened. */
static void forget_attempt(struct request *request)
{
    if (request->first_sent_at == request->last_sent_at) request->first_sent_at = request->last_sent_at = 0;
}

/* The ticket is newer than what was read: by somebody else's change, or by an earlier copy of this one. Only a look can tell the two apart. */
static void settle_stale(struct request *request, int64_t now_ms)
{
    if (request->attempts <= 1) {
        finish(request, REQUEST_REJECTED);
        return;
    }
    request->doubt = DOUBT_POISONED;
    wait_until(request, now_ms);
}

void delivery_settle(struct request *request, enum outcome outcome, int64_t retry_after_s, int64_t now_ms, uint32_t chance)
{
    assert(request->state == REQUEST_SENDING);
    switch (outcome) {
    case OUTCOME_DONE: finish(request, REQUEST_DONE); return;
    case OUTCOME_REJECTED: finish(request, REQUEST_REJECTED); return;
    case OUTCOME_PAUSED:
        forget_attempt(request);
        finish(request, REQUEST_PAUSED);
        return;
    case OUTCOME_ASTRAY: /* the attempt is kept, so that a look comes before the next one */
        request->doubt = DOUBT_AMBIGUOUS;
        finish(request, REQUEST_PAUSED);
        return;
    case OUTCOME_STALE: settle_stale(request, now_ms); return;
    case OUTCOME_NOT_SENT:
        forget_attempt(request);
        wait_until(request, now_ms + backoff_ms(request->attempts, chance));
        return;
    case OUTCOME_DEFERRED:
        forget_attempt(request);
        wait_until(request, now_ms + retry_after_s * 1000);
        return;
    case OUTCOME_AMBIGUOUS:
        request->doubt = DOUBT_AMBIGUOUS;
        wait_until(request, now_ms + backoff_ms(request->attempts, chance));
        return;
    case OUTCOME_POISONED:
        request->doubt = DOUBT_POISONED;
        wait_until(request, request->last_sent_at + DELIVERY_QUIET_MS);
        return;
    }
    assert(!"outcome outside its enumeration");
}

/* ---- what a person decides ------------------------------------------------------------------------------------------------------------- */

bool delivery_may_decide(const struct request *request, int64_t now_ms)
{
    switch (request->state) {
    case REQUEST_PAUSED:
    case REQUEST_NEEDS_HUMAN: return true;
    case REQUEST_READY: return request->lease_until <= now_ms;
    case REQUEST_SENDING:
    case REQUEST_DONE:
    case REQUEST_REJECTED:
    case REQUEST_DROPPED: return false;
    }
    return false;
}

void delivery_retry(struct request *request, int64_t now_ms)
{
    assert(delivery_may_decide(request, now_ms));
    request->since = now_ms;
    if (request->first_sent_at > 0 && request->doubt == DOUBT_NONE) request->doubt = DOUBT_AMBIGUOUS;
    if (request->state == REQUEST_NEEDS_HUMAN && request->first_sent_at > 0 && request->guard == GUARD_KEY)
        request->doubt = DOUBT_POISONED;
    wait_until(request, now_ms);
}

void delivery_settled_by_hand(struct request *request)
{
    finish(request, REQUEST_DONE);
}

void delivery_drop(struct request *request)
{
    finish(request, REQUEST_DROPPED);
}
