/* The catalogue: every row follows the copy rules, with all facts and with none; what is stored comes back. */
#include "unit/unit.h"

#include "model/deeplink.h"
#include "model/problem.h"

/* What placeholders may stand in. */
static const struct templates {
    const char *title, *detail, *links;
} templates[PROBLEM_COUNT] = {
#define PROBLEM(id, slug, status, severity, field, title, detail, links) [PROBLEM_##id] = { title, detail, links },
#include "model/problems.def"
#undef PROBLEM
};

static struct problem_facts full_facts(void)
{
    return (struct problem_facts){
        .subdomain = STR("acme"),
        .email = STR("ops@acme.com"),
        .suggestion = STR("acme-group"),
        .value = STR("acme-group.zendesk.com"),
        .limit = STR("150 characters"),
        .what = STR("subject"),
        .when = STR("3 October 2026, 09:41 UTC"),
        .number = 14,
    };
}

static bool holds(struct str text, const char *word)
{
    return str_find_nocase(text, str_from(word), 0) != SIZE_MAX;
}

static size_t sentences(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '.' && (i + 1 == text.len || text.ptr[i + 1] == ' ')) count++;
    return count;
}

static void assert_copy_rules(struct str text, const char *slug)
{
    static const char *const banned[] = { "please", "oops", "invalid", "error occurred",   "something went wrong", "!",
                                          "{",      "}",    "  ",      "your credentials", "you entered",          "sorry" };
    for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
        if (holds(text, banned[i])) fail_msg("%s says \"%s\": %.*s", slug, banned[i], STR_ARG(text));
    if (text.len == 0) fail_msg("%s says nothing", slug);
    if (text.ptr[0] >= 'a' && text.ptr[0] <= 'z' && !str_starts(text, STR("ops@")) && !str_starts(text, STR("acme")) &&
        !str_starts(text, STR("subject")) && !str_starts(text, STR("your-subdomain")))
        fail_msg("%s starts in lower case: %.*s", slug, STR_ARG(text));
}

static void assert_href(struct str href, const char *slug)
{
    bool is_act = str_starts(href, STR("#")) && href.len > 1;
    bool is_zendesk = str_starts(href, STR("https://acme.zendesk.com/a")) || str_eq(href, STR("https://status.zendesk.com"));
    bool is_page = str_eq(href, STR("/account")); /* of the console */
    if (!is_act && !is_page && !is_zendesk) fail_msg("%s links to %.*s", slug, STR_ARG(href));
}

/* Renders the row and gives the parsed object back. */
static struct json *rendered(const struct problem *problem, struct arena *arena)
{
    struct buf out;
    struct jw json;
    buf_init(&out, 65536);
    jw_init(&json, &out);
    problem_render(problem, STR("0af7651916cd43dd8448eb211c80319c"), arena, &json);
    struct json *parsed = json_parse(buf_view(&out), NULL);
    assert_non_null(parsed);
    buf_clear(&out);
    return parsed;
}

static void check_row(enum problem_id id, struct problem_facts facts, bool has_facts)
{
    struct arena arena;
    const struct problem problem = { .id = id, .facts = facts };
    const char *slug = problem_slug(id);
    arena_init(&arena);
    struct str title = problem_title(&problem, &arena), detail = problem_detail(&problem, &arena);
    assert_copy_rules(title, slug);
    assert_copy_rules(detail, slug);
    if (sentences(detail) < 1 || sentences(detail) > 2)
        fail_msg("%s has %zu sentences: %.*s", slug, sentences(detail), STR_ARG(detail));
    if (str_ends(title, STR("."))) fail_msg("%s: a title ends without a full stop", slug);
    struct json *object = rendered(&problem, &arena);
    const struct json *actions = json_get(object, "actions");
    for (size_t i = 0; i < json_count(actions); i++) {
        assert_copy_rules(json_get_str(json_at(actions, i), "label"), slug);
        if (has_facts) assert_href(json_get_str(json_at(actions, i), "href"), slug);
    }
    if (has_facts && templates[id].links[0] != '\0') assert_true(json_count(actions) > 0);
    assert_true(str_eq(json_get_str(object, "code"), str_from(slug)));
    assert_int_equal(json_get_int(object, "status", 0), problem_http_status(id));
    json_free(object);
    arena_clear(&arena);
}

