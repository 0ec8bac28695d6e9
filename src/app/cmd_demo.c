/* cmd_demo.c - the main job on one machine with no account anywhere: the practice Zendesk, the server, an agent connected to it, and the setup check of the
 * user guide played in the terminal. Everything goes over HTTP, as it would for anybody: the check is a client like the console.
 */
#include "app/chat.h"
#include "app/cmd_integration.h"
#include "app/cmd_serve.h"
#include "app/commands.h"
#include "base/log.h"
#include "net/client.h"
#include "sandbox/sandbox.h"
#include "vault/token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const script[] = { "Create a test ticket",
                                      "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com", "yes" };

struct demo {
    struct args *args;
    struct loop *loop;
    struct sandbox *sandbox;
    struct service service;
    struct rest rest;
    struct str agent;
    int64_t ticket;
};

/* ---- steps of the check: each says what it does and returns whether it worked -------------------------------------------------------- */

static bool step_agent(struct demo *demo)
{
    int code;
    struct rest *rest = &demo->rest;
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/agents?limit=100");
    if (rest_failed(rest, &answer, &code)) return false;
    const struct json *items = json_get(answer.json, "items");
    for (size_t i = 0; i < json_count(items); i++)
        if (str_eq(json_get_str(json_at(items, i), "name"), STR("Support")))
            demo->agent = arena_str(&rest->arena, json_get_str(json_at(items, i), "id"));
    remote_forget(&answer);
    if (demo->agent.len > 0) return true;
    jw_object(&rest->jw);
    jw_kv_str(&rest->jw, "name", STR("Support"));
    jw_end_object(&rest->jw);
    answer = rest_call(rest, HTTP_POST, "/agents");
    if (rest_failed(rest, &answer, &code)) return false;
    demo->agent = arena_str(&rest->arena, json_get_str(answer.json, "id"));
    remote_forget(&answer);
    return true;
}

/* The connection that the agent has, or empty. */
static struct str present_integration(struct demo *demo)
{
    int code;
    struct str id = STR_NONE;
    struct remote_answer answer = rest_call(&demo->rest, HTTP_GET, "/agents/%.*s/integrations", STR_ARG(demo->agent));
    if (rest_failed(&demo->rest, &answer, &code)) return id;
    id = arena_str(&demo->rest.arena, json_get_str(json_at(json_get(answer.json, "items"), 0), "id"));
    remote_forget(&answer);
    return id;
}

static bool step_connect(struct demo *demo)
{
    int code;
    struct rest *rest = &demo->rest;
    struct remote_answer answer;
    struct str present = present_integration(demo);
    printf("\nConnecting agent Support to the practice Zendesk account \"%s\"\n", PRACTICE_ACCOUNT);
    if (present.len > 0) {
        answer = rest_call(rest, HTTP_POST, "/integrations/%.*s/tests", STR_ARG(present));
    } else {
        jw_object(&rest->jw);
        jw_kv_str(&rest->jw, "provider", STR("zendesk"));
        jw_kv_str(&rest->jw, "auth", STR("api_token"));
        jw_kv_str(&rest->jw, "subdomain", STR(PRACTICE_ACCOUNT));
        jw_kv_str(&rest->jw, "email", STR(PRACTICE_EMAIL));
        jw_kv_str(&rest->jw, "api_token", STR(PRACTICE_TOKEN));
        jw_end_object(&rest->jw);
        answer = rest_call(rest, HTTP_POST, "/agents/%.*s/integrations", STR_ARG(demo->agent));
    }
    print_checks(json_get(answer.json, "checks"), stdout);
    if (rest_failed(rest, &answer, &code)) return false;
    bool works = !str_eq(json_get_str(answer.json, "result"), STR("failed"));
    printf("%s\n", works ? "Connected." : "The connection does not work.");
    remote_forget(&answer);
    return works;
}

/* The number in the receipt of the action that this turn finished. */
static int64_t ticket_of(const struct json *turn)
{
    const struct json *actions = json_get(turn, "actions");
    for (size_t i = 0; i < json_count(actions); i++) {
        int64_t id = json_get_int(json_get(json_at(actions, i), "result"), "id", 0);
        if (id > 0) return id;
    }
    return 0;
}

static bool step_chat(struct demo *demo)
{
    int code;
    struct str conversation = chat_begin(&demo->rest, demo->agent, false, &code);
    if (conversation.len == 0) return false;
    printf("\nChatlab\n");
    for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
        printf("You:   %s\n", script[i]);
        struct remote_answer answer = chat_send(&demo->rest, conversation, str_from(script[i]));
        if (rest_failed(&demo->rest, &answer, &code)) return false;
        chat_print_turn(answer.json, stdout);
        demo->ticket = ticket_of(answer.json);
        remote_forget(&answer);
    }
    if (demo->ticket == 0) printf("No ticket number came back.\n");
    return demo->ticket > 0;
}

struct fetched {
    struct arena *arena;
    int status;
    struct str body;
    bool done;
};

static void on_fetched(void *context, const struct http_result *result)
{
    struct fetched *fetched = context;
    fetched->status = result->fault.kind == NET_OK ? result->answer.status : 0;
    fetched->body = arena_str(fetched->arena, result->answer.body);
    fetched->done = true;
}

