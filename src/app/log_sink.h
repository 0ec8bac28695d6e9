/* log_sink.h - the sink of base/log.h: stderr. */
#ifndef APP_LOG_SINK_H
#define APP_LOG_SINK_H

#include "base/log.h"

/* level: debug, info, warn, error. format: json, text, or auto (text on a terminal). False when one is not known. */
bool log_sink_start(const char *level, const char *format);

#endif
