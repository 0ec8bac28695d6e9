/* The connection test: a script of answers for each thing that can be wrong, and what each of the ten steps must say. */
#include "unit/zendesk/zendesk.h"

#include "base/moment.h"
#include "model/dates.h"
#include "zendesk/check.h"

#define NOW_MS INT64_C(1795360000000) /* 2026-11-22T15:06:40Z */
#define DATE   "Sun, 22 Nov 2026 15:06:40 GMT"
#define DAY_MS INT64_C(86400000)

#define ME                                                                                                                       \
    "{\"user\":{\"id\":33144647570963,\"name\":\"Ops\",\"email\":\"OPS@acme.com\",\"role\":\"admin\",\"active\":true,"           \
    "\"suspended\":false}}"
#define SETTINGS        "{\"settings\":{\"api\":{\"api_token_access\":\"true\"}}}"
#define TICKETS         "{\"tickets\":[],\"meta\":{\"has_more\":false}}"
#define SEARCH          "{\"results\":[],\"count\":0}"
#define FORBIDDEN       "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access to this page.\"}}"
#define UNAUTHENTICATED "{\"error\":\"Couldn't authenticate you\"}"

enum who { TOKEN, USED, IDLE, LATE, OAUTH, OAUTH_READS, OAUTH_TICKETS };

/* One reply of the other side: an answer, or a network fault when status is 0. */
struct reply {
    int status;
    const char *body, *header, *value;
    enum net_fault_kind fault;
    const char *detail;
};

#define GOOD_ME                                                                                                                  \
    {                                                                                                                            \
        200, ME, NULL, NULL, NET_OK, NULL                                                                                        \
    }
#define GOOD_SETTINGS                                                                                                            \
    {                                                                                                                            \
        200, SETTINGS, NULL, NULL, NET_OK, NULL                                                                                  \
    }
#define GOOD_TICKETS                                                                                                             \
    {                                                                                                                            \
        200, TICKETS, NULL, NULL, NET_OK, NULL                                                                                   \
    }
#define GOOD_SEARCH                                                                                                              \
    {                                                                                                                            \
        200, SEARCH, NULL, NULL, NET_OK, NULL                                                                                    \
    }
#define SAYS(status, body)                                                                                                       \
    {                                                                                                                            \
        status, body, NULL, NULL, NET_OK, NULL                                                                                   \
    }
#define SAYS_WITH(status, body, header, value)                                                                                   \
    {                                                                                                                            \
        status, body, header, value, NET_OK, NULL                                                                                \
    }
#define BREAKS(fault, detail)                                                                                                    \
    {                                                                                                                            \
        0, NULL, NULL, NULL, fault, detail                                                                                       \
    }

