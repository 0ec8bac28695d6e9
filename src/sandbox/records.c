/* records.c - the paths that every kind of record answers alike: list, show, show_many, create, update, delete, count. */
#include "sandbox/record.h"

#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/warn.h"

static bool load(struct api_call *call, struct record *record)
{
    if (record_load(call->sandbox->desk, call->arena, call->kind, call->id, record)) return true;
    fail_not_found(call);
    return false;
}

static bool may_write(struct api_call *call)
{
    if (!call->kind->is_locked || str_eq(call->actor->role, STR("admin"))) return true;
    fail_forbidden(call);
    return false;
}

static const struct json *given_object(struct api_call *call)
{
    const struct json *object = json_get(call->body, call->kind->name);
    if (json_type(object) == JSON_OBJECT) return object;
    fail_attribute(call, call->kind->name, "an object");
    return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static void warn(struct api_call *call, const struct record_kind *kind, const struct json *given)
{
    struct str known = STR("id url created_at updated_at");
    for (const struct record_field *field = kind->fields; field->name; field++)
        if (!(field->flags & RECORD_FIXED)) known = arena_fmt(call->arena, "%.*s %s", STR_ARG(known), field->name);
    warn_unknown_keys(call, kind->plural, call->id ? "update" : "create", kind->name, given, known);
}

/* "organization_id" is titled "Organization". */
static struct str title_of(struct arena *arena, const char *member)
{
    char *title = arena_cstr(arena, str_from(member));
    struct str text = str_from(title);
    if (str_ends(text, STR("_id"))) text.len -= 3;
    for (size_t i = 0; i < text.len; i++)
        if (title[i] == '_') title[i] = ' ';
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
    return text;
}

static void check_field(struct api_call *call, const struct record_kind *kind, const struct record_field *field,
                        const struct json *merged, int64_t id, struct invalid *invalid)
{
    const struct json *value = json_get(merged, field->name);
    struct str text = json_str(value), title = title_of(call->arena, field->name);
    bool is_blank = field->type == RECORD_TEXT ? !str_trim(text).len : json_type(value) == JSON_NULL;
    if ((field->flags & RECORD_REQUIRED) && is_blank)
        invalid_add(invalid, field->name, "BlankValue", arena_fmt(call->arena, "%.*s: cannot be blank", STR_ARG(title)));
    else if ((field->flags & RECORD_UNIQUE) && text.len &&
             record_find(call->sandbox->desk, kind, str_from(field->name), text, id))
        invalid_add(invalid, field->name, "DuplicateValue",
                    arena_fmt(call->arena, "%.*s: %.*s has already been taken", STR_ARG(title), STR_ARG(text)));
}

static bool is_valid(struct api_call *call, const struct record_kind *kind, const struct json *merged, int64_t id)
{
    struct invalid invalid = { .count = 0 };
    for (const struct record_field *field = kind->fields; field->name; field++)
        check_field(call, kind, field, merged, id, &invalid);
    if (kind->check) kind->check(call, merged, id, &invalid);
    if (invalid.count) fail_invalid(call, &invalid);
    return invalid.count == 0;
}

static const char *type_name(enum record_type type)
{
    static const char *const names[] = { "a string", "an integer", "a boolean", "an array", "an object" };
    return names[type];
}

bool record_save(struct api_call *call, const struct record_kind *kind, struct record *record, const struct json *given)
{
    const struct record_field *wrong;
    warn(call, kind, given);
    struct str body = record_merge(call->arena, kind, record->body, given, &wrong);
    if (wrong) {
        fail_attribute(call, wrong->name, type_name(wrong->type));
        return false;
    }
    struct json *merged = json_parse(body, NULL);
    bool is_saved = is_valid(call, kind, merged, record->id);
    if (is_saved) {
        record->body = body;
        record->updated_at = call->now_at;
        if (!record->id) record->created_at = call->now_at;
        if (kind->parent) record->parent = json_get_int(merged, kind->parent, 0);
        record_store(call->sandbox->desk, kind, record);
        if (kind->saved) kind->saved(call, merged, record->id);
    }
    json_free(merged);
    return is_saved;
}

void records_create(struct api_call *call)
{
    struct record record = { .id = 0 };
    const struct json *given = may_write(call) ? given_object(call) : NULL;
    if (!given || !record_save(call, call->kind, &record, given)) return;
    api_header(call, "Location", api_url(call, call->kind->path, record.id));
    record_reply(call, 201, call->kind, &record);
}

void records_update(struct api_call *call)
{
    struct record record;
    if (!load(call, &record) || !may_write(call)) return;
    const struct json *given = given_object(call);
    if (given && record_save(call, call->kind, &record, given)) record_reply(call, 200, call->kind, &record);
}

void records_delete(struct api_call *call)
{
    struct record record;
    if (!load(call, &record) || !may_write(call)) return;
    if (call->kind->removed) {
        struct json *tree = json_parse(record.body, NULL);
        call->kind->removed(call, tree, record.id);
        json_free(tree);
    }
    record_remove(call->sandbox->desk, call->kind, record.id);
    api_empty(call, 204);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

void record_reply(struct api_call *call, int status, const struct record_kind *kind, const struct record *record)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, kind->name);
    record_render(call, w, kind, record);
    jw_end_object(w);
}

