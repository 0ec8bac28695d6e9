/* log.h - one structured log, one sink.
 *
 * A line is a level, a fixed message and typed fields. The message is a literal, never built; untrusted text goes into fields only.
 * There is no field for secrets, bodies, cookies or headers: do not log them under another name. The sink is set once by app;
 * before that lines are dropped. Safe from any thread if the sink is.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key; /* NULL ends the list */
    bool is_number;
    struct str text;
    int64_t number;
};

#define LOG_STR(key, value) ((struct log_field){ (key), false, (value), 0 })
#define LOG_INT(key, value) ((struct log_field){ (key), true, { NULL, 0 }, (int64_t)(value) })

#define log_write(level, message, ...) log_emit((level), (message), (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ 0 } })
#define log_debug(...)                 log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)                  log_write(LOG_INFO, __VA_ARGS__)
#define log_warn(...)                  log_write(LOG_WARN, __VA_ARGS__)
#define log_error(...)                 log_write(LOG_ERROR, __VA_ARGS__)

typedef void log_sink(void *context, enum log_level, const char *message, const struct log_field *fields);

void log_set_sink(log_sink *, void *context);
void log_emit(enum log_level, const char *message, const struct log_field *fields);

#endif
