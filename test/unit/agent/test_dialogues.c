/* test_dialogues.c - plays test/dialogues: each file is one scripted conversation, each line a step or an expectation of the step before it.
 *
 *     # words                 a remark
 *     world L3 a@b.co Jane    who is asking; also: world unconnected, connected, dry_run, live, off ACTION, never ACTION, channel NAME
 *     world fields JSON       what the account wants on every new ticket (model/asked.h)
 *     world ticket PRIORITY TYPE TAGS      what the agent's settings give a new ticket; "-" for none
 *     world file TOKEN NAME SIZE MINUTES     a file was uploaded, which Zendesk keeps for so many minutes more; world nofiles: none waits
 *     > words                 the visitor writes (\n is a line end)
 *     click yes | click stale | click no     the buttons of the open proposal; stale: with another hash
 *     zendesk done JSON | zendesk failed SLUG | zendesk waiting R-1 [sent] [SLUG]     what becomes of the newest action that is out; "late" before it: of the oldest
 *     < words                 the answer has these words
 *     ! words                 it does not
 *     = PROPOSE JSON          an effect of the step, in order; JSON: members that its arguments have. PROPOSE, SEND, READ, CANCELLED, DROP.
 *     resume                  the team hands the conversation back
 *     awaits nothing | details | confirmation | action | person
 *     refused                 the button was refused
 *
 * An effect that no line names fails the script. With the argument "-" the program talks instead: a line in, the answer out, an obedient Zendesk behind it.
 */
#include <dirent.h>

#include "unit/agent/harness.h"

enum { FILES_MAX = 1000, OUT_MAX = 64 };

struct player {
    struct harness h;
    const char *file;
    unsigned line;
    struct str said;
    size_t checked; /* effects that lines have named */
    bool stepped;
    struct str out[OUT_MAX]; /* actions that are out, oldest first */
    size_t out_count;
    struct str proposal, hash;
    struct turn_request requests[OUT_MAX]; /* that are not over */
    struct attachment files[OUT_MAX];
};

#define script_fail(p, ...) (print_error("%s:%u: ", (p)->file, (p)->line), print_error(__VA_ARGS__), print_error("\n"), fail())

static const char *effect_name(enum turn_effect_kind kind)
{
    static const char *const names[] = { "SAY", "PROPOSE", "READ", "SEND", "CANCELLED", "DROP" };
    return names[kind];
}

/* The next effect that is no words; NULL when there is none. */
static const struct turn_effect *next_effect(struct player *p)
{
    while (p->checked < p->h.out.count) {
        const struct turn_effect *effect = &p->h.out.items[p->checked++];
        if (effect->kind != TURN_SAY) return effect;
    }
    return NULL;
}

static void finish_step(struct player *p)
{
    const struct turn_effect *left = p->stepped ? next_effect(p) : NULL;
    if (left) script_fail(p, "before this line: unexpected %s %.*s", effect_name(left->kind), STR_ARG(left->action.arguments));
    p->stepped = false;
}

static void after_step(struct player *p)
{
    p->said = harness_said(&p->h);
    p->checked = 0;
    p->stepped = true;
    for (size_t i = 0; i < p->h.out.count; i++) {
        const struct turn_effect *effect = &p->h.out.items[i];
        if (effect->kind == TURN_PROPOSE) {
            p->proposal = effect->action.id;
            p->hash = effect->action.hash;
        }
        if ((effect->kind == TURN_SEND || effect->kind == TURN_READ) && p->out_count < OUT_MAX)
            p->out[p->out_count++] = effect->action.id;
    }
}

/* ---- what a line does ------------------------------------------------------------------------------------------------------------------ */

static struct str word(struct str *rest)
{
    struct str piece = STR_NONE;
    *rest = str_trim(*rest);
    if (rest->len == 0 || !str_split(rest, ' ', &piece)) return STR_NONE;
    return piece;
}

/* The next word; "-" is none. */
static struct str word_or_none(struct str *rest)
{
    struct str given = word(rest);
    return str_eq(given, STR("-")) ? STR_NONE : given;
}

static void add_file(struct player *p, struct str rest)
{
    struct turn_world *world = &p->h.world;
    struct attachment *file = &p->files[world->file_count];
    int64_t minutes = 0;
    assert_true(world->file_count < OUT_MAX);
    file->token = word(&rest);
    file->file_name = word(&rest);
    if (!str_to_i64(word(&rest), &file->size) || !str_to_i64(word(&rest), &minutes)) script_fail(p, "no such file");
    file->expires_at = p->h.now + minutes * 60 * 1000;
    world->files = p->files;
    world->file_count++;
}

