/* A POST that is sent again under its Idempotency-Key: done once, answered twice; and what a key refuses. */
#include "unit/web/site.h"

#include "web/repeat.h"

#define DETAILS "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com"

static struct site_answer *post(struct site *site, const char *who, const char *key, const char *path, const char *body)
{
    const char *headers = site_fmt(site, "%s\nIdempotency-Key: %s", who, key);
    return site_ask(site, (struct site_ask){ .method = HTTP_POST, .path = path, .body = body, .headers = headers });
}

static void assert_fresh(const struct site_answer *answer, int status)
{
    assert_int_equal(answer->status, status);
    assert_int_equal(site_header(answer, "Idempotency-Replayed").len, 0);
}

static void assert_replayed(const struct site_answer *again, const struct site_answer *first)
{
    assert_str(site_header(again, "Idempotency-Replayed"), "true");
    assert_int_equal(again->status, first->status);
    assert_true(str_eq(again->body, first->body));
    assert_true(str_eq(again->type, first->type));
}

static size_t count_of(struct site *site, const char *path)
{
    return json_count(json_get(site_get(site, path)->json, "items"));
}

/* ---- done once ------------------------------------------------------------------------------------------------------------------ */

static void an_agent_is_made_once(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor"), *other = site_key(site, "editor");
    struct site_answer *first = post(site, who, "k-1", API "/agents", "{\"name\":\"Support\"}");
    assert_fresh(first, 201);
    assert_replayed(post(site, who, "k-1", API "/agents", "{\"name\":\"Support\"}"), first);
    assert_int_equal(count_of(site, API "/agents"), 1);
    assert_fresh(post(site, who, "k-2", API "/agents", "{\"name\":\"Support\"}"), 201);
    assert_fresh(post(site, other, "k-1", API "/agents", "{\"name\":\"Support\"}"), 201);
    assert_int_equal(count_of(site, API "/agents"), 3);
}

static void another_body_is_refused(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor");
    assert_fresh(post(site, who, "k", API "/agents", "{\"name\":\"Support\"}"), 201);
    struct site_answer *refused = post(site, who, "k", API "/agents", "{\"name\":\"Sales\"}");
    assert_problem(refused, "key-reused");
    assert_str(json_get_str(refused->json, "field"), "Idempotency-Key");
    assert_int_equal(count_of(site, API "/agents"), 1);
}

static void a_message_and_its_yes_are_said_once(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor"), *agent = site_connected_agent(site);
    const char *path = site_fmt(site, API "/conversations/%s/messages", site_conversation(site, agent, "{\"channel\":\"api\"}"));
    const char *body = "{\"text\":\"Create a test ticket\"}";
    struct site_answer *first = post(site, who, "k", path, body);
    assert_fresh(first, 200);
    assert_replayed(post(site, who, "k", path, body), first);
    const char *talk = site_conversation(site, agent, "{\"channel\":\"chatlab\"}");
    (void)site_say(site, talk, "Create a test ticket");
    struct site_answer *turn = site_say(site, talk, DETAILS);
    const struct json *action = json_at(json_get(turn->json, "actions"), 0);
    const char *confirm = site_fmt(site, API "/conversations/%s/actions/%.*s/confirm", talk, STR_ARG(json_get_str(action, "id")));
    const char *hash = site_fmt(site, "{\"hash\":\"%.*s\"}", STR_ARG(json_get_str(action, "hash")));
    struct site_answer *yes = post(site, who, "k", confirm, hash);
    assert_fresh(yes, 200);
    assert_replayed(post(site, who, "k", confirm, hash), yes);
    assert_int_equal(site->tickets, 1);
}

static void an_action_runs_once(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor");
    const char *path = site_fmt(site, API "/agents/%s/actions/create_ticket", site_connected_agent(site));
    const char *body = "{\"arguments\":{\"subject\":\"a\",\"description\":\"b\",\"requester_email\":\"jane@example.com\"}}";
    struct site_answer *first = post(site, who, "k", path, body);
    assert_fresh(first, 200);
    assert_replayed(post(site, who, "k", path, body), first);
    assert_int_equal(site->tickets, 1);
}

