/* api.h - one request to the practice Zendesk, from its arrival to its answer.
 *
 * A handler reads the request through api_param, call->id and call->body, and writes one answer: api_json and what it appends,
 * or one of the fail_ functions of fail.h. It never touches the exchange: faults may still change, delay or drop what it wrote.
 *
 * A call lives in its exchange's arena; everything it hands out lives as long.
 */
#ifndef SANDBOX_API_H
#define SANDBOX_API_H

#include "base/json.h"
#include "sandbox/state.h"
#include "sandbox/user.h"

enum { API_HEADERS_MAX = 24, API_ANSWER_BYTES_MAX = 32 * 1024 * 1024 };

struct record_kind;

struct api_call {
    struct sandbox *sandbox;
    struct http_exchange *exchange;
    const struct http_request *request;
    struct arena *arena;
    struct str path;                /* without ".json" */
    int64_t id, sub_id;             /* the numbers in the path, where it has some */
    struct str word, sub_word;      /* the texts in the path, where it has some */
    const struct record_kind *kind; /* what its records are, where the path is one of records.c */
    bool is_stray;                  /* for an account that is not here */
    bool is_bulk;                   /* one of many in a job */
    bool is_seed;                   /* nobody sent it: practice data is being made */
    int64_t now_at;
    const struct user *actor; /* who asks; NULL is the anonymous user */
    struct str scope;         /* of an OAuth token; ptr NULL when it was an API token */
    const struct json *body;  /* NULL without one */
    struct fault_plan plan;

    int status; /* the answer; 0 until there is one */
    struct str content_type;
    struct buf out;
    struct jw json;
    struct http_header headers[API_HEADERS_MAX];
    size_t header_count;

    struct json *parsed;      /* owns `body` */
    struct loop_timer *timer; /* while a fault holds the call back */
    struct api_call *next, *previous;
};

struct api_call *api_call_new(struct sandbox *, struct http_exchange *);

/* A query parameter, decoded; STR_NONE when absent. */
struct str api_param(const struct api_call *, struct str name);
int64_t api_param_int(const struct api_call *, struct str name, int64_t fallback);
struct str api_header_in(const struct api_call *, struct str name);
/* "https://ACCOUNT.zendesk.com/api/v2" */
struct str api_base_url(const struct api_call *);
/* "https://ACCOUNT.zendesk.com/api/v2/RESOURCE/ID.json", as answers name things. */
struct str api_url(const struct api_call *, const char *resource, int64_t id);

/* Starts the answer anew (also after another one was begun) and returns the writer of its body. */
struct jw *api_json(struct api_call *, int status);
void api_bytes(struct api_call *, int status, struct str content_type, struct str body);
void api_empty(struct api_call *, int status);
/* {"count": {"value": N, "refreshed_at": now}} */
void api_count(struct api_call *, int64_t count);
/* Bytes that may not stand in a header become '?'. */
void api_header(struct api_call *, const char *name, struct str value);

/* Writes what was answered to the exchange and frees the call. */
void api_reply(struct api_call *);
void api_drop(struct api_call *, bool reset);
void api_reply_truncated(struct api_call *);

/* True unless a page of another site made the browser send this (Fetch Metadata; Origin where that is missing). */
bool api_is_from_own_page(const struct api_call *);

#endif
