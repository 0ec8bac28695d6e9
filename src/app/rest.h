/* rest.h - what the commands that are REST requests share: opening the way, reading secrets from files, printing answers.
 *
 * Life: rest_begin, calls, rest_end. Data goes to stdout, talk to stderr; with --json the answer's body is printed as it came.
 */
#ifndef APP_REST_H
#define APP_REST_H

#include "app/remote.h"

struct rest {
    const struct args *args;
    struct remote *remote;
    struct arena arena;
    struct buf body; /* of the next call; emptied by it */
    struct jw jw;    /* writes into body */
};

/* False: said why; leave with *exit_code. */
bool rest_begin(struct rest *, const struct args *, int *exit_code);
void rest_end(struct rest *);

/* One call; `format` makes the path. The body is what was written through jw; for a POST without one "{}" is sent. */
struct remote_answer rest_call(struct rest *, enum http_method, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Columns of a table: JSON name and heading; ended by a NULL name. */
struct column {
    const char *name, *heading;
};

/* Ends the call: a refusal as its problem, else the answer as JSON or by the given form. All return the exit code and forget the answer. */
int rest_table(struct rest *, struct remote_answer *, const struct column *, const char *when_empty);
int rest_fields(struct rest *, struct remote_answer *, const struct column *);
int rest_say(struct rest *, struct remote_answer *, const char *said);
/* What an answer warns of, a line each on stderr. */
void rest_print_warnings(const struct json *warnings);
bool rest_failed(struct rest *, struct remote_answer *, int *exit_code);

/* The first operand; NULL after a usage message when it is missing. */
const char *rest_operand(const struct args *, const char *what);
/* Before what cannot be undone: --yes, or a yes typed on a terminal. False: *exit_code and why, EXIT_USAGE where nobody can be asked. */
bool rest_confirm(const struct args *, const char *question, int *exit_code);
/* A secret from the file an option names ("-": standard input, with a prompt on a terminal and no echo). Empty and a message when it cannot be had. */
struct str rest_secret(struct rest *, const char *option, const char *what);
/* The id of the agent that an option or operand names by id or name; the only one when `named` is NULL. Empty, with a message and *exit_code, when there is none. */
struct str rest_agent(struct rest *, const char *named, int *exit_code);
/* The same for a model provider, which has to be named. */
struct str rest_provider(struct rest *, const char *named, int *exit_code);

#endif
