/* breaker.c - counts failures in a row; one function opens, one closes. */
#include "agent/breaker.h"

bool breaker_may_call(struct breaker *breaker, int64_t now_ms)
{
    if (breaker->state == BREAKER_CLOSED) return true;
    if (now_ms < breaker->until_ms) return false;
    breaker->state = BREAKER_HALF_OPEN;
    breaker->until_ms = now_ms + BREAKER_TRY_MS;
    return true;
}

void breaker_worked(struct breaker *breaker)
{
    *breaker = (struct breaker){ 0 };
}

static int64_t at_most(int64_t value, int64_t max)
{
    return value < max ? value : max;
}

static void open(struct breaker *breaker, int64_t least_ms, int64_t now_ms)
{
    int64_t wait_ms = breaker->wait_ms ? at_most(breaker->wait_ms * 2, BREAKER_WAIT_MAX_MS) : BREAKER_WAIT_MS;
    if (wait_ms < least_ms) wait_ms = at_most(least_ms, BREAKER_WAIT_MAX_MS);
    breaker->state = BREAKER_OPEN;
    breaker->wait_ms = wait_ms;
    breaker->until_ms = now_ms + wait_ms;
}

/* What the fault says about the provider. */
static enum { BLAMELESS, COUNTS, BROKEN } weigh(enum model_fault_kind kind)
{
    switch (kind) {
    case MODEL_FAULT_KEY:
    case MODEL_FAULT_DENIED:
    case MODEL_FAULT_QUOTA:
    case MODEL_FAULT_ADDRESS:
    case MODEL_FAULT_UNKNOWN: return BROKEN;
    case MODEL_FAULT_RATE_LIMITED:
    case MODEL_FAULT_OVERLOADED:
    case MODEL_FAULT_SERVER:
    case MODEL_FAULT_TIMEOUT:
    case MODEL_FAULT_NETWORK:
    case MODEL_FAULT_CUT_OFF:
    case MODEL_FAULT_UNREADABLE: return COUNTS;
    case MODEL_FAULT_NONE:
    case MODEL_FAULT_CONTEXT:
    case MODEL_FAULT_FILTERED:
    case MODEL_FAULT_REQUEST:
    case MODEL_FAULT_LIMIT:
    case MODEL_FAULT_CANCELLED:
    case MODEL_FAULT_COUNT: break;
    }
    return BLAMELESS;
}

void breaker_failed(struct breaker *breaker, const struct model_fault *fault, int64_t now_ms)
{
    int weight = weigh(fault->kind);
    if (weight == BLAMELESS) {
        breaker_unclear(breaker, now_ms);
        return;
    }
    breaker->failures++;
    bool was_try = breaker->state != BREAKER_CLOSED;
    if (weight == BROKEN)
        open(breaker, BREAKER_WAIT_BROKEN_MS, now_ms);
    else if (was_try || breaker->failures >= BREAKER_FAILURES || fault->retry_after_ms > 0)
        open(breaker, fault->retry_after_ms, now_ms);
}

void breaker_unclear(struct breaker *breaker, int64_t now_ms)
{
    if (breaker->state != BREAKER_HALF_OPEN) return;
    breaker->state = BREAKER_OPEN;
    breaker->until_ms = now_ms;
}
