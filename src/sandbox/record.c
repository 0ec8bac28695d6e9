/* record.c - records in the database, laid over each other, and in answers. See record.h. */
#include "sandbox/record.h"

#include <assert.h>

#include "base/limits.h"
#include "sandbox/attr.h"

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

bool record_load(struct desk *desk, struct arena *arena, const struct record_kind *kind, int64_t id, struct record *record)
{
    struct desk_query *q =
        desk_query(desk, "SELECT id, parent, created_at, updated_at, body FROM record WHERE kind = ?1 AND id = ?2");
    desk_bind_text(q, 1, str_from(kind->name));
    desk_bind_int(q, 2, id);
    if (!desk_next(q)) return false;
    *record = (struct record){
        .id = desk_int(q, 0),
        .parent = desk_int(q, 1),
        .created_at = desk_int(q, 2),
        .updated_at = desk_int(q, 3),
        .body = desk_text(q, 4, arena),
    };
    desk_done(q);
    return true;
}

int64_t record_next_id(struct desk *desk, const struct record_kind *kind, int64_t parent, int64_t after)
{
    struct desk_query *q =
        desk_query(desk, "SELECT id FROM record WHERE kind = ?1 AND id > ?2 AND (?3 = 0 OR parent = ?3) ORDER BY id LIMIT 1");
    desk_bind_text(q, 1, str_from(kind->name));
    desk_bind_int(q, 2, after);
    desk_bind_int(q, 3, parent);
    int64_t id = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return id;
}

int64_t record_find(struct desk *desk, const struct record_kind *kind, struct str member, struct str value, int64_t except)
{
    struct desk_query *q = desk_query(desk, "SELECT id FROM record WHERE kind = ?1 AND id <> ?4"
                                            " AND json_extract(body, '$.' || ?2) = ?3 COLLATE NOCASE ORDER BY id LIMIT 1");
    desk_bind_text(q, 1, str_from(kind->name));
    desk_bind_text(q, 2, member);
    desk_bind_text(q, 3, value);
    desk_bind_int(q, 4, except);
    int64_t id = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return id;
}

void record_store(struct desk *desk, const struct record_kind *kind, struct record *record)
{
    if (!record->id) record->id = desk_new_id(desk);
    struct desk_query *q = desk_query(
        desk, "INSERT INTO record (id, kind, parent, created_at, updated_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
              " ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, updated_at = excluded.updated_at, body = excluded.body");
    desk_bind_int(q, 1, record->id);
    desk_bind_text(q, 2, str_from(kind->name));
    desk_bind_int(q, 3, record->parent);
    desk_bind_int(q, 4, record->created_at);
    desk_bind_int(q, 5, record->updated_at);
    desk_bind_text(q, 6, record->body);
    desk_run(q);
}

void record_remove(struct desk *desk, const struct record_kind *kind, int64_t id)
{
    struct desk_query *q = desk_query(desk, "DELETE FROM record WHERE kind = ?1 AND id = ?2");
    desk_bind_text(q, 1, str_from(kind->name));
    desk_bind_int(q, 2, id);
    desk_run(q);
}

struct json *record_tree(struct desk *desk, const struct record_kind *kind, int64_t id)
{
    struct arena row;
    struct record record;
    arena_init(&row);
    struct json *tree = id && record_load(desk, &row, kind, id, &record) ? json_parse(record.body, NULL) : NULL;
    arena_clear(&row);
    return tree;
}

/* ---- laying one over the other ------------------------------------------------------------------------------------------ */

static bool has_type(const struct json *value, enum record_type wanted)
{
    int64_t number;
    switch (json_type(value)) {
    case JSON_NULL: return true;
    case JSON_STRING: return wanted == RECORD_TEXT || (wanted == RECORD_NUMBER && str_to_i64(json_str(value), &number));
    case JSON_INT: return wanted == RECORD_NUMBER || wanted == RECORD_TEXT;
    case JSON_BOOL: return wanted == RECORD_BOOL;
    case JSON_ARRAY: return wanted == RECORD_ARRAY;
    case JSON_OBJECT: return wanted == RECORD_OBJECT;
    case JSON_REAL:
    case JSON_NONE: break;
    }
    return false;
}

