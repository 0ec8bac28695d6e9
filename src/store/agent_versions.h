/* agent_versions.h - what agents.c writes of an agent's versions. The rest is in rows.h. */
#ifndef STORE_AGENT_VERSIONS_H
#define STORE_AGENT_VERSIONS_H

#include "store/query.h"

enum { FIRST_VERSION = 1 };

/* E_CONFLICT: the agent has one of that number. */
enum status agent_version_insert(struct store_tx *, const struct agent_version *) must_check;

#endif
