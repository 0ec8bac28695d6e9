/* readback.h - the words for a ticket before it is sent, made from the very arguments that will be sent. */
#ifndef AGENT_READBACK_H
#define AGENT_READBACK_H

#include "agent/form.h"

/* One line a field, every field of the arguments; a default says that it is one. `arguments` is canonical JSON of create_ticket. */
struct str readback_arguments(struct str arguments, const struct form *, const struct turn_world *, enum nlu_language,
                              struct arena *);
/* The same for a draft that is not complete: only what is known. */
struct str readback_draft(const struct form *, enum nlu_language, struct arena *);

#endif
