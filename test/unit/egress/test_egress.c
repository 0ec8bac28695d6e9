/* Egress against a real HTTP server on loopback: what goes out, what is refused before anything goes out, and that no
 * secret can be sent to another host.
 *
 * Two servers: one stands for the account, the other is a sink that nothing may ever reach. Every test runs twice: with the key in this process, and with the key in another one.
 */
#include "unit/egress/peer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "egress/egress.h"
#include "net/server.h"
#include "vault/seal.h"
#include "vault/token.h"

#define WORKSPACE    STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdre")
#define ROW          STR("int_01k9zq3v5n8xj4t2m7c6p0bdre")
#define SECRET       "6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv"
#define ACCESS_TOKEN "gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo"

static const struct egress_credential api_token = { AUTH_API_TOKEN, STR("acme"), STR("ops@acme.com"), STR(SECRET) };
static const struct egress_credential oauth_client = { AUTH_OAUTH_CLIENT, STR("acme"), STR("chatcrafter"),
                                                       STR("client-secret-0123456789") };

static bool is_far; /* which of the two runs this is */

/* What the servers saw last, copied. */
struct world {
    char directory[64], key_path[96], base_url[64];
    struct loop *loop;
    struct http_server *account, *sink;
    struct egress *egress;
    pid_t peer; /* 0: the key is here */
    struct arena arena;
    /* what the account answers */
    int status;
    const char *body;
    struct http_header location;
    /* what it saw */
    unsigned requests, sink_requests;
    struct http_request seen;
    struct http_header *headers;
    /* the result */
    unsigned results;
    enum net_fault_kind fault;
    bool nothing_sent;
    int answer_status;
    struct str answer_body;
    struct egress_token_result token;
};

static void remember(struct world *world, const struct http_request *request)
{
    world->headers = arena_array(&world->arena, request->header_count, sizeof *world->headers);
    for (size_t i = 0; i < request->header_count; i++) {
        world->headers[i].name = arena_str(&world->arena, request->headers[i].name);
        world->headers[i].value = arena_str(&world->arena, request->headers[i].value);
    }
    world->seen =
        (struct http_request){ .method = request->method, .headers = world->headers, .header_count = request->header_count };
    world->seen.target = arena_str(&world->arena, request->target);
    world->seen.body = arena_str(&world->arena, request->body);
    world->requests++;
}

static void on_account_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    remember(world, http_exchange_request(exchange));
    http_reply(exchange, &(struct http_answer){ .status = world->status,
                                                .headers = &world->location,
                                                .header_count = world->location.name.len > 0,
                                                .body = str_from(world->body) });
}

static void on_sink_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    world->sink_requests++;
    http_reply(exchange, &(struct http_answer){ .status = 200 });
}

static struct http_server *listen_with(struct world *world, http_handler *handler)
{
    struct http_server *server =
        http_server_open(world->loop, &(struct http_server_options){ .handler = handler, .context = world });
    assert_int_equal(http_server_listen(server, STR("127.0.0.1:0"), NULL), OK);
    return server;
}

static struct egress *open_egress(struct world *world, const char *base_url)
{
    const struct egress_resolve resolve[] = { { STR("acme"), str_from(base_url) },
                                              { STR("broken"), STR("http://127.0.0.1:1/path?") } };
    const struct egress_options options = {
        .loop = world->loop, .key_file = world->key_path, .resolve = resolve, .resolve_count = 2, .version = "9.8"
    };
    if (is_far) return peer_open(&options, &world->peer);
    struct egress *egress = egress_open(&options, NULL);
    assert_non_null(egress);
    return egress;
}

static void close_egress(struct world *world)
{
    egress_close(world->egress);
    if (world->peer) peer_end(world->peer);
}

static int set_up(void **state)
{
    struct world *world = mem_alloc(sizeof *world);
    vault_init();
    arena_init(&world->arena);
    memcpy(world->directory, "/tmp/egress-XXXXXX", 19);
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->key_path, sizeof world->key_path, "%s/key", world->directory);
    world->loop = loop_open();
    world->account = listen_with(world, on_account_request);
    world->sink = listen_with(world, on_sink_request);
    snprintf(world->base_url, sizeof world->base_url, "http://%.*s", STR_ARG(http_server_address(world->account)));
    world->egress = open_egress(world, world->base_url);
    world->status = 200;
    world->body = "{}";
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    close_egress(world);
    http_server_close(world->account);
    http_server_close(world->sink);
    loop_close(world->loop);
    unlink(world->key_path);
    rmdir(world->directory);
    arena_clear(&world->arena);
    mem_free(world);
    return 0;
}

