/* connect.c - connecting an agent to Zendesk, replacing a credential, and testing a connection that stands.
 *
 * The secret is sealed first and the test runs with the sealed one, the very path that every later call takes; what passes is what is stored. A test that fails stores nothing.
 */
#include "flow/probe.h"

#include "base/log.h"
#include "base/mem.h"

struct connecting {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct agent agent;
    struct integration integration;
    bool replaces;
    struct str former_subdomain; /* replaces: the account that it led to */
    const struct check *check;   /* while the probe's callback runs; then its copy */
    struct check kept;
    struct probe_calls calls;
    struct integration_test test;
    bool same_secret_elsewhere;
    struct str other_agent;
    int64_t resumed;
    bool has_notice;
    const struct trail_entry *entry;
    flow_check_fn *on_check;
    flow_connect_fn *fn;
    void *context;
};

static void connect_end(struct connecting *connecting, enum status status, const struct problem *problem)
{
    struct flow_connect_result result = {
        .status = status,
        .check = connecting->check,
        .integration = status == OK ? &connecting->integration : NULL,
        .same_secret_elsewhere = connecting->same_secret_elsewhere,
        .other_agent = connecting->other_agent,
    };
    if (problem) result.problem = *problem;
    connecting->fn(connecting->context, &result);
    if (status == OK && connecting->resumed > 0) outbox_wake(connecting->flow);
    if (status == OK && connecting->has_notice) notices_wake(connecting->flow);
    if (status == OK) learn_start(connecting->flow, &connecting->integration);
    flow_leave(connecting->flow);
    arena_clear(&connecting->arena);
    mem_free(connecting);
}

static enum status find_same_secret(struct store_tx *tx, struct connecting *connecting)
{
    struct integration *others;
    size_t count;
    enum status status = integration_by_fingerprint(tx, connecting->integration.workspace, connecting->integration.fingerprint,
                                                    &connecting->arena, &others, &count);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (str_eq(others[i].id, connecting->integration.id)) continue;
        struct agent agent;
        status = agent_get(tx, others[i].workspace, others[i].agent, &connecting->arena, &agent);
        if (status) return status;
        connecting->same_secret_elsewhere = true;
        connecting->other_agent = agent.name;
    }
    return status;
}

static enum status note(struct store_tx *tx, struct connecting *connecting)
{
    const struct integration *integration = &connecting->integration;
    struct trail_entry entry;
    struct buf text;
    struct jw json;
    if (connecting->entry == NULL) return OK;
    buf_init(&text, TRAIL_VALUE_BYTES_MAX);
    jw_init(&json, &text);
    jw_object(&json);
    jw_kv_str(&json, "agent", integration->agent);
    jw_kv_str(&json, "auth", str_from(integration_auth_name(integration->auth)));
    jw_kv_str(&json, "subdomain", integration->subdomain);
    jw_kv_str(&json, "identifier", integration->identifier);
    jw_end_object(&json);
    entry = *connecting->entry;
    entry.object = integration->id;
    entry.after = buf_view(&text);
    enum status status = trail_append(tx, &connecting->arena, &entry);
    buf_clear(&text);
    return status;
}

/* What waits goes on: with the mended connection, or with the one that follows one that was taken away. What was meant for another account waits for a person. */
static enum status resume_requests(struct store_tx *tx, struct connecting *connecting, int64_t now_ms)
{
    const struct integration *integration = &connecting->integration;
    int64_t former = 0;
    if (connecting->replaces && !str_eq(connecting->former_subdomain, integration->subdomain)) {
        struct problem problem = { .id = PROBLEM_REQUEST_OTHER_ACCOUNT,
                                   .facts = { .subdomain = integration->subdomain, .value = connecting->former_subdomain } };
        enum status status =
            request_set_aside(tx, integration->workspace, integration->id, problem_text(&problem, &connecting->arena));
        if (status) return status;
    }
    enum status status = request_resume(tx, integration->workspace, integration->id, now_ms, &connecting->resumed);
    if (status == OK && !connecting->replaces)
        status = request_resume_former(tx, integration->workspace, integration->agent, now_ms, &former);
    connecting->resumed += former;
    return status;
}

