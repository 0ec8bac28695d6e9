/* actions.c - the table of actions, and a member's own act: one action without a conversation. */
#include "web/actions.h"

#include "base/limits.h"
#include "flow/flow.h"
#include "web/route.h"
#include "web/trail.h"

enum { ACTION_NAMES_BYTES_MAX = 1024 };

enum status actions_load_calls(struct store_tx *tx, struct arena *arena, struct action_view *view)
{
    return call_of_action(tx, view->row.workspace, view->row.id, arena, &view->calls, &view->count);
}

enum status actions_load(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct action_view *view)
{
    enum status status = action_get(tx, workspace, id, arena, &view->row);
    return status == OK ? actions_load_calls(tx, arena, view) : status;
}

void actions_list(struct web_call *call)
{
    struct jw *json = call_list(call);
    for (int kind = 0; kind < ACTION_COUNT; kind++) render_action_spec(json, action_spec((enum action_kind)kind));
    call_list_end(call, STR_NONE);
}

/* ---- a member's own act ------------------------------------------------------------------------------------------------------------- */

struct act_job {
    struct call_job head;
    const struct action_spec *spec;
    struct integration integration;
    struct str id;
    struct action_view view;
};

static enum status load_act(struct store_tx *tx, struct call_job *head)
{
    struct act_job *job = (struct act_job *)head;
    return actions_load(tx, head->call->actor.workspace, job->id, head->call->arena, &job->view);
}

static void answer_act(struct call_job *head)
{
    struct act_job *job = (struct act_job *)head;
    render_action(call_json(head->call), &job->view, head->call->arena);
    call_send(head->call, 200);
}

static void acted(void *context, enum status status, const struct action *action)
{
    struct act_job *job = context;
    struct web_call *call = job->head.call;
    call->may_be_done = action != NULL && job->spec->writes;
    if (status != OK) {
        call_fail(call, status);
        return;
    }
    job->id = arena_str(call->arena, action->id);
    call_read(&job->head, load_act, answer_act);
}

static enum status load_integration(struct store_tx *tx, struct call_job *head)
{
    struct act_job *job = (struct act_job *)head;
    struct web_call *call = head->call;
    struct integration *integrations;
    struct agent agent;
    size_t count;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &agent);
    if (status == OK) status = integration_of_agent(tx, agent.workspace, agent.id, call->arena, &integrations, &count);
    if (status != OK) return status;
    if (count == 0) return call_because(call, E_NOT_FOUND, PROBLEM_NO_INTEGRATION);
    job->integration = integrations[0];
    return OK;
}

/* Which action; its arguments are in the action's own row, and may be personal. */
static const struct trail_entry *entry_of(struct web_call *call, const struct action_spec *spec)
{
    struct trail_entry *entry = trail_entry_of(call, "action.run");
    entry->after = arena_fmt(call->arena, "{\"name\":\"%s\"}", spec->slug);
    return entry;
}

static void integration_loaded(struct call_job *head)
{
    struct act_job *job = (struct act_job *)head;
    struct web_call *call = head->call;
    struct buf canonical;
    if (!job->integration.enabled[job->spec->kind]) {
        struct problem problem = { .id = PROBLEM_ACTION_DISABLED, .facts = { .what = str_from(job->spec->title) } };
        call_refuse(call, &problem);
        return;
    }
    buf_init(&canonical, LIMIT_ARGUMENTS_BYTES);
    json_canonical(json_get(call->body, "arguments"), &canonical);
    struct str arguments = arena_str(call->arena, buf_view(&canonical));
    bool is_whole = buf_ok(&canonical);
    buf_clear(&canonical);
    if (!is_whole) {
        call_refuse_id(call, PROBLEM_BODY_TOO_LARGE);
        return;
    }
    struct flow_act ask = { .kind = job->spec->kind,
                            .arguments = arguments,
                            .dry_run = json_get_bool(call->body, "dry_run", false),
                            .entry = entry_of(call, job->spec) };
    flow_act(call->web->flow, &job->integration, &ask, acted, job);
}

static struct str action_names(struct arena *arena)
{
    struct buf names;
    buf_init(&names, ACTION_NAMES_BYTES_MAX);
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        if (kind > 0) buf_lit(&names, ", ");
        buf_lit(&names, action_spec((enum action_kind)kind)->slug);
    }
    struct str text = arena_str(arena, buf_view(&names));
    buf_clear(&names);
    return text;
}

void actions_run(struct web_call *call)
{
    struct act_job *job = call_job(call, struct act_job);
    struct problem problem = { .id = PROBLEM_ACTION_UNKNOWN,
                               .facts = { .value = call->params[1], .limit = action_names(call->arena) } };
    job->spec = action_find(call->params[1]);
    call->noun = "agent";
    if (job->spec == NULL || action_check_arguments(job->spec, json_get(call->body, "arguments"), call->arena, &problem) != OK) {
        call_refuse(call, &problem);
        return;
    }
    call_read(&job->head, load_integration, integration_loaded);
}
