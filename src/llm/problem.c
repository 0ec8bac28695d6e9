/* problem.c - one row of the catalogue for each kind of fault. */
#include "llm/problem.h"

static enum problem_id id_of(enum model_fault_kind kind)
{
    static const enum problem_id ids[MODEL_FAULT_COUNT] = {
        [MODEL_FAULT_NONE] = PROBLEM_NONE,
        [MODEL_FAULT_KEY] = PROBLEM_PROVIDER_KEY_REJECTED,
        [MODEL_FAULT_DENIED] = PROBLEM_PROVIDER_DENIED,
        [MODEL_FAULT_QUOTA] = PROBLEM_PROVIDER_QUOTA,
        [MODEL_FAULT_RATE_LIMITED] = PROBLEM_PROVIDER_RATE_LIMITED,
        [MODEL_FAULT_OVERLOADED] = PROBLEM_PROVIDER_OVERLOADED,
        [MODEL_FAULT_SERVER] = PROBLEM_PROVIDER_FAILED,
        [MODEL_FAULT_TIMEOUT] = PROBLEM_PROVIDER_TIMEOUT,
        [MODEL_FAULT_NETWORK] = PROBLEM_PROVIDER_UNREACHABLE,
        [MODEL_FAULT_ADDRESS] = PROBLEM_PROVIDER_ADDRESS,
        [MODEL_FAULT_CUT_OFF] = PROBLEM_PROVIDER_CUT_OFF,
        [MODEL_FAULT_UNKNOWN] = PROBLEM_PROVIDER_MODEL_UNKNOWN,
        [MODEL_FAULT_CONTEXT] = PROBLEM_PROVIDER_CONTEXT,
        [MODEL_FAULT_FILTERED] = PROBLEM_PROVIDER_FILTERED,
        [MODEL_FAULT_REQUEST] = PROBLEM_PROVIDER_REQUEST,
        [MODEL_FAULT_UNREADABLE] = PROBLEM_PROVIDER_UNREADABLE,
        [MODEL_FAULT_LIMIT] = PROBLEM_PROVIDER_TOO_LONG,
        [MODEL_FAULT_CANCELLED] = PROBLEM_PROVIDER_CANCELLED,
    };
    return ids[kind];
}

struct problem llm_problem(const struct model_fault *fault, const struct llm_who *who)
{
    return (struct problem){
        .id = id_of(fault->kind),
        .facts = { .what = who->provider,
                   .value = fault->kind == MODEL_FAULT_ADDRESS || fault->kind == MODEL_FAULT_NETWORK ? who->base_url : who->model,
                   .limit = fault->parameter,
                   .number = fault->status },
        .evidence = fault->message,
        .retry_after_s = (fault->retry_after_ms + 999) / 1000,
    };
}
