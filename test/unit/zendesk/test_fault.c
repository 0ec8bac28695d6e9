/* Refusals and network failures told apart: by hand-made answers, by every documented error body, and by what the outbox
 * does about them. */
#include "unit/zendesk/zendesk.h"

#include "model/dates.h"
#include "zendesk/fault.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static const struct zendesk_who somebody = { .subdomain = STR("acme"),
                                             .identifier = STR("ops@acme.com"),
                                             .now_ms = INT64_C(1764000000000) };

static const struct answer_case {
    int status;
    const char *header, *value, *body, *slug;
} answers[] = {
    { 200, NULL, NULL, "{\"user\":{\"id\":null,\"name\":\"Anonymous user\",\"role\":\"end-user\"}}", "zendesk-anonymous" },
    { 200, NULL, NULL, "<html>welcome</html>", "zendesk-answer-unreadable" },
    { 401, NULL, NULL, "{\"error\":\"Couldn't authenticate you\"}", "zendesk-credentials-rejected" },
    { 401, NULL, NULL, "", "zendesk-credentials-rejected" },
    { 401, NULL, NULL, "{\"error\":\"invalid_token\",\"error_description\":\"The access token provided is expired\"}",
      "oauth-token-ended" },
    { 401, NULL, NULL, "{\"error\":\"invalid_client\",\"error_description\":\"No such client\"}", "oauth-client-rejected" },
    { 400, NULL, NULL, "{\"error\":\"invalid_grant\"}", "oauth-client-rejected" },
    { 400, NULL, NULL, "{\"error\":\"invalid_scope\"}", "oauth-scope-refused" },
    { 404, NULL, NULL, "{\"error\":{\"title\":\"No help desk at acme.zendesk.com\",\"message\":\"There is no help desk\"}}",
      "zendesk-subdomain-unknown" },
    { 404, "Content-Type", "text/html", "<html><title>No help desk at acme</title></html>", "zendesk-subdomain-unknown" },
    { 404, NULL, NULL, "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}", "zendesk-not-found" },
    { 404, NULL, NULL, "{\"error\":\"InvalidEndpoint\",\"description\":\"Not found\"}", "zendesk-feature-missing" },
    { 404, NULL, NULL, "{\"error\":", "zendesk-not-found" },
    { 403, NULL, NULL, "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access to this page.\"}}",
      "zendesk-forbidden" },
    { 403, "cf-mitigated", "challenge", "<!DOCTYPE html><html></html>", "zendesk-edge-challenge" },
    { 403, "Content-Type", "text/html", "<html>Access denied</html>", "zendesk-ip-restricted" },
    { 403, NULL, NULL, "{\"error\":\"Forbidden\",\"description\":\"Your IP address is not allowed\"}", "zendesk-ip-restricted" },
    { 403, NULL, NULL, "{\"error\":\"Forbidden\",\"description\":\"Missing the following required scopes: write\"}",
      "oauth-scope" },
    { 403, NULL, NULL, "{\"error\":\"Forbidden\",\"description\":\"The user is suspended\"}", "zendesk-user-suspended" },
    { 403, NULL, NULL, "{\"error\":\"Forbidden\",\"description\":\"This account has been suspended\"}",
      "zendesk-account-suspended" },
    { 402, NULL, NULL, "", "zendesk-account-suspended" },
    { 301, "Location", "https://acme-group.zendesk.com/api/v2/users/me", "", "zendesk-subdomain-moved" },
    { 302, "location", "https://www.zendesk.com/app/help-center-closed/?utm=x", "", "zendesk-account-suspended" },
    { 302, "Location", "https://acme.zendesk.com/auth/v3/signin", "", "zendesk-redirect" },
    { 302, "Location", "/access/login", "", "zendesk-redirect" },
    { 307, NULL, NULL, "", "zendesk-redirect" },
    { 302, "Location", "https://evil.com\\@acme.zendesk.com/", "", "zendesk-redirect" },
    { 302, "Location", "https://support.acme.com/", "", "zendesk-subdomain-moved" },
    { 422, NULL, NULL,
      "{\"error\":\"RecordInvalid\",\"details\":{\"status\":[{\"description\":\"Status: closed prevents ticket update\"}]}}",
      "zendesk-closed-ticket" },
    { 422, NULL, NULL,
      "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"Ticket "
      "geschlossen\",\"error\":\"ClosedTicket\"}]}}",
      "zendesk-closed-ticket" },
    { 422, NULL, NULL,
      "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"Subject: cannot be "
      "blank\",\"error\":\"BlankValue\"}]}}",
      "zendesk-record-invalid" },
    { 422, NULL, NULL, "{\"error\":\"RecordInvalid\",\"details\":{\"email\":\"is taken\"}}", "zendesk-record-invalid" },
    { 422, NULL, NULL, "{\"error\":\"invalid\",\"description\":\"Invalid search: too many\"}", "zendesk-search-limit" },
    { 422, NULL, NULL, "", "zendesk-refused" },
    { 406, NULL, NULL, "{\"error\":\"CommentRequired\",\"description\":\"A comment is required\"}", "zendesk-comment-required" },
    { 406, NULL, NULL, "{\"error\":\"Other\",\"description\":\"No\"}", "zendesk-record-invalid" },
    { 409, NULL, NULL, "{\"error\":\"DatabaseConflict\",\"description\":\"Database collision\"}", "zendesk-conflict" },
    { 409, NULL, NULL, "{\"error\":\"UpdateConflict\",\"description\":\"Safe Update prevented it\"}", "zendesk-update-conflict" },
    { 409, "Content-Type", "text/plain", "Requester creation collision - please try again", "zendesk-requester-race" },
    { 400, NULL, NULL, "{\"error\":\"IdempotentRequestError\"}", "zendesk-idempotency" },
    { 400, NULL, NULL, "{\"errors\":[{\"code\":\"InvalidPaginationDepth\",\"title\":\"limited\"}]}", "zendesk-paging-depth" },
    { 400, NULL, NULL, "{\"errors\":[{\"code\":\"InvalidPaginationParameter\",\"title\":\"page[after]\"}]}", "zendesk-paging" },
    { 400, NULL, NULL, "{\"error\":\"InvalidPaginationParameter\",\"description\":\"sort is not valid\"}", "zendesk-paging" },
    { 400, NULL, NULL, "{\"error\":\"TooManyValues\",\"max_count\":100}", "zendesk-too-many-values" },
    { 400, NULL, NULL, "{\"error\":{\"title\":\"Invalid attribute\",\"message\":\"must be a string\"}}", "zendesk-attribute" },
    { 400, "Content-Type", "text/plain", "Required parameter missing: x", "zendesk-parameter-missing" },
    { 400, NULL, NULL, "{\"error\":\"Other\"}", "zendesk-refused" },
    { 413, NULL, NULL, "", "zendesk-refused" },
    { 415, NULL, NULL, "{}", "zendesk-media-type" },
    { 418, NULL, NULL, "short and stout", "zendesk-refused" },
    { 429, "Retry-After", "27", "Number of allowed API requests per minute exceeded", "zendesk-rate-limited" },
    { 429, NULL, NULL, "{\"error\":\"APIRateLimitExceeded\"}", "zendesk-rate-limited" },
    { 400, NULL, NULL, "{\"error\":\"TooManyJobs\",\"description\":\"Try again later.\"}", "zendesk-too-many-jobs" },
    { 422, NULL, NULL, "{\"error\":\"unavailable\",\"description\":\"Sorry, we could not complete your search query.\"}",
      "zendesk-search-busy" },
    { 422, NULL, NULL,
      "{\"error\":\"RecordInvalid\",\"details\":{\"value\":[{\"description\":\"taken\",\"error\":\"DuplicateValue\"}]}}",
      "zendesk-duplicate" },
    { 422, NULL, NULL,
      "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[{\"description\":\"Tipo \u00e9 obrigat\u00f3rio\",\"error\":null,"
      "\"ticket_field_id\":12345657}]}}",
      "zendesk-field-required" },
    { 422, NULL, NULL, "{\"error\":\"unavailable\",\"description\":\"Sorry\"}", "zendesk-unavailable" },
    { 500, NULL, NULL, "", "zendesk-unavailable" },
    { 502, NULL, NULL, "{\"error\":\"x\"", "zendesk-unavailable" },
    { 503, "Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", "<html>Maintenance</html>", "zendesk-unavailable" },
    { 100, NULL, NULL, "", "zendesk-answer-unreadable" },
};

