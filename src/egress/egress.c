/* egress.c - seals credentials, opens them for one call, and makes that call.
 *
 * An opened secret lives from the start of egress_call to its end: libcurl has its copy of the header then, and ours is
 * wiped. Nothing but the command is trusted less than the seal: host and account come from inside the envelope, and a path
 * that the action table does not have is refused before the envelope is opened.
 */
#include "egress/egress.h"

#include "base/limits.h"
#include "base/mem.h"
#include "egress/address.h"
#include "egress/sender.h"

enum {
    URL_BYTES_MAX = 16 * 1024,
    AUTHORIZATION_BYTES_MAX = 4096,
    HEADERS_MAX = 6,
    IDEMPOTENCY_KEY_MAX = 255,    /* Zendesk's own limit */
    FRESH_IF_IDLE_MS = 20 * 1000, /* a write on a connection that the other side is just closing ends as "may or may not exist" */
    LAST_CHARS = 4,
    LAST_CHARS_FROM = 8, /* of a shorter secret its last four characters would be too much */
};

/* ---- life ---------------------------------------------------------------------------------------------------------- */

static void copy_resolve(struct egress *egress, const struct egress_options *options)
{
    egress->resolve = arena_array(&egress->arena, options->resolve_count, sizeof *egress->resolve);
    egress->resolve_count = options->resolve_count;
    for (size_t i = 0; i < options->resolve_count; i++) {
        struct str url = options->resolve[i].base_url;
        if (str_ends(url, STR("/"))) url = str_slice(url, 0, url.len - 1);
        egress->resolve[i].subdomain = arena_str(&egress->arena, options->resolve[i].subdomain);
        egress->resolve[i].base_url = arena_str(&egress->arena, url);
    }
}

struct egress *egress_open(const struct egress_options *options, struct err *err)
{
    struct seal_key *key = options->is_far ? NULL : seal_key_open(options->key_file, true, err);
    if (!key && !options->is_far) return NULL;
    struct egress *egress = mem_alloc(sizeof *egress);
    egress->loop = options->loop;
    egress->key = key;
    egress->webhook_private = options->webhook_private;
    egress->allow_private = options->allow_private;
    arena_init(&egress->arena);
    copy_resolve(egress, options);
    if (options->is_far) {
        egress->far = far_open(options->loop);
        return egress;
    }
    struct str agent = arena_fmt(&egress->arena, "ChatCrafterAI/%s (+zendesk)", options->version);
    const struct http_client_options client = { .user_agent = agent.ptr, .ca_file = options->ca_file, .proxy = options->proxy };
    egress->client = http_client_open(options->loop, &client);
    return egress;
}

void egress_attach(struct egress *egress, int calls_fd, int seals_fd)
{
    far_attach(egress->far, calls_fd, seals_fd);
}

void egress_close(struct egress *egress)
{
    if (egress == NULL) return;
    if (egress->far)
        far_close(egress->far);
    else
        http_client_close(egress->client);
    seal_key_close(egress->key);
    arena_clear(&egress->arena);
    mem_free(egress);
}

struct str egress_practice_url(const struct egress *egress, struct str subdomain)
{
    for (size_t i = 0; i < egress->resolve_count; i++)
        if (str_eq(egress->resolve[i].subdomain, subdomain)) return egress->resolve[i].base_url;
    return STR_NONE;
}

struct str egress_base_url(const struct egress *egress, struct str subdomain, struct arena *arena, bool *practice)
{
    struct str override = egress_practice_url(egress, subdomain);
    *practice = override.len > 0;
    if (*practice) return override;
    return arena_fmt(arena, "https://%.*s.zendesk.com", STR_ARG(subdomain));
}

/* ---- sealing ------------------------------------------------------------------------------------------------------- */

enum status egress_seal(struct egress *egress, struct str workspace, struct str integration,
                        const struct egress_credential *credential, struct arena *arena, struct egress_sealed *sealed)
{
    const struct credential_place place = { egress->key, workspace, integration };
    struct str secret = credential->secret;
    struct buf envelope;
    char fingerprint[2 * HASH_BYTES + 1];
    if (egress->far) {
        const struct wire_seal far = { .workspace = workspace, .row = integration, .credential = *credential };
        return far_seal_kept(egress->far, WIRE_SEAL, &far, arena, sealed);
    }
    buf_init(&envelope, 4 * LIMIT_SECRET_BYTES + 4096);
    enum status status = credential_seal(&place, credential, &envelope);
    if (status == OK) {
        struct hash hash = seal_fingerprint(egress->key, secret);
        hash_hex(&hash, fingerprint);
        sealed->envelope = arena_str(arena, buf_view(&envelope));
        sealed->fingerprint = arena_str(arena, str_from(fingerprint));
        sealed->last4 =
            secret.len < LAST_CHARS_FROM ? STR_NONE : arena_str(arena, str_slice(secret, secret.len - LAST_CHARS, secret.len));
    }
    buf_clear(&envelope);
    return status;
}

