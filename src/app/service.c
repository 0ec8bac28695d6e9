/* service.c - see service.h. Opening goes from the lowest room up, closing the other way; each room gets its options from the configuration and knows nothing of it. */
#include "app/service.h"

#include "app/privilege.h"
#include "base/log.h"
#include "vault/token.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STOP_GRACE_MS = 20 * 1000, LOCK_TRIES = 50, LOCK_WAIT_US = 20 * 1000 };

static void post(void *poster, void (*fn)(void *), void *context)
{
    loop_post(poster, fn, context);
}

enum status service_make_data(const struct config *config, struct err *err)
{
    if (mkdir(config->data, 0700) == 0) return privilege_give(config->user, config->data, err);
    if (errno == EEXIST) return privilege_owns(config->user, config->data, err);
    return err_set(err, E_IO, "The data directory %s cannot be made: %s.", config->data, strerror(errno));
}

/* Of a database that another process has, the store names the file and the process; what to do about it is said here. */
static enum status store_failed(struct err *err)
{
    struct err why = *err;
    if (why.status != E_CONFLICT) return why.status;
    return err_set(err, E_CONFLICT, "Not started: %s. Stop that one, or name another directory: --data DIR.", why.detail);
}

struct egress_options service_egress_options(const struct config *config, struct loop *loop)
{
    return (struct egress_options){
        .loop = loop,
        .key_file = config->key_file,
        .resolve = config->resolve,
        .resolve_count = config->resolve_count,
        .allow_private = config->allow_private_providers,
        .ca_file = *config->ca_file ? config->ca_file : NULL,
        .proxy = *config->proxy ? config->proxy : NULL,
        .webhook_private = config->allow_private_webhooks,
        .version = CHATCRAFTER_VERSION,
    };
}

/* A server that was killed leaves children that die a moment after it: the lock of its data is worth waiting for. */
static struct store *open_store(const struct service *service, struct err *err)
{
    const struct store_options options = { .url = service->config->database,
                                           .owner = service->is_served ? getppid() : getpid(),
                                           .post = post,
                                           .poster = service->loop };
    struct store *store = store_open(&options, err);
    for (int i = 0; !store && err->status == E_CONFLICT && service->is_served && i < LOCK_TRIES; i++) {
        (void)usleep(LOCK_WAIT_US);
        store = store_open(&options, err);
    }
    return store;
}

static enum status open_rooms(struct service *service, struct err *err)
{
    const struct config *config = service->config;
    service->store = open_store(service, err);
    if (!service->store) return store_failed(err);
    enum status status = web_bootstrap(service->store, &service->first_start, err);
    if (status) return status;
    struct egress_options egress = service_egress_options(config, service->loop);
    egress.is_far = service->is_served;
    service->egress = egress_open(&egress, err);
    if (!service->egress) return err->status;
    service->flow =
        flow_open(&(struct flow_options){ .loop = service->loop, .store = service->store, .egress = service->egress });
    if (!service->flow) return err_set(err, E_IO, "The database %s cannot be read.", config->database);
    service->web = web_open(&(struct web_options){
        .loop = service->loop,
        .store = service->store,
        .flow = service->flow,
        .version = CHATCRAFTER_VERSION,
        .public_url = str_from(config->public_url),
        .trusted_proxies = &config->trusted_proxies,
        .data_dir = config->data,
        .database = config->database,
        .processes = service->processes,
        .process_count = service->is_served ? SERVICE_PROCESSES : 0,
    });
    web_set_address(service->web, str_from(config->listen));
    return OK;
}

enum status service_open(struct service *service, const struct config *config, struct loop *loop, bool is_served, struct err *err)
{
    *service = (struct service){ .config = config, .loop = loop, .is_served = is_served };
    vault_init();
    enum status status = service_make_data(config, err);
    if (status == OK) status = open_rooms(service, err);
    if (status) service_close(service);
    return status;
}

