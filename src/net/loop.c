/* loop.c - the event loop: libuv with owned timers, a queue for posts from other threads, and the worker pool.
 *
 * Posts go through one list under one mutex, and one uv_async_t wakes the loop: the only lock of the room. A batch is taken off the
 * list as a whole, so that a callback that posts again runs in the next round and cannot starve the network.
 *
 * The async handle and the signal handles do not keep the loop alive: whoever waits for a post holds a listener, a timer or
 * a call anyway, and a command that runs in-process ends when its work does. Rejected: libuv's handles in the headers of
 * this room (every room above would include a third-party header).
 */
#include "net/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/loop_uv.h"

enum { STOP_SIGNALS = 2 };

struct post {
    struct post *next;
    loop_fn *fn;
    void *context;
};

struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t step_limit; /* ends loop_step when nothing else does */
    uv_mutex_t posts_lock;
    struct post *posts, **posts_end; /* oldest first; guarded by posts_lock */
    struct loop_timer *timers;       /* those that have neither fired nor been cancelled */
    uv_signal_t stop_signals[STOP_SIGNALS];
    loop_fn *on_stop;
    void *on_stop_context;
};

struct loop_timer {
    uv_timer_t uv;
    struct loop *loop;
    struct loop_timer *prev, *next;
    loop_timer_fn *fn;
    void *context;
};

struct work {
    uv_work_t uv;
    loop_fn *work, *done;
    void *context;
};

/* libuv's set-up calls fail only without memory or descriptors; a process that cannot have a loop has nothing to go on with. */
static void must(int result)
{
    if (result == 0) return;
    log_error("event loop", LOG_STR("reason", str_from(uv_strerror(result))));
    abort();
}

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

/* ---- posts ---------------------------------------------------------------------------------------------------------------- */

static struct post *posts_take(struct loop *loop)
{
    uv_mutex_lock(&loop->posts_lock);
    struct post *first = loop->posts;
    loop->posts = NULL;
    loop->posts_end = &loop->posts;
    uv_mutex_unlock(&loop->posts_lock);
    return first;
}

static void on_wake(uv_async_t *wake)
{
    struct post *post = posts_take(wake->data);
    while (post != NULL) {
        struct post *next = post->next;
        loop_fn *fn = post->fn;
        void *context = post->context;
        mem_free(post);
        fn(context);
        post = next;
    }
}

void loop_post(struct loop *loop, loop_fn *fn, void *context)
{
    struct post *post = mem_alloc(sizeof(*post));
    post->fn = fn;
    post->context = context;
    uv_mutex_lock(&loop->posts_lock);
    *loop->posts_end = post;
    loop->posts_end = &post->next;
    uv_mutex_unlock(&loop->posts_lock);
    must(uv_async_send(&loop->wake));
}

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

