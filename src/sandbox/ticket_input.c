/* ticket_input.c - what a ticket may be given, field by field.
 *
 * Two kinds of refusal, as in recordings: a value of the wrong JSON type is a 400 about one attribute; values that make no valid
 * record are collected into one 422. The keys of its details (description, email, base) are recorded; the texts of priority,
 * type, status, assignee and requester follow the same pattern but were never seen recorded, so no client should lean on their
 * words.
 */
#include "sandbox/ticket_input.h"

#include "base/limits.h"
#include "base/moment.h"
#include "sandbox/email.h"
#include "sandbox/attachment.h"
#include "sandbox/fail.h"
#include "sandbox/record.h"
#include "sandbox/tags.h"
#include "sandbox/ticket_fields.h"

struct input {
    struct api_call *call;
    const struct json *json;
    struct ticket_change *change;
    struct invalid invalid;
    const char *bad_attribute; /* NULL, or the first value of the wrong type, and what it must be */
    const char *must;
};

static void refuse(struct input *in, const char *attribute, const char *must)
{
    if (in->bad_attribute) return;
    in->bad_attribute = attribute;
    in->must = must;
}

/* Not there and null are told apart: null clears a field. */
static bool is_given(const struct json *value)
{
    return json_type(value) != JSON_NONE;
}

/* ---- plain fields ------------------------------------------------------------------------------------------------------- */

static void read_text(struct input *in, const char *key, struct str *field)
{
    const struct json *value = json_get(in->json, key);
    if (!is_given(value)) return;
    if (json_type(value) == JSON_STRING)
        *field = arena_str(in->call->arena, json_str(value));
    else if (json_type(value) == JSON_NULL)
        *field = STR_NONE;
    else
        refuse(in, key, "a string");
}

static void read_id(struct input *in, const char *key, int64_t *field)
{
    const struct json *value = json_get(in->json, key);
    if (!is_given(value)) return;
    if (json_type(value) == JSON_INT)
        *field = json_int(value, 0);
    else if (json_type(value) == JSON_NULL)
        *field = 0;
    else if (!str_to_i64(json_str(value), field))
        refuse(in, key, "an integer");
}

typedef bool is_known_fn(struct str);

static bool is_known_status(struct str status)
{
    return ticket_status_rank(status) >= 0;
}

static bool is_known_priority(struct str priority)
{
    return ticket_priority_rank(priority) >= 0;
}

/* An enumerated field: "Priority: asap is not a valid value". */
static void read_choice(struct input *in, const char *key, const char *title, is_known_fn *is_known, struct str *field)
{
    struct str before = *field;
    read_text(in, key, field);
    if (!field->len || is_known(*field)) return;
    invalid_add(&in->invalid, key, "InvalidValue",
                arena_fmt(in->call->arena, "%s: %.*s is not a valid value", title, STR_ARG(*field)));
    *field = before;
}

static void read_due(struct input *in)
{
    struct str due = STR_NONE;
    read_text(in, "due_at", &due);
    if (json_type(json_get(in->json, "due_at")) == JSON_NULL) in->change->after.due_at = 0;
    if (due.len && !moment_parse(due, &in->change->after.due_at))
        invalid_add(&in->invalid, "due_at", NULL, arena_fmt(in->call->arena, "Due At: %.*s is not a valid date", STR_ARG(due)));
}

/* additional_tags and remove_tags count in bulk updates alone; elsewhere they are dropped, as by Zendesk. */
static void read_tags(struct input *in)
{
    const struct json *tags = json_get(in->json, "tags");
    struct str *after = &in->change->after.tags;
    if (is_given(tags)) *after = tags_from_json(in->call->arena, tags);
    if (!in->call->is_bulk) return;
    *after = tags_join(in->call->arena, *after, tags_from_json(in->call->arena, json_get(in->json, "additional_tags")));
    *after = tags_without(in->call->arena, *after, tags_from_json(in->call->arena, json_get(in->json, "remove_tags")));
}

