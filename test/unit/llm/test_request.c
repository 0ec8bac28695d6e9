/* The bytes that go to each provider for one history: system text, question, two calls with their results, answer, question. */
#include "unit/unit.h"

#include "base/limits.h"
#include "llm/request.h"

static const struct model_call calls[] = {
    { .id = STR("call_a"), .name = STR("get_ticket"), .arguments = STR("{\"ticket_id\":7}") },
    { .id = STR("call_b"), .name = STR("get_ticket"), .arguments = STR("{\"ticket_id\":8}"), .extra = STR("{\"s\":1}") },
};

static const struct model_turn turns[] = {
    { .role = MODEL_USER, .text = STR("Where are \"7\" and 8?") },
    { .role = MODEL_ASSISTANT,
      .text = STR("Let me look."),
      .calls = calls,
      .call_count = 2,
      .opaque = STR("[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"c2ln\"}]") },
    { .role = MODEL_RESULT, .call_id = STR("call_a"), .call_name = STR("get_ticket"), .text = STR("open") },
    { .role = MODEL_RESULT,
      .call_id = STR("call_b"),
      .call_name = STR("get_ticket"),
      .text = STR("No such ticket"),
      .is_error = true },
    { .role = MODEL_ASSISTANT, .text = STR("7 is open.") },
    { .role = MODEL_USER, .text = STR("Thanks") },
};

static const struct model_tool tool = { STR("get_ticket"), STR("Reads a ticket."), STR("{\"type\":\"object\"}") };

static struct model_request request_of(const char *model)
{
    return (struct model_request){
        .model = str_from(model),
        .system = STR("Be brief."),
        .turns = turns,
        .turn_count = sizeof turns / sizeof *turns,
        .tools = &tool,
        .tool_count = 1,
        .temperature = 0.5,
        .max_tokens = 300,
        .stream = true,
    };
}

static void assert_body(const struct llm_dialect *dialect, const struct model_request *request, const char *expected)
{
    struct buf body;
    buf_init(&body, LIMIT_MODEL_REQUEST_BYTES);
    assert_int_equal(llm_write_request(dialect, request, &body), OK);
    assert_string_equal(body.data, expected);
    struct json *parsed = json_parse(buf_view(&body), NULL);
    assert_non_null(parsed);
    json_free(parsed);
    buf_clear(&body);
}

