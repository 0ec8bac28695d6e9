/* delivery.c - sending what webhooks are owed: a stored delivery becomes one request of the HTTP client, its answer one row.
 *
 * Zendesk tries again after some failures; its table of those is not public, so here each delivery is tried once, and its
 * invocation tells what came of it.
 */
#include "sandbox/webhook.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/moment.h"
#include "net/client.h"

enum { DELIVERY_MS = 10 * 1000, ANSWER_KEPT_MAX = 4096 };

struct delivery {
    struct sandbox *sandbox;
    int64_t id;
    struct delivery *next, *previous;
};

struct str webhook_signature(struct arena *arena, struct str secret, struct str timestamp, struct str body)
{
    struct buf signed_text, out;
    buf_init(&signed_text, timestamp.len + body.len);
    buf_str(&signed_text, timestamp);
    buf_str(&signed_text, body);
    struct hash hash = hash_hmac_sha256(secret, buf_view(&signed_text));
    buf_clear(&signed_text);
    buf_init(&out, 64);
    buf_base64(&out, hash.bytes, sizeof hash.bytes);
    struct str signature = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return signature;
}

void webhook_enqueue(struct api_call *call, struct str webhook_id, struct str payload)
{
    struct webhook webhook;
    struct desk *desk = call->sandbox->desk;
    if (!webhook_load(desk, call->arena, webhook_id, &webhook)) return;
    int64_t id = desk_new_id(desk);
    struct desk_query *q = desk_query(desk, "INSERT INTO delivery (id, webhook_id, payload, state, status_code, created_at,"
                                            " completed_at, answer) VALUES (?1, ?2, ?3, 'waiting', 0, ?4, 0, '')");
    desk_bind_int(q, 1, id);
    desk_bind_text(q, 2, webhook_id);
    desk_bind_text(q, 3, payload);
    desk_bind_int(q, 4, call->now_at);
    desk_run(q);
}

/* ---- what came back ----------------------------------------------------------------------------------------------------- */

static void note(struct sandbox *sandbox, int64_t id, const char *state, int64_t status_code, struct str answer)
{
    struct desk *desk = sandbox->desk;
    desk_begin(desk);
    struct desk_query *q =
        desk_query(desk, "UPDATE delivery SET state = ?2, status_code = ?3, answer = ?4, completed_at = ?5 WHERE id = ?1");
    desk_bind_int(q, 1, id);
    desk_bind_text(q, 2, str_from(state));
    desk_bind_int(q, 3, status_code);
    desk_bind_text(q, 4, answer.len ? answer : STR(""));
    desk_bind_int(q, 5, sandbox_now(sandbox));
    desk_run(q);
    if (!desk_commit(desk)) log_warn("what came of a webhook was not kept", LOG_INT("delivery", id));
}

static void leave(struct delivery *delivery)
{
    if (delivery->previous)
        delivery->previous->next = delivery->next;
    else
        delivery->sandbox->deliveries = delivery->next;
    if (delivery->next) delivery->next->previous = delivery->previous;
}

static void on_answer(void *context, const struct http_result *result)
{
    struct delivery *delivery = context;
    int status = result->fault.kind == NET_OK ? result->answer.status : 0;
    struct str answer =
        result->fault.kind == NET_OK ? str_clip(result->answer.body, ANSWER_KEPT_MAX) : str_from(result->fault.detail);
    if (result->fault.kind != NET_CANCELLED)
        note(delivery->sandbox, delivery->id, status >= 200 && status < 300 ? "completed" : "failed", status, answer);
    leave(delivery);
    mem_free(delivery);
}

/* ---- sending ------------------------------------------------------------------------------------------------------------ */

static bool is_this_machine(struct str url)
{
    size_t from = str_starts(url, STR("https://")) ? 8 : 7, end = from;
    while (end < url.len && url.ptr[end] != '/' && url.ptr[end] != '?') end++;
    struct str host = str_slice(url, from, end);
    if (str_starts(host, STR("[::1]"))) return host.len == 5 || host.ptr[5] == ':';
    size_t colon = str_find(host, STR(":"), 0);
    if (colon != SIZE_MAX) host.len = colon;
    return str_eq(host, STR("127.0.0.1")) || str_eq_nocase(host, STR("localhost"));
}

static struct str basic(struct arena *arena, const struct json *data)
{
    struct buf out;
    struct str pair =
        arena_fmt(arena, "%.*s:%.*s", STR_ARG(json_get_str(data, "username")), STR_ARG(json_get_str(data, "password")));
    buf_init(&out, 4 * pair.len + 16);
    buf_lit(&out, "Basic ");
    buf_base64(&out, pair.ptr, pair.len);
    struct str value = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return value;
}

