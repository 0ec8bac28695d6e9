/* cmd_demo.c - the main job on one machine with no account anywhere: the practice Zendesk, the server, an agent connected to it, and the setup check of the
 * user guide played in the terminal. Everything goes over HTTP, as it would for anybody: the check is a client like the console.
 */
#include "app/chat.h"
#include "app/cmd_integration.h"
#include "app/cmd_serve.h"
#include "app/commands.h"
#include "app/control.h"
#include "app/front.h"
#include "app/supervise.h"
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
    struct config config;
    struct sandbox *sandbox;
    struct front front;
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
    *rest = (struct rest){ .args = demo->args, .remote = remote_over_socket(demo->loop, demo->front.service.config->socket) };
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

static void keep_serving(struct demo *demo)
{
    printf("\nConsole:        http://%.*s\n", STR_ARG(http_server_address(demo->front.service.http)));
    serve_print_link(&demo->front.service, demo->args->arena, stdout);
    printf("Practice inbox: http://%.*s/agent\n", STR_ARG(sandbox_address(demo->sandbox)));
    printf("To connect another agent to it: subdomain %s, e-mail %s, API token %s\nStop with Ctrl-C.\n", PRACTICE_ACCOUNT,
           PRACTICE_EMAIL, PRACTICE_TOKEN);
    fflush(stdout);
    front_run(&demo->front);
}

/* The practice account's calls go to the practice Zendesk, whatever else is configured. */
static enum status resolve_practice(struct config *config, struct str url, struct arena *arena, struct err *err)
{
    if (config->resolve_count == CONFIG_RESOLVE_MAX)
        return err_set(err, E_LIMIT, "More than %d zendesk_resolve.", CONFIG_RESOLVE_MAX);
    config->resolve[config->resolve_count++] = (struct egress_resolve){ STR(PRACTICE_ACCOUNT), arena_str(arena, url) };
    return OK;
}

/* The practice Zendesk first: egress is started when it is known where that is. */
static enum status start(struct demo *demo, int control_fd, struct err *err)
{
    struct control_message begin = { .kind = CONTROL_BEGIN };
    vault_init();
    enum status status = sandbox_start(demo->args, "sandbox-listen", demo->loop, &demo->sandbox, err);
    if (status) return status;
    snprintf(begin.text, sizeof begin.text, "http://%.*s", STR_ARG(sandbox_address(demo->sandbox)));
    status = resolve_practice(&demo->config, str_from(begin.text), demo->args->arena, err);
    if (status == OK) status = front_open(&demo->front, &demo->config, control_fd, err);
    if (status) return status;
    control_send(control_fd, &begin);
    return front_attach(&demo->front) ? service_listen(&demo->front.service, err) : err_set(err, E_UNAVAILABLE, "Stopped.");
}

/* Confined once the check, which asks the practice Zendesk past the product, is over. */
static int run_front(void *context, int control_fd)
{
    struct demo *demo = context;
    struct err err = { 0 };
    bool passed = false;
    demo->loop = loop_open();
    demo->front = (struct front){ .loop = demo->loop, .has_practice = true };
    enum status status = start(demo, control_fd, &err);
    if (status == OK) {
        passed = setup_check(demo);
        front_confine(&demo->front);
        if (!args_has(demo->args, "once"))
            keep_serving(demo);
        else
            service_finish(&demo->front.service);
    }
    if (demo->front.service.loop) service_close(&demo->front.service);
    if (demo->sandbox) sandbox_close(demo->sandbox);
    loop_close(demo->loop);
    if (status) return serve_failed(status, &err);
    return passed ? EXIT_OK : EXIT_CHECK_FAILED;
}

static int run_egress(void *context, int control_fd, int calls_fd, int seals_fd)
{
    const struct demo *demo = context;
    return egress_process(&demo->config, control_fd, calls_fd, seals_fd);
}

/* In the parent: egress inherits the address. A full table was told by front. */
static void on_begin(void *context, struct str practice_url)
{
    struct demo *demo = context;
    (void)resolve_practice(&demo->config, practice_url, demo->args->arena, NULL);
}

int cmd_demo(struct args *args)
{
    struct demo demo = { .args = args };
    struct err err = { 0 };
    enum status status = config_load(&demo.config, args, args->arena, &err);
    if (status == OK && !args_has(args, "log-level")) demo.config.log_level = "warn";
    if (status == OK) status = serve_check(&demo.config, &err);
    if (status == OK) status = service_make_data(&demo.config, &err);
    if (status) return serve_failed(status, &err);
    return supervise(
        &(struct supervise_options){ .front = run_front, .egress = run_egress, .begin = on_begin, .context = &demo });
}
