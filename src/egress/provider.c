/* provider.c - one call to a model provider, from the envelope to libcurl. */
#include "egress/provider.h"

#include "base/limits.h"
#include "base/mem.h"
#include "egress/address.h"
#include "egress/sender.h"

enum {
    URL_BYTES_MAX = 2048,
    KEY_HEADER_BYTES_MAX = LIMIT_SECRET_BYTES + 16,
    HEADERS_MAX = 16,
    CONNECT_MS = 10 * 1000,
    QUIET_MS = 60 * 1000, /* before the first byte and between two: models think in silence */
    LAST_CHARS = 4,
    LAST_CHARS_FROM = 8,
};

bool egress_provider_url_fits(const struct egress *egress, struct str base_url)
{
    return address_is_provider_base(base_url, egress->allow_private);
}

bool egress_header_fits(struct str name, struct str value)
{
    static const char *const ours[] = { "authorization", "x-api-key",       "api-key",        "host",       "cookie",
                                        "content-type",  "accept",          "content-length", "connection", "transfer-encoding",
                                        "expect",        "accept-encoding", "upgrade",        "te",         "trailer" };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (str_eq_nocase(name, str_from(ours[i]))) return false;
    for (size_t i = 0; i < name.len; i++)
        if (!char_is_alpha(name.ptr[i]) && !char_is_digit(name.ptr[i]) && name.ptr[i] != '-') return false;
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] < 0x20 || value.ptr[i] > 0x7e) return false;
    bool is_proxys = name.len >= 6 && str_eq_nocase(str_slice(name, 0, 6), STR("proxy-"));
    return name.len > 0 && name.len <= LIMIT_NAME_BYTES && value.len > 0 && value.len <= LIMIT_SECRET_BYTES && !is_proxys;
}

enum status egress_seal_provider(struct egress *egress, struct str workspace, struct str provider,
                                 const struct egress_provider *plain, struct arena *arena, struct egress_sealed *sealed)
{
    const struct credential_place place = { egress->key, workspace, provider };
    struct str key = plain->key;
    struct buf envelope;
    if (!egress_provider_url_fits(egress, plain->base_url) || key.len > LIMIT_SECRET_BYTES) return E_INPUT;
    if (egress->far) {
        const struct wire_seal far = { .workspace = workspace, .row = provider, .provider = *plain };
        return far_seal_kept(egress->far, WIRE_SEAL_PROVIDER, &far, arena, sealed);
    }
    buf_init(&envelope, 4 * LIMIT_SECRET_BYTES + 4096);
    enum status status = credential_seal_provider(&place, plain, &envelope);
    if (status == OK) {
        *sealed = (struct egress_sealed){ .envelope = arena_str(arena, buf_view(&envelope)) };
        if (key.len >= LAST_CHARS_FROM) sealed->last4 = arena_str(arena, str_slice(key, key.len - LAST_CHARS, key.len));
    }
    buf_clear(&envelope);
    return status;
}

/* ---- the call that is out -------------------------------------------------------------------------------------------- */

struct egress_stream {
    struct http_call *near; /* one of the two, once it has begun */
    struct far_call *far;
    http_data_fn *on_data;
    http_result_fn *fn;
    void *context;
};

static void on_stream_data(void *context, struct str bytes)
{
    const struct egress_stream *stream = context;
    stream->on_data(stream->context, bytes);
}

static void on_stream_result(void *context, const struct http_result *result)
{
    struct egress_stream *stream = context;
    stream->fn(stream->context, result);
    mem_free(stream);
}

void egress_stream_cancel(struct egress_stream *stream)
{
    if (stream->far)
        far_steer(stream->far, WIRE_CANCEL);
    else
        http_call_cancel(stream->near);
}

void egress_stream_pause(struct egress_stream *stream)
{
    if (stream->far)
        far_steer(stream->far, WIRE_PAUSE);
    else
        http_call_pause(stream->near);
}

