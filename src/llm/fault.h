/* fault.h - providers' refusals and the network's failures, told apart. Pure. */
#ifndef LLM_FAULT_H
#define LLM_FAULT_H

#include "base/http.h"
#include "model/message.h"

/* The fault behind an answer outside 2xx. Its strings are in the arena. */
struct model_fault llm_answer_fault(const struct http_answer *, struct arena *);
/* The fault behind no answer, or one that broke off. */
struct model_fault llm_net_fault(const struct net_fault *, struct arena *);

/* The fault that an error object says: the object itself or one with it under "error" (an object or a text), as a view of
 * checked JSON. `status` 0: none but what the object holds. */
struct model_fault fault_from_error(struct str error, int64_t status, struct arena *);

#endif
