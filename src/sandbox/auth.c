/* auth.c - who asks.
 *
 * The API token belongs to the account, not to a person: any verified team member's or user's address may stand beside it, and
 * the address decides the rights. A password instead of a token is no longer looked at by Zendesk; such a caller is anonymous.
 */
#include "sandbox/auth.h"

#include "sandbox/base64.h"
#include "vault/token.h"

static enum auth_result known(struct api_call *call, const struct user *user)
{
    if (user->suspended || !user->active || !user->verified) return AUTH_REFUSED;
    struct user *actor = arena_new(call->arena, struct user);
    *actor = *user;
    call->actor = actor;
    return AUTH_KNOWN;
}

static enum auth_result check_basic(struct api_call *call, struct str encoded)
{
    struct str credentials, name;
    if (!base64_decode(str_trim(encoded), call->arena, &credentials) || !str_split(&credentials, ':', &name)) return AUTH_REFUSED;
    if (!str_ends(name, STR("/token")) || call->plan.no_token_access) return AUTH_ANONYMOUS;
    struct str email = str_slice(name, 0, name.len - 6);
    struct hash given = token_hash(credentials);
    struct user user;
    bool is_token = hash_equal(&given, &call->sandbox->api_token);
    bool is_user = user_by_email(call->sandbox->desk, call->arena, email, &user);
    return is_token && is_user ? known(call, &user) : AUTH_REFUSED;
}

static enum auth_result check_bearer(struct api_call *call, struct str token)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = token_hash(str_trim(token));
    struct user user;
    hash_hex(&hash, hex);
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT scope FROM oauth_token WHERE hash = ?1 AND expires_at > ?2");
    desk_bind_text(q, 1, str_from(hex));
    desk_bind_int(q, 2, call->now_at);
    if (!desk_next(q)) return AUTH_TOKEN_INVALID;
    call->scope = desk_text(q, 0, call->arena);
    desk_done(q);
    /* The client acts as the person it was registered by: the account's admin. */
    if (!user_by_email(call->sandbox->desk, call->arena, call->sandbox->admin_email, &user)) return AUTH_TOKEN_INVALID;
    return known(call, &user) == AUTH_KNOWN ? AUTH_KNOWN : AUTH_TOKEN_INVALID;
}

enum auth_result auth_check(struct api_call *call)
{
    struct str header = api_header_in(call, STR("Authorization")), scheme, rest = header;
    if (!header.len || !str_split(&rest, ' ', &scheme)) return AUTH_ANONYMOUS;
    if (str_eq_nocase(scheme, STR("Basic"))) return check_basic(call, rest);
    if (str_eq_nocase(scheme, STR("Bearer"))) return check_bearer(call, rest);
    return AUTH_REFUSED;
}

bool auth_scope_allows(const struct api_call *call, const char *resource, bool is_write)
{
    if (!call->scope.ptr) return true;
    struct str right = is_write ? STR("write") : STR("read"), rest = call->scope, one;
    struct str narrow = resource ? arena_fmt(call->arena, "%s:%.*s", resource, STR_ARG(right)) : right;
    while (str_split(&rest, ' ', &one))
        if (str_eq(one, right) || str_eq(one, narrow)) return true;
    return false;
}
