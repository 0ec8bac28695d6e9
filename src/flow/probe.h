/* probe.h - performs a connection test: zendesk/check.h says which calls, this makes them. */
#ifndef FLOW_PROBE_H
#define FLOW_PROBE_H

#include "flow/parts.h"

enum { PROBE_CALLS_MAX = 8 };

/* What was asked and answered: rows for the log of calls, their strings in the arena given at the start. */
struct probe_calls {
    struct call rows[PROBE_CALLS_MAX];
    size_t count;
};

struct probe;
/* Both are borrowed during the call. */
typedef void probe_fn(void *context, const struct check *, const struct probe_calls *);

/* `integration` is borrowed until `fn` was called; a fetched OAuth token is written into it, and into its row unless the credential is_new. Its strings come from `arena`. */
void probe_start(struct flow *, struct integration *integration, bool is_new, struct arena *, flow_check_fn *on_step,
                 void *step_context, probe_fn *fn, void *context);

/* The row of the list of tests. */
void probe_record(const struct check *, const struct integration *, struct arena *, struct integration_test *);
/* Inside a job: the calls of a test, once its integration has a row. */
enum status probe_store_calls(struct store_tx *, const struct probe_calls *) must_check;
/* What the test found about the connection goes into its row: who, rights, status and problem. */
void probe_apply(const struct check *, struct integration *, struct arena *, int64_t now_ms);

#endif
