/* The case files of test/cases/http against the real server over loopback; README.md there tells their form. */
#include "unit/net/wire.h"

#include <dirent.h>

enum { BODY_BYTES_MAX = 64, ANSWERS_MAX = 16, TEXT_BYTES_MAX = 1024 * 1024 };

/* ---- the server ------------------------------------------------------------------------------------------------------------- */

static void reply_text(struct http_exchange *exchange, int status, struct str text)
{
    struct http_answer answer = { .status = status, .body = text };
    http_reply(exchange, &answer);
}

static struct str fields_of(struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct str text = STR_NONE;
    for (size_t i = 0; i < request->header_count; i++)
        text = arena_fmt(http_exchange_arena(exchange), "%.*s%.*s=%.*s;", STR_ARG(text), STR_ARG(request->headers[i].name),
                         STR_ARG(request->headers[i].value));
    return text;
}

static void reply_echo(struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    buf_fmt(&text, "%s %.*s [", http_method_name(request->method), STR_ARG(request->target));
    buf_str(&text, request->body);
    buf_char(&text, ']');
    reply_text(exchange, 200, buf_view(&text));
    buf_clear(&text);
}

static void reply_later(void *context)
{
    reply_echo(context);
}

static void stream(struct http_exchange *exchange)
{
    struct http_answer head = { .status = 200 };
    http_stream_begin(exchange, &head);
    assert_true(http_stream_write(exchange, STR("one ")));
    assert_true(http_stream_write(exchange, STR_NONE)); /* must not end the body */
    assert_true(http_stream_write(exchange, STR("two")));
    http_stream_end(exchange);
}

static void handle(void *context, struct http_exchange *exchange)
{
    struct str path = http_exchange_request(exchange)->path;
    if (str_eq(path, STR("/fields")))
        reply_text(exchange, 200, fields_of(exchange));
    else if (str_eq(path, STR("/nothing")))
        reply_text(exchange, 204, STR("not sent"));
    else if (str_eq(path, STR("/stream")))
        stream(exchange);
    else if (str_eq(path, STR("/later")))
        loop_timer_start(context, 1, reply_later, exchange);
    else
        reply_echo(exchange);
}

/* ---- case files ------------------------------------------------------------------------------------------------------------- */

struct expected {
    int status;
    bool has_body; /* false for "-" */
    struct str body;
};

struct http_case {
    struct str title;
    struct buf bytes;
    struct expected answers[ANSWERS_MAX];
    size_t answer_count;
    bool closes, has_end;
};

static int hex(char c)
{
    return char_is_digit(c) ? c - '0' : char_lower(c) - 'a' + 10;
}

/* Undoes the escapes of *rest up to its end or, inside \{N:text}, to the closing brace. */
static void unescape(struct str *rest, bool is_nested, struct buf *out)
{
    while (rest->len > 0) {
        char c = rest->ptr[0];
        if (is_nested && c == '}') return;
        *rest = str_slice(*rest, 1, rest->len);
        if (c != '\\') {
            buf_char(out, c);
            continue;
        }
        char kind = rest->ptr[0];
        *rest = str_slice(*rest, 1, rest->len);
        if (kind == 'r')
            buf_char(out, '\r');
        else if (kind == 'n')
            buf_char(out, '\n');
        else if (kind == 't')
            buf_char(out, '\t');
        else if (kind == '\\')
            buf_char(out, '\\');
        else if (kind == 'x') {
            buf_char(out, (char)(hex(rest->ptr[0]) << 4 | hex(rest->ptr[1])));
            *rest = str_slice(*rest, 2, rest->len);
        } else if (kind == '{') {
            struct str count, text = *rest;
            uint64_t times = 0;
            assert_true(str_split(&text, ':', &count) && str_to_u64(count, &times) && times > 0);
            for (uint64_t i = 0; i < times; i++) {
                *rest = text;
                unescape(rest, true, out);
            }
            assert_true(rest->len > 0);
            *rest = str_slice(*rest, 1, rest->len);
        } else {
            fail_msg("unknown escape \\%c", kind);
        }
    }
}

