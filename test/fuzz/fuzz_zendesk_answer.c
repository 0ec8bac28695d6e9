/* Every action's run with any answers: [action][settings] then answers. What is asked for stays within the action's calls, a
 * write is the last call and one only, and the stored request's answer gives the result that the run gave. */
#include "fuzz/fuzz.h"

#include "zendesk/fault.h"

static const char *const arguments[ACTION_COUNT] = {
    [ACTION_CREATE_TICKET] = "{\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"j@a.com\",\"tags\":[\"t\"],"
                             "\"custom_fields\":{\"Age\":\"7\",\"360\":true,\"Kind\":[\"a\"]}}",
    [ACTION_GET_TICKET] = "{\"ticket_id\":7}",
    [ACTION_ADD_COMMENT] = "{\"ticket_id\":7,\"text\":\"T {{x}}\",\"public\":true,\"uploads\":[\"u\"]}",
    [ACTION_UPDATE_TICKET] = "{\"ticket_id\":7,\"status\":\"solved\",\"priority\":\"low\",\"assignee\":\"Ada\",\"tags\":[\"t\"],"
                             "\"remove_tags\":[\"r\"],\"custom_fields\":{\"Age\":7,\"Kind\":\"a\"}}",
    [ACTION_LIST_TICKETS] = "{\"email\":\"j@a.com\",\"status\":\"open\",\"from\":\"2026-01-01\"}",
    [ACTION_SEARCH_TICKETS] = "{\"keyword\":\"x y\",\"assignee\":\"ada@a.com\",\"to\":\"2026-12-31\"}",
    [ACTION_CREATE_CUSTOMER] = "{\"email\":\"j@a.com\",\"name\":\"J\",\"organization\":\"O\",\"tags\":[\"t\"],"
                               "\"custom_fields\":{\"plan\":\"gold\"}}",
    [ACTION_GET_CUSTOMER] = "{\"user_id\":9}",
    [ACTION_FIND_CUSTOMER] = "{\"email\":\"j@a.com\"}",
    [ACTION_UPDATE_CUSTOMER] = "{\"email\":\"j@a.com\",\"phone\":\"1\",\"tags\":[\"t\"],\"custom_fields\":{\"plan\":null}}",
};

enum { STEPS_MAX = 16 };

/* After a restart only request and answer are left. */
static void promise_receipt(const struct zendesk_run *run, const struct zendesk_request *sent, const struct http_answer *answer,
                            enum zendesk_next next)
{
    struct str result;
    struct problem problem;
    promise(next != ZENDESK_CALL);
    promise(zendesk_receipt(run->spec, sent, answer, run->setting, run->arena, &result, &problem) == next);
    if (next == ZENDESK_DONE) promise(str_eq(result, run->result));
    if (next == ZENDESK_FAILED) promise(problem.id == run->problem.id);
    enum outcome outcome = zendesk_classify_write(sent, answer, NULL, run->setting->external_id);
    if (outcome == OUTCOME_DONE) promise(answer->status >= 200 && answer->status <= 299);
    if (outcome == OUTCOME_REJECTED || outcome == OUTCOME_STALE) promise(next == ZENDESK_FAILED);
}

static enum zendesk_next take_answer(struct zendesk_run *run, const struct http_answer *answer)
{
    const struct zendesk_request sent = run->request;
    enum zendesk_next next = zendesk_answer(run, answer);
    if (sent.writes) promise_receipt(run, &sent, answer, next);
    return next;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    const struct action_spec *spec = action_spec((enum action_kind)(input_byte(&input) % ACTION_COUNT));
    uint8_t flags = input_byte(&input);
    struct zendesk_setting setting = fuzz_setting;
    struct http_answer answer;
    struct zendesk_run run;
    struct arena arena;
    arena_init(&arena);
    setting.may_write_users = (flags & 1) == 0;
    if (flags & 2) setting.only_requester = STR("j@a.com");
    if (flags & 4 && input_piece(&input, &setting.ticket_fields))
        setting.ticket_fields = arena_str(&arena, setting.ticket_fields);
    if (flags & 8 && input_piece(&input, &setting.ticket_forms)) setting.ticket_forms = arena_str(&arena, setting.ticket_forms);
    struct json *given = json_parse(str_from(arguments[spec->kind]), NULL);
    enum zendesk_next next = zendesk_begin(&run, spec, given, &setting, &arena);
    for (int step = 0; next == ZENDESK_CALL; step++) {
        promise(step < STEPS_MAX);
        promise_request(spec, &run.request);
        if (!input_answer(&input, &answer)) break;
        next = take_answer(&run, &answer);
    }
    if (next == ZENDESK_DONE) promise_result(run.result);
    if (next == ZENDESK_FAILED) promise_problem(&run.problem, &arena);
    json_free(given);
    arena_clear(&arena);
    return 0;
}
