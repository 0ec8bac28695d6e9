/* Organizations, groups, fields, forms, statuses, identities: what belongs to an account beside tickets and people. */
#include "unit/sandbox/driver.h"

static int64_t make_user(struct driver *d, const char *name, const char *email)
{
    const char *body = arena_fmt(&d->arena, "{\"user\":{\"name\":\"%s\",\"email\":\"%s\",\"verified\":true}}", name, email).ptr;
    struct reply *reply = post(d, "/api/v2/users", body);
    assert_status(reply, 201);
    return int_at(reply->json, "user.id");
}

static void organizations_are_unique_by_name(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/organizations", "{\"organization\":{\"name\":\"Alder\",\"nonsense\":1}}");
    assert_status(made, 201);
    assert_true(str_find(header_of(made, "X-Zendesk-API-Warn"), STR("organization.nonsense"), 0) != SIZE_MAX);
    struct reply *again = post(&d, "/api/v2/organizations", "{\"organization\":{\"name\":\"ALDER\"}}");
    assert_status(again, 422);
    assert_str(text_at(again->json, "details.name.0.error"), "DuplicateValue");
    assert_status(post(&d, "/api/v2/organizations", "{\"organization\":{\"name\":\"B\",\"tags\":7}}"), 400);
    assert_status(post(&d, "/api/v2/organizations", "{\"organization\":{\"name\":\" \"}}"), 422);
    struct reply *upserted =
        post(&d, "/api/v2/organizations/create_or_update", "{\"organization\":{\"name\":\"Alder\",\"notes\":\"n\"}}");
    assert_status(upserted, 200);
    assert_int_equal(int_at(upserted->json, "organization.id"), int_at(made->json, "organization.id"));
    driver_close(&d);
}

static void a_membership_moves_the_person(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/organizations", "{\"organization\":{\"name\":\"Alder\"}}");
    int64_t organization = int_at(made->json, "organization.id"), user = make_user(&d, "Jane", "jane@example.com");
    const char *body = arena_fmt(&d.arena, "{\"organization_membership\":{\"user_id\":%lld,\"organization_id\":%lld}}",
                                 (long long)user, (long long)organization)
                           .ptr;
    assert_status(post(&d, "/api/v2/organization_memberships", body), 201);
    assert_status(post(&d, "/api/v2/organization_memberships", body), 422);
    struct reply *shown = get(&d, path_of(&d, "/api/v2/users/ID", user));
    assert_int_equal(int_at(shown->json, "user.organization_id"), organization);
    assert_status(send_body(&d, HTTP_DELETE, path_of(&d, "/api/v2/organizations/ID", organization), ""), 204);
    shown = get(&d, path_of(&d, "/api/v2/users/ID", user));
    assert_int_equal(json_type(at(shown->json, "user.organization_id")), JSON_NULL);
    driver_close(&d);
}

static const char *with_value(struct driver *d, int64_t field, const char *value, const char *status)
{
    return arena_fmt(
               &d->arena,
               "{\"ticket\":{\"comment\":{\"body\":\"x\"},\"status\":\"%s\",\"custom_fields\":[{\"id\":%lld,\"value\":%s}]}}",
               status, (long long)field, value)
        .ptr;
}

static void a_required_field_is_wanted_when_solving(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/ticket_fields",
                              "{\"ticket_field\":{\"type\":\"tagger\",\"title\":\"Product\",\"required\":true,"
                              "\"custom_field_options\":[{\"name\":\"Desk\",\"value\":\"desk\"}]}}");
    assert_status(made, 201);
    int64_t field = int_at(made->json, "ticket_field.id");
    int64_t ticket = make_ticket(&d, "one", "jane@example.com");
    struct reply *refused = put(&d, path_of(&d, "/api/v2/tickets/ID", ticket), "{\"ticket\":{\"status\":\"solved\"}}");
    assert_status(refused, 422);
    assert_int_equal(int_at(refused->json, "details.base.0.ticket_field_id"), field);
    assert_status(post(&d, "/api/v2/tickets", with_value(&d, field, "\"sofa\"", "open")), 422);
    struct reply *solved = post(&d, "/api/v2/tickets", with_value(&d, field, "\"desk\"", "solved"));
    assert_status(solved, 201);
    assert_str(text_at(solved->json, "ticket.tags.0"), "desk");
    driver_close(&d);
}

