/* ticket_change.h - one write to a ticket, whoever makes it: the API or a person in the inbox.
 *
 * Fill `after` (for a new ticket `before.id` is 0), the comment if there is one, and commit: side effects on the status, the
 * row, the audit and its events are written together.
 */
#ifndef SANDBOX_TICKET_CHANGE_H
#define SANDBOX_TICKET_CHANGE_H

#include "sandbox/audit.h"
#include "sandbox/api.h"
#include "sandbox/comment.h"

struct ticket_change {
    struct ticket before, after;
    bool has_status;      /* the caller named a status: no side effect overrules it */
    bool is_by_requester; /* over the requests API: portal rules */
    bool has_comment;
    struct str uploads;     /* tokens of files for the comment, separated by blanks */
    struct comment comment; /* body, html_body, author_id, is_public are set */
    struct user requester;  /* with id 0 and a name: a new end user, stored with the ticket */
    struct str metadata;    /* a JSON object */
    struct str channel;     /* "api" or "web" */
    struct audit audit;     /* out: what was recorded */
};

/* As things stand, nothing changed yet. `ticket` may be NULL: a new one, with Zendesk's defaults. */
struct ticket_change ticket_change_begin(const struct api_call *, const struct ticket *, struct str channel);
void ticket_change_commit(struct api_call *, struct ticket_change *);

#endif
