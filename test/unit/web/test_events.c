/* Following a conversation: order, resuming by Last-Event-ID, the message that streams its own answer, and readers who leave. */
#include "unit/web/site.h"

#define DETAILS "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com"

struct sse {
    int64_t id; /* 0: none */
    struct str event, data;
};

enum { EVENTS_MAX = 512 };

/* The whole events in a stream's text; comments are left out. */
static size_t read_events(struct str text, struct sse events[EVENTS_MAX])
{
    struct str id = STR("id: "), event = STR("event: "), data = STR("data: "), line;
    size_t count = 0;
    struct sse next = { 0 };
    while (str_split(&text, '\n', &line)) {
        if (str_starts(line, id)) assert_true(str_to_i64(str_slice(line, id.len, line.len), &next.id));
        if (str_starts(line, event)) next.event = str_slice(line, event.len, line.len);
        if (str_starts(line, data)) next.data = str_slice(line, data.len, line.len);
        if (line.len > 0 || next.event.len == 0) continue;
        assert_true(count < EVENTS_MAX);
        events[count++] = next;
        next = (struct sse){ 0 };
    }
    return count;
}

static const char *events_path(struct site *site, const char *conversation)
{
    return site_fmt(site, API "/conversations/%s/events", conversation);
}

/* What is stored after `after`, as an in-process call gets it. */
static size_t stored_after(struct site *site, const char *conversation, int64_t after, struct sse events[EVENTS_MAX])
{
    struct site_answer *answer =
        site_get(site, site_fmt(site, "%s?after=%lld", events_path(site, conversation), (long long)after));
    assert_int_equal(answer->status, 200);
    assert_str(answer->type, "text/event-stream");
    return read_events(answer->body, events);
}

static void assert_events_fit(struct site *site, const struct sse *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct json *data = json_parse(events[i].data, NULL);
        enum shape shape = str_eq(events[i].event, STR("message.completed")) ? SHAPE_MESSAGE
                           : str_starts(events[i].event, STR("action."))     ? SHAPE_ACTION
                                                                             : SHAPE_NONE;
        assert_int_equal(json_type(data), JSON_OBJECT);
        if (shape != SHAPE_NONE) assert_true(shapes_fit(&site->shapes, site->shapes.schemas[shape], data));
        json_free(data);
        if (i > 0 && events[i].id > 0) assert_true(events[i].id > events[i - 1].id);
    }
}

static const char *play_ticket(struct site *site)
{
    const char *conversation = site_conversation(site, site_connected_agent(site), "{\"channel\":\"chatlab\"}");
    (void)site_say(site, conversation, "Create a test ticket");
    (void)site_say(site, conversation, DETAILS);
    assert_int_equal(site_say(site, conversation, "yes")->status, 200);
    return conversation;
}

static bool has_event(const struct sse *events, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(events[i].event, str_from(name))) return true;
    return false;
}

static void what_is_stored_can_be_followed_from_any_point(void **state)
{
    static struct sse all[EVENTS_MAX], rest[EVENTS_MAX];
    struct site *site = *state;
    const char *conversation = play_ticket(site);
    size_t count = stored_after(site, conversation, 0, all);
    assert_events_fit(site, all, count);
    assert_true(has_event(all, count, "message.completed") && has_event(all, count, "action.proposed"));
    assert_true(has_event(all, count, "action.done") && has_event(all, count, "turn.completed"));
    for (size_t from = 0; from < count; from++) {
        assert_int_equal(stored_after(site, conversation, all[from].id, rest), count - from - 1);
        for (size_t i = from + 1; i < count; i++) assert_int_equal(rest[i - from - 1].id, all[i].id);
    }
}

