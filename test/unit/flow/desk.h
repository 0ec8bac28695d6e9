/* desk.h - a Zendesk of this room's tests, on a real port: what a connection test, a ticket and its status need, and a ledger of every ticket that exists.
 *
 * POST /api/v2/tickets keeps the promise of Idempotency-Key: the same key with the same body gives the first ticket again (x-idempotency-lookup: hit), with another body a
 * 400. A test says beforehand how the next posts fail; afterwards the ledger tells how many tickets there are, whatever the answers said.
 */
#ifndef UNIT_FLOW_DESK_H
#define UNIT_FLOW_DESK_H

#include "unit/unit.h"

#include "base/json.h"
#include "base/mem.h"
#include "net/server.h"

#define DESK_EMAIL  "ops@acme.com"
#define DESK_TOKEN  "9fQ2xZ7pLm4vT1sK8wYb"
#define DESK_SECRET "secret-of-the-client-01"

enum { DESK_FIRST_TICKET = 35436, DESK_PLANS_MAX = 8, DESK_POSTS_MAX = 1024, DESK_HELD_MAX = 256 };

enum desk_fault {
    DESK_WELL,
    DESK_REFUSE,      /* status and body, nothing is made */
    DESK_FAIL_LATE,   /* the ticket is made, then status and body */
    DESK_OTHER,       /* the ticket is made, and the answer is about another one */
    DESK_DROP_BEFORE, /* the connection ends, nothing is made */
    DESK_DROP_AFTER,  /* the ticket is made, then the connection ends */
    DESK_TRUNCATE,    /* the ticket is made, half of the answer arrives */
    DESK_HOLD,        /* the ticket is made, the answer waits for desk_release */
};

struct desk_plan {
    enum desk_fault fault;
    int status;
    const char *body;
    struct http_header header; /* beside the usual ones; none without a name */
};

struct desk_post {
    struct str key, body, external_id;
    int64_t ticket;    /* 0: none was made for it */
    bool is_duplicate; /* an update gave its ticket the tag for one */
};

struct desk {
    struct loop *loop;
    struct http_server *server;
    struct arena arena;
    struct desk_plan plans[DESK_PLANS_MAX]; /* for the next posts, in order */
    size_t plan_count, plan_next;
    struct desk_post posts[DESK_POSTS_MAX]; /* all that arrived */
    size_t post_count, ticket_count;
    struct desk_held {
        struct http_exchange *exchange;
        struct desk_post *post; /* NULL: a read */
    } held[DESK_HELD_MAX];
    size_t held_count;
    struct str last_authorization; /* of the last call that is not for a token */
    int read_status;               /* 0: reads are answered well */
    bool holds_reads;
    bool shows_tickets;   /* the list by external_id is up to date; else it lags and shows none */
    bool has_customer;    /* jane@example.com is a customer */
    bool tells_no_lookup; /* answers do not say what became of the key, as if keys were ignored */
    unsigned reads, updates;
    struct str last_update; /* body of the last PUT */
    /* OAuth */
    unsigned tokens; /* given out; only the last one is good */
    bool tokens_ended, tokens_are_useless;
    struct desk_plan token_plan; /* DESK_REFUSE */
    int64_t token_life_s;
    /* who signs in */
    const char *user;
};

static inline void desk_reply(struct http_exchange *exchange, int status, const struct http_header *more, struct str body)
{
    struct http_header headers[2] = { { STR("Content-Type"), STR("application/json") } };
    size_t count = 1;
    if (more && more->name.len > 0) headers[count++] = *more;
    http_reply(exchange, &(struct http_answer){ .status = status, .headers = headers, .header_count = count, .body = body });
}

/* ---- tickets --------------------------------------------------------------------------------------------------------------------- */

static inline struct str desk_ticket(struct desk *desk, int64_t id, struct str external_id)
{
    return arena_fmt(&desk->arena,
                     "{\"ticket\":{\"id\":%lld,\"status\":\"open\",\"subject\":\"Printer on fire\",\"external_id\":\"%.*s\","
                     "\"created_at\":\"2026-11-22T15:00:00Z\",\"updated_at\":\"2026-11-22T15:00:00Z\"}}",
                     (long long)id, STR_ARG(external_id));
}

