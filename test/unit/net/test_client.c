/* The client against our own server and, where the other side must misbehave, against a bare socket played by the test. */
#include "wire.h"

#include "base/limits.h"
#include "net/client.h"

struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_client *client;
    char url[64]; /* of the server, without a path */
    struct buf large;
    struct http_exchange *held; /* of "/hold" */
};

/* What came of one call. */
struct outcome {
    struct fixture *fixture;
    unsigned results;
    struct net_fault fault;
    struct http_timing timing;
    int status;
    struct buf headers, body, streamed; /* headers as name=value; */
    unsigned pieces;
    struct http_call *call;
    bool cancels_in_data;
    struct outcome *starts_in_data; /* another call, begun from on_data */
};

/* ---- a server that echoes and misbehaves by path ------------------------------------------------------------------------------ */

static void reply(struct http_exchange *exchange, int status, const struct http_header *header, struct str body)
{
    struct http_answer answer = { status, header, header != NULL ? 1 : 0, body };
    http_reply(exchange, &answer);
}

static void reply_echo(struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct buf text;
    buf_init(&text, 1024 * 1024);
    buf_fmt(&text, "%s %.*s\n", http_method_name(request->method), STR_ARG(request->target));
    for (size_t i = 0; i < request->header_count; i++)
        buf_fmt(&text, "%.*s=%.*s\n", STR_ARG(request->headers[i].name), STR_ARG(request->headers[i].value));
    buf_char(&text, '\n');
    buf_str(&text, request->body);
    const struct http_header type = { STR("X-Echo"), STR("yes") };
    reply(exchange, 200, &type, buf_view(&text));
    buf_clear(&text);
}

static void handle(void *context, struct http_exchange *exchange)
{
    struct fixture *f = context;
    struct str path = http_exchange_request(exchange)->path;
    static const struct http_header location = { { "Location", 8 }, { "/echo", 5 } },
                                    gzip = { { "Content-Encoding", 16 }, { "gzip", 4 } };
    if (str_eq(path, STR("/large")))
        reply(exchange, 200, NULL, buf_view(&f->large));
    else if (str_eq(path, STR("/gzip")))
        reply(exchange, 200, &gzip, buf_view(&f->large));
    else if (str_eq(path, STR("/moved")))
        reply(exchange, 302, &location, STR("elsewhere"));
    else if (str_eq(path, STR("/teapot")))
        reply(exchange, 418, NULL, STR("short and stout"));
    else if (str_eq(path, STR("/reset")))
        http_exchange_drop(exchange, true);
    else if (str_eq(path, STR("/drop")))
        http_exchange_drop(exchange, false);
    else if (str_eq(path, STR("/hold")))
        f->held = exchange;
    else if (str_eq(path, STR("/truncate"))) {
        struct http_answer answer = { .status = 200, .body = STR("0123456789") };
        http_reply_truncated(exchange, &answer, 4);
    } else {
        reply_echo(exchange);
    }
}

static void fixture_init(struct fixture *f)
{
    *f = (struct fixture){ .loop = loop_open() };
    struct http_server_options server = { .handler = handle, .context = f };
    struct http_client_options client = { .user_agent = "test/1" };
    f->server = wire_serve(f->loop, &server);
    f->client = http_client_open(f->loop, &client);
    struct str address = http_server_address(f->server);
    snprintf(f->url, sizeof f->url, "http://%.*s", STR_ARG(address));
    buf_init(&f->large, 32 * 1024 * 1024);
}

