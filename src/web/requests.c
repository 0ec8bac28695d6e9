/* requests.c - confirmed requests on their way to Zendesk, as they are shown: what waits, what was refused, what needs a person. Deciding about one is rescue.c. */
#include "web/requests.h"

#include "web/route.h"

/* ---- one --------------------------------------------------------------------------------------------------------------------------- */

/* The agent of its connection, also when that was taken away. */
static enum status load_agent_name(struct store_tx *tx, struct arena *arena, struct request_view *view)
{
    struct integration integration;
    struct former_integration former;
    struct agent agent;
    struct str workspace = view->row.workspace, id = STR_NONE;
    enum status status = integration_get(tx, workspace, view->row.integration, arena, &integration);
    if (status == OK) id = integration.agent;
    if (status == E_NOT_FOUND) {
        status = former_integration_get(tx, workspace, view->row.integration, arena, &former);
        if (status == OK) id = former.agent;
    }
    if (status == OK) status = agent_get(tx, workspace, id, arena, &agent);
    if (status == OK) view->agent_name = agent.name;
    return status == E_NOT_FOUND ? OK : status;
}

static enum status complete(struct store_tx *tx, struct arena *arena, struct request_view *view)
{
    const struct request *row = &view->row;
    enum status status = action_get(tx, row->workspace, row->action, arena, &view->action);
    if (status == OK) status = load_agent_name(tx, arena, view);
    if (status == OK) status = request_audit_list(tx, row->workspace, row->action, arena, &view->audits, &view->audit_count);
    return status;
}

enum status requests_load(struct store_tx *tx, struct str workspace, struct str action, struct arena *arena,
                          struct request_view *view)
{
    enum status status = request_get(tx, workspace, action, arena, &view->row);
    return status == OK ? complete(tx, arena, view) : status;
}

struct request_job {
    struct call_job head;
    struct request_view view;
};

static enum status load_request(struct store_tx *tx, struct call_job *head)
{
    struct request_job *job = (struct request_job *)head;
    return requests_load(tx, head->call->actor.workspace, head->call->params[0], head->call->arena, &job->view);
}

static void answer_request(struct call_job *head)
{
    struct request_job *job = (struct request_job *)head;
    render_request(call_json(head->call), &job->view, head->call->arena);
    call_send(head->call, 200);
}

void requests_show(struct web_call *call)
{
    struct request_job *job = call_job(call, struct request_job);
    call->noun = "request";
    call_read(&job->head, load_request, answer_request);
}

/* ---- several ------------------------------------------------------------------------------------------------------------------------ */

struct requests_job {
    struct call_job head;
    struct store_page page;
    const enum request_state *states;
    size_t state_count;
    struct request_view *views;
    size_t count;
};

static const enum request_state waiting[] = { REQUEST_READY, REQUEST_SENDING, REQUEST_PAUSED };
static const enum request_state needs_human[] = { REQUEST_NEEDS_HUMAN };
static const enum request_state failed[] = { REQUEST_REJECTED, REQUEST_DROPPED };
static const enum request_state open_states[] = { REQUEST_READY, REQUEST_SENDING, REQUEST_PAUSED, REQUEST_NEEDS_HUMAN };

static const struct {
    struct str name; /* of ?status= */
    const enum request_state *states;
    size_t count;
} filters[] = {
    { { "", 0 }, open_states, 4 },
    { { "waiting", 7 }, waiting, 3 },
    { { "needs_human", 11 }, needs_human, 1 },
    { { "failed", 6 }, failed, 2 },
};

static enum status load_requests(struct store_tx *tx, struct call_job *head)
{
    struct requests_job *job = (struct requests_job *)head;
    struct arena *arena = head->call->arena;
    struct request *rows;
    enum status status =
        request_list(tx, head->call->actor.workspace, job->states, job->state_count, &job->page, arena, &rows, &job->count);
    if (status != OK) return status;
    job->views = arena_array(arena, job->count, sizeof *job->views);
    for (size_t i = 0; i < job->count && status == OK; i++) {
        job->views[i].row = rows[i];
        status = complete(tx, arena, &job->views[i]);
    }
    return status;
}

static void answer_requests(struct call_job *head)
{
    struct requests_job *job = (struct requests_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_request(json, &job->views[i], head->call->arena);
    call_list_end(head->call, job->count == job->page.limit ? job->views[job->count - 1].row.action : STR_NONE);
}

static bool read_filter(struct web_call *call, struct requests_job *job)
{
    struct str name = call_query(call, "status");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (!str_eq(name, filters[i].name)) continue;
        job->states = filters[i].states;
        job->state_count = filters[i].count;
        return true;
    }
    struct problem problem = {
        .id = PROBLEM_FIELD_CHOICE,
        .field = STR("status"),
        .facts = { .what = STR("status"), .value = name, .limit = STR("waiting, needs_human, failed") },
    };
    call_refuse(call, &problem);
    return false;
}

void requests_list(struct web_call *call)
{
    struct requests_job *job = call_job(call, struct requests_job);
    if (read_filter(call, job) && call_page(call, "act_", &job->page)) call_read(&job->head, load_requests, answer_requests);
}
