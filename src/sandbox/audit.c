/* audit.c - the history of a ticket.
 *
 * One table names the fields that audits tell about and how their values look; creation and change both walk it. Custom fields
 * come after them, each under its id. The order of Create events is the recorded one.
 */
#include "sandbox/audit.h"

#include <stddef.h>

#include "base/limits.h"
#include "sandbox/api.h"
#include "sandbox/comment.h"
#include "sandbox/attr.h"
#include "sandbox/tags.h"

enum field_kind { FIELD_TEXT, FIELD_ID, FIELD_TAGS };

static const struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    bool always; /* a Create event even when empty */
} fields[] = {
    { "subject", FIELD_TEXT, offsetof(struct ticket, subject), true },
    { "requester_id", FIELD_ID, offsetof(struct ticket, requester_id), true },
    { "assignee_id", FIELD_ID, offsetof(struct ticket, assignee_id), false },
    { "tags", FIELD_TAGS, offsetof(struct ticket, tags), false },
    { "priority", FIELD_TEXT, offsetof(struct ticket, priority), true },
    { "type", FIELD_TEXT, offsetof(struct ticket, type), true },
    { "status", FIELD_TEXT, offsetof(struct ticket, status), true },
    { "external_id", FIELD_TEXT, offsetof(struct ticket, external_id), false },
    { "group_id", FIELD_ID, offsetof(struct ticket, group_id), false },
    { "organization_id", FIELD_ID, offsetof(struct ticket, organization_id), false },
};

enum { FIELDS = sizeof fields / sizeof *fields };

/* ---- values as JSON ----------------------------------------------------------------------------------------------------- */

static struct str text_field(const struct field *field, const struct ticket *ticket)
{
    return *(const struct str *)((const char *)ticket + field->offset);
}

static int64_t id_field(const struct field *field, const struct ticket *ticket)
{
    return *(const int64_t *)((const char *)ticket + field->offset);
}

static bool is_empty(const struct field *field, const struct ticket *ticket)
{
    return field->kind == FIELD_ID ? !id_field(field, ticket) : !text_field(field, ticket).len;
}

static void write_value(struct jw *w, struct arena *arena, const struct field *field, const struct ticket *ticket)
{
    if (field->kind == FIELD_TAGS)
        tags_render(w, text_field(field, ticket));
    else if (is_empty(field, ticket))
        jw_null(w);
    else if (field->kind == FIELD_ID)
        jw_str(w, arena_fmt(arena, "%lld", (long long)id_field(field, ticket)));
    else
        jw_str(w, text_field(field, ticket));
}

static struct str value_of(struct arena *arena, const struct field *field, const struct ticket *ticket)
{
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    write_value(&w, arena, field, ticket);
    struct str value = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return value;
}

/* ---- recording ---------------------------------------------------------------------------------------------------------- */

