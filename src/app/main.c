/* main.c - finds the command, or the help that was asked for. */
#include "app/help.h"

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

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    setenv("UV_THREADPOOL_SIZE", "2", 1); /* name look-ups and password hashing only */
    if (argc < 2) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    static char version[] = "version";
    if (strcmp(argv[1], "--version") == 0) argv[1] = version;
    const char *verb = argc > 2 && argv[2][0] != '-' ? argv[2] : NULL;
    if (strcmp(argv[1], "help") == 0) return help_of(verb, stdout);
    if (asks_for_help(argc, argv)) return help_of(argv[1][0] == '-' ? NULL : argv[1], stdout);
    const struct command *command = find(argv[1], verb);
    if (!command && !verb && help_is_noun(argv[1])) {
        help_of(argv[1], stderr);
        return EXIT_USAGE;
    }
    if (!command) return unknown(argv[1], verb);
    struct arena arena;
    struct args args;
    struct err err = { 0 };
    arena_init(&arena);
    int skip = command->verb ? 3 : 2, code;
    if (args_parse(&args, command, argc - skip, argv + skip, &arena, &err))
        code = args_usage(&args, "%s", err.detail);
    else
        code = command->run(&args);
    arena_clear(&arena);
    return code;
}