/* Numbers sent as text become numbers, and numbers sent for text become text. */
static void write_given(struct jw *w, const struct json *value, enum record_type type)
{
    int64_t number;
    if (type == RECORD_NUMBER && str_to_i64(json_str(value), &number)) {
        jw_int(w, number);
    } else if (type == RECORD_TEXT && json_type(value) == JSON_INT) {
        struct buf digits;
        buf_init(&digits, 32);
        buf_int(&digits, json_int(value, 0));
        jw_str(w, buf_view(&digits));
        buf_clear(&digits);
    } else {
        jw_json(w, value);
    }
}

static const struct record_field *field_named(const struct record_kind *kind, const char *name)
{
    const struct record_field *field = kind->fields;
    while (field->name && !str_eq(str_from(field->name), str_from(name))) field++;
    assert(field->name);
    return field;
}

/* What a member is: the one given, else that of the member it copies if that one is given, else its own old one, else again what
 * it copies. NULL: its initial value. */
static const struct json *source_of(const struct record_kind *kind, const struct record_field *field, const struct json *old,
                                    const struct json *given)
{
    const struct json *sent = field->flags & RECORD_FIXED ? NULL : json_get(given, field->name);
    const char *copied = field->initial[0] == '=' ? field->initial + 1 : NULL;
    if (sent) return sent;
    if (copied && json_get(given, copied)) return json_get(given, copied);
    const struct json *value = json_get(old, field->name);
    return value || !copied ? value : source_of(kind, field_named(kind, copied), old, given);
}

static void write_member(struct jw *w, const struct record_kind *kind, const struct record_field *field, const struct json *old,
                         const struct json *given)
{
    const struct json *source = source_of(kind, field, old, given);
    jw_key(w, field->name);
    if (source)
        write_given(w, source, field->type);
    else
        jw_raw(w, field->initial[0] == '=' ? STR("null") : str_from(field->initial));
}

struct str record_merge(struct arena *arena, const struct record_kind *kind, struct str body, const struct json *given,
                        const struct record_field **wrong)
{
    struct json *old = body.len ? json_parse(body, NULL) : NULL;
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    *wrong = NULL;
    jw_object(&w);
    for (const struct record_field *field = kind->fields; field->name; field++) {
        const struct json *sent = json_get(given, field->name);
        if (sent && !has_type(sent, field->type) && !*wrong) *wrong = field;
        write_member(&w, kind, field, old, given);
    }
    jw_end_object(&w);
    struct str merged = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    json_free(old);
    return merged;
}

/* Initial values and given ones alike: a planted record may set what callers may not. */
int64_t record_plant(struct desk *desk, const struct record_kind *kind, int64_t id, int64_t now_at, struct str given)
{
    struct arena arena;
    struct record record = { .id = 0 };
    arena_init(&arena);
    if (!id || !record_load(desk, &arena, kind, id, &record)) {
        const struct record_field *wrong;
        struct json *tree = json_parse(given, NULL);
        assert(tree);
        record = (struct record){ .id = id, .created_at = now_at, .updated_at = now_at };
        if (kind->parent) record.parent = json_get_int(tree, kind->parent, 0);
        record.body = record_merge(&arena, kind, given, tree, &wrong);
        assert(!wrong);
        record_store(desk, kind, &record);
        json_free(tree);
    }
    id = record.id;
    arena_clear(&arena);
    return id;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

void record_render_members(const struct api_call *call, struct jw *w, const struct record_kind *kind, const struct record *record)
{
    struct json *tree = json_parse(record->body, NULL);
    jw_kv_str(w, "url", api_url(call, kind->path, record->id));
    jw_kv_int(w, "id", record->id);
    for (const struct record_field *field = kind->fields; field->name; field++) {
        const struct json *value = json_get(tree, field->name);
        jw_key(w, field->name);
        if (value)
            jw_json(w, value);
        else
            jw_null(w);
    }
    attr_time(w, "created_at", record->created_at);
    attr_time(w, "updated_at", record->updated_at);
    json_free(tree);
}

void record_render(const struct api_call *call, struct jw *w, const struct record_kind *kind, const struct record *record)
{
    jw_object(w);
    record_render_members(call, w, kind, record);
    jw_end_object(w);
}

void record_render_kind(struct api_call *call, struct jw *w, const struct record_kind *kind, int64_t id)
{
    struct record record;
    struct arena row;
    arena_init(&row);
    if (record_load(call->sandbox->desk, &row, kind, id, &record)) record_render(call, w, kind, &record);
    arena_clear(&row);
}

void record_render_by_id(struct api_call *call, struct jw *w, int64_t id)
{
    record_render_kind(call, w, call->kind, id);
}
