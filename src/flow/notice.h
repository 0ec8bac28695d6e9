/* notice.h - what the operator's webhook is told: a connection broke or works again, a request or a conversation needs a person.
 *
 * A notice is stored in the transaction that makes it true and sent after the commit, again and again for about three days (Standard Webhooks 1.0); its id stays the same, so that the receiver can tell a
 * repetition. One of a workspace is out at a time, so that they come in order; workspaces do not wait for each other's receivers.
 */
#ifndef FLOW_NOTICE_H
#define FLOW_NOTICE_H

#include "flow/flow.h"

struct telling;

struct notices {
    struct loop_timer *timer;
    bool looking, again; /* again: woken while it was looking */
    struct telling *out[NOTICES_OUT_MAX];
    struct notice_wait *waits;
};

/* Inside a job. *made is set when there is a webhook and something to tell: then call notices_wake after the commit. */
enum status notice_connection(struct store_tx *, const struct integration *before, const struct integration *after,
                              bool *made) must_check;
/* A cap on what models cost is reached: "day" or "workspace". */
enum status notice_spent(struct store_tx *, struct str workspace, const char *scope, bool *made) must_check;
enum status notice_request(struct store_tx *, const struct action *, const struct request *, bool *made) must_check;

/* A person of the team is asked for in the conversation. */
enum status notice_person(struct store_tx *, const struct conversation *, bool *made) must_check;

void notices_wake(struct flow *);
void notices_halt(struct flow *);

#endif
