/* cmd_serve.c - the server and the practice Zendesk as long-running processes. */
#include "app/cmd_serve.h"

#include "app/commands.h"
#include "app/front.h"
#include "app/log_sink.h"
#include "app/notify.h"
#include "app/privilege.h"
#include "app/supervise.h"
#include "base/log.h"
#include "sandbox/sandbox.h"
#include "vault/token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- serve ---------------------------------------------------------------------------------------------------------------------- */

static void stop_loop(void *context)
{
    loop_stop(context);
}

static const char *base_url(const struct service *service, struct arena *arena)
{
    if (*service->config->public_url) return service->config->public_url;
    return arena_fmt(arena, "http://%.*s", STR_ARG(http_server_address(service->http))).ptr;
}

bool serve_print_link(struct service *service, struct arena *arena, FILE *out)
{
    struct str path;
    struct err err = { 0 };
    if (web_owner_link(service->store, arena, &path, &err)) {
        fprintf(stderr, "No sign-in link could be made: %s\n", err.detail);
        return false;
    }
    fprintf(out, "Sign in once within 15 minutes: %s%.*s\n", base_url(service, arena), STR_ARG(path));
    fflush(out);
    return true;
}

enum status serve_check(const struct config *config, struct err *err)
{
    if (!log_sink_start(config->log_level, config->log_format))
        return err_set(err, E_INPUT, "log.level is debug, info, warn or error, and log.format is auto, json or text.");
    if (strlen(config->socket) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return err_set(err, E_INPUT, "The path %s is too long for a Unix socket. Use a shorter --data.", config->socket);
    return privilege_check(config->listen, config->user, err);
}

int serve_failed(enum status status, const struct err *err)
{
    fprintf(stderr, "%s\n", err->detail);
    return status == E_CONFLICT || status == E_IO ? EXIT_UNAVAILABLE : status == E_DENIED ? EXIT_NOT_ALLOWED : EXIT_CONFIG;
}

/* What the parent and both children were started with. */
struct serving {
    struct args *args;
    struct config config;
    struct stat socket; /* once front is ready: its own socket file, and no later one of that name */
};

static enum status listen_and_confine(struct front *front, struct arena *arena, struct err *err)
{
    struct service *service = &front->service;
    enum status status = service_listen(service, err);
    if (status == OK) status = service_hand_over(service, err);
    if (status) return status;
    supervise_tie();
    log_info("serving", LOG_STR("address", http_server_address(service->http)), LOG_STR("data", str_from(service->config->data)));
    front_confine(front);
    fprintf(stderr, "ChatCrafterAI is ready: %s\n", base_url(service, arena));
    if (service->first_start) serve_print_link(service, arena, stderr);
    return OK;
}

static int run_front(void *context, int control_fd)
{
    struct serving *serving = context;
    struct front front = { .loop = loop_open() };
    struct err err = { 0 };
    enum status status = front_open(&front, &serving->config, control_fd, &err);
    if (status == OK) {
        if (front_attach(&front)) {
            status = listen_and_confine(&front, serving->args->arena, &err);
            if (status == OK) front_run(&front);
        }
        service_close(&front.service);
    }
    loop_close(front.loop);
    return status ? serve_failed(status, &err) : EXIT_OK;
}

static int run_egress(void *context, int control_fd, int calls_fd, int seals_fd)
{
    const struct serving *serving = context;
    return egress_process(&serving->config, control_fd, calls_fd, seals_fd);
}

/* A front that is started again listens where this one does, whatever port was asked for. */
static void on_ready(void *context, struct str address)
{
    struct serving *serving = context;
    serving->config.listen = arena_cstr(serving->args->arena, address);
    if (stat(serving->config.socket, &serving->socket) != 0) serving->socket = (struct stat){ 0 };
    notify("READY=1");
}

static void on_stopping(void *context)
{
    (void)context;
    notify("STOPPING=1");
}

/* Front may not remove files any more. */
static void remove_socket(const struct serving *serving)
{
    struct stat now;
    bool is_ours = serving->socket.st_ino != 0 && stat(serving->config.socket, &now) == 0 &&
                   now.st_ino == serving->socket.st_ino && now.st_dev == serving->socket.st_dev;
    if (is_ours) (void)unlink(serving->config.socket); /* one that is left over harms nobody */
}

int cmd_serve(struct args *args)
{
    struct serving serving = { .args = args };
    struct err err = { 0 };
    enum status status = config_load(&serving.config, args, args->arena, &err);
    if (status == OK) status = serve_check(&serving.config, &err);
    if (status == OK) status = service_make_data(&serving.config, &err);
    if (status) return serve_failed(status, &err);
    int code = supervise(&(struct supervise_options){
        .front = run_front, .egress = run_egress, .ready = on_ready, .stopping = on_stopping, .context = &serving });
    remove_socket(&serving);
    return code;
}

/* ---- sandbox -------------------------------------------------------------------------------------------------------------------- */

static const char *or_default(const struct args *args, const char *name, const char *fallback)
{
    const char *value = args_get(args, name);
    return value ? value : fallback;
}

/* The first of those that were given. */
static const char *first_account(const struct args *args)
{
    const char *name = args_nth(args, "account", 0);
    return name ? name : PRACTICE_ACCOUNT;
}

enum status sandbox_start(const struct args *args, const char *listen_option, struct loop *loop, struct sandbox **sandbox,
                          struct err *err)
{
    const char *data = config_data_directory(args);
    if (mkdir(data, 0700) && errno != EEXIST)
        return err_set(err, E_IO, "The data directory %s cannot be made: %s.", data, strerror(errno));
    struct str client = str_from(or_default(args, "oauth-client", PRACTICE_CLIENT)), id;
    if (!str_split(&client, ':', &id) || !client.ptr) return err_set(err, E_INPUT, "--oauth-client is ID:SECRET.");
    struct str faults[ARGS_MAX];
    size_t count = 0;
    const char *fault;
    while ((fault = args_nth(args, "fault", count))) faults[count++] = str_from(fault);
    struct str more[ARGS_MAX];
    size_t more_count = 0;
    const char *account;
    while ((account = args_nth(args, "account", more_count + 1))) more[more_count++] = str_from(account);
    int64_t rate_limit = 0;
    const char *limit = args_get(args, "rate-limit");
    if (limit && (!str_to_i64(str_from(limit), &rate_limit) || rate_limit <= 0))
        return err_set(err, E_INPUT, "--rate-limit is a number of requests a minute.");
    struct sandbox_options options = {
        .listen = str_from(or_default(args, listen_option, "127.0.0.1:8081")),
        .database = arena_fmt(args->arena, "%s/sandbox.db", data).ptr,
        .account = str_from(first_account(args)),
        .more_accounts = more,
        .more_account_count = more_count,
        .seed_data = args_has(args, "seed-data"),
        .email = str_from(or_default(args, "email", PRACTICE_EMAIL)),
        .api_token = str_from(or_default(args, "api-token", PRACTICE_TOKEN)),
        .oauth_client_id = id,
        .oauth_client_secret = client,
        .rate_limit = rate_limit,
        .faults = faults,
        .fault_count = count,
    };
    *sandbox = sandbox_open(loop, &options, err);
    if (*sandbox) return OK;
    if (err->status == E_CONFLICT) return service_port_taken(listen_option, arena_cstr(args->arena, options.listen), err);
    return err->status ? err->status : E_INTERNAL;
}

static void print_credentials(const struct args *args, struct str address)
{
    const char *account = first_account(args), *other;
    fprintf(stderr, "The practice Zendesk is ready: http://%.*s/agent\n", STR_ARG(address));
    fprintf(stderr, "  subdomain %s, e-mail %s, API token %s\n", account, or_default(args, "email", PRACTICE_EMAIL),
            or_default(args, "api-token", PRACTICE_TOKEN));
    struct str port = address, host;
    while (str_find(port, STR(":"), 0) != SIZE_MAX && str_split(&port, ':', &host)) continue;
    for (size_t i = 1; (other = args_nth(args, "account", i)); i++)
        fprintf(stderr, "  subdomain %s with the same e-mail and token: http://%s.localhost:%.*s/agent\n", other, other,
                STR_ARG(port));
    fprintf(stderr, "  OAuth client %s\n", or_default(args, "oauth-client", PRACTICE_CLIENT));
    fprintf(stderr, "Connect to it: chatcrafter serve --zendesk-resolve %s=http://%.*s\n", account, STR_ARG(address));
}

int cmd_sandbox(struct args *args)
{
    struct err err = { 0 };
    struct sandbox *sandbox = NULL;
    vault_init();
    log_sink_start("info", "auto");
    struct loop *loop = loop_open();
    enum status status = sandbox_start(args, "listen", loop, &sandbox, &err);
    if (status == OK) {
        loop_on_stop_signal(loop, stop_loop, loop);
        print_credentials(args, sandbox_address(sandbox));
        loop_run(loop);
        sandbox_close(sandbox);
    }
    loop_close(loop);
    return status ? serve_failed(status, &err) : EXIT_OK;
}
