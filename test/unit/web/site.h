/* site.h - what this room's tests share: the whole server on a real port with a real database file, a Zendesk of a few answers beside it, and a client.
 *
 * Every 2xx answer with JSON is held against the shape that its route promises, and every refusal against the shape of a problem, in each test that makes a call. Everything
 * that goes to the log is kept, to be searched.
 */
#ifndef UNIT_WEB_SITE_H
#define UNIT_WEB_SITE_H

#include "unit/unit.h"

#include <pthread.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/client.h"
#include "store/query.h"
#include "unit/web/shapes.h"
#include "vault/seal.h"
#include "vault/token.h"
#include "web/cookie.h"

/* The planted credentials; whoever finds one of the secrets in an answer, a log line or the database has found a leak. */
#define SITE_EMAIL  "ops@acme.com"
#define SITE_TOKEN  "PlantedToken9fQ2xZ7pLm4"
#define SITE_SECRET "PlantedSecret7hW3kR8vNb1"

struct site_answer {
    int status;
    struct str body, type;
    const struct http_header *headers;
    size_t header_count;
    struct json *json; /* NULL unless it is JSON; freed by site_close */
    struct site_answer *next;
};

struct site {
    char folder[64];
    struct arena arena;
    struct loop *loop;
    struct store *store;
    struct egress *egress;
    struct flow *flow;
    struct web *web;
    struct http_server *server, *zendesk;
    struct http_client *client;
    struct str url;
    struct buf log;
    struct shapes shapes;
    struct site_answer *answers;
    /* the Zendesk */
    int64_t tickets;      /* made so far */
    bool zendesk_refuses; /* 401 to everybody */
    bool zendesk_is_down; /* 503 to everybody */
    /* a model provider at the same address, under /v1 */
    int model_status; /* 0: 200 */
    const char *model_answer;
    unsigned model_calls;
    struct str model_key, model_body; /* as they came, in the arena */
};

/* ---- the Zendesk: what a connection test and a ticket need ---------------------------------------------------------------------- */

static inline void site_zendesk_reply(struct http_exchange *exchange, int status, const char *body)
{
    static const struct http_header headers[] = { { { "Content-Type", 12 }, { "application/json", 16 } } };
    struct http_answer answer = { .status = status, .headers = headers, .header_count = 1, .body = str_from(body) };
    http_reply(exchange, &answer);
}

static inline bool site_zendesk_knows(const struct http_request *request)
{
    struct buf basic;
    struct str given = http_header_get(request->headers, request->header_count, STR("Authorization"));
    buf_init(&basic, 256);
    buf_lit(&basic, "Basic ");
    buf_base64(&basic, SITE_EMAIL "/token:" SITE_TOKEN, sizeof(SITE_EMAIL "/token:" SITE_TOKEN) - 1);
    bool knows = str_eq(given, buf_view(&basic)) || str_eq(given, STR("Bearer granted"));
    buf_clear(&basic);
    return knows;
}

static inline void site_zendesk_create(struct site *site, struct http_exchange *exchange)
{
    struct json *body = json_parse(http_exchange_request(exchange)->body, NULL);
    struct str external_id = json_get_str(json_get(body, "ticket"), "external_id");
    char text[512];
    (void)snprintf(
        text, sizeof text,
        "{\"ticket\":{\"id\":%lld,\"status\":\"open\",\"external_id\":\"%.*s\",\"created_at\":\"2026-11-22T15:00:00Z\","
        "\"subject\":\"Printer on fire\"}}",
        (long long)(35436 + site->tickets++), STR_ARG(external_id));
    site_zendesk_reply(exchange, 201, text);
    json_free(body);
}

static inline void site_zendesk_token(struct http_exchange *exchange)
{
    bool is_right = str_find(http_exchange_request(exchange)->body, STR(SITE_SECRET), 0) != SIZE_MAX;
    const char *granted = "{\"access_token\":\"granted\",\"token_type\":\"bearer\",\"expires_in\":1800,\"scope\":\"read write\"}";
    const char *refused = "{\"error\":\"invalid_client\",\"error_description\":\"no such client\"}";
    site_zendesk_reply(exchange, is_right ? 200 : 401, is_right ? granted : refused);
}

static inline void site_model_handle(struct site *site, struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    site->model_calls++;
    site->model_key = arena_str(&site->arena, http_header_get(request->headers, request->header_count, STR("Authorization")));
    site->model_body = arena_str(&site->arena, request->body);
    site_zendesk_reply(exchange, site->model_status ? site->model_status : 200, site->model_answer);
}

