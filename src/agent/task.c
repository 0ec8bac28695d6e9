/* task.c - a table says which field is which argument of which action; filling, asking, writing and reading back all follow it. */
#include "agent/task.h"

#include <assert.h>

#include "base/limits.h"
#include "model/field.h"

enum { BRIEF_BYTES = 40 };

enum form { AS_TEXT, AS_NUMBER, AS_BOOL, AS_LIST };

#define IN(kind) (1u << ACTION_##kind)

static const struct {
    const char *name;  /* as it is stored, and as the argument is called */
    const char *label; /* as it is read back */
    unsigned actions;  /* takes it */
    unsigned required_by;
    enum form form;
} fields[TASK_FIELDS] = {
    [TASK_TICKET] = { "ticket_id", "Ticket", IN(ADD_COMMENT) | IN(UPDATE_TICKET), IN(ADD_COMMENT) | IN(UPDATE_TICKET),
                      AS_NUMBER },
    [TASK_TEXT] = { "text", "Comment", IN(ADD_COMMENT), IN(ADD_COMMENT), AS_TEXT },
    [TASK_PUBLIC] = { "public", "Public", IN(ADD_COMMENT), IN(ADD_COMMENT), AS_BOOL },
    [TASK_STATUS] = { "status", "Status", IN(UPDATE_TICKET) | IN(LIST_TICKETS) | IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_PRIORITY] = { "priority", "Priority", IN(UPDATE_TICKET) | IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_ASSIGNEE] = { "assignee", "Assignee", IN(UPDATE_TICKET) | IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_TAGS] = { "tags", "Tags to add", IN(UPDATE_TICKET) | IN(CREATE_CUSTOMER) | IN(UPDATE_CUSTOMER), 0, AS_LIST },
    [TASK_REMOVE_TAGS] = { "remove_tags", "Tags to remove", IN(UPDATE_TICKET), 0, AS_LIST },
    [TASK_EMAIL] = { "email", "Customer",
                     IN(LIST_TICKETS) | IN(CREATE_CUSTOMER) | IN(GET_CUSTOMER) | IN(FIND_CUSTOMER) | IN(UPDATE_CUSTOMER),
                     IN(LIST_TICKETS) | IN(CREATE_CUSTOMER) | IN(GET_CUSTOMER) | IN(FIND_CUSTOMER) | IN(UPDATE_CUSTOMER),
                     AS_TEXT },
    [TASK_NAME] = { "name", "Name", IN(CREATE_CUSTOMER) | IN(UPDATE_CUSTOMER), IN(CREATE_CUSTOMER), AS_TEXT },
    [TASK_PHONE] = { "phone", "Phone", IN(CREATE_CUSTOMER) | IN(UPDATE_CUSTOMER), 0, AS_TEXT },
    [TASK_ORGANIZATION] = { "organization", "Organization", IN(CREATE_CUSTOMER) | IN(UPDATE_CUSTOMER), 0, AS_TEXT },
    [TASK_QUERY] = { "keyword", "Words", IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_FROM] = { "from", "From", IN(LIST_TICKETS) | IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_TO] = { "to", "To", IN(LIST_TICKETS) | IN(SEARCH_TICKETS), 0, AS_TEXT },
    [TASK_CHANGES] = { "changes", "", 0, 0, AS_TEXT },
};

enum action_kind task_kind(enum nlu_operation operation)
{
    static const enum action_kind kinds[NLU_OPERATIONS] = {
        [NLU_UPDATE_TICKET] = ACTION_UPDATE_TICKET,     [NLU_ADD_COMMENT] = ACTION_ADD_COMMENT,
        [NLU_LIST_TICKETS] = ACTION_LIST_TICKETS,       [NLU_SEARCH_TICKETS] = ACTION_SEARCH_TICKETS,
        [NLU_CREATE_CUSTOMER] = ACTION_CREATE_CUSTOMER, [NLU_GET_CUSTOMER] = ACTION_GET_CUSTOMER,
        [NLU_FIND_CUSTOMER] = ACTION_FIND_CUSTOMER,     [NLU_UPDATE_CUSTOMER] = ACTION_UPDATE_CUSTOMER,
    };
    return operation < NLU_OPERATIONS ? kinds[operation] : ACTION_CREATE_TICKET;
}

/* ---- filling ------------------------------------------------------------------------------------------------------------------------------ */

static bool takes(const struct task *task, enum task_field field)
{
    return fields[field].actions & (1u << task->kind);
}

static struct str clean(enum task_field field, struct str value, struct arena *arena)
{
    struct str kept = STR_NONE;
    struct problem problem;
    if (field == TASK_EMAIL) return field_email(value, false, arena, &kept, &problem) == OK ? kept : STR_NONE;
    if (field == TASK_NAME) return field_name(value, STR("name"), arena, &kept, &problem) == OK ? kept : STR_NONE;
    return arena_str(arena, str_clip(str_trim(value), LIMIT_COMMENT_BYTES));
}

