/* args.c - see args.h. Long options only ("--name value" or "--name=value"), "--" ends them; "-" alone is a word. */
#include "app/args.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 40 };

static const struct option *find_in(const struct option *options, const char *name, size_t len)
{
    for (; options && options->name; options++)
        if (strlen(options->name) == len && memcmp(options->name, name, len) == 0) return options;
    return NULL;
}

static const char *nearest_option(const struct command *command, const char *name)
{
    const char *names[ARGS_MAX];
    size_t count = 0;
    for (const struct option *o = command->options; o && o->name && count < ARGS_MAX; o++) names[count++] = o->name;
    for (const struct option *o = common_options; o->name && count < ARGS_MAX; o++) names[count++] = o->name;
    return nearest(name, names, count);
}

static enum status unknown_option(const struct command *command, const char *name, struct err *err)
{
    const char *near = nearest_option(command, name);
    if (near) return err_set(err, E_INPUT, "There is no option --%s. The nearest is --%s.", name, near);
    return err_set(err, E_INPUT, "There is no option --%s.", name);
}

static enum status take_option(struct args *args, int argc, char **argv, int *index, struct err *err)
{
    const char *name = argv[*index] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct option *option = find_in(args->command->options, name, len);
    if (!option) option = find_in(common_options, name, len);
    if (!option) return unknown_option(args->command, arena_cstr(args->arena, (struct str){ name, len }), err);
    const char *value = equals ? equals + 1 : NULL;
    if (option->value && !value) {
        if (*index + 1 >= argc)
            return err_set(err, E_INPUT, "--%s needs a value: --%s %s.", option->name, option->name, option->value);
        value = argv[++*index];
    }
    if (!option->value && value) return err_set(err, E_INPUT, "--%s takes no value.", option->name);
    if (args->given_count == ARGS_MAX) return err_set(err, E_LIMIT, "More than %d options were given.", ARGS_MAX);
    args->given[args->given_count].option = option;
    args->given[args->given_count++].value = value;
    return OK;
}

int args_common_first(int argc, char **argv)
{
    int count = 0;
    while (count < argc && strncmp(argv[count], "--", 2) == 0) {
        const char *name = argv[count] + 2, *equals = strchr(name, '=');
        const struct option *option = find_in(common_options, name, equals ? (size_t)(equals - name) : strlen(name));
        if (!option) break;
        count += option->value && !equals ? 2 : 1;
    }
    return count < argc ? count : argc;
}

/* How many words stand after noun and verb: none for "", one for "AGENT". Too few is the command's business, which knows what it lacks. */
static size_t words_taken(const struct command *command)
{
    struct str rest = str_from(command->operands), word;
    size_t count = 0;
    while (str_split(&rest, ' ', &word)) count += word.len > 0;
    return count;
}

static enum status take_word(struct args *args, const char *word, struct err *err)
{
    if (args->operand_count == words_taken(args->command)) return err_set(err, E_INPUT, "\"%s\" is one word too many.", word);
    args->operands[args->operand_count++] = word;
    return OK;
}

enum status args_parse(struct args *args, const struct command *command, int argc, char **argv, struct arena *arena,
                       struct err *err)
{
    *args = (struct args){ .command = command, .arena = arena };
    bool options_ended = false;
    enum status status = OK;
    for (int i = 0; status == OK && i < argc; i++) {
        const char *arg = argv[i];
        if (options_ended || arg[0] != '-' || arg[1] == '\0')
            status = take_word(args, arg, err);
        else if (strcmp(arg, "--") == 0)
            options_ended = true;
        else if (arg[1] == '-')
            status = take_option(args, argc, argv, &i, err);
        else
            status = err_set(err, E_INPUT, "There is no option %s. Options have long names, such as --data.", arg);
    }
    return status;
}

const char *args_nth(const struct args *args, const char *name, size_t n)
{
    for (size_t i = 0; i < args->given_count; i++)
        if (strcmp(args->given[i].option->name, name) == 0 && n-- == 0) return args->given[i].value ? args->given[i].value : "";
    return NULL;
}

const char *args_get(const struct args *args, const char *name)
{
    const char *last = NULL;
    for (size_t i = 0; i < args->given_count; i++)
        if (strcmp(args->given[i].option->name, name) == 0) last = args->given[i].value ? args->given[i].value : "";
    return last;
}

bool args_has(const struct args *args, const char *name)
{
    return args_get(args, name) != NULL;
}

int args_usage(const struct args *args, const char *format, ...)
{
    const struct command *command = args->command;
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "\nSee: chatcrafter help %s\n", command->noun);
    return EXIT_USAGE;
}

/* Levenshtein over one row; words here are short. */
static size_t distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b), row[WORD_MAX + 1];
    if (rows > WORD_MAX || columns > WORD_MAX) return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++) row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[columns];
}

const char *nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2; /* further away is another word */
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        if (d < best_distance) best = candidates[i], best_distance = d;
    }
    return best;
}
