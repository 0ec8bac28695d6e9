/* cmd_webhook.c - the operator's webhook from the command line. */
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>

static const struct column webhook_fields[] = {
    { "url", "url" },
    { "enabled", "enabled" },
    { "disabled_at", "switched off" },
    { "secret_set_at", "secret set" },
    { "former_secret_until", "former secret until" },
    { "secret", "secret" },
    { NULL, NULL },
};

static int show_with_secret(struct rest *rest, struct remote_answer *answer)
{
    int code = rest_fields(rest, answer, webhook_fields);
    if (code == EXIT_OK) fprintf(stderr, "The secret is shown once. The receiver checks signatures with it.\n");
    return code;
}

int cmd_webhook_set(struct args *args)
{
    const char *url = rest_operand(args, "the address (https://...)");
    if (!url) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_str(&rest.jw, "url", str_from(url));
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_PUT, "/webhook");
    code = show_with_secret(&rest, &answer);
    rest_end(&rest);
    return code;
}

int cmd_webhook_rotate(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/webhook/secret");
    code = show_with_secret(&rest, &answer);
    rest_end(&rest);
    return code;
}

int cmd_webhook_show(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/webhook");
    code = rest_fields(&rest, &answer, webhook_fields);
    rest_end(&rest);
    return code;
}

int cmd_webhook_test(struct args *args)
{
    static const struct column fields[] = { { "id", "id" },           { "state", "state" },          { "status", "answer" },
                                            { "fault", "no answer" }, { "next_at", "next attempt" }, { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/webhook/test");
    bool is_delivered = str_eq(json_get_str(answer.json, "state"), STR("delivered"));
    code = rest_fields(&rest, &answer, fields);
    rest_end(&rest);
    return code == EXIT_OK && !is_delivered ? EXIT_CHECK_FAILED : code;
}

int cmd_webhook_deliveries(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },         { "type", "TYPE" },
                                             { "state", "STATE" },   { "attempts", "ATTEMPTS" },
                                             { "status", "ANSWER" }, { "created_at", "CREATED" },
                                             { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/webhook/deliveries");
    code = rest_table(&rest, &answer, columns, "Nothing was sent yet. Try it: chatcrafter webhook test");
    rest_end(&rest);
    return code;
}

int cmd_webhook_remove(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_confirm(args, "Remove the webhook and its deliveries?", &code)) return code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_DELETE, "/webhook");
    code = rest_say(&rest, &answer, "Removed. Nobody is told any more when a connection breaks.");
    rest_end(&rest);
    return code;
}