static inline void site_zendesk_handle(void *context, struct http_exchange *exchange)
{
    struct site *site = context;
    const struct http_request *request = http_exchange_request(exchange);
    if (str_starts(request->path, STR("/v1/")))
        site_model_handle(site, exchange);
    else if (site->zendesk_is_down)
        site_zendesk_reply(exchange, 503, "{\"error\":\"unavailable\"}");
    else if (str_eq(request->path, STR("/oauth/tokens")))
        site_zendesk_token(exchange);
    else if (site->zendesk_refuses || !site_zendesk_knows(request))
        site_zendesk_reply(exchange, 401, "{\"error\":\"Couldn't authenticate you\"}");
    else if (str_starts(request->path, STR("/api/v2/users/me")))
        site_zendesk_reply(exchange, 200,
                           "{\"user\":{\"id\":33144647570963,\"name\":\"Ops\",\"email\":\"" SITE_EMAIL
                           "\",\"role\":\"admin\",\"active\":true,\"suspended\":false}}");
    else if (str_starts(request->path, STR("/api/v2/account/settings")))
        site_zendesk_reply(exchange, 200, "{\"settings\":{\"api\":{\"api_token_access\":\"true\"}}}");
    else if (request->method == HTTP_POST && str_starts(request->path, STR("/api/v2/tickets")))
        site_zendesk_create(site, exchange);
    else if (str_starts(request->path, STR("/api/v2/tickets/7")))
        site_zendesk_reply(exchange, 200,
                           "{\"ticket\":{\"id\":7,\"subject\":\"S\",\"description\":\"D\",\"status\":\"open\",\"requester_id\":5,"
                           "\"created_at\":\"2026-11-22T15:00:00Z\",\"updated_at\":\"2026-11-22T15:00:00Z\"}}");
    else if (str_starts(request->path, STR("/api/v2/tickets")))
        site_zendesk_reply(exchange, 200, "{\"tickets\":[],\"meta\":{\"has_more\":false}}");
    else
        site_zendesk_reply(exchange, 200, "{\"results\":[],\"users\":[],\"count\":0}");
}

/* ---- life -------------------------------------------------------------------------------------------------------------------------- */

/* Both threads tell; who reads the log reads it when the storage thread has nothing to say. */
static inline void site_log(void *context, enum log_level level, const char *message, const struct log_field *fields)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct site *site = context;
    pthread_mutex_lock(&mutex);
    buf_fmt(&site->log, "%d %s", (int)level, message);
    for (; fields->key != NULL; fields++) {
        if (fields->is_number)
            buf_fmt(&site->log, " %s=%lld", fields->key, (long long)fields->number);
        else
            buf_fmt(&site->log, " %s=%.*s", fields->key, STR_ARG(fields->text));
    }
    buf_char(&site->log, '\n');
    pthread_mutex_unlock(&mutex);
}

static inline void site_post(void *loop, void (*fn)(void *), void *context)
{
    loop_post(loop, fn, context);
}

static inline struct http_server *site_listen(struct site *site, http_handler *handler, void *context)
{
    struct http_server *server =
        http_server_open(site->loop, &(struct http_server_options){ .handler = handler, .context = context });
    struct err err;
    assert_int_equal(http_server_listen(server, STR("127.0.0.1:0"), &err), OK);
    return server;
}

static inline void site_open_store(struct site *site)
{
    struct err err = { 0 };
    bool created;
    const char *file = arena_cstr(&site->arena, arena_fmt(&site->arena, "%s/c.db", site->folder));
    site->store = store_open(&(struct store_options){ .url = file, .post = site_post, .poster = site->loop }, &err);
    assert_non_null(site->store);
    assert_int_equal(web_bootstrap(site->store, &created, &err), OK);
}

