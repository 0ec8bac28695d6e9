/* A captured front: whoever has taken over the process that parses strangers' input can neither read the account's token nor have it sent elsewhere.
 *
 * Parent, egress and confinement are the real ones; the front is captive.h's. Beside them stand the account, to which the token belongs, and a sink, which must never see it.
 */
#include "unit/app/captive.h"

#include "egress/wire.h"
#include "net/server.h"

#define WORKSPACE STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdre")
#define ROW       STR("int_01k9zq3v5n8xj4t2m7c6p0bdre")
#define TOKEN     "6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv"

struct world {
    char directory[64], base_url[64], sink_url[64];
    struct captivity captivity;
    struct loop *loop;
    struct http_server *account, *sink;
    struct arena arena;
    struct str sealed; /* the token's envelope, as front has it in its database */
    pid_t parent;
    int orders_fd;
    struct order order;
    struct report report;
    int status;                /* what the account answers */
    struct http_header header; /* with it */
    unsigned account_requests, account_authorized, sink_requests;
    struct buf sink_heard;
};

/* ---- who listens ---------------------------------------------------------------------------------------------------------------------- */

static void on_account_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    const struct http_request *request = http_exchange_request(exchange);
    world->account_requests++;
    world->account_authorized += http_header_get(request->headers, request->header_count, STR("authorization")).len > 0;
    http_reply(exchange, &(struct http_answer){ .status = world->status,
                                                .headers = &world->header,
                                                .header_count = world->header.name.len > 0,
                                                .body = STR("{\"user\":{\"id\":1}}") });
}

static void on_sink_request(void *context, struct http_exchange *exchange)
{
    struct world *world = context;
    const struct http_request *request = http_exchange_request(exchange);
    world->sink_requests++;
    buf_str(&world->sink_heard, request->target);
    for (size_t i = 0; i < request->header_count; i++) buf_str(&world->sink_heard, request->headers[i].value);
    buf_str(&world->sink_heard, request->body);
    http_reply(exchange, &(struct http_answer){ .status = 200 });
}

/* In plain, or in base64 wherever it begins there: of three beginnings one is on a border. */
static bool shows_token(struct str text)
{
    bool is_shown = str_find(text, STR(TOKEN), 0) != SIZE_MAX;
    for (size_t from = 0; from < 3; from++) {
        struct buf encoded;
        buf_init(&encoded, 128);
        buf_base64(&encoded, &TOKEN[from], 30);
        is_shown = is_shown || str_find(text, buf_view(&encoded), 0) != SIZE_MAX;
        buf_clear(&encoded);
    }
    return is_shown;
}

static struct http_server *listen_with(struct world *world, http_handler *handler, char url[64])
{
    struct http_server *server =
        http_server_open(world->loop, &(struct http_server_options){ .handler = handler, .context = world });
    assert_int_equal(http_server_listen(server, STR("127.0.0.1:0"), NULL), OK);
    snprintf(url, 64, "http://%.*s", STR_ARG(http_server_address(server)));
    return server;
}

/* ---- life ----------------------------------------------------------------------------------------------------------------------------- */

static const char *path_of(struct world *world, const char *name)
{
    return arena_fmt(&world->arena, "%s/%s", world->directory, name).ptr;
}

static void configure(struct world *world)
{
    world->captivity.config = (struct config){
        .data = world->directory,
        .database = path_of(world, "chatcrafter.db"),
        .key_file = path_of(world, "master.key"),
        .socket = path_of(world, "chatcrafter.sock"),
        .user = "",
        .ca_file = "",
        .proxy = "",
        .resolve = { { STR("acme"), str_from(world->base_url) }, { STR("sink"), str_from(world->sink_url) } },
        .resolve_count = 2,
    };
}

/* Seals as the server once did, when the member typed the token. */
static void seal_token(struct world *world)
{
    static const struct egress_credential token = { AUTH_API_TOKEN, STR("acme"), STR("ops@acme.com"), STR(TOKEN) };
    struct egress_sealed sealed;
    const struct egress_options options = service_egress_options(&world->captivity.config, world->loop);
    struct egress *egress = egress_open(&options, NULL);
    assert_non_null(egress);
    assert_int_equal(egress_seal(egress, WORKSPACE, ROW, &token, &world->arena, &sealed), OK);
    egress_close(egress);
    world->sealed = sealed.envelope;
}

