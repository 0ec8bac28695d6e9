/* main.c - finds the command, or the help that was asked for. */
#include "app/help.h"
#include "app/title.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct command *find(const char *noun, const char *verb)
{
    for (const struct command *c = commands; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0) continue;
        if (!c->verb || (verb && strcmp(c->verb, verb) == 0)) return c;
    }
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) return true;
    return false;
}

static int unknown(const char *noun, const char *verb)
{
    const char *near = help_nearest(noun, verb);
    fprintf(stderr, "There is no command \"%s%s%s\".", noun, verb ? " " : "", verb ? verb : "");
    if (near) fprintf(stderr, " The nearest is \"%s\".", near);
    fprintf(stderr, "\nSee: chatcrafter help\n");
    return EXIT_USAGE;
}

static int misplaced(const char *option)
{
    fprintf(stderr, "%s cannot stand before the command: only the options of every command can.\nSee: chatcrafter help\n",
            option);
    return EXIT_USAGE;
}

/* "chatcrafter --data D agent list" is "chatcrafter agent list --data D": moves what stands before the command behind noun and verb. */
static void move_behind(char **words, int options, int names)
{
    char *moved[ARGS_MAX];
    memcpy(moved, words, (size_t)options * sizeof *moved);
    memmove(words, words + options, (size_t)names * sizeof *words);
    memcpy(words + names, moved, (size_t)options * sizeof *moved);
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    struct err err = { 0 };
    int code;
    arena_init(&arena);
    if (args_parse(&args, command, argc, argv, &arena, &err))
        code = args_usage(&args, "%s", err.detail);
    else
        code = command->run(&args);
    arena_clear(&arena);
    return code;
}

int main(int argc, char **argv)
{
    static char version[] = "version";
    argv = title_keep(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);             /* a file at its limit is a full disk, not the end of the process */
    setenv("UV_THREADPOOL_SIZE", "2", 1); /* name look-ups and password hashing only */
    if (argc > 1 && strcmp(argv[1], "--version") == 0) argv[1] = version;
    if (asks_for_help(argc, argv) && argc == 2) return help_of(NULL, stdout);
    int before = args_common_first(argc - 1, argv + 1), count = argc - 1 - before;
    char **words = argv + 1;
    if (count == 0 || before > ARGS_MAX) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    const char *noun = words[before], *verb = count > 1 && words[before + 1][0] != '-' ? words[before + 1] : NULL;
    if (strcmp(noun, "help") == 0) return help_of(verb, stdout);
    if (asks_for_help(argc, argv)) return help_of(noun[0] == '-' ? NULL : noun, stdout);
    const struct command *command = find(noun, verb);
    if (!command && !verb && help_is_noun(noun)) {
        help_of(noun, stderr);
        return EXIT_USAGE;
    }
    if (!command && noun[0] == '-') return misplaced(noun);
    if (!command) return unknown(noun, verb);
    int names = command->verb ? 2 : 1;
    move_behind(words, before, names);
    return run(command, argc - 1 - names, words + names);
}