static struct problem problem_for(const struct answer_case *given, const struct zendesk_who *who, struct arena *arena)
{
    struct http_header header = { str_from(given->header), str_from(given->value) };
    const struct http_answer answer = { given->status, &header, given->header != NULL, str_from(given->body) };
    return zendesk_problem(&answer, who, arena);
}

static void answers_get_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct arena arena;
        arena_init(&arena);
        struct problem problem = problem_for(&answers[i], &somebody, &arena);
        if (!str_eq(str_from(problem_slug(problem.id)), str_from(answers[i].slug)))
            fail_msg("%d %s is %s, not %s", answers[i].status, answers[i].body, problem_slug(problem.id), answers[i].slug);
        assert_str(problem.facts.subdomain, "acme");
        assert_true(str_starts(problem.evidence, STR("HTTP ")));
        arena_clear(&arena);
    }
}

static struct problem refused_at(int64_t now_ms, int64_t last_ok_at, struct arena *arena)
{
    const struct answer_case refused = { 401, NULL, NULL, "{\"error\":\"Couldn't authenticate you\"}", NULL };
    struct zendesk_who who = somebody;
    who.now_ms = now_ms;
    who.last_ok_at = last_ok_at;
    return problem_for(&refused, &who, arena);
}

static void one_refusal_has_four_histories(void **state)
{
    struct arena arena;
    int64_t now_ms = somebody.now_ms;
    (void)state;
    arena_init(&arena);
    assert_int_equal(refused_at(now_ms, 0, &arena).id, PROBLEM_ZENDESK_CREDENTIALS_REJECTED);
    struct problem revoked = refused_at(now_ms, now_ms - 17 * 60 * 1000, &arena);
    assert_int_equal(revoked.id, PROBLEM_ZENDESK_TOKEN_REVOKED);
    assert_str(revoked.facts.when, "24 November 2025, 15:43 UTC");
    assert_int_equal(refused_at(now_ms, now_ms - INT64_C(31) * DAY_MS, &arena).id, PROBLEM_ZENDESK_TOKEN_IDLE);
    assert_int_equal(refused_at(now_ms, now_ms - INT64_C(30) * DAY_MS, &arena).id, PROBLEM_ZENDESK_TOKEN_REVOKED);
    assert_int_equal(refused_at(zendesk_dates.tokens_end_at, 0, &arena).id, PROBLEM_ZENDESK_TOKENS_RETIRED);
    assert_int_equal(refused_at(zendesk_dates.tokens_end_at, now_ms, &arena).id, PROBLEM_ZENDESK_TOKENS_RETIRED);
    arena_clear(&arena);
}

