/* agents.c - the AI agents of the workspace. */
#include "base/limits.h"
#include "model/field.h"
#include "web/agent_settings.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

enum { INSTRUCTIONS_TOLD_BYTES = 8 * 1024 }; /* in the audit log; JSON may write a byte as six */

/* An agent with its integrations, as every answer shows it. */
struct agent_view {
    struct agent row;
    struct integration *integrations;
    size_t count;
    bool has_namesake; /* told of one that was just made or named */
};

struct agent_job {
    struct call_job head;
    struct agent_view view;
    struct str name; /* checked; empty: as it was */
    int64_t version; /* the one that the client saw; 0: not said */
};

static enum status load_integrations(struct store_tx *tx, struct web_call *call, struct agent_view *view)
{
    return integration_of_agent(tx, call->actor.workspace, view->row.id, call->arena, &view->integrations, &view->count);
}

static enum status load_agent(struct store_tx *tx, struct call_job *head)
{
    struct agent_job *job = (struct agent_job *)head;
    struct web_call *call = head->call;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &job->view.row);
    return status == OK ? load_integrations(tx, call, &job->view) : status;
}

static void render_view(struct jw *json, const struct web_call *call, const struct agent_view *view)
{
    render_agent(json, &view->row, view->integrations, view->count, view->has_namesake, call->web->flow, call->arena);
}

static void answer_agent(struct call_job *head)
{
    struct agent_job *job = (struct agent_job *)head;
    render_view(call_json(head->call), head->call, &job->view);
    call_send(head->call, head->call->route->status);
}

void agents_show(struct web_call *call)
{
    struct agent_job *job = call_job(call, struct agent_job);
    call->noun = "agent";
    call_read(&job->head, load_agent, answer_agent);
}

/* ---- the list --------------------------------------------------------------------------------------------------------------------- */

struct agents_job {
    struct call_job head;
    struct store_page page;
    struct agent_view *views;
    size_t count;
};

static enum status load_agents(struct store_tx *tx, struct call_job *head)
{
    struct agents_job *job = (struct agents_job *)head;
    struct web_call *call = head->call;
    struct agent *agents;
    enum status status = agent_list(tx, call->actor.workspace, &job->page, call->arena, &agents, &job->count);
    if (status != OK) return status;
    job->views = arena_array(call->arena, job->count, sizeof *job->views);
    for (size_t i = 0; i < job->count && status == OK; i++) {
        job->views[i].row = agents[i];
        status = load_integrations(tx, call, &job->views[i]);
    }
    return status;
}

