/* webhook.h - webhooks: where the account sends what happens to tickets, and what came of it.
 *
 * A delivery is signed: base64(HMAC-SHA256(secret, timestamp + body)) in X-Zendesk-Webhook-Signature. It is stored with the
 * change that causes it, and goes out when that is committed. A practice account reaches this machine only: any other endpoint
 * fails without a connection, and the invocation says so.
 */
#ifndef SANDBOX_WEBHOOK_H
#define SANDBOX_WEBHOOK_H

#include "sandbox/api.h"

struct webhook {
    struct str id; /* 26 characters, as ULIDs have */
    struct str body, secret;
    int64_t created_at, created_by;
};

bool webhook_load(struct desk *, struct arena *, struct str id, struct webhook *);

/* The signature of a delivery. */
struct str webhook_signature(struct arena *, struct str secret, struct str timestamp, struct str body);

/* Keeps a delivery of this payload, to go out when the call is through. */
void webhook_enqueue(struct api_call *, struct str webhook_id, struct str payload);
/* Sends what is kept; after the commit. */
void webhook_deliver(struct sandbox *);

#endif
