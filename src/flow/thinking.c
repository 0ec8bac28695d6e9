/* thinking.c - see thinking.h.
 *
 * The request is written out in the job, from rows of one transaction, with secrets taken out of every text (agent/redact.h). What watchers see goes out at most LIMIT_DELTAS_PER_SECOND times a second,
 * however fast the model is; who reads slower than that is let go by net and comes back with Last-Event-ID.
 */
#include "flow/thinking.h"

#include "agent/context.h"
#include "agent/exchange.h"
#include "agent/gate.h"
#include "agent/prompt.h"
#include "agent/redact.h"
#include "agent/say.h"
#include "agent/tools.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/chain.h"
#include "flow/model_call.h"

enum {
    DELTA_MS = 1000 / LIMIT_DELTAS_PER_SECOND,
    FIRST_MS = 15 * 1000,  /* without a byte of an answer after this the next model is asked: a caller waits a little longer */
    TOTAL_MS = 110 * 1000, /* of one answer; models that think first say nothing for long */
    CONTEXT_TOKENS = 32 * 1000 /* of a request, where the provider's settings do not say */,
    ANSWER_TOKENS = 4 * 1000 /* of that, kept for prompt, tools and answer */
};

struct thinking {
    struct flow *flow;
    struct lane *lane; /* NULL: nobody waits for it any more */
    struct arena arena;
    struct str id, workspace, conversation, turn;
    struct provider provider;
    struct model_request request;
    struct tools tools;
    int64_t within_ms, after_ms;

    struct claim_receipt *receipts;
    struct gate_facts facts;
    struct leak hidden;     /* of the prompt */
    struct redact redact;   /* the placeholders of what was sent */
    struct buf placeholder; /* a piece that may be the beginning of one */
    struct gate gate;
    struct buf shown;       /* everything that watchers may see, with the words of earlier answers of the turn */
    size_t before;          /* of it, those */
    size_t published;       /* of it, told */
    size_t published_units; /* the same in UTF-16 */
    bool frozen;            /* no more of it is shown */
    bool torn;              /* the provider began anew after words had been shown */

    struct flow_model_call *call;
    struct breaker *breaker; /* NULL: not asked */
    struct loop_timer *start_timer, *first_timer, *delta_timer;
    struct model_fault refused; /* why it was never sent, or was ended by us; MODEL_FAULT_NONE: by the model */
};

/* ---- in the job: what is asked ---------------------------------------------------------------------------------------------------- */

static struct model_turn copy_turn(struct redact *redact, const struct model_turn *turn, struct arena *arena)
{
    struct model_turn copy = *turn;
    struct model_call *calls = arena_array(arena, turn->call_count, sizeof *calls);
    for (size_t i = 0; i < turn->call_count; i++) {
        calls[i] = turn->calls[i];
        calls[i].id = arena_str(arena, turn->calls[i].id);
        calls[i].name = arena_str(arena, turn->calls[i].name);
        calls[i].arguments = redact_json(redact, turn->calls[i].arguments);
        calls[i].extra = arena_str(arena, turn->calls[i].extra);
    }
    copy.calls = calls;
    copy.text = redact_text(redact, turn->text);
    copy.opaque = arena_str(arena, turn->opaque);
    copy.call_id = arena_str(arena, turn->call_id);
    copy.call_name = arena_str(arena, turn->call_name);
    return copy;
}

static int64_t budget(const struct provider *provider)
{
    int64_t whole = provider->context_tokens > 2 * ANSWER_TOKENS ? provider->context_tokens : CONTEXT_TOKENS;
    return whole - ANSWER_TOKENS;
}

static void write_request(struct thinking *thinking, struct step *step, const struct turn *turn, const struct turn_world *world)
{
    struct model_turn *history;
    size_t count;
    struct context context;
    struct arena *arena = &thinking->arena;
    struct redact *redact = &thinking->redact;
    const struct provider_redact *classes = &thinking->provider.redact;
    const struct redact_rules rules = { classes->email, classes->phone, classes->iban };
    redact_begin(redact, &rules, arena);
    recall_history(step->recall, turn, step->event.random, &step->arena, &history, &count);
    context_build(STR_NONE, history, count, budget(&thinking->provider), &step->arena, &context);
    struct model_turn *turns = arena_array(arena, context.count, sizeof *turns);
    for (size_t i = 0; i < context.count; i++) turns[i] = copy_turn(redact, &context.turns[i], arena);
    const struct prompt_facts facts = {
        .world = world, .tone = world->agent->settings.tone, .languages = world->agent->settings.languages, .at_ms = step->now_ms
    };
    struct str system = prompt_system(&facts, &step->arena);
    tools_offer(world, arena, &thinking->tools);
    thinking->request = (struct model_request){
        .system = redact_text(redact, system),
        .turns = turns,
        .turn_count = context.count,
        .tools = thinking->tools.items,
        .tool_count = thinking->tools.count,
        .choice = step->effects.ask.without_tools ? MODEL_CHOICE_NONE : MODEL_CHOICE_AUTO,
        .temperature = -1,
        .stream = true,
    };
}

