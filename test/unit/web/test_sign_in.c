/* Sessions: links that work once, passwords, the cookie, what ends a session, and what a flood of wrong passwords meets. */
#include "unit/web/site.h"

#include "vault/hash.h"
#include "web/ident.h"
#include "web/throttle.h"

#define OWNER_EMAIL "owner@acme.com"
#define PASSWORD    "correct horse battery"

static struct site_answer *sign_in(struct site *site, const char *email, const char *password, const char *headers)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_POST,
                                             .path = API "/session",
                                             .body = site_fmt(site, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password),
                                             .headers = headers });
}

static struct site_answer *change_me(struct site *site, const char *cookie, const char *body)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_PATCH,
                                             .path = API "/members/me",
                                             .body = body,
                                             .headers = site_fmt(site, "%s\nSec-Fetch-Site: same-origin", cookie) });
}

static struct site_answer *who_am_i(struct site *site, const char *cookie)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = API "/session", .headers = cookie });
}

/* The first owner as the console makes it: by link, then name, e-mail and password. Returns the cookie. */
static const char *make_owner(struct site *site)
{
    const char *cookie = site_cookie(site, site_use_link(site, site_link(site)));
    struct site_answer *changed =
        change_me(site, cookie, "{\"name\":\"Ann\",\"email\":\"" OWNER_EMAIL "\",\"password\":\"" PASSWORD "\"}");
    assert_int_equal(changed->status, 200);
    assert_true(json_get_bool(changed->json, "has_password", false));
    return site_cookie(site, changed);
}

static void a_link_works_once(void **state)
{
    struct site *site = *state;
    const char *token = site_link(site);
    struct site_answer *first = site_use_link(site, token);
    assert_int_equal(first->status, 200);
    assert_str(json_get_str(json_get(first->json, "member"), "role"), "owner");
    assert_false(json_get_bool(json_get(first->json, "member"), "has_password", true));
    assert_problem(site_use_link(site, token), "link-used");
    assert_problem(site_use_link(site, "never"), "link-expired");
    assert_true(str_find(buf_view(&site->log), str_from(token), 0) == SIZE_MAX);
}

struct old_rows {
    struct store_job store;
    struct site *site;
    const char *link, *idle, *ended;
    bool is_used; /* the link, when it still worked */
};

static enum status insert_session(struct store_tx *tx, struct old_rows *old, struct member *owner, const char *token,
                                  int64_t seen_at, int64_t expires_at)
{
    struct arena *arena = &old->site->arena;
    struct session session = { .id = ident_new(arena, "ses_", seen_at),
                               .hash = ident_token_hash(arena, str_from(token)),
                               .workspace = owner->workspace,
                               .member = owner->id,
                               .created_at = seen_at,
                               .last_seen_at = seen_at,
                               .expires_at = expires_at };
    return session_insert(tx, &session);
}

/* Rows as time would have left them. The session that has ended goes in last: making one sweeps the member's ended ones away. */
static enum status insert_old_rows(struct store_tx *tx, struct store_job *job)
{
    struct old_rows *old = (struct old_rows *)job;
    struct arena *arena = &old->site->arena;
    struct workspace workspace;
    struct member *members;
    size_t count;
    int64_t now = store_now(tx);
    enum status status = workspace_first(tx, arena, &workspace);
    if (status == OK) status = member_list(tx, workspace.id, arena, &members, &count);
    if (status != OK) return status;
    struct sign_in_link link = { .hash = ident_token_hash(arena, str_from(old->link)),
                                 .workspace = workspace.id,
                                 .member = members[0].id,
                                 .created_at = now - 16 * 60 * 1000,
                                 .expires_at = now - 60 * 1000 };
    status = sign_in_link_insert(tx, &link);
    if (status == OK && old->is_used) return sign_in_link_use(tx, link.hash, now - 2 * 60 * 1000);
    if (status == OK) status = insert_session(tx, old, &members[0], old->idle, now - SESSION_IDLE_MS, now + 1000000);
    return status == OK ? insert_session(tx, old, &members[0], old->ended, now - 1000, now - 1) : status;
}

