/* attr.h - members that many answers share. */
#ifndef SANDBOX_ATTR_H
#define SANDBOX_ATTR_H

#include "base/json.h"

void attr_null(struct jw *, const char *key);
void attr_id(struct jw *, const char *key, int64_t id);      /* 0 gives null */
void attr_time(struct jw *, const char *key, int64_t at_ms); /* whole seconds, as Zendesk has it; 0 gives null */
void attr_empty_array(struct jw *, const char *key);
/* How something came in: {"channel": ..., "source": {"from": {}, "to": {}, "rel": null}}. */
void attr_via(struct jw *, struct str channel);

#endif
