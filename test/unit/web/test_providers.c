/* Model providers over REST: added, shown without the key, changed, tested with a real call to a server on loopback, deleted. */
#include "unit/web/site.h"

#define KEY "sk-planted-key-4Tz81mQw"

static const char *const tool_call =
    "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":"
    "\"c1\","
    "\"type\":\"function\",\"function\":{\"name\":\"report_ready\",\"arguments\":\"{\\\"ready\\\":true}\"}}]},\"finish_reason\":"
    "\"tool_calls\"}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}";

/* A body with the address of our server, or with what is given in its place. */
static const char *body_with(struct site *site, const char *members)
{
    return site_fmt(site, "{\"name\":\"Fast\",\"protocol\":\"openai_chat\",\"model\":\"m-1\",\"base_url\":\"http://%.*s/v1\"%s}",
                    STR_ARG(http_server_address(site->zendesk)), members);
}

static struct site_answer *add(struct site *site, const char *members)
{
    return site_send(site, HTTP_POST, API "/providers", body_with(site, members));
}

static const char *path_of(struct site *site, const struct site_answer *made)
{
    return site_fmt(site, API "/providers/%s", site_text(site, made, "id"));
}

static void a_provider_is_added_and_shown_without_its_key(void **state)
{
    struct site *site = *state;
    struct site_answer *made =
        add(site, ",\"key\":\" " KEY "\\n\",\"price\":{\"input\":3,\"output\":0.25},\"headers\":{\"X-Team\":\"a\"}");
    assert_int_equal(made->status, 201);
    assert_str(json_get_str(json_get(made->json, "key"), "last4"), "1mQw");
    assert_str(json_get_str(made->json, "auth"), "bearer");
    assert_str(json_get_str(made->json, "status"), "untested");
    assert_str(json_get_str(made->json, "max_tokens_name"), "max_tokens");
    assert_str(json_get_str(json_get(made->json, "headers"), "X-Team"), "a");
    assert_true(json_number(json_get(json_get(made->json, "price"), "output"), 0) == 0.25);
    struct site_answer *shown = site_get(site, path_of(site, made)), *listed = site_get(site, API "/providers");
    assert_int_equal(shown->status, 200);
    assert_int_equal(json_count(json_get(listed->json, "items")), 1);
    assert_true(str_find(shown->body, STR("planted-key"), 0) == SIZE_MAX &&
                str_find(listed->body, STR("planted-key"), 0) == SIZE_MAX);
}