/* The header that the webhook's own credentials make; its name is empty without any. */
static struct http_header credentials(struct arena *arena, const struct json *authentication)
{
    struct str type = json_get_str(authentication, "type");
    const struct json *data = json_get(authentication, "data");
    if (str_eq(type, STR("basic_auth"))) return (struct http_header){ STR("Authorization"), basic(arena, data) };
    if (str_eq(type, STR("bearer_token")))
        return (struct http_header){ STR("Authorization"),
                                     arena_fmt(arena, "Bearer %.*s", STR_ARG(json_get_str(data, "token"))) };
    if (str_eq(type, STR("api_key"))) return (struct http_header){ json_get_str(data, "name"), json_get_str(data, "value") };
    return (struct http_header){ STR_NONE, STR_NONE };
}

static void start(struct sandbox *sandbox, struct arena *arena, int64_t id, const struct webhook *webhook,
                  const struct json *tree, struct str payload)
{
    char at[MOMENT_TEXT_MAX];
    struct str timestamp = str_from(moment_format(sandbox_now(sandbox), false, at));
    enum http_method method = http_method_from(json_get_str(tree, "http_method"));
    struct http_header headers[] = {
        { STR("Content-Type"), STR("application/json; charset=utf-8") },
        { STR("X-Zendesk-Account-Id"), STR("6130830330138") },
        { STR("X-Zendesk-Webhook-Id"), webhook->id },
        { STR("X-Zendesk-Webhook-Invocation-Id"), arena_fmt(arena, "01PRACTICE%016lld", (long long)id) },
        { STR("X-Zendesk-Webhook-Signature"), webhook_signature(arena, webhook->secret, timestamp, payload) },
        { STR("X-Zendesk-Webhook-Signature-Timestamp"), timestamp },
        credentials(arena, json_get(tree, "authentication")),
    };
    size_t count = sizeof headers / sizeof *headers;
    struct delivery *delivery = mem_alloc(sizeof *delivery);
    *delivery = (struct delivery){ .sandbox = sandbox, .id = id, .next = sandbox->deliveries };
    if (delivery->next) delivery->next->previous = delivery;
    sandbox->deliveries = delivery;
    struct http_client_request request = {
        .method = method == HTTP_OTHER ? HTTP_POST : method,
        .url = json_get_str(tree, "endpoint"),
        .headers = headers,
        .header_count = headers[count - 1].name.len ? count : count - 1,
        .body = payload,
        .connect_ms = DELIVERY_MS,
        .total_ms = DELIVERY_MS,
    };
    http_client_start(sandbox->client, &request, NULL, on_answer, delivery);
}

static void send_one(struct sandbox *sandbox, struct arena *arena, int64_t id, struct str webhook_id, struct str payload)
{
    struct webhook webhook;
    bool is_there = webhook_load(sandbox->desk, arena, webhook_id, &webhook);
    struct json *tree = is_there ? json_parse(webhook.body, NULL) : NULL;
    if (!tree || str_eq(json_get_str(tree, "status"), STR("inactive")))
        note(sandbox, id, "terminated", 0, STR("The webhook is not active."));
    else if (!is_this_machine(json_get_str(tree, "endpoint")))
        note(sandbox, id, "terminated", 0, STR("A practice account delivers to this machine only."));
    else
        start(sandbox, arena, id, &webhook, tree, payload);
    json_free(tree);
}

/* Each is taken out of waiting before it is sent, so it goes out once. */
void webhook_deliver(struct sandbox *sandbox)
{
    struct arena arena;
    struct desk *desk = sandbox->desk;
    arena_init(&arena);
    for (;;) {
        desk_begin(desk);
        struct desk_query *q = desk_query(
            desk, "UPDATE delivery SET state = 'sent' WHERE id = (SELECT min(id) FROM delivery WHERE state = 'waiting')"
                  " RETURNING id, webhook_id, payload");
        bool is_one = desk_next(q);
        int64_t id = is_one ? desk_int(q, 0) : 0;
        struct str webhook_id = is_one ? desk_text(q, 1, &arena) : STR_NONE,
                   payload = is_one ? desk_text(q, 2, &arena) : STR_NONE;
        if (is_one) desk_done(q);
        if (!desk_commit(desk) || !is_one) break;
        send_one(sandbox, &arena, id, webhook_id, payload);
    }
    arena_clear(&arena);
}
