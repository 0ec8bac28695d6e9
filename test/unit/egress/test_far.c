/* The line between the process that serves strangers and the one that holds the key: it may be missing, end in the middle, or say what it may not. */
#include "unit/egress/peer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "egress/provider.h"
#include "egress/wire.h"
#include "net/server.h"
#include "vault/token.h"

#define WORKSPACE STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdre")
#define ROW       STR("prv_01k9zq3v5n8xj4t2m7c6p0bdre")

enum { LARGE_BYTES = 7 * 1024 * 1024 };

struct world {
    char directory[64], key_path[96], base_url[96];
    struct loop *loop;
    struct http_server *server;
    struct http_exchange *held; /* of "/v1/hold" */
    struct egress *near, *far;
    pid_t peer;
    struct arena arena;
    unsigned results, ends;
    struct net_fault fault;
    int status;
    struct buf streamed; /* its beginning */
    size_t streamed_bytes;
};

static void on_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    struct str path = http_exchange_request(exchange)->path;
    if (str_eq(path, STR("/v1/large"))) {
        char *large = mem_alloc(LARGE_BYTES);
        http_reply(exchange, &(struct http_answer){ .status = 200, .body = { large, LARGE_BYTES } });
        mem_free(large);
    } else if (str_eq(path, STR("/v1/hold"))) {
        world->held = exchange;
        http_stream_begin(exchange, &(struct http_answer){ .status = 200 });
        (void)http_stream_write(exchange, STR("data: begun\n\n"));
    } else {
        http_reply(exchange, &(struct http_answer){ .status = 200, .body = STR("data: whole\n\n") });
    }
}

static struct egress_options options_of(struct world *world)
{
    return (struct egress_options){ .loop = world->loop, .key_file = world->key_path, .allow_private = true, .version = "1" };
}

static int set_up(void **state)
{
    struct world *world = mem_alloc(sizeof *world);
    vault_init();
    arena_init(&world->arena);
    buf_init(&world->streamed, 1024);
    memcpy(world->directory, "/tmp/far-XXXXXX", 16);
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->key_path, sizeof world->key_path, "%s/key", world->directory);
    world->loop = loop_open();
    world->server = http_server_open(world->loop, &(struct http_server_options){ .handler = on_request, .context = world });
    assert_int_equal(http_server_listen(world->server, STR("127.0.0.1:0"), NULL), OK);
    snprintf(world->base_url, sizeof world->base_url, "http://%.*s/v1", STR_ARG(http_server_address(world->server)));
    struct egress_options options = options_of(world);
    world->near = egress_open(&options, NULL);
    options.is_far = true;
    world->far = egress_open(&options, NULL);
    assert_non_null(world->near);
    assert_non_null(world->far);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    egress_close(world->near);
    if (world->far) egress_close(world->far);
    if (world->peer) peer_end(world->peer);
    if (world->held) http_stream_end(world->held);
    http_server_close(world->server);
    loop_close(world->loop);
    unlink(world->key_path);
    rmdir(world->directory);
    buf_clear(&world->streamed);
    arena_clear(&world->arena);
    mem_free(world);
    return 0;
}

static void attach(struct world *world)
{
    const struct egress_options options = options_of(world);
    world->peer = peer_start(&options, world->far);
}

static void on_data(void *context, struct str bytes)
{
    struct world *world = context;
    buf_str(&world->streamed, bytes);
    world->streamed_bytes += bytes.len;
}

static void on_result(void *context, const struct http_result *result)
{
    struct world *world = context;
    world->results++;
    world->fault = result->fault;
    world->status = result->answer.status;
}

static void on_end(void *context)
{
    struct world *world = context;
    world->ends++;
}

static struct egress_stream *call(struct world *world, const char *path)
{
    struct egress_sealed sealed;
    const struct egress_provider plain = { str_from(world->base_url), PROVIDER_BEARER, STR("sk-0123456789") };
    assert_int_equal(egress_seal_provider(world->near, WORKSPACE, ROW, &plain, &world->arena, &sealed), OK);
    const struct egress_model_command command = {
        .workspace = WORKSPACE, .provider = ROW, .sealed = sealed.envelope, .path = path, .body = STR("{}"), .stream = true
    };
    struct egress_stream *stream = egress_model_call(world->far, &command, on_data, on_result, world);
    assert_non_null(stream);
    return stream;
}

