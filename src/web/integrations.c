/* integrations.c - an agent's connections to Zendesk: shown, switched, taken away. Connecting and testing are in connect.c. */
#include "web/integrations.h"

#include "model/dates.h"
#include "model/deeplink.h"
#include "model/schema.h"
#include "web/route.h"
#include "web/trail.h"

/* ---- one --------------------------------------------------------------------------------------------------------------------------- */

static enum status complete(struct store_tx *tx, struct integration_view *view)
{
    view->now_at = store_now(tx);
    return request_count_of_integration(tx, view->row.workspace, view->row.id, &view->waiting);
}

enum status integrations_load(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena,
                              struct integration_view *view)
{
    enum status status = integration_get(tx, workspace, id, arena, &view->row);
    return status == OK ? complete(tx, view) : status;
}

struct integration_job {
    struct call_job head;
    struct integration_view view;
};

static enum status load_integration(struct store_tx *tx, struct call_job *head)
{
    struct integration_job *job = (struct integration_job *)head;
    return integrations_load(tx, head->call->actor.workspace, head->call->params[0], head->call->arena, &job->view);
}

static void answer_integration(struct call_job *head)
{
    struct integration_job *job = (struct integration_job *)head;
    render_integration(call_json(head->call), &job->view, head->call->web->flow, head->call->arena);
    call_send(head->call, 200);
}

void integrations_show(struct web_call *call)
{
    struct integration_job *job = call_job(call, struct integration_job);
    call->noun = "integration";
    call_read(&job->head, load_integration, answer_integration);
}

/* ---- those of an agent ---------------------------------------------------------------------------------------------------------------- */

struct integrations_job {
    struct call_job head;
    struct integration_view *views;
    size_t count;
};

static enum status load_integrations(struct store_tx *tx, struct call_job *head)
{
    struct integrations_job *job = (struct integrations_job *)head;
    struct web_call *call = head->call;
    struct agent agent;
    struct integration *rows;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &agent);
    if (status == OK) status = integration_of_agent(tx, agent.workspace, agent.id, call->arena, &rows, &job->count);
    if (status != OK) return status;
    job->views = arena_array(call->arena, job->count, sizeof *job->views);
    for (size_t i = 0; i < job->count && status == OK; i++) {
        job->views[i].row = rows[i];
        status = complete(tx, &job->views[i]);
    }
    return status;
}

static void answer_integrations(struct call_job *head)
{
    struct integrations_job *job = (struct integrations_job *)head;
    struct web_call *call = head->call;
    struct jw *json = call_list(call);
    for (size_t i = 0; i < job->count; i++) render_integration(json, &job->views[i], call->web->flow, call->arena);
    call_list_end(call, STR_NONE);
}

void integrations_list(struct web_call *call)
{
    struct integrations_job *job = call_job(call, struct integrations_job);
    call->noun = "agent";
    call_read(&job->head, load_integrations, answer_integrations);
}

/* ---- switching actions, and the share of the rate limit ------------------------------------------------------------------------------------------------------------------- */

/* One member of {"actions":{"create_ticket":{"enabled":true,"confirm":"always"}}}. False: answered. */
static bool check_switch(struct web_call *call, struct str slug, const struct json *value)
{
    struct problem problem = { .id = PROBLEM_ACTION_UNKNOWN, .field = STR("actions"), .facts = { .value = slug } };
    bool is_known = action_find(slug) != NULL;
    if (is_known && json_type(value) != JSON_OBJECT)
        problem =
            (struct problem){ .id = PROBLEM_FIELD_TYPE, .field = slug, .facts = { .what = slug, .limit = STR("an object") } };
    else if (is_known && schema_check(call->web->shapes[SHAPE_ACTION_SWITCH], value, call->arena, &problem) == OK)
        return true;
    call_refuse(call, &problem);
    return false;
}

static void apply_switches(struct integration *row, const struct json *actions)
{
    for (void *at = json_first(actions); at != NULL; at = json_next(actions, at)) {
        enum action_kind kind = action_find(json_key(at))->kind;
        struct str confirm = json_get_str(json_value(at), "confirm");
        row->enabled[kind] = json_get_bool(json_value(at), "enabled", row->enabled[kind]);
        if (confirm.len > 0) row->confirm[kind] = str_eq(confirm, STR("always")) ? CONFIRM_ALWAYS : CONFIRM_NEVER;
    }
}

/* The reserve is the account's: it holds for all connections to it. */
static enum status store_reserve(struct store_tx *tx, const struct web_call *call, const struct integration *row)
{
    if (json_get(call->body, "reserve_percent") == NULL) return OK;
    const struct zendesk_account account = { .workspace = row->workspace,
                                             .subdomain = row->subdomain,
                                             .reserve_percent = json_get_int(call->body, "reserve_percent", 0) };
    return zendesk_account_reserve(tx, &account);
}

/* What the agent may do, and the account's reserve where it is being set: for the audit log. */
static struct str told(const struct integration *row, const struct json *reserve_percent, struct arena *arena)
{
    struct buf text;
    struct jw json;
    buf_init(&text, TRAIL_VALUE_BYTES_MAX);
    jw_init(&json, &text);
    jw_object(&json);
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        const char *word = !row->enabled[kind] ? "off" : row->confirm[kind] == CONFIRM_ALWAYS ? "asks" : "on";
        jw_kv_str(&json, action_spec((enum action_kind)kind)->slug, str_from(word));
    }
    if (reserve_percent != NULL) jw_kv_int(&json, "reserve_percent", json_int(reserve_percent, 0));
    jw_end_object(&json);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

