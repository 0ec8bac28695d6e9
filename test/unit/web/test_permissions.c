/* Every route of routes.def, asked by everybody: nobody, sessions and keys of the four roles, keys of each scope alone and of all but one, a local peer; and asked for what belongs to
 * another workspace. What is expected comes from the table alone, by the sentences of docs/api.md and not by the code that decides. */
#include "unit/web/bodies.h"
#include "unit/web/site.h"

enum { WHO_MAX = 32 };

struct who {
    const char *name, *headers; /* headers NULL: a local peer */
    enum actor_kind kind;
    enum role role;
    unsigned scopes;
};

struct people {
    struct who who[WHO_MAX];
    size_t count;
};

static void add(struct people *people, struct who who)
{
    assert_in_range(people->count, 0, WHO_MAX - 1);
    people->who[people->count++] = who;
}

static const char *key_of(struct site *site, enum role role, unsigned scopes)
{
    struct buf body;
    buf_init(&body, 512);
    buf_fmt(&body, "{\"name\":\"test\",\"role\":\"%s\",\"scopes\":[", role_name(role));
    for (unsigned scope = 0, count = 0; scope < SCOPE_COUNT; scope++)
        if ((scopes >> scope & 1u) != 0)
            buf_fmt(&body, "%s\"%s\"", count++ > 0 ? "," : "", key_scope_name((enum key_scope)scope));
    buf_lit(&body, "]}");
    struct site_answer *made = site_send(site, HTTP_POST, API "/keys", arena_cstr(&site->arena, buf_view(&body)));
    buf_clear(&body);
    assert_int_equal(made->status, 201);
    return site_fmt(site, "Authorization: Bearer %s", site_text(site, made, "key"));
}

static void gather(struct site *site, struct people *people)
{
    *people = (struct people){ 0 };
    add(people, (struct who){ .name = "nobody", .headers = "Accept: */*", .kind = ACTOR_NOBODY });
    add(people, (struct who){ .name = "local", .kind = ACTOR_LOCAL, .role = ROLE_OWNER });
    for (int role = ROLE_VIEWER; role <= ROLE_OWNER; role++) {
        add(people, (struct who){ "session", "", ACTOR_SESSION, (enum role)role, 0 });
        add(people,
            (struct who){ "key", key_of(site, (enum role)role, KEY_SCOPES_ALL), ACTOR_KEY, (enum role)role, KEY_SCOPES_ALL });
    }
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++) {
        unsigned alone = 1u << scope, others = KEY_SCOPES_ALL & ~alone;
        add(people, (struct who){ "key of one scope", key_of(site, ROLE_OWNER, alone), ACTOR_KEY, ROLE_OWNER, alone });
        add(people, (struct who){ "key of all scopes but one", key_of(site, ROLE_OWNER, others), ACTOR_KEY, ROLE_OWNER, others });
    }
}

/* The code of the refusal; "" when there is to be none. */
static const char *expected(const struct route *route, const struct who *who)
{
    static const enum role least[] = {
        [RULE_VIEWER] = ROLE_VIEWER, [RULE_EDITOR] = ROLE_EDITOR, [RULE_ADMIN] = ROLE_ADMIN, [RULE_OWNER] = ROLE_OWNER
    };
    enum rule rule = route->may.rule;
    if (rule == RULE_PUBLIC || rule == RULE_NEAR_OR_ADMIN) return ""; /* the test's peer is on this machine */
    if (who->kind == ACTOR_NOBODY) return "sign-in-needed";
    if (rule == RULE_PERSON) return who->kind == ACTOR_KEY ? "not-allowed" : "";
    if (who->role < least[rule]) return "not-allowed";
    if (who->kind != ACTOR_KEY) return "";
    return (who->scopes & 1u << route->may.scope) != 0 ? "" : "scope-missing";
}

