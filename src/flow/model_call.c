/* model_call.c - puts a request in its provider's words, hands what egress receives to the reader, ends with the reader's reply. */
#include "flow/model_call.h"

#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "egress/provider.h"
#include "flow/parts.h"
#include "llm/fault.h"
#include "llm/reader.h"
#include "llm/request.h"

enum { TOTAL_MS = 2 * 60 * 1000, HEADERS_MAX = 12 };

struct flow_model_call {
    struct flow *flow;
    struct arena arena;
    struct egress_stream *stream; /* NULL: refused before it began, or over */
    bool has_bytes;
    bool is_cancelled; /* nothing more is told but the end, though bytes that have come hold more */
    struct llm_reader *reader;
    struct str provider;
    struct provider_price price;
    struct model_fault unwritten; /* why it ends before it began */
    int64_t started_ms, first_ms;
    model_event_fn *on_event;
    flow_model_fn *fn;
    void *context;
};

/* ---- while it comes in ----------------------------------------------------------------------------------------------------- */

/* At least 1: 0 says that there was no event. */
static int64_t elapsed_ms(const struct flow_model_call *call)
{
    int64_t ms = loop_now_ms(call->flow->loop) - call->started_ms;
    return ms > 0 ? ms : 1;
}

static void on_event(void *context, const struct model_event *event)
{
    struct flow_model_call *call = context;
    if (call->first_ms == 0) call->first_ms = elapsed_ms(call);
    if (call->on_event && !call->is_cancelled) call->on_event(call->context, event);
}

static void on_data(void *context, struct str bytes)
{
    struct flow_model_call *call = context;
    call->has_bytes = true;
    if (!llm_reader_feed(call->reader, bytes)) egress_stream_cancel(call->stream);
}

static void end_call(struct flow_model_call *call, const struct model_reply *reply)
{
    struct flow_model_result result = {
        .reply = reply,
        .first_ms = call->first_ms,
        .total_ms = elapsed_ms(call),
        .cost = provider_cost(&call->price, &reply->usage),
    };
    bool ok = reply->fault.kind == MODEL_FAULT_NONE;
    counter_add(ok ? COUNTER_MODEL_CALLS_OK : COUNTER_MODEL_CALLS_FAILED, 1);
    counter_add(COUNTER_MODEL_TOKENS_IN, (uint64_t)reply->usage.input_tokens);
    counter_add(COUNTER_MODEL_TOKENS_OUT, (uint64_t)reply->usage.output_tokens);
    log_info("model call", LOG_STR("provider", call->provider), LOG_STR("stop", str_from(model_stop_name(reply->stop))),
             LOG_STR("fault", str_from(model_fault_name(reply->fault.kind))), LOG_INT("status", reply->fault.status),
             LOG_INT("tokens_in", reply->usage.input_tokens), LOG_INT("tokens_out", reply->usage.output_tokens),
             LOG_INT("ms", result.total_ms));
    call->fn(call->context, &result);
    flow_leave(call->flow);
    llm_reader_close(call->reader);
    arena_clear(&call->arena);
    mem_free(call);
}

static void on_result(void *context, const struct http_result *result)
{
    struct flow_model_call *call = context;
    bool answered = result->fault.kind == NET_OK;
    call->stream = NULL;
    if (answered && result->answer.status >= 200 && result->answer.status <= 299) {
        end_call(call, llm_reader_end(call->reader));
        return;
    }
    struct model_fault fault =
        answered ? llm_answer_fault(&result->answer, &call->arena) : llm_net_fault(&result->fault, &call->arena);
    end_call(call, llm_reader_fail(call->reader, &fault));
}

/* ---- starting -------------------------------------------------------------------------------------------------------------- */

/* What the reader needs of the tools: they are the caller's, and may be gone before the answer comes. */
static struct model_tool *copy_tools(const struct model_request *request, struct arena *arena)
{
    struct model_tool *tools = arena_array(arena, request->tool_count, sizeof *tools);
    for (size_t i = 0; i < request->tool_count; i++) tools[i].name = arena_str(arena, request->tools[i].name);
    return tools;
}

static struct model_request complete(const struct flow_model_ask *ask)
{
    struct model_request request = ask->request;
    if (request.model.len == 0) request.model = ask->provider->model;
    if (request.max_tokens == 0) request.max_tokens = ask->provider->max_tokens;
    return request;
}

