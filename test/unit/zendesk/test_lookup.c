/* Look-ups after an unknown outcome, and what the outbox is told about every kind of write. */
#include "unit/zendesk/running.h"

#include "zendesk/fault.h"
#include "zendesk/lookup.h"

struct asking {
    struct arena arena;
    struct zendesk_lookup lookup;
    enum lookup_next next;
};

static const struct zendesk_request creation = {
    .method = HTTP_POST,
    .path = STR("/api/v2/tickets"),
    .body =
        STR("{\"ticket\":{\"subject\":\"S\",\"comment\":{\"body\":\"B\",\"public\":true},\"external_id\":\"cca:inst:01k9\"}}"),
    .writes = true,
};
static const struct zendesk_request followup = {
    .method = HTTP_POST,
    .path = STR("/api/v2/tickets"),
    .body = STR("{\"ticket\":{\"via_followup_source_id\":7,\"comment\":{\"body\":\"B\",\"public\":true}}}"),
    .writes = true,
};
static const struct zendesk_request change = {
    .method = HTTP_PUT,
    .path = STR("/api/v2/tickets/35436"),
    .body = STR("{\"ticket\":{\"status\":\"solved\",\"metadata\":{\"cca_op\":\"act_7\"}}}"),
    .writes = true,
};
static const struct zendesk_request merge = {
    .method = HTTP_POST, .path = STR("/api/v2/users/create_or_update"), .body = STR("{\"user\":{}}"), .writes = true
};
static const struct zendesk_request record = {
    .method = HTTP_PUT,
    .path = STR("/api/v2/users/9"),
    .body = STR("{\"user\":{\"phone\":\"1\",\"tags\":[\"a\"],\"user_fields\":{\"plan\":\"gold\"}}}"),
    .writes = true,
};

static void ask(struct asking *a, enum action_kind kind, const struct zendesk_request *sent)
{
    arena_init(&a->arena);
    a->next = zendesk_lookup_begin(&a->lookup, action_spec(kind), sent, &usual, &a->arena);
}

/* A look-up only reads, and only what its action may read. */
static void assert_looks(const struct asking *a, const char *path)
{
    struct str target = a->lookup.run.request.path;
    assert_int_equal(a->next, LOOKUP_CALL);
    if (!str_eq(target, str_from(path))) fail_msg("looks at %.*s", STR_ARG(target));
    assert_int_equal(a->lookup.run.request.method, HTTP_GET);
    assert_true(action_allows(a->lookup.run.spec, HTTP_GET, str_slice(target, 0, str_find(target, STR("?"), 0))));
}

static void hear(struct asking *a, int status, const char *body)
{
    const struct http_answer given = answer_of(status, body);
    a->next = zendesk_lookup_answer(&a->lookup, &given);
}

static void assert_found(const struct asking *a, const char *result)
{
    if (a->next == LOOKUP_FAILED) fail_msg("%s", problem_slug(a->lookup.run.problem.id));
    assert_int_equal(a->next, LOOKUP_FOUND);
    if (!str_eq(a->lookup.run.result, str_from(result))) fail_msg("%.*s", STR_ARG(a->lookup.run.result));
}

#define BY_ID     "/api/v2/tickets?external_id=cca%3Ainst%3A01k9"
#define BY_SEARCH "/api/v2/search?query=type%3Aticket%20external_id%3A%22cca%3Ainst%3A01k9%22"
#define OURS      "\"external_id\":\"cca:inst:01k9\",\"subject\":\"S\",\"status\":\"new\",\"created_at\":\"C\"}"

static void a_created_ticket_is_found_by_its_external_id(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_CREATE_TICKET, &creation);
    assert_looks(&a, BY_ID);
    hear(&a, 200, "{\"tickets\":[{\"id\":5,\"external_id\":\"cca:inst:other\"},{\"id\":33144647570963," OURS "]}");
    assert_found(&a, "{\"id\":33144647570963,\"status\":\"new\",\"created_at\":\"C\","
                     "\"url\":\"https://acme.zendesk.com/agent/tickets/33144647570963\"}");
    assert_int_equal(a.lookup.ticket_count, 1);
    assert_int_equal(a.lookup.ticket_id, 33144647570963);
    arena_clear(&a.arena);
}