/* More than a page of messages and of events: the merge keeps the order over page borders. */
static void a_long_conversation_is_followed_whole(void **state)
{
    static struct sse all[EVENTS_MAX];
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_agent(site), "{\"channel\":\"chatlab\"}");
    size_t messages = 0;
    for (int i = 0; i < LIMIT_PAGE_ROWS + 10; i++) (void)site_say(site, conversation, "Hello");
    size_t count = stored_after(site, conversation, 0, all);
    assert_events_fit(site, all, count);
    for (size_t i = 0; i < count; i++) messages += str_eq(all[i].event, STR("message.completed"));
    assert_int_equal(messages, 2 * (LIMIT_PAGE_ROWS + 10));
    assert_int_equal(count, 3 * (LIMIT_PAGE_ROWS + 10));
    struct site_answer *whole = site_get(site, site_fmt(site, API "/conversations/%s", conversation));
    assert_int_equal(json_count(json_get(whole->json, "messages")), messages);
}

static size_t wait_for(struct site *site, struct site_wait *wait, struct sse *events, size_t wanted)
{
    size_t count = 0;
    for (int i = 0; i < 200 && count < wanted; i++) {
        loop_step(site->loop, 20);
        count = read_events(buf_view(&wait->data), events);
    }
    return count;
}

static void leave(struct site *site, struct http_call *call, struct site_wait *wait)
{
    wait->is_left = true;
    http_call_cancel(call);
    while (wait->answer == NULL) loop_step(site->loop, 100);
    buf_clear(&wait->data);
    for (int i = 0; i < 200 && !web_is_idle(site->web); i++) loop_step(site->loop, 10);
    assert_true(web_is_idle(site->web));
}

static void a_follower_sees_what_happens_and_comes_back_where_it_left(void **state)
{
    static struct sse events[EVENTS_MAX], later[EVENTS_MAX], stored[EVENTS_MAX];
    struct site *site = *state;
    const char *key = site_key(site, "viewer");
    const char *conversation = site_conversation(site, site_connected_agent(site), "{\"channel\":\"chatlab\"}");
    struct site_ask ask = { .method = HTTP_GET, .path = events_path(site, conversation), .headers = key };
    struct site_wait wait = { 0 };
    struct http_call *call = site_start(site, &ask, &wait);
    for (int i = 0; i < 20; i++) loop_step(site->loop, 5);
    (void)site_say(site, conversation, "Create a test ticket");
    size_t count = wait_for(site, &wait, events, 3); /* the message, the answer, the end of the turn */
    assert_int_equal(count, 3);
    assert_events_fit(site, events, count);
    int64_t seen = events[count - 1].id;
    leave(site, call, &wait);

    (void)site_say(site, conversation, DETAILS); /* while nobody follows */
    ask.headers = site_fmt(site, "%s\nLast-Event-ID: %lld", key, (long long)seen);
    wait = (struct site_wait){ 0 };
    call = site_start(site, &ask, &wait);
    (void)site_say(site, conversation, "yes"); /* while it catches up */
    size_t expected = stored_after(site, conversation, seen, stored);
    assert_int_equal(wait_for(site, &wait, later, expected), expected);
    for (size_t i = 0; i < expected; i++) {
        assert_int_equal(later[i].id, stored[i].id);
        assert_true(str_eq(later[i].event, stored[i].event));
    }
    assert_events_fit(site, later, expected);
    leave(site, call, &wait);
}

/* What happens while the stored part is being read is both stored and told: it must come once, whatever the moment. */
static void nothing_comes_twice_while_catching_up(void **state)
{
    static struct sse events[EVENTS_MAX], stored[EVENTS_MAX];
    struct site *site = *state;
    const char *key = site_key(site, "viewer"), *agent = site_agent(site);
    for (int delay = 0; delay < 24; delay++) {
        const char *conversation = site_conversation(site, agent, "{\"channel\":\"chatlab\"}");
        for (int i = 0; i < 3; i++) (void)site_say(site, conversation, "Hello");
        struct site_ask follow = { .method = HTTP_GET, .headers = key };
        struct site_ask say = { .method = HTTP_POST, .body = "{\"text\":\"Hello\"}" };
        struct site_wait following = { 0 }, saying = { .site = site };
        follow.path = site_fmt(site, "%s?after=0", events_path(site, conversation));
        say.path = site_fmt(site, API "/conversations/%s/messages", conversation);
        struct http_call *call = site_start(site, &follow, &following);
        for (int i = 0; i < delay; i++) loop_step(site->loop, 0);
        site_start_local(site, &say, &saying);
        while (saying.answer == NULL) loop_step(site->loop, 100);
        size_t expected = stored_after(site, conversation, 0, stored);
        assert_int_equal(wait_for(site, &following, events, expected), expected);
        assert_events_fit(site, events, expected);
        for (int i = 0; i < 3; i++) loop_step(site->loop, 1);
        assert_int_equal(read_events(buf_view(&following.data), events), expected);
        leave(site, call, &following);
    }
}