static inline void site_open_rooms(struct site *site, struct str public_url, const struct ranges *proxies)
{
    site->zendesk = site_listen(site, site_zendesk_handle, site);
    struct egress_resolve resolve[] = {
        { STR("acme"), arena_fmt(&site->arena, "http://%.*s", STR_ARG(http_server_address(site->zendesk))) },
        { STR("stopped"), STR("http://127.0.0.1:1") },
    };
    const char *key = arena_cstr(&site->arena, arena_fmt(&site->arena, "%s/key", site->folder));
    site->egress = egress_open(&(struct egress_options){ .loop = site->loop,
                                                         .key_file = key,
                                                         .resolve = resolve,
                                                         .resolve_count = 2,
                                                         .allow_private = true,
                                                         .version = "1.2.3" },
                               NULL);
    assert_non_null(site->egress);
    site->flow = flow_open(&(struct flow_options){ .loop = site->loop, .store = site->store, .egress = site->egress });
    assert_non_null(site->flow);
    site->web =
        web_open(&(struct web_options){ .loop = site->loop,
                                        .store = site->store,
                                        .flow = site->flow,
                                        .version = "1.2.3",
                                        .public_url = public_url,
                                        .trusted_proxies = proxies,
                                        .data_dir = site->folder,
                                        .database = arena_cstr(&site->arena, arena_fmt(&site->arena, "%s/c.db", site->folder)) });
    site->server = site_listen(site, web_handle, site->web);
    site->url = arena_fmt(&site->arena, "http://%.*s", STR_ARG(http_server_address(site->server)));
    site->client = http_client_open(site->loop, &(struct http_client_options){ .user_agent = "test" });
    flow_start(site->flow);
}

