/* streams.h - reads a stream through a reader in pieces of any size and writes down all it said. For this room's tests. */
#ifndef UNIT_LLM_STREAMS_H
#define UNIT_LLM_STREAMS_H

#include "unit/unit.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "llm/reader.h"

static inline struct str read_file(const char *path, struct arena *arena)
{
    static char bytes[512 * 1024];
    FILE *file = fopen(path, "rb");
    if (file == NULL) return STR_NONE;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    assert_true(length < sizeof bytes && fclose(file) == 0);
    return arena_str(arena, (struct str){ bytes, length });
}

/* What the events said, for comparison with the reply. */
struct heard {
    struct buf text, arguments[LIMIT_MODEL_CALLS];
    size_t begun;
    bool restarted;
};

static inline void hear(void *context, const struct model_event *event)
{
    struct heard *heard = context;
    switch (event->kind) {
    case MODEL_EVENT_TEXT:
        assert_true(str_is_utf8(event->text) && event->text.len > 0);
        buf_str(&heard->text, event->text);
        break;
    case MODEL_EVENT_CALL:
        assert_true(event->call < LIMIT_MODEL_CALLS && event->name.len > 0);
        heard->begun++;
        break;
    case MODEL_EVENT_ARGUMENTS:
        assert_true(event->call < LIMIT_MODEL_CALLS);
        buf_str(&heard->arguments[event->call], event->text);
        break;
    case MODEL_EVENT_RESTARTED:
        heard->restarted = true;
        heard->begun = 0;
        buf_reset(&heard->text);
        for (size_t i = 0; i < LIMIT_MODEL_CALLS; i++) buf_reset(&heard->arguments[i]);
        break;
    }
}

/* One line a fact; line ends within a text are written as \n. */
static inline void put_line(struct buf *out, const char *word, struct str text)
{
    struct str rest = text, line;
    bool is_first = true;
    buf_lit(out, word);
    while (str_split(&rest, '\n', &line)) {
        buf_lit(out, is_first ? "" : "\\n");
        buf_str(out, line);
        is_first = false;
    }
    buf_char(out, '\n');
}

static inline void put_call(struct buf *out, const struct model_call *call)
{
    static const char *const flaws[] = { "", "flaw arguments\n", "flaw unknown\n", "flaw wrapper\n", "flaw repeated\n" };
    buf_fmt(out, "call %.*s %.*s %.*s\n", STR_ARG(call->id), STR_ARG(call->name), STR_ARG(call->arguments));
    if (call->extra.len > 0) put_line(out, "extra ", call->extra);
    buf_lit(out, flaws[call->flaw]);
}

static inline void put_reply(struct buf *out, const struct heard *heard, const struct model_reply *reply)
{
    const struct model_usage *usage = &reply->usage;
    if (heard->restarted) buf_lit(out, "restarted\n");
    if (reply->text.len > 0) put_line(out, "text ", reply->text);
    for (size_t i = 0; i < reply->call_count; i++) put_call(out, &reply->calls[i]);
    if (reply->call_in_text) buf_lit(out, "call in text\n");
    if (reply->opaque.len > 0) put_line(out, "opaque ", reply->opaque);
    if (usage->input_tokens || usage->output_tokens)
        buf_fmt(out, "usage %lld %lld %lld\n", (long long)usage->input_tokens, (long long)usage->cached_tokens,
                (long long)usage->output_tokens);
    if (reply->stop != MODEL_STOP_NONE) buf_fmt(out, "stop %s\n", model_stop_name(reply->stop));
    if (reply->fault.kind == MODEL_FAULT_NONE) return;
    buf_fmt(out, "fault %s %lld %.*s\n", model_fault_name(reply->fault.kind), (long long)reply->fault.status,
            STR_ARG(reply->fault.message));
    if (reply->fault.retry_after_ms > 0) buf_fmt(out, "retry %lld\n", (long long)reply->fault.retry_after_ms);
}

/* What was told while it came in is what the reply holds. */
static inline void assert_heard(const struct heard *heard, const struct model_reply *reply)
{
    assert_true(str_eq(buf_view(&heard->text), reply->text));
    for (size_t i = 0; i < reply->call_count; i++) {
        struct json *told = json_parse(buf_view(&heard->arguments[i]), NULL), *kept = json_parse(reply->calls[i].arguments, NULL);
        assert_int_equal(json_type(kept), JSON_OBJECT);
        if (reply->calls[i].flaw != MODEL_FLAW_ARGUMENTS && told != NULL) assert_int_equal(json_count(told), json_count(kept));
        json_free(told);
        json_free(kept);
    }
}

/* The bytes in pieces of `size`, the first of `first` bytes; what was said is appended to `out`. */
static inline void play(const struct llm_reader_options *options, struct str bytes, size_t first, size_t size, struct buf *out)
{
    struct heard heard = { .restarted = false };
    struct llm_reader_options with = *options;
    buf_init(&heard.text, LIMIT_MODEL_TEXT_BYTES);
    for (size_t i = 0; i < LIMIT_MODEL_CALLS; i++) buf_init(&heard.arguments[i], LIMIT_ARGUMENTS_BYTES);
    with.fn = hear;
    with.context = &heard;
    struct llm_reader *reader = llm_reader_open(&with);
    for (size_t at = 0, step = first; at < bytes.len; at += step, step = size)
        if (!llm_reader_feed(reader, str_slice(bytes, at, at + step))) break;
    const struct model_reply *reply = llm_reader_end(reader);
    assert_heard(&heard, reply);
    put_reply(out, &heard, reply);
    llm_reader_close(reader);
    buf_clear(&heard.text);
    for (size_t i = 0; i < LIMIT_MODEL_CALLS; i++) buf_clear(&heard.arguments[i]);
}

static inline void assert_same_in_pieces(const struct llm_reader_options *options, struct str bytes, size_t first, size_t size,
                                         struct str whole, const char *name)
{
    struct buf out;
    buf_init(&out, 4 * 1024 * 1024);
    play(options, bytes, first, size, &out);
    if (!str_eq(buf_view(&out), whole))
        fail_msg("%s: in pieces of %zu, then %zu bytes:\n%.*sand whole:\n%.*s", name, first, size, STR_ARG(buf_view(&out)),
                 STR_ARG(whole));
    buf_clear(&out);
}

#endif
