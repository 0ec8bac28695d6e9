/* render_provider.c - model providers and their tests as the REST API shows them: see render.h. Money is told in dollars and kept in millionths of them. */
#include "web/render.h"

enum { MICRO = 1000 * 1000 };

static void dollars(struct jw *json, const char *name, int64_t micro)
{
    jw_key(json, name);
    jw_real(json, (double)micro / MICRO);
}

static void price_member(struct jw *json, const struct provider_price *price)
{
    jw_key(json, "price");
    if (price->input == 0 && price->output == 0) {
        jw_null(json);
        return;
    }
    jw_object(json);
    dollars(json, "input", price->input);
    dollars(json, "cached_input", price->cached_input > 0 ? price->cached_input : price->input);
    dollars(json, "output", price->output);
    jw_end_object(json);
}

static void key_member(struct jw *json, const struct provider *row)
{
    jw_key(json, "key");
    jw_object(json);
    jw_kv_bool(json, "set", row->auth != PROVIDER_NO_KEY);
    jw_kv_str(json, "last4", row->secret_last4);
    jw_kv_time(json, "set_at", row->secret_set_at);
    jw_end_object(json);
}

static void redact_member(struct jw *json, const struct provider_redact *redact)
{
    jw_key(json, "redact");
    jw_array(json);
    if (redact->email) jw_str(json, STR("email"));
    if (redact->phone) jw_str(json, STR("phone"));
    if (redact->iban) jw_str(json, STR("iban"));
    jw_end_array(json);
}

void render_provider(struct jw *json, const struct provider *row, struct arena *arena)
{
    jw_object(json);
    jw_kv_str(json, "id", row->id);
    jw_kv_str(json, "name", row->name);
    jw_kv_str(json, "protocol", str_from(model_protocol_name(row->protocol)));
    jw_kv_str(json, "base_url", row->base_url);
    jw_kv_str(json, "auth", str_from(provider_auth_name(row->auth)));
    key_member(json, row);
    jw_kv_str(json, "model", row->model);
    jw_kv_raw(json, "headers", row->headers);
    jw_kv_int(json, "max_tokens", row->max_tokens);
    jw_kv_int(json, "context_tokens", row->context_tokens);
    jw_kv_str(json, "max_tokens_name", row->max_completion_tokens ? STR("max_completion_tokens") : STR("max_tokens"));
    price_member(json, &row->price);
    redact_member(json, &row->redact);
    jw_kv_str(json, "status", str_from(provider_status_name(row->status)));
    render_problem_member(json, row->problem, arena);
    jw_kv_time(json, "tested_at", row->tested_at);
    jw_kv_int(json, "version", row->version);
    jw_kv_time(json, "created_at", row->created_at);
    jw_kv_time(json, "updated_at", row->updated_at);
    jw_end_object(json);
}

static void usage_member(struct jw *json, const struct model_usage *usage)
{
    jw_key(json, "usage");
    jw_object(json);
    jw_kv_int(json, "input_tokens", usage->input_tokens);
    jw_kv_int(json, "cached_tokens", usage->cached_tokens);
    jw_kv_int(json, "output_tokens", usage->output_tokens);
    jw_end_object(json);
}

void render_provider_test(struct jw *json, const struct flow_provider_result *result, struct arena *arena)
{
    const struct provider_price *price = &result->provider->price;
    const struct model_usage *usage = &result->call->reply->usage;
    bool has_price = price->input > 0 || price->output > 0;
    jw_object(json);
    jw_kv_str(json, "result", str_from(result->result));
    jw_kv_str(json, "provider", result->provider->id);
    jw_kv_str(json, "model", result->provider->model);
    jw_kv_bool(json, "called_tool", result->called_tool);
    jw_key(json, "first_ms");
    if (result->call->first_ms > 0)
        jw_int(json, result->call->first_ms);
    else
        jw_null(json);
    jw_kv_int(json, "ms", result->call->total_ms);
    usage_member(json, usage);
    if (has_price && (usage->input_tokens > 0 || usage->output_tokens > 0)) {
        dollars(json, "cost_usd", result->call->cost);
    } else {
        jw_key(json, "cost_usd");
        jw_null(json);
    }
    jw_key(json, "problem");
    if (result->problem.id != PROBLEM_NONE)
        problem_render(&result->problem, STR_NONE, arena, json);
    else
        jw_null(json);
    jw_end_object(json);
}

/* ---- calls within turns ------------------------------------------------------------------------------------------------------------- */

static void ms_or_null(struct jw *json, const char *name, int64_t ms)
{
    jw_key(json, name);
    if (ms > 0)
        jw_int(json, ms);
    else
        jw_null(json);
}

void render_model_run(struct jw *json, const struct model_run *run)
{
    jw_object(json);
    jw_kv_str(json, "id", run->id);
    jw_kv_str(json, "turn", run->turn);
    jw_kv_str(json, "engine", run->provider.len > 0 ? STR("provider") : STR("builtin"));
    jw_kv_str_or_null(json, "provider", run->provider);
    jw_kv_str_or_null(json, "provider_name", run->provider_name);
    jw_kv_str_or_null(json, "model", run->model);
    jw_kv_str(json, "why", run->why);
    jw_kv_str(json, "state", str_from(model_run_state_name(run->state)));
    jw_kv_str_or_null(json, "stop", run->stop);
    jw_kv_str_or_null(json, "fault", run->fault);
    jw_kv_str_or_null(json, "evidence", run->evidence);
    usage_member(json, &run->usage);
    dollars(json, "cost_usd", run->cost);
    ms_or_null(json, "first_ms", run->first_ms);
    ms_or_null(json, "ms", run->total_ms);
    jw_kv_time(json, "created_at", run->created_at);
    jw_end_object(json);
}

static void spend_member(struct jw *json, const char *name, const struct model_spend *spend)
{
    jw_key(json, name);
    jw_object(json);
    jw_kv_int(json, "tokens", spend->tokens);
    dollars(json, "cost_usd", spend->cost);
    jw_end_object(json);
}

void render_model_cap(struct jw *json, const struct model_cap *cap)
{
    jw_object(json);
    spend_member(json, "conversation", &cap->conversation);
    spend_member(json, "day", &cap->day);
    spend_member(json, "month", &cap->month);
    jw_end_object(json);
}

int64_t render_micros(const struct json *amount)
{
    return (int64_t)(json_number(amount, 0) * MICRO + 0.5);
}
