/* Conversations over the API: who is asking, messages and their answers, the yes by button, what is stored, and the requests on their way. */
#include "unit/web/site.h"

#define DETAILS "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com"

static const struct json *first_action(const struct site_answer *turn)
{
    return json_at(json_get(turn->json, "actions"), 0);
}

/* A conversation in which everything has been said but yes; *turn is the answer with the proposal. */
static const char *proposed(struct site *site, const char *body, struct site_answer **turn)
{
    const char *conversation = site_conversation(site, site_connected_agent(site), body);
    struct site_answer *asked = site_say(site, conversation, "Create a test ticket");
    assert_int_equal(asked->status, 200);
    assert_str(json_get_str(asked->json, "awaiting"), "details");
    *turn = site_say(site, conversation, DETAILS);
    assert_str(json_get_str((*turn)->json, "awaiting"), "confirmation");
    assert_str(json_get_str(first_action(*turn), "status"), "proposed");
    return conversation;
}

static const char *act_path(struct site *site, const char *conversation, const struct json *action, const char *what)
{
    return site_fmt(site, API "/conversations/%s/actions/%.*s/%s", conversation, STR_ARG(json_get_str(action, "id")), what);
}

static const char *hash_body(struct site *site, const struct json *action)
{
    return site_fmt(site, "{\"hash\":\"%.*s\"}", STR_ARG(json_get_str(action, "hash")));
}

static void the_setup_check_makes_a_ticket(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    const struct json *arguments = json_get(first_action(turn), "arguments");
    assert_str(json_get_str(arguments, "subject"), "Printer on fire");
    assert_str(json_get_str(arguments, "requester_email"), "jane@example.com");
    assert_int_equal(site->tickets, 0);
    struct site_answer *done = site_say(site, conversation, "yes");
    const struct json *action = first_action(done);
    assert_str(json_get_str(action, "status"), "done");
    assert_int_equal(json_get_int(json_get(action, "result"), "id", 0), 35436);
    assert_int_equal(json_get_int(json_at(json_get(action, "calls"), 0), "status", 0), 201);
    const struct json *replies = json_get(done->json, "replies");
    struct str text = json_get_str(json_at(replies, json_count(replies) - 1), "text");
    assert_true(str_find(text, STR("35436"), 0) != SIZE_MAX);
    assert_int_equal(json_type(json_get(done->json, "awaiting")), JSON_NULL);

    struct site_answer *whole = site_get(site, site_fmt(site, API "/conversations/%s", conversation));
    assert_true(json_count(json_get(whole->json, "messages")) >= 6);
    assert_str(json_get_str(json_at(json_get(whole->json, "messages"), 0), "text"), "Create a test ticket");
    assert_str(json_get_str(json_at(json_get(whole->json, "messages"), 1), "generated_by"), "ai");
    assert_str(json_get_str(json_at(json_get(whole->json, "actions"), 0), "status"), "done");
    assert_str(json_get_str(whole->json, "title"), "Create a test ticket");
}

static void what_a_conversation_waits_for_survives_reading_it_again(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    struct site_answer *whole = site_get(site, site_fmt(site, API "/conversations/%s", conversation));
    assert_str(json_get_str(whole->json, "awaiting"), "confirmation");
}

static void the_button_says_yes_to_what_was_shown(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    const struct json *action = first_action(turn);
    assert_problem(site_send(site, HTTP_POST, act_path(site, conversation, action, "confirm"), "{\"hash\":\"00\"}"),
                   "action-changed");
    assert_problem(site_send(site, HTTP_POST, act_path(site, conversation, action, "confirm"), "{}"), "field-missing");
    assert_int_equal(site->tickets, 0);
    struct site_answer *done =
        site_send(site, HTTP_POST, act_path(site, conversation, action, "confirm"), hash_body(site, action));
    assert_int_equal(done->status, 200);
    assert_str(json_get_str(first_action(done), "status"), "done");
    struct site_answer *again =
        site_send(site, HTTP_POST, act_path(site, conversation, action, "confirm"), hash_body(site, action));
    assert_problem(again, "action-not-open");
    assert_true(str_find(json_get_str(again->json, "detail"), STR("done"), 0) != SIZE_MAX);
    assert_int_equal(site->tickets, 1);
}

