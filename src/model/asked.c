/* asked.c - see asked.h. Stored as [{"title", "type", "options": [names]}]. A card number is never asked for, and a look-up of another record has no answer in words. */
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

struct asked_fields asked_read(struct str stored, struct arena *arena)
{
    struct json *json = stored.len ? json_parse(stored, NULL) : NULL;
    struct asked_field *items = arena_array(arena, ASKED_FIELDS_MAX, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < json_count(json) && count < ASKED_FIELDS_MAX; i++) {
        const struct json *entry = json_at(json, i);
        struct asked_field field = { .title = arena_str(arena, json_get_str(entry, "title")) };
        if (field.title.len == 0 || !asked_type_from(json_get_str(entry, "type"), &field.type)) continue;
        read_options(&field, json_get(entry, "options"), arena);
        items[count++] = field;
    }
    json_free(json);
    return (struct asked_fields){ items, count };
}
