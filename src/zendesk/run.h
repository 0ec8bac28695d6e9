/* run.h - one action in Zendesk's language: which requests it takes, and what their answers mean. Pure; nothing is sent
 * here.
 *
 * An action is a short run of requests. zendesk_begin gives the first; each answer goes to zendesk_answer, which gives the
 * next one, the result, or the problem. A write sends exactly one writing request, always the last of its run, so that it
 * can be stored and sent by the outbox (model/nouns.h `struct request`).
 */
#ifndef ZENDESK_RUN_H
#define ZENDESK_RUN_H

#include "base/http.h"
#include "model/action.h"

struct zendesk_request {
    enum http_method method;
    struct str path; /* with its query: "/api/v2/tickets/35436?include=users" */
    struct str body; /* JSON; empty for none */
};

/* What a request is made from beside the arguments. */
struct zendesk_setting {
    struct str external_id; /* of a ticket to create; empty for none */
    bool tag_test;          /* made in Chatlab: tag chatcrafterai_test */
    bool may_write_users;   /* an unknown requester may be created inline */
    struct str subdomain;   /* for links to the ticket */
    struct str base_url;    /* "https://acme.zendesk.com", or the practice address: links only */
};

enum zendesk_next { ZENDESK_CALL, ZENDESK_DONE, ZENDESK_FAILED };

struct zendesk_run {
    const struct action_spec *spec;
    const struct json *arguments; /* checked against the schema before */
    const struct zendesk_setting *setting;
    struct arena *arena;
    unsigned step;
    struct zendesk_request request; /* after ZENDESK_CALL */
    struct str result;              /* after ZENDESK_DONE: JSON, the action's result */
    struct problem problem;         /* after ZENDESK_FAILED */
    struct str carry;               /* JSON kept from an earlier step */
};

enum zendesk_next zendesk_begin(struct zendesk_run *, const struct action_spec *, const struct json *arguments,
                                const struct zendesk_setting *, struct arena *);
/* `answer` is any status; a missing answer (network fault) is the caller's business: see zendesk/fault.h. */
enum zendesk_next zendesk_answer(struct zendesk_run *, const struct http_answer *answer);

/* The result of a write from the answer to its stored request, without the run that made it (after a restart). */
enum zendesk_next zendesk_write_result(const struct action_spec *, const struct http_answer *, const struct zendesk_setting *,
                                       struct arena *, struct str *result, struct problem *);

#endif