static void a_message_streams_its_own_answer(void **state)
{
    static struct sse events[EVENTS_MAX];
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_connected_agent(site), "{\"channel\":\"chatlab\"}");
    (void)site_say(site, conversation, "Create a test ticket");
    (void)site_say(site, conversation, DETAILS);
    struct site_ask ask = { .method = HTTP_POST,
                            .path = site_fmt(site, API "/conversations/%s/messages", conversation),
                            .body = "{\"text\":\"yes\"}" };
    ask.headers = site_fmt(site, "%s\nAccept: text/event-stream", site_key(site, "editor"));
    struct site_answer *answer = site_ask(site, ask);
    size_t count = read_events(answer->body, events);
    assert_events_fit(site, events, count - 1);
    assert_true(has_event(events, count, "message.completed") && has_event(events, count, "action.done"));
    assert_str(events[count - 1].event, "turn.completed");
    struct json *turn = json_parse(events[count - 1].data, NULL);
    assert_true(shapes_fit(&site->shapes, site->shapes.schemas[SHAPE_TURN], turn));
    assert_str(json_get_str(json_at(json_get(turn, "actions"), 0), "status"), "done");
    json_free(turn);
    ask.path = API "/conversations/con_01k9zq3v5n8xj4t2m7c6p0bdre/messages";
    assert_problem(site_ask(site, ask), "not-found");
}

static void a_reader_who_leaves_stops_nothing(void **state)
{
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_connected_agent(site), "{\"channel\":\"chatlab\"}");
    (void)site_say(site, conversation, "Create a test ticket");
    (void)site_say(site, conversation, DETAILS);
    struct site_ask ask = { .method = HTTP_POST,
                            .path = site_fmt(site, API "/conversations/%s/messages", conversation),
                            .body = "{\"text\":\"yes\"}" };
    const char *const accepts[] = { "text/event-stream", "application/json" };
    for (size_t i = 0; i < 2; i++) {
        struct site_wait wait = { 0 };
        ask.headers = site_fmt(site, "%s\nAccept: %s", site_key(site, "editor"), accepts[i]);
        struct http_call *call = site_start(site, &ask, &wait);
        for (int round = 0; round < 4 && wait.answer == NULL; round++) loop_step(site->loop, 2);
        if (wait.answer == NULL)
            leave(site, call, &wait);
        else
            buf_clear(&wait.data);
    }
    for (int i = 0; i < 200 && !flow_is_idle(site->flow); i++) loop_step(site->loop, 10);
    assert_int_equal(site->tickets, 1);
}

static void what_cannot_be_followed(void **state)
{
    struct site *site = *state;
    const char *conversation = site_conversation(site, site_agent(site), "{\"channel\":\"chatlab\"}");
    assert_problem(site_get(site, API "/conversations/con_01k9zq3v5n8xj4t2m7c6p0bdre/events"), "not-found");
    assert_problem(site_get(site, site_fmt(site, "%s?after=-1", events_path(site, conversation))), "request-unreadable");
    assert_problem(site_get(site, site_fmt(site, "%s?after=now", events_path(site, conversation))), "request-unreadable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_stored_can_be_followed_from_any_point, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_long_conversation_is_followed_whole, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_follower_sees_what_happens_and_comes_back_where_it_left, site_up, site_down),
        cmocka_unit_test_setup_teardown(nothing_comes_twice_while_catching_up, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_message_streams_its_own_answer, site_up, site_down),
        cmocka_unit_test_setup_teardown(a_reader_who_leaves_stops_nothing, site_up, site_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_followed, site_up, site_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
