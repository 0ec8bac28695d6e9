/* run.h - one action in Zendesk's language: which requests it takes, and what their answers mean. Pure; nothing is sent
 * here.
 *
 * An action is a short run of requests. zendesk_begin gives the first; each answer goes to zendesk_answer, which gives the
 * next one, the result, or the problem. What has to be looked up comes first. A write sends exactly one writing request,
 * always the last of its run and marked `writes`, so that it can be stored before it is sent, and sent again, by the outbox
 * (model/nouns.h `struct request`). Whether a stored request has been carried out is asked by zendesk/lookup.h.
 */
#ifndef ZENDESK_RUN_H
#define ZENDESK_RUN_H

#include "base/http.h"
#include "model/action.h"

struct zendesk_request {
    enum http_method method;
    struct str path; /* with its query: "/api/v2/tickets/35436?include=users" */
    struct str body; /* JSON; empty for none */
    bool writes;     /* changes something in Zendesk: to be stored before it is sent */
};

/* What a request is made from beside the arguments. Everything is borrowed; an empty or zero member means "none". */
struct zendesk_setting {
    struct str external_id;    /* of a ticket to create, a follow-up too */
    struct str operation;      /* of a change to a ticket: stands in its audit as metadata.custom.cca_op */
    bool tag_test;             /* made in Chatlab: tag chatcrafterai_test */
    bool may_write_users;      /* an unknown requester may be created inline */
    struct str only_requester; /* a verified visitor's e-mail: no other customer's tickets or record are touched */
    int64_t author_id;         /* of a public comment: who it is shown to be from; else only_requester, else the service user */
    struct str ticket_fields;  /* answer of GET /api/v2/ticket_fields; empty: the run fetches it when it needs it */
    struct str ticket_forms;   /* answer of GET /api/v2/ticket_forms; empty: every active field counts as being on the form */
    struct str subdomain;      /* named in problems */
    struct str base_url;       /* "https://acme.zendesk.com", or the practice address: links only */
};

enum zendesk_next { ZENDESK_CALL, ZENDESK_DONE, ZENDESK_FAILED };

struct zendesk_run {
    const struct action_spec *spec;
    const struct json *arguments; /* checked against the schema before; NULL while only a stored request's answer is read */
    const struct zendesk_setting *setting;
    struct arena *arena;
    unsigned step;
    struct zendesk_request request; /* after ZENDESK_CALL, and while its answer is read; its strings are in the arena */
    struct str result;              /* after ZENDESK_DONE: JSON, the action's result */
    struct problem problem;         /* after ZENDESK_FAILED */
    struct str learnt_fields;       /* answer of GET /api/v2/ticket_fields when the run had to fetch it: worth keeping */
    /* What was read on the way. */
    int status;                                    /* of the answer that is being read */
    struct str carry;                              /* JSON kept from an earlier step */
    struct str organization;                       /* its name */
    int64_t user_id, assignee_id, organization_id; /* 0: not looked up yet */
    size_t page_count, found_count;                /* of a list that is read page by page */
};

enum zendesk_next zendesk_begin(struct zendesk_run *, const struct action_spec *, const struct json *arguments,
                                const struct zendesk_setting *, struct arena *);
/* `answer` is any status; a missing answer (network fault) is the caller's business: see zendesk/fault.h. */
enum zendesk_next zendesk_answer(struct zendesk_run *, const struct http_answer *answer);

/* The result of a write from its stored request and the answer to it, without the run that made it (after a restart). It also
 * names what Zendesk keeps differently from what was sent, and the closed ticket that is followed up. */
enum zendesk_next zendesk_receipt(const struct action_spec *, const struct zendesk_request *sent, const struct http_answer *,
                                  const struct zendesk_setting *, struct arena *, struct str *result, struct problem *);

#endif
