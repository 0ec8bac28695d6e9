/* cmd_integration.c - connecting an agent to Zendesk from the command line, with every step of the test shown. */
#include "app/cmd_integration.h"

#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>
#include <string.h>

static const struct column integration_fields[] = {
    { "id", "id" },
    { "status", "status" },
    { "subdomain", "subdomain" },
    { "account.name", "account" },
    { "signed_in_as.name", "signs in as" },
    { "signed_in_as.email", "e-mail" },
    { "signed_in_as.role", "role" },
    { "auth", "with" },
    { "secret.last4", "ends in" },
    { "practice", "practice" },
    { "budget.limit", "calls a minute" },
    { "budget.reserve_percent", "% kept free" },
    { "hold_until", "held until" },
    { NULL, NULL },
};

void print_checks(const struct json *checks, FILE *out)
{
    for (size_t i = 0; i < json_count(checks); i++) {
        const struct json *check = json_at(checks, i);
        struct str status = json_get_str(check, "status"), title = json_get_str(check, "title");
        const char *mark = str_eq(status, STR("passed"))    ? "ok  "
                           : str_eq(status, STR("failed"))  ? "FAIL"
                           : str_eq(status, STR("warning")) ? "warn"
                                                            : "-   ";
        struct str note = json_get_str(check, "note");
        fprintf(out, "  %s  %-28.*s %5lld ms%s%.*s\n", mark, STR_ARG(title.len ? title : json_get_str(check, "step")),
                (long long)json_get_int(check, "ms", 0), note.len > 0 ? "  " : "", STR_ARG(note));
        const struct json *problem = json_get(check, "problem");
        if (json_type(problem) != JSON_OBJECT) continue;
        fprintf(out, "        %.*s\n        %.*s\n", STR_ARG(json_get_str(problem, "title")),
                STR_ARG(json_get_str(problem, "detail")));
    }
}

/* The body of connect from the options; false after a message. */
static bool write_credential(struct rest *rest)
{
    const struct args *args = rest->args;
    const char *subdomain = args_get(args, "subdomain"), *email = args_get(args, "email"), *client = args_get(args, "client-id");
    if (!subdomain) return args_usage(args, "--subdomain is missing: mycompany, of mycompany.zendesk.com."), false;
    if (!email && !client)
        return args_usage(args, "Give --email and --api-token-file, or --client-id and --client-secret-file."), false;
    struct str secret =
        rest_secret(rest, client ? "client-secret-file" : "api-token-file", client ? "client secret" : "API token");
    if (secret.len == 0) return false;
    jw_object(&rest->jw);
    jw_kv_str(&rest->jw, "provider", STR("zendesk"));
    jw_kv_str(&rest->jw, "auth", client ? STR("oauth_client") : STR("api_token"));
    jw_kv_str(&rest->jw, "subdomain", str_from(subdomain));
    jw_kv_str(&rest->jw, client ? "client_id" : "email", str_from(client ? client : email));
    jw_kv_str(&rest->jw, client ? "client_secret" : "api_token", secret);
    jw_end_object(&rest->jw);
    return true;
}

/* Shows the test, then the connection or the problem. A refusal that comes with checks is the test's. */
static int show_connected(struct rest *rest, struct remote_answer *answer)
{
    bool was_tested = json_count(json_get(answer->json, "checks")) > 0;
    if (!args_has(rest->args, "json")) {
        print_checks(json_get(answer->json, "checks"), stderr);
        rest_print_warnings(json_get(answer->json, "warnings"));
    }
    int code = rest_fields(rest, answer, integration_fields);
    return code != EXIT_OK && was_tested ? EXIT_CHECK_FAILED : code;
}

int cmd_integration_add(struct args *args)
{
    const char *provider = rest_operand(args, "the kind of integration (zendesk)");
    if (!provider) return EXIT_USAGE;
    if (strcmp(provider, "zendesk") != 0)
        return args_usage(args, "There is no integration with %s. There is: zendesk.", provider);
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str agent = rest_agent(&rest, args_get(args, "agent"), &code);
    if (agent.len > 0) {
        code = EXIT_USAGE;
        if (write_credential(&rest)) {
            struct remote_answer answer = rest_call(&rest, HTTP_POST, "/agents/%.*s/integrations", STR_ARG(agent));
            code = show_connected(&rest, &answer);
        }
    }
    rest_end(&rest);
    return code;
}

int cmd_integration_credentials(struct args *args)
{
    const char *id = rest_operand(args, "the integration's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    code = EXIT_USAGE;
    if (write_credential(&rest)) {
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/integrations/%s/credentials", id);
        code = show_connected(&rest, &answer);
    }
    rest_end(&rest);
    return code;
}

int cmd_integration_list(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },
                                             { "status", "STATUS" },
                                             { "subdomain", "SUBDOMAIN" },
                                             { "identifier", "SIGNS IN AS" },
                                             { "last_ok_at", "LAST WORKED" },
                                             { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str agent = rest_agent(&rest, args_get(args, "agent"), &code);
    if (agent.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_GET, "/agents/%.*s/integrations", STR_ARG(agent));
        code = rest_table(&rest, &answer, columns, "This agent is not connected. Connect it: chatcrafter help integration");
    }
    rest_end(&rest);
    return code;
}

int cmd_integration_show(struct args *args)
{
    const char *id = rest_operand(args, "the integration's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/integrations/%s", id);
    code = rest_fields(&rest, &answer, integration_fields);
    rest_end(&rest);
    return code;
}

/* The reserve is the account's: it holds for all its connections. The server knows how much may be kept. */
int cmd_integration_update(struct args *args)
{
    int64_t percent;
    const char *id = rest_operand(args, "the integration's ID"), *reserve = args_get(args, "reserve");
    if (!id) return EXIT_USAGE;
    if (!reserve) return args_usage(args, "Nothing to change: give --reserve PERCENT.");
    if (!str_to_i64(str_from(reserve), &percent)) return args_usage(args, "--reserve takes a whole number, such as 20.");
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_int(&rest.jw, "reserve_percent", percent);
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_PATCH, "/integrations/%s", id);
    code = rest_fields(&rest, &answer, integration_fields);
    rest_end(&rest);
    return code;
}

int cmd_integration_test(struct args *args)
{
    const char *id = rest_operand(args, "the integration's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/integrations/%s/tests", id);
    if (!rest_failed(&rest, &answer, &code)) {
        struct str result = json_get_str(answer.json, "result");
        code = str_eq(result, STR("failed")) ? EXIT_CHECK_FAILED : EXIT_OK;
        if (args_has(args, "json"))
            printf("%.*s\n", STR_ARG(answer.body));
        else
            print_checks(json_get(answer.json, "checks"), stdout);
        remote_forget(&answer);
    }
    rest_end(&rest);
    return code;
}

int cmd_integration_remove(struct args *args)
{
    const char *id = rest_operand(args, "the integration's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_DELETE, "/integrations/%s", id);
    code = rest_say(&rest, &answer, "Disconnected. The credential was deleted here; in Zendesk it still exists.");
    rest_end(&rest);
    return code;
}