/* Turns the loop until the number is there. */
static void await(struct world *world, const unsigned *number, unsigned wanted)
{
    for (int i = 0; i < 1000 && *number < wanted; i++) loop_step(world->loop, 20);
    assert_int_equal(*number, wanted);
}

static void await_stream(struct world *world)
{
    for (int i = 0; i < 1000 && world->streamed.len == 0; i++) loop_step(world->loop, 20);
    assert_str(buf_view(&world->streamed), "data: begun\n\n");
}

static void kill_peer(struct world *world)
{
    assert_int_equal(kill(world->peer, SIGKILL), 0);
    assert_int_equal(waitpid(world->peer, NULL, 0), world->peer);
    world->peer = 0;
}

static void a_call_waits_for_its_line(void **state)
{
    struct world *world = *state;
    call(world, "/chat");
    loop_step(world->loop, 20);
    assert_int_equal(world->results, 0);
    attach(world);
    await(world, &world->results, 1);
    assert_int_equal(world->fault.kind, NET_OK);
    assert_int_equal(world->status, 200);
    assert_str(buf_view(&world->streamed), "data: whole\n\n");
}

static void a_line_that_ends_leaves_its_calls_in_doubt_and_the_next_one_serves(void **state)
{
    struct world *world = *state;
    attach(world);
    call(world, "/hold");
    await_stream(world);
    kill_peer(world);
    await(world, &world->results, 1);
    assert_int_equal(world->fault.kind, NET_RESET);
    assert_false(world->fault.nothing_sent);
    attach(world);
    call(world, "/chat");
    await(world, &world->results, 2);
    assert_int_equal(world->fault.kind, NET_OK);
}

static void a_call_is_cancelled_before_it_has_a_line_and_after(void **state)
{
    struct world *world = *state;
    struct egress_stream *stream = call(world, "/chat");
    egress_stream_cancel(stream);
    assert_int_equal(world->results, 0);
    await(world, &world->results, 1);
    assert_int_equal(world->fault.kind, NET_CANCELLED);
    assert_true(world->fault.nothing_sent);
    attach(world);
    stream = call(world, "/hold");
    await_stream(world);
    egress_stream_pause(stream);
    egress_stream_resume(stream);
    egress_stream_cancel(stream);
    await(world, &world->results, 2);
    assert_int_equal(world->fault.kind, NET_CANCELLED);
    assert_false(world->fault.nothing_sent);
}

static void closing_ends_what_is_out(void **state)
{
    struct world *world = *state;
    attach(world);
    call(world, "/hold");
    await_stream(world);
    egress_close(world->far);
    world->far = NULL;
    assert_int_equal(world->results, 1);
    assert_int_equal(world->fault.kind, NET_CANCELLED);
    assert_false(world->fault.nothing_sent);
}

static void closing_ends_what_has_no_line_yet(void **state)
{
    struct world *world = *state;
    call(world, "/chat");
    egress_close(world->far);
    world->far = NULL;
    assert_int_equal(world->results, 1);
    assert_int_equal(world->fault.kind, NET_CANCELLED);
    assert_true(world->fault.nothing_sent);
}

/* More than one read and more than the socket's buffer. */
static void a_large_answer_comes_whole(void **state)
{
    struct world *world = *state;
    attach(world);
    call(world, "/large");
    await(world, &world->results, 1);
    assert_int_equal(world->fault.kind, NET_OK);
    assert_int_equal(world->streamed_bytes, LARGE_BYTES);
}

static void nothing_is_sealed_without_the_other_process(void **state)
{
    struct world *world = *state;
    struct egress_sealed sealed;
    struct str envelope, secret;
    const struct egress_provider plain = { STR("https://api.openai.com/v1"), PROVIDER_BEARER, STR("sk-0123456789") };
    assert_int_equal(egress_seal_provider(world->far, WORKSPACE, ROW, &plain, &world->arena, &sealed), E_UNAVAILABLE);
    attach(world);
    assert_int_equal(egress_seal_provider(world->far, WORKSPACE, ROW, &plain, &world->arena, &sealed), OK);
    assert_str(sealed.last4, "6789");
    assert_int_equal(
        egress_webhook_seal(world->far, WORKSPACE, STR("https://example.com/hook"), &world->arena, &envelope, &secret), OK);
    assert_true(str_starts(secret, STR("whsec_")));
    kill_peer(world);
    assert_int_equal(egress_seal_provider(world->far, WORKSPACE, ROW, &plain, &world->arena, &sealed), E_UNAVAILABLE);
}

