/* parts.h - what the files of room flow share; nobody outside includes it. */
#ifndef FLOW_PARTS_H
#define FLOW_PARTS_H

#include "agent/turn.h"
#include "base/limits.h"
#include "flow/account.h"
#include "flow/flow.h"
#include "flow/heartbeat.h"
#include "flow/notice.h"
#include "flow/token.h"
#include "zendesk/duplicates.h"
#include "zendesk/run.h"

struct lane;

struct flow {
    struct loop *loop;
    struct store *store;
    struct egress *egress;
    struct str install;  /* id of this installation: part of every external_id */
    int64_t restored_at; /* 0: never. Written at the start, on the storage thread; read there only */

    struct lane **lanes; /* open addressing by conversation id; lane.c */
    size_t lane_count, lane_slots;

    size_t running; /* steps, calls, tests: what a drain waits for */
    int64_t answer_ms, slow_ms;
    bool draining, halted;
    struct loop_timer *drain_timer;
    loop_fn *drained;
    void *drained_context;

    struct account *accounts;  /* account.c */
    struct token_slot *tokens; /* token.c */
    struct notices notices;
    struct heartbeat heartbeat;

    struct chain_breaker *breakers; /* chain.c */
    size_t breaker_count;

    struct loop_timer *recount_timer;
    bool is_recounting;

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
    struct thinking *thinking; /* the answer that is being made; NULL: none */
};

struct lane *lane_get(struct flow *, struct str workspace, struct str conversation);  /* made when absent */
struct lane *lane_find(struct flow *, struct str workspace, struct str conversation); /* NULL when absent */
void lane_rest(struct lane *);                                                        /* frees it when nothing lives in it */
void lanes_answer(struct flow *);                                                     /* every waiter, with what there is */
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
    bool give_reference;       /* the visitor is told: it needs its number */
    bool silent;               /* stored only: the visitor has been told before */
    bool has_request, inserts; /* inserts: the request is a new row */
    struct request request;    /* saved under its fencing token */
    bool has_audit;
    struct audit audit;        /* of recount.c */
    struct trail_entry *entry; /* of a person's decision; NULL: none */
    bool has_note;
    struct integration note; /* status, problem, last_ok_at of the connection */
    bool has_notice;         /* stored with it: notices_wake */
    bool distrust;           /* the account ignores Idempotency-Keys */
    int64_t secret_set_at;   /* of the credential that the calls were made with */
    struct call calls[OUTCOME_CALLS_MAX];
    size_t call_count;
    flow_act_fn *act_fn; /* a member's own act, or decision, waits for it */
    void *act_context;
};

struct finish *finish_new(const struct action *);
void finish_free(struct finish *);
/* Inside a job: stores it. E_CONFLICT: another worker owns the request by now; nothing was changed. */
enum status finish_store(struct store_tx *, struct finish *) must_check;
enum status finish_store_calls(struct store_tx *, struct finish *, int64_t now_ms) must_check;
/* The part of it that is about the connection. E_NOT_FOUND: disconnected meanwhile. */
enum status finish_store_note(struct store_tx *, struct finish *) must_check;
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

/* What a call to a model came to, for the conversation that asked. Everything is copied. */
struct turns_model {
    struct model_run run;            /* its end: id, workspace, conversation and what it cost */
    const struct model_reply *reply; /* a fault is in it */
    struct str said;                 /* what was shown of it */
    bool cut;                        /* by our own end, not the model's */
};
void turns_model(struct flow *, const struct turns_model *);

/* ---- call.c: one call to Zendesk, within the account's budget, with its OAuth token renewed when needed ------------------------- */

struct zcall;
/* fault.kind NET_OK with nothing_sent: the call itself was never made, and `answer` is a refusal of the access token, or, with no `record`, our own: the account's budget has no room for so long.
 * `record` is the row for the log of calls, its strings in the arena given at the start; NULL when Zendesk was not asked. */
typedef void zcall_fn(void *context, const struct http_result *, const struct call *record);
struct zcall_request {
    struct integration *integration;  /* a copy of the caller's own; a renewed token is written into it */
    bool is_new;                      /* its credential is not stored yet, so neither is a token */
    const struct action_spec *action; /* NULL: a connection test */
    enum budget_class class;
    const struct zendesk_request *request;
    struct str idempotency_key;
    struct str content_type; /* empty: JSON. Of another body no copy is kept */
    int64_t send_by_ms;      /* 0: at any time */
    struct str action_id;
    struct arena *arena;
};
void zcall_start(struct flow *, const struct zcall_request *, zcall_fn *, void *context);
/* Zendesk gave no access token: the answer is about the OAuth client, not about the call. */
bool zcall_token_was_refused(const struct http_result *, const struct call *record);
/* The call ended because this process does (flow_halt): it says nothing about Zendesk. */
bool zcall_was_cut(const struct flow *, const struct http_result *);

struct zendesk_who who_of(const struct flow *, const struct integration *);

/* ---- order.c: an action as what is sent ---------------------------------------------------------------------------------------------- */

/* Whose matter it is: decided from the conversation, never from arguments. */
struct scope {
    bool is_test;              /* made in Chatlab or in the terminal's chat: its tickets are tagged */
    struct str only_requester; /* a verified visitor's address: nothing of anybody else is touched */
};

