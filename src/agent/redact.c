/* redact.c - one pass over the text, asking at each word's beginning what it is (redact_find.c); and the table of placeholders. */
#include "agent/redact.h"

#include "base/json.h"
#include "base/limits.h"

static const char *const names[REDACT_CLASSES] = { "EMAIL", "PHONE", "IBAN", "SECRET", "CARD" };

/* ---- the table --------------------------------------------------------------------------------------------------------- */

static void add(struct redact *redact, enum redact_class kind, struct str text)
{
    if (redact->count < REDACT_VALUES_MAX)
        redact->values[redact->count++] = (struct redact_value){ kind, arena_str(redact->arena, text) };
}

void redact_begin(struct redact *redact, const struct redact_rules *rules, struct arena *arena)
{
    *redact = (struct redact){ .rules = *rules, .arena = arena };
    redact->values = arena_array(arena, REDACT_VALUES_MAX, sizeof *redact->values);
}

/* The number of the value among those of its class, from 1; 0: the table is full. */
static size_t number_of(struct redact *redact, enum redact_class kind, struct str text)
{
    size_t number = 0, before = redact->count;
    for (size_t i = 0; i < redact->count; i++) {
        if (redact->values[i].kind != kind) continue;
        number++;
        if (str_eq_nocase(redact->values[i].text, text)) return number;
    }
    add(redact, kind, text);
    return redact->count > before ? number + 1 : 0;
}

/* ---- taking out -------------------------------------------------------------------------------------------------------- */

static void put_placeholder(struct redact *redact, enum redact_class kind, struct str text, struct buf *out)
{
    size_t number = kind < REDACT_RESTORABLE ? number_of(redact, kind, text) : 0;
    redact->found[kind]++;
    if (number)
        buf_fmt(out, "[%s_%zu]", names[kind], number);
    else
        buf_fmt(out, "[%s]", names[kind]);
}

/* Copies what belongs together and cannot begin a find: an escape of JSON, or one character. */
static size_t step_over(struct str rest)
{
    if (rest.ptr[0] != '\\' || rest.len < 2) return 1;
    return rest.ptr[1] == 'u' && rest.len >= 6 ? 6 : 2;
}

struct str redact_text(struct redact *redact, struct str text)
{
    struct buf out;
    bool in_word = false;
    buf_init(&out, LIMIT_MODEL_REQUEST_BYTES * 2);
    for (size_t i = 0; i < text.len;) {
        struct str rest = str_slice(text, i, text.len);
        enum redact_class kind;
        size_t keep, found = in_word ? 0 : redact_find(&redact->rules, rest, &keep, &kind);
        if (found) {
            buf_str(&out, str_slice(rest, 0, keep));
            put_placeholder(redact, kind, str_slice(rest, keep, keep + found), &out);
            i += keep + found;
            in_word = false;
            continue;
        }
        size_t step = step_over(rest);
        buf_str(&out, str_slice(rest, 0, step));
        in_word = step == 1 && (char_is_alpha(rest.ptr[0]) || char_is_digit(rest.ptr[0]) || rest.ptr[0] == '_');
        i += step;
    }
    struct str result = arena_str(redact->arena, buf_view(&out));
    buf_clear(&out);
    return result;
}

static void write_redacted(struct redact *redact, const struct json *value, struct jw *out)
{
    switch (json_type(value)) {
    case JSON_OBJECT:
        jw_object(out);
        for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
            jw_key_str(out, redact_text(redact, json_key(at)));
            write_redacted(redact, json_value(at), out);
        }
        jw_end_object(out);
        break;
    case JSON_ARRAY:
        jw_array(out);
        for (size_t i = 0; i < json_count(value); i++) write_redacted(redact, json_at(value, i), out);
        jw_end_array(out);
        break;
    case JSON_STRING: jw_str(out, redact_text(redact, json_str(value))); break;
    case JSON_INT: {
        struct str number = arena_fmt(redact->arena, "%lld", (long long)json_int(value, 0)), kept = redact_text(redact, number);
        if (str_eq(number, kept))
            jw_json(out, value);
        else
            jw_str(out, kept);
        break;
    }
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_REAL: jw_json(out, value); break;
    }
}

struct str redact_json(struct redact *redact, struct str text)
{
    struct json *json = json_parse(text, NULL);
    struct buf made, out;
    struct jw writer;
    if (json == NULL) return STR("{}");
    buf_init(&made, LIMIT_JSON_BYTES);
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&writer, &made);
    write_redacted(redact, json, &writer);
    json_free(json);
    json = buf_ok(&made) ? json_parse(buf_view(&made), NULL) : NULL; /* two keys may have become one */
    if (json != NULL) json_canonical(json, &out);
    struct str result = json != NULL ? arena_str(redact->arena, buf_view(&out)) : STR("{}");
    json_free(json);
    buf_clear(&made);
    buf_clear(&out);
    return result;
}

/* ---- putting back ------------------------------------------------------------------------------------------------------ */

static const struct redact_value *value_of(const struct redact *redact, enum redact_class kind, uint64_t number)
{
    for (size_t i = 0; i < redact->count; i++)
        if (redact->values[i].kind == kind && --number == 0) return &redact->values[i];
    return NULL;
}

/* The placeholder that `inside` (without its brackets) is; NULL when it is none. Models change the case. */
static const struct redact_value *placeholder(const struct redact *redact, struct str inside)
{
    for (unsigned kind = 0; kind < REDACT_RESTORABLE; kind++) {
        size_t len = str_from(names[kind]).len;
        uint64_t number;
        bool is_named =
            str_eq_nocase(str_slice(inside, 0, len), str_from(names[kind])) && inside.len > len && inside.ptr[len] == '_';
        if (is_named && str_to_u64(str_slice(inside, len + 1, inside.len), &number) && number > 0)
            return value_of(redact, (enum redact_class)kind, number);
    }
    return NULL;
}

/* Puts back in what is complete; returns how much of `text` that is. */
static size_t restore_part(const struct redact *redact, struct str text, bool is_end, struct buf *out)
{
    for (size_t i = 0; i < text.len;) {
        if (text.ptr[i] != '[') {
            buf_char(out, text.ptr[i++]);
            continue;
        }
        struct str near = str_slice(text, i, i + REDACT_PLACEHOLDER_MAX);
        size_t close = str_find(near, STR("]"), 0);
        if (close == SIZE_MAX && near.len < REDACT_PLACEHOLDER_MAX && !is_end) return i;
        const struct redact_value *value = close == SIZE_MAX ? NULL : placeholder(redact, str_slice(near, 1, close));
        buf_str(out, value ? value->text : STR("["));
        i += value ? close + 1 : 1;
    }
    return text.len;
}

struct str redact_restore(const struct redact *redact, struct str text, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    (void)restore_part(redact, text, true, &out);
    struct str result = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return result;
}

void redact_feed(const struct redact *redact, struct buf *pending, struct str piece, struct buf *out)
{
    buf_str(pending, piece);
    buf_drop_front(pending, restore_part(redact, buf_view(pending), false, out));
}
