/* fuzz_llm.h - a provider's stream with any bytes: [size of pieces][the stream]. It is read whole and in pieces with one outcome; what is told
 * is UTF-8, and each call's arguments are a JSON object.
 */
#ifndef FUZZ_FUZZ_LLM_H
#define FUZZ_FUZZ_LLM_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "llm/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void promise(bool kept)
{
    if (!kept) abort();
}

static inline void check_event(void *context, const struct model_event *event)
{
    struct buf *told = context;
    promise(str_is_utf8(event->text) && str_is_utf8(event->name) && event->call < LIMIT_MODEL_CALLS);
    if (event->kind == MODEL_EVENT_RESTARTED) buf_reset(told);
    if (event->kind == MODEL_EVENT_TEXT) buf_str(told, event->text);
}

static inline void check_call(const struct model_call *call)
{
    struct json *arguments = json_parse(call->arguments, NULL);
    promise(json_type(arguments) == JSON_OBJECT);
    promise(call->id.len > 0 && call->id.len <= LIMIT_MODEL_NAME_BYTES && str_is_utf8(call->name));
    json_free(arguments);
}

/* All that a reply says, as text for comparison. */
static inline struct buf read_in_pieces(enum model_protocol protocol, struct str stream, size_t size)
{
    static const struct model_tool tools[] = { { STR("find_order"), STR(""), STR("{}") },
                                               { STR("send_note"), STR(""), STR("{}") } };
    struct buf told, said;
    buf_init(&told, 2 * LIMIT_MODEL_TEXT_BYTES);
    buf_init(&said, 64 * 1024 * 1024);
    struct llm_reader *reader = llm_reader_open(&(struct llm_reader_options){
        .protocol = protocol, .tools = tools, .tool_count = 2, .mint = STR("mint"), .fn = check_event, .context = &told });
    for (size_t at = 0; at < stream.len; at += size)
        if (!llm_reader_feed(reader, str_slice(stream, at, at + size))) break;
    const struct model_reply *reply = llm_reader_end(reader);
    promise(str_eq(buf_view(&told), reply->text) || reply->fault.kind == MODEL_FAULT_LIMIT);
    promise((reply->stop == MODEL_STOP_NONE) == (reply->fault.kind != MODEL_FAULT_NONE));
    for (size_t i = 0; i < reply->call_count; i++) {
        check_call(&reply->calls[i]);
        buf_fmt(&said, "%.*s|%.*s|%.*s|%d\n", STR_ARG(reply->calls[i].id), STR_ARG(reply->calls[i].name),
                STR_ARG(reply->calls[i].arguments), (int)reply->calls[i].flaw);
    }
    buf_fmt(&said, "%d|%d|%lld|%lld|%.*s|%.*s", (int)reply->stop, (int)reply->fault.kind, (long long)reply->usage.input_tokens,
            (long long)reply->usage.output_tokens, STR_ARG(reply->opaque), STR_ARG(reply->text));
    llm_reader_close(reader);
    buf_clear(&told);
    return said;
}

static inline int fuzz_protocol(enum model_protocol protocol, const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    struct str stream = { (const char *)data + 1, size - 1 };
    struct buf whole = read_in_pieces(protocol, stream, stream.len), pieces = read_in_pieces(protocol, stream, 1 + data[0] % 64);
    promise(str_eq(buf_view(&whole), buf_view(&pieces)));
    buf_clear(&whole);
    buf_clear(&pieces);
    return 0;
}

#endif
