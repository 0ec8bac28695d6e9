/* webhooks.c - /api/v2/webhooks: create, show, list, change, delete, the signing secret, invocations and their attempts. Keys and
 * statuses (204 for changes) are those of recordings of 2023. */
#include "sandbox/webhook.h"

#include "base/limits.h"
#include "sandbox/attr.h"
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/warn.h"
#include "vault/token.h"

enum { WEBHOOK_ID_CHARS = 26, SECRET_BYTES = 32 };

#define WEBHOOK_KEYS                                                                                                             \
    "name description endpoint http_method request_format status subscriptions authentication signing_secret custom_headers id"

#define INVOCATION_PREFIX STR("01PRACTICE")

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

static struct webhook row_of(struct desk_query *q, struct arena *arena)
{
    return (struct webhook){
        .id = desk_text(q, 0, arena),
        .body = desk_text(q, 1, arena),
        .secret = desk_text(q, 2, arena),
        .created_at = desk_int(q, 3),
        .created_by = desk_int(q, 4),
    };
}

bool webhook_load(struct desk *desk, struct arena *arena, struct str id, struct webhook *webhook)
{
    struct desk_query *q = desk_query(desk, "SELECT id, body, secret, created_at, created_by FROM webhook WHERE id = ?1");
    desk_bind_text(q, 1, id);
    if (!desk_next(q)) return false;
    *webhook = row_of(q, arena);
    desk_done(q);
    return true;
}

static void store(struct desk *desk, const struct webhook *webhook)
{
    struct desk_query *q =
        desk_query(desk, "INSERT INTO webhook (id, body, secret, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5)"
                         " ON CONFLICT (id) DO UPDATE SET body = excluded.body, secret = excluded.secret");
    desk_bind_text(q, 1, webhook->id);
    desk_bind_text(q, 2, webhook->body);
    desk_bind_text(q, 3, webhook->secret);
    desk_bind_int(q, 4, webhook->created_at);
    desk_bind_int(q, 5, webhook->created_by);
    desk_run(q);
}

static bool load(struct api_call *call, struct webhook *webhook)
{
    if (!str_eq(call->actor->role, STR("admin")))
        fail_forbidden(call);
    else if (webhook_load(call->sandbox->desk, call->arena, call->word, webhook))
        return true;
    else
        fail_not_found(call);
    return false;
}

/* The alphabet is that of ULIDs; the first characters follow from the time, so ids sort as they were made. */
static struct str new_id(const struct api_call *call)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint8_t random[WEBHOOK_ID_CHARS];
    char *text = arena_alloc(call->arena, WEBHOOK_ID_CHARS + 1);
    token_random(random, sizeof random);
    int64_t at = call->now_at;
    for (int i = 9; i >= 0; i--, at /= 32) text[i] = alphabet[at % 32];
    for (int i = 10; i < WEBHOOK_ID_CHARS; i++) text[i] = alphabet[random[i] % 32];
    return str_from(text);
}

static struct str new_secret(struct arena *arena)
{
    uint8_t random[SECRET_BYTES];
    struct buf out;
    token_random(random, sizeof random);
    buf_init(&out, 64);
    buf_base64(&out, random, sizeof random);
    struct str secret = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return secret;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

/* What is secret in the authentication is never shown again. */
static void write_authentication(struct jw *w, const struct json *authentication)
{
    if (json_type(authentication) != JSON_OBJECT) return;
    const struct json *data = json_get(authentication, "data");
    jw_key(w, "authentication");
    jw_object(w);
    jw_kv_str(w, "type", json_get_str(authentication, "type"));
    jw_key(w, "data");
    jw_object(w);
    if (json_get(data, "username")) jw_kv_str(w, "username", json_get_str(data, "username"));
    if (json_get(data, "name")) jw_kv_str(w, "name", json_get_str(data, "name"));
    jw_end_object(w);
    jw_kv_str(w, "add_position", STR("header"));
    jw_end_object(w);
}

static void write_text(struct jw *w, const struct json *tree, const char *key, const char *fallback)
{
    struct str text = json_get_str(tree, key);
    jw_kv_str(w, key, text.len ? text : str_from(fallback));
}

static void render(const struct api_call *call, struct jw *w, const struct webhook *webhook)
{
    struct json *tree = json_parse(webhook->body, NULL);
    jw_object(w);
    jw_kv_str(w, "id", webhook->id);
    write_text(w, tree, "name", "");
    if (json_get(tree, "description")) write_text(w, tree, "description", "");
    write_text(w, tree, "status", "active");
    jw_key(w, "subscriptions");
    if (json_type(json_get(tree, "subscriptions")) == JSON_ARRAY)
        jw_json(w, json_get(tree, "subscriptions"));
    else
        jw_raw(w, STR("[\"conditional_ticket_events\"]"));
    attr_time(w, "created_at", webhook->created_at);
    jw_kv_str(w, "created_by", arena_fmt(call->arena, "%lld", (long long)webhook->created_by));
    write_text(w, tree, "endpoint", "");
    write_text(w, tree, "http_method", "POST");
    write_text(w, tree, "request_format", "json");
    write_authentication(w, json_get(tree, "authentication"));
    jw_end_object(w);
    json_free(tree);
}

static void reply(struct api_call *call, int status, const struct webhook *webhook)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "webhook");
    render(call, w, webhook);
    jw_end_object(w);
}