/* A path that fits the pattern, with ids of the right form which nothing has. */
static const char *path_of(struct site *site, const char *pattern)
{
    static const struct world nothing = {
        .agent = "agt_01k9zq3v5n8xj4t2m7c6p0bdre",
        .integration = "int_01k9zq3v5n8xj4t2m7c6p0bdre",
        .conversation = "con_01k9zq3v5n8xj4t2m7c6p0bdre",
        .member = "mem_01k9zq3v5n8xj4t2m7c6p0bdre",
        .session = "ses_01k9zq3v5n8xj4t2m7c6p0bdre",
        .key = "key_01k9zq3v5n8xj4t2m7c6p0bdre",
        .action = "act_01k9zq3v5n8xj4t2m7c6p0bdre",
        .file = "fil_01k9zq3v5n8xj4t2m7c6p0bdre",
        .provider = "prv_01k9zq3v5n8xj4t2m7c6p0bdre",
    };
    return world_path(site, &nothing, pattern);
}

/* Signing out ends the session, so each call of a session gets a session of its own. */
static const char *headers_of(struct site *site, const struct who *who)
{
    if (who->kind != ACTOR_SESSION) return who->headers;
    if (who->role == ROLE_OWNER)
        return site_fmt(site, "%s\nSec-Fetch-Site: same-origin", site_cookie(site, site_use_link(site, site_link(site))));
    static unsigned count;
    struct site_answer *invited =
        site_send(site, HTTP_POST, API "/members",
                  site_fmt(site, "{\"email\":\"m%u@example.com\",\"role\":\"%s\"}", count++, role_name(who->role)));
    struct str url = json_get_str(invited->json, "url");
    const char *token = site_fmt(site, "%.*s", STR_ARG(str_slice(url, str_find(url, STR("#"), 0) + 1, url.len)));
    return site_fmt(site, "%s\nSec-Fetch-Site: same-origin", site_cookie(site, site_use_link(site, token)));
}

static bool is_refusal(struct str code)
{
    return str_eq(code, STR("sign-in-needed")) || str_eq(code, STR("not-allowed")) || str_eq(code, STR("scope-missing"));
}

static void ask_as(struct site *site, const struct route *route, const struct who *who)
{
    struct site_answer *answer = site_ask(site, (struct site_ask){ .method = route->method,
                                                                   .path = path_of(site, route->pattern),
                                                                   .headers = headers_of(site, who),
                                                                   .body = route->body != SHAPE_NONE ? "{}" : NULL,
                                                                   .is_local = who->kind == ACTOR_LOCAL });
    struct str code = json_get_str(answer->json, "code");
    const char *wanted = expected(route, who);
    if (!str_eq(is_refusal(code) ? code : STR(""), str_from(wanted)))
        fail_msg("%s %s as %s of role %s, scopes %x: %d %.*s instead of %s", http_method_name(route->method), route->pattern,
                 who->name, role_name(who->role), who->scopes, answer->status, STR_ARG(answer->body),
                 *wanted ? wanted : "being let in");
    if (*wanted) assert_problem(answer, wanted);
}

static void every_route_asks_who_may(void **state)
{
    struct site *site = *state;
    struct people people;
    gather(site, &people);
    for (size_t i = 0; i < route_count; i++)
        for (size_t w = 0; w < people.count; w++) ask_as(site, &routes[i], &people.who[w]);
}

/* What is there, is moved to another workspace, so that every id is one that exists and is not the caller's. */
static void move_away(struct site *site)
{
    site_tamper(
        site,
        "PRAGMA defer_foreign_keys = ON;"
        "INSERT INTO workspace (id, name, created_at) VALUES ('wsp_foreign', 'Foreign', 1);"
        "UPDATE member SET workspace = 'wsp_foreign' WHERE role <> 'owner';"
        "UPDATE session SET workspace = 'wsp_foreign' WHERE member IN (SELECT id FROM member WHERE workspace = 'wsp_foreign');"
        "UPDATE sign_in_link SET workspace = 'wsp_foreign' WHERE member IN (SELECT id FROM member WHERE workspace = "
        "'wsp_foreign');"
        "UPDATE api_key SET workspace = 'wsp_foreign'; UPDATE agent SET workspace = 'wsp_foreign';"
        "UPDATE agent_version SET workspace = 'wsp_foreign'; UPDATE integration SET workspace = 'wsp_foreign';"
        "UPDATE integration_test SET workspace = 'wsp_foreign'; UPDATE conversation SET workspace = 'wsp_foreign';"
        "UPDATE message SET workspace = 'wsp_foreign'; UPDATE event SET workspace = 'wsp_foreign';"
        "UPDATE action SET workspace = 'wsp_foreign'; UPDATE request SET workspace = 'wsp_foreign';"
        "UPDATE call SET workspace = 'wsp_foreign'; UPDATE provider SET workspace = 'wsp_foreign';");
}

