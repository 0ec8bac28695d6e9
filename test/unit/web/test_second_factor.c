/* Second factors: set up, asked for by both ways in, used once, lost, reset, and required of admins. */
#include "unit/web/factor.h"

/* The owner has a password and an app, and the session that the app was set up in. */
static void set_up_owner(struct site *site, struct factor *factor)
{
    *factor = (struct factor){ .cookie = factor_cookie(site) };
    struct site_ask ask =
        factor_ask(site, factor, HTTP_PATCH, "", "{\"email\":\"" FACTOR_EMAIL "\",\"password\":\"" FACTOR_PASSWORD "\"}");
    ask.path = API "/members/me";
    struct site_answer *answer = site_ask(site, ask);
    assert_int_equal(answer->status, 200);
    factor_take_cookie(site, factor, answer);
    factor_set_up(site, factor);
}

static struct site_answer *sign_in(struct site *site, const char *password, const char *code)
{
    const char *with = code != NULL ? site_fmt(site, ",\"code\":\"%s\"", code) : "";
    const char *body = site_fmt(site, "{\"email\":\"" FACTOR_EMAIL "\",\"password\":\"%s\"%s}", password, with);
    return site_ask(site, (struct site_ask){ .method = HTTP_POST, .path = API "/session", .body = body });
}

static void nothing_is_asked_for_before_it_is_confirmed(void **state)
{
    struct site *site = *state;
    struct factor factor = { .cookie = factor_cookie(site) };
    struct site_answer *begun = site_ask(site, factor_ask(site, &factor, HTTP_POST, "", "{}"));
    assert_int_equal(begun->status, 201);
    assert_true(str_starts(json_get_str(begun->json, "uri"), STR("otpauth://totp/ChatCrafterAI:")));
    assert_false(json_get_bool(site_ask(site, factor_ask(site, &factor, HTTP_GET, "", NULL))->json, "enabled", true));
    assert_int_equal(site_use_link(site, site_link(site))->status, 200);
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "/confirm", "{\"code\":\"000000\"}")),
                   "second-factor-wrong");
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "/remove", "{\"code\":\"000000\"}")), "not-found");
}

static void a_password_needs_the_code(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    assert_problem(sign_in(site, FACTOR_PASSWORD, NULL), "second-factor-needed");
    assert_problem(sign_in(site, FACTOR_PASSWORD, "000000"), "second-factor-wrong");
    assert_problem(sign_in(site, "not this one either", factor_code(site, &factor, 1)), "sign-in-failed");
    assert_int_equal(sign_in(site, FACTOR_PASSWORD, factor_code(site, &factor, 1))->status, 200);
    assert_problem(sign_in(site, FACTOR_PASSWORD, factor_code(site, &factor, 1)), "second-factor-wrong"); /* used */
    assert_problem(sign_in(site, FACTOR_PASSWORD, factor_code(site, &factor, 0)),
                   "second-factor-wrong"); /* older than a used one */
}

static void a_link_needs_the_code_and_lives_until_it_lets_in(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    const char *token = site_link(site);
    struct site_ask ask = { .method = HTTP_POST, .path = API "/session/link" };
    ask.body = site_fmt(site, "{\"token\":\"%s\"}", token);
    assert_problem(site_ask(site, ask), "second-factor-needed");
    ask.body = site_fmt(site, "{\"token\":\"%s\",\"code\":\"123456\"}", token);
    assert_problem(site_ask(site, ask), "second-factor-wrong");
    ask.body = site_fmt(site, "{\"token\":\"%s\",\"code\":\"%s\"}", token, factor_code(site, &factor, 1));
    assert_int_equal(site_ask(site, ask)->status, 200);
    assert_problem(site_ask(site, ask), "link-used");
}

static void a_recovery_code_works_once(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    const char *lower = arena_cstr(&site->arena, str_from(factor.recovery));
    for (char *c = (char *)(uintptr_t)lower; *c != '\0'; c++) *c = char_lower(*c);
    assert_int_equal(sign_in(site, FACTOR_PASSWORD, lower)->status, 200);
    assert_problem(sign_in(site, FACTOR_PASSWORD, factor.recovery), "second-factor-wrong");
    struct site_answer *shown = site_ask(site, factor_ask(site, &factor, HTTP_GET, "", NULL));
    assert_int_equal(json_get_int(shown->json, "recovery_codes_left", 0), 9);
}

static void setting_up_ends_the_other_sessions_and_renews_this_one(void **state)
{
    struct site *site = *state;
    struct factor factor = { .cookie = factor_cookie(site) };
    const char *other = factor_cookie(site), *before = factor.cookie;
    struct site_ask ask = { .method = HTTP_GET, .path = API "/agents", .headers = other };
    assert_int_equal(site_ask(site, ask)->status, 200);
    factor_set_up(site, &factor);
    assert_problem(site_ask(site, ask), "sign-in-needed");
    ask.headers = before;
    assert_problem(site_ask(site, ask), "sign-in-needed");
    ask.headers = factor.cookie;
    assert_int_equal(site_ask(site, ask)->status, 200);
}