static void the_usual_address_follows_from_the_protocol(void **state)
{
    struct site *site = *state;
    static const struct {
        const char *protocol, *members, *base_url, *auth, *max_tokens_name;
    } rows[] = {
        { "openai_chat", "", "https://api.openai.com/v1", "bearer", "max_completion_tokens" },
        { "openai_responses", "", "https://api.openai.com/v1", "bearer", "max_completion_tokens" },
        { "anthropic", "", "https://api.anthropic.com", "x-api-key", "max_tokens" },
        { "ollama", "", "http://127.0.0.1:11434", "none", "max_tokens" },
        { "openai_chat", ",\"base_url\":\"https://a.openai.azure.com/openai/v1/\"", "https://a.openai.azure.com/openai/v1",
          "api-key", "max_completion_tokens" },
        { "openai_chat", ",\"base_url\":\"https://openrouter.ai/api/v1\"", "https://openrouter.ai/api/v1", "bearer",
          "max_tokens" },
        { "openai_chat", ",\"base_url\":\"https://h.example\",\"auth\":\"none\",\"max_tokens_name\":\"max_completion_tokens\"",
          "https://h.example", "none", "max_completion_tokens" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *body = site_fmt(site, "{\"name\":\"P\",\"protocol\":\"%s\",\"model\":\"m\",\"key\":\"" KEY "\"%s}",
                                    rows[i].protocol, rows[i].members);
        struct site_answer *made = site_send(site, HTTP_POST, API "/providers", body);
        assert_int_equal(made->status, 201);
        assert_string_equal(site_text(site, made, "base_url"), rows[i].base_url);
        assert_string_equal(site_text(site, made, "auth"), rows[i].auth);
        assert_string_equal(site_text(site, made, "max_tokens_name"), rows[i].max_tokens_name);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    struct site *site = *state;
    static const struct {
        const char *members, *code, *field;
    } rows[] = {
        { "", "field-missing", "key" },
        { ",\"key\":\"a\\u00e4\"", "secret-format", "key" },
        { ",\"key\":\"k\",\"headers\":{\"Authorization\":\"x\"}", "provider-header", "headers" },
        { ",\"key\":\"k\",\"headers\":{\"X-A\":7}", "provider-header", "headers" },
        { ",\"key\":\"k\",\"headers\":{\"X-A\":\"a\\r\\nX-B: b\"}", "provider-header", "headers" },
        { ",\"key\":\"k\",\"price\":{\"input\":-1,\"output\":1}", "field-range", "input" },
        { ",\"key\":\"k\",\"price\":{\"input\":1,\"output\":1000.5}", "field-range", "output" },
        { ",\"key\":\"k\",\"price\":{\"input\":\"1\",\"output\":1}", "field-type", "input" },
        { ",\"key\":\"k\",\"max_tokens\":-1", "field-range", "max_tokens" },
        { ",\"key\":\"k\",\"unknown\":1", "field-unknown", "unknown" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct site_answer *answer = add(site, rows[i].members);
        if (answer->status != 422 || strcmp(site_text(site, answer, "code"), rows[i].code) != 0 ||
            strcmp(site_text(site, answer, "field"), rows[i].field) != 0)
            fail_msg("%s: %d %.*s", rows[i].members, answer->status, STR_ARG(answer->body));
    }
    static const char *const urls[] = { "ftp://h/v1",      "https://",      "https://h/v1?x=1",  "https://u@h/v1",
                                        "https://h/../v1", "https://h//v1", "https://h/v1#x",    "https://h:99999/v1",
                                        "//h/v1",          "h/v1",          "https://h/%2e%2e/", "https://h\\\\x" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const char *body = site_fmt(
            site, "{\"name\":\"P\",\"protocol\":\"openai_chat\",\"model\":\"m\",\"key\":\"k\",\"base_url\":\"%s\"}", urls[i]);
        struct site_answer *answer = site_send(site, HTTP_POST, API "/providers", body);
        if (answer->status != 422 || strcmp(site_text(site, answer, "field"), "base_url") != 0)
            fail_msg("%s: %d", urls[i], answer->status);
    }
    assert_int_equal(json_count(json_get(site_get(site, API "/providers")->json, "items")), 0);
}

static void another_address_needs_the_key_again(void **state)
{
    struct site *site = *state;
    struct site_answer *made = add(site, ",\"key\":\"" KEY "\"");
    const char *path = path_of(site, made);
    struct site_answer *moved = site_send(site, HTTP_PATCH, path, "{\"base_url\":\"https://evil.example/v1\"}");
    assert_int_equal(moved->status, 422);
    assert_string_equal(site_text(site, moved, "code"), "provider-key-again");
    assert_int_equal(site_send(site, HTTP_PATCH, path, "{\"auth\":\"api-key\"}")->status, 422);
    struct site_answer *renamed = site_send(site, HTTP_PATCH, path, "{\"name\":\"Other\",\"model\":\"m-2\",\"max_tokens\":9}");
    assert_int_equal(renamed->status, 200);
    assert_string_equal(site_text(site, renamed, "name"), "Other");
    assert_int_equal(json_get_int(renamed->json, "version", 0), 2);
    assert_int_equal(site_send(site, HTTP_PATCH, path, "{\"name\":\"Late\",\"version\":1}")->status, 409);
    struct site_answer *replaced = site_send(
        site, HTTP_PATCH, path, "{\"base_url\":\"https://other.example/v1\",\"key\":\"another-key-5678\",\"version\":2}");
    assert_int_equal(replaced->status, 200);
    assert_str(json_get_str(json_get(replaced->json, "key"), "last4"), "5678");
    assert_string_equal(site_text(site, replaced, "model"), "m-2");
}

static struct site_answer *test_of(struct site *site, const char *path)
{
    struct site_answer *answer = site_send(site, HTTP_POST, site_fmt(site, "%s/tests", path), "{}");
    assert_int_equal(answer->status, 201);
    return answer;
}

static void a_test_is_a_real_call(void **state)
{
    struct site *site = *state;
    struct site_answer *made = add(site, ",\"key\":\"" KEY "\",\"price\":{\"input\":3,\"output\":15}");
    const char *path = path_of(site, made);
    site->model_answer = tool_call;
    struct site_answer *test = test_of(site, path);
    assert_string_equal(site_text(site, test, "result"), "passed");
    assert_true(json_get_bool(test->json, "called_tool", false));
    assert_int_equal(json_get_int(json_get(test->json, "usage"), "input_tokens", 0), 1000);
    assert_true(json_number(json_get(test->json, "cost_usd"), 0) == 0.0045);
    assert_str(site->model_key, "Bearer " KEY);
    assert_true(str_find(site->model_body, STR("\"report_ready\""), 0) != SIZE_MAX);
    assert_string_equal(site_text(site, site_get(site, path), "status"), "working");
    struct site_answer *renamed = site_send(site, HTTP_PATCH, path, "{\"name\":\"Other\"}");
    assert_string_equal(site_text(site, renamed, "status"), "working");
    struct site_answer *other = site_send(site, HTTP_PATCH, path, "{\"model\":\"never-tried\"}"); /* of which nothing is known */
    assert_string_equal(site_text(site, other, "status"), "untested");
}

/* The code of the problem within an answer. */
static void assert_code(const struct site_answer *answer, const char *code)
{
    struct str found = json_get_str(json_get(answer->json, "problem"), "code");
    if (!str_eq(found, str_from(code))) fail_msg("%.*s is not %s", STR_ARG(found), code);
}

static void what_a_test_finds_is_kept(void **state)
{
    struct site *site = *state;
    const char *path = path_of(site, add(site, ",\"key\":\"" KEY "\""));
    static const struct {
        int status;
        const char *answer, *result, *code, *kept;
    } rows[] = {
        { 401, "{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}", "failed", "provider-key-rejected", "failing" },
        { 429, "{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}", "failed", "provider-quota", "failing" },
        { 404, "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}", "failed", "provider-model-unknown", "failing" },
        { 200, "<html></html>", "failed", "provider-unreadable", "failing" },
        { 200, "data: {\"choices\":[{\"delta\":{\"content\":\"I am\"}}]}\n\n", "failed", "provider-cut-off", "failing" },
        { 200, "data: {\"choices\":[{\"delta\":{\"content\":\"I am ready\"},\"finish_reason\":\"stop\"}]}\n\n", "warning",
          "provider-no-tools", "warnings" },
        { 200,
          "data: "
          "{\"choices\":[{\"delta\":{\"content\":\"{\\\"name\\\":\\\"report_ready\\\",\\\"arguments\\\":{}}\"},\"finish_reason\":"
          "\"stop\"}]}\n\n",
          "warning", "provider-tool-parser", "warnings" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site->model_status = rows[i].status;
        site->model_answer = rows[i].answer;
        struct site_answer *test = test_of(site, path), *row = site_get(site, path);
        assert_string_equal(site_text(site, test, "result"), rows[i].result);
        assert_code(test, rows[i].code);
        assert_string_equal(site_text(site, row, "status"), rows[i].kept);
        assert_code(row, rows[i].code);
    }
    assert_int_equal(site->model_calls, 7); /* one call a test: nothing is tried again */
}

static void a_provider_is_deleted(void **state)
{
    struct site *site = *state;
    const char *path = path_of(site, add(site, ",\"key\":\"" KEY "\""));
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_int_equal(site_get(site, path)->status, 404);
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 404);
    assert_int_equal(site_send(site, HTTP_POST, site_fmt(site, "%s/tests", path), "{}")->status, 404);
    struct site_answer *trail = site_get(site, API "/audit");
    assert_true(str_find(trail->body, STR("provider.create"), 0) != SIZE_MAX &&
                str_find(trail->body, STR("provider.delete"), 0) != SIZE_MAX);
    assert_true(str_find(trail->body, STR("planted-key"), 0) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_provider_is_added_and_shown_without_its_key, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_usual_address_follows_from_the_protocol, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, site_up, site_down),
        cmocka_unit_test_setup_teardown(another_address_needs_the_key_again, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_test_is_a_real_call, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_a_test_finds_is_kept, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_provider_is_deleted, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
