/* call.h - one request on its way through a handler: what is known about it, jobs on the storage thread, and the one answer.
 *
 * A handler gets a call and answers it exactly once, now or later, by one of the call_ functions that end it (send, none, refuse, fail, stream_end); then the pointer is
 * dead. All memory of a call lives in its exchange's arena, and the exchange lives until it is answered even when the client has gone: work that was begun finishes, and
 * nothing leaks. While a job runs, the arena belongs to the storage thread: the loop's thread leaves it alone, so a call has one job at a time.
 *
 *     void agents_show(struct web_call *call)
 *     {
 *         struct agent_job *job = call_job(call, struct agent_job);
 *         call_read(&job->head, agent_load, agent_answer);    // agent_load: on the storage thread; agent_answer: only after OK
 *     }
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include "base/json.h"
#include "net/server.h"
#include "store/rows.h"
#include "web/actor.h"
#include "web/room.h"

enum { CALL_PARAMS_MAX = 2, CALL_HEADERS_MAX = 20, PAGE_ROWS = 50 };

struct route;

struct web_call {
    struct web *web;
    struct http_exchange *exchange;
    const struct http_request *request;
    struct arena *arena;
    const struct route *route;          /* NULL: none matched */
    struct str params[CALL_PARAMS_MAX]; /* decoded, in the pattern's order */
    struct str address;                 /* of the client: the peer's, or what a trusted proxy says */
    struct actor actor;
    int64_t now_at;         /* by the database, when the actor was looked up; 0 on public routes */
    struct json *body;      /* an object that fits the route's shape; NULL when the route takes none */
    struct str trace;       /* X-Request-Id, and trace_id in problems */
    const char *noun;       /* what a job's E_NOT_FOUND or E_CONFLICT is about */
    struct problem problem; /* set by a job that fails for a reason of its own */
    struct buf out;         /* the answer's body as it is written */
    struct jw json;
    struct http_header headers[CALL_HEADERS_MAX];
    size_t header_count;
    int64_t started_ms;
    call_fn *next;            /* what actor_find goes on with */
    struct kept_answer *kept; /* when the client's Idempotency-Key is taken (repeat.h) */
    bool
        may_be_done; /* what it asks for may happen, or have happened, whatever the answer: a refusal does not give the key back */
    struct {
        int status;
        const char *type; /* NULL: no body */
        struct str body;
    } answer; /* on its way out */
};

struct web_call *call_new(struct web *, struct http_exchange *);

/* Value of a request header; empty when absent. */
struct str call_header(const struct web_call *, const char *name);
/* Value of a query parameter; empty when absent or wrongly encoded. */
struct str call_query(struct web_call *, const char *name);
/* Does the Accept header name this media type? */
bool call_accepts(const struct web_call *, const char *type);
/* Reads limit and cursor; false: answered with the problem. */
bool call_page(struct web_call *, const char *id_prefix, struct store_page *);
/* The address that people reach us at, without a slash at its end. */
struct str call_public_url(struct web_call *);
/* Did it reach us, or our proxy, encrypted? */
bool call_is_https(const struct web_call *);
/* The token of the session's cookie; empty when there is none. */
struct str call_session_token(const struct web_call *);

/* ---- jobs ------------------------------------------------------------------------------------------------------------------ */

struct call_job;
typedef enum status call_run_fn(struct store_tx *, struct call_job *); /* on the storage thread */
typedef void call_done_fn(struct call_job *);                          /* on the loop's thread, after OK */

struct call_job {
    struct store_job store; /* first: the store hands it back */
    struct web_call *call;
    call_run_fn *run;
    call_done_fn *done;
};

/* A job in the call's arena; `type` begins with a struct call_job named head. */
#define call_job(call, type) ((type *)call_job_new((call), sizeof(type)))
void *call_job_new(struct web_call *, size_t bytes);
/* Runs it. When run returns something other than OK, the call is answered: with call->problem if run has set one, else by the status. */
void call_read(struct call_job *, call_run_fn *run, call_done_fn *done);
void call_write(struct call_job *, call_run_fn *run, call_done_fn *done);
/* For run: sets call->problem and returns `status`, so that `return call_because(...)` says why. */
enum status call_because(struct web_call *, enum status, enum problem_id) must_check;

/* ---- answers --------------------------------------------------------------------------------------------------------------- */

/* A header of the answer. Both are borrowed: literals, or in the arena. */
void call_add_header(struct web_call *, const char *name, struct str value);
/* The writer of the answer's JSON body. */
struct jw *call_json(struct web_call *);
struct jw *call_list(struct web_call *);                       /* {"items":[ */
void call_list_end(struct web_call *, struct str next_cursor); /* ],"next_cursor":...} and sends it */
void call_send(struct web_call *, int status);                 /* what was written, as application/json */
void call_send_as(struct web_call *, int status, const char *type);
void call_send_body(struct web_call *, int status, const char *type,
                    struct str body); /* nothing written; the body lives until the answer is out: a literal, or in the arena */
void call_none(struct web_call *, int status); /* 204 and 304: no body */
void call_refuse(struct web_call *, const struct problem *);
void call_refuse_id(struct web_call *, enum problem_id);
void call_fail(struct web_call *, enum status);
/* What a status means to a client when nobody has said more, and the line in the log for what is ours to mend: for what is told inside of a stream. */
enum problem_id call_problem(const struct web_call *, enum status);
void call_note_failure(const struct web_call *, enum status, enum problem_id);

/* ---- event streams ----------------------------------------------------------------------------------------------------------- */

void call_stream_begin(struct web_call *);
/* False when nobody reads any more; the stream still has to be ended. */
bool call_stream_event(struct web_call *, struct str id, struct str event, struct str data);
bool call_stream_beat(struct web_call *);
void call_stream_end(struct web_call *);

#endif
