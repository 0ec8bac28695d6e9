/* cmd_audit.c - the audit log: read, written out, and verified. */
#include <stdio.h>

#include "app/commands.h"
#include "app/rest.h"
#include "base/limits.h"

int cmd_audit_list(struct args *args)
{
    static const struct column columns[] = { { "seq", "NO." }, { "at", "WHEN" },   { "actor", "WHO" },
                                             { "act", "DID" }, { "object", "TO" }, { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/audit?limit=50");
    code = rest_table(&rest, &answer, columns, "Nothing was changed yet.");
    rest_end(&rest);
    return code;
}

static void print_lines(const struct json *items, struct arena *arena)
{
    for (size_t i = 0; i < json_count(items); i++) {
        struct buf line;
        buf_init(&line, LIMIT_JSON_BYTES);
        json_canonical(json_at(items, i), &line);
        printf("%.*s\n", STR_ARG(arena_str(arena, buf_view(&line))));
        buf_clear(&line);
    }
}

int cmd_audit_export(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str cursor = STR_NONE;
    do {
        struct remote_answer answer =
            rest_call(&rest, HTTP_GET, "/audit?limit=100%s%.*s", cursor.len > 0 ? "&cursor=" : "", STR_ARG(cursor));
        if (rest_failed(&rest, &answer, &code)) break;
        print_lines(json_get(answer.json, "items"), &rest.arena);
        cursor = arena_str(&rest.arena, json_get_str(answer.json, "next_cursor"));
        remote_forget(&answer);
        code = EXIT_OK;
    } while (cursor.len > 0);
    rest_end(&rest);
    return code;
}

/* The head that somebody kept, "NUMBER:DIGEST": is that entry still there, as it was? */
static bool has_head(struct rest *rest, struct str head, int *code)
{
    struct str number, digest = head;
    int64_t seq = 0;
    if (!str_split(&digest, ':', &number) || !str_to_i64(number, &seq) || seq < 1) {
        *code = args_usage(rest->args, "--head is NUMBER:DIGEST, as audit verify prints it.");
        return false;
    }
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/audit?limit=1&cursor=%lld", (long long)seq + 1);
    if (rest_failed(rest, &answer, code)) return false;
    const struct json *entry = json_at(json_get(answer.json, "items"), 0);
    bool is_there = json_get_int(entry, "seq", 0) == seq && str_eq(json_get_str(entry, "hash"), digest);
    remote_forget(&answer);
    *code = is_there ? EXIT_OK : EXIT_CHECK_FAILED;
    if (!is_there)
        fprintf(stderr, "The entry %.*s is not in this log: its end was cut off, or it is another log.\n", STR_ARG(head));
    return is_there;
}

static int tell(const struct args *args, const struct remote_answer *answer)
{
    bool is_whole = json_get_bool(answer->json, "is_whole", false);
    long long entries = (long long)json_get_int(answer->json, "entries", 0);
    struct str head = json_get_str(answer->json, "head");
    if (args_has(args, "json"))
        printf("%.*s\n", STR_ARG(answer->body));
    else if (!is_whole)
        printf("Entry %lld is not what was written, or is missing. The %lld before it are whole.\n",
               (long long)json_get_int(answer->json, "broken_at", 0), entries);
    else if (entries == 0)
        printf("The log is empty.\n");
    else
        printf("All %lld entries are whole. Keep the head elsewhere and give it next time: --head %lld:%.*s\n", entries, entries,
               STR_ARG(head));
    return is_whole ? EXIT_OK : EXIT_CHECK_FAILED;
}

int cmd_audit_verify(struct args *args)
{
    struct rest rest;
    int code;
    const char *head = args_get(args, "head");
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/audit/verification");
    if (!rest_failed(&rest, &answer, &code)) {
        code = tell(args, &answer);
        remote_forget(&answer);
        if (code == EXIT_OK && head != NULL) (void)has_head(&rest, str_from(head), &code);
    }
    rest_end(&rest);
    return code;
}