static void answer_agents(struct call_job *head)
{
    struct agents_job *job = (struct agents_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_view(json, head->call, &job->views[i]);
    call_list_end(head->call, job->count == job->page.limit ? job->views[job->count - 1].row.id : STR_NONE);
}

void agents_list(struct web_call *call)
{
    struct agents_job *job = call_job(call, struct agents_job);
    if (call_page(call, "agt_", &job->page)) call_read(&job->head, load_agents, answer_agents);
}

/* ---- making and changing ----------------------------------------------------------------------------------------------------------- */

/* The name from the body; false: answered. */
static bool read_name(struct web_call *call, struct agent_job *job)
{
    const struct json *name = json_get(call->body, "name");
    struct problem problem;
    if (name == NULL || field_name(json_str(name), STR("name"), call->arena, &job->name, &problem) == OK) return true;
    call_refuse(call, &problem);
    return false;
}

/* What the audit log keeps of an agent. */
static struct str told(const struct agent *row, struct arena *arena)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    jw_object(&json);
    jw_kv_str(&json, "name", row->name);
    jw_kv_int(&json, "published", row->published);
    jw_kv_str(&json, "instructions", str_clip(row->settings.instructions, INSTRUCTIONS_TOLD_BYTES));
    jw_kv_str(&json, "engine", str_from(engine_name(row->settings.engine)));
    jw_end_object(&json);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

static enum status look_for_namesake(struct store_tx *tx, struct agent_view *view)
{
    enum status status = agent_is_alone(tx, &view->row);
    view->has_namesake = status == E_CONFLICT;
    return view->has_namesake ? OK : status;
}

/* Over those there are, with what they refer to looked up. */
static enum status read_settings(struct store_tx *tx, struct web_call *call, struct agent_settings *settings)
{
    enum status status = agent_settings_read(call, settings, &call->problem);
    return status == OK ? agent_settings_check(tx, call, settings) : status;
}

static enum status insert_agent(struct store_tx *tx, struct call_job *head)
{
    struct agent_job *job = (struct agent_job *)head;
    int64_t now = store_now(tx);
    job->view.row = (struct agent){
        .id = ident_new(head->call->arena, "agt_", now),
        .workspace = head->call->actor.workspace,
        .name = job->name,
        .published = 1,
        .published_by = trail_actor(head->call),
        .published_at = now,
        .version = 1,
        .created_at = now,
        .updated_at = now,
    };
    enum status status = read_settings(tx, head->call, &job->view.row.settings);
    if (status == OK) status = agent_insert(tx, &job->view.row);
    if (status == OK) status = look_for_namesake(tx, &job->view);
    if (status != OK) return status;
    return trail_note(tx, head->call, "agent.create", job->view.row.id, STR_NONE, told(&job->view.row, head->call->arena));
}

void agents_create(struct web_call *call)
{
    struct agent_job *job = call_job(call, struct agent_job);
    if (read_name(call, job)) call_write(&job->head, insert_agent, answer_agent);
}

/* A change of the settings outside of the draft is published at once. */
static enum status publish(struct store_tx *tx, struct web_call *call, struct agent *row)
{
    struct agent_version version = { .settings = row->settings,
                                     .author = trail_actor(call),
                                     .note = str_trim(json_get_str(call->body, "note")) };
    enum status status = read_settings(tx, call, &version.settings);
    return status == OK ? agent_publish(tx, row, &version) : status;
}

static enum status update_agent(struct store_tx *tx, struct call_job *head)
{
    struct agent_job *job = (struct agent_job *)head;
    struct agent *row = &job->view.row;
    enum status status = load_agent(tx, head);
    if (status != OK) return status;
    if (job->version != 0 && job->version != row->version) return E_CONFLICT;
    struct str before = told(row, head->call->arena);
    if (job->name.len > 0) row->name = job->name;
    row->updated_at = store_now(tx);
    status = agent_settings_given(head->call) ? publish(tx, head->call, row) : agent_update(tx, row);
    row->version++;
    if (status == OK && job->name.len > 0) status = look_for_namesake(tx, &job->view);
    if (status != OK) return status;
    return trail_note(tx, head->call, "agent.update", row->id, before, told(row, head->call->arena));
}

void agents_update(struct web_call *call)
{
    struct agent_job *job = call_job(call, struct agent_job);
    call->noun = "agent";
    job->version = json_get_int(call->body, "version", 0);
    if (read_name(call, job)) call_write(&job->head, update_agent, answer_agent);
}

/* ---- deleting -------------------------------------------------------------------------------------------------------------------------- */

/* How many requests hold the agent back. */
static enum status count_waiting(struct store_tx *tx, struct agent_job *job, int64_t *sum)
{
    struct web_call *call = job->head.call;
    enum status status = load_agent(tx, &job->head);
    *sum = 0;
    for (size_t i = 0; i < job->view.count && status == OK; i++) {
        int64_t waiting = 0;
        status = request_count_of_integration(tx, call->actor.workspace, job->view.integrations[i].id, &waiting);
        *sum += waiting;
    }
    return status;
}

static enum status delete_agent(struct store_tx *tx, struct call_job *head)
{
    struct agent_job *job = (struct agent_job *)head;
    struct web_call *call = head->call;
    int64_t waiting = 0;
    enum status status = agent_delete(tx, call->actor.workspace, call->params[0]);
    if (status == OK) return trail_note(tx, call, "agent.delete", call->params[0], STR_NONE, STR_NONE);
    if (status != E_CONFLICT) return status;
    status = count_waiting(tx, job, &waiting);
    if (status != OK) return status;
    call->problem = (struct problem){ .id = PROBLEM_REQUESTS_WAITING, .facts = { .number = waiting } };
    return E_CONFLICT;
}

static void answer_deleted(struct call_job *head)
{
    call_none(head->call, 204);
}

void agents_delete(struct web_call *call)
{
    struct agent_job *job = call_job(call, struct agent_job);
    call->noun = "agent";
    call_write(&job->head, delete_agent, answer_deleted);
}
