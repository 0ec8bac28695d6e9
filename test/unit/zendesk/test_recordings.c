/* Recorded traffic of other clients through our reading: every answer to a request that ours make, and every refusal. */
#include "unit/zendesk/running.h"

#include "zendesk/fault.h"
#include "zendesk/lookup.h"

struct seen {
    unsigned created, read, comments, refused, changed, audits, found, records, saved, listed, organizations, fields;
};

/* One recorded answer. */
struct heard {
    const struct json *body;
    struct str bytes, path;
    int status;
};

static struct http_answer said(const struct heard *heard)
{
    return (struct http_answer){ .status = heard->status, .body = heard->bytes };
}

static void start_with_id(struct fixture *f, enum action_kind kind, const char *name, int64_t id)
{
    struct buf arguments;
    buf_init(&arguments, 64);
    buf_fmt(&arguments, "{\"%s\":%lld}", name, (long long)id);
    start(f, kind, arguments.data, &usual);
    buf_clear(&arguments);
}

static void assert_same_text(const struct json *result, const struct json *record, const char *name)
{
    if (!str_eq(json_get_str(result, name), json_get_str(record, name))) fail_msg("%s differs", name);
}

/* The result of a stored request from its recorded answer, parsed; NULL when it was refused. */
static struct json *receipt_for(enum action_kind kind, const struct zendesk_request *sent, const struct heard *heard)
{
    struct arena arena;
    struct problem problem;
    struct str result;
    const struct http_answer given = said(heard);
    struct zendesk_setting setting = usual;
    setting.external_id = STR_NONE;
    arena_init(&arena);
    enum zendesk_next next = zendesk_receipt(action_spec(kind), sent, &given, &setting, &arena, &result, &problem);
    struct json *parsed = next == ZENDESK_DONE ? json_parse(result, NULL) : NULL;
    if (next == ZENDESK_FAILED) assert_int_not_equal(problem.id, PROBLEM_NONE);
    arena_clear(&arena);
    return parsed;
}

/* ---- tickets ----------------------------------------------------------------------------------------------------------- */

static void replay_creation(const struct heard *heard, struct seen *seen)
{
    const struct json *ticket = json_get(heard->body, "ticket");
    struct json *result = receipt_for(ACTION_CREATE_TICKET, &(struct zendesk_request){ 0 }, heard);
    assert_int_equal(json_get_int(result, "id", 0), json_get_int(ticket, "id", -1));
    assert_same_text(result, ticket, "status");
    assert_same_text(result, ticket, "created_at");
    json_free(result);
    seen->created++;
}

static void replay_change(const struct heard *heard, struct seen *seen)
{
    const struct json *ticket = json_get(heard->body, "ticket");
    int64_t id = json_get_int(ticket, "id", 0);
    char path[64];
    snprintf(path, sizeof path, "/api/v2/tickets/%lld", (long long)id);
    const struct zendesk_request sent = { .method = HTTP_PUT, .path = str_from(path), .writes = true };
    const struct http_answer given = said(heard);
    struct json *result = receipt_for(ACTION_UPDATE_TICKET, &sent, heard);
    assert_int_equal(json_get_int(result, "id", 0), id);
    assert_same_text(result, ticket, "status");
    assert_same_text(result, ticket, "updated_at");
    assert_int_equal(json_count(json_get(result, "tags")), json_count(json_get(ticket, "tags")));
    assert_int_equal(zendesk_classify_write(&sent, &given, NULL, STR_NONE), OUTCOME_DONE);
    json_free(result);
    seen->changed++;
}

static void replay_ticket(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct http_answer given = said(heard);
    const struct json *ticket = json_get(heard->body, "ticket");
    start_with_id(&f, ACTION_GET_TICKET, "ticket_id", json_get_int(ticket, "id", 0));
    assert_int_equal(zendesk_answer(&f.run, &given), ZENDESK_CALL);
    answer(&f, 200, "{\"comments\":[]}");
    assert_int_equal(f.next, ZENDESK_DONE);
    struct json *result = json_parse(f.run.result, NULL);
    assert_same_text(result, ticket, "subject");
    json_free(result);
    finish(&f);
    seen->read++;
}

