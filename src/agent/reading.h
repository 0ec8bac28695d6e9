/* reading.h - how the built-in engine reads a message, told as JSON: for who wants to see why it answered as it did. */
#ifndef AGENT_READING_H
#define AGENT_READING_H

#include "base/arena.h"
#include "base/json.h"

/* One object, as `chatcrafter nlu explain` prints it. The words stand alone: what an open question would change is not told. */
void reading_explain(struct str text, struct arena *, struct jw *);

#endif
