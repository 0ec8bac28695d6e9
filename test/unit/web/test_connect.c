/* Connecting to Zendesk: what is typed, what the test finds, what is stored, and that no secret ever comes back. */
#include "unit/web/bodies.h"

#define OAUTH                                                                                                                    \
    "{\"provider\":\"zendesk\",\"auth\":\"oauth_client\",\"subdomain\":\"acme\",\"client_id\":\"chatcrafter\",\"client_"         \
    "secret\":\"" SITE_SECRET "\"}"

static const char *token_body(struct site *site, const char *subdomain, const char *email, const char *token)
{
    return site_fmt(
        site, "{\"provider\":\"zendesk\",\"auth\":\"api_token\",\"subdomain\":\"%s\",\"email\":\"%s\",\"api_token\":\"%s\"}",
        subdomain, email, token);
}

static void assert_field(const struct site_answer *answer, const char *slug, const char *field)
{
    assert_problem(answer, slug);
    assert_true(str_eq(json_get_str(answer->json, "field"), str_from(field)));
}

static void what_passes_the_test_is_stored_and_shown(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_connect(site, site_agent(site), SITE_CREDENTIALS);
    assert_int_equal(made->status, 201);
    assert_str(json_get_str(made->json, "status"), "connected");
    assert_true(json_get_bool(made->json, "practice", false));
    const struct json *agent = json_at(json_get(site_get(site, API "/agents")->json, "items"), 0);
    assert_true(json_get_bool(json_at(json_get(agent, "integrations"), 0), "practice", false));
    assert_str(json_get_str(made->json, "identifier"), SITE_EMAIL);
    assert_int_equal(json_count(json_get(made->json, "checks")), 10);
    assert_int_equal(json_count(json_get(made->json, "warnings")), 0);
    assert_str(json_get_str(json_get(made->json, "account"), "subdomain"), "acme");
    assert_str(json_get_str(json_get(made->json, "signed_in_as"), "role"), "admin");
    assert_int_equal(json_get_int(json_get(made->json, "signed_in_as"), "id", 0), 33144647570963);
    const struct json *secret = json_get(made->json, "secret"), *notice = json_at(json_get(made->json, "notices"), 0);
    assert_true(json_get_bool(secret, "set", false));
    assert_str(json_get_str(secret, "last4"), "pLm4");
    assert_str(json_get_str(notice, "code"), "token-retirement");
    assert_true(str_find(json_get_str(notice, "title"), STR("on 30 April 2027"), 0) != SIZE_MAX);
    struct site_answer *shown = site_get(site, site_fmt(site, API "/integrations/%s", site_text(site, made, "id")));
    assert_int_equal(shown->status, 200);
    const struct json *action = json_at(json_get(shown->json, "actions"), 0);
    assert_true(json_get_bool(action, "enabled", false) && json_get_bool(action, "permitted", false));
}

static void both_spellings_of_the_subdomain_work_and_an_address_is_refused(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    struct site_answer *answer =
        site_connect(site, agent, token_body(site, "https://acme.zendesk.com/agent", SITE_EMAIL, SITE_TOKEN));
    assert_field(answer, "subdomain-format", "subdomain");
    assert_str(json_get_str(answer->json, "suggestion"), "acme");
    assert_str(json_get_str(json_at(json_get(answer->json, "actions"), 0), "label"), "Use acme");
    assert_int_equal(site_connect(site, agent, token_body(site, " ACME.zendesk.com ", SITE_EMAIL, SITE_TOKEN))->status, 201);
    assert_problem(site_connect(site, agent, SITE_CREDENTIALS), "integration-exists");
}

static void what_is_typed_is_checked_before_anything_is_sent(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    assert_field(site_connect(site, agent, token_body(site, "acme", "Ann <ops@acme.com>", SITE_TOKEN)), "zendesk-email-mismatch",
                 "email");
    assert_field(site_connect(site, agent, token_body(site, "acme", SITE_EMAIL, "")), "field-missing", "api_token");
    assert_field(site_connect(site, agent, token_body(site, "acme", SITE_EMAIL, "Pl\\u0007anted")), "secret-format", "api_token");
    assert_field(site_connect(site, agent, token_body(site, "", SITE_EMAIL, SITE_TOKEN)), "field-missing", "subdomain");
    assert_field(site_connect(site, agent, "{\"provider\":\"zendesk\",\"auth\":\"password\",\"subdomain\":\"acme\"}"),
                 "field-choice", "auth");
    assert_field(site_connect(site, agent,
                              "{\"provider\":\"zendesk\",\"auth\":\"api_token\",\"subdomain\":\"acme\",\"host\":\"evil.test\"}"),
                 "field-unknown", "host");
    assert_field(site_connect(site, agent,
                              "{\"provider\":\"zendesk\",\"auth\":\"oauth_client\",\"subdomain\":\"acme\",\"client_id\":\"x\"}"),
                 "field-missing", "client_secret");
    struct site_answer *list = site_get(site, site_fmt(site, API "/agents/%s/integrations", agent));
    assert_int_equal(json_count(json_get(list->json, "items")), 0);
}

