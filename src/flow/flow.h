/* flow.h - the only room that performs effects: turns, requests on their way to Zendesk, connection tests.
 *
 * Everything starts by a call here and ends in one callback on the loop's thread. What a callback is given is borrowed during the call. Durable state always comes first: no byte leaves
 * before the commit that says so.
 *
 * Files: turns.c and step.c (a conversation's steps, one at a time), lane.c (what is alive about one: who waits, who follows), acts.c (a member's own act), perform.c (one action's calls
 * to Zendesk), outbox.c (confirmed writes), look.c (was it carried out?), rescue.c (what a person decides about one), connection.c (by which connection it goes), recount.c (is there one ticket of it?), call.c (one call), account.c (the rate budget that calls to one account share), token.c (access tokens), heartbeat.c (connections that nobody uses), notice.c (what the operator's webhook is told), finish.c (what calls have changed), connect.c and probe.c (connection tests and credentials), chain.c (an agent's models, and what they may cost), recall.c (what they may know), thinking.c (an answer while it is made), model_call.c (one call to a model), providers.c (model providers and their tests).
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "egress/egress.h"
#include "egress/notice.h"
#include "model/nouns.h"
#include "net/loop.h"
#include "store/rows.h"
#include "zendesk/check.h"
#include "zendesk/upload.h"

struct flow;

struct flow_options {
    struct loop *loop;
    struct store *store;
    struct egress *egress;
    int64_t answer_ms; /* 0: a little less than LIMIT_TURN_ANSWER_MS: how long a caller waits for a turn */
    int64_t slow_ms;   /* 0: 15 s: without Zendesk's answer after this long the visitor is told that the request is kept */
};

struct flow *flow_open(const struct flow_options *); /* returns new */
/* Takes up what an earlier process left: requests that are due, reads that were out. */
void flow_start(struct flow *);
/* Takes no new work (E_UNAVAILABLE), lets running turns finish or be saved, then calls done once, after at most grace_ms. */
void flow_drain(struct flow *, int64_t grace_ms, loop_fn *done, void *context);
/* Before the egress is closed: from now on no call starts, and one that egress_close cancels leaves everything as it is stored, for the next start to take up. Callers who wait are
 * answered inside this call. Then step the loop until flow_is_idle. */
void flow_halt(struct flow *);
/* Nothing is out and nothing waits to be stored. */
bool flow_is_idle(const struct flow *);
void flow_close(struct flow *); /* only when idle */

/* ---- turns -------------------------------------------------------------------------------------------------------------- */

struct flow_turn_result {
    enum status
        status; /* E_NOT_FOUND: no such conversation or action; E_CONFLICT: action changed; E_UNAVAILABLE: stopping, or too slow; E_IO: storage */
    struct str turn;
    const struct message *replies;
    size_t reply_count;
    const struct action *actions; /* those this turn touched, as they stand now */
    size_t action_count;
    const char *awaiting; /* NULL, "details", "confirmation", "action" */
};
typedef void flow_turn_fn(void *context, const struct flow_turn_result *);

/* A visitor's message. Called back when the agent has answered, or after answer_ms with what there is (awaiting "action"). A repeated client_id gives the stored answers again. */
void flow_message(struct flow *, struct str workspace, struct str conversation, struct str text, struct str client_id,
                  flow_turn_fn *, void *context);
/* The yes or no by button. */
void flow_decide(struct flow *, struct str workspace, struct str conversation, struct str action, bool yes, struct str hash,
                 flow_turn_fn *, void *context);

/* The visitor has heard enough: the answer that is being made ends with what was shown of it. E_CONFLICT: none is. */
void flow_stop(struct flow *, struct str workspace, struct str conversation, flow_turn_fn *, void *context);

/* The team hands the conversation back to the agent, which says so; nothing when no person was asked for in it. */
void flow_resume(struct flow *, struct str workspace, struct str conversation, flow_turn_fn *, void *context);

/* A member's own act: one action, no conversation, no question. `arguments` was checked against the schema. Strings of `entry` live until the answer. Called back without an action: nothing was
 * begun. With an action and not OK: it may be done in Zendesk already, or may still be. */
typedef void flow_act_fn(void *context, enum status, const struct action *);
struct flow_act {
    enum action_kind kind;
    struct str arguments;
    bool dry_run;
    const struct trail_entry *entry; /* added to the audit log with the action, which is its object; NULL: none */
};
void flow_act(struct flow *, const struct integration *, const struct flow_act *, flow_act_fn *, void *context);

/* ---- requests that wait, or need a person ------------------------------------------------------------------------------------- */

enum flow_rescue_kind {
    FLOW_RETRY,  /* another try now; whatever was sent before is looked for first */
    FLOW_SETTLE, /* it came to this ticket, which is looked at in Zendesk */
    FLOW_DROP,   /* it is given up */
};

struct flow_rescue {
    enum flow_rescue_kind kind;
    int64_t ticket_id;               /* FLOW_SETTLE */
    struct str reason;               /* FLOW_DROP: one line; whoever asked for it reads it */
    const struct trail_entry *entry; /* added to the audit log with the change; NULL: none */
};

struct flow_rescue_result {
    enum status
        status; /* E_NOT_FOUND: no such request; E_CONFLICT: `problem` says why not; E_UNAVAILABLE: stopping; others: storage */
    struct problem problem;
    int64_t ticket_id; /* FLOW_SETTLE: the ticket as Zendesk shows it */
    struct str subject, requester;
};
typedef void flow_rescue_fn(void *context, const struct flow_rescue_result *);

