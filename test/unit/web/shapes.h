/* shapes.h - holds answers against shapes.def: as much of JSON Schema as the shapes of answers use ($ref, anyOf, allOf, type, required, properties, items). */
#ifndef UNIT_WEB_SHAPES_H
#define UNIT_WEB_SHAPES_H

#include "unit/unit.h"

#include "base/json.h"
#include "web/route.h"

struct shapes {
    struct json *schemas[SHAPE_COUNT];
};

static inline void shapes_open(struct shapes *shapes)
{
    for (int id = SHAPE_NONE + 1; id < SHAPE_COUNT; id++) {
        shapes->schemas[id] = json_parse(str_from(shape_schema((enum shape)id)), NULL);
        if (shapes->schemas[id] == NULL) fail_msg("%s is not JSON", shape_name((enum shape)id));
    }
}

static inline void shapes_close(struct shapes *shapes)
{
    for (int id = 0; id < SHAPE_COUNT; id++) json_free(shapes->schemas[id]);
}

static inline bool shapes_fit(const struct shapes *, const struct json *schema, const struct json *value);

static inline const char *shapes_type(const struct json *value)
{
    switch (json_type(value)) {
    case JSON_NULL: return "null";
    case JSON_BOOL: return "boolean";
    case JSON_INT: return "integer";
    case JSON_REAL: return "number";
    case JSON_STRING: return "string";
    case JSON_ARRAY: return "array";
    case JSON_OBJECT: return "object";
    case JSON_NONE: break;
    }
    return "none";
}

static inline bool shapes_is_type(struct str wanted, const struct json *value)
{
    return str_eq(wanted, str_from(shapes_type(value))) || (str_eq(wanted, STR("number")) && json_type(value) == JSON_INT);
}

static inline bool shapes_fit_type(const struct json *type, const struct json *value)
{
    bool fits = type == NULL || (json_type(type) == JSON_STRING && shapes_is_type(json_str(type), value));
    for (size_t i = 0; json_type(type) == JSON_ARRAY && i < json_count(type); i++)
        fits |= shapes_is_type(json_str(json_at(type, i)), value);
    return fits;
}

static inline bool shapes_fit_members(const struct shapes *shapes, const struct json *schema, const struct json *value)
{
    const struct json *required = json_get(schema, "required"), *properties = json_get(schema, "properties");
    for (size_t i = 0; i < json_count(required); i++) {
        if (json_get(value, json_str(json_at(required, i)).ptr) != NULL) continue;
        print_error("missing: %s\n", json_str(json_at(required, i)).ptr);
        return false;
    }
    for (void *at = json_first(properties); at != NULL; at = json_next(properties, at)) {
        const struct json *member = json_get(value, json_key(at).ptr);
        if (member == NULL || shapes_fit(shapes, json_value(at), member)) continue;
        print_error("of another shape: %s\n", json_key(at).ptr);
        return false;
    }
    return true;
}

static inline bool shapes_fit_items(const struct shapes *shapes, const struct json *items, const struct json *list)
{
    for (size_t i = 0; items != NULL && i < json_count(list); i++)
        if (!shapes_fit(shapes, items, json_at(list, i))) return false;
    return true;
}

static inline const struct json *shapes_named(const struct shapes *shapes, struct str pointer)
{
    struct str prefix = STR("#/components/schemas/");
    for (int id = SHAPE_NONE + 1; id < SHAPE_COUNT; id++)
        if (str_eq(str_slice(pointer, prefix.len, pointer.len), str_from(shape_name((enum shape)id)))) return shapes->schemas[id];
    fail_msg("no shape %.*s", STR_ARG(pointer));
    return NULL;
}

static inline bool shapes_fit(const struct shapes *shapes, const struct json *schema, const struct json *value)
{
    const struct json *any = json_get(schema, "anyOf"), *all = json_get(schema, "allOf");
    struct str pointer = json_get_str(schema, "$ref");
    bool fits = any == NULL;
    if (pointer.len > 0) return shapes_fit(shapes, shapes_named(shapes, pointer), value);
    for (size_t i = json_count(any); i > 0 && !fits; i--)
        fits = shapes_fit(shapes, json_at(any, i - 1), value); /* null stands last */
    for (size_t i = 0; i < json_count(all); i++) fits = fits && shapes_fit(shapes, json_at(all, i), value);
    if (!fits || !shapes_fit_type(json_get(schema, "type"), value)) return false;
    if (json_type(value) == JSON_OBJECT) return shapes_fit_members(shapes, schema, value);
    if (json_type(value) == JSON_ARRAY) return shapes_fit_items(shapes, json_get(schema, "items"), value);
    return true;
}

/* The row of routes.def that a call meets; NULL: none. */
static inline const struct route *shapes_route(enum http_method method, struct str path)
{
    for (size_t i = 0; i < route_count; i++) {
        struct str pattern = str_from(routes[i].pattern), rest = path, want, have;
        bool fits = routes[i].method == method;
        while (fits && str_split(&pattern, '/', &want))
            fits = str_split(&rest, '/', &have) && (str_starts(want, STR("{")) || str_eq(want, have));
        if (fits && rest.ptr == NULL) return &routes[i];
    }
    return NULL;
}

#endif
