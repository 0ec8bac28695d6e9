/* Exchanges beyond a plain answer: streams, drain and close, in-process exchanges, faults on purpose. */
#include "unit/net/serving.h"

#include "base/limits.h"

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
