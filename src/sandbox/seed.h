/* seed.h - `--seed-data`: a few hundred tickets of customers who do not exist, the same ones every time. */
#ifndef SANDBOX_SEED_H
#define SANDBOX_SEED_H

#include "sandbox/state.h"

/* Once for an account: one that has tickets already stays as it is. Within a transaction. */
void seed_data(struct sandbox *);

#endif
