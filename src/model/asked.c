/* asked.c - see asked.h. Stored as [{"id", "title", "type", "optional", "agents", "options": [names]}]. A card number is never asked for, and a look-up of another record has no answer in words. */
#include "model/asked.h"

static const struct {
    const char *name;
    enum asked_type type;
} types[] = {
    { "text", ASKED_TEXT },           { "integer", ASKED_INTEGER },   { "decimal", ASKED_DECIMAL },
    { "date", ASKED_DATE },           { "checkbox", ASKED_CHECKBOX }, { "tagger", ASKED_CHOICE },
    { "multiselect", ASKED_CHOICES }, { "textarea", ASKED_TEXT },     { "regexp", ASKED_TEXT },
};

bool asked_type_from(struct str name, enum asked_type *type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!str_eq(name, str_from(types[i].name))) continue;
        *type = types[i].type;
        return true;
    }
    return false;
}

const char *asked_type_name(enum asked_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type) return types[i].name;
    return "";
}

static void read_options(struct asked_field *field, const struct json *options, struct arena *arena)
{
    size_t count = json_count(options);
    struct str *names = arena_array(arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) names[i] = arena_str(arena, json_str(json_at(options, i)));
    field->options = names;
    field->option_count = count;
}

/* A title that two have names neither. */
static void name_fields(struct asked_field *items, size_t count, const int64_t *ids, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (k != i && str_eq_nocase(items[i].title, items[k].title)) items[i].is_shared = true;
    for (size_t i = 0; i < count; i++) {
        items[i].key = items[i].label = items[i].title;
        if (!items[i].is_shared) continue;
        items[i].key = arena_fmt(arena, "%lld", (long long)ids[i]);
        items[i].label = arena_fmt(arena, "%.*s (%.*s)", STR_ARG(items[i].title), STR_ARG(items[i].key));
    }
}

struct asked_fields asked_read(struct str stored, struct arena *arena)
{
    struct json *json = stored.len ? json_parse(stored, NULL) : NULL;
    struct asked_field *items = arena_array(arena, ASKED_FIELDS_MAX, sizeof *items);
    int64_t ids[ASKED_FIELDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < json_count(json) && count < ASKED_FIELDS_MAX; i++) {
        const struct json *entry = json_at(json, i);
        struct asked_field field = {
            .title = arena_str(arena, json_get_str(entry, "title")),
            .is_optional = json_get_bool(entry, "optional", false),
            .is_agents = json_get_bool(entry, "agents", false),
        };
        if (field.title.len == 0 || !asked_type_from(json_get_str(entry, "type"), &field.type)) continue;
        read_options(&field, json_get(entry, "options"), arena);
        ids[count] = json_get_int(entry, "id", 0);
        items[count++] = field;
    }
    name_fields(items, count, ids, arena);
    json_free(json);
    return (struct asked_fields){ items, count };
}