static void insert_event(struct desk *desk, int64_t audit_id, const char *type, struct str field, struct str value,
                         struct str previous)
{
    struct desk_query *q =
        desk_query(desk, "INSERT INTO event (id, audit_id, type, field, value, previous) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    int64_t id = desk_new_id(desk);
    desk_bind_int(q, 1, id);
    desk_bind_int(q, 2, audit_id);
    desk_bind_text(q, 3, str_from(type));
    desk_bind_text(q, 4, field);
    desk_bind_text(q, 5, value);
    desk_bind_text(q, 6, previous);
    desk_run(q);
}

static struct str fixed_id(struct arena *arena, int64_t id)
{
    return arena_fmt(arena, "\"%lld\"", (long long)id);
}

/* The value of a custom field in a stored array; NULL when it is not in it. */
static const struct json *custom_value(const struct json *array, int64_t id)
{
    for (size_t i = 0; i < json_count(array); i++)
        if (json_get_int(json_at(array, i), "id", 0) == id) return json_get(json_at(array, i), "value");
    return NULL;
}

static struct str canonical(struct arena *arena, const struct json *value)
{
    if (!value) return STR("null");
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    json_canonical(value, &out);
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

typedef void custom_change_fn(struct desk *, struct arena *, int64_t audit_id, int64_t field_id, struct str value,
                              struct str previous);

/* Calls fn for every custom field whose value differs; counts them. */
static size_t each_custom_change(struct desk *desk, struct arena *arena, int64_t audit_id, struct str before, struct str after,
                                 custom_change_fn *fn)
{
    struct json *old = json_parse(before, NULL), *new = json_parse(after, NULL);
    size_t changes = 0;
    for (size_t i = 0; i < json_count(new); i++) {
        int64_t id = json_get_int(json_at(new, i), "id", 0);
        struct str value = canonical(arena, json_get(json_at(new, i), "value"));
        struct str previous = canonical(arena, custom_value(old, id));
        if (str_eq(value, previous)) continue;
        changes++;
        fn(desk, arena, audit_id, id, value, previous);
    }
    json_free(old);
    json_free(new);
    return changes;
}

static void create_custom(struct desk *desk, struct arena *arena, int64_t audit_id, int64_t id, struct str value,
                          struct str previous)
{
    (void)previous;
    insert_event(desk, audit_id, "Create", arena_fmt(arena, "%lld", (long long)id), value, STR_NONE);
}

static void change_custom(struct desk *desk, struct arena *arena, int64_t audit_id, int64_t id, struct str value,
                          struct str previous)
{
    insert_event(desk, audit_id, "Change", arena_fmt(arena, "%lld", (long long)id), value, previous);
}

void audit_record_creation(struct desk *desk, struct arena *arena, int64_t audit_id, const struct ticket *ticket)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].always || !is_empty(&fields[i], ticket))
            insert_event(desk, audit_id, "Create", str_from(fields[i].name), value_of(arena, &fields[i], ticket), STR_NONE);
    insert_event(desk, audit_id, "Create", STR("brand_id"), fixed_id(arena, ACCOUNT_BRAND_ID), STR_NONE);
    insert_event(desk, audit_id, "Create", STR("ticket_form_id"), fixed_id(arena, ticket_form_id(ticket)), STR_NONE);
    insert_event(desk, audit_id, "Create", STR("custom_status_id"), fixed_id(arena, ticket_custom_status_id(ticket)), STR_NONE);
    each_custom_change(desk, arena, audit_id, STR("[]"), ticket->custom_fields, create_custom);
}

bool audit_record_changes(struct desk *desk, struct arena *arena, int64_t audit_id, const struct ticket *before,
                          const struct ticket *after)
{
    size_t changes = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        struct str old = value_of(arena, &fields[i], before), new = value_of(arena, &fields[i], after);
        if (str_eq(old, new)) continue;
        insert_event(desk, audit_id, "Change", str_from(fields[i].name), new, old);
        changes++;
    }
    changes += each_custom_change(desk, arena, audit_id, before->custom_fields, after->custom_fields, change_custom);
    return changes > 0;
}

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

