/* outbox.c - confirmed writes on their way to Zendesk.
 *
 * The confirming transaction inserts the request as already claimed by this process with the intent recorded (outbox_prepare), so the usual way costs two commits: that one, and
 * the one that stores the answer. Everything else (back-off, a connection that was mended, a process that died) comes through the claim. The decisions are agent/delivery's.
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"
#include "zendesk/fault.h"

enum {
    CLAIM_MAX = 16,
    RECHECK_MS = 60 * 1000, /* the outbox looks at least this often while something waits */
};

/* ---- a request from an action ----------------------------------------------------------------------------------------------------- */

bool outbox_prepare(const struct flow *flow, const struct integration *integration, const struct action *action, bool tag_test,
                    int64_t now_ms, const uint8_t random[16], struct arena *arena, struct request *request,
                    struct problem *problem)
{
    struct zendesk_setting setting = {
        .external_id = arena_fmt(arena, "cca:%.*s:%.*s", STR_ARG(flow->install), STR_ARG(action->id)),
        .tag_test = tag_test,
        .may_write_users = true,
        .subdomain = integration->subdomain,
    };
    struct json *arguments = json_parse(action->arguments, NULL);
    struct zendesk_run run;
    enum zendesk_next next = zendesk_begin(&run, action_spec(action->kind), arguments, &setting, arena);
    json_free(arguments);
    if (next != ZENDESK_CALL || !run.request.writes) { /* what has to be looked up first is not kept here */
        *problem = run.problem;
        return false;
    }
    struct buf key;
    buf_init(&key, 64);
    buf_lit(&key, "cca1-");
    buf_hex(&key, random, 16);
    *request = (struct request){
        .action = action->id,
        .workspace = action->workspace,
        .integration = integration->id,
        .conversation = action->conversation,
        .kind = action->kind,
        .state = REQUEST_READY,
        .method = run.request.method,
        .path = run.request.path,
        .body = run.request.body,
        .key = arena_str(arena, buf_view(&key)),
        .external_id = setting.external_id,
        .token = 1,
        .created_at = now_ms,
        .updated_at = now_ms,
    };
    buf_clear(&key);
    delivery_intend(request, now_ms);
    return true;
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------------ */

struct sending {
    struct flow *flow;
    struct finish *finish; /* its arena holds everything here */
    struct integration integration;
    struct zendesk_request wire;
    struct loop_timer *slow;
    bool told; /* the visitor knows that it waits */
};

/* Too slow to keep anybody waiting: the request goes on, the visitor gets its number. */
static void is_slow(void *context)
{
    struct sending *sending = context;
    sending->slow = NULL;
    if (sending->told) return;
    sending->told = true;
    struct finish *notice = finish_new(&sending->finish->action);
    notice->event = TURN_ACTION_WAITING;
    notice->action.status = ACTION_WAITING;
    notice->give_reference = true;
    struct problem problem = { .id = PROBLEM_NET_TIMEOUT, .facts = { .subdomain = sending->integration.subdomain } };
    finish_set_problem(notice, &problem);
    turns_finish(sending->flow, notice);
}

static bool read_result(struct sending *sending, const struct http_answer *answer, struct problem *problem)
{
    struct finish *finish = sending->finish;
    bool practice;
    struct zendesk_setting setting = {
        .external_id = finish->request.external_id,
        .subdomain = sending->integration.subdomain,
        .base_url = egress_base_url(sending->flow->egress, sending->integration.subdomain, &finish->arena, &practice),
    };
    struct str result;
    if (zendesk_write_result(action_spec(finish->action.kind), answer, &setting, &finish->arena, &result, problem) !=
        ZENDESK_DONE)
        return false;
    finish->action.result = result;
    return true;
}

/* A refused access token is no answer to the request, which never left. */
static enum outcome classify(const struct http_result *result, const struct http_answer *answer, struct str external_id)
{
    enum outcome outcome = zendesk_classify_create(answer, answer ? NULL : &result->fault, external_id);
    if (!answer || !result->fault.nothing_sent || outcome == OUTCOME_DEFERRED) return outcome;
    return outcome == OUTCOME_AMBIGUOUS ? OUTCOME_NOT_SENT : OUTCOME_PAUSED;
}

/* Nobody can tell any more whether the ticket exists: a person has to look, and the visitor hears just that. */
static void needs_a_person(struct finish *finish)
{
    struct problem problem = { .id = PROBLEM_REQUEST_NEEDS_HUMAN, .evidence = finish->problem.evidence };
    finish_set_problem(finish, &problem);
    finish->event = TURN_ACTION_FAILED;
    finish->action.status = ACTION_NEEDS_HUMAN;
}

/* Turns what came back into the row's next state and the turn's event. */
static void settle(struct sending *sending, const struct http_result *result)
{
    struct finish *finish = sending->finish;
    const struct http_answer *answer = result->fault.kind == NET_OK ? &result->answer : NULL;
    struct zendesk_who who = who_of(&sending->integration);
    enum outcome outcome = classify(result, answer, finish->request.external_id);
    struct problem problem = { 0 };
    finish->give_reference = sending->told;
    if (outcome == OUTCOME_DONE && !read_result(sending, answer, &problem)) outcome = OUTCOME_AMBIGUOUS;
    if (outcome != OUTCOME_DONE && problem.id == PROBLEM_NONE)
        problem =
            answer ? zendesk_problem(answer, &who, &finish->arena) : zendesk_net_problem(&result->fault, &who, &finish->arena);
    uint32_t chance;
    token_random(&chance, sizeof chance);
    delivery_settle(&finish->request, outcome, answer ? zendesk_retry_after_s(answer) : 0, loop_wall_ms(), chance);
    finish_note_connection(finish, &sending->integration, outcome == OUTCOME_DONE ? NULL : &problem, outcome == OUTCOME_PAUSED);
    if (outcome == OUTCOME_DONE) {
        counter_add(COUNTER_TICKETS_CREATED, 1);
        finish->event = TURN_ACTION_DONE;
        finish->action.status = ACTION_DONE;
        finish->action.problem = STR_NONE;
        return;
    }
    finish_set_problem(finish, &problem);
    if (outcome == OUTCOME_REJECTED) {
        finish->event = TURN_ACTION_FAILED;
        finish->action.status = ACTION_REJECTED;
        return;
    }
    finish->give_reference = true;
    if (finish->request.state == REQUEST_NEEDS_HUMAN) {
        needs_a_person(finish);
        return;
    }
    finish->event = TURN_ACTION_WAITING;
    finish->action.status = ACTION_WAITING;
    finish->silent = sending->told;
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct sending *sending = context;
    struct flow *flow = sending->flow;
    struct finish *finish = sending->finish;
    loop_timer_cancel(sending->slow);
    if (zcall_was_cut(flow, result)) {
        finish_abandon(finish);
    } else {
        finish->calls[finish->call_count++] = *record;
        settle(sending, result);
        log_info("request settled", LOG_STR("action", finish->action.id),
                 LOG_STR("state", str_from(request_state_name(finish->request.state))),
                 LOG_INT("attempts", finish->request.attempts));
        turns_finish(flow, finish);
    }
    mem_free(sending);
    flow_leave(flow);
}

void outbox_send(struct flow *flow, const struct request *request, const struct integration *integration,
                 const struct action *action, flow_act_fn *fn, void *context)
{
    struct sending *sending = mem_alloc(sizeof *sending);
    struct finish *finish = finish_new(action);
    sending->flow = flow;
    sending->finish = finish;
    sending->told = action->reference.len > 0;
    finish->act_fn = fn;
    finish->act_context = context;
    finish->has_request = true;
    finish->request = request_copy(request, &finish->arena);
    sending->integration = integration_copy(integration, &finish->arena);
    sending->wire =
        (struct zendesk_request){ .method = request->method, .path = finish->request.path, .body = finish->request.body };
    struct zcall_request ask = {
        .integration = &sending->integration,
        .action = action_spec(action->kind),
        .request = &sending->wire,
        .idempotency_key = arena_fmt(&finish->arena, "%.*s-%lld", STR_ARG(request->key), (long long)request->epoch),
        .action_id = finish->action.id,
        .arena = &finish->arena,
    };
    if (action->conversation.len > 0) sending->slow = loop_timer_start(flow->loop, flow->slow_ms, is_slow, sending);
    flow_enter(flow);
    zcall_start(flow, &ask, on_call, sending);
}

/* ---- claiming what is due ---------------------------------------------------------------------------------------------------------------- */

struct claim {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct claimed {
        struct request request;
        struct integration integration; /* no id: disconnected */
        struct action action;
        bool sends;
    } * items;
    size_t count;
    int64_t now_ms, next_due_at;
};

/* Everything but the send itself, with the intent recorded under the claim's token. */
static enum status take_up(struct store_tx *tx, struct claim *claim, struct claimed *item)
{
    struct request *request = &item->request;
    enum status status = action_get(tx, request->workspace, request->action, &claim->arena, &item->action);
    if (status) return status;
    status = integration_get(tx, request->workspace, request->integration, &claim->arena, &item->integration);
    if (status) return status == E_NOT_FOUND ? OK : status;
    item->sends = delivery_decide(request, claim->now_ms) == DELIVERY_SEND;
    if (!item->sends) return OK;
    delivery_intend(request, claim->now_ms);
    return request_update(tx, request);
}

/* What is claimed and may not be sent: disconnected, it is kept until a connection takes it up; else a person has to look. */
static void set_aside(struct flow *flow, const struct claimed *item)
{
    bool is_disconnected = item->integration.id.len == 0;
    struct finish *finish = finish_new(&item->action);
    finish->has_request = true;
    finish->request = request_copy(&item->request, &finish->arena);
    finish->request.state = is_disconnected ? REQUEST_PAUSED : REQUEST_NEEDS_HUMAN;
    finish->request.lease_until = 0;
    finish->give_reference = true;
    if (is_disconnected) {
        struct problem problem = { .id = PROBLEM_NO_INTEGRATION };
        finish_set_problem(finish, &problem);
        finish->event = TURN_ACTION_WAITING;
        finish->action.status = ACTION_WAITING;
        finish->silent = item->action.reference.len > 0;
    } else {
        needs_a_person(finish);
    }
    turns_finish(flow, finish);
}

static enum status claim_run(struct store_tx *tx, struct store_job *job)
{
    struct claim *claim = (struct claim *)job;
    struct request *requests;
    claim->now_ms = store_now(tx);
    enum status status = request_claim(tx, DELIVERY_LEASE_MS, CLAIM_MAX, &claim->arena, &requests, &claim->count);
    if (status) return status;
    claim->items = arena_array(&claim->arena, claim->count, sizeof *claim->items);
    for (size_t i = 0; status == OK && i < claim->count; i++) {
        claim->items[i].request = requests[i];
        status = take_up(tx, claim, &claim->items[i]);
    }
    return status ? status : request_next_due(tx, &claim->next_due_at);
}

static void on_due(void *context)
{
    struct flow *flow = context;
    flow->outbox_timer = NULL;
    outbox_wake(flow);
}

static void sleep_until(struct flow *flow, int64_t due_at, int64_t now_ms)
{
    loop_timer_cancel(flow->outbox_timer);
    flow->outbox_timer = NULL;
    if (due_at == 0) return;
    int64_t wait_ms = due_at > now_ms ? due_at - now_ms : 0;
    flow->outbox_timer = loop_timer_start(flow->loop, wait_ms < RECHECK_MS ? wait_ms : RECHECK_MS, on_due, flow);
}

static void claim_done(struct store_job *job, enum status status)
{
    struct claim *claim = (struct claim *)job;
    struct flow *flow = claim->flow;
    bool claim_was_full =
        status == OK && claim->count == CLAIM_MAX; /* more may be due, as after a start with many interrupted sends */
    flow->outbox_claiming = false;
    for (size_t i = 0; status == OK && i < claim->count; i++) {
        struct claimed *item = &claim->items[i];
        if (item->sends)
            outbox_send(flow, &item->request, &item->integration, &item->action, NULL, NULL);
        else
            set_aside(flow, item);
    }
    if (status) log_error("the outbox could not be read", LOG_STR("reason", str_from(status_name(status))));
    if (!flow->draining) sleep_until(flow, status ? claim->now_ms + RECHECK_MS : claim->next_due_at, claim->now_ms);
    arena_clear(&claim->arena);
    mem_free(claim);
    if (flow->outbox_again || claim_was_full) outbox_wake(flow);
    flow_leave(flow);
}

void outbox_wake(struct flow *flow)
{
    flow->outbox_again = flow->outbox_claiming; /* what became due after that look began would be missed */
    if (flow->draining || flow->outbox_claiming) return;
    struct claim *claim = mem_alloc(sizeof *claim);
    arena_init(&claim->arena);
    claim->flow = flow;
    claim->job = (struct store_job){ .run = claim_run, .done = claim_done, .mode = STORE_WRITE };
    flow->outbox_claiming = true;
    flow_enter(flow);
    store_submit(flow->store, &claim->job);
}
