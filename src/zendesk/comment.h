/* comment.h - a ticket's comment as it is sent: plain text, `public` always written. Private to this room. */
#ifndef ZENDESK_COMMENT_H
#define ZENDESK_COMMENT_H

#include "zendesk/language.h"

struct comment {
    struct str text;
    bool is_public;
    int64_t author_id;          /* 0: the service user */
    const struct json *uploads; /* tokens; NULL for none */
};

/* Writes the member "comment". False, with run->problem naming `field`, when the text is longer than Zendesk keeps. */
bool comment_write(struct zendesk_run *, const struct comment *, struct str field, struct jw *);

/* The Comment event of an audit, as returned by a creation or update, or listed; NULL when there is none. */
const struct json *comment_in_audit(const struct json *audit);

#endif
