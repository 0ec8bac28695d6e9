/* outbox.c - confirmed writes on their way to Zendesk.
 *
 * The confirming transaction inserts the request as already claimed by this process with the intent recorded (order.c), so the usual way costs two commits: that one, and
 * the one that stores the answer. Everything else (back-off, a connection that was mended, a process that died) comes through the claim. The decisions are agent/delivery's.
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"
#include "zendesk/fault.h"

#include <assert.h>

enum {
    CLAIM_MAX = 16,
    RECHECK_MS = 60 * 1000, /* the outbox looks at least this often while something waits */
};

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
    static const struct scope no_scope; /* plays no part in reading an answer */
    struct finish *finish = sending->finish;
    struct zendesk_setting setting =
        order_setting_with_links(sending->flow, &sending->integration, finish->action.id, &no_scope, &finish->arena);
    struct str result;
    if (zendesk_receipt(action_spec(finish->action.kind), &sending->wire, answer, &setting, &finish->arena, &result, problem) !=
        ZENDESK_DONE)
        return false;
    finish->action.result = result;
    return true;
}

/* A creation without the header that tells what became of its key: this account's keys are not to be trusted. */
static bool ignores_keys(const struct request *request, const struct http_answer *answer)
{
    return request->guard == GUARD_KEY &&
           http_header_get(answer->headers, answer->header_count, STR("X-Idempotency-Lookup")).len == 0;
}

/* A refused access token is no answer to the request, which never left. */
static enum outcome classify(const struct sending *sending, const struct http_result *result, const struct http_answer *answer)
{
    enum outcome outcome =
        zendesk_classify_write(&sending->wire, answer, answer ? NULL : &result->fault, sending->finish->request.external_id);
    if (!answer || !result->fault.nothing_sent || outcome == OUTCOME_DEFERRED) return outcome;
    return outcome == OUTCOME_AMBIGUOUS ? OUTCOME_NOT_SENT : OUTCOME_PAUSED;
}

void outbox_needs_a_person(struct finish *finish)
{
    bool was_sent = finish->request.first_sent_at > 0;
    struct problem problem = { .id = was_sent ? PROBLEM_REQUEST_NEEDS_HUMAN : PROBLEM_REQUEST_UNSENT,
                               .evidence = finish->problem.evidence };
    finish_set_problem(finish, &problem);
    finish->event = TURN_ACTION_FAILED;
    finish->action.status = ACTION_NEEDS_HUMAN;
}

/* Turns what came back into the row's next state and the turn's event. */
static void settle(struct sending *sending, const struct http_result *result)
{
    struct finish *finish = sending->finish;
    const struct http_answer *answer = result->fault.kind == NET_OK ? &result->answer : NULL;
    struct zendesk_who who = who_of(sending->flow, &sending->integration);
    enum outcome outcome = classify(sending, result, answer);
    struct problem problem = { 0 };
    finish->give_reference = sending->told;
    if (outcome == OUTCOME_DONE && !read_result(sending, answer, &problem)) outcome = OUTCOME_AMBIGUOUS;
    if (outcome != OUTCOME_DONE && problem.id == PROBLEM_NONE)
        problem =
            answer ? zendesk_problem(answer, &who, &finish->arena) : zendesk_net_problem(&result->fault, &who, &finish->arena);
    uint32_t chance;
    token_random(&chance, sizeof chance);
    delivery_settle(&finish->request, outcome, answer ? zendesk_retry_after_s(answer) : 0, loop_wall_ms(), chance);
    finish_note_connection(finish, &sending->integration, outcome == OUTCOME_DONE ? NULL : &problem,
                           outcome == OUTCOME_PAUSED || outcome == OUTCOME_ASTRAY);
    if (outcome == OUTCOME_DONE) {
        assert(answer); /* nothing else is done */
        if (finish->request.guard == GUARD_KEY) counter_add(COUNTER_TICKETS_CREATED, 1);
        finish->distrust = ignores_keys(&finish->request, answer);
        finish->event = TURN_ACTION_DONE;
        finish->action.status = ACTION_DONE;
        finish->action.problem = STR_NONE;
        return;
    }
    finish_set_problem(finish, &problem);
    if (finish->request.state == REQUEST_REJECTED) {
        finish->event = TURN_ACTION_FAILED;
        finish->action.status = ACTION_REJECTED;
        return;
    }
    finish->give_reference = true;
    if (finish->request.state == REQUEST_NEEDS_HUMAN) {
        outbox_needs_a_person(finish);
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
        if (record) finish->calls[finish->call_count++] = *record;
        settle(sending, result);
        log_info("request settled", LOG_STR("action", finish->action.id),
                 LOG_STR("state", str_from(request_state_name(finish->request.state))),
                 LOG_INT("attempts", finish->request.attempts));
        turns_finish(flow, finish);
    }
    mem_free(sending);
    flow_leave(flow);
}

/* Only creations know an Idempotency-Key; each epoch has its own. */
static struct str key_of(const struct request *request, struct arena *arena)
{
    return request->guard == GUARD_KEY ? arena_fmt(arena, "%.*s-%lld", STR_ARG(request->key), (long long)request->epoch)
                                       : STR_NONE;
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
    sending->wire = (struct zendesk_request){
        .method = request->method, .path = finish->request.path, .body = finish->request.body, .writes = true
    };
    struct zcall_request ask = {
        .integration = &sending->integration,
        .action = action_spec(action->kind),
        .class = request->guard == GUARD_KEY ? BUDGET_CREATE : BUDGET_WRITE,
        .request = &sending->wire,
        .idempotency_key = key_of(request, &finish->arena),
        .send_by_ms = request->lease_until, /* then somebody else may have taken it up */
        .action_id = finish->action.id,
        .arena = &finish->arena,
    };
    if (action->conversation.len > 0) sending->slow = loop_timer_start(flow->loop, flow->slow_ms, is_slow, sending);
    flow_enter(flow);
    zcall_start(flow, &ask, on_call, sending);
}