static void set_world(struct player *p, struct str rest)
{
    struct turn_world *world = &p->h.world;
    struct str first = word(&rest);
    if (first.len == 2 && first.ptr[0] == 'L') {
        world->identity = (enum identity)(first.ptr[1] - '0');
        world->visitor_email = word(&rest);
        world->visitor_name = str_trim(rest);
    } else if (str_eq(first, STR("unconnected")) || str_eq(first, STR("connected"))) {
        world->connected = str_eq(first, STR("connected"));
    } else if (str_eq(first, STR("dry_run")) || str_eq(first, STR("live"))) {
        world->dry_run = str_eq(first, STR("dry_run"));
    } else if (str_eq(first, STR("fields"))) {
        world->fields = asked_read(str_trim(rest), &p->h.arena);
    } else if (str_eq(first, STR("ticket"))) {
        p->h.agent.settings.ticket_priority = word_or_none(&rest);
        p->h.agent.settings.ticket_type = word_or_none(&rest);
        p->h.agent.settings.ticket_tags = word_or_none(&rest);
    } else if (str_eq(first, STR("file"))) {
        add_file(p, rest);
    } else if (str_eq(first, STR("nofiles"))) {
        world->file_count = 0;
    } else if (str_eq(first, STR("channel"))) {
        assert_true(channel_from(word(&rest), &world->channel));
    } else {
        const struct action_spec *spec = action_find(word(&rest));
        if (!spec) script_fail(p, "no such action");
        if (str_eq(first, STR("off")))
            world->may[spec->kind] = false;
        else
            world->confirm[spec->kind] = CONFIRM_NEVER;
    }
}

static void say(struct player *p, struct str text)
{
    char *copy = arena_cstr(&p->h.arena, text);
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool line_end = text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        copy[length++] = line_end ? '\n' : text.ptr[i];
        if (line_end) i++;
    }
    harness_message(&p->h, (struct str){ copy, length });
    after_step(p);
}

static void click(struct player *p, struct str what)
{
    struct turn_event event = { .kind = str_eq(what, STR("no")) ? TURN_CANCEL : TURN_CONFIRM,
                                .action = p->proposal,
                                .hash = p->hash };
    if (str_eq(what, STR("stale"))) event.hash = STR("0000");
    harness_step(&p->h, event);
    after_step(p);
}

static void resume(struct player *p)
{
    harness_step(&p->h, (struct turn_event){ .kind = TURN_RESUME });
    after_step(p);
}

/* The action's request as the world shows it from now on. */
static void keep_request(struct player *p, struct str action, enum request_state state, bool was_sent)
{
    struct turn_world *world = &p->h.world;
    size_t at = 0;
    while (at < world->request_count && !str_eq(p->requests[at].action, action)) at++;
    if (at == world->request_count && at < OUT_MAX) world->request_count++;
    assert_true(at < OUT_MAX);
    p->requests[at] = (struct turn_request){ action, state, was_sent, !was_sent && state == REQUEST_READY };
    world->requests = p->requests;
}

static void end_request(struct player *p, struct str action)
{
    struct turn_world *world = &p->h.world;
    for (size_t i = 0; i < world->request_count; i++)
        if (str_eq(p->requests[i].action, action)) p->requests[i] = p->requests[--world->request_count];
}

static void zendesk(struct player *p, struct str rest)
{
    static struct problem problem;
    problem = (struct problem){ 0 };
    bool late = str_starts(rest, STR("late "));
    if (late) (void)word(&rest);
    struct str verb = word(&rest);
    if (p->out_count == 0) script_fail(p, "no action is out");
    struct turn_event event = { .action = late ? p->out[0] : p->out[p->out_count - 1] };
    if (str_eq(verb, STR("done"))) {
        event.kind = TURN_ACTION_DONE;
        event.result = str_trim(rest);
    } else {
        bool waiting = str_eq(verb, STR("waiting"));
        event.kind = waiting ? TURN_ACTION_WAITING : TURN_ACTION_FAILED;
        event.reference = waiting ? word(&rest) : STR_NONE;
        bool was_sent = waiting && str_starts(str_trim(rest), STR("sent"));
        if (was_sent) (void)word(&rest);
        problem = (struct problem){ .id = problem_find(str_trim(rest)) };
        problem.facts.value = STR("Email: is wrong");
        problem.facts.subdomain = STR("acme");
        event.problem = problem.id == PROBLEM_NONE ? NULL : &problem;
        if (waiting) keep_request(p, event.action, REQUEST_READY, was_sent);
        if (problem.id == PROBLEM_REQUEST_NEEDS_HUMAN) keep_request(p, event.action, REQUEST_NEEDS_HUMAN, true);
        if (problem.id == PROBLEM_REQUEST_UNSENT) keep_request(p, event.action, REQUEST_NEEDS_HUMAN, false);
    }
    bool is_open =
        event.kind == TURN_ACTION_WAITING || problem.id == PROBLEM_REQUEST_NEEDS_HUMAN || problem.id == PROBLEM_REQUEST_UNSENT;
    if (!is_open) end_request(p, event.action);
    harness_step(&p->h, event);
    after_step(p);
}