static void with_oauth_nobody_is_told_about_tokens(void **state)
{
    struct arena arena;
    struct zendesk_who who = somebody;
    const struct answer_case refused = { 401, NULL, NULL, "{\"error\":\"Couldn't authenticate you\"}", NULL };
    (void)state;
    arena_init(&arena);
    who.oauth = true;
    who.now_ms = zendesk_dates.tokens_end_at + 1;
    struct problem problem = problem_for(&refused, &who, &arena);
    assert_int_equal(problem.id, PROBLEM_OAUTH_TOKEN_ENDED);
    assert_int_equal(problem.facts.email.len, 0);
    arena_clear(&arena);
}

static void a_move_suggests_the_new_name(void **state)
{
    struct arena arena;
    const struct answer_case moved = { 301, "Location", "https://ACME-Group.zendesk.com:443/x?y", "", NULL };
    const struct answer_case mapped = { 301, "Location", "https://support.acme.com/", "", NULL };
    (void)state;
    arena_init(&arena);
    struct problem problem = problem_for(&moved, &somebody, &arena);
    assert_str(problem.facts.suggestion, "acme-group");
    assert_str(problem.facts.value, "acme-group.zendesk.com");
    problem = problem_for(&mapped, &somebody, &arena);
    assert_str(problem.facts.suggestion, "");
    assert_str(problem.facts.value, "support.acme.com");
    arena_clear(&arena);
}