static const char *without_trace(struct site *site, const struct site_answer *answer)
{
    size_t at = str_find(answer->body, STR(",\"trace_id\""), 0);
    return site_fmt(site, "%d %.*s", answer->status, STR_ARG(str_slice(answer->body, 0, at)));
}

/* Asked by an owner with every scope, so that nothing but the workspace is in the way. */
static void what_is_of_another_workspace_is_not_there(void **state)
{
    struct site *site = *state;
    struct world world = world_make(site);
    size_t asked = 0;
    move_away(site);
    const char *cookie = site_cookie(site, site_use_link(site, site_link(site)));
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &routes[i];
        const char *foreign = world_path(site, &world, route->pattern), *absent = path_of(site, route->pattern);
        if (!world_names_a_row(route->pattern)) continue;
        struct site_ask ask = { .method = route->method, .path = foreign, .body = body_of(route->body) };
        ask.headers = site_fmt(site, "%s\nSec-Fetch-Site: same-origin", cookie);
        const char *found = without_trace(site, site_ask(site, ask));
        ask.path = absent;
        assert_string_equal(found, without_trace(site, site_ask(site, ask)));
        if (strncmp(found, "404 ", 4) != 0) fail_msg("%s %s: %s", http_method_name(route->method), route->pattern, found);
        asked++;
    }
    assert_in_range(asked, 30, 1000);
}

static void the_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        assert_true(routes[i].summary[0] != '\0');
        assert_true(routes[i].pattern[0] == '/');
        bool takes_keys = routes[i].may.rule != RULE_PUBLIC && routes[i].may.rule != RULE_PERSON;
        assert_int_equal(takes_keys, routes[i].may.scope < SCOPE_COUNT);
        for (size_t j = 0; j < i; j++)
            assert_false(routes[i].method == routes[j].method && strcmp(routes[i].pattern, routes[j].pattern) == 0);
    }
}

/* The table again by hand, for what must not slip: who may change things, and who may see people and keys. */
static void the_rules_are_those_of_the_roles(void **state)
{
    static const struct {
        enum rule rule;
        const char *method_and_pattern;
    } above_editor[] = {
        { RULE_ADMIN, "GET " API "/members" },
        { RULE_ADMIN, "GET " API "/keys" },
        { RULE_ADMIN, "POST " API "/keys" },
        { RULE_ADMIN, "DELETE " API "/keys/{key}" },
        { RULE_ADMIN, "DELETE " API "/agents/{agent}" },
        { RULE_ADMIN, "POST " API "/agents/{agent}/integrations" },
        { RULE_ADMIN, "PATCH " API "/integrations/{integration}" },
        { RULE_ADMIN, "DELETE " API "/integrations/{integration}" },
        { RULE_ADMIN, "POST " API "/integrations/{integration}/credentials" },
        { RULE_ADMIN, "DELETE " API "/conversations/{conversation}" },
        { RULE_ADMIN, "POST " API "/providers" },
        { RULE_ADMIN, "PATCH " API "/providers/{provider}" },
        { RULE_ADMIN, "DELETE " API "/providers/{provider}" },
        { RULE_OWNER, "POST " API "/members/{member}/reset-password" },
    };
    struct site *site = *state;
    size_t met = 0;
    for (size_t i = 0; i < route_count; i++) {
        const char *name = site_fmt(site, "%s %s", http_method_name(routes[i].method), routes[i].pattern);
        bool signs_in = str_starts(str_from(routes[i].pattern), STR(API "/session"));
        enum rule least = routes[i].method == HTTP_GET ? RULE_VIEWER : RULE_EDITOR;
        for (size_t j = 0; j < sizeof above_editor / sizeof *above_editor; j++) {
            if (strcmp(name, above_editor[j].method_and_pattern) != 0) continue;
            least = above_editor[j].rule;
            met++;
        }
        bool is_api = str_starts(str_from(routes[i].pattern), STR(API "/"));
        if (is_api && !signs_in && routes[i].may.rule != RULE_PERSON) assert_true(routes[i].may.rule >= least);
    }
    assert_int_equal(met, sizeof above_editor / sizeof *above_editor);
}