static void on_result(void *context, const struct http_result *result)
{
    struct world *world = context;
    world->results++;
    world->fault = result->fault.kind;
    world->nothing_sent = result->fault.nothing_sent;
    world->answer_status = result->answer.status;
    world->answer_body = arena_str(&world->arena, result->answer.body);
}

static void on_token(void *context, const struct egress_token_result *result)
{
    struct world *world = context;
    world->results++;
    world->token = *result;
    world->token.sealed_token = arena_str(&world->arena, result->sealed_token);
    world->token.scope = arena_str(&world->arena, result->scope);
    world->answer_status = result->answer.status;
    world->answer_body = arena_str(&world->arena, result->answer.body);
}

static void await(struct world *world)
{
    for (int i = 0; i < 500 && world->results == 0; i++) loop_step(world->loop, 20);
    assert_int_equal(world->results, 1);
}

static struct str sealed_with(struct world *world, const struct egress_credential *credential)
{
    struct egress_sealed sealed;
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, credential, &world->arena, &sealed), OK);
    return sealed.envelope;
}

static struct egress_command command_for(struct world *world, const struct action_spec *spec, enum http_method method,
                                         struct str path)
{
    return (struct egress_command){ .workspace = WORKSPACE,
                                    .integration = ROW,
                                    .sealed = sealed_with(world, &api_token),
                                    .action = spec,
                                    .method = method,
                                    .path = path };
}

static void call(struct world *world, const struct egress_command *command)
{
    world->results = 0;
    egress_call(world->egress, command, on_result, world);
    assert_int_equal(world->results, 0); /* never from inside the call */
    await(world);
}

static struct str header(const struct world *world, const char *name)
{
    return http_header_get(world->seen.headers, world->seen.header_count, str_from(name));
}

/* ---- what goes out ------------------------------------------------------------------------------------------------- */

static void a_creation_goes_out_whole(void **state)
{
    struct world *world = *state;
    struct egress_command command = command_for(world, action_spec(ACTION_CREATE_TICKET), HTTP_POST, STR("/api/v2/tickets"));
    command.body = STR("{\"ticket\":{\"comment\":{\"body\":\"\xc3\xa4\"}}}");
    command.idempotency_key = STR("cca1-0123-0");
    world->status = 201;
    world->body = "{\"ticket\":{\"id\":7}}";
    call(world, &command);
    assert_int_equal(world->fault, NET_OK);
    assert_int_equal(world->answer_status, 201);
    assert_str(world->answer_body, "{\"ticket\":{\"id\":7}}");
    assert_int_equal(world->seen.method, HTTP_POST);
    assert_str(world->seen.target, "/api/v2/tickets");
    assert_true(str_eq(world->seen.body, command.body));
    /* printf 'ops@acme.com/token:SECRET' | base64 */
    assert_str(header(world, "authorization"),
               "Basic b3BzQGFjbWUuY29tL3Rva2VuOjZ3aUlCV2JHa0JNbzFtUkRNdVZ3a3cxRVBzTmtlVWo5NVBJejJha3Y=");
    assert_str(header(world, "accept"), "application/json");
    assert_str(header(world, "content-type"), "application/json");
    assert_str(header(world, "idempotency-key"), "cca1-0123-0");
    assert_str(header(world, "x-practice-account"), "acme");
    assert_str(header(world, "user-agent"), "ChatCrafterAI/9.8 (+zendesk)");
}

static void a_test_call_has_no_body_and_no_key(void **state)
{
    struct world *world = *state;
    struct egress_command command = command_for(world, NULL, HTTP_GET, STR("/api/v2/tickets?page%5Bsize%5D=1"));
    call(world, &command);
    assert_int_equal(world->answer_status, 200);
    assert_str(world->seen.target, "/api/v2/tickets?page%5Bsize%5D=1");
    assert_int_equal(header(world, "content-type").len, 0);
    assert_int_equal(header(world, "idempotency-key").len, 0);
    assert_true(header(world, "authorization").len > 0);
}

