/* job.h - calls that do many things at once: a hundred times what the single call does, and a job status that tells how it went.
 *
 * The work is done at once, within the request's transaction. The status says "queued" in the answer, and "working" until the
 * job is over by the account's clock, as callers find it in real life.
 */
#ifndef SANDBOX_JOB_H
#define SANDBOX_JOB_H

#include "sandbox/api.h"

enum { JOB_ITEMS_MAX = 100, JOB_LIFE_MS = 150, JOBS_IN_FLIGHT_MAX = 30 };

enum job_kind { JOB_CREATE, JOB_UPDATE, JOB_DESTROY };

struct job_shape {
    const char *object, *plural;       /* "ticket", "tickets" */
    void (*single)(struct api_call *); /* the handler of one */
};

/* The job of one creation that was asked for with async=true, and that has just been answered with 201: answers it anew, with
 * 202. */
void job_defer(struct api_call *, const char *object);

#endif
