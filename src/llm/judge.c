/* judge.c - the end of an answer: which calls are sound, why it ended, or what fault it has.
 *
 * Providers' words for the end are not to be relied on: "stop" comes with calls, "tool_calls" with a call that the ceiling of
 * tokens cut, null with both. So the calls decide, each by whether its arguments are one JSON object; the words only
 * where there are no calls.
 */
#include "base/json.h"
#include "llm/collect.h"

/* ---- calls ------------------------------------------------------------------------------------------------------------- */

static bool is_offered(const struct llm_reader *reader, struct str name)
{
    for (size_t i = 0; i < reader->options.tool_count; i++)
        if (str_eq(reader->options.tools[i].name, name)) return true;
    return false;
}

static bool is_wrapper(struct str name, const struct json *arguments)
{
    return (str_eq(name, STR("parallel")) || str_eq(name, STR("multi_tool_use.parallel"))) &&
           json_type(json_get(arguments, "tool_uses")) == JSON_ARRAY;
}

static bool is_repeated(const struct model_call *calls, size_t count)
{
    const struct model_call *last = &calls[count];
    for (size_t i = 0; i < count; i++)
        if (str_eq(calls[i].name, last->name) && str_eq(calls[i].arguments, last->arguments)) return true;
    return false;
}

static bool is_id_used(const struct model_call *calls, size_t count, struct str id)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(calls[i].id, id)) return true;
    return false;
}

/* What goes back in a history must be of the alphabet that every provider takes. */
static struct str plain(struct llm_reader *reader, struct str text)
{
    char *copy = arena_cstr(&reader->arena, str_clip(text, 64));
    for (char *c = copy; *c != '\0'; c++)
        if (!char_is_alpha(*c) && !char_is_digit(*c) && *c != '_' && *c != '-') *c = '_';
    return str_from(copy);
}

static struct str canonical(struct llm_reader *reader, const struct json *arguments)
{
    buf_reset(&reader->scratch);
    json_canonical(arguments, &reader->scratch);
    return arena_str(&reader->arena, buf_view(&reader->scratch));
}

/* No arguments at all are an empty object. */
static struct json *parse_arguments(const struct llm_call *call)
{
    struct str text = str_trim(buf_view(&call->arguments));
    return json_parse(text.len == 0 || str_eq(text, STR("null")) ? STR("{}") : text, NULL);
}

static void judge_call(struct llm_reader *reader, const struct llm_call *call, struct model_call *calls, size_t at)
{
    struct model_call *judged = &calls[at];
    struct json *arguments = parse_arguments(call);
    bool is_object = json_type(arguments) == JSON_OBJECT, is_known = is_offered(reader, call->name);
    *judged =
        (struct model_call){ .id = call->id, .name = is_known ? call->name : plain(reader, call->name), .extra = call->extra };
    judged->arguments = is_object ? canonical(reader, arguments) : STR("{}");
    if (call->id.len == 0 || is_id_used(calls, at, call->id))
        judged->id = arena_fmt(&reader->arena, "%.*s%zu", STR_ARG(reader->options.mint), at);
    if (!is_object)
        judged->flaw = MODEL_FLAW_ARGUMENTS;
    else if (!is_known)
        judged->flaw = is_wrapper(call->name, arguments) ? MODEL_FLAW_WRAPPER : MODEL_FLAW_UNKNOWN;
    else if (is_repeated(calls, at))
        judged->flaw = MODEL_FLAW_REPEATED;
    json_free(arguments);
}

static void judge_calls(struct llm_reader *reader)
{
    struct model_call *calls = arena_array(&reader->arena, reader->call_count + 1, sizeof *calls);
    for (size_t i = 0; i < reader->call_count; i++) {
        judge_call(reader, &reader->calls[i], calls, i);
        if (calls[i].name.len == 0) collect_fault(reader, MODEL_FAULT_UNREADABLE, "a tool call has no name");
    }
    reader->reply.calls = calls;
    reader->reply.call_count = reader->call_count;
}

static bool has_broken_call(const struct model_reply *reply)
{
    for (size_t i = 0; i < reply->call_count; i++)
        if (reply->calls[i].flaw == MODEL_FLAW_ARGUMENTS) return true;
    return false;
}

/* ---- text -------------------------------------------------------------------------------------------------------------- */

/* The text without what models put around a call that they write out. */
static struct str unwrap(struct str text)
{
    static const char *const wrappings[] = { "```json", "```", "<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>" };
    struct str rest = str_trim(text);
    for (size_t i = 0; i < sizeof wrappings / sizeof *wrappings; i++) {
        struct str wrapping = str_from(wrappings[i]);
        if (str_starts(rest, wrapping)) rest = str_trim(str_slice(rest, wrapping.len, rest.len));
        if (str_ends(rest, wrapping)) rest = str_trim(str_slice(rest, 0, rest.len - wrapping.len));
    }
    return rest;
}

/* {"name": one of the tools, "arguments" or "parameters": {...}}, alone or in an array. */
static bool is_call_in_text(const struct llm_reader *reader, struct str text)
{
    struct str value;
    if (!view_check(unwrap(text), &value)) return false;
    if (value.ptr[0] == '[') value = view_first(value);
    struct str call = view_get(value, "function"), name = view_get(view_is_object(call) ? call : value, "name");
    struct str arguments = view_get(value, "arguments"), parameters = view_get(value, "parameters");
    if (!view_is_object(call) && !view_is_object(arguments) && !view_is_object(parameters)) return false;
    return view_is_string(name) && is_offered(reader, str_slice(name, 1, name.len - 1));
}

/* ---- the end ----------------------------------------------------------------------------------------------------------- */

static enum model_stop stop_of(const struct llm_reader *reader)
{
    if (reader->call_count == 0) return reader->stop != MODEL_STOP_NONE ? reader->stop : MODEL_STOP_END;
    bool is_cut = reader->stop == MODEL_STOP_LENGTH && has_broken_call(&reader->reply);
    bool is_refused = reader->stop == MODEL_STOP_FILTERED;
    return is_cut || is_refused ? reader->stop : MODEL_STOP_CALLS;
}

/* Text that was held back as it might have begun a <think>. An unfinished <think> stays out. */
static void release_held(struct llm_reader *reader)
{
    struct str held = buf_view(&reader->held);
    if (reader->think != THINK_MAYBE || held.len == 0 || (reader->thought && str_trim(held).len == 0)) return;
    buf_str(&reader->text, held);
    if (reader->options.fn != NULL)
        reader->options.fn(reader->options.context, &(struct model_event){ .kind = MODEL_EVENT_TEXT, .text = held });
    buf_reset(&reader->held);
}

void collect_reply(struct llm_reader *reader)
{
    struct model_reply *reply = &reader->reply;
    release_held(reader);
    judge_calls(reader);
    if (!reader->is_useful)
        collect_fault(reader, MODEL_FAULT_UNREADABLE, "the answer is not in the provider's language");
    else if (reader->stop == MODEL_STOP_NONE && !reader->is_over)
        collect_fault(reader, MODEL_FAULT_CUT_OFF, "the answer stopped before its end");
    if (reader->opaque.len > 0) buf_char(&reader->opaque, ']');
    reply->text = buf_view(&reader->text);
    reply->opaque = buf_ok(&reader->opaque) ? buf_view(&reader->opaque) : STR_NONE;
    reply->usage = reader->usage;
    reply->fault = reader->fault;
    reply->stop = reply->fault.kind == MODEL_FAULT_NONE ? stop_of(reader) : MODEL_STOP_NONE;
    reply->call_in_text = reply->call_count == 0 && is_call_in_text(reader, reply->text);
}
