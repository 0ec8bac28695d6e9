/* What was received is told without credentials; reset and clock; data outlives restarts and kill -9. */
#include "unit/sandbox/driver.h"

#include <time.h>

static const struct json *request_at(struct driver *d, size_t index)
{
    struct reply *reply = steer(d, HTTP_GET, "/_sandbox/requests", "");
    assert_status(reply, 200);
    return json_at(at(reply->json, "requests"), index);
}

static void everything_received(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(get(&d, "/api/v2/search?query=type:ticket%20x"), 200);
    arm(&d, "{\"fault\":\"drop_before\"}");
    assert_int_equal(post(&d, "/api/v2/tickets", "{\"ticket\":{}}")->fault, NET_RESET);
    const struct json *first = request_at(&d, 0), *second = request_at(&d, 1);
    assert_str(text_at(first, "method"), "GET");
    assert_str(text_at(first, "path"), "/api/v2/search");
    assert_str(text_at(first, "query"), "query=type:ticket%20x");
    assert_int_equal(int_at(first, "status"), 200);
    assert_str(text_at(first, "headers.user-agent"), "sandbox-test/1");
    assert_true(text_at(first, "at").len > 0);
    assert_str(text_at(second, "body"), "{\"ticket\":{}}");
    assert_int_equal(int_at(second, "status"), 0);
    struct reply *later = steer(&d, HTTP_GET, "/_sandbox/requests?after=1", "");
    assert_int_equal(json_count(at(later->json, "requests")), 1);
    driver_close(&d);
}

static bool file_has(const char *path, const char *needle)
{
    char bytes[64 * 1024];
    bool is_there = false;
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        is_there = is_there || str_find((struct str){ bytes, got }, str_from(needle), 0) != SIZE_MAX;
    assert_int_equal(fclose(file), 0);
    return is_there;
}

/* Neither the book nor the database file shows a credential; equal ones show equal fingerprints. */
static void credentials_stay_out(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct ask token = { .method = HTTP_POST, .path = STR("/oauth/tokens") };
    token.body = STR("{\"grant_type\":\"client_credentials\",\"client_id\":\"practice-client\",\"client_secret\":\"practice-"
                     "secret\",\"scope\":\"read\"}");
    struct str access = text_at(driver_ask(&d, &token)->json, "access_token");
    struct ask with_token = { .path = STR("/api/v2/users/me"), .bearer = access };
    assert_status(driver_ask(&d, &with_token), 200);
    assert_status(get(&d, "/api/v2/users/me"), 200);
    assert_status(get(&d, "/api/v2/tickets"), 200);
    token.body = STR("client_secret=practice-secret");
    assert_status(driver_ask(&d, &token), 422);

    struct reply *book = steer(&d, HTTP_GET, "/_sandbox/requests", "");
    const char *basic = driver_basic(&d, ADMIN).ptr + sizeof "Basic " - 1;
    const char *secrets[] = { "practice-token", "practice-secret", basic, access.ptr };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        assert_int_equal(str_find(book->body, str_from(secrets[i]), 0), SIZE_MAX);
        assert_false(file_has(d.database, secrets[i]));
        assert_false(file_has(arena_fmt(&d.arena, "%s-wal", d.database).ptr, secrets[i]));
    }
    struct str by_admin = text_at(book->json, "requests.2.headers.authorization"),
               again = text_at(book->json, "requests.3.headers.authorization");
    assert_true(str_starts(by_admin, STR("fingerprint:")));
    assert_true(str_eq(by_admin, again));
    assert_false(str_eq(by_admin, text_at(book->json, "requests.1.headers.authorization")));
    assert_true(
        str_starts(text_at(at(json_at(at(book->json, "requests"), 0), "headers"), "content-type"), STR("application/json")));
    driver_close(&d);
}

static void a_reset_forgets_everything(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    (void)make_ticket(&d, "one", "jane@example.com");
    advance(&d, 3600 * 1000);
    arm(&d, "{\"fault\":\"status:503\",\"times\":0}");
    assert_status(steer(&d, HTTP_POST, "/_sandbox/reset", ""), 204);
    assert_int_equal(tickets_in_ledger(&d), 0);
    assert_null(request_at(&d, 0));
    assert_int_equal(int_at(get(&d, "/api/v2/users")->json, "count"), 1);
    assert_int_equal(make_ticket(&d, "again", "jane@example.com"), 35436);
    driver_close(&d);
}

static void other_sites_cannot_steer(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct ask ask = { .method = HTTP_POST,
                       .path = STR("/_sandbox/reset"),
                       .extra = { { STR("Sec-Fetch-Site"), STR("cross-site") } } };
    assert_status(driver_ask(&d, &ask), 403);
    ask.extra[0] = (struct http_header){ STR("Origin"), STR("https://evil.example") };
    assert_status(driver_ask(&d, &ask), 403);
    assert_status(steer(&d, HTTP_GET, "/_sandbox/nothing", ""), 404);
    driver_close(&d);
}