static enum status keep_run(struct store_tx *tx, struct store_job *job)
{
    struct connecting *connecting = (struct connecting *)job;
    struct integration *integration = &connecting->integration;
    int64_t now_ms = store_now(tx);
    enum status status = find_same_secret(tx, connecting);
    if (status) return status;
    struct integration before = *integration;
    probe_apply(connecting->check, integration, &connecting->arena, now_ms);
    integration->secret_set_at = integration->updated_at = now_ms;
    if (connecting->replaces) {
        status = integration_update(tx, integration);
        if (status == OK) integration->version++;
    } else {
        integration->created_at = now_ms;
        status = integration_insert(tx, integration);
    }
    if (status == OK) status = note(tx, connecting);
    if (status == OK) status = test_insert(tx, &connecting->test);
    if (status == OK) status = probe_store_calls(tx, &connecting->calls);
    if (status == OK && connecting->replaces) status = notice_connection(tx, &before, integration, &connecting->has_notice);
    return status ? status : resume_requests(tx, connecting, now_ms);
}

static void keep_done(struct store_job *job, enum status status)
{
    struct connecting *connecting = (struct connecting *)job;
    if (status == OK)
        log_info("zendesk connected", LOG_STR("integration", connecting->integration.id),
                 LOG_STR("subdomain", connecting->integration.subdomain));
    connect_end(connecting, status, NULL);
}

static void on_probe(void *context, const struct check *check, const struct probe_calls *calls)
{
    struct connecting *connecting = context;
    struct problem problem;
    if (connecting->flow->halted) { /* cut short: nothing was found out */
        connect_end(connecting, E_UNAVAILABLE, NULL);
        return;
    }
    connecting->check = check;
    probe_record(check, &connecting->integration, &connecting->arena, &connecting->test);
    if (str_eq(connecting->test.result, STR("failed"))) {
        (void)check_verdict(check, &problem);
        connect_end(connecting, E_INPUT, &problem);
        return;
    }
    connecting->kept = *check; /* its strings are in our arena */
    connecting->check = &connecting->kept;
    connecting->calls = *calls;
    connecting->job = (struct store_job){ .run = keep_run, .done = keep_done, .mode = STORE_WRITE };
    store_submit(connecting->flow->store, &connecting->job);
}

static void on_step(void *context, const struct check *check, enum check_step step)
{
    struct connecting *connecting = context;
    if (connecting->on_check) connecting->on_check(connecting->context, check, step);
}

static void start_new(struct integration *integration, const struct agent *agent, struct arena *arena)
{
    *integration = (struct integration){
        .id = new_id("int_", loop_wall_ms(), arena), .workspace = agent->workspace, .agent = agent->id, .version = 1
    };
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        integration->enabled[kind] = true;
        integration->confirm[kind] = action_spec((enum action_kind)kind)->confirm;
    }
}

void flow_connect(struct flow *flow, const struct agent *agent, const struct integration *existing,
                  const struct egress_credential *credential, const struct trail_entry *entry, flow_check_fn *on_check,
                  flow_connect_fn *fn, void *context)
{
    if (flow->draining) {
        fn(context, &(struct flow_connect_result){ .status = E_UNAVAILABLE });
        return;
    }
    struct connecting *connecting = mem_alloc(sizeof *connecting);
    struct arena *arena = &connecting->arena;
    arena_init(arena);
    connecting->flow = flow;
    connecting->on_check = on_check;
    connecting->fn = fn;
    connecting->context = context;
    connecting->entry = entry;
    connecting->replaces = existing != NULL;
    flow_enter(flow);
    connecting->agent = *agent;
    connecting->agent.id = arena_str(arena, agent->id);
    connecting->agent.workspace = arena_str(arena, agent->workspace);
    struct integration *integration = &connecting->integration;
    if (existing)
        *integration = integration_copy(existing, arena);
    else
        start_new(integration, &connecting->agent, arena);
    if (existing) connecting->former_subdomain = integration->subdomain;
    integration->auth = credential->auth;
    integration->subdomain = arena_str(arena, credential->subdomain);
    integration->identifier = arena_str(arena, credential->identifier);
    integration->sealed_token = integration->scope = STR_NONE;
    integration->token_expires_at = 0;
    integration->last_ok_at = 0; /* what the old credential did says nothing about this one */
    struct egress_sealed sealed;
    enum status status = egress_seal(flow->egress, integration->workspace, integration->id, credential, arena, &sealed);
    if (status) {
        connect_end(connecting, status, NULL);
        return;
    }
    integration->sealed = sealed.envelope;
    integration->secret_last4 = sealed.last4;
    integration->fingerprint = sealed.fingerprint;
    probe_start(flow, integration, true, arena, on_step, connecting, on_probe, connecting);
}

