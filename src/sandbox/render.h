/* render.h - members that many answers share. */
#ifndef SANDBOX_RENDER_H
#define SANDBOX_RENDER_H

#include "base/json.h"

void render_null(struct jw *, const char *key);
void render_id(struct jw *, const char *key, int64_t id);      /* 0 gives null */
void render_time(struct jw *, const char *key, int64_t at_ms); /* whole seconds, as Zendesk has it; 0 gives null */
/* How something came in: {"channel": ..., "source": {"from": {}, "to": {}, "rel": null}}. */
void render_via(struct jw *, struct str channel);

#endif