static void data_outlives_a_restart(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    advance(&d, 5000);
    driver_restart(&d);
    assert_str(text_at(get(&d, path_of(&d, "/api/v2/tickets/ID", id))->json, "ticket.subject"), "one");
    assert_int_equal(make_ticket(&d, "two", "jane@example.com"), id + 1);
    struct reply *people = get(&d, "/api/v2/users");
    assert_int_equal(int_at(people->json, "count"), 2);
    driver_close(&d);
}

static void what_cannot_be_opened(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct err err = { .status = OK };
    struct sandbox_options options = driver_options(arena_fmt(&d.arena, "%s/none/practice.db", d.folder).ptr);
    assert_null(sandbox_open(d.loop, &options, &err));
    assert_int_equal(err.status, E_IO);
    options = driver_options(arena_fmt(&d.arena, "%s/second.db", d.folder).ptr);
    options.listen = sandbox_address(d.sandbox);
    assert_null(sandbox_open(d.loop, &options, &err));
    assert_int_equal(err.status, E_CONFLICT);
    options.listen = STR("127.0.0.1:0");
    options.faults = &STR("explode");
    options.fault_count = 1;
    assert_null(sandbox_open(d.loop, &options, &err));
    assert_int_equal(err.status, E_INPUT);
    FILE *file = fopen(arena_fmt(&d.arena, "%s/text.db", d.folder).ptr, "w");
    assert_non_null(file);
    assert_true(fputs("This is no database at all, but a text that is a little longer.", file) >= 0);
    assert_int_equal(fclose(file), 0);
    options = driver_options(arena_fmt(&d.arena, "%s/text.db", d.folder).ptr);
    assert_null(sandbox_open(d.loop, &options, &err));
    driver_close(&d);
}

/* ---- kill -9 ------------------------------------------------------------------------------------------------------------ */

static void serve_in_child(const char *database, int report)
{
    vault_init();
    struct loop *loop = loop_open();
    struct sandbox_options options = driver_options(database);
    options.rate_limit = 1000000;
    struct sandbox *sandbox = sandbox_open(loop, &options, NULL);
    if (!sandbox) _exit(1);
    struct str address = sandbox_address(sandbox);
    if (write(report, address.ptr, address.len) != (ssize_t)address.len) _exit(1);
    close(report);
    loop_run(loop);
    _exit(0);
}

static pid_t start_child(struct driver *d)
{
    int ends[2];
    char address[64];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        serve_in_child(d->database, ends[1]);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], address, sizeof address);
    assert_true(got > 0);
    close(ends[0]);
    d->base = arena_fmt(&d->arena, "http://%.*s", (int)got, address);
    return child;
}

/* Requests are under way when the process dies; every answered ticket is there afterwards, its key with it, and none is half
 * there. */
static void kill_in_the_middle(void **state)
{
    (void)state;
    enum { ROUNDS = 5, AT_ONCE = 12 };
    struct driver d;
    driver_open(&d);
    sandbox_close(d.sandbox);
    size_t answered = 0;
    for (int round = 0; round < ROUNDS; round++) {
        pid_t child = start_child(&d);
        struct reply *replies[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            struct str body =
                arena_fmt(&d.arena, "{\"ticket\":{\"comment\":{\"body\":\"x\"},\"external_id\":\"%d-%d\"}}", round, i);
            struct ask ask = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN, .body = body };
            ask.key = arena_fmt(&d.arena, "key-%d-%d", round, i);
            replies[i] = driver_send(&d, &ask);
        }
        (void)driver_wait(replies[round % AT_ONCE]);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        for (int i = 0; i < AT_ONCE; i++) answered += driver_wait(replies[i])->status == 201;
    }
    struct sandbox_options options = driver_options(d.database);
    options.rate_limit = 1000000;
    driver_start(&d, &options);
    struct reply *book = steer(&d, HTTP_GET, "/_sandbox/tickets", "");
    const struct json *tickets = at(book->json, "tickets");
    assert_true(answered >= ROUNDS);
    assert_true(json_count(tickets) >= answered);
    for (size_t i = 0; i < json_count(tickets); i++) {
        assert_int_equal(int_at(json_at(tickets, i), "comments"), 1);
        struct str external_id = text_at(json_at(tickets, i), "external_id");
        struct ask again = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN };
        again.key = arena_fmt(&d.arena, "key-%.*s", STR_ARG(external_id));
        again.body =
            arena_fmt(&d.arena, "{\"ticket\":{\"comment\":{\"body\":\"x\"},\"external_id\":\"%.*s\"}}", STR_ARG(external_id));
        assert_str(header_of(driver_ask(&d, &again), "x-idempotency-lookup"), "hit");
    }
    assert_int_equal(tickets_in_ledger(&d), json_count(tickets));
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_received),        cmocka_unit_test(credentials_stay_out),
        cmocka_unit_test(a_reset_forgets_everything), cmocka_unit_test(other_sites_cannot_steer),
        cmocka_unit_test(data_outlives_a_restart),    cmocka_unit_test(what_cannot_be_opened),
        cmocka_unit_test(kill_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
