/* reading.c - see reading.h. Room nlu does the work; this is the way to it for the rooms above. */
#include "agent/reading.h"

#include "nlu/explain.h"

void reading_explain(struct str text, struct arena *arena, struct jw *json)
{
    struct nlu_message message;
    nlu_read(text, NLU_ANYTHING, arena, &message);
    nlu_explain(&message, json);
}