/* ---- what a line expects ------------------------------------------------------------------------------------------------------------------ */

static void expect_effect(struct player *p, struct str rest)
{
    struct str kind = word(&rest);
    const struct turn_effect *effect = next_effect(p);
    if (!effect) {
        script_fail(p, "no %.*s; said: %.*s", STR_ARG(kind), STR_ARG(p->said));
        return;
    }
    if (!str_eq(kind, str_from(effect_name(effect->kind)))) script_fail(p, "%s instead", effect_name(effect->kind));
    struct err err;
    struct json *wanted = str_trim(rest).len ? json_parse(str_trim(rest), &err) : NULL;
    struct json *given = effect->action.arguments.len ? json_parse(effect->action.arguments, &err) : NULL;
    if (str_trim(rest).len && !wanted) script_fail(p, "the expectation is no JSON: %s", err.detail);
    for (void *at = wanted ? json_first(wanted) : NULL; at; at = json_next(wanted, at)) {
        struct buf a, b;
        buf_init(&a, 100000);
        buf_init(&b, 100000);
        json_canonical(json_value(at), &a);
        const struct json *value = json_get(given, arena_cstr(&p->h.arena, json_key(at)));
        if (value) json_canonical(value, &b);
        bool absent = json_type(json_value(at)) == JSON_NULL && !value;
        if (!absent && !str_eq(buf_view(&a), buf_view(&b)))
            script_fail(p, "arguments are %.*s", STR_ARG(effect->action.arguments));
        buf_clear(&a);
        buf_clear(&b);
    }
    if (wanted) json_free(wanted);
    if (given) json_free(given);
}

static void expect_awaiting(struct player *p, struct str name)
{
    static const char *const names[] = { "nothing", "details", "confirmation", "action", "person" };
    if (!str_eq(name, str_from(names[p->h.out.awaiting]))) script_fail(p, "awaits %s", names[p->h.out.awaiting]);
}

static void play_line(struct player *p, struct str line)
{
    struct str rest = line, first = word(&rest);
    rest = str_trim(rest);
    bool found = str_find(p->said, rest, 0) != SIZE_MAX;
    if (first.len == 0 || first.ptr[0] == '#') return;
    bool steps =
        str_eq(first, STR(">")) || str_eq(first, STR("click")) || str_eq(first, STR("zendesk")) || str_eq(first, STR("resume"));
    if (steps) finish_step(p);
    if (str_eq(first, STR(">")))
        say(p, rest);
    else if (str_eq(first, STR("click")))
        click(p, rest);
    else if (str_eq(first, STR("resume")))
        resume(p);
    else if (str_eq(first, STR("zendesk")))
        zendesk(p, rest);
    else if (str_eq(first, STR("world")))
        set_world(p, rest);
    else if (str_eq(first, STR("<")) && !found)
        script_fail(p, "not said: \"%.*s\"; said: %.*s", STR_ARG(rest), STR_ARG(p->said));
    else if (str_eq(first, STR("!")) && found)
        script_fail(p, "said: %.*s", STR_ARG(p->said));
    else if (str_eq(first, STR("=")))
        expect_effect(p, rest);
    else if (str_eq(first, STR("awaits")))
        expect_awaiting(p, rest);
    else if (str_eq(first, STR("refused")) && p->h.out.refused == OK)
        script_fail(p, "not refused");
    else if (!str_eq(first, STR("<")) && !str_eq(first, STR("!")) && !str_eq(first, STR("refused")))
        script_fail(p, "a line of no known kind");
}

