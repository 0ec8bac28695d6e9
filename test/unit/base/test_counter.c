/* Counters from several threads, and their page. */
#include "unit/unit.h"

#include <pthread.h>

#include "base/counter.h"

enum { THREADS = 4, ADDS = 20000 };

static void *add_many(void *unused)
{
    for (int i = 0; i < ADDS; i++) counter_add(COUNTER_STORE_JOBS, 1);
    return unused;
}

static void adds_from_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int64_t before = counter_get(COUNTER_STORE_JOBS), other = counter_get(COUNTER_STORE_COMMITS);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(counter_get(COUNTER_STORE_JOBS) == before + THREADS * ADDS);
    assert_true(counter_get(COUNTER_STORE_COMMITS) == other);
}

static size_t times(struct str text, struct str needle)
{
    size_t count = 0;
    for (size_t at = 0; (at = str_find(text, needle, at)) != SIZE_MAX; at += needle.len) count++;
    return count;
}

static void renders(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 64 * 1024);
    counter_add(COUNTER_HTTP_2XX, 3);
    counter_render(&out);
    struct str page = buf_view(&out);
    assert_true(buf_ok(&out));
    assert_int_equal(times(page, STR("\nchatcrafter_http_requests_total{code=\"2xx\"} 3\n")), 1);
    assert_int_equal(times(page, STR("# TYPE chatcrafter_http_requests_total counter\n")), 1);
    assert_int_equal(times(page, STR("# HELP chatcrafter_http_requests_total ")), 1);
    assert_int_equal(times(page, STR("\nchatcrafter_http_refused_total 0\n")), 1);
    assert_int_equal(times(page, STR("# HELP")), times(page, STR("# TYPE")));
    assert_int_equal(times(page, STR("\n")), COUNTER_COUNT + times(page, STR("# ")));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(adds_from_threads), cmocka_unit_test(renders) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