static void the_second_witness_is_search(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_CREATE_TICKET, &creation);
    hear(&a, 200, "{\"tickets\":[]}");
    assert_looks(&a, BY_SEARCH);
    hear(&a, 200, "{\"results\":[{\"id\":8," OURS "],\"count\":1}");
    assert_int_equal(a.next, LOOKUP_FOUND);
    arena_clear(&a.arena);
    ask(&a, ACTION_CREATE_TICKET, &creation);
    hear(&a, 200, "{\"tickets\":[{\"id\":8}]}");
    hear(&a, 200, "{\"results\":[{\"id\":8,\"external_id\":\"cca:inst:01k99\"}],\"count\":1}");
    assert_int_equal(a.next, LOOKUP_NOT_FOUND);
    assert_int_equal(a.lookup.ticket_count, 0);
    arena_clear(&a.arena);
}

static void of_duplicates_the_lowest_is_taken_and_all_are_counted(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_CREATE_TICKET, &creation);
    hear(&a, 200, "{\"tickets\":[{\"id\":9," OURS ",{\"id\":8," OURS "]}");
    assert_int_equal(a.next, LOOKUP_FOUND);
    assert_int_equal(a.lookup.ticket_id, 8);
    assert_int_equal(a.lookup.ticket_count, 2);
    arena_clear(&a.arena);
}

static void what_cannot_be_asked_is_not_answered(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum problem_id problem;
    } cases[] = {
        { 503, "", PROBLEM_ZENDESK_UNAVAILABLE },
        { 429, "slow", PROBLEM_ZENDESK_RATE_LIMITED },
        { 401, "", PROBLEM_ZENDESK_CREDENTIALS_REJECTED },
        { 200, "<html>", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 200, "{\"tickets\":{}}", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 200, "{}", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asking a;
        ask(&a, ACTION_CREATE_TICKET, &creation);
        hear(&a, cases[i].status, cases[i].body);
        assert_int_equal(a.next, LOOKUP_FAILED);
        assert_int_equal(a.lookup.run.problem.id, cases[i].problem);
        arena_clear(&a.arena);
    }
}

static void a_change_is_found_in_its_audit(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_UPDATE_TICKET, &change);
    assert_looks(&a, "/api/v2/tickets/35436/audits?page%5Bsize%5D=100");
    hear(&a, 200, "{\"audits\":[{\"id\":1,\"metadata\":{\"custom\":{}}}],\"meta\":{\"has_more\":true,\"after_cursor\":\"x+y\"}}");
    assert_looks(&a, "/api/v2/tickets/35436/audits?page%5Bsize%5D=100&page%5Bafter%5D=x%2By");
    hear(&a, 200, "{\"audits\":[{\"id\":2,\"metadata\":{\"custom\":{\"cca_op\":\"act_7\"}}}],\"meta\":{\"has_more\":false}}");
    assert_looks(&a, "/api/v2/tickets/35436?include=users");
    hear(&a, 200,
         "{\"ticket\":{\"id\":35436,\"status\":\"solved\",\"assignee_id\":30},\"users\":[{\"id\":30,\"name\":\"Ada\"}]}");
    assert_found(&a, "{\"id\":35436,\"status\":\"solved\",\"priority\":null,\"subject\":null,\"updated_at\":null,"
                     "\"assignee_id\":30,\"assignee\":\"Ada\",\"tags\":[],\"custom_fields\":[],"
                     "\"url\":\"https://acme.zendesk.com/agent/tickets/35436\"}");
    arena_clear(&a.arena);
}

static void a_comment_is_found_in_its_audit(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_ADD_COMMENT, &change);
    hear(&a, 200,
         "{\"audits\":[{\"id\":2,\"created_at\":\"T\",\"metadata\":{\"custom\":{\"cca_op\":\"act_7\"}},\"events\":[{\"type\":"
         "\"Comment\","
         "\"id\":44,\"public\":false}]}]}");
    assert_found(&a, "{\"comment_id\":44,\"created_at\":\"T\",\"public\":false,\"ticket_id\":35436,"
                     "\"url\":\"https://acme.zendesk.com/agent/tickets/35436\",\"differences\":[\"status\"]}");
    arena_clear(&a.arena);
}

