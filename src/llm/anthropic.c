/* anthropic.c - Anthropic Messages (POST /v1/messages): content in blocks, results in the next user message.
 *
 * Thoughts (`thinking`, `redacted_thinking`) are gathered as they came, signature and all, since they must go back unchanged
 * with the calls they led to; they are never shown. Blocks of other types are passed over: new ones appear.
 */
#include "llm/wire.h"

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static void write_text_block(struct str text, struct jw *json)
{
    if (text.len == 0) return; /* refused when empty */
    jw_object(json);
    jw_kv_str(json, "type", STR("text"));
    jw_kv_str(json, "text", text);
    jw_end_object(json);
}

static void write_result_block(const struct model_turn *result, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "type", STR("tool_result"));
    jw_kv_str(json, "tool_use_id", result->call_id);
    jw_kv_str(json, "content", result->text);
    if (result->is_error) jw_kv_bool(json, "is_error", true);
    jw_end_object(json);
}

static void write_call_block(const struct model_call *call, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "type", STR("tool_use"));
    jw_kv_str(json, "id", call->id);
    jw_kv_str(json, "name", call->name);
    jw_kv_raw(json, "input", call->arguments);
    jw_end_object(json);
}

/* The elements of a stored array of blocks. */
static void write_opaque(struct str blocks, struct jw *json)
{
    struct str element, array;
    if (!view_check(blocks, &array)) return;
    while (view_next(&array, &element)) jw_raw(json, element);
}

static void write_assistant_blocks(const struct model_turn *turn, struct jw *json)
{
    if (turn->call_count > 0) write_opaque(turn->opaque, json);
    write_text_block(turn->text, json);
    for (size_t i = 0; i < turn->call_count; i++) write_call_block(&turn->calls[i], json);
}

static bool is_users(const struct model_turn *turn)
{
    return turn->role != MODEL_ASSISTANT;
}

