/* endpoint.h - the table of paths. */
#ifndef SANDBOX_ENDPOINT_H
#define SANDBOX_ENDPOINT_H

#include "sandbox/api.h"

/* anybody: the anonymous user too; user: end users too; agent: team members */
enum endpoint_needs { NEEDS_NOTHING, NEEDS_ANYBODY, NEEDS_USER, NEEDS_AGENT };

struct endpoint {
    enum http_method method;
    const char *pattern; /* {id} stands for a number, {word} for any text */
    void (*handle)(struct api_call *);
    enum endpoint_needs needs;
    const char *resource;           /* what a narrow OAuth scope is called: "tickets" in "tickets:write" */
    enum rate_bucket bucket;        /* RATE_ACCOUNT: no bucket of its own */
    const struct record_kind *kind; /* of the paths that records.c answers; else NULL */
    bool is_idempotent;             /* honours Idempotency-Key */
    bool takes_bytes;               /* the body is a file */
};

/* The endpoint of a method and the call's path; NULL when there is none. Sets the call's numbers, texts and kind. */
const struct endpoint *endpoint_find(enum http_method, struct api_call *);

#endif
