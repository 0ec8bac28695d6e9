/* Tickets: creating, what is refused, updating, side effects, tags, closed ones, collisions. */
#include "unit/sandbox/driver.h"

static void everything_a_ticket_can_be_given(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made =
        post(&d, "/api/v2/tickets.json",
             "{\"ticket\":{\"subject\":\"Printer {{ticket.id}} \\ud83d\\udda8\",\"external_id\":\"ext-1\",\"priority\":\"high\","
             "\"type\":\"incident\",\"tags\":[\"Printer\",\"fire\",\"fire\"],\"custom_fields\":[{\"id\":7,\"value\":\"a\"}],"
             "\"metadata\":{\"op\":\"o1\"},\"requester\":{\"name\":\"Jane\",\"email\":\"Jane@Example.com\"},"
             "\"comment\":{\"body\":\"Smoke {{x}}   rises.\\n\\n\\n\\nNow <b>hot</b>: 1 < 2.\",\"public\":true}}}");
    assert_status(made, 201);
    const struct json *ticket = at(made->json, "ticket");
    assert_int_equal(int_at(ticket, "id"), 35436);
    assert_str(text_at(ticket, "subject"), "Printer {{ticket.id}} \xf0\x9f\x96\xa8");
    assert_str(text_at(ticket, "description"), "Smoke {{x}} rises.\n\nNow hot: 1 < 2.");
    assert_str(text_at(ticket, "status"), "new");
    assert_str(text_at(ticket, "tags.0"), "fire");
    assert_str(text_at(ticket, "tags.1"), "printer");
    assert_int_equal(json_count(at(ticket, "tags")), 2);
    assert_str(text_at(ticket, "custom_fields.0.value"), "a");
    assert_str(text_at(made->json, "audit.metadata.custom.op"), "o1");
    assert_str(text_at(made->json, "audit.events.0.type"), "Comment");
    assert_str(text_at(made->json, "audit.events.1.field_name"), "subject");
    assert_str(header_of(made, "Location"), "https://practice.zendesk.com/api/v2/tickets/35436.json");
    struct reply *requester = get(&d, path_of(&d, "/api/v2/users/ID", int_at(ticket, "requester_id")));
    assert_str(text_at(requester->json, "user.email"), "Jane@Example.com");
    assert_str(text_at(requester->json, "user.role"), "end-user");
    struct reply *shown = get(&d, "/api/v2/tickets/35436");
    assert_str(text_at(shown->json, "ticket.external_id"), "ext-1");
    driver_close(&d);
}

static void a_known_requester_is_found(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t first = make_ticket(&d, "one", "jane@example.com"), second = make_ticket(&d, "two", "JANE@example.com");
    struct reply *a = get(&d, path_of(&d, "/api/v2/tickets/ID", first)), *b = get(&d, path_of(&d, "/api/v2/tickets/ID", second));
    assert_int_equal(int_at(a->json, "ticket.requester_id"), int_at(b->json, "ticket.requester_id"));
    struct reply *known =
        post(&d, "/api/v2/tickets", "{\"ticket\":{\"comment\":{\"body\":\"x\"},\"requester\":{\"email\":\"jane@example.com\"}}}");
    assert_status(known, 201);
    assert_int_equal(int_at(known->json, "ticket.requester_id"), int_at(a->json, "ticket.requester_id"));
    driver_close(&d);
}