enum status service_listen(struct service *service, struct err *err)
{
    const struct config *config = service->config;
    service->http = http_server_open(service->loop, &(struct http_server_options){
                                                        .handler = web_handle,
                                                        .context = service->web,
                                                        .read_ms = config->limit_read_ms,
                                                        .idle_ms = config->limit_idle_ms,
                                                        .head_bytes = (size_t)config->limit_head_bytes,
                                                        .body_bytes = (size_t)config->limit_body_bytes,
                                                        .may_be_long = web_takes_file,
                                                        .proxies = &config->trusted_proxies,
                                                        .connections = (size_t)config->limit_connections,
                                                        .connections_per_peer = (size_t)config->limit_connections_per_peer,
                                                    });
    enum status status = http_server_listen(service->http, str_from(config->listen), err);
    if (status == E_CONFLICT) return service_port_taken("listen", config->listen, err);
    if (status == OK) status = http_server_listen_unix(service->http, config->socket, err);
    if (status) return status;
    web_set_address(service->web, http_server_address(service->http));
    flow_start(service->flow);
    return OK;
}

enum status service_port_taken(const char *option, const char *address, struct err *err)
{
    return err_set(err, E_CONFLICT, "Another program listens on %s. Stop it, or take any free port: --%s 127.0.0.1:0.", address,
                   option);
}

/* ---- another user --------------------------------------------------------------------------------------------------------------- */

enum status service_hand_over(struct service *service, struct err *err)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    const struct config *config = service->config;
    struct arena arena;
    arena_init(&arena);
    enum status status = privilege_give(config->user, config->key_file, err);
    if (status == OK) status = privilege_give(config->user, config->socket, err);
    for (size_t i = 0; status == OK && i < sizeof suffixes / sizeof *suffixes; i++)
        status = privilege_give(config->user, arena_fmt(&arena, "%s%s", config_database_file(config), suffixes[i]).ptr, err);
    arena_clear(&arena);
    return status == OK ? privilege_drop(config->user, err) : status;
}

/* ---- stopping ------------------------------------------------------------------------------------------------------------------- */

struct stopping {
    struct service *service;
    loop_fn *done;
    void *context;
};

static struct stopping stopping; /* a process stops once */

static void on_http_drained(void *context)
{
    (void)context;
    stopping.done(stopping.context);
}

/* Turns have ended or are saved; what they answer goes out before the connections close. */
static void on_flow_drained(void *context)
{
    (void)context;
    if (stopping.service->http)
        http_server_drain(stopping.service->http, on_http_drained, NULL);
    else
        on_http_drained(NULL);
}

void service_stop(struct service *service, loop_fn *done, void *context)
{
    stopping = (struct stopping){ service, done, context };
    web_set_stopping(service->web);
    flow_drain(service->flow, STOP_GRACE_MS, on_flow_drained, NULL);
}

static void set_true(void *context)
{
    *(bool *)context = true;
}

void service_finish(struct service *service)
{
    bool finished = false;
    service_stop(service, set_true, &finished);
    while (!finished) loop_step(service->loop, 1000);
}

/* Nothing asks the store for anything any more, not even for a client that has gone. */
static bool is_idle(const struct service *service)
{
    return (!service->flow || flow_is_idle(service->flow)) && (!service->web || web_is_idle(service->web));
}

void service_close(struct service *service)
{
    if (service->http) http_server_close(service->http);
    if (service->flow) flow_halt(service->flow);
    if (service->egress) egress_close(service->egress); /* calls that are still out end here; the next start takes them up */
    while (!is_idle(service)) loop_step(service->loop, 100);
    if (service->store) store_close(service->store);
    loop_step(service->loop, 0); /* the last jobs' callbacks */
    if (service->web) web_close(service->web);
    if (service->flow) flow_close(service->flow);
    *service = (struct service){ .config = service->config, .loop = service->loop };
}
