/* err.c - statuses with words. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
    if (!err) return status;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(err->detail, sizeof err->detail, format, arguments);
    va_end(arguments);
    if (length < 0) err->detail[0] = '\0';
    if (length >= (int)sizeof err->detail) { /* cut at a character, not inside one */
        struct str kept = { err->detail, sizeof err->detail };
        err->detail[str_clip(kept, sizeof err->detail - 1).len] = '\0';
    }
    err->status = status;
    return status;
}

const char *status_name(enum status status)
{
    switch (status) {
    case OK: return "ok";
    case E_INPUT: return "input";
    case E_LIMIT: return "limit";
    case E_NOT_FOUND: return "not_found";
    case E_CONFLICT: return "conflict";
    case E_DENIED: return "denied";
    case E_UNAVAILABLE: return "unavailable";
    case E_TIMEOUT: return "timeout";
    case E_IO: return "io";
    case E_CORRUPT: return "corrupt";
    case E_INTERNAL: return "internal";
    }
    return "unknown";
}
