/* route.h - the table of routes, and finding the row of a request.
 *
 * A pattern's parameters are named for what they are: {agent} takes an id that begins with agt_ and nothing else, so a wrong id is refused before anything is looked up.
 * Rows of one pattern stand together.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/authorize.h"
#include "web/call.h"

#define API "/api/v1"

struct route {
    enum http_method method;
    const char *pattern;
    call_fn *handler;
    struct permission may;
    const char *act;   /* the entry of the audit log that success writes; "": none */
    enum shape body;   /* of the request; SHAPE_NONE: it takes none */
    int status;        /* when all goes well */
    enum shape answer; /* SHAPE_NONE: no JSON */
    const char *summary;
};

extern const struct route routes[];
extern const size_t route_count;

#define ROUTE(method, pattern, handler, rule, scope, act, body, status, answer, summary) call_fn handler;
#include "web/routes.def"
#undef ROUTE

enum route_find { ROUTE_FOUND, ROUTE_UNKNOWN, ROUTE_OTHER_METHOD, ROUTE_WRONG_ID };

/* Sets call->route and call->params. ROUTE_OTHER_METHOD: *allow lists what the path takes, in the arena. ROUTE_WRONG_ID: call->noun says of what. */
enum route_find route_find(struct web_call *, struct str *allow);

#endif