static int set_up(void **state)
{
    int orders[2];
    struct world *world = mem_alloc(sizeof *world);
    vault_init();
    arena_init(&world->arena);
    buf_init(&world->sink_heard, 1024 * 1024);
    memcpy(world->directory, "/tmp/captured-XXXXXX", 21);
    assert_non_null(mkdtemp(world->directory));
    world->status = 200;
    world->loop = loop_open();
    world->account = listen_with(world, on_account_request, world->base_url);
    world->sink = listen_with(world, on_sink_request, world->sink_url);
    configure(world);
    assert_int_equal(mkdir(path_of(world, "backups"), 0700), 0);
    seal_token(world);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders), 0);
    world->captivity.orders_fd = orders[1];
    world->captivity.tester_fd = world->orders_fd = orders[0];
    world->parent = captive_start(&world->captivity);
    close(orders[1]);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const files[] = { "chatcrafter.db",      "chatcrafter.db-wal", "chatcrafter.db-shm",
                                         "chatcrafter.db.lock", "master.key",         "backups/2026.db" };
    struct world *world = *state;
    int status = 0;
    close(world->orders_fd); /* the captive ends, and everything with it */
    assert_int_equal(waitpid(world->parent, &status, 0), world->parent);
    assert_int_equal(WEXITSTATUS(status), 0);
    http_server_close(world->account);
    http_server_close(world->sink);
    loop_close(world->loop);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) unlink(path_of(world, files[i]));
    rmdir(path_of(world, "backups"));
    assert_int_equal(rmdir(world->directory), 0); /* nothing else was made */
    buf_clear(&world->sink_heard);
    arena_clear(&world->arena);
    mem_free(world);
    return 0;
}

/* ---- orders --------------------------------------------------------------------------------------------------------------------------- */

/* Account and sink go on listening until the captive reports. */
static void give(struct world *world)
{
    ssize_t count = -1;
    assert_int_equal(send(world->orders_fd, &world->order, sizeof world->order, 0), (ssize_t)sizeof world->order);
    for (int i = 0; i < 3000 && count < 0; i++) {
        loop_step(world->loop, 10);
        count = recv(world->orders_fd, &world->report, sizeof world->report, MSG_DONTWAIT);
    }
    assert_int_equal(count, (ssize_t)sizeof world->report);
    assert_false(shows_token((struct str){ world->report.bytes, world->report.length }));
}

static void order(struct world *world, enum deed deed, const char *path, int number)
{
    world->order = (struct order){ .deed = deed, .number = number };
    snprintf(world->order.path, sizeof world->order.path, "%s", path);
    snprintf(world->order.other, sizeof world->order.other, "%s", path_of(world, "backups/stolen"));
    give(world);
}

/* By both threads of the real front. */
static void assert_cannot(struct world *world, enum deed deed, const char *path, int number)
{
    for (int i = 0; i < 2; i++) {
        world->order = (struct order){ .deed = deed, .number = number, .on_storage_thread = i == 1 };
        snprintf(world->order.path, sizeof world->order.path, "%s", path);
        snprintf(world->order.other, sizeof world->order.other, "%s", path_of(world, "backups/stolen"));
        give(world);
        if (world->report.error == 0) fail_msg("deed %d was done: %s %d", deed, path, number);
        if (world->report.error != EACCES && world->report.error != EPERM && world->report.error != EXDEV)
            fail_msg("deed %d with %s failed for another reason: %s", deed, path, strerror(world->report.error));
    }
}

static bool is_confined(struct world *world)
{
    order(world, DEED_CONFINEMENT, "", 0);
    if (world->report.result == CONFINE_ALL) return true;
    print_message("not confined here: %d\n", world->report.result);
    return false;
}

/* Parent's only other child. */
static pid_t egress_pid(const struct world *world)
{
    char line[128] = "", name[64];
    snprintf(name, sizeof name, "/proc/%d/task/%d/children", world->parent, world->parent);
    FILE *children = fopen(name, "re");
    assert_non_null(children);
    assert_non_null(fgets(line, sizeof line, children));
    fclose(children);
    struct str rest = str_from(line), word;
    while (str_split(&rest, ' ', &word)) {
        int64_t pid;
        if (!str_to_i64(word, &pid)) continue;
        snprintf(name, sizeof name, "/proc/%lld/comm", (long long)pid);
        FILE *comm = fopen(name, "re");
        bool is_egress = comm && fgets(name, sizeof name, comm) && str_starts(str_from(name), STR("cc-egress"));
        if (comm) fclose(comm);
        if (is_egress) return (pid_t)pid;
    }
    fail_msg("there is no egress in %s", line);
    return 0;
}

/* ---- reading it ----------------------------------------------------------------------------------------------------------------------- */

static void what_it_has_it_can_read(void **state)
{
    struct world *world = *state;
    order(world, DEED_READ, world->captivity.config.database, 0);
    assert_int_equal(world->report.error, 0);
    order(world, DEED_CREATE, path_of(world, "backups/2026.db"), 0);
    assert_int_equal(world->report.error, 0);
}

