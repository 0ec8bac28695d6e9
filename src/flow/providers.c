/* providers.c - sealing a provider's key, and testing a provider.
 *
 * The test is what an agent does: a system text, a question, a tool, streamed. That shows the key, the model's name, the protocol, and whether the model calls tools at all, which is
 * what most often goes wrong with servers that people run themselves.
 */
#include "flow/providers.h"

#include "base/mem.h"
#include "egress/provider.h"
#include "flow/parts.h"
#include "llm/problem.h"

enum { TEST_TOKENS = 2048 /* models that think spend some hundreds before they call */, TEST_MS = 90 * 1000 };

bool flow_provider_url_fits(const struct flow *flow, struct str base_url)
{
    return egress_provider_url_fits(flow->egress, base_url);
}

bool flow_provider_header_fits(struct str name, struct str value)
{
    return egress_header_fits(name, value);
}

enum status flow_provider_seal(struct flow *flow, struct provider *provider, struct str key, struct arena *arena)
{
    const struct egress_provider plain = { provider->base_url, provider->auth, key };
    struct egress_sealed sealed;
    enum status status = egress_seal_provider(flow->egress, provider->workspace, provider->id, &plain, arena, &sealed);
    if (status != OK) return status;
    provider->sealed = sealed.envelope;
    provider->secret_last4 = sealed.last4;
    return OK;
}

/* ---- testing --------------------------------------------------------------------------------------------------------------- */

struct trying {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct provider provider;
    struct flow_provider_result result;
    struct flow_model_result call;
    struct model_reply reply; /* its text and calls are gone by the time it is stored; the numbers are looked at */
    flow_provider_fn *fn;
    void *context;
};

static void try_end(struct trying *trying, enum status status)
{
    trying->result.status = status;
    trying->fn(trying->context, &trying->result);
    flow_leave(trying->flow);
    arena_clear(&trying->arena);
    mem_free(trying);
}

/* The row may have been edited since the test began: what it found goes in only when key and address are the ones it was about. */
static enum status keep_run(struct store_tx *tx, struct store_job *job)
{
    struct trying *trying = (struct trying *)job;
    struct provider now;
    int64_t now_ms = store_now(tx);
    enum status status = provider_get(tx, trying->provider.workspace, trying->provider.id, &trying->arena, &now);
    if (status != OK || !str_eq(now.sealed, trying->provider.sealed)) return status;
    bool passed = trying->result.problem.id == PROBLEM_NONE, failed = trying->reply.fault.kind != MODEL_FAULT_NONE;
    now.status = failed ? PROVIDER_FAILING : passed ? PROVIDER_WORKING : PROVIDER_WARNINGS;
    now.problem = passed ? STR_NONE : problem_text(&trying->result.problem, &trying->arena);
    now.tested_at = now_ms;
    return provider_update(tx, &now);
}

static void keep_done(struct store_job *job, enum status status)
{
    try_end((struct trying *)job, status);
}

static bool has_sound_call(const struct model_reply *reply)
{
    for (size_t i = 0; i < reply->call_count; i++)
        if (reply->calls[i].flaw == MODEL_FLAW_NONE) return true;
    return false;
}

static struct problem judge(struct trying *trying, const struct model_reply *reply)
{
    const struct llm_who who = { trying->provider.name, trying->provider.model, trying->provider.base_url };
    struct problem problem = llm_problem(&reply->fault, &who);
    if (reply->fault.kind == MODEL_FAULT_NONE && !trying->result.called_tool)
        problem = (struct problem){ .id = reply->call_in_text ? PROBLEM_PROVIDER_TOOL_PARSER : PROBLEM_PROVIDER_NO_TOOLS,
                                    .facts = { .what = who.provider, .value = who.model } };
    problem.evidence = arena_str(&trying->arena, problem.evidence);
    problem.facts.limit = arena_str(&trying->arena, problem.facts.limit);
    return problem;
}

static void on_reply(void *context, const struct flow_model_result *result)
{
    struct trying *trying = context;
    const struct model_reply *reply = result->reply;
    if (trying->flow->halted) { /* cut short: nothing was found out */
        try_end(trying, E_UNAVAILABLE);
        return;
    }
    trying->result.called_tool = reply->fault.kind == MODEL_FAULT_NONE && has_sound_call(reply);
    trying->result.problem = judge(trying, reply);
    bool failed = reply->fault.kind != MODEL_FAULT_NONE;
    trying->result.result = failed ? "failed" : trying->result.problem.id == PROBLEM_NONE ? "passed" : "warning";
    trying->reply = (struct model_reply){ .usage = reply->usage, .stop = reply->stop };
    trying->reply.fault.kind = reply->fault.kind;
    trying->call = *result;
    trying->call.reply = &trying->reply;
    trying->job = (struct store_job){ .run = keep_run, .done = keep_done, .mode = STORE_WRITE };
    store_submit(trying->flow->store, &trying->job);
}

void flow_provider_test(struct flow *flow, const struct provider *provider, flow_provider_fn *fn, void *context)
{
    static const struct model_tool tool = { STR("report_ready"), STR("Reports that the connection works."),
                                            STR("{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"ready\"],"
                                                "\"properties\":{\"ready\":{\"type\":\"boolean\"}}}") };
    static const struct model_turn question = { .role = MODEL_USER,
                                                .text = STR("Call the tool report_ready with ready set to true.") };
    if (flow->draining) {
        fn(context, &(struct flow_provider_result){ .status = E_UNAVAILABLE });
        return;
    }
    struct trying *trying = mem_alloc(sizeof *trying);
    arena_init(&trying->arena);
    trying->flow = flow;
    trying->fn = fn;
    trying->context = context;
    trying->provider = provider_copy(provider, &trying->arena);
    trying->result.provider = &trying->provider;
    trying->result.call = &trying->call;
    flow_enter(flow);
    const struct flow_model_ask ask = {
        .provider = &trying->provider,
        .request = { .system = STR("You test a connection. Use the tool you are given."),
                     .turns = &question,
                     .turn_count = 1,
                     .tools = &tool,
                     .tool_count = 1,
                     .temperature = -1,
                     .max_tokens = TEST_TOKENS,
                     .stream = true },
        .mint = STR("test"),
        .total_ms = TEST_MS,
    };
    flow_model_call(flow, &ask, NULL, on_reply, trying);
}