static const struct script {
    const char *name;
    enum who who;
    struct reply replies[4];
    const char *statuses; /* of the ten steps: p passed, w warning, f failed, - not run */
    const char *slug;     /* of the problem that decides; NULL when all passed */
} scripts[] = {
    { "all well", TOKEN, { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH }, "pppppppppp", NULL },
    { "all well with OAuth", OAUTH, { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH }, "pppppppppp", NULL },
    { "wrong token", TOKEN, { SAYS(401, UNAUTHENTICATED) }, "ppppf-----", "zendesk-credentials-rejected" },
    { "revoked", USED, { SAYS(401, UNAUTHENTICATED) }, "ppppf-----", "zendesk-token-revoked" },
    { "idle", IDLE, { SAYS(401, UNAUTHENTICATED) }, "ppppf-----", "zendesk-token-idle" },
    { "retired",
      LATE,
      { SAYS(401, UNAUTHENTICATED) },
      "pppp"
      "f-----",
      "zendesk-tokens-retired" },
    { "retired, anonymous", LATE, { SAYS(200, "{\"user\":{\"id\":null}}") }, "ppppf-----", "zendesk-tokens-retired" },
    { "other address",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":5,\"email\":\"real@acme.com\",\"role\":\"admin\"}}") },
      "ppppf-----",
      "zendesk-email-mismatch" },
    { "anonymous",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":null,\"name\":\"Anonymous user\",\"role\":\"end-user\"}}") },
      "ppppf-----",
      "zendesk-anonymous" },
    { "id zero", TOKEN, { SAYS(200, "{\"user\":{\"id\":0,\"role\":\"admin\"}}") }, "ppppf-----", "zendesk-anonymous" },
    { "id as text", TOKEN, { SAYS(200, "{\"user\":{\"id\":\"5\",\"role\":\"admin\"}}") }, "ppppf-----", "zendesk-anonymous" },
    { "token access off", USED, { SAYS(200, "{\"user\":{\"id\":null}}") }, "ppppf-----", "zendesk-token-access-off" },
    { "unknown subdomain",
      TOKEN,
      { SAYS(404, "{\"error\":{\"title\":\"No help desk at acme.zendesk.com\",\"message\":\"\"}}") },
      "pppf------",
      "zendesk-subdomain-unknown" },
    { "a 404 of another kind", TOKEN, { SAYS(404, "nothing here") }, "pppf------", "zendesk-subdomain-unknown" },
    { "moved",
      TOKEN,
      { SAYS_WITH(301, "", "Location", "https://acme-group.zendesk.com/api/v2/users/me") },
      "pppf------",
      "zendesk-subdomain-moved" },
    { "closed account",
      TOKEN,
      { SAYS_WITH(302, "", "Location", "https://www.zendesk.com/app/help-center-closed/") },
      "pppf------",
      "zendesk-account-suspended" },
    { "unpaid", TOKEN, { SAYS(402, "") }, "pppf------", "zendesk-account-suspended" },
    { "suspended person",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":5,\"email\":\"ops@acme.com\",\"role\":\"agent\",\"suspended\":\"true\"}}") },
      "ppppf-----",
      "zendesk-user-suspended" },
    { "inactive person",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":5,\"email\":\"ops@acme.com\",\"role\":\"agent\",\"active\":false}}") },
      "ppppf-----",
      "zendesk-user-suspended" },
    { "end user",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":5,\"email\":\"ops@acme.com\",\"role\":\"end-user\"}}") },
      "pppppf----",
      "zendesk-role-too-low" },
    { "light agent",
      TOKEN,
      { SAYS(200, "{\"user\":{\"id\":5,\"email\":\"ops@acme.com\",\"role\":\"agent\",\"only_private_comments\":true}}"),
        GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH },
      "pppppwppwp",
      "zendesk-light-agent" },
    { "no search",
      TOKEN,
      { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, SAYS(403, FORBIDDEN) },
      "pppppppwwp",
      "zendesk-permission-missing" },
    { "no reading",
      TOKEN,
      { GOOD_ME, GOOD_SETTINGS, SAYS(403, FORBIDDEN), GOOD_SEARCH },
      "ppppppwpwp",
      "zendesk-permission-missing" },
    { "no settings",
      TOKEN,
      { GOOD_ME, SAYS(403, FORBIDDEN), GOOD_TICKETS, GOOD_SEARCH },
      "pppppwpppp",
      "zendesk-permission-missing" },
    { "blocked by address", TOKEN, { SAYS(403, FORBIDDEN) }, "ppppf-----", "zendesk-ip-restricted" },
    { "blocked with a page",
      TOKEN,
      { SAYS_WITH(403, "<html>no</html>", "Content-Type", "text/html") },
      "ppppf-----",
      "zendesk-ip-restricted" },
    { "bot check", TOKEN, { SAYS_WITH(403, "<html>", "cf-mitigated", "challenge") }, "ppppf-----", "zendesk-edge-challenge" },
    { "no such name", TOKEN, { BREAKS(NET_DNS, "not found") }, "pf--------", "net-dns" },
    { "nobody listens", TOKEN, { BREAKS(NET_CONNECT, "refused") }, "ppf-------", "net-unreachable" },
    { "bad certificate", TOKEN, { BREAKS(NET_TLS, "self signed") }, "ppf-------", "net-tls" },
    { "young certificate", TOKEN, { BREAKS(NET_TLS, "certificate is not yet valid") }, "ppf-------", "net-clock" },
    { "wrong clock",
      TOKEN,
      { SAYS_WITH(200, ME, "Date", "Sun, 22 Nov 2026 15:20:41 GMT"), GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH },
      "ppwppppppp",
      "net-clock" },
    { "a clock two minutes off",
      TOKEN,
      { SAYS_WITH(200, ME, "Date", "Sun, 22 Nov 2026 15:08:40 GMT"), GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH },
      "pppppppppp",
      NULL },
    { "too slow", TOKEN, { BREAKS(NET_TIMEOUT, "") }, "pppf------", "net-timeout" },
    { "broken off", TOKEN, { BREAKS(NET_RESET, "") }, "pppf------", "net-reset" },
    { "no HTTP", TOKEN, { BREAKS(NET_PROTOCOL, "") }, "pppf------", "net-protocol" },
    { "a web page",
      TOKEN,
      { SAYS(200, "<html>Sign in to the hotel network</html>") },
      "pppf------",
      "zendesk-answer-unreadable" },
    { "rate limited",
      TOKEN,
      { SAYS_WITH(429, "Number of allowed API requests per minute exceeded", "Retry-After", "27") },
      "ppppf-----",
      "zendesk-rate-limited" },
    { "rate limited later", TOKEN, { GOOD_ME, GOOD_SETTINGS, SAYS(429, "slow") }, "ppppppf---", "zendesk-rate-limited" },
    { "down", TOKEN, { SAYS(503, "<html>maintenance</html>") }, "pppf------", "zendesk-unavailable" },
    { "down later", TOKEN, { GOOD_ME, SAYS(500, "") }, "pppppf----", "zendesk-unavailable" },
    { "gone later", TOKEN, { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, BREAKS(NET_RESET, "") }, "pppppppf--", "net-reset" },
    { "settings are a page", TOKEN, { GOOD_ME, SAYS(200, "<html>") }, "pppppf----", "zendesk-answer-unreadable" },
    { "budget low",
      TOKEN,
      { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, SAYS_WITH(200, SEARCH, "X-Rate-Limit", "700") },
      "pppppppppw",
      "zendesk-budget-low" },
    { "OAuth token refused", OAUTH, { SAYS(401, "{\"error\":\"invalid_token\"}") }, "ppppf-----", "oauth-token-ended" },
    { "OAuth anonymous", OAUTH, { SAYS(200, "{\"user\":{\"id\":null}}") }, "ppppf-----", "oauth-token-ended" },
    { "OAuth without any scope", OAUTH, { SAYS(403, FORBIDDEN) }, "ppppf-----", "oauth-scope-refused" },
    { "OAuth, scope read", OAUTH_READS, { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH }, "ppppppppwp", "oauth-scope" },
    { "OAuth, tickets only",
      OAUTH_TICKETS,
      { GOOD_ME, GOOD_SETTINGS, GOOD_TICKETS, GOOD_SEARCH },
      "ppppppppwp",
      "zendesk-permission-missing" },
    { "OAuth, scope text",
      OAUTH,
      { SAYS(403, "{\"error\":\"Forbidden\",\"description\":\"missing scope\"}") },
      "ppppf-----",
      "oauth-scope" },
};