/* ---- testing one that stands -------------------------------------------------------------------------------------------------------- */

struct testing {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct integration integration;
    struct check check;
    struct probe_calls calls;
    struct integration_test test;
    int64_t resumed;
    bool has_notice;
    flow_check_fn *on_check;
    flow_test_fn *fn;
    void *context;
};

/* The row may have been edited since the test began: only what the test found goes in. */
static enum status test_run(struct store_tx *tx, struct store_job *job)
{
    struct testing *testing = (struct testing *)job;
    struct integration now;
    int64_t now_ms = store_now(tx);
    enum status status = integration_get(tx, testing->integration.workspace, testing->integration.id, &testing->arena, &now);
    if (status) return status;
    struct integration before = now;
    probe_apply(&testing->check, &now, &testing->arena, now_ms);
    now.updated_at = now_ms;
    status = integration_update(tx, &now);
    if (status == OK) status = test_insert(tx, &testing->test);
    if (status == OK) status = probe_store_calls(tx, &testing->calls);
    if (status == OK) status = notice_connection(tx, &before, &now, &testing->has_notice);
    bool works = now.status == INTEGRATION_CONNECTED || now.status == INTEGRATION_WARNINGS;
    if (status == OK && works) status = request_resume(tx, now.workspace, now.id, now_ms, &testing->resumed);
    return status;
}

static void test_end(struct testing *testing, const struct flow_test_result *result)
{
    testing->fn(testing->context, result);
    if (testing->resumed > 0) outbox_wake(testing->flow);
    if (testing->has_notice) notices_wake(testing->flow);
    flow_leave(testing->flow);
    arena_clear(&testing->arena);
    mem_free(testing);
}

static void test_done(struct store_job *job, enum status status)
{
    struct testing *testing = (struct testing *)job;
    struct flow_test_result result = { .status = status, .test = &testing->test, .check = &testing->check };
    test_end(testing, &result);
}

static void on_test_probe(void *context, const struct check *check, const struct probe_calls *calls)
{
    struct testing *testing = context;
    if (testing->flow->halted) {
        test_end(testing, &(struct flow_test_result){ .status = E_UNAVAILABLE });
        return;
    }
    testing->check = *check;
    testing->calls = *calls;
    probe_record(check, &testing->integration, &testing->arena, &testing->test);
    testing->job = (struct store_job){ .run = test_run, .done = test_done, .mode = STORE_WRITE };
    store_submit(testing->flow->store, &testing->job);
}

static void on_test_step(void *context, const struct check *check, enum check_step step)
{
    struct testing *testing = context;
    if (testing->on_check) testing->on_check(testing->context, check, step);
}

void flow_test(struct flow *flow, const struct integration *integration, flow_check_fn *on_check, flow_test_fn *fn, void *context)
{
    if (flow->draining) {
        fn(context, &(struct flow_test_result){ .status = E_UNAVAILABLE });
        return;
    }
    struct testing *testing = mem_alloc(sizeof *testing);
    arena_init(&testing->arena);
    testing->flow = flow;
    testing->on_check = on_check;
    testing->fn = fn;
    testing->context = context;
    testing->integration = integration_copy(integration, &testing->arena);
    flow_enter(flow);
    probe_start(flow, &testing->integration, false, &testing->arena, on_test_step, testing, on_test_probe, testing);
}
