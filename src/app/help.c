/* help.c - see help.h. */
#include "app/help.h"

#include <string.h>

enum { NAME_COLUMN = 30, NAME_MAX_BYTES = 64 };

const struct option common_options[] = {
    { "data", "DIR", "the data directory; default ./data" },
    { "server", "URL", "a server elsewhere, with its key in CHATCRAFTER_KEY" },
    { "json", NULL, "print what the API answers" },
    { "help", NULL, "this text" },
    { NULL, NULL, NULL },
};

static void name_of(const struct command *c, char name[NAME_MAX_BYTES])
{
    snprintf(name, NAME_MAX_BYTES, "%s%s%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "", *c->operands ? " " : "",
             c->operands);
}

void help_overview(FILE *out)
{
    fputs("chatcrafter - AI support agents that talk with customers and act in your Zendesk\n\n"
          "  chatcrafter demo                       a practice Zendesk, the server, and a first ticket\n"
          "  chatcrafter serve                      the server on http://127.0.0.1:8080\n"
          "  chatcrafter chat                       talk with an agent here\n\nCommands\n",
          out);
    for (const struct command *c = commands; c->noun; c++) {
        char name[NAME_MAX_BYTES];
        name_of(c, name);
        fprintf(out, "  %-*s %s\n", NAME_COLUMN, name, c->summary);
    }
    fputs("\nHelp on one: chatcrafter help NOUN\n"
          "Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 not allowed, 5 not found, 6 unavailable, 7 a check failed\n"
          "(a connection test, the setup check, or something that doctor found)\n",
          out);
}

bool help_is_noun(const char *noun)
{
    for (const struct command *c = commands; c->noun; c++)
        if (strcmp(c->noun, noun) == 0) return true;
    return false;
}

static void print_options(const struct option *options, FILE *out)
{
    for (; options && options->name; options++) {
        char name[NAME_MAX_BYTES];
        snprintf(name, sizeof name, "--%s%s%s", options->name, options->value ? " " : "", options->value ? options->value : "");
        fprintf(out, "    %-*s %s\n", NAME_COLUMN, name, options->help);
    }
}

int help_of(const char *noun, FILE *out)
{
    if (!noun) {
        help_overview(out);
        return EXIT_OK;
    }
    if (!help_is_noun(noun)) {
        fprintf(stderr, "There is no command \"%s\".\nSee: chatcrafter help\n", noun);
        return EXIT_USAGE;
    }
    fputs("Examples\n", out);
    for (const struct command *c = commands; c->noun; c++)
        if (strcmp(c->noun, noun) == 0) fprintf(out, "  %s\n", c->example);
    for (const struct command *c = commands; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0) continue;
        char name[NAME_MAX_BYTES];
        name_of(c, name);
        fprintf(out, "\nchatcrafter %s\n    %s\n", name, c->summary);
        print_options(c->options, out);
    }
    fputs("\nEvery command\n", out);
    print_options(common_options, out);
    return EXIT_OK;
}

const char *help_nearest(const char *noun, const char *verb)
{
    static char names[128][NAME_MAX_BYTES];
    const char *list[128];
    size_t count = 0;
    for (const struct command *c = commands; c->noun && count < 128; c++, count++) {
        snprintf(names[count], NAME_MAX_BYTES, "%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
        list[count] = names[count];
    }
    char typed[NAME_MAX_BYTES];
    snprintf(typed, sizeof typed, "%s%s%s", noun, verb ? " " : "", verb ? verb : "");
    return nearest(typed, list, count);
}
