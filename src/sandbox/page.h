/* page.h - the frame around every page of the inbox, and the small pieces that pages share. Text goes in through buf_html only. */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "sandbox/call.h"
#include "sandbox/ticket.h"

/* Starts the answer: the page up to and with the bar on top. `query` is what stands in the search box. */
struct buf *page_begin(struct call *, int status, struct str title, struct str query);
void page_end(struct call *);
void page_redirect(struct call *, struct str location);
/* A page that says what happened and what to do next. */
void page_message(struct call *, int status, struct str title, struct str text);

void page_time(struct buf *, int64_t at_ms); /* "2026-11-22 15:04 UTC" */
void page_status(struct buf *, struct str status);
void page_tags(struct buf *, struct str tags);

extern const char page_style[]; /* the one style sheet */

#endif