static void fixture_clear(struct fixture *f)
{
    if (f->held != NULL) reply(f->held, 200, NULL, STR_NONE);
    http_client_close(f->client);
    http_server_close(f->server);
    buf_clear(&f->large);
    loop_close(f->loop);
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------ */

static void on_result(void *context, const struct http_result *result)
{
    struct outcome *o = context;
    o->results++;
    o->call = NULL;
    o->fault = result->fault;
    o->timing = result->timing;
    o->status = result->answer.status;
    buf_str(&o->body, result->answer.body);
    for (size_t i = 0; i < result->answer.header_count; i++)
        buf_fmt(&o->headers, "%.*s=%.*s;", STR_ARG(result->answer.headers[i].name), STR_ARG(result->answer.headers[i].value));
}

static struct http_client_request request_to(struct arena *arena, const char *base, const char *path)
{
    return (struct http_client_request){ .method = HTTP_GET, .url = arena_fmt(arena, "%s%s", base, path) };
}

static void on_data(void *context, struct str bytes)
{
    struct outcome *o = context;
    o->pieces++;
    buf_str(&o->streamed, bytes);
    if (o->cancels_in_data) http_call_cancel(o->call);
    if (o->starts_in_data == NULL) return;
    struct arena arena;
    arena_init(&arena);
    struct http_client_request next = request_to(&arena, o->fixture->url, "/echo");
    o->starts_in_data->call = http_client_start(o->fixture->client, &next, NULL, on_result, o->starts_in_data);
    o->starts_in_data = NULL;
    arena_clear(&arena);
}

static void outcome_init(struct outcome *o, struct fixture *f)
{
    *o = (struct outcome){ .fixture = f };
    buf_init(&o->headers, 64 * 1024);
    buf_init(&o->body, 32 * 1024 * 1024);
    buf_init(&o->streamed, 32 * 1024 * 1024);
}

static void outcome_clear(struct outcome *o)
{
    buf_clear(&o->headers);
    buf_clear(&o->body);
    buf_clear(&o->streamed);
}

static void start(struct outcome *o, struct fixture *f, const struct http_client_request *request, bool streams)
{
    outcome_init(o, f);
    o->call = http_client_start(f->client, request, streams ? on_data : NULL, on_result, o);
    assert_int_equal(o->results, 0); /* never inside the call */
}

static void finish(struct outcome *o)
{
    wire_until(o->fixture->loop, o->results == 1);
    for (int i = 0; i < 3; i++) loop_step(o->fixture->loop, 0);
    assert_int_equal(o->results, 1);
}

/* One whole call to a path of the fixture's server. */
static void get(struct outcome *o, struct fixture *f, const char *path)
{
    struct arena arena;
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f->url, path);
    start(o, f, &request, false);
    arena_clear(&arena);
    finish(o);
}

static void assert_fault(const struct outcome *o, enum net_fault_kind kind, bool nothing_sent)
{
    if (o->fault.kind != kind || o->fault.nothing_sent != nothing_sent)
        fail_msg("kind %d, nothing sent %d: %s", o->fault.kind, o->fault.nothing_sent, o->fault.detail);
    assert_true(kind == NET_OK || o->fault.detail[0] != '\0');
}

/* ---- honest answers --------------------------------------------------------------------------------------------------------- */

static void a_request_is_sent_as_given_and_nothing_more(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0); /* whatever the environment says */
    fixture_init(&f);
    static const struct http_header headers[] = { { { "X-One", 5 }, { "1; 2", 4 } }, { { "X-Empty", 7 }, { "", 0 } } };
    static const enum http_method methods[] = { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct http_client_request request = request_to(&arena, f.url, "/echo/../a?b=c%20d");
        bool has_body = methods[i] == HTTP_POST || methods[i] == HTTP_PUT || methods[i] == HTTP_PATCH;
        request.method = methods[i];
        request.headers = headers;
        request.header_count = 2;
        if (has_body) request.body = STR("the body");
        start(&o, &f, &request, false);
        finish(&o);
        assert_fault(&o, NET_OK, false);
        assert_int_equal(o.status, 200);
        struct str expected =
            arena_fmt(&arena,
                      "%s /echo/../a?b=c%%20d\nHost=%s\nUser-Agent=test/1\nAccept-Encoding=gzip, deflate\nX-One=1; "
                      "2\nX-Empty=\n%s\n%s",
                      http_method_name(methods[i]), f.url + strlen("http://"), has_body ? "Content-Length=8\n" : "",
                      has_body ? "the body" : "");
        if (!str_eq(buf_view(&o.body), expected)) fail_msg("%.*s\nis not\n%.*s", STR_ARG(buf_view(&o.body)), STR_ARG(expected));
        assert_true(str_find(buf_view(&o.headers), STR("X-Echo=yes;"), 0) != SIZE_MAX);
        outcome_clear(&o);
    }
    assert_int_equal(unsetenv("http_proxy"), 0);
    arena_clear(&arena);
    fixture_clear(&f);
}

