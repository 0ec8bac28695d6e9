/* check.c - the connection test: four GETs, ten steps.
 *
 * GET users/me tells about host, account, sign-in and role; account/settings is the first call that no anonymous caller
 * may make; tickets and search are probes of the two rights that reading needs. Rights to write are inferred from role and
 * scope, never tried out. A step that fails ends the test; a warning does not. The steps are filled in order, so
 * "everything before this step passed" is how a result is set.
 */
#include "zendesk/check.h"

#include <inttypes.h>
#include <string.h>

#include "base/moment.h"
#include "model/dates.h"
#include "zendesk/budget.h"

enum { CALL_ME, CALL_SETTINGS, CALL_TICKETS, CALL_SEARCH, CALL_COUNT };

enum { CLOCK_TOLERANCE_S = 120, LIGHT_AGENT_ROLE_TYPE = 1, CONTRIBUTOR_ROLE_TYPE = 3 };

static const char *const paths[CALL_COUNT] = {
    [CALL_ME] = "/api/v2/users/me",
    [CALL_SETTINGS] = "/api/v2/account/settings",
    [CALL_TICKETS] = "/api/v2/tickets?page%5Bsize%5D=1",
    [CALL_SEARCH] = "/api/v2/search?query=type%3Aticket&per_page=1",
};

/* ---- setting results ----------------------------------------------------------------------------------------------- */

/* Steps up to and with `step` that have no result yet have passed. */
static void pass_until(struct check *check, enum check_step step)
{
    for (int i = 0; i <= (int)step; i++)
        if (check->steps[i].status == CHECK_NOT_RUN) check->steps[i].status = CHECK_PASSED;
}

static void set_problem(struct check *check, enum check_step step, enum check_status status, const struct problem *problem)
{
    struct check_result *result = &check->steps[step];
    result->status = status;
    result->problem = *problem;
    result->problem.step = str_from(check_step_name(step));
    result->problem.facts.subdomain = check->who.subdomain;
    if (result->problem.facts.email.len == 0)
        result->problem.facts.email = check->who.oauth ? check->user_email : check->who.identifier;
}

static enum check_next fail(struct check *check, enum check_step step, const struct problem *problem)
{
    if (step > STEP_INPUT) pass_until(check, (enum check_step)(step - 1));
    set_problem(check, step, CHECK_FAILED, problem);
    return CHECK_FINISHED;
}

static enum check_next fail_with(struct check *check, enum check_step step, enum problem_id id)
{
    return fail(check, step, &(struct problem){ .id = id });
}

static void warn(struct check *check, enum check_step step, const struct problem *problem)
{
    if (check->steps[step].status == CHECK_WARNING) return;
    pass_until(check, step);
    set_problem(check, step, CHECK_WARNING, problem);
}

static enum check_next call(struct check *check, unsigned number)
{
    check->call = number;
    check->request = (struct zendesk_request){ .method = HTTP_GET, .path = str_from(paths[number]) };
    return CHECK_CALL;
}

/* Where a refusal before or during sign-in belongs. */
static enum check_step step_of(enum problem_id id)
{
    switch ((int)id) {
    case PROBLEM_NET_DNS: return STEP_DNS;
    case PROBLEM_NET_UNREACHABLE:
    case PROBLEM_NET_TLS:
    case PROBLEM_NET_CLOCK: return STEP_TLS;
    case PROBLEM_NET_TIMEOUT:
    case PROBLEM_NET_RESET:
    case PROBLEM_NET_TOO_LARGE:
    case PROBLEM_NET_PROTOCOL:
    case PROBLEM_NET_CANCELLED:
    case PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN:
    case PROBLEM_ZENDESK_SUBDOMAIN_MOVED:
    case PROBLEM_ZENDESK_REDIRECT:
    case PROBLEM_ZENDESK_ACCOUNT_SUSPENDED:
    case PROBLEM_ZENDESK_UNAVAILABLE:
    case PROBLEM_ZENDESK_ANSWER_UNREADABLE: return STEP_ACCOUNT;
    default: return STEP_SIGN_IN;
    }
}

/* ---- what any answer tells ----------------------------------------------------------------------------------------- */

static struct str header(const struct http_answer *answer, const char *name)
{
    return http_header_get(answer->headers, answer->header_count, str_from(name));
}

static void note_rate(struct check *check, const struct http_answer *answer)
{
    int64_t limit, remaining, reset_s;
    if (!budget_read_headers(answer, &limit, &remaining, &reset_s)) return;
    check->rate_limit = limit;
    check->rate_remaining = remaining;
}

