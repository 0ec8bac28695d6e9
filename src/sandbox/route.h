/* route.h - the table of paths. */
#ifndef SANDBOX_ROUTE_H
#define SANDBOX_ROUTE_H

#include "sandbox/call.h"

enum route_needs { NEEDS_NOTHING, NEEDS_ANYBODY, NEEDS_AGENT }; /* anybody: the anonymous user too */

struct route {
    enum http_method method;
    const char *pattern; /* {id} stands for a number */
    void (*handle)(struct call *);
    enum route_needs needs;
    const char *resource;    /* what a narrow OAuth scope is called: "tickets" in "tickets:write" */
    enum rate_bucket bucket; /* RATE_ACCOUNT: no bucket of its own */
    bool is_idempotent;      /* honours Idempotency-Key */
};

/* The route of a method and a path without ".json", and the number in the path; NULL when there is none. */
const struct route *route_find(enum http_method, struct str path, int64_t *id);

#endif
