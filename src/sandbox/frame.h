/* frame.h - the frame around every page of the inbox, and the small pieces that pages share.
 * Text goes in through buf_html only. */
#ifndef SANDBOX_FRAME_H
#define SANDBOX_FRAME_H

#include "sandbox/api.h"
#include "sandbox/ticket.h"

/* Starts the answer: the page up to and with the bar on top. `query` is what stands in the search box. */
struct buf *frame_begin(struct api_call *, int status, struct str title, struct str query);
void frame_end(struct api_call *);
void frame_redirect(struct api_call *, struct str location);
/* A page that says what happened and what to do next. */
void frame_message(struct api_call *, int status, struct str title, struct str text);

void frame_time(struct buf *, int64_t at_ms); /* "2026-11-22 15:04 UTC" */
void frame_status(struct buf *, struct str status);
void frame_tags(struct buf *, struct str tags);

extern const char frame_style[]; /* the one style sheet */

#endif