/* ---- refusals that are not to be mixed up ----------------------------------------------------------------------------------------- */

/* Another process was first: the arguments that were shown are still the ones. */
static void a_lost_race_is_not_a_changed_action(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    const struct json *action = first_action(turn);
    const char *confirm = act_path(site, conversation, action, "confirm"),
               *cancel = act_path(site, conversation, action, "cancel");
    site_tamper(site, "CREATE TRIGGER race BEFORE UPDATE ON conversation BEGIN SELECT RAISE(IGNORE); END");
    struct site_answer *lost = site_send(site, HTTP_POST, confirm, hash_body(site, action));
    assert_problem(lost, "conflict-version");
    assert_true(str_find(json_get_str(lost->json, "title"), STR("conversation"), 0) != SIZE_MAX);
    assert_problem(site_send(site, HTTP_POST, cancel, NULL), "conflict-version");
    assert_problem(site_send(site, HTTP_POST, confirm, "{\"hash\":\"00\"}"), "action-changed");
    assert_problem(site_say(site, conversation, "yes"), "conflict-version");
    site_tamper(site, "DROP TRIGGER race");
    assert_int_equal(site_send(site, HTTP_POST, confirm, hash_body(site, action))->status, 200);
}

/* What cannot be read is a fault of ours, logged with its trace. That is not a database that cannot be written. */
static void a_fault_is_not_the_storage(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    site_tamper(site, "UPDATE conversation SET state = '{'");
    struct site_answer *refused = site_say(site, conversation, "yes");
    assert_problem(refused, "internal");
    assert_true(str_find(buf_view(&site->log), json_get_str(refused->json, "trace_id"), 0) != SIZE_MAX);
    site_tamper(site, "UPDATE conversation SET state = ''; PRAGMA max_page_count = 1"); /* the disk is full */
    char text[LIMIT_MESSAGE_BYTES];
    memset(text, 'a', sizeof text);
    struct str body = arena_fmt(&site->arena, "{\"text\":\"%.*s\"}", (int)sizeof text, text);
    const char *messages = site_fmt(site, API "/conversations/%s/messages", conversation);
    assert_problem(site_send(site, HTTP_POST, messages, body.ptr), "storage-failed");
}

static void the_button_says_no(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    struct site_answer *no = site_send(site, HTTP_POST, act_path(site, conversation, first_action(turn), "cancel"), NULL);
    assert_int_equal(no->status, 200);
    assert_str(json_get_str(first_action(no), "status"), "cancelled");
    assert_problem(site_send(site, HTTP_POST, act_path(site, conversation, first_action(turn), "cancel"), NULL),
                   "action-not-open");
    const char *nothing = site_fmt(site, API "/conversations/%s/actions/act_01k9zq3v5n8xj4t2m7c6p0bdre/cancel", conversation);
    assert_problem(site_send(site, HTTP_POST, nothing, NULL), "not-found");
    assert_int_equal(site->tickets, 0);
}

static void a_dry_run_sends_nothing(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"cli\",\"dry_run\":true}", &turn);
    assert_true(json_get_bool(first_action(turn), "dry_run", false));
    assert_int_equal(site_say(site, conversation, "yes")->status, 200);
    assert_int_equal(site->tickets, 0);
}

/* ---- who is asking -------------------------------------------------------------------------------------------------------------------- */

static struct site_answer *begin_as(struct site *site, const char *agent, const char *headers, const char *body)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_POST,
                                             .path = site_fmt(site, API "/agents/%s/conversations", agent),
                                             .body = body,
                                             .headers = headers });
}

struct identity_job {
    struct store_job store;
    struct arena *arena;
    struct str id;
    struct conversation row;
};

static enum status read_conversation(struct store_tx *tx, struct store_job *job)
{
    struct identity_job *identity = (struct identity_job *)job;
    struct workspace workspace;
    enum status status = workspace_first(tx, identity->arena, &workspace);
    return status == OK ? conversation_get(tx, workspace.id, identity->id, identity->arena, &identity->row) : status;
}

