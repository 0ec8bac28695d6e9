/* counter.c - one atomic number per row of counter.def. Relaxed order: a counter tells how often, never that something happened before
 * something else. */
#include "base/counter.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

static _Atomic int64_t values[COUNTER_COUNT];

static const struct {
    const char *name, *labels, *help;
} rows[COUNTER_COUNT] = {
#define COUNTER(id, name, labels, help) [COUNTER_##id] = { name, labels, help },
#include "base/counter.def"
#undef COUNTER
};

void counter_add(enum counter counter, int64_t amount)
{
    assert(counter < COUNTER_COUNT);
    atomic_fetch_add_explicit(&values[counter], amount, memory_order_relaxed);
}

int64_t counter_get(enum counter counter)
{
    assert(counter < COUNTER_COUNT);
    return atomic_load_explicit(&values[counter], memory_order_relaxed);
}

/* https://prometheus.io/docs/instrumenting/exposition_formats/: HELP and TYPE once, before the first row of a name. */
void counter_render(struct buf *out)
{
    for (size_t i = 0; i < COUNTER_COUNT; i++) {
        if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
            buf_fmt(out, "# HELP %s %s\n# TYPE %s counter\n", rows[i].name, rows[i].help, rows[i].name);
        buf_lit(out, rows[i].name);
        if (rows[i].labels[0]) buf_fmt(out, "{%s}", rows[i].labels);
        buf_char(out, ' ');
        buf_int(out, counter_get((enum counter)i));
        buf_char(out, '\n');
    }
}