static void people_come_along_when_asked_for(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    struct reply *alone = get(&d, path_of(&d, "/api/v2/tickets/ID", id));
    assert_null(at(alone->json, "users"));
    struct reply *with = get(&d, path_of(&d, "/api/v2/tickets/ID?include=groups,users", id));
    assert_int_equal(int_at(with->json, "users.0.id"), int_at(with->json, "ticket.submitter_id"));
    assert_int_equal(int_at(with->json, "users.1.id"), int_at(with->json, "ticket.requester_id"));
    assert_str(text_at(with->json, "users.1.email"), "jane@example.com");
    assert_int_equal(json_count(at(with->json, "groups")), 0);
    assert_int_equal(json_count(at(with->json, "users")), 2);
    driver_close(&d);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *ticket, *at;
        int status;
    } cases[] = {
        { "{\"subject\":\"x\"}", "details.base.0.error", 422 },
        { "{\"comment\":{\"body\":\"  \"}}", "details.base.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"priority\":\"asap\"}", "details.priority.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"status\":\"done\"}", "details.status.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"type\":\"bug\"}", "details.type.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"requester\":{\"email\":\"new@example.com\"}}", "details.requester.0.description",
          422 },
        { "{\"comment\":{\"body\":\"x\"},\"requester\":{\"name\":\"A\",\"email\":\"badmail\"}}",
          "details.requester.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"requester_id\":1}", "details.requester.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"assignee_id\":1}", "details.assignee.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\",\"author_id\":1}}", "details.comment.0.description", 422 },
        { "{\"comment\":{\"body\":\"x\"},\"subject\":{}}", "error.title", 400 },
        { "{\"comment\":{\"body\":\"x\"},\"custom_fields\":7}", "error.title", 400 },
        { "[]", "error.message", 400 },
    };
    struct driver d;
    driver_open(&d);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply *reply = post(&d, "/api/v2/tickets", arena_fmt(&d.arena, "{\"ticket\":%s}", cases[i].ticket).ptr);
        assert_status(reply, cases[i].status);
        assert_true(text_at(reply->json, cases[i].at).len > 0);
    }
    assert_status(post(&d, "/api/v2/tickets", "{"), 422);
    struct ask form = {
        .method = HTTP_POST, .path = STR("/api/v2/tickets"), .user = ADMIN, .body = STR("a=b"), .type = STR("text/plain")
    };
    assert_status(driver_ask(&d, &form), 415);
    assert_int_equal(tickets_in_ledger(&d), 0);
    struct reply *people = get(&d, "/api/v2/users");
    assert_int_equal(int_at(people->json, "count"), 1);
    driver_close(&d);
}

static void unknown_attributes_are_only_told_in_a_header(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made =
        post(&d, "/api/v2/tickets", "{\"ticket\":{\"comment\":{\"body\":\"x\"},\"id\":5,\"titel\":\"y\\r\\nz\"}}");
    assert_status(made, 201);
    struct str warning = header_of(made, "X-Zendesk-API-Warn");
    assert_true(str_find(warning, STR("\"ticket.id\""), 0) != SIZE_MAX);
    assert_true(str_find(warning, STR("\"ticket.titel\""), 0) != SIZE_MAX);
    struct reply *changed = put(&d, "/api/v2/tickets/35436", "{\"ticket\":{\"submitter_id\":1}}");
    assert_true(str_find(header_of(changed, "X-Zendesk-API-Warn"), STR("\"ticket.submitter_id\""), 0) != SIZE_MAX);
    assert_int_equal(header_of(put(&d, "/api/v2/tickets/35436", "{\"ticket\":{\"subject\":\"z\"}}"), "X-Zendesk-API-Warn").len,
                     0);
    struct reply *hostile = put(&d, "/api/v2/tickets/35436", "{\"ticket\":{\"a\\r\\nX-Injected: 1\":1}}");
    assert_status(hostile, 200);
    assert_int_equal(header_of(hostile, "X-Injected").len, 0);
    driver_close(&d);
}

static void a_long_comment_is_cut(void **state)
{
    (void)state;
    enum { LONG = 70000 };
    struct driver d;
    driver_open(&d);
    char *text = arena_alloc(&d.arena, LONG + 1);
    memset(text, 'a', LONG);
    struct reply *made =
        post(&d, "/api/v2/tickets", arena_fmt(&d.arena, "{\"ticket\":{\"comment\":{\"body\":\"%s\"}}}", text).ptr);
    assert_status(made, 201);
    assert_int_equal(text_at(made->json, "ticket.description").len, 64 * 1024);
    driver_close(&d);
}

static int64_t person(struct driver *d, const char *user)
{
    struct reply *reply = post(d, "/api/v2/users", arena_fmt(&d->arena, "{\"user\":%s}", user).ptr);
    assert_status(reply, 201);
    return int_at(reply->json, "user.id");
}

static struct reply *change(struct driver *d, int64_t id, const char *ticket)
{
    return put(d, path_of(d, "/api/v2/tickets/ID", id), arena_fmt(&d->arena, "{\"ticket\":%s}", ticket).ptr);
}

