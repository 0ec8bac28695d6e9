/* update_ticket.c - priority, status, assignee, tags and custom fields: read the ticket, look up who and what is named, then
 * one write (change.c, which also says why sending the whole list of tags is safe).
 *
 * Status is the category; on accounts with custom statuses Zendesk then takes the category's default one. "closed" is no
 * choice: it cannot be taken back. A follow-up needs a comment; it is an internal note that says where the ticket comes from.
 */
#include "zendesk/change.h"
#include "zendesk/comment.h"
#include "zendesk/fields.h"
#include "zendesk/people.h"
#include "zendesk/receipt.h"

enum { STEP_TICKET = 1, STEP_ASSIGNEE = 2, STEP_FIELDS = 3, STEP_WRITE = 4 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    return change_read(run, STEP_TICKET);
}

static void write_text(const struct zendesk_run *run, const char *name, struct jw *json)
{
    struct str value = json_get_str(run->arguments, name);
    if (value.len > 0) jw_kv_str(json, name, value);
}

static bool write_change(struct zendesk_run *run, bool is_followup, struct jw *json)
{
    write_text(run, "priority", json);
    write_text(run, "status", json);
    if (run->assignee_id > 0) jw_kv_int(json, "assignee_id", run->assignee_id);
    if (!fields_write(run, json)) return false;
    if (!is_followup) return true;
    int64_t id = json_get_int(run->arguments, "ticket_id", 0);
    const struct comment note = { .text = arena_fmt(run->arena, "Follow-up to ticket %lld, which is closed.", (long long)id) };
    return comment_write(run, &note, STR("ticket_id"), json);
}

static bool is_solvable(struct zendesk_run *run)
{
    if (!str_eq(json_get_str(run->arguments, "status"), STR("solved"))) return true;
    struct json *ticket = change_ticket(run);
    bool is_enough = fields_suffice(run, FIELDS_AT_SOLVING, ticket);
    json_free(ticket);
    return is_enough;
}

/* The next thing that is not known yet, or the write. */
static enum zendesk_next go_on(struct zendesk_run *run)
{
    if (run->assignee_id == 0 && json_get(run->arguments, "assignee") != NULL) return people_search_assignee(run, STEP_ASSIGNEE);
    if (fields_are_missing(run)) return fields_call(run, STEP_FIELDS);
    return is_solvable(run) ? change_send(run, STEP_WRITE, write_change) : ZENDESK_FAILED;
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    bool is_right = false;
    switch (run->step) {
    case STEP_TICKET: is_right = change_take(run, body); break;
    case STEP_ASSIGNEE: is_right = people_take_assignee(run, body); break;
    case STEP_FIELDS: is_right = fields_take(run, body); break;
    default: return receipt_of_update(run, body);
    }
    return is_right ? go_on(run) : ZENDESK_FAILED;
}

const struct language language_UPDATE_TICKET = { .begin = begin, .answer = answer, .write_step = STEP_WRITE, .noun = "ticket" };