static inline struct desk_post *desk_first_with_key(struct desk *desk, struct str key)
{
    for (size_t i = 0; i < desk->post_count; i++)
        if (key.len > 0 && desk->posts[i].ticket > 0 && str_eq(desk->posts[i].key, key)) return &desk->posts[i];
    return NULL;
}

static inline struct desk_post *desk_record(struct desk *desk, const struct http_request *request)
{
    assert_true(desk->post_count < DESK_POSTS_MAX);
    struct desk_post *post = &desk->posts[desk->post_count++];
    struct json *body = json_parse(request->body, NULL);
    struct str key = http_header_get(request->headers, request->header_count, STR("Idempotency-Key"));
    post->external_id = arena_str(&desk->arena, json_get_str(json_get(body, "ticket"), "external_id"));
    post->key = arena_str(&desk->arena, key);
    post->body = arena_str(&desk->arena, request->body);
    json_free(body);
    return post;
}

static inline void desk_make(struct desk *desk, struct desk_post *post)
{
    post->ticket = DESK_FIRST_TICKET + (int64_t)desk->ticket_count++;
}

static inline void desk_answer(struct desk *desk, struct http_exchange *exchange, const struct desk_post *post,
                               const char *lookup)
{
    const struct http_header header = { STR("x-idempotency-lookup"), str_from(lookup) };
    desk_reply(exchange, 201, desk->tells_no_lookup ? NULL : &header, desk_ticket(desk, post->ticket, post->external_id));
}

static inline void desk_hold(struct desk *desk, struct http_exchange *exchange, struct desk_post *post)
{
    assert_true(desk->held_count < DESK_HELD_MAX);
    desk->held[desk->held_count++] = (struct desk_held){ exchange, post };
}

static inline void desk_truncate(struct http_exchange *exchange, struct str body)
{
    http_reply_truncated(exchange, &(struct http_answer){ .status = 201, .body = body }, body.len / 2);
}

static inline void desk_fail(struct desk *desk, struct http_exchange *exchange, struct desk_post *post,
                             const struct desk_plan *plan)
{
    if (plan->fault != DESK_REFUSE && plan->fault != DESK_DROP_BEFORE) desk_make(desk, post);
    switch (plan->fault) {
    case DESK_WELL: desk_answer(desk, exchange, post, "miss"); return;
    case DESK_REFUSE:
    case DESK_FAIL_LATE: desk_reply(exchange, plan->status, &plan->header, str_from(plan->body)); return;
    case DESK_OTHER: desk_reply(exchange, 201, NULL, desk_ticket(desk, 7, STR("cca:somebody:else"))); return;
    case DESK_DROP_BEFORE:
    case DESK_DROP_AFTER: http_exchange_drop(exchange, true); return;
    case DESK_TRUNCATE: desk_truncate(exchange, desk_ticket(desk, post->ticket, post->external_id)); return;
    case DESK_HOLD: desk_hold(desk, exchange, post); return;
    }
}

static inline void desk_create(struct desk *desk, struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    const struct desk_plan well = { .fault = DESK_WELL };
    const struct desk_plan *plan = desk->plan_next < desk->plan_count ? &desk->plans[desk->plan_next++] : &well;
    struct str key = http_header_get(request->headers, request->header_count, STR("Idempotency-Key"));
    struct desk_post *first = desk_first_with_key(desk, key), *post = desk_record(desk, request);
    if (plan->fault != DESK_WELL || !first) {
        desk_fail(desk, exchange, post, plan);
    } else if (str_eq(first->body, post->body)) {
        desk_answer(desk, exchange, first, "hit");
    } else {
        desk_reply(exchange, 400, NULL, STR("{\"error\":\"IdempotentRequestError\"}"));
    }
}

/* ---- everything else --------------------------------------------------------------------------------------------------------------- */

