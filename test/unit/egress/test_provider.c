/* Calls to model providers against a real server on loopback: the key goes to its own address and nowhere else. Every test runs twice: with the key in this process, and with the key in
 * another one. */
#include "unit/egress/peer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "egress/address.h"
#include "egress/provider.h"
#include "net/server.h"
#include "vault/token.h"

#define WORKSPACE STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdre")
#define ROW       STR("prv_01k9zq3v5n8xj4t2m7c6p0bdre")
#define KEY       "sk-proj-0123456789abcdef"

static bool is_far; /* which of the two runs this is */

struct world {
    char directory[64], key_path[96], base_url[96];
    struct loop *loop;
    struct http_server *server;
    struct egress *open, *strict; /* private addresses allowed, and not */
    pid_t peers[2];               /* 0: the key is here */
    struct arena arena;
    unsigned requests, results;
    struct str target, key, version, body, streamed;
    enum net_fault_kind fault;
    int status;
};

static void on_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    const struct http_request *request = http_exchange_request(exchange);
    static const char *const keys[] = { "Authorization", "x-api-key", "api-key" };
    world->requests++;
    world->target = arena_str(&world->arena, request->target);
    world->body = arena_str(&world->arena, request->body);
    world->version = arena_str(&world->arena, http_header_get(request->headers, request->header_count, STR("anthropic-version")));
    world->key = STR_NONE;
    for (size_t i = 0; i < 3; i++) {
        struct str value = http_header_get(request->headers, request->header_count, str_from(keys[i]));
        if (value.len > 0) world->key = arena_fmt(&world->arena, "%s: %.*s", keys[i], STR_ARG(value));
    }
    http_reply(exchange, &(struct http_answer){ .status = 200, .body = STR("data: 1\n\n") });
}

static struct egress *open_egress(struct world *world, bool allow_private)
{
    const struct egress_options options = {
        .loop = world->loop, .key_file = world->key_path, .allow_private = allow_private, .version = "1"
    };
    if (is_far) return peer_open(&options, &world->peers[allow_private]);
    struct egress *egress = egress_open(&options, NULL);
    assert_non_null(egress);
    return egress;
}

static int set_up(void **state)
{
    struct world *world = mem_alloc(sizeof *world);
    vault_init();
    arena_init(&world->arena);
    memcpy(world->directory, "/tmp/provider-XXXXXX", 21);
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->key_path, sizeof world->key_path, "%s/key", world->directory);
    world->loop = loop_open();
    world->server = http_server_open(world->loop, &(struct http_server_options){ .handler = on_request, .context = world });
    assert_int_equal(http_server_listen(world->server, STR("127.0.0.1:0"), NULL), OK);
    snprintf(world->base_url, sizeof world->base_url, "http://%.*s/v1", STR_ARG(http_server_address(world->server)));
    world->open = open_egress(world, true);
    world->strict = open_egress(world, false);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    egress_close(world->open);
    egress_close(world->strict);
    for (size_t i = 0; i < 2; i++)
        if (world->peers[i]) peer_end(world->peers[i]);
    http_server_close(world->server);
    loop_close(world->loop);
    unlink(world->key_path);
    rmdir(world->directory);
    arena_clear(&world->arena);
    mem_free(world);
    return 0;
}

static void on_data(void *context, struct str bytes)
{
    struct world *world = context;
    world->streamed = arena_str(&world->arena, bytes);
}

static void on_result(void *context, const struct http_result *result)
{
    struct world *world = context;
    world->results++;
    world->fault = result->fault.kind;
    world->status = result->answer.status;
}

static struct egress_model_command command_for(struct world *world, enum provider_auth auth)
{
    struct egress_sealed sealed;
    const struct egress_provider plain = { str_from(world->base_url), auth, auth == PROVIDER_NO_KEY ? STR_NONE : STR(KEY) };
    assert_int_equal(egress_seal_provider(world->open, WORKSPACE, ROW, &plain, &world->arena, &sealed), OK);
    assert_true(str_find(sealed.envelope, STR("sk-proj"), 0) == SIZE_MAX);
    return (struct egress_model_command){ .workspace = WORKSPACE,
                                          .provider = ROW,
                                          .sealed = sealed.envelope,
                                          .path = "/chat/completions",
                                          .body = STR("{}"),
                                          .stream = true };
}

static void call(struct world *world, struct egress *egress, const struct egress_model_command *command)
{
    world->results = 0;
    (void)egress_model_call(egress, command, on_data, on_result, world);
    assert_int_equal(world->results, 0); /* never from inside the call */
    for (int i = 0; i < 500 && world->results == 0; i++) loop_step(world->loop, 20);
    assert_int_equal(world->results, 1);
}

static void the_key_goes_as_the_provider_wants_it(void **state)
{
    struct world *world = *state;
    static const struct {
        enum provider_auth auth;
        const char *header;
    } rows[] = { { PROVIDER_BEARER, "Authorization: Bearer " KEY },
                 { PROVIDER_X_API_KEY, "x-api-key: " KEY },
                 { PROVIDER_API_KEY, "api-key: " KEY },
                 { PROVIDER_NO_KEY, "" } };
    static const struct http_header version = { STR("anthropic-version"), STR("2023-06-01") };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct egress_model_command command = command_for(world, rows[i].auth);
        command.headers = &version;
        command.header_count = 1;
        call(world, world->open, &command);
        assert_int_equal(world->fault, NET_OK);
        assert_str(world->target, "/v1/chat/completions");
        assert_true(str_eq(world->key, str_from(rows[i].header)));
        assert_str(world->version, "2023-06-01");
        assert_str(world->streamed, "data: 1\n\n");
    }
}

