/* problem.h - a provider's fault as a problem of the catalogue: what happened, and what to do next. Pure. */
#ifndef LLM_PROBLEM_H
#define LLM_PROBLEM_H

#include "model/message.h"
#include "model/problem.h"

/* Whom the sentences name; borrowed by the problem. */
struct llm_who {
    struct str provider, model, base_url;
};

/* PROBLEM_NONE for no fault. */
struct problem llm_problem(const struct model_fault *, const struct llm_who *);

#endif
