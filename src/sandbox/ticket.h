/* ticket.h - tickets as rows and as the API shows them.
 *
 * Life of a status: new, open, pending, hold, solved, closed. Closed is the end: nothing is ever written to that ticket again.
 */
#ifndef SANDBOX_TICKET_H
#define SANDBOX_TICKET_H

#include "base/json.h"
#include "sandbox/desk.h"

struct api_call;

struct ticket {
    int64_t id; /* 0: not stored yet */
    struct str external_id, channel;
    int64_t created_at, updated_at, deleted_at;
    struct str type, subject, description, priority, status;
    int64_t requester_id, submitter_id, assignee_id, group_id, organization_id, problem_id;
    struct str recipient;
    bool is_public;      /* false: the requester does not see it */
    bool public_default; /* what a comment is that does not say: fixed when the ticket was created */
    int64_t due_at;
    struct str tags;                   /* as in tags.h */
    struct str custom_fields;          /* a JSON array of {"id", "value"} */
    int64_t custom_status_id, form_id; /* 0: the one of the category; the account's default */
    int64_t followup_of;               /* the closed ticket that this one follows; 0: none */
};

/* Where a status or priority stands in its order; -1 when there is no such one. none is below all priorities. */
int ticket_status_rank(struct str status);
int ticket_priority_rank(struct str priority);
bool ticket_type_is_known(struct str type);
bool ticket_is_closed(const struct ticket *);
/* The custom status that stands for a category; the one the ticket has; the form it has. */
int64_t ticket_category_status_id(struct str status);
int64_t ticket_custom_status_id(const struct ticket *);
int64_t ticket_form_id(const struct ticket *);

bool ticket_load(struct desk *, struct arena *, int64_t id, struct ticket *); /* a deleted one is not found */
void ticket_insert(struct desk *, struct ticket *);                           /* gives it its id */
void ticket_update(struct desk *, const struct ticket *);

/* Walking through all tickets in the order of ids: start after 0; false at the end. Deleted
 * ones are left out unless asked for. */
bool ticket_next(struct desk *, struct arena *, int64_t after, bool with_deleted, struct ticket *);
bool ticket_next_of_external_id(struct desk *, struct arena *, struct str external_id, int64_t after, struct ticket *);

void ticket_render_members(const struct api_call *, struct jw *, const struct ticket *);
void ticket_render(const struct api_call *, struct jw *, const struct ticket *);
void ticket_render_by_id(struct api_call *, struct jw *, int64_t id); /* for lists */

#endif
