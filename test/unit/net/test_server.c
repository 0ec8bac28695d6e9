/* The server's connections: listening, time-outs, caps, answers, clients that go. What it makes of request bytes is in test_requests.c. */
#include "unit/net/serving.h"

#include <sys/stat.h>

#include "base/counter.h"
#include "net/peers.h"

/* ---- listening -------------------------------------------------------------------------------------------------------------- */

static void addresses_that_cannot_be_listened_on(void **state)
{
    (void)state;
    fixture_open(f, 0);
    struct err err;
    static const char *const wrong[] = { "",          "8080",     ":8080",           "localhost:8080", "127.0.0.1", "127.0.0.1:",
                                         "[::1:8080", "1.2.3:80", "127.0.0.1:65536", "127.0.0.1:-1",   "[::1]x:80" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(http_server_listen(f.server, str_from(wrong[i]), &err), E_INPUT);
    assert_int_equal(http_server_listen(f.server, http_server_address(f.server), &err), E_CONFLICT);
    assert_non_null(strstr(err.detail, "another program"));
    assert_int_equal(http_server_listen(f.server, STR("192.0.2.1:0"), &err), E_INPUT); /* RFC 5737: nobody's */
    fixture_close(&f);
}

static void two_addresses_at_once(void **state)
{
    (void)state;
    fixture_open(f, 0);
    struct err err;
    assert_true(str_starts(http_server_address(f.server), STR("127.0.0.1:")));
    enum status status = http_server_listen(f.server, STR("[::1]:0"), &err);
    if (status != OK) print_message("no IPv6 here: %s\n", err.detail);
    assert_true(str_starts(http_server_address(f.server), STR("127.0.0.1:"))); /* the first one */
    int fd = ask(&f, get);
    assert_str(http_exchange_request(f.exchange)->peer.address, "127.0.0.1");
    assert_false(http_exchange_request(f.exchange)->peer.is_trusted_local);
    reply(f.exchange, STR("x"));
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n\r\nx"));
    close(fd);
    fixture_close(&f);
}

static void unix_socket(void **state)
{
    (void)state;
    fixture_open(f, 0);
    struct err err;
    char directory[] = "/tmp/chatcrafter-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/s", directory);
    assert_int_equal(http_server_listen_unix(f.server, path, &err), OK);
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(http_server_listen_unix(f.server, path, &err), E_CONFLICT); /* it is alive */

    int fd = wire_connect_unix(path);
    wire_send(f.loop, fd, get);
    wire_until(f.loop, f.requests == 1);
    assert_str(http_exchange_request(f.exchange)->peer.address, "unix");
    assert_true(http_exchange_request(f.exchange)->peer.is_trusted_local);
    reply(f.exchange, STR("x"));
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n\r\nx"));
    close(fd);
    fixture_close(&f);
    assert_int_not_equal(stat(path, &found), 0); /* removed at the end */
    assert_int_equal(rmdir(directory), 0);
}

static void a_stale_socket_is_replaced_and_nothing_else(void **state)
{
    (void)state;
    fixture_open(f, 0);
    struct err err;
    char directory[] = "/tmp/chatcrafter-test-XXXXXX", path[64], other[64], name[200];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/s", directory);
    snprintf(other, sizeof other, "%s/file", directory);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, path, strlen(path));
    int stale = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(stale, (struct sockaddr *)&address, sizeof address), 0);
    close(stale); /* the file stays, as after a kill */
    assert_int_equal(http_server_listen_unix(f.server, path, &err), OK);

    FILE *file = fopen(other, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(http_server_listen_unix(f.server, other, &err), E_CONFLICT);
    assert_int_equal(access(other, F_OK), 0);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(http_server_listen_unix(f.server, name, &err), E_INPUT);
    fixture_close(&f);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(rmdir(directory), 0);
}

/* ---- time-outs and caps ------------------------------------------------------------------------------------------------------- */