static struct zendesk_who who_is(enum who who)
{
    struct zendesk_who is = { .subdomain = STR("acme"), .identifier = STR("ops@acme.com"), .now_ms = NOW_MS };
    if (who == USED) is.last_ok_at = NOW_MS - 3600 * 1000;
    if (who == IDLE) is.last_ok_at = NOW_MS - 40 * DAY_MS;
    if (who == LATE) is.now_ms = zendesk_dates.tokens_end_at + DAY_MS;
    if (who == OAUTH || who == OAUTH_READS || who == OAUTH_TICKETS) is.oauth = true;
    if (who == OAUTH) is.scope = STR("read write");
    if (who == OAUTH_READS) is.scope = STR("read");
    if (who == OAUTH_TICKETS) is.scope = STR("read tickets:write");
    return is;
}

static const struct check_timing quick = { .dns_us = 1200, .connect_us = 900, .tls_us = 2000, .total_us = 30500 };

static enum check_next give(struct check *check, const struct reply *reply)
{
    struct net_fault fault = { .kind = reply->fault };
    if (reply->status == 0) {
        memcpy(fault.detail, reply->detail, strlen(reply->detail));
        return check_fault(check, &fault, &quick);
    }
    struct http_header headers[3] = { { STR("date"), str_from(check->who.now_ms == NOW_MS ? DATE : "") },
                                      { STR("x-rate-limit-remaining"), STR("139") } };
    if (reply->header != NULL) headers[2] = (struct http_header){ str_from(reply->header), str_from(reply->value) };
    size_t first = reply->header != NULL && str_eq(headers[2].name, STR("Date")) ? 1 : 0;
    const struct http_answer answer = { reply->status, headers + first, 3 - first, str_from(reply->body) };
    return check_answer(check, &answer, &quick);
}

