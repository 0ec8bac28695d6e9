/* Refusals of providers and what they mean. */
#include "unit/unit.h"

#include "base/limits.h"
#include "llm/fault.h"

struct refusal {
    int status;
    const char *body, *kind;
};

/* Bodies as the providers' pages give them. */
static const struct refusal refusals[] = {
    { 401,
      "{\"error\":{\"message\":\"Incorrect API key provided\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}",
      "key" },
    { 401, "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}", "key" },
    { 401, "", "key" },
    { 400, "{\"error\":{\"code\":400,\"message\":\"API key not valid\",\"status\":\"UNAUTHENTICATED\"}}", "key" },
    { 403, "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"no\"}}", "denied" },
    { 402, "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"pay\"}}", "quota" },
    { 429,
      "{\"error\":{\"message\":\"You exceeded your current "
      "quota\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}",
      "quota" },
    { 400,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low to access "
      "the API\"}}",
      "quota" },
    { 429, "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
      "rate_limited" },
    { 429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}", "rate_limited" },
    { 429, "<html>Too many</html>", "rate_limited" },
    { 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", "overloaded" },
    { 503, "no healthy upstream", "overloaded" },
    { 500, "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}", "server" },
    { 502, "", "server" },
    { 504, "", "timeout" },
    { 408, "", "timeout" },
    { 404,
      "{\"error\":{\"message\":\"The model `x` does not "
      "exist\",\"type\":\"invalid_request_error\",\"code\":\"model_not_found\"}}",
      "unknown" },
    { 404, "{\"error\":\"model 'x' not found\"}", "unknown" },
    { 301, "", "unknown" },
    { 400,
      "{\"error\":{\"message\":\"This model's maximum context length is 8192 "
      "tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}",
      "context" },
    { 400,
      "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 tokens > "
      "200000 maximum\"}}",
      "context" },
    { 400,
      "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context "
      "size\",\"type\":\"exceed_context_size_error\"}}",
      "context" },
    { 413, "{\"type\":\"error\",\"error\":{\"type\":\"request_too_large\",\"message\":\"x\"}}", "context" },
    { 400, "{\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\",\"status\":400}}", "filtered" },
    { 400,
      "{\"error\":{\"message\":\"Unsupported parameter: "
      "'max_tokens'\",\"type\":\"invalid_request_error\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
      "request" },
    { 400, "{\"error\":\"registry.ollama.ai/library/x does not support tools\"}", "request" },
    { 422, "{\"detail\":\"field required\"}", "request" },
};

static void each_refusal_has_its_kind(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct http_answer answer = { .status = refusals[i].status, .body = str_from(refusals[i].body) };
        struct model_fault fault = llm_answer_fault(&answer, &arena);
        if (strcmp(model_fault_name(fault.kind), refusals[i].kind) != 0)
            fail_msg("%d %s is %s", refusals[i].status, refusals[i].body, model_fault_name(fault.kind));
        assert_int_equal(fault.status, refusals[i].status);
        assert_true(fault.message.len <= 300);
    }
    arena_clear(&arena);
}

static int64_t wait_of(const char *name, const char *value, int status)
{
    const struct http_header header = { str_from(name), str_from(value) };
    struct arena arena;
    arena_init(&arena);
    const struct http_answer answer = { .status = status, .headers = &header, .header_count = 1 };
    int64_t wait_ms = llm_answer_fault(&answer, &arena).retry_after_ms;
    arena_clear(&arena);
    return wait_ms;
}

static void waits_are_read(void **state)
{
    (void)state;
    assert_int_equal(wait_of("retry-after", "20", 429), 20000);
    assert_int_equal(wait_of("Retry-After", "1.5", 503), 1500);
    assert_int_equal(wait_of("retry-after-ms", "250", 429), 250);
    assert_int_equal(wait_of("retry-after-ms", "-5", 429), 0);
    assert_int_equal(wait_of("x-ratelimit-reset-requests", "6m0s", 429), 360000);
    assert_int_equal(wait_of("x-ratelimit-reset-tokens", "34ms", 429), 34);
    assert_int_equal(wait_of("x-ratelimit-reset-tokens", "1s", 400), 0);
    assert_int_equal(wait_of("retry-after", "99999999", 429), LIMIT_RETRY_AFTER_S * 1000);
    assert_int_equal(wait_of("retry-after", "99999999999999999999h", 429), 0);
    assert_int_equal(wait_of("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", 429), 0);
    assert_int_equal(wait_of("retry-after", "", 429), 0);
}

static void the_parameter_at_fault_is_named(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct http_answer answer = { .status = 400,
                                        .body = STR("{\"error\":{\"message\":\"no\",\"param\":\"temperature\",\"code\":null}}") };
    assert_str(llm_answer_fault(&answer, &arena).parameter, "temperature");
    arena_clear(&arena);
}

static void pages_are_no_evidence(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct http_answer page = { .status = 502, .body = STR("<html><h1>Bad gateway</h1></html>") };
    const struct http_answer words = { .status = 502, .body = STR(" upstream is away\n") };
    const struct http_answer bytes = { .status = 502, .body = STR("\xff\xfe") };
    assert_str(llm_answer_fault(&page, &arena).message, "");
    assert_str(llm_answer_fault(&words, &arena).message, "upstream is away");
    assert_str(llm_answer_fault(&bytes, &arena).message, "");
    arena_clear(&arena);
}

static void only_what_may_pass_is_tried_again(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    static const struct {
        enum net_fault_kind net;
        const char *kind;
        bool again;
    } ends[] = {
        { NET_DNS, "network", true },          { NET_CONNECT, "network", true },      { NET_TLS, "network", true },
        { NET_TIMEOUT, "timeout", true },      { NET_RESET, "cut_off", true },        { NET_TOO_LARGE, "limit", false },
        { NET_PROTOCOL, "unreadable", false }, { NET_CANCELLED, "cancelled", false }, { NET_PRIVATE, "address", false },
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct net_fault fault = { .kind = ends[i].net, .detail = "words" };
        struct model_fault found = llm_net_fault(&fault, &arena);
        assert_string_equal(model_fault_name(found.kind), ends[i].kind);
        assert_int_equal(model_fault_may_retry(found.kind), ends[i].again);
        assert_str(found.message, "words");
    }
    assert_false(model_fault_may_retry(MODEL_FAULT_QUOTA));
    assert_false(model_fault_may_retry(MODEL_FAULT_KEY));
    assert_false(model_fault_may_retry(MODEL_FAULT_REQUEST));
    assert_true(model_fault_may_retry(MODEL_FAULT_RATE_LIMITED));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refusal_has_its_kind),         cmocka_unit_test(waits_are_read),
        cmocka_unit_test(the_parameter_at_fault_is_named),   cmocka_unit_test(pages_are_no_evidence),
        cmocka_unit_test(only_what_may_pass_is_tried_again),
    };
    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
