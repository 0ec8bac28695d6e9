/* explain.c - the way from the API to the built-in engine's reading of a message. */
#include "flow/flow.h"

#include "agent/reading.h"

void flow_explain(struct str text, struct arena *arena, struct jw *json)
{
    reading_explain(text, arena, json);
}