static void head_has_headers_and_no_body(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    fixture_init(&f);
    struct http_client_request request = request_to(&arena, f.url, "/teapot");
    request.method = HTTP_HEAD;
    start(&o, &f, &request, false);
    finish(&o);
    assert_fault(&o, NET_OK, false);
    assert_int_equal(o.status, 418);
    assert_int_equal(o.body.len, 0);
    assert_true(str_find(buf_view(&o.headers), STR("Content-Length=15;"), 0) != SIZE_MAX);
    outcome_clear(&o);
    arena_clear(&arena);
    fixture_clear(&f);
}

static void redirects_are_answers(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    get(&o, &f, "/moved");
    assert_fault(&o, NET_OK, false);
    assert_int_equal(o.status, 302);
    assert_str(buf_view(&o.body), "elsewhere");
    outcome_clear(&o);
    fixture_clear(&f);
}

static void large_bodies_both_ways(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    fixture_init(&f);
    for (int i = 0; i < 512 * 1024; i++) buf_bytes(&f.large, "0123456789abcde", 15);
    get(&o, &f, "/large");
    assert_fault(&o, NET_OK, false);
    assert_true(str_eq(buf_view(&o.body), buf_view(&f.large)));
    outcome_clear(&o);
    struct http_client_request request = request_to(&arena, f.url, "/echo");
    request.method = HTTP_POST;
    request.body = str_slice(buf_view(&f.large), 0, LIMIT_HTTP_BODY_BYTES);
    start(&o, &f, &request, false);
    finish(&o);
    assert_int_equal(o.status, 200);
    assert_true(str_ends(buf_view(&o.body), request.body));
    outcome_clear(&o);
    arena_clear(&arena);
    fixture_clear(&f);
}

static void connections_are_reused_unless_fresh_is_asked(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    fixture_init(&f);
    static const struct {
        int64_t fresh_if_idle_ms;
        bool is_new;
    } calls[] = { { 0, true }, { 0, false }, { 60 * 1000, false }, { 1, true } };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct http_client_request request = request_to(&arena, f.url, "/echo");
        request.fresh_if_idle_ms = calls[i].fresh_if_idle_ms;
        start(&o, &f, &request, false);
        finish(&o);
        assert_fault(&o, NET_OK, false);
        assert_int_equal(o.timing.connect_us > 0, calls[i].is_new);
        assert_true(o.timing.first_byte_us > 0 && o.timing.total_us >= o.timing.first_byte_us);
        assert_int_equal(o.timing.tls_us, 0);
        outcome_clear(&o);
    }
    arena_clear(&arena);
    fixture_clear(&f);
}

static void over_a_unix_socket(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct err err;
    struct arena arena;
    char directory[] = "/tmp/chatcrafter-test-XXXXXX", path[64];
    arena_init(&arena);
    fixture_init(&f);
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/s", directory);
    assert_int_equal(http_server_listen_unix(f.server, path, &err), OK);
    struct http_client_request request = request_to(&arena, "http://chatcrafter", "/a");
    request.unix_socket = path;
    start(&o, &f, &request, false);
    finish(&o);
    assert_fault(&o, NET_OK, false);
    assert_true(str_starts(buf_view(&o.body), STR("GET /a\nHost=chatcrafter\n")));
    outcome_clear(&o);
    arena_clear(&arena);
    fixture_clear(&f);
    assert_int_equal(rmdir(directory), 0);
}

/* ---- compressed answers and ceilings --------------------------------------------------------------------------------------------- */

struct bits {
    struct buf *out;
    uint32_t held;
    unsigned count;
};

static void put_bits(struct bits *bits, uint32_t value, unsigned count)
{
    bits->held |= value << bits->count;
    for (bits->count += count; bits->count >= 8; bits->count -= 8, bits->held >>= 8) buf_char(bits->out, (char)bits->held);
}

/* RFC 1951 section 3.1.1: Huffman codes are packed from their most significant bit. */
static void put_code(struct bits *bits, uint32_t code, unsigned count)
{
    while (count-- > 0) put_bits(bits, code >> count & 1, 1);
}