/* The item of an array of {"id", "value"} that has this id; NULL when there is none. */
static const struct json *item_of(const struct json *array, int64_t id)
{
    for (size_t i = 0; i < json_count(array); i++)
        if (json_get_int(json_at(array, i), "id", 0) == id) return json_at(array, i);
    return NULL;
}

/* Writes the items of `array` whose ids are not in `except`; without a usable id an item is dropped, as Zendesk does. */
static void write_items(struct jw *w, const struct json *array, const struct json *except)
{
    for (size_t i = 0; i < json_count(array); i++) {
        int64_t id = json_get_int(json_at(array, i), "id", 0);
        const struct json *value = json_get(json_at(array, i), "value");
        if (!id || item_of(except, id) || item_of(array, id) != json_at(array, i)) continue;
        jw_object(w);
        jw_kv_int(w, "id", id);
        jw_key(w, "value");
        if (value)
            jw_json(w, value);
        else
            jw_null(w);
        jw_end_object(w);
    }
}

/* Merged into what is there: fields that are not named keep their values. */
static void read_custom_fields(struct input *in)
{
    const struct json *given = json_get(in->json, "custom_fields");
    if (!is_given(given)) given = json_get(in->json, "fields");
    if (!is_given(given)) return;
    if (json_type(given) != JSON_ARRAY) {
        refuse(in, "custom_fields", "an array");
        return;
    }
    struct json *stored = json_parse(in->change->after.custom_fields, NULL);
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_array(&w);
    write_items(&w, stored, given);
    write_items(&w, given, NULL);
    jw_end_array(&w);
    in->change->after.custom_fields = arena_str(in->call->arena, buf_view(&out));
    buf_clear(&out);
    json_free(stored);
}

static void read_metadata(struct input *in)
{
    const struct json *metadata = json_get(in->json, "metadata");
    if (json_type(metadata) != JSON_OBJECT) return;
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    json_canonical(metadata, &out);
    in->change->metadata = arena_str(in->call->arena, buf_view(&out));
    buf_clear(&out);
}

/* ---- people ------------------------------------------------------------------------------------------------------------- */

static void read_assignee(struct input *in)
{
    struct user assignee;
    struct str email = STR_NONE;
    int64_t before = in->change->after.assignee_id;
    read_id(in, "assignee_id", &in->change->after.assignee_id);
    read_text(in, "assignee_email", &email);
    struct desk *desk = in->call->sandbox->desk;
    int64_t id = in->change->after.assignee_id;
    if (!email.len && (!id || id == before)) return;
    bool is_found =
        email.len ? user_by_email(desk, in->call->arena, email, &assignee) : user_load(desk, in->call->arena, id, &assignee);
    if (is_found && !user_is_end_user(&assignee))
        in->change->after.assignee_id = assignee.id;
    else
        invalid_add(&in->invalid, "assignee", NULL, STR("Assignee: is not an agent of this account"));
}

static void read_new_requester(struct input *in, struct str name, struct str email)
{
    if (email.len && !email_is_well_formed(email)) {
        invalid_add(&in->invalid, "requester", NULL,
                    arena_fmt(in->call->arena, "Requester: Email: %.*s is not properly formatted", STR_ARG(email)));
        return;
    }
    if (!name.len) {
        invalid_add(&in->invalid, "requester", NULL, STR("Requester: Name: is too short (minimum one character)"));
        return;
    }
    in->change->requester = user_blank();
    in->change->requester.name = arena_str(in->call->arena, name);
    if (email.len) in->change->requester.email = arena_str(in->call->arena, email);
}

/* {"name", "email"} finds a user by the address, and leaves a known one's name alone, or describes a new end user. */
static void read_requester(struct input *in)
{
    const struct json *requester = json_get(in->json, "requester");
    struct desk *desk = in->call->sandbox->desk;
    int64_t id = 0;
    read_id(in, "requester_id", &id);
    if (id && !user_load(desk, in->call->arena, id, &in->change->requester))
        invalid_add(&in->invalid, "requester", NULL, STR("Requester: is not a user of this account"));
    if (!is_given(requester)) return;
    if (json_type(requester) != JSON_OBJECT) {
        refuse(in, "requester", "an object");
        return;
    }
    struct str email = str_trim(json_get_str(requester, "email")), name = str_trim(json_get_str(requester, "name"));
    if (!email.len || !user_by_email(desk, in->call->arena, email, &in->change->requester)) read_new_requester(in, name, email);
}

