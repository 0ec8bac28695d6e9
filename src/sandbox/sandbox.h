/* sandbox.h - the practice Zendesk: speaks Zendesk Support API v2 over HTTP, keeps its data in a SQLite file of its own, and
 * shows an inbox at /agent. It shares no state with the server; everything reaches it over HTTP, as everything reaches the real
 * one. /_sandbox tells and steers (ledger.h), for this machine only; the inbox asks for no sign-in, so listen beyond loopback
 * knowingly.
 *
 * Life: sandbox_open, requests are answered while the loop runs, sandbox_close.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "net/loop.h"

struct sandbox;

struct sandbox_options {
    struct str listen;    /* "127.0.0.1:8081"; port 0 picks one */
    const char *database; /* path of the SQLite file; made when absent */
    struct str account;   /* a subdomain label: "practice" */
    /* More accounts on the same address, each with a database beside the first one ("sandbox-NAME.db") and the same credentials. A
     * request is for the account that its Host names (NAME.zendesk.com, NAME.localhost), else X-Practice-Account, else the first. */
    const struct str *more_accounts;
    size_t more_account_count;
    bool seed_data;       /* fill new accounts with a few hundred tickets */
    struct str email;     /* the admin that the credentials belong to */
    struct str api_token; /* practice value */
    struct str oauth_client_id, oauth_client_secret;
    int64_t rate_limit;       /* requests a minute; 0 takes 700; above 2500 single endpoints have no limits of their own */
    const struct str *faults; /* --fault SPEC, as in interfaces.md: "POST /api/v2/tickets status:503 times=1 after=0" */
    size_t fault_count;
};

struct sandbox *sandbox_open(struct loop *, const struct sandbox_options *, struct err *) must_check; /* returns new, or NULL */
struct str sandbox_address(const struct sandbox *); /* "127.0.0.1:8081" with the real port */
void sandbox_close(struct sandbox *);

#endif
