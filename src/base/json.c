/* json.c - reading JSON: jansson behind our rules.
 *
 * jansson parses, checks UTF-8 and refuses duplicate keys, trailing bytes, \u0000 and integers over 64 bits. Depth is counted before, as
 * jansson's own ceiling of 2048 is fixed when it is built. Its error text quotes the input, which may hold a secret, while
 * our details go to the log: so they are made from its error code and position.
 *
 * A `struct json` is jansson's json_t under another name. No other file includes jansson.h, whose names overlap with ours: these are set
 * aside while it is read.
 */
#define json_type   jansson_type
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL   JANSSON_REAL
#define JSON_NULL   JANSSON_NULL
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_NULL

#include "base/json.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

static const json_t *node(const struct json *json)
{
    return (const json_t *)json;
}

/* jansson's iterators ask for a tree they may change; they do not change it. */
static json_t *node_for_iterator(const struct json *json)
{
    return (json_t *)(uintptr_t)json;
}

/* ---- parsing ----------------------------------------------------------------------------------------------------------- */

static void use_our_memory(void)
{
    json_set_alloc_funcs(mem_alloc, mem_free);
}

/* How deep objects and arrays stand in each other. Counts brackets outside of strings; whether they match is jansson's to say. */
static size_t depth_of(struct str text)
{
    size_t depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) deepest = depth;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

static const char *reason(const json_error_t *error)
{
    switch ((int)json_error_code(error)) {
    case json_error_invalid_utf8: return "bytes that are not UTF-8";
    case json_error_premature_end_of_input: return "the text ends too early";
    case json_error_end_of_input_expected: return "more text after the value";
    case json_error_duplicate_key: return "a key stands twice in one object";
    case json_error_numeric_overflow: return "a number is too large";
    case json_error_null_character:
    case json_error_null_byte_in_key: return "a string contains \\u0000";
    default: return "not JSON";
    }
}

struct json *json_parse(struct str text, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (pthread_once(&once, use_our_memory) != 0) {
        err_set(err, E_INTERNAL, "JSON: no memory functions");
        return NULL;
    }
    enum status over = OK;
    if (text.len > LIMIT_JSON_BYTES)
        over = err_set(err, E_LIMIT, "JSON over %d bytes", LIMIT_JSON_BYTES);
    else if (depth_of(text) > LIMIT_JSON_DEPTH)
        over = err_set(err, E_LIMIT, "JSON over %d levels deep", LIMIT_JSON_DEPTH);
    else if (text.len > 0 &&
             memchr(text.ptr, '\0', text.len) != NULL) /* jansson takes it for the end, and what follows for nothing */
        over = err_set(err, E_INPUT, "JSON: a NUL byte");
    if (over != OK) return NULL;

    json_error_t error;
    json_t *root = json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!root) err_set(err, E_INPUT, "JSON line %d, column %d: %s", error.line, error.column, reason(&error));
    return (struct json *)root;
}

void json_free(struct json *root)
{
    json_decref((json_t *)root);
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

enum json_type json_type(const struct json *json)
{
    if (!json) return JSON_NONE;
    switch (json_typeof(node(json))) {
    case JANSSON_OBJECT: return JSON_OBJECT;
    case JANSSON_ARRAY: return JSON_ARRAY;
    case JANSSON_STRING: return JSON_STRING;
    case JSON_INTEGER: return JSON_INT;
    case JANSSON_REAL: return JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return JSON_BOOL;
    case JANSSON_NULL: return JSON_NULL;
    }
    return JSON_NONE;
}

const struct json *json_get(const struct json *object, const char *key)
{
    return (const struct json *)json_object_get(node(object), key);
}

const struct json *json_at(const struct json *array, size_t index)
{
    return (const struct json *)json_array_get(node(array), index);
}

size_t json_count(const struct json *array_or_object)
{
    return json_type(array_or_object) == JSON_OBJECT ? json_object_size(node(array_or_object))
                                                     : json_array_size(node(array_or_object));
}

struct str json_str(const struct json *json)
{
    return (struct str){ json_string_value(node(json)), json_string_length(node(json)) };
}

int64_t json_int(const struct json *json, int64_t fallback)
{
    return json_type(json) == JSON_INT ? json_integer_value(node(json)) : fallback;
}

double json_number(const struct json *json, double fallback)
{
    enum json_type type = json_type(json);
    return type == JSON_INT || type == JSON_REAL ? json_number_value(node(json)) : fallback;
}

bool json_bool(const struct json *json, bool fallback)
{
    return json_type(json) == JSON_BOOL ? json_typeof(node(json)) == JSON_TRUE : fallback;
}

struct str json_get_str(const struct json *object, const char *key)
{
    return json_str(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
    return json_int(json_get(object, key), fallback);
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
    return json_bool(json_get(object, key), fallback);
}

/* ---- members ----------------------------------------------------------------------------------------------------------- */

void *json_first(const struct json *object)
{
    return json_object_iter(node_for_iterator(object));
}

void *json_next(const struct json *object, void *position)
{
    return json_object_iter_next(node_for_iterator(object), position);
}

struct str json_key(void *position)
{
    return (struct str){ json_object_iter_key(position), json_object_iter_key_len(position) };
}

const struct json *json_value(void *position)
{
    return (const struct json *)json_object_iter_value(position);
}