struct credential_place sender_place(const struct egress *egress, const struct egress_command *command)
{
    return (struct credential_place){ egress->key, command->workspace, command->integration };
}

/* ---- one request --------------------------------------------------------------------------------------------------- */

struct refusal {
    http_result_fn *fn;
    void *context;
    const char *reason;
};

static void tell_refusal(void *context)
{
    struct refusal *refusal = context;
    struct http_result result = { .fault = { .kind = NET_PROTOCOL, .nothing_sent = true } };
    struct str reason = str_clip(str_from(refusal->reason), sizeof result.fault.detail - 1);
    for (size_t i = 0; i < reason.len; i++) result.fault.detail[i] = reason.ptr[i];
    refusal->fn(refusal->context, &result);
    mem_free(refusal);
}

void sender_refuse(struct egress *egress, const char *reason, http_result_fn *fn, void *context)
{
    struct refusal *refusal = mem_alloc(sizeof *refusal);
    *refusal = (struct refusal){ fn, context, reason };
    loop_post(egress->loop, tell_refusal, refusal);
}

static size_t fill_headers(const struct credential *credential, const struct egress_command *command, struct str authorization,
                           bool practice, struct http_header headers[HEADERS_MAX])
{
    size_t count = 0;
    headers[count++] = (struct http_header){ STR("Accept"), STR("application/json") };
    struct str type = command->content_type.len > 0 ? command->content_type : STR("application/json");
    if (command->body.len > 0) headers[count++] = (struct http_header){ STR("Content-Type"), type };
    if (command->idempotency_key.len > 0)
        headers[count++] = (struct http_header){ STR("Idempotency-Key"), command->idempotency_key };
    if (practice) headers[count++] = (struct http_header){ STR("X-Practice-Account"), credential->is.subdomain };
    if (authorization.len > 0) headers[count++] = (struct http_header){ STR("Authorization"), authorization };
    return count;
}

void sender_start(struct egress *egress, const struct credential *credential, const struct egress_command *command,
                  struct str path, bool with_authorization, http_result_fn *fn, void *context)
{
    struct http_header headers[HEADERS_MAX];
    struct arena arena;
    struct buf url, authorization;
    bool practice;
    arena_init(&arena);
    buf_init(&url, URL_BYTES_MAX);
    credential_buffer(&authorization, AUTHORIZATION_BYTES_MAX);
    struct str base = egress_base_url(egress, credential->is.subdomain, &arena, &practice);
    buf_str(&url, base);
    buf_str(&url, path);
    if (with_authorization) credential_authorization(credential, &authorization);
    if (!address_is_base(base) || !buf_ok(&url) || !buf_ok(&authorization)) {
        sender_refuse(egress, "the base URL of this account cannot be used", fn, context);
    } else {
        const struct http_client_request request = {
            .method = command->method,
            .url = buf_view(&url),
            .headers = headers,
            .header_count = fill_headers(credential, command, buf_view(&authorization), practice, headers),
            .body = command->body,
            .total_ms = command->total_ms,
            .send_by_ms = command->send_by_ms,
            .fresh_if_idle_ms = command->method == HTTP_GET ? 0 : FRESH_IF_IDLE_MS,
        };
        http_client_start(egress->client, &request, NULL, fn, context);
    }
    seal_wipe(&authorization);
    buf_clear(&url);
    arena_clear(&arena);
}

static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.ptr[i] < 0x21 || key.ptr[i] > 0x7e) return false;
    return key.len <= IDEMPOTENCY_KEY_MAX;
}

void egress_call(struct egress *egress, const struct egress_command *command, http_result_fn *fn, void *context)
{
    const struct credential_place place = sender_place(egress, command);
    struct credential credential;
    if (egress->far) {
        far_call(egress->far, command, fn, context);
        return;
    }
    if (!address_allows(command->action, command->method, command->path) || !is_key(command->idempotency_key)) {
        sender_refuse(egress, "this method and path do not belong to the action", fn, context);
        return;
    }
    enum status status = credential_open(&place, command->sealed, &credential);
    if (status == OK && credential.is.auth == AUTH_OAUTH_CLIENT)
        status = credential_open_token(&place, command->sealed_token, &credential);
    if (status == OK)
        sender_start(egress, &credential, command, command->path, true, fn, context);
    else
        sender_refuse(egress, "the stored secret cannot be opened", fn, context);
    credential_clear(&credential);
}
