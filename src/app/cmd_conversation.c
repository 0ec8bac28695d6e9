/* cmd_conversation.c - conversations, and actions run as oneself. */
#include "app/commands.h"
#include "app/rest.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

int cmd_conversation_list(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },
                                             { "channel", "CHANNEL" },
                                             { "updated_at", "LAST" },
                                             { "needs_person_at", "NEEDS A PERSON" },
                                             { "title", "BEGINS WITH" },
                                             { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/conversations?limit=50");
    code = rest_table(&rest, &answer, columns, "There is no conversation yet. Begin one: chatcrafter chat");
    rest_end(&rest);
    return code;
}

static void print_conversation(const struct json *conversation)
{
    const struct json *messages = json_get(conversation, "messages"), *actions = json_get(conversation, "actions");
    for (size_t i = 0; i < json_count(messages); i++) {
        const struct json *message = json_at(messages, i);
        printf("%-8.*s %.*s\n", STR_ARG(json_get_str(message, "author")), STR_ARG(json_get_str(message, "text")));
    }
    for (size_t i = 0; i < json_count(actions); i++) {
        const struct json *action = json_at(actions, i);
        printf("%-8s %.*s: %.*s\n", "action", STR_ARG(json_get_str(action, "name")), STR_ARG(json_get_str(action, "status")));
    }
}

int cmd_conversation_show(struct args *args)
{
    const char *id = rest_operand(args, "the conversation's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/conversations/%s", id);
    if (!rest_failed(&rest, &answer, &code)) {
        code = EXIT_OK;
        if (args_has(args, "json"))
            printf("%.*s\n", STR_ARG(answer.body));
        else
            print_conversation(answer.json);
        remote_forget(&answer);
    }
    rest_end(&rest);
    return code;
}

int cmd_conversation_resume(struct args *args)
{
    const char *id = rest_operand(args, "the conversation's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/conversations/%s/resume", id);
    code = rest_say(&rest, &answer, "The agent answers in this conversation again.");
    rest_end(&rest);
    return code;
}

int cmd_conversation_erase(struct args *args)
{
    const char *id = rest_operand(args, "the conversation's ID");
    struct rest rest;
    int code;
    if (!id) return EXIT_USAGE;
    if (!rest_confirm(args, arena_fmt(args->arena, "Erase the conversation %s?", id).ptr, &code)) return code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_DELETE, "/conversations/%s", id);
    code = rest_say(&rest, &answer, "Erased here. Tickets that it made stay in Zendesk.");
    rest_end(&rest);
    return code;
}

/* ---- actions ------------------------------------------------------------------------------------------------------------------------- */

int cmd_action_list(struct args *args)
{
    static const struct column columns[] = { { "name", "NAME" },
                                             { "permission", "NEEDS" },
                                             { "confirm", "ASKS FOR A YES" },
                                             { "description", "WHAT IT DOES" },
                                             { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/actions");
    code = rest_table(&rest, &answer, columns, "There is no action.");
    rest_end(&rest);
    return code;
}

/* The type that an action's schema gives an argument; empty when it names none. */
static struct str argument_type(const struct json *actions, const char *action, const char *name)
{
    const struct json *items = json_get(actions, "items");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *spec = json_at(items, i);
        if (!str_eq(json_get_str(spec, "name"), str_from(action))) continue;
        return json_get_str(json_get(json_get(json_get(spec, "schema"), "properties"), name), "type");
    }
    return STR_NONE;
}

/* "subject=Printer on fire" is text and "ticket_id=35436" a number, as the action's schema says; "tags:=[\"vip\"]" is JSON. */
static bool write_argument(struct rest *rest, const struct json *actions, const char *action, const char *given)
{
    const char *equals = strchr(given, '=');
    if (!equals || equals == given)
        return args_usage(rest->args, "--arg is NAME=VALUE, or NAME:=JSON; it was \"%s\".", given), false;
    bool is_json = equals[-1] == ':';
    struct str name = { given, (size_t)(equals - given) - is_json }, value = str_from(equals + 1);
    struct str type = argument_type(actions, action, arena_cstr(&rest->arena, name));
    jw_key_str(&rest->jw, name);
    if (!is_json && (type.len == 0 || str_eq(type, STR("string")))) {
        jw_str(&rest->jw, value);
        return true;
    }
    struct err err = { 0 };
    struct json *parsed = json_parse(value, &err);
    if (!parsed && is_json) return args_usage(rest->args, "--arg %.*s:= takes JSON: %s.", STR_ARG(name), err.detail), false;
    if (!parsed) {
        jw_str(&rest->jw, value); /* the server says what it should have been, and which arguments there are */
        return true;
    }
    jw_json(&rest->jw, parsed);
    json_free(parsed);
    return true;
}

static bool write_arguments(struct rest *rest, const struct json *actions, const char *action)
{
    const char *given;
    jw_object(&rest->jw);
    jw_key(&rest->jw, "arguments");
    jw_object(&rest->jw);
    for (size_t n = 0; (given = args_nth(rest->args, "arg", n)); n++)
        if (!write_argument(rest, actions, action, given)) return false;
    jw_end_object(&rest->jw);
    jw_kv_bool(&rest->jw, "dry_run", args_has(rest->args, "dry-run"));
    jw_end_object(&rest->jw);
    return true;
}

static int run_action(struct rest *rest, struct str agent, const char *name)
{
    int code;
    struct remote_answer actions = rest_call(rest, HTTP_GET, "/actions");
    if (rest_failed(rest, &actions, &code)) return code;
    bool is_written = write_arguments(rest, actions.json, name);
    remote_forget(&actions);
    if (!is_written) return EXIT_USAGE;
    struct remote_answer answer = rest_call(rest, HTTP_POST, "/agents/%.*s/actions/%s", STR_ARG(agent), name);
    if (rest_failed(rest, &answer, &code)) return code;
    const struct json *problem = json_get(answer.json, "problem");
    if (args_has(rest->args, "json")) {
        printf("%.*s\n", STR_ARG(answer.body));
    } else {
        struct buf result;
        buf_init(&result, LIMIT_JSON_BYTES);
        json_canonical(json_get(answer.json, "result"), &result);
        printf("%.*s\n%.*s\n", STR_ARG(json_get_str(answer.json, "status")), STR_ARG(buf_view(&result)));
        buf_clear(&result);
    }
    code = str_eq(json_get_str(answer.json, "status"), STR("done")) ? EXIT_OK : EXIT_FAILED;
    if (json_type(problem) == JSON_OBJECT)
        fprintf(stderr, "%.*s\n%.*s\n", STR_ARG(json_get_str(problem, "title")), STR_ARG(json_get_str(problem, "detail")));
    remote_forget(&answer);
    return code;
}

int cmd_action_run(struct args *args)
{
    const char *name = rest_operand(args, "the action's NAME");
    if (!name) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str agent = rest_agent(&rest, args_get(args, "agent"), &code);
    if (agent.len > 0) code = run_action(&rest, agent, name);
    rest_end(&rest);
    return code;
}
