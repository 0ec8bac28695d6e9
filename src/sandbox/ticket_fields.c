/* ticket_fields.c - custom ticket fields. Values are kept in the ticket as an array of {"id", "value"}; a dropdown's value is the
 * tag of its option. System fields (subject, status ...) are records too, so that clients find them, and are checked elsewhere. */
#include "sandbox/ticket_fields.h"

#include <regex.h>

#include "base/limits.h"
#include "base/moment.h"
#include "sandbox/record.h"
#include "sandbox/tags.h"

static const char *const types[] = { "text",       "textarea", "checkbox",    "date",         "integer",
                                     "decimal",    "regexp",   "tagger",      "lookup",       "partialcreditcard",
                                     "status",     "subject",  "description", "priority",     "multiselect",
                                     "tickettype", "group",    "assignee",    "custom_status" };

static bool is_one_of(struct str type, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(type, str_from(names[i]))) return true;
    return false;
}

static bool has_options(struct str type)
{
    return str_eq(type, STR("tagger")) || str_eq(type, STR("multiselect"));
}

void ticket_fields_check_definition(struct api_call *call, const struct json *merged, int64_t id, struct invalid *invalid)
{
    (void)id;
    struct str type = json_get_str(merged, "type");
    const struct json *options = json_get(merged, "custom_field_options");
    if (!is_one_of(type, types, sizeof types / sizeof *types))
        invalid_add(invalid, "type", "InvalidValue", arena_fmt(call->arena, "Type: %.*s is not a valid value", STR_ARG(type)));
    if (has_options(type) && !json_count(options))
        invalid_add(invalid, "custom_field_options", "BlankValue", STR("Field options: cannot be blank"));
    for (size_t i = 0; i < json_count(options); i++) {
        const struct json *option = json_at(options, i);
        if (!json_get_str(option, "name").len || !json_get_str(option, "value").len)
            invalid_add(invalid, "custom_field_options", "BlankValue", STR("Field options: name and value cannot be blank"));
    }
}

/* ---- values ------------------------------------------------------------------------------------------------------------- */

static const struct json *value_in(const struct json *values, int64_t id)
{
    for (size_t i = 0; i < json_count(values); i++)
        if (json_get_int(json_at(values, i), "id", 0) == id) return json_get(json_at(values, i), "value");
    return NULL;
}

static bool is_blank(const struct json *value)
{
    enum json_type type = json_type(value);
    bool is_empty_list = type == JSON_ARRAY && !json_count(value), is_unticked = type == JSON_BOOL && !json_bool(value, false);
    return type == JSON_NONE || type == JSON_NULL || is_empty_list || is_unticked ||
           (type == JSON_STRING && !str_trim(json_str(value)).len);
}

static bool is_option(const struct json *field, struct str value)
{
    const struct json *options = json_get(field, "custom_field_options");
    for (size_t i = 0; i < json_count(options); i++)
        if (str_eq_nocase(json_get_str(json_at(options, i), "value"), value)) return true;
    return false;
}

static bool is_date(struct str text)
{
    char moment[] = "YYYY-MM-DDT00:00:00Z";
    int64_t at;
    if (text.len != 10) return moment_parse(text, &at);
    for (size_t i = 0; i < 10; i++) moment[i] = text.ptr[i];
    return moment_parse(str_from(moment), &at);
}

static bool is_number(const struct json *value)
{
    int64_t number;
    return json_type(value) == JSON_INT || str_to_i64(json_str(value), &number);
}