static void bodies_of_every_shape_are_read(void **state)
{
    static const struct {
        const char *body, *code, *text, *details, *field;
    } cases[] = {
        { "{\"error\":\"RecordInvalid\",\"description\":\"Record validation "
          "errors\",\"details\":{\"email\":[{\"description\":\"E: bad\"}],"
          "\"base\":[{\"description\":\"B\",\"error\":null},{\"error\":\"X\"}]}}",
          "RecordInvalid", "Record validation errors", "E: bad; B", "email" },
        { "{\"error\":{\"title\":\"Forbidden\",\"message\":\"No access\"}}", "Forbidden", "No access", "", "" },
        { "{\"errors\":[{\"code\":\"C\",\"title\":\"T\"},{\"code\":\"D\"}]}", "C", "T", "", "" },
        { "{\"error\":\"invalid_token\",\"error_description\":\"ended\"}", "invalid_token", "ended", "", "" },
        { "{\"description\":\"Not found\",\"error\":\"RecordNotFound\"}", "RecordNotFound", "Not found", "", "" },
        { "  Number of\n allowed\trequests ", "", "Number of allowed requests", "", "" },
        { "<html><head><title>503</title></head><body>Back  soon</body></html>", "", "503 Back soon", "", "" },
        { "{\"error\":", "", "{\"error\":", "", "" },
        { "{\"error\":7,\"details\":[1]}", "", "", "", "" },
        { "{\"details\":{\"x\":\"bare\",\"y\":[\"text\",2]}}", "", "", "bare; text", "x" },
        { "[1]", "", "[1]", "", "" },
        { "", "", "", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct zendesk_error error;
        struct http_answer answer = answer_of(422, cases[i].body);
        arena_init(&arena);
        zendesk_error_parse(&answer, &arena, &error);
        bool is_right = str_eq(error.code, str_from(cases[i].code)) && str_eq(error.text, str_from(cases[i].text)) &&
                        str_eq(error.details, str_from(cases[i].details)) && str_eq(error.field, str_from(cases[i].field));
        if (!is_right)
            fail_msg("%s: code \"%.*s\" text \"%.*s\" details \"%.*s\" field \"%.*s\"", cases[i].body, STR_ARG(error.code),
                     STR_ARG(error.text), STR_ARG(error.details), STR_ARG(error.field));
        arena_clear(&arena);
    }
}

static void a_long_text_is_cut_at_200_characters(void **state)
{
    struct arena arena;
    struct zendesk_error error;
    char text[1001];
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < 1000; i += 2) memcpy(text + i, "\u00e4", 2);
    text[1000] = '\0';
    struct http_answer answer = answer_of(500, text);
    zendesk_error_parse(&answer, &arena, &error);
    assert_int_equal(str_codepoints(error.text), 200);
    assert_true(str_is_utf8(error.text));
    arena_clear(&arena);
}

