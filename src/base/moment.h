/* moment.h - time as a value: milliseconds since 1970-01-01 UTC in an int64_t whose name ends in `_at` or `_ms`.
 * Nothing here reads a clock. 0 means "never".
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include "base/buf.h"

enum { MOMENT_TEXT_MAX = 32 };

/* RFC 3339 in UTC: "2026-11-22T15:04:05Z", with ".123" when with_ms. Writes a NUL; returns text. A moment outside of the years
 * 0000 to 9999, which RFC 3339 cannot write, is shown as the nearest one inside. */
char *moment_format(int64_t at_ms, bool with_ms, char text[MOMENT_TEXT_MAX]);
/* The same dates back (any RFC 3339 offset); false when it is not one. */
bool moment_parse(struct str text, int64_t *at_ms);
/* HTTP's Date field (RFC 9110 section 5.6.7, IMF-fixdate): "Sun, 06 Nov 1994 08:49:37 GMT". */
bool moment_parse_http(struct str text, int64_t *at_ms);
char *moment_format_http(int64_t at_ms, char text[MOMENT_TEXT_MAX]);
/* For people, as seen at now_ms: "today at 15:04 UTC", "yesterday at 15:04 UTC", "22 Nov 2026, 15:04 UTC". */
char *moment_say(int64_t at_ms, int64_t now_ms, char text[MOMENT_TEXT_MAX]);
/* "30 April 2027", by UTC. */
char *moment_say_day(int64_t at_ms, char text[MOMENT_TEXT_MAX]);

#endif