static void a_private_address_is_for_the_operator_to_allow(void **state)
{
    struct world *world = *state;
    struct egress_model_command command = command_for(world, PROVIDER_BEARER);
    struct egress_sealed sealed;
    struct egress_provider plain = { str_from(world->base_url), PROVIDER_BEARER, STR(KEY) };
    call(world, world->strict, &command); /* sealed while it was allowed */
    assert_int_equal(world->fault, NET_PROTOCOL);
    assert_int_equal(egress_seal_provider(world->strict, WORKSPACE, ROW, &plain, &world->arena, &sealed), E_INPUT);
    plain.base_url = STR("https://127.0.0.1:1/v1");
    assert_int_equal(egress_seal_provider(world->strict, WORKSPACE, ROW, &plain, &world->arena, &sealed), OK);
    command.sealed = sealed.envelope;
    call(world, world->strict, &command);
    assert_int_equal(world->fault, NET_PRIVATE);
    assert_int_equal(world->requests, 0);
}

static void an_envelope_opens_in_its_own_row_only(void **state)
{
    struct world *world = *state;
    struct egress_model_command command = command_for(world, PROVIDER_BEARER);
    command.provider = STR("prv_01k9zq3v5n8xj4t2m7c6p0bdrf");
    call(world, world->open, &command);
    assert_int_equal(world->fault, NET_PROTOCOL);
    command = command_for(world, PROVIDER_BEARER);
    command.workspace = STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdrf");
    call(world, world->open, &command);
    assert_int_equal(world->fault, NET_PROTOCOL);
    assert_int_equal(world->requests, 0);
}

static void headers_and_paths_are_held_to_their_alphabet(void **state)
{
    struct world *world = *state;
    static const struct http_header bad[] = {
        { STR("Authorization"), STR("x") },
        { STR("HOST"), STR("evil") },
        { STR("x-api-key"), STR("x") },
        { STR("X-A"), STR("a\r\nX-B: b") },
        { STR("X A"), STR("a") },
        { STR(""), STR("a") },
        { STR("Proxy-Authorization"), STR("a") },
        { STR("X-A"), STR("") },
        { STR("Content-Length"), STR("0") },
        { STR("Cookie"), STR("a") },
    };
    static const char *const paths[] = { "chat", "/../x", "/a?b", "/a#b", "//a", "/a%2e", "/A", "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct egress_model_command command = command_for(world, PROVIDER_BEARER);
        command.headers = &bad[i];
        command.header_count = 1;
        assert_false(egress_header_fits(bad[i].name, bad[i].value));
        call(world, world->open, &command);
        assert_int_equal(world->fault, NET_PROTOCOL);
    }
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct egress_model_command command = command_for(world, PROVIDER_BEARER);
        command.path = paths[i];
        call(world, world->open, &command);
        assert_int_equal(world->fault, NET_PROTOCOL);
    }
    assert_true(egress_header_fits(STR("OpenAI-Organization"), STR("org-1")));
    assert_int_equal(world->requests, 0);
}

static void bases(void **state)
{
    (void)state;
    static const char *const good[] = { "https://api.openai.com/v1", "https://api.anthropic.com",
                                        "https://a.openai.azure.com/openai/v1", "https://h:8443/a-b_c~d.e/f",
                                        "https://[2001:4860::8888]/v1" };
    static const char *const bad[] = { "http://h",      "https://h/",    "https://h//a",    "https://h/../a",
                                       "https://h/./a", "https://h/a?b", "https://u:p@h/a", "https://h/a b",
                                       "https://h/%41", "ftp://h",       "https://",        "",
                                       "https:///a",    "https://h/a/",  "https://h\\a",    "HTTPS://h",
                                       "https://h/a\n" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!address_is_provider_base(str_from(good[i]), false)) fail_msg("%s is one", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_is_provider_base(str_from(bad[i]), false)) fail_msg("%s is none", bad[i]);
    assert_true(address_is_provider_base(STR("http://127.0.0.1:11434"), true));
}

static void keys_that_no_header_can_hold_are_not_sealed(void **state)
{
    struct world *world = *state;
    struct egress_sealed sealed;
    static const struct str keys[] = { STR(""), STR("a\nb"), STR("a\rb"), STR("\xc3\xa4") };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct egress_provider plain = { STR("https://h/v1"), PROVIDER_BEARER, keys[i] };
        assert_int_equal(egress_seal_provider(world->strict, WORKSPACE, ROW, &plain, &world->arena, &sealed), E_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_key_goes_as_the_provider_wants_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_private_address_is_for_the_operator_to_allow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_envelope_opens_in_its_own_row_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(headers_and_paths_are_held_to_their_alphabet, set_up, tear_down),
        cmocka_unit_test(bases),
        cmocka_unit_test_setup_teardown(keys_that_no_header_can_hold_are_not_sealed, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests_name("the key is here", tests, NULL, NULL);
    is_far = true;
    return failed + cmocka_run_group_tests_name("the key is in another process", tests, NULL, NULL);
}
