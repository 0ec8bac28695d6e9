/* model_call.h - one call to a model: a neutral request out, events as they come, one reply at the end. Everything on the loop's thread.
 *
 * Life: flow_model_call starts it; `on_event` runs for each event, `fn` once, later, whatever happens; then the pointer is dead. Nothing is tried again here: whether words were
 * shown or a tool ran is the caller's to know (model_fault_may_retry).
 */
#ifndef FLOW_MODEL_CALL_H
#define FLOW_MODEL_CALL_H

#include "flow/flow.h"

struct flow_model_call;

struct flow_model_ask {
    const struct provider *provider;
    struct model_request request; /* no model named: the provider's; no ceiling of tokens: the provider's */
    struct str mint;  /* begins the ids of calls that come without one: unique within the conversation, letters and digits */
    int64_t total_ms; /* 0: two minutes */
};

struct flow_model_result {
    const struct model_reply *reply; /* a fault is in it; borrowed during the callback */
    int64_t first_ms, total_ms;      /* to the first event (0: there was none), to the end */
    int64_t cost;                    /* in millionths of a dollar; 0 without prices */
};
typedef void flow_model_fn(void *context, const struct flow_model_result *);

/* Borrows the ask during the call. `on_event` may be NULL. */
struct flow_model_call *flow_model_call(struct flow *, const struct flow_model_ask *, model_event_fn *on_event, flow_model_fn *fn,
                                        void *context);
/* From anywhere on the loop's thread, callbacks included: no more events; fn still runs, later, with MODEL_FAULT_CANCELLED unless the answer had its own end. */
void flow_model_cancel(struct flow_model_call *);
/* Has anything of an answer come, be it thoughts that are not told? */
bool flow_model_answers(const struct flow_model_call *);
/* Back-pressure: events stop soon after, and the provider has to wait. */
void flow_model_pause(struct flow_model_call *);
void flow_model_resume(struct flow_model_call *);

#endif
