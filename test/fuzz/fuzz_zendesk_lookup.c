/* Look-ups with any answers: [which stored request] then answers. They only read, end, and never say FOUND without a result. */
#include "fuzz/fuzz.h"

#include "zendesk/lookup.h"

static const struct {
    enum action_kind kind;
    struct zendesk_request sent;
} stored[] = {
    { ACTION_CREATE_TICKET,
      { .method = HTTP_POST, .path = STR("/api/v2/tickets"), .body = STR("{\"ticket\":{\"subject\":\"S\",\"tags\":[\"t\"]}}") } },
    { ACTION_ADD_COMMENT,
      { .method = HTTP_POST,
        .path = STR("/api/v2/tickets"),
        .body = STR("{\"ticket\":{\"via_followup_source_id\":7,\"comment\":{\"public\":true}}}") } },
    { ACTION_ADD_COMMENT,
      { .method = HTTP_PUT, .path = STR("/api/v2/tickets/7"), .body = STR("{\"ticket\":{\"comment\":{\"public\":false}}}") } },
    { ACTION_UPDATE_TICKET,
      { .method = HTTP_PUT,
        .path = STR("/api/v2/tickets/7"),
        .body = STR("{\"ticket\":{\"status\":\"solved\",\"assignee_id\":3,\"custom_fields\":[{\"id\":1,\"value\":2}]}}") } },
    { ACTION_UPDATE_CUSTOMER,
      { .method = HTTP_PUT,
        .path = STR("/api/v2/users/9"),
        .body = STR("{\"user\":{\"phone\":\"1\",\"tags\":[\"t\"],\"user_fields\":{\"a\":1},\"organization_id\":4}}") } },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    size_t which = input_byte(&input) % (sizeof stored / sizeof *stored);
    const struct action_spec *spec = action_spec(stored[which].kind);
    struct zendesk_lookup lookup;
    struct http_answer answer;
    struct arena arena;
    arena_init(&arena);
    enum lookup_next next = zendesk_lookup_begin(&lookup, spec, &stored[which].sent, &fuzz_setting, &arena);
    while (next == LOOKUP_CALL) {
        promise_request(spec, &lookup.run.request);
        promise(!lookup.run.request.writes);
        if (!input_answer(&input, &answer)) break;
        next = zendesk_lookup_answer(&lookup, &answer);
    }
    if (next == LOOKUP_FOUND) promise_result(lookup.run.result);
    if (next == LOOKUP_FAILED) promise_problem(&lookup.run.problem, &arena);
    arena_clear(&arena);
    return 0;
}