static void a_redirect_is_not_followed(void **state)
{
    struct world *world = *state;
    char target[96];
    struct egress_command command = command_for(world, NULL, HTTP_GET, STR("/api/v2/users/me"));
    snprintf(target, sizeof target, "http://%.*s/api/v2/users/me", STR_ARG(http_server_address(world->sink)));
    world->status = 302;
    world->location = (struct http_header){ STR("Location"), str_from(target) };
    call(world, &command);
    assert_int_equal(world->answer_status, 302);
    for (int i = 0; i < 5; i++) loop_step(world->loop, 10);
    assert_int_equal(world->sink_requests, 0);
    assert_int_equal(world->requests, 1);
}

/* ---- what is refused ----------------------------------------------------------------------------------------------- */

static void assert_refused(struct world *world, const struct egress_command *command)
{
    call(world, command);
    assert_int_equal(world->fault, NET_PROTOCOL);
    assert_true(world->nothing_sent);
    assert_int_equal(world->requests + world->sink_requests, 0);
}

static void hostile_labels_are_never_sealed(void **state)
{
    static const char *const patterns[] = {
        "%s",     "%s#",    "%s/", "%s?",    "%s\\",      "%s@",        "x@%s", "x:y@%s",          "%s:",
        "%s%%23", "%s%%2f", "%s ", "%s\r\n", "http://%s", "https://%s", "//%s", "%s#.zendesk.com", "%s/.zendesk.com"
    };
    struct world *world = *state;
    char sink[64];
    snprintf(sink, sizeof sink, "%.*s", STR_ARG(http_server_address(world->sink)));
    const char *const hosts[] = { sink, "127.0.0.1", "localhost.", "evil.com", "zendesk.com", "[::1]", "0x7f000001." };
    size_t count = 0;
    for (size_t h = 0; h < sizeof hosts / sizeof *hosts; h++) {
        for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++, count++) {
            struct buf label;
            struct egress_sealed sealed;
            struct egress_credential credential = api_token;
            buf_init(&label, 256);
            size_t gap = str_find(str_from(patterns[p]), STR("%s"), 0);
            buf_bytes(&label, patterns[p], gap);
            buf_lit(&label, hosts[h]);
            buf_lit(&label, patterns[p] + gap + 2);
            credential.subdomain = buf_view(&label);
            assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &credential, &world->arena, &sealed), E_INPUT);
            buf_clear(&label);
        }
    }
    assert_true(count >= 100);
}

static void hostile_paths_reach_nobody(void **state)
{
    static const char *const patterns[] = {
        "@SINK/api/v2/tickets",
        ":80@SINK/api/v2/tickets",
        "//SINK/api/v2/tickets",
        "http://SINK/api/v2/tickets",
        "/\\SINK/api/v2/tickets",
        "/api/v2/tickets@SINK",
        "/api/v2/../../SINK",
        ".SINK/api/v2/tickets",
        "#@SINK/",
        "?@SINK/",
        "/api/v2/tickets#@SINK",
        "/api/v2/tickets\r\nHost: SINK",
        "/api/v2/tickets HTTP/1.1\r\nHost: SINK\r\n\r\n",
        "/api/v2/tickets?next=http://SINK",
        "/api/v2/tickets/7/../8",
        "/api/v2//tickets",
        "/api/v2/tickets/%2e%2e",
        "/api/v2/tickets\t",
        "",
        "/",
        "/oauth/tokens",
        "/api/v2/users",
        "/api/v2/tickets/7",
        "/api/v2/tickets.json",
    };
    struct world *world = *state;
    size_t count = 0;
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        struct buf path;
        buf_init(&path, 512);
        size_t gap = str_find(str_from(patterns[p]), STR("SINK"), 0);
        struct str pattern = str_from(patterns[p]);
        buf_str(&path, str_slice(pattern, 0, gap == SIZE_MAX ? pattern.len : gap));
        if (gap != SIZE_MAX) buf_str(&path, http_server_address(world->sink));
        if (gap != SIZE_MAX) buf_str(&path, str_slice(pattern, gap + 4, pattern.len));
        for (int method = HTTP_GET; method <= HTTP_OTHER; method++, count++) {
            struct egress_command command =
                command_for(world, action_spec(ACTION_CREATE_TICKET), (enum http_method)method, buf_view(&path));
            assert_refused(world, &command);
        }
        buf_clear(&path);
    }
    assert_true(count >= 100);
}

