/* The server's life: listening, time-outs, caps, clients that go, streams, drain. What it makes of request bytes is in test_requests.c. */
#include "wire.h"

#include <sys/stat.h>

#include "base/counter.h"
#include "base/limits.h"
#include "net/peers.h"

/* One server with one handler that keeps the exchange for the test to answer. */
struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_exchange *exchange; /* the latest; the test answers it */
    unsigned requests, gone, drained;
    struct buf in;
};

static void keep(void *context, struct http_exchange *exchange)
{
    struct fixture *f = context;
    f->exchange = exchange;
    f->requests++;
}

static void note_gone(void *context)
{
    ((struct fixture *)context)->gone++;
}

static void note_drained(void *context)
{
    ((struct fixture *)context)->drained++;
}

static struct fixture open_with(struct http_server_options options)
{
    struct fixture f = { .loop = loop_open() };
    buf_init(&f.in, 16 * 1024 * 1024);
    options.handler = keep;
    f.server = wire_serve(f.loop, &options);
    return f;
}

/* The handler's context is the fixture, whose address is known only when it stands. */
#define fixture_open(name, ...)                                                                                                  \
    struct fixture name;                                                                                                         \
    name = open_with((struct http_server_options){ .context = &name, __VA_ARGS__ })

static void fixture_close(struct fixture *f)
{
    http_server_close(f->server);
    buf_clear(&f->in);
    loop_close(f->loop);
}

static int ask(struct fixture *f, struct str request)
{
    unsigned before = f->requests;
    int fd = wire_connect(f->server);
    wire_send(f->loop, fd, request);
    wire_until(f->loop, f->requests == before + 1);
    return fd;
}

static const struct str get = { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27 };

static void reply(struct http_exchange *exchange, struct str body)
{
    struct http_answer answer = { .status = 200, .body = body };
    http_reply(exchange, &answer);
}

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
    fixture_open(f, .read_ms = 150, .idle_ms = 60 * 1000);
    int fd = ask(&f, get);
    char *body = mem_alloc(SIZE);
    reply(f.exchange, (struct str){ body, SIZE });
    mem_free(body);
    int64_t begin = wire_now_ms(), next = begin;
    while (f.in.len < SIZE) {
        for (int64_t size = (int64_t)f.in.len; (int64_t)f.in.len < size + 512 * 1024 && f.in.len < SIZE;)
            assert_true(wire_receive(f.loop, fd, &f.in));
        for (next += 20; wire_now_ms() < next;) loop_step(f.loop, 2);
    }
    assert_true(wire_now_ms() - begin > 300);
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

