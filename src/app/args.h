/* args.h - the command line as data: which options a command takes, and what was given.
 *
 * The same table makes the parser, the help and the shell completion. Secrets are never arguments: options that need one take a file ("-" is standard input).
 */
#ifndef APP_ARGS_H
#define APP_ARGS_H

#include "base/arena.h"
#include "base/err.h"

struct option {
    const char *name;  /* "listen" for --listen; NULL ends the list */
    const char *value; /* how the help calls its value: "ADDR:PORT"; NULL: a switch */
    const char *help;
};

struct command;
struct args;
typedef int command_fn(struct args *);

/* Exit codes (interfaces.md). */
enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CONFIG = 3,
    EXIT_NOT_ALLOWED = 4,
    EXIT_NOT_FOUND = 5,
    EXIT_UNAVAILABLE = 6,
    EXIT_CHECK_FAILED = 7,
};

struct command {
    const char *noun, *verb; /* verb NULL: "serve" */
    const char *operands;    /* "ID", "zendesk", "" */
    const char *summary;
    const char *example;
    const struct option *options; /* beside the common ones */
    command_fn *run;
};

/* Ended by a row whose noun is NULL. */
extern const struct command commands[];
/* --data, --server, --json and the like: every command takes them. */
extern const struct option common_options[];

enum { ARGS_MAX = 64 };

struct args {
    const struct command *command;
    struct arena *arena;
    struct {
        const struct option *option;
        const char *value;
    } given[ARGS_MAX];
    size_t given_count;
    const char *operands[ARGS_MAX];
    size_t operand_count;
};

/* Parses what follows noun and verb. E_INPUT with the sentence for the person, and the nearest option where one is near. */
enum status args_parse(struct args *, const struct command *, int argc, char **argv, struct arena *, struct err *) must_check;
/* How many words at the start of the command line are options that every command takes, with their values: "--data D agent list" begins with two. */
int args_common_first(int argc, char **argv);
bool args_has(const struct args *, const char *name);
/* Last value given; NULL when it was not. */
const char *args_get(const struct args *, const char *name);
/* The nth value of a repeatable option, NULL after the last. */
const char *args_nth(const struct args *, const char *name, size_t n);

/* Says what is wrong with the command line on stderr and how to see the help. Returns EXIT_USAGE. */
int args_usage(const struct args *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The candidate nearest to `word` by edit distance when it is near enough to be meant; NULL otherwise. */
const char *nearest(const char *word, const char *const *candidates, size_t count);

#endif