static void a_key_that_is_revoked_or_unknown_stops(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_send(site, HTTP_POST, API "/keys", "{\"name\":\"ci\",\"role\":\"viewer\"}");
    struct site_ask ask = { .method = HTTP_GET, .path = API "/agents" };
    ask.headers = site_fmt(site, "Authorization: Bearer %s", site_text(site, made, "key"));
    assert_int_equal(site_ask(site, ask)->status, 200);
    assert_int_equal(site_send(site, HTTP_DELETE, site_fmt(site, API "/keys/%s", site_text(site, made, "id")), NULL)->status,
                     204);
    assert_problem(site_ask(site, ask), "key-rejected");
    ask.headers = "Authorization: Bearer ck_never";
    assert_problem(site_ask(site, ask), "key-rejected");
    ask.headers = "Authorization: Basic b3duZXI6";
    assert_problem(site_ask(site, ask), "key-rejected");
    ask.headers = "Cookie: chatcrafter_session=never";
    assert_problem(site_ask(site, ask), "sign-in-needed");
}

/* The key is shown where it is made, and nowhere else. */
static void a_key_is_shown_once(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_send(site, HTTP_POST, API "/keys", "{\"name\":\"ci\",\"role\":\"viewer\"}");
    struct str key = json_get_str(made->json, "key"), last4 = json_get_str(made->json, "last4");
    assert_true(str_starts(key, STR("ck_")) && str_ends(key, last4) && last4.len == 4);
    struct site_answer *list = site_get(site, API "/keys");
    assert_int_equal(json_count(json_get(list->json, "items")), 1);
    assert_true(str_find(list->body, key, 0) == SIZE_MAX);
    assert_true(str_find(buf_view(&site->log), key, 0) == SIZE_MAX);
}

static void nobody_makes_a_key_above_their_own(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_POST, .path = API "/keys", .headers = site_key(site, "admin") };
    ask.body = "{\"name\":\"x\",\"role\":\"owner\"}";
    assert_problem(site_ask(site, ask), "not-allowed");
    ask.body = "{\"name\":\"x\",\"role\":\"admin\"}";
    assert_int_equal(site_ask(site, ask)->status, 201);
}

static void nobody_gives_a_key_more_than_their_own_has(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_POST, .path = API "/keys" };
    ask.headers = key_of(site, ROLE_OWNER, 1u << SCOPE_ADMIN | 1u << SCOPE_READ);
    ask.body = "{\"name\":\"x\",\"role\":\"viewer\",\"scopes\":[\"read\",\"chat\"]}";
    struct site_answer *answer = site_ask(site, ask);
    assert_problem(answer, "scope-missing");
    assert_str(json_get_str(answer->json, "field"), "scopes");
    ask.body = "{\"name\":\"x\",\"role\":\"viewer\"}";
    answer = site_ask(site, ask);
    assert_int_equal(answer->status, 201);
    assert_int_equal(json_count(json_get(answer->json, "scopes")), 2); /* as many as the giver has, unless fewer are named */
    ask.body = "{\"name\":\"x\",\"role\":\"viewer\",\"scopes\":[\"fly\"]}";
    assert_int_equal(site_ask(site, ask)->status, 422);
    ask.body = "{\"name\":\"x\",\"role\":\"viewer\",\"scopes\":[]}";
    assert_int_equal(site_ask(site, ask)->status, 422);
}

static void a_key_ends_on_its_day(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_send(site, HTTP_POST, API "/keys", "{\"name\":\"ci\",\"role\":\"viewer\",\"days\":30}");
    struct site_ask ask = { .method = HTTP_GET, .path = API "/agents" };
    ask.headers = site_fmt(site, "Authorization: Bearer %s", site_text(site, made, "key"));
    assert_true(json_get_str(made->json, "expires_at").len > 0);
    assert_int_equal(site_ask(site, ask)->status, 200);
    site_tamper(site, "UPDATE api_key SET expires_at = created_at + 1");
    assert_problem(site_ask(site, ask), "key-ended");
}