static void slow_requests_are_timed_out(void **state)
{
    (void)state;
    const struct str beginnings[] = { STR("G"), STR("GET / HTTP/1.1\r\nHost: a\r\n"),
                                      STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf") };
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        fixture_open(f, .read_ms = 60, .idle_ms = 60 * 1000);
        int fd = wire_connect(f.server);
        wire_send(f.loop, fd, beginnings[i]);
        int64_t begin = wire_now_ms();
        wire_until_closed(f.loop, fd, &f.in);
        assert_in_range(wire_now_ms() - begin, 40, 3000);
        assert_true(str_starts(buf_view(&f.in), STR("HTTP/1.1 408 ")));
        assert_int_equal(f.requests, 0);
        close(fd);
        fixture_close(&f);
    }
}

/* A byte now and then does not extend the time. */
static void drips_do_not_help(void **state)
{
    (void)state;
    fixture_open(f, .read_ms = 100, .idle_ms = 60 * 1000);
    int fd = wire_connect(f.server);
    int64_t begin = wire_now_ms();
    while (wire_receive(f.loop, fd, &f.in)) {
        wire_send(f.loop, fd, STR("x"));
        for (int i = 0; i < 5; i++) loop_step(f.loop, 5);
        if (wire_now_ms() - begin > 3000) fail_msg("still open");
    }
    assert_true(str_starts(buf_view(&f.in), STR("HTTP/1.1 408 ")));
    close(fd);
    fixture_close(&f);
}

static void idle_connections_are_closed_silently(void **state)
{
    (void)state;
    fixture_open(f, .idle_ms = 50);
    int fresh = wire_connect(f.server);
    wire_until_closed(f.loop, fresh, &f.in);
    assert_int_equal(f.in.len, 0);
    int used = ask(&f, get);
    reply(f.exchange, STR("x"));
    wire_until_closed(f.loop, used, &f.in);
    assert_true(str_ends(buf_view(&f.in), STR("\r\n\r\nx")));
    close(fresh);
    close(used);
    fixture_close(&f);
}

static void a_handler_may_take_longer_than_any_timeout(void **state)
{
    (void)state;
    fixture_open(f, .idle_ms = 30, .read_ms = 30);
    int fd = ask(&f, get);
    for (int i = 0; i < 20; i++) loop_step(f.loop, 5);
    reply(f.exchange, STR("at last"));
    wire_until_contains(f.loop, fd, &f.in, STR("at last"));
    close(fd);
    fixture_close(&f);
}

static void the_caps_answer_503(void **state)
{
    (void)state;
    struct http_server_options caps[] = { { .connections = 3 }, { .connections_per_peer = 3 } };
    for (int i = 0; i < 2; i++) {
        fixture_open(f, .connections = caps[i].connections, .connections_per_peer = caps[i].connections_per_peer);
        int fds[3];
        for (int k = 0; k < 3; k++) fds[k] = wire_connect(f.server);
        int64_t refused = counter_get(COUNTER_HTTP_REFUSED), errors = counter_get(COUNTER_HTTP_5XX);
        int over = wire_connect(f.server);
        wire_until_closed(f.loop, over, &f.in);
        assert_true(str_starts(buf_view(&f.in), STR("HTTP/1.1 503 ")));
        assert_int_equal(counter_get(COUNTER_HTTP_REFUSED), refused + 1);
        assert_int_equal(counter_get(COUNTER_HTTP_5XX), errors + 1);
        close(over);
        close(fds[0]);
        for (int k = 0; k < 10; k++) loop_step(f.loop, 1);
        int again = ask(&f, get); /* there is room again */
        reply(f.exchange, STR("x"));
        close(again);
        for (int k = 1; k < 3; k++) close(fds[k]);
        fixture_close(&f);
    }
}

