/* action.c - the table of actions, and what is asked of it.
 *
 * A schema is parsed when it is first asked for and then kept: parsing it for each check was a tenth of what a turn costs. The kept tree is a constant that is
 * only made late, so the room still has no state; both threads may come first, and then one of two equal trees is given back.
 */
#include "model/action.h"

#include <assert.h>

#include "model/schema.h"

static const struct action_spec specs[ACTION_COUNT] = {
#define ACTION(id, slug, title, description, permission, writes, confirm, calls, schema)                                         \
    [ACTION_##id] = { ACTION_##id, slug, title, description, permission, writes, confirm, calls, schema },
#include "model/actions.def"
#undef ACTION
};

const struct action_spec *action_spec(enum action_kind kind)
{
    assert(kind >= 0 && kind < ACTION_COUNT);
    return &specs[kind];
}

const struct action_spec *action_find(struct str slug)
{
    for (size_t i = 0; i < ACTION_COUNT; i++)
        if (str_eq(slug, str_from(specs[i].slug))) return &specs[i];
    return NULL;
}

const char *action_permission_name(enum action_permission permission)
{
    static const char *const names[] = { "read_tickets", "write_tickets", "read_users", "write_users" };
    return (size_t)permission < sizeof names / sizeof *names ? names[permission] : "";
}

/* The pattern's segment "{id}" stands for 1 to 19 digits; every other segment for itself. */
static bool segment_matches(struct str pattern, struct str segment)
{
    if (!str_eq(pattern, STR("{id}"))) return str_eq(pattern, segment);
    for (size_t i = 0; i < segment.len; i++)
        if (!char_is_digit(segment.ptr[i])) return false;
    return segment.len >= 1 && segment.len <= 19;
}

static bool path_matches(struct str pattern, struct str path)
{
    struct str wanted, given;
    while (str_split(&pattern, '/', &wanted))
        if (!str_split(&path, '/', &given) || !segment_matches(wanted, given)) return false;
    return !str_split(&path, '/', &given);
}

bool action_allows(const struct action_spec *spec, enum http_method method, struct str path)
{
    struct str rest = str_from(spec->calls), call, name;
    while (str_split(&rest, ';', &call)) {
        struct str pattern = call;
        if (!str_split(&pattern, ' ', &name)) continue;
        if (str_eq(name, str_from(http_method_name(method))) && path_matches(pattern, path)) return true;
    }
    return false;
}

const struct json *action_schema(const struct action_spec *spec)
{
    static struct json *schemas[ACTION_COUNT];
    struct json **kept = &schemas[spec->kind], *schema = __atomic_load_n(kept, __ATOMIC_ACQUIRE), *none = NULL;
    if (schema != NULL) return schema;
    schema = json_parse(str_from(spec->schema), NULL);
    assert(schema != NULL);
    if (__atomic_compare_exchange_n(kept, &none, schema, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return schema;
    json_free(schema);
    return none;
}

enum status action_check_arguments(const struct action_spec *spec, const struct json *arguments, struct arena *arena,
                                   struct problem *problem)
{
    return schema_check(action_schema(spec), arguments, arena, problem);
}

static const char *const statuses[] = { "proposed", "confirmed", "sending",   "waiting",
                                        "done",     "rejected",  "cancelled", "needs_human" };

const char *action_status_name(enum action_status status)
{
    return (size_t)status < sizeof statuses / sizeof *statuses ? statuses[status] : "";
}

bool action_status_from(struct str name, enum action_status *status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (!str_eq(name, str_from(statuses[i]))) continue;
        *status = (enum action_status)i;
        return true;
    }
    return false;
}
