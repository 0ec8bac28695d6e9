/* Whose page is it: the headers in all combinations, alone and at the door of the server. */
#include "unit/web/site.h"

#include "web/csrf.h"

static const char *const sites[] = { NULL, "same-origin", "none", "same-site", "cross-site" };
static const char *const origins[] = {
    NULL, "http://console.test:8080", "https://console.test:8080", "http://evil.test", "http://console.test", "null"
};

/* Sec-Fetch-Site decides where it is there; then Origin; else nobody knows. */
static enum csrf expected(size_t site, size_t origin)
{
    if (site > 0) return site <= 2 ? CSRF_OWN : CSRF_FOREIGN;
    return origin == 0 ? CSRF_UNSAID : origin <= 2 ? CSRF_OWN : CSRF_FOREIGN;
}

static void the_headers_decide_in_order(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sites / sizeof *sites; s++) {
        for (size_t o = 0; o < sizeof origins / sizeof *origins; o++) {
            struct http_header headers[3] = { { STR("Host"), STR("console.test:8080") } };
            struct http_request request = { .method = HTTP_POST, .headers = headers, .header_count = 1 };
            if (sites[s] != NULL)
                headers[request.header_count++] = (struct http_header){ STR("Sec-Fetch-Site"), str_from(sites[s]) };
            if (origins[o] != NULL) headers[request.header_count++] = (struct http_header){ STR("Origin"), str_from(origins[o]) };
            assert_int_equal(csrf_origin(&request, STR_NONE), expected(s, o));
        }
    }
}

static void behind_a_proxy_the_public_address_is_ours(void **state)
{
    (void)state;
    struct http_header headers[] = { { STR("Host"), STR("10.0.0.5:8080") }, { STR("Origin"), STR("https://support.acme.com") } };
    struct http_request request = { .method = HTTP_POST, .headers = headers, .header_count = 2 };
    assert_int_equal(csrf_origin(&request, STR("https://support.acme.com")), CSRF_OWN);
    assert_int_equal(csrf_origin(&request, STR("https://support.acme.com.evil.test")), CSRF_FOREIGN);
    assert_int_equal(csrf_origin(&request, STR_NONE), CSRF_FOREIGN);
    assert_int_equal(csrf_origin(&request, STR("https://support.acme.com/console/x")), CSRF_OWN);
    assert_int_equal(csrf_origin(&request, STR("mailto:support.acme.com")), CSRF_FOREIGN);
}

/* What each way of being somebody makes of the browser's word, over the port. */
static void a_cookie_needs_the_browsers_word(void **state)
{
    struct site *site = *state;
    const char *cookie = site_cookie(site, site_use_link(site, site_link(site)));
    const char *key = site_key(site, "owner");
    const char *own_origin = site_fmt(site, "Origin: %.*s", STR_ARG(site->url));
    const struct {
        const char *who, *says;
        bool passes;
    } cases[] = {
        { cookie, "Sec-Fetch-Site: same-origin", true },
        { cookie, "Sec-Fetch-Site: none", true },
        { cookie, own_origin, true },
        { cookie, "X-Nothing: said", false },
        { cookie, "Sec-Fetch-Site: cross-site", false },
        { cookie, "Sec-Fetch-Site: same-site", false },
        { cookie, "Origin: http://evil.test", false },
        { cookie, "Origin: null", false },
        { key, "X-Nothing: said", true },
        { key, "Sec-Fetch-Site: cross-site", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site_answer *answer =
            site_ask(site, (struct site_ask){ .method = HTTP_POST,
                                              .path = API "/agents",
                                              .body = "{\"name\":\"A\"}",
                                              .headers = site_fmt(site, "%s\n%s", cases[i].who, cases[i].says) });
        if (cases[i].passes)
            assert_int_equal(answer->status, 201);
        else
            assert_problem(answer, "csrf-refused");
    }
    /* Reading changes nothing. */
    struct site_ask reading = { .method = HTTP_GET,
                                .path = API "/agents",
                                .headers = site_fmt(site, "%s\nSec-Fetch-Site: cross-site", cookie) };
    assert_int_equal(json_count(json_get(site_ask(site, reading)->json, "items")), 5);
}

static void nobody_is_signed_in_from_elsewhere(void **state)
{
    struct site *site = *state;
    struct site_ask ask = { .method = HTTP_POST,
                            .path = API "/session/link",
                            .body = site_fmt(site, "{\"token\":\"%s\"}", site_link(site)) };
    ask.headers = "Sec-Fetch-Site: cross-site";
    assert_problem(site_ask(site, ask), "csrf-refused");
    ask.headers = "Origin: http://evil.test";
    assert_problem(site_ask(site, ask), "csrf-refused");
    ask.headers = "Content-Type: text/plain"; /* what a form could send */
    assert_problem(site_ask(site, ask), "content-type");
    ask.headers = NULL;
    assert_int_equal(site_ask(site, ask)->status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_headers_decide_in_order),
        cmocka_unit_test(behind_a_proxy_the_public_address_is_ours),
        cmocka_unit_test_setup_teardown(a_cookie_needs_the_browsers_word, site_up, site_down),
        cmocka_unit_test_setup_teardown(nobody_is_signed_in_from_elsewhere, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
