/* openai_responses.c - OpenAI Responses (POST /responses): items in, items out.
 *
 * Nothing is kept at the provider (store: false), so the history is sent each time, and what a reasoning model thought goes back
 * sealed. Items are told apart by output_index: ids change between an item's beginning and its end, and with some servers
 * in every event. What an item's end says holds.
 */
#include "llm/wire.h"

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static void write_message(struct str role, struct str text, struct jw *json)
{
    if (text.len == 0) return;
    jw_object(json);
    jw_kv_str(json, "role", role);
    jw_kv_str(json, "content", text);
    jw_end_object(json);
}

static void write_opaque(struct str items, struct jw *json)
{
    struct str array, element;
    if (!view_check(items, &array)) return;
    while (view_next(&array, &element)) jw_raw(json, element);
}

static void write_call(const struct model_call *call, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "type", STR("function_call"));
    jw_kv_str(json, "call_id", call->id);
    jw_kv_str(json, "name", call->name);
    jw_kv_str(json, "arguments", call->arguments);
    jw_end_object(json);
}

static void write_turn(const struct model_turn *turn, struct jw *json)
{
    switch (turn->role) {
    case MODEL_USER: write_message(STR("user"), turn->text, json); break;
    case MODEL_ASSISTANT:
        write_opaque(turn->opaque, json);
        write_message(STR("assistant"), turn->text, json);
        for (size_t i = 0; i < turn->call_count; i++) write_call(&turn->calls[i], json);
        break;
    case MODEL_RESULT:
        jw_object(json);
        jw_kv_str(json, "type", STR("function_call_output"));
        jw_kv_str(json, "call_id", turn->call_id);
        jw_kv_str(json, "output", turn->text);
        jw_end_object(json);
        break;
    }
}

