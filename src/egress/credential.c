/* credential.c - envelopes' plaintexts: lines in a fixed order.
 *
 * Lines and not JSON: a parser would put copies of the secret on the heap that nobody wipes, while lines are read as views
 * into the one buffer. No part may hold a line end; that is checked on the way in.
 */
#include "egress/credential.h"

#include "base/mem.h"
#include "egress/address.h"

enum { LINES_MAX = 5, PLAIN_BYTES_MAX = 4096, AUTHORIZATION_BYTES_MAX = 2048 };

void credential_buffer(struct buf *out, size_t bytes)
{
    *out = (struct buf){ .data = mem_alloc(bytes + 1), .cap = bytes + 1, .max = bytes };
}

/* Printable ASCII: what e-mail addresses, client ids and tokens are made of. */
static bool is_one_line(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e) return false;
    return s.len > 0;
}

static enum status seal_lines(const struct credential_place *place, const char *kind, const struct str *lines, size_t count,
                              struct buf *envelope)
{
    const struct seal_place where = { place->workspace, str_from(kind), place->row };
    struct buf plain;
    for (size_t i = 0; i < count; i++)
        if (!is_one_line(lines[i])) return E_INPUT;
    credential_buffer(&plain, PLAIN_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_char(&plain, '\n');
        buf_str(&plain, lines[i]);
    }
    enum status status = buf_ok(&plain) ? seal(place->key, &where, buf_view(&plain), envelope) : E_LIMIT;
    seal_wipe(&plain);
    return status;
}

/* Opens an envelope of exactly `count` lines. */
static enum status open_lines(const struct credential_place *place, const char *kind, struct str envelope, struct str *lines,
                              size_t count, struct buf *plain)
{
    const struct seal_place where = { place->workspace, str_from(kind), place->row };
    buf_init(plain, PLAIN_BYTES_MAX);
    enum status status = seal_open(place->key, &where, envelope, plain);
    struct str rest = buf_view(plain), extra;
    for (size_t i = 0; status == OK && i < count; i++)
        if (!str_split(&rest, '\n', &lines[i])) status = E_CORRUPT;
    if (status == OK && str_split(&rest, '\n', &extra)) status = E_CORRUPT;
    return status;
}

enum status credential_seal(const struct credential_place *place, const struct egress_credential *credential,
                            struct buf *envelope)
{
    const struct str lines[LINES_MAX] = {
        STR("1"),           str_from(integration_auth_name(credential->auth)), credential->subdomain, credential->identifier,
        credential->secret,
    };
    if (!address_is_label(credential->subdomain)) return E_INPUT;
    return seal_lines(place, "zendesk", lines, LINES_MAX, envelope);
}

enum status credential_open(const struct credential_place *place, struct str envelope, struct credential *credential)
{
    struct str lines[LINES_MAX] = { 0 };
    *credential = (struct credential){ 0 };
    buf_init(&credential->token_plain, PLAIN_BYTES_MAX);
    enum status status = open_lines(place, "zendesk", envelope, lines, LINES_MAX, &credential->plain);
    if (status != OK) return status;
    credential->is.subdomain = lines[2];
    credential->is.identifier = lines[3];
    credential->is.secret = lines[4];
    bool is_known = str_eq(lines[0], STR("1")) && integration_auth_from(lines[1], &credential->is.auth);
    return is_known && address_is_label(lines[2]) ? OK : E_CORRUPT;
}

enum status credential_seal_token(const struct credential_place *place, struct str subdomain, struct str token,
                                  struct buf *envelope)
{
    const struct str lines[] = { STR("1"), subdomain, token };
    return seal_lines(place, "zendesk-token", lines, 3, envelope);
}

enum status credential_open_token(const struct credential_place *place, struct str envelope, struct credential *credential)
{
    struct str lines[3] = { 0 };
    enum status status = open_lines(place, "zendesk-token", envelope, lines, 3, &credential->token_plain);
    if (status != OK) return status;
    if (!str_eq(lines[0], STR("1")) || !str_eq(lines[1], credential->is.subdomain)) return E_CORRUPT;
    credential->access_token = lines[2];
    return OK;
}

enum status credential_seal_webhook(const struct credential_place *place, struct str url, struct str secret, struct buf *envelope)
{
    const struct str lines[] = { STR("1"), url, secret };
    return seal_lines(place, "webhook", lines, 3, envelope);
}

enum status credential_open_webhook(const struct credential_place *place, struct str envelope, struct str *url,
                                    struct str *secret, struct buf *plain)
{
    struct str lines[3] = { 0 };
    enum status status = open_lines(place, "webhook", envelope, lines, 3, plain);
    if (status != OK) return status;
    *url = lines[1];
    *secret = lines[2];
    return str_eq(lines[0], STR("1")) ? OK : E_CORRUPT;
}

/* A line cannot be empty: one without a key has a mark in its place. */
enum status credential_seal_provider(const struct credential_place *place, const struct egress_provider *provider,
                                     struct buf *envelope)
{
    bool has_key = provider->auth != PROVIDER_NO_KEY;
    const struct str lines[] = { STR("1"), str_from(provider_auth_name(provider->auth)), provider->base_url,
                                 has_key ? provider->key : STR("-") };
    return seal_lines(place, "provider", lines, 4, envelope);
}

enum status credential_open_provider(const struct credential_place *place, struct str envelope, struct egress_provider *provider,
                                     struct buf *plain)
{
    struct str lines[4] = { 0 };
    enum status status = open_lines(place, "provider", envelope, lines, 4, plain);
    *provider = (struct egress_provider){ .base_url = lines[2], .key = lines[3] };
    if (status != OK) return status;
    return str_eq(lines[0], STR("1")) && provider_auth_from(lines[1], &provider->auth) ? OK : E_CORRUPT;
}

void credential_clear(struct credential *credential)
{
    seal_wipe(&credential->plain);
    seal_wipe(&credential->token_plain);
    *credential = (struct credential){ 0 };
}

void credential_authorization(const struct credential *credential, struct buf *out)
{
    struct buf pair;
    if (credential->is.auth == AUTH_OAUTH_CLIENT) {
        buf_lit(out, "Bearer ");
        buf_str(out, credential->access_token);
        return;
    }
    credential_buffer(&pair, AUTHORIZATION_BYTES_MAX);
    buf_str(&pair, credential->is.identifier);
    buf_lit(&pair, "/token:");
    buf_str(&pair, credential->is.secret);
    buf_lit(out, "Basic ");
    buf_base64(out, pair.data, pair.len);
    seal_wipe(&pair);
}
