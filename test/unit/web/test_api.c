/* The API as a whole: its description, bodies that are refused and how, agents, what operators ask, and the end of the server. */
#include "unit/web/site.h"

/* ---- the description -------------------------------------------------------------------------------------------------------------------- */

static void check_references(const struct json *components, const struct json *node)
{
    struct str prefix = STR("#/components/schemas/"), pointer = json_get_str(node, "$ref");
    if (pointer.len > 0) {
        assert_true(str_starts(pointer, prefix));
        assert_non_null(json_get(json_get(components, "schemas"), pointer.ptr + prefix.len));
    }
    for (void *at = json_first(node); at != NULL; at = json_next(node, at)) check_references(components, json_value(at));
    for (size_t i = 0; json_type(node) == JSON_ARRAY && i < json_count(node); i++) check_references(components, json_at(node, i));
}

static size_t count_placeholders(const char *pattern)
{
    size_t count = 0;
    for (; *pattern != '\0'; pattern++) count += *pattern == '{';
    return count;
}

static void the_description_names_every_route(void **state)
{
    struct site *site = *state;
    struct site_answer *answer = site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = "/openapi.json" });
    const struct json *paths = json_get(answer->json, "paths");
    size_t operations = 0;
    assert_str(json_get_str(answer->json, "openapi"), "3.1.0");
    assert_str(json_get_str(json_get(answer->json, "info"), "version"), "1.2.3");
    for (size_t i = 0; i < route_count; i++) {
        char method[8] = { 0 };
        struct str name = str_from(http_method_name(routes[i].method));
        for (size_t c = 0; c < name.len && c + 1 < sizeof method; c++) method[c] = char_lower(name.ptr[c]);
        const struct json *operation = json_get(json_get(paths, routes[i].pattern), method);
        if (operation == NULL) fail_msg("%s %s is not described", method, routes[i].pattern);
        assert_true(str_eq(json_get_str(operation, "summary"), str_from(routes[i].summary)));
        bool takes_key = routes[i].method == HTTP_POST && routes[i].may.rule != RULE_PUBLIC;
        assert_int_equal(json_count(json_get(operation, "parameters")), count_placeholders(routes[i].pattern) + takes_key);
        assert_int_equal(json_get(operation, "requestBody") != NULL, routes[i].body != SHAPE_NONE);
        assert_non_null(json_get(json_get(operation, "responses"), "default"));
    }
    for (void *at = json_first(paths); at != NULL; at = json_next(paths, at)) operations += json_count(json_value(at));
    assert_int_equal(operations, route_count);
    check_references(json_get(answer->json, "components"), answer->json);
}

static void operation_ids_are_unique(void **state)
{
    struct site *site = *state;
    const struct json *paths = json_get(site_get(site, "/openapi.json")->json, "paths");
    struct str ids[256];
    size_t count = 0;
    for (void *path = json_first(paths); path != NULL; path = json_next(paths, path)) {
        for (void *at = json_first(json_value(path)); at != NULL; at = json_next(json_value(path), at)) {
            ids[count] = json_get_str(json_value(at), "operationId");
            assert_true(ids[count].len > 0);
            for (size_t i = 0; i < count; i++) assert_false(str_eq(ids[i], ids[count]));
            assert_true(++count < 256);
        }
    }
}

/* ---- bodies -------------------------------------------------------------------------------------------------------------------------------- */