/* "14 min slow", "3 h fast": how far our clock is from the one of the other side. */
static struct str clock_error(int64_t ahead_ms, struct arena *arena)
{
    int64_t seconds = (ahead_ms < 0 ? -ahead_ms : ahead_ms) / 1000;
    const char *which = ahead_ms < 0 ? "slow" : "fast";
    if (seconds < 600) return arena_fmt(arena, "%" PRId64 " s %s", seconds, which);
    if (seconds < 2 * 3600) return arena_fmt(arena, "%" PRId64 " min %s", seconds / 60, which);
    if (seconds < 2 * 86400) return arena_fmt(arena, "%" PRId64 " h %s", seconds / 3600, which);
    return arena_fmt(arena, "%" PRId64 " days %s", seconds / 86400, which);
}

static void note_clock(struct check *check, const struct http_answer *answer)
{
    int64_t theirs_at;
    if (check->who.now_ms == 0 || !moment_parse_http(header(answer, "date"), &theirs_at)) return;
    int64_t ahead_ms = check->who.now_ms - theirs_at;
    if (ahead_ms <= CLOCK_TOLERANCE_S * 1000 && ahead_ms >= -CLOCK_TOLERANCE_S * 1000) return;
    const struct problem problem = { .id = PROBLEM_NET_CLOCK, .facts.value = clock_error(ahead_ms, check->arena) };
    warn(check, STEP_TLS, &problem);
}

static void note_timing(struct check *check, const struct check_timing *timing)
{
    static const enum check_step of_call[CALL_COUNT] = {
        [CALL_ME] = STEP_SIGN_IN,
        [CALL_SETTINGS] = STEP_ROLE,
        [CALL_TICKETS] = STEP_READ_TICKETS,
        [CALL_SEARCH] = STEP_SEARCH,
    };
    if (check->call == CALL_ME) {
        check->steps[STEP_DNS].duration_us = timing->dns_us;
        check->steps[STEP_TLS].duration_us = timing->connect_us + timing->tls_us;
    }
    check->steps[of_call[check->call]].duration_us += timing->total_us;
}

/* ---- users/me ------------------------------------------------------------------------------------------------------ */

/* Zendesk writes some booleans as texts. */
static bool is_true(const struct json *node)
{
    return json_bool(node, false) || str_eq(json_str(node), STR("true"));
}

static bool is_false(const struct json *node)
{
    return !json_bool(node, true) || str_eq(json_str(node), STR("false"));
}

/* A caller who is nobody still gets 200 (users/me is allowed to anonymous callers). Which of the reasons it is depends on
 * what went before. */
static enum check_next fail_anonymous(struct check *check)
{
    if (check->who.oauth) return fail_with(check, STEP_SIGN_IN, PROBLEM_OAUTH_TOKEN_ENDED);
    if (check->who.now_ms >= zendesk_dates.tokens_end_at) return fail_with(check, STEP_SIGN_IN, PROBLEM_ZENDESK_TOKENS_RETIRED);
    return fail_with(check, STEP_SIGN_IN,
                     check->who.last_ok_at > 0 ? PROBLEM_ZENDESK_TOKEN_ACCESS_OFF : PROBLEM_ZENDESK_ANONYMOUS);
}

static enum check_next fail_email(struct check *check)
{
    const struct problem problem = { .id = PROBLEM_ZENDESK_EMAIL_MISMATCH,
                                     .facts = { .value = check->who.identifier, .suggestion = check->user_email } };
    return fail(check, STEP_SIGN_IN, &problem);
}

/* A light agent's seat: comments are private only. */
static bool is_light(const struct json *user)
{
    int64_t type = json_get_int(user, "role_type", -1);
    return is_true(json_get(user, "only_private_comments")) || type == LIGHT_AGENT_ROLE_TYPE || type == CONTRIBUTOR_ROLE_TYPE;
}

static enum check_next check_role(struct check *check, const struct json *user)
{
    struct str role = json_get_str(user, "role");
    if (!str_eq(role, STR("admin")) && !str_eq(role, STR("agent")))
        return fail_with(check, STEP_ROLE, PROBLEM_ZENDESK_ROLE_TOO_LOW);
    bool has_light_seat = is_light(user);
    check->user_role = has_light_seat ? STR("light_agent") : arena_str(check->arena, role);
    if (has_light_seat) warn(check, STEP_ROLE, &(struct problem){ .id = PROBLEM_ZENDESK_LIGHT_AGENT });
    return call(check, CALL_SETTINGS);
}