/* What is refused has done nothing, so the same key may try again when the reason is gone. */
static void a_refusal_gives_the_key_back(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "admin"), *agent = site_agent(site);
    const char *path = site_fmt(site, API "/agents/%s/integrations", agent);
    site->zendesk_is_down = true;
    assert_problem(post(site, who, "k", path, SITE_CREDENTIALS), "zendesk-unavailable");
    site->zendesk_is_down = false;
    struct site_answer *connected = post(site, who, "k", path, SITE_CREDENTIALS);
    assert_fresh(connected, 201);
    assert_replayed(post(site, who, "k", path, SITE_CREDENTIALS), connected);
    assert_int_equal(count_of(site, path), 1);
}

/* Zendesk has made the ticket, and the database would not take its answer: nobody may have it made again under the key. */
static void a_failure_after_the_send_keeps_the_key(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor");
    const char *path = site_fmt(site, API "/agents/%s/actions/create_ticket", site_connected_agent(site));
    const char *body = "{\"arguments\":{\"subject\":\"a\",\"description\":\"b\",\"requester_email\":\"jane@example.com\"}}";
    site_tamper(site, "CREATE TRIGGER full BEFORE UPDATE ON action BEGIN SELECT RAISE(ABORT, 'full'); END");
    assert_problem(post(site, who, "k", path, body), "internal");
    site_tamper(site, "DROP TRIGGER full");
    assert_problem(post(site, who, "k", path, body), "key-cut-off");
    assert_int_equal(site->tickets, 1);
}

/* ---- what is not answered twice --------------------------------------------------------------------------------------------------- */

static struct site_answer *post_as_owner(struct site *site, const char *path, const char *body)
{
    return site_ask(
        site,
        (struct site_ask){ .method = HTTP_POST, .path = path, .body = body, .headers = "Idempotency-Key: k", .is_local = true });
}

static void a_secret_is_shown_once(void **state)
{
    struct site *site = *state;
    const struct json *owner = json_at(json_get(site_get(site, API "/members")->json, "items"), 0);
    const char *reset = site_fmt(site, API "/members/%.*s/reset-password", STR_ARG(json_get_str(owner, "id")));
    const char *cases[][2] = {
        { API "/keys", "{\"name\":\"x\",\"role\":\"viewer\"}" },
        { API "/members", "{\"email\":\"new@example.com\",\"role\":\"viewer\"}" },
        { reset, "{}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fresh(post_as_owner(site, cases[i][0], cases[i][1]), 201);
        assert_problem(post_as_owner(site, cases[i][0], cases[i][1]), "key-answer-withheld");
    }
    assert_int_equal(count_of(site, API "/keys"), 1);
    site_tamper(site, "CREATE TEMP TABLE none (n CHECK (n = 0)); INSERT INTO none SELECT SUM(LENGTH(body)) FROM kept_answer");
}

static bool is_text(const struct json *properties, const char *name)
{
    return str_eq(json_get_str(json_get(properties, name), "type"), STR("string"));
}

/* Whoever adds a route that hands out a secret marks it in shapes.def. */
static void members_that_look_like_secrets_are_marked(void **state)
{
    static const char *const names[] = { "key", "secret", "token", "password", "url" };
    size_t marked = 0;
    (void)state;
    for (size_t r = 0; r < route_count; r++) {
        if (routes[r].method != HTTP_POST || routes[r].answer == SHAPE_NONE) continue;
        struct json *schema = json_parse(str_from(shape_schema(routes[r].answer)), NULL);
        const struct json *properties = json_get(schema, "properties");
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            bool is_link =
                strcmp(names[n], "url") != 0 || json_get(properties, "expires_at") != NULL; /* other addresses are none */
            if (!is_text(properties, names[n]) || !is_link) continue;
            if (json_get(json_get(properties, names[n]), SHAPE_SHOWN_ONCE) == NULL)
                fail_msg("%s: %s", routes[r].pattern, names[n]);
            marked++;
        }
        json_free(schema);
    }
    assert_true(marked >= 4); /* keys, links, invitations, the webhook's secret */
}

static void a_stream_is_not_repeated(void **state)
{
    struct site *site = *state;
    const char *who = site_fmt(site, "%s\nAccept: text/event-stream", site_key(site, "editor"));
    const char *talk = site_conversation(site, site_connected_agent(site), "{\"channel\":\"api\"}");
    const char *path = site_fmt(site, API "/conversations/%s/messages", talk);
    assert_fresh(post(site, who, "k", path, "{\"text\":\"hello\"}"), 200);
    assert_problem(post(site, who, "k", path, "{\"text\":\"hello\"}"), "key-answer-withheld");
}

