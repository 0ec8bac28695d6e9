/* test_cases.c - the cases of test/cases/nlu: a message, and behind four blanks what has to be read in it. One file is one test.
 *
 *     close 12 and tell them it is fixed
 *         update_ticket 12; status=solved
 *         add_comment 12; comment=it is fixed; visibility=public; reference=it
 *
 * Lines that begin with an operation are the clauses, all of them and in their order. "means", "answer", "language" and "value FIELD=" are held when
 * they are there. \n in a message is a line end; # begins a remark.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "nlu/explain.h"

#define FOLDER "test/cases/nlu"
enum { FILE_BYTES_MAX = 256 * 1024, FILES_MAX = 64, LINES_MAX = 16 };

struct read {
    struct arena arena;
    struct nlu_message message;
    struct json *tree;
};

static void read_message(struct read *r, struct str text)
{
    struct buf out, plain;
    struct jw json;
    arena_init(&r->arena);
    buf_init(&plain, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        bool breaks = text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        buf_char(&plain, breaks ? '\n' : text.ptr[i]);
        i += breaks;
    }
    nlu_read(arena_str(&r->arena, buf_view(&plain)), NLU_ANYTHING, &r->arena, &r->message);
    buf_clear(&plain);
    buf_init(&out, 1 << 20);
    jw_init(&json, &out);
    nlu_explain(&r->message, &json);
    r->tree = json_parse(buf_view(&out), NULL);
    assert_non_null(r->tree);
    buf_clear(&out);
}

static void forget(struct read *r)
{
    json_free(r->tree);
    arena_clear(&r->arena);
}

/* "update_ticket 12; status=solved" */
static struct str clause_line(struct read *r, const struct json *clause)
{
    static const char *const keys[] = { "status",  "priority", "type",       "assignee",  "tags",    "remove_tags",
                                        "comment", "query",    "email",      "name",      "phone",   "organization",
                                        "created", "limit",    "visibility", "reference", "ordinal", "about" };
    struct arena *arena = &r->arena;
    struct str line = json_get_str(clause, "operation");
    int64_t ticket = json_get_int(clause, "ticket", 0);
    if (ticket) line = arena_fmt(arena, "%.*s %lld", STR_ARG(line), (long long)ticket);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct json *value = json_get(clause, keys[i]);
        if (json_type(value) == JSON_STRING)
            line = arena_fmt(arena, "%.*s; %s=%.*s", STR_ARG(line), keys[i], STR_ARG(json_str(value)));
        if (json_type(value) == JSON_INT)
            line = arena_fmt(arena, "%.*s; %s=%lld", STR_ARG(line), keys[i], (long long)json_int(value, 0));
        if (json_type(value) == JSON_OBJECT)
            line = arena_fmt(arena, "%.*s; %s=%.*s %lld %lld", STR_ARG(line), keys[i], STR_ARG(json_get_str(value, "kind")),
                             (long long)json_get_int(value, "from", 0), (long long)json_get_int(value, "to", 0));
    }
    struct str certainty = json_get_str(clause, "certainty");
    return str_eq(certainty, STR("sure")) ? line : arena_fmt(arena, "%.*s; certainty=%.*s", STR_ARG(line), STR_ARG(certainty));
}

/* Does what was read hold a line that is no clause? */
static bool holds(struct read *r, struct str line)
{
    struct str rest = line, word;
    (void)str_split(&rest, ' ', &word);
    if (str_eq(word, STR("value"))) {
        struct str key;
        (void)str_split(&rest, '=', &key);
        return str_eq(json_get_str(json_get(r->tree, "values"), arena_cstr(&r->arena, key)), rest);
    }
    bool answer = str_eq(word, STR("answer"));
    struct str found = json_get_str(r->tree, str_eq(word, STR("means")) ? "meaning" : answer ? "answer" : "language");
    return str_eq(found, answer && str_eq(rest, STR("none")) ? STR("") : rest);
}

static bool is_clause(struct str line)
{
    return !str_starts(line, STR("means ")) && !str_starts(line, STR("answer ")) && !str_starts(line, STR("language ")) &&
           !str_starts(line, STR("value "));
}

static bool check(const char *file, struct str message, const struct str *lines, size_t count)
{
    struct read r;
    read_message(&r, message);
    const struct json *clauses = json_get(r.tree, "clauses");
    bool fine = true;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        bool clause = is_clause(lines[i]);
        struct str found = clause && at < json_count(clauses) ? clause_line(&r, json_at(clauses, at)) : STR_NONE;
        at += clause;
        if (clause ? str_eq(found, lines[i]) : holds(&r, lines[i])) continue;
        print_error("%s: %.*s\n  wanted  %.*s\n  read    %.*s\n", file, STR_ARG(message), STR_ARG(lines[i]), STR_ARG(found));
        fine = false;
    }
    if (at != json_count(clauses)) {
        print_error("%s: %.*s\n  wanted %zu clauses, read %zu\n", file, STR_ARG(message), at, json_count(clauses));
        fine = false;
    }
    forget(&r);
    return fine;
}

static void test_file(void **state)
{
    const char *path = *state;
    char *bytes = mem_alloc(FILE_BYTES_MAX);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    struct str rest = { bytes, fread(bytes, 1, FILE_BYTES_MAX, in) }, line, message = STR_NONE, lines[LINES_MAX];
    (void)fclose(in);
    size_t count = 0, cases = 0, wrong = 0;
    for (bool more = true; more;) {
        more = str_split(&rest, '\n', &line);
        bool detail = more && str_starts(line, STR("    ")), begins = !detail && (!more || line.len > 0);
        if (more && str_starts(line, STR("#"))) continue;
        if (detail && count < LINES_MAX) lines[count++] = str_trim(line);
        if (!begins) continue;
        if (message.len) {
            wrong += !check(path, message, lines, count);
            cases++;
        }
        message = line;
        count = 0;
    }
    print_message("%s: %zu messages\n", path, cases);
    mem_free(bytes);
    assert_true(cases > 0 && wrong == 0);
}

int main(void)
{
    static char paths[FILES_MAX][512];
    struct CMUnitTest tests[FILES_MAX];
    size_t count = 0;
    DIR *folder = opendir(FOLDER);
    if (!folder) return 1;
    for (const struct dirent *entry; (entry = readdir(folder)) && count < FILES_MAX;) {
        if (entry->d_name[0] == '.') continue;
        (void)snprintf(paths[count], sizeof paths[count], FOLDER "/%s", entry->d_name);
        tests[count] = (struct CMUnitTest){ paths[count], test_file, NULL, NULL, paths[count] };
        count++;
    }
    (void)closedir(folder);
    return _cmocka_run_group_tests(FOLDER, tests, count, NULL, NULL);
}
