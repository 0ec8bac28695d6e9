/* What a reader promises beside the cases: ceilings, faults from outside, and that a delta costs no memory. */
#include "unit/llm/streams.h"

#include "llm/collect.h"
#include "llm/frames.h"

static struct llm_reader *open_chat(model_event_fn *fn, void *context)
{
    static const struct model_tool tool = { STR("find_order"), STR(""), STR("{}") };
    return llm_reader_open(&(struct llm_reader_options){
        .protocol = MODEL_OPENAI_CHAT, .tools = &tool, .tool_count = 1, .mint = STR("mint"), .fn = fn, .context = context });
}

#define DELTA(text)                                                                                                              \
    STR("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text     \
        "\"},\"finish_reason\":null}]}\n\n")

static void a_delta_takes_no_memory(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    assert_true(llm_reader_feed(reader, DELTA("word ")));
    size_t arena = reader->arena.total, line = reader->frames.line.cap, data = reader->frames.data.cap,
           scratch = reader->scratch.cap;
    for (int i = 0; i < 10000; i++) assert_true(llm_reader_feed(reader, DELTA("word ")));
    assert_int_equal(reader->arena.total, arena);
    assert_int_equal(reader->frames.line.cap, line);
    assert_int_equal(reader->frames.data.cap, data);
    assert_int_equal(reader->scratch.cap, scratch);
    assert_int_equal(reader->text.len, 10001 * 5);
    llm_reader_close(reader);
}

static void too_much_text_is_a_fault(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    unsigned fed = 0;
    while (llm_reader_feed(reader, DELTA("0123456789012345678901234567890123456789")) && fed < LIMIT_MODEL_TEXT_BYTES) fed++;
    const struct model_reply *reply = llm_reader_end(reader);
    assert_int_equal(reply->fault.kind, MODEL_FAULT_LIMIT);
    assert_int_equal(reply->stop, MODEL_STOP_NONE);
    assert_true(reply->text.len <= LIMIT_MODEL_TEXT_BYTES && reply->text.len > LIMIT_MODEL_TEXT_BYTES - 41);
    llm_reader_close(reader);
}

static void too_long_an_event_is_a_fault(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    static char spaces[64 * 1024];
    memset(spaces, ' ', sizeof spaces);
    bool wants_more = llm_reader_feed(reader, STR("data: "));
    for (size_t fed = 0; wants_more && fed <= 2 * LIMIT_MODEL_CHUNK_BYTES; fed += sizeof spaces)
        wants_more = llm_reader_feed(reader, (struct str){ spaces, sizeof spaces });
    assert_false(wants_more);
    assert_int_equal(llm_reader_end(reader)->fault.kind, MODEL_FAULT_LIMIT);
    llm_reader_close(reader);
}

static void too_many_calls_are_a_fault(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    struct arena arena;
    arena_init(&arena);
    for (int i = 0; i <= LIMIT_MODEL_CALLS; i++)
        llm_reader_feed(reader, arena_fmt(&arena,
                                          "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d,\"function\":"
                                          "{\"name\":\"find_order\"}}]}}]}\n\n",
                                          i));
    const struct model_reply *reply = llm_reader_end(reader);
    assert_int_equal(reply->fault.kind, MODEL_FAULT_LIMIT);
    assert_int_equal(reply->call_count, LIMIT_MODEL_CALLS);
    llm_reader_close(reader);
    arena_clear(&arena);
}

static void too_long_arguments_are_a_fault(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    bool wants_more = true;
    for (size_t fed = 0; wants_more && fed < LIMIT_ARGUMENTS_BYTES; fed += 40)
        wants_more =
            llm_reader_feed(reader, STR("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":"
                                        "\"find_order\",\"arguments\":\"0123456789012345678901234567890123456789-\"}}]}}]}\n\n"));
    assert_false(wants_more);
    assert_int_equal(llm_reader_end(reader)->fault.kind, MODEL_FAULT_LIMIT);
    llm_reader_close(reader);
}

static void a_long_id_is_cut(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    struct buf chunk;
    buf_init(&chunk, 4096);
    buf_lit(&chunk, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"");
    for (int i = 0; i < 500; i++) buf_char(&chunk, 'x');
    buf_lit(&chunk, "\",\"function\":{\"name\":\"find_order\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n");
    llm_reader_feed(reader, buf_view(&chunk));
    llm_reader_feed(reader, buf_view(&chunk));
    const struct model_reply *reply = llm_reader_end(reader);
    assert_int_equal(reply->call_count, 1);
    assert_int_equal(reply->calls[0].id.len, LIMIT_MODEL_NAME_BYTES);
    buf_clear(&chunk);
    llm_reader_close(reader);
}

static void a_call_that_failed_keeps_what_was_read(void **state)
{
    (void)state;
    struct llm_reader *reader = open_chat(NULL, NULL);
    llm_reader_feed(reader, DELTA("Your order"));
    const struct model_fault reset = { .kind = MODEL_FAULT_CUT_OFF, .message = STR("connection reset") };
    const struct model_reply *reply = llm_reader_fail(reader, &reset);
    assert_str(reply->text, "Your order");
    assert_int_equal(reply->fault.kind, MODEL_FAULT_CUT_OFF);
    assert_str(reply->fault.message, "connection reset");
    assert_int_equal(reply->stop, MODEL_STOP_NONE);
    llm_reader_close(reader);
}

static void nothing_at_all_is_a_fault(void **state)
{
    (void)state;
    for (int protocol = 0; protocol < MODEL_PROTOCOL_COUNT; protocol++) {
        struct llm_reader *reader = llm_reader_open(&(struct llm_reader_options){ .protocol = (enum model_protocol)protocol });
        assert_int_equal(llm_reader_end(reader)->fault.kind, MODEL_FAULT_UNREADABLE);
        llm_reader_close(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delta_takes_no_memory),
        cmocka_unit_test(too_much_text_is_a_fault),
        cmocka_unit_test(too_long_an_event_is_a_fault),
        cmocka_unit_test(too_many_calls_are_a_fault),
        cmocka_unit_test(too_long_arguments_are_a_fault),
        cmocka_unit_test(a_long_id_is_cut),
        cmocka_unit_test(a_call_that_failed_keeps_what_was_read),
        cmocka_unit_test(nothing_at_all_is_a_fault),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
