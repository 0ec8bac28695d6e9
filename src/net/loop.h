/* loop.h - the one event loop (libuv) and what it offers: timers, work on other threads, signals.
 *
 * Life: loop_open, loop_run until loop_stop, loop_close. All functions are for the loop's own thread but loop_post. Callbacks never run inside the call that
 * asked for them.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/err.h"
#include "base/text.h"

struct loop;

struct loop *loop_open(void);   /* returns new */
void loop_close(struct loop *); /* runs what is left of closing handles, then frees */
void loop_run(
    struct loop *); /* until loop_stop, or until no socket, timer, call or work is left; a post alone keeps nothing running */
void loop_stop(struct loop *);
/* Runs one round: waits for at most timeout_ms when nothing is ready. For in-process commands and tests. */
void loop_step(struct loop *, int64_t timeout_ms);

/* Monotonic milliseconds, read once a round: for time-outs only, never stored. */
int64_t loop_now_ms(const struct loop *);

/* Wall clock, for log lines and HTTP dates. State that is stored takes its time from the database (store_now). */
int64_t loop_wall_ms(void);

/* One-shot timer. Owned by the loop until it fires or is cancelled; then the pointer is dead. */
struct loop_timer;
typedef void loop_timer_fn(void *context);
struct loop_timer *loop_timer_start(struct loop *, int64_t after_ms, loop_timer_fn *, void *context);
void loop_timer_cancel(struct loop_timer *); /* NULL is fine */

/* From any thread: run fn(context) on the loop's thread soon, in order of posting. */
typedef void loop_fn(void *context);
void loop_post(struct loop *, loop_fn *, void *context);

/* work(context) on the worker pool, then done(context) on the loop's thread. */
void loop_work(struct loop *, loop_fn *work, loop_fn *done, void *context);

/* fn(context) when SIGTERM or SIGINT arrives. Once. */
void loop_on_stop_signal(struct loop *, loop_fn *, void *context);

/* fn(context) whenever there is something to read from this descriptor, or its other end has gone. Keeps nothing running. The descriptor stays the caller's, who stops the watch first. */
struct loop_watch;
struct loop_watch *loop_watch_start(struct loop *, int fd, loop_fn *, void *context); /* returns new */
void loop_watch_stop(struct loop_watch *);                                            /* NULL is fine */

#endif