static void a_failed_test_stores_nothing_and_shows_its_steps(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    struct site_answer *answer = site_connect(site, agent, token_body(site, "acme", SITE_EMAIL, "AnotherToken00000000"));
    assert_problem(answer, "zendesk-credentials-rejected");
    assert_str(json_get_str(answer->json, "step"), "sign_in");
    assert_int_equal(json_count(json_get(answer->json, "checks")), 10);
    answer = site_connect(site, agent, token_body(site, "stopped", SITE_EMAIL, SITE_TOKEN));
    assert_problem(answer, "net-unreachable");
    site->zendesk_is_down = true;
    assert_problem(site_connect(site, agent, SITE_CREDENTIALS), "zendesk-unavailable");
    struct site_answer *list = site_get(site, site_fmt(site, API "/agents/%s/integrations", agent));
    assert_int_equal(json_count(json_get(list->json, "items")), 0);
    assert_problem(site_connect(site, "agt_01k9zq3v5n8xj4t2m7c6p0bdre", SITE_CREDENTIALS), "not-found");
}

static const struct json *warning_named(const struct site_answer *answer, const char *code)
{
    const struct json *warnings = json_get(answer->json, "warnings");
    for (size_t i = 0; i < json_count(warnings); i++)
        if (str_eq(json_get_str(json_at(warnings, i), "code"), str_from(code))) return json_at(warnings, i);
    return NULL;
}

static void blanks_in_a_token_are_removed_and_said(void **state)
{
    struct site *site = *state;
    struct site_answer *one = site_connect(site, site_agent(site), token_body(site, "acme", SITE_EMAIL, SITE_TOKEN " "));
    assert_str(json_get_str(warning_named(one, "secret-trimmed"), "title"), "We removed a blank");
    assert_str(json_get_str(warning_named(one, "secret-trimmed"), "field"), "api_token");
    struct site_answer *two = site_connect(site, site_agent(site), token_body(site, "acme", SITE_EMAIL, " " SITE_TOKEN "\\n"));
    assert_int_equal(two->status, 201);
    assert_str(json_get_str(warning_named(two, "secret-trimmed"), "title"), "We removed 2 blanks");
    const struct json *shared = warning_named(two, "token-shared"); /* the same token serves the first agent */
    assert_non_null(shared);
    assert_true(str_find(json_get_str(shared, "title"), STR("Support"), 0) != SIZE_MAX);
}

/* The events of a stream by name, in order, joined by spaces; and the data of the last. */
static struct str event_names(struct site *site, const struct site_answer *answer, struct str *last_data)
{
    struct str rest = answer->body, line, event = STR("event: "), data = STR("data: "), names = STR_NONE;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, event))
            names = arena_fmt(&site->arena, "%.*s %.*s", STR_ARG(names), STR_ARG(str_slice(line, event.len, line.len)));
        if (str_starts(line, data)) *last_data = str_slice(line, data.len, line.len);
    }
    return names;
}

static void steps_come_as_events_and_then_the_same_answer(void **state)
{
    struct site *site = *state;
    struct str data;
    struct site_ask ask = { .method = HTTP_POST, .headers = "Accept: text/event-stream", .is_local = true };
    ask.path = site_fmt(site, API "/agents/%s/integrations", site_agent(site));
    ask.body = token_body(site, "acme", SITE_EMAIL, "AnotherToken00000000");
    struct site_answer *refused = site_ask(site, ask);
    assert_int_equal(refused->status, 200);
    assert_str(refused->type, "text/event-stream");
    assert_true(str_ends(event_names(site, refused, &data), STR("check result")));
    struct json *result = json_parse(data, NULL);
    assert_int_equal(json_get_int(result, "status", 0), 422);
    assert_str(json_get_str(json_get(result, "body"), "code"), "zendesk-credentials-rejected");
    json_free(result);
    ask.body = SITE_CREDENTIALS;
    struct site_answer *made = site_ask(site, ask);
    assert_str(event_names(site, made, &data), " check check check check check check check check check check result");
    result = json_parse(data, NULL);
    assert_int_equal(json_get_int(result, "status", 0), 201);
    assert_true(shapes_fit(&site->shapes, site->shapes.schemas[SHAPE_CONNECTED], json_get(result, "body")));
    json_free(result);
    ask.body = "{\"provider\":\"zendesk\"}"; /* nothing ran: a plain refusal */
    assert_problem(site_ask(site, ask), "field-missing");
}

