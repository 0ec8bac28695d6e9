/* view.h - JSON read where it stands: no tree, no memory. Private to this room.
 *
 * A stream of a model is thousands of small JSON texts of which one or two members matter; building a tree for each would cost
 * more than everything else that is done with it. A value is a view of its own text. view_check() is called once for a text,
 * all others only on what it let through. Every reader accepts the empty view and the wrong type and returns the empty value.
 * Keys are compared as they stand: one that is written with escapes is not found, as no provider writes such. Tool
 * arguments, which are acted upon, go through base/json.h.
 */
#ifndef LLM_VIEW_H
#define LLM_VIEW_H

#include "base/buf.h"

/* Is `text` one JSON value (RFC 8259, no deeper than LIMIT_JSON_DEPTH)? *value is the text without space around it. Bytes
 * that are not UTF-8 pass: view_text() replaces them, as one broken letter must not end an answer. */
bool view_check(struct str text, struct str *value);

struct str view_get(struct str object, const char *key);
/* Elements of an array: start with *rest = the array. */
bool view_next(struct str *rest, struct str *element);
struct str view_first(struct str array);

bool view_is_object(struct str value);
bool view_is_string(struct str value);
bool view_is_true(struct str value);
bool view_is_null(struct str value);              /* null, or nothing at all */
bool view_is(struct str value, const char *text); /* this string, written without escapes */
bool view_is_empty_string(struct str value);
int64_t view_int(struct str value, int64_t fallback); /* whole numbers; also a string of digits */
/* Appends the string's text as valid UTF-8; what is no text becomes U+FFFD. Nothing for other types. */
void view_text(struct str value, struct buf *out);
/* Appends the value as it stands, as valid UTF-8. */
void view_raw(struct str value, struct buf *out);

#endif
