/* fields.c - see fields.h.
 *
 * Source: Zendesk, "Ticket Fields" and "Setting custom field values". A drop-down takes its option's tag, not the name that
 * people see; a multi-select an array of tags; a checkbox true or false; a date YYYY-MM-DD. A field that customers must fill
 * in says `required_in_portal`, one that is needed to solve a ticket says `required`. With several ticket forms, only fields
 * on the default form are asked for: tickets are created with that one.
 */
#include "zendesk/fields.h"

#include "base/limits.h"
#include "base/moment.h"
#include "model/asked.h"
#include "zendesk/people.h"
#include "zendesk/wire.h"

static struct str known_fields(const struct zendesk_run *run)
{
    return run->setting->ticket_fields.len > 0 ? run->setting->ticket_fields : run->learnt_fields;
}

bool fields_are_missing(const struct zendesk_run *run)
{
    return json_count(json_get(run->arguments, "custom_fields")) > 0 && known_fields(run).len == 0;
}

enum zendesk_next fields_call(struct zendesk_run *run, unsigned step)
{
    return run_call(run, step, STR("/api/v2/ticket_fields"));
}

bool fields_take(struct zendesk_run *run, const struct json *body)
{
    if (json_type(json_get(body, "ticket_fields")) == JSON_ARRAY) {
        run->learnt_fields = wire_copy(body, run->arena);
        return true;
    }
    run->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = run->status };
    return false;
}

/* ---- which field ---------------------------------------------------------------------------------------------------- */

/* Fields that every account has are arguments of their own, or none. */
static bool is_custom(const struct json *field)
{
    static const char *const system_types[] = { "subject",        "description", "status",   "tickettype",   "priority",
                                                "basic_priority", "group",       "assignee", "custom_status" };
    struct str type = json_get_str(field, "type");
    for (size_t i = 0; i < sizeof system_types / sizeof *system_types; i++)
        if (str_eq(type, str_from(system_types[i]))) return false;
    return json_get_bool(field, "active", true) && json_get_int(field, "id", 0) > 0;
}

static bool is_called(const struct json *field, struct str name, struct arena *arena)
{
    return people_same_name(json_get_str(field, "title"), name, arena) ||
           people_same_name(json_get_str(field, "title_in_portal"), name, arena);
}

/* By id, else by a title that only one field has; NULL when there is no such one field. */
static const struct json *find_field(const struct json *fields, struct str name, struct arena *arena)
{
    const struct json *found = NULL;
    int64_t id = 0;
    bool is_id = str_to_i64(str_trim(name), &id);
    size_t titled = 0;
    for (size_t i = 0; i < json_count(fields); i++) {
        const struct json *field = json_at(fields, i);
        if (!is_custom(field)) continue;
        if (is_id && json_get_int(field, "id", 0) == id) return field;
        if (!is_called(field, name, arena)) continue;
        found = field;
        titled++;
    }
    return titled == 1 ? found : NULL;
}

/* ---- which value ---------------------------------------------------------------------------------------------------- */

struct value {
    struct zendesk_run *run;
    const struct json *field;
    struct jw *json;
};

static bool refuse(const struct value *value, enum problem_id id, struct str given, struct str limit)
{
    struct zendesk_run *run = value->run;
    run->problem = (struct problem){ .id = id,
                                     .field = STR("custom_fields"),
                                     .facts = { .what = arena_str(run->arena, json_get_str(value->field, "title")),
                                                .value = arena_str(run->arena, given),
                                                .limit = limit } };
    return false;
}

static struct str option_names(const struct json *options, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    for (size_t i = 0; i < json_count(options); i++) {
        if (i > 0) buf_lit(&out, ", ");
        buf_str(&out, json_get_str(json_at(options, i), "name"));
    }
    struct str names = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return names;
}

