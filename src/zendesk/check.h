/* check.h - the connection test as a pure machine: which call comes next, and what each step's outcome is.
 *
 * Steps in order: input dns tls account sign_in role read_tickets search actions budget. The first blocking failure marks
 * the rest "not run". check_begin; then for each request it asks for, check_answer or check_fault; until it says
 * CHECK_FINISHED.
 */
#ifndef ZENDESK_CHECK_H
#define ZENDESK_CHECK_H

#include "zendesk/fault.h"
#include "zendesk/run.h"

enum check_step {
    STEP_INPUT,
    STEP_DNS,
    STEP_TLS,
    STEP_ACCOUNT,
    STEP_SIGN_IN,
    STEP_ROLE,
    STEP_READ_TICKETS,
    STEP_SEARCH,
    STEP_ACTIONS,
    STEP_BUDGET,
    STEP_COUNT
};
enum check_status { CHECK_NOT_RUN, CHECK_PASSED, CHECK_WARNING, CHECK_FAILED };

struct check_result {
    enum check_status status;
    int64_t duration_us; /* 0 when nothing was measured */
    struct problem problem;
};

/* How long the phases of the first call took; zero where a phase did not happen. */
struct check_timing {
    int64_t dns_us, connect_us, tls_us, total_us;
};

enum check_next { CHECK_CALL, CHECK_FINISHED };

struct check {
    struct zendesk_who who;
    struct arena *arena;
    struct check_result steps[STEP_COUNT];
    struct zendesk_request request; /* after CHECK_CALL */
    unsigned call;                  /* which call is out */
    /* what was learnt */
    struct str account_name;
    int64_t user_id;
    struct str user_name, user_email, user_role; /* role: "admin", "agent", "light_agent" */
    int64_t rate_limit, rate_remaining;          /* -1: not said */
    bool may[ACTION_COUNT];                      /* each action's right, inferred from role and probes */
};

const char *check_step_name(enum check_step);
/* An account with a practice_url has nothing to look up and, over plain HTTP, nothing to prove: dns and tls pass with a note. */
enum check_next check_begin(struct check *, const struct zendesk_who *, struct arena *);
enum check_next check_answer(struct check *, const struct http_answer *, const struct check_timing *);
enum check_next check_fault(struct check *, const struct net_fault *, const struct check_timing *);
/* A refused OAuth token request ends the test at sign_in. */
enum check_next check_token_refused(struct check *, const struct http_answer *, const struct check_timing *);

/* "passed", "warning" or "failed", and the first problem that decides it (PROBLEM_NONE when passed). */
const char *check_verdict(const struct check *, struct problem *);
/* The `checks` array of the API. */
void check_render(const struct check *, struct jw *);
void check_render_step(const struct check *, enum check_step, struct jw *);

#endif
