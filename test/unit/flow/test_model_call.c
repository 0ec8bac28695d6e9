/* One call to a model over a server that says what the test tells it to, when the test tells it. */
#include "unit/flow/world.h"

#include "flow/providers.h"

struct model {
    struct world *world;
    struct http_server *server;
    struct http_exchange *out; /* answered by the test, piece by piece */
    struct provider provider;
    struct flow_model_call *call; /* NULL: over */
    bool cancels_at_event;
    /* what was told */
    struct buf text;
    unsigned results;
    enum model_stop stop;
    enum model_fault_kind fault;
    struct str reply, message;
    int64_t first_ms, total_ms, cost;
};

static void on_request(void *context, struct http_exchange *exchange)
{
    static const struct http_header type = { STR("Content-Type"), STR("text/event-stream") };
    struct model *model = context;
    model->out = exchange;
    http_stream_begin(exchange, &(struct http_answer){ .status = 200, .headers = &type, .header_count = 1 });
}

static struct model *model_open(struct world *world)
{
    struct model *model = arena_new(&world->arena, struct model);
    struct err err = { 0 };
    model->world = world;
    buf_init(&model->text, LIMIT_MODEL_TEXT_BYTES);
    model->server = http_server_open(world->loop, &(struct http_server_options){ .handler = on_request, .context = model });
    assert_int_equal(http_server_listen(model->server, STR("127.0.0.1:0"), &err), OK);
    model->provider = (struct provider){
        .id = STR("prv_1"),
        .workspace = WORKSPACE,
        .name = STR("P"),
        .protocol = MODEL_OPENAI_CHAT,
        .base_url = arena_fmt(&world->arena, "http://%.*s", STR_ARG(http_server_address(model->server))),
        .headers = STR("{}"),
        .model = STR("m"),
        .price = { 3000000, 0, 15000000 },
    };
    assert_int_equal(flow_provider_seal(world->flow, &model->provider, STR("a-key"), &world->arena), OK);
    return model;
}

static void model_close(struct model *model)
{
    if (model->out) http_stream_end(model->out);
    http_server_close(model->server);
    buf_clear(&model->text);
}

static void on_event(void *context, const struct model_event *event)
{
    struct model *model = context;
    if (event->kind == MODEL_EVENT_TEXT) buf_str(&model->text, event->text);
    if (model->cancels_at_event) flow_model_cancel(model->call);
}

static void on_result(void *context, const struct flow_model_result *result)
{
    struct model *model = context;
    model->results++;
    model->call = NULL;
    model->stop = result->reply->stop;
    model->fault = result->reply->fault.kind;
    model->reply = arena_str(&model->world->arena, result->reply->text);
    model->message = arena_str(&model->world->arena, result->reply->fault.message);
    model->first_ms = result->first_ms;
    model->total_ms = result->total_ms;
    model->cost = result->cost;
}

static const struct model_turn question = { .role = MODEL_USER, .text = STR("Hello?") };

static void ask_within(struct model *model, int64_t total_ms)
{
    const struct flow_model_ask ask = {
        .provider = &model->provider,
        .request = { .turns = &question, .turn_count = 1, .temperature = -1, .stream = true },
        .mint = STR("mint"),
        .total_ms = total_ms,
    };
    model->call = flow_model_call(model->world->flow, &ask, on_event, on_result, model);
    assert_int_equal(model->results, 0); /* never inside the call */
}

