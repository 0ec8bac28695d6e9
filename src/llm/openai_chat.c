/* openai_chat.c - OpenAI Chat Completions (POST /chat/completions) and the many servers that imitate it.
 *
 * A chunk's `delta` and a whole answer's `message` have one shape and are read by the same code. Reasoning (`reasoning_content`,
 * `reasoning`) is not answer and is left out. Ollama shares the tools' form, so it borrows the writer of them.
 */
#include "llm/openai_chat.h"

#include "llm/wire.h"

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

void openai_chat_write_tools(const struct model_request *request, struct jw *json)
{
    if (request->tool_count == 0) return;
    jw_key(json, "tools");
    jw_array(json);
    for (size_t i = 0; i < request->tool_count; i++) {
        const struct model_tool *tool = &request->tools[i];
        jw_object(json);
        jw_kv_str(json, "type", STR("function"));
        jw_key(json, "function");
        jw_object(json);
        jw_kv_str(json, "name", tool->name);
        jw_kv_str(json, "description", tool->description);
        jw_kv_raw(json, "parameters", tool->schema);
        jw_end_object(json);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void write_call(const struct model_call *call, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "id", call->id);
    jw_kv_str(json, "type", STR("function"));
    jw_key(json, "function");
    jw_object(json);
    jw_kv_str(json, "name", call->name);
    jw_kv_str(json, "arguments", call->arguments);
    jw_end_object(json);
    if (call->extra.len > 0) jw_kv_raw(json, "extra_content", call->extra);
    jw_end_object(json);
}

static void write_assistant(const struct model_turn *turn, struct jw *json)
{
    jw_kv_str(json, "role", STR("assistant"));
    jw_kv_str_or_null(json, "content", turn->text);
    if (turn->call_count == 0) return;
    jw_key(json, "tool_calls");
    jw_array(json);
    for (size_t i = 0; i < turn->call_count; i++) write_call(&turn->calls[i], json);
    jw_end_array(json);
}

static void write_turn(const struct model_turn *turn, struct jw *json)
{
    jw_object(json);
    switch (turn->role) {
    case MODEL_USER:
        jw_kv_str(json, "role", STR("user"));
        jw_kv_str(json, "content", turn->text);
        break;
    case MODEL_ASSISTANT: write_assistant(turn, json); break;
    case MODEL_RESULT:
        jw_kv_str(json, "role", STR("tool"));
        jw_kv_str(json, "tool_call_id", turn->call_id);
        jw_kv_str(json, "content", turn->text);
        break;
    }
    jw_end_object(json);
}

static void write_messages(const struct model_request *request, struct jw *json)
{
    jw_key(json, "messages");
    jw_array(json);
    if (request->system.len > 0) {
        jw_object(json);
        jw_kv_str(json, "role", STR("system"));
        jw_kv_str(json, "content", request->system);
        jw_end_object(json);
    }
    for (size_t i = 0; i < request->turn_count; i++) write_turn(&request->turns[i], json);
    jw_end_array(json);
}

static void write_request(const struct llm_dialect *dialect, const struct model_request *request, struct jw *json)
{
    static const char *const choices[] = { "auto", "none", "required" };
    write_messages(request, json);
    openai_chat_write_tools(request, json);
    if (request->tool_count > 0) jw_kv_str(json, "tool_choice", str_from(choices[request->choice]));
    if (request->max_tokens > 0)
        jw_kv_int(json, dialect->max_completion_tokens ? "max_completion_tokens" : "max_tokens", request->max_tokens);
    if (request->temperature >= 0 && !llm_is_reasoning_model(request->model)) {
        jw_key(json, "temperature");
        jw_real(json, request->temperature);
    }
    jw_kv_bool(json, "stream", request->stream);
    if (request->stream) jw_kv_raw(json, "stream_options", STR("{\"include_usage\":true}"));
}

/* ---- the answer -------------------------------------------------------------------------------------------------------- */

static void read_calls(struct llm_reader *reader, struct str calls)
{
    struct str element;
    while (view_next(&calls, &element)) {
        struct str function = view_get(element, "function");
        struct llm_call *call = collect_call(reader, view_int(view_get(element, "index"), INDEX_NONE), view_get(element, "id"));
        if (call == NULL) return;
        collect_name(reader, call, view_get(function, "name"));
        collect_arguments(reader, call, view_get(function, "arguments"));
        collect_extra(reader, call, view_get(element, "extra_content"));
    }
}

static void read_finish(struct llm_reader *reader, struct str reason)
{
    if (view_is_null(reason) || view_is_empty_string(reason)) return;
    if (view_is(reason, "length"))
        collect_stop(reader, MODEL_STOP_LENGTH);
    else if (view_is(reason, "content_filter"))
        collect_stop(reader, MODEL_STOP_FILTERED);
    else
        collect_stop(reader, MODEL_STOP_END);
}

/* In the last chunk, in every one, or, from Groq, under a name of its own. */
static void read_usage(struct llm_reader *reader, struct str chunk)
{
    struct str usage = view_get(chunk, "usage");
    if (!view_is_object(usage)) usage = view_get(view_get(chunk, "x_groq"), "usage");
    if (!view_is_object(usage)) return;
    collect_usage(reader, view_get(usage, "prompt_tokens"), view_get(view_get(usage, "prompt_tokens_details"), "cached_tokens"),
                  view_get(usage, "completion_tokens"));
}

static void read_chunk(struct llm_reader *reader, struct str chunk)
{
    struct str choices = view_get(chunk, "choices");
    struct str choice = view_first(choices), delta = view_get(choice, "delta");
    if (!view_is_object(delta)) delta = view_get(choice, "message");
    reader->is_useful = reader->is_useful || choices.len > 0;
    collect_text(reader, view_get(delta, "content"));
    collect_text(reader, view_get(delta, "refusal"));
    read_calls(reader, view_get(delta, "tool_calls"));
    read_finish(reader, view_get(choice, "finish_reason"));
    read_usage(reader, chunk);
}

const struct wire wire_openai_chat = { "/chat/completions", write_request, read_chunk, FRAMING_EVENTS };