static uint32_t crc32_of(char c, size_t count)
{
    uint32_t crc = 0xFFFFFFFF;
    while (count-- > 0) {
        crc ^= (unsigned char)c;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* 'a', repeated 1 + 258 * runs times, as gzip (RFC 1952): one literal, then runs of length 258 at distance 1 in the fixed code of RFC 1951
 * section 3.2.6; 13 bits a run, so a ratio of 159 to 1. */
static size_t put_gzip(struct buf *out, size_t runs)
{
    struct bits bits = { .out = out };
    size_t size = 1 + 258 * runs;
    buf_bytes(out, "\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
    put_bits(&bits, 1, 1);          /* the last block */
    put_bits(&bits, 1, 2);          /* fixed codes */
    put_code(&bits, 0x30 + 'a', 8); /* literals 0 to 143 */
    for (size_t i = 0; i < runs; i++) {
        put_code(&bits, 0xC0 + (285 - 280), 8);
        put_code(&bits, 0, 5);
    }
    put_code(&bits, 0, 7); /* end of block */
    put_bits(&bits, 0, 7);
    uint32_t crc = crc32_of('a', size);
    for (int i = 0; i < 32; i += 8) buf_char(out, (char)(crc >> i));
    for (int i = 0; i < 32; i += 8) buf_char(out, (char)(size >> i));
    return size;
}

static void a_compressed_answer_is_unpacked(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    size_t size = put_gzip(&f.large, 1000);
    get(&o, &f, "/gzip");
    assert_fault(&o, NET_OK, false);
    assert_int_equal(o.body.len, size);
    for (size_t i = 0; i < size; i++) assert_int_equal(o.body.data[i], 'a');
    outcome_clear(&o);
    f.large.data[50] ^= 0x55;
    get(&o, &f, "/gzip");
    assert_fault(&o, NET_PROTOCOL, false);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void a_gzip_bomb_is_cut_off(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    assert_true(put_gzip(&f.large, 40 * 1000) > LIMIT_ANSWER_BYTES);
    assert_true(f.large.len < LIMIT_ANSWER_BYTES / 100);
    get(&o, &f, "/gzip");
    assert_fault(&o, NET_TOO_LARGE, false);
    assert_int_equal(o.body.len, 0);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void an_answer_over_the_ceiling_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    char block[64 * 1024];
    memset(block, 'x', sizeof block);
    while (f.large.len < LIMIT_ANSWER_BYTES) buf_bytes(&f.large, block, sizeof block);
    get(&o, &f, "/large");
    assert_fault(&o, NET_OK, false); /* exactly at it */
    outcome_clear(&o);
    buf_char(&f.large, 'x');
    get(&o, &f, "/large");
    assert_fault(&o, NET_TOO_LARGE, false);
    outcome_clear(&o);
    fixture_clear(&f);
}

/* ---- nobody there, or nobody answering -------------------------------------------------------------------------------------------- */

static int bare_listen(char url[64])
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(url, 64, "http://127.0.0.1:%u", ntohs(address.sin_port));
    return fd;
}

static int bare_accept(struct loop *loop, int listener)
{
    int fd = -1;
    wire_until(loop, (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    return fd;
}

/* Whether somebody connects and sends something within a while. */
static bool bare_is_called(struct loop *loop, int listener)
{
    int fd = -1;
    char byte;
    bool is_called = false;
    for (int i = 0; i < 20 && !is_called; i++) {
        if (fd < 0) fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        is_called = fd >= 0 && recv(fd, &byte, 1, 0) == 1;
        loop_step(loop, 5);
    }
    if (fd >= 0) close(fd);
    return is_called;
}

static void call_url(struct outcome *o, struct fixture *f, const char *url, enum http_method method, int64_t total_ms)
{
    struct http_client_request request = { .method = method, .url = str_from(url), .total_ms = total_ms };
    start(o, f, &request, false);
}

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

/* ---- streams, cancelling ------------------------------------------------------------------------------------------------------ */

static void begin_stream(struct fixture *f, struct outcome *o)
{
    struct arena arena;
    static const struct http_answer head = { .status = 200 };
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f->url, "/hold");
    start(o, f, &request, true);
    wire_until(f->loop, f->held != NULL);
    http_stream_begin(f->held, &head);
    arena_clear(&arena);
}

static void a_stream_is_handed_over_as_it_comes(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    begin_stream(&f, &o);
    assert_true(http_stream_write(f.held, STR("first ")));
    wire_until(f.loop, o.streamed.len == 6);
    assert_int_equal(o.results, 0);
    assert_true(http_stream_write(f.held, STR("second")));
    wire_until(f.loop, o.streamed.len == 12);
    http_stream_end(f.held);
    f.held = NULL;
    finish(&o);
    assert_fault(&o, NET_OK, false);
    assert_str(buf_view(&o.streamed), "first second");
    assert_int_equal(o.body.len, 0);
    assert_true(o.pieces >= 2);
    outcome_clear(&o);

    struct arena arena;
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f.url, "/teapot");
    start(&o, &f, &request, true);
    finish(&o);
    assert_int_equal(o.pieces, 0); /* an error is an answer with a body */
    assert_str(buf_view(&o.body), "short and stout");
    outcome_clear(&o);
    arena_clear(&arena);
    fixture_clear(&f);
}

static void a_call_may_be_cancelled_and_started_from_on_data(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o, second;
    fixture_init(&f);
    begin_stream(&f, &o);
    outcome_init(&second, &f);
    o.cancels_in_data = true;
    o.starts_in_data = &second;
    assert_true(http_stream_write(f.held, STR("enough")));
    finish(&o);
    assert_fault(&o, NET_CANCELLED, false);
    assert_str(buf_view(&o.streamed), "enough");
    finish(&second);
    assert_fault(&second, NET_OK, false);
    assert_int_equal(second.status, 200);
    outcome_clear(&second);
    outcome_clear(&o);
    http_stream_end(f.held);
    f.held = NULL;
    fixture_clear(&f);
}

static void cancelling_at_any_time(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    char url[64];
    fixture_init(&f);
    int listener = bare_listen(url);
    for (int steps = 0; steps < 6; steps++) {
        call_url(&o, &f, url, HTTP_POST, 0);
        for (int i = 0; i < steps; i++) loop_step(f.loop, 1);
        http_call_cancel(o.call);
        assert_int_equal(o.results, 0);
        finish(&o);
        assert_int_equal(o.fault.kind, NET_CANCELLED);
        if (steps == 0) assert_true(o.fault.nothing_sent);
        outcome_clear(&o);
    }
    close(listener);
    fixture_clear(&f);
}

static void closing_the_client_cancels(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome calls[3];
    fixture_init(&f);
    char url[64];
    int listener = bare_listen(url);
    for (int i = 0; i < 3; i++) call_url(&calls[i], &f, url, HTTP_POST, 0);
    int fd = bare_accept(f.loop, listener);
    http_client_close(f.client);
    f.client = NULL;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(calls[i].results, 1);
        assert_int_equal(calls[i].fault.kind, NET_CANCELLED);
        outcome_clear(&calls[i]);
    }
    close(fd);
    close(listener);
    fixture_clear(&f);
}

static void many_at_once(void **state)
{
    (void)state;
    enum { CALLS = 100 };
    struct fixture f;
    fixture_init(&f);
    struct outcome *calls = mem_array(CALLS, sizeof *calls);
    struct arena arena;
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f.url, "/echo");
    for (int i = 0; i < CALLS; i++) start(&calls[i], &f, &request, false);
    for (int i = 0; i < CALLS; i++) {
        finish(&calls[i]);
        assert_fault(&calls[i], NET_OK, false);
        outcome_clear(&calls[i]);
    }
    mem_free(calls);
    arena_clear(&arena);
    fixture_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_sent_as_given_and_nothing_more),
        cmocka_unit_test(head_has_headers_and_no_body),
        cmocka_unit_test(redirects_are_answers),
        cmocka_unit_test(large_bodies_both_ways),
        cmocka_unit_test(connections_are_reused_unless_fresh_is_asked),
        cmocka_unit_test(over_a_unix_socket),
        cmocka_unit_test(a_compressed_answer_is_unpacked),
        cmocka_unit_test(a_gzip_bomb_is_cut_off),
        cmocka_unit_test(an_answer_over_the_ceiling_is_refused),
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
        cmocka_unit_test(a_stream_is_handed_over_as_it_comes),
        cmocka_unit_test(a_call_may_be_cancelled_and_started_from_on_data),
        cmocka_unit_test(cancelling_at_any_time),
        cmocka_unit_test(closing_the_client_cancels),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