/* Messages alternate: turns that follow each other on one side are blocks of one message, so that results stand first in it. */
static void write_messages(const struct model_request *request, struct jw *json)
{
    jw_key(json, "messages");
    jw_array(json);
    for (size_t i = 0; i < request->turn_count;) {
        bool is_user = is_users(&request->turns[i]);
        jw_object(json);
        jw_kv_str(json, "role", is_user ? STR("user") : STR("assistant"));
        jw_key(json, "content");
        jw_array(json);
        for (; i < request->turn_count && is_users(&request->turns[i]) == is_user; i++) {
            const struct model_turn *turn = &request->turns[i];
            if (turn->role == MODEL_RESULT) write_result_block(turn, json);
            if (turn->role == MODEL_USER) write_text_block(turn->text, json);
            if (turn->role == MODEL_ASSISTANT) write_assistant_blocks(turn, json);
        }
        jw_end_array(json);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void write_tools(const struct model_request *request, struct jw *json)
{
    static const char *const choices[] = { "auto", "none", "any" };
    if (request->tool_count == 0) return;
    jw_key(json, "tools");
    jw_array(json);
    for (size_t i = 0; i < request->tool_count; i++) {
        jw_object(json);
        jw_kv_str(json, "name", request->tools[i].name);
        jw_kv_str(json, "description", request->tools[i].description);
        jw_kv_raw(json, "input_schema", request->tools[i].schema);
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_key(json, "tool_choice");
    jw_object(json);
    jw_kv_str(json, "type", str_from(choices[request->choice]));
    jw_end_object(json);
}

static void write_request(const struct llm_dialect *dialect, const struct model_request *request, struct jw *json)
{
    (void)dialect;
    jw_kv_int(json, "max_tokens", request->max_tokens > 0 ? request->max_tokens : LLM_MAX_TOKENS);
    if (request->system.len > 0) jw_kv_str(json, "system", request->system);
    write_messages(request, json);
    write_tools(request, json);
    if (request->temperature >= 0) {
        jw_key(json, "temperature");
        jw_real(json, request->temperature < 1 ? request->temperature : 1); /* its range ends at 1 */
    }
    jw_kv_bool(json, "stream", request->stream);
}

/* ---- the answer -------------------------------------------------------------------------------------------------------- */

/* What came from a cache and what went into it are counted apart from the rest of the input, and said together with it. */
static void read_usage(struct llm_reader *reader, struct str usage)
{
    struct str input = view_get(usage, "input_tokens"), cached = view_get(usage, "cache_read_input_tokens");
    collect_usage(reader, input, cached, view_get(usage, "output_tokens"));
    if (view_is_null(input)) return;
    collect_more_input(reader, cached);
    collect_more_input(reader, view_get(usage, "cache_creation_input_tokens"));
}

static void read_stop(struct llm_reader *reader, struct str reason)
{
    if (view_is_null(reason)) return;
    if (view_is(reason, "max_tokens") || view_is(reason, "model_context_window_exceeded"))
        collect_stop(reader, MODEL_STOP_LENGTH);
    else if (view_is(reason, "refusal"))
        collect_stop(reader, MODEL_STOP_FILTERED);
    else if (view_is(reason, "pause_turn"))
        collect_stop(reader, MODEL_STOP_PAUSED);
    else
        collect_stop(reader, MODEL_STOP_END);
}

/* A thought that is not whole yet is gathered until its signature comes. */
static void begin_thought(struct llm_reader *reader, struct str block)
{
    if (view_is(view_get(block, "type"), "redacted_thinking") || !view_is_empty_string(view_get(block, "thinking"))) {
        collect_opaque(reader, block);
        return;
    }
    buf_reset(&reader->thought_text);
    reader->has_thought = true;
}

static void add_thought(struct llm_reader *reader, struct str string)
{
    if (reader->has_thought) view_text(string, &reader->thought_text);
}

/* Unsigned thoughts would be refused, so only the signature makes one. */
static void sign_thought(struct llm_reader *reader, struct str signature)
{
    struct jw json;
    struct buf block;
    if (!reader->has_thought || !view_is_string(signature)) return;
    buf_init(&block, LIMIT_MODEL_OPAQUE_BYTES);
    jw_init(&json, &block);
    jw_object(&json);
    jw_kv_str(&json, "type", STR("thinking"));
    jw_kv_str(&json, "thinking", buf_view(&reader->thought_text));
    jw_kv_raw(&json, "signature", signature);
    jw_end_object(&json);
    if (!buf_ok(&block) || !buf_ok(&reader->thought_text))
        collect_fault(reader, MODEL_FAULT_LIMIT, "what has to be sent back is too long");
    else
        collect_opaque(reader, buf_view(&block));
    reader->has_thought = false;
    buf_clear(&block);
}

/* A block at its beginning in a stream, or whole. */
static void read_block(struct llm_reader *reader, int64_t index, struct str block)
{
    struct str type = view_get(block, "type");
    if (view_is(type, "text")) collect_text(reader, view_get(block, "text"));
    if (view_is(type, "thinking") || view_is(type, "redacted_thinking")) begin_thought(reader, block);
    if (!view_is(type, "tool_use")) return;
    struct llm_call *call = collect_new_call(reader, index, view_get(block, "id"));
    struct str input = view_get(block, "input");
    if (call == NULL) return;
    collect_name(reader, call, view_get(block, "name"));
    call->is_provisional = true; /* "{}" before the pieces, as a rule */
    collect_all_arguments(reader, call, input);
}

static void read_delta(struct llm_reader *reader, int64_t index, struct str delta)
{
    struct str type = view_get(delta, "type");
    struct llm_call *call = view_is(type, "input_json_delta") ? collect_find_call(reader, index) : NULL;
    if (view_is(type, "text_delta")) collect_text(reader, view_get(delta, "text"));
    if (view_is(type, "thinking_delta")) add_thought(reader, view_get(delta, "thinking"));
    if (view_is(type, "signature_delta")) sign_thought(reader, view_get(delta, "signature"));
    if (call != NULL) collect_arguments(reader, call, view_get(delta, "partial_json"));
}

static void read_message(struct llm_reader *reader, struct str message)
{
    struct str content = view_get(message, "content"), block;
    while (view_next(&content, &block)) read_block(reader, INDEX_NONE, block);
    read_usage(reader, view_get(message, "usage"));
    read_stop(reader, view_get(message, "stop_reason"));
}

static void read_chunk(struct llm_reader *reader, struct str chunk)
{
    struct str type = view_get(chunk, "type");
    int64_t index = view_int(view_get(chunk, "index"), INDEX_NONE);
    if (view_is(type, "message_start")) {
        collect_restart(reader);
        reader->has_thought = false;
        read_message(reader, view_get(chunk, "message"));
    } else if (view_is(type, "message")) {
        read_message(reader, chunk);
    } else if (view_is(type, "content_block_start")) {
        read_block(reader, index, view_get(chunk, "content_block"));
    } else if (view_is(type, "content_block_delta")) {
        read_delta(reader, index, view_get(chunk, "delta"));
    } else if (view_is(type, "message_delta")) {
        read_stop(reader, view_get(view_get(chunk, "delta"), "stop_reason"));
        read_usage(reader, view_get(chunk, "usage"));
    } else if (view_is(type, "message_stop")) {
        reader->is_over = true;
    } else {
        return; /* ping, and what is not known */
    }
    reader->is_useful = true;
}

const struct wire wire_anthropic = { "/v1/messages", write_request, read_chunk, FRAMING_EVENTS };