static void what_is_too_old_does_not_work(void **state)
{
    struct site *site = *state;
    struct old_rows old = { .store = { .run = insert_old_rows, .mode = STORE_WRITE },
                            .site = site,
                            .link = "old-link",
                            .idle = "idle-session",
                            .ended = "ended-session" };
    assert_int_equal(store_run_now(site->store, &old.store), OK);
    assert_problem(site_use_link(site, old.link), "link-expired");
    old.link = "old-used-link";
    old.is_used = true;
    assert_int_equal(store_run_now(site->store, &old.store), OK);
    assert_problem(site_use_link(site, old.link), "link-used");
    assert_problem(who_am_i(site, "Cookie: chatcrafter_session=idle-session"), "sign-in-needed");
    assert_problem(who_am_i(site, "Cookie: chatcrafter_session=ended-session"), "sign-in-needed");
}

static void the_cookie_is_kept_from_scripts_and_other_sites(void **state)
{
    struct site *site = *state;
    struct str cookie = site_header(site_use_link(site, site_link(site)), "Set-Cookie");
    assert_true(str_starts(cookie, STR("chatcrafter_session=")));
    assert_true(str_ends(cookie, STR("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax")));
}

static void behind_https_the_cookie_is_secure(void **state)
{
    struct site *site = site_open_at(STR("https://support.acme.com/"));
    (void)state;
    struct site_answer *answer = site_use_link(site, site_link(site));
    assert_true(str_starts(site_header(answer, "Set-Cookie"), STR("__Host-chatcrafter_session=")));
    assert_true(str_ends(site_header(answer, "Set-Cookie"), STR("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure")));
    struct site_answer *members = site_get(site, API "/members");
    struct str id = json_get_str(json_at(json_get(members->json, "items"), 0), "id");
    struct site_answer *link = site_send(site, HTTP_POST, site_fmt(site, API "/members/%.*s/reset-password", STR_ARG(id)), NULL);
    assert_true(str_starts(json_get_str(link->json, "url"), STR("https://support.acme.com/sign-in#")));
    site_close(site);
}

static void the_owner_sets_a_password_and_signs_in_with_it(void **state)
{
    struct site *site = *state;
    (void)make_owner(site);
    struct site_answer *answer = sign_in(site, "OWNER@acme.com", PASSWORD, NULL);
    assert_int_equal(answer->status, 200);
    assert_str(json_get_str(json_get(answer->json, "member"), "name"), "Ann");
    const char *cookie = site_cookie(site, answer);
    assert_int_equal(who_am_i(site, cookie)->status, 200);
    assert_problem(sign_in(site, OWNER_EMAIL, "another horse battery", NULL), "sign-in-failed");
    assert_problem(sign_in(site, "nobody@acme.com", PASSWORD, NULL), "sign-in-failed");
    struct site_answer *out =
        site_ask(site, (struct site_ask){ .method = HTTP_DELETE,
                                          .path = API "/session",
                                          .headers = site_fmt(site, "%s\nSec-Fetch-Site: same-origin", cookie) });
    assert_int_equal(out->status, 204);
    assert_true(str_starts(site_header(out, "Set-Cookie"), STR("chatcrafter_session=; Path=/; Max-Age=0;")));
    assert_problem(who_am_i(site, cookie), "sign-in-needed");
    assert_true(str_find(buf_view(&site->log), STR(PASSWORD), 0) == SIZE_MAX);
}

static void signing_in_again_ends_the_session_before(void **state)
{
    struct site *site = *state;
    const char *before = make_owner(site);
    const char *after = site_cookie(site, sign_in(site, OWNER_EMAIL, PASSWORD, before));
    assert_string_not_equal(before, after);
    assert_problem(who_am_i(site, before), "sign-in-needed");
    assert_int_equal(who_am_i(site, after)->status, 200);
}

