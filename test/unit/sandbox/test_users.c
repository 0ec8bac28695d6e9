/* Users: creating, finding, updating, addresses. */
#include "unit/sandbox/driver.h"

static void create_and_show(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made =
        post(&d, "/api/v2/users",
             "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\",\"external_id\":\"e1\",\"phone\":\"+1 555\","
             "\"tags\":[\"vip\"],\"user_fields\":{\"plan\":\"gold\"},\"skip_verify_email\":true}}");
    assert_status(made, 201);
    assert_int_equal(header_of(made, "X-Zendesk-API-Warn").len, 0);
    assert_true(str_ends(header_of(made, "Location"), STR(".json")));
    struct reply *shown = get(&d, path_of(&d, "/api/v2/users/ID", int_at(made->json, "user.id")));
    assert_str(text_at(shown->json, "user.phone"), "+1 555");
    assert_str(text_at(shown->json, "user.tags.0"), "vip");
    assert_str(text_at(shown->json, "user.user_fields.plan"), "gold");
    assert_false(json_bool(at(shown->json, "user.verified"), true));
    assert_status(get(&d, "/api/v2/users/1"), 404);
    driver_close(&d);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *user, *at, *text;
        int status;
    } cases[] = {
        { "{\"name\":\"A\",\"email\":\"badmail\"}", "details.email.0.description", "Email: badmail is not properly formatted",
          422 },
        { "{\"name\":\"A\",\"email\":\"JANE@example.com\"}", "details.email.0.error", "DuplicateValue", 422 },
        { "{\"name\":\"A\",\"external_id\":\"E1\"}", "details.external_id.0.error", "DuplicateValue", 422 },
        { "{\"email\":\"b@example.com\"}", "details.name.0.error", "ValueTooShort", 422 },
        { "{\"name\":\"A\",\"role\":\"boss\"}", "details.role.0.error", "InvalidValue", 422 },
        { "{\"name\":7}", "error.title", "Invalid attribute", 400 },
    };
    struct driver d;
    driver_open(&d);
    assert_status(
        post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\",\"external_id\":\"e1\"}}"), 201);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply *reply = post(&d, "/api/v2/users", arena_fmt(&d.arena, "{\"user\":%s}", cases[i].user).ptr);
        assert_status(reply, cases[i].status);
        assert_true(str_eq(text_at(reply->json, cases[i].at), str_from(cases[i].text)));
    }
    assert_status(post(&d, "/api/v2/users", "{}"), 400);
    assert_int_equal(int_at(get(&d, "/api/v2/users")->json, "count"), 2);
    driver_close(&d);
}

static void create_or_update(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    const char *path = "/api/v2/users/create_or_update";
    struct reply *made = post(&d, path, "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\",\"external_id\":\"e1\"}}");
    assert_status(made, 201);
    struct reply *by_mail = post(&d, path, "{\"user\":{\"name\":\"Janet\",\"email\":\"JANE@EXAMPLE.COM\"}}");
    assert_status(by_mail, 200);
    assert_int_equal(int_at(by_mail->json, "user.id"), int_at(made->json, "user.id"));
    assert_str(text_at(by_mail->json, "user.name"), "Janet");
    struct reply *by_external = post(&d, path, "{\"user\":{\"external_id\":\"E1\",\"phone\":\"1\"}}");
    assert_status(by_external, 200);
    assert_int_equal(int_at(by_external->json, "user.id"), int_at(made->json, "user.id"));
    driver_close(&d);
}

