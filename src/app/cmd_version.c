/* cmd_version.c - an agent's settings in versions: drafted, compared, published, rolled back. Each is one REST request. */
#include "app/agent_settings.h"
#include "app/commands.h"

#include <stdio.h>

static const struct column version_fields[] = {
    { "number", "version" }, { "note", "note" },
    { "author", "by" },      { "created_at", "on" },
    { "engine", "engine" },  { "instructions", "instructions" },
    { "tone", "tone" },      { "escalation", "escalation" },
    { NULL, NULL },
};

struct version_call {
    struct rest rest;
    struct str agent;
    const char *number; /* an operand; NULL when none was given */
    int code;
};

/* The agent that the first operand names, and the second operand where there may be one. False: leave with call->code. */
static bool begin(struct version_call *call, struct args *args, size_t operands)
{
    const char *named = args->operands[0];
    call->code = EXIT_USAGE;
    call->number = operands > 1 && args->operand_count > 1 ? args->operands[1] : NULL;
    if (args->operand_count == 0 || args->operand_count > operands) {
        args_usage(args, "Give %s.", args->command->operands);
        return false;
    }
    if (!rest_begin(&call->rest, args, &call->code)) return false;
    call->agent = rest_agent(&call->rest, named, &call->code);
    if (call->agent.len > 0) return true;
    rest_end(&call->rest);
    return false;
}

static int end(struct version_call *call)
{
    rest_end(&call->rest);
    return call->code;
}

int cmd_agent_versions(struct args *args)
{
    static const struct column columns[] = { { "number", "VERSION" }, { "created_at", "PUBLISHED" },
                                             { "author", "BY" },      { "restored_from", "OF" },
                                             { "note", "NOTE" },      { NULL, NULL } };
    struct version_call call;
    if (!begin(&call, args, 1)) return call.code;
    struct remote_answer answer = rest_call(&call.rest, HTTP_GET, "/agents/%.*s/versions", STR_ARG(call.agent));
    call.code = rest_table(&call.rest, &answer, columns, "This agent has no version.");
    return end(&call);
}

int cmd_agent_draft(struct args *args)
{
    struct version_call call;
    if (!settings_given(args)) return args_usage(args, "Nothing to draft: give --instructions or another setting.");
    if (!begin(&call, args, 1)) return call.code;
    if (settings_write(&call.rest, &call.code)) {
        struct remote_answer answer = rest_call(&call.rest, HTTP_PUT, "/agents/%.*s/draft", STR_ARG(call.agent));
        call.code = rest_say(&call.rest, &answer,
                             "Saved as a draft. Look at it: chatcrafter agent diff AGENT. Then: chatcrafter agent publish AGENT");
    }
    return end(&call);
}

int cmd_agent_discard(struct args *args)
{
    struct version_call call;
    if (!begin(&call, args, 1)) return call.code;
    struct remote_answer answer = rest_call(&call.rest, HTTP_DELETE, "/agents/%.*s/draft", STR_ARG(call.agent));
    call.code = rest_say(&call.rest, &answer, "The draft is gone. What is published stays.");
    return end(&call);
}

/* The usual form of a comparison: a heading for each setting, then its lines with a mark. */
static void print_diff(const struct json *diff)
{
    const struct json *changes = json_get(diff, "changes");
    if (json_count(changes) == 0) puts("Nothing differs.");
    for (size_t i = 0; i < json_count(changes); i++) {
        const struct json *change = json_at(changes, i), *lines = json_get(change, "lines");
        printf("%s\n", json_get_str(change, "field").ptr);
        for (size_t k = 0; k < json_count(lines); k++) {
            struct str op = json_get_str(json_at(lines, k), "op"), text = json_get_str(json_at(lines, k), "text");
            char mark = str_eq(op, STR("added")) ? '+' : str_eq(op, STR("removed")) ? '-' : ' ';
            printf("%c %.*s\n", mark, STR_ARG(text));
        }
    }
}

int cmd_agent_diff(struct args *args)
{
    struct version_call call;
    if (!begin(&call, args, 2)) return call.code;
    const char *against = args_get(args, "against");
    struct remote_answer answer =
        rest_call(&call.rest, HTTP_GET, "/agents/%.*s/versions/%s/diff%s%s", STR_ARG(call.agent),
                  call.number ? call.number : "draft", against ? "?against=" : "", against ? against : "");
    if (!rest_failed(&call.rest, &answer, &call.code)) {
        if (args_has(args, "json"))
            printf("%.*s\n", STR_ARG(answer.body));
        else
            print_diff(answer.json);
        call.code = EXIT_OK;
        remote_forget(&answer);
    }
    return end(&call);
}

static void write_note(struct rest *rest)
{
    const char *note = args_get(rest->args, "note");
    jw_object(&rest->jw);
    if (note) jw_kv_str(&rest->jw, "note", str_from(note));
    jw_end_object(&rest->jw);
}

int cmd_agent_publish(struct args *args)
{
    struct version_call call;
    if (!begin(&call, args, 1)) return call.code;
    write_note(&call.rest);
    struct remote_answer answer = rest_call(&call.rest, HTTP_POST, "/agents/%.*s/versions", STR_ARG(call.agent));
    call.code = rest_fields(&call.rest, &answer, version_fields);
    return end(&call);
}

int cmd_agent_restore(struct args *args)
{
    struct version_call call;
    if (args->operand_count < 2) return args_usage(args, "NUMBER is missing: the version to go back to.");
    if (!begin(&call, args, 2)) return call.code;
    write_note(&call.rest);
    struct remote_answer answer =
        rest_call(&call.rest, HTTP_POST, "/agents/%.*s/versions/%s/restore", STR_ARG(call.agent), call.number);
    call.code = rest_fields(&call.rest, &answer, version_fields);
    return end(&call);
}
