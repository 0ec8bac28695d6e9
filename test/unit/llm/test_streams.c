/* Each file of test/cases/llm is one test: a stream and what is read of it, whole, in pieces of every size, and cut in two at
 * every place. */
#include "unit/llm/streams.h"

#include <dirent.h>
#include <stdlib.h>

enum { FILES_MAX = 200, TOOLS_MAX = 8 };

struct stream_case {
    struct model_tool tools[TOOLS_MAX];
    struct llm_reader_options options;
    struct str expected, stream;
};

static void read_setting(struct stream_case *it, struct str line)
{
    struct str rest = line, word;
    assert_true(str_split(&rest, ' ', &word));
    if (str_eq(word, STR("protocol"))) assert_true(model_protocol_from(rest, &it->options.protocol));
    if (!str_eq(word, STR("tools"))) return;
    while (str_split(&rest, ' ', &word)) {
        assert_true(it->options.tool_count < TOOLS_MAX);
        it->tools[it->options.tool_count++].name = word;
    }
}

static void read_case(struct stream_case *it, struct str text)
{
    size_t expect = str_find(text, STR("--- expect\n"), 0), stream = str_find(text, STR("--- stream\n"), 0);
    assert_true(expect != SIZE_MAX && stream != SIZE_MAX);
    struct str head = str_slice(text, 0, expect), line;
    *it = (struct stream_case){ .options = { .mint = STR("mint") } };
    while (str_split(&head, '\n', &line)) read_setting(it, line);
    it->options.tools = it->tools;
    it->expected = str_slice(text, expect + 11, stream);
    it->stream = str_slice(text, stream + 11, text.len);
}

static void play_case(void **state)
{
    const char *path = *state;
    struct stream_case it;
    struct arena arena;
    struct buf whole;
    arena_init(&arena);
    buf_init(&whole, 1024 * 1024);
    read_case(&it, read_file(path, &arena));
    play(&it.options, it.stream, it.stream.len, 1, &whole);
    if (!str_eq(buf_view(&whole), it.expected))
        fail_msg("%s gave\n%.*sand not\n%.*s", path, STR_ARG(buf_view(&whole)), STR_ARG(it.expected));
    for (size_t size = 1; size <= it.stream.len; size++)
        assert_same_in_pieces(&it.options, it.stream, size, size, it.expected, path);
    for (size_t cut = 1; cut < it.stream.len; cut++)
        assert_same_in_pieces(&it.options, it.stream, cut, it.stream.len, it.expected, path);
    buf_clear(&whole);
    arena_clear(&arena);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(void)
{
    static struct CMUnitTest tests[FILES_MAX];
    size_t count = 0;
    struct arena names;
    arena_init(&names);
    DIR *folder = opendir("test/cases/llm");
    for (struct dirent *entry; folder && (entry = readdir(folder)) && count < FILES_MAX;) {
        if (!str_ends(str_from(entry->d_name), STR(".txt"))) continue;
        char *path = arena_cstr(&names, arena_fmt(&names, "test/cases/llm/%s", entry->d_name));
        tests[count++] = (struct CMUnitTest){ .name = path, .test_func = play_case, .initial_state = path };
    }
    if (folder) (void)closedir(folder);
    qsort(tests, count, sizeof tests[0], by_name);
    int failed = count == 0 ? 1 : _cmocka_run_group_tests("streams", tests, count, NULL, NULL);
    if (count == 0) print_error("no streams in test/cases/llm: run this at the root of the repository\n");
    arena_clear(&names);
    return failed;
}
