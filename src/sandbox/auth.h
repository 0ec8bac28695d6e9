/* auth.h - who asks: Basic "email/token:TOKEN" with the account's API token, or Bearer with a token from /oauth/tokens. */
#ifndef SANDBOX_AUTH_H
#define SANDBOX_AUTH_H

#include "sandbox/api.h"

enum auth_result {
    AUTH_ANONYMOUS,     /* no credentials, or of a kind that counts as none (a password, or a token while token access is off) */
    AUTH_KNOWN,         /* call->actor is set */
    AUTH_REFUSED,       /* an e-mail and a token that do not fit */
    AUTH_TOKEN_INVALID, /* an OAuth token that is unknown or over */
};

enum auth_result auth_check(struct api_call *);

/* Whether the OAuth token's scope allows it; API tokens allow everything. `resource` is "tickets" or "users", NULL when only
 * "read" or "write" will do. */
bool auth_scope_allows(const struct api_call *, const char *resource, bool is_write);

#endif