static void openai_chat(void **state)
{
    (void)state;
    struct model_request request = request_of("gpt-4.1");
    assert_body(
        &(struct llm_dialect){ .protocol = MODEL_OPENAI_CHAT }, &request,
        "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
        "{\"role\":\"user\",\"content\":\"Where are \\\"7\\\" and 8?\"},"
        "{\"role\":\"assistant\",\"content\":\"Let me look.\",\"tool_calls\":["
        "{\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"get_ticket\",\"arguments\":\"{\\\"ticket_id\\\":7}\"}}"
        ","
        "{\"id\":\"call_b\",\"type\":\"function\",\"function\":{\"name\":\"get_ticket\",\"arguments\":\"{\\\"ticket_id\\\":8}\"},"
        "\"extra_content\":{\"s\":1}}]},"
        "{\"role\":\"tool\",\"tool_call_id\":\"call_a\",\"content\":\"open\"},"
        "{\"role\":\"tool\",\"tool_call_id\":\"call_b\",\"content\":\"No such ticket\"},"
        "{\"role\":\"assistant\",\"content\":\"7 is open.\"},{\"role\":\"user\",\"content\":\"Thanks\"}],"
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_ticket\",\"description\":\"Reads a ticket.\","
        "\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"auto\",\"max_tokens\":300,\"temperature\":0.5,"
        "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
}

static void openai_chat_of_reasoning_models(void **state)
{
    (void)state;
    struct model_request request = request_of("o4-mini");
    request.turns = &turns[5];
    request.turn_count = 1;
    request.tool_count = 0;
    request.stream = false;
    assert_body(&(struct llm_dialect){ .protocol = MODEL_OPENAI_CHAT, .max_completion_tokens = true }, &request,
                "{\"model\":\"o4-mini\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                "{\"role\":\"user\",\"content\":\"Thanks\"}],\"max_completion_tokens\":300,\"stream\":false}");
}

static void openai_responses(void **state)
{
    (void)state;
    struct model_request request = request_of("gpt-5.4");
    assert_body(
        &(struct llm_dialect){ .protocol = MODEL_OPENAI_RESPONSES }, &request,
        "{\"model\":\"gpt-5.4\",\"instructions\":\"Be brief.\",\"input\":["
        "{\"role\":\"user\",\"content\":\"Where are \\\"7\\\" and 8?\"},"
        "{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"c2ln\"},"
        "{\"role\":\"assistant\",\"content\":\"Let me look.\"},"
        "{\"type\":\"function_call\",\"call_id\":\"call_a\",\"name\":\"get_ticket\",\"arguments\":\"{\\\"ticket_id\\\":7}\"},"
        "{\"type\":\"function_call\",\"call_id\":\"call_b\",\"name\":\"get_ticket\",\"arguments\":\"{\\\"ticket_id\\\":8}\"},"
        "{\"type\":\"function_call_output\",\"call_id\":\"call_a\",\"output\":\"open\"},"
        "{\"type\":\"function_call_output\",\"call_id\":\"call_b\",\"output\":\"No such ticket\"},"
        "{\"role\":\"assistant\",\"content\":\"7 is open.\"},{\"role\":\"user\",\"content\":\"Thanks\"}],"
        "\"tools\":[{\"type\":\"function\",\"name\":\"get_ticket\",\"description\":\"Reads a ticket.\","
        "\"parameters\":{\"type\":\"object\"},\"strict\":false}],\"tool_choice\":\"auto\",\"store\":false,"
        "\"include\":[\"reasoning.encrypted_content\"],\"max_output_tokens\":300,\"stream\":true}");
}

static void anthropic(void **state)
{
    (void)state;
    struct model_request request = request_of("claude-x");
    request.temperature = 1.5;
    request.choice = MODEL_CHOICE_REQUIRED;
    assert_body(
        &(struct llm_dialect){ .protocol = MODEL_ANTHROPIC }, &request,
        "{\"model\":\"claude-x\",\"max_tokens\":300,\"system\":\"Be brief.\",\"messages\":["
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Where are \\\"7\\\" and 8?\"}]},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"c2ln\"},"
        "{\"type\":\"text\",\"text\":\"Let me look.\"},"
        "{\"type\":\"tool_use\",\"id\":\"call_a\",\"name\":\"get_ticket\",\"input\":{\"ticket_id\":7}},"
        "{\"type\":\"tool_use\",\"id\":\"call_b\",\"name\":\"get_ticket\",\"input\":{\"ticket_id\":8}}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"call_a\",\"content\":\"open\"},"
        "{\"type\":\"tool_result\",\"tool_use_id\":\"call_b\",\"content\":\"No such ticket\",\"is_error\":true}]},"
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"7 is open.\"}]},"
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Thanks\"}]}],"
        "\"tools\":[{\"name\":\"get_ticket\",\"description\":\"Reads a ticket.\",\"input_schema\":{\"type\":\"object\"}}],"
        "\"tool_choice\":{\"type\":\"any\"},\"temperature\":1.0,\"stream\":true}");
}

static void ollama(void **state)
{
    (void)state;
    struct model_request request = request_of("qwen3");
    assert_body(&(struct llm_dialect){ .protocol = MODEL_OLLAMA }, &request,
                "{\"model\":\"qwen3\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                "{\"role\":\"user\",\"content\":\"Where are \\\"7\\\" and 8?\"},"
                "{\"role\":\"assistant\",\"content\":\"Let me look.\",\"tool_calls\":["
                "{\"function\":{\"name\":\"get_ticket\",\"arguments\":{\"ticket_id\":7}}},"
                "{\"function\":{\"name\":\"get_ticket\",\"arguments\":{\"ticket_id\":8}}}]},"
                "{\"role\":\"tool\",\"content\":\"open\",\"tool_name\":\"get_ticket\"},"
                "{\"role\":\"tool\",\"content\":\"No such ticket\",\"tool_name\":\"get_ticket\"},"
                "{\"role\":\"assistant\",\"content\":\"7 is open.\"},{\"role\":\"user\",\"content\":\"Thanks\"}],"
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_ticket\",\"description\":\"Reads a ticket.\","
                "\"parameters\":{\"type\":\"object\"}}}],\"stream\":true,"
                "\"options\":{\"num_ctx\":16384,\"num_predict\":300,\"temperature\":0.5}}");
}

static enum status status_of(const struct model_turn *history, size_t count)
{
    struct buf body;
    struct model_request request = { .model = STR("m"), .turns = history, .turn_count = count, .temperature = -1 };
    buf_init(&body, LIMIT_MODEL_REQUEST_BYTES);
    enum status status = llm_write_request(&(struct llm_dialect){ .protocol = MODEL_OPENAI_CHAT }, &request, &body);
    buf_clear(&body);
    return status;
}

static void a_call_without_its_result_is_not_sent(void **state)
{
    (void)state;
    const struct model_turn same_twice[] = { turns[1], turns[2], turns[2] };
    const struct model_turn words_between[] = { turns[1], turns[2], turns[0], turns[3] };
    assert_int_equal(status_of(turns, 6), OK);
    assert_int_equal(status_of(turns, 4), OK);
    assert_int_equal(status_of(turns, 3), E_INPUT);
    assert_int_equal(status_of(turns, 2), E_INPUT);
    assert_int_equal(status_of(&turns[2], 1), E_INPUT);
    assert_int_equal(status_of(same_twice, 3), E_INPUT);
    assert_int_equal(status_of(words_between, 4), E_INPUT);
    assert_int_equal(status_of(turns, 0), OK);
}

static void too_much_is_not_sent(void **state)
{
    (void)state;
    struct buf body;
    struct model_tool many[LIMIT_MODEL_TOOLS + 1];
    for (size_t i = 0; i <= LIMIT_MODEL_TOOLS; i++) many[i] = tool;
    struct model_request request = request_of("m");
    buf_init(&body, 200);
    assert_int_equal(llm_write_request(&(struct llm_dialect){ 0 }, &request, &body), E_LIMIT);
    buf_clear(&body);
    request.tools = many;
    request.tool_count = LIMIT_MODEL_TOOLS + 1;
    buf_init(&body, LIMIT_MODEL_REQUEST_BYTES);
    assert_int_equal(llm_write_request(&(struct llm_dialect){ 0 }, &request, &body), E_LIMIT);
    buf_clear(&body);
}

/* quirk 19 */
static void reasoning_models_are_known_by_name(void **state)
{
    (void)state;
    static const char *const think[] = { "o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.4", "gpt-5-nano-2025-08-07", "openai/o3" };
    static const char *const speak[] = { "gpt-4o", "gpt-4.1", "gpt-5-chat-latest", "omni", "claude-x", "llama3", "", "o" };
    for (size_t i = 0; i < sizeof think / sizeof *think; i++) assert_true(llm_is_reasoning_model(str_from(think[i])));
    for (size_t i = 0; i < sizeof speak / sizeof *speak; i++) assert_false(llm_is_reasoning_model(str_from(speak[i])));
}

static void paths_and_headers(void **state)
{
    (void)state;
    const struct http_header *headers;
    assert_string_equal(llm_path(MODEL_OPENAI_CHAT), "/chat/completions");
    assert_string_equal(llm_path(MODEL_OPENAI_RESPONSES), "/responses");
    assert_string_equal(llm_path(MODEL_ANTHROPIC), "/v1/messages");
    assert_string_equal(llm_path(MODEL_OLLAMA), "/api/chat");
    assert_int_equal(llm_headers(MODEL_OPENAI_CHAT, &headers), 0);
    assert_int_equal(llm_headers(MODEL_ANTHROPIC, &headers), 1);
    assert_str(headers[0].value, "2023-06-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openai_chat),
        cmocka_unit_test(openai_chat_of_reasoning_models),
        cmocka_unit_test(openai_responses),
        cmocka_unit_test(anthropic),
        cmocka_unit_test(ollama),
        cmocka_unit_test(a_call_without_its_result_is_not_sent),
        cmocka_unit_test(too_much_is_not_sent),
        cmocka_unit_test(reasoning_models_are_known_by_name),
        cmocka_unit_test(paths_and_headers),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