static void keys_that_cannot_be_used(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor");
    char longest[LIMIT_KEY_BYTES + 2];
    memset(longest, 'k', sizeof longest);
    longest[LIMIT_KEY_BYTES + 1] = '\0';
    const char *refused[] = { "", "gr\xc3\xbc\xc3\x9f", longest };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_problem(post(site, who, refused[i], API "/agents", "{\"name\":\"Support\"}"), "key-format");
    assert_int_equal(count_of(site, API "/agents"), 0);
    assert_fresh(post(site, who, longest + 1, API "/agents", "{\"name\":\"Support\"}"), 201);
}

/* ---- at the same time, and after a stop ----------------------------------------------------------------------------------------------- */

static void the_first_still_runs(void **state)
{
    struct site *site = *state;
    const char *path = site_fmt(site, API "/agents/%s/integrations", site_agent(site));
    const char *headers = site_fmt(site, "%s\nIdempotency-Key: k", site_key(site, "admin"));
    struct site_ask ask = { .method = HTTP_POST, .path = path, .body = SITE_CREDENTIALS, .headers = headers };
    struct site_wait one = { 0 }, two = { 0 };
    site_start(site, &ask, &one);
    site_start(site, &ask, &two);
    while (one.answer == NULL || two.answer == NULL) loop_step(site->loop, 1000);
    bool first_won = one.answer->status == 201;
    assert_fresh(first_won ? one.answer : two.answer, 201);
    assert_problem(first_won ? two.answer : one.answer, "key-running");
    buf_clear(&one.data);
    buf_clear(&two.data);
}

#define CUT_OFF "UPDATE kept_answer SET process = 'gone', status = 0"

static void a_stop_cut_it_off(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor"),
               *talk = site_conversation(site, site_connected_agent(site), "{\"channel\":\"api\"}");
    const char *path = site_fmt(site, API "/conversations/%s/messages", talk);
    assert_fresh(post(site, who, "k", API "/agents", "{\"name\":\"Sales\"}"), 201);
    struct site_answer *first = post(site, who, "m", path, "{\"text\":\"hello\"}");
    assert_fresh(first, 200);
    site_tamper(site, CUT_OFF);
    assert_problem(post(site, who, "k", API "/agents", "{\"name\":\"Sales\"}"), "key-cut-off");
    struct site_answer *again = post(site, who, "m", path, "{\"text\":\"hello\"}");
    assert_fresh(again, 200);
    assert_true(str_eq(json_get_str(again->json, "turn"), json_get_str(first->json, "turn")));
    struct site_answer *whole = site_get(site, site_fmt(site, API "/conversations/%s", talk));
    assert_int_equal(json_count(json_get(whole->json, "messages")), 2);
}

static void a_day_later_the_key_is_free(void **state)
{
    struct site *site = *state;
    const char *who = site_key(site, "editor");
    assert_fresh(post(site, who, "k", API "/agents", "{\"name\":\"Support\"}"), 201);
    site_tamper(site, site_fmt(site, "UPDATE kept_answer SET created_at = created_at - %d", REPEAT_LIFE_MS));
    assert_fresh(post(site, who, "k", API "/agents", "{\"name\":\"Support\"}"), 201);
    assert_int_equal(count_of(site, API "/agents"), 2);
}

#define a_test(name) cmocka_unit_test_setup_teardown(name, site_up, site_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        a_test(an_agent_is_made_once),
        a_test(another_body_is_refused),
        a_test(a_message_and_its_yes_are_said_once),
        a_test(an_action_runs_once),
        a_test(a_refusal_gives_the_key_back),
        a_test(a_failure_after_the_send_keeps_the_key),
        a_test(a_secret_is_shown_once),
        cmocka_unit_test(members_that_look_like_secrets_are_marked),
        a_test(a_stream_is_not_repeated),
        a_test(keys_that_cannot_be_used),
        a_test(the_first_still_runs),
        a_test(a_stop_cut_it_off),
        a_test(a_day_later_the_key_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
