/* change.c - see change.h.
 *
 * A change is written against a ticket read a moment before, in one PUT that also says so: safe_update with the updated_stamp
 * of that reading makes Zendesk refuse it (409 UpdateConflict) when the ticket has changed since (Zendesk, "Protecting
 * against ticket update collisions"). So it is safe to send values computed from the reading, even the whole list of tags,
 * which `ticket.tags` replaces: if anybody added a tag in between, nothing is written and the run has to be made again.
 * Stamps are whole seconds, so a second write within the very second of the stamp would pass; the list of tags that came
 * back is compared with the one sent (receipt.c). Rejected: PUT /tickets/{id}/tags, which adds and cannot lose anything, but
 * is a second writing request that leaves no operation in an audit, so nobody could tell later whether it was carried out.
 *
 * The same stamp makes a repeat of the stored bytes harmless: after the first one took effect, it is stale. And
 * metadata.custom.cca_op in the audit proves that it did (zendesk/lookup.h).
 *
 * A closed ticket takes no change for ever. Its follow-up names it by via_followup_source_id, and is created like any ticket,
 * under an external id; subject, requester and tags are written out, as what is inherited is not the same everywhere.
 */
#include "zendesk/change.h"

#include "zendesk/tags.h"
#include "zendesk/wire.h"

static int64_t ticket_id(const struct zendesk_run *run)
{
    return json_get_int(run->arguments, "ticket_id", 0);
}

enum zendesk_next change_read(struct zendesk_run *run, unsigned step)
{
    return run_call(run, step, arena_fmt(run->arena, "/api/v2/tickets/%lld?include=users", (long long)ticket_id(run)));
}

static bool is_requester(const struct json *body, int64_t requester_id, struct str email)
{
    const struct json *users = json_get(body, "users");
    for (size_t i = 0; i < json_count(users); i++)
        if (json_get_int(json_at(users, i), "id", 0) == requester_id)
            return str_eq_nocase(json_get_str(json_at(users, i), "email"), email);
    return false;
}

/* A ticket of somebody else is as good as not there, so that its number tells nothing. */
bool change_take(struct zendesk_run *run, const struct json *body)
{
    const struct json *ticket = json_get(body, "ticket");
    struct str visitor = run->setting->only_requester;
    run->user_id = json_get_int(ticket, "requester_id", 0);
    if (json_get_int(ticket, "id", 0) != ticket_id(run) || json_get_str(ticket, "updated_at").len == 0) {
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = run->status };
        return false;
    }
    if (visitor.len > 0 && !is_requester(body, run->user_id, visitor)) {
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_NOT_FOUND, .facts.what = STR("ticket") };
        return false;
    }
    run->carry = wire_copy(ticket, run->arena);
    return true;
}

struct json *change_ticket(const struct zendesk_run *run)
{
    return json_parse(run->carry, NULL);
}

static void write_guard(const struct zendesk_run *run, const struct json *ticket, struct jw *json)
{
    jw_key(json, "metadata");
    jw_object(json);
    if (run->setting->operation.len > 0) jw_kv_str(json, "cca_op", run->setting->operation);
    jw_end_object(json);
    jw_kv_bool(json, "safe_update", true);
    jw_kv_str(json, "updated_stamp", json_get_str(ticket, "updated_at"));
}

static void write_origin(const struct zendesk_run *run, const struct json *ticket, struct jw *json)
{
    struct str subject = json_get_str(ticket, "subject");
    jw_kv_int(json, "via_followup_source_id", json_get_int(ticket, "id", 0));
    if (subject.len > 0) jw_kv_str(json, "subject", subject);
    if (run->user_id > 0) jw_kv_int(json, "requester_id", run->user_id);
    if (run->setting->external_id.len > 0) jw_kv_str(json, "external_id", run->setting->external_id);
}

/* What the ticket has, with what the arguments add and remove. A follow-up is marked as one of ours, as any new ticket. */
static void write_tags(const struct zendesk_run *run, const struct json *ticket, bool is_closed, struct jw *json)
{
    const struct json *added = json_get(run->arguments, "tags"), *removed = json_get(run->arguments, "remove_tags");
    if (!is_closed && added == NULL && removed == NULL) return;
    jw_key(json, "tags");
    jw_array(json);
    if (is_closed) tags_write_marks(run->setting->tag_test, json);
    tags_write_merged(json_get(ticket, "tags"), added, removed, run->arena, json);
    jw_end_array(json);
}

enum zendesk_next change_send(struct zendesk_run *run, unsigned step, change_fn *write)
{
    struct json *ticket = change_ticket(run);
    bool is_closed = str_eq(json_get_str(ticket, "status"), STR("closed"));
    struct wire wire;
    struct jw *json = wire_begin(&wire, WIRE_REQUEST_BYTES_MAX);
    jw_key(json, "ticket");
    jw_object(json);
    if (is_closed) write_origin(run, ticket, json);
    write_tags(run, ticket, is_closed, json);
    bool is_right = write(run, is_closed, json);
    if (!is_closed) write_guard(run, ticket, json);
    jw_end_object(json);
    struct str body = wire_end(&wire, run->arena);
    json_free(ticket);
    if (!is_right) return ZENDESK_FAILED;
    if (is_closed) return run_write(run, step, HTTP_POST, STR("/api/v2/tickets"), body);
    return run_write(run, step, HTTP_PUT, arena_fmt(run->arena, "/api/v2/tickets/%lld", (long long)ticket_id(run)), body);
}