/* An option by its tag or by the name that people see. */
static bool write_option(const struct value *value, const struct json *given)
{
    const struct json *options = json_get(value->field, "custom_field_options");
    struct str text = json_str(given);
    for (size_t i = 0; text.len > 0 && i < json_count(options); i++) {
        const struct json *option = json_at(options, i);
        struct str tag = json_get_str(option, "value");
        if (!str_eq(tag, text) && !people_same_name(json_get_str(option, "name"), text, value->run->arena)) continue;
        jw_str(value->json, tag);
        return true;
    }
    return refuse(value, PROBLEM_FIELD_CHOICE, text, option_names(options, value->run->arena));
}

static bool write_options(const struct value *value, const struct json *given)
{
    bool is_right = true;
    jw_array(value->json);
    if (json_type(given) == JSON_STRING) is_right = write_option(value, given);
    for (size_t i = 0; is_right && json_type(given) == JSON_ARRAY && i < json_count(given); i++)
        is_right = write_option(value, json_at(given, i));
    jw_end_array(value->json);
    bool is_list = json_type(given) == JSON_ARRAY || json_type(given) == JSON_STRING;
    return is_list ? is_right : refuse(value, PROBLEM_FIELD_TYPE, STR_NONE, STR("a list"));
}

static bool write_checkbox(const struct value *value, const struct json *given)
{
    bool is_true = str_eq_nocase(json_str(given), STR("true")), is_false = str_eq_nocase(json_str(given), STR("false"));
    if (json_type(given) != JSON_BOOL && !is_true && !is_false)
        return refuse(value, PROBLEM_FIELD_TYPE, STR_NONE, STR("true or false"));
    jw_bool(value->json, json_bool(given, is_true));
    return true;
}

static bool write_date(const struct value *value, const struct json *given)
{
    struct str text = json_str(given);
    int64_t at_ms;
    if (text.len != 10 || !moment_parse(arena_fmt(value->run->arena, "%.*sT00:00:00Z", STR_ARG(text)), &at_ms))
        return refuse(value, PROBLEM_DATE_FORMAT, text, STR_NONE);
    jw_str(value->json, text);
    return true;
}

static bool write_integer(const struct value *value, const struct json *given)
{
    int64_t number = json_int(given, 0);
    if (json_type(given) != JSON_INT && !str_to_i64(str_trim(json_str(given)), &number))
        return refuse(value, PROBLEM_FIELD_TYPE, json_str(given), STR("a whole number"));
    jw_int(value->json, number);
    return true;
}

/* "-12.50": digits, at most one point, a sign in front. */
static bool is_decimal(struct str text)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.')
            points++;
        else if (char_is_digit(text.ptr[i]))
            digits++;
        else if (i > 0 || text.ptr[i] != '-')
            return false;
    }
    return digits > 0 && points <= 1;
}

static bool write_decimal(const struct value *value, const struct json *given)
{
    struct str text = str_trim(json_str(given));
    bool is_number = json_type(given) == JSON_INT || json_type(given) == JSON_REAL;
    if (!is_number && !is_decimal(text)) return refuse(value, PROBLEM_FIELD_TYPE, text, STR("a number"));
    if (is_number)
        jw_json(value->json, given);
    else
        jw_str(value->json, text);
    return true;
}

