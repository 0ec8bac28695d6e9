/* add_comment.c - a public reply or an internal note: read the ticket, then one write (change.c).
 *
 * There is no request of its own for comments: they are a member of a ticket's update. `public` is an argument without a
 * default, as Zendesk's own default is a property of the ticket; what became of it is read from the audit that comes back.
 * A public comment of a verified visitor shows them as its author; the service user stays the one who made the update.
 */
#include "zendesk/change.h"
#include "zendesk/comment.h"
#include "zendesk/receipt.h"

enum { STEP_TICKET = 1, STEP_WRITE = 2 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    return change_read(run, STEP_TICKET);
}

static int64_t author_of(const struct zendesk_run *run)
{
    if (run->setting->author_id > 0) return run->setting->author_id;
    return run->setting->only_requester.len > 0 ? run->user_id : 0;
}

static bool write_comment(struct zendesk_run *run, bool is_followup, struct jw *json)
{
    (void)is_followup;
    bool is_public = json_get_bool(run->arguments, "public", false);
    const struct comment comment = {
        .text = json_get_str(run->arguments, "text"),
        .is_public = is_public,
        .author_id = is_public ? author_of(run) : 0,
        .uploads = json_get(run->arguments, "uploads"),
    };
    return comment_write(run, &comment, STR("text"), json);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    if (run->step == STEP_WRITE) return receipt_of_comment(run, body);
    return change_take(run, body) ? change_send(run, STEP_WRITE, write_comment) : ZENDESK_FAILED;
}

const struct language language_ADD_COMMENT = { .begin = begin, .answer = answer, .write_step = STEP_WRITE, .noun = "ticket" };
