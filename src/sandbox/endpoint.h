/* endpoint.h - the table of paths. */
#ifndef SANDBOX_ENDPOINT_H
#define SANDBOX_ENDPOINT_H

#include "sandbox/api.h"

enum endpoint_needs { NEEDS_NOTHING, NEEDS_ANYBODY, NEEDS_AGENT }; /* anybody: the anonymous user too */

struct endpoint {
    enum http_method method;
    const char *pattern; /* {id} stands for a number */
    void (*handle)(struct api_call *);
    enum endpoint_needs needs;
    const char *resource;    /* what a narrow OAuth scope is called: "tickets" in "tickets:write" */
    enum rate_bucket bucket; /* RATE_ACCOUNT: no bucket of its own */
    bool is_idempotent;      /* honours Idempotency-Key */
};

/* The endpoint of a method and a path without ".json", and the number in the path; NULL when there is none. */
const struct endpoint *endpoint_find(enum http_method, struct str path, int64_t *id);

#endif
