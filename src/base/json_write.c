/* json_write.c - writing JSON into a buffer, and the canonical form of a tree.
 *
 * The writer keeps no stack: one flag says whether the next value or key needs a comma, and `depth` catches an end without a beginning.
 * It knows trees only through json.h, so jansson stays in json.c.
 */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/moment.h"

void jw_init(struct jw *jw, struct buf *out)
{
    *jw = (struct jw){ .out = out };
}

static struct buf *next_value(struct jw *jw)
{
    if (jw->comma) buf_char(jw->out, ',');
    jw->comma = true;
    return jw->out;
}

static void begin(struct jw *jw, char bracket)
{
    buf_char(next_value(jw), bracket);
    jw->comma = false;
    jw->depth++;
}

static void end(struct jw *jw, char bracket)
{
    assert(jw->depth > 0);
    jw->depth--;
    buf_char(jw->out, bracket);
    jw->comma = true;
}

static void quoted(struct buf *out, struct str text)
{
    buf_char(out, '"');
    buf_json(out, text);
    buf_char(out, '"');
}

void jw_object(struct jw *jw)
{
    begin(jw, '{');
}

void jw_end_object(struct jw *jw)
{
    end(jw, '}');
}

void jw_array(struct jw *jw)
{
    begin(jw, '[');
}

void jw_end_array(struct jw *jw)
{
    end(jw, ']');
}

void jw_key(struct jw *jw, const char *key)
{
    jw_key_str(jw, str_from(key));
}

void jw_key_str(struct jw *jw, struct str key)
{
    quoted(next_value(jw), key);
    buf_char(jw->out, ':');
    jw->comma = false;
}

void jw_str(struct jw *jw, struct str text)
{
    quoted(next_value(jw), text);
}

void jw_int(struct jw *jw, int64_t number)
{
    buf_int(next_value(jw), number);
}

/* The shortest of 15 to 17 digits that reads back as the same number; with a point, so that it stays a real. The program
 * never leaves the C locale. JSON has no infinities: RFC 8259 section 6. */
void jw_real(struct jw *jw, double number)
{
    char text[32];
    if (!isfinite(number)) {
        jw_null(jw);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) break;
    }
    buf_lit(next_value(jw), text);
    if (!strpbrk(text, ".e")) buf_lit(jw->out, ".0");
}

void jw_bool(struct jw *jw, bool value)
{
    buf_lit(next_value(jw), value ? "true" : "false");
}

void jw_null(struct jw *jw)
{
    buf_lit(next_value(jw), "null");
}

void jw_raw(struct jw *jw, struct str json_text)
{
    buf_str(next_value(jw), json_text);
}

/* ---- members in one call ----------------------------------------------------------------------------------------------- */

void jw_kv_str(struct jw *jw, const char *key, struct str text)
{
    jw_key(jw, key);
    jw_str(jw, text);
}

void jw_kv_str_or_null(struct jw *jw, const char *key, struct str text)
{
    jw_key(jw, key);
    if (text.len)
        jw_str(jw, text);
    else
        jw_null(jw);
}

void jw_kv_int(struct jw *jw, const char *key, int64_t number)
{
    jw_key(jw, key);
    jw_int(jw, number);
}

void jw_kv_bool(struct jw *jw, const char *key, bool value)
{
    jw_key(jw, key);
    jw_bool(jw, value);
}

void jw_kv_time(struct jw *jw, const char *key, int64_t at_ms)
{
    char text[MOMENT_TEXT_MAX];
    jw_kv_str_or_null(jw, key, at_ms ? str_from(moment_format(at_ms, true, text)) : STR_NONE);
}

void jw_kv_raw(struct jw *jw, const char *key, struct str json_text)
{
    jw_key(jw, key);
    if (json_text.len)
        jw_raw(jw, json_text);
    else
        jw_null(jw);
}

/* ---- trees ------------------------------------------------------------------------------------------------------------- */

static void write_tree(struct jw *jw, const struct json *json, bool sorted);

static int by_key(const void *a, const void *b)
{
    return str_cmp(json_key(*(void *const *)a), json_key(*(void *const *)b));
}

static void write_members(struct jw *jw, const struct json *object, bool sorted)
{
    size_t count = 0;
    void **members = mem_array(json_count(object), sizeof *members);
    for (void *at = json_first(object); at; at = json_next(object, at)) members[count++] = at;
    if (sorted) qsort(members, count, sizeof *members, by_key);
    for (size_t i = 0; i < count; i++) {
        jw_key_str(jw, json_key(members[i]));
        write_tree(jw, json_value(members[i]), sorted);
    }
    mem_free(members);
}

/* As deep as LIMIT_JSON_DEPTH at most: json_parse lets no deeper tree come to be. */
static void write_tree(struct jw *jw, const struct json *json, bool sorted)
{
    switch (json_type(json)) {
    case JSON_NONE:
    case JSON_NULL: jw_null(jw); break;
    case JSON_BOOL: jw_bool(jw, json_bool(json, false)); break;
    case JSON_INT: jw_int(jw, json_int(json, 0)); break;
    case JSON_REAL: jw_real(jw, json_number(json, 0)); break;
    case JSON_STRING: jw_str(jw, json_str(json)); break;
    case JSON_ARRAY:
        jw_array(jw);
        for (size_t i = 0; i < json_count(json); i++) write_tree(jw, json_at(json, i), sorted);
        jw_end_array(jw);
        break;
    case JSON_OBJECT:
        jw_object(jw);
        write_members(jw, json, sorted);
        jw_end_object(jw);
        break;
    }
}

void jw_json(struct jw *jw, const struct json *json)
{
    write_tree(jw, json, false);
}

void json_canonical(const struct json *json, struct buf *out)
{
    struct jw jw;
    jw_init(&jw, out);
    write_tree(&jw, json, true);
}