static void play(const struct script *script, struct check *check, struct arena *arena)
{
    static const char *const paths[] = { "/api/v2/users/me", "/api/v2/account/settings", "/api/v2/tickets?page%5Bsize%5D=1",
                                         "/api/v2/search?query=type%3Aticket&per_page=1" };
    struct zendesk_who who = who_is(script->who);
    enum check_next next = check_begin(check, &who, arena);
    size_t calls = 0;
    for (; next == CHECK_CALL; calls++) {
        assert_true(calls < 4);
        if (script->replies[calls].body == NULL && script->replies[calls].detail == NULL)
            fail_msg("%s: asks for too much", script->name);
        assert_int_equal(check->request.method, HTTP_GET);
        assert_true(str_eq(check->request.path, str_from(paths[calls])));
        next = give(check, &script->replies[calls]);
    }
    if (calls < 4 && (script->replies[calls].body != NULL || script->replies[calls].detail != NULL))
        fail_msg("%s: stops too early", script->name);
}

static void assert_outcome(const struct script *script, const struct check *check)
{
    char statuses[STEP_COUNT + 1] = { 0 };
    struct problem problem;
    for (int step = 0; step < STEP_COUNT; step++) statuses[step] = "-pwf"[check->steps[step].status];
    if (strcmp(statuses, script->statuses) != 0) fail_msg("%s: %s, not %s", script->name, statuses, script->statuses);
    const char *verdict = check_verdict(check, &problem);
    const char *expected = strchr(statuses, 'f') != NULL ? "failed" : strchr(statuses, 'w') != NULL ? "warning" : "passed";
    assert_string_equal(verdict, expected);
    if (strcmp(problem_slug(problem.id), script->slug != NULL ? script->slug : "") != 0)
        fail_msg("%s: %s", script->name, problem_slug(problem.id));
    if (strchr(statuses, 'f') != NULL) assert_int_equal(check->steps[strcspn(statuses, "f")].problem.id, problem.id);
}

static void every_script_ends_as_it_must(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct arena arena;
        struct check check;
        arena_init(&arena);
        play(&scripts[i], &check, &arena);
        assert_outcome(&scripts[i], &check);
        arena_clear(&arena);
    }
}

static const struct script *script_named(const char *name)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(scripts[i].name, name) == 0) return &scripts[i];
    fail_msg("no script is called %s", name);
    return NULL;
}

