/* ticket.c - tickets in the database and in answers. The keys of an answer are those of recorded answers of 2023 and 2024. */
#include "sandbox/ticket.h"

#include "sandbox/api.h"
#include "sandbox/attr.h"
#include "sandbox/comment.h"
#include "sandbox/record.h"
#include "sandbox/side_load.h"
#include "sandbox/tags.h"
#include "sandbox/ticket_fields.h"

#define TICKET_COLUMNS                                                                                                           \
    "id, external_id, channel, created_at, updated_at, deleted_at, type, subject, description, priority, status, requester_id, " \
    "submitter_id, assignee_id, group_id, organization_id, problem_id, recipient, is_public, public_default, due_at, tags, "     \
    "custom_fields, custom_status_id, form_id, followup_of"

/* The second column is the custom status that an account has for each category from the start. */
static const struct {
    const char *name;
    int64_t custom_status_id;
} statuses[] = {
    { "new", INT64_C(6130830355738) },  { "open", INT64_C(6130892426138) },   { "pending", INT64_C(6130892426266) },
    { "hold", INT64_C(6130892426394) }, { "solved", INT64_C(6130892426522) }, { "closed", INT64_C(6130892426650) },
};

static const char *const priorities[] = { "low", "normal", "high", "urgent" };
static const char *const types[] = { "question", "incident", "problem", "task" };

#define COUNT_OF(array) (int)(sizeof(array) / sizeof *(array))

int ticket_status_rank(struct str status)
{
    for (int i = 0; i < COUNT_OF(statuses); i++)
        if (str_eq(status, str_from(statuses[i].name))) return i;
    return -1;
}

int ticket_priority_rank(struct str priority)
{
    for (int i = 0; i < COUNT_OF(priorities); i++)
        if (str_eq(priority, str_from(priorities[i]))) return i;
    return -1;
}

bool ticket_type_is_known(struct str type)
{
    for (int i = 0; i < COUNT_OF(types); i++)
        if (str_eq(type, str_from(types[i]))) return true;
    return false;
}

bool ticket_is_closed(const struct ticket *ticket)
{
    return str_eq(ticket->status, STR("closed"));
}

int64_t ticket_category_status_id(struct str status)
{
    int rank = ticket_status_rank(status);
    return rank < 0 ? 0 : statuses[rank].custom_status_id;
}

int64_t ticket_custom_status_id(const struct ticket *ticket)
{
    return ticket->custom_status_id ? ticket->custom_status_id : ticket_category_status_id(ticket->status);
}

int64_t ticket_form_id(const struct ticket *ticket)
{
    return ticket->form_id ? ticket->form_id : ACCOUNT_FORM_ID;
}

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

static bool read_one(struct desk_query *q, struct arena *arena, struct ticket *ticket)
{
    if (!desk_next(q)) return false;
    *ticket = (struct ticket){
        .id = desk_int(q, 0),
        .external_id = desk_text(q, 1, arena),
        .channel = desk_text(q, 2, arena),
        .created_at = desk_int(q, 3),
        .updated_at = desk_int(q, 4),
        .deleted_at = desk_int(q, 5),
        .type = desk_text(q, 6, arena),
        .subject = desk_text(q, 7, arena),
        .description = desk_text(q, 8, arena),
        .priority = desk_text(q, 9, arena),
        .status = desk_text(q, 10, arena),
        .requester_id = desk_int(q, 11),
        .submitter_id = desk_int(q, 12),
        .assignee_id = desk_int(q, 13),
        .group_id = desk_int(q, 14),
        .organization_id = desk_int(q, 15),
        .problem_id = desk_int(q, 16),
        .recipient = desk_text(q, 17, arena),
        .is_public = desk_int(q, 18),
        .public_default = desk_int(q, 19),
        .due_at = desk_int(q, 20),
        .tags = desk_text(q, 21, arena),
        .custom_fields = desk_text(q, 22, arena),
        .custom_status_id = desk_int(q, 23),
        .form_id = desk_int(q, 24),
        .followup_of = desk_int(q, 25),
    };
    desk_done(q);
    return true;
}

bool ticket_load(struct desk *desk, struct arena *arena, int64_t id, struct ticket *ticket)
{
    struct desk_query *q = desk_query(desk, "SELECT " TICKET_COLUMNS " FROM ticket WHERE id = ?1 AND deleted_at = 0");
    desk_bind_int(q, 1, id);
    return read_one(q, arena, ticket);
}

