/* connect.c - connecting an agent to Zendesk, replacing credentials, and testing a connection: one answer, or (Accept: text/event-stream) one event a step as it
 * finishes and then the same answer as the event `result`.
 *
 * What was typed is checked before anything is sent; the test and the storing are flow's. The secret is borrowed from the request's body and goes to flow only.
 */
#include "base/limits.h"
#include "flow/flow.h"
#include "model/field.h"
#include "web/integrations.h"
#include "web/route.h"
#include "web/trail.h"

/* ---- what was typed -------------------------------------------------------------------------------------------------------------- */

struct connect_job {
    struct call_job head;
    struct egress_credential credential;
    unsigned removed; /* blanks taken out of the secret */
    const char *secret_field;
    struct agent agent;
    struct integration existing; /* when credentials are replaced */
    bool replaces, streams;
    struct str checks, warnings; /* JSON arrays */
    struct str stored;           /* id of the integration */
    struct integration_view view;
};

/* The pair of members that belongs to each way of signing in. */
static enum status read_token(struct web_call *call, struct connect_job *job, struct problem *problem)
{
    struct str email = json_get_str(call->body, "email"), token = json_get_str(call->body, "api_token");
    job->secret_field = "api_token";
    enum status status = field_email(email, true, call->arena, &job->credential.identifier, problem);
    if (status != OK) return status;
    return field_secret(token, STR("api_token"), call->arena, &job->credential.secret, &job->removed, problem);
}

static enum status read_client(struct web_call *call, struct connect_job *job, struct problem *problem)
{
    struct str id = json_get_str(call->body, "client_id"), secret = json_get_str(call->body, "client_secret");
    unsigned removed = 0;
    job->secret_field = "client_secret";
    enum status status = field_secret(id, STR("client_id"), call->arena, &job->credential.identifier, &removed, problem);
    if (status != OK) return status;
    return field_secret(secret, STR("client_secret"), call->arena, &job->credential.secret, &job->removed, problem);
}

/* False: answered. */
static bool read_credentials(struct web_call *call, struct connect_job *job)
{
    struct egress_credential *credential = &job->credential;
    struct problem problem;
    bool is_known =
        integration_auth_from(json_get_str(call->body, "auth"), &credential->auth); /* the shape has held it against the list */
    enum status status = field_subdomain(json_get_str(call->body, "subdomain"), call->arena, &credential->subdomain, &problem);
    if (is_known && status == OK)
        status = credential->auth == AUTH_API_TOKEN ? read_token(call, job, &problem) : read_client(call, job, &problem);
    if (status == OK) return true;
    problem.facts.subdomain = credential->subdomain; /* where the links lead, once it is known */
    call_refuse(call, &problem);
    return false;
}

/* ---- events as the test runs ------------------------------------------------------------------------------------------------------- */

static void send_step(struct web_call *call, const struct check *check, enum check_step step)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    check_render_step(check, step, &json);
    (void)call_stream_event(call, STR_NONE, STR("check"), buf_view(&text)); /* the test goes on without its reader */
    buf_clear(&text);
}

/* What the call would have answered without a stream, as the last event. */
static void send_result(struct web_call *call, int status, struct str body)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    jw_object(&json);
    jw_kv_int(&json, "status", status);
    jw_kv_raw(&json, "body", body);
    jw_end_object(&json);
    (void)call_stream_event(call, STR_NONE, STR("result"), buf_view(&text));
    buf_clear(&text);
    call_stream_end(call);
}

static void finish(struct web_call *call, bool streams, int status, const char *type)
{
    if (streams)
        send_result(call, status, buf_view(&call->out));
    else
        call_send_as(call, status, type);
}

/* A problem with the checks that led to it. */
static void refuse(struct web_call *call, bool streams, const struct problem *problem, struct str checks)
{
    struct buf plain;
    struct jw json;
    buf_init(&plain, LIMIT_ANSWER_BYTES);
    jw_init(&json, &plain);
    problem_render(problem, call->trace, call->arena, &json);
    if (checks.len > 0) {
        struct str members = buf_view(&plain);
        buf_str(&call->out, str_slice(members, 0, members.len - 1));
        buf_lit(&call->out, ",\"checks\":");
        buf_str(&call->out, checks);
        buf_char(&call->out, '}');
    } else {
        buf_str(&call->out, buf_view(&plain));
    }
    buf_clear(&plain);
    finish(call, streams, problem_http_status(problem->id), "application/problem+json");
}

/* Storage or a stopping server, inside or outside of a stream. */
static void fail(struct web_call *call, bool streams, enum status status)
{
    if (!streams) {
        call_fail(call, status);
        return;
    }
    struct problem problem = { .id = call_problem(call, status), .facts = { .what = STR("integration") } };
    call_note_failure(call, status, problem.id);
    refuse(call, true, &problem, STR_NONE);
}

