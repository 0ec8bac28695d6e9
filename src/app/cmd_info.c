/* cmd_info.c - version, the API's description, and shell completion made from the table of commands. */
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>
#include <string.h>

int cmd_version(struct args *args)
{
    printf(args_has(args, "json") ? "{\"version\":\"%s\"}\n" : "chatcrafter %s\n", CHATCRAFTER_VERSION);
    return EXIT_OK;
}

int cmd_openapi(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "//openapi.json");
    if (!rest_failed(&rest, &answer, &code)) {
        printf("%.*s\n", STR_ARG(answer.body));
        remote_forget(&answer);
        code = EXIT_OK;
    }
    rest_end(&rest);
    return code;
}

/* ---- completion: nouns, then the verbs of a noun, then its options ------------------------------------------------------------------- */

static bool is_first_of_noun(const struct command *command)
{
    return command == commands || strcmp(command[-1].noun, command->noun) != 0;
}

static void print_verbs(const char *noun)
{
    for (const struct command *c = commands; c->noun; c++)
        if (c->verb && strcmp(c->noun, noun) == 0) printf("%s ", c->verb);
}

static void print_options(const struct option *options)
{
    for (; options && options->name; options++) printf("--%s ", options->name);
}

static void bash(void)
{
    printf("_chatcrafter() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words=\n  if [ \"$COMP_CWORD\" = 1 ]; then words=\"help ");
    for (const struct command *c = commands; c->noun; c++)
        if (is_first_of_noun(c)) printf("%s ", c->noun);
    printf("\"\n  else case ${COMP_WORDS[1]} in\n");
    for (const struct command *c = commands; c->noun; c++) {
        if (!is_first_of_noun(c)) continue;
        printf("    %s) words=\"", c->noun);
        print_verbs(c->noun);
        for (const struct command *same = c; same->noun && strcmp(same->noun, c->noun) == 0; same++) print_options(same->options);
        print_options(common_options);
        printf("\" ;;\n");
    }
    printf(
        "  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _chatcrafter chatcrafter\n");
}

static void zsh(void)
{
    printf("autoload -U +X bashcompinit && bashcompinit\n");
    bash();
}

/* In single quotes, where fish knows two escapes. */
static void print_quoted(const char *text)
{
    putchar('\'');
    for (; *text; text++) printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    putchar('\'');
}

static void fish_verb(const struct command *command)
{
    printf("complete -c chatcrafter -f -n '__fish_seen_subcommand_from %s' -a %s -d ", command->noun, command->verb);
    print_quoted(command->summary);
    putchar('\n');
}

static void fish_option(const struct command *command, const struct option *option)
{
    printf("complete -c chatcrafter -n '__fish_seen_subcommand_from %s' -l %s%s -d ", command->noun, option->name,
           option->value ? " -r" : "");
    print_quoted(option->help);
    putchar('\n');
}

static void fish(void)
{
    for (const struct command *c = commands; c->noun; c++) {
        if (is_first_of_noun(c)) {
            printf("complete -c chatcrafter -f -n __fish_use_subcommand -a %s -d ", c->noun);
            print_quoted(c->verb ? c->noun : c->summary);
            putchar('\n');
        }
        if (c->verb) fish_verb(c);
        for (const struct option *o = c->options; o && o->name; o++) fish_option(c, o);
    }
    for (const struct option *o = common_options; o->name; o++) {
        printf("complete -c chatcrafter -l %s%s -d ", o->name, o->value ? " -r" : "");
        print_quoted(o->help);
        putchar('\n');
    }
}

int cmd_completion(struct args *args)
{
    const char *shell = rest_operand(args, "the shell");
    if (!shell) return EXIT_USAGE;
    if (strcmp(shell, "bash") == 0) return bash(), EXIT_OK;
    if (strcmp(shell, "zsh") == 0) return zsh(), EXIT_OK;
    if (strcmp(shell, "fish") == 0) return fish(), EXIT_OK;
    return args_usage(args, "There is completion for bash, zsh and fish, not for %s.", shell);
}