static enum status update_settings(struct store_tx *tx, struct call_job *head)
{
    struct integration_job *job = (struct integration_job *)head;
    enum status status = load_integration(tx, head);
    if (status == OK) status = store_reserve(tx, head->call, &job->view.row);
    if (status != OK) return status;
    struct str before = told(&job->view.row, NULL, head->call->arena);
    apply_switches(&job->view.row, json_get(head->call->body, "actions"));
    job->view.row.updated_at = store_now(tx);
    status = integration_update(tx, &job->view.row);
    job->view.row.version++;
    if (status != OK) return status;
    return trail_note(tx, head->call, "integration.update", job->view.row.id, before,
                      told(&job->view.row, json_get(head->call->body, "reserve_percent"), head->call->arena));
}

static void answer_updated(struct call_job *head)
{
    const struct integration *row = &((struct integration_job *)head)->view.row;
    const struct json *reserve = json_get(head->call->body, "reserve_percent");
    if (reserve) flow_set_reserve(head->call->web->flow, row->workspace, row->subdomain, json_int(reserve, 0));
    answer_integration(head);
}

void integrations_update(struct web_call *call)
{
    struct integration_job *job = call_job(call, struct integration_job);
    const struct json *actions = json_get(call->body, "actions");
    call->noun = "integration";
    for (void *at = json_first(actions); at != NULL; at = json_next(actions, at))
        if (!check_switch(call, json_key(at), json_value(at))) return;
    call_write(&job->head, update_settings, answer_updated);
}

/* ---- disconnecting -------------------------------------------------------------------------------------------------------------------------- */

static enum status delete_integration(struct store_tx *tx, struct call_job *head)
{
    struct integration_job *job = (struct integration_job *)head;
    struct web_call *call = head->call;
    bool keeps = str_eq(call_query(call, "waiting"), STR("keep"));
    enum status status = load_integration(tx, head);
    if (status != OK) return status;
    if (job->view.waiting > 0 && !keeps) {
        call->problem = (struct problem){ .id = PROBLEM_REQUESTS_WAITING, .facts = { .number = job->view.waiting } };
        return E_CONFLICT;
    }
    if (job->view.waiting > 0) status = request_hasten(tx, job->view.row.workspace, job->view.row.id);
    if (status == OK) status = integration_delete(tx, call->actor.workspace, call->params[0]);
    return status == OK ? trail_note(tx, call, "integration.disconnect", call->params[0], STR_NONE, STR_NONE) : status;
}

/* What it kept finds no connection, and is paused. */
static void answer_deleted(struct call_job *head)
{
    if (((struct integration_job *)head)->view.waiting > 0) flow_wake(head->call->web->flow);
    call_none(head->call, 204);
}

void integrations_delete(struct web_call *call)
{
    struct integration_job *job = call_job(call, struct integration_job);
    call->noun = "integration";
    call_write(&job->head, delete_integration, answer_deleted);
}

/* ---- tests and calls so far ------------------------------------------------------------------------------------------------------------------- */

struct history_job {
    struct call_job head;
    struct store_page page;
    struct integration_test *tests;
    struct call *calls;
    size_t count;
};

static enum status load_tests(struct store_tx *tx, struct call_job *head)
{
    struct history_job *job = (struct history_job *)head;
    struct web_call *call = head->call;
    struct integration row;
    enum status status = integration_get(tx, call->actor.workspace, call->params[0], call->arena, &row);
    return status == OK ? test_list(tx, row.workspace, row.id, call->arena, &job->tests, &job->count) : status;
}

static void answer_tests(struct call_job *head)
{
    struct history_job *job = (struct history_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_test(json, &job->tests[i]);
    call_list_end(head->call, STR_NONE);
}

void integrations_tests(struct web_call *call)
{
    struct history_job *job = call_job(call, struct history_job);
    call->noun = "integration";
    call_read(&job->head, load_tests, answer_tests);
}

static enum status load_calls(struct store_tx *tx, struct call_job *head)
{
    struct history_job *job = (struct history_job *)head;
    struct web_call *call = head->call;
    struct integration row;
    enum status status = integration_get(tx, call->actor.workspace, call->params[0], call->arena, &row);
    if (status != OK) return status;
    return call_of_integration(tx, row.workspace, row.id, &job->page, call->arena, &job->calls, &job->count);
}

static void answer_calls(struct call_job *head)
{
    struct history_job *job = (struct history_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_call(json, &job->calls[i]);
    call_list_end(head->call, job->count == job->page.limit ? job->calls[job->count - 1].id : STR_NONE);
}

void integrations_calls(struct web_call *call)
{
    struct history_job *job = call_job(call, struct history_job);
    call->noun = "integration";
    if (call_page(call, "cal_", &job->page)) call_read(&job->head, load_calls, answer_calls);
}

/* ---- before connecting ---------------------------------------------------------------------------------------------------------------------------- */

void integrations_zendesk(struct web_call *call)
{
    static const char *const pages[] = { "api_tokens", "api_settings", "oauth_clients", "team_members", "roles", "status" };
    struct jw *json = call_json(call);
    jw_object(json);
    jw_key(json, "token_dates");
    jw_object(json);
    jw_kv_time(json, "no_new_tokens", zendesk_dates.no_new_tokens_at);
    jw_kv_time(json, "end", zendesk_dates.tokens_end_at);
    jw_end_object(json);
    jw_kv_int(json, "days_left", render_token_days_left(call->now_at));
    jw_key(json, "links");
    jw_object(json);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        jw_kv_str(json, pages[i], deeplink(str_from(pages[i]), STR("{sub}"), 0, call->arena));
    jw_end_object(json);
    jw_end_object(json);
    call_send(call, 200);
}
