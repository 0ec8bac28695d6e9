/* Every route that changes something, made to succeed once: it writes the entry of the audit log that routes.def names, in whole ids and without a secret. A new route that
 * changes something has to be given a way to succeed here, or to stand among those whose doing is written down elsewhere. */
#include "unit/web/bodies.h"
#include "unit/web/factor.h"

#define PASSWORD "nine quiet harbours"

struct change {
    struct site *site;
    struct world world;
    struct site_ask ask;
};

typedef void prepare_fn(struct change *);

/* ---- what some of them need first ------------------------------------------------------------------------------------------------ */

static void in_a_session(struct change *change)
{
    const char *cookie = site_cookie(change->site, site_use_link(change->site, site_link(change->site)));
    change->ask.is_local = false;
    change->ask.headers = site_fmt(change->site, "%s\nSec-Fetch-Site: same-origin", cookie);
}

static void with_another_session(struct change *change)
{
    in_a_session(change);
    const char *other = change->ask.headers;
    in_a_session(change);
    struct site_answer *list =
        site_ask(change->site, (struct site_ask){ .method = HTTP_GET, .path = API "/sessions", .headers = other });
    const char *id = arena_cstr(&change->site->arena, json_get_str(json_at(json_get(list->json, "items"), 1), "id"));
    change->ask.path = site_fmt(change->site, API "/sessions/%s", id);
}

static void by_password(struct change *change)
{
    struct change own = *change;
    in_a_session(&own);
    own.ask = (struct site_ask){ .method = HTTP_PATCH, .path = API "/members/me", .headers = own.ask.headers };
    own.ask.body = "{\"email\":\"anna@example.com\",\"password\":\"" PASSWORD "\"}";
    assert_int_equal(site_ask(change->site, own.ask)->status, 200);
    change->ask.is_local = false;
    change->ask.body = "{\"email\":\"anna@example.com\",\"password\":\"" PASSWORD "\"}";
}

static void by_link(struct change *change)
{
    change->ask.is_local = false;
    change->ask.body = site_fmt(change->site, "{\"token\":\"%s\"}", site_link(change->site));
}

static void of_an_unconnected_agent(struct change *change)
{
    struct site_answer *made = site_send(change->site, HTTP_POST, API "/agents", "{\"name\":\"Second\"}");
    change->ask.path = site_fmt(change->site, API "/agents/%s/integrations", site_text(change->site, made, "id"));
}

static void keeping_what_waits(struct change *change)
{
    change->ask.path = site_fmt(change->site, "%s?waiting=keep", change->ask.path);
}

static void once_settled(struct change *change)
{
    const char *path = site_fmt(change->site, API "/requests/%s/drop", change->world.action);
    assert_int_equal(site_send(change->site, HTTP_POST, path, "{\"reason\":\"Test\"}")->status, 200);
}

static void with_a_draft(struct change *change)
{
    const char *path = site_fmt(change->site, API "/agents/%s/draft", change->world.agent);
    assert_int_equal(site_send(change->site, HTTP_PUT, path, "{\"tone\":\"Warm\"}")->status, 200);
}

static void with_a_webhook(struct change *change)
{
    assert_int_equal(site_send(change->site, HTTP_PUT, API "/webhook", body_of(SHAPE_WEBHOOK_NEW))->status, 200);
}

static void with_an_app_begun(struct change *change)
{
    in_a_session(change);
    struct factor factor = { .cookie = change->ask.headers };
    struct site_answer *begun = site_ask(change->site, factor_ask(change->site, &factor, HTTP_POST, "", "{}"));
    factor.secret = json_get_str(begun->json, "secret");
    factor.first_step = loop_wall_ms() / TOTP_STEP_MS;
    change->ask.body = site_fmt(change->site, "{\"code\":\"%s\"}", factor_code(change->site, &factor, 0));
}

static void with_an_app(struct change *change)
{
    in_a_session(change);
    struct factor factor = { .cookie = change->ask.headers };
    factor_set_up(change->site, &factor);
    change->ask.headers = factor.cookie;
    change->ask.body = site_fmt(change->site, "{\"code\":\"%s\"}", factor_code(change->site, &factor, 1));
}