static bool matches(struct arena *arena, struct str pattern, struct str text)
{
    regex_t regex;
    if (!pattern.len || regcomp(&regex, arena_cstr(arena, pattern), REG_EXTENDED | REG_NOSUB) != 0) return true;
    bool is_match = regexec(&regex, arena_cstr(arena, text), 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static bool takes(struct arena *arena, const struct json *field, const struct json *value)
{
    struct str type = json_get_str(field, "type");
    if (is_blank(value)) return true;
    if (str_eq(type, STR("tagger"))) return is_option(field, json_str(value));
    if (str_eq(type, STR("date"))) return is_date(json_str(value));
    if (str_eq(type, STR("integer"))) return is_number(value);
    if (str_eq(type, STR("regexp"))) return matches(arena, json_get_str(field, "regexp_for_validation"), json_str(value));
    if (str_eq(type, STR("multiselect"))) {
        for (size_t i = 0; i < json_count(value); i++)
            if (!is_option(field, json_str(json_at(value, i)))) return false;
    }
    return true;
}

/* ---- the account's fields, one after the other -------------------------------------------------------------------------- */

static bool is_custom(const struct json *field)
{
    return json_get_bool(field, "active", false) && json_get_bool(field, "removable", false);
}

/* The next active custom field as a tree, which the caller frees; NULL at the end. */
static struct json *next_field(struct desk *desk, int64_t *id)
{
    while ((*id = record_next_id(desk, &kind_ticket_field, 0, *id))) {
        struct json *field = record_tree(desk, &kind_ticket_field, *id);
        if (is_custom(field)) return field;
        json_free(field);
    }
    return NULL;
}

/* A form with fields of its own asks for those alone. */
static bool is_on_form(struct desk *desk, int64_t form_id, int64_t field_id)
{
    struct json *form = record_tree(desk, &kind_ticket_form, form_id);
    const struct json *ids = json_get(form, "ticket_field_ids");
    bool is_on = !json_count(ids);
    for (size_t i = 0; i < json_count(ids); i++) is_on |= json_int(json_at(ids, i), 0) == field_id;
    json_free(form);
    return is_on;
}

static bool must_have(const struct json *field, enum ticket_fields_moment moment)
{
    if (moment == FIELDS_ANY) return false;
    return json_get_bool(field, moment == FIELDS_SOLVING ? "required" : "required_in_portal", false);
}

void ticket_fields_check(struct api_call *call, const struct ticket *ticket, enum ticket_fields_moment moment,
                         struct invalid *invalid)
{
    struct desk *desk = call->sandbox->desk;
    struct json *values = json_parse(ticket->custom_fields, NULL), *field;
    int64_t form_id = ticket->form_id ? ticket->form_id : ACCOUNT_FORM_ID;
    for (int64_t id = 0; (field = next_field(desk, &id)); json_free(field)) {
        const struct json *value = value_in(values, id);
        struct str title = arena_str(call->arena, json_get_str(field, "title"));
        if (!takes(call->arena, field, value))
            invalid_add_field(invalid, id, "InvalidValue", arena_fmt(call->arena, "%.*s: is invalid", STR_ARG(title)));
        else if (is_blank(value) && must_have(field, moment) && is_on_form(desk, form_id, id))
            invalid_add_field(
                invalid, id, "BlankValue",
                arena_fmt(call->arena,
                          moment == FIELDS_SOLVING ? "%.*s: is required when solving a ticket" : "%.*s: cannot be blank",
                          STR_ARG(title)));
    }
    json_free(values);
}

struct str ticket_fields_tags(struct api_call *call, struct str custom_fields)
{
    struct desk *desk = call->sandbox->desk;
    struct json *values = json_parse(custom_fields, NULL), *field;
    struct str tags = STR("");
    for (int64_t id = 0; (field = next_field(desk, &id)); json_free(field)) {
        const struct json *value = value_in(values, id);
        struct str type = json_get_str(field, "type");
        if (is_blank(value)) continue;
        if (has_options(type))
            tags = tags_join(call->arena, tags, tags_from_json(call->arena, value));
        else if (str_eq(type, STR("checkbox")))
            tags = tags_join(call->arena, tags, json_get_str(field, "tag"));
    }
    json_free(values);
    return tags;
}

static void write_value(struct jw *w, int64_t id, const struct json *value)
{
    jw_object(w);
    jw_kv_int(w, "id", id);
    jw_key(w, "value");
    if (value)
        jw_json(w, value);
    else
        jw_null(w);
    jw_end_object(w);
}

void ticket_fields_render(const struct api_call *call, struct jw *w, struct str custom_fields)
{
    struct desk *desk = call->sandbox->desk;
    struct json *values = json_parse(custom_fields, NULL), *field;
    jw_array(w);
    for (int64_t id = 0; (field = next_field(desk, &id)); json_free(field)) write_value(w, id, value_in(values, id));
    for (size_t i = 0; i < json_count(values); i++) {
        int64_t id = json_get_int(json_at(values, i), "id", 0);
        field = record_tree(desk, &kind_ticket_field, id);
        if (!is_custom(field)) write_value(w, id, json_get(json_at(values, i), "value"));
        json_free(field);
    }
    jw_end_array(w);
    json_free(values);
}
