/* notice.c - see notice.h.
 *
 * The signature is HMAC-SHA-256 over id.timestamp.body in base64, "v1," before it; during a change of secrets both sign, with a blank between. The secret is sealed in hexadecimal: the base64 that people
 * see is only ever written.
 */
#include "egress/notice.h"

#include "base/mem.h"
#include "egress/sender.h"
#include "vault/token.h"

enum { SECRET_BYTES = 32, SIGNED_BYTES_MAX = 64 * 1024, URL_BYTES_MAX = 2048, TOTAL_MS = 15 * 1000, HEADERS = 4 };

/* ---- the address ------------------------------------------------------------------------------------------------------------- */

bool egress_webhook_address(const struct egress *egress, struct str url)
{
    bool is_https = str_starts(url, STR("https://")), is_http = str_starts(url, STR("http://"));
    if (url.len > URL_BYTES_MAX || (!is_https && !(is_http && egress->webhook_private))) return false;
    struct str rest = str_slice(url, is_https ? 8 : 7, url.len), host = rest;
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (c <= ' ' || c > '~' || c == '#' || c == '\\' || c == '"' || c == '<' || c == '>') return false;
    }
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?') end++;
    host = str_slice(rest, 0, end);
    return host.len > 0 && host.ptr[0] != ':' && str_find(host, STR("@"), 0) == SIZE_MAX;
}

/* ---- the seal ----------------------------------------------------------------------------------------------------------------- */

enum status egress_webhook_seal(struct egress *egress, struct str workspace, struct str url, struct arena *arena,
                                struct str *sealed, struct str *secret)
{
    uint8_t raw[SECRET_BYTES];
    struct buf hex, shown, envelope;
    const struct credential_place place = { egress->key, workspace, workspace };
    if (!egress_webhook_address(egress, url)) return E_INPUT;
    if (egress->far) {
        struct wire_sealed made;
        enum status status =
            far_seal(egress->far, WIRE_SEAL_WEBHOOK, &(struct wire_seal){ .workspace = workspace, .url = url }, arena, &made);
        *sealed = made.sealed.envelope;
        *secret = made.secret;
        return status;
    }
    credential_buffer(&hex, 2 * SECRET_BYTES);
    credential_buffer(&shown, 128);
    buf_init(&envelope, 3 * URL_BYTES_MAX);
    token_random(raw, sizeof raw);
    buf_hex(&hex, raw, sizeof raw);
    buf_lit(&shown, "whsec_");
    buf_base64(&shown, raw, sizeof raw);
    enum status status = credential_seal_webhook(&place, url, buf_view(&hex), &envelope);
    if (status == OK) {
        *sealed = arena_str(arena, buf_view(&envelope));
        *secret = arena_str(arena, buf_view(&shown));
    }
    seal_wipe(&hex);
    seal_wipe(&shown);
    buf_clear(&envelope);
    return status;
}

static unsigned digit(char c)
{
    return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

/* ---- signing ------------------------------------------------------------------------------------------------------------------ */

/* Adds "v1,SIGNATURE" by the secret in this envelope, and copies its address into *url. */
static enum status sign(const struct egress *egress, const struct egress_notice *notice, struct str envelope, struct str message,
                        struct buf *signatures, struct buf *url)
{
    const struct credential_place place = { egress->key, notice->workspace, notice->workspace };
    struct buf plain;
    struct str address, hex;
    char raw[SECRET_BYTES];
    enum status status = credential_open_webhook(&place, envelope, &address, &hex, &plain);
    if (status == OK && hex.len != 2 * SECRET_BYTES) status = E_CORRUPT;
    if (status == OK) {
        for (size_t i = 0; i < sizeof raw; i++) raw[i] = (char)(digit(hex.ptr[2 * i]) << 4 | digit(hex.ptr[2 * i + 1]));
        struct hash mac = hash_hmac_sha256((struct str){ raw, sizeof raw }, message);
        if (signatures->len > 0) buf_char(signatures, ' ');
        buf_lit(signatures, "v1,");
        buf_base64(signatures, mac.bytes, sizeof mac.bytes);
        buf_reset(url);
        buf_str(url, address);
        explicit_bzero(raw, sizeof raw);
    }
    seal_wipe(&plain);
    return status;
}

static void start(struct egress *egress, const struct egress_notice *notice, struct str url, struct str timestamp,
                  struct str signatures, http_result_fn *fn, void *context)
{
    const struct http_header headers[HEADERS] = { { STR("Content-Type"), STR("application/json") },
                                                  { STR("webhook-id"), notice->id },
                                                  { STR("webhook-timestamp"), timestamp },
                                                  { STR("webhook-signature"), signatures } };
    const struct http_client_request request = {
        .method = HTTP_POST,
        .url = url,
        .headers = headers,
        .header_count = HEADERS,
        .body = notice->body,
        .total_ms = TOTAL_MS,
        .public_only = !egress->webhook_private,
    };
    http_client_start(egress->client, &request, NULL, fn, context);
}

void egress_notify(struct egress *egress, const struct egress_notice *notice, http_result_fn *fn, void *context)
{
    struct buf message, signatures, url;
    struct arena arena;
    if (egress->far) {
        far_notify(egress->far, notice, fn, context);
        return;
    }
    arena_init(&arena);
    buf_init(&message, SIGNED_BYTES_MAX);
    buf_init(&signatures, 256);
    buf_init(&url, URL_BYTES_MAX);
    struct str timestamp = arena_fmt(&arena, "%lld", (long long)notice->now_s);
    buf_fmt(&message, "%.*s.%.*s.", STR_ARG(notice->id), STR_ARG(timestamp));
    buf_str(&message, notice->body);
    enum status status = OK;
    if (notice->former_sealed.len > 0)
        status = sign(egress, notice, notice->former_sealed, buf_view(&message), &signatures, &url);
    if (status == OK) status = sign(egress, notice, notice->sealed, buf_view(&message), &signatures, &url);
    if (status == OK && buf_ok(&message) && egress_webhook_address(egress, buf_view(&url)))
        start(egress, notice, buf_view(&url), timestamp, buf_view(&signatures), fn, context);
    else
        sender_refuse(egress,
                      status == OK ? "the webhook's address is not allowed here" : "the webhook's secret cannot be opened", fn,
                      context);
    buf_clear(&message);
    buf_clear(&signatures);
    buf_clear(&url);
    arena_clear(&arena);
}
