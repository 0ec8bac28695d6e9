/* The client when nobody is there, nobody answers, or the answer is wrong: the kind of the fault, and whether anything was sent. */
#include "unit/net/calling.h"

#include "base/limits.h"

/* ---- nobody there, or nobody answering -------------------------------------------------------------------------------------------- */

static void a_closed_port_gets_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    char url[64];
    fixture_init(&f);
    close(bare_listen(url));
    call_url(&o, &f, url, HTTP_POST, 0);
    finish(&o);
    assert_fault(&o, NET_CONNECT, true);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void a_name_that_does_not_exist(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    call_url(&o, &f, "http://nobody.invalid/", HTTP_POST, 3000); /* RFC 6761 section 6.4 */
    finish(&o);
    assert_fault(&o, NET_DNS, true);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void tls_that_fails_has_sent_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    char url[64], tls_url[128];
    fixture_init(&f);
    snprintf(tls_url, sizeof tls_url, "https%s", f.url + strlen("http"));
    call_url(&o, &f, tls_url, HTTP_POST, 0); /* the server speaks plain HTTP */
    finish(&o);
    assert_fault(&o, NET_TLS, true);
    outcome_clear(&o);

    int listener = bare_listen(url); /* connects, and then never says a word */
    snprintf(tls_url, sizeof tls_url, "https%s", url + strlen("http"));
    call_url(&o, &f, tls_url, HTTP_POST, 150);
    finish(&o);
    assert_fault(&o, NET_CONNECT, true);
    outcome_clear(&o);
    close(listener);
    fixture_clear(&f);
}

static void only_http_urls_are_called(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    static const char *const urls[] = { "file:///etc/hostname", "ftp://127.0.0.1/", "http://user:password@127.0.0.1/",
                                        "http://127.0.0.1:1/a b", "http://127.0.0.1:1/a\r\nX: y" };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        call_url(&o, &f, urls[i], HTTP_GET, 0);
        finish(&o);
        assert_fault(&o, NET_PROTOCOL, true);
        outcome_clear(&o);
    }
    fixture_clear(&f);
}

