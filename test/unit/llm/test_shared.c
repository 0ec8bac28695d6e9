/* Recorded and hand-made streams of others (skipped where they are not at hand): read whole and in pieces with one outcome, and each
 * that ends well or in a fault does so as named here. */
#include "unit/llm/streams.h"

#include <dirent.h>
#include <stdlib.h>

#define SHARED "../shared/llm"

enum { FILES_MAX = 200 };

/* Streams that end in a fault; all others are answers. */
static const struct {
    const char *name, *fault;
} faults[] = {
    { "anthropic--should-forward-error-chunks.sse", "server" },
    { "anthropic--should-forward-overloaded-error-during-streaming.sse", "overloaded" },
    { "anthropic--should-throw-an-api-error-when-the-first-stream-chunk-is-an-overloaded-error.sse", "overloaded" },
    { "openai-chat--should-forward-error-stream-parts-after-output-has-started.sse", "server" },
    { "openai-chat--should-preserve-numeric-status-codes-from-early-stream-errors.sse", "request" },
    { "openai-chat--should-throw-an-api-error-when-the-first-stream-chunk-is-an-error.sse", "server" },
    { "openai-compatible--should-error-when-streamed-tool-call-never-receives-a-function-name.sse", "unreadable" },
    { "openai-compatible--should-preserve-structured-error-stream-parts.sse", "context" },
    { "openai-responses--should-expose-raw-finish-reason-from-late-response-failed-incomplete-details.sse", "server" },
    { "openai-responses--should-return-helpful-error-when-chat-completions-stream-is-received.sse", "unreadable" },
    { "openai-responses--should-throw-an-api-error-for-documented-top-level-error-events-before-output-st.sse", "rate_limited" },
    { "openai-responses--should-throw-an-api-error-when-response-failed-arrives-before-output-starts.sse", "server" },
    { "openai__openai-error.1.chunks.txt", "quota" },
    { "openai__parallel-tool-call-wrapper.1.chunks.txt", "unreadable" }, /* its first event lacks a brace */
};

static struct str expected_fault(const char *path)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (str_ends(str_from(path), str_from(faults[i].name))) return str_from(faults[i].fault);
    return STR_NONE;
}

/* The files do not say whose language they are in; their events do. */
static enum model_protocol protocol_of(const char *path, struct str text)
{
    if (str_find(str_from(path), STR("openai-responses--"), 0) != SIZE_MAX) return MODEL_OPENAI_RESPONSES;
    if (str_find(str_from(path), STR("anthropic--"), 0) != SIZE_MAX) return MODEL_ANTHROPIC;
    if (str_find(text, STR("\"type\":\"response."), 0) != SIZE_MAX) return MODEL_OPENAI_RESPONSES;
    return str_find(text, STR("\"type\":\"message_start\""), 0) != SIZE_MAX ? MODEL_ANTHROPIC : MODEL_OPENAI_CHAT;
}

/* A payload a line becomes an event. */
static struct str framed(const char *path, struct str text, struct arena *arena)
{
    struct str line;
    struct buf out;
    if (!str_ends(str_from(path), STR(".chunks.txt"))) return text;
    buf_init(&out, 4 * 1024 * 1024);
    while (str_split(&text, '\n', &line)) buf_fmt(&out, "data: %.*s\n\n", STR_ARG(line));
    struct str copy = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return copy;
}

static void assert_ending(const char *path, struct str outcome)
{
    struct str fault = expected_fault(path);
    struct arena arena;
    arena_init(&arena);
    bool failed = str_find(outcome, STR("\nfault "), 0) != SIZE_MAX || str_starts(outcome, STR("fault "));
    struct str wanted = arena_fmt(&arena, "fault %.*s ", STR_ARG(fault));
    if (failed != (fault.len > 0) || str_find(outcome, wanted, 0) == (fault.len > 0 ? SIZE_MAX : 0))
        fail_msg("%s gave\n%.*s", path, STR_ARG(outcome));
    arena_clear(&arena);
}

enum { SIZES = 40, CUTS = 160 };

/* Not every size and cut, as that work grows with the square; test_streams does so with its own, which are small. */
static void read_stream(void **state)
{
    const char *path = *state;
    struct arena arena;
    struct buf whole;
    arena_init(&arena);
    buf_init(&whole, 4 * 1024 * 1024);
    struct str text = read_file(path, &arena), stream = framed(path, text, &arena);
    const struct llm_reader_options options = { .protocol = protocol_of(path, text), .mint = STR("mint") };
    play(&options, stream, stream.len, 1, &whole);
    assert_ending(path, buf_view(&whole));
    size_t every = 1 + stream.len / (stream.len < 8192 ? CUTS : CUTS / 8);
    for (size_t size = 1; size <= SIZES; size += stream.len < 8192 ? 1 : 6)
        assert_same_in_pieces(&options, stream, size, size, buf_view(&whole), path);
    for (size_t cut = 1; cut < stream.len; cut += every)
        assert_same_in_pieces(&options, stream, cut, stream.len, buf_view(&whole), path);
    buf_clear(&whole);
    arena_clear(&arena);
}

static void are_not_at_hand(void **state)
{
    (void)state;
    skip();
}

static size_t add_folder(const char *folder, struct CMUnitTest *tests, size_t count, struct arena *names)
{
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open)) && count < FILES_MAX;) {
        struct str name = str_from(entry->d_name);
        if (!str_ends(name, STR(".sse")) && !str_ends(name, STR(".chunks.txt"))) continue;
        char *path = arena_cstr(names, arena_fmt(names, "%s/%s", folder, entry->d_name));
        tests[count++] = (struct CMUnitTest){ .name = path, .test_func = read_stream, .initial_state = path };
    }
    if (open) (void)closedir(open);
    return count;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(void)
{
    static struct CMUnitTest tests[FILES_MAX];
    static const struct CMUnitTest none = cmocka_unit_test(are_not_at_hand);
    struct arena names;
    arena_init(&names);
    size_t count = add_folder(SHARED "/quirks-sse", tests, 0, &names);
    count = add_folder(SHARED "/recorded-chunks", tests, count, &names);
    qsort(tests, count, sizeof tests[0], by_name);
    if (count == 0) tests[count++] = none;
    int failed = _cmocka_run_group_tests("streams of others", tests, count, NULL, NULL);
    arena_clear(&names);
    return failed;
}