static void a_follow_up_is_told_by_its_comment(void **state)
{
    struct asking a;
    (void)state;
    ask(&a, ACTION_ADD_COMMENT, &followup);
    assert_looks(&a, BY_ID);
    hear(&a, 200, "{\"tickets\":[{\"id\":8," OURS "]}");
    assert_looks(&a, "/api/v2/tickets/8/audits?page%5Bsize%5D=1");
    hear(&a, 200, "{\"audits\":[{\"created_at\":\"T\",\"events\":[{\"type\":\"Comment\",\"id\":44,\"public\":true}]}]}");
    assert_found(&a, "{\"comment_id\":44,\"created_at\":\"T\",\"public\":true,\"ticket_id\":8,"
                     "\"url\":\"https://acme.zendesk.com/agent/tickets/8\",\"followup_of\":7}");
    arena_clear(&a.arena);
    ask(&a, ACTION_UPDATE_TICKET, &followup);
    hear(&a, 200, "{\"tickets\":[{\"id\":8," OURS "]}");
    assert_int_equal(a.next, LOOKUP_FOUND);
    struct json *result = json_parse(a.lookup.run.result, NULL);
    assert_int_equal(json_get_int(result, "followup_of", 0), 7);
    json_free(result);
    arena_clear(&a.arena);
}