static void a_custom_status_stands_for_its_category(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(&d, "/api/v2/custom_statuses",
                              "{\"custom_status\":{\"status_category\":\"pending\",\"agent_label\":\"Waiting for parts\"}}");
    assert_status(made, 201);
    assert_str(text_at(made->json, "custom_status.raw_end_user_label"), "Waiting for parts");
    int64_t status = int_at(made->json, "custom_status.id"), ticket = make_ticket(&d, "one", "jane@example.com");
    const char *path = path_of(&d, "/api/v2/tickets/ID", ticket);
    struct reply *changed = put(&d, path, arena_fmt(&d.arena, "{\"ticket\":{\"custom_status_id\":%lld}}", (long long)status).ptr);
    assert_str(text_at(changed->json, "ticket.status"), "pending");
    assert_int_equal(int_at(changed->json, "ticket.custom_status_id"), status);
    changed = put(&d, path, "{\"ticket\":{\"status\":\"open\"}}");
    assert_true(int_at(changed->json, "ticket.custom_status_id") != status);
    driver_close(&d);
}

static void another_identity_becomes_primary(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t user = make_user(&d, "Jane", "jane@example.com");
    const char *path = path_of(&d, "/api/v2/users/ID/identities", user);
    struct reply *made = post(&d, path, "{\"identity\":{\"type\":\"email\",\"value\":\"jane@work.example\"}}");
    assert_status(made, 201);
    assert_status(post(&d, path, "{\"identity\":{\"type\":\"email\",\"value\":\"jane@example.com\"}}"), 422);
    const char *one = arena_fmt(&d.arena, "%s/%lld", path, (long long)int_at(made->json, "identity.id")).ptr;
    struct reply *list = put(&d, arena_fmt(&d.arena, "%s/make_primary", one).ptr, "{}");
    assert_status(list, 200);
    assert_str(text_at(list->json, "identities.0.value"), "jane@work.example");
    assert_status(send_body(&d, HTTP_DELETE, one, ""), 422);
    assert_str(text_at(get(&d, path_of(&d, "/api/v2/users/ID", user))->json, "user.email"), "jane@work.example");
    driver_close(&d);
}

static void only_admins_change_the_account(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(post(&d, "/api/v2/users",
                       "{\"user\":{\"name\":\"A\",\"email\":\"agent@example.com\",\"role\":\"agent\",\"verified\":true}}"),
                  201);
    struct ask ask = { .method = HTTP_POST,
                       .path = STR("/api/v2/ticket_fields"),
                       .user = STR("agent@example.com/token:practice-token"),
                       .body = STR("{\"ticket_field\":{\"title\":\"x\"}}") };
    assert_status(driver_ask(&d, &ask), 403);
    ask.method = HTTP_GET;
    ask.body = STR_NONE;
    assert_status(driver_ask(&d, &ask), 200);
    ask.path = STR("/api/v2/incremental/tickets?start_time=0");
    assert_status(driver_ask(&d, &ask), 403);
    driver_close(&d);
}

static void articles_are_searched(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct ask ask = { .method = HTTP_GET, .path = STR("/api/v2/help_center/articles/search?query=password") };
    struct reply *found = driver_ask(&d, &ask);
    assert_status(found, 200);
    assert_int_equal(int_at(found->json, "count"), 1);
    assert_str(text_at(found->json, "results.0.title"), "I forgot my password");
    ask.path = STR("/api/v2/help_center/articles/search");
    assert_status(driver_ask(&d, &ask), 400);
    driver_close(&d);
}

static void two_accounts(struct sandbox_options *options)
{
    static const struct str more[] = { { "acme", 4 } };
    options->more_accounts = more;
    options->more_account_count = 1;
    options->seed_data = true;
}

static void accounts_are_apart(void **state)
{
    (void)state;
    struct driver d;
    driver_open_with(&d, two_accounts);
    struct ask ask = { .method = HTTP_GET, .path = STR("/api/v2/tickets/count"), .user = ADMIN };
    assert_int_equal(int_at(driver_ask(&d, &ask)->json, "count.value"), 320);
    int64_t id = make_ticket(&d, "mine", "jane@example.com");
    assert_int_equal(int_at(get(&d, "/api/v2/tickets/count")->json, "count.value"), 321);
    ask.host = STR("acme.zendesk.com");
    assert_int_equal(int_at(driver_ask(&d, &ask)->json, "count.value"), 320);
    ask.path = str_from(path_of(&d, "/api/v2/tickets/ID", id));
    assert_status(driver_ask(&d, &ask), 404);
    ask.host = STR("other.localhost:8081");
    struct reply *stray = driver_ask(&d, &ask);
    assert_str(text_at(stray->json, "error.title"), "No help desk at other.zendesk.com");
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(organizations_are_unique_by_name),
        cmocka_unit_test(a_membership_moves_the_person),
        cmocka_unit_test(a_required_field_is_wanted_when_solving),
        cmocka_unit_test(a_custom_status_stands_for_its_category),
        cmocka_unit_test(another_identity_becomes_primary),
        cmocka_unit_test(only_admins_change_the_account),
        cmocka_unit_test(articles_are_searched),
        cmocka_unit_test(accounts_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
