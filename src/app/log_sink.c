/* log_sink.c - where log lines go: JSON lines on stderr, or short text when a person watches. One write per line, so lines of several threads never mix. */
#include "app/log_sink.h"

#include "base/buf.h"
#include "base/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 8 * 1024 };

static enum log_level lowest = LOG_INFO;
static bool as_json = true;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void json_line(struct buf *line, enum log_level level, const char *message, const struct log_field *fields)
{
    char at[MOMENT_TEXT_MAX];
    buf_fmt(line, "{\"ts\":\"%s\",\"level\":\"%s\",\"msg\":\"", moment_format(now_ms(), true, at), level_names[level]);
    buf_json(line, str_from(message));
    buf_char(line, '"');
    for (; fields->key; fields++) {
        buf_fmt(line, ",\"%s\":", fields->key);
        if (fields->is_number) {
            buf_int(line, fields->number);
            continue;
        }
        buf_char(line, '"');
        buf_json(line, fields->text);
        buf_char(line, '"');
    }
    buf_lit(line, "}\n");
}

static void text_line(struct buf *line, enum log_level level, const char *message, const struct log_field *fields)
{
    char at[MOMENT_TEXT_MAX];
    buf_fmt(line, "%.8s %-5s %s", moment_format(now_ms(), false, at) + 11, level_names[level], message);
    for (; fields->key; fields++) {
        if (!fields->is_number && fields->text.len == 0) continue;
        buf_fmt(line, "  %s=", fields->key);
        if (fields->is_number)
            buf_int(line, fields->number);
        else
            buf_json(line, fields->text); /* control characters must not reach a terminal */
    }
    buf_char(line, '\n');
}

static void write_line(void *context, enum log_level level, const char *message, const struct log_field *fields)
{
    (void)context;
    if (level < lowest) return;
    struct buf line;
    buf_init(&line, LINE_BYTES);
    (as_json ? json_line : text_line)(&line, level, message, fields);
    ssize_t written = write(STDERR_FILENO, line.data, line.len);
    (void)written; /* there is nowhere to report it */
    buf_clear(&line);
}

bool log_sink_start(const char *level, const char *format)
{
    bool known = false;
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (strcmp(level, level_names[i]) == 0) lowest = (enum log_level)i, known = true;
    as_json = strcmp(format, "json") == 0 || (strcmp(format, "auto") == 0 && !isatty(STDERR_FILENO));
    log_set_sink(write_line, NULL);
    return known && (as_json || strcmp(format, "text") == 0 || strcmp(format, "auto") == 0);
}