static enum check_next check_user(struct check *check, const struct json *user)
{
    pass_until(check, STEP_ACCOUNT);
    check->user_id = json_get_int(user, "id", 0);
    if (check->user_id <= 0) return fail_anonymous(check);
    check->user_name = arena_str(check->arena, json_get_str(user, "name"));
    check->user_email = arena_str(check->arena, json_get_str(user, "email"));
    if (is_true(json_get(user, "suspended")) || is_false(json_get(user, "active"))) {
        const struct problem problem = { .id = PROBLEM_ZENDESK_USER_SUSPENDED, .facts.number = check->user_id };
        return fail(check, STEP_SIGN_IN, &problem);
    }
    if (!check->who.oauth && check->user_email.len > 0 && !str_eq_nocase(check->user_email, check->who.identifier))
        return fail_email(check);
    pass_until(check, STEP_SIGN_IN);
    return check_role(check, user);
}

/* users/me is open to everybody who signed in, so a 403 on it is no matter of permission: it comes from in front of
 * Zendesk, or from a token whose scope holds nothing. */
static enum check_next me_refused(struct check *check, const struct problem *refusal)
{
    struct problem problem = *refusal;
    if (problem.id == PROBLEM_ZENDESK_FORBIDDEN)
        problem.id = check->who.oauth ? PROBLEM_OAUTH_SCOPE_REFUSED : PROBLEM_ZENDESK_IP_RESTRICTED;
    if (problem.id == PROBLEM_ZENDESK_NOT_FOUND || problem.id == PROBLEM_ZENDESK_FEATURE_MISSING)
        problem.id = PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN;
    return fail(check, step_of(problem.id), &problem);
}

/* ---- settings and probes ------------------------------------------------------------------------------------------- */

/* Is this word, for everything or for this resource, in the granted scope? One that is not known holds whatever was asked for. */
static bool scope_has(const struct check *check, const char *right, const char *resource_right)
{
    struct str rest = check->who.scope, word;
    if (rest.len == 0) return true;
    while (str_split(&rest, ' ', &word))
        if (str_eq(word, str_from(right)) || str_eq(word, str_from(resource_right))) return true;
    return false;
}

static bool has_right(const struct check *check, enum action_permission permission)
{
    bool is_light_seat = str_eq(check->user_role, STR("light_agent"));
    switch (permission) {
    case PERMIT_READ_TICKETS: return check->steps[STEP_READ_TICKETS].status == CHECK_PASSED;
    case PERMIT_WRITE_TICKETS: return scope_has(check, "write", "tickets:write") && !is_light_seat;
    case PERMIT_READ_USERS: return scope_has(check, "read", "users:read");
    case PERMIT_WRITE_USERS: return scope_has(check, "write", "users:write") && !is_light_seat;
    }
    return false;
}

/* Fills in each action's right; returns how many are off, with their titles in *titles. */
static unsigned infer_rights(struct check *check, struct str *titles)
{
    struct buf list;
    unsigned off = 0;
    buf_init(&list, 1024);
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        const struct action_spec *spec = action_spec((enum action_kind)kind);
        check->may[kind] = has_right(check, spec->permission) &&
                           (kind != ACTION_SEARCH_TICKETS || check->steps[STEP_SEARCH].status == CHECK_PASSED);
        if (check->may[kind]) continue;
        if (off++ > 0) buf_lit(&list, ", ");
        buf_lit(&list, spec->title);
    }
    *titles = off > 0 ? arena_str(check->arena, buf_view(&list)) : STR("none");
    buf_clear(&list);
    return off;
}

/* The sentence of a missing permission names what is off in the end, which is known only now. */
static void finish_actions(struct check *check)
{
    struct str titles;
    unsigned off = infer_rights(check, &titles);
    bool lacks_scope = !scope_has(check, "write", "tickets:write") && !scope_has(check, "write", "users:write");
    const struct problem missing = { .id = PROBLEM_ZENDESK_PERMISSION_MISSING,
                                     .facts.what = STR("do everything that this agent can") };
    if (lacks_scope)
        warn(check, STEP_ACTIONS, &(struct problem){ .id = PROBLEM_OAUTH_SCOPE });
    else if (off > 0)
        warn(check, STEP_ACTIONS, &missing);
    pass_until(check, STEP_ACTIONS);
    for (int step = 0; step < STEP_COUNT; step++) {
        struct problem *problem = &check->steps[step].problem;
        if (problem->id != PROBLEM_ZENDESK_PERMISSION_MISSING) continue;
        problem->facts.number = off;
        problem->facts.limit = arena_fmt(check->arena, "%d", ACTION_COUNT);
        problem->facts.value = titles;
    }
}