/* Steps the loop until the condition holds; the machine may be busy. */
#define UNTIL(model, condition)                                                                                                  \
    do {                                                                                                                         \
        int64_t until_ms = loop_now_ms((model)->world->loop) + 20000;                                                            \
        while (!(condition)) {                                                                                                   \
            if (loop_now_ms((model)->world->loop) > until_ms) fail_msg("still not: %s", #condition);                             \
            loop_step((model)->world->loop, 5);                                                                                  \
        }                                                                                                                        \
    } while (0)

static void begin(struct model *model)
{
    ask_within(model, 0);
    UNTIL(model, model->out != NULL);
}

static void say(struct model *model, const char *word)
{
    struct arena *arena = &model->world->arena;
    assert_true(
        http_stream_write(model->out, arena_fmt(arena, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", word)));
}

static void end_well(struct model *model)
{
    assert_true(http_stream_write(
        model->out, STR("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1000,"
                        "\"completion_tokens\":100}}\n\ndata: [DONE]\n\n")));
    http_stream_end(model->out);
    model->out = NULL;
}

static void step(struct model *model, int times)
{
    for (int i = 0; i < times; i++) loop_step(model->world->loop, 5);
}

static void words_come_as_they_are_said(void **state)
{
    struct model *model = model_open(*state);
    begin(model);
    say(model, "Hello ");
    UNTIL(model, model->text.len == 6);
    assert_int_equal(model->results, 0);
    say(model, "there");
    end_well(model);
    UNTIL(model, model->results == 1);
    assert_int_equal(model->stop, MODEL_STOP_END);
    assert_str(model->reply, "Hello there");
    assert_str(buf_view(&model->text), "Hello there");
    assert_true(model->first_ms > 0 && model->first_ms <= model->total_ms);
    assert_int_equal(model->cost, 3000 + 1500);
    model_close(model);
}

static void a_call_is_cancelled_from_its_own_event(void **state)
{
    struct model *model = model_open(*state);
    model->cancels_at_event = true;
    begin(model);
    assert_true(http_stream_write(model->out, STR("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"
                                                  "data: {\"choices\":[{\"delta\":{\"content\":\" there\"}}]}\n\n")));
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_CANCELLED);
    assert_int_equal(model->stop, MODEL_STOP_NONE);
    assert_str(buf_view(&model->text), "Hello"); /* what came with it is not told any more */
    model_close(model);
}

static void a_paused_call_waits(void **state)
{
    struct model *model = model_open(*state);
    begin(model);
    say(model, "one ");
    UNTIL(model, model->text.len == 4);
    flow_model_pause(model->call);
    say(model, "two");
    step(model, 20);
    assert_int_equal(model->text.len, 4);
    flow_model_resume(model->call);
    UNTIL(model, model->text.len == 7);
    end_well(model);
    UNTIL(model, model->results == 1);
    assert_str(model->reply, "one two");
    model_close(model);
}

static void a_call_has_a_deadline(void **state)
{
    struct model *model = model_open(*state);
    ask_within(model, 300);
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_TIMEOUT);
    model_close(model);
}

static void a_stream_that_ends_early_is_no_answer(void **state)
{
    struct model *model = model_open(*state);
    begin(model);
    say(model, "Your order is");
    http_stream_end(model->out);
    model->out = NULL;
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_CUT_OFF);
    model_close(model);
}

static void what_is_not_of_the_protocol_ends_the_call(void **state)
{
    struct model *model = model_open(*state);
    begin(model);
    assert_true(http_stream_write(model->out, STR("data: nonsense\n\n")));
    UNTIL(model, model->results == 1); /* though the other side goes on */
    assert_int_equal(model->fault, MODEL_FAULT_UNREADABLE);
    model_close(model);
}

static void nobody_there(void **state)
{
    struct world *world = *state;
    struct model *model = model_open(world);
    model->provider.base_url = STR("http://127.0.0.1:1");
    assert_int_equal(flow_provider_seal(world->flow, &model->provider, STR("a-key"), &world->arena), OK);
    ask_within(model, 0);
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_NETWORK);
    assert_int_equal(model->first_ms, 0);
    model_close(model);
}

static void a_history_that_no_provider_takes_is_not_sent(void **state)
{
    struct world *world = *state;
    struct model *model = model_open(world);
    const struct model_call orphan = { .id = STR("call_1"), .name = STR("get_ticket"), .arguments = STR("{}") };
    const struct model_turn turn = { .role = MODEL_ASSISTANT, .calls = &orphan, .call_count = 1 };
    const struct flow_model_ask ask = { .provider = &model->provider, .request = { .turns = &turn, .turn_count = 1 } };
    model->call = flow_model_call(world->flow, &ask, on_event, on_result, model);
    flow_model_cancel(model->call); /* nothing to cancel: no harm */
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_REQUEST);
    assert_str(model->message, "a tool call of the history has no result");
    assert_null(model->out);
    model_close(model);
}

static void a_provider_that_was_moved_is_not_called(void **state)
{
    struct world *world = *state;
    struct model *model = model_open(world);
    model->provider.id = STR("prv_2"); /* the envelope belongs to another row */
    ask_within(model, 0);
    UNTIL(model, model->results == 1);
    assert_int_equal(model->fault, MODEL_FAULT_UNREADABLE);
    assert_null(model->out);
    model_close(model);
}

/* The process stops: who waits is told, and nothing is left over. */
static void a_call_that_is_out_ends_with_the_process(void **state)
{
    struct world *world = *state;
    struct model *model = model_open(world);
    begin(model);
    say(model, "Hello");
    UNTIL(model, model->text.len == 5);
    world_stop(world);
    assert_int_equal(model->results, 1);
    assert_int_equal(model->fault, MODEL_FAULT_CANCELLED);
    world_start(world);
    model_close(model);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_come_as_they_are_said),
        TEST(a_call_is_cancelled_from_its_own_event),
        TEST(a_paused_call_waits),
        TEST(a_call_has_a_deadline),
        TEST(a_stream_that_ends_early_is_no_answer),
        TEST(what_is_not_of_the_protocol_ends_the_call),
        TEST(nobody_there),
        TEST(a_history_that_no_provider_takes_is_not_sent),
        TEST(a_provider_that_was_moved_is_not_called),
        TEST(a_call_that_is_out_ends_with_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
