/* token.h - OAuth access tokens: fetched when a connection has none that lasts, and once more when Zendesk ended it early; never twice at once for one connection.
 *
 * A token is kept in its integration's row, and here as well: whoever read the row before a renewal takes the new one from here instead of renewing again.
 */
#ifndef FLOW_TOKEN_H
#define FLOW_TOKEN_H

#include "flow/flow.h"

struct token_slot {
    struct token_slot *next;
    struct str integration, sealed, scope; /* own */
    int64_t secret_set_at, expires_at;
    struct token_fetch *fetch; /* under way; NULL: none */
};

/* `refused` NULL: the integration has a token now. Else why there is none, borrowed during the call. */
typedef void token_fn(void *context, const struct egress_token_result *refused);

/* Does it hold a token that lasts a while, perhaps one that was renewed since its row was read? */
bool token_lasts(const struct flow *, struct integration *, struct arena *);
/* Fetches one for `command`'s credential, or waits with others for the one that is being fetched, and writes it into `integration` (strings in the arena). Both are borrowed until fn was
 * called. `is_new`: the credential is not stored yet, so neither is the token. */
void token_renew(struct flow *, struct integration *, bool is_new, const struct egress_command *, struct arena *, token_fn *,
                 void *context);
void tokens_close(struct flow *);

#endif