void task_set(struct task *task, enum task_field field, struct str value, struct arena *arena)
{
    task->values[field] = arena_str(arena, value);
}

static bool take(struct task *task, enum task_field field, struct str value, struct arena *arena)
{
    if (!takes(task, field) || value.len == 0) return false;
    struct str kept = clean(field, value, arena);
    if (kept.len == 0) return false;
    task->values[field] = kept;
    return true;
}

static bool take_days(struct task *task, struct nlu_days days, int64_t at_ms, struct arena *arena)
{
    char from[11], to[11];
    if (days.kind == NLU_NO_DAYS) return false;
    nlu_days_resolve(days, at_ms, from, to);
    bool begins = take(task, TASK_FROM, str_from(from), arena), ends = take(task, TASK_TO, str_from(to), arena);
    return begins || ends;
}

static struct str number_text(uint64_t ticket, struct arena *arena)
{
    return ticket ? arena_fmt(arena, "%llu", (unsigned long long)ticket) : STR_NONE;
}

bool task_take(struct task *task, const struct nlu_clause *clause, uint64_t ticket, int64_t at_ms, struct arena *arena)
{
    const struct nlu_details *d = &clause->details;
    struct str visible = d->visibility == NLU_PUBLIC ? STR("true") : d->visibility == NLU_INTERNAL ? STR("false") : STR_NONE;
    const struct str given[TASK_FIELDS] = {
        [TASK_TICKET] = number_text(ticket, arena),
        [TASK_TEXT] = d->text,
        [TASK_PUBLIC] = visible,
        [TASK_STATUS] = d->status,
        [TASK_PRIORITY] = d->priority,
        [TASK_ASSIGNEE] = d->assignee,
        [TASK_TAGS] = d->tags,
        [TASK_REMOVE_TAGS] = d->remove_tags,
        [TASK_EMAIL] = d->email,
        [TASK_NAME] = d->name,
        [TASK_PHONE] = d->phone,
        [TASK_ORGANIZATION] = d->organization,
        [TASK_QUERY] = d->query.len ? d->query : d->about,
    };
    bool changed = take_days(task, d->created, at_ms, arena);
    for (size_t i = 0; i < TASK_FIELDS; i++) changed = take(task, (enum task_field)i, given[i], arena) || changed;
    return changed;
}

/* "public", "the customer may read it", "only for us": in an answer the bare word is enough. */
static struct str visibility(struct str text)
{
    static const struct str internal[] = { { "internal", 8 }, { "private", 7 }, { "note", 4 }, { "team", 4 }, { "intern", 6 } };
    static const struct str public[] = { { "public", 6 }, { "customer", 8 }, { "reply", 5 } };
    for (size_t i = 0; i < sizeof internal / sizeof internal[0]; i++)
        if (str_find_nocase(text, internal[i], 0) != SIZE_MAX) return STR("false");
    if (str_find_nocase(text, STR("not"), 0) != SIZE_MAX) return STR_NONE;
    for (size_t i = 0; i < sizeof public / sizeof public[0]; i++)
        if (str_find_nocase(text, public[i], 0) != SIZE_MAX) return STR("true");
    return STR_NONE;
}

bool task_take_answer(struct task *task, const struct nlu_message *m, uint64_t ticket, struct arena *arena)
{
    bool changed = take(task, TASK_TICKET, number_text(ticket, arena), arena);
    changed = take(task, TASK_EMAIL, m->values[NLU_EMAIL], arena) || changed;
    changed = take(task, TASK_PRIORITY, m->values[NLU_PRIORITY], arena) || changed;
    changed = take(task, TASK_TAGS, m->values[NLU_TAGS], arena) || changed;
    changed = take(task, TASK_NAME, m->values[NLU_NAME], arena) || changed;
    if (changed) return true;
    bool brief = task->asked == TASK_NO_FIELD && m->text.len <= BRIEF_BYTES; /* "make it internal" */
    if (task->asked == TASK_PUBLIC || brief) return take(task, TASK_PUBLIC, visibility(m->text), arena);
    bool words = task->asked == TASK_TEXT || task->asked == TASK_NAME || task->asked == TASK_QUERY || task->asked == TASK_PHONE ||
                 task->asked == TASK_ORGANIZATION || task->asked == TASK_ASSIGNEE;
    return words && take(task, task->asked, task->asked == TASK_TEXT ? m->text : m->rest, arena);
}

/* ---- asking ---------------------------------------------------------------------------------------------------------------------------------- */

static bool changes_something(const struct task *task)
{
    if (task->custom.count > 0) return true;
    static const enum task_field changing[] = { TASK_STATUS,      TASK_PRIORITY, TASK_ASSIGNEE, TASK_TAGS,
                                                TASK_REMOVE_TAGS, TASK_NAME,     TASK_PHONE,    TASK_ORGANIZATION,
                                                TASK_QUERY,       TASK_FROM,     TASK_TO };
    for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
        if (takes(task, changing[i]) && task->values[changing[i]].len) return true;
    return false;
}

