/* chain.h - the models that an agent asks, one after the other: which there are, whether they may be asked now, and what they have cost. Private to the flow room. */
#ifndef FLOW_CHAIN_H
#define FLOW_CHAIN_H

#include "agent/breaker.h"
#include "flow/step.h"

enum { CHAIN_MAX = 6 /* the first and five fallbacks */ };

struct chain {
    struct provider providers[CHAIN_MAX]; /* with the model that is used of each */
    size_t count;                         /* 0: the built-in engine alone */
};

/* Inside a job: the agent's chain into the step and the world. Over a cap there is none, and the owner is told once a day. `tokens`: what a request is likely to hold. */
enum status chain_load(struct store_tx *, struct step *, const struct agent *, struct chain *) must_check;
enum status chain_check_caps(struct store_tx *, struct step *, const struct chain *, int64_t tokens,
                             struct turn_world *) must_check;

/* The row of a call that is about to begin, of the built-in engine taking over, and of an end. */
enum status chain_begin_run(struct store_tx *, struct step *, const struct provider *, struct str id, enum turn_why) must_check;
enum status chain_fall_back(struct store_tx *, struct step *, enum turn_why) must_check;
enum status chain_end_run(struct store_tx *, const struct model_run *, int64_t now_ms) must_check;

/* On the loop's thread: the breaker of a provider, made when there is none. NULL: there are too many. */
struct breaker *chain_breaker(struct flow *, struct str provider);
void chain_close(struct flow *);

#endif