/* A server whose proxies are these; NULL: none. */
static inline struct site *site_open_behind(struct str public_url, const struct ranges *proxies)
{
    struct site *site = mem_alloc(sizeof *site);
    vault_init();
    arena_init(&site->arena);
    buf_init(&site->log, 16 * 1024 * 1024);
    shapes_open(&site->shapes);
    log_set_sink(site_log, site);
    (void)snprintf(site->folder, sizeof site->folder, "/tmp/web-test-XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    site->loop = loop_open();
    site_open_store(site);
    site_open_rooms(site, public_url, proxies);
    return site;
}

static inline struct site *site_open_at(struct str public_url)
{
    return site_open_behind(public_url, NULL);
}

static inline int site_remove_one(const char *path, const struct stat *found, int flag, struct FTW *where)
{
    (void)found;
    (void)flag;
    (void)where;
    return remove(path);
}

static inline void site_close(struct site *site)
{
    http_client_close(site->client);
    http_server_close(site->server);
    http_server_close(site->zendesk);
    flow_halt(site->flow);
    egress_close(site->egress);
    while (!flow_is_idle(site->flow) || !web_is_idle(site->web)) loop_step(site->loop, 100);
    store_close(site->store);
    loop_step(site->loop, 0);
    web_close(site->web);
    flow_close(site->flow);
    loop_close(site->loop);
    log_set_sink(NULL, NULL);
    for (struct site_answer *answer = site->answers; answer != NULL; answer = answer->next) json_free(answer->json);
    shapes_close(&site->shapes);
    assert_int_equal(nftw(site->folder, site_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    buf_clear(&site->log);
    arena_clear(&site->arena);
    mem_free(site);
}

static inline int site_up(void **state)
{
    *state = site_open_at(STR_NONE);
    return 0;
}

static inline int site_down(void **state)
{
    site_close(*state);
    return 0;
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------------ */

struct site_ask {
    enum http_method method;
    const char *path;
    const char *body;    /* JSON; NULL: none */
    const char *headers; /* "Name: value\nName: value"; NULL: none */
    bool is_local;       /* in-process, as the owner, instead of over the port */
};

static inline struct site_answer *site_keep(struct site *site, const struct http_answer *from)
{
    struct arena *arena = &site->arena;
    struct site_answer *answer = arena_new(arena, struct site_answer);
    struct http_header *headers = arena_array(arena, from->header_count, sizeof *headers);
    for (size_t i = 0; i < from->header_count; i++)
        headers[i] = (struct http_header){ arena_str(arena, from->headers[i].name), arena_str(arena, from->headers[i].value) };
    *answer = (struct site_answer){ .status = from->status,
                                    .body = arena_str(arena, from->body),
                                    .headers = headers,
                                    .header_count = from->header_count,
                                    .next = site->answers };
    answer->type = http_header_get(headers, from->header_count, STR("Content-Type"));
    bool is_json = str_starts(answer->type, STR("application/json")) || str_starts(answer->type, STR("application/problem+json"));
    if (is_json && answer->body.len > 0) {
        answer->json = json_parse(answer->body, NULL);
        assert_non_null(answer->json);
    }
    site->answers = answer;
    return answer;
}

static inline void site_check_shape(const struct site *site, const struct site_ask *ask, const struct site_answer *answer)
{
    struct str path = str_slice(str_from(ask->path), 0, str_find(str_from(ask->path), STR("?"), 0));
    const struct route *route = shapes_route(ask->method, path);
    bool is_problem = str_eq(answer->type, STR("application/problem+json"));
    if (answer->status >= 400 && !str_eq(path, STR("/readyz")))
        assert_true(is_problem); /* /readyz says what is wrong in its own shape */
    if (answer->json == NULL || (!is_problem && (route == NULL || route->answer == SHAPE_NONE))) return;
    enum shape shape = is_problem ? SHAPE_PROBLEM : route->answer;
    if (shapes_fit(&site->shapes, site->shapes.schemas[shape], answer->json)) return;
    fail_msg("%s %s: not of the shape %s: %.*s", http_method_name(ask->method), ask->path, shape_name(shape),
             STR_ARG(answer->body));
}

struct site_wait {
    struct site *site;
    struct site_answer *answer;
    struct buf data; /* of a 2xx, as it came */
    bool is_left;    /* the test goes away before the answer is whole */
};

static inline void site_on_data(void *context, struct str bytes)
{
    struct site_wait *wait = context;
    buf_str(&wait->data, bytes);
}

static inline void site_on_result(void *context, const struct http_result *result)
{
    struct site_wait *wait = context;
    struct http_answer answer = result->answer;
    assert_int_equal(result->fault.kind, wait->is_left ? NET_CANCELLED : NET_OK);
    if (wait->data.len > 0) answer.body = buf_view(&wait->data);
    wait->answer = site_keep(wait->site, &answer);
}

static inline void site_on_local(void *context, const struct http_answer *answer)
{
    struct site_wait *wait = context;
    wait->answer = site_keep(wait->site, answer);
}

enum { SITE_HEADERS_MAX = 12 };

static inline size_t site_headers(const struct site_ask *ask, struct http_header headers[SITE_HEADERS_MAX])
{
    struct str rest = str_from(ask->headers), line, name;
    size_t count = 0;
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        if (!str_split(&line, ':', &name)) continue;
        headers[count++] = (struct http_header){ name, str_trim(line) };
    }
    bool says_type = http_header_get(headers, count, STR("Content-Type")).len > 0;
    if (ask->body != NULL && !says_type) headers[count++] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    return count;
}

static inline void site_start_local(struct site *site, const struct site_ask *ask, struct site_wait *wait)
{
    struct http_header headers[SITE_HEADERS_MAX];
    struct http_request request = {
        .method = ask->method, .target = str_from(ask->path), .headers = headers, .body = str_from(ask->body)
    };
    request.header_count = site_headers(ask, headers);
    web_handle(site->web, http_exchange_local(&request, site_on_local, wait));
}

static inline struct http_call *site_start(struct site *site, const struct site_ask *ask, struct site_wait *wait)
{
    struct http_header headers[SITE_HEADERS_MAX];
    struct http_client_request request = {
        .method = ask->method,
        .url = arena_fmt(&site->arena, "%.*s%s", STR_ARG(site->url), ask->path),
        .headers = headers,
        .body = str_from(ask->body),
    };
    request.header_count = site_headers(ask, headers);
    wait->site = site;
    buf_init(&wait->data, LIMIT_ANSWER_BYTES);
    return http_client_start(site->client, &request, site_on_data, site_on_result, wait);
}

static inline struct site_answer *site_ask(struct site *site, struct site_ask ask)
{
    struct site_wait wait = { .site = site };
    if (ask.is_local)
        site_start_local(site, &ask, &wait);
    else
        site_start(site, &ask, &wait);
    while (wait.answer == NULL) loop_step(site->loop, 1000);
    buf_clear(&wait.data);
    site_check_shape(site, &ask, wait.answer);
    return wait.answer;
}

/* As the owner, in-process. */
static inline struct site_answer *site_get(struct site *site, const char *path)
{
    return site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = path, .is_local = true });
}

static inline struct site_answer *site_send(struct site *site, enum http_method method, const char *path, const char *body)
{
    return site_ask(site, (struct site_ask){ .method = method, .path = path, .body = body, .is_local = true });
}

static inline const char *site_fmt(struct site *site, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline const char *site_fmt(struct site *site, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_in_range(length, 0, sizeof text - 1);
    return arena_cstr(&site->arena, str_from(text));
}

/* A member of the answer as a C string. */
static inline const char *site_text(struct site *site, const struct site_answer *answer, const char *member)
{
    return arena_cstr(&site->arena, json_get_str(answer->json, member));
}

static inline struct str site_header(const struct site_answer *answer, const char *name)
{
    return http_header_get(answer->headers, answer->header_count, str_from(name));
}

/* The answer is the problem `slug`, with its catalogue status and the trace id of the header. */
#define assert_problem(answer, slug) site_assert_problem((answer), (slug), __FILE__, __LINE__)
static inline void site_assert_problem(const struct site_answer *answer, const char *slug, const char *file, int line)
{
    struct str trace = json_get_str(answer->json, "trace_id");
    bool is_it = str_eq(json_get_str(answer->json, "code"), str_from(slug)) &&
                 answer->status == problem_http_status(problem_find(str_from(slug))) && trace.len > 0 &&
                 str_eq(trace, site_header(answer, "X-Request-Id"));
    if (is_it) return;
    print_error("not %s: %d %.*s\n", slug, answer->status, STR_ARG(answer->body));
    _fail(file, line);
}

/* ---- what others do to the database -------------------------------------------------------------------------------------------------------- */

struct site_tampering {
    struct store_job job;
    const char *sql;
};

static inline enum status site_tamper_run(struct store_tx *tx, struct store_job *job)
{
    return db_script(tx->db, ((struct site_tampering *)job)->sql, NULL);
}

/* Makes it look as another process, another day or a fault left it. */
static inline void site_tamper(struct site *site, const char *sql)
{
    struct site_tampering tampering = { .job = { .run = site_tamper_run, .mode = STORE_WRITE }, .sql = sql };
    assert_int_equal(store_run_now(site->store, &tampering.job), OK);
}

/* ---- what most tests begin with --------------------------------------------------------------------------------------------------------- */

/* "Authorization: Bearer ck_..." of a fresh key. */
static inline const char *site_key(struct site *site, const char *role)
{
    struct site_answer *made =
        site_send(site, HTTP_POST, API "/keys", site_fmt(site, "{\"name\":\"test\",\"role\":\"%s\"}", role));
    assert_int_equal(made->status, 201);
    return site_fmt(site, "Authorization: Bearer %s", site_text(site, made, "key"));
}

/* "Cookie: chatcrafter_session=..." of the Set-Cookie of an answer. */
static inline const char *site_cookie(struct site *site, const struct site_answer *answer)
{
    struct str rest = site_header(answer, "Set-Cookie"), pair = STR_NONE;
    assert_true(str_split(&rest, ';', &pair));
    return site_fmt(site, "Cookie: %.*s", STR_ARG(pair));
}

/* The token of a fresh one-time link for the owner. */
static inline const char *site_link(struct site *site)
{
    struct str path, prefix = STR("/sign-in#");
    struct err err;
    assert_int_equal(web_owner_link(site->store, &site->arena, &path, &err), OK);
    assert_true(str_starts(path, prefix));
    return arena_cstr(&site->arena, str_slice(path, prefix.len, path.len));
}

static inline struct site_answer *site_use_link(struct site *site, const char *token)
{
    const char *body = site_fmt(site, "{\"token\":\"%s\"}", token);
    return site_ask(site, (struct site_ask){ .method = HTTP_POST, .path = API "/session/link", .body = body });
}

static inline const char *site_agent(struct site *site)
{
    struct site_answer *made = site_send(site, HTTP_POST, API "/agents", "{\"name\":\"Support\"}");
    assert_int_equal(made->status, 201);
    return site_text(site, made, "id");
}

#define SITE_CREDENTIALS                                                                                                         \
    "{\"provider\":\"zendesk\",\"auth\":\"api_token\",\"subdomain\":\"acme\",\"email\":\"" SITE_EMAIL                            \
    "\",\"api_token\":\"" SITE_TOKEN "\"}"

static inline struct site_answer *site_connect(struct site *site, const char *agent, const char *credentials)
{
    return site_send(site, HTTP_POST, site_fmt(site, API "/agents/%s/integrations", agent), credentials);
}

/* An agent with a connection that works; its id. */
static inline const char *site_connected_agent(struct site *site)
{
    const char *agent = site_agent(site);
    assert_int_equal(site_connect(site, agent, SITE_CREDENTIALS)->status, 201);
    return agent;
}

static inline const char *site_conversation(struct site *site, const char *agent, const char *body)
{
    struct site_answer *made = site_send(site, HTTP_POST, site_fmt(site, API "/agents/%s/conversations", agent), body);
    assert_int_equal(made->status, 201);
    return site_text(site, made, "id");
}

static inline struct site_answer *site_say(struct site *site, const char *conversation, const char *text)
{
    return site_send(site, HTTP_POST, site_fmt(site, API "/conversations/%s/messages", conversation),
                     site_fmt(site, "{\"text\":\"%s\"}", text));
}

#endif