static void read_submitter(struct input *in)
{
    struct user submitter;
    int64_t id = 0;
    read_id(in, "submitter_id", &id);
    if (!id) return;
    if (user_load(in->call->sandbox->desk, in->call->arena, id, &submitter))
        in->change->after.submitter_id = id;
    else
        invalid_add(&in->invalid, "submitter", NULL, STR("Submitter: is not a user of this account"));
}

/* ---- the comment -------------------------------------------------------------------------------------------------------- */

static void set_comment_text(struct input *in, struct str body, struct str html)
{
    struct arena *arena = in->call->arena;
    struct comment *comment = &in->change->comment;
    comment->body = comment_plain(arena, html.len ? html : body);
    comment->html_body = html.len ? comment_wrap_html(arena, html) : comment_html(arena, comment->body);
    in->change->has_comment = comment->body.len > 0;
}

static void read_comment_author(struct input *in, const struct json *object)
{
    struct comment *comment = &in->change->comment;
    struct user author;
    bool is_creation = in->change->before.id == 0;
    comment->author_id = is_creation ? in->change->after.submitter_id : in->call->actor->id;
    int64_t id = json_get_int(object, "author_id", 0);
    if (!id) return;
    if (user_load(in->call->sandbox->desk, in->call->arena, id, &author))
        comment->author_id = id;
    else
        invalid_add(&in->invalid, "comment", NULL, STR("Comment: Author: is not a user of this account"));
}

/* An object with body or html_body ("value" in old clients), or just a string; `description` does for a new ticket's first
 * comment. */
static void read_comment(struct input *in)
{
    const struct json *comment = json_get(in->json, "comment");
    struct str body = json_type(comment) == JSON_STRING ? json_str(comment) : json_get_str(comment, "body");
    if (!body.len) body = json_get_str(comment, "value");
    bool is_creation = in->change->before.id == 0;
    if (!body.len && is_creation && !is_given(comment)) body = json_get_str(in->json, "description");
    set_comment_text(in, body, json_get_str(comment, "html_body"));
    const struct json *public = json_get(comment, "public");
    if (json_type(public) == JSON_BOOL)
        in->change->comment.is_public = json_bool(public, true);
    else if (json_type(public) == JSON_STRING)
        in->change->comment.is_public = str_eq(json_str(public), STR("true"));
    read_comment_author(in, comment);
    if (is_creation && !in->change->has_comment)
        invalid_add(&in->invalid, "base", "BlankValue", STR("Description: cannot be blank"));
}

/* Tokens of uploads: an array, or one text. What is no good token is dropped without a word, as by Zendesk. */
static void read_uploads(struct input *in)
{
    const struct json *uploads = json_get(json_get(in->json, "comment"), "uploads");
    size_t count = json_type(uploads) == JSON_ARRAY ? json_count(uploads) : 1;
    for (size_t i = 0; i < count; i++) {
        struct str token = json_str(json_type(uploads) == JSON_ARRAY ? json_at(uploads, i) : uploads);
        if (token.len && attachment_count_of_token(in->call, token))
            in->change->uploads = arena_fmt(in->call->arena, "%.*s %.*s", STR_ARG(in->change->uploads), STR_ARG(token));
    }
}

/* ---- statuses, forms, follow-ups ---------------------------------------------------------------------------------------- */

/* Either the category or the custom status is sent; the one decides the other. */
static void read_custom_status(struct input *in)
{
    struct ticket *after = &in->change->after;
    int64_t id = 0;
    read_id(in, "custom_status_id", &id);
    if (!id) return;
    struct json *status = record_tree(in->call->sandbox->desk, &kind_custom_status, id);
    if (status) {
        after->status = arena_str(in->call->arena, json_get_str(status, "status_category"));
        after->custom_status_id = id;
        in->change->has_status = true;
    } else {
        invalid_add(&in->invalid, "custom_status_id", "InvalidValue", STR("Custom status: is not a status of this account"));
    }
    json_free(status);
}

