/* An agent's settings: drafted, compared, published, rolled back. */
#include "unit/web/site.h"

#define PROVIDER_BODY "{\"name\":\"Local\",\"protocol\":\"ollama\",\"model\":\"m\",\"base_url\":\"%.*s\"}"

static const char *new_agent(struct site *site, const char *more)
{
    struct site_answer *made = site_send(site, HTTP_POST, API "/agents", site_fmt(site, "{\"name\":\"Support\"%s}", more));
    assert_int_equal(made->status, 201);
    return site_fmt(site, API "/agents/%s", site_text(site, made, "id"));
}

static struct site_answer *on(struct site *site, const char *agent, enum http_method method, const char *path, const char *body)
{
    const char *whole = site_fmt(site, "%s/%s", agent, path);
    return method == HTTP_GET ? site_get(site, whole) : site_send(site, method, whole, body);
}

static void a_draft_changes_nothing_until_it_is_published(void **state)
{
    struct site *site = *state;
    const char *agent = new_agent(site, ",\"instructions\":\"One\\nTwo\"");
    assert_problem(on(site, agent, HTTP_GET, "versions/draft", NULL), "no-draft");
    struct site_answer *draft = on(site, agent, HTTP_PUT, "draft",
                                   "{\"instructions\":\"One\\nThree\",\"languages\":[\"en\",\"de\"],"
                                   "\"ticket_defaults\":{\"priority\":\"high\",\"tags\":[\"web shop\"]}}");
    assert_int_equal(draft->status, 200);
    assert_int_equal(json_type(json_get(draft->json, "number")), JSON_NULL);
    draft = on(site, agent, HTTP_PUT, "draft", "{\"tone\":\"Warm\"}"); /* goes on from the draft there is */
    assert_str(json_get_str(draft->json, "instructions"), "One\nThree");
    assert_str(json_str(json_at(json_get(json_get(draft->json, "ticket_defaults"), "tags"), 0)), "web_shop");
    struct site_answer *shown = site_get(site, agent);
    assert_str(json_get_str(shown->json, "instructions"), "One\nTwo");
    assert_true(json_get_bool(shown->json, "has_draft", false));

    struct site_answer *diff = on(site, agent, HTTP_GET, "versions/draft/diff", NULL);
    assert_int_equal(json_get_int(diff->json, "from", 0), 1);
    assert_true(str_find(diff->body, STR("{\"op\":\"removed\",\"text\":\"Two\"},{\"op\":\"added\",\"text\":\"Three\"}"), 0) !=
                SIZE_MAX);
    assert_int_equal(json_count(json_get(diff->json, "changes")), 5);

    struct site_answer *published = on(site, agent, HTTP_POST, "versions", "{\"note\":\"Warmer\"}");
    assert_int_equal(published->status, 201);
    assert_int_equal(json_get_int(published->json, "number", 0), 2);
    assert_str(json_get_str(published->json, "note"), "Warmer");
    shown = site_get(site, agent);
    assert_str(json_get_str(shown->json, "tone"), "Warm");
    assert_int_equal(json_get_int(shown->json, "published", 0), 2);
    assert_false(json_get_bool(shown->json, "has_draft", true));
    assert_problem(on(site, agent, HTTP_POST, "versions", "{}"), "no-draft");
    assert_problem(on(site, agent, HTTP_DELETE, "draft", NULL), "no-draft");
}

