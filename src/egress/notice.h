/* notice.h - tells the operator's webhook: signed after Standard Webhooks 1.0 (standardwebhooks.com), to the address in the seal and nowhere else.
 *
 * Who gives commands can neither read the secret nor send it elsewhere: the address is sealed with it. Unless the operator allows it (egress_options.webhook_private), the address must be
 * https, and no connection is made to an address that is not on the open internet, whatever its name resolves to.
 */
#ifndef EGRESS_NOTICE_H
#define EGRESS_NOTICE_H

#include "egress/egress.h"

/* May a webhook have this address? Bytes, scheme, a host, nothing before an '@', no fragment. */
bool egress_webhook_address(const struct egress *, struct str url);
/* Makes a secret and seals it with the address. `secret` is "whsec_..." and to be shown once. Both are in the arena. */
enum status egress_webhook_seal(struct egress *, struct str workspace, struct str url, struct arena *, struct str *sealed,
                                struct str *secret) must_check;

struct egress_notice {
    struct str workspace;
    struct str sealed, former_sealed; /* the second signs as well; empty: none */
    struct str id, body;
    int64_t now_s; /* Unix seconds: webhook-timestamp */
};
/* fault.kind NET_PROTOCOL with nothing_sent when the seal does not open. */
void egress_notify(struct egress *, const struct egress_notice *, http_result_fn *, void *context);

#endif
