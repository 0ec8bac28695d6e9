/* tools.c - the action table as a model sees it.
 *
 * One list says which arguments nobody but a member gives, and one function puts in their place what the server knows. A call's arguments are written anew, one by one as the schema names
 * them, and then checked by the very check that every other way to an action uses (model/schema.h): what is put right here is only what a model gets nearly right.
 *
 * Rejected: giving the checker a lenient mode (a person's typo in an API call should be told, not guessed), and passing arguments on as they came (a member that the schema does not know
 * would be shown to nobody and sent).
 */
#include "agent/tools.h"

#include <assert.h>

#include "agent/policy.h"
#include "agent/say.h"
#include "base/limits.h"

/* ---- what is offered --------------------------------------------------------------------------------------------------- */

/* Tokens of files are the server's business. */
static const char *const never_given[] = { "uploads" };
/* Whom it is about, and who reads it: decided for everybody who is no member. */
static const char *const member_gives[] = { "requester_email", "requester_name", "email", "user_id", "public" };

static bool is_named(struct str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(name, str_from(names[i]))) return true;
    return false;
}

static bool may_give(const struct turn_world *world, struct str argument)
{
    if (is_named(argument, never_given, sizeof never_given / sizeof never_given[0])) return false;
    return policy_is_member(world) || !is_named(argument, member_gives, sizeof member_gives / sizeof member_gives[0]);
}

static void write_schema(const struct turn_world *, const struct json *schema, struct jw *out);

static void write_required(const struct turn_world *world, const struct json *required, struct jw *out)
{
    if (required == NULL) return;
    jw_key(out, "required");
    jw_array(out);
    for (size_t i = 0; i < json_count(required); i++)
        if (may_give(world, json_str(json_at(required, i)))) jw_json(out, json_at(required, i));
    jw_end_array(out);
}

static void write_properties(const struct turn_world *world, const struct json *properties, struct jw *out)
{
    if (properties == NULL) return;
    jw_key(out, "properties");
    jw_object(out);
    for (void *i = json_first(properties); i != NULL; i = json_next(properties, i)) {
        if (!may_give(world, json_key(i))) continue;
        jw_key_str(out, json_key(i));
        write_schema(world, json_value(i), out);
    }
    jw_end_object(out);
}

/* Reduced to what every provider takes; lengths and formats are checked when the call comes. */
static void write_schema(const struct turn_world *world, const struct json *schema, struct jw *out)
{
    static const char *const kept[] = { "type", "description", "enum", "additionalProperties" };
    const struct json *items = json_get(schema, "items");
    jw_object(out);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const struct json *value = json_get(schema, kept[i]);
        if (value == NULL) continue;
        jw_key(out, kept[i]);
        jw_json(out, value);
    }
    write_required(world, json_get(schema, "required"), out);
    write_properties(world, json_get(schema, "properties"), out);
    if (items != NULL) {
        jw_key(out, "items");
        write_schema(world, items, out);
    }
    jw_end_object(out);
}

void tools_offer(const struct turn_world *world, struct arena *arena, struct tools *out)
{
    struct buf schema;
    buf_init(&schema, LIMIT_JSON_BYTES);
    *out = (struct tools){ 0 };
    for (unsigned i = 0; i < ACTION_COUNT; i++) {
        const struct action_spec *spec = action_spec((enum action_kind)i);
        struct jw json;
        if (policy_action(world, spec->kind) != POLICY_ALLOWED) continue;
        buf_reset(&schema);
        jw_init(&json, &schema);
        write_schema(world, action_schema(spec), &json);
        out->items[out->count++] =
            (struct model_tool){ str_from(spec->slug), str_from(spec->description), arena_str(arena, buf_view(&schema)) };
    }
    buf_clear(&schema);
}

/* ---- what a call gives, as the schema wants it ------------------------------------------------------------------------- */

static bool is_empty(const struct json *value)
{
    return json_type(value) == JSON_NULL || (json_type(value) == JSON_STRING && str_trim(json_str(value)).len == 0);
}

