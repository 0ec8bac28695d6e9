/* cmd_request.c - confirmed requests that wait or need a person: shown, tried again, settled, dropped. A request is named by its reference or by its action's id. */
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>

static const char *const lists[] = { "/requests?limit=100", "/requests?status=failed&limit=100" };

/* Copies the id of the action of R-17 out of a list; empty when it is not there. */
static struct str find_reference(struct rest *rest, const struct json *list, struct str reference)
{
    const struct json *items = json_get(list, "items");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        if (str_eq_nocase(json_get_str(item, "reference"), reference))
            return arena_str(&rest->arena, json_get_str(item, "action"));
    }
    return STR_NONE;
}

/* The action's id of what the first operand names. Empty, with a message and *exit_code, when there is none. */
static struct str request_id(struct rest *rest, const char *named, int *exit_code)
{
    struct str name = str_from(named), id = STR_NONE;
    if (str_starts(name, STR("act_"))) return name;
    for (size_t i = 0; i < sizeof lists / sizeof *lists && id.len == 0; i++) {
        struct remote_answer answer = rest_call(rest, HTTP_GET, "%s", lists[i]);
        if (rest_failed(rest, &answer, exit_code)) return STR_NONE;
        id = find_reference(rest, answer.json, name);
        remote_forget(&answer);
    }
    if (id.len > 0) return id;
    fprintf(stderr, "No request %s waits, needs a person, or failed lately.\nList them: chatcrafter request list\n", named);
    *exit_code = EXIT_NOT_FOUND;
    return STR_NONE;
}

int cmd_request_list(struct args *args)
{
    static const struct column columns[] = { { "reference", "REFERENCE" },   { "title", "ACTION" },
                                             { "agent", "AGENT" },           { "customer", "CUSTOMER" },
                                             { "state", "STATE" },           { "attempts", "TRIES" },
                                             { "created_at", "SINCE" },      { "due_at", "NEXT TRY" },
                                             { "problem.title", "BECAUSE" }, { NULL, NULL } };
    const char *status = args_get(args, "status");
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/requests?status=%s", status ? status : "");
    code = rest_table(&rest, &answer, columns, "Nothing waits, and nothing needs a person.");
    rest_end(&rest);
    return code;
}

int cmd_request_show(struct args *args)
{
    static const struct column fields[] = { { "reference", "Reference" },
                                            { "action", "Action id" },
                                            { "title", "What" },
                                            { "matter", "Matter" },
                                            { "customer", "Customer" },
                                            { "agent", "Agent" },
                                            { "state", "State" },
                                            { "was_sent", "Sent before" },
                                            { "attempts", "Tries" },
                                            { "due_at", "Next try" },
                                            { "problem.title", "Because" },
                                            { "problem.detail", "Next step" },
                                            { "created_at", "Since" },
                                            { NULL, NULL } };
    const char *named = rest_operand(args, "the request: R-17, or its action's ID");
    if (!named) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = request_id(&rest, named, &code);
    if (id.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_GET, "/requests/%.*s", STR_ARG(id));
        code = rest_fields(&rest, &answer, fields);
    }
    rest_end(&rest);
    return code;
}

/* ---- deciding ------------------------------------------------------------------------------------------------------------------------- */

int cmd_request_retry(struct args *args)
{
    const char *named = rest_operand(args, "the request: R-17, or its action's ID");
    if (!named) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = request_id(&rest, named, &code);
    if (id.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/requests/%.*s/retry", STR_ARG(id));
        code = rest_say(&rest, &answer, "It is tried again now. Had it been sent before, it is looked for in Zendesk first.");
    }
    rest_end(&rest);
    return code;
}

static int print_settled(struct rest *rest, struct remote_answer *answer)
{
    int code;
    const struct json *ticket = json_get(answer->json, "ticket");
    if (rest_failed(rest, answer, &code)) return code;
    if (args_has(rest->args, "json"))
        printf("%.*s\n", STR_ARG(answer->body));
    else
        printf("Settled with ticket %lld: \"%.*s\", requested by %.*s. Its conversation has been told.\n",
               (long long)json_get_int(ticket, "id", 0), STR_ARG(json_get_str(ticket, "subject")),
               STR_ARG(json_get_str(ticket, "requester")));
    remote_forget(answer);
    return EXIT_OK;
}

int cmd_request_settle(struct args *args)
{
    const char *named = rest_operand(args, "the request: R-17, or its action's ID"), *ticket = args_get(args, "ticket");
    int64_t number = 0;
    if (!named) return EXIT_USAGE;
    if (!ticket || !str_to_i64(str_from(ticket), &number) || number < 1)
        return args_usage(args, "--ticket is the number of the ticket that the request came to.");
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = request_id(&rest, named, &code);
    if (id.len > 0) {
        jw_object(&rest.jw);
        jw_kv_int(&rest.jw, "ticket_id", number);
        jw_end_object(&rest.jw);
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/requests/%.*s/settle", STR_ARG(id));
        code = print_settled(&rest, &answer);
    }
    rest_end(&rest);
    return code;
}

int cmd_request_drop(struct args *args)
{
    const char *named = rest_operand(args, "the request: R-17, or its action's ID"), *reason = args_get(args, "reason");
    if (!named) return EXIT_USAGE;
    if (!reason) return args_usage(args, "--reason says why; whoever asked for it reads the words.");
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = request_id(&rest, named, &code);
    if (id.len > 0) {
        jw_object(&rest.jw);
        jw_kv_str(&rest.jw, "reason", str_from(reason));
        jw_end_object(&rest.jw);
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/requests/%.*s/drop", STR_ARG(id));
        code = rest_say(&rest, &answer, "Dropped. Nothing of it is sent any more, and its conversation has been told.");
    }
    rest_end(&rest);
    return code;
}