struct loop *loop_open(void)
{
    struct loop *loop = mem_alloc(sizeof(*loop));
    loop->posts_end = &loop->posts;
    must(uv_loop_init(&loop->uv));
    must(uv_mutex_init(&loop->posts_lock));
    must(uv_async_init(&loop->uv, &loop->wake, on_wake));
    loop->wake.data = loop;
    uv_unref((uv_handle_t *)&loop->wake);
    must(uv_timer_init(&loop->uv, &loop->step_limit));
    for (int i = 0; i < STOP_SIGNALS; i++) {
        must(uv_signal_init(&loop->uv, &loop->stop_signals[i]));
        loop->stop_signals[i].data = loop;
        uv_unref((uv_handle_t *)&loop->stop_signals[i]);
    }
    /* libuv and OpenSSL write to sockets without MSG_NOSIGNAL: a peer that has gone must be an error, not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    return loop;
}

void loop_close(struct loop *loop)
{
    if (loop == NULL) return;
    while (loop->timers != NULL) loop_timer_cancel(loop->timers);
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_close((uv_handle_t *)&loop->step_limit, NULL);
    for (int i = 0; i < STOP_SIGNALS; i++) uv_close((uv_handle_t *)&loop->stop_signals[i], NULL);
    while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0) continue;
    must(uv_loop_close(&loop->uv));
    for (struct post *post = loop->posts, *next; post != NULL; post = next) {
        next = post->next;
        mem_free(post);
    }
    uv_mutex_destroy(&loop->posts_lock);
    mem_free(loop);
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

/* libuv runs timers before it waits: a limit that is due by then must keep it from waiting for the next one. */
static void on_step_limit(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

void loop_step(struct loop *loop, int64_t timeout_ms)
{
    assert(timeout_ms >= 0);
    uv_update_time(&loop->uv);
    must(uv_timer_start(&loop->step_limit, on_step_limit, (uint64_t)timeout_ms, 0));
    uv_run(&loop->uv, UV_RUN_ONCE);
    must(uv_timer_stop(&loop->step_limit));
}

/* ---- clocks and timers ------------------------------------------------------------------------------------------------------ */

int64_t loop_now_ms(const struct loop *loop)
{
    return (int64_t)uv_now(&loop->uv);
}

int64_t loop_wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void timer_unlink(struct loop_timer *timer)
{
    if (timer->prev != NULL)
        timer->prev->next = timer->next;
    else
        timer->loop->timers = timer->next;
    if (timer->next != NULL) timer->next->prev = timer->prev;
}

static void timer_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

static void on_timer(uv_timer_t *uv)
{
    struct loop_timer *timer = uv->data;
    loop_timer_fn *fn = timer->fn;
    void *context = timer->context;
    loop_timer_cancel(timer);
    fn(context);
}

struct loop_timer *loop_timer_start(struct loop *loop, int64_t after_ms, loop_timer_fn *fn, void *context)
{
    assert(fn != NULL);
    struct loop_timer *timer = mem_alloc(sizeof(*timer));
    timer->loop = loop;
    timer->fn = fn;
    timer->context = context;
    timer->next = loop->timers;
    if (timer->next != NULL) timer->next->prev = timer;
    loop->timers = timer;
    must(uv_timer_init(&loop->uv, &timer->uv));
    timer->uv.data = timer;
    must(uv_timer_start(&timer->uv, on_timer, after_ms > 0 ? (uint64_t)after_ms : 0, 0));
    return timer;
}

void loop_timer_cancel(struct loop_timer *timer)
{
    if (timer == NULL) return;
    timer_unlink(timer);
    uv_close((uv_handle_t *)&timer->uv, timer_closed);
}

/* ---- worker pool ------------------------------------------------------------------------------------------------------------ */

static void work_run(uv_work_t *uv)
{
    struct work *work = uv->data;
    work->work(work->context);
}

static void work_done(uv_work_t *uv, int result)
{
    struct work *work = uv->data;
    assert(result == 0); /* work is never cancelled */
    (void)result;
    loop_fn *done = work->done;
    void *context = work->context;
    mem_free(work);
    done(context);
}

void loop_work(struct loop *loop, loop_fn *fn, loop_fn *done, void *context)
{
    struct work *work = mem_alloc(sizeof(*work));
    work->work = fn;
    work->done = done;
    work->context = context;
    work->uv.data = work;
    must(uv_queue_work(&loop->uv, &work->uv, work_run, work_done));
}

/* ---- stop signals ----------------------------------------------------------------------------------------------------------- */

/* The handlers go away with the first signal, so that a second Ctrl-C ends a process whose drain takes too long. */
static void on_stop_signal(uv_signal_t *signal, int number)
{
    struct loop *loop = signal->data;
    for (int i = 0; i < STOP_SIGNALS; i++) must(uv_signal_stop(&loop->stop_signals[i]));
    log_info("stop signal", LOG_INT("signal", number));
    loop->on_stop(loop->on_stop_context);
}

void loop_on_stop_signal(struct loop *loop, loop_fn *fn, void *context)
{
    static const int numbers[STOP_SIGNALS] = { SIGTERM, SIGINT };
    loop->on_stop = fn;
    loop->on_stop_context = context;
    for (int i = 0; i < STOP_SIGNALS; i++) must(uv_signal_start(&loop->stop_signals[i], on_stop_signal, numbers[i]));
}

/* ---- descriptors of others ---------------------------------------------------------------------------------------------------- */

struct loop_watch {
    uv_poll_t uv;
    loop_fn *fn;
    void *context;
};

static void on_readable(uv_poll_t *uv, int status, int events)
{
    struct loop_watch *watch = uv->data;
    (void)status, (void)events; /* an error is found by whoever reads */
    watch->fn(watch->context);
}

struct loop_watch *loop_watch_start(struct loop *loop, int fd, loop_fn *fn, void *context)
{
    struct loop_watch *watch = mem_alloc(sizeof(*watch));
    watch->fn = fn;
    watch->context = context;
    watch->uv.data = watch;
    must(uv_poll_init(&loop->uv, &watch->uv, fd));
    must(uv_poll_start(&watch->uv, UV_READABLE | UV_DISCONNECT, on_readable));
    uv_unref((uv_handle_t *)&watch->uv);
    return watch;
}

static void watch_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

void loop_watch_stop(struct loop_watch *watch)
{
    if (watch != NULL) uv_close((uv_handle_t *)&watch->uv, watch_closed);
}