/* "5", "#5" and 5.0 are 5. */
static bool as_integer(const struct json *value, int64_t *number)
{
    struct str text = str_trim(json_str(value));
    if (str_starts(text, STR("#"))) text = str_slice(text, 1, text.len);
    if (json_type(value) == JSON_STRING) return str_to_i64(text, number);
    double real = json_number(value, 0);
    if (json_type(value) != JSON_REAL || real < -9e15 || real > 9e15) return false;
    *number = (int64_t)real;
    return real - (double)*number == 0;
}

/* The choice that the text is in any case, else the text. */
static struct str as_choice(const struct json *choices, struct str text)
{
    for (size_t i = 0; i < json_count(choices); i++)
        if (str_eq_nocase(json_str(json_at(choices, i)), str_trim(text))) return json_str(json_at(choices, i));
    return text;
}

static void write_text(const struct json *schema, const struct json *value, struct jw *out, struct arena *arena)
{
    if (json_type(value) == JSON_INT)
        jw_str(out, arena_fmt(arena, "%lld", (long long)json_int(value, 0)));
    else if (json_type(value) == JSON_STRING)
        jw_str(out, as_choice(json_get(schema, "enum"), say_clean(str_trim(json_str(value)), arena)));
    else
        jw_json(out, value);
}

static void write_list(const struct json *items, const struct json *value, struct jw *out, struct arena *arena)
{
    struct str rest = json_str(value), piece;
    jw_array(out);
    if (json_type(value) == JSON_STRING) {
        while (str_split(&rest, ',', &piece))
            if (str_trim(piece).len) jw_str(out, say_clean(str_trim(piece), arena));
    }
    for (size_t i = 0; i < json_count(value); i++)
        if (!is_empty(json_at(value, i))) write_text(items, json_at(value, i), out, arena);
    jw_end_array(out);
}

static void write_value(const struct json *schema, const struct json *value, struct jw *out, struct arena *arena)
{
    struct str type = json_get_str(schema, "type"), text = str_trim(json_str(value));
    bool is_list = json_type(value) == JSON_ARRAY || json_type(value) == JSON_STRING;
    int64_t number;
    if (str_eq(type, STR("string")))
        write_text(schema, value, out, arena);
    else if (str_eq(type, STR("integer")) && as_integer(value, &number))
        jw_int(out, number);
    else if (str_eq(type, STR("boolean")) && (str_eq_nocase(text, STR("true")) || str_eq_nocase(text, STR("false"))))
        jw_bool(out, str_eq_nocase(text, STR("true")));
    else if (str_eq(type, STR("array")) && is_list)
        write_list(json_get(schema, "items"), value, out, arena);
    else
        jw_json(out, value);
}

/* What the server knows and the model was not asked for. */
static void write_own(const struct turn_world *world, const struct json *properties, struct jw *out, struct arena *arena)
{
    struct str own = policy_requester(world);
    struct str name = str_clip(str_trim(say_clean(world->visitor_name, arena)), LIMIT_NAME_BYTES);
    if (policy_is_member(world)) return;
    if (json_get(properties, "requester_email") != NULL) jw_kv_str(out, "requester_email", own);
    if (json_get(properties, "requester_name") != NULL && name.len) jw_kv_str(out, "requester_name", name);
    if (json_get(properties, "email") != NULL) jw_kv_str(out, "email", own);
    if (json_get(properties, "public") != NULL) jw_kv_bool(out, "public", true);
}

/* The arguments anew, or NULL with the name of one that the tool does not have. Returns new. */
static struct json *rewrite(const struct turn_world *world, const struct json *schema, const struct json *given,
                            struct arena *arena, struct str *unknown)
{
    const struct json *properties = json_get(schema, "properties");
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_JSON_BYTES);
    jw_init(&json, &text);
    jw_object(&json);
    write_own(world, properties, &json, arena);
    for (void *at = json_first(given); at != NULL && unknown->len == 0; at = json_next(given, at)) {
        struct str name = json_key(at);
        const struct json *property = json_get(properties, arena_cstr(arena, name));
        if (property == NULL || !may_give(world, name))
            *unknown = arena_str(arena, name.len ? name : STR("\"\""));
        else if (!is_empty(json_value(at))) {
            jw_key_str(&json, name);
            write_value(property, json_value(at), &json, arena);
        }
    }
    jw_end_object(&json);
    struct json *made = unknown->len == 0 && buf_ok(&text) ? json_parse(buf_view(&text), NULL) : NULL;
    buf_clear(&text);
    return made;
}