static void reset_by_client(int fd)
{
    struct linger now = { 1, 0 };
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
    close(fd);
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

/* ---- streams ---------------------------------------------------------------------------------------------------------------- */

static const struct http_answer stream_head = { .status = 200 };

static void a_stream_arrives_piece_by_piece(void **state)
{
    (void)state;
    fixture_open(f, .idle_ms = 30, .read_ms = 30);
    int fd = ask(&f, get);
    http_stream_begin(f.exchange, &stream_head);
    wire_until_contains(f.loop, fd, &f.in, STR("Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 20; i++) loop_step(f.loop, 5); /* quiet for longer than any time-out */
    assert_true(http_stream_write(f.exchange, STR("first")));
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n\r\n5\r\nfirst\r\n"));
    assert_true(http_stream_write(f.exchange, STR("and the second piece")));
    wire_until_contains(f.loop, fd, &f.in, STR("14\r\nand the second piece\r\n"));
    http_stream_end(f.exchange);
    wire_until_contains(f.loop, fd, &f.in, STR("\r\n0\r\n\r\n"));
    close(fd);
    fixture_close(&f);
}

static void a_stream_ends_when_its_reader_closes(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    http_exchange_on_gone(f.exchange, note_gone, &f);
    http_stream_begin(f.exchange, &stream_head);
    close(fd);
    wire_until(f.loop, f.gone == 1);
    assert_false(http_stream_write(f.exchange, STR("x")));
    http_stream_end(f.exchange);
    assert_int_equal(f.gone, 1);
    fixture_close(&f);
}

static void a_reader_that_closed_first_gets_no_stream(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    for (int i = 0; i < 5; i++) loop_step(f.loop, 1);
    http_exchange_on_gone(f.exchange, note_gone, &f);
    http_stream_begin(f.exchange, &stream_head);
    assert_int_equal(f.gone, 1);
    http_stream_end(f.exchange);
    close(fd);
    fixture_close(&f);
}

static void a_reader_too_far_behind_is_closed(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    http_exchange_on_gone(f.exchange, note_gone, &f);
    http_stream_begin(f.exchange, &stream_head);
    char piece[16 * 1024];
    memset(piece, 'x', sizeof piece);
    size_t written = 0;
    while (http_stream_write(f.exchange, (struct str){ piece, sizeof piece })) {
        written += sizeof piece;
        loop_step(f.loop, 0);
        if (written > 64 * 1024 * 1024) fail_msg("64 MiB and nobody reads");
    }
    assert_true(written >= LIMIT_STREAM_BACKLOG_BYTES);
    assert_int_equal(f.gone, 1);
    assert_false(http_stream_write(f.exchange, STR("x")));
    http_stream_end(f.exchange);
    close(fd);
    fixture_close(&f);
}

/* on_gone may be the place where the handler ends its stream. */
static void end_when_gone(void *context)
{
    struct fixture *f = context;
    f->gone++;
    http_stream_end(f->exchange);
}

static void a_stream_may_be_ended_from_on_gone(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    http_exchange_on_gone(f.exchange, end_when_gone, &f);
    http_stream_begin(f.exchange, &stream_head);
    reset_by_client(fd);
    wire_until(f.loop, f.gone == 1);
    fixture_close(&f);
}

/* ---- drain and close ---------------------------------------------------------------------------------------------------------- */

static void a_drain_finishes_what_runs(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int idle = wire_connect(f.server);
    int streaming = ask(&f, get);
    struct http_exchange *stream = f.exchange;
    http_exchange_on_gone(stream, note_gone, &f);
    http_stream_begin(stream, &stream_head);
    assert_true(http_stream_write(stream, STR("event")));
    int running = ask(&f, get);
    uint16_t port = wire_port(f.server);

    http_server_drain(f.server, note_drained, &f);
    assert_int_equal(f.drained, 0);
    assert_int_equal(f.gone, 1); /* the stream's handler knows */
    wire_until_closed(f.loop, idle, &f.in);
    wire_until_contains(f.loop, streaming, &f.in, STR("5\r\nevent\r\n0\r\n\r\n"));
    assert_false(http_stream_write(stream, STR("late")));
    http_stream_end(stream);
    close(streaming);
    for (int i = 0; i < 10; i++) loop_step(f.loop, 1);
    assert_int_equal(f.drained, 0); /* one is still running */
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int refused = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_not_equal(connect(refused, (struct sockaddr *)&address, sizeof address), 0);
    close(refused);

    reply(f.exchange, STR("done"));
    wire_until_contains(f.loop, running, &f.in, STR("Connection: close\r\n\r\ndone"));
    close(running);
    wire_until(f.loop, f.drained == 1);
    for (int i = 0; i < 5; i++) loop_step(f.loop, 1);
    assert_int_equal(f.drained, 1);
    close(idle);
    fixture_close(&f);
}

static void close_when_drained(void *context)
{
    struct fixture *f = context;
    f->drained++;
    http_server_close(f->server);
}

static void a_drained_server_may_be_closed_at_once(void **state)
{
    (void)state;
    fixture_open(f, 0);
    http_server_drain(f.server, close_when_drained, &f);
    assert_int_equal(f.drained, 0);
    loop_run(f.loop);
    assert_int_equal(f.drained, 1);
    buf_clear(&f.in);
    loop_close(f.loop);
}

static void closing_tells_running_exchanges(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get), half = wire_connect(f.server);
    wire_send(f.loop, half, STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
    http_exchange_on_gone(f.exchange, note_gone, &f);
    http_server_close(f.server);
    assert_int_equal(f.gone, 1);
    loop_run(f.loop);
    reply(f.exchange, STR("to nobody")); /* the exchange outlives the server */
    wire_until_closed(f.loop, fd, &f.in);
    assert_int_equal(f.in.len, 0);
    close(fd);
    close(half);
    buf_clear(&f.in);
    loop_close(f.loop);
}

/* ---- local exchanges and faults ------------------------------------------------------------------------------------------------ */

struct local_result {
    unsigned answers;
    int status;
    struct buf body;
};

static void note_answer(void *context, const struct http_answer *answer)
{
    struct local_result *result = context;
    result->answers++;
    result->status = answer->status;
    assert_int_equal(answer->header_count, 1);
    assert_str(answer->headers[0].value, "text/plain");
    buf_str(&result->body, answer->body);
}

static void local_exchanges(void **state)
{
    (void)state;
    struct local_result result = { 0 };
    buf_init(&result.body, 1024);
    char target[] = "/a?b=c", body[] = "body";
    struct http_header asked = { STR("Accept"), STR("*/*") }, type = { STR("Content-Type"), STR("text/plain") };
    struct http_request request = {
        .method = HTTP_POST, .target = str_from(target), .headers = &asked, .header_count = 1, .body = str_from(body)
    };
    struct http_answer answer = { 201, &type, 1, STR("whole") };

    struct http_exchange *exchange = http_exchange_local(&request, note_answer, &result);
    memset(target, 'x', sizeof target - 1); /* everything was copied */
    memset(body, 'x', sizeof body - 1);
    const struct http_request *copy = http_exchange_request(exchange);
    assert_int_equal(copy->method, HTTP_POST);
    assert_str(copy->path, "/a");
    assert_str(copy->query, "b=c");
    assert_str(copy->body, "body");
    assert_str(copy->headers[0].name, "Accept");
    assert_str(copy->peer.address, "local");
    assert_true(copy->peer.is_trusted_local);
    http_reply(exchange, &answer);
    assert_int_equal(result.answers, 1);
    assert_int_equal(result.status, 201);
    assert_str(buf_view(&result.body), "whole");

    buf_reset(&result.body);
    exchange = http_exchange_local(&request, note_answer, &result);
    http_stream_begin(exchange, &answer);
    assert_true(http_stream_write(exchange, STR("one ")));
    assert_true(http_stream_write(exchange, STR("two")));
    assert_int_equal(result.answers, 1);
    http_stream_end(exchange);
    assert_int_equal(result.answers, 2);
    assert_str(buf_view(&result.body), "one two");
    buf_clear(&result.body);
}

static void faults_on_purpose(void **state)
{
    (void)state;
    fixture_open(f, 0);
    int fd = ask(&f, get);
    http_exchange_drop(f.exchange, false);
    wire_until_closed(f.loop, fd, &f.in);
    assert_int_equal(f.in.len, 0);
    close(fd);

    fd = ask(&f, get);
    http_exchange_drop(f.exchange, true);
    char byte;
    wire_until(f.loop, recv(fd, &byte, 1, 0) < 0 && errno != EAGAIN);
    assert_int_equal(errno, ECONNRESET);
    close(fd);

    fd = ask(&f, get);
    struct http_answer answer = { .status = 200, .body = STR("0123456789") };
    http_reply_truncated(f.exchange, &answer, 4);
    wire_until_closed(f.loop, fd, &f.in);
    assert_true(str_find(buf_view(&f.in), STR("Content-Length: 10\r\n"), 0) != SIZE_MAX);
    assert_true(str_ends(buf_view(&f.in), STR("\r\n\r\n0123")));
    close(fd);
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
        cmocka_unit_test(a_stream_arrives_piece_by_piece),
        cmocka_unit_test(a_stream_ends_when_its_reader_closes),
        cmocka_unit_test(a_reader_that_closed_first_gets_no_stream),
        cmocka_unit_test(a_reader_too_far_behind_is_closed),
        cmocka_unit_test(a_stream_may_be_ended_from_on_gone),
        cmocka_unit_test(a_drain_finishes_what_runs),
        cmocka_unit_test(a_drained_server_may_be_closed_at_once),
        cmocka_unit_test(closing_tells_running_exchanges),
        cmocka_unit_test(local_exchanges),
        cmocka_unit_test(faults_on_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