static void vouching_takes_a_key_made_for_it(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    struct site_ask ask = { .method = HTTP_POST, .path = site_fmt(site, API "/agents/%s/conversations", agent) };
    ask.body = "{\"channel\":\"api\",\"visitor\":{\"email\":\"jane@example.com\",\"verified\":true}}";
    ask.headers = key_of(site, ROLE_OWNER, 1u << SCOPE_CHAT);
    struct site_answer *answer = site_ask(site, ask);
    assert_problem(answer, "scope-missing");
    assert_str(json_get_str(answer->json, "field"), "verified");
    ask.headers = key_of(site, ROLE_EDITOR, KEY_SCOPES_ALL);
    assert_problem(site_ask(site, ask), "not-allowed");
    ask.headers = key_of(site, ROLE_ADMIN, 1u << SCOPE_CHAT | 1u << SCOPE_VOUCH);
    assert_int_equal(site_ask(site, ask)->status, 201);
}

static void metrics_are_for_this_machine_and_admins(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_GET, .path = "/metrics" };
    struct site_answer *answer = site_ask(site, ask);
    assert_int_equal(answer->status, 200);
    assert_true(str_find(answer->body, STR("chatcrafter_build_info{version=\"1.2.3\"} 1"), 0) != SIZE_MAX);
    assert_true(str_find(answer->body, STR("chatcrafter_http_requests_total{code=\"2xx\"}"), 0) != SIZE_MAX);
    ask.headers = "X-Forwarded-For: 203.0.113.9"; /* a proxy on this machine speaks for a stranger */
    assert_problem(site_ask(site, ask), "sign-in-needed");
    ask.headers = site_fmt(site, "X-Forwarded-For: 203.0.113.9\n%s", site_key(site, "editor"));
    assert_problem(site_ask(site, ask), "not-allowed");
    ask.headers = site_fmt(site, "X-Forwarded-For: 203.0.113.9\n%s", site_key(site, "admin"));
    assert_int_equal(site_ask(site, ask)->status, 200);
}

static void other_methods_and_paths(void **state)
{
    struct site *site = *state;
    struct site_answer *answer = site_send(site, HTTP_PUT, API "/agents", NULL);
    assert_problem(answer, "method-not-allowed");
    assert_str(site_header(answer, "Allow"), "GET, HEAD, POST");
    assert_problem(site_send(site, HTTP_OPTIONS, API "/session/link", NULL), "method-not-allowed");
    assert_problem(site_get(site, API "/nothing"), "not-found");
    assert_problem(site_get(site, API "/agents/"), "not-found");
    answer = site_get(site, API "/agents/int_01k9zq3v5n8xj4t2m7c6p0bdre");
    assert_problem(answer, "not-found");
    assert_true(str_find(json_get_str(answer->json, "title"), STR("agent"), 0) != SIZE_MAX);
    assert_problem(site_get(site, API "/agents/agt_01k9zq3v5n8xj4t2m7c6p0bdre"), "not-found");
    assert_problem(site_get(site, API "/agents/..%2f..%2fetc"), "not-found");
    assert_problem(site_get(site, API "/agents/%ff"), "not-found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_route_asks_who_may, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_is_of_another_workspace_is_not_there, site_up, site_down),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test_setup_teardown(the_rules_are_those_of_the_roles, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_key_that_is_revoked_or_unknown_stops, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_key_is_shown_once, site_up, site_down),
        cmocka_unit_test_setup_teardown(nobody_makes_a_key_above_their_own, site_up, site_down),
        cmocka_unit_test_setup_teardown(nobody_gives_a_key_more_than_their_own_has, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_key_ends_on_its_day, site_up, site_down),
        cmocka_unit_test_setup_teardown(vouching_takes_a_key_made_for_it, site_up, site_down),
        cmocka_unit_test_setup_teardown(metrics_are_for_this_machine_and_admins, site_up, site_down),
        cmocka_unit_test_setup_teardown(other_methods_and_paths, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