static struct str read_file(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "rb");
    if (!file) return STR_NONE;
    char *bytes = arena_alloc(arena, 64 * 1024);
    size_t count = fread(bytes, 1, 64 * 1024, file);
    (void)fclose(file);
    return (struct str){ bytes, count };
}

static void play(void **state)
{
    struct player p = { .file = *state };
    harness_open(&p.h, 1);
    struct str text = read_file(p.file, &p.h.arena), rest = text, line;
    assert_true(text.len > 0);
    while (str_split(&rest, '\n', &line)) {
        p.line++;
        play_line(&p, line);
    }
    finish_step(&p);
    harness_close(&p.h);
}

/* ---- talking by hand ------------------------------------------------------------------------------------------------------------------------ */

static void print_step(struct player *p)
{
    for (size_t i = 0; i < p->h.out.count; i++) {
        const struct turn_effect *effect = &p->h.out.items[i];
        if (effect->kind != TURN_SAY) printf("    [%s %.*s]\n", effect_name(effect->kind), STR_ARG(effect->action.arguments));
    }
    printf("%.*s\n", STR_ARG(p->said));
}

static void answer(struct player *p, const struct turn_effect *effect)
{
    static const char *const results[ACTION_COUNT] = {
        [ACTION_CREATE_TICKET] = "{\"id\":35437,\"status\":\"new\",\"url\":\"https://acme.example/agent/tickets/35437\"}",
        [ACTION_GET_TICKET] = "{\"id\":%lld,\"status\":\"open\"}",
        [ACTION_UPDATE_TICKET] = "{\"id\":%lld,\"status\":\"open\"}",
        [ACTION_ADD_COMMENT] = "{\"ticket_id\":%lld,\"comment_id\":1}",
        [ACTION_LIST_TICKETS] =
            "{\"tickets\":[{\"id\":5,\"subject\":\"Door\",\"status\":\"open\"},{\"id\":6,\"subject\":\"Lamp\"}],\"total\":2}",
        [ACTION_SEARCH_TICKETS] = "{\"tickets\":[],\"total\":0}",
    };
    struct turn_event event = { .kind = TURN_ACTION_DONE, .action = effect->action.id };
    struct err err;
    struct json *arguments = json_parse(effect->action.arguments, &err);
    struct str id = arena_fmt(&p->h.arena, "%lld", (long long)json_get_int(arguments, "ticket_id", 0));
    const char *form = results[effect->action.kind];
    struct str text = form ? str_from(form) : STR("{\"name\":\"Jane Doe\",\"email\":\"jane@x.com\",\"ticket_count\":2}");
    size_t at = str_find(text, STR("%lld"), 0);
    event.result = at == SIZE_MAX ? text
                                  : arena_fmt(&p->h.arena, "%.*s%.*s%.*s", STR_ARG(str_slice(text, 0, at)), STR_ARG(id),
                                              STR_ARG(str_slice(text, at + 4, text.len)));
    json_free(arguments);
    harness_step(&p->h, event);
    after_step(p);
    print_step(p);
}

static int talk(void)
{
    struct player p = { .file = "-" };
    char *line = NULL;
    size_t size = 0;
    harness_open(&p.h, 1);
    for (ssize_t count; (count = getline(&line, &size, stdin)) > 0;) {
        printf("> %s", line);
        say(&p, str_trim((struct str){ line, (size_t)count }));
        print_step(&p);
        for (const struct turn_effect *out; (out = harness_effect(&p.h, TURN_READ)) || (out = harness_effect(&p.h, TURN_SEND));)
            answer(&p, out);
    }
    free(line);
    harness_close(&p.h);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "-") == 0) return talk();
    static struct CMUnitTest tests[FILES_MAX];
    size_t count = 0;
    struct arena names;
    arena_init(&names);
    DIR *folder = opendir("test/dialogues");
    for (struct dirent *entry; folder && (entry = readdir(folder)) && count < FILES_MAX;) {
        if (!str_ends(str_from(entry->d_name), STR(".txt"))) continue;
        char *path = arena_cstr(&names, arena_fmt(&names, "test/dialogues/%s", entry->d_name));
        tests[count++] = (struct CMUnitTest){ .name = path, .test_func = play, .initial_state = path };
    }
    if (folder) (void)closedir(folder);
    qsort(tests, count, sizeof tests[0], by_name);
    int failed = count == 0 ? 1 : _cmocka_run_group_tests("dialogues", tests, count, NULL, NULL);
    if (count == 0) print_error("no scripts in test/dialogues: run this at the root of the repository\n");
    arena_clear(&names);
    return failed;
}