/* What its words are held against while they come: the receipts' parsed results change hands. */
static void take_facts(struct thinking *thinking, struct recall *recall, const struct agent_settings *settings, int64_t now_ms)
{
    struct arena *arena = &thinking->arena;
    prompt_hidden(settings, arena, &thinking->hidden);
    struct str *known = arena_array(arena, recall->known_count, sizeof *known);
    thinking->receipts = arena_array(arena, recall->receipt_count, sizeof *thinking->receipts);
    for (size_t i = 0; i < recall->receipt_count; i++) {
        thinking->receipts[i] = recall->receipts[i];
        thinking->receipts[i].action = arena_str(arena, recall->receipts[i].action);
        thinking->receipts[i].reference = arena_str(arena, recall->receipts[i].reference);
        thinking->receipts[i].arguments = arena_str(arena, recall->receipts[i].arguments);
    }
    for (size_t i = 0; i < recall->known_count; i++) known[i] = arena_str(arena, recall->known[i]);
    thinking->facts = (struct gate_facts){ .receipts = thinking->receipts,
                                           .receipt_count = recall->receipt_count,
                                           .known = known,
                                           .known_count = recall->known_count,
                                           .taught = arena_str(arena, recall->taught),
                                           .now_ms = now_ms,
                                           .hidden = &thinking->hidden };
    recall->receipt_count = 0;
}

enum status thinking_prepare(struct store_tx *tx, struct step *step, const struct turn *turn, const struct turn_world *world,
                             struct thinking **prepared)
{
    const struct turn_ask *ask = &step->effects.ask;
    const struct provider *provider = &step->chain->providers[ask->engine];
    enum status status = chain_begin_run(tx, step, provider, ask->id, ask->why);
    if (status) return status;
    struct thinking *thinking = *prepared = mem_alloc(sizeof *thinking);
    struct arena *arena = &thinking->arena;
    arena_init(arena);
    buf_init(&thinking->shown, LIMIT_MODEL_TEXT_BYTES * 2);
    buf_init(&thinking->placeholder, LIMIT_MODEL_TEXT_BYTES * 2);
    thinking->flow = step->flow;
    thinking->id = arena_str(arena, ask->id);
    thinking->workspace = arena_str(arena, step->conversation.workspace);
    thinking->conversation = arena_str(arena, step->conversation.id);
    thinking->turn = arena_str(arena, step->effects.turn);
    thinking->provider = provider_copy(provider, arena);
    thinking->within_ms = ask->within_ms;
    thinking->after_ms = ask->after_ms;
    write_request(thinking, step, turn, world);
    take_facts(thinking, step->recall, &world->agent->settings, step->now_ms);
    buf_str(&thinking->shown, turn_said(turn));
    if (thinking->shown.len) buf_lit(&thinking->shown, "\n\n");
    thinking->before = thinking->shown.len;
    gate_begin(&thinking->gate, &thinking->facts, arena);
    return OK;
}

void thinking_free(struct thinking *thinking)
{
    gate_close(&thinking->gate);
    buf_clear(&thinking->placeholder);
    for (size_t i = 0; i < thinking->facts.receipt_count; i++) json_free((struct json *)(uintptr_t)thinking->receipts[i].result);
    buf_clear(&thinking->shown);
    arena_clear(&thinking->arena);
    mem_free(thinking);
}

/* ---- its end ------------------------------------------------------------------------------------------------------------------------ */

static struct str own_words(const struct thinking *thinking)
{
    return str_slice(buf_view(&thinking->shown), thinking->before, thinking->shown.len);
}

static void leave_lane(struct thinking *thinking)
{
    struct lane *lane = thinking->lane;
    thinking->lane = NULL;
    if (!lane) return;
    lane->thinking = NULL;
    lane_rest(lane);
}