/* The sentence that a person reads for one script. */
static void assert_sentence(const char *name, const char *title, const char *detail)
{
    struct arena arena;
    struct check check;
    struct problem problem;
    arena_init(&arena);
    play(script_named(name), &check, &arena);
    check_verdict(&check, &problem);
    struct str is_title = problem_title(&problem, &arena), is_detail = problem_detail(&problem, &arena);
    if (!str_eq(is_title, str_from(title))) fail_msg("%s: %.*s", name, STR_ARG(is_title));
    if (detail != NULL && !str_eq(is_detail, str_from(detail))) fail_msg("%s: %.*s", name, STR_ARG(is_detail));
    arena_clear(&arena);
}

static void sentences_name_the_thing(void **state)
{
    (void)state;
    assert_sentence("end user", "ops@acme.com is an end user in Zendesk", NULL);
    assert_sentence("anonymous", "Zendesk answered, but not as ops@acme.com", NULL);
    assert_sentence("wrong clock", "This server's clock is 14 min slow", NULL);
    assert_sentence(
        "idle", "Zendesk turns off tokens that go unused for 30 days",
        "This one was last used on 13 October 2026, 15:06 UTC. Reactivate it in Zendesk within 60 days, or switch to OAuth.");
    assert_sentence("no search", "Connected, but ops@acme.com may not search tickets",
                    "1 of 10 actions are off: Search tickets. Allow them in the role, or leave them off.");
    assert_sentence(
        "no reading", "Connected, but ops@acme.com may not read tickets",
        "3 of 10 actions are off: Get ticket, List tickets, Search tickets. Allow them in the role, or leave them off.");
    assert_sentence("moved", "acme.zendesk.com now sends visitors to acme-group.zendesk.com", NULL);
    assert_sentence("budget low", "Little of Zendesk's rate limit is left",
                    "139 of 700 calls are left in this minute. Other apps on the account share them.");
    assert_sentence("other address", "Check the e-mail address ops@acme.com", NULL);
    assert_sentence("rate limited", "Zendesk asked us to slow down", "Calls resume by themselves in 27 s. Nothing is lost.");
    assert_sentence("no such name", "This server cannot look up acme.zendesk.com", NULL);
}

static void what_was_learnt_is_kept(void **state)
{
    struct arena arena;
    struct check check;
    (void)state;
    arena_init(&arena);
    play(script_named("all well"), &check, &arena);
    assert_str(check.account_name, "acme");
    assert_int_equal(check.user_id, 33144647570963);
    assert_str(check.user_name, "Ops");
    assert_str(check.user_email, "OPS@acme.com");
    assert_str(check.user_role, "admin");
    assert_int_equal(check.rate_limit, -1);
    assert_true(check.may[ACTION_CREATE_TICKET] && check.may[ACTION_GET_TICKET]);
    assert_int_equal(check.steps[STEP_DNS].duration_us, 1200);
    assert_int_equal(check.steps[STEP_TLS].duration_us, 2900);
    assert_int_equal(check.steps[STEP_SEARCH].duration_us, 30500);
    play(script_named("light agent"), &check, &arena);
    assert_str(check.user_role, "light_agent");
    assert_false(check.may[ACTION_CREATE_TICKET]);
    assert_true(check.may[ACTION_GET_TICKET]);
    play(script_named("no reading"), &check, &arena);
    assert_true(check.may[ACTION_CREATE_TICKET]);
    assert_false(check.may[ACTION_GET_TICKET]);
    play(script_named("OAuth, scope read"), &check, &arena);
    assert_false(check.may[ACTION_CREATE_TICKET]);
    play(script_named("budget low"), &check, &arena);
    assert_int_equal(check.rate_limit, 700);
    assert_int_equal(check.rate_remaining, 139);
    arena_clear(&arena);
}

static struct json *rendered(const struct check *check)
{
    struct buf out;
    struct jw json;
    buf_init(&out, 65536);
    jw_init(&json, &out);
    check_render(check, &json);
    struct json *checks = json_parse(buf_view(&out), NULL);
    assert_int_equal(json_count(checks), STEP_COUNT);
    buf_clear(&out);
    return checks;
}