static void of_the_owner_with_an_app(struct change *change)
{
    struct change own = *change;
    with_an_app(&own);
    struct site_answer *list = site_get(change->site, API "/members");
    const struct json *items = json_get(list->json, "items");
    struct str id = json_get_str(json_at(items, json_count(items) - 1), "id"); /* the oldest */
    change->ask.path = site_fmt(change->site, API "/members/%.*s/second-factor", STR_ARG(id));
}

static const struct {
    call_fn *handler;
    prepare_fn *prepare;
} preparations[] = {
    { second_factor_begin, in_a_session },
    { second_factor_confirm_own, with_an_app_begun },
    { second_factor_change_codes, with_an_app },
    { second_factor_remove, with_an_app },
    { team_reset_factor, of_the_owner_with_an_app },
    { sign_in_by_password, by_password },
    { sign_in_by_link, by_link },
    { sign_in_end, in_a_session },
    { members_update_me, in_a_session },
    { team_end_session, with_another_session },
    { connect_create, of_an_unconnected_agent },
    { integrations_delete, keeping_what_waits },
    { agents_delete, once_settled },
    { versions_discard, with_a_draft },
    { versions_publish, with_a_draft },
    { webhook_rotate, with_a_webhook },
    { webhook_remove, with_a_webhook },
};

/* What these do stands in the conversation's own history or in a test's own row, or is told to nobody but the one who asked. */
static call_fn *const written_elsewhere[] = { conversations_create, turns_message, turns_confirm, turns_cancel,
                                              turns_resume,         turns_stop,    files_create,  files_delete,
                                              providers_test,       connect_test,  webhook_try,   explain_message };

/* ---- the walk ------------------------------------------------------------------------------------------------------------------------ */

static bool is_written_elsewhere(const struct route *route)
{
    for (size_t i = 0; i < sizeof written_elsewhere / sizeof *written_elsewhere; i++)
        if (route->handler == written_elsewhere[i]) return true;
    return false;
}

static struct site_answer *make_change(struct site *site, const struct route *route)
{
    struct change change = { .site = site, .world = world_make(site) };
    change.ask = (struct site_ask){ .method = route->method, .body = body_of(route->body), .is_local = true };
    change.ask.path = world_path(site, &change.world, route->pattern);
    for (size_t i = 0; i < sizeof preparations / sizeof *preparations; i++)
        if (preparations[i].handler == route->handler) preparations[i].prepare(&change);
    return site_ask(site, change.ask);
}

/* Of every word in the entry that looks like one: prefix and 26 characters, as every id has. */
static void assert_whole(struct str id)
{
    size_t mark = str_find(id, STR("_"), 0);
    if (mark != SIZE_MAX) assert_int_equal(id.len, mark + 1 + 26);
}

static void assert_noted(struct site *site, const struct route *route)
{
    struct site_answer *list = site_get(site, site_fmt(site, API "/audit?act=%s", route->act));
    const struct json *entry = json_at(json_get(list->json, "items"), 0);
    if (entry == NULL) fail_msg("%s %s wrote no %s", http_method_name(route->method), route->pattern, route->act);
    assert_true(json_get_str(entry, "object").len > 0 && json_get_str(entry, "actor").len > 0);
    assert_whole(json_get_str(entry, "object"));
    assert_whole(json_get_str(entry, "actor"));
    assert_int_equal(json_get_str(entry, "hash").len, 64);
}

static void assert_no_secret(struct site *site)
{
    static const char *const secrets[] = { SITE_TOKEN, SITE_SECRET, PASSWORD, "ck_", "whsec_", "sk-planted", "$argon2id" };
    struct site_answer *list = site_get(site, API "/audit?limit=100");
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_true(str_find(list->body, str_from(secrets[i]), 0) == SIZE_MAX);
}

static void every_change_is_in_the_audit_log(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &routes[i];
        bool is_noted = route->act[0] != '\0';
        if (route->method == HTTP_GET) assert_false(is_noted);
        if (route->method == HTTP_GET || !is_noted) {
            assert_true(route->method == HTTP_GET || is_written_elsewhere(route));
            continue;
        }
        struct site *site = site_open_at(STR_NONE);
        struct site_answer *answer = make_change(site, route);
        if (answer->status != route->status)
            fail_msg("%s %s: %d %.*s", http_method_name(route->method), route->pattern, answer->status, STR_ARG(answer->body));
        assert_noted(site, route);
        assert_no_secret(site);
        assert_true(json_get_bool(site_get(site, API "/audit/verification")->json, "is_whole", false));
        site_close(site);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_change_is_in_the_audit_log) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
