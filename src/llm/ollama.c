/* ollama.c - Ollama's own protocol (POST /api/chat): one JSON object a line, tool calls whole, arguments as an object.
 *
 * The context's size is always said: the server's default is so small that it cuts tools and history off without a word.
 */
#include "llm/openai_chat.h"
#include "llm/wire.h"

static const char *const roles[] = { "user", "assistant", "tool" };

static void write_turn(const struct model_turn *turn, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "role", str_from(roles[turn->role]));
    jw_kv_str(json, "content", turn->text);
    if (turn->role == MODEL_RESULT) jw_kv_str(json, "tool_name", turn->call_name);
    if (turn->call_count > 0) {
        jw_key(json, "tool_calls");
        jw_array(json);
        for (size_t i = 0; i < turn->call_count; i++) {
            jw_object(json);
            jw_key(json, "function");
            jw_object(json);
            jw_kv_str(json, "name", turn->calls[i].name);
            jw_kv_raw(json, "arguments", turn->calls[i].arguments);
            jw_end_object(json);
            jw_end_object(json);
        }
        jw_end_array(json);
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

/* There is no tool_choice: "none" is said by giving no tools, "required" cannot be said. */
static void write_request(const struct llm_dialect *dialect, const struct model_request *request, struct jw *json)
{
    write_messages(request, json);
    if (request->choice != MODEL_CHOICE_NONE) openai_chat_write_tools(request, json);
    jw_kv_bool(json, "stream", request->stream);
    jw_key(json, "options");
    jw_object(json);
    jw_kv_int(json, "num_ctx", dialect->context_tokens > 0 ? dialect->context_tokens : LLM_CONTEXT_TOKENS);
    if (request->max_tokens > 0) jw_kv_int(json, "num_predict", request->max_tokens);
    if (request->temperature >= 0) {
        jw_key(json, "temperature");
        jw_real(json, request->temperature);
    }
    jw_end_object(json);
}

/* Each element is a whole call; indexes, where they come at all, may be the same for all. */
static void read_calls(struct llm_reader *reader, struct str calls)
{
    struct str element;
    while (view_next(&calls, &element)) {
        struct str function = view_get(element, "function");
        struct llm_call *call = collect_new_call(reader, INDEX_NONE, view_get(element, "id"));
        if (call == NULL) return;
        collect_name(reader, call, view_get(function, "name"));
        collect_all_arguments(reader, call, view_get(function, "arguments"));
    }
}

static void read_chunk(struct llm_reader *reader, struct str chunk)
{
    struct str message = view_get(chunk, "message");
    reader->is_useful = reader->is_useful || view_is_object(message);
    collect_text(reader, view_get(message, "content"));
    read_calls(reader, view_get(message, "tool_calls"));
    if (!view_is_true(view_get(chunk, "done"))) return;
    collect_usage(reader, view_get(chunk, "prompt_eval_count"), STR_NONE, view_get(chunk, "eval_count"));
    collect_stop(reader, view_is(view_get(chunk, "done_reason"), "length") ? MODEL_STOP_LENGTH : MODEL_STOP_END);
    reader->is_over = true;
}

const struct wire wire_ollama = { "/api/chat", write_request, read_chunk, FRAMING_LINES };
