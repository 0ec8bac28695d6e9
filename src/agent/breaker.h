/* breaker.h - is a provider worth asking now? A circuit breaker as a value: times come in, nothing is waited for here.
 *
 * Closed: calls go. After BREAKER_FAILURES failures in a row, or one that time alone does not mend (money, key), it opens: no calls until `until_ms`. Then one call tries (half open): its success
 * closes the breaker, its failure opens it again for twice as long, up to BREAKER_WAIT_MAX_MS. Faults of the request itself say nothing about the provider and do not count.
 *
 * Life: zero is a closed breaker. breaker_may_call before a call; then exactly one of breaker_worked, breaker_failed, breaker_unclear.
 */
#ifndef AGENT_BREAKER_H
#define AGENT_BREAKER_H

#include "model/message.h"

enum {
    BREAKER_FAILURES = 3,
    BREAKER_WAIT_MS = 15 * 1000,
    BREAKER_WAIT_BROKEN_MS = 2 * 60 * 1000, /* money or key: a person has to act */
    BREAKER_WAIT_MAX_MS = 10 * 60 * 1000,
    BREAKER_TRY_MS = 2 * 60 * 1000, /* a try that nobody reported the end of stops counting */
};

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker {
    enum breaker_state state;
    int64_t failures; /* in a row */
    int64_t wait_ms;  /* how long it was open the last time; 0: it was not */
    int64_t until_ms; /* open: no call before. Half open: the try counts until then */
};

/* False: use the next in the chain. True when it was open means that this call is the one that tries. */
bool breaker_may_call(struct breaker *, int64_t now_ms) must_check;
void breaker_worked(struct breaker *);
void breaker_failed(struct breaker *, const struct model_fault *, int64_t now_ms);
/* The call ended without saying anything about the provider: cancelled. */
void breaker_unclear(struct breaker *, int64_t now_ms);

#endif