void outbox_look_first(struct flow *flow, const struct action *action)
{
    struct finish *notice = finish_new(action);
    struct problem problem = { .id = PROBLEM_REQUEST_LOOKED_FOR };
    notice->event = TURN_ACTION_WAITING;
    notice->action.status = ACTION_WAITING;
    notice->give_reference = true;
    finish_set_problem(notice, &problem);
    turns_finish(flow, notice);
    outbox_wake(flow);
}

/* ---- claiming what is due ---------------------------------------------------------------------------------------------------------------- */

struct claim {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct claimed {
        struct request request;
        struct connection connection;
        struct action action;
        struct scope scope; /* of one that is still to be written */
        enum delivery_effect effect;
    } * items;
    size_t count;
    int64_t now_ms, next_due_at;
};

/* There is a connection, and it leads to the account that the request was made for. */
static bool may_go(const struct claimed *item)
{
    return item->connection.integration.id.len > 0 && item->connection.meant_for.len == 0;
}

static enum status load_scope(struct store_tx *tx, struct claimed *item, struct arena *arena)
{
    struct conversation conversation;
    if (item->action.conversation.len == 0) return OK; /* a member's own act */
    enum status status = conversation_get(tx, item->action.workspace, item->action.conversation, arena, &conversation);
    if (status == OK) item->scope = scope_of(&conversation, arena);
    return status;
}

/* Everything but the effect itself, recorded under the claim's token. What has come to an end is stored with its turn (set_aside). */
static enum status take_up(struct store_tx *tx, struct claim *claim, struct claimed *item)
{
    struct request *request = &item->request;
    enum status status = action_get(tx, request->workspace, request->action, &claim->arena, &item->action);
    if (status) return status;
    status = connection_of_request(tx, request, &claim->arena, &item->connection);
    if (status || !may_go(item)) return status;
    if (item->connection.is_new) status = request_move(tx, request, item->connection.integration.id);
    if (status == OK && request->path.len == 0) status = load_scope(tx, item, &claim->arena);
    if (status) return status;
    bool strict = item->connection.integration.strict;
    item->action.integration = request->integration;
    if (request->path.len == 0) delivery_unwritten(request);
    item->effect = delivery_take_up(request, (struct delivery_trust){ .strict = strict }, claim->now_ms);
    return request->state == REQUEST_NEEDS_HUMAN ? OK : request_update(tx, request);
}

/* Disconnected: it is kept until a connection takes it up. */
static void keep_paused(struct finish *finish)
{
    struct problem problem = { .id = PROBLEM_NO_INTEGRATION };
    finish->silent = finish->action.reference.len > 0;
    finish->request.state = REQUEST_PAUSED;
    finish_set_problem(finish, &problem);
    finish->event = TURN_ACTION_WAITING;
    finish->action.status = ACTION_WAITING;
}

/* Its agent is connected to another account now: nothing is sent there that a person has not looked at. */
static void ask_about_account(struct finish *finish, const struct connection *connection)
{
    struct problem problem = {
        .id = PROBLEM_REQUEST_OTHER_ACCOUNT,
        .facts = { .subdomain = connection->integration.subdomain, .value = connection->meant_for },
    };
    finish->silent = finish->action.reference.len > 0;
    finish->request.state = REQUEST_NEEDS_HUMAN;
    finish_set_problem(finish, &problem);
    finish->event = TURN_ACTION_WAITING;
    finish->action.status = ACTION_NEEDS_HUMAN;
}

/* What was claimed and may not be sent. */
static void set_aside(struct flow *flow, const struct claimed *item)
{
    struct finish *finish = finish_new(&item->action);
    finish->has_request = true;
    finish->request = request_copy(&item->request, &finish->arena);
    finish->request.lease_until = 0;
    finish->give_reference = true;
    if (item->connection.integration.id.len == 0)
        keep_paused(finish);
    else if (item->connection.meant_for.len > 0)
        ask_about_account(finish, &item->connection);
    else
        outbox_needs_a_person(finish);
    turns_finish(flow, finish);
}

static void follow(struct claim *claim, const struct claimed *item)
{
    const struct integration *integration = &item->connection.integration;
    if (!may_go(item) || item->request.state == REQUEST_NEEDS_HUMAN)
        set_aside(claim->flow, item);
    else if (item->effect == DELIVERY_SEND && item->request.path.len == 0)
        perform_again(claim->flow, &item->request, integration, &item->action, &item->scope);
    else if (item->effect == DELIVERY_SEND)
        outbox_send(claim->flow, &item->request, integration, &item->action, NULL, NULL);
    else if (item->effect == DELIVERY_LOOK_UP)
        look_start(claim->flow, &item->request, integration, &item->action, claim->now_ms);
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
    for (size_t i = 0; status == OK && i < claim->count; i++) follow(claim, &claim->items[i]);
    if (status) log_error("the outbox could not be read", LOG_STR("reason", str_from(status_name(status))));
    if (!flow->draining) sleep_until(flow, status ? claim->now_ms + RECHECK_MS : claim->next_due_at, claim->now_ms);
    arena_clear(&claim->arena);
    mem_free(claim);
    if (flow->outbox_again || claim_was_full) outbox_wake(flow);
    flow_leave(flow);
}

void flow_wake(struct flow *flow)
{
    outbox_wake(flow);
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
