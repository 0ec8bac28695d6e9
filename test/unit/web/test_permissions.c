/* Every route of routes.def, asked by everybody: nobody, keys of the four roles, a session, a local peer. What is expected comes from the table's rule alone. */
#include "unit/web/site.h"

enum who { NOBODY, VIEWER, EDITOR, ADMIN, OWNER, PERSON, LOCAL, WHO_COUNT };

struct people {
    const char *headers[WHO_COUNT];
};

static bool may(enum rule rule, enum who who)
{
    bool is_key = who >= VIEWER && who <= OWNER;
    bool is_owner = who == OWNER || who == PERSON || who == LOCAL; /* the session is the first owner's */
    switch (rule) {
    case RULE_PUBLIC: return true;
    case RULE_VIEWER: return who != NOBODY;
    case RULE_EDITOR: return is_owner || (is_key && who >= EDITOR);
    case RULE_ADMIN: return is_owner || (is_key && who >= ADMIN);
    case RULE_OWNER: return is_owner;
    case RULE_PERSON: return who == PERSON || who == LOCAL;
    case RULE_NEAR_OR_ADMIN: return true; /* the test's peer is on this machine */
    }
    return false;
}

/* A path that fits the pattern, with ids of the right form which nothing has. */
static const char *path_of(struct site *site, const char *pattern)
{
    static const struct {
        const char *name, *value;
    } values[] = {
        { "{agent}", "agt_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{integration}", "int_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{conversation}", "con_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{member}", "mem_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{session}", "ses_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{key}", "key_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{action}", "act_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{provider}", "prv_01k9zq3v5n8xj4t2m7c6p0bdre" },
        { "{name}", "get_ticket" },
        { "{code}", "not-found" },
    };
    struct str rest = str_from(pattern), part;
    struct buf path;
    buf_init(&path, 512);
    (void)str_split(&rest, '/', &part);
    while (str_split(&rest, '/', &part)) {
        const char *value = NULL;
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (str_eq(part, str_from(values[i].name))) value = values[i].value;
        assert_true(value != NULL || !str_starts(part, STR("{")));
        buf_char(&path, '/');
        buf_str(&path, value != NULL ? str_from(value) : part);
    }
    const char *text = arena_cstr(&site->arena, buf_view(&path));
    buf_clear(&path);
    return text;
}

/* Signing out ends the session, so each call of the session gets a session of its own. */
static const char *headers_of(struct site *site, enum who who, const struct people *people)
{
    if (who != PERSON) return people->headers[who];
    return site_fmt(site, "%s\nSec-Fetch-Site: same-origin", site_cookie(site, site_use_link(site, site_link(site))));
}

static void ask_as(struct site *site, const struct route *route, enum who who, const struct people *people)
{
    struct site_answer *answer = site_ask(site, (struct site_ask){ .method = route->method,
                                                                   .path = path_of(site, route->pattern),
                                                                   .headers = headers_of(site, who, people),
                                                                   .body = route->body != SHAPE_NONE ? "{}" : NULL,
                                                                   .is_local = who == LOCAL });
    struct str code = json_get_str(answer->json, "code");
    bool is_refused = str_eq(code, STR("sign-in-needed")) || str_eq(code, STR("not-allowed"));
    if (is_refused == may(route->rule, who))
        fail_msg("%s %s as %d: %d %.*s", http_method_name(route->method), route->pattern, (int)who, answer->status,
                 STR_ARG(answer->body));
    if (is_refused) assert_problem(answer, who == NOBODY ? "sign-in-needed" : "not-allowed");
}

static void every_route_asks_who_may(void **state)
{
    struct site *site = *state;
    struct people people = { .headers = { [VIEWER] = site_key(site, "viewer"),
                                          [EDITOR] = site_key(site, "editor"),
                                          [ADMIN] = site_key(site, "admin"),
                                          [OWNER] = site_key(site, "owner") } };
    for (size_t i = 0; i < route_count; i++)
        for (int who = 0; who < WHO_COUNT; who++) ask_as(site, &routes[i], (enum who)who, &people);
}

static void the_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        assert_true(routes[i].summary[0] != '\0');
        assert_true(routes[i].pattern[0] == '/');
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
        if (is_api && !signs_in && routes[i].rule != RULE_PERSON) assert_true(routes[i].rule >= least);
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
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test_setup_teardown(the_rules_are_those_of_the_roles, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_key_that_is_revoked_or_unknown_stops, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_key_is_shown_once, site_up, site_down),
        cmocka_unit_test_setup_teardown(nobody_makes_a_key_above_their_own, site_up, site_down),
        cmocka_unit_test_setup_teardown(metrics_are_for_this_machine_and_admins, site_up, site_down),
        cmocka_unit_test_setup_teardown(other_methods_and_paths, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
