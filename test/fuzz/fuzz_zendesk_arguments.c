/* Any arguments: [action] then a JSON text. What the schema lets through becomes requests of this action and no others, and in
 * a search every word of a stranger's stands in quotes. */
#include "fuzz/fuzz.h"

/* Outside of quotes stand only our own terms. */
static void promise_quoted(struct str query)
{
    static const char *const heads[] = { "type:ticket", "status:",   "priority:",  "created>=",
                                         "created<=",   "assignee:", "requester:", "" };
    struct str rest = query, part;
    bool is_quoted = false;
    for (; str_split(&rest, '"', &part); is_quoted = !is_quoted) {
        struct str outside = part, term;
        while (!is_quoted && str_split(&outside, ' ', &term)) {
            size_t k = 0;
            while (heads[k][0] != '\0' && !str_starts(term, str_from(heads[k]))) k++;
            promise(term.len == 0 || heads[k][0] != '\0');
        }
    }
    promise(is_quoted); /* an even number of quotes: one part more than there are quotes */
}

static void promise_search(const struct zendesk_run *run, struct arena *arena)
{
    struct str target = run->request.path, query = STR_NONE;
    size_t mark = str_find(target, STR("?"), 0);
    if (!str_starts(target, STR("/api/v2/search?"))) return;
    promise(http_query_get(str_slice(target, mark + 1, target.len), STR("query"), arena, &query));
    promise(str_starts(query, STR("type:ticket")));
    promise_quoted(query);
}

/* Answers under which a run goes on to its write. */
static const char likely[] =
    "{\"ticket\":{\"id\":7,\"updated_at\":\"U\"},\"users\":[{\"id\":5,\"name\":\"Ada\",\"email\":\"j@a.com\"}],\"user\":{\"id\":"
    "9},"
    "\"organizations\":[{\"id\":3,\"name\":\"O\"}],\"ticket_fields\":[{\"id\":360,\"type\":\"text\",\"title\":\"Age\"},"
    "{\"id\":361,\"type\":\"tagger\",\"title\":\"Kind\",\"custom_field_options\":[{\"name\":\"A\",\"value\":\"a\"}]},"
    "{\"id\":362,\"type\":\"date\",\"title\":\"Day\"},{\"id\":363,\"type\":\"decimal\",\"title\":\"Price\"}],\"results\":[]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    const struct action_spec *spec = action_spec((enum action_kind)(input_byte(&input) % ACTION_COUNT));
    const struct http_answer answer = { .status = 200, .body = STR(likely) };
    struct zendesk_run run;
    struct problem problem;
    struct arena arena;
    struct json *arguments = json_parse(input.rest, NULL);
    if (arguments == NULL) return 0;
    arena_init(&arena);
    if (action_check_arguments(spec, arguments, &arena, &problem) != OK) {
        promise_problem(&problem, &arena);
    } else {
        enum zendesk_next next = zendesk_begin(&run, spec, arguments, &fuzz_setting, &arena);
        for (int step = 0; next == ZENDESK_CALL && step < 8; step++) {
            promise_request(spec, &run.request);
            promise_search(&run, &arena);
            next = zendesk_answer(&run, &answer);
        }
        if (next == ZENDESK_FAILED) promise_problem(&run.problem, &arena);
    }
    json_free(arguments);
    arena_clear(&arena);
    return 0;
}