static void network_faults_get_their_names(void **state)
{
    static const struct {
        enum net_fault_kind kind;
        const char *detail, *slug;
    } cases[] = {
        { NET_DNS, "no such host", "net-dns" },
        { NET_CONNECT, "refused", "net-unreachable" },
        { NET_TLS, "self signed certificate", "net-tls" },
        { NET_TLS, "certificate is not yet valid", "net-clock" },
        { NET_TIMEOUT, "", "net-timeout" },
        { NET_RESET, "", "net-reset" },
        { NET_TOO_LARGE, "", "net-too-large" },
        { NET_PROTOCOL, "", "net-protocol" },
        { NET_PROTOCOL, "the stored secret cannot be opened", "seal-broken" },
        { NET_CANCELLED, "", "net-cancelled" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct net_fault fault = { .kind = cases[i].kind };
        memcpy(fault.detail, cases[i].detail, strlen(cases[i].detail));
        arena_init(&arena);
        struct problem problem = zendesk_net_problem(&fault, &somebody, &arena);
        assert_string_equal(problem_slug(problem.id), cases[i].slug);
        assert_true(str_eq(problem.evidence, str_from(cases[i].detail)));
        arena_clear(&arena);
    }
}

static void retry_after_is_bounded(void **state)
{
    static const struct {
        const char *value;
        int64_t seconds;
    } cases[] = {
        { "27", 27 }, { " 27 ", 27 }, { "1", 1 },   { "900", 900 }, { "901", 900 }, { "99999999", 900 },
        { "0", 1 },   { "", 10 },     { "-5", 10 }, { "1.5", 10 },  { "soon", 10 }, { "Wed, 21 Oct 2026 07:28:00 GMT", 10 },
        { NULL, 10 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_header header = { STR("RETRY-after"), str_from(cases[i].value) };
        const struct http_answer answer = { 429, &header, cases[i].value != NULL, STR_NONE };
        assert_int_equal(zendesk_retry_after_s(&answer), cases[i].seconds);
    }
}

static void the_outbox_is_told_what_to_do(void **state)
{
    static const struct {
        int status;
        const char *lookup, *body;
        enum outcome outcome;
    } cases[] = {
        { 201, "miss", "{\"ticket\":{\"id\":7,\"external_id\":\"x:1\"}}", OUTCOME_DONE },
        { 201, "hit", "{\"ticket\":{\"id\":7,\"external_id\":\"x:1\"}}", OUTCOME_DONE },
        { 200, NULL, "{\"ticket\":{\"id\":7,\"external_id\":\"x:1\"}}", OUTCOME_DONE },
        { 201, "miss", "{\"ticket\":{\"id\":7,\"external_id\":\"x:2\"}}", OUTCOME_AMBIGUOUS },
        { 201, "miss", "{\"ticket\":{\"id\":7}}", OUTCOME_AMBIGUOUS },
        { 201, "miss", "{\"ticket\":{\"id\":null,\"external_id\":\"x:1\"}}", OUTCOME_AMBIGUOUS },
        { 201, "miss", "{\"ticket\":{\"id\":7,\"exter", OUTCOME_AMBIGUOUS },
        { 202, NULL, "{\"job_status\":{}}", OUTCOME_AMBIGUOUS },
        { 204, NULL, "", OUTCOME_AMBIGUOUS },
        { 301, NULL, "", OUTCOME_ASTRAY },
        { 401, NULL, "", OUTCOME_PAUSED },
        { 402, NULL, "", OUTCOME_PAUSED },
        { 403, NULL, "", OUTCOME_PAUSED },
        { 404, NULL, "", OUTCOME_PAUSED },
        { 400, NULL, "{\"error\":\"BadRequest\"}", OUTCOME_REJECTED },
        { 400, NULL, "{\"error\":\"IdempotentRequestError\"}", OUTCOME_POISONED },
        { 408, NULL, "", OUTCOME_AMBIGUOUS },
        { 409, NULL, "Requester creation collision - please try again", OUTCOME_AMBIGUOUS },
        { 413, NULL, "", OUTCOME_REJECTED },
        { 422, NULL, "{\"error\":\"RecordInvalid\"}", OUTCOME_REJECTED },
        { 422, "hit", "{\"error\":\"RecordInvalid\"}", OUTCOME_POISONED },
        { 429, NULL, "", OUTCOME_DEFERRED },
        { 429, "hit", "", OUTCOME_DEFERRED },
        { 500, NULL, "", OUTCOME_AMBIGUOUS },
        { 503, "miss", "<html>", OUTCOME_AMBIGUOUS },
        { 503, "hit", "", OUTCOME_POISONED },
    };
    const struct zendesk_request creation = { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .writes = true };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_header header = { STR("X-Idempotency-Lookup"), str_from(cases[i].lookup) };
        const struct http_answer answer = { cases[i].status, &header, cases[i].lookup != NULL, str_from(cases[i].body) };
        enum outcome outcome = zendesk_classify_write(&creation, &answer, NULL, STR("x:1"));
        if (outcome != cases[i].outcome) fail_msg("%d %s: outcome %d", cases[i].status, cases[i].body, (int)outcome);
    }
    struct net_fault fault = { .kind = NET_RESET };
    assert_int_equal(zendesk_classify_write(&creation, NULL, &fault, STR("x:1")), OUTCOME_AMBIGUOUS);
    fault.nothing_sent = true;
    assert_int_equal(zendesk_classify_write(&creation, NULL, &fault, STR("x:1")), OUTCOME_NOT_SENT);
}

/* Every documented error body; which name it must get. */
static const struct {
    const char *id, *slug;
} documented[] = {
    { "me-anonymous", "zendesk-anonymous" },
    { "bad-credentials", "zendesk-credentials-rejected" },
    { "oauth-token-invalid", "oauth-token-ended" },
    { "oauth-invalid-scope", "oauth-scope-refused" },
    { "unknown-subdomain", "zendesk-subdomain-unknown" },
    { "forbidden", "zendesk-forbidden" },
    { "edge-challenge", "zendesk-edge-challenge" },
    { "not-found", "zendesk-not-found" },
    { "invalid-endpoint", "zendesk-feature-missing" },
    { "validation-field", "zendesk-record-invalid" },
    { "validation-duplicate", "zendesk-duplicate" },
    { "validation-base", "zendesk-record-invalid" },
    { "validation-required-on-solve", "zendesk-field-required" },
    { "closed-ticket", "zendesk-closed-ticket" },
    { "comment-required", "zendesk-comment-required" },
    { "safe-update-conflict", "zendesk-update-conflict" },
    { "database-conflict", "zendesk-conflict" },
    { "requester-race", "zendesk-requester-race" },
    { "idempotency-mismatch", "zendesk-idempotency" },
    { "too-many-values", "zendesk-too-many-values" },
    { "pagination-parameter", "zendesk-paging" },
    { "pagination-depth", "zendesk-paging-depth" },
    { "search-limit", "zendesk-search-limit" },
    { "search-unavailable", "zendesk-search-busy" },
    { "rate-account", "zendesk-rate-limited" },
    { "rate-incremental", "zendesk-rate-limited" },
    { "rate-user-update", "zendesk-rate-limited" },
    { "rate-requests-trial", "zendesk-rate-limited" },
    { "too-many-jobs", "zendesk-too-many-jobs" },
    { "bad-attribute", "zendesk-attribute" },
    { "missing-parameter", "zendesk-parameter-missing" },
    { "unsupported-media", "zendesk-media-type" },
    { "unavailable", "zendesk-unavailable" },
};

static const char *documented_slug(struct str id)
{
    for (size_t i = 0; i < sizeof documented / sizeof *documented; i++)
        if (str_eq(id, str_from(documented[i].id))) return documented[i].slug;
    return "";
}

static struct http_answer documented_answer(const struct json *entry, struct http_header *headers, struct buf *body)
{
    size_t count = recorded_headers(json_get(entry, "headers"), headers, 15);
    headers[count++] = (struct http_header){ STR("Content-Type"), json_get_str(entry, "content_type") };
    buf_init(body, 65536);
    if (json_get(entry, "body_json") != NULL)
        json_canonical(json_get(entry, "body_json"), body);
    else
        buf_str(body, json_get_str(entry, "body_text"));
    return (struct http_answer){ (int)json_get_int(entry, "status", 503), headers, count, buf_view(body) };
}

static void every_documented_error_has_its_name(void **state)
{
    struct json *file = file_json(SHARED "/errors.json");
    (void)state;
    if (file == NULL) skip();
    const struct json *errors = json_get(file, "errors");
    assert_int_equal(json_count(errors), sizeof documented / sizeof *documented);
    for (size_t i = 0; i < json_count(errors); i++) {
        struct http_header headers[16];
        struct buf body;
        struct arena arena;
        arena_init(&arena);
        struct http_answer answer = documented_answer(json_at(errors, i), headers, &body);
        struct problem problem = zendesk_problem(&answer, &somebody, &arena);
        struct str id = json_get_str(json_at(errors, i), "id");
        if (!str_eq(str_from(problem_slug(problem.id)), str_from(documented_slug(id))))
            fail_msg("%.*s is %s", STR_ARG(id), problem_slug(problem.id));
        if (problem.id == PROBLEM_ZENDESK_RATE_LIMITED) assert_true(problem.retry_after_s > 0);
        buf_clear(&body);
        arena_clear(&arena);
    }
    json_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_get_their_names),
        cmocka_unit_test(one_refusal_has_four_histories),
        cmocka_unit_test(with_oauth_nobody_is_told_about_tokens),
        cmocka_unit_test(a_move_suggests_the_new_name),
        cmocka_unit_test(bodies_of_every_shape_are_read),
        cmocka_unit_test(a_long_text_is_cut_at_200_characters),
        cmocka_unit_test(network_faults_get_their_names),
        cmocka_unit_test(retry_after_is_bounded),
        cmocka_unit_test(the_outbox_is_told_what_to_do),
        cmocka_unit_test(every_documented_error_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
