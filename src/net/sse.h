/* sse.h - writing server-sent events (WHATWG HTML, 9.2): one function, as events are text with three kinds of lines. */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "base/buf.h"

/* "id: 7\nevent: message.completed\ndata: ...\n\n". Empty id or event leave that line out; line breaks in data become several data lines. */
void sse_event(struct buf *out, struct str id, struct str event, struct str data);
/* ": \n\n", which keeps proxies from closing a quiet stream. */
void sse_comment(struct buf *out);

#endif