static void a_server_that_is_silent_is_timed_out(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    char url[64];
    struct buf in;
    buf_init(&in, 64 * 1024);
    fixture_init(&f);
    int listener = bare_listen(url);
    call_url(&o, &f, url, HTTP_GET, 150);
    int fd = bare_accept(f.loop, listener);
    wire_until_contains(f.loop, fd, &in, STR("\r\n\r\n"));
    finish(&o);
    assert_fault(&o, NET_TIMEOUT, false);
    outcome_clear(&o);
    close(fd);

    call_url(&o, &f, url, HTTP_GET, 150);
    fd = bare_accept(f.loop, listener);
    wire_send(f.loop, fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")); /* and stalls */
    finish(&o);
    assert_fault(&o, NET_TIMEOUT, false);
    assert_int_equal(o.body.len, 0);
    outcome_clear(&o);
    close(fd);
    close(listener);
    buf_clear(&in);
    fixture_clear(&f);
}

static void connections_that_end_early(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    static const char *const paths[] = { "/reset", "/drop", "/truncate" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        get(&o, &f, paths[i]);
        assert_fault(&o, NET_RESET, false);
        assert_int_equal(o.status, 0);
        outcome_clear(&o);
    }
    fixture_clear(&f);
}

static const struct str no_body = { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38 };

/* Two calls over one connection; the second one's connection dies without an answer after the request was read. Returns whether the client
 * called again by itself. */
static bool is_repeated(struct fixture *f, enum http_method method, struct outcome *o)
{
    char url[64];
    struct buf in;
    buf_init(&in, 64 * 1024);
    int listener = bare_listen(url);
    call_url(o, f, url, HTTP_GET, 0);
    int fd = bare_accept(f->loop, listener);
    wire_until_contains(f->loop, fd, &in, STR("\r\n\r\n"));
    wire_send(f->loop, fd, no_body);
    finish(o);
    assert_fault(o, NET_OK, false);
    outcome_clear(o);

    buf_reset(&in);
    call_url(o, f, url, method, 0);
    wire_until_contains(f->loop, fd, &in, STR("\r\n\r\n"));
    close(fd);
    bool repeated = bare_is_called(f->loop, listener);
    close(listener);
    finish(o);
    buf_clear(&in);
    return repeated;
}

static void what_may_have_arrived_is_not_sent_again(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    static const enum http_method writes[] = { HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        assert_false(is_repeated(&f, writes[i], &o));
        assert_fault(&o, NET_RESET, false);
        outcome_clear(&o);
    }
    assert_true(is_repeated(&f, HTTP_GET, &o)); /* safe to repeat, and what makes the test able to fail */
    outcome_clear(&o);
    fixture_clear(&f);
}

/* ---- answers that are wrong --------------------------------------------------------------------------------------------------- */

static void answered_by(struct fixture *f, struct outcome *o, struct str bytes)
{
    char url[64];
    int listener = bare_listen(url);
    call_url(o, f, url, HTTP_GET, 2000);
    int fd = bare_accept(f->loop, listener);
    wire_send(f->loop, fd, bytes);
    close(fd);
    close(listener);
    finish(o);
}

static void interim_heads_and_trailers_are_not_the_answer(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    answered_by(&f, &o,
                STR("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Real:  2 \r\nTransfer-Encoding: "
                    "chunked\r\n\r\n2\r\nhi\r\n"
                    "0\r\nX-Late: 3\r\n\r\n"));
    assert_fault(&o, NET_OK, false);
    assert_int_equal(o.status, 200);
    assert_str(buf_view(&o.body), "hi");
    assert_str(buf_view(&o.headers), "X-Real=2;Transfer-Encoding=chunked;");
    outcome_clear(&o);
    fixture_clear(&f);
}

static void what_is_not_http(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    answered_by(&f, &o, STR("SSH-2.0-OpenSSH_9.2\r\n"));
    assert_fault(&o, NET_PROTOCOL, false);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void too_many_headers(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    for (int extra = 0; extra < 2; extra++) {
        struct buf answer;
        buf_init(&answer, 64 * 1024);
        buf_lit(&answer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
        for (int i = 1; i < LIMIT_ANSWER_HEADERS + extra; i++) buf_fmt(&answer, "X-%d: y\r\n", i);
        buf_lit(&answer, "\r\n");
        answered_by(&f, &o, buf_view(&answer));
        assert_fault(&o, extra ? NET_TOO_LARGE : NET_OK, false);
        outcome_clear(&o);
        buf_clear(&answer);
    }
    fixture_clear(&f);
}

static void headers_that_cannot_be_sent(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    fixture_init(&f);
    static const struct http_header wrong[] = {
        { { "X", 1 }, { "a\r\nY: b", 7 } }, { { "X", 1 }, { "a\nb", 3 } }, { { "X", 1 }, { "a\0b", 3 } },
        { { "X\r\nY", 4 }, { "a", 1 } },    { { "X: y", 4 }, { "a", 1 } }, { { "", 0 }, { "a", 1 } },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct http_client_request request = request_to(&arena, f.url, "/echo");
        request.headers = &wrong[i];
        request.header_count = 1;
        start(&o, &f, &request, false);
        finish(&o);
        assert_fault(&o, NET_PROTOCOL, true);
        outcome_clear(&o);
    }
    arena_clear(&arena);
    fixture_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_port_gets_nothing),
        cmocka_unit_test(a_name_that_does_not_exist),
        cmocka_unit_test(tls_that_fails_has_sent_nothing),
        cmocka_unit_test(only_http_urls_are_called),
        cmocka_unit_test(a_server_that_is_silent_is_timed_out),
        cmocka_unit_test(connections_that_end_early),
        cmocka_unit_test(what_may_have_arrived_is_not_sent_again),
        cmocka_unit_test(interim_heads_and_trailers_are_not_the_answer),
        cmocka_unit_test(what_is_not_http),
        cmocka_unit_test(too_many_headers),
        cmocka_unit_test(headers_that_cannot_be_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