static inline void desk_token(struct desk *desk, struct http_exchange *exchange)
{
    struct str body = http_exchange_request(exchange)->body;
    if (desk->token_plan.fault == DESK_REFUSE) {
        desk_reply(exchange, desk->token_plan.status, &desk->token_plan.header, str_from(desk->token_plan.body));
    } else if (str_find(body, STR(DESK_SECRET), 0) == SIZE_MAX) {
        desk_reply(exchange, 401, NULL, STR("{\"error\":\"invalid_client\",\"error_description\":\"no such client\"}"));
    } else {
        desk->tokens++;
        desk->tokens_ended = desk->tokens_are_useless;
        desk_reply(exchange, 200, NULL,
                   arena_fmt(&desk->arena,
                             "{\"access_token\":\"granted-%u\",\"token_type\":\"bearer\",\"expires_in\":%lld,"
                             "\"scope\":\"read write\"}",
                             desk->tokens, (long long)desk->token_life_s));
    }
}

static inline bool desk_knows(const struct desk *desk, struct str authorization)
{
    struct buf basic;
    char bearer[64];
    (void)snprintf(bearer, sizeof bearer, "Bearer granted-%u", desk->tokens);
    buf_init(&basic, 256);
    buf_lit(&basic, "Basic ");
    buf_base64(&basic, DESK_EMAIL "/token:" DESK_TOKEN, sizeof(DESK_EMAIL "/token:" DESK_TOKEN) - 1);
    bool knows = str_eq(authorization, buf_view(&basic)) || (!desk->tokens_ended && str_eq(authorization, str_from(bearer)));
    buf_clear(&basic);
    return knows;
}

/* GET /api/v2/tickets?external_id=X */
static inline struct str desk_list(struct desk *desk, struct str query)
{
    struct str wanted = STR_NONE, found = STR_NONE;
    (void)http_query_get(query, STR("external_id"), &desk->arena, &wanted);
    for (size_t i = 0; desk->shows_tickets && i < desk->post_count; i++) {
        const struct desk_post *post = &desk->posts[i];
        if (post->ticket == 0 || !str_eq(post->external_id, wanted)) continue;
        struct str whole = desk_ticket(desk, post->ticket, post->external_id), head = STR("{\"ticket\":{");
        found = arena_fmt(&desk->arena, "%.*s%s{\"tags\":[%s],%.*s", STR_ARG(found), found.len > 0 ? "," : "",
                          post->is_duplicate ? "\"cca_duplicate\"" : "", STR_ARG(str_slice(whole, head.len, whole.len - 1)));
    }
    return arena_fmt(&desk->arena, "{\"tickets\":[%.*s],\"meta\":{\"has_more\":false}}", STR_ARG(found));
}

static inline void desk_search_users(const struct desk *desk, struct http_exchange *exchange)
{
    desk_reply(exchange, 200, NULL,
               desk->has_customer
                   ? STR("{\"users\":[{\"id\":9,\"name\":\"Jane\",\"email\":\"jane@example.com\",\"role\":\"end-user\","
                         "\"active\":true,\"suspended\":false}],\"count\":1}")
                   : STR("{\"users\":[],\"count\":0}"));
}

/* GET /api/v2/tickets/N: whatever the number, and as it was made here if it was. */
static inline struct str desk_show(struct desk *desk, struct str path)
{
    int64_t id = 0;
    struct str rest = path, piece = STR_NONE, external_id = STR_NONE;
    while (str_split(&rest, '/', &piece)) continue;
    (void)str_to_i64(piece, &id);
    for (size_t i = 0; i < desk->post_count; i++)
        if (desk->posts[i].ticket == id) external_id = desk->posts[i].external_id;
    return desk_ticket(desk, id, external_id);
}

static inline void desk_read(struct desk *desk, struct http_exchange *exchange)
{
    struct str path = http_exchange_request(exchange)->path;
    desk->reads++;
    if (desk->holds_reads)
        desk_hold(desk, exchange, NULL);
    else if (desk->read_status > 0)
        desk_reply(exchange, desk->read_status, NULL, STR("{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}"));
    else if (str_eq(path, STR("/api/v2/users/search")))
        desk_search_users(desk, exchange);
    else if (str_ends(path, STR("/comments")))
        desk_reply(exchange, 200, NULL, STR("{\"comments\":[],\"meta\":{\"has_more\":false}}"));
    else if (str_eq(path, STR("/api/v2/tickets")))
        desk_reply(exchange, 200, NULL, desk_list(desk, http_exchange_request(exchange)->query));
    else
        desk_reply(exchange, 200, NULL, desk_show(desk, path));
}