/* The halt of this process says nothing: the row stays as it is, and the next start takes it up. */
static void finish(struct thinking *thinking, const struct model_reply *reply, const struct flow_model_result *result)
{
    struct flow *flow = thinking->flow;
    bool failed = reply->fault.kind != MODEL_FAULT_NONE;
    struct turns_model end = {
        .run = { .id = thinking->id,
                 .workspace = thinking->workspace,
                 .conversation = thinking->conversation,
                 .state = failed ? MODEL_RUN_FAILED : MODEL_RUN_DONE,
                 .stop = str_from(failed ? "" : model_stop_name(reply->stop)),
                 .fault = str_from(failed ? model_fault_name(reply->fault.kind) : ""),
                 .evidence = reply->fault.message,
                 .usage = reply->usage },
        .reply = reply,
        .said = own_words(thinking),
    };
    if (result) {
        end.run.cost = result->cost;
        end.run.first_ms = result->first_ms;
        end.run.total_ms = result->total_ms;
    }
    loop_timer_cancel(thinking->start_timer);
    loop_timer_cancel(thinking->first_timer);
    loop_timer_cancel(thinking->delta_timer);
    if (!flow->halted) turns_model(flow, &end);
    leave_lane(thinking);
    thinking_free(thinking);
    flow_leave(flow);
}

static void note_health(struct thinking *thinking, const struct model_fault *fault)
{
    int64_t now_ms = loop_now_ms(thinking->flow->loop);
    if (!thinking->breaker) return;
    if (fault->kind == MODEL_FAULT_NONE)
        breaker_worked(thinking->breaker);
    else if (fault->kind == MODEL_FAULT_CANCELLED)
        breaker_unclear(thinking->breaker, now_ms);
    else
        breaker_failed(thinking->breaker, fault, now_ms);
}

/* It was not sent at all. */
static void tell_refused(void *context)
{
    struct thinking *thinking = context;
    thinking->start_timer = NULL;
    const struct model_reply reply = { .fault = thinking->refused };
    note_health(thinking, &reply.fault);
    finish(thinking, &reply, NULL);
}

/* The reply with what was taken out of the request put back. */
static struct model_reply restored(struct thinking *thinking, const struct model_reply *given)
{
    struct arena *arena = &thinking->arena;
    struct model_reply reply = *given;
    struct model_call *calls = arena_array(arena, given->call_count, sizeof *calls);
    for (size_t i = 0; i < given->call_count; i++) {
        calls[i] = given->calls[i];
        calls[i].arguments = redact_restore(&thinking->redact, given->calls[i].arguments, arena);
    }
    reply.calls = calls;
    reply.text = redact_restore(&thinking->redact, given->text, arena);
    return reply;
}

static void on_reply(void *context, const struct flow_model_result *result)
{
    struct thinking *thinking = context;
    struct model_reply reply = restored(thinking, result->reply);
    thinking->call = NULL;
    if (reply.fault.kind == MODEL_FAULT_CANCELLED && thinking->refused.kind != MODEL_FAULT_NONE) reply.fault = thinking->refused;
    note_health(thinking, &reply.fault);
    finish(thinking, &reply, result);
}

/* ---- what is shown meanwhile ----------------------------------------------------------------------------------------------------------- */

/* How long browsers count it: characters beyond the first plane are two units. */
static size_t utf16_units(struct str text)
{
    size_t units = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        units += (byte & 0xC0) != 0x80;
        units += byte >= 0xF0;
    }
    return units;
}

static void publish(void *context)
{
    struct thinking *thinking = context;
    thinking->delta_timer = NULL;
    if (thinking->frozen || !thinking->lane || thinking->published == thinking->shown.len) return;
    struct str more = str_slice(buf_view(&thinking->shown), thinking->published, thinking->shown.len);
    const struct flow_event event = { .kind = FLOW_DELTA, .turn = thinking->turn, .text = more, .at = thinking->published_units };
    thinking->published = thinking->shown.len;
    thinking->published_units += utf16_units(more);
    thinking->delta_timer = loop_timer_start(thinking->flow->loop, DELTA_MS, publish, thinking);
    lane_publish(thinking->lane, &event);
}

static void feed(struct thinking *thinking, struct str piece)
{
    struct arena scratch;
    struct buf whole;
    arena_init(&scratch);
    buf_init(&whole, LIMIT_MODEL_TEXT_BYTES * 2);
    redact_feed(&thinking->redact, &thinking->placeholder, piece, &whole);
    gate_feed(&thinking->gate, say_clean(buf_view(&whole), &scratch), &thinking->shown);
    buf_clear(&whole);
    arena_clear(&scratch);
    if (!thinking->delta_timer) publish(thinking);
}

/* Words that were shown cannot be taken back. */
static void begin_anew(struct thinking *thinking)
{
    if (own_words(thinking).len) {
        thinking->refused = (struct model_fault){ .kind = MODEL_FAULT_CUT_OFF, .message = STR("the provider began anew") };
        flow_model_cancel(thinking->call);
        return;
    }
    gate_close(&thinking->gate);
    buf_reset(&thinking->placeholder);
    gate_begin(&thinking->gate, &thinking->facts, &thinking->arena);
}

