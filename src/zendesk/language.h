/* language.h - what each action's file gives to run.c: how its requests are made and its answers read. Private to this
 * room.
 *
 * Both work on the run: they read run->step, arguments and setting, and set run->request, result or problem. run_call,
 * run_write, run_done and run_fail end them.
 */
#ifndef ZENDESK_LANGUAGE_H
#define ZENDESK_LANGUAGE_H

#include "zendesk/run.h"

struct language {
    enum zendesk_next (*begin)(struct zendesk_run *);
    /* `body` is the parsed answer, with a 2xx status; run->step is still that of the request it answers. With
     * run->arguments NULL only the writing request's answer is asked about. */
    enum zendesk_next (*answer)(struct zendesk_run *, const struct json *body);
    unsigned write_step;     /* the step of the writing request; 0 for an action that only reads */
    unsigned optional_steps; /* bit N: step N may be refused by 403 or 404; `answer` then gets NULL for the body */
    const char *noun;        /* what is missing when Zendesk says 404: "ticket" */
};

#define ACTION(id, slug, title, description, permission, writes, confirm, calls, schema)                                         \
    extern const struct language language_##id;
#include "model/actions.def"
#undef ACTION

/* Requests; their strings must be in the run's arena. */
enum zendesk_next run_call(struct zendesk_run *, unsigned step, struct str path);
enum zendesk_next run_write(struct zendesk_run *, unsigned step, enum http_method, struct str path, struct str body);
/* An empty body or result is one that passed its ceiling: it becomes the problem that says so. */
enum zendesk_next run_done(struct zendesk_run *, struct str result);
enum zendesk_next run_fail(struct zendesk_run *, const struct problem *);
/* The answer does not have the documented form. */
enum zendesk_next run_unreadable(struct zendesk_run *);

/* The address at which a team member sees the ticket: "https://acme.zendesk.com/agent/tickets/7". */
struct str run_ticket_url(const struct zendesk_run *, int64_t ticket_id);

#endif