static void every_row_follows_the_copy_rules(void **state)
{
    (void)state;
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) {
        check_row((enum problem_id)id, full_facts(), true);
        check_row((enum problem_id)id, (struct problem_facts){ 0 }, false);
    }
}

static void words_for_a_case_follow_the_copy_rules(void **state)
{
    static const struct problem cases[] = {
#define PROBLEM_WORDS(name, of, title, detail, links) { .id = PROBLEM_##name, .words = of },
#include "model/problem_cases.def"
#undef PROBLEM_WORDS
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct problem problem = cases[i], plain = { .id = problem.id };
        arena_init(&arena);
        problem.facts = plain.facts = full_facts();
        struct str detail = problem_detail(&problem, &arena);
        assert_copy_rules(problem_title(&problem, &arena), problem_slug(problem.id));
        assert_copy_rules(detail, problem_slug(problem.id));
        assert_int_equal(sentences(detail), 2);
        assert_false(str_eq(detail, problem_detail(&plain, &arena)));
        struct buf out;
        struct jw json;
        struct problem loaded;
        buf_init(&out, 65536);
        jw_init(&json, &out);
        problem_store(&problem, &json);
        struct json *stored = json_parse(buf_view(&out), NULL);
        assert_int_equal(problem_load(stored, &arena, &loaded), OK);
        assert_int_equal(loaded.words, problem.words);
        json_free(stored);
        buf_clear(&out);
        arena_clear(&arena);
    }
}

static void every_placeholder_is_known(void **state)
{
    static const char *const known[] = { "{sub}", "{mail}", "{value}", "{suggestion}", "{limit}", "{what}", "{when}", "{n}" };
    (void)state;
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) {
        const char *const texts[] = { templates[id].title, templates[id].detail, templates[id].links };
        for (size_t t = 0; t < 3; t++) {
            struct str text = str_from(texts[t]);
            for (size_t open = str_find(text, STR("{"), 0); open != SIZE_MAX; open = str_find(text, STR("{"), open + 1)) {
                size_t close = str_find(text, STR("}"), open), k = 0;
                assert_true(close != SIZE_MAX);
                while (k < 8 && !str_eq(str_slice(text, open, close + 1), str_from(known[k]))) k++;
                if (k == 8) fail_msg("%s: %s", problem_slug((enum problem_id)id), texts[t]);
            }
        }
    }
}

static void slugs_are_unique_and_found(void **state)
{
    (void)state;
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) {
        struct str slug = str_from(problem_slug((enum problem_id)id));
        assert_true(slug.len > 2);
        assert_int_equal(problem_find(slug), id);
        assert_in_range(problem_http_status((enum problem_id)id), 400, 599);
    }
    assert_int_equal(problem_find(STR("")), PROBLEM_NONE);
    assert_int_equal(problem_find(STR("no-such-problem")), PROBLEM_NONE);
}

static void a_sentence_is_filled_in(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    struct problem problem = { .id = PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN, .facts.subdomain = STR("acmee") };
    assert_str(problem_title(&problem, &arena), "There is no Zendesk account at acmee.zendesk.com");
    problem = (struct problem){ .id = PROBLEM_ZENDESK_USER_SUSPENDED };
    assert_str(problem_title(&problem, &arena), "The team member is suspended in Zendesk");
    problem = (struct problem){ .id = PROBLEM_ZENDESK_RATE_LIMITED, .facts.number = 27 };
    assert_str(problem_detail(&problem, &arena), "Calls resume by themselves in 27 s. Nothing is lost.");
    arena_clear(&arena);
}

static void a_fact_from_a_stranger_stays_one_short_line(void **state)
{
    struct arena arena;
    char text[300];
    (void)state;
    arena_init(&arena);
    memset(text, 'a', sizeof text);
    memcpy(text, "one\ntwo\r\x01{mail}", 15);
    const struct problem problem = { .id = PROBLEM_ZENDESK_RECORD_INVALID,
                                     .facts = { .value = { text, sizeof text }, .email = STR("x@y.z") } };
    struct str title = problem_title(&problem, &arena);
    assert_true(holds(title, "one two  {mail}aaa"));
    assert_true(str_ends(title, STR("...")));
    assert_true(title.len < 260);
    arena_clear(&arena);
}