static void a_call_outside_of_its_action_is_refused(void **state)
{
    struct world *world = *state;
    struct egress_command command = command_for(world, action_spec(ACTION_GET_TICKET), HTTP_POST, STR("/api/v2/tickets"));
    assert_refused(world, &command);
    command = command_for(world, NULL, HTTP_POST, STR("/api/v2/tickets"));
    assert_refused(world, &command);
    command = command_for(world, action_spec(ACTION_CREATE_TICKET), HTTP_POST, STR("/api/v2/tickets"));
    command.idempotency_key = STR("a\r\nX-Evil: 1");
    assert_refused(world, &command);
}

static void an_envelope_opens_in_its_own_place_only(void **state)
{
    struct world *world = *state;
    struct egress_command good = command_for(world, NULL, HTTP_GET, STR("/api/v2/users/me")), moved = good;
    moved.integration = STR("int_01k9zq3v5n8xj4t2m7c6p0bdrf");
    assert_refused(world, &moved);
    moved = good;
    moved.workspace = STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdrf");
    assert_refused(world, &moved);
    moved = good;
    moved.sealed = STR("v1.00000000.AAAA.AAAA");
    assert_refused(world, &moved);
    moved.sealed = STR_NONE;
    assert_refused(world, &moved);
    for (size_t i = 0; i < good.sealed.len; i += 7) {
        char *changed = arena_cstr(&world->arena, good.sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        moved = good;
        moved.sealed = (struct str){ changed, good.sealed.len };
        assert_refused(world, &moved);
    }
}

static void a_base_url_with_a_path_is_not_used(void **state)
{
    struct world *world = *state;
    struct egress_credential credential = api_token;
    struct egress_command command = command_for(world, NULL, HTTP_GET, STR("/api/v2/users/me"));
    credential.subdomain = STR("broken");
    command.sealed = sealed_with(world, &credential);
    assert_refused(world, &command);
}

/* ---- sealing and addresses ----------------------------------------------------------------------------------------- */

static void what_is_kept_of_a_secret_does_not_show_it(void **state)
{
    struct world *world = *state;
    struct egress_sealed first, second, other;
    struct egress_credential elsewhere = api_token, brief = api_token;
    elsewhere.subdomain = STR("other");
    brief.secret = STR("seven77");
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &api_token, &world->arena, &first), OK);
    assert_int_equal(egress_seal(world->egress, WORKSPACE, STR("int_2"), &elsewhere, &world->arena, &second), OK);
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &brief, &world->arena, &other), OK);
    assert_str(first.last4, "2akv");
    assert_str(other.last4, "");
    assert_true(str_eq(first.fingerprint, second.fingerprint));
    assert_false(str_eq(first.fingerprint, other.fingerprint));
    assert_false(str_eq(first.envelope, second.envelope));
    assert_true(str_find(first.envelope, STR(SECRET), 0) == SIZE_MAX);
    assert_true(str_find(first.fingerprint, STR("2akv"), 0) == SIZE_MAX);
}

static void parts_with_line_ends_are_not_sealed(void **state)
{
    struct world *world = *state;
    struct egress_sealed sealed;
    struct egress_credential credential = api_token;
    credential.secret = STR("abc\nacme");
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &credential, &world->arena, &sealed), E_INPUT);
    credential = api_token;
    credential.identifier = STR("ops@acme.com\nevil");
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &credential, &world->arena, &sealed), E_INPUT);
    credential.identifier = STR_NONE;
    assert_int_equal(egress_seal(world->egress, WORKSPACE, ROW, &credential, &world->arena, &sealed), E_INPUT);
}

static void an_account_has_one_address(void **state)
{
    struct world *world = *state;
    bool practice;
    assert_str(egress_base_url(world->egress, STR("mycompany"), &world->arena, &practice), "https://mycompany.zendesk.com");
    assert_false(practice);
    assert_true(str_eq(egress_base_url(world->egress, STR("acme"), &world->arena, &practice), str_from(world->base_url)));
    assert_true(practice);
    close_egress(world);
    world->egress = open_egress(world, "http://127.0.0.1:8081/");
    assert_str(egress_base_url(world->egress, STR("acme"), &world->arena, &practice), "http://127.0.0.1:8081");
}

/* ---- OAuth --------------------------------------------------------------------------------------------------------- */

