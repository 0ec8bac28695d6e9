/* parts.h - what the files of room flow share; nobody outside includes it. */
#ifndef FLOW_PARTS_H
#define FLOW_PARTS_H

#include "agent/turn.h"
#include "base/limits.h"
#include "flow/flow.h"
#include "zendesk/run.h"

struct lane;

struct flow {
    struct loop *loop;
    struct store *store;
    struct egress *egress;
    struct str install; /* id of this installation: part of every external_id */

    struct lane **lanes; /* open addressing by conversation id; lane.c */
    size_t lane_count, lane_slots;

    size_t running; /* steps, calls, tests: what a drain waits for */
    int64_t answer_ms, slow_ms;
    bool draining, halted;
    struct loop_timer *drain_timer;
    loop_fn *drained;
    void *drained_context;

    struct loop_timer *outbox_timer;
    bool outbox_claiming, outbox_again; /* woken while it was looking: looks again */
};

/* Brackets around everything that a drain has to wait for. */
void flow_enter(struct flow *);
void flow_leave(struct flow *);

/* ---- lane.c: what is alive about one conversation -------------------------------------------------------------------------- */

/* Waits for a turn's end on behalf of an HTTP request; collects what the turn says meanwhile. */
struct waiter {
    struct waiter *next;
    struct lane *lane;
    struct waiter **owner; /* the step's pointer to it, cleared when it is answered first */
    flow_turn_fn *fn;
    void *context;
    struct arena arena;
    struct loop_timer *timer;
    struct str turn;
    struct message *replies;
    struct action *actions;
    size_t reply_count, action_count, room;
};

struct lane {
    struct str workspace, conversation;
    struct flow *flow;
    struct step *first, *last; /* inputs in order; the first one is running when busy */
    bool busy, publishing;
    struct waiter *waiters;
    struct flow_watch *watches;
};

struct lane *lane_get(struct flow *, struct str workspace, struct str conversation); /* made when absent */
void lane_rest(struct lane *);                                                       /* frees it when nothing lives in it */
void lanes_answer(struct flow *);                                                    /* every waiter, with what there is */
void lanes_close(struct flow *);

struct waiter *waiter_new(struct lane *, flow_turn_fn *, void *context);
/* Copies what a step published for this turn. */
void waiter_add_message(struct waiter *, const struct message *);
void waiter_add_action(struct waiter *, const struct action *);
/* Answers and frees it. */
void waiter_answer(struct waiter *, enum status, const char *awaiting);

void lane_publish(struct lane *, const struct flow_event *);

/* ---- outcome of an action's calls ------------------------------------------------------------------------------------------- */

enum { OUTCOME_CALLS_MAX = 8 };

/* Everything that one action's calls have changed, to be stored in one transaction (with the turn's next step, if it belongs to a conversation). */
struct finish {
    struct arena arena;
    enum turn_event_kind event; /* TURN_ACTION_DONE, _FAILED or _WAITING */
    struct action action;       /* status, result, problem as they are from now on */
    struct problem problem;
    bool has_problem;
    bool give_reference; /* the visitor is told: it needs its number */
    bool silent;         /* stored only: the visitor has been told before */
    bool has_request;
    struct request request; /* saved under its fencing token */
    bool has_note;
    struct integration note; /* status, problem, last_ok_at of the connection */
    int64_t secret_set_at;   /* of the credential that the calls were made with */
    struct call calls[OUTCOME_CALLS_MAX];
    size_t call_count;
    flow_act_fn *act_fn; /* a member's own act waits for it */
    void *act_context;
};

struct finish *finish_new(const struct action *);
void finish_free(struct finish *);
/* Inside a job: stores it. E_CONFLICT: another worker owns the request by now; nothing was changed. */
enum status finish_store(struct store_tx *, struct finish *) must_check;
/* Copies the problem into the action row as well. */
void finish_set_problem(struct finish *, const struct problem *);
/* What a call's outcome says about the connection: connected again, needs attention, rate limited. `pauses`: a request waits until the connection is mended, whatever the problem. */
void finish_note_connection(struct finish *, const struct integration *, const struct problem *problem_or_null, bool pauses);
/* Frees a finish that is not to be stored: what the database holds is taken up at the next start, or when the lease is over. */
void finish_abandon(struct finish *);

/* ---- turns.c ------------------------------------------------------------------------------------------------------------------ */

/* Takes the finish: stores it, steps the conversation's turn, publishes. For an action without a conversation it is stored and act_fn called. When the database fails it is tried again
 * later; when only the turn cannot take it, it is stored without the turn. */
void turns_finish(struct flow *, struct finish *);

/* ---- call.c: one call to Zendesk, with its OAuth token renewed when needed ------------------------------------------------------ */

struct zcall;
/* fault.kind NET_OK with nothing_sent: `answer` is a refusal of the access token, and the call itself was never made. `record` is the row for the log of calls, its strings in the arena given at the start. */
typedef void zcall_fn(void *context, const struct http_result *, const struct call *record);
struct zcall_request {
    struct integration *integration;  /* a copy of the caller's own; a renewed token is written into it */
    bool is_new;                      /* its credential is not stored yet, so neither is a token */
    const struct action_spec *action; /* NULL: a connection test */
    const struct zendesk_request *request;
    struct str idempotency_key;
    struct str action_id;
    struct arena *arena;
};
void zcall_start(struct flow *, const struct zcall_request *, zcall_fn *, void *context);
/* The call ended because this process does (flow_halt): it says nothing about Zendesk. */
bool zcall_was_cut(const struct flow *, const struct http_result *);

struct zendesk_who who_of(const struct integration *);

/* ---- perform.c: reads, and a member's own writes ----------------------------------------------------------------------------------- */

/* Performs a read (or, with no conversation, any action whose writing request is not kept): calls, then turns_finish. Copies both. */
void perform_read(struct flow *, const struct integration *, const struct action *, flow_act_fn *, void *context);
/* A dry run's write, already stored with what would have been sent: it is done at once. */
void perform_dry(struct flow *, const struct action *);
/* What stands in the place of a dry run's receipt: the request as it would leave. */
struct str perform_preview(const struct flow *, const struct integration *, const struct action *, bool tag_test, int64_t now_ms,
                           struct arena *);

/* ---- outbox.c ------------------------------------------------------------------------------------------------------------------------ */

/* The request's row from an action about to be sent, already claimed by this process and with the intent recorded: insert it in the transaction that
 * confirms, then outbox_send. On either thread: nothing but `install` is read of the flow. False: the action cannot be put in Zendesk's language; *problem says why. */
bool outbox_prepare(const struct flow *, const struct integration *, const struct action *, bool tag_test, int64_t now_ms,
                    const uint8_t random[16], struct arena *, struct request *, struct problem *problem);
/* After that commit: sends. Copies all three. */
void outbox_send(struct flow *, const struct request *, const struct integration *, const struct action *, flow_act_fn *,
                 void *context);
/* Looks for due requests now. */
void outbox_wake(struct flow *);

/* ---- rows.c --------------------------------------------------------------------------------------------------------------------------- */

struct str new_id(const char *prefix, int64_t at_ms, struct arena *);
struct str problem_text(const struct problem *, struct arena *); /* as it is stored */

/* Copies into another arena. */

struct integration integration_copy(const struct integration *, struct arena *);
struct action action_copy(const struct action *, struct arena *);
struct request request_copy(const struct request *, struct arena *);
struct message message_copy(const struct message *, struct arena *);

#endif