/* `strict` would ask for every member of every object to be required. */
static void write_tools(const struct model_request *request, struct jw *json)
{
    static const char *const choices[] = { "auto", "none", "required" };
    if (request->tool_count == 0) return;
    jw_key(json, "tools");
    jw_array(json);
    for (size_t i = 0; i < request->tool_count; i++) {
        jw_object(json);
        jw_kv_str(json, "type", STR("function"));
        jw_kv_str(json, "name", request->tools[i].name);
        jw_kv_str(json, "description", request->tools[i].description);
        jw_kv_raw(json, "parameters", request->tools[i].schema);
        jw_kv_bool(json, "strict", false);
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_kv_str(json, "tool_choice", str_from(choices[request->choice]));
}

static void write_request(const struct llm_dialect *dialect, const struct model_request *request, struct jw *json)
{
    (void)dialect;
    bool thinks = llm_is_reasoning_model(request->model);
    if (request->system.len > 0) jw_kv_str(json, "instructions", request->system);
    jw_key(json, "input");
    jw_array(json);
    for (size_t i = 0; i < request->turn_count; i++) write_turn(&request->turns[i], json);
    jw_end_array(json);
    write_tools(request, json);
    jw_kv_bool(json, "store", false);
    if (thinks) jw_kv_raw(json, "include", STR("[\"reasoning.encrypted_content\"]"));
    if (request->max_tokens > 0) jw_kv_int(json, "max_output_tokens", request->max_tokens);
    if (request->temperature >= 0 && !thinks) {
        jw_key(json, "temperature");
        jw_real(json, request->temperature);
    }
    jw_kv_bool(json, "stream", request->stream);
}

/* ---- the answer -------------------------------------------------------------------------------------------------------- */

static struct llm_call *call_at(struct llm_reader *reader, int64_t index, struct str id)
{
    struct llm_call *call = index != INDEX_NONE ? collect_find_call(reader, index) : NULL;
    return call != NULL ? call : collect_new_call(reader, index, id);
}

static void read_call(struct llm_reader *reader, int64_t index, struct str item)
{
    struct llm_call *call = call_at(reader, index, view_get(item, "call_id"));
    if (call == NULL) return;
    collect_id(reader, call, view_get(item, "call_id"));
    collect_name(reader, call, view_get(item, "name"));
    collect_all_arguments(reader, call, view_get(item, "arguments"));
}

/* Thoughts without their sealed content could not be understood by whoever keeps nothing. */
static void read_reasoning(struct llm_reader *reader, struct str item)
{
    struct str sealed = view_get(item, "encrypted_content");
    if (view_is_string(sealed) && !view_is_empty_string(sealed)) collect_opaque(reader, item);
}

/* The text of a message came in pieces before; where it did not, as in an answer in one piece, it stands here. */
static void read_message(struct llm_reader *reader, struct str item)
{
    struct str content = view_get(item, "content"), part;
    while (view_next(&content, &part)) {
        collect_text(reader, view_get(part, "text"));
        collect_text(reader, view_get(part, "refusal"));
    }
}

static void read_usage(struct llm_reader *reader, struct str response)
{
    struct str usage = view_get(response, "usage");
    collect_usage(reader, view_get(usage, "input_tokens"), view_get(view_get(usage, "input_tokens_details"), "cached_tokens"),
                  view_get(usage, "output_tokens"));
}

/* A response at its end: completed, incomplete or failed. */
static void read_end(struct llm_reader *reader, struct str response)
{
    struct str status = view_get(response, "status"), reason = view_get(view_get(response, "incomplete_details"), "reason");
    read_usage(reader, response);
    reader->is_over = true;
    if (!view_is_null(view_get(response, "error")) || view_is(status, "failed"))
        collect_error(reader, response, 0);
    else if (view_is(reason, "content_filter"))
        collect_stop(reader, MODEL_STOP_FILTERED);
    else
        collect_stop(reader, view_is(status, "incomplete") || !view_is_null(reason) ? MODEL_STOP_LENGTH : MODEL_STOP_END);
}

static void read_whole(struct llm_reader *reader, struct str response)
{
    struct str output = view_get(response, "output"), item;
    while (view_next(&output, &item)) {
        struct str type = view_get(item, "type");
        if (view_is(type, "message")) read_message(reader, item);
        if (view_is(type, "function_call")) read_call(reader, INDEX_NONE, item);
        if (view_is(type, "reasoning")) read_reasoning(reader, item);
    }
    read_end(reader, response);
}

static void read_item(struct llm_reader *reader, struct str chunk, bool is_done)
{
    struct str item = view_get(chunk, "item"), type = view_get(item, "type");
    if (view_is(type, "function_call")) read_call(reader, view_int(view_get(chunk, "output_index"), INDEX_NONE), item);
    if (view_is(type, "reasoning") && is_done) read_reasoning(reader, item);
    bool was_silent = reader->text.len == 0 && reader->held.len == 0;
    if (view_is(type, "message") && is_done && was_silent) read_message(reader, item);
}

static void read_arguments(struct llm_reader *reader, struct str chunk, struct str piece, bool is_whole)
{
    struct llm_call *call = collect_find_call(reader, view_int(view_get(chunk, "output_index"), INDEX_NONE));
    if (call == NULL) return;
    if (is_whole)
        collect_all_arguments(reader, call, piece);
    else
        collect_arguments(reader, call, piece);
}

static void read_chunk(struct llm_reader *reader, struct str chunk)
{
    struct str type = view_get(chunk, "type");
    if (view_is(view_get(chunk, "object"), "response"))
        read_whole(reader, chunk);
    else if (view_is(type, "response.output_text.delta") || view_is(type, "response.refusal.delta"))
        collect_text(reader, view_get(chunk, "delta"));
    else if (view_is(type, "response.function_call_arguments.delta"))
        read_arguments(reader, chunk, view_get(chunk, "delta"), false);
    else if (view_is(type, "response.function_call_arguments.done"))
        read_arguments(reader, chunk, view_get(chunk, "arguments"), true);
    else if (view_is(type, "response.output_item.added") || view_is(type, "response.output_item.done"))
        read_item(reader, chunk, view_is(type, "response.output_item.done"));
    else if (view_is(type, "response.completed") || view_is(type, "response.incomplete") || view_is(type, "response.failed"))
        read_end(reader, view_get(chunk, "response"));
    else if (view_is(type, "error"))
        collect_error(reader, chunk, 0);
    reader->is_useful = reader->is_useful || view_is_string(type) || reader->is_over;
}

const struct wire wire_openai_responses = { "/responses", write_request, read_chunk, FRAMING_EVENTS };
