/* console.h - the console's files and pages: whatever is no route of the API. */
#ifndef WEB_CONSOLE_H
#define WEB_CONSOLE_H

#include "web/call.h"

/* A file of the console, its page for one of the console's own paths, or a 404. Answers. */
void console_serve(struct web_call *);
/* The headers that every page carries: what it may load (nothing but our own files) and what may hold it (nobody). */
void console_add_headers(struct web_call *);

#endif