static void read_form(struct input *in)
{
    struct record form;
    int64_t id = in->change->after.form_id;
    read_id(in, "ticket_form_id", &id);
    if (id == in->change->after.form_id) return;
    if (!id || record_load(in->call->sandbox->desk, in->call->arena, &kind_ticket_form, id, &form))
        in->change->after.form_id = id;
    else
        invalid_add(&in->invalid, "ticket_form_id", "InvalidValue", STR("Ticket form: is not a form of this account"));
}

/* The source must be closed. What it had is taken over unless something else is sent; its requester and its tags first of all. */
static void read_followup(struct input *in)
{
    struct ticket source;
    struct ticket *after = &in->change->after;
    int64_t id = 0;
    read_id(in, "via_followup_source_id", &id);
    if (!id) return;
    if (!ticket_load(in->call->sandbox->desk, in->call->arena, id, &source) || !ticket_is_closed(&source)) {
        invalid_add(&in->invalid, "base", "InvalidValue", STR("Via followup source: is not a closed ticket"));
        return;
    }
    after->followup_of = id;
    after->requester_id = source.requester_id;
    after->organization_id = source.organization_id;
    after->subject = source.subject;
    after->tags = source.tags;
    after->type = source.type;
    after->priority = source.priority;
    after->custom_fields = source.custom_fields;
    after->form_id = source.form_id;
}

static void check_fields(struct input *in)
{
    struct ticket *after = &in->change->after;
    bool is_solved = str_eq(after->status, STR("solved")), was_solved = str_eq(in->change->before.status, STR("solved"));
    bool is_submitted = in->change->is_by_requester && in->change->before.id == 0;
    ticket_fields_check(in->call, after,
                        is_submitted               ? FIELDS_IN_PORTAL
                        : is_solved && !was_solved ? FIELDS_SOLVING
                                                   : FIELDS_ANY,
                        &in->invalid);
}

/* The tags of old values go, those of new ones come. */
static void tag_by_fields(struct input *in)
{
    struct ticket *after = &in->change->after;
    struct str old = in->change->before.id ? in->change->before.custom_fields : STR("[]");
    if (str_eq(old, after->custom_fields)) return;
    struct str gone = ticket_fields_tags(in->call, old), come = ticket_fields_tags(in->call, after->custom_fields);
    after->tags = tags_join(in->call->arena, tags_without(in->call->arena, after->tags, gone), come);
}

bool ticket_input_apply(struct api_call *call, const struct json *ticket, struct ticket_change *change)
{
    struct input in = { .call = call, .json = ticket, .change = change };
    struct ticket *after = &change->after;
    if (change->before.id == 0) read_followup(&in);
    struct str status = after->status;
    read_text(&in, "raw_subject", &after->subject);
    read_text(&in, "subject", &after->subject);
    read_text(&in, "external_id", &after->external_id);
    read_text(&in, "recipient", &after->recipient);
    read_choice(&in, "priority", "Priority", is_known_priority, &after->priority);
    read_choice(&in, "type", "Type", ticket_type_is_known, &after->type);
    read_choice(&in, "status", "Status", is_known_status, &status);
    if (status.len) after->status = status;
    change->has_status = json_get_str(ticket, "status").len > 0;
    read_custom_status(&in);
    read_form(&in);
    read_id(&in, "group_id", &after->group_id);
    read_id(&in, "organization_id", &after->organization_id);
    read_id(&in, "problem_id", &after->problem_id);
    read_due(&in);
    read_tags(&in);
    read_custom_fields(&in);
    read_metadata(&in);
    read_assignee(&in);
    read_requester(&in);
    if (change->before.id == 0 && !after->followup_of) read_submitter(&in);
    read_comment(&in);
    read_uploads(&in);
    check_fields(&in);
    tag_by_fields(&in);

    if (in.bad_attribute)
        fail_attribute(call, in.bad_attribute, in.must);
    else if (in.invalid.count)
        fail_invalid(call, &in.invalid);
    return !in.bad_attribute && !in.invalid.count;
}