void audit_insert(struct desk *desk, struct audit *audit)
{
    audit->id = desk_new_id(desk);
    struct desk_query *q =
        desk_query(desk, "INSERT INTO audit (id, ticket_id, created_at, author_id, channel, metadata, client, address)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    desk_bind_int(q, 1, audit->id);
    desk_bind_int(q, 2, audit->ticket_id);
    desk_bind_int(q, 3, audit->created_at);
    desk_bind_int(q, 4, audit->author_id);
    desk_bind_text(q, 5, audit->channel);
    desk_bind_text(q, 6, audit->metadata);
    desk_bind_text(q, 7, audit->client);
    desk_bind_text(q, 8, audit->address);
    desk_run(q);
}

bool audit_load(struct desk *desk, struct arena *arena, int64_t id, struct audit *audit)
{
    struct desk_query *q = desk_query(
        desk, "SELECT id, ticket_id, created_at, author_id, channel, metadata, client, address FROM audit WHERE id = ?1");
    desk_bind_int(q, 1, id);
    if (!desk_next(q)) return false;
    *audit = (struct audit){
        .id = desk_int(q, 0),
        .ticket_id = desk_int(q, 1),
        .created_at = desk_int(q, 2),
        .author_id = desk_int(q, 3),
        .channel = desk_text(q, 4, arena),
        .metadata = desk_text(q, 5, arena),
        .client = desk_text(q, 6, arena),
        .address = desk_text(q, 7, arena),
    };
    desk_done(q);
    return true;
}

int64_t audit_next_id(struct desk *desk, int64_t ticket_id, int64_t after)
{
    struct desk_query *q = desk_query(desk, "SELECT id FROM audit WHERE ticket_id = ?1 AND id > ?2 ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, ticket_id);
    desk_bind_int(q, 2, after);
    int64_t id = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return id;
}

bool audit_next_event(struct desk *desk, struct arena *arena, int64_t audit_id, int64_t after, struct audit_event *event)
{
    struct desk_query *q = desk_query(
        desk, "SELECT id, type, field, value, previous FROM event WHERE audit_id = ?1 AND id > ?2 ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, audit_id);
    desk_bind_int(q, 2, after);
    if (!desk_next(q)) return false;
    *event = (struct audit_event){
        .id = desk_int(q, 0),
        .type = desk_text(q, 1, arena),
        .field = desk_text(q, 2, arena),
        .value = desk_text(q, 3, arena),
        .previous = desk_text(q, 4, arena),
    };
    desk_done(q);
    return true;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

void audit_render_metadata(struct jw *w, const struct audit *audit)
{
    jw_key(w, "metadata");
    jw_object(w);
    jw_key(w, "system");
    jw_object(w);
    jw_kv_str(w, "client", audit->client);
    jw_kv_str(w, "ip_address", audit->address);
    jw_kv_str(w, "location", STR("Practice"));
    jw_key(w, "latitude");
    jw_real(w, 0);
    jw_key(w, "longitude");
    jw_real(w, 0);
    jw_end_object(w);
    jw_kv_raw(w, "custom", audit->metadata);
    jw_end_object(w);
}

static void render_event(struct jw *w, const struct audit_event *event)
{
    jw_object(w);
    jw_kv_int(w, "id", event->id);
    jw_kv_str(w, "type", event->type);
    jw_kv_raw(w, "value", event->value);
    jw_kv_str(w, "field_name", event->field);
    if (event->previous.len) jw_kv_raw(w, "previous_value", event->previous);
    jw_end_object(w);
}

static void render_events(struct api_call *call, struct jw *w, struct arena *row, int64_t audit_id)
{
    struct comment comment;
    struct audit_event event = { .id = 0 };
    jw_key(w, "events");
    jw_array(w);
    if (comment_of_audit(call->sandbox->desk, row, audit_id, &comment)) {
        jw_object(w);
        comment_render_event(call, w, &comment);
        jw_end_object(w);
    }
    while (audit_next_event(call->sandbox->desk, row, audit_id, event.id, &event)) render_event(w, &event);
    jw_end_array(w);
}

void audit_render(struct api_call *call, struct jw *w, const struct audit *audit)
{
    struct arena row;
    arena_init(&row);
    jw_object(w);
    jw_kv_int(w, "id", audit->id);
    jw_kv_int(w, "ticket_id", audit->ticket_id);
    attr_time(w, "created_at", audit->created_at);
    jw_kv_int(w, "author_id", audit->author_id);
    audit_render_metadata(w, audit);
    render_events(call, w, &row, audit->id);
    attr_via(w, audit->channel);
    jw_end_object(w);
    arena_clear(&row);
}

void audit_render_by_id(struct api_call *call, struct jw *w, int64_t id)
{
    struct audit audit;
    struct arena row;
    arena_init(&row);
    if (audit_load(call->sandbox->desk, &row, id, &audit)) audit_render(call, w, &audit);
    arena_clear(&row);
}
