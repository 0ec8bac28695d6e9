/* cmd_nlu.c - shows how the built-in engine reads a message. It reads and prints, nothing else: no server, no database. */
#include "app/commands.h"
#include "app/rest.h"
#include "nlu/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One member a line, nested ones indented; empty ones are left out. */
static void print_tree(const struct json *value, const char *key, int depth)
{
    bool nested = json_type(value) == JSON_OBJECT || json_type(value) == JSON_ARRAY;
    if (nested && json_count(value) == 0) return;
    printf("%*s%-*s", depth * 2, "", 14 - depth * 2, key);
    if (!nested) {
        if (json_type(value) == JSON_STRING) printf("%.*s\n", STR_ARG(json_str(value)));
        if (json_type(value) == JSON_INT) printf("%lld\n", (long long)json_int(value, 0));
        if (json_type(value) == JSON_BOOL) printf("%s\n", json_bool(value, false) ? "yes" : "no");
        return;
    }
    putchar('\n');
    for (size_t i = 0; json_type(value) == JSON_ARRAY && i < json_count(value); i++)
        print_tree(json_at(value, i), "-", depth + 1);
    for (void *at = json_type(value) == JSON_OBJECT ? json_first(value) : NULL; at; at = json_next(value, at))
        print_tree(json_value(at), json_key(at).ptr, depth + 1);
}

static void explain(struct str text, bool as_json)
{
    struct arena arena;
    struct nlu_message message;
    struct buf out;
    struct jw json;
    arena_init(&arena);
    nlu_read(text, NLU_ANYTHING, &arena, &message);
    buf_init(&out, 1 << 20);
    jw_init(&json, &out);
    nlu_explain(&message, &json);
    struct json *tree = as_json ? NULL : json_parse(buf_view(&out), NULL);
    if (as_json)
        printf("%.*s\n", STR_ARG(buf_view(&out)));
    else
        print_tree(tree, "message", 0);
    json_free(tree);
    buf_clear(&out);
    arena_clear(&arena);
}

/* A line is a message, "\n" in it a line end. */
static int explain_lines(bool as_json)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) >= 0) {
        char *to = line;
        for (const char *from = line, *end = line + length; from < end; from++) {
            bool breaks = from[0] == '\\' && from + 1 < end && from[1] == 'n';
            *to++ = breaks ? '\n' : *from;
            from += breaks;
        }
        explain(str_trim((struct str){ line, (size_t)(to - line) }), as_json);
    }
    free(line);
    return EXIT_OK;
}

int cmd_nlu_explain(struct args *args)
{
    const char *text = rest_operand(args, "the message");
    if (!text) return EXIT_USAGE;
    if (strcmp(text, "-") == 0) return explain_lines(args_has(args, "json"));
    explain(str_from(text), args_has(args, "json"));
    return EXIT_OK;
}
