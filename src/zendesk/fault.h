/* fault.h - Zendesk's refusals and the network's failures, told apart and named from the catalogue. Pure.
 *
 * Parse order (contract.md section 3): status, then the body's shape if it starts with '{' (error object, error string,
 * errors array), else its first 200 characters. A body that cannot be parsed never hides the status.
 */
#ifndef ZENDESK_FAULT_H
#define ZENDESK_FAULT_H

#include "base/http.h"
#include "model/outcome.h"
#include "model/problem.h"
#include "zendesk/run.h"

/* The parts of an error body, whatever its shape. Borrowed from the arena. */
struct zendesk_error {
    struct str code;    /* "RecordInvalid", "Couldn't authenticate you", "invalid_token" */
    struct str text;    /* description, message or title; for text and HTML the first 200 characters, tags removed */
    struct str details; /* the details' descriptions joined by "; ", of all keys */
    struct str field;   /* first key of details other than "base" */
    bool is_html;
    bool is_closed_ticket; /* details.status says so: Zendesk's own code for it is not always there */
    bool is_duplicate;     /* a value belongs to another record */
    bool wants_field;      /* a ticket field must be filled in first: an entry of details has its id */
};

void zendesk_error_parse(const struct http_answer *, struct arena *, struct zendesk_error *);

struct zendesk_who {
    struct str subdomain, identifier; /* whom the sentences name */
    bool oauth;
    struct str scope;           /* granted to the OAuth token; empty when not known */
    int64_t now_ms, last_ok_at; /* tells "revoked" and "idle" from "never worked" */
    struct str practice_url;    /* where the operator sends the account's calls; empty: to Zendesk */
};

/* The problem behind an answer outside 2xx (or a 2xx that is not what it should be). Always names one. */
struct problem zendesk_problem(const struct http_answer *, const struct zendesk_who *, struct arena *);
/* The problem behind no answer at all. */
struct problem zendesk_net_problem(const struct net_fault *, const struct zendesk_who *, struct arena *);

/* How the outbox must take the outcome of a stored request. `answer` or `fault`, the other NULL.
 *   creations of tickets    the table of answers; of a 2xx the external_id must equal the one sent to be DONE
 *   changes of tickets      409 UpdateConflict, and a ticket closed meanwhile: OUTCOME_STALE; other collisions: OUTCOME_NOT_SENT
 *   customers               whatever may have happened, sending again is harmless: OUTCOME_NOT_SENT
 * A 2xx is DONE when it is about the record that was written. */
enum outcome zendesk_classify_write(const struct zendesk_request *sent, const struct http_answer *answer,
                                    const struct net_fault *fault, struct str external_id);
/* Seconds of Retry-After on 429 and 503, clamped to 1..900; 10 when absent or unreadable (contract.md, Retry). */
int64_t zendesk_retry_after_s(const struct http_answer *);

#endif
