/* comment.h - what is said on a ticket: public replies and internal notes. */
#ifndef SANDBOX_COMMENT_H
#define SANDBOX_COMMENT_H

#include "base/json.h"
#include "sandbox/desk.h"

struct api_call;

enum { COMMENT_BYTES_MAX = 64 * 1024 /* the rest is cut without an error, as Zendesk does */ };

struct comment {
    int64_t id, audit_id, ticket_id, author_id;
    struct str body, html_body;
    bool is_public;
    int64_t created_at;
};

/* A body as it was sent becomes what is kept: cut, HTML taken out, runs of blanks and empty lines folded. Placeholders stay as
 * they are. */
struct str comment_plain(struct arena *, struct str text);
/* The HTML of a plain body: <div class="zd-comment" dir="auto"> with one paragraph for each block of lines. */
struct str comment_html(struct arena *, struct str plain);
/* html_body as it was sent, cut and wrapped in the same <div>. The inbox never shows it; it shows the plain text. */
struct str comment_wrap_html(struct arena *, struct str html);

void comment_insert(struct desk *, struct comment *); /* gives it its id */
bool comment_load(struct desk *, struct arena *, int64_t id, struct comment *);
bool comment_of_audit(struct desk *, struct arena *, int64_t audit_id, struct comment *);
int64_t comment_next_id(struct desk *, int64_t ticket_id, int64_t after); /* 0 at the end */
int64_t comment_count(struct desk *, int64_t ticket_id);

/* The members that a comment has both in an audit's event and in the list of comments. */
void comment_render_event(const struct api_call *, struct jw *, const struct comment *);
void comment_render_by_id(struct api_call *, struct jw *, int64_t id); /* for lists */

#endif
