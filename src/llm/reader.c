/* reader.c - the way of the bytes: frames, then JSON, then the protocol's own reading of it. */
#include "llm/reader.h"

#include "base/mem.h"
#include "llm/fault.h"
#include "llm/wire.h"

const struct wire *wire_of(enum model_protocol protocol)
{
    static const struct wire *const wires[MODEL_PROTOCOL_COUNT] = {
        [MODEL_OPENAI_CHAT] = &wire_openai_chat,
        [MODEL_OPENAI_RESPONSES] = &wire_openai_responses,
        [MODEL_ANTHROPIC] = &wire_anthropic,
        [MODEL_OLLAMA] = &wire_ollama,
    };
    return wires[protocol];
}

/* Every protocol may say instead of a chunk what went wrong: an object or a text under "error" (Google: in an array). OpenAI
 * Responses has an "error" in its whole answers, too. */
static bool is_error(struct str value)
{
    struct str object = view_get(value, "object");
    return view_is(object, "error") || (!view_is_null(view_get(value, "error")) && !view_is(object, "response"));
}

static void read_value(struct llm_reader *reader, struct str value)
{
    if (value.ptr[0] == '[') value = view_first(value);
    if (!view_is_object(value))
        collect_fault(reader, MODEL_FAULT_UNREADABLE, "a part of the answer is not a JSON object");
    else if (is_error(value))
        collect_error(reader, value, 0);
    else
        wire_of(reader->options.protocol)->read(reader, value);
}

/* Some senders forget the empty line between events; then each line is one. */
static void read_lines(struct llm_reader *reader, struct str text)
{
    struct str line, value;
    while (str_split(&text, '\n', &line) && reader->fault.kind == MODEL_FAULT_NONE) {
        if (str_eq(str_trim(line), STR("[DONE]")))
            reader->is_over = true;
        else if (view_check(line, &value))
            read_value(reader, value);
        else
            collect_fault(reader, MODEL_FAULT_UNREADABLE, "a part of the answer is not JSON");
    }
}

static void on_frame(void *context, struct str text)
{
    struct llm_reader *reader = context;
    struct str value;
    if (reader->is_over || reader->fault.kind != MODEL_FAULT_NONE || str_trim(text).len == 0) return;
    if (view_check(text, &value))
        read_value(reader, value);
    else
        read_lines(reader, text);
}

struct llm_reader *llm_reader_open(const struct llm_reader_options *options)
{
    struct llm_reader *reader = mem_alloc(sizeof *reader);
    reader->options = *options;
    arena_init(&reader->arena);
    reader->options.mint = arena_str(&reader->arena, options->mint);
    buf_init(&reader->text, LIMIT_MODEL_TEXT_BYTES);
    buf_init(&reader->held, LIMIT_MODEL_TEXT_BYTES);
    buf_init(&reader->scratch, LIMIT_MODEL_CHUNK_BYTES);
    buf_init(&reader->opaque, LIMIT_MODEL_OPAQUE_BYTES);
    buf_init(&reader->thought_text, LIMIT_MODEL_OPAQUE_BYTES);
    frames_init(&reader->frames, wire_of(options->protocol)->framing, on_frame, reader);
    return reader;
}

bool llm_reader_feed(struct llm_reader *reader, struct str bytes)
{
    if (reader->fault.kind == MODEL_FAULT_NONE && !frames_feed(&reader->frames, bytes))
        collect_fault(reader, MODEL_FAULT_LIMIT, "a part of the answer is too long");
    return reader->fault.kind == MODEL_FAULT_NONE;
}

const struct model_reply *llm_reader_end(struct llm_reader *reader)
{
    if (reader->fault.kind == MODEL_FAULT_NONE && !frames_end(&reader->frames))
        collect_fault(reader, MODEL_FAULT_LIMIT, "a part of the answer is too long");
    collect_reply(reader);
    return &reader->reply;
}

const struct model_reply *llm_reader_fail(struct llm_reader *reader, const struct model_fault *fault)
{
    if (reader->fault.kind == MODEL_FAULT_NONE) {
        reader->fault = *fault;
        reader->fault.message = arena_str(&reader->arena, fault->message);
        reader->fault.parameter = arena_str(&reader->arena, fault->parameter);
    }
    collect_reply(reader);
    return &reader->reply;
}

void llm_reader_close(struct llm_reader *reader)
{
    if (reader == NULL) return;
    for (size_t i = 0; i < LIMIT_MODEL_CALLS; i++) buf_clear(&reader->calls[i].arguments);
    frames_clear(&reader->frames);
    buf_clear(&reader->text);
    buf_clear(&reader->held);
    buf_clear(&reader->scratch);
    buf_clear(&reader->opaque);
    buf_clear(&reader->thought_text);
    arena_clear(&reader->arena);
    mem_free(reader);
}
