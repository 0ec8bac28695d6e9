/* sender.h - what egress.c and token.c share. Private to this room. */
#ifndef EGRESS_SENDER_H
#define EGRESS_SENDER_H

#include "egress/credential.h"
#include "egress/far.h"

struct egress {
    struct loop *loop;
    struct far *far; /* NULL: key and client are here */
    struct http_client *client;
    struct seal_key *key;
    struct arena arena; /* the operator's table */
    struct egress_resolve *resolve;
    size_t resolve_count;
    bool webhook_private;
    bool allow_private;
};

/* The place that a command's envelopes belong to. */
struct credential_place sender_place(const struct egress *, const struct egress_command *);

/* Starts one request to the credential's account: base URL, `path`, the headers that all have, and Authorization where
 * `with_authorization`. The path has been checked. */
void sender_start(struct egress *, const struct credential *, const struct egress_command *, struct str path,
                  bool with_authorization, http_result_fn *, void *context);

/* Tells the caller, later and on the loop, that nothing was sent and why. */
void sender_refuse(struct egress *, const char *reason, http_result_fn *, void *context);

#endif
