/* probe.h - performs a connection test: zendesk/check.h says which calls, this makes them. */
#ifndef FLOW_PROBE_H
#define FLOW_PROBE_H

#include "flow/parts.h"

struct probe;
/* `check` is borrowed during the call. */
typedef void probe_fn(void *context, const struct check *check);

/* `integration` is borrowed until `fn` was called; a fetched OAuth token is written into it, and into its row unless the credential is_new. Its strings come from `arena`. */
void probe_start(struct flow *, struct integration *integration, bool is_new, struct arena *, flow_check_fn *on_step,
                 void *step_context, probe_fn *fn, void *context);

/* The row of the list of tests. */
void probe_record(const struct check *, const struct integration *, struct arena *, struct integration_test *);
/* What the test found about the connection goes into its row: who, rights, status and problem. */
void probe_apply(const struct check *, struct integration *, struct arena *, int64_t now_ms);

#endif