static bool write_text(const struct value *value, const struct json *given)
{
    switch (json_type(given)) {
    case JSON_STRING: jw_str(value->json, json_str(given)); return true;
    case JSON_INT:
    case JSON_REAL: jw_str(value->json, wire_copy(given, value->run->arena)); return true;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    return refuse(value, PROBLEM_FIELD_TYPE, STR_NONE, STR("text"));
}

/* Types that are not here (a look-up of another record, and what Zendesk adds next) take their value as it was given. */
static bool write_value(const struct value *value, const struct json *given)
{
    static const struct {
        const char *type;
        bool (*write)(const struct value *, const struct json *);
    } types[] = {
        { "text", write_text },           { "textarea", write_text },
        { "regexp", write_text },         { "tagger", write_option },
        { "multiselect", write_options }, { "checkbox", write_checkbox },
        { "date", write_date },           { "integer", write_integer },
        { "decimal", write_decimal },     { "partialcreditcard", write_text },
    };
    struct str type = json_get_str(value->field, "type");
    if (json_type(given) == JSON_NULL) {
        jw_null(value->json);
        return true;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(type, str_from(types[i].type))) return types[i].write(value, given);
    jw_json(value->json, given);
    return true;
}

/* ---- all of them ---------------------------------------------------------------------------------------------------- */

static bool write_one(struct zendesk_run *run, const struct json *fields, struct str name, const struct json *given,
                      struct jw *json)
{
    const struct json *field = find_field(fields, name, run->arena);
    if (field == NULL) {
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_FIELD_UNKNOWN,
                                         .field = STR("custom_fields"),
                                         .facts.value = arena_str(run->arena, name) };
        return false;
    }
    jw_object(json);
    jw_kv_int(json, "id", json_get_int(field, "id", 0));
    jw_key(json, "value");
    bool is_right = write_value(&(struct value){ run, field, json }, given);
    jw_end_object(json);
    return is_right;
}

bool fields_write(struct zendesk_run *run, struct jw *json)
{
    const struct json *given = json_get(run->arguments, "custom_fields");
    if (json_count(given) == 0) return true;
    struct json *known = json_parse(known_fields(run), NULL);
    bool is_right = true;
    jw_key(json, "custom_fields");
    jw_array(json);
    for (void *at = json_first(given); is_right && at != NULL; at = json_next(given, at))
        is_right = write_one(run, json_get(known, "ticket_fields"), json_key(at), json_value(at), json);
    jw_end_array(json);
    json_free(known);
    return is_right;
}

/* ---- what is wanted ------------------------------------------------------------------------------------------------- */

static bool is_wanted(const struct json *field, enum fields_moment moment)
{
    if (!is_custom(field)) return false;
    if (moment == FIELDS_AT_SOLVING) return json_get_bool(field, "required", false);
    return json_get_bool(field, "required_in_portal", false) && json_get_bool(field, "editable_in_portal", true);
}

/* Is the field on the form that new tickets get? Yes where nothing is known about forms. */
static bool is_on_form(const struct json *forms, int64_t id)
{
    for (size_t i = 0; i < json_count(forms); i++) {
        const struct json *form = json_at(forms, i), *ids = json_get(form, "ticket_field_ids");
        if (!json_get_bool(form, "default", false)) continue;
        for (size_t k = 0; k < json_count(ids); k++)
            if (json_int(json_at(ids, k), 0) == id) return true;
        return false;
    }
    return true;
}

static bool is_filled(const struct json *value)
{
    enum json_type type = json_type(value);
    if (type == JSON_STRING) return str_trim(json_str(value)).len > 0;
    if (type == JSON_ARRAY) return json_count(value) > 0;
    return type != JSON_NONE && type != JSON_NULL;
}

static bool is_given(const struct zendesk_run *run, const struct json *fields, const struct json *field, bool *names_it)
{
    const struct json *given = json_get(run->arguments, "custom_fields");
    for (void *at = json_first(given); at != NULL; at = json_next(given, at)) {
        *names_it = find_field(fields, json_key(at), run->arena) == field;
        if (*names_it) return is_filled(json_value(at));
    }
    return false;
}

static bool ticket_has(const struct json *ticket, int64_t id)
{
    const struct json *values = json_get(ticket, "custom_fields");
    for (size_t i = 0; i < json_count(values); i++)
        if (json_get_int(json_at(values, i), "id", 0) == id) return is_filled(json_get(json_at(values, i), "value"));
    return false;
}

