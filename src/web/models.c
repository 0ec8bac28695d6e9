/* models.c - what models did in a conversation, and what they may cost. */
#include "base/limits.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

/* ---- what was asked of them ------------------------------------------------------------------------------------------------------ */

struct runs_job {
    struct call_job head;
    struct store_page page;
    struct model_run *rows;
    size_t count;
};

static enum status load_runs(struct store_tx *tx, struct call_job *head)
{
    struct runs_job *job = (struct runs_job *)head;
    struct web_call *call = head->call;
    struct conversation row;
    enum status status = conversation_get(tx, call->actor.workspace, call->params[0], call->arena, &row);
    if (status != OK) return status;
    return model_run_list(tx, call->actor.workspace, row.id, job->page.cursor, call->arena, &job->rows, &job->count);
}

static void answer_runs(struct call_job *head)
{
    struct runs_job *job = (struct runs_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_model_run(json, &job->rows[i]);
    call_list_end(head->call, job->count == LIMIT_PAGE_ROWS ? job->rows[job->count - 1].id : STR_NONE);
}

void models_runs(struct web_call *call)
{
    struct runs_job *job = call_job(call, struct runs_job);
    call->noun = "conversation";
    if (call_page(call, "mdr_", &job->page)) call_read(&job->head, load_runs, answer_runs);
}

/* ---- caps ------------------------------------------------------------------------------------------------------------------------- */

struct cap_job {
    struct call_job head;
    struct model_cap cap;
};

static enum status load_cap(struct store_tx *tx, struct call_job *head)
{
    struct cap_job *job = (struct cap_job *)head;
    enum status status = model_cap_get(tx, head->call->actor.workspace, head->call->arena, &job->cap);
    return status == E_NOT_FOUND ? OK : status; /* no caps */
}

static void answer_cap(struct call_job *head)
{
    render_model_cap(call_json(head->call), &((struct cap_job *)head)->cap);
    call_send(head->call, 200);
}

void models_cap(struct web_call *call)
{
    struct cap_job *job = call_job(call, struct cap_job);
    call_read(&job->head, load_cap, answer_cap);
}

/* What is not given is as it was; 0 takes a cap away. */
static void read_spend(const struct json *body, const char *name, struct model_spend *spend)
{
    const struct json *given = json_get(body, name);
    const struct json *cost = json_get(given, "cost_usd");
    spend->tokens = json_get_int(given, "tokens", spend->tokens);
    if (cost != NULL) spend->cost = render_micros(cost);
}

static enum status put_cap(struct store_tx *tx, struct call_job *head)
{
    struct cap_job *job = (struct cap_job *)head;
    struct web_call *call = head->call;
    enum status status = load_cap(tx, head);
    if (status != OK) return status;
    job->cap.workspace = call->actor.workspace;
    job->cap.told_on = 0; /* the owner hears of the new ones as well */
    read_spend(call->body, "conversation", &job->cap.conversation);
    read_spend(call->body, "day", &job->cap.day);
    read_spend(call->body, "month", &job->cap.month);
    status = model_cap_put(tx, &job->cap);
    return status != OK ? status : trail_note(tx, call, "models.cap", job->cap.workspace, STR_NONE, STR_NONE);
}

void models_set_cap(struct web_call *call)
{
    struct cap_job *job = call_job(call, struct cap_job);
    call_write(&job->head, put_cap, answer_cap);
}
