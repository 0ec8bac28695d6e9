/* driver.h - a practice Zendesk on a port of its own, and a client that asks it over HTTP as everybody does. */
#ifndef UNIT_SANDBOX_DRIVER_H
#define UNIT_SANDBOX_DRIVER_H

#include "unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/mem.h"
#include "net/client.h"
#include "sandbox/sandbox.h"
#include "vault/token.h"

#define ADMIN  STR("admin@practice.example/token:practice-token")
#define NOBODY STR_NONE

enum { DRIVER_PATIENCE_MS = 10000, DRIVER_HEADERS_MAX = 40, DRIVER_BODY_MAX = 16 * 1024 * 1024 };

struct driver {
    char folder[64], database[96];
    struct loop *loop;
    struct sandbox *sandbox;
    struct http_client *client;
    struct arena arena; /* replies, until the driver is closed */
    struct str base;    /* "http://127.0.0.1:PORT" */
    struct json *trees[4096];
    size_t tree_count;
};

struct reply {
    struct driver *driver;
    bool is_done;
    enum net_fault_kind fault;
    bool nothing_sent; /* of a fault */
    int status;
    struct http_header headers[DRIVER_HEADERS_MAX];
    size_t header_count;
    struct str body;
    const struct json *json; /* NULL when the body is none */
};

struct ask {
    enum http_method method;
    struct str path; /* with its query */
    struct str body; /* JSON unless `type` says otherwise */
    struct str user; /* of Basic; NOBODY sends none */
    struct str bearer;
    struct str key;  /* Idempotency-Key */
    struct str type; /* of the body */
    struct str host; /* another Host */
    struct http_header extra[2];
};

/* ---- life --------------------------------------------------------------------------------------------------------------- */

static inline struct sandbox_options driver_options(const char *database)
{
    return (struct sandbox_options){
        .listen = STR("127.0.0.1:0"),
        .database = database,
        .account = STR("practice"),
        .email = STR("admin@practice.example"),
        .api_token = STR("practice-token"),
        .oauth_client_id = STR("practice-client"),
        .oauth_client_secret = STR("practice-secret"),
    };
}

static inline void driver_start(struct driver *d, const struct sandbox_options *options)
{
    struct err err = { .status = OK };
    d->sandbox = sandbox_open(d->loop, options, &err);
    if (!d->sandbox) fail_msg("%s", err.detail);
    d->base = arena_fmt(&d->arena, "http://%.*s", STR_ARG(sandbox_address(d->sandbox)));
}

