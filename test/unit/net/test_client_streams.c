/* The client with what may be read slowly, may fall silent, or may only come from the public Internet. */
#include "unit/net/calling.h"

static struct str stream_url(struct fixture *f, struct arena *arena)
{
    return arena_fmt(arena, "%s/hold", f->url);
}

static void begin(struct fixture *f, struct outcome *o, int64_t quiet_ms)
{
    struct arena arena;
    static const struct http_answer head = { .status = 200 };
    arena_init(&arena);
    const struct http_client_request request = { .method = HTTP_POST, .url = stream_url(f, &arena), .quiet_ms = quiet_ms };
    start(o, f, &request, true);
    wire_until(f->loop, f->held != NULL);
    http_stream_begin(f->held, &head);
    arena_clear(&arena);
}

static void end(struct fixture *f)
{
    http_stream_end(f->held);
    f->held = NULL;
}

static void step(struct fixture *f, int times)
{
    for (int i = 0; i < times; i++) loop_step(f->loop, 5);
}

static void a_paused_call_hands_nothing_over(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    begin(&f, &o, 0);
    assert_true(http_stream_write(f.held, STR("one ")));
    wire_until(f.loop, o.streamed.len == 4);
    http_call_pause(o.call);
    assert_true(http_stream_write(f.held, STR("two ")));
    step(&f, 20);
    assert_int_equal(o.streamed.len, 4);
    http_call_resume(o.call);
    assert_int_equal(o.streamed.len, 4); /* never inside the call */
    wire_until(f.loop, o.streamed.len == 8);
    http_call_pause(o.call);
    http_call_resume(o.call);
    http_call_resume(o.call);
    assert_true(http_stream_write(f.held, STR("three")));
    end(&f);
    finish(&o);
    assert_fault(&o, NET_OK, false);
    assert_str(buf_view(&o.streamed), "one two three");
    outcome_clear(&o);
    fixture_clear(&f);
}

/* What does not fit between the two ends has to wait at the sender. */
static void a_paused_call_holds_the_sender_back(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    static char piece[64 * 1024];
    size_t written = 0, most = 7 * 1024 * 1024;
    fixture_init(&f);
    begin(&f, &o, 0);
    http_call_pause(o.call);
    memset(piece, 'x', sizeof piece);
    while (written < most && http_stream_write(f.held, (struct str){ piece, sizeof piece })) {
        written += sizeof piece;
        step(&f, 1);
    }
    assert_int_equal(o.streamed.len, 0);
    assert_true(written < most); /* the server gave its slow reader up */
    http_call_resume(o.call);
    end(&f);
    wire_until(f.loop, o.results == 1);
    assert_true(o.streamed.len <= written);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void a_paused_call_may_be_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    begin(&f, &o, 0);
    http_call_pause(o.call);
    assert_true(http_stream_write(f.held, STR("one")));
    step(&f, 5);
    http_call_resume(o.call);
    http_call_cancel(o.call);
    finish(&o);
    assert_fault(&o, NET_CANCELLED, false);
    end(&f);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void a_silent_stream_is_given_up(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    begin(&f, &o, 1000);
    assert_true(http_stream_write(f.held, STR("one")));
    wire_until(f.loop, o.results == 1);
    assert_fault(&o, NET_TIMEOUT, false);
    assert_str(buf_view(&o.streamed), "one");
    end(&f);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void call_public(struct fixture *f, struct outcome *o, const char *path)
{
    struct arena arena;
    arena_init(&arena);
    struct http_client_request request = request_to(&arena, f->url, path);
    request.public_only = true;
    start(o, f, &request, false);
    finish(o);
    arena_clear(&arena);
}

static void a_private_address_is_not_connected_to(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    call_public(&f, &o, "/echo");
    assert_fault(&o, NET_PRIVATE, true);
    outcome_clear(&o);
    fixture_clear(&f);
}

/* A connection that stands already would need no new socket. */
static void nor_is_a_connection_to_it_used_again(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    fixture_init(&f);
    get(&o, &f, "/echo");
    assert_int_equal(o.status, 200);
    outcome_clear(&o);
    call_public(&f, &o, "/echo");
    assert_fault(&o, NET_PRIVATE, true);
    outcome_clear(&o);
    fixture_clear(&f);
}

static void a_name_for_a_private_address_is_refused_too(void **state)
{
    (void)state;
    struct fixture f;
    struct outcome o;
    struct arena arena;
    arena_init(&arena);
    fixture_init(&f);
    struct str port = str_from(strrchr(f.url, ':'));
    struct http_client_request request = { .method = HTTP_GET, .public_only = true };
    request.url = arena_fmt(&arena, "http://localhost%.*s/echo", STR_ARG(port));
    start(&o, &f, &request, false);
    finish(&o);
    assert_fault(&o, NET_PRIVATE, true);
    outcome_clear(&o);
    fixture_clear(&f);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paused_call_hands_nothing_over),
        cmocka_unit_test(a_paused_call_holds_the_sender_back),
        cmocka_unit_test(a_paused_call_may_be_cancelled),
        cmocka_unit_test(a_silent_stream_is_given_up),
        cmocka_unit_test(a_private_address_is_not_connected_to),
        cmocka_unit_test(nor_is_a_connection_to_it_used_again),
        cmocka_unit_test(a_name_for_a_private_address_is_refused_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