void records_show(struct api_call *call)
{
    struct record record;
    if (load(call, &record)) record_reply(call, 200, call->kind, &record);
}

static const char *const orders[] = { "id", "updated_at", "created_at", "name", "position", NULL };

static void reply_listing(struct api_call *call, const struct record_kind *kind, struct listing *list, bool is_descending,
                          const char *resource)
{
    call->kind = kind;
    listing_reply(call, list, is_descending,
                  &(struct listing_shape){ .name = kind->plural, .resource = resource, .render = record_render_by_id });
}

void record_reply_list(struct api_call *call, const struct record_kind *kind, int64_t parent, const char *resource)
{
    bool is_descending;
    if (listing_order(call, orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    for (int64_t id = record_next_id(call->sandbox->desk, kind, parent, 0); id;
         id = record_next_id(call->sandbox->desk, kind, parent, id))
        listing_add(&list, id, 0);
    reply_listing(call, kind, &list, is_descending, resource);
}

void records_list(struct api_call *call)
{
    record_reply_list(call, call->kind, 0, call->kind->path);
}

void records_show_many(struct api_call *call)
{
    struct listing list = { 0 };
    struct record record;
    struct arena row;
    arena_init(&row);
    if (!listing_of_ids(call, &list)) return;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (record_load(call->sandbox->desk, &row, call->kind, list.items[i].id, &record)) list.items[kept++] = list.items[i];
        arena_clear(&row);
    }
    list.count = kept;
    reply_listing(call, call->kind, &list, false, arena_fmt(call->arena, "%s/show_many", call->kind->path).ptr);
}

void records_count(struct api_call *call)
{
    int64_t count = 0;
    for (int64_t id = record_next_id(call->sandbox->desk, call->kind, 0, 0); id;
         id = record_next_id(call->sandbox->desk, call->kind, 0, id))
        count++;
    api_count(call, count);
}

/* Autocompletion: the records whose name begins with what is given. */
void records_autocomplete(struct api_call *call)
{
    struct str wanted = api_param(call, STR("name"));
    struct listing list = { 0 };
    struct desk *desk = call->sandbox->desk;
    for (int64_t id = record_next_id(desk, call->kind, 0, 0); id; id = record_next_id(desk, call->kind, 0, id)) {
        struct json *tree = record_tree(desk, call->kind, id);
        if (wanted.len && str_find_nocase(json_get_str(tree, "name"), wanted, 0) == 0) listing_add(&list, id, 0);
        json_free(tree);
    }
    reply_listing(call, call->kind, &list, false, arena_fmt(call->arena, "%s/autocomplete", call->kind->path).ptr);
}