static void on_event(void *context, const struct model_event *event)
{
    struct thinking *thinking = context;
    loop_timer_cancel(thinking->first_timer);
    thinking->first_timer = NULL;
    if (thinking->frozen) return;
    if (event->kind == MODEL_EVENT_TEXT) feed(thinking, event->text);
    if (event->kind == MODEL_EVENT_RESTARTED) begin_anew(thinking);
}

/* ---- its beginning ------------------------------------------------------------------------------------------------------------------------ */

static void is_slow(void *context)
{
    struct thinking *thinking = context;
    thinking->first_timer = NULL;
    if (flow_model_answers(thinking->call)) return; /* it thinks */
    thinking->refused = (struct model_fault){ .kind = MODEL_FAULT_TIMEOUT, .message = STR("nothing came in time") };
    flow_model_cancel(thinking->call);
}

static void send(void *context)
{
    struct thinking *thinking = context;
    struct flow *flow = thinking->flow;
    thinking->start_timer = NULL;
    const struct flow_model_ask ask = {
        .provider = &thinking->provider,
        .request = thinking->request,
        .mint = str_slice(thinking->id, 4, thinking->id.len),
        .total_ms = thinking->within_ms < TOTAL_MS ? thinking->within_ms : TOTAL_MS,
    };
    thinking->first_timer = loop_timer_start(flow->loop, FIRST_MS, is_slow, thinking);
    thinking->call = flow_model_call(flow, &ask, on_event, on_reply, thinking);
}

static void refuse(struct thinking *thinking, enum model_fault_kind kind, const char *why)
{
    thinking->refused = (struct model_fault){ .kind = kind, .message = str_from(why) };
    thinking->start_timer = loop_timer_start(thinking->flow->loop, 0, tell_refused, thinking);
}

void thinking_start(struct thinking *thinking, struct lane *lane)
{
    struct flow *flow = thinking->flow;
    flow_enter(flow);
    thinking->lane = lane;
    lane->thinking = thinking;
    thinking->published = 0;
    struct breaker *breaker = chain_breaker(flow, thinking->provider.id);
    if (breaker && !breaker_may_call(breaker, loop_now_ms(flow->loop))) {
        refuse(thinking, MODEL_FAULT_OVERLOADED, "not asked: it failed several times in a row");
        return;
    }
    thinking->breaker = breaker;
    thinking->start_timer = loop_timer_start(flow->loop, thinking->after_ms, send, thinking);
}

/* ---- ended by us --------------------------------------------------------------------------------------------------------------------------- */

void thinking_keep(struct lane *lane, struct str asking)
{
    struct thinking *thinking = lane->thinking;
    if (!thinking || str_eq(thinking->id, asking)) return;
    thinking->frozen = true;
    thinking->lane = NULL;
    lane->thinking = NULL;
    if (thinking->call) {
        flow_model_cancel(thinking->call);
        return;
    }
    loop_timer_cancel(thinking->start_timer);
    refuse(thinking, MODEL_FAULT_CANCELLED, "nobody waits for it any more");
}

struct str thinking_freeze(struct lane *lane, struct arena *arena)
{
    struct thinking *thinking = lane->thinking;
    if (!thinking) return STR_NONE;
    thinking->frozen = true;
    return arena_str(arena, own_words(thinking));
}

bool thinking_shown(const struct lane *lane, struct str *turn, struct str *text)
{
    const struct thinking *thinking = lane->thinking;
    if (!thinking || thinking->published == 0) return false;
    *turn = thinking->turn;
    *text = str_slice(buf_view(&thinking->shown), 0, thinking->published);
    return true;
}

bool flow_partial(struct flow *flow, struct str workspace, struct str conversation, struct str *turn, struct str *text)
{
    const struct lane *lane = lane_find(flow, workspace, conversation);
    return lane && thinking_shown(lane, turn, text);
}

void thinking_cut(struct flow *flow, const struct model_run *run)
{
    const struct model_reply reply = { .fault = { .kind = MODEL_FAULT_CANCELLED, .message = STR("the server was stopped") } };
    struct turns_model end = { .run = *run, .reply = &reply, .cut = true };
    end.run.state = MODEL_RUN_FAILED;
    end.run.fault = str_from(model_fault_name(MODEL_FAULT_CANCELLED));
    end.run.evidence = reply.fault.message;
    turns_model(flow, &end);
}
