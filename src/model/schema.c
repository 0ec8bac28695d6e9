/* schema.c - walks schema and value together and stops at the first fault.
 *
 * One function per type; each returns true when the value is right. A name that is not known is told first, as it often is the one that is missing, spelled
 * wrongly; then missing members before wrong ones, the order in which a person fills in a form.
 */
#include "model/schema.h"

#include "base/moment.h"
#include "model/field.h"

enum { FIELDS_BYTES_MAX = 1024 }; /* of a list of names */

struct walk {
    struct arena *arena;
    struct problem *problem;
};

static bool check_value(const struct walk *, struct str name, const struct json *schema, const struct json *value);

/* Fills the problem in and returns false, for `return fault(...)`. */
static bool fault(const struct walk *walk, enum problem_id id, struct str name, struct str value, struct str limit)
{
    struct str field = arena_str(walk->arena, name);
    *walk->problem = (struct problem){
        .id = id,
        .field = field,
        .facts = { .what = field, .value = arena_str(walk->arena, value), .limit = limit },
    };
    return false;
}

/* The types of JSON Schema, and how a person calls them. */
static const struct type {
    const char *name, *words;
    enum json_type type;
} types[] = {
    { "string", "text", JSON_STRING }, { "integer", "a whole number", JSON_INT }, { "boolean", "true or false", JSON_BOOL },
    { "array", "a list", JSON_ARRAY }, { "object", "an object", JSON_OBJECT },    { "number", "a number", JSON_REAL },
};

static bool check_type(const struct walk *walk, struct str name, struct str wanted, const struct json *value)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_eq(wanted, str_from(types[i].name))) continue;
        bool is_whole_number = types[i].type == JSON_REAL && json_type(value) == JSON_INT;
        if (json_type(value) == types[i].type || is_whole_number) return true;
        return fault(walk, PROBLEM_FIELD_TYPE, name, STR_NONE, str_from(types[i].words));
    }
    return true;
}

/* After the comma, when it is not the first. */
static void put_name(struct buf *out, struct str name)
{
    if (out->len > 0) buf_lit(out, ", ");
    buf_str(out, name);
}

static bool is_among(const struct json *names, struct str name)
{
    for (size_t i = 0; i < json_count(names); i++)
        if (str_eq(json_str(json_at(names, i)), name)) return true;
    return false;
}