/* Asks the practice Zendesk itself, past the product. */
static struct fetched fetch_ticket(struct demo *demo)
{
    struct fetched fetched = { .arena = &demo->rest.arena };
    struct http_client *client = http_client_open(demo->loop, &(struct http_client_options){ .user_agent = "chatcrafter-demo" });
    struct buf credential;
    buf_init(&credential, 512);
    buf_base64(&credential, PRACTICE_EMAIL "/token:" PRACTICE_TOKEN, sizeof PRACTICE_EMAIL "/token:" PRACTICE_TOKEN - 1);
    struct http_header headers[] = {
        { STR("Accept"), STR("application/json") },
        { STR("Authorization"), arena_fmt(&demo->rest.arena, "Basic %.*s", STR_ARG(buf_view(&credential))) },
    };
    struct http_client_request request = {
        .method = HTTP_GET,
        .url = arena_fmt(&demo->rest.arena, "http://%.*s/api/v2/tickets/%lld", STR_ARG(sandbox_address(demo->sandbox)),
                         (long long)demo->ticket),
        .headers = headers,
        .header_count = 2,
    };
    http_client_start(client, &request, NULL, on_fetched, &fetched);
    while (!fetched.done) loop_step(demo->loop, 1000);
    http_client_close(client);
    buf_clear(&credential);
    return fetched;
}

/* With --once the inbox is gone as soon as this can be read: no link to it then. */
static void print_ticket(const struct demo *demo, struct str subject)
{
    printf("  Ticket #%lld is there: \"%.*s\"\n", (long long)demo->ticket, STR_ARG(subject));
    if (args_has(demo->args, "once"))
        printf("  Inbox and server end now, and the ticket's link with them. To look around: %s demo\n", program_invocation_name);
    else
        printf("  http://%.*s/agent/tickets/%lld\n", STR_ARG(sandbox_address(demo->sandbox)), (long long)demo->ticket);
}

static bool step_inbox(struct demo *demo)
{
    struct fetched fetched = fetch_ticket(demo);
    struct json *body = json_parse(fetched.body, NULL);
    struct str subject = json_get_str(json_get(body, "ticket"), "subject");
    bool found = fetched.status == 200 && str_eq(subject, STR("Printer on fire"));
    printf("\nPractice inbox\n");
    if (!found)
        printf("  Ticket #%lld is not there (HTTP %d).\n", (long long)demo->ticket, fetched.status);
    else
        print_ticket(demo, subject);
    json_free(body);
    return found;
}

static bool setup_check(struct demo *demo)
{
    struct rest *rest = &demo->rest;
    *rest = (struct rest){ .args = demo->args, .remote = remote_over_socket(demo->loop, demo->service.config->socket) };
    arena_init(&rest->arena);
    buf_init(&rest->body, 64 * 1024);
    jw_init(&rest->jw, &rest->body);
    bool passed = step_agent(demo) && step_connect(demo) && step_chat(demo) && step_inbox(demo);
    rest_end(rest);
    printf("\n%s\n", passed ? "Setup check passed." : "Setup check failed.");
    fflush(stdout);
    return passed;
}

/* ---- the command ------------------------------------------------------------------------------------------------------------------------ */

static void stop_loop(void *context)
{
    loop_stop(context);
}

static void on_signal(void *context)
{
    struct service *service = context;
    service_stop(service, stop_loop, service->loop);
}

static void keep_serving(struct demo *demo)
{
    loop_on_stop_signal(demo->loop, on_signal, &demo->service);
    printf("\nConsole:        http://%.*s\n", STR_ARG(http_server_address(demo->service.http)));
    serve_print_link(&demo->service, demo->args->arena, stdout);
    printf("Practice inbox: http://%.*s/agent\n", STR_ARG(sandbox_address(demo->sandbox)));
    printf("To connect another agent to it: subdomain %s, e-mail %s, API token %s\nStop with Ctrl-C.\n", PRACTICE_ACCOUNT,
           PRACTICE_EMAIL, PRACTICE_TOKEN);
    fflush(stdout);
    loop_run(demo->loop);
}

/* The practice account's calls go to the practice Zendesk, whatever else is configured. */
static enum status resolve_practice(struct config *config, const struct sandbox *sandbox, struct arena *arena, struct err *err)
{
    if (config->resolve_count == CONFIG_RESOLVE_MAX)
        return err_set(err, E_LIMIT, "More than %d zendesk_resolve.", CONFIG_RESOLVE_MAX);
    struct str url = arena_fmt(arena, "http://%.*s", STR_ARG(sandbox_address(sandbox)));
    config->resolve[config->resolve_count++] = (struct egress_resolve){ STR(PRACTICE_ACCOUNT), url };
    return OK;
}

static enum status start(struct demo *demo, struct config *config, struct err *err)
{
    enum status status = config_load(config, demo->args, demo->args->arena, err);
    if (status) return status;
    if (!args_has(demo->args, "log-level")) config->log_level = "warn";
    status = serve_check(config, err);
    if (status) return status;
    vault_init();
    status = sandbox_start(demo->args, "sandbox-listen", demo->loop, &demo->sandbox, err);
    if (status) return status;
    status = resolve_practice(config, demo->sandbox, demo->args->arena, err);
    if (status == OK) status = service_open(&demo->service, config, demo->loop, err);
    if (status == OK) status = service_listen(&demo->service, err);
    return status;
}

int cmd_demo(struct args *args)
{
    struct config config;
    struct err err = { 0 };
    struct demo demo = { .args = args, .loop = loop_open() };
    bool passed = false;
    enum status status = start(&demo, &config, &err);
    if (status == OK) {
        passed = setup_check(&demo);
        if (!args_has(args, "once"))
            keep_serving(&demo);
        else
            service_finish(&demo.service);
    }
    if (demo.service.loop) service_close(&demo.service);
    if (demo.sandbox) sandbox_close(demo.sandbox);
    loop_close(demo.loop);
    if (status) return serve_failed(status, &err);
    return passed ? EXIT_OK : EXIT_CHECK_FAILED;
}