static enum check_next finish(struct check *check)
{
    finish_actions(check);
    if (check->rate_limit > 0 && check->rate_remaining * 5 < check->rate_limit) {
        const struct problem problem = {
            .id = PROBLEM_ZENDESK_BUDGET_LOW,
            .facts = { .number = check->rate_remaining, .limit = arena_fmt(check->arena, "%" PRId64, check->rate_limit) },
        };
        warn(check, STEP_BUDGET, &problem);
    }
    pass_until(check, STEP_BUDGET);
    return CHECK_FINISHED;
}

static enum check_next go_on(struct check *check)
{
    return check->call + 1 < CALL_COUNT ? call(check, check->call + 1) : finish(check);
}

/* The call behind a step, its step, what it is called in a sentence, and the member that a right answer has. */
static const struct probe {
    enum check_step step;
    const char *what, *member;
} probes[CALL_COUNT] = {
    [CALL_ME] = { STEP_SIGN_IN, "sign in", "user" },
    [CALL_SETTINGS] = { STEP_ROLE, "read the account's settings", "settings" },
    [CALL_TICKETS] = { STEP_READ_TICKETS, "read tickets", "tickets" },
    [CALL_SEARCH] = { STEP_SEARCH, "search tickets", "results" },
};

/* One closed door after an open one is a matter of permission, and no reason to refuse the connection. */
static enum check_next probe_refused(struct check *check, const struct problem *problem)
{
    const struct probe *probe = &probes[check->call];
    bool is_permission = problem->id == PROBLEM_ZENDESK_FORBIDDEN || problem->id == PROBLEM_OAUTH_SCOPE ||
                         problem->id == PROBLEM_ZENDESK_FEATURE_MISSING;
    if (!is_permission) return fail(check, probe->step, problem);
    struct problem missing = { .id = PROBLEM_ZENDESK_PERMISSION_MISSING,
                               .facts.what = str_from(probe->what),
                               .evidence = problem->evidence };
    warn(check, probe->step, &missing);
    return go_on(check);
}

/* ---- the machine --------------------------------------------------------------------------------------------------- */

enum check_next check_begin(struct check *check, const struct zendesk_who *who, struct arena *arena)
{
    memset(check, 0, sizeof *check);
    check->who = *who;
    check->arena = arena;
    check->account_name = who->subdomain; /* no endpoint that an agent may call tells the account's own name */
    check->rate_limit = check->rate_remaining = -1;
    pass_until(check, STEP_INPUT);
    return call(check, CALL_ME);
}

static enum check_next accept_body(struct check *check, const struct json *body)
{
    const struct probe *probe = &probes[check->call];
    if (check->call == CALL_ME) return check_user(check, json_get(body, "user"));
    pass_until(check, probe->step);
    return go_on(check);
}

enum check_next check_answer(struct check *check, const struct http_answer *answer, const struct check_timing *timing)
{
    note_timing(check, timing);
    if (check->call == CALL_ME) note_clock(check, answer);
    note_rate(check, answer);
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    struct json *body = is_2xx ? json_parse(answer->body, NULL) : NULL;
    if (body == NULL || json_type(json_get(body, probes[check->call].member)) == JSON_NONE) {
        json_free(body);
        struct problem problem = zendesk_problem(answer, &check->who, check->arena);
        return check->call == CALL_ME ? me_refused(check, &problem) : probe_refused(check, &problem);
    }
    enum check_next next = accept_body(check, body);
    json_free(body);
    return next;
}

enum check_next check_fault(struct check *check, const struct net_fault *fault, const struct check_timing *timing)
{
    note_timing(check, timing);
    struct problem problem = zendesk_net_problem(fault, &check->who, check->arena);
    enum check_step step = check->call == CALL_ME ? step_of(problem.id) : probes[check->call].step;
    if (check->who.practice_url.len > 0 && step < STEP_ACCOUNT)
        step = STEP_ACCOUNT; /* plain HTTP to an address the operator gave: nothing is looked up or proved */
    return fail(check, step, &problem);
}

enum check_next check_token_refused(struct check *check, const struct http_answer *answer, const struct check_timing *timing)
{
    note_timing(check, timing);
    note_clock(check, answer);
    struct problem problem = zendesk_problem(answer, &check->who, check->arena);
    if (answer->status == 401)
        problem.id = PROBLEM_OAUTH_CLIENT_REJECTED; /* the client is all that this request can be refused for */
    return me_refused(check, &problem);
}

const char *check_verdict(const struct check *check, struct problem *problem)
{
    static const struct {
        enum check_status status;
        const char *word;
    } order[] = { { CHECK_FAILED, "failed" }, { CHECK_WARNING, "warning" } };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (int step = 0; step < STEP_COUNT; step++) {
            if (check->steps[step].status != order[i].status) continue;
            *problem = check->steps[step].problem;
            return order[i].word;
        }
    }
    *problem = (struct problem){ 0 };
    return "passed";
}