static void an_oauth_client_connects_too(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    struct site_answer *made = site_connect(site, agent, OAUTH);
    assert_int_equal(made->status, 201);
    assert_str(json_get_str(made->json, "auth"), "oauth_client");
    assert_str(json_get_str(made->json, "identifier"), "chatcrafter");
    assert_int_equal(json_count(json_get(made->json, "notices")), 0);
}

static void new_credentials_are_tested_before_the_old_ones_go(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_connect(site, site_agent(site), SITE_CREDENTIALS);
    const char *path = site_fmt(site, API "/integrations/%s/credentials", site_text(site, made, "id"));
    assert_problem(site_send(site, HTTP_POST, path, token_body(site, "acme", SITE_EMAIL, "AnotherToken00000000")),
                   "zendesk-credentials-rejected");
    const char *id = site_fmt(site, API "/integrations/%s", site_text(site, made, "id"));
    assert_str(json_get_str(json_get(site_get(site, id)->json, "secret"), "last4"), "pLm4");
    struct site_answer *replaced = site_send(site, HTTP_POST, path, OAUTH);
    assert_int_equal(replaced->status, 200);
    assert_str(json_get_str(json_get(replaced->json, "secret"), "last4"), "vNb1");
    assert_true(str_eq(json_get_str(replaced->json, "id"), json_get_str(made->json, "id")));
}

static void a_connection_is_tested_switched_and_taken_away(void **state)
{
    struct site *site = *state;
    struct site_answer *made = site_connect(site, site_agent(site), SITE_CREDENTIALS);
    const char *path = site_fmt(site, API "/integrations/%s", site_text(site, made, "id"));
    struct site_answer *test = site_send(site, HTTP_POST, site_fmt(site, "%s/tests", path), NULL);
    assert_int_equal(test->status, 201);
    assert_str(json_get_str(test->json, "result"), "passed");
    site->zendesk_refuses = true;
    test = site_send(site, HTTP_POST, site_fmt(site, "%s/tests", path), "{}");
    assert_str(json_get_str(test->json, "result"), "failed");
    assert_str(json_get_str(json_get(site_get(site, path)->json, "problem"), "code"), "zendesk-token-revoked");
    assert_int_equal(json_count(json_get(site_get(site, site_fmt(site, "%s/tests", path))->json, "items")), 3);
    site->zendesk_refuses = false;
    const char *act = site_fmt(site, API "/agents/%s/actions/get_ticket", site_text(site, made, "agent"));
    (void)site_send(site, HTTP_POST, act, "{\"arguments\":{\"ticket_id\":35436}}");
    struct site_answer *calls = site_get(site, site_fmt(site, "%s/calls", path));
    size_t of_actions = 0; /* beside those of the connection tests */
    for (size_t i = 0; i < json_count(json_get(calls->json, "items")); i++)
        of_actions += json_get_str(json_at(json_get(calls->json, "items"), i), "action").len > 0;
    assert_int_equal(of_actions, 1);
    assert_str(json_get_str(json_at(json_get(calls->json, "items"), 0), "method"), "GET");

    struct site_answer *changed = site_send(
        site, HTTP_PATCH, path, "{\"actions\":{\"create_ticket\":{\"enabled\":false},\"get_ticket\":{\"confirm\":\"always\"}}}");
    assert_int_equal(changed->status, 200);
    assert_false(json_get_bool(json_at(json_get(changed->json, "actions"), 0), "enabled", true));
    assert_str(json_get_str(json_at(json_get(changed->json, "actions"), 1), "confirm"), "always");
    assert_problem(site_send(site, HTTP_PATCH, path, "{\"actions\":{\"close_ticket\":{}}}"), "action-unknown");
    assert_problem(site_send(site, HTTP_PATCH, path, "{\"actions\":{\"get_ticket\":true}}"), "field-type");
    assert_problem(site_send(site, HTTP_PATCH, path, "{\"actions\":{\"get_ticket\":{\"enabled\":\"yes\"}}}"), "field-type");

    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_problem(site_get(site, path), "not-found");
    assert_problem(site_send(site, HTTP_DELETE, path, NULL), "not-found");
}

static void the_page_that_connects_knows_dates_and_links(void **state)
{
    struct site *site = *state;
    struct site_answer *answer = site_get(site, API "/zendesk");
    assert_str(json_get_str(json_get(answer->json, "token_dates"), "end"), "2027-04-30T00:00:00.000Z");
    assert_str(json_get_str(json_get(answer->json, "links"), "api_tokens"),
               "https://{sub}.zendesk.com/admin/apps-integrations/apis/api-tokens");
}