static void write_meta(struct jw *w)
{
    jw_key(w, "meta");
    jw_object(w);
    jw_kv_bool(w, "has_more", false);
    attr_null(w, "after_cursor");
    attr_null(w, "before_cursor");
    jw_end_object(w);
    jw_key(w, "links");
    jw_object(w);
    attr_null(w, "prev");
    attr_null(w, "next");
    jw_end_object(w);
}

/* An account has few webhooks (10 on trials), so all of them stand on one page. */
void webhooks_list(struct api_call *call)
{
    struct desk_query *q =
        desk_query(call->sandbox->desk, "SELECT id, body, secret, created_at, created_by FROM webhook ORDER BY id");
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "webhooks");
    jw_array(w);
    while (desk_next(q)) {
        struct webhook webhook = row_of(q, call->arena);
        render(call, w, &webhook);
    }
    jw_end_array(w);
    write_meta(w);
    jw_end_object(w);
}

void webhooks_show(struct api_call *call)
{
    struct webhook webhook;
    if (load(call, &webhook)) reply(call, 200, &webhook);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static struct str merged(struct api_call *call, struct str before, const struct json *given)
{
    struct json *old = before.len ? json_parse(before, NULL) : NULL;
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    for (void *i = json_first(old); i; i = json_next(old, i)) {
        if (json_get(given, json_key(i).ptr)) continue;
        jw_key_str(&w, json_key(i));
        jw_json(&w, json_value(i));
    }
    for (void *i = json_first(given); i; i = json_next(given, i)) {
        jw_key_str(&w, json_key(i));
        jw_json(&w, json_value(i));
    }
    jw_end_object(&w);
    struct str text = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    json_free(old);
    return text;
}

/* The errors of this API are an array, the fifth shape. */
static bool is_valid(struct api_call *call, struct str body)
{
    struct json *tree = json_parse(body, NULL);
    struct str endpoint = json_get_str(tree, "endpoint");
    const char *problem = NULL;
    if (!json_get_str(tree, "name").len)
        problem = "name cannot be blank";
    else if (!str_starts(endpoint, STR("https://")) && !str_starts(endpoint, STR("http://")))
        problem = "endpoint is not a valid URL";
    json_free(tree);
    if (problem) fail_paging(call, "InvalidWebhook", problem);
    return !problem;
}

static const struct json *webhook_object(struct api_call *call, const char *action)
{
    const struct json *object = json_get(call->body, "webhook");
    if (json_type(object) != JSON_OBJECT) {
        fail_attribute(call, "webhook", "an object");
        return NULL;
    }
    warn_unknown_keys(call, "webhooks", action, "webhook", object, STR(WEBHOOK_KEYS));
    return object;
}

void webhooks_create(struct api_call *call)
{
    const struct json *object = webhook_object(call, "create");
    if (!object) return;
    if (!str_eq(call->actor->role, STR("admin"))) {
        fail_forbidden(call);
        return;
    }
    struct webhook webhook = { .id = new_id(call),
                               .secret = new_secret(call->arena),
                               .created_at = call->now_at,
                               .created_by = call->actor->id,
                               .body = merged(call, STR_NONE, object) };
    if (!is_valid(call, webhook.body)) return;
    store(call->sandbox->desk, &webhook);
    reply(call, 201, &webhook);
}

static void update(struct api_call *call, bool is_patch)
{
    struct webhook webhook;
    if (!load(call, &webhook)) return;
    const struct json *object = webhook_object(call, "update");
    if (!object) return;
    webhook.body = merged(call, is_patch ? webhook.body : STR_NONE, object);
    if (!is_valid(call, webhook.body)) return;
    store(call->sandbox->desk, &webhook);
    api_empty(call, 204);
}

void webhooks_replace(struct api_call *call)
{
    update(call, false);
}

void webhooks_change(struct api_call *call)
{
    update(call, true);
}

void webhooks_delete(struct api_call *call)
{
    struct webhook webhook;
    if (!load(call, &webhook)) return;
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM webhook WHERE id = ?1");
    desk_bind_text(q, 1, webhook.id);
    desk_run(q);
    api_empty(call, 204);
}

/* ---- the secret --------------------------------------------------------------------------------------------------------- */

static void reply_secret(struct api_call *call, int status, struct str secret)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "signing_secret");
    jw_object(w);
    jw_kv_str(w, "secret", secret);
    jw_kv_str(w, "algorithm", STR("SHA256"));
    jw_end_object(w);
    jw_end_object(w);
}