static void bodies_that_are_refused(void **state)
{
    struct site *site = *state;
    const struct {
        const char *body, *slug, *field;
    } cases[] = {
        { "{", "json-unreadable", "" },
        { "[]", "json-unreadable", "" },
        { "null", "json-unreadable", "" },
        { "{\"name\":\"a\",\"name\":\"b\"}", "json-unreadable", "" },
        { "{\"name\":\"a\"} x", "json-unreadable", "" },
        { "{\"name\":\"\xff\"}", "json-unreadable", "" },
        { "{}", "field-missing", "name" },
        { "{\"name\":7}", "field-type", "name" },
        { "{\"name\":null}", "field-type", "name" },
        { "{\"name\":\"\"}", "field-missing", "name" },
        { "{\"name\":\"a\\nb\"}", "name-format", "name" },
        { "{\"name\":\"a\",\"colour\":\"red\"}", "field-unknown", "colour" },
        { "{\"name\":\"a\",\"engine\":\"magic\"}", "field-choice", "engine" },
        { "{\"name\":\"a\",\"instructions\":[]}", "field-type", "instructions" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site_answer *answer = site_send(site, HTTP_POST, API "/agents", cases[i].body);
        assert_problem(answer, cases[i].slug);
        assert_true(str_eq(json_get_str(answer->json, "field"), str_from(cases[i].field)));
    }
    assert_problem(site_send(site, HTTP_POST, API "/agents", NULL), "field-missing");
    struct site_ask plain = { .method = HTTP_POST,
                              .path = API "/agents",
                              .body = "{\"name\":\"a\"}",
                              .headers = "Content-Type: text/plain",
                              .is_local = true };
    assert_problem(site_ask(site, plain), "content-type");
    plain.headers = "Content-Type: Application/JSON; charset=utf-8";
    assert_int_equal(site_ask(site, plain)->status, 201);
    char name[LIMIT_NAME_BYTES + 2] = { 0 };
    memset(name, 'n', sizeof name - 1);
    struct site_answer *answer = site_send(site, HTTP_POST, API "/agents", site_fmt(site, "{\"name\":\"%s\"}", name));
    assert_problem(answer, "value-too-long");
    assert_true(str_find(json_get_str(answer->json, "detail"), STR("120 characters"), 0) != SIZE_MAX);
}

/* ---- agents -------------------------------------------------------------------------------------------------------------------------------- */

static void agents_are_made_changed_and_deleted(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_send(site, HTTP_POST, API "/agents",
                                         "{\"name\":\" Support \",\"instructions\":\"Be brief.\",\"engine\":\"builtin\"}");
    const char *path = site_fmt(site, API "/agents/%s", site_text(site, made, "id"));
    assert_int_equal(made->status, 201);
    assert_str(json_get_str(made->json, "name"), "Support");
    assert_int_equal(json_get_int(made->json, "version", 0), 1);
    struct site_answer *changed = site_send(site, HTTP_PATCH, path, "{\"name\":\"Sales\",\"version\":1}");
    assert_int_equal(changed->status, 200);
    assert_int_equal(json_get_int(changed->json, "version", 0), 2);
    assert_str(json_get_str(changed->json, "instructions"), "Be brief.");
    struct site_answer *late = site_send(site, HTTP_PATCH, path, "{\"name\":\"Late\",\"version\":1}");
    assert_problem(late, "conflict-version");
    assert_true(str_find(json_get_str(late->json, "title"), STR("agent"), 0) != SIZE_MAX);
    changed = site_send(site, HTTP_PATCH, path, "{\"instructions\":\"\"}");
    assert_str(json_get_str(changed->json, "instructions"), "");
    assert_str(json_get_str(site_get(site, path)->json, "name"), "Sales");
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_problem(site_get(site, path), "not-found");
    assert_problem(site_send(site, HTTP_DELETE, path, NULL), "not-found");
}

/* ---- operating it ---------------------------------------------------------------------------------------------------------------------------- */

static void operators_are_told_how_it_is(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_GET, .path = "/livez" };
    assert_str(site_ask(site, ask)->body, "ok\n");
    ask.path = "/version";
    assert_str(json_get_str(site_ask(site, ask)->json, "version"), "1.2.3");
    ask.path = "/readyz";
    struct site_answer *ready = site_ask(site, ask);
    assert_int_equal(ready->status, 200);
    assert_null(json_get(ready->json, "checks"));
    ask.path = "/readyz?verbose";
    const struct json *checks = json_get(site_ask(site, ask)->json, "checks");
    assert_true(json_get_bool(json_get(checks, "database"), "ok", false));
    assert_true(str_ends(json_get_str(json_get(checks, "disk"), "detail"), STR("MiB free")));
    assert_true(json_get_bool(json_get(checks, "queue"), "ok", false));
}

static void a_stopping_server_takes_nothing_new(void **state)
{
    struct site *site = *state;
    web_set_stopping(site->web);
    assert_problem(site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = "/readyz" }), "server-stopping");
    assert_problem(site_send(site, HTTP_POST, API "/agents", "{\"name\":\"a\"}"), "server-stopping");
    assert_int_equal(site_get(site, API "/agents")->status, 200);
    assert_int_equal(site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = "/livez" })->status, 200);
}

static void every_request_has_a_line_and_a_trace(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_GET,
                            .path = API "/conversations?agent=secret-query",
                            .headers = "X-Request-Id: my-trace-0001",
                            .is_local = true };
    struct site_answer *answer = site_ask(site, ask);
    assert_str(site_header(answer, "X-Request-Id"), "my-trace-0001");
    struct str log = buf_view(&site->log);
    assert_true(str_find(log, STR("request method=GET route=/api/v1/conversations status=200 ms="), 0) != SIZE_MAX);
    assert_true(str_find(log, STR("trace=my-trace-0001 actor=mem_"), 0) != SIZE_MAX);
    assert_true(str_find(log, STR("secret-query"), 0) == SIZE_MAX);
    ask.headers = "X-Request-Id: not fit\" for a log";
    struct str own = site_header(site_ask(site, ask), "X-Request-Id");
    assert_int_equal(own.len, 32);
    assert_false(str_eq(own, site_header(site_ask(site, ask), "X-Request-Id")));
}

static void the_first_start_makes_one_workspace(void **state)
{
    struct site *site = *state;
    struct err err;
    bool created = true;
    assert_int_equal(web_bootstrap(site->store, &created, &err), OK);
    assert_false(created);
    assert_int_equal(json_count(json_get(site_get(site, API "/members")->json, "items")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_description_names_every_route, site_up, site_down),
        cmocka_unit_test_setup_teardown(operation_ids_are_unique, site_up, site_down),
        cmocka_unit_test_setup_teardown(bodies_that_are_refused, site_up, site_down),
        cmocka_unit_test_setup_teardown(agents_are_made_changed_and_deleted, site_up, site_down),
        cmocka_unit_test_setup_teardown(operators_are_told_how_it_is, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_stopping_server_takes_nothing_new, site_up, site_down),
        cmocka_unit_test_setup_teardown(every_request_has_a_line_and_a_trace, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_first_start_makes_one_workspace, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