static void it_cannot_read_the_key(void **state)
{
    struct world *world = *state;
    const char *key = world->captivity.config.key_file;
    if (!is_confined(world)) skip();
    assert_cannot(world, DEED_READ, key, 0);
    assert_cannot(world, DEED_RENAME, key, 0);
    assert_cannot(world, DEED_LINK, key, 0);
    assert_cannot(world, DEED_UNLINK, key, 0);
    assert_cannot(world, DEED_CHMOD, key, 0);
    assert_cannot(world, DEED_READ, "/etc/passwd", 0);
    assert_cannot(world, DEED_READ, "/proc/self/environ", 0);
    assert_cannot(world, DEED_CREATE, path_of(world, "else"), 0);
}

static void it_cannot_look_into_other_processes(void **state)
{
    struct world *world = *state;
    if (!is_confined(world)) skip();
    const pid_t pids[] = { egress_pid(world), world->parent };
    for (size_t i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "/proc/%d/mem", pids[i]);
        assert_cannot(world, DEED_READ, name, 0);
        snprintf(name, sizeof name, "/proc/%d/environ", pids[i]);
        assert_cannot(world, DEED_READ, name, 0);
        assert_cannot(world, DEED_PTRACE, "", pids[i]);
        assert_cannot(world, DEED_VM_READ, "", pids[i]);
        assert_cannot(world, DEED_KILL, "", pids[i]);
        assert_cannot(world, DEED_TAKE_DESCRIPTOR, "", pids[i]);
    }
}

static void it_cannot_run_or_connect_anything(void **state)
{
    struct world *world = *state;
    if (!is_confined(world)) skip();
    struct str port = str_from(world->sink_url), piece = STR_NONE;
    uint64_t number = 0;
    while (str_split(&port, ':', &piece)) continue;
    assert_true(str_to_u64(piece, &number));
    assert_cannot(world, DEED_EXEC, "", 0);
    assert_cannot(world, DEED_FORK, "", 0);
    assert_cannot(world, DEED_SOCKET, "", 0);
    assert_cannot(world, DEED_CONNECT, "", (int)number);
    assert_cannot(world, DEED_MAKE_CODE, "", 0);
    assert_int_equal(world->sink_requests, 0);
}

/* ---- having it sent ------------------------------------------------------------------------------------------------------------------- */

static struct egress_command honest(const struct world *world)
{
    return (struct egress_command){
        .workspace = WORKSPACE, .integration = ROW, .sealed = world->sealed, .method = HTTP_GET, .path = STR("/api/v2/users/me")
    };
}

static void take_bytes(struct world *world, enum deed deed, struct buf *message)
{
    world->order = (struct order){ .deed = deed, .length = message->len };
    assert_true(message->len <= sizeof world->order.bytes);
    memcpy(world->order.bytes, message->data, message->len);
    buf_clear(message);
    give(world);
    assert_int_equal(world->report.error, 0);
}

/* Over the line as raw bytes; what came back. */
static struct http_result speak(struct world *world, struct egress_command command)
{
    struct http_result result = { 0 };
    enum wire_kind kind = WIRE_CALL;
    uint32_t number = 1;
    struct buf message;
    buf_init(&message, ORDER_BYTES);
    struct wire writer = wire_writer(&message);
    wire_head(&writer, &kind, &number);
    wire_command(&writer, &command);
    assert_true(wire_is_whole(&writer));
    take_bytes(world, DEED_SPEAK, &message);
    struct wire reader = wire_reader((struct str){ world->report.bytes, world->report.length }, &world->arena);
    wire_head(&reader, &kind, &number);
    wire_result(&reader, &result);
    assert_true(wire_is_whole(&reader));
    assert_int_equal(kind, WIRE_RESULT);
    return result;
}

static void assert_refused(struct world *world, struct egress_command command)
{
    unsigned before = world->account_requests;
    struct http_result result = speak(world, command);
    assert_int_equal(result.fault.kind, NET_PROTOCOL);
    assert_true(result.fault.nothing_sent);
    assert_int_equal(world->account_requests, before);
    assert_int_equal(world->sink_requests, 0);
}

static void what_it_may_do_is_done(void **state)
{
    struct world *world = *state;
    struct http_result result = speak(world, honest(world));
    assert_int_equal(result.fault.kind, NET_OK);
    assert_int_equal(result.answer.status, 200);
    assert_int_equal(world->account_authorized, 1);
    assert_true(shows_token(STR("Basic b3BzQGFjbWUuY29tL3Rva2VuOjZ3aUlCV2JHa0JNbzFtUkRNdVZ3a3cxRVBzTmtlVWo5NVBJejJha3Y=")));
}

