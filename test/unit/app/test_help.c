/* What the table of commands makes: help that leaves nothing out, examples that work as they stand, completion that shells can read. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/help.h"
#include "base/mem.h"

enum { TEXT_MAX = 256 * 1024 };

/* What was written into a file, as a string that lives until the next call. */
static const char *text_of(FILE *file)
{
    static char text[TEXT_MAX];
    rewind(file);
    size_t len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    assert_int_equal(fclose(file), 0);
    assert_in_range(len, 1, sizeof text - 2);
    return text;
}

static const char *help_on(const char *noun)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(help_of(noun, file), EXIT_OK);
    return text_of(file);
}

static void has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL) fail_msg("\"%s\" is not in:\n%s", words, text);
}

static void overview_names_every_command(void **state)
{
    (void)state;
    const char *text = help_on(NULL);
    for (const struct command *c = commands; c->noun; c++) {
        char name[128];
        (void)snprintf(name, sizeof name, "\n  %s%s%s%s%s ", c->noun, c->verb ? " " : "", c->verb ? c->verb : "",
                       *c->operands ? " " : "", c->operands);
        has(text, name);
        has(text, c->summary);
    }
    has(text, "Exit codes: 0 ok, 1 failed, 2 usage");
}

static void help_on_a_noun_is_whole(void **state)
{
    (void)state;
    for (const struct command *c = commands; c->noun; c++) {
        const char *text = help_on(c->noun);
        assert_memory_equal(text, "Examples\n", 9); /* first of all */
        has(text, c->example);
        has(text, c->summary);
        for (const struct option *o = c->options; o && o->name; o++) {
            char option[128];
            (void)snprintf(option, sizeof option, "    --%s%s%s ", o->name, o->value ? " " : "", o->value ? o->value : "");
            has(text, option);
            has(text, o->help);
        }
        for (const struct option *o = common_options; o->name; o++) has(text, o->help);
    }
}

static void unknown_noun(void **state)
{
    (void)state;
    int before = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
    assert_true(before >= 0 && dup2(nowhere, STDERR_FILENO) >= 0);
    int code = help_of("agnet", stdout);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    close(nowhere);
    assert_int_equal(code, EXIT_USAGE);
    assert_false(help_is_noun("agnet"));
    assert_true(help_is_noun("agent"));
    assert_string_equal(help_nearest("agent", "lst"), "agent list");
    assert_string_equal(help_nearest("sevre", NULL), "serve");
    assert_null(help_nearest("frobnicate", NULL));
}

/* The next word as a shell takes it: what stands in double quotes is one. */
static bool next_word(struct str *rest, struct str *word)
{
    if (!str_starts(*rest, STR("\""))) return str_split(rest, ' ', word);
    *rest = str_slice(*rest, 1, rest->len);
    bool has_word = str_split(rest, '"', word);
    *rest = str_starts(*rest, STR(" ")) ? str_slice(*rest, 1, rest->len) : STR_NONE;
    return has_word;
}

/* Every example, as it would be typed: up to a redirection it is a command of the table, and its own parser takes it. */
static void examples_are_true(void **state)
{
    (void)state;
    for (const struct command *c = commands; c->noun; c++) {
        struct arena arena;
        struct args args;
        struct err err = { 0 };
        arena_init(&arena);
        char *argv[ARGS_MAX];
        int argc = 0;
        struct str rest = str_from(c->example), word;
        while (next_word(&rest, &word) && !str_eq(word, STR(">"))) argv[argc++] = arena_cstr(&arena, word);
        int skip = c->verb ? 3 : 2;
        assert_true(argc >= skip);
        assert_string_equal(argv[0], "chatcrafter");
        assert_string_equal(argv[1], c->noun);
        if (c->verb) assert_string_equal(argv[2], c->verb);
        if (args_parse(&args, c, argc - skip, argv + skip, &arena, &err) != OK) fail_msg("%s: %s", c->example, err.detail);
        assert_int_equal(args.operand_count > 0, *c->operands != '\0');
        arena_clear(&arena);
    }
}

/* Options of one command are told apart, also from those that every command takes. */
static void options_have_one_meaning(void **state)
{
    (void)state;
    for (const struct command *c = commands; c->noun; c++)
        for (const struct option *o = c->options; o && o->name; o++) {
            for (const struct option *later = o + 1; later->name; later++) assert_string_not_equal(o->name, later->name);
            for (const struct option *common = common_options; common->name; common++)
                assert_string_not_equal(o->name, common->name);
        }
}

