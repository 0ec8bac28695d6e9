/* ticket_change.c - what a write to a ticket does beyond what was asked for.
 *
 * Zendesk's side effects (support.zendesk.com, "About ticket statuses"; account setting assign_tickets_upon_solve):
 * - assigning a new ticket opens it; solving an unassigned one assigns it to the agent who does it
 * - an end user's comment opens a ticket that is pending, on hold or solved
 * - the first public comment shows a private ticket to its requester
 * - a light agent's comments are internal, whatever was asked for
 */
#include "sandbox/ticket_change.h"

#include "sandbox/attachment.h"
#include "sandbox/trigger.h"

struct ticket_change ticket_change_begin(const struct api_call *call, const struct ticket *ticket, struct str channel)
{
    struct ticket_change change = { .metadata = STR("{}"), .channel = channel };
    if (ticket) {
        change.before = change.after = *ticket;
        change.comment.is_public = ticket->public_default;
    } else {
        change.after = (struct ticket){
            .channel = channel,
            .status = STR("new"),
            .requester_id = call->actor->id,
            .submitter_id = call->actor->id,
            .tags = STR(""),
            .custom_fields = STR("[]"),
            .created_at = call->now_at,
        };
        change.comment.is_public = true;
    }
    return change;
}

static bool is_new(const struct ticket_change *change)
{
    return change->before.id == 0;
}

static bool is_by_end_user(struct api_call *call, int64_t user_id)
{
    struct user author;
    return user_load(call->sandbox->desk, call->arena, user_id, &author) && user_is_end_user(&author);
}

static void apply_status_effects(struct api_call *call, struct ticket_change *change)
{
    struct ticket *after = &change->after;
    int open = ticket_status_rank(STR("open"));
    bool is_answered = change->has_comment && is_by_end_user(call, change->comment.author_id);
    int rank = ticket_status_rank(after->status);
    if (!change->has_status && rank < open && after->assignee_id) after->status = STR("open");
    if (!change->has_status && rank > open && !ticket_is_closed(after) && is_answered) after->status = STR("open");
    bool is_solved = str_eq(after->status, STR("solved"));
    if (is_solved && !after->assignee_id && !user_is_end_user(call->actor)) after->assignee_id = call->actor->id;
    if (after->assignee_id && !after->group_id) after->group_id = ACCOUNT_GROUP_ID;
    bool is_moved = !str_eq(after->status, change->before.status);
    if (is_moved && after->custom_status_id == change->before.custom_status_id) after->custom_status_id = 0;
}

static void apply_comment_effects(struct api_call *call, struct ticket_change *change)
{
    if (user_is_light_agent(call->actor)) change->comment.is_public = false;
    if (is_new(change)) {
        change->after.description = change->comment.body;
        change->after.is_public = change->after.public_default = change->comment.is_public;
    } else if (change->has_comment && change->comment.is_public) {
        change->after.is_public = true;
    }
}

static void store_requester(struct api_call *call, struct ticket_change *change)
{
    struct user *requester = &change->requester;
    if (requester->id == 0 && requester->name.len) {
        requester->created_at = requester->updated_at = call->now_at;
        user_insert(call->sandbox->desk, requester);
    }
    if (requester->id) change->after.requester_id = requester->id;
    if (requester->organization_id && is_new(change)) change->after.organization_id = requester->organization_id;
}

static void store_audit(struct api_call *call, struct ticket_change *change)
{
    change->audit = (struct audit){
        .ticket_id = change->after.id,
        .created_at = call->now_at,
        .author_id = call->actor->id,
        .channel = change->channel,
        .metadata = change->metadata,
        .client = api_header_in(call, STR("User-Agent")),
        .address = call->request->peer.address,
    };
    audit_insert(call->sandbox->desk, &change->audit);
}

static void store_comment(struct api_call *call, struct ticket_change *change)
{
    struct comment *comment = &change->comment;
    comment->audit_id = change->audit.id;
    comment->ticket_id = change->after.id;
    comment->created_at = call->now_at;
    comment_insert(call->sandbox->desk, comment);
    struct str rest = change->uploads, token;
    while (str_split(&rest, ' ', &token))
        if (token.len) attachment_use_token(call, token, comment->id);
}

static void store_change(struct api_call *call, struct ticket_change *change)
{
    struct desk *desk = call->sandbox->desk;
    apply_comment_effects(call, change);
    apply_status_effects(call, change);
    store_requester(call, change);
    bool is_creation = is_new(change);
    if (is_creation) {
        change->after.updated_at = call->now_at;
        ticket_insert(desk, &change->after);
    }
    store_audit(call, change);
    if (change->has_comment) store_comment(call, change);
    if (is_creation) {
        audit_record_creation(desk, call->arena, change->audit.id, &change->after);
        return;
    }
    bool has_changes = audit_record_changes(desk, call->arena, change->audit.id, &change->before, &change->after);
    if (has_changes || change->has_comment) change->after.updated_at = call->now_at;
    ticket_update(desk, &change->after);
}

void ticket_change_commit(struct api_call *call, struct ticket_change *change)
{
    store_change(call, change);
    if (!call->is_seed) trigger_run(call, change);
}