static void a_practice_address_has_no_name_to_look_up(void **state)
{
    struct arena arena;
    struct check check;
    const struct reply refused = BREAKS(NET_CONNECT, "refused");
    struct zendesk_who who = who_is(TOKEN);
    (void)state;
    arena_init(&arena);
    who.practice_url = STR("http://127.0.0.1:8081");
    assert_int_equal(check_begin(&check, &who, &arena), CHECK_CALL);
    assert_int_equal(give(&check, &refused), CHECK_FINISHED);
    assert_int_equal(check.steps[STEP_DNS].status, CHECK_PASSED);
    assert_int_equal(check.steps[STEP_TLS].status, CHECK_PASSED);
    assert_int_equal(check.steps[STEP_ACCOUNT].status, CHECK_FAILED);
    assert_int_equal(check.steps[STEP_ACCOUNT].problem.id, PROBLEM_NET_UNREACHABLE);
    assert_str(problem_detail(&check.steps[STEP_ACCOUNT].problem, &arena),
               "Nothing answers at http://127.0.0.1:8081, where this practice account is. Start it: `chatcrafter sandbox`.");
    struct json *checks = rendered(&check);
    assert_str(json_get_str(json_at(checks, STEP_TLS), "note"), "not used: a practice account over plain HTTP");
    assert_int_equal(json_type(json_get(json_at(checks, STEP_DNS), "note")), JSON_NONE);
    json_free(checks);
    arena_clear(&arena);
}

static void a_refused_oauth_client_ends_the_test(void **state)
{
    static const struct {
        int status;
        const char *body, *slug;
        enum check_step step;
    } cases[] = {
        { 401, "{\"error\":\"invalid_client\"}", "oauth-client-rejected", STEP_SIGN_IN },
        { 401, "", "oauth-client-rejected", STEP_SIGN_IN },
        { 400, "{\"error\":\"invalid_client\"}", "oauth-client-rejected", STEP_SIGN_IN },
        { 400, "{\"error\":\"invalid_scope\"}", "oauth-scope-refused", STEP_SIGN_IN },
        { 404, "{\"error\":{\"title\":\"No help desk at acme.zendesk.com\"}}", "zendesk-subdomain-unknown", STEP_ACCOUNT },
        { 429, "", "zendesk-rate-limited", STEP_SIGN_IN },
        { 503, "", "zendesk-unavailable", STEP_ACCOUNT },
        { 200, "", "zendesk-answer-unreadable", STEP_ACCOUNT },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct check check;
        struct zendesk_who who = who_is(OAUTH);
        const struct http_answer answer = answer_of(cases[i].status, cases[i].body);
        arena_init(&arena);
        assert_int_equal(check_begin(&check, &who, &arena), CHECK_CALL);
        assert_int_equal(check_token_refused(&check, &answer, &quick), CHECK_FINISHED);
        assert_int_equal(check.steps[cases[i].step].status, CHECK_FAILED);
        assert_string_equal(problem_slug(check.steps[cases[i].step].problem.id), cases[i].slug);
        arena_clear(&arena);
    }
    struct arena arena;
    struct check check;
    struct zendesk_who who = who_is(OAUTH);
    const struct net_fault fault = { .kind = NET_DNS };
    arena_init(&arena);
    assert_int_equal(check_begin(&check, &who, &arena), CHECK_CALL);
    assert_int_equal(check_fault(&check, &fault, &quick), CHECK_FINISHED);
    assert_int_equal(check.steps[STEP_DNS].problem.id, PROBLEM_NET_DNS);
    arena_clear(&arena);
}

