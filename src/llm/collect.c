/* collect.c - text, calls and endings, gathered the same way whoever sent them.
 *
 * Providers and the servers that imitate them disagree about indexes, ids and names of calls; the rules for telling calls apart are in
 * collect_call. Whether a call is whole is decided once, at the end of the answer (judge.c), never because its arguments happen
 * to parse.
 */
#include "llm/collect.h"

#include "llm/fault.h"

enum { TOKENS_MAX = 1000 * 1000 * 1000 };

/* ---- text -------------------------------------------------------------------------------------------------------------- */

static void tell(struct llm_reader *reader, const struct model_event *event)
{
    if (reader->options.fn != NULL) reader->options.fn(reader->options.context, event);
}

static void pass_text(struct llm_reader *reader, struct str text)
{
    if (text.len == 0) return;
    buf_str(&reader->text, text);
    if (buf_ok(&reader->text))
        tell(reader, &(struct model_event){ .kind = MODEL_EVENT_TEXT, .text = text });
    else
        collect_fault(reader, MODEL_FAULT_LIMIT, "the answer is too long");
}

/* How much of `s` at its end may be the beginning of `word`. */
static size_t partial_at_end(struct str s, struct str word)
{
    size_t length = word.len - 1 < s.len ? word.len - 1 : s.len;
    while (length > 0 && !str_starts(word, str_slice(s, s.len - length, s.len))) length--;
    return length;
}

/* Only at the beginning of a text is "<think>" reasoning; elsewhere it is about the word. True when something was decided. */
static bool think_begins(struct llm_reader *reader)
{
    const struct str tag = STR("<think>");
    struct str held = buf_view(&reader->held);
    size_t space = 0;
    while (space < held.len && char_is_space(held.ptr[space])) space++;
    struct str rest = str_slice(held, space, held.len);
    if (rest.len < tag.len && str_starts(tag, rest)) return false;
    if (str_starts(rest, tag)) {
        reader->think = THINK_INSIDE;
        buf_drop_front(&reader->held, space + tag.len);
    } else {
        reader->think = THINK_OVER;
        pass_text(reader, reader->thought ? rest : held);
        buf_reset(&reader->held);
    }
    return true;
}

static bool think_ends(struct llm_reader *reader)
{
    const struct str tag = STR("</think>");
    struct str held = buf_view(&reader->held);
    size_t at = str_find(held, tag, 0);
    if (at == SIZE_MAX) {
        buf_drop_front(&reader->held, held.len - partial_at_end(held, tag));
        return false;
    }
    buf_drop_front(&reader->held, at + tag.len);
    reader->think = THINK_MAYBE;
    reader->thought = true;
    return true;
}

void collect_text(struct llm_reader *reader, struct str string)
{
    bool goes_on = true;
    buf_reset(&reader->scratch);
    view_text(string, &reader->scratch);
    if (!buf_ok(&reader->scratch)) {
        collect_fault(reader, MODEL_FAULT_LIMIT, "the answer is too long");
        return;
    }
    if (reader->think == THINK_OVER) {
        pass_text(reader, buf_view(&reader->scratch));
        return;
    }
    buf_str(&reader->held, buf_view(&reader->scratch));
    while (goes_on && reader->think != THINK_OVER && reader->held.len > 0)
        goes_on = reader->think == THINK_MAYBE ? think_begins(reader) : think_ends(reader);
    if (!buf_ok(&reader->held)) collect_fault(reader, MODEL_FAULT_LIMIT, "the answer is too long");
}

/* ---- calls ------------------------------------------------------------------------------------------------------------- */

/* A string's text, kept in the arena and cut to what we take. */
static struct str keep(struct llm_reader *reader, struct str string)
{
    buf_reset(&reader->scratch);
    view_text(string, &reader->scratch);
    return arena_str(&reader->arena, str_clip(buf_view(&reader->scratch), LIMIT_MODEL_NAME_BYTES));
}