/* Only a whole history without the operation says that it is not there. */
static void an_unfinished_history_proves_nothing(void **state)
{
    static const struct {
        const char *body;
        enum lookup_next next;
    } cases[] = {
        { "{\"audits\":[],\"meta\":{\"has_more\":false}}", LOOKUP_NOT_FOUND },
        { "{\"audits\":[{\"metadata\":{\"custom\":{\"cca_op\":\"act_77\"}}}]}", LOOKUP_NOT_FOUND },
        { "{\"audits\":[],\"meta\":{\"has_more\":true}}", LOOKUP_FAILED },
        { "{\"audits\":[],\"next_page\":\"https://acme.zendesk.com/x?page=2\"}", LOOKUP_FAILED },
        { "{\"audits\":null}", LOOKUP_FAILED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asking a;
        ask(&a, ACTION_UPDATE_TICKET, &change);
        hear(&a, 200, cases[i].body);
        if (a.next != cases[i].next) fail_msg("%s gives %d", cases[i].body, (int)a.next);
        arena_clear(&a.arena);
    }
    struct asking a;
    size_t pages = 0;
    ask(&a, ACTION_UPDATE_TICKET, &change);
    for (; a.next == LOOKUP_CALL; pages++) hear(&a, 200, "{\"audits\":[],\"meta\":{\"has_more\":true,\"after_cursor\":\"c\"}}");
    assert_int_equal(a.next, LOOKUP_FAILED);
    assert_in_range(pages, 50, 100);
    arena_clear(&a.arena);
}

static void a_customers_record_is_compared(void **state)
{
    static const struct {
        const char *user;
        enum lookup_next next;
    } cases[] = {
        { "{\"id\":9,\"phone\":\"1\",\"tags\":[\"a\",\"b\"],\"user_fields\":{\"plan\":\"gold\"}}", LOOKUP_FOUND },
        { "{\"id\":9,\"phone\":\"2\",\"tags\":[\"a\"],\"user_fields\":{\"plan\":\"gold\"}}", LOOKUP_NOT_FOUND },
        { "{\"id\":9,\"phone\":\"1\",\"tags\":[],\"user_fields\":{\"plan\":\"gold\"}}", LOOKUP_NOT_FOUND },
        { "{\"id\":9,\"phone\":\"1\",\"tags\":[\"a\"],\"user_fields\":{\"plan\":null}}", LOOKUP_NOT_FOUND },
        { "{\"phone\":\"1\",\"tags\":[\"a\"],\"user_fields\":{\"plan\":\"gold\"}}", LOOKUP_FAILED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asking a;
        struct buf body;
        buf_init(&body, 1024);
        buf_fmt(&body, "{\"user\":%s}", cases[i].user);
        ask(&a, ACTION_UPDATE_CUSTOMER, &record);
        assert_looks(&a, "/api/v2/users/9");
        hear(&a, 200, body.data);
        if (a.next != cases[i].next) fail_msg("%s gives %d", cases[i].user, (int)a.next);
        buf_clear(&body);
        arena_clear(&a.arena);
    }
    struct asking a;
    ask(&a, ACTION_CREATE_CUSTOMER, &merge);
    assert_int_equal(a.next, LOOKUP_NOT_FOUND);
    arena_clear(&a.arena);
    assert_true(zendesk_may_repeat(&merge) && zendesk_may_repeat(&record));
    assert_false(zendesk_may_repeat(&creation) || zendesk_may_repeat(&change));
}

static void without_a_trace_to_look_for_a_person_decides(void **state)
{
    struct asking a;
    const struct zendesk_setting traceless = { .subdomain = STR("acme") };
    const struct zendesk_request odd = { .method = HTTP_PUT, .path = STR("/api/v2/tickets/x") };
    (void)state;
    arena_init(&a.arena);
    assert_int_equal(zendesk_lookup_begin(&a.lookup, action_spec(ACTION_CREATE_TICKET), &creation, &traceless, &a.arena),
                     LOOKUP_FAILED);
    assert_int_equal(a.lookup.run.problem.id, PROBLEM_REQUEST_NEEDS_HUMAN);
    assert_int_equal(zendesk_lookup_begin(&a.lookup, action_spec(ACTION_UPDATE_TICKET), &change, &traceless, &a.arena),
                     LOOKUP_FAILED);
    assert_int_equal(zendesk_lookup_begin(&a.lookup, action_spec(ACTION_UPDATE_TICKET), &odd, &usual, &a.arena), LOOKUP_FAILED);
    arena_clear(&a.arena);
}

/* ---- what the outbox is told --------------------------------------------------------------------------------------------- */

#define CLOSED                                                                                                                   \
    "{\"error\":\"RecordInvalid\",\"details\":{\"status\":[{\"description\":\"Status: closed prevents ticket update\"}]}}"
#define NO_DESK   "{\"error\":{\"title\":\"No help desk at acme.zendesk.com\",\"message\":\"x\"}}"
#define FORBIDDEN "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access to this page.\"}}"

static void every_write_has_its_own_rules(void **state)
{
    static const struct {
        const struct zendesk_request *sent;
        int status;
        const char *body;
        enum outcome outcome;
    } cases[] = {
        { &creation, 201, "{\"ticket\":{\"id\":7,\"external_id\":\"x:1\"}}", OUTCOME_DONE },
        { &creation, 409, "Requester creation collision - please try again", OUTCOME_AMBIGUOUS },
        { &creation, 404, NO_DESK, OUTCOME_PAUSED },
        { &creation, 400, "{\"error\":\"IdempotentRequestError\"}", OUTCOME_POISONED },
        { &followup, 201, "{\"ticket\":{\"id\":7,\"external_id\":\"x:2\"}}", OUTCOME_AMBIGUOUS },
        { &change, 200, "{\"ticket\":{\"id\":35436}}", OUTCOME_DONE },
        { &change, 200, "{\"ticket\":{\"id\":35437}}", OUTCOME_AMBIGUOUS },
        { &change, 200, "{\"ticket\":", OUTCOME_AMBIGUOUS },
        { &change, 202, "{\"job_status\":{}}", OUTCOME_AMBIGUOUS },
        { &change, 409, "{\"error\":\"UpdateConflict\"}", OUTCOME_STALE },
        { &change, 422, CLOSED, OUTCOME_STALE },
        { &change, 409, "{\"error\":\"DatabaseConflict\",\"description\":\"Database collision\"}", OUTCOME_NOT_SENT },
        { &change, 409, "{\"error\":\"Other\"}", OUTCOME_AMBIGUOUS },
        { &change, 422, "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"x\"}]}}", OUTCOME_REJECTED },
        { &change, 403, FORBIDDEN, OUTCOME_REJECTED },
        { &change, 403, "<html>", OUTCOME_PAUSED },
        { &change, 404, "{\"error\":\"RecordNotFound\"}", OUTCOME_REJECTED },
        { &change, 404, "{\"error\":\"InvalidEndpoint\"}", OUTCOME_REJECTED },
        { &change, 404, NO_DESK, OUTCOME_PAUSED },
        { &change, 401, "", OUTCOME_PAUSED },
        { &change, 302, "", OUTCOME_ASTRAY },
        { &change, 429, "slow", OUTCOME_DEFERRED },
        { &change, 400, "{\"error\":\"TooManyJobs\"}", OUTCOME_DEFERRED },
        { &change, 408, "", OUTCOME_AMBIGUOUS },
        { &change, 500, "", OUTCOME_AMBIGUOUS },
        { &change, 503, "<html>", OUTCOME_AMBIGUOUS },
        { &change, 413, "", OUTCOME_REJECTED },
        { &merge, 201, "{\"user\":{\"id\":9}}", OUTCOME_DONE },
        { &merge, 200, "{\"user\":{\"id\":null}}", OUTCOME_NOT_SENT },
        { &merge, 502, "", OUTCOME_NOT_SENT },
        { &merge, 409, "{\"error\":\"Other\"}", OUTCOME_NOT_SENT },
        { &merge, 422, "{\"error\":\"RecordInvalid\",\"details\":{\"email\":[{\"description\":\"x\"}]}}", OUTCOME_REJECTED },
        { &record, 200, "{\"user\":{\"id\":9}}", OUTCOME_DONE },
        { &record, 200, "{\"user\":{\"id\":8}}", OUTCOME_NOT_SENT },
        { &record, 429, "You have exceeded the rate limit for updating a single unique user.", OUTCOME_DEFERRED },
        { &record, 401, "", OUTCOME_PAUSED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct http_answer given = answer_of(cases[i].status, cases[i].body);
        enum outcome outcome = zendesk_classify_write(cases[i].sent, &given, NULL, STR("x:1"));
        if (outcome != cases[i].outcome)
            fail_msg("%.*s: %d %s: %d", STR_ARG(cases[i].sent->path), cases[i].status, cases[i].body, (int)outcome);
    }
}

static void silence_is_ambiguous_where_a_repeat_would_count(void **state)
{
    static const struct {
        const struct zendesk_request *sent;
        enum outcome outcome;
    } cases[] = {
        { &creation, OUTCOME_AMBIGUOUS }, { &followup, OUTCOME_AMBIGUOUS }, { &change, OUTCOME_AMBIGUOUS },
        { &merge, OUTCOME_NOT_SENT },     { &record, OUTCOME_NOT_SENT },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_fault fault = { .kind = NET_TIMEOUT };
        assert_int_equal(zendesk_classify_write(cases[i].sent, NULL, &fault, STR("x:1")), cases[i].outcome);
        fault.nothing_sent = true;
        assert_int_equal(zendesk_classify_write(cases[i].sent, NULL, &fault, STR("x:1")), OUTCOME_NOT_SENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_created_ticket_is_found_by_its_external_id),
        cmocka_unit_test(the_second_witness_is_search),
        cmocka_unit_test(of_duplicates_the_lowest_is_taken_and_all_are_counted),
        cmocka_unit_test(what_cannot_be_asked_is_not_answered),
        cmocka_unit_test(a_change_is_found_in_its_audit),
        cmocka_unit_test(a_comment_is_found_in_its_audit),
        cmocka_unit_test(a_follow_up_is_told_by_its_comment),
        cmocka_unit_test(an_unfinished_history_proves_nothing),
        cmocka_unit_test(a_customers_record_is_compared),
        cmocka_unit_test(without_a_trace_to_look_for_a_person_decides),
        cmocka_unit_test(every_write_has_its_own_rules),
        cmocka_unit_test(silence_is_ambiguous_where_a_repeat_would_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