/* A person's decision about the request of an action. Its conversation is told. */
void flow_rescue(struct flow *, struct str workspace, struct str action, const struct flow_rescue *, flow_rescue_fn *,
                 void *context);
/* What waits may be due by now: looks. */
void flow_wake(struct flow *);

/* A file that a ticket or comment shall have: sent as it is, its token names it for an hour. Bytes and strings are borrowed until fn runs. `upload` with OK, `problem` with
 * E_INPUT; E_UNAVAILABLE: stopping. */
struct flow_file {
    struct str name, content_type, bytes;
};
typedef void flow_upload_fn(void *context, enum status, const struct zendesk_upload *, const struct problem *);
void flow_upload(struct flow *, const struct integration *, const struct flow_file *, flow_upload_fn *, void *context);

/* ---- following a conversation ---------------------------------------------------------------------------------------------- */

enum flow_event_kind { FLOW_MESSAGE, FLOW_ACTION, FLOW_TURN, FLOW_DELTA };

struct flow_event {
    enum flow_event_kind kind;
    int64_t seq;                   /* of the conversation: what Last-Event-ID names */
    const struct message *message; /* FLOW_MESSAGE */
    const struct action *action;   /* FLOW_ACTION */
    struct str turn;               /* FLOW_TURN: it has ended. FLOW_DELTA: whose words */
    const char *awaiting;
    struct str text; /* FLOW_DELTA: more words of the agent's next message, which is not stored yet; seq is 0 */
    size_t
        at; /* FLOW_DELTA: how long those before it are, in UTF-16 units as browsers count. 0: these take the place of all before */
};
typedef void flow_event_fn(void *context, const struct flow_event *);

struct flow_watch;
/* Events from now on, each after its commit. What came before is read from the store (message_list, event_list) by the caller. Any watch may end from inside any callback. */
struct flow_watch *flow_watch(struct flow *, struct str workspace, struct str conversation, flow_event_fn *, void *context);
void flow_unwatch(struct flow_watch *);
/* What has been shown so far of a message that is being made, and of which turn, for whoever comes in the middle. False: none is. */
bool flow_partial(struct flow *, struct str workspace, struct str conversation, struct str *turn, struct str *text);

/* Where an account's calls go: "https://acme.zendesk.com", or the operator's override, in which case *practice. */
struct str flow_base_url(const struct flow *, struct str subdomain, struct arena *, bool *practice);

/* What is known of an account's rate limit, which all its connections share. */
struct flow_budget {
    int64_t limit;      /* calls a minute; -1: not heard yet */
    int64_t remaining;  /* of the present window; -1: not known */
    int64_t resets_at;  /* 0: not known */
    int64_t hold_until; /* Zendesk asked to wait: no call leaves before; 0: they do */
    int64_t reserve_percent;
};
struct flow_budget flow_budget(const struct flow *, struct str workspace, struct str subdomain);
/* After it was stored. */
void flow_set_reserve(struct flow *, struct str workspace, struct str subdomain, int64_t percent);

/* ---- the operator's webhook ------------------------------------------------------------------------------------------------- */

/* May it have this address here? */
bool flow_webhook_address(const struct flow *, struct str url);
/* Makes a secret and seals it with the address; both in the arena. E_INPUT: not this address. */
enum status flow_webhook_seal(struct flow *, struct str workspace, struct str url, struct arena *, struct str *sealed,
                              struct str *secret) must_check;
/* Tells it a "webhook.test" at once. E_NOT_FOUND: there is none. With OK the notice says what came of the first attempt. */
typedef void flow_notice_fn(void *context, enum status, const struct notice *);
void flow_webhook_test(struct flow *, struct str workspace, flow_notice_fn *, void *context);

/* ---- connections ------------------------------------------------------------------------------------------------------------ */

typedef void flow_check_fn(void *context, const struct check *, enum check_step); /* a step has finished */

struct flow_connect_result {
    enum status status;     /* OK: stored; E_INPUT: the test failed, nothing stored; E_UNAVAILABLE: stopping; others: storage */
    struct problem problem; /* why not */
    const struct check *check;             /* the test that ran; NULL when it did not come to that */
    const struct integration *integration; /* when stored */
    bool same_secret_elsewhere;            /* warning: this token is used by `other_agent` too */
    struct str other_agent;
};
typedef void flow_connect_fn(void *context, const struct flow_connect_result *);

/* Tests the credential, stores it only when the test does not fail. `existing` NULL makes a new integration of `agent`; else its credentials are replaced and what it holds is resumed.
 * The secret is sealed before anything else is done with it. on_check may be NULL. `entry` is added to the audit log with the change, its object and after filled in here; its
 * strings live until the answer. NULL: none. */
void flow_connect(struct flow *, const struct agent *agent, const struct integration *existing, const struct egress_credential *,
                  const struct trail_entry *entry, flow_check_fn *on_check, flow_connect_fn *, void *context);

struct flow_test_result {
    enum status status;                  /* E_UNAVAILABLE: stopping; others: storage */
    const struct integration_test *test; /* NULL when it did not come to that, as `check` */
    const struct check *check;
};
typedef void flow_test_fn(void *context, const struct flow_test_result *);
void flow_test(struct flow *, const struct integration *, flow_check_fn *on_check, flow_test_fn *, void *context);

/* ---- why ---------------------------------------------------------------------------------------------------------------------- */

/* How the built-in engine reads a message, as one JSON object. Safe on any thread. */
void flow_explain(struct str text, struct arena *, struct jw *);

#endif
