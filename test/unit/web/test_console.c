/* The console's files and pages: headers, 304, gzip, the theme, and what is not there. */
#include "unit/web/site.h"

#include "web/assets.h"

static struct site_answer *get(struct site *site, const char *path, const char *headers)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = path, .headers = headers, .is_local = true });
}

static const struct asset *asset_named(const char *path)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(assets[i].path, path) == 0) return &assets[i];
    fail_msg("the console has no %s", path);
    return NULL;
}

static void assert_page_headers(const struct site_answer *answer)
{
    assert_str(
        site_header(answer, "Content-Security-Policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    assert_str(site_header(answer, "X-Content-Type-Options"), "nosniff");
    assert_str(site_header(answer, "Referrer-Policy"), "no-referrer");
    assert_str(site_header(answer, "Cross-Origin-Opener-Policy"), "same-origin");
    assert_str(site_header(answer, "Cross-Origin-Resource-Policy"), "same-origin");
    assert_true(site_header(answer, "Permissions-Policy").len > 0);
    assert_str(site_header(answer, "Cache-Control"), "no-cache");
}

static void every_file_is_served_as_it_is(void **state)
{
    struct site *site = *state;
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *asset = &assets[i];
        if (strcmp(asset->path, "/index.html") == 0) continue;
        struct site_answer *answer = get(site, asset->path, NULL);
        assert_int_equal(answer->status, 200);
        assert_true(str_eq(answer->type, str_from(asset->type)));
        assert_true(str_eq(site_header(answer, "ETag"), str_from(asset->etag)));
        assert_int_equal(answer->body.len, asset->size);
        assert_memory_equal(answer->body.ptr, asset->bytes, asset->size);
        assert_page_headers(answer);
    }
}

static void a_known_file_is_not_sent_again(void **state)
{
    struct site *site = *state;
    const struct asset *asset = asset_named("/assets/console.js");
    const char *const known[] = { "If-None-Match: %s", "If-None-Match: W/%s", "If-None-Match: \"other\", %s" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct str parts = str_from(known[i]), before;
        assert_true(str_split(&parts, '%', &before));
        struct site_answer *answer = get(site, asset->path, site_fmt(site, "%.*s%s", STR_ARG(before), asset->etag));
        assert_int_equal(answer->status, 304);
        assert_int_equal(answer->body.len, 0);
        assert_true(str_eq(site_header(answer, "ETag"), str_from(asset->etag)));
        assert_int_equal(site_header(answer, "Content-Encoding").len, 0);
    }
    assert_int_equal(get(site, asset->path, "If-None-Match: *")->status, 304);
    assert_int_equal(get(site, asset->path, "If-None-Match: \"other\"")->status, 200);
}

static void files_are_packed_for_those_who_can_unpack(void **state)
{
    struct site *site = *state;
    const struct asset *asset = asset_named("/assets/console.js");
    const struct {
        const char *accepts;
        bool packs;
    } cases[] = {
        { "Accept-Encoding: gzip", true },      { "Accept-Encoding: br, GZIP;q=0.5, deflate", true },
        { "Accept-Encoding: gzip;q=0", false }, { "Accept-Encoding: gzip; q=0.0", false },
        { "Accept-Encoding: br", false },       { "X-Nothing: said", false },
    };
    assert_non_null(asset->gzip);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site_answer *answer = get(site, asset->path, cases[i].accepts);
        assert_true(str_eq(site_header(answer, "Content-Encoding"), cases[i].packs ? STR("gzip") : STR_NONE));
        assert_int_equal(answer->body.len, cases[i].packs ? asset->gzip_size : asset->size);
        assert_str(site_header(answer, "Vary"), "Accept-Encoding");
    }
    /* Unpacked by a client it is the same file. */
    struct site_answer *unpacked = site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = asset->path });
    assert_int_equal(unpacked->body.len, asset->size);
    assert_memory_equal(unpacked->body.ptr, asset->bytes, asset->size);
}

static void every_path_of_the_console_gets_its_page(void **state)
{
    struct site *site = *state;
    const char *const paths[] = { "/", "/sign-in", "/agents", "/agents/agt_x/chatlab", "/index.html", "/nothing/of/the/kind" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct site_answer *answer = get(site, paths[i], "Accept: text/html,application/xhtml+xml");
        assert_int_equal(answer->status, 200);
        assert_str(answer->type, "text/html; charset=utf-8");
        assert_str(site_header(answer, "Vary"), "Cookie");
        assert_true(str_find(answer->body, STR("<html lang=\"en\" data-theme=\"auto\">"), 0) != SIZE_MAX);
        assert_page_headers(answer);
    }
}

static void the_theme_stands_in_the_page(void **state)
{
    struct site *site = *state;
    const struct {
        const char *cookie, *theme;
    } cases[] = {
        { "theme=dark", "data-theme=\"dark\"" },  { "a=b; theme=light; c=d", "data-theme=\"light\"" },
        { "theme=auto", "data-theme=\"auto\"" },  { "theme=\"><script>", "data-theme=\"auto\"" },
        { "xtheme=dark", "data-theme=\"auto\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site_answer *answer = get(site, "/", site_fmt(site, "Accept: text/html\nCookie: %s", cases[i].cookie));
        assert_true(str_find(answer->body, str_from(cases[i].theme), 0) != SIZE_MAX);
        assert_true(str_ends(str_trim(answer->body), STR("</html>")));
    }
}

static void what_is_not_there(void **state)
{
    struct site *site = *state;
    const char *html = "Accept: text/html";
    assert_problem(get(site, "/assets/nothing.js", html), "not-found");
    assert_problem(get(site, "/api/v2/agents", html), "not-found");
    assert_problem(get(site, "/agents", NULL), "not-found"); /* no browser asks like this */
    assert_problem(site_send(site, HTTP_POST, "/", "{}"), "not-found");
    struct site_answer *head = site_ask(site, (struct site_ask){ .method = HTTP_HEAD, .path = "/sign-in", .headers = html });
    assert_int_equal(head->status, 200);
    assert_int_equal(head->body.len, 0);
}

static void a_problem_can_be_opened(void **state)
{
    struct site *site = *state;
    struct site_answer *json = get(site, "/problems/subdomain-format", NULL);
    assert_str(json_get_str(json->json, "code"), "subdomain-format");
    assert_int_equal(json_get_int(json->json, "status", 0), 422);
    struct site_answer *page = get(site, "/problems/subdomain-format", "Accept: text/html");
    assert_str(page->type, "text/html; charset=utf-8");
    assert_true(str_find(page->body, str_from(site_text(site, json, "detail")), 0) != SIZE_MAX);
    assert_true(site_header(page, "Content-Security-Policy").len > 0);
    assert_problem(get(site, "/problems/none", NULL), "not-found");
    struct site_answer *list = get(site, "/problems", NULL);
    assert_int_equal(json_count(json_get(list->json, "items")), PROBLEM_COUNT - 1);
    for (size_t i = 0; i < json_count(json_get(list->json, "items")); i++) {
        struct str code = json_get_str(json_at(json_get(list->json, "items"), i), "code");
        assert_int_equal(get(site, site_fmt(site, "/problems/%.*s", STR_ARG(code)), "Accept: text/html")->status, 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_file_is_served_as_it_is, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_known_file_is_not_sent_again, site_up, site_down),
        cmocka_unit_test_setup_teardown(files_are_packed_for_those_who_can_unpack, site_up, site_down),
        cmocka_unit_test_setup_teardown(every_path_of_the_console_gets_its_page, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_theme_stands_in_the_page, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_is_not_there, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_problem_can_be_opened, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