static enum identity identity_of(struct site *site, const struct site_answer *made)
{
    struct identity_job job = { .store = { .run = read_conversation, .mode = STORE_READ },
                                .arena = &site->arena,
                                .id = json_get_str(made->json, "id") };
    assert_int_equal(made->status, 201);
    assert_int_equal(store_run_now(site->store, &job.store), OK);
    return job.row.identity;
}

#define VISITOR(rest) "\"visitor\":{\"email\":\"v@example.com\"" rest "}"

static void the_server_decides_who_is_asking(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site), *admin = site_key(site, "admin"), *editor = site_key(site, "editor");
    const char *person =
        site_fmt(site, "%s\nSec-Fetch-Site: same-origin", site_cookie(site, site_use_link(site, site_link(site))));
    const struct {
        const char *who, *body;
        enum identity identity;
    } cases[] = {
        { admin, "{\"channel\":\"api\"}", L0_ANONYMOUS },
        { admin, "{\"channel\":\"api\"," VISITOR("") "}", L1_CLAIMED },
        { admin, "{\"channel\":\"api\"," VISITOR(",\"verified\":false") "}", L1_CLAIMED },
        { admin, "{\"channel\":\"api\"," VISITOR(",\"verified\":true") "}", L3_SITE_VERIFIED },
        { editor, "{\"channel\":\"api\"," VISITOR(",\"verified\":false") "}", L1_CLAIMED },
        { person, "{\"channel\":\"chatlab\"}", L4_MEMBER },
        { person, "{\"channel\":\"chatlab\"," VISITOR("") "}", L1_CLAIMED },
        { person, "{\"channel\":\"chatlab\"," VISITOR(",\"verified\":true") "}", L3_SITE_VERIFIED },
        { admin, "{\"channel\":\"cli\"}", L4_MEMBER },
        { person, "{\"channel\":\"chatlab\",\"level\":\"L0\"}", L0_ANONYMOUS },
        { person, "{\"channel\":\"chatlab\",\"level\":\"L2\"," VISITOR("") "}", L2_MAIL_VERIFIED },
        { person, "{\"channel\":\"chatlab\",\"level\":\"L4\"}", L4_MEMBER },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(identity_of(site, begin_as(site, agent, cases[i].who, cases[i].body)), cases[i].identity);
    /* Nobody else's word makes a visitor verified. */
    assert_problem(begin_as(site, agent, editor, "{\"channel\":\"api\"," VISITOR(",\"verified\":true") "}"), "not-allowed");
    assert_problem(begin_as(site, agent, person, "{\"channel\":\"api\"," VISITOR(",\"verified\":true") "}"), "not-allowed");
}

static void what_cannot_begin(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site), *key = site_key(site, "owner");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"widget\"}"), "field-choice");
    assert_problem(begin_as(site, agent, key, "{}"), "field-missing");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"api\",\"visitor\":{}}"), "field-missing");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"api\",\"visitor\":{\"email\":\"no\"}}"), "email-format");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"api\",\"identity\":4}"), "field-unknown");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"api\",\"level\":\"L4\"}"), "field-unknown");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"chatlab\",\"level\":\"L5\"}"), "field-choice");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"chatlab\",\"level\":\"L3\"}"), "field-missing");
    assert_problem(begin_as(site, agent, key, "{\"channel\":\"chatlab\",\"level\":\"L0\"," VISITOR("") "}"), "field-unknown");
    assert_problem(begin_as(site, "agt_01k9zq3v5n8xj4t2m7c6p0bdre", key, "{\"channel\":\"api\"}"), "not-found");
}

static void a_reading_is_told(void **state)
{
    struct site *site = *state;
    struct site_answer *told = site_send(site, HTTP_POST, API "/explain", "{\"text\":\"please close ticket 12\"}");
    assert_int_equal(told->status, 200);
    assert_str(json_get_str(told->json, "meaning"), "update_ticket");
    assert_int_equal(json_get_int(json_at(json_get(told->json, "clauses"), 0), "ticket", 0), 12);
}

/* ---- messages ------------------------------------------------------------------------------------------------------------------------------ */