/* The protocol's own, then those of the provider's settings. */
static size_t fill_headers(const struct provider *provider, const struct json *settings, struct http_header headers[HEADERS_MAX])
{
    const struct http_header *own;
    size_t count = llm_headers(provider->protocol, &own);
    for (size_t i = 0; i < count; i++) headers[i] = own[i];
    for (void *i = json_first(settings); i != NULL && count < HEADERS_MAX; i = json_next(settings, i))
        headers[count++] = (struct http_header){ json_key(i), json_str(json_value(i)) };
    return count;
}

static void send(struct flow_model_call *call, const struct flow_model_ask *ask, struct str body)
{
    const struct provider *provider = ask->provider;
    struct http_header headers[HEADERS_MAX];
    struct json *settings = json_parse(provider->headers, NULL);
    const struct egress_model_command command = {
        .workspace = provider->workspace,
        .provider = provider->id,
        .sealed = provider->sealed,
        .path = llm_path(provider->protocol),
        .headers = headers,
        .header_count = fill_headers(provider, settings, headers),
        .body = body,
        .stream = ask->request.stream,
        .total_ms = ask->total_ms > 0 ? ask->total_ms : TOTAL_MS,
    };
    call->stream = egress_model_call(call->flow->egress, &command, on_data, on_result, call);
    json_free(settings);
}

/* What ends before it began is told like every other end: later. */
static void tell_unwritten(void *context)
{
    struct flow_model_call *call = context;
    end_call(call, llm_reader_fail(call->reader, &call->unwritten));
}

static void refuse(struct flow_model_call *call, enum model_fault_kind kind, const char *why)
{
    call->unwritten = (struct model_fault){ .kind = kind, .message = str_from(why) };
    loop_post(call->flow->loop, tell_unwritten, call);
}

/* Writes the request and sends it. */
static void start(struct flow_model_call *call, const struct flow_model_ask *ask, const struct model_request *request)
{
    const struct provider *provider = ask->provider;
    const struct llm_dialect dialect = { provider->protocol, provider->max_completion_tokens, provider->context_tokens };
    struct buf body;
    buf_init(&body, LIMIT_MODEL_REQUEST_BYTES);
    enum status status = llm_write_request(&dialect, request, &body);
    if (call->flow->halted)
        refuse(call, MODEL_FAULT_CANCELLED, "the server is stopping");
    else if (status == OK)
        send(call, ask, buf_view(&body));
    else if (status == E_INPUT)
        refuse(call, MODEL_FAULT_REQUEST, "a tool call of the history has no result");
    else
        refuse(call, MODEL_FAULT_LIMIT, "the conversation is longer than one request can hold");
    buf_clear(&body);
}

struct flow_model_call *flow_model_call(struct flow *flow, const struct flow_model_ask *ask, model_event_fn *event_fn,
                                        flow_model_fn *fn, void *context)
{
    const struct provider *provider = ask->provider;
    struct flow_model_call *call = mem_alloc(sizeof *call);
    const struct model_request request = complete(ask);
    arena_init(&call->arena);
    call->flow = flow;
    call->provider = arena_str(&call->arena, provider->id);
    call->price = provider->price;
    call->started_ms = loop_now_ms(flow->loop);
    call->on_event = event_fn;
    call->fn = fn;
    call->context = context;
    call->reader = llm_reader_open(&(struct llm_reader_options){ .protocol = provider->protocol,
                                                                 .tools = copy_tools(&request, &call->arena),
                                                                 .tool_count = request.tool_count,
                                                                 .mint = ask->mint,
                                                                 .fn = on_event,
                                                                 .context = call });
    flow_enter(flow);
    start(call, ask, &request);
    return call;
}

void flow_model_cancel(struct flow_model_call *call)
{
    call->is_cancelled = true;
    if (call->stream) egress_stream_cancel(call->stream);
}

bool flow_model_answers(const struct flow_model_call *call)
{
    return call->has_bytes;
}

void flow_model_pause(struct flow_model_call *call)
{
    if (call->stream) egress_stream_pause(call->stream);
}

void flow_model_resume(struct flow_model_call *call)
{
    if (call->stream) egress_stream_resume(call->stream);
}