/* ---- what is wrong ------------------------------------------------------------------------------------------------------ */

static void refuse(struct tools_call *out, enum tools_verdict verdict, struct str reason)
{
    out->verdict = verdict;
    out->reason = reason;
}

static struct str known_arguments(const struct turn_world *world, const struct json *schema, struct arena *arena)
{
    const struct json *properties = json_get(schema, "properties");
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    for (void *at = json_first(properties); at != NULL; at = json_next(properties, at)) {
        if (!may_give(world, json_key(at))) continue;
        if (out.len) buf_lit(&out, ", ");
        buf_str(&out, json_key(at));
    }
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

static void refuse_unknown(const struct turn_world *world, const struct json *schema, struct arena *arena, struct tools_call *out)
{
    struct str known = known_arguments(world, schema, arena), name = str_clip(out->field, LIMIT_NAME_BYTES);
    refuse(out, TOOLS_WRONG,
           arena_fmt(arena,
                     "Not done: there is no argument %.*s. The arguments are: %.*s. Call the tool once more with those alone.",
                     STR_ARG(name), STR_ARG(known)));
}

static void refuse_fault(const struct problem *problem, struct arena *arena, struct tools_call *out)
{
    out->field = problem->field;
    if (problem->id == PROBLEM_FIELD_MISSING || problem->id == PROBLEM_FIELD_ONE_OF) {
        struct str which = problem->id == PROBLEM_FIELD_MISSING ? problem->field : problem->facts.limit;
        const char *noun = problem->id == PROBLEM_FIELD_MISSING ? "this detail is missing" : "one of these details is missing";
        refuse(out, TOOLS_INCOMPLETE,
               arena_fmt(arena, "Not done: %s: %.*s. Ask the customer for it; make nothing up.", noun, STR_ARG(which)));
        return;
    }
    struct str title = problem_title(problem, arena), detail = problem_detail(problem, arena);
    refuse(out, TOOLS_WRONG,
           arena_fmt(arena, "Not done: %.*s. %.*s Call the tool once more with that put right.", STR_ARG(str_clip(title, 400)),
                     STR_ARG(str_clip(detail, 400))));
}

static struct str canonical(const struct json *json, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    json_canonical(json, &out);
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

static void check_arguments(const struct turn_world *world, const struct action_spec *spec, const struct json *given,
                            struct arena *arena, struct tools_call *out)
{
    struct problem problem;
    struct json *arguments = rewrite(world, action_schema(spec), given, arena, &out->field);
    if (arguments == NULL) {
        refuse_unknown(world, action_schema(spec), arena, out);
        return;
    }
    out->arguments = canonical(arguments, arena);
    if (out->arguments.len > LIMIT_ARGUMENTS_BYTES)
        refuse(out, TOOLS_WRONG, STR("Not done: the arguments are too long. Call the tool once more with less text."));
    else if (action_check_arguments(spec, arguments, arena, &problem) != OK)
        refuse_fault(&problem, arena, out);
    json_free(arguments);
}

void tools_check(const struct turn_world *world, const struct model_call *call, struct arena *arena, struct tools_call *out)
{
    const struct action_spec *spec = action_find(call->name);
    *out = (struct tools_call){ .verdict = TOOLS_GOOD };
    if (spec == NULL || policy_action(world, spec->kind) != POLICY_ALLOWED || call->flaw == MODEL_FLAW_WRAPPER) {
        enum model_flaw flaw = call->flaw == MODEL_FLAW_WRAPPER ? call->flaw : MODEL_FLAW_UNKNOWN;
        refuse(out, TOOLS_REFUSED, str_from(model_flaw_text(flaw)));
        return;
    }
    out->kind = spec->kind;
    struct json *given = call->flaw == MODEL_FLAW_NONE ? json_parse(call->arguments, NULL) : NULL;
    if (json_type(given) == JSON_OBJECT)
        check_arguments(world, spec, given, arena, out);
    else
        refuse(out, call->flaw == MODEL_FLAW_REPEATED ? TOOLS_REFUSED : TOOLS_WRONG,
               str_from(model_flaw_text(call->flaw == MODEL_FLAW_NONE ? MODEL_FLAW_ARGUMENTS : call->flaw)));
    json_free(given);
}