static void fetch(struct world *world, const struct egress_credential *credential)
{
    const struct egress_command command = { .workspace = WORKSPACE,
                                            .integration = ROW,
                                            .sealed = sealed_with(world, credential) };
    world->results = 0;
    egress_fetch_token(world->egress, &command, STR("read write"), on_token, world);
    assert_int_equal(world->results, 0);
    await(world);
}

static void a_token_is_fetched_and_used(void **state)
{
    struct world *world = *state;
    world->body =
        "{\"access_token\":\"" ACCESS_TOKEN "\",\"token_type\":\"bearer\",\"scope\":\"read write\",\"expires_in\":1800}";
    fetch(world, &oauth_client);
    assert_str(world->seen.target, "/oauth/tokens");
    assert_int_equal(world->seen.method, HTTP_POST);
    assert_str(world->seen.body, "{\"grant_type\":\"client_credentials\",\"client_id\":\"chatcrafter\",\"client_secret\":"
                                 "\"client-secret-0123456789\",\"scope\":\"read write\"}");
    assert_int_equal(header(world, "authorization").len, 0);
    assert_str(header(world, "x-practice-account"), "acme");
    assert_true(world->token.sealed_token.len > 0);
    assert_true(str_find(world->token.sealed_token, STR(ACCESS_TOKEN), 0) == SIZE_MAX);
    assert_int_equal(world->token.expires_in_s, 1800);
    assert_str(world->token.scope, "read write");
    assert_int_equal(world->answer_body.len, 0);

    struct egress_command command = command_for(world, NULL, HTTP_GET, STR("/api/v2/users/me"));
    command.sealed = sealed_with(world, &oauth_client);
    command.sealed_token = world->token.sealed_token;
    call(world, &command);
    assert_str(header(world, "authorization"), "Bearer " ACCESS_TOKEN);
}

static void a_token_of_another_account_is_not_used(void **state)
{
    struct world *world = *state;
    struct egress_credential elsewhere = oauth_client;
    elsewhere.subdomain = STR("other");
    world->body = "{\"access_token\":\"" ACCESS_TOKEN "\"}";
    fetch(world, &oauth_client);
    world->requests = 0;
    struct egress_command command = command_for(world, NULL, HTTP_GET, STR("/api/v2/users/me"));
    command.sealed = sealed_with(world, &elsewhere);
    command.sealed_token = world->token.sealed_token;
    assert_refused(world, &command);
    command.sealed = sealed_with(world, &oauth_client);
    command.sealed_token = STR_NONE;
    assert_refused(world, &command);
    command.sealed_token = sealed_with(world, &oauth_client); /* another kind of envelope */
    assert_refused(world, &command);
}

static void a_refused_client_is_told_apart(void **state)
{
    static const char *const unusable[] = {
        "", "{}", "[]", "{\"access_token\":\"\"}", "{\"access_token\":7}", "{\"access_token\":\"a\\nb\"}", "<html>"
    };
    struct world *world = *state;
    world->status = 401;
    world->body = "{\"error\":\"invalid_client\"}";
    fetch(world, &oauth_client);
    assert_int_equal(world->token.sealed_token.len, 0);
    assert_int_equal(world->answer_status, 401);
    assert_str(world->answer_body, "{\"error\":\"invalid_client\"}");
    world->status = 200;
    for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++) {
        world->body = unusable[i];
        fetch(world, &oauth_client);
        assert_int_equal(world->token.sealed_token.len, 0);
        assert_int_equal(world->answer_body.len, 0);
    }
    world->requests = 0;
    fetch(world, &api_token);
    assert_int_equal(world->token.sealed_token.len, 0);
    assert_int_equal(world->token.fault.kind, NET_PROTOCOL);
    assert_int_equal(world->requests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_creation_goes_out_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_test_call_has_no_body_and_no_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_redirect_is_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_labels_are_never_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_paths_reach_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_outside_of_its_action_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_envelope_opens_in_its_own_place_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_base_url_with_a_path_is_not_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_kept_of_a_secret_does_not_show_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_with_line_ends_are_not_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_account_has_one_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_fetched_and_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_of_another_account_is_not_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_client_is_told_apart, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests_name("the key is here", tests, NULL, NULL);
    is_far = true;
    return failed + cmocka_run_group_tests_name("the key is in another process", tests, NULL, NULL);
}
