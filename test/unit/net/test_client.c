/* The client's requests and answers when the other side behaves: what is sent, what comes back, streams, cancelling. */
#include "unit/net/calling.h"

#include "base/limits.h"

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
        cmocka_unit_test(a_stream_is_handed_over_as_it_comes),
        cmocka_unit_test(a_call_may_be_cancelled_and_started_from_on_data),
        cmocka_unit_test(cancelling_at_any_time),
        cmocka_unit_test(closing_the_client_cancels),
        cmocka_unit_test(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