static void replay_comments(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct json *comments = json_get(heard->body, "comments");
    const struct http_answer given = said(heard);
    bool has_public = false;
    for (size_t i = 0; i < json_count(comments); i++)
        has_public = has_public || json_get_bool(json_at(comments, i), "public", false);
    start(&f, ACTION_GET_TICKET, "{\"ticket_id\":35436}", &usual);
    answer(&f, 200, "{\"ticket\":{\"id\":35436}}");
    assert_int_equal(zendesk_answer(&f.run, &given), ZENDESK_DONE);
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_get_str(result, "last_comment").len > 0, has_public);
    json_free(result);
    finish(&f);
    seen->comments++;
}

static void replay_audits(const struct heard *heard, struct seen *seen)
{
    struct arena arena;
    struct zendesk_lookup lookup;
    const struct http_answer given = said(heard);
    const struct zendesk_request sent = { .method = HTTP_PUT, .path = STR("/api/v2/tickets/7"), .writes = true };
    arena_init(&arena);
    assert_int_equal(zendesk_lookup_begin(&lookup, action_spec(ACTION_ADD_COMMENT), &sent, &usual, &arena), LOOKUP_CALL);
    bool is_whole = json_get_str(heard->body, "next_page").len == 0;
    assert_int_equal(zendesk_lookup_answer(&lookup, &given), is_whole ? LOOKUP_NOT_FOUND : LOOKUP_FAILED);
    arena_clear(&arena);
    seen->audits++;
}

static void replay_list(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct http_answer given = said(heard);
    const struct json *tickets = json_get(heard->body, "tickets");
    start_with_id(&f, ACTION_LIST_TICKETS, "user_id", json_get_int(json_at(tickets, 0), "requester_id", 1));
    f.next = zendesk_answer(&f.run, &given);
    assert_int_equal(f.next, ZENDESK_DONE);
    struct json *result = json_parse(f.run.result, NULL);
    assert_int_equal(json_count(json_get(result, "tickets")), json_count(tickets));
    json_free(result);
    finish(&f);
    seen->listed++;
}

/* ---- people and organizations ------------------------------------------------------------------------------------------ */

static void replay_search(const struct heard *heard, struct seen *seen)
{
    const struct json *users = json_get(heard->body, "users");
    const struct http_answer given = said(heard);
    for (size_t i = 0; i < json_count(users); i++) {
        const struct json *user = json_at(users, i);
        struct fixture f;
        struct buf arguments;
        if (json_get_str(user, "email").len == 0 || !json_get_bool(user, "active", true)) continue;
        buf_init(&arguments, 512);
        buf_fmt(&arguments, "{\"email\":\"%.*s\"}", STR_ARG(json_get_str(user, "email")));
        start(&f, ACTION_GET_CUSTOMER, arguments.data, &usual);
        f.next = zendesk_answer(&f.run, &given);
        assert_int_equal(f.next, ZENDESK_CALL);
        buf_clear(&arguments);
        finish(&f);
        seen->found++;
    }
}

static void replay_record(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct http_answer given = said(heard);
    const struct json *user = json_get(heard->body, "user");
    if (json_get_int(user, "id", 0) <= 0 || !json_get_bool(user, "active", true)) return;
    start_with_id(&f, ACTION_GET_CUSTOMER, "user_id", json_get_int(user, "id", 0));
    f.next = zendesk_answer(&f.run, &given);
    if (json_get_int(user, "organization_id", 0) > 0) answer(&f, 200, "{\"organization\":{\"name\":\"O\"}}");
    answer(&f, 200, "{\"user_related\":{\"requested_tickets\":3}}");
    assert_int_equal(f.next, ZENDESK_DONE);
    struct json *result = json_parse(f.run.result, NULL);
    assert_same_text(result, user, "email");
    assert_same_text(result, user, "name");
    json_free(result);
    finish(&f);
    seen->records++;
}

static void replay_saved(const struct heard *heard, enum action_kind kind, struct seen *seen)
{
    const struct json *user = json_get(heard->body, "user");
    struct json *result = receipt_for(kind, &(struct zendesk_request){ .method = HTTP_PUT }, heard);
    assert_int_equal(json_get_int(result, "id", 0), json_get_int(user, "id", -1));
    assert_same_text(result, user, "role");
    if (kind == ACTION_CREATE_CUSTOMER) assert_str(json_get_str(result, "outcome"), "created");
    json_free(result);
    seen->saved++;
}

