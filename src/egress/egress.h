/* egress.h - the only caller of the HTTP client towards Zendesk, model providers (provider.h) and the operator's webhook (notice.h), and the only room that opens sealed secrets.
 *
 * Stateless: a command carries the sealed credential, what it is for, and the request's bytes. The URL's host comes from
 * inside the seal, its path is held against the action table; so who gives commands can neither read a secret nor send it
 * elsewhere. Callbacks run on the loop, later.
 *
 * There are two forms with one interface. Opened with a key file, it does all this itself: in the process that holds the master key, in one-shot commands and in tests. Opened as
 * `is_far`, in the process that serves strangers, it holds no key and hands every command to the first form in the other process (serve.h), over the line of egress_attach.
 */
#ifndef EGRESS_EGRESS_H
#define EGRESS_EGRESS_H

#include "base/http.h"
#include "model/nouns.h"
#include "net/client.h"

struct egress;
/* "mycompany=http://127.0.0.1:8081": calls for that account go to that base URL. Operator only. */
struct egress_resolve {
    struct str subdomain, base_url;
};

struct egress_options {
    struct loop *loop;
    bool is_far; /* the key is in another process; of what follows only resolve, allow_private and webhook_private count */
    const char *key_file; /* the master key; made when absent (vault/seal.h) */
    const struct egress_resolve *resolve;
    size_t resolve_count;
    bool allow_private;          /* model providers may stand at private addresses and be called by http */
    const char *ca_file, *proxy; /* NULL: the system's, none */
    bool webhook_private;        /* webhooks may go to plain http and to private addresses */
    const char *version;         /* for the User-Agent */
};

/* Opens the master key and the client. Copies the options. Returns new, or NULL. */
struct egress *egress_open(const struct egress_options *, struct err *) must_check;
/* Takes two descriptors whose other ends egress_serve has. For a far one: at first, and whenever the other process was started again. */
void egress_attach(struct egress *, int calls_fd, int seals_fd);
void egress_close(struct egress *);

struct egress_credential {
    enum integration_auth auth;
    struct str subdomain, identifier, secret;
};

/* What is kept of a secret. The strings are in the arena. */
struct egress_sealed {
    struct str envelope, last4, fingerprint;
};

/* Seals a new credential for the row `integration`. E_UNAVAILABLE, of this and of every other seal: the process with the key is not there. */
enum status egress_seal(struct egress *, struct str workspace, struct str integration, const struct egress_credential *,
                        struct arena *, struct egress_sealed *) must_check;

struct egress_command {
    struct str workspace, integration; /* the row that the envelopes belong to */
    struct str sealed;                 /* credential */
    struct str sealed_token;           /* OAuth access token; empty with an API token */
    const struct action_spec *action;  /* NULL: a connection test's GET */
    enum http_method method;
    struct str path; /* with query */
    struct str body;
    struct str content_type;    /* of the body; empty: JSON */
    struct str idempotency_key; /* empty: none */
    int64_t total_ms;           /* 0: 45 s */
    int64_t send_by_ms;         /* net/client.h */
};

/* result->fault.kind is NET_PROTOCOL with nothing_sent when the command is refused here (path not in the table, seal broken). */
void egress_call(struct egress *, const struct egress_command *, http_result_fn *, void *context);

/* OAuth client credentials (POST /oauth/tokens; Zendesk "Client credentials grant"). On success `sealed_token` is set. */
struct egress_token_result {
    struct net_fault fault;
    struct http_answer answer; /* without the token; for telling refusals apart */
    struct str sealed_token;   /* empty: refused */
    int64_t expires_in_s;
    struct str scope;
    struct http_timing timing;
};
typedef void egress_token_fn(void *context, const struct egress_token_result *);
void egress_fetch_token(struct egress *, const struct egress_command *, struct str scope, egress_token_fn *, void *context);

/* The operator's override of where an account's calls go; empty when there is none. Borrowed. */
struct str egress_practice_url(const struct egress *, struct str subdomain);
/* Where an account's calls go: "https://acme.zendesk.com", or the operator's override, in which case *practice.
 * Borrowed/arena. */
struct str egress_base_url(const struct egress *, struct str subdomain, struct arena *, bool *practice);

#endif
