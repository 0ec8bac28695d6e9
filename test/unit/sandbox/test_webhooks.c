/* Webhooks: signatures by the published rule, deliveries that triggers cause, and what is told about them. */
#include "unit/sandbox/driver.h"

#include "net/server.h"
#include "sandbox/webhook.h"

#define VECTORS "../shared/zendesk/webhook-vectors.json"

enum { FILE_MAX = 65536 };

static void signatures_are_those_of_the_vectors(void **state)
{
    (void)state;
    FILE *file = fopen(VECTORS, "rb");
    if (!file) skip();
    static char bytes[FILE_MAX];
    size_t got = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    struct json *tree = json_parse((struct str){ bytes, got }, NULL);
    const struct json *vectors = json_get(tree, "vectors_computed_here_timestamp_plus_body");
    struct arena arena;
    arena_init(&arena);
    assert_true(json_count(vectors) > 0);
    for (size_t i = 0; i < json_count(vectors); i++) {
        const struct json *one = json_at(vectors, i);
        struct str signature = webhook_signature(&arena, json_get_str(tree, "static_secret_for_Test_webhook_before_it_is_saved"),
                                                 json_get_str(one, "timestamp"), json_get_str(one, "body"));
        assert_true(str_eq(signature, json_get_str(one, "signature")));
    }
    arena_clear(&arena);
    json_free(tree);
}

/* The receiver keeps what came last. */
struct receiver {
    struct arena arena;
    struct http_server *server;
    size_t count;
    struct str body, signature, timestamp;
};

static void receive(void *context, struct http_exchange *exchange)
{
    struct receiver *receiver = context;
    const struct http_request *request = http_exchange_request(exchange);
    receiver->count++;
    receiver->body = arena_str(&receiver->arena, request->body);
    receiver->signature =
        arena_str(&receiver->arena, http_header_get(request->headers, request->header_count, STR("X-Zendesk-Webhook-Signature")));
    receiver->timestamp = arena_str(
        &receiver->arena, http_header_get(request->headers, request->header_count, STR("X-Zendesk-Webhook-Signature-Timestamp")));
    http_reply(exchange, &(struct http_answer){ .status = 200, .body = STR("thanks") });
}

static void open_receiver(struct driver *d, struct receiver *receiver)
{
    *receiver = (struct receiver){ .count = 0 };
    arena_init(&receiver->arena);
    receiver->server = http_server_open(d->loop, &(struct http_server_options){ .handler = receive, .context = receiver });
    assert_int_equal(http_server_listen(receiver->server, STR("127.0.0.1:0"), NULL), OK);
}

static struct str make_webhook(struct driver *d, struct str address)
{
    struct reply *made = post(d, "/api/v2/webhooks",
                              arena_fmt(&d->arena,
                                        "{\"webhook\":{\"name\":\"n\",\"endpoint\":\"http://%.*s/hook\",\"http_method\":\"POST\","
                                        "\"request_format\":\"json\",\"status\":\"active\","
                                        "\"subscriptions\":[\"conditional_ticket_events\"]}}",
                                        STR_ARG(address))
                                  .ptr);
    assert_status(made, 201);
    struct str id = text_at(made->json, "webhook.id");
    struct reply *trigger =
        post(d, "/api/v2/triggers",
             arena_fmt(&d->arena,
                       "{\"trigger\":{\"title\":\"t\",\"conditions\":{\"all\":[{\"field\":\"status\",\"operator\":\"changed\"},"
                       "{\"field\":\"status\",\"operator\":\"greater_than\",\"value\":\"new\"}],\"any\":[]},"
                       "\"actions\":[{\"field\":\"notification_webhook\",\"value\":[\"%.*s\","
                       "\"{\\\"id\\\":{{ticket.id}},\\\"title\\\":\\\"{{ticket.title}}\\\"}\"]}]}}",
                       STR_ARG(id))
                 .ptr);
    assert_status(trigger, 201);
    return id;
}