static void it_is_shown_as_the_api_says(void **state)
{
    static const char *const steps[] = { "input", "dns",          "tls",    "account", "sign_in",
                                         "role",  "read_tickets", "search", "actions", "budget" };
    struct arena arena;
    struct check check;
    (void)state;
    arena_init(&arena);
    play(script_named("end user"), &check, &arena);
    struct json *checks = rendered(&check);
    for (size_t i = 0; i < STEP_COUNT; i++) assert_true(str_eq(json_get_str(json_at(checks, i), "step"), str_from(steps[i])));
    const struct json *role = json_at(checks, STEP_ROLE), *sign_in = json_at(checks, STEP_SIGN_IN);
    assert_str(json_get_str(role, "status"), "failed");
    assert_str(json_get_str(json_get(role, "problem"), "code"), "zendesk-role-too-low");
    assert_str(json_get_str(json_get(role, "problem"), "step"), "role");
    assert_str(json_get_str(sign_in, "status"), "passed");
    assert_int_equal(json_get_int(sign_in, "ms", 0), 31);
    assert_str(json_get_str(sign_in, "title"), "Sign-in");
    assert_int_equal(json_type(json_get(sign_in, "problem")), JSON_NULL);
    assert_str(json_get_str(json_at(checks, STEP_SEARCH), "status"), "not_run");
    json_free(checks);
    arena_clear(&arena);
}

/* Recorded answers of users/me: the anonymous trap three times, an unknown subdomain, real users. */
static void recorded_sign_ins_are_judged(void **state)
{
    static const struct {
        const char *file;
        enum check_step step; /* that fails; STEP_COUNT: none by this answer */
        enum problem_id problem;
    } cases[] = {
        { "anonymous", STEP_SIGN_IN, PROBLEM_ZENDESK_ANONYMOUS },
        { "anonymous_user", STEP_SIGN_IN, PROBLEM_ZENDESK_ANONYMOUS },
        { "incorrect_tokens", STEP_SIGN_IN, PROBLEM_ZENDESK_ANONYMOUS },
        { "not_found", STEP_ACCOUNT, PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN },
        { "password_auth", STEP_COUNT, PROBLEM_NONE },
        { "token_auth", STEP_COUNT, PROBLEM_NONE },
        { "valid_oauth", STEP_COUNT, PROBLEM_NONE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[256];
        snprintf(path, sizeof path, SHARED "/recordings/node-zendesk/authentication_test_verifyUser_%s.json", cases[i].file);
        struct json *recording = file_json(path);
        if (recording == NULL) skip();
        const struct json *interaction = json_at(json_get(recording, "interactions"), 0);
        struct http_header headers[64];
        struct buf body;
        struct arena arena;
        struct check check;
        arena_init(&arena);
        buf_init(&body, 65536);
        json_canonical(json_get(interaction, "response_json"), &body);
        size_t count = recorded_headers(json_get(interaction, "response_headers"), headers, 64);
        const struct http_answer answer = { (int)json_get_int(interaction, "status", 0), headers, count, buf_view(&body) };
        const struct json *user = json_get(json_get(interaction, "response_json"), "user");
        struct zendesk_who who = { .subdomain = STR("example"), .identifier = json_get_str(user, "email") };
        if (cases[i].problem != PROBLEM_NONE) who.identifier = STR("ops@example.com");
        assert_int_equal(check_begin(&check, &who, &arena), CHECK_CALL);
        enum check_next next = check_answer(&check, &answer, &quick);
        assert_int_equal(next, cases[i].step == STEP_COUNT ? CHECK_CALL : CHECK_FINISHED);
        if (cases[i].step < STEP_COUNT)
            assert_int_equal(check.steps[cases[i].step].problem.id, cases[i].problem);
        else
            assert_int_equal(check.user_id, json_get_int(user, "id", 0));
        if (cases[i].step == STEP_COUNT) assert_int_equal(check.rate_limit, 700);
        json_free(recording);
        buf_clear(&body);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_ends_as_it_must),
        cmocka_unit_test(sentences_name_the_thing),
        cmocka_unit_test(what_was_learnt_is_kept),
        cmocka_unit_test(a_practice_address_has_no_name_to_look_up),
        cmocka_unit_test(a_refused_oauth_client_ends_the_test),
        cmocka_unit_test(it_is_shown_as_the_api_says),
        cmocka_unit_test(recorded_sign_ins_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