static void messages_have_to_say_something(void **state)
{
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_agent(site), "{\"channel\":\"chatlab\"}");
    assert_problem(site_say(site, conversation, " \\n "), "field-missing");
    char *text = mem_alloc(LIMIT_MESSAGE_BYTES + 64);
    memset(text, 'x', LIMIT_MESSAGE_BYTES + 1);
    const char *path = site_fmt(site, API "/conversations/%s/messages", conversation);
    struct buf body;
    buf_init(&body, LIMIT_HTTP_BODY_BYTES);
    buf_fmt(&body, "{\"text\":\"%s\"}", text);
    assert_problem(site_send(site, HTTP_POST, path, arena_cstr(&site->arena, buf_view(&body))), "value-too-long");
    /* Bytes count, not characters. */
    buf_reset(&body);
    buf_lit(&body, "{\"text\":\"");
    for (int i = 0; i < LIMIT_MESSAGE_BYTES / 2; i++) buf_lit(&body, "\xe2\x82\xac");
    buf_lit(&body, "\"}");
    assert_problem(site_send(site, HTTP_POST, path, arena_cstr(&site->arena, buf_view(&body))), "value-too-long");
    buf_clear(&body);
    mem_free(text);
    assert_problem(site_say(site, "con_01k9zq3v5n8xj4t2m7c6p0bdre", "Hello"), "not-found");
}

static void a_message_sent_twice_is_answered_twice_and_stored_once(void **state)
{
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_agent(site), "{\"channel\":\"chatlab\"}");
    const char *path = site_fmt(site, API "/conversations/%s/messages", conversation);
    struct site_answer *one = site_send(site, HTTP_POST, path, "{\"text\":\"Hello\",\"client_id\":\"m-1\"}");
    struct site_answer *two = site_send(site, HTTP_POST, path, "{\"text\":\"Hello\",\"client_id\":\"m-1\"}");
    assert_true(str_eq(json_get_str(one->json, "turn"), json_get_str(two->json, "turn")));
    struct site_answer *whole = site_get(site, site_fmt(site, API "/conversations/%s", conversation));
    assert_int_equal(json_count(json_get(whole->json, "messages")), 2);
}

/* ---- lists, requests, erasing ------------------------------------------------------------------------------------------------------------------ */

static void lists_come_in_pages(void **state)
{
    struct site *site = *state;
    const char *agent = site_agent(site), *other = site_agent(site);
    for (int i = 0; i < 5; i++) (void)site_conversation(site, agent, "{\"channel\":\"chatlab\"}");
    (void)site_conversation(site, other, "{\"channel\":\"chatlab\"}");
    size_t seen = 0;
    const char *path = site_fmt(site, API "/conversations?agent=%s&limit=2", agent), *next = path;
    for (int pages = 0; next != NULL && pages < 9; pages++) {
        struct site_answer *page = site_get(site, next);
        struct str cursor = json_get_str(page->json, "next_cursor");
        seen += json_count(json_get(page->json, "items"));
        next = cursor.len > 0 ? site_fmt(site, "%s&cursor=%.*s", path, STR_ARG(cursor)) : NULL;
    }
    assert_int_equal(seen, 5);
    assert_null(next);
    assert_int_equal(json_count(json_get(site_get(site, API "/conversations")->json, "items")), 6);
    assert_problem(site_get(site, API "/conversations?limit=0"), "field-range");
    assert_problem(site_get(site, API "/conversations?limit=101"), "field-range");
    assert_problem(site_get(site, API "/conversations?limit=x"), "field-range");
    assert_problem(site_get(site, API "/conversations?cursor=agt_1"), "field-type");
}

