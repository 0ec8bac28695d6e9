/* credential.h - what is sealed, and how it is written. Private to this room.
 *
 * The plaintext of an envelope holds the account's subdomain beside the secret, and the envelope is bound to workspace and
 * row: a changed row can neither carry a secret to another account nor use it under another name. The views of an opened
 * credential point into `plain`, which is wiped by credential_clear.
 */
#ifndef EGRESS_CREDENTIAL_H
#define EGRESS_CREDENTIAL_H

#include "egress/provider.h"
#include "vault/seal.h"

struct credential {
    struct egress_credential is;
    struct str access_token; /* OAuth; empty until credential_open_token */
    struct buf plain, token_plain;
};

struct credential_place {
    const struct seal_key *key;
    struct str workspace, row;
};

/* E_INPUT when a part is empty, holds a line end, or the subdomain is not one label. */
enum status credential_seal(const struct credential_place *, const struct egress_credential *, struct buf *envelope) must_check;
enum status credential_open(const struct credential_place *, struct str envelope, struct credential *) must_check;

/* An access token goes with the subdomain that gave it; E_CORRUPT when that is another than the credential's. */
enum status credential_seal_token(const struct credential_place *, struct str subdomain, struct str token,
                                  struct buf *envelope) must_check;
enum status credential_open_token(const struct credential_place *, struct str envelope, struct credential *) must_check;

/* A webhook's address goes with its secret. `plain` holds both and is to be wiped, whatever the status. */
enum status credential_seal_webhook(const struct credential_place *, struct str url, struct str secret,
                                    struct buf *envelope) must_check;
enum status credential_open_webhook(const struct credential_place *, struct str envelope, struct str *url, struct str *secret,
                                    struct buf *plain) must_check;

void credential_clear(struct credential *); /* wipes */

/* A model provider's, with its base URL and the way its key is sent. */
enum status credential_seal_provider(const struct credential_place *, const struct egress_provider *,
                                     struct buf *envelope) must_check;
/* The views point into `plain`, which the caller wipes whatever is returned. */
enum status credential_open_provider(const struct credential_place *, struct str envelope, struct egress_provider *,
                                     struct buf *plain) must_check;

/* A buffer that never moves while it holds up to `bytes`: growing would leave a copy behind that nobody wipes. Give it
 * back with seal_wipe. */
void credential_buffer(struct buf *, size_t bytes);

/* The value of the header Authorization: Basic for an API token ("email/token:TOKEN", Zendesk "API token" authentication),
 * Bearer with OAuth. */
void credential_authorization(const struct credential *, struct buf *out);

#endif
