/* Behind a proxy: whose word about the client counts, in the functions and at the door of the server. */
#include "unit/web/site.h"

#include "web/forwarded.h"

static struct str address_for(const char *trusted, const char *peer, const char *list)
{
    struct ranges ranges;
    struct http_header header = { STR("X-Forwarded-For"), str_from(list) };
    struct http_request request = { .headers = &header, .header_count = list != NULL, .peer = { .address = str_from(peer) } };
    assert_int_equal(ranges_parse(str_from(trusted), &ranges, NULL), OK);
    return forwarded_address(&request, &ranges);
}

static void the_client_is_the_first_that_is_not_trusted_from_the_end(void **state)
{
    static const struct {
        const char *trusted, *peer, *list, *client;
    } rows[] = {
        { "", "10.0.0.1", "203.0.113.9", "10.0.0.1" }, /* nobody is trusted */
        { "10.0.0.1", "10.0.0.2", "203.0.113.9", "10.0.0.2" },
        { "10.0.0.1", "10.0.0.1", NULL, "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "203.0.113.9", "203.0.113.9" },
        { "10.0.0.1", "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9" }, /* the first one is the client's own invention */
        { "10.0.0.0/8", "10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9" },
        { "10.0.0.0/8", "10.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8" },
        { "10.0.0.1", "10.0.0.1", "203.0.113.9, what?", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", ",,", "10.0.0.1" },
        { "::1", "::1", "2001:db8::5", "2001:db8::5" },
        { "10.0.0.1", "unix", "203.0.113.9", "unix" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str found = address_for(rows[i].trusted, rows[i].peer, rows[i].list);
        if (!str_eq(found, str_from(rows[i].client))) fail_msg("row %zu: %.*s", i, STR_ARG(found));
    }
}

static void an_unencrypted_page_says_so_itself(void **state)
{
    static const struct {
        const char *origin;
        bool is_exposed;
    } rows[] = {
        { "http://192.168.1.5:8080", true },   { "http://support.acme.com", true }, { "http://localhost.evil.test", true },
        { "https://support.acme.com", false }, { "http://127.0.0.1:8080", false },  { "http://localhost:8080", false },
        { "http://[::1]:8080", false },        { "http://localhost", false },       { "null", false }
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_header header = { STR("Origin"), str_from(rows[i].origin) };
        struct http_request request = { .headers = &header, .header_count = 1 };
        if (forwarded_is_exposed(&request) != rows[i].is_exposed) fail_msg("%s", rows[i].origin);
    }
}

static struct site_answer *sign_in(struct site *site, const char *headers)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_POST,
                                             .path = API "/session",
                                             .headers = headers,
                                             .body = "{\"email\":\"a@example.com\",\"password\":\"not this one\"}" });
}

/* Tries of one client do not shut out another behind the same proxy, and no client gets rid of its tries by inventing addresses. */
static void tries_are_counted_for_the_client(void **state)
{
    struct ranges proxies;
    assert_int_equal(ranges_parse(STR("127.0.0.1"), &proxies, NULL), OK);
    struct site *site = site_open_behind(STR_NONE, &proxies);
    (void)state;
    for (int i = 0; i < THROTTLE_FREE; i++) {
        const char *headers = site_fmt(site, "X-Forwarded-For: 1.1.1.%d, 203.0.113.9", i);
        struct site_ask ask = { .method = HTTP_POST, .path = API "/session", .headers = headers };
        ask.body = site_fmt(site, "{\"email\":\"m%d@example.com\",\"password\":\"not this one\"}", i);
        assert_problem(site_ask(site, ask), "sign-in-failed");
    }
    assert_problem(sign_in(site, "X-Forwarded-For: 203.0.113.9"), "rate-limited-here");
    assert_problem(sign_in(site, "X-Forwarded-For: 203.0.113.10"), "sign-in-failed");
    site_close(site);
}

/* Without trusted_proxies the header is anybody's: the tries are the peer's. */
static void nobody_is_believed_by_default(void **state)
{
    struct site *site = *state;
    for (int i = 0; i < THROTTLE_FREE; i++) {
        struct site_ask ask = { .method = HTTP_POST, .path = API "/session" };
        ask.headers = site_fmt(site, "X-Forwarded-For: 203.0.113.%d", i);
        ask.body = site_fmt(site, "{\"email\":\"m%d@example.com\",\"password\":\"not this one\"}", i);
        assert_problem(site_ask(site, ask), "sign-in-failed");
    }
    assert_problem(sign_in(site, "X-Forwarded-For: 203.0.113.200"), "rate-limited-here");
}

static const char *cookie_by_link(struct site *site, const char *headers)
{
    struct site_ask ask = { .method = HTTP_POST, .path = API "/session/link", .headers = headers };
    ask.body = site_fmt(site, "{\"token\":\"%s\"}", site_link(site));
    return site_cookie(site, site_ask(site, ask));
}

static void a_trusted_proxy_says_how_it_was_reached(void **state)
{
    struct ranges proxies;
    assert_int_equal(ranges_parse(STR("127.0.0.1"), &proxies, NULL), OK);
    struct site *site = site_open_behind(STR_NONE, &proxies);
    (void)state;
    const char *secure = cookie_by_link(site, "X-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.9");
    assert_non_null(strstr(secure, "__Host-chatcrafter_session="));
    assert_null(strstr(cookie_by_link(site, "X-Forwarded-Proto: http\nX-Forwarded-For: 203.0.113.9"), "__Host-"));
    struct site_ask ask = { .method = HTTP_GET, .path = API "/session" };
    ask.headers = site_fmt(site, "%s\nX-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.9", secure);
    assert_int_equal(site_ask(site, ask)->status, 200);
    ask.headers = site_fmt(site, "Cookie: chatcrafter_session=%s\nX-Forwarded-Proto: https\nX-Forwarded-For: 203.0.113.9",
                           strchr(secure, '=') + 1);
    assert_problem(site_ask(site, ask), "sign-in-needed"); /* a neighbour of the domain can set the bare name */
    ask = (struct site_ask){ .method = HTTP_GET, .path = "/agents" };
    ask.headers = "Accept: text/html\nX-Forwarded-Proto: https";
    assert_str(site_header(site_ask(site, ask), "Strict-Transport-Security"), "max-age=31536000");
    site_close(site);
}

static void nobody_signs_in_over_an_open_network(void **state)
{
    struct site *plain = *state, *site = site_open_at(STR("https://support.acme.com"));
    const char *origin = "Origin: http://192.168.1.5:8080\nHost: 192.168.1.5:8080";
    struct site_answer *answer = sign_in(plain, origin);
    assert_problem(answer, "opened-unencrypted");
    answer = sign_in(site, "Origin: http://support.acme.com");
    assert_problem(answer, "opened-elsewhere");
    assert_true(str_find(json_get_str(answer->json, "detail"), STR("https://support.acme.com"), 0) != SIZE_MAX);
    assert_problem(sign_in(site, "Origin: https://support.acme.com"), "sign-in-failed");
    site_close(site);
    log_set_sink(site_log, plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_is_the_first_that_is_not_trusted_from_the_end),
        cmocka_unit_test(an_unencrypted_page_says_so_itself),
        cmocka_unit_test(tries_are_counted_for_the_client),
        cmocka_unit_test_setup_teardown(nobody_is_believed_by_default, site_up, site_down),
        cmocka_unit_test(a_trusted_proxy_says_how_it_was_reached),
        cmocka_unit_test_setup_teardown(nobody_signs_in_over_an_open_network, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
