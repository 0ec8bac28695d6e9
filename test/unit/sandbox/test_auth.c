/* Who may ask what: API tokens, OAuth tokens, the anonymous trap, roles, accounts. */
#include "unit/sandbox/driver.h"

static struct reply *me_as(struct driver *d, struct str user)
{
    return driver_ask(d, &(struct ask){ .method = HTTP_GET, .path = STR("/api/v2/users/me.json"), .user = user });
}

static struct reply *tickets_as(struct driver *d, struct str user)
{
    return driver_ask(d, &(struct ask){ .method = HTTP_GET, .path = STR("/api/v2/tickets"), .user = user });
}

static void a_live_token_and_an_address(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *me = me_as(&d, ADMIN);
    assert_status(me, 200);
    assert_true(int_at(me->json, "user.id") > INT64_C(1) << 40);
    assert_str(text_at(me->json, "user.email"), "admin@practice.example");
    assert_str(text_at(me->json, "user.role"), "admin");
    assert_str(header_of(me, "X-Zendesk-API-Version"), "v2");
    assert_status(me_as(&d, STR("ADMIN@practice.example/token:practice-token")), 200);
    driver_close(&d);
}

/* Contract 3.1: nobody gets 200 and looks like somebody; a wrong token is refused; every other path refuses both. */
static void nobody_is_the_anonymous_user(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct str nobodies[] = { NOBODY, STR("admin@practice.example:secret") };
    for (size_t i = 0; i < 2; i++) {
        struct reply *me = me_as(&d, nobodies[i]);
        assert_status(me, 200);
        assert_int_equal(json_type(at(me->json, "user.id")), JSON_NULL);
        assert_str(text_at(me->json, "user.name"), "Anonymous user");
        assert_str(text_at(me->json, "user.role"), "end-user");
        struct reply *tickets = tickets_as(&d, nobodies[i]);
        assert_status(tickets, 401);
        assert_str(text_at(tickets->json, "error"), "Couldn't authenticate you");
        assert_str(header_of(tickets, "WWW-Authenticate"), "Basic realm=\"Web Password\"");
    }
    driver_close(&d);
}

static void wrong_credentials(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct str wrong[] = { STR("admin@practice.example/token:practice-tokem"), STR("admin@practice.example/token:"),
                           STR("other@practice.example/token:practice-token"), STR("/token:practice-token") };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_status(me_as(&d, wrong[i]), 401);
        struct reply *tickets = tickets_as(&d, wrong[i]);
        assert_status(tickets, 401);
        assert_int_equal(header_of(tickets, "X-Rate-Limit").len, 0);
    }
    arm(&d, "{\"fault\":\"me_anonymous\"}");
    struct reply *me = me_as(&d, wrong[0]);
    assert_status(me, 200);
    assert_int_equal(json_type(at(me->json, "user.id")), JSON_NULL);
    assert_status(tickets_as(&d, wrong[0]), 401);
    driver_close(&d);
}

static void token_access_switched_off(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    arm(&d, "{\"fault\":\"no_token_access\"}");
    struct reply *me = me_as(&d, ADMIN);
    assert_status(me, 200);
    assert_int_equal(json_type(at(me->json, "user.id")), JSON_NULL);
    assert_status(tickets_as(&d, ADMIN), 401);
    driver_close(&d);
}

/* The account's token goes with any verified person's address; the address decides the rights. */
static void the_address_decides(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(post(&d, "/api/v2/users",
                       "{\"user\":{\"name\":\"Ann\",\"email\":\"ann@x.example\",\"role\":\"agent\",\"verified\":true}}"),
                  201);
    assert_status(post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Eve\",\"email\":\"eve@x.example\",\"verified\":true}}"), 201);
    assert_status(post(&d, "/api/v2/users", "{\"user\":{\"name\":\"New\",\"email\":\"new@x.example\",\"role\":\"agent\"}}"), 201);
    struct reply *ann = me_as(&d, STR("ann@x.example/token:practice-token"));
    assert_status(ann, 200);
    assert_str(text_at(ann->json, "user.role"), "agent");
    assert_status(tickets_as(&d, STR("ann@x.example/token:practice-token")), 200);

    assert_status(me_as(&d, STR("eve@x.example/token:practice-token")), 200);
    struct reply *eve = tickets_as(&d, STR("eve@x.example/token:practice-token"));
    assert_status(eve, 403);
    assert_str(text_at(eve->json, "error.title"), "Forbidden");
    assert_status(me_as(&d, STR("new@x.example/token:practice-token")), 401);

    int64_t id = int_at(ann->json, "user.id");
    assert_status(put(&d, path_of(&d, "/api/v2/users/ID", id), "{\"user\":{\"suspended\":true}}"), 200);
    assert_status(me_as(&d, STR("ann@x.example/token:practice-token")), 401);
    driver_close(&d);
}

static struct reply *token_for(struct driver *d, const char *body)
{
    return driver_ask(d, &(struct ask){ .method = HTTP_POST, .path = STR("/oauth/tokens"), .body = str_from(body) });
}

#define CLIENT "\"grant_type\":\"client_credentials\",\"client_id\":\"practice-client\",\"client_secret\":\"practice-secret\""

static struct reply *with_bearer(struct driver *d, enum http_method method, const char *path, struct str token, const char *body)
{
    return driver_ask(d, &(struct ask){ .method = method, .path = str_from(path), .bearer = token, .body = str_from(body) });
}