static void add_expected(struct http_case *c, struct str line, struct arena *arena)
{
    struct str status;
    uint64_t number = 0;
    assert_true(c->answer_count < ANSWERS_MAX);
    assert_true(str_split(&line, ' ', &status) && str_to_u64(status, &number));
    struct expected *expected = &c->answers[c->answer_count++];
    struct buf body;
    buf_init(&body, TEXT_BYTES_MAX);
    expected->status = (int)number;
    expected->has_body = !str_eq(line, STR("-"));
    unescape(&line, false, &body);
    expected->body = arena_str(arena, buf_view(&body));
    buf_clear(&body);
}

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("%s: %s", path, strerror(errno));
    char *text = mem_alloc(TEXT_BYTES_MAX);
    size_t len = fread(text, 1, TEXT_BYTES_MAX - 1, file);
    assert_true(len > 0 && len < TEXT_BYTES_MAX - 1);
    fclose(file);
    return text;
}

/* ---- playing one ------------------------------------------------------------------------------------------------------------ */

enum delivery { WHOLE, BYTEWISE, CUT, DELIVERIES };

static const char *const delivery_names[] = { "whole", "bytewise", "cut" };

struct player {
    struct loop *loop;
    struct http_server *server;
    unsigned played;
    unsigned random;
};

/* A small generator of our own, so that the cuts are the same on every machine. */
static unsigned next_random(struct player *player, unsigned below)
{
    player->random = player->random * 1664525u + 1013904223u;
    return (player->random >> 16) % below;
}

static void deliver(struct player *player, int fd, struct str bytes, enum delivery delivery)
{
    while (bytes.len > 0) {
        size_t len = bytes.len;
        if (delivery == BYTEWISE)
            len = 1;
        else if (delivery == CUT)
            len = 1 + next_random(player, 40);
        if (len > bytes.len) len = bytes.len;
        wire_send(player->loop, fd, str_slice(bytes, 0, len));
        bytes = str_slice(bytes, len, bytes.len);
    }
}

struct received {
    int status;
    struct str head, body;
    size_t end;
    bool ends_with_close;
};

static struct str undo_chunks(struct str rest, struct arena *arena, bool *is_whole, size_t *used)
{
    struct str body = STR_NONE, begin = rest, size;
    *is_whole = false;
    while (str_split(&rest, '\n', &size) && rest.ptr != NULL) {
        size_t len = 0;
        for (size_t i = 0; i + 1 < size.len; i++) len = len * 16 + (size_t)hex(size.ptr[i]);
        if (rest.len < len + 2) break;
        body = arena_fmt(arena, "%.*s%.*s", STR_ARG(body), STR_ARG(str_slice(rest, 0, len)));
        assert_true(rest.ptr[len] == '\r' && rest.ptr[len + 1] == '\n');
        rest = str_slice(rest, len + 2, rest.len);
        if (len > 0) continue;
        *is_whole = true;
        *used = begin.len - rest.len;
        break;
    }
    return body;
}

/* One answer at the front of `in`; false while it is not whole. */
static bool take_answer(struct str in, bool has_body, struct arena *arena, struct received *answer)
{
    size_t end = str_find(in, STR("\r\n\r\n"), 0);
    uint64_t number = 0, length = 0;
    if (end == SIZE_MAX) return false;
    *answer = (struct received){ .head = str_slice(in, 0, end + 4), .end = end + 4 };
    assert_true(str_starts(answer->head, STR("HTTP/1.1 ")) && str_to_u64(str_slice(in, 9, 12), &number));
    answer->status = (int)number;
    if (!has_body || number == 100) return true;
    struct str rest = str_slice(in, end + 4, in.len);
    size_t at = str_find(answer->head, STR("Content-Length: "), 0);
    if (at != SIZE_MAX) {
        struct str value = str_slice(answer->head, at + 16, str_find(answer->head, STR("\r\n"), at));
        assert_true(str_to_u64(value, &length));
        answer->body = str_slice(rest, 0, length);
        answer->end += length;
        return rest.len >= length;
    }
    if (str_find(answer->head, STR("Transfer-Encoding: chunked"), 0) != SIZE_MAX) {
        bool is_whole;
        size_t used = 0;
        answer->body = undo_chunks(rest, arena, &is_whole, &used);
        answer->end += used;
        return is_whole;
    }
    answer->body = rest;
    answer->end = in.len;
    answer->ends_with_close = true;
    return true;
}

static void wrong(const struct http_case *c, enum delivery delivery, const char *what, struct str got)
{
    fail_msg("\"%.*s\", %s: %s: \"%.*s\"", STR_ARG(c->title), delivery_names[delivery], what, STR_ARG(got));
}