/* NULL when nothing is missing. */
static const struct json *first_missing(const struct zendesk_run *run, const struct json *fields, const struct json *forms,
                                        enum fields_moment moment, const struct json *ticket)
{
    for (size_t i = 0; i < json_count(fields); i++) {
        const struct json *field = json_at(fields, i);
        bool names_it = false;
        int64_t id = json_get_int(field, "id", 0);
        if (!is_wanted(field, moment) || (moment == FIELDS_AT_CREATION && !is_on_form(forms, id))) continue;
        if (is_given(run, fields, field, &names_it) || (!names_it && ticket_has(ticket, id))) continue;
        return field;
    }
    return NULL;
}

bool fields_suffice(struct zendesk_run *run, enum fields_moment moment, const struct json *ticket)
{
    struct json *known = json_parse(known_fields(run), NULL), *forms = json_parse(run->setting->ticket_forms, NULL);
    const struct json *missing =
        first_missing(run, json_get(known, "ticket_fields"), json_get(forms, "ticket_forms"), moment, ticket);
    if (missing != NULL)
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_FIELD_REQUIRED,
                                         .field = STR("custom_fields"),
                                         .facts.what = arena_str(run->arena, json_get_str(missing, "title")) };
    bool is_enough = missing == NULL;
    json_free(known);
    json_free(forms);
    return is_enough;
}

/* ---- what is asked for in conversation ------------------------------------------------------------------------------- */

static void write_asked(const struct json *field, bool is_optional, struct jw *json)
{
    const struct json *options = json_get(field, "custom_field_options");
    jw_object(json);
    jw_kv_int(json, "id", json_get_int(field, "id", 0));
    jw_kv_str(json, "title", json_get_str(field, "title"));
    jw_kv_str(json, "type", json_get_str(field, "type"));
    if (is_optional) jw_kv_bool(json, "optional", true);
    if (!json_get_bool(field, "editable_in_portal", true)) jw_kv_bool(json, "agents", true);
    if (json_count(options) > 0 && json_count(options) <= ASKED_OPTIONS_MAX) {
        jw_key(json, "options");
        jw_array(json);
        for (size_t i = 0; i < json_count(options); i++) jw_str(json, json_get_str(json_at(options, i), "name"));
        jw_end_array(json);
    }
    jw_end_object(json);
}

/* Of the wanted ones, or of the others, as many as there is room for. */
static void write_kind(const struct json *list, const struct json *forms, bool is_optional, size_t *count, struct jw *json,
                       const struct buf *out)
{
    size_t room = is_optional ? ASKED_BYTES_MAX / 2 : ASKED_BYTES_MAX; /* the last one may fill the other half */
    for (size_t i = 0; i < json_count(list) && *count < ASKED_FIELDS_MAX && out->len < room; i++) {
        const struct json *field = json_at(list, i);
        enum asked_type type;
        bool is_asked = is_wanted(field, FIELDS_AT_CREATION) && is_on_form(forms, json_get_int(field, "id", 0));
        if (!is_custom(field) || is_asked == is_optional || !asked_type_from(json_get_str(field, "type"), &type)) continue;
        write_asked(field, is_optional, json);
        ++*count;
    }
}

struct str fields_asked(struct str fields, struct str forms, struct arena *arena)
{
    struct json *known = json_parse(fields, NULL), *all_forms = forms.len > 0 ? json_parse(forms, NULL) : NULL;
    const struct json *list = json_get(known, "ticket_fields"), *form_list = json_get(all_forms, "ticket_forms");
    struct buf out;
    struct jw json;
    size_t count = 0;
    buf_init(&out, ASKED_BYTES_MAX);
    jw_init(&json, &out);
    jw_array(&json);
    write_kind(list, form_list, false, &count, &json, &out);
    write_kind(list, form_list, true, &count, &json, &out);
    jw_end_array(&json);
    struct str asked = buf_ok(&out) ? arena_str(arena, buf_view(&out)) : STR_NONE;
    buf_clear(&out);
    json_free(known);
    json_free(all_forms);
    return asked;
}