/* ---- completion ------------------------------------------------------------------------------------------------------------------------ */

static const struct command *command_completion(void)
{
    const struct command *c = commands;
    while (strcmp(c->noun, "completion") != 0) c++;
    return c;
}

/* The script of a shell, in a file whose name is filled in. */
static void write_completion(const char *shell, char path[64])
{
    struct args args = { .command = command_completion(), .operands = { shell }, .operand_count = 1 };
    (void)snprintf(path, 64, "%s/completion-XXXXXX", P_tmpdir);
    int file = mkstemp(path), before = dup(STDOUT_FILENO);
    assert_true(file >= 0 && before >= 0);
    fflush(stdout);
    assert_true(dup2(file, STDOUT_FILENO) >= 0);
    int code = args.command->run(&args);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    close(file);
    assert_int_equal(code, EXIT_OK);
}

/* What bash prints for a script, with the completion's path as $0. It ends well, or the test fails. */
static const char *bash(const char *script, const char *path)
{
    FILE *file = tmpfile();
    int end;
    assert_non_null(file);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (dup2(fileno(file), STDOUT_FILENO) >= 0) (void)execlp("bash", "bash", "-c", script, path, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_true(WIFEXITED(end) && WEXITSTATUS(end) == 0);
    return text_of(file);
}

#define COMPLETE(words, at)                                                                                                      \
    ". \"$0\"; COMP_WORDS=(chatcrafter " words "); COMP_CWORD=" at "; _chatcrafter; echo \" ${COMPREPLY[*]} \""

static void bash_reads_its_completion(void **state)
{
    (void)state;
    char path[64];
    write_completion("bash", path);
    assert_string_equal(bash("bash -n \"$0\" 2>&1 && echo read", path), "read\n");
    const char *nouns = bash(COMPLETE("\"\"", "1"), path);
    for (const struct command *c = commands; c->noun; c++) {
        char noun[64];
        (void)snprintf(noun, sizeof noun, " %s ", c->noun);
        has(nouns, noun);
    }
    assert_string_equal(bash(COMPLETE("agent cr", "2"), path), " create \n");
    assert_string_equal(bash(COMPLETE("serve --l", "2"), path), " --listen --log-level \n");
    (void)remove(path);
}

/* zsh takes bash's completion over by bashcompinit. */
static void zsh_gets_what_bash_gets(void **state)
{
    (void)state;
    char bashs[64], zshs[64];
    write_completion("bash", bashs);
    write_completion("zsh", zshs);
    const char *rest = bash("tail -n +2 \"$0\"", zshs);
    char *copy = mem_dup(rest, strlen(rest));
    assert_string_equal(bash("cat \"$0\"", bashs), copy);
    assert_string_equal(bash("head -n 1 \"$0\"", zshs), "autoload -U +X bashcompinit && bashcompinit\n");
    mem_free(copy);
    (void)remove(bashs);
    (void)remove(zshs);
}

/* Single quotes of fish: a backslash takes the next character along. */
static bool is_closed(const char *line)
{
    bool is_open = false;
    for (; *line; line++) {
        if (is_open && line[0] == '\\' && line[1] != '\0')
            line++;
        else if (*line == '\'')
            is_open = !is_open;
    }
    return !is_open;
}

static void fish_gets_whole_lines(void **state)
{
    (void)state;
    char path[64], line[1024];
    write_completion("fish", path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t lines = 0, options = 0;
    for (const struct command *c = commands; c->noun; c++)
        for (const struct option *o = c->options; o && o->name; o++) options++;
    for (; fgets(line, sizeof line, file); lines++) {
        assert_memory_equal(line, "complete -c chatcrafter ", 24);
        if (!is_closed(line)) fail_msg("a quote stays open: %s", line);
    }
    assert_true(lines > options);
    assert_int_equal(fclose(file), 0);
    (void)remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overview_names_every_command),
        cmocka_unit_test(help_on_a_noun_is_whole),
        cmocka_unit_test(unknown_noun),
        cmocka_unit_test(examples_are_true),
        cmocka_unit_test(options_have_one_meaning),
        cmocka_unit_test(bash_reads_its_completion),
        cmocka_unit_test(zsh_gets_what_bash_gets),
        cmocka_unit_test(fish_gets_whole_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
