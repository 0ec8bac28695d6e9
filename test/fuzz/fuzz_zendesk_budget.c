/* The rate budget under any headers: steps of [what][lane], an answer with a status byte and six pieces for its headers. Nobody is held for longer than is allowed, and
 * nobody for ever: who may not go is told a time, unless an answer is still out. */
#include "fuzz/fuzz.h"

#include "zendesk/budget.h"

static const char *const names[] = { "ratelimit-limit", "ratelimit-remaining",    "ratelimit-reset",
                                     "x-rate-limit",    "x-rate-limit-remaining", "retry-after" };
static const char *const buckets[] = { "zendesk-ratelimit-tickets-index",
                                       "zendesk-ratelimit-ticket-request-create-by-user-and-ip",
                                       "zendesk-ratelimit-per-ticket-updates", "zendesk-ratelimit-search-index" };
static const struct {
    enum http_method method;
    const char *path;
} calls[] = {
    { HTTP_GET, "/api/v2/tickets?page%5Bsize%5D=1" },
    { HTTP_POST, "/api/v2/tickets" },
    { HTTP_PUT, "/api/v2/tickets/7" },
    { HTTP_GET, "/api/v2/search?query=x" },
    { HTTP_PUT, "/api/v2/users/9" },
    { HTTP_POST, "/api/v2/users/create_or_update" },
    { HTTP_GET, "/api/v2/users/me" },
};

enum { HEADERS = sizeof names / sizeof *names, CALLS = sizeof calls / sizeof *calls, STEPS_MAX = 200 };

static void promise_window(const struct budget_window *window, int64_t now_ms)
{
    promise(window->in_flight >= 0 && window->limit >= 0);
    promise(window->hold_until <= now_ms + BUDGET_HOLD_MAX_MS);
}

static void promise_budget(const struct budget *budget, struct budget_lane lane, int64_t now_ms)
{
    bool is_out = budget->account.in_flight > 0;
    promise_window(&budget->account, now_ms);
    for (size_t i = 0; i < BUDGET_LINES_MAX; i++) promise_window(&budget->lines[i].window, now_ms);
    promise(budget_held_until(budget, now_ms) <= now_ms + BUDGET_HOLD_MAX_MS);
    for (int who = 0; who < BUDGET_CLASSES; who++) {
        struct budget_ruling ruling = budget_ask(budget, (enum budget_class)who, lane, now_ms);
        if (!ruling.may_go) promise(ruling.again_at > now_ms || (ruling.again_at == 0 && is_out));
    }
}

/* The answer that the input holds; false at its end. */
static bool take_answer(struct input *input, struct http_header headers[HEADERS + 1], struct http_answer *answer)
{
    uint8_t bucket = input_byte(input);
    struct str piece;
    if (!input_answer(input, answer)) return false;
    size_t count = 0;
    for (size_t i = 0; i < HEADERS && input_piece(input, &piece); i++)
        if (piece.len > 0) headers[count++] = (struct http_header){ str_from(names[i]), piece };
    if (bucket & 1 && input_piece(input, &piece))
        headers[count++] = (struct http_header){ str_from(buckets[bucket / 2 % (sizeof buckets / sizeof *buckets)]), piece };
    answer->headers = headers;
    answer->header_count = count;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    struct budget budget = { .reserve_percent = input_byte(&input) % (BUDGET_RESERVE_MAX + 1) };
    int64_t now_ms = INT64_C(1795371800000);
    struct budget_lane out[STEPS_MAX];
    size_t out_count = 0;
    for (int step = 0; step < STEPS_MAX && input.rest.len > 0; step++) {
        uint8_t what = input_byte(&input);
        struct budget_lane lane = budget_lane_of(calls[what % CALLS].method, str_from(calls[what % CALLS].path));
        struct http_header headers[HEADERS + 1];
        struct http_answer answer;
        now_ms += (what >> 4) * 1000;
        if (out_count == 0 || what & 8) {
            budget_take(&budget, lane, now_ms);
            out[out_count++] = lane;
        } else {
            bool is_there = take_answer(&input, headers, &answer);
            budget_answer(&budget, out[--out_count], is_there ? &answer : NULL, now_ms);
        }
        promise_budget(&budget, lane, now_ms);
    }
    while (out_count > 0) budget_answer(&budget, out[--out_count], NULL, now_ms);
    promise_budget(&budget, (struct budget_lane){ LANE_NONE, 0 }, now_ms);
    return 0;
}