struct scope scope_of(const struct conversation *, struct arena *);
/* What requests of this action are made from, with the base of links for reading answers. The strings are in the arena or borrowed from integration and scope. On the loop's thread. */
struct zendesk_setting order_setting_with_links(const struct flow *, const struct integration *, struct str action,
                                                const struct scope *, struct arena *);
/* The row of a writing request, claimed by this process with the intent recorded. Borrows; `random` makes the idempotency key. */
struct request order_request(const struct integration *, const struct action *, const struct zendesk_request *,
                             struct str external_id, int64_t now_ms, const uint8_t random[16], struct arena *);

/* The same for a write whose bytes are not known yet, as Zendesk has to be asked first: path and body are empty, and being made ready again does no harm. */
struct request order_unwritten(const struct integration *, const struct action *, struct str external_id, int64_t now_ms,
                               const uint8_t random[16], struct arena *);
/* `kept`, once unwritten, with the bytes of `written` and the intent to send them now. */
struct request order_written(const struct request *kept, const struct request *written, int64_t now_ms);

/* A new row of an action that is older than the last restore: it may have been confirmed and sent in the history that the restore undid. On the storage thread. */
void order_suspect(const struct flow *, struct request *, const struct action *, int64_t now_ms);

enum order_next {
    ORDER_READY,       /* `request` is the row */
    ORDER_READS_FIRST, /* something has to be looked up in Zendesk before the request can be written */
    ORDER_FAILED,      /* `problem` says why it cannot be put in Zendesk's language */
};
struct order {
    enum order_next next;
    struct request request;
    struct problem problem;
};
struct order order_begin(const struct flow *, const struct integration *, const struct action *, const struct scope *,
                         int64_t now_ms, const uint8_t random[16], struct arena *);

/* ---- perform.c: reads, and a member's own writes ----------------------------------------------------------------------------------- */

/* Performs an action that begins with reading: all its calls, or, when it writes, those before the writing request, which then goes into the outbox. Copies what it is given. */
void perform_start(struct flow *, const struct integration *, const struct action *, const struct scope *, flow_act_fn *,
                   void *context);
/* The same for a request that could not be written before: claimed, with the intent recorded. Copies what it is given. */
void perform_again(struct flow *, const struct request *, const struct integration *, const struct action *,
                   const struct scope *);
/* A dry run's write, already stored with what would have been sent: it is done at once. */
void perform_dry(struct flow *, const struct action *);
/* What stands in the place of a dry run's receipt: the request as it would leave. */
struct str perform_preview(const struct flow *, const struct integration *, const struct action *, const struct scope *,
                           int64_t now_ms, struct arena *);

/* ---- learn.c: which fields of its own an account wants on every new ticket -------------------------------------------------------------- */

/* Asks Zendesk in the background and stores it. Copies what it is given. */
void learn_start(struct flow *, const struct integration *);
/* The same when it was last asked for more than ten minutes ago. */
void learn_when_old(struct flow *, const struct integration *);

/* ---- outbox.c ------------------------------------------------------------------------------------------------------------------------ */

/* A row of order_request goes into the transaction that confirms. After that commit: sends. Copies all three. */
void outbox_send(struct flow *, const struct request *, const struct integration *, const struct action *, flow_act_fn *,
                 void *context);
/* A row of order_suspect is looked for first; the visitor hears that it waits. */
void outbox_look_first(struct flow *, const struct action *);
/* Nobody can tell any more whether it was done: a person has to look, and the visitor hears just that. */
void outbox_needs_a_person(struct finish *);
/* Looks for due requests now. */
void outbox_wake(struct flow *);

/* ---- look.c: has a request been carried out? ------------------------------------------------------------------------------------------ */

/* Asks Zendesk, then goes on as agent/delivery says: done, sent again, or later. Copies all three. */
void look_start(struct flow *, const struct request *, const struct integration *, const struct action *, int64_t asked_at_ms);

/* ---- recount.c: is there exactly one ticket of a creation? ------------------------------------------------------------------------------ */

/* Inside the job that stores a creation as done: plans the looks after it. */
enum status recount_plan(struct store_tx *, const struct request *) must_check;
/* After its commit. */
void recount_expect(struct flow *);
/* Looks for what is due, one after the other. */
void recount_wake(struct flow *);

/* ---- connection.c --------------------------------------------------------------------------------------------------------------------- */

struct connection {
    struct integration integration; /* no id: there is none now */
    bool is_new;                    /* not the one in the row: request_move before anything is sent */
    struct str meant_for; /* subdomain of the account that the request was made for, when this is another one; else empty */
};
/* Inside a job. OK also when there is none. */
enum status connection_of_request(struct store_tx *, const struct request *, struct arena *, struct connection *) must_check;

/* ---- rows.c --------------------------------------------------------------------------------------------------------------------------- */

struct str new_id(const char *prefix, int64_t at_ms, struct arena *);
struct str problem_text(const struct problem *, struct arena *); /* as it is stored */

/* Copies into another arena. */

struct integration integration_copy(const struct integration *, struct arena *);
struct action action_copy(const struct action *, struct arena *);
struct request request_copy(const struct request *, struct arena *);
struct trail_entry trail_entry_copy(const struct trail_entry *, struct arena *);
struct message message_copy(const struct message *, struct arena *);
struct provider provider_copy(const struct provider *, struct arena *);
struct model_reply reply_copy(const struct model_reply *, struct arena *);

#endif
