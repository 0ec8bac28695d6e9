/* passwords.c - a queue in front of the worker pool. libuv's pool has two threads which also look up names: a semaphore inside of the work would block both. */
#include "web/passwords.h"

#include <assert.h>

#include "base/arena.h"
#include "base/mem.h"

struct passwords {
    struct loop *loop;
    struct password_job *first, *last; /* waiting */
    size_t waiting;
    bool is_busy;
};

struct passwords *passwords_open(struct loop *loop)
{
    struct passwords *queue = mem_alloc(sizeof *queue);
    queue->loop = loop;
    return queue;
}

void passwords_close(struct passwords *queue)
{
    assert(!queue->is_busy && queue->waiting == 0);
    mem_free(queue);
}

/* On the worker pool: touches nothing but the job. */
static void work(void *context)
{
    struct password_job *job = context;
    if (job->work == PASSWORD_MAKE)
        job->status = password_hash(job->password, job->made);
    else if (job->against.len > 0 && job->against.len < PASSWORD_HASH_MAX)
        job->matches = password_matches(job->password, job->against.ptr);
    else
        password_waste(job->password);
}

static void start_next(struct passwords *queue);

static void finished(void *context)
{
    struct password_job *job = context;
    struct passwords *queue = job->queue;
    queue->is_busy = false;
    start_next(queue);
    job->done(job->context);
}

static void start_next(struct passwords *queue)
{
    struct password_job *job = queue->first;
    if (job == NULL || queue->is_busy) return;
    queue->first = job->next;
    if (queue->first == NULL) queue->last = NULL;
    queue->waiting--;
    queue->is_busy = true;
    loop_work(queue->loop, work, finished, job);
}

enum status passwords_submit(struct passwords *queue, struct password_job *job)
{
    if (queue->waiting == PASSWORDS_WAITING_MAX) return E_UNAVAILABLE;
    assert(job->against.len == 0 || job->against.ptr[job->against.len] == '\0');
    job->queue = queue;
    job->next = NULL;
    if (queue->last != NULL)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    queue->waiting++;
    start_next(queue);
    return OK;
}
