/* probe.c - see probe.h. The calls of a test go the way of every other call (call.c); their rows wait until the integration has one. */
#include "flow/probe.h"

#include "base/mem.h"

#include <string.h>

enum { CHECKS_BYTES = 64 * 1024 };

struct probe {
    struct flow *flow;
    struct integration *integration;
    bool is_new;
    struct arena *arena;
    struct check check;
    struct probe_calls calls;
    enum check_status told[STEP_COUNT];
    flow_check_fn *on_step;
    void *step_context;
    probe_fn *fn;
    void *context;
};

/* Tells about every step that has finished since the last time. */
static void tell_steps(struct probe *probe)
{
    for (int step = 0; step < STEP_COUNT; step++) {
        if (probe->check.steps[step].status == probe->told[step]) continue;
        probe->told[step] = probe->check.steps[step].status;
        if (probe->on_step) probe->on_step(probe->step_context, &probe->check, (enum check_step)step);
    }
}

static void call_next(struct probe *probe);

static void take_next(struct probe *probe, enum check_next next)
{
    tell_steps(probe);
    if (next == CHECK_CALL) {
        call_next(probe);
        return;
    }
    probe->fn(probe->context, &probe->check, &probe->calls);
    flow_leave(probe->flow);
    mem_free(probe);
}

static struct check_timing timing_of(const struct http_timing *timing)
{
    return (struct check_timing){
        .dns_us = timing->dns_us, .connect_us = timing->connect_us, .tls_us = timing->tls_us, .total_us = timing->total_us
    };
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct probe *probe = context;
    if (record && probe->calls.count < PROBE_CALLS_MAX) probe->calls.rows[probe->calls.count++] = *record;
    struct check_timing timing = timing_of(&result->timing);
    probe->check.who.scope = probe->integration->scope; /* granted with the token, which may just have come */
    enum check_next next;
    if (result->fault.kind != NET_OK)
        next = check_fault(&probe->check, &result->fault, &timing);
    else if (zcall_token_was_refused(result, record))
        next = check_token_refused(&probe->check, &result->answer, &timing);
    else
        next = check_answer(&probe->check, &result->answer, &timing);
    take_next(probe, next);
}

static void call_next(struct probe *probe)
{
    struct zcall_request ask = {
        .integration = probe->integration,
        .is_new = probe->is_new,
        .class = BUDGET_READ,
        .request = &probe->check.request,
        .arena = probe->arena,
    };
    zcall_start(probe->flow, &ask, on_call, probe);
}

void probe_start(struct flow *flow, struct integration *integration, bool is_new, struct arena *arena, flow_check_fn *on_step,
                 void *step_context, probe_fn *fn, void *context)
{
    struct probe *probe = mem_alloc(sizeof *probe);
    *probe = (struct probe){
        .flow = flow,
        .integration = integration,
        .is_new = is_new,
        .arena = arena,
        .on_step = on_step,
        .step_context = step_context,
        .fn = fn,
        .context = context,
    };
    flow_enter(flow);
    struct zendesk_who who = who_of(flow, integration);
    take_next(probe, check_begin(&probe->check, &who, arena));
}

void probe_record(const struct check *check, const struct integration *integration, struct arena *arena,
                  struct integration_test *test)
{
    struct problem problem;
    struct buf checks;
    buf_init(&checks, CHECKS_BYTES);
    struct jw jw;
    jw_init(&jw, &checks);
    check_render(check, &jw);
    *test = (struct integration_test){
        .id = new_id("tst_", loop_wall_ms(), arena),
        .workspace = integration->workspace,
        .integration = integration->id,
        .result = str_from(check_verdict(check, &problem)),
        .checks = arena_str(arena, buf_view(&checks)),
        .created_at = loop_wall_ms(),
    };
    buf_clear(&checks);
}

enum status probe_store_calls(struct store_tx *tx, const struct probe_calls *calls)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < calls->count; i++) {
        struct call row = calls->rows[i];
        row.created_at = store_now(tx);
        status = call_insert(tx, &row);
    }
    return status;
}

void probe_apply(const struct check *check, struct integration *integration, struct arena *arena, int64_t now_ms)
{
    struct problem problem;
    const char *verdict = check_verdict(check, &problem);
    enum integration_status status = INTEGRATION_CONNECTED;
    integration->problem = STR_NONE;
    if (strcmp(verdict, "passed") != 0) {
        bool failed = strcmp(verdict, "failed") == 0;
        status = !failed                                      ? INTEGRATION_WARNINGS
                 : problem.id == PROBLEM_ZENDESK_RATE_LIMITED ? INTEGRATION_RATE_LIMITED
                                                              : INTEGRATION_NEEDS_ATTENTION;
        integration->problem = problem_text(&problem, arena);
    }
    if (integration->status != status || integration->status_since == 0) integration->status_since = now_ms;
    integration->status = status;
    if (status == INTEGRATION_NEEDS_ATTENTION || status == INTEGRATION_RATE_LIMITED) return;
    integration->last_ok_at = now_ms;
    integration->account_name = arena_str(arena, check->account_name);
    integration->signed_in_id = check->user_id;
    integration->signed_in_name = arena_str(arena, check->user_name);
    integration->signed_in_email = arena_str(arena, check->user_email);
    integration->signed_in_role = arena_str(arena, check->user_role);
    for (int kind = 0; kind < ACTION_COUNT; kind++) integration->permitted[kind] = check->may[kind];
}
