/* The connection test with any answers: [flags] then answers. It ends after four calls at most, and each step says something
 * that can be shown. */
#include "fuzz/fuzz.h"

#include "zendesk/check.h"

static void promise_checks(const struct check *check)
{
    struct buf out;
    struct jw json;
    struct problem problem;
    buf_init(&out, 1024 * 1024);
    jw_init(&json, &out);
    check_render(check, &json);
    struct json *parsed = json_parse(buf_view(&out), NULL);
    promise(json_count(parsed) == STEP_COUNT);
    json_free(parsed);
    buf_clear(&out);
    bool has_passed = str_eq(str_from(check_verdict(check, &problem)), STR("passed"));
    promise(has_passed == (problem.id == PROBLEM_NONE));
    if (has_passed) promise(check->user_id > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct check_timing quick = { .dns_us = 1, .connect_us = 1, .tls_us = 1, .total_us = 9 };
    struct input input = input_of(data, size);
    uint8_t flags = input_byte(&input);
    const struct zendesk_who who = { .subdomain = STR("acme"),
                                     .identifier = STR("ops@acme.com"),
                                     .oauth = (flags & 1) != 0,
                                     .scope = flags & 2 ? STR("read") : STR_NONE,
                                     .now_ms = 1795360000000,
                                     .last_ok_at = flags & 4 ? 1795350000000 : 0,
                                     .practice_url = flags & 8 ? STR("http://127.0.0.1:8081") : STR_NONE };
    struct check check;
    struct http_answer answer;
    struct arena arena;
    int calls = 0;
    arena_init(&arena);
    enum check_next next = check_begin(&check, &who, &arena);
    for (; next == CHECK_CALL && input_answer(&input, &answer); calls++) next = check_answer(&check, &answer, &quick);
    promise(calls <= 4);
    if (next == CHECK_FINISHED) promise_checks(&check);
    arena_clear(&arena);
    return 0;
}