static void comments_change_the_status(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    struct reply *solved = change(&d, id, "{\"status\":\"solved\",\"comment\":{\"body\":\"done\",\"public\":true}}");
    assert_str(text_at(solved->json, "ticket.status"), "solved");
    assert_true(int_at(solved->json, "ticket.assignee_id") > 0);
    int64_t jane = int_at(solved->json, "ticket.requester_id");
    struct reply *note = change(&d, id, "{\"comment\":{\"body\":\"note\",\"public\":false}}");
    assert_str(text_at(note->json, "ticket.status"), "solved");
    const char *answer =
        arena_fmt(&d.arena, "{\"comment\":{\"body\":\"again\",\"public\":true,\"author_id\":%lld}}", (long long)jane).ptr;
    struct reply *reopened = change(&d, id, answer);
    assert_str(text_at(reopened->json, "ticket.status"), "open");
    assert_str(text_at(reopened->json, "audit.events.1.previous_value"), "solved");
    assert_true(int_at(reopened->json, "audit.author_id") != jane);

    int64_t other = make_ticket(&d, "two", "jane@example.com");
    int64_t agent = person(&d, "{\"name\":\"Ann\",\"email\":\"ann@x.example\",\"role\":\"agent\"}");
    struct reply *assigned = change(&d, other, "{\"assignee_email\":\"ann@x.example\"}");
    assert_int_equal(int_at(assigned->json, "ticket.assignee_id"), agent);
    assert_str(text_at(assigned->json, "ticket.status"), "open");
    driver_close(&d);
}

/* What `public` is when it is left out is decided when the ticket is made. */
static void public_when_left_out(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t open = make_ticket(&d, "one", "jane@example.com");
    assert_true(json_bool(at(change(&d, open, "{\"comment\":{\"body\":\"a\"}}")->json, "audit.events.0.public"), false));
    struct reply *hidden = post(&d, "/api/v2/tickets", "{\"ticket\":{\"comment\":{\"body\":\"x\",\"public\":false}}}");
    assert_false(json_bool(at(hidden->json, "ticket.is_public"), true));
    int64_t id = int_at(hidden->json, "ticket.id");
    assert_false(json_bool(at(change(&d, id, "{\"comment\":{\"body\":\"a\"}}")->json, "audit.events.0.public"), true));
    assert_true(json_bool(at(change(&d, id, "{\"comment\":{\"body\":\"b\",\"public\":true}}")->json, "ticket.is_public"), false));
    driver_close(&d);
}

static void light_agents_write_notes_only(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    (void)person(
        &d,
        "{\"name\":\"Lou\",\"email\":\"lou@x.example\",\"role\":\"agent\",\"verified\":true,\"custom_role_id\":6130869137562}");
    struct ask ask = { .path = STR("/api/v2/users/me"), .user = STR("lou@x.example/token:practice-token") };
    struct reply *lou = driver_ask(&d, &ask);
    assert_int_equal(int_at(lou->json, "user.role_type"), 1);
    assert_true(json_bool(at(lou->json, "user.only_private_comments"), false));
    ask.method = HTTP_POST;
    ask.path = STR("/api/v2/tickets");
    ask.body = STR("{\"ticket\":{\"comment\":{\"body\":\"x\",\"public\":true}}}");
    assert_false(json_bool(at(driver_ask(&d, &ask)->json, "ticket.is_public"), true));
    driver_close(&d);
}

static void fields_merge_and_changes_are_recorded(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    assert_status(change(&d, id, "{\"custom_fields\":[{\"id\":1,\"value\":\"a\"},{\"id\":2,\"value\":true}]}"), 200);
    struct reply *merged =
        change(&d, id, "{\"custom_fields\":[{\"id\":2,\"value\":false},{\"id\":3,\"value\":null}],\"priority\":\"low\"}");
    assert_int_equal(json_count(at(merged->json, "ticket.custom_fields")), 3);
    assert_str(text_at(merged->json, "ticket.custom_fields.0.value"), "a");
    assert_false(json_bool(at(merged->json, "ticket.custom_fields.1.value"), true));
    assert_str(text_at(merged->json, "audit.events.0.field_name"), "priority");
    assert_int_equal(json_type(at(merged->json, "audit.events.0.previous_value")), JSON_NULL);
    assert_str(text_at(merged->json, "audit.events.1.field_name"), "2");
    struct reply *audits = get(&d, path_of(&d, "/api/v2/tickets/ID/audits", id));
    assert_int_equal(int_at(audits->json, "count"), 3);
    struct reply *comments = get(&d, path_of(&d, "/api/v2/tickets/ID/comments", id));
    assert_int_equal(int_at(comments->json, "count"), 1);
    assert_str(text_at(comments->json, "comments.0.plain_body"), "Text of one.");
    driver_close(&d);
}