void webhooks_secret(struct api_call *call)
{
    struct webhook webhook;
    if (load(call, &webhook)) reply_secret(call, 200, webhook.secret);
}

void webhooks_renew_secret(struct api_call *call)
{
    struct webhook webhook;
    if (!load(call, &webhook)) return;
    webhook.secret = new_secret(call->arena);
    store(call->sandbox->desk, &webhook);
    reply_secret(call, 201, webhook.secret);
}

/* ---- what came of it ---------------------------------------------------------------------------------------------------- */

static struct str invocation_id(struct arena *arena, int64_t id)
{
    return arena_fmt(arena, "%.*s%016lld", STR_ARG(INVOCATION_PREFIX), (long long)id);
}

void webhooks_invocations(struct api_call *call)
{
    struct webhook webhook;
    if (!load(call, &webhook)) return;
    struct desk_query *q = desk_query(
        call->sandbox->desk, "SELECT id, status_code, state, completed_at FROM delivery WHERE webhook_id = ?1 ORDER BY id DESC");
    desk_bind_text(q, 1, webhook.id);
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "invocations");
    jw_array(w);
    while (desk_next(q)) {
        jw_object(w);
        jw_kv_str(w, "id", invocation_id(call->arena, desk_int(q, 0)));
        jw_kv_int(w, "status_code", desk_int(q, 1));
        jw_kv_str(w, "status", desk_text(q, 2, call->arena));
        attr_time(w, "latest_completed_at", desk_int(q, 3));
        jw_end_object(w);
    }
    jw_end_array(w);
    write_meta(w);
    jw_end_object(w);
}

void webhooks_attempts(struct api_call *call)
{
    struct webhook webhook;
    if (!load(call, &webhook)) return;
    int64_t delivery_id = 0;
    if (call->sub_word.len > INVOCATION_PREFIX.len)
        (void)str_to_i64(str_slice(call->sub_word, INVOCATION_PREFIX.len, call->sub_word.len), &delivery_id);
    struct desk_query *q =
        desk_query(call->sandbox->desk, "SELECT id, status_code, state, completed_at, payload, answer FROM delivery"
                                        " WHERE webhook_id = ?1 AND id = ?2");
    desk_bind_text(q, 1, webhook.id);
    desk_bind_int(q, 2, delivery_id);
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "attempts");
    jw_array(w);
    while (desk_next(q)) {
        struct str id = invocation_id(call->arena, desk_int(q, 0));
        jw_object(w);
        jw_kv_str(w, "id", id);
        jw_kv_str(w, "invocation_id", id);
        jw_kv_int(w, "status_code", desk_int(q, 1));
        jw_kv_str(w, "status", desk_text(q, 2, call->arena));
        jw_key(w, "request");
        jw_object(w);
        attr_empty_array(w, "headers");
        jw_kv_str(w, "payload", desk_text(q, 4, call->arena));
        jw_end_object(w);
        jw_key(w, "response");
        jw_object(w);
        attr_empty_array(w, "headers");
        jw_kv_str(w, "payload", desk_text(q, 5, call->arena));
        jw_end_object(w);
        attr_time(w, "completed_at", desk_int(q, 3));
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}
