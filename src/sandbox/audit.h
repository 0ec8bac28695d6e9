/* audit.h - the history of a ticket: one audit for each write, with the events it caused.
 *
 * Event values are kept as JSON text, as they are shown: ids as strings, tags as an array.
 */
#ifndef SANDBOX_AUDIT_H
#define SANDBOX_AUDIT_H

#include "base/json.h"
#include "sandbox/ticket.h"

struct audit {
    int64_t id, ticket_id, created_at, author_id;
    struct str channel;
    struct str metadata;        /* a JSON object: the caller's own, shown as metadata.custom */
    struct str client, address; /* of the request */
};

void audit_insert(struct desk *, struct audit *); /* gives it its id */
bool audit_load(struct desk *, struct arena *, int64_t id, struct audit *);
int64_t audit_next_id(struct desk *, int64_t ticket_id, int64_t after); /* 0 at the end */

/* What the ticket began with, as Create events; or what differs between two states of it, as Change events (false: nothing
 * does). */
void audit_record_creation(struct desk *, struct arena *, int64_t audit_id, const struct ticket *);
bool audit_record_changes(struct desk *, struct arena *, int64_t audit_id, const struct ticket *before,
                          const struct ticket *after);

/* Events other than the comment, in order: false at the end. */
struct audit_event {
    int64_t id;
    struct str type, field, value, previous; /* the last two are JSON; previous is empty for Create */
};
bool audit_next_event(struct desk *, struct arena *, int64_t audit_id, int64_t after, struct audit_event *);

void audit_render(struct api_call *, struct jw *, const struct audit *);
void audit_render_metadata(struct jw *, const struct audit *);
void audit_render_by_id(struct api_call *, struct jw *, int64_t id); /* for lists */

#endif
