/* request.c - what is common to all requests. The members are the protocols' own (struct wire). */
#include "llm/request.h"

#include "base/limits.h"
#include "llm/wire.h"

/* o1, o3-mini, o4...; gpt-5 and later, but not their chat variants. By name, as no provider says it elsewhere. */
bool llm_is_reasoning_model(struct str model)
{
    size_t slash = str_find(model, STR("/"), 0);
    struct str name = slash == SIZE_MAX ? model : str_slice(model, slash + 1, model.len); /* "openai/o3" */
    bool is_o = name.len >= 2 && name.ptr[0] == 'o' && char_is_digit(name.ptr[1]);
    bool is_gpt = str_starts(name, STR("gpt-5")) && str_find(name, STR("-chat"), 0) == SIZE_MAX;
    return is_o || is_gpt;
}

const char *llm_path(enum model_protocol protocol)
{
    return wire_of(protocol)->path;
}

size_t llm_headers(enum model_protocol protocol, const struct http_header **headers)
{
    static const struct http_header version = { STR("anthropic-version"), STR("2023-06-01") };
    *headers = &version;
    return protocol == MODEL_ANTHROPIC ? 1 : 0;
}

enum status llm_write_request(const struct llm_dialect *dialect, const struct model_request *request, struct buf *body)
{
    struct jw json;
    if (!model_turns_paired(request->turns, request->turn_count)) return E_INPUT;
    if (request->tool_count > LIMIT_MODEL_TOOLS) return E_LIMIT;
    jw_init(&json, body);
    jw_object(&json);
    jw_kv_str(&json, "model", request->model);
    wire_of(dialect->protocol)->write(dialect, request, &json);
    jw_end_object(&json);
    return buf_ok(body) ? OK : E_LIMIT;
}