static void a_link_without_its_fact_is_left_out(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    struct problem problem = { .id = PROBLEM_SUBDOMAIN_FORMAT, .facts.value = STR("a b") };
    struct json *object = rendered(&problem, &arena);
    assert_int_equal(json_count(json_get(object, "actions")), 0);
    assert_int_equal(json_type(json_get(object, "suggestion")), JSON_NONE);
    json_free(object);
    problem.facts.suggestion = STR("acme");
    object = rendered(&problem, &arena);
    const struct json *link = json_at(json_get(object, "actions"), 0);
    assert_str(json_get_str(link, "label"), "Use acme");
    assert_str(json_get_str(link, "href"), "#use-suggestion");
    assert_str(json_get_str(object, "suggestion"), "acme");
    assert_str(json_get_str(object, "field"), "subdomain");
    assert_str(json_get_str(object, "type"), "/problems/subdomain-format");
    assert_str(json_get_str(object, "trace_id"), "0af7651916cd43dd8448eb211c80319c");
    json_free(object);
    arena_clear(&arena);
}

static void what_is_stored_comes_back(void **state)
{
    struct arena arena;
    struct buf out;
    struct jw json;
    struct problem loaded;
    (void)state;
    arena_init(&arena);
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) {
        const struct problem problem = { .id = (enum problem_id)id,
                                         .facts = full_facts(),
                                         .field = STR("tags"),
                                         .step = STR("role"),
                                         .evidence = STR("HTTP 422 \"x\" \u00e4"),
                                         .retry_after_s = 27 };
        buf_init(&out, 65536);
        jw_init(&json, &out);
        problem_store(&problem, &json);
        struct json *stored = json_parse(buf_view(&out), NULL);
        assert_int_equal(problem_load(stored, &arena, &loaded), OK);
        json_free(stored);
        buf_clear(&out);
        assert_int_equal(loaded.id, id);
        assert_true(str_eq(problem_title(&problem, &arena), problem_title(&loaded, &arena)));
        assert_true(str_eq(problem_detail(&problem, &arena), problem_detail(&loaded, &arena)));
        assert_str(loaded.field, "tags");
        assert_str(loaded.step, "role");
        assert_true(str_eq(loaded.evidence, problem.evidence));
        assert_int_equal(loaded.retry_after_s, 27);
        assert_int_equal(loaded.facts.number, 14);
    }
    struct json *foreign = json_parse(STR("{\"code\":\"never-heard-of\"}"), NULL);
    assert_int_equal(problem_load(foreign, &arena, &loaded), E_CORRUPT);
    assert_int_equal(problem_load(NULL, &arena, &loaded), E_CORRUPT);
    json_free(foreign);
    arena_clear(&arena);
}

static void deep_links_name_the_account_and_the_record(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    assert_str(deeplink(STR("api_tokens"), STR("acme"), 0, &arena),
               "https://acme.zendesk.com/admin/apps-integrations/apis/api-tokens");
    assert_str(deeplink(STR("person"), STR("acme"), 33144647570963, &arena),
               "https://acme.zendesk.com/agent/users/33144647570963");
    assert_str(deeplink(STR("person"), STR("acme"), 0, &arena), "https://acme.zendesk.com/admin");
    assert_str(deeplink(STR("ip_restrictions"), STR("acme"), 7, &arena), "https://acme.zendesk.com/admin");
    assert_str(deeplink(STR("status"), STR_NONE, 0, &arena), "https://status.zendesk.com");
    assert_str(deeplink(STR("roles"), STR_NONE, 0, &arena), "");
    assert_str(deeplink(STR("nowhere"), STR("acme"), 0, &arena), "");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_follows_the_copy_rules),
        cmocka_unit_test(words_for_a_case_follow_the_copy_rules),
        cmocka_unit_test(every_placeholder_is_known),
        cmocka_unit_test(slugs_are_unique_and_found),
        cmocka_unit_test(a_sentence_is_filled_in),
        cmocka_unit_test(a_fact_from_a_stranger_stays_one_short_line),
        cmocka_unit_test(a_link_without_its_fact_is_left_out),
        cmocka_unit_test(what_is_stored_comes_back),
        cmocka_unit_test(deep_links_name_the_account_and_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
