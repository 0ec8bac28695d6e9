/* state.h - what one practice Zendesk is made of. For the files of this room only.
 *
 * One `struct sandbox` is one account. The first one has the server; the others hang behind it, each with a database of its own.
 * All of it lives on the loop's thread.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include "net/server.h"
#include "sandbox/desk.h"
#include "sandbox/fault.h"
#include "sandbox/rate.h"
#include "sandbox/sandbox.h"
#include "vault/hash.h"

enum { SANDBOX_KEY_BYTES = 32 };

struct api_call;
struct delivery;
struct http_client;

struct sandbox {
    struct loop *loop;
    struct http_server *server;
    struct desk *desk;
    struct arena memory; /* copies of the options */
    struct str account, admin_email, oauth_client_id;
    struct hash api_token, oauth_client_secret; /* the secrets themselves are not kept */
    char fingerprint_key[SANDBOX_KEY_BYTES];    /* for showing that two credentials were equal, and nothing else of them */
    const struct str *start_faults;             /* those of the command line: a reset arms them again */
    size_t start_fault_count;
    int64_t clock_offset_ms;
    int64_t rate_limit; /* requests a minute */
    struct faults faults;
    struct rates rates;
    struct api_call *waiting;    /* calls that a fault holds back */
    struct http_client *client;  /* for webhooks */
    struct delivery *deliveries; /* under way */
    bool has_seed_data;
    struct sandbox *next_account; /* NULL at the last */
};

/* The account's clock: the machine's, moved by POST /_sandbox/clock. Everything that is stored or expires goes by it. */
int64_t sandbox_now(const struct sandbox *);
void sandbox_advance_clock(struct sandbox *, int64_t by_ms);

/* Back to the first start: nothing stored but the admin, the faults of the command line armed again, the machine's own clock. */
void sandbox_reset(struct sandbox *);

/* The parts of the account that the API cannot change yet. */
enum {
    ACCOUNT_ATTACHMENT_BYTES = 7 * 1024 * 1024, /* the plans' smallest; a file is held in memory whole */
};
#define ACCOUNT_GROUP_ID      INT64_C(6130852536346)
#define ACCOUNT_BRAND_ID      INT64_C(6130830354842)
#define ACCOUNT_FORM_ID       INT64_C(6130830344474)
#define ACCOUNT_ADMIN_ROLE_ID INT64_C(6130869137434)
#define ACCOUNT_LIGHT_ROLE_ID INT64_C(6130869137562) /* a user with this custom_role_id is a light agent */

#endif