static void expect_answer(struct player *player, const struct http_case *c, enum delivery delivery, int fd, struct buf *in,
                          const struct expected *expected)
{
    struct arena arena;
    struct received answer;
    arena_init(&arena);
    int64_t deadline = wire_now_ms() + WIRE_PATIENCE_MS;
    while (!take_answer(buf_view(in), expected->has_body, &arena, &answer)) {
        size_t before = in->len;
        bool is_open = wire_receive(player->loop, fd, in);
        if (!is_open && in->len == before) wrong(c, delivery, "closed before the answer", buf_view(in));
        if (wire_now_ms() > deadline) wrong(c, delivery, "no answer", buf_view(in));
    }
    if (answer.ends_with_close) {
        wire_until_closed(player->loop, fd, in);
        assert_true(take_answer(buf_view(in), true, &arena, &answer));
    }
    if (answer.status != expected->status) wrong(c, delivery, "wrong status", buf_view(in));
    bool compares_body = expected->has_body && expected->status < 400;
    if (compares_body && !str_eq(answer.body, expected->body)) wrong(c, delivery, "wrong body", buf_view(in));
    if (expected->has_body && expected->status >= 400) {
        assert_true(str_find(answer.head, STR("application/problem+json"), 0) != SIZE_MAX);
        assert_true(str_find(answer.head, STR("Connection: close"), 0) != SIZE_MAX);
    }
    buf_drop_front(in, answer.end);
    arena_clear(&arena);
}

static void expect_end(struct player *player, const struct http_case *c, enum delivery delivery, int fd, struct buf *in)
{
    static const struct expected probed = { 200, true, { "GET /probe []", 13 } };
    if (c->closes) {
        wire_until_closed(player->loop, fd, in);
    } else {
        wire_send(player->loop, fd, STR("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n"));
        expect_answer(player, c, delivery, fd, in, &probed);
    }
    if (in->len > 0) wrong(c, delivery, "bytes nobody asked for", buf_view(in));
}

static void play(struct player *player, const struct http_case *c)
{
    if (c->answer_count == 0 || !c->has_end) fail_msg("\"%.*s\": the case has no answer or no end", STR_ARG(c->title));
    for (enum delivery delivery = WHOLE; delivery < DELIVERIES; delivery++) {
        struct buf in;
        buf_init(&in, TEXT_BYTES_MAX);
        int fd = wire_connect(player->server);
        deliver(player, fd, buf_view(&c->bytes), delivery);
        for (size_t i = 0; i < c->answer_count; i++) expect_answer(player, c, delivery, fd, &in, &c->answers[i]);
        expect_end(player, c, delivery, fd, &in);
        close(fd);
        buf_clear(&in);
        loop_step(player->loop, 0);
    }
    player->played++;
}

static void play_file(struct player *player, const char *path)
{
    char *text = read_whole(path);
    struct str rest = str_from(text), line;
    struct http_case c = { 0 };
    struct arena arena;
    arena_init(&arena);
    buf_init(&c.bytes, TEXT_BYTES_MAX);
    while (str_split(&rest, '\n', &line)) {
        struct str value = str_slice(line, 2, line.len);
        if (str_starts(line, STR("=== "))) {
            if (c.title.len > 0) play(player, &c);
            buf_clear(&c.bytes);
            c = (struct http_case){ .title = str_slice(line, 4, line.len), .bytes = c.bytes };
        } else if (str_starts(line, STR("> "))) {
            unescape(&value, false, &c.bytes);
        } else if (str_starts(line, STR("< "))) {
            add_expected(&c, value, &arena);
        } else if (str_starts(line, STR("= "))) {
            assert_true(str_eq(value, STR("close")) || str_eq(value, STR("open")));
            c.closes = str_eq(value, STR("close"));
            c.has_end = true;
        } else if (line.len > 0) {
            fail_msg("%s: not a line of a case: %.*s", path, STR_ARG(line));
        }
    }
    play(player, &c);
    buf_clear(&c.bytes);
    arena_clear(&arena);
    mem_free(text);
}

static void every_case_of_the_files(void **state)
{
    (void)state;
    struct player player = { .loop = loop_open(), .random = 1 };
    struct http_server_options options = { .handler = handle, .context = player.loop, .body_bytes = BODY_BYTES_MAX };
    player.server = wire_serve(player.loop, &options);
    DIR *directory = opendir("test/cases/http");
    if (directory == NULL) fail_msg("test/cases/http is not here: run from the root of the repository");
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[sizeof entry->d_name + 20];
        if (!str_ends(str_from(entry->d_name), STR(".txt"))) continue;
        snprintf(path, sizeof path, "test/cases/http/%s", entry->d_name);
        play_file(&player, path);
    }
    closedir(directory);
    print_message("%u cases\n", player.played);
    assert_true(player.played >= 60);
    http_server_close(player.server);
    loop_close(player.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