static void client_credentials(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = token_for(&d, "{" CLIENT ",\"scope\":\"read write\"}");
    assert_status(made, 201);
    assert_str(text_at(made->json, "token_type"), "bearer");
    assert_str(text_at(made->json, "scope"), "read write");
    assert_int_equal(int_at(made->json, "expires_in"), 1800);
    struct str token = text_at(made->json, "access_token");
    struct reply *me = with_bearer(&d, HTTP_GET, "/api/v2/users/me", token, "");
    assert_str(text_at(me->json, "user.email"), "admin@practice.example");
    assert_status(with_bearer(&d, HTTP_POST, "/api/v2/tickets", token, "{\"ticket\":{\"comment\":{\"body\":\"x\"}}}"), 201);
    advance(&d, 1801 * 1000);
    struct reply *late = with_bearer(&d, HTTP_GET, "/api/v2/users/me", token, "");
    assert_status(late, 401);
    assert_str(text_at(late->json, "error"), "invalid_token");
    driver_close(&d);
}

static void client_credentials_refused(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct {
        const char *body, *error;
        int status;
    } cases[] = {
        { "{\"grant_type\":\"client_credentials\",\"client_id\":\"practice-client\",\"client_secret\":\"no\",\"scope\":\"read\"}",
          "invalid_client", 401 },
        { "{\"grant_type\":\"client_credentials\",\"client_id\":\"no\",\"client_secret\":\"practice-secret\",\"scope\":\"read\"}",
          "invalid_client", 401 },
        { "{" CLIENT ",\"scope\":\"impersonate\"}", "invalid_scope", 400 },
        { "{" CLIENT "}", "invalid_scope", 400 },
        { "{" CLIENT ",\"scope\":\"read\",\"expires_in\":10}", "invalid_request", 400 },
        { "{\"grant_type\":\"password\",\"client_id\":\"practice-client\",\"client_secret\":\"practice-secret\",\"scope\":"
          "\"read\"}",
          "unsupported_grant_type", 400 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply *reply = token_for(&d, cases[i].body);
        assert_status(reply, cases[i].status);
        assert_true(str_eq(text_at(reply->json, "error"), str_from(cases[i].error)));
    }
    assert_status(with_bearer(&d, HTTP_GET, "/api/v2/users/me", STR("made-up"), ""), 401);
    driver_close(&d);
}

static void scopes(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct {
        const char *scope;
        int read_tickets, write_tickets, read_users, search;
    } cases[] = {
        { "read", 200, 403, 200, 200 },         { "write", 403, 201, 403, 403 },
        { "tickets:read", 200, 403, 403, 403 }, { "read tickets:write", 200, 201, 200, 200 },
        { "everything", 403, 403, 403, 403 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str body = arena_fmt(&d.arena, "{" CLIENT ",\"scope\":\"%s\"}", cases[i].scope);
        struct str token = text_at(token_for(&d, body.ptr)->json, "access_token");
        assert_status(with_bearer(&d, HTTP_GET, "/api/v2/tickets", token, ""), cases[i].read_tickets);
        assert_status(with_bearer(&d, HTTP_POST, "/api/v2/tickets", token, "{\"ticket\":{\"comment\":{\"body\":\"x\"}}}"),
                      cases[i].write_tickets);
        assert_status(with_bearer(&d, HTTP_GET, "/api/v2/users", token, ""), cases[i].read_users);
        assert_status(with_bearer(&d, HTTP_GET, "/api/v2/search?query=x", token, ""), cases[i].search);
    }
    driver_close(&d);
}

static struct reply *me_of_account(struct driver *d, const char *host, const char *named)
{
    struct ask ask = { .method = HTTP_GET, .path = STR("/api/v2/users/me"), .user = ADMIN, .host = str_from(host) };
    if (named) ask.extra[0] = (struct http_header){ STR("X-Practice-Account"), str_from(named) };
    return driver_ask(d, &ask);
}

static void accounts(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(me_of_account(&d, "practice.zendesk.com", NULL), 200);
    assert_status(me_of_account(&d, "PRACTICE.zendesk.com:443", "other"), 200);
    assert_status(me_of_account(&d, "", "practice"), 200);
    struct reply *unknown[] = { me_of_account(&d, "acmee.zendesk.com", NULL), me_of_account(&d, "", "acmee") };
    for (size_t i = 0; i < 2; i++) {
        assert_status(unknown[i], 404);
        assert_str(text_at(unknown[i]->json, "error.title"), "No help desk at acmee.zendesk.com");
        assert_int_equal(header_of(unknown[i], "X-Zendesk-API-Version").len, 0);
    }
    driver_close(&d);
}

static void unset_credentials_fit_nothing(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct sandbox_options options = driver_options(d.database);
    options.api_token = options.oauth_client_id = options.oauth_client_secret = STR_NONE;
    sandbox_close(d.sandbox);
    driver_start(&d, &options);
    assert_status(me_as(&d, STR("admin@practice.example/token:")), 401);
    assert_status(
        token_for(&d, "{\"grant_type\":\"client_credentials\",\"client_id\":\"\",\"client_secret\":\"\",\"scope\":\"read\"}"),
        401);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_live_token_and_an_address),
        cmocka_unit_test(nobody_is_the_anonymous_user),
        cmocka_unit_test(wrong_credentials),
        cmocka_unit_test(token_access_switched_off),
        cmocka_unit_test(the_address_decides),
        cmocka_unit_test(client_credentials),
        cmocka_unit_test(client_credentials_refused),
        cmocka_unit_test(scopes),
        cmocka_unit_test(accounts),
        cmocka_unit_test(unset_credentials_fit_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