bool ticket_next(struct desk *desk, struct arena *arena, int64_t after, bool with_deleted, struct ticket *ticket)
{
    struct desk_query *q =
        desk_query(desk, "SELECT " TICKET_COLUMNS " FROM ticket WHERE id > ?1 AND (?2 OR deleted_at = 0) ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, after);
    desk_bind_int(q, 2, with_deleted);
    return read_one(q, arena, ticket);
}

bool ticket_next_of_external_id(struct desk *desk, struct arena *arena, struct str external_id, int64_t after,
                                struct ticket *ticket)
{
    struct desk_query *q = desk_query(desk, "SELECT " TICKET_COLUMNS " FROM ticket"
                                            " WHERE external_id = ?1 AND id > ?2 AND deleted_at = 0 ORDER BY id LIMIT 1");
    desk_bind_text(q, 1, external_id);
    desk_bind_int(q, 2, after);
    return read_one(q, arena, ticket);
}

static void bind_row(struct desk_query *q, const struct ticket *ticket)
{
    desk_bind_int(q, 1, ticket->id);
    desk_bind_text(q, 2, ticket->external_id);
    desk_bind_text(q, 3, ticket->channel);
    desk_bind_int(q, 4, ticket->created_at);
    desk_bind_int(q, 5, ticket->updated_at);
    desk_bind_int(q, 6, ticket->deleted_at);
    desk_bind_text(q, 7, ticket->type);
    desk_bind_text(q, 8, ticket->subject);
    desk_bind_text(q, 9, ticket->description);
    desk_bind_text(q, 10, ticket->priority);
    desk_bind_text(q, 11, ticket->status);
    desk_bind_int(q, 12, ticket->requester_id);
    desk_bind_int(q, 13, ticket->submitter_id);
    desk_bind_int(q, 14, ticket->assignee_id);
    desk_bind_int(q, 15, ticket->group_id);
    desk_bind_int(q, 16, ticket->organization_id);
    desk_bind_int(q, 17, ticket->problem_id);
    desk_bind_text(q, 18, ticket->recipient);
    desk_bind_int(q, 19, ticket->is_public);
    desk_bind_int(q, 20, ticket->public_default);
    desk_bind_int(q, 21, ticket->due_at);
    desk_bind_text(q, 22, ticket->tags);
    desk_bind_text(q, 23, ticket->custom_fields);
    desk_bind_int(q, 24, ticket->custom_status_id);
    desk_bind_int(q, 25, ticket->form_id);
    desk_bind_int(q, 26, ticket->followup_of);
}

void ticket_insert(struct desk *desk, struct ticket *ticket)
{
    ticket->id = desk_new_ticket_id(desk);
    struct desk_query *q =
        desk_query(desk, "INSERT INTO ticket (" TICKET_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
                         " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)");
    bind_row(q, ticket);
    desk_run(q);
}

void ticket_update(struct desk *desk, const struct ticket *ticket)
{
    struct desk_query *q =
        desk_query(desk, "UPDATE ticket SET external_id = ?2, channel = ?3, created_at = ?4, updated_at = ?5, deleted_at = ?6,"
                         " type = ?7, subject = ?8, description = ?9, priority = ?10, status = ?11, requester_id = ?12,"
                         " submitter_id = ?13, assignee_id = ?14, group_id = ?15, organization_id = ?16, problem_id = ?17,"
                         " recipient = ?18, is_public = ?19, public_default = ?20, due_at = ?21, tags = ?22,"
                         " custom_fields = ?23, custom_status_id = ?24, form_id = ?25, followup_of = ?26 WHERE id = ?1");
    bind_row(q, ticket);
    desk_run(q);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void render_people(struct jw *w, const struct ticket *ticket)
{
    jw_kv_str_or_null(w, "recipient", ticket->recipient);
    jw_kv_int(w, "requester_id", ticket->requester_id);
    jw_kv_int(w, "submitter_id", ticket->submitter_id);
    attr_id(w, "assignee_id", ticket->assignee_id);
    attr_id(w, "organization_id", ticket->organization_id);
    attr_id(w, "group_id", ticket->group_id);
    attr_empty_array(w, "collaborator_ids");
    attr_empty_array(w, "follower_ids");
    attr_empty_array(w, "email_cc_ids");
}

static void render_followups(const struct api_call *call, struct jw *w, int64_t ticket_id)
{
    jw_key(w, "followup_ids");
    jw_array(w);
    struct desk_query *q =
        desk_query(call->sandbox->desk, "SELECT id FROM ticket WHERE followup_of = ?1 AND deleted_at = 0 ORDER BY id");
    desk_bind_int(q, 1, ticket_id);
    while (desk_next(q)) jw_int(w, desk_int(q, 0));
    jw_end_array(w);
}

static void render_rating(const struct api_call *call, struct jw *w, int64_t ticket_id)
{
    struct desk *desk = call->sandbox->desk;
    int64_t id = record_next_id(desk, &kind_satisfaction_rating, ticket_id, 0);
    struct json *rating = record_tree(desk, &kind_satisfaction_rating, id);
    jw_key(w, "satisfaction_rating");
    if (rating) {
        jw_object(w);
        jw_kv_int(w, "id", id);
        jw_kv_str(w, "score", json_get_str(rating, "score"));
        jw_kv_str_or_null(w, "comment", json_get_str(rating, "comment"));
        jw_end_object(w);
    } else {
        jw_null(w);
    }
    json_free(rating);
}

static void render_rest(const struct api_call *call, struct jw *w, const struct ticket *ticket)
{
    attr_null(w, "forum_topic_id");
    attr_id(w, "problem_id", ticket->problem_id);
    jw_kv_bool(w, "has_incidents", false);
    jw_kv_bool(w, "is_public", ticket->is_public);
    attr_time(w, "due_at", ticket->due_at);
    jw_key(w, "tags");
    tags_render(w, ticket->tags);
    jw_key(w, "custom_fields");
    ticket_fields_render(call, w, ticket->custom_fields);
    render_rating(call, w, ticket->id);
    attr_empty_array(w, "sharing_agreement_ids");
    jw_kv_int(w, "custom_status_id", ticket_custom_status_id(ticket));
    jw_key(w, "fields");
    ticket_fields_render(call, w, ticket->custom_fields);
    render_followups(call, w, ticket->id);
    jw_kv_int(w, "ticket_form_id", ticket_form_id(ticket));
    jw_kv_int(w, "brand_id", ACCOUNT_BRAND_ID);
    jw_kv_bool(w, "allow_channelback", false);
    jw_kv_bool(w, "allow_attachments", true);
    jw_kv_bool(w, "from_messaging_channel", false);
}

/* A follow-up says what it follows. */
static void render_via(const struct api_call *call, struct jw *w, const struct ticket *ticket)
{
    struct ticket source;
    bool is_followup = ticket->followup_of && ticket_load(call->sandbox->desk, call->arena, ticket->followup_of, &source);
    if (!is_followup) {
        attr_via(w, ticket->channel);
        return;
    }
    jw_key(w, "via");
    jw_object(w);
    jw_kv_str(w, "channel", ticket->channel);
    jw_key(w, "source");
    jw_object(w);
    jw_key(w, "from");
    jw_object(w);
    jw_kv_int(w, "ticket_id", source.id);
    jw_kv_str_or_null(w, "subject", source.subject);
    jw_end_object(w);
    jw_key(w, "to");
    jw_object(w);
    jw_end_object(w);
    jw_kv_str(w, "rel", STR("follow_up"));
    jw_end_object(w);
    jw_end_object(w);
}

void ticket_render_members(const struct api_call *call, struct jw *w, const struct ticket *ticket)
{
    jw_kv_str(w, "url", api_url(call, "tickets", ticket->id));
    jw_kv_int(w, "id", ticket->id);
    jw_kv_str_or_null(w, "external_id", ticket->external_id);
    render_via(call, w, ticket);
    attr_time(w, "created_at", ticket->created_at);
    attr_time(w, "updated_at", ticket->updated_at);
    jw_kv_int(w, "generated_timestamp", ticket->updated_at / 1000);
    jw_kv_str_or_null(w, "type", ticket->type);
    jw_kv_str_or_null(w, "subject", ticket->subject);
    jw_kv_str_or_null(w, "raw_subject", ticket->subject);
    jw_kv_str(w, "description", ticket->description);
    jw_kv_str_or_null(w, "priority", ticket->priority);
    jw_kv_str(w, "status", ticket->status);
    render_people(w, ticket);
    render_rest(call, w, ticket);
}

void ticket_render(const struct api_call *call, struct jw *w, const struct ticket *ticket)
{
    jw_object(w);
    ticket_render_members(call, w, ticket);
    jw_end_object(w);
}

/* With include=comment_count each ticket says how many comments it has. */
void ticket_render_by_id(struct api_call *call, struct jw *w, int64_t id)
{
    struct ticket ticket;
    struct arena row;
    arena_init(&row);
    if (ticket_load(call->sandbox->desk, &row, id, &ticket)) {
        jw_object(w);
        ticket_render_members(call, w, &ticket);
        if (side_load_wants(call, "comment_count")) jw_kv_int(w, "comment_count", comment_count(call->sandbox->desk, id));
        jw_end_object(w);
    }
    arena_clear(&row);
}