static void rolling_back_publishes_the_old_again(void **state)
{
    struct site *site = *state;
    const char *agent = new_agent(site, ",\"tone\":\"Old\"");
    assert_int_equal(site_send(site, HTTP_PATCH, agent, "{\"tone\":\"New\",\"note\":\"At once\"}")->status, 200);
    assert_int_equal(site_send(site, HTTP_PATCH, agent, "{\"name\":\"Sales\"}")->status, 200); /* a name is no version */
    struct site_answer *back = on(site, agent, HTTP_POST, "versions/1/restore", "{}");
    assert_int_equal(back->status, 201);
    assert_int_equal(json_get_int(back->json, "number", 0), 3);
    assert_int_equal(json_get_int(back->json, "restored_from", 0), 1);
    assert_str(json_get_str(site_get(site, agent)->json, "tone"), "Old");
    struct site_answer *list = on(site, agent, HTTP_GET, "versions", NULL);
    assert_int_equal(json_count(json_get(list->json, "items")), 3);
    assert_str(json_get_str(json_at(json_get(list->json, "items"), 1), "note"), "At once");
    assert_int_equal(json_count(json_get(on(site, agent, HTTP_GET, "versions/3/diff?against=1", NULL)->json, "changes")), 0);
    assert_int_equal(json_count(json_get(on(site, agent, HTTP_GET, "versions/1/diff", NULL)->json, "changes")),
                     1); /* with nothing */
    assert_problem(on(site, agent, HTTP_GET, "versions/4", NULL), "no-version");
    assert_problem(on(site, agent, HTTP_GET, "versions/zero", NULL), "no-version");
    assert_problem(on(site, agent, HTTP_POST, "versions/9/restore", "{}"), "no-version");
    assert_problem(on(site, agent, HTTP_POST, "versions/draft/restore", "{}"), "no-version");
    struct str trail = site_get(site, API "/audit")->body;
    assert_true(str_find(trail, STR("agent.restore"), 0) != SIZE_MAX);
}

static void settings_that_cannot_be_are_refused(void **state)
{
    struct site *site = *state;
    const struct {
        const char *body, *slug, *field;
    } cases[] = {
        { "{\"engine\":\"provider\"}", "provider-missing", "provider" },
        { "{\"engine\":\"provider\",\"provider\":\"prv_nobody\"}", "provider-gone", "provider" },
        { "{\"fallbacks\":[\"prv_nobody\"]}", "provider-gone", "fallbacks" },
        { "{\"fallbacks\":[\"prv_a,prv_b\"]}", "provider-gone", "fallbacks" },
        { "{\"languages\":[\"english\"]}", "language-code", "languages" },
        { "{\"languages\":\"en\"}", "field-type", "languages" },
        { "{\"ticket_defaults\":{\"priority\":\"whatever\"}}", "field-choice", "priority" },
        { "{\"ticket_defaults\":{\"tags\":[\" \"]}}", "field-missing", "ticket_defaults" },
        { "{\"version\":7}", "conflict-version", "" },
    };
    const char *agent = new_agent(site, "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site_answer *answer = on(site, agent, HTTP_PUT, "draft", cases[i].body);
        assert_problem(answer, cases[i].slug);
        assert_true(str_eq(json_get_str(answer->json, "field"), str_from(cases[i].field)));
    }
    assert_false(json_get_bool(site_get(site, agent)->json, "has_draft", true));
}

/* A provider that only a draft names is in use as well; one that is gone cannot be published. */
static void providers_of_settings_are_kept(void **state)
{
    struct site *site = *state;
    const char *agent = new_agent(site, "");
    struct site_answer *made = site_send(site, HTTP_POST, API "/providers", site_fmt(site, PROVIDER_BODY, STR_ARG(site->url)));
    assert_int_equal(made->status, 201);
    const char *id = site_text(site, made, "id");
    const char *path = site_fmt(site, API "/providers/%s", id);
    const char *body = site_fmt(site, "{\"engine\":\"provider\",\"provider\":\"%s\",\"model\":\"big\"}", id);
    assert_int_equal(on(site, agent, HTTP_PUT, "draft", body)->status, 200);
    struct site_answer *refused = site_send(site, HTTP_DELETE, path, NULL);
    assert_problem(refused, "provider-in-use");
    assert_true(str_find(json_get_str(refused->json, "title"), STR("Support"), 0) != SIZE_MAX);
    assert_int_equal(on(site, agent, HTTP_DELETE, "draft", NULL)->status, 204);
    assert_int_equal(site_send(site, HTTP_PATCH, agent, body)->status, 200);
    assert_int_equal(site_send(site, HTTP_PATCH, agent, "{\"engine\":\"builtin\",\"provider\":\"\"}")->status, 200);
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_problem(on(site, agent, HTTP_POST, "versions/2/restore", "{}"), "provider-gone");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_up, site_down)
    const struct CMUnitTest tests[] = {
        TEST(a_draft_changes_nothing_until_it_is_published),
        TEST(rolling_back_publishes_the_old_again),
        TEST(settings_that_cannot_be_are_refused),
        TEST(providers_of_settings_are_kept),
    };
    return cmocka_run_group_tests_name("web/versions", tests, NULL, NULL);
}
