/* err.c - statuses with words. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
    if (!err) return status;
    char whole[sizeof err->detail + 1]; /* one byte more, so that str_clip sees what it cuts before */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    struct str kept = length < 0 ? STR_NONE : str_clip(str_from(whole), sizeof err->detail - 1);
    if (kept.len) memcpy(err->detail, kept.ptr, kept.len);
    err->detail[kept.len] = '\0';
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