static void a_new_password_needs_the_old_one_and_ends_every_session(void **state)
{
    struct site *site = *state;
    (void)make_owner(site);
    const char *here = site_cookie(site, sign_in(site, OWNER_EMAIL, PASSWORD, NULL));
    const char *there = site_cookie(site, sign_in(site, OWNER_EMAIL, PASSWORD, NULL));
    struct site_answer *answer = change_me(site, here, "{\"password\":\"purple monkey dishwasher\"}");
    assert_problem(answer, "field-missing");
    assert_str(json_get_str(answer->json, "field"), "current_password");
    answer = change_me(site, here, "{\"password\":\"purple monkey dishwasher\",\"current_password\":\"guessed it now\"}");
    assert_problem(answer, "sign-in-failed");
    assert_str(json_get_str(answer->json, "field"), "current_password");
    answer = change_me(site, here, "{\"password\":\"purple monkey dishwasher\",\"current_password\":\"" PASSWORD "\"}");
    assert_int_equal(answer->status, 200);
    assert_problem(who_am_i(site, here), "sign-in-needed");
    assert_problem(who_am_i(site, there), "sign-in-needed");
    assert_int_equal(who_am_i(site, site_cookie(site, answer))->status, 200);
    assert_problem(sign_in(site, OWNER_EMAIL, PASSWORD, NULL), "sign-in-failed");
    assert_int_equal(sign_in(site, OWNER_EMAIL, "purple monkey dishwasher", NULL)->status, 200);
}

static void a_forgotten_password_is_replaced_by_link(void **state)
{
    struct site *site = *state;
    struct site_answer *session = who_am_i(site, make_owner(site));
    struct str id = json_get_str(json_get(session->json, "member"), "id");
    struct site_answer *link = site_send(site, HTTP_POST, site_fmt(site, API "/members/%.*s/reset-password", STR_ARG(id)), "{}");
    struct str url = json_get_str(link->json, "url");
    assert_int_equal(link->status, 201);
    struct str token = str_slice(url, str_find(url, STR("#"), 0) + 1, url.len);
    const char *cookie = site_cookie(site, site_use_link(site, arena_cstr(&site->arena, token)));
    assert_int_equal(change_me(site, cookie, "{\"password\":\"purple monkey dishwasher\"}")->status, 200);
    assert_int_equal(sign_in(site, OWNER_EMAIL, "purple monkey dishwasher", NULL)->status, 200);
    assert_problem(site_send(site, HTTP_POST, API "/members/mem_01k9zq3v5n8xj4t2m7c6p0bdre/reset-password", "{}"), "not-found");
}

static void what_a_member_may_not_become(void **state)
{
    struct site *site = *state;
    const char *cookie = site_cookie(site, site_use_link(site, site_link(site)));
    assert_problem(change_me(site, cookie, "{\"password\":\"short\"}"), "password-too-short");
    assert_problem(change_me(site, cookie, "{\"email\":\"not an address\"}"), "email-format");
    assert_problem(change_me(site, cookie, "{\"name\":\"  \"}"), "field-missing");
    assert_problem(change_me(site, cookie, "{\"role\":\"owner\"}"), "field-unknown");
    struct site_answer *session = who_am_i(site, cookie);
    assert_str(json_get_str(json_get(session->json, "member"), "email"), "");
}

static void wrong_passwords_have_to_wait(void **state)
{
    struct site *site = *state;
    (void)make_owner(site);
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_problem(sign_in(site, OWNER_EMAIL, "a wrong password", NULL), "sign-in-failed");
    struct site_answer *answer = sign_in(site, OWNER_EMAIL, PASSWORD, NULL);
    assert_problem(answer, "rate-limited-here");
    assert_int_equal(json_get_int(answer->json, "retry_after", 0), 30);
    assert_str(site_header(answer, "Retry-After"), "30");
    assert_problem(sign_in(site, "someone.else@acme.com", "a wrong password", NULL), "rate-limited-here"); /* by address */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_link_works_once, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_is_too_old_does_not_work, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_cookie_is_kept_from_scripts_and_other_sites, site_up, site_down),
        cmocka_unit_test(behind_https_the_cookie_is_secure),
        cmocka_unit_test_setup_teardown(the_owner_sets_a_password_and_signs_in_with_it, site_up, site_down),
        cmocka_unit_test_setup_teardown(signing_in_again_ends_the_session_before, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_new_password_needs_the_old_one_and_ends_every_session, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_forgotten_password_is_replaced_by_link, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_a_member_may_not_become, site_up, site_down),
        cmocka_unit_test_setup_teardown(wrong_passwords_have_to_wait, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