static struct str rendered_checks(struct web_call *call, const struct check *check)
{
    struct buf text;
    struct jw json;
    if (check == NULL) return STR_NONE;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    check_render(check, &json);
    struct str copy = arena_str(call->arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

/* ---- connecting ----------------------------------------------------------------------------------------------------------------------- */

static void warning(struct jw *json, const char *code, struct str title, struct str detail, const char *field)
{
    jw_object(json);
    jw_kv_str(json, "code", str_from(code));
    jw_kv_str(json, "title", title);
    jw_kv_str(json, "detail", detail);
    jw_kv_str(json, "field", str_from(field));
    jw_end_object(json);
}

static struct str rendered_warnings(struct connect_job *job, const struct flow_connect_result *result)
{
    struct arena *arena = job->head.call->arena;
    struct problem shared = { .id = PROBLEM_TOKEN_REUSED, .facts = { .value = result->other_agent } };
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    jw_array(&json);
    if (job->removed > 0) {
        struct str title = job->removed == 1 ? STR("We removed a blank") : arena_fmt(arena, "We removed %u blanks", job->removed);
        warning(&json, "secret-trimmed", title, STR("Spaces and line ends came along when it was copied. The rest is stored."),
                job->secret_field);
    }
    if (result->same_secret_elsewhere)
        warning(&json, "token-shared", problem_title(&shared, arena), problem_detail(&shared, arena), job->secret_field);
    jw_end_array(&json);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

static enum status load_stored(struct store_tx *tx, struct call_job *head)
{
    struct connect_job *job = (struct connect_job *)head;
    return integrations_load(tx, head->call->actor.workspace, job->stored, head->call->arena, &job->view);
}

static void answer_connected(struct call_job *head)
{
    struct connect_job *job = (struct connect_job *)head;
    struct web_call *call = head->call;
    struct jw *json = call_json(call);
    jw_object(json);
    render_integration_members(json, &job->view, call->web->flow, call->arena);
    jw_kv_raw(json, "checks", job->checks);
    jw_kv_raw(json, "warnings", job->warnings);
    jw_end_object(json);
    finish(call, job->streams, call->route->status, "application/json");
}

static void on_connect_step(void *context, const struct check *check, enum check_step step)
{
    struct connect_job *job = context;
    if (job->streams) send_step(job->head.call, check, step);
}

static void on_connected(void *context, const struct flow_connect_result *result)
{
    struct connect_job *job = context;
    struct web_call *call = job->head.call;
    job->checks = rendered_checks(call, result->check);
    if (result->status == E_INPUT) {
        refuse(call, job->streams, &result->problem, job->checks);
    } else if (result->status != OK) {
        fail(call, job->streams, result->status);
    } else {
        job->warnings = rendered_warnings(job, result);
        job->stored = arena_str(call->arena, result->integration->id);
        call_read(&job->head, load_stored, answer_connected);
    }
}

static bool wants_stream(const struct web_call *call)
{
    return call_accepts(call, "text/event-stream");
}

static void start_connecting(struct call_job *head)
{
    struct connect_job *job = (struct connect_job *)head;
    job->streams = wants_stream(head->call);
    if (job->streams) call_stream_begin(head->call);
    const struct trail_entry *entry =
        trail_entry_of(head->call, job->replaces ? "integration.credentials" : "integration.connect");
    flow_connect(head->call->web->flow, &job->agent, job->replaces ? &job->existing : NULL, &job->credential, entry,
                 on_connect_step, on_connected, job);
}

/* An agent has one connection to Zendesk. */
static enum status load_for_new(struct store_tx *tx, struct call_job *head)
{
    struct connect_job *job = (struct connect_job *)head;
    struct web_call *call = head->call;
    struct integration *others;
    size_t count;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &job->agent);
    if (status == OK) status = integration_of_agent(tx, job->agent.workspace, job->agent.id, call->arena, &others, &count);
    if (status != OK || count == 0) return status;
    return call_because(call, E_CONFLICT, PROBLEM_INTEGRATION_EXISTS);
}

void connect_create(struct web_call *call)
{
    struct connect_job *job = call_job(call, struct connect_job);
    call->noun = "agent";
    if (read_credentials(call, job)) call_read(&job->head, load_for_new, start_connecting);
}

static enum status load_for_replacement(struct store_tx *tx, struct call_job *head)
{
    struct connect_job *job = (struct connect_job *)head;
    struct web_call *call = head->call;
    job->replaces = true;
    enum status status = integration_get(tx, call->actor.workspace, call->params[0], call->arena, &job->existing);
    return status == OK ? agent_get(tx, job->existing.workspace, job->existing.agent, call->arena, &job->agent) : status;
}

void connect_replace(struct web_call *call)
{
    struct connect_job *job = call_job(call, struct connect_job);
    call->noun = "integration";
    if (read_credentials(call, job)) call_read(&job->head, load_for_replacement, start_connecting);
}

/* ---- testing one that stands ------------------------------------------------------------------------------------------------------------- */

struct test_job {
    struct call_job head;
    struct integration integration;
    bool streams;
};

static enum status load_for_test(struct store_tx *tx, struct call_job *head)
{
    struct test_job *job = (struct test_job *)head;
    return integration_get(tx, head->call->actor.workspace, head->call->params[0], head->call->arena, &job->integration);
}

static void on_test_step(void *context, const struct check *check, enum check_step step)
{
    struct test_job *job = context;
    if (job->streams) send_step(job->head.call, check, step);
}

static void on_tested(void *context, const struct flow_test_result *result)
{
    struct test_job *job = context;
    struct web_call *call = job->head.call;
    if (result->status != OK) {
        fail(call, job->streams, result->status);
        return;
    }
    render_test(call_json(call), result->test);
    finish(call, job->streams, call->route->status, "application/json");
}

static void start_testing(struct call_job *head)
{
    struct test_job *job = (struct test_job *)head;
    job->streams = wants_stream(head->call);
    if (job->streams) call_stream_begin(head->call);
    flow_test(head->call->web->flow, &job->integration, on_test_step, on_tested, job);
}

void connect_test(struct web_call *call)
{
    struct test_job *job = call_job(call, struct test_job);
    call->noun = "integration";
    call_read(&job->head, load_for_test, start_testing);
}
