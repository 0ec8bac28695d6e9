/* workspace.c - the workspace's own settings: its name, and whether its admins need a second factor.
 *
 * Who asks for the second factor of others has one: else the setting would shut its own maker out with the next call.
 */
#include "model/field.h"
#include "web/route.h"
#include "web/trail.h"

struct workspace_job {
    struct call_job head;
    struct workspace row;
    struct str name; /* empty: as it was */
};

static struct str told(const struct workspace *row, struct arena *arena)
{
    return arena_fmt(arena, "{\"second_factor\":\"%s\"}", row->admins_need_factor ? "admins" : "optional");
}

static enum status load(struct store_tx *tx, struct call_job *head)
{
    return workspace_get(tx, head->call->actor.workspace, head->call->arena, &((struct workspace_job *)head)->row);
}

static void answer(struct call_job *head)
{
    const struct workspace *row = &((struct workspace_job *)head)->row;
    struct jw *json = call_json(head->call);
    jw_object(json);
    jw_kv_str(json, "id", row->id);
    jw_kv_str(json, "name", row->name);
    jw_kv_str(json, "second_factor", row->admins_need_factor ? STR("admins") : STR("optional"));
    jw_end_object(json);
    call_send(head->call, 200);
}

void workspace_show(struct web_call *call)
{
    struct workspace_job *job = call_job(call, struct workspace_job);
    call_read(&job->head, load, answer);
}

/* A member in a browser has to have one; a key and a local peer are not asked for codes at all. */
static enum status has_own_factor(struct store_tx *tx, struct web_call *call)
{
    struct member member;
    if (call->actor.kind != ACTOR_SESSION) return OK;
    enum status status = member_get(tx, call->actor.workspace, call->actor.id, call->arena, &member);
    if (status != OK || member.factor_at > 0) return status;
    return call_because(call, E_DENIED, PROBLEM_SECOND_FACTOR_REQUIRED);
}

static enum status save(struct store_tx *tx, struct call_job *head)
{
    struct workspace_job *job = (struct workspace_job *)head;
    struct web_call *call = head->call;
    struct str wanted = json_get_str(call->body, "second_factor");
    enum status status = load(tx, head);
    if (status == OK && str_eq(wanted, STR("admins"))) status = has_own_factor(tx, call);
    if (status != OK) return status;
    struct str before = told(&job->row, call->arena);
    if (wanted.len > 0) job->row.admins_need_factor = str_eq(wanted, STR("admins"));
    if (job->name.len > 0) job->row.name = job->name;
    status = workspace_update(tx, &job->row);
    return status == OK ? trail_note(tx, call, "workspace.update", job->row.id, before, told(&job->row, call->arena)) : status;
}

void workspace_change(struct web_call *call)
{
    struct workspace_job *job = call_job(call, struct workspace_job);
    struct str name = json_get_str(call->body, "name");
    struct problem problem;
    if (name.len > 0 && field_name(name, STR("name"), call->arena, &job->name, &problem) != OK)
        call_refuse(call, &problem);
    else
        call_write(&job->head, save, answer);
}