/* ---- the secret is nowhere ------------------------------------------------------------------------------------------------------------ */

static void assert_no_secret(struct str text, const char *where)
{
    static const char *const secrets[] = { SITE_TOKEN, SITE_SECRET };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct buf coded;
        buf_init(&coded, 1024);
        buf_base64(&coded, secrets[i], strlen(secrets[i]));
        bool is_there = str_find(text, str_from(secrets[i]), 0) != SIZE_MAX || str_find(text, buf_view(&coded), 0) != SIZE_MAX;
        buf_reset(&coded);
        buf_hex(&coded, secrets[i], strlen(secrets[i]));
        is_there = is_there || str_find(text, buf_view(&coded), 0) != SIZE_MAX;
        buf_clear(&coded);
        if (is_there) fail_msg("a planted secret in %s", where);
    }
}

static void assert_no_secret_in_file(struct site *site, const char *name)
{
    const char *path = site_fmt(site, "%s/%s", site->folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return;
    struct buf content;
    char part[65536];
    size_t got;
    buf_init(&content, 256 * 1024 * 1024);
    while ((got = fread(part, 1, sizeof part, file)) > 0) buf_bytes(&content, part, got);
    assert_int_equal(fclose(file), 0);
    assert_true(buf_ok(&content));
    assert_no_secret(buf_view(&content), name);
    buf_clear(&content);
}

static void no_secret_comes_back_from_anywhere(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site);
    struct site_answer *made = site_connect(site, agent, SITE_CREDENTIALS);
    const char *integration = site_text(site, made, "id");
    const char *credentials = site_fmt(site, API "/integrations/%s/credentials", integration);
    (void)site_connect(site, site_agent(site),
                       token_body(site, "acme", "other@acme.com", SITE_TOKEN)); /* refused, and not kept either */
    assert_int_equal(site_send(site, HTTP_POST, credentials, OAUTH)->status, 200);
    assert_int_equal(site_send(site, HTTP_POST, site_fmt(site, API "/integrations/%s/tests", integration), "{}")->status, 201);
    const char *conversation = site_conversation(site, agent, "{\"channel\":\"chatlab\"}");
    (void)site_say(site, conversation, "Create a test ticket");
    (void)site_say(site, conversation, "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com");
    struct site_answer *yes = site_say(site, conversation, "yes");
    struct str action = json_get_str(json_at(json_get(yes->json, "actions"), 0), "id");
    const char *provider =
        site_fmt(site, "{\"name\":\"P\",\"protocol\":\"openai_chat\",\"model\":\"m\",\"key\":\"%s\"}", SITE_TOKEN);
    made = site_send(site, HTTP_POST, API "/providers", provider);
    assert_int_equal(made->status, 201);
    const struct world world = { .agent = agent,
                                 .integration = integration,
                                 .conversation = conversation,
                                 .action = arena_cstr(&site->arena, action),
                                 .provider = site_text(site, made, "id") };
    assert_int_equal(site_send(site, HTTP_PUT, API "/webhook", "{\"url\":\"https://hooks.example.com/\"}")->status, 200);
    for (size_t i = 0; i < route_count; i++) {
        if (routes[i].method != HTTP_GET) continue;
        struct site_answer *answer = site_get(site, world_path(site, &world, routes[i].pattern));
        if (answer->status != 200) fail_msg("%s: %d", routes[i].pattern, answer->status);
    }
    for (struct site_answer *answer = site->answers; answer != NULL; answer = answer->next)
        assert_no_secret(answer->body, "an answer");
    assert_true(site->log.len > 0 && buf_ok(&site->log));
    assert_no_secret(buf_view(&site->log), "the log");
    assert_no_secret_in_file(site, "c.db");
    assert_no_secret_in_file(site, "c.db-wal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_passes_the_test_is_stored_and_shown, site_up, site_down),
        cmocka_unit_test_setup_teardown(both_spellings_of_the_subdomain_work_and_an_address_is_refused, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_is_typed_is_checked_before_anything_is_sent, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_failed_test_stores_nothing_and_shows_its_steps, site_up, site_down),
        cmocka_unit_test_setup_teardown(blanks_in_a_token_are_removed_and_said, site_up, site_down),
        cmocka_unit_test_setup_teardown(steps_come_as_events_and_then_the_same_answer, site_up, site_down),
        cmocka_unit_test_setup_teardown(an_oauth_client_connects_too, site_up, site_down),
        cmocka_unit_test_setup_teardown(new_credentials_are_tested_before_the_old_ones_go, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_connection_is_tested_switched_and_taken_away, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_page_that_connects_knows_dates_and_links, site_up, site_down),
        cmocka_unit_test_setup_teardown(no_secret_comes_back_from_anywhere, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
