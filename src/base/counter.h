/* counter.h - the numbers of /metrics: plain process-wide counters, safe to add to from any thread.
 *
 * A counter is one row of counter.def: its name, help and an optional fixed label ("outcome=\"ok\""). Rows of one name stand together.
 */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include "base/buf.h"

enum counter {
#define COUNTER(id, name, labels, help) COUNTER_##id,
#include "base/counter.def"
#undef COUNTER
    COUNTER_COUNT
};

void counter_add(enum counter, int64_t amount);
int64_t counter_get(enum counter);
/* All of them in Prometheus' text format 0.0.4. */
void counter_render(struct buf *out);

#endif