enum task_field task_missing(const struct task *task)
{
    for (size_t i = 0; i < TASK_FIELDS; i++)
        if ((fields[i].required_by & (1u << task->kind)) && task->values[i].len == 0) return (enum task_field)i;
    bool needs_change = task->kind == ACTION_UPDATE_TICKET || task->kind == ACTION_UPDATE_CUSTOMER;
    if (needs_change && !changes_something(task)) return TASK_CHANGES;
    return task->kind == ACTION_SEARCH_TICKETS && !changes_something(task) ? TASK_QUERY : TASK_NO_FIELD;
}

enum nlu_expect task_expect(enum task_field field)
{
    if (field == TASK_TICKET) return NLU_NUMBER;
    if (field == TASK_EMAIL) return NLU_ADDRESS;
    return field == TASK_TEXT || field == TASK_NAME ? NLU_MATTER : NLU_ANYTHING;
}

/* ---- what it becomes -------------------------------------------------------------------------------------------------------------------------- */

static void write_list(struct jw *json, struct str value)
{
    jw_array(json);
    for (size_t at = 0; at < value.len;) {
        size_t end = at;
        while (end < value.len && value.ptr[end] != ',' && !char_is_space(value.ptr[end])) end++;
        if (end > at) jw_str(json, str_slice(value, at, end));
        at = end + 1;
    }
    jw_end_array(json);
}

static void write_field(struct jw *json, enum task_field field, struct str value)
{
    int64_t number = 0;
    if (fields[field].form == AS_NUMBER && !str_to_i64(value, &number)) return;
    jw_key(json, fields[field].name);
    switch (fields[field].form) {
    case AS_TEXT: jw_str(json, value); break;
    case AS_NUMBER: jw_int(json, number); break;
    case AS_BOOL: jw_bool(json, str_eq(value, STR("true"))); break;
    case AS_LIST: write_list(json, value); break;
    }
}

static struct str write_known(const struct task *task, struct str uploads, struct arena *arena)
{
    struct buf out;
    struct jw json;
    buf_init(&out, LIMIT_ARGUMENTS_BYTES * 2);
    jw_init(&json, &out);
    jw_object(&json);
    for (size_t i = 0; i < TASK_FIELDS; i++)
        if (takes(task, (enum task_field)i) && task->values[i].len) write_field(&json, (enum task_field)i, task->values[i]);
    custom_write(&task->custom, &json);
    if (uploads.len) jw_kv_raw(&json, "uploads", uploads);
    jw_end_object(&json);
    assert(buf_ok(&out));
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

enum status task_arguments(const struct task *task, struct str uploads, struct arena *arena, struct str *arguments,
                           struct problem *problem)
{
    struct err err;
    struct json *parsed = json_parse(write_known(task, uploads, arena), &err);
    assert(parsed);
    enum status status = action_check_arguments(action_spec(task->kind), parsed, arena, problem);
    if (status == OK) {
        struct buf out;
        buf_init(&out, LIMIT_ARGUMENTS_BYTES * 2);
        json_canonical(parsed, &out);
        *arguments = arena_str(arena, buf_view(&out));
        buf_clear(&out);
    }
    json_free(parsed);
    return status;
}

static void read_value(struct buf *out, enum task_field field, const struct json *value)
{
    switch (fields[field].form) {
    case AS_TEXT: buf_str(out, json_str(value)); break;
    case AS_NUMBER: buf_int(out, json_int(value, 0)); break;
    case AS_BOOL: buf_lit(out, json_bool(value, false) ? "yes, the customer reads it" : "no, an internal note"); break;
    case AS_LIST:
        for (size_t i = 0; i < json_count(value); i++) {
            if (i) buf_lit(out, ", ");
            buf_str(out, json_str(json_at(value, i)));
        }
        break;
    }
}

struct str task_readback(const struct task *task, struct str arguments, struct arena *arena)
{
    struct err err;
    struct buf out;
    struct json *json = json_parse(arguments, &err);
    assert(json);
    buf_init(&out, LIMIT_ARGUMENTS_BYTES * 2);
    for (size_t i = 0; i < TASK_FIELDS; i++) {
        const struct json *value = json_get(json, fields[i].name);
        if (!value) continue;
        if (out.len) buf_char(&out, '\n');
        buf_lit(&out, fields[i].label);
        buf_lit(&out, ": ");
        read_value(&out, (enum task_field)i, value);
    }
    custom_read(&out, &task->custom, json, arena);
    json_free(json);
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

struct str task_draft(const struct task *task, struct arena *arena)
{
    return task_readback(task, write_known(task, STR_NONE, arena), arena);
}

const char *task_field_name(enum task_field field)
{
    return field < TASK_FIELDS ? fields[field].name : "";
}

enum task_field task_field_from(struct str name)
{
    for (size_t i = 0; i < TASK_FIELDS; i++)
        if (str_eq(name, str_from(fields[i].name))) return (enum task_field)i;
    return TASK_NO_FIELD;
}
