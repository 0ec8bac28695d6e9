/* oauth.c - POST /oauth/tokens: the client credentials grant (RFC 6749 section 4.4) as Zendesk has it since March 2025.
 *
 * An unknown scope name still yields a token, which is then good for nothing; only what lies outside a client's ceiling is
 * refused. No refresh token. Only hashes are kept, so a token is seen once. The status is 201, as in Zendesk's OpenAPI document; RFC 6749 has 200.
 */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "vault/token.h"

enum { LIFE_DEFAULT_S = 1800, LIFE_MIN_S = 300, LIFE_MAX_S = 172800 };

static void refuse(struct api_call *call, int status, const char *code, const char *description)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_kv_str(w, "error", str_from(code));
    jw_kv_str(w, "error_description", str_from(description));
    jw_end_object(w);
}

static bool is_our_client(const struct api_call *call)
{
    struct hash secret = token_hash(json_get_str(call->body, "client_secret"));
    bool is_id =
        call->sandbox->oauth_client_id.len && str_eq(json_get_str(call->body, "client_id"), call->sandbox->oauth_client_id);
    return hash_equal(&secret, &call->sandbox->oauth_client_secret) && is_id;
}

static bool is_over_ceiling(struct str scope)
{
    struct str one;
    while (str_split(&scope, ' ', &one))
        if (str_eq(one, STR("impersonate"))) return true;
    return false;
}

static void forget_expired(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM oauth_token WHERE expires_at <= ?1");
    desk_bind_int(q, 1, call->now_at);
    desk_run(q);
}

static void store(struct api_call *call, struct str token, struct str scope, int64_t life_s)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = token_hash(token);
    hash_hex(&hash, hex);
    struct desk_query *q =
        desk_query(call->sandbox->desk, "INSERT INTO oauth_token (hash, scope, expires_at) VALUES (?1, ?2, ?3)");
    desk_bind_text(q, 1, str_from(hex));
    desk_bind_text(q, 2, scope);
    desk_bind_int(q, 3, call->now_at + life_s * 1000);
    desk_run(q);
}

void oauth_create_token(struct api_call *call)
{
    struct str scope = json_get_str(call->body, "scope");
    int64_t life_s = json_get_int(call->body, "expires_in", LIFE_DEFAULT_S);
    if (!is_our_client(call)) {
        refuse(call, 401, "invalid_client",
               "Client authentication failed due to unknown client, no client authentication included, or unsupported "
               "authentication method.");
        return;
    }
    if (!str_eq(json_get_str(call->body, "grant_type"), STR("client_credentials"))) {
        refuse(call, 400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");
        return;
    }
    if (!scope.len || is_over_ceiling(scope)) {
        refuse(call, 400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
        return;
    }
    if (life_s < LIFE_MIN_S || life_s > LIFE_MAX_S) {
        refuse(call, 400, "invalid_request", "expires_in must be from 300 to 172800 seconds.");
        return;
    }
    char token[TOKEN_TEXT_MAX];
    token_make("", token);
    forget_expired(call);
    store(call, str_from(token), scope, life_s);
    struct jw *w = api_json(call, 201);
    jw_object(w);
    jw_kv_str(w, "access_token", str_from(token));
    jw_kv_str(w, "token_type", STR("bearer"));
    jw_kv_str(w, "scope", scope);
    jw_kv_int(w, "expires_in", life_s);
    jw_end_object(w);
}