static void closed_is_the_end(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    assert_status(change(&d, id, "{\"status\":\"closed\"}"), 200);
    const char *tags = path_of(&d, "/api/v2/tickets/ID/tags", id);
    struct reply *refused[] = { change(&d, id, "{\"comment\":{\"body\":\"more\"}}"), put(&d, tags, "{\"tags\":[\"a\"]}"),
                                post(&d, tags, "{\"tags\":[\"a\"]}") };
    for (size_t i = 0; i < 3; i++) {
        assert_status(refused[i], 422);
        assert_str(text_at(refused[i]->json, "details.status.0.description"), "Status: closed prevents ticket update");
    }
    driver_close(&d);
}

static void tags_by_their_own_paths(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    const char *path = path_of(&d, "/api/v2/tickets/ID/tags", make_ticket(&d, "one", "jane@example.com"));
    assert_status(post(&d, path, "{\"tags\":[\"b\",\"a\"]}"), 201);
    struct reply *added = put(&d, path, "{\"tags\":[\"c\",\"A\"]}");
    assert_status(added, 200);
    assert_int_equal(json_count(at(added->json, "tags")), 3);
    assert_status(send_body(&d, HTTP_DELETE, path, "{\"tags\":[\"a\",\"zzz\"]}"), 204);
    struct reply *left = get(&d, path);
    assert_int_equal(json_count(at(left->json, "tags")), 2);
    assert_str(text_at(left->json, "tags.0"), "b");
    assert_status(post(&d, path, "{\"tags\":7}"), 400);
    driver_close(&d);
}

static void safe_updates(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    struct str read = text_at(get(&d, path_of(&d, "/api/v2/tickets/ID", id))->json, "ticket.updated_at");
    const char *stamped =
        arena_fmt(&d.arena, "{\"priority\":\"low\",\"safe_update\":true,\"updated_stamp\":\"%.*s\"}", STR_ARG(read)).ptr;
    advance(&d, 2000);
    assert_status(change(&d, id, stamped), 200);
    struct reply *stale = change(&d, id, stamped);
    assert_status(stale, 409);
    assert_str(text_at(stale->json, "error"), "UpdateConflict");
    const char *tags =
        arena_fmt(&d.arena, "{\"tags\":[\"a\"],\"safe_update\":true,\"updated_stamp\":\"%.*s\"}", STR_ARG(read)).ptr;
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID/tags", id), tags), 409);
    assert_status(change(&d, id, "{\"priority\":\"high\"}"), 200);
    driver_close(&d);
}

static void deleted_tickets_are_gone(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    const char *path = path_of(&d, "/api/v2/tickets/ID", make_ticket(&d, "one", "jane@example.com"));
    assert_status(send_body(&d, HTTP_DELETE, path, ""), 204);
    struct reply *gone = get(&d, path);
    assert_status(gone, 404);
    assert_str(text_at(gone->json, "error"), "RecordNotFound");
    assert_int_equal(int_at(get(&d, "/api/v2/tickets")->json, "count"), 0);
    assert_int_equal(tickets_in_ledger(&d), 1);
    assert_int_equal(make_ticket(&d, "two", "jane@example.com"), 35437);
    assert_str(text_at(get(&d, "/api/v2/nothing")->json, "error"), "InvalidEndpoint");
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_a_ticket_can_be_given),
        cmocka_unit_test(a_known_requester_is_found),
        cmocka_unit_test(people_come_along_when_asked_for),
        cmocka_unit_test(refusals),
        cmocka_unit_test(unknown_attributes_are_only_told_in_a_header),
        cmocka_unit_test(a_long_comment_is_cut),
        cmocka_unit_test(comments_change_the_status),
        cmocka_unit_test(public_when_left_out),
        cmocka_unit_test(light_agents_write_notes_only),
        cmocka_unit_test(fields_merge_and_changes_are_recorded),
        cmocka_unit_test(closed_is_the_end),
        cmocka_unit_test(tags_by_their_own_paths),
        cmocka_unit_test(safe_updates),
        cmocka_unit_test(deleted_tickets_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