static void a_stolen_session_cannot_change_it(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "", "{\"current_password\":\"" FACTOR_PASSWORD "\"}")),
                   "already-exists");
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "/remove", "{\"code\":\"000000\"}")),
                   "second-factor-wrong");
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "/recovery-codes", "{\"code\":\"000000\"}")),
                   "second-factor-wrong");
    const char *body = site_fmt(site, "{\"code\":\"%s\"}", factor_code(site, &factor, 1));
    struct site_answer *removed = site_ask(site, factor_ask(site, &factor, HTTP_POST, "/remove", body));
    assert_int_equal(removed->status, 204);
    factor_take_cookie(site, &factor, removed);
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "", "{}")), "field-missing"); /* the password, again */
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "", "{\"current_password\":\"wrong\"}")),
                   "sign-in-failed");
}

static void guessing_codes_has_to_wait(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    for (int i = 0; i < THROTTLE_FREE; i++) assert_problem(sign_in(site, FACTOR_PASSWORD, "000000"), "second-factor-wrong");
    struct site_answer *answer = sign_in(site, FACTOR_PASSWORD, factor_code(site, &factor, 1));
    assert_problem(answer, "rate-limited-here");
    assert_true(site_header(answer, "Retry-After").len > 0);
}

static void an_owner_resets_what_is_lost(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    struct site_answer *list = site_get(site, API "/members");
    const struct json *owner = json_at(json_get(list->json, "items"), 0);
    assert_true(json_get_bool(owner, "second_factor", false));
    const char *path = site_fmt(site, API "/members/%.*s/second-factor", STR_ARG(json_get_str(owner, "id")));
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_problem(site_send(site, HTTP_DELETE, path, NULL), "not-found");
    struct site_ask ask = { .method = HTTP_GET, .path = API "/agents", .headers = factor.cookie };
    assert_problem(site_ask(site, ask), "sign-in-needed");
    assert_int_equal(sign_in(site, FACTOR_PASSWORD, NULL)->status, 200);
}

static void required_of_admins(void **state)
{
    struct site *site = *state;
    struct factor factor = { .cookie = factor_cookie(site) };
    const char *on = "{\"second_factor\":\"admins\"}";
    struct site_ask change = factor_ask(site, &factor, HTTP_PATCH, "", on);
    change.path = API "/workspace";
    assert_problem(site_ask(site, change), "second-factor-required"); /* not before one has one */
    assert_int_equal(site_send(site, HTTP_PATCH, API "/workspace", on)->status, 200);
    struct site_ask ask = { .method = HTTP_GET, .path = API "/agents", .headers = factor.cookie };
    assert_problem(site_ask(site, ask), "second-factor-required");
    ask.path = API "/session";
    assert_int_equal(site_ask(site, ask)->status, 200);
    factor_set_up(site, &factor);
    ask = (struct site_ask){ .method = HTTP_GET, .path = API "/agents", .headers = factor.cookie };
    assert_int_equal(site_ask(site, ask)->status, 200);
    const char *body = site_fmt(site, "{\"code\":\"%s\"}", factor_code(site, &factor, 1));
    assert_problem(site_ask(site, factor_ask(site, &factor, HTTP_POST, "/remove", body)), "second-factor-required");
    ask.headers = site_key(site, "admin"); /* a program types no codes: its key is what it has */
    assert_int_equal(site_ask(site, ask)->status, 200);
}

static void nothing_of_it_is_told_again(void **state)
{
    struct site *site = *state;
    struct factor factor;
    set_up_owner(site, &factor);
    struct str told[] = { site_get(site, API "/members")->body, site_get(site, API "/audit?limit=100")->body,
                          site_ask(site, factor_ask(site, &factor, HTTP_GET, "", NULL))->body, buf_view(&site->log) };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        assert_true(str_find(told[i], factor.secret, 0) == SIZE_MAX);
        assert_true(str_find(told[i], str_from(factor.recovery), 0) == SIZE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_asked_for_before_it_is_confirmed, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_password_needs_the_code, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_link_needs_the_code_and_lives_until_it_lets_in, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_recovery_code_works_once, site_up, site_down),
        cmocka_unit_test_setup_teardown(setting_up_ends_the_other_sessions_and_renews_this_one, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_stolen_session_cannot_change_it, site_up, site_down),
        cmocka_unit_test_setup_teardown(guessing_codes_has_to_wait, site_up, site_down),
        cmocka_unit_test_setup_teardown(an_owner_resets_what_is_lost, site_up, site_down),
        cmocka_unit_test_setup_teardown(required_of_admins, site_up, site_down),
        cmocka_unit_test_setup_teardown(nothing_of_it_is_told_again, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