/* PUT /api/v2/tickets/N */
static inline void desk_update(struct desk *desk, struct http_exchange *exchange)
{
    const struct http_request *request = http_exchange_request(exchange);
    desk->updates++;
    desk->last_update = arena_str(&desk->arena, request->body);
    bool tags = str_find(request->body, STR("\"cca_duplicate\""), 0) != SIZE_MAX;
    for (size_t i = 0; i < desk->post_count; i++)
        if (str_ends(request->path, arena_fmt(&desk->arena, "/%lld", (long long)desk->posts[i].ticket)))
            desk->posts[i].is_duplicate = desk->posts[i].is_duplicate || (tags && desk->read_status == 0);
    if (desk->read_status > 0)
        desk_reply(exchange, desk->read_status, NULL, STR("{\"error\":\"RecordInvalid\",\"description\":\"x\"}"));
    else
        desk_reply(exchange, 200, NULL, desk_show(desk, request->path));
}

static inline void desk_handle(void *context, struct http_exchange *exchange)
{
    struct desk *desk = context;
    const struct http_request *request = http_exchange_request(exchange);
    struct str authorization = http_header_get(request->headers, request->header_count, STR("Authorization"));
    if (str_eq(request->path, STR("/oauth/tokens"))) {
        desk_token(desk, exchange);
        return;
    }
    desk->last_authorization = arena_str(&desk->arena, authorization);
    if (!desk_knows(desk, authorization))
        desk_reply(exchange, 401, NULL,
                   str_starts(authorization, STR("Basic")) ? STR("{\"error\":\"Couldn't authenticate you\"}")
                                                           : STR("{\"error\":\"invalid_token\"}"));
    else if (str_eq(request->path, STR("/api/v2/users/me")))
        desk_reply(exchange, 200, NULL, str_from(desk->user));
    else if (str_eq(request->path, STR("/api/v2/account/settings")))
        desk_reply(exchange, 200, NULL, STR("{\"settings\":{\"api\":{\"api_token_access\":\"true\"}}}"));
    else if (str_eq(request->path, STR("/api/v2/search")))
        desk_reply(exchange, 200, NULL, STR("{\"results\":[],\"count\":0}"));
    else if (request->method == HTTP_POST)
        desk_create(desk, exchange);
    else if (request->method == HTTP_PUT)
        desk_update(desk, exchange);
    else
        desk_read(desk, exchange);
}

/* Everything that waits is answered well, in the order of its coming. */
static inline void desk_release(struct desk *desk)
{
    bool holds = desk->holds_reads;
    desk->holds_reads = false;
    for (size_t i = 0; i < desk->held_count; i++) {
        struct desk_held *held = &desk->held[i];
        if (held->post)
            desk_answer(desk, held->exchange, held->post, "miss");
        else
            desk_handle(desk, held->exchange);
    }
    desk->held_count = 0;
    desk->holds_reads = holds;
}

/* ---- life ---------------------------------------------------------------------------------------------------------------------------- */

static inline void desk_open(struct desk *desk, struct loop *loop)
{
    *desk = (struct desk){
        .loop = loop,
        .token_life_s = 1800,
        .user = "{\"user\":{\"id\":33144647570963,\"name\":\"Ops\",\"email\":\"" DESK_EMAIL
                "\",\"role\":\"admin\",\"active\":true,\"suspended\":false}}",
    };
    arena_init(&desk->arena);
    desk->server = http_server_open(
        loop, &(struct http_server_options){ .handler = desk_handle, .context = desk, .connections_per_peer = 1024 });
    assert_int_equal(http_server_listen(desk->server, STR("127.0.0.1:0"), NULL), OK);
}

static inline void desk_stop(struct desk *desk)
{
    if (!desk->server) return;
    http_server_close(desk->server);
    desk->server = NULL;
    desk_release(desk); /* their clients have gone; the exchanges still want their answer */
}

static inline void desk_close(struct desk *desk)
{
    desk_stop(desk);
    arena_clear(&desk->arena);
}

static inline void desk_plan(struct desk *desk, struct desk_plan plan)
{
    assert_true(desk->plan_count < DESK_PLANS_MAX);
    desk->plans[desk->plan_count++] = plan;
}

#endif