static void an_envelope_is_of_use_in_its_own_place_only(void **state)
{
    struct world *world = *state;
    struct egress_command command = honest(world);
    command.integration = STR("int_01k9zq3v5n8xj4t2m7c6p0bdrf");
    assert_refused(world, command);
    command = honest(world);
    command.workspace = STR("wsp_01k9zq3v5n8xj4t2m7c6p0bdrf");
    assert_refused(world, command);
    for (size_t i = 0; i < world->sealed.len; i += 7) {
        char *changed = arena_cstr(&world->arena, world->sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        command = honest(world);
        command.sealed = str_from(changed);
        assert_refused(world, command);
    }
}

static void no_path_and_no_method_leads_elsewhere(void **state)
{
    struct world *world = *state;
    static const char *const paths[] = { "//127.0.0.1/",
                                         "@127.0.0.1/api/v2/users/me",
                                         "/api/v2/../../x",
                                         "/api/v2/users/me\r\nHost: sink",
                                         ".sink/api/v2/users/me",
                                         "http://127.0.0.1/",
                                         "/api/v2/users/me#",
                                         "/api/v2/%2e%2e/",
                                         "/api/v2/oauth/tokens",
                                         "/api/v2/users/1/password",
                                         "" };
    static const enum http_method methods[] = { HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_HEAD };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct egress_command command = honest(world);
        command.path = str_from(paths[i]);
        assert_refused(world, command);
        for (int kind = 0; kind < ACTION_COUNT; kind++) {
            command.action = action_spec((enum action_kind)kind);
            assert_refused(world, command);
        }
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct egress_command command = honest(world);
        command.method = methods[i];
        assert_refused(world, command);
        command.path = STR("/api/v2/tickets/1");
        command.action = action_spec(ACTION_GET_TICKET);
        assert_refused(world, command);
    }
}

static void no_field_becomes_a_header(void **state)
{
    struct world *world = *state;
    struct egress_command command = honest(world);
    command.idempotency_key = STR("k\r\nHost: sink");
    assert_refused(world, command);
    command = honest(world);
    command.action = action_spec(ACTION_CREATE_TICKET);
    command.method = HTTP_POST;
    command.path = STR("/api/v2/tickets");
    command.body = STR("{}");
    command.content_type = STR("text/plain\r\nX-Forwarded-Host: sink");
    assert_refused(world, command);
    assert_int_equal(world->account_requests, 0);
}

static void a_redirection_is_told_and_not_followed(void **state)
{
    struct world *world = *state;
    world->status = 302;
    world->header = (struct http_header){ STR("Location"), str_from(world->sink_url) };
    struct http_result result = speak(world, honest(world));
    assert_int_equal(result.answer.status, 302);
    assert_int_equal(world->account_authorized, 1);
    assert_int_equal(world->sink_requests, 0);
}

/* It may seal what it knows, for any account; that is no way to what it does not know. */
static void its_own_seals_carry_its_own_secrets(void **state)
{
    struct world *world = *state;
    enum wire_kind kind = WIRE_SEAL;
    uint32_t number = 0;
    struct wire_sealed sealed = { 0 };
    struct wire_seal seal = { WORKSPACE, ROW,
                              .credential = { AUTH_API_TOKEN, STR("sink"), STR("a@b.c"), STR("own-secret-0123456789") } };
    struct buf message;
    buf_init(&message, ORDER_BYTES);
    struct wire writer = wire_writer(&message);
    wire_head(&writer, &kind, &number);
    wire_seal(&writer, kind, &seal);
    take_bytes(world, DEED_SEAL, &message);
    struct wire reader = wire_reader((struct str){ world->report.bytes, world->report.length }, &world->arena);
    wire_head(&reader, &kind, &number);
    wire_sealed(&reader, &sealed);
    assert_true(wire_is_whole(&reader));
    struct egress_command command = honest(world);
    command.sealed = arena_str(&world->arena, sealed.sealed.envelope);
    command.sealed_token = world->sealed;
    assert_int_equal(speak(world, command).answer.status, 200);
    assert_int_equal(world->sink_requests, 1);
    assert_false(shows_token(buf_view(&world->sink_heard)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_it_has_it_can_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_cannot_read_the_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_cannot_look_into_other_processes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_cannot_run_or_connect_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_may_do_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_envelope_is_of_use_in_its_own_place_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_path_and_no_method_leads_elsewhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_field_becomes_a_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_redirection_is_told_and_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_own_seals_carry_its_own_secrets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
