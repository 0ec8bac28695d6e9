/* log.c - hands each line to the sink. Where lines go, and in which form, is the sink's business. */
#include "base/log.h"

static log_sink *sink;
static void *sink_context;

void log_set_sink(log_sink *new_sink, void *context)
{
    sink = new_sink;
    sink_context = context;
}

void log_emit(enum log_level level, const char *message, const struct log_field *fields)
{
    if (sink) sink(sink_context, level, message, fields);
}
