/* remote.c - see remote.h. Calls are made one at a time; waiting turns the loop, on which an in-process server runs as well. */
#include "app/remote.h"

#include "app/commands.h"
#include "app/log_sink.h"
#include "app/service.h"
#include "base/mem.h"
#include "net/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CALL_MS = 120 * 1000 };

struct remote {
    struct arena arena;
    struct config config;
    struct loop *loop;
    bool owns_loop;
    struct http_client *client; /* NULL: in-process */
    const char *base_url;       /* "http://localhost" for the socket */
    const char *socket;         /* NULL: by URL */
    struct http_header key;     /* empty name: none */
    struct service service;     /* in-process */
    bool local;
};

struct waiting {
    struct arena *arena;
    struct remote_answer answer;
    bool done;
};

/* Is somebody there? A socket file may be left over from a process that was killed. */
static bool answers(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path) return false;
    memcpy(address.sun_path, path, len);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool connected = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return connected;
}

static void use_client(struct remote *remote, const char *base_url, const char *socket)
{
    remote->base_url = base_url;
    remote->socket = socket;
    remote->client =
        http_client_open(remote->loop, &(struct http_client_options){ .user_agent = "chatcrafter-cli/" CHATCRAFTER_VERSION });
}

struct remote *remote_over_socket(struct loop *loop, const char *path)
{
    struct remote *remote = mem_alloc(sizeof *remote);
    arena_init(&remote->arena);
    remote->loop = loop;
    use_client(remote, "http://localhost", arena_cstr(&remote->arena, str_from(path)));
    return remote;
}

static int use_server(struct remote *remote, const char *url)
{
    const char *key = getenv("CHATCRAFTER_KEY");
    if (!key || !*key) {
        fprintf(stderr, "--server needs an API key in the environment: CHATCRAFTER_KEY=ck_...\nMake one there: chatcrafter key "
                        "create --name laptop --role admin\n");
        return EXIT_CONFIG;
    }
    struct str base = str_from(url);
    while (str_ends(base, STR("/"))) base.len--;
    remote->key = (struct http_header){ STR("Authorization"), arena_fmt(&remote->arena, "Bearer %s", key) };
    use_client(remote, arena_cstr(&remote->arena, base), NULL);
    return EXIT_OK;
}

static int use_this_process(struct remote *remote)
{
    struct err err = { 0 };
    enum status status = service_open(&remote->service, &remote->config, remote->loop, false, &err);
    if (status) {
        fprintf(stderr, "%s\n", err.detail);
        return status == E_CONFLICT ? EXIT_UNAVAILABLE : EXIT_CONFIG;
    }
    flow_start(remote->service.flow);
    remote->local = true;
    return EXIT_OK;
}

/* A command typed in a wrong folder must not leave an empty installation there. */
static bool has_data(const struct remote *remote, const struct args *args)
{
    struct stat st;
    if (command_may_begin(args->command) || stat(remote->config.data, &st) == 0) return true;
    fprintf(stderr,
            "There is no data directory %s, and no server answers there. Nothing was made.\n"
            "Name the one that the server uses: --data DIR\n",
            remote->config.data);
    return false;
}

struct remote *remote_open(const struct args *args, int *exit_code)
{
    struct remote *remote = mem_alloc(sizeof *remote);
    struct err err = { 0 };
    arena_init(&remote->arena);
    remote->loop = loop_open();
    remote->owns_loop = true;
    const char *server = args_get(args, "server");
    log_sink_start("warn", "auto");
    if (config_load(&remote->config, args, &remote->arena, &err)) {
        fprintf(stderr, "%s\n", err.detail);
        *exit_code = EXIT_CONFIG;
    } else if (server) {
        *exit_code = use_server(remote, server);
    } else if (answers(remote->config.socket)) {
        use_client(remote, "http://localhost", remote->config.socket);
        *exit_code = EXIT_OK;
    } else {
        *exit_code = has_data(remote, args) ? use_this_process(remote) : EXIT_NOT_FOUND;
    }
    if (*exit_code == EXIT_OK) return remote;
    remote_close(remote);
    return NULL;
}

void remote_close(struct remote *remote)
{
    if (remote->local) {
        service_finish(&remote->service);
        service_close(&remote->service);
    }
    if (remote->client) http_client_close(remote->client);
    if (remote->owns_loop) loop_close(remote->loop);
    arena_clear(&remote->arena);
    mem_free(remote);
}

bool remote_is_in_process(const struct remote *remote)
{
    return remote->local;
}

/* ---- one call ------------------------------------------------------------------------------------------------------------------ */

static void take_answer(void *context, const struct http_answer *answer)
{
    struct waiting *waiting = context;
    waiting->answer.status = answer->status;
    waiting->answer.body = arena_str(waiting->arena, answer->body);
    waiting->done = true;
}