static struct reply *invocations(struct driver *d, struct str webhook, const char *status)
{
    const char *path = arena_fmt(&d->arena, "/api/v2/webhooks/%.*s/invocations", STR_ARG(webhook)).ptr;
    for (int i = 0; i < 200; i++) {
        struct reply *list = get(d, path);
        if (str_eq(text_at(list->json, "invocations.0.status"), str_from(status))) return list;
    }
    fail_msg("no invocation became %s", status);
    return NULL;
}

static void a_trigger_calls_its_webhook(void **state)
{
    (void)state;
    struct driver d;
    struct receiver receiver;
    driver_open(&d);
    open_receiver(&d, &receiver);
    struct str webhook = make_webhook(&d, http_server_address(receiver.server));
    int64_t ticket = make_ticket(&d, "say \\\"hi\\\"", "jane@example.com");
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID", ticket), "{\"ticket\":{\"status\":\"open\"}}"), 200);
    struct reply *list = invocations(&d, webhook, "completed");
    assert_int_equal(receiver.count, 1);
    assert_true(str_eq(receiver.body, arena_fmt(&d.arena, "{\"id\":%lld,\"title\":\"say \\\"hi\\\"\"}", (long long)ticket)));
    struct reply *secret = get(&d, arena_fmt(&d.arena, "/api/v2/webhooks/%.*s/signing_secret", STR_ARG(webhook)).ptr);
    assert_true(str_eq(receiver.signature, webhook_signature(&d.arena, text_at(secret->json, "signing_secret.secret"),
                                                             receiver.timestamp, receiver.body)));
    struct reply *attempts = get(&d, arena_fmt(&d.arena, "/api/v2/webhooks/%.*s/invocations/%.*s/attempts", STR_ARG(webhook),
                                               STR_ARG(text_at(list->json, "invocations.0.id")))
                                         .ptr);
    assert_str(text_at(attempts->json, "attempts.0.response.payload"), "thanks");
    http_server_close(receiver.server);
    driver_close(&d);
    arena_clear(&receiver.arena);
}

static void nothing_leaves_this_machine(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct str webhook = make_webhook(&d, STR("127.0.0.1.example.com:9"));
    int64_t ticket = make_ticket(&d, "one", "jane@example.com");
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID", ticket), "{\"ticket\":{\"status\":\"open\"}}"), 200);
    invocations(&d, webhook, "terminated");
    driver_close(&d);
}

static void a_dead_end_is_told(void **state)
{
    (void)state;
    struct driver d;
    struct receiver receiver;
    driver_open(&d);
    open_receiver(&d, &receiver);
    struct str webhook = make_webhook(&d, arena_str(&d.arena, http_server_address(receiver.server)));
    http_server_close(receiver.server);
    arena_clear(&receiver.arena);
    int64_t ticket = make_ticket(&d, "one", "jane@example.com");
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID", ticket), "{\"ticket\":{\"status\":\"open\"}}"), 200);
    invocations(&d, webhook, "failed");
    driver_close(&d);
}

static void changes_say_nothing_back(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct str webhook = make_webhook(&d, STR("127.0.0.1:9"));
    const char *path = arena_fmt(&d.arena, "/api/v2/webhooks/%.*s", STR_ARG(webhook)).ptr;
    assert_status(send_body(&d, HTTP_PATCH, path, "{\"webhook\":{\"status\":\"inactive\"}}"), 204);
    assert_str(text_at(get(&d, path)->json, "webhook.status"), "inactive");
    assert_str(text_at(get(&d, path)->json, "webhook.name"), "n");
    assert_status(put(&d, path, "{\"webhook\":{\"status\":\"active\"}}"), 400);
    assert_status(send_body(&d, HTTP_DELETE, path, ""), 204);
    assert_status(get(&d, path), 404);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_the_vectors),
        cmocka_unit_test(a_trigger_calls_its_webhook),
        cmocka_unit_test(nothing_leaves_this_machine),
        cmocka_unit_test(a_dead_end_is_told),
        cmocka_unit_test(changes_say_nothing_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