/* ---- what the other end may not say ------------------------------------------------------------------------------------------ */

static void send_raw(int fd, struct str bytes)
{
    unsigned char head[] = { (unsigned char)bytes.len, 0, 0, 0 };
    assert_int_equal(write(fd, head, sizeof head), (ssize_t)sizeof head);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
}

static struct buf message_of(enum wire_kind kind, uint32_t number)
{
    struct buf message;
    buf_init(&message, 250);
    struct wire wire = wire_writer(&message);
    wire_head(&wire, &kind, &number);
    return message;
}

/* One end of a service on the near egress; `ends` counts when it gives the other up. */
static struct egress_service *serve_raw(struct world *world, int *calls, int *seals)
{
    int call_ends[2], seal_ends[2];
    assert_true(line_pair(call_ends) && line_pair(seal_ends));
    *calls = call_ends[0];
    *seals = seal_ends[0];
    world->ends = 0;
    return egress_serve(world->near, call_ends[1], seal_ends[1], on_end, world);
}

static void assert_given_up(struct world *world, struct str bytes, bool over_seals)
{
    int calls, seals;
    struct egress_service *service = serve_raw(world, &calls, &seals);
    send_raw(over_seals ? seals : calls, bytes);
    await(world, &world->ends, 1);
    egress_service_close(service);
    close(calls);
    close(seals);
}

static void a_message_that_does_not_follow_the_rules_ends_the_line(void **state)
{
    struct world *world = *state;
    static const enum wire_kind kinds[] = { WIRE_CALL, WIRE_TOKEN, WIRE_MODEL, WIRE_NOTICE, WIRE_SEAL, WIRE_DATA, WIRE_RESULT };
    assert_given_up(world, STR(""), false);
    assert_given_up(world, STR("GET / HTTP/1.1\r\n\r\n"), false);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct buf message = message_of(kinds[i], 1);
        assert_given_up(world, buf_view(&message), false); /* its fields are missing, or it is not for this end */
        assert_given_up(world, buf_view(&message), true);
        buf_clear(&message);
    }
    struct buf cancel = message_of(WIRE_CANCEL, 1);
    buf_char(&cancel, 'x');
    assert_given_up(world, buf_view(&cancel), false); /* bytes left over */
    buf_clear(&cancel);
    struct buf far_number = message_of(WIRE_CANCEL, 0);
    far_number.data[9] = 0x7f;
    assert_given_up(world, buf_view(&far_number), false);
    buf_clear(&far_number);
}

static void a_message_over_the_limit_ends_the_line(void **state)
{
    struct world *world = *state;
    int calls, seals;
    struct egress_service *service = serve_raw(world, &calls, &seals);
    assert_int_equal(write(calls, "\xff\xff\xff\x7f", 4), 4);
    await(world, &world->ends, 1);
    egress_service_close(service);
    close(calls);
    close(seals);
}

static void answers_that_nobody_asked_for_end_the_line(void **state)
{
    struct world *world = *state;
    int calls[2], seals[2];
    assert_true(line_pair(calls) && line_pair(seals));
    egress_attach(world->far, calls[0], seals[0]);
    call(world, "/chat");
    struct buf message = message_of(WIRE_RESULT, 7);
    send_raw(calls[1], buf_view(&message));
    buf_clear(&message);
    await(world, &world->results, 1);
    assert_int_equal(world->fault.kind, NET_RESET);
    close(calls[1]);
    close(seals[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_waits_for_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_ends_leaves_its_calls_in_doubt_and_the_next_one_serves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_is_cancelled_before_it_has_a_line_and_after, set_up, tear_down),
        cmocka_unit_test_setup_teardown(closing_ends_what_is_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(closing_ends_what_has_no_line_yet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_large_answer_comes_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_sealed_without_the_other_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_that_does_not_follow_the_rules_ends_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_over_the_limit_ends_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_that_nobody_asked_for_end_the_line, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