static struct str choices(const struct json *list, struct arena *arena)
{
    struct buf out;
    buf_init(&out, FIELDS_BYTES_MAX);
    for (size_t i = 0; i < json_count(list); i++) put_name(&out, json_str(json_at(list, i)));
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

static bool check_enum(const struct walk *walk, struct str name, const struct json *list, const struct json *value)
{
    if (is_among(list, json_str(value))) return true;
    return fault(walk, PROBLEM_FIELD_CHOICE, name, json_str(value), choices(list, walk->arena));
}

/* full-date of RFC 3339: "2026-11-22", a day that exists. */
static bool is_date(const struct walk *walk, struct str text)
{
    int64_t at_ms;
    return text.len == 10 && moment_parse(arena_fmt(walk->arena, "%.*sT00:00:00Z", STR_ARG(text)), &at_ms);
}

static bool check_string(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    struct str text = json_str(value);
    int64_t length = (int64_t)str_codepoints(text);
    int64_t min = json_get_int(schema, "minLength", 0), max = json_get_int(schema, "maxLength", INT64_MAX);
    if (length == 0 && min > 0) return fault(walk, PROBLEM_FIELD_MISSING, name, STR_NONE, STR_NONE);
    if (length < min) {
        struct str limit = arena_fmt(walk->arena, "at least %lld characters", (long long)min);
        return fault(walk, PROBLEM_FIELD_RANGE, name, text, limit);
    }
    if (length > max) {
        struct str limit = arena_fmt(walk->arena, "%lld characters", (long long)max);
        return fault(walk, PROBLEM_VALUE_TOO_LONG, name, STR_NONE, limit);
    }
    if (str_eq(json_get_str(schema, "format"), STR("email")) && !field_looks_like_email(text))
        return fault(walk, PROBLEM_EMAIL_FORMAT, name, text, STR_NONE);
    if (str_eq(json_get_str(schema, "format"), STR("date")) && !is_date(walk, text))
        return fault(walk, PROBLEM_DATE_FORMAT, name, text, STR_NONE);
    return true;
}

static bool check_integer(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    int64_t min = json_get_int(schema, "minimum", INT64_MIN), max = json_get_int(schema, "maximum", INT64_MAX);
    int64_t number = json_int(value, 0);
    if (number >= min && number <= max) return true;
    struct str limit = number < min ? arena_fmt(walk->arena, "at least %lld", (long long)min)
                                    : arena_fmt(walk->arena, "at most %lld", (long long)max);
    return fault(walk, PROBLEM_FIELD_RANGE, name, STR_NONE, limit);
}

/* A number that need not be whole; its bounds are whole. */
static bool check_real(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    const struct json *min = json_get(schema, "minimum"), *max = json_get(schema, "maximum");
    double number = json_number(value, 0);
    if (min != NULL && number < json_number(min, 0))
        return fault(walk, PROBLEM_FIELD_RANGE, name, STR_NONE,
                     arena_fmt(walk->arena, "at least %lld", (long long)json_int(min, 0)));
    if (max != NULL && number > json_number(max, 0))
        return fault(walk, PROBLEM_FIELD_RANGE, name, STR_NONE,
                     arena_fmt(walk->arena, "at most %lld", (long long)json_int(max, 0)));
    return true;
}

static bool check_array(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    int64_t min = json_get_int(schema, "minItems", 0), max = json_get_int(schema, "maxItems", INT64_MAX);
    if ((int64_t)json_count(value) < min) return fault(walk, PROBLEM_FIELD_MISSING, name, STR_NONE, STR_NONE);
    if ((int64_t)json_count(value) > max) {
        struct str limit = arena_fmt(walk->arena, "%lld entries", (long long)max);
        return fault(walk, PROBLEM_VALUE_TOO_LONG, name, STR_NONE, limit);
    }
    const struct json *items = json_get(schema, "items");
    for (size_t i = 0; items != NULL && i < json_count(value); i++)
        if (!check_value(walk, name, items, json_at(value, i))) return false;
    return true;
}

static const struct json *member(const struct json *object, struct str name)
{
    for (void *at = json_first(object); at != NULL; at = json_next(object, at))
        if (str_eq(json_key(at), name)) return json_value(at);
    return NULL;
}

static bool check_required(const struct walk *walk, const struct json *schema, const struct json *value)
{
    const struct json *required = json_get(schema, "required");
    for (size_t i = 0; i < json_count(required); i++) {
        struct str name = json_str(json_at(required, i));
        if (member(value, name) == NULL) return fault(walk, PROBLEM_FIELD_MISSING, name, STR_NONE, STR_NONE);
    }
    return true;
}

/* ---- one of several ------------------------------------------------------------------------------------------------ */

/* "email, user_id": what the alternatives of an anyOf ask for. */
static struct str alternatives(const struct json *list, struct arena *arena)
{
    struct buf out;
    buf_init(&out, FIELDS_BYTES_MAX);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *names = json_get(json_at(list, i), "required");
        for (size_t k = 0; k < json_count(names); k++) put_name(&out, json_str(json_at(names, k)));
    }
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

static bool check_any(const struct walk *walk, struct str name, const struct json *list, const struct json *value)
{
    for (size_t i = 0; i < json_count(list); i++) {
        struct problem ignored;
        const struct walk attempt = { walk->arena, &ignored };
        if (check_value(&attempt, name, json_at(list, i), value)) return true;
    }
    struct str first = json_str(json_at(json_get(json_at(list, 0), "required"), 0));
    return fault(walk, PROBLEM_FIELD_ONE_OF, first, STR_NONE, alternatives(list, walk->arena));
}

static bool check_combined(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    const struct json *any = json_get(schema, "anyOf"), *all = json_get(schema, "allOf");
    if (any != NULL && !check_any(walk, name, any, value)) return false;
    for (size_t i = 0; i < json_count(all); i++)
        if (!check_value(walk, name, json_at(all, i), value)) return false;
    return true;
}

/* ---- objects ------------------------------------------------------------------------------------------------------- */

static bool check_size(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    int64_t min = json_get_int(schema, "minProperties", 0), max = json_get_int(schema, "maxProperties", INT64_MAX);
    int64_t count = (int64_t)json_count(value);
    if (count < min) return fault(walk, PROBLEM_FIELD_MISSING, name, STR_NONE, STR_NONE);
    if (count <= max) return true;
    return fault(walk, PROBLEM_VALUE_TOO_LONG, name, STR_NONE, arena_fmt(walk->arena, "%lld entries", (long long)max));
}

static bool check_names(const struct walk *walk, const struct json *properties, const struct json *value)
{
    for (void *at = json_first(value); at != NULL; at = json_next(value, at))
        if (member(properties, json_key(at)) == NULL) return fault(walk, PROBLEM_FIELD_UNKNOWN, json_key(at), STR_NONE, STR_NONE);
    return true;
}

static bool check_object(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    const struct json *properties = json_get(schema, "properties");
    bool is_open = json_get_bool(schema, "additionalProperties", true);
    if (!is_open && !check_names(walk, properties, value)) return false;
    if (!check_required(walk, schema, value) || !check_size(walk, name, schema, value)) return false;
    for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
        const struct json *property = member(properties, json_key(at));
        if (property != NULL && !check_value(walk, json_key(at), property, json_value(at))) return false;
    }
    return true;
}

static bool check_by_type(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    switch (json_type(value)) {
    case JSON_STRING: return check_string(walk, name, schema, value);
    case JSON_INT: return check_integer(walk, name, schema, value);
    case JSON_ARRAY: return check_array(walk, name, schema, value);
    case JSON_OBJECT: return check_object(walk, name, schema, value);
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL: break;
    case JSON_REAL: return check_real(walk, name, schema, value);
    }
    return true;
}

static bool check_value(const struct walk *walk, struct str name, const struct json *schema, const struct json *value)
{
    const struct json *choice = json_get(schema, "enum");
    if (!check_type(walk, name, json_get_str(schema, "type"), value)) return false;
    if (choice != NULL && !check_enum(walk, name, choice, value)) return false;
    return check_by_type(walk, name, schema, value) && check_combined(walk, name, schema, value);
}

/* "subject, description, tags": the required ones first. */
static struct str fields_of(const struct json *schema, struct arena *arena)
{
    const struct json *required = json_get(schema, "required"), *properties = json_get(schema, "properties");
    struct buf out;
    buf_init(&out, FIELDS_BYTES_MAX);
    for (size_t i = 0; i < json_count(required); i++) put_name(&out, json_str(json_at(required, i)));
    for (void *at = json_first(properties); at != NULL; at = json_next(properties, at))
        if (!is_among(required, json_key(at))) put_name(&out, json_key(at));
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

enum status schema_check(const struct json *schema, const struct json *value, struct arena *arena, struct problem *problem)
{
    const struct walk walk = { arena, problem };
    *problem = (struct problem){ 0 };
    if (check_value(&walk, STR("arguments"), schema, value)) return OK;
    problem->fields = fields_of(schema, arena);
    return E_INPUT;
}
