/* Any answer as a refusal: [status, two bytes][flags] then a header's value, then the body. It always gets a name, and the
 * outbox always a decision that fits it. */
#include "fuzz/fuzz.h"

#include "zendesk/fault.h"

static const struct zendesk_request writes[] = {
    { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .writes = true },
    { .method = HTTP_PUT, .path = STR("/api/v2/tickets/7"), .writes = true },
    { .method = HTTP_POST, .path = STR("/api/v2/users/create_or_update"), .writes = true },
};

static void promise_decision(const struct http_answer *answer)
{
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        enum outcome outcome = zendesk_classify_write(&writes[i], answer, NULL, STR("x:1"));
        if (outcome == OUTCOME_DONE) promise(answer->status >= 200 && answer->status <= 299);
        if (answer->status >= 500 && i < 2) promise(outcome == OUTCOME_AMBIGUOUS || outcome == OUTCOME_POISONED);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "retry-after", "location", "content-type", "cf-mitigated", "x-idempotency-lookup" };
    struct input input = input_of(data, size);
    int status = 100 + (input_byte(&input) * 256 + input_byte(&input)) % 500;
    uint8_t flags = input_byte(&input);
    struct http_header header = { .name = str_from(names[flags % 5]) };
    struct arena arena;
    if (!input_piece(&input, &header.value)) return 0;
    const struct http_answer answer = { status, &header, 1, input.rest };
    const struct zendesk_who who = { .subdomain = STR("acme"),
                                     .identifier = STR("ops@acme.com"),
                                     .oauth = (flags & 0x40) != 0,
                                     .now_ms = 1795360000000,
                                     .last_ok_at = flags & 0x80 ? 1795350000000 : 0 };
    arena_init(&arena);
    struct problem problem = zendesk_problem(&answer, &who, &arena);
    promise_problem(&problem, &arena);
    promise(zendesk_retry_after_s(&answer) >= 1 && zendesk_retry_after_s(&answer) <= 900);
    if (status < 500) promise_decision(&answer);
    arena_clear(&arena);
    return 0;
}