void egress_stream_resume(struct egress_stream *stream)
{
    if (stream->far)
        far_steer(stream->far, WIRE_RESUME);
    else
        http_call_resume(stream->near);
}

/* ---- the call ------------------------------------------------------------------------------------------------------ */

/* The header that carries the key; false when there is none. `value` is for the caller to wipe. */
static bool key_header(const struct egress_provider *provider, struct buf *value, struct http_header *header)
{
    static const char *const names[] = { "Authorization", "x-api-key", "api-key" };
    if (provider->auth == PROVIDER_NO_KEY) return false;
    if (provider->auth == PROVIDER_BEARER) buf_lit(value, "Bearer ");
    buf_str(value, provider->key);
    *header = (struct http_header){ str_from(names[provider->auth]), buf_view(value) };
    return true;
}

static bool fill_headers(const struct egress_model_command *command, const struct egress_provider *provider, struct buf *key,
                         struct http_header headers[HEADERS_MAX], size_t *count)
{
    *count = 0;
    headers[(*count)++] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    headers[(*count)++] = (struct http_header){ STR("Accept"), command->stream ? STR("text/event-stream, application/json")
                                                                               : STR("application/json") };
    if (command->header_count > HEADERS_MAX - 3) return false;
    for (size_t i = 0; i < command->header_count; i++) {
        headers[(*count)++] = command->headers[i];
        if (!egress_header_fits(command->headers[i].name, command->headers[i].value)) return false;
    }
    if (key_header(provider, key, &headers[*count])) (*count)++;
    return buf_ok(key);
}

/* Of what is refused here, the stream hears later. */
static void start(struct egress *egress, const struct egress_provider *provider, const struct egress_model_command *command,
                  struct egress_stream *stream)
{
    struct http_header headers[HEADERS_MAX];
    struct http_client_request request = {
        .method = HTTP_POST,
        .body = command->body,
        .headers = headers,
        .connect_ms = CONNECT_MS,
        .total_ms = command->total_ms,
        .quiet_ms = QUIET_MS,
        .public_only = !egress->allow_private,
    };
    struct buf url, key;
    buf_init(&url, URL_BYTES_MAX);
    credential_buffer(&key, KEY_HEADER_BYTES_MAX);
    buf_str(&url, provider->base_url);
    buf_lit(&url, command->path);
    request.url = buf_view(&url);
    bool fits = fill_headers(command, provider, &key, headers, &request.header_count) && buf_ok(&url);
    if (fits && address_is_model_path(str_from(command->path)))
        stream->near = http_client_start(egress->client, &request, on_stream_data, on_stream_result, stream);
    else
        sender_refuse(egress, "a header or the path of this provider's call cannot be used", on_stream_result, stream);
    seal_wipe(&key);
    buf_clear(&url);
}

static void open_and_start(struct egress *egress, const struct egress_model_command *command, struct egress_stream *stream)
{
    const struct credential_place place = { egress->key, command->workspace, command->provider };
    struct egress_provider provider;
    struct buf plain;
    enum status status = credential_open_provider(&place, command->sealed, &provider, &plain);
    if (status == OK && !egress_provider_url_fits(egress, provider.base_url))
        sender_refuse(egress, "this provider's base URL is not allowed here", on_stream_result, stream);
    else if (status == OK)
        start(egress, &provider, command, stream);
    else
        sender_refuse(egress, "the stored key cannot be opened", on_stream_result, stream);
    seal_wipe(&plain);
}

struct egress_stream *egress_model_call(struct egress *egress, const struct egress_model_command *command, http_data_fn *on_data,
                                        http_result_fn *fn, void *context)
{
    struct egress_stream *stream = mem_alloc(sizeof *stream);
    *stream = (struct egress_stream){ .on_data = on_data, .fn = fn, .context = context };
    if (egress->far)
        stream->far = far_model_call(egress->far, command, on_stream_data, on_stream_result, stream);
    else
        open_and_start(egress, command, stream);
    return stream->near || stream->far ? stream : NULL;
}
