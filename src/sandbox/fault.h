/* fault.h - making the practice Zendesk misbehave on purpose.
 *
 * A fault is armed for a method and a path, lets `after` requests pass, then strikes `times` times (0: until disarmed). Written
 * as in "POST /api/v2/tickets status:503 times=1 after=0"; method and path may be left out and mean any; in a path `*` stands
 * for any run of characters.
 *
 * Of all faults that strike one request the first outcome decides how it ends; what only modifies (delay, lag, ...) adds up.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include "base/err.h"
#include "base/http.h"
#include "base/json.h"

/* name, argument, outcome?, strikes by itself, what it does */
#define FAULTS(F)                                                                                                                \
    F(DROP_BEFORE, "drop_before", true, 1, "the connection ends; nothing was done")                                              \
    F(RESET, "reset", true, 1, "the connection is reset (TCP RST); nothing was done")                                            \
    F(STATUS, "status", true, 1, "status:N[:RETRY_AFTER] is answered; nothing was done")                                         \
    F(HTML, "html", true, 1, "html[:N] answers an HTML page, 503 or N; nothing was done")                                        \
    F(DROP_AFTER_COMMIT, "drop_after_commit", true, 1, "it is done, then the connection ends without an answer")                 \
    F(STATUS_AFTER_COMMIT, "status_after_commit", true, 1, "status_after_commit:N: it is done, but N is answered")               \
    F(STATUS_STICKY, "status_sticky", true, 1, "status_sticky:N: as before, and the idempotency key replays N")                  \
    F(TRUNCATE, "truncate", true, 1, "it is done; half of the answer's body arrives")                                            \
    F(GARBAGE, "garbage", true, 1, "it is done; the answer's body is no JSON")                                                   \
    F(DELAY, "delay", false, 1, "delay:MS: it is done at once and answered late")                                                \
    F(HOLD, "hold", false, 1, "hold:MS: it is done late")                                                                        \
    F(LAG, "lag", false, 0, "lag:MS: lists and searches do not know yet what is younger")                                        \
    F(FORGET_KEY, "forget_key", false, 1, "the idempotency key is unknown, answered as a miss, and not kept")                    \
    F(IGNORE_KEY, "ignore_key", false, 0, "idempotency keys are not supported, and no header says so")                           \
    F(ME_ANONYMOUS, "me_anonymous", false, 0, "users/me answers a wrong token as the anonymous user")                            \
    F(NO_TOKEN_ACCESS, "no_token_access", false, 0, "API token access is switched off for the account")

enum fault_kind {
    FAULT_NONE,
#define FAULT_ENUM(id, name, is_outcome, times, help) FAULT_##id,
    FAULTS(FAULT_ENUM)
#undef FAULT_ENUM
};

enum { FAULTS_MAX = 64, FAULT_PATH_BYTES = 200 };

struct fault {
    enum fault_kind kind;
    int64_t arguments[2];    /* -1: not given */
    enum http_method method; /* HTTP_OTHER: any */
    char path[FAULT_PATH_BYTES];
    int64_t after, times; /* what was asked for */
    int64_t seen, struck; /* requests that matched, and those it struck */
};

struct faults {
    struct fault items[FAULTS_MAX];
    size_t count;
};

/* What is to happen to one request. */
struct fault_plan {
    enum fault_kind outcome;
    int status;
    int64_t retry_after_s; /* -1: no such header */
    int64_t delay_ms, hold_ms, lag_ms;
    bool forget_key, ignore_key, me_anonymous, no_token_access;
};

/* Arms one more. E_INPUT names what is not understood; E_LIMIT: FAULTS_MAX are armed. */
enum status faults_arm_text(struct faults *, struct str spec, struct err *) must_check;
enum status faults_arm_json(struct faults *, const struct json *, struct err *) must_check;
/* Counts the request against every armed fault. `path` comes without ".json". */
struct fault_plan faults_plan(struct faults *, enum http_method, struct str path);
void faults_render(const struct faults *, struct jw *);

#endif