static inline void driver_open_with(struct driver *d, void (*adjust)(struct sandbox_options *))
{
    *d = (struct driver){ .tree_count = 0 };
    vault_init();
    (void)snprintf(d->folder, sizeof d->folder, "/tmp/sandbox-test-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    (void)snprintf(d->database, sizeof d->database, "%s/practice.db", d->folder);
    arena_init(&d->arena);
    d->loop = loop_open();
    d->client = http_client_open(d->loop, &(struct http_client_options){ .user_agent = "sandbox-test/1" });
    struct sandbox_options options = driver_options(d->database);
    if (adjust) adjust(&options);
    driver_start(d, &options);
}

static inline void driver_open(struct driver *d)
{
    driver_open_with(d, NULL);
}

/* Stops and starts the practice Zendesk on the same database. */
static inline void driver_restart(struct driver *d)
{
    struct sandbox_options options = driver_options(d->database);
    sandbox_close(d->sandbox);
    driver_start(d, &options);
}

static inline int driver_remove_one(const char *path, const struct stat *found, int flag, struct FTW *where)
{
    (void)found;
    (void)flag;
    (void)where;
    return remove(path);
}

static inline void driver_close(struct driver *d)
{
    http_client_close(d->client);
    sandbox_close(d->sandbox);
    loop_close(d->loop);
    for (size_t i = 0; i < d->tree_count; i++) json_free(d->trees[i]);
    arena_clear(&d->arena);
    assert_int_equal(nftw(d->folder, driver_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* ---- asking ------------------------------------------------------------------------------------------------------------- */

static inline void driver_take(void *context, const struct http_result *result)
{
    struct reply *reply = context;
    struct driver *d = reply->driver;
    reply->fault = result->fault.kind;
    reply->nothing_sent = result->fault.nothing_sent;
    reply->is_done = true;
    if (result->fault.kind != NET_OK) return;
    reply->status = result->answer.status;
    for (size_t i = 0; i < result->answer.header_count && i < DRIVER_HEADERS_MAX; i++) {
        struct http_header header = result->answer.headers[i];
        reply->headers[reply->header_count++] =
            (struct http_header){ arena_str(&d->arena, header.name), arena_str(&d->arena, header.value) };
    }
    reply->body = arena_str(&d->arena, result->answer.body);
    struct json *tree = reply->body.len ? json_parse(reply->body, NULL) : NULL;
    if (!tree) return;
    assert_true(d->tree_count < sizeof d->trees / sizeof *d->trees);
    d->trees[d->tree_count++] = tree;
    reply->json = tree;
}

static inline struct str driver_basic(struct driver *d, struct str user)
{
    struct buf out;
    buf_init(&out, 4096);
    buf_lit(&out, "Basic ");
    buf_base64(&out, user.ptr, user.len);
    struct str value = arena_str(&d->arena, buf_view(&out));
    buf_clear(&out);
    return value;
}

/* Sends and returns at once; driver_wait gets the answer. */
static inline struct reply *driver_send(struct driver *d, const struct ask *ask)
{
    struct http_header headers[8];
    size_t count = 0;
    if (ask->user.len) headers[count++] = (struct http_header){ STR("Authorization"), driver_basic(d, ask->user) };
    if (ask->bearer.len)
        headers[count++] =
            (struct http_header){ STR("Authorization"), arena_fmt(&d->arena, "Bearer %.*s", STR_ARG(ask->bearer)) };
    if (ask->key.len) headers[count++] = (struct http_header){ STR("Idempotency-Key"), ask->key };
    if (ask->body.len)
        headers[count++] = (struct http_header){ STR("Content-Type"), ask->type.len ? ask->type : STR("application/json") };
    if (ask->host.len) headers[count++] = (struct http_header){ STR("Host"), ask->host };
    for (size_t i = 0; i < 2; i++)
        if (ask->extra[i].name.len) headers[count++] = ask->extra[i];
    struct reply *reply = arena_new(&d->arena, struct reply);
    reply->driver = d;
    struct http_client_request request = {
        .method = ask->method,
        .url = arena_fmt(&d->arena, "%.*s%.*s", STR_ARG(d->base), STR_ARG(ask->path)),
        .headers = headers,
        .header_count = count,
        .body = ask->body,
    };
    assert_non_null(http_client_start(d->client, &request, NULL, driver_take, reply));
    return reply;
}

static inline struct reply *driver_wait(struct reply *reply)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t end = now.tv_sec + DRIVER_PATIENCE_MS / 1000;
    while (!reply->is_done) {
        loop_step(reply->driver->loop, 10);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > end) fail_msg("%s", "no answer in time");
    }
    return reply;
}

static inline struct reply *driver_ask(struct driver *d, const struct ask *ask)
{
    return driver_wait(driver_send(d, ask));
}

/* As the admin. */
static inline struct reply *get(struct driver *d, const char *path)
{
    return driver_ask(d, &(struct ask){ .method = HTTP_GET, .path = str_from(path), .user = ADMIN });
}

static inline struct reply *send_body(struct driver *d, enum http_method method, const char *path, const char *body)
{
    return driver_ask(d, &(struct ask){ .method = method, .path = str_from(path), .user = ADMIN, .body = str_from(body) });
}

static inline struct reply *post(struct driver *d, const char *path, const char *body)
{
    return send_body(d, HTTP_POST, path, body);
}

static inline struct reply *put(struct driver *d, const char *path, const char *body)
{
    return send_body(d, HTTP_PUT, path, body);
}

/* ---- looking at answers ------------------------------------------------------------------------------------------------- */

static inline struct str header_of(const struct reply *reply, const char *name)
{
    return http_header_get(reply->headers, reply->header_count, str_from(name));
}

#define assert_status(reply, expected) driver_assert_status((reply), (expected), __FILE__, __LINE__)

static inline void driver_assert_status(const struct reply *reply, int expected, const char *file, int line)
{
    if (reply->status == expected) return;
    print_error("status %d (fault %d), not %d: %.*s\n", reply->status, (int)reply->fault, expected, STR_ARG(reply->body));
    _fail(file, line);
}

/* "ticket.audit.events.0.value": a step that is a number goes into an array. */
static inline const struct json *at(const struct json *json, const char *path)
{
    struct str rest = str_from(path), step;
    char key[64];
    uint64_t index;
    while (str_split(&rest, '.', &step)) {
        assert_true(step.len < sizeof key);
        memcpy(key, step.ptr, step.len);
        key[step.len] = '\0';
        json = json_type(json) == JSON_ARRAY && str_to_u64(step, &index) ? json_at(json, index) : json_get(json, key);
    }
    return json;
}

#define text_at(json, path) json_str(at((json), (path)))
#define int_at(json, path)  json_int(at((json), (path)), -1)

/* ---- shortcuts ---------------------------------------------------------------------------------------------------------- */

/* A ticket of a new requester; its id. */
static inline int64_t make_ticket(struct driver *d, const char *subject, const char *email)
{
    struct str body = arena_fmt(&d->arena,
                                "{\"ticket\":{\"subject\":\"%s\",\"comment\":{\"body\":\"Text of %s.\",\"public\":true},"
                                "\"requester\":{\"name\":\"Somebody\",\"email\":\"%s\"}}}",
                                subject, subject, email);
    struct reply *reply = post(d, "/api/v2/tickets", body.ptr);
    assert_status(reply, 201);
    return int_at(reply->json, "ticket.id");
}

static inline const char *path_of(struct driver *d, const char *format, int64_t id)
{
    struct str before = str_slice(str_from(format), 0, str_find(str_from(format), STR("ID"), 0));
    struct str after = str_slice(str_from(format), before.len + 2, SIZE_MAX);
    return arena_fmt(&d->arena, "%.*s%lld%.*s", STR_ARG(before), (long long)id, STR_ARG(after)).ptr;
}

/* Without credentials, as /_sandbox is used. */
static inline struct reply *steer(struct driver *d, enum http_method method, const char *path, const char *body)
{
    return driver_ask(d, &(struct ask){ .method = method, .path = str_from(path), .body = str_from(body) });
}

static inline void arm(struct driver *d, const char *fault)
{
    assert_status(steer(d, HTTP_POST, "/_sandbox/faults", fault), 201);
}

static inline void advance(struct driver *d, int64_t ms)
{
    struct str body = arena_fmt(&d->arena, "{\"advance_ms\":%lld}", (long long)ms);
    assert_status(steer(d, HTTP_POST, "/_sandbox/clock", body.ptr), 200);
}

static inline size_t tickets_in_ledger(struct driver *d)
{
    struct reply *reply = steer(d, HTTP_GET, "/_sandbox/tickets", "");
    assert_status(reply, 200);
    return json_count(at(reply->json, "tickets"));
}

#endif