/* Whoever is refused again and again does not take the others' places while the refusals linger. */
static void many_refused_are_closed_without_a_word(void **state)
{
    (void)state;
    enum { TRIES = 40 };
    fixture_open(f, .connections_per_peer = 1);
    int fds[TRIES], silent = 0;
    for (int i = 0; i < TRIES; i++) fds[i] = wire_connect(f.server);
    for (int i = 0; i < TRIES; i++) loop_step(f.loop, 1);
    for (int i = 1; i < TRIES; i++) {
        buf_reset(&f.in);
        wire_until_closed(f.loop, fds[i], &f.in);
        silent += f.in.len == 0;
        close(fds[i]);
    }
    assert_in_range(silent, TRIES - 10, TRIES - 2);
    close(fds[0]);
    fixture_close(&f);
}

static void peers_are_counted_by_network(void **state)
{
    (void)state;
    struct peers *peers = peers_open();
    struct sockaddr_in6 one = { .sin6_family = AF_INET6 }, two = one, far = one, mapped = one;
    struct sockaddr_in four = { .sin_family = AF_INET };
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::1", &one.sin6_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::ffff:2", &two.sin6_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8:0:1::1", &far.sin6_addr), 1);
    assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.1", &mapped.sin6_addr), 1);
    assert_int_equal(inet_pton(AF_INET, "192.0.2.1", &four.sin_addr), 1);
    const struct sockaddr *addresses[] = { (struct sockaddr *)&one, (struct sockaddr *)&two, (struct sockaddr *)&far,
                                           (struct sockaddr *)&mapped, (struct sockaddr *)&four };
    static const size_t counts[] = { 1, 2, 1, 1, 2 };
    for (int i = 0; i < 5; i++) assert_int_equal(peers_add(peers, peer_key_of(addresses[i])), counts[i]);
    for (int i = 0; i < 5; i++) peers_remove(peers, peer_key_of(addresses[i]));
    assert_int_equal(peers_add(peers, peer_key_of(addresses[0])), 1);
    peers_remove(peers, peer_key_of(addresses[0]));
    peers_close(peers);
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------- */

static void a_header_cannot_end_its_line(void **state)
{
    (void)state;
    fixture_open(f, .server_name = "test");
    int fd = ask(&f, get);
    const struct http_header headers[] = { { STR("X-Good"), STR("yes") },
                                           { STR("Location"), STR("/a\r\nSet-Cookie: forged=1") },
                                           { STR("X-Nul"), { "a\0b", 3 } } };
    struct http_answer answer = { 200, headers, 3, STR("body") };
    http_reply(f.exchange, &answer);
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n\r\nbody"));
    assert_true(str_find(buf_view(&f.in), STR("X-Good: yes\r\n"), 0) != SIZE_MAX);
    assert_true(str_find(buf_view(&f.in), STR("Server: test\r\n"), 0) != SIZE_MAX);
    assert_true(str_find(buf_view(&f.in), STR("forged"), 0) == SIZE_MAX);
    assert_true(str_find(buf_view(&f.in), STR("X-Nul"), 0) == SIZE_MAX);
    close(fd);
    fixture_close(&f);
}

static void a_large_answer_waits_for_its_reader(void **state)
{
    (void)state;
    enum { SIZE = 8 * 1024 * 1024 };
    fixture_open(f, 0);
    int fd = ask(&f, STR("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    char *body = mem_alloc(SIZE);
    for (size_t i = 0; i < SIZE; i++) body[i] = (char)('a' + i % 23);
    reply(f.exchange, (struct str){ body, SIZE });
    assert_int_equal(f.requests, 1); /* the next request waits for the whole answer */
    while (f.in.len < SIZE) assert_true(wire_receive(f.loop, fd, &f.in));
    wire_until(f.loop, f.requests == 2);
    wire_receive(f.loop, fd, &f.in);
    struct str received = buf_view(&f.in);
    size_t begin = str_find(received, STR("\r\n\r\n"), 0) + 4;
    assert_true(str_eq(str_slice(received, begin, begin + SIZE), (struct str){ body, SIZE }));
    reply(f.exchange, STR("second"));
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n\r\nsecond"));
    mem_free(body);
    close(fd);
    fixture_close(&f);
}

static void a_reader_that_stops_is_given_up(void **state)
{
    (void)state;
    enum { SIZE = 16 * 1024 * 1024 };
    fixture_open(f, .read_ms = 60, .idle_ms = 60 * 1000);
    int fd = ask(&f, get);
    char *body = mem_alloc(SIZE);
    reply(f.exchange, (struct str){ body, SIZE });
    mem_free(body);
    http_server_drain(f.server, note_drained, &f); /* done only when the connection is gone */
    wire_until(f.loop, f.drained == 1);
    close(fd);
    fixture_close(&f);
}

/* Longer than read_ms in all, but never without progress for that long. */
static void a_slow_reader_gets_it_all(void **state)
{
    (void)state;
    enum { SIZE = 12 * 1024 * 1024 };
    fixture_open(f, .read_ms = 750, .idle_ms = 60 * 1000);
    int fd = ask(&f, get);
    char *body = mem_alloc(SIZE);
    reply(f.exchange, (struct str){ body, SIZE });
    mem_free(body);
    int64_t begin = wire_now_ms(), next = begin;
    while (f.in.len < SIZE) {
        for (int64_t size = (int64_t)f.in.len; (int64_t)f.in.len < size + 512 * 1024 && f.in.len < SIZE;)
            assert_true(wire_receive(f.loop, fd, &f.in));
        for (next += 45; wire_now_ms() < next;) loop_step(f.loop, 2);
    }
    assert_true(wire_now_ms() - begin > 750);
    close(fd);
    fixture_close(&f);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = wire_connect(f.server);
    wire_send(f.loop, fd, STR("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    wire_until(f.loop, f.requests == 1);
    for (int i = 0; i < 5; i++) loop_step(f.loop, 1);
    http_exchange_on_gone(f.exchange, note_gone, &f);
    reply(f.exchange, STR("one"));
    wire_until(f.loop, f.requests == 2);
    reply(f.exchange, STR("two"));
    wire_until_closed(f.loop, fd, &f.in);
    assert_true(str_find(buf_view(&f.in), STR("\r\n\r\none"), 0) != SIZE_MAX);
    assert_true(str_ends(buf_view(&f.in), STR("\r\n\r\ntwo")));
    assert_int_equal(f.gone, 0);
    close(fd);
    fixture_close(&f);
}

static void a_gone_client_is_told_and_may_be_answered(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    http_exchange_on_gone(f.exchange, note_gone, &f);
    reset_by_client(fd);
    wire_until(f.loop, f.gone == 1);
    assert_str(http_exchange_request(f.exchange)->target, "/"); /* the request is still there */
    reply(f.exchange, STR("to nobody"));
    assert_int_equal(f.gone, 1);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_cannot_be_listened_on),
        cmocka_unit_test(two_addresses_at_once),
        cmocka_unit_test(unix_socket),
        cmocka_unit_test(a_stale_socket_is_replaced_and_nothing_else),
        cmocka_unit_test(slow_requests_are_timed_out),
        cmocka_unit_test(drips_do_not_help),
        cmocka_unit_test(idle_connections_are_closed_silently),
        cmocka_unit_test(a_handler_may_take_longer_than_any_timeout),
        cmocka_unit_test(the_caps_answer_503),
        cmocka_unit_test(many_refused_are_closed_without_a_word),
        cmocka_unit_test(peers_are_counted_by_network),
        cmocka_unit_test(a_header_cannot_end_its_line),
        cmocka_unit_test(a_large_answer_waits_for_its_reader),
        cmocka_unit_test(a_reader_that_stops_is_given_up),
        cmocka_unit_test(a_slow_reader_gets_it_all),
        cmocka_unit_test(a_half_closed_client_gets_its_answer),
        cmocka_unit_test(a_gone_client_is_told_and_may_be_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
