/* The loop: timers, posts from other threads, work, signals. */
#include "unit/net/wire.h"

#include <pthread.h>
#include <sched.h>

#include "net/loop.h"

/* What happened, as letters in order. */
struct record {
    char letters[32];
    size_t count;
    struct loop *loop;
};

static void note(struct record *record, char letter)
{
    assert_true(record->count + 1 < sizeof record->letters);
    record->letters[record->count++] = letter;
}

static void note_a(void *record)
{
    note(record, 'a');
}

static void note_b(void *record)
{
    note(record, 'b');
}

static void timers_fire_in_order_and_once(void **state)
{
    (void)state;
    struct record record = { 0 };
    struct loop *loop = loop_open();
    loop_timer_start(loop, 20, note_b, &record);
    loop_timer_start(loop, 0, note_a, &record);
    struct loop_timer *cancelled = loop_timer_start(loop, 5, note_a, &record);
    assert_int_equal(record.count, 0); /* never inside the call */
    loop_timer_cancel(cancelled);
    loop_timer_cancel(NULL);
    loop_run(loop); /* ends as nothing is left */
    assert_string_equal(record.letters, "ab");
    loop_close(loop);
}

static void closing_drops_what_has_not_fired(void **state)
{
    (void)state;
    struct record record = { 0 };
    struct loop *loop = loop_open();
    loop_timer_start(loop, 60 * 1000, note_a, &record);
    loop_post(loop, note_a, &record);
    loop_close(loop);
    assert_int_equal(record.count, 0);
}

static void start_again(void *context)
{
    struct record *record = context;
    note(record, 'a');
    if (record->count < 3)
        loop_timer_start(record->loop, 1, start_again, record);
    else
        loop_stop(record->loop);
}

static void stop_ends_the_run(void **state)
{
    (void)state;
    struct record record = { .loop = loop_open() };
    loop_timer_start(record.loop, 60 * 1000, note_b, &record);
    loop_timer_start(record.loop, 1, start_again, &record);
    loop_run(record.loop);
    assert_string_equal(record.letters, "aaa");
    loop_close(record.loop);
}

static void a_step_waits_no_longer_than_told(void **state)
{
    (void)state;
    struct record record = { 0 };
    struct loop *loop = loop_open();
    loop_timer_start(loop, 60 * 1000, note_a, &record);
    int64_t begin = wire_now_ms();
    for (int i = 0; i < 50; i++) loop_step(loop, i % 3);
    int64_t took_ms = wire_now_ms() - begin;
    assert_in_range(took_ms, 40, 2000); /* 16 times 1 ms and 16 times 2 ms, less rounding; a missed limit takes a minute */
    int64_t before = loop_now_ms(loop);
    loop_step(loop, 30);
    assert_true(loop_now_ms(loop) - before >= 25);
    loop_close(loop);
}

/* ---- threads ---------------------------------------------------------------------------------------------------------------- */

enum { POSTERS = 4, POSTS = 5000 };

struct poster {
    struct loop *loop;
    pthread_t thread;
    long next; /* touched by the loop's thread only */
    size_t *done;
};

struct posted {
    struct poster *poster;
    long number;
};

static void on_posted(void *context)
{
    struct posted *posted = context;
    assert_int_equal(posted->number, posted->poster->next++); /* in order of posting */
    ++*posted->poster->done;
    mem_free(posted);
}

static void *post_many(void *context)
{
    struct poster *poster = context;
    for (long i = 0; i < POSTS; i++) {
        struct posted *posted = mem_alloc(sizeof *posted);
        *posted = (struct posted){ poster, i };
        loop_post(poster->loop, on_posted, posted);
        if (i % 64 == 0) sched_yield();
    }
    return NULL;
}

static void posts_of_many_threads_arrive_in_order(void **state)
{
    (void)state;
    size_t done = 0;
    struct loop *loop = loop_open();
    struct poster posters[POSTERS];
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){ .loop = loop, .done = &done };
        assert_int_equal(pthread_create(&posters[i].thread, NULL, post_many, &posters[i]), 0);
    }
    wire_until(loop, done == POSTERS * POSTS);
    for (int i = 0; i < POSTERS; i++) assert_int_equal(pthread_join(posters[i].thread, NULL), 0);
    loop_close(loop);
}

static void post_again(void *context)
{
    struct record *record = context;
    note(record, 'p');
    if (record->count < 4) loop_post(record->loop, post_again, record);
}

static void a_post_that_posts_lets_others_in(void **state)
{
    (void)state;
    struct record record = { .loop = loop_open() };
    loop_post(record.loop, post_again, &record);
    loop_post(record.loop, note_b, &record);
    assert_int_equal(record.count, 0);
    wire_until(record.loop, record.count == 4);
    assert_string_equal(record.letters, "pbpp");
    loop_close(record.loop);
}

struct sum {
    pthread_t here, worked_on;
    long total;
    bool is_done;
};

static void add_up(void *context)
{
    struct sum *sum = context;
    sum->worked_on = pthread_self();
    for (long i = 1; i <= 1000; i++) sum->total += i;
}

static void added_up(void *context)
{
    struct sum *sum = context;
    assert_true(pthread_equal(sum->here, pthread_self()));
    sum->is_done = true;
}

static void work_runs_elsewhere_and_ends_here(void **state)
{
    (void)state;
    struct loop *loop = loop_open();
    struct sum sum = { .here = pthread_self() };
    loop_work(loop, add_up, added_up, &sum);
    loop_run(loop);
    assert_true(sum.is_done);
    assert_int_equal(sum.total, 500500);
    assert_false(pthread_equal(sum.here, sum.worked_on));
    loop_close(loop);
}

static void a_stop_signal_is_reported_once(void **state)
{
    (void)state;
    struct record record = { .loop = loop_open() };
    loop_on_stop_signal(record.loop, note_a, &record);
    assert_int_equal(raise(SIGTERM), 0);
    wire_until(record.loop, record.count == 1);
    loop_step(record.loop, 5);
    assert_string_equal(record.letters, "a");
    struct sigaction after;
    assert_int_equal(sigaction(SIGTERM, NULL, &after), 0);
    assert_true(after.sa_handler == SIG_DFL); /* the second one ends the process */
    loop_close(record.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order_and_once),
        cmocka_unit_test(closing_drops_what_has_not_fired),
        cmocka_unit_test(stop_ends_the_run),
        cmocka_unit_test(a_step_waits_no_longer_than_told),
        cmocka_unit_test(posts_of_many_threads_arrive_in_order),
        cmocka_unit_test(a_post_that_posts_lets_others_in),
        cmocka_unit_test(work_runs_elsewhere_and_ends_here),
        cmocka_unit_test(a_stop_signal_is_reported_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