static bool is_text(struct str value)
{
    return view_is_string(value) && !view_is_empty_string(value);
}

static bool is_id_of(struct llm_reader *reader, const struct llm_call *call, struct str id)
{
    if (!is_text(id)) return false;
    buf_reset(&reader->scratch);
    view_text(id, &reader->scratch);
    return str_eq(str_clip(buf_view(&reader->scratch), LIMIT_MODEL_NAME_BYTES), call->id);
}

struct llm_call *collect_new_call(struct llm_reader *reader, int64_t index, struct str id)
{
    if (reader->call_count == LIMIT_MODEL_CALLS) {
        collect_fault(reader, MODEL_FAULT_LIMIT, "the answer has too many tool calls");
        return NULL;
    }
    struct llm_call *call = &reader->calls[reader->call_count++];
    buf_reset(&call->arguments); /* its memory may be that of a call before a restart */
    *call = (struct llm_call){ .index = index, .arguments = call->arguments };
    call->arguments.max = LIMIT_ARGUMENTS_BYTES;
    if (is_text(id)) call->id = keep(reader, id);
    return call;
}

/* The latest with that index: an index that is used again belongs to the call that used it last. */
struct llm_call *collect_find_call(struct llm_reader *reader, int64_t index)
{
    for (size_t i = reader->call_count; i > 0; i--)
        if (reader->calls[i - 1].index == index) return &reader->calls[i - 1];
    return NULL;
}

static struct llm_call *find_by_id(struct llm_reader *reader, int64_t index, struct str id)
{
    for (size_t i = reader->call_count; i > 0; i--) {
        struct llm_call *call = &reader->calls[i - 1];
        if (call->index == index && is_id_of(reader, call, id)) return call;
    }
    return NULL;
}

/* A known id goes on with its call. Another id on a used index is a new call; no id goes on with the index. Without an
 * index and an id a chunk goes on with the last call, unless that one is whole: some send each call in one chunk and number
 * nothing. */
struct llm_call *collect_call(struct llm_reader *reader, int64_t index, struct str id)
{
    struct str whole;
    struct llm_call *known = is_text(id) ? find_by_id(reader, index, id) : NULL;
    struct llm_call *last = collect_find_call(reader, index);
    if (known != NULL) return known;
    if (last == NULL) return collect_new_call(reader, index, id);
    bool is_other = is_text(id) && last->id.len > 0;
    bool is_next = index == INDEX_NONE && !is_text(id) && view_check(buf_view(&last->arguments), &whole);
    if (is_other || is_next) return collect_new_call(reader, index, id);
    if (is_text(id)) last->id = keep(reader, id);
    return last;
}

void collect_id(struct llm_reader *reader, struct llm_call *call, struct str id)
{
    if (is_text(id) && !is_id_of(reader, call, id)) call->id = keep(reader, id);
}

static size_t number_of(const struct llm_reader *reader, const struct llm_call *call)
{
    return (size_t)(call - reader->calls);
}

static void tell_arguments(struct llm_reader *reader, struct llm_call *call)
{
    struct str arguments = buf_view(&call->arguments);
    if (call->name.len == 0 || call->is_provisional || call->told >= arguments.len) return;
    struct str piece = str_slice(arguments, call->told, arguments.len);
    call->told = arguments.len;
    tell(reader, &(struct model_event){ .kind = MODEL_EVENT_ARGUMENTS, .text = piece, .call = number_of(reader, call) });
}

/* The first one counts: some repeat it in every chunk, and what is glued together names no tool. */
void collect_name(struct llm_reader *reader, struct llm_call *call, struct str name)
{
    if (call->name.len > 0 || !is_text(name)) return;
    call->name = keep(reader, name);
    tell(reader, &(struct model_event){ .kind = MODEL_EVENT_CALL, .call = number_of(reader, call), .name = call->name });
    tell_arguments(reader, call);
}