static void a_request_waits_while_zendesk_is_away(void **state)
{
    struct site *site = *state;
    struct site_answer *turn;
    const char *conversation = proposed(site, "{\"channel\":\"chatlab\"}", &turn);
    struct str integration = json_get_str(json_at(json_get(site_get(site, API "/agents")->json, "items"), 0), "id");
    struct site_answer *list = site_get(site, site_fmt(site, API "/agents/%.*s/integrations", STR_ARG(integration)));
    const char *id = arena_cstr(&site->arena, json_get_str(json_at(json_get(list->json, "items"), 0), "id"));
    site->zendesk_is_down = true;
    struct site_answer *kept = site_say(site, conversation, "yes");
    assert_str(json_get_str(first_action(kept), "status"), "waiting");
    assert_str(json_get_str(first_action(kept), "reference"), "R-1");
    assert_str(json_get_str(json_get(first_action(kept), "problem"), "code"), "zendesk-unavailable");
    struct site_answer *requests = site_get(site, API "/requests?status=waiting");
    const struct json *request = json_at(json_get(requests->json, "items"), 0);
    assert_str(json_get_str(request, "reference"), "R-1");
    assert_str(json_get_str(request, "name"), "create_ticket");
    assert_int_equal(json_count(json_get(site_get(site, API "/requests?status=needs_human")->json, "items")), 0);
    assert_problem(site_get(site, API "/requests?status=lost"), "field-choice");
    /* Nothing that it needs can be taken away by mistake. */
    struct site_answer *refused = site_send(site, HTTP_DELETE, site_fmt(site, API "/integrations/%s", id), NULL);
    assert_problem(refused, "requests-waiting");
    assert_true(str_starts(json_get_str(refused->json, "title"), STR("1 ")));
    assert_problem(site_send(site, HTTP_DELETE, site_fmt(site, API "/conversations/%s", conversation), NULL), "requests-waiting");
    assert_problem(site_send(site, HTTP_DELETE, site_fmt(site, API "/agents/%.*s", STR_ARG(integration)), NULL),
                   "requests-waiting");
}

static void an_erased_conversation_is_gone(void **state)
{
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_agent(site), "{\"channel\":\"chatlab\"}");
    const char *path = site_fmt(site, API "/conversations/%s", conversation);
    (void)site_say(site, conversation, "Hello");
    assert_int_equal(site_send(site, HTTP_DELETE, path, NULL)->status, 204);
    assert_problem(site_get(site, path), "not-found");
    assert_problem(site_send(site, HTTP_DELETE, path, NULL), "not-found");
    assert_problem(site_say(site, conversation, "Hello"), "not-found");
}

/* ---- a member's own act --------------------------------------------------------------------------------------------------------------------------- */

static void a_member_acts_without_a_conversation(void **state)
{
    struct site *site = *state;
    const char *agent = site_connected_agent(site);
    const char *path = site_fmt(site, API "/agents/%s/actions/create_ticket", agent);
    const char *body =
        "{\"arguments\":{\"subject\":\"Printer on fire\",\"description\":\"Smoke\",\"requester_email\":\"jane@example.com\"}}";
    struct site_answer *done = site_send(site, HTTP_POST, path, body);
    assert_int_equal(done->status, 200);
    assert_str(json_get_str(done->json, "status"), "done");
    assert_int_equal(json_get_int(json_get(done->json, "result"), "id", 0), 35436);
    assert_int_equal(json_count(json_get(done->json, "calls")), 1);
    struct site_answer *missing = site_send(site, HTTP_POST, path, "{\"arguments\":{\"subject\":\"x\"}}");
    assert_problem(missing, "field-missing");
    assert_str(json_get_str(missing->json, "field"), "description");
    assert_problem(site_send(site, HTTP_POST, site_fmt(site, API "/agents/%s/actions/burn_ticket", agent), body),
                   "action-unknown");
    assert_problem(site_send(site, HTTP_POST, site_fmt(site, API "/agents/%s/actions/create_ticket", site_agent(site)), body),
                   "no-integration");
    assert_int_equal(json_count(json_get(site_get(site, API "/actions")->json, "items")), ACTION_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_setup_check_makes_a_ticket, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_a_conversation_waits_for_survives_reading_it_again, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_button_says_yes_to_what_was_shown, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_lost_race_is_not_a_changed_action, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_fault_is_not_the_storage, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_button_says_no, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_dry_run_sends_nothing, site_up, site_down),
        cmocka_unit_test_setup_teardown(the_server_decides_who_is_asking, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_cannot_begin, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_reading_is_told, site_up, site_down),
        cmocka_unit_test_setup_teardown(messages_have_to_say_something, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_message_sent_twice_is_answered_twice_and_stored_once, site_up, site_down),
        cmocka_unit_test_setup_teardown(lists_come_in_pages, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_request_waits_while_zendesk_is_away, site_up, site_down),
        cmocka_unit_test_setup_teardown(an_erased_conversation_is_gone, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_member_acts_without_a_conversation, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