/* Another address in an update becomes a second one; the first stays. */
static void a_new_address_is_added(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/users",
                              "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\",\"user_fields\":{\"a\":1,\"b\":2}}}");
    const char *path = path_of(&d, "/api/v2/users/ID", int_at(made->json, "user.id"));
    struct reply *changed = put(&d, path, "{\"user\":{\"email\":\"jane@work.example\",\"user_fields\":{\"b\":3}}}");
    assert_status(changed, 200);
    assert_str(text_at(changed->json, "user.email"), "jane@example.com");
    assert_int_equal(int_at(changed->json, "user.user_fields.a"), 1);
    assert_int_equal(int_at(changed->json, "user.user_fields.b"), 3);
    assert_status(put(&d, path, "{\"user\":{\"email\":\"JANE@work.example\"}}"), 200);
    int64_t ticket = make_ticket(&d, "one", "jane@work.example");
    struct reply *shown = get(&d, path_of(&d, "/api/v2/tickets/ID", ticket));
    assert_int_equal(int_at(shown->json, "ticket.requester_id"), int_at(made->json, "user.id"));
    driver_close(&d);
}

static int64_t found(struct driver *d, const char *query)
{
    struct reply *reply = get(d, arena_fmt(&d->arena, "/api/v2/users/search?%s", query).ptr);
    assert_status(reply, 200);
    return int_at(reply->json, "count");
}

/* A search for an address also finds longer ones that contain it. */
static void search_is_loose(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(
        post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\",\"external_id\":\"e1\"}}"), 201);
    assert_status(post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Mary Jane\",\"email\":\"mary-jane@example.com.au\"}}"), 201);
    assert_int_equal(found(&d, "query=email:%22jane@example.com%22"), 2);
    assert_int_equal(found(&d, "query=email%3Ajane%40example.com.au"), 1);
    assert_int_equal(found(&d, "query=mary"), 1);
    assert_int_equal(found(&d, "query=nobody"), 0);
    assert_int_equal(found(&d, "external_id=E1"), 1);
    assert_int_equal(found(&d, "external_id=e"), 0);
    driver_close(&d);
}

static void delete_is_soft(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\"}}");
    const char *path = path_of(&d, "/api/v2/users/ID", int_at(made->json, "user.id"));
    struct reply *gone = send_body(&d, HTTP_DELETE, path, "");
    assert_status(gone, 200);
    assert_false(json_bool(at(gone->json, "user.active"), true));
    assert_status(get(&d, path), 200);
    assert_int_equal(found(&d, "query=jane"), 0);
    assert_status(post(&d, "/api/v2/users", "{\"user\":{\"name\":\"Jane\",\"email\":\"jane@example.com\"}}"), 201);
    driver_close(&d);
}

static void agents_do_not_make_agents(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(post(&d, "/api/v2/users",
                       "{\"user\":{\"name\":\"Ann\",\"email\":\"ann@x.example\",\"role\":\"agent\",\"verified\":true}}"),
                  201);
    struct ask ask = { .method = HTTP_POST, .path = STR("/api/v2/users"), .user = STR("ann@x.example/token:practice-token") };
    ask.body = STR("{\"user\":{\"name\":\"Bo\",\"role\":\"admin\"}}");
    assert_status(driver_ask(&d, &ask), 403);
    ask.body = STR("{\"user\":{\"name\":\"Bo\"}}");
    assert_status(driver_ask(&d, &ask), 201);
    driver_close(&d);
}

static void settings(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *reply = get(&d, "/api/v2/account/settings.json");
    assert_status(reply, 200);
    assert_str(text_at(reply->json, "settings.api.api_token_access"), "true");
    assert_int_equal(int_at(reply->json, "settings.limits.attachment_size"), 7340032);
    assert_true(json_bool(at(reply->json, "settings.tickets.comments_public_by_default"), false));
    assert_true(json_bool(at(reply->json, "settings.active_features.on_hold_status"), false));
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_and_show),           cmocka_unit_test(refusals),        cmocka_unit_test(create_or_update),
        cmocka_unit_test(a_new_address_is_added),    cmocka_unit_test(search_is_loose), cmocka_unit_test(delete_is_soft),
        cmocka_unit_test(agents_do_not_make_agents), cmocka_unit_test(settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