static void take_result(void *context, const struct http_result *result)
{
    struct waiting *waiting = context;
    if (result->fault.kind == NET_OK) {
        take_answer(waiting, &result->answer);
        return;
    }
    fprintf(stderr, "The server did not answer: %s.\nCheck that it runs: chatcrafter doctor\n", result->fault.detail);
    waiting->done = true;
}

/* What is asked for: the body with its type. */
struct asked {
    enum http_method method;
    struct str target, type, body;
};

static void start_local(struct remote *remote, const struct asked *asked, struct waiting *waiting)
{
    const struct http_header headers[] = { { STR("Content-Type"), asked->type }, { STR("Host"), STR("localhost") } };
    struct str rest = asked->target, path;
    (void)str_split(&rest, '?', &path);
    struct http_request request = {
        .method = asked->method,
        .target = asked->target,
        .path = path,
        .query = rest,
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
        .body = asked->body,
        .peer = { .address = STR("local"), .is_trusted_local = true },
    };
    web_handle(remote->service.web, http_exchange_local(&request, take_answer, waiting));
}

static void start_call(struct remote *remote, const struct asked *asked, struct waiting *waiting)
{
    struct http_header headers[3];
    size_t count = 0;
    if (asked->body.len > 0) headers[count++] = (struct http_header){ STR("Content-Type"), asked->type };
    headers[count++] = (struct http_header){ STR("Accept"), STR("application/json") };
    if (remote->key.name.len > 0) headers[count++] = remote->key;
    struct http_client_request request = {
        .method = asked->method,
        .url = arena_fmt(waiting->arena, "%s%.*s", remote->base_url, STR_ARG(asked->target)),
        .headers = headers,
        .header_count = count,
        .body = asked->body,
        .unix_socket = remote->socket,
        .total_ms = CALL_MS,
    };
    http_client_start(remote->client, &request, NULL, take_result, waiting);
}

static struct remote_answer ask(struct remote *remote, const struct asked *asked, struct arena *arena)
{
    struct waiting waiting = { .arena = arena };
    if (remote->local)
        start_local(remote, asked, &waiting);
    else
        start_call(remote, asked, &waiting);
    while (!waiting.done) loop_step(remote->loop, 1000);
    if (waiting.answer.body.len > 0) waiting.answer.json = json_parse(waiting.answer.body, NULL);
    return waiting.answer;
}

struct remote_answer remote_call(struct remote *remote, enum http_method method, const char *path, struct str body,
                                 struct arena *arena)
{
    struct str target = strncmp(path, "//", 2) == 0 ? str_from(path + 1) : arena_fmt(arena, "/api/v1%s", path);
    return ask(remote, &(struct asked){ method, target, STR("application/json"), body }, arena);
}

struct remote_answer remote_upload(struct remote *remote, const char *path, struct str type, struct str bytes,
                                   struct arena *arena)
{
    return ask(remote, &(struct asked){ HTTP_POST, arena_fmt(arena, "/api/v1%s", path), type, bytes }, arena);
}

void remote_forget(struct remote_answer *answer)
{
    json_free(answer->json);
    answer->json = NULL;
}

static int exit_code_of(int status)
{
    switch (status) {
    case 0:
    case 502:
    case 503:
    case 504: return EXIT_UNAVAILABLE;
    case 401:
    case 403: return EXIT_NOT_ALLOWED;
    case 404: return EXIT_NOT_FOUND;
    default: return status < 400 ? EXIT_OK : EXIT_FAILED;
    }
}

static void print_fields(const struct json *fields)
{
    for (size_t i = 0; i < json_count(fields); i++)
        fprintf(stderr, "%s%.*s", i == 0 ? "  It takes: " : ", ", STR_ARG(json_str(json_at(fields, i))));
    if (json_count(fields) > 0) fputc('\n', stderr);
}

int remote_problem(const struct remote_answer *answer)
{
    struct str title = json_get_str(answer->json, "title"), detail = json_get_str(answer->json, "detail");
    if (title.len > 0) fprintf(stderr, "%.*s\n", STR_ARG(title));
    if (detail.len > 0) fprintf(stderr, "%.*s\n", STR_ARG(detail));
    print_fields(json_get(answer->json, "fields"));
    const struct json *steps = json_get(answer->json, "actions");
    for (size_t i = 0; i < json_count(steps); i++) {
        struct str label = json_get_str(json_at(steps, i), "label"), href = json_get_str(json_at(steps, i), "href");
        if (str_starts(href, STR("http"))) fprintf(stderr, "  %.*s: %.*s\n", STR_ARG(label), STR_ARG(href));
    }
    struct str evidence = json_get_str(answer->json, "evidence");
    if (evidence.len > 0) fprintf(stderr, "  Zendesk said: %.*s\n", STR_ARG(evidence));
    return exit_code_of(answer->status);
}
