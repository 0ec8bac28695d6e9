/* json.h - JSON in (a tree, by jansson) and JSON out (a writer over a buffer).
 *
 * Reading: one parser with one set of rules: UTF-8 only, depth <= LIMIT_JSON_DEPTH, size <= LIMIT_JSON_BYTES, duplicate keys and trailing
 * bytes refused, integers are int64_t (Zendesk's ids pass 2^32). The tree is freed as a whole by who parsed it; everything read from it is borrowed.
 * Every reader accepts NULL and the wrong type and then returns the empty value or the fallback, so a chain of
 * json_get() needs one check at its end.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

struct json; /* a node; borrowed except for the root */

enum json_type { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Returns new, or NULL with the reason (line and column) in *err. */
struct json *json_parse(struct str text, struct err *err) must_check;
void json_free(struct json *);

enum json_type json_type(const struct json *); /* JSON_NONE for NULL */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *array_or_object);

struct str json_str(const struct json *);                 /* empty unless a string; NUL-terminated when not empty */
int64_t json_int(const struct json *, int64_t fallback);  /* integers only */
double json_number(const struct json *, double fallback); /* integers and reals; not json_real: jansson exports that name */
bool json_bool(const struct json *, bool fallback);

struct str json_get_str(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
bool json_get_bool(const struct json *object, const char *key, bool fallback);

/* Members in no promised order: for (void *i = json_first(o); i; i = json_next(o, i)). */
void *json_first(const struct json *object);
void *json_next(const struct json *object, void *position);
struct str json_key(void *position);
const struct json *json_value(void *position);

/* Compact, keys sorted, so that equal values give equal bytes: what is hashed. */
void json_canonical(const struct json *, struct buf *out);

/* Writing. Commas are its business; nesting must balance (asserted). */
struct jw {
    struct buf *out;
    unsigned depth;
    bool comma;
};

void jw_init(struct jw *, struct buf *out);
void jw_object(struct jw *);
void jw_end_object(struct jw *);
void jw_array(struct jw *);
void jw_end_array(struct jw *);
void jw_key(struct jw *, const char *key);
void jw_key_str(struct jw *, struct str key);
void jw_str(struct jw *, struct str);
void jw_int(struct jw *, int64_t);
void jw_real(struct jw *, double);
void jw_bool(struct jw *, bool);
void jw_null(struct jw *);
void jw_raw(struct jw *, struct str json_text); /* already JSON: stored or canonical */
void jw_json(struct jw *, const struct json *);

void jw_kv_str(struct jw *, const char *key, struct str);
void jw_kv_str_or_null(struct jw *, const char *key, struct str); /* empty gives null */
void jw_kv_int(struct jw *, const char *key, int64_t);
void jw_kv_bool(struct jw *, const char *key, bool);
void jw_kv_time(struct jw *, const char *key, int64_t at_ms);       /* RFC 3339 with milliseconds; 0 gives null */
void jw_kv_raw(struct jw *, const char *key, struct str json_text); /* empty gives null */

#endif