static void replay_organization(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct http_answer given = said(heard);
    start(&f, ACTION_FIND_CUSTOMER, "{\"email\":\"j@acme.com\"}", &usual);
    answer(&f, 200, "{\"users\":[{\"id\":1,\"email\":\"j@acme.com\",\"organization_id\":7}]}");
    assert_int_equal(zendesk_answer(&f.run, &given), ZENDESK_DONE);
    struct json *result = json_parse(f.run.result, NULL);
    assert_true(str_eq(json_get_str(result, "organization"), json_get_str(json_get(heard->body, "organization"), "name")));
    json_free(result);
    finish(&f);
    seen->organizations++;
}

/* A recorded field as the only one of an account: it is found by its title and written by its id, unless every account has
 * it. */
static void replay_field(const struct heard *heard, struct seen *seen)
{
    const struct json *field = json_get(heard->body, "ticket_field");
    struct fixture f;
    struct buf fields, arguments;
    struct jw json;
    struct zendesk_setting setting = usual;
    buf_init(&fields, 65536);
    buf_lit(&fields, "{\"ticket_fields\":[");
    json_canonical(field, &fields);
    buf_lit(&fields, "]}");
    setting.ticket_fields = buf_view(&fields);
    buf_init(&arguments, 4096);
    jw_init(&json, &arguments);
    buf_lit(&arguments, "{\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"j@acme.com\",\"custom_fields\":{");
    jw_key_str(&json, json_get_str(field, "title"));
    jw_null(&json);
    buf_lit(&arguments, "}}");
    start(&f, ACTION_CREATE_TICKET, arguments.data, &setting);
    bool is_system = !json_get_bool(field, "removable", true);
    if (f.next != (is_system ? ZENDESK_FAILED : ZENDESK_CALL)) fail_msg("%.*s", STR_ARG(heard->bytes));
    struct json *body = json_parse(f.run.request.body, NULL);
    const struct json *written = json_at(json_get(json_get(body, "ticket"), "custom_fields"), 0);
    assert_int_equal(json_get_int(written, "id", 0), is_system ? 0 : json_get_int(field, "id", -1));
    json_free(body);
    buf_clear(&fields);
    buf_clear(&arguments);
    finish(&f);
    seen->fields++;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------- */

static void replay_refusal(const struct heard *heard, struct seen *seen)
{
    struct fixture f;
    const struct http_answer given = said(heard);
    start(&f, ACTION_UPDATE_TICKET, "{\"ticket_id\":7,\"status\":\"open\"}", &usual);
    assert_int_equal(zendesk_answer(&f.run, &given), ZENDESK_FAILED);
    assert_int_not_equal(f.run.problem.id, PROBLEM_NONE);
    assert_true(f.run.problem.evidence.len > 0);
    if (heard->status == 429) assert_int_equal(f.run.problem.id, PROBLEM_ZENDESK_RATE_LIMITED);
    finish(&f);
    seen->refused++;
}

/* "/api/v2/users/20/tickets/requested.json" is like "/api/v2/users/#/tickets/requested". */
static bool is_like(struct str path, const char *pattern)
{
    struct str wanted = str_from(pattern), part, segment;
    struct str rest = str_slice(path, 0, str_ends(path, STR(".json")) ? path.len - 5 : path.len);
    while (str_split(&wanted, '/', &part)) {
        if (!str_split(&rest, '/', &segment)) return false;
        bool is_id = segment.len > 0 && (char_is_digit(segment.ptr[0]) || segment.ptr[0] == '{' || str_eq(segment, STR("N")));
        if (str_eq(part, STR("#")) ? !is_id : !str_eq(part, segment)) return false;
    }
    return rest.ptr == NULL;
}

static void replay_read(const struct heard *heard, struct seen *seen)
{
    if (is_like(heard->path, "/api/v2/tickets/#")) replay_ticket(heard, seen);
    if (is_like(heard->path, "/api/v2/tickets/#/comments")) replay_comments(heard, seen);
    if (is_like(heard->path, "/api/v2/tickets/#/audits")) replay_audits(heard, seen);
    if (is_like(heard->path, "/api/v2/users/#/tickets/requested")) replay_list(heard, seen);
    if (is_like(heard->path, "/api/v2/users/search")) replay_search(heard, seen);
    if (is_like(heard->path, "/api/v2/users/#")) replay_record(heard, seen);
    if (is_like(heard->path, "/api/v2/organizations/#")) replay_organization(heard, seen);
    if (is_like(heard->path, "/api/v2/ticket_fields/#")) replay_field(heard, seen);
}

static void replay_write(const struct heard *heard, bool is_post, struct seen *seen)
{
    if (is_post && is_like(heard->path, "/api/v2/tickets")) replay_creation(heard, seen);
    if (is_post && is_like(heard->path, "/api/v2/users/create_or_update")) replay_saved(heard, ACTION_CREATE_CUSTOMER, seen);
    if (!is_post && is_like(heard->path, "/api/v2/tickets/#")) replay_change(heard, seen);
    if (!is_post && is_like(heard->path, "/api/v2/users/#")) replay_saved(heard, ACTION_UPDATE_CUSTOMER, seen);
}

static void replay(const struct json *interaction, struct seen *seen)
{
    struct str method = json_get_str(interaction, "method"), text = json_get_str(interaction, "response_text");
    struct heard heard = {
        .body = json_get(interaction, "response_json"),
        .path = json_get_str(interaction, "path"),
        .status = (int)json_get_int(interaction, "status", 0),
    };
    struct buf bytes;
    bool is_post = str_eq(method, STR("POST"));
    buf_init(&bytes, 8 * 1024 * 1024);
    if (heard.body != NULL)
        json_canonical(heard.body, &bytes);
    else
        buf_str(&bytes, text);
    heard.bytes = buf_view(&bytes);
    if (heard.status >= 400) replay_refusal(&heard, seen);
    if (heard.body != NULL && heard.status < 300 && str_eq(method, STR("GET"))) replay_read(&heard, seen);
    if (heard.body != NULL && heard.status < 300 && (is_post || str_eq(method, STR("PUT")))) replay_write(&heard, is_post, seen);
    buf_clear(&bytes);
}

/* Replays one file; uploads and apps hold the bytes of binary files with NULs, which no JSON of ours may have, and none of
 * our paths. */
static void replay_file(const char *path, struct seen *seen)
{
    char *content = file_content(path);
    assert_non_null(content);
    struct json *recording = json_parse(str_from(content), NULL);
    if (recording == NULL && strstr(content, "\\u0000") == NULL) fail_msg("%s is not JSON", path);
    const struct json *interactions = json_get(recording, "interactions");
    for (size_t i = 0; i < json_count(interactions); i++) replay(json_at(interactions, i), seen);
    json_free(recording);
    mem_free(content);
}

/* INDEX.tsv names a file in its first column, once per interaction; each file is replayed once. */
static void recorded_answers_are_read(void **state)
{
    char *index = file_content(SHARED "/recordings/INDEX.tsv");
    struct str rest = str_from(index), line, last = STR_NONE;
    struct seen seen = { 0 };
    (void)state;
    if (index == NULL) skip();
    assert_true(str_split(&rest, '\n', &line));
    while (str_split(&rest, '\n', &line)) {
        struct str file = STR_NONE;
        if (!str_split(&line, '\t', &file) || file.len == 0 || str_eq(file, last)) continue;
        char path[512];
        assert_true(snprintf(path, sizeof path, SHARED "/recordings/%.*s", STR_ARG(file)) < (int)sizeof path);
        replay_file(path, &seen);
        last = file;
    }
    mem_free(index);
    print_message("creations %u, changes %u, tickets %u, comment lists %u, audit lists %u, ticket lists %u\n", seen.created,
                  seen.changed, seen.read, seen.comments, seen.audits, seen.listed);
    print_message("users found %u, records %u, saved %u, organizations %u, fields %u, refusals %u\n", seen.found, seen.records,
                  seen.saved, seen.organizations, seen.fields, seen.refused);
    assert_true(seen.created >= 6 && seen.changed >= 3 && seen.read >= 4 && seen.comments >= 7 && seen.audits >= 2);
    assert_true(seen.listed >= 2 && seen.found >= 3 && seen.records >= 4 && seen.saved >= 13 && seen.organizations >= 5);
    assert_true(seen.fields >= 3 && seen.refused >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_answers_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