void collect_extra(struct llm_reader *reader, struct llm_call *call, struct str json)
{
    if (view_is_null(json) || call->extra.len > 0) return;
    buf_reset(&reader->scratch);
    view_raw(json, &reader->scratch);
    if (buf_ok(&reader->scratch))
        call->extra = arena_str(&reader->arena, buf_view(&reader->scratch));
    else
        collect_fault(reader, MODEL_FAULT_LIMIT, "what has to be sent back is too long");
}

static void end_arguments(struct llm_reader *reader, struct llm_call *call)
{
    if (!buf_ok(&call->arguments)) collect_fault(reader, MODEL_FAULT_LIMIT, "the arguments of a tool call are too long");
    tell_arguments(reader, call);
}

/* What was told of the earlier ones cannot be taken back; the reply has the right ones. */
void collect_all_arguments(struct llm_reader *reader, struct llm_call *call, struct str whole)
{
    if (view_is_null(whole) || view_is_empty_string(whole)) return;
    buf_reset(&call->arguments);
    if (view_is_string(whole))
        view_text(whole, &call->arguments);
    else
        view_raw(whole, &call->arguments);
    if (call->told > 0) call->told = call->arguments.len;
    end_arguments(reader, call);
}

void collect_arguments(struct llm_reader *reader, struct llm_call *call, struct str piece)
{
    if (view_is_null(piece) || view_is_empty_string(piece)) return;
    bool is_whole = !view_is_string(piece) || call->is_provisional;
    call->is_provisional = false;
    if (is_whole) {
        collect_all_arguments(reader, call, piece);
        return;
    }
    view_text(piece, &call->arguments);
    end_arguments(reader, call);
}

/* ---- endings ----------------------------------------------------------------------------------------------------------- */

/* A number of tokens that can be; otherwise what was known. */
static int64_t tokens(struct str value, int64_t known)
{
    int64_t count = view_int(value, known);
    return count >= 0 && count <= TOKENS_MAX ? count : known;
}

void collect_usage(struct llm_reader *reader, struct str input, struct str cached, struct str output)
{
    struct model_usage *usage = &reader->usage;
    usage->input_tokens = tokens(input, usage->input_tokens);
    usage->cached_tokens = tokens(cached, usage->cached_tokens);
    usage->output_tokens = tokens(output, usage->output_tokens);
}

void collect_more_input(struct llm_reader *reader, struct str more)
{
    reader->usage.input_tokens += tokens(more, 0);
}

void collect_stop(struct llm_reader *reader, enum model_stop stop)
{
    reader->stop = stop;
}

void collect_opaque(struct llm_reader *reader, struct str json)
{
    buf_char(&reader->opaque, reader->opaque.len == 0 ? '[' : ',');
    view_raw(json, &reader->opaque);
    if (!buf_ok(&reader->opaque)) collect_fault(reader, MODEL_FAULT_LIMIT, "what has to be sent back is too long");
}

void collect_restart(struct llm_reader *reader)
{
    bool was_told = reader->text.len > 0 || reader->call_count > 0;
    buf_reset(&reader->text);
    buf_reset(&reader->opaque);
    buf_reset(&reader->held);
    reader->think = THINK_MAYBE;
    reader->thought = false;
    reader->call_count = 0;
    reader->stop = MODEL_STOP_NONE;
    if (was_told) tell(reader, &(struct model_event){ .kind = MODEL_EVENT_RESTARTED });
}

void collect_fault(struct llm_reader *reader, enum model_fault_kind kind, const char *message)
{
    if (reader->fault.kind != MODEL_FAULT_NONE) return;
    reader->fault = (struct model_fault){ .kind = kind, .message = str_from(message) };
}

void collect_error(struct llm_reader *reader, struct str error, int64_t status)
{
    if (reader->fault.kind == MODEL_FAULT_NONE) reader->fault = fault_from_error(error, status, &reader->arena);
}
