/* look.c - has a stored request been carried out? Asked when its outcome is not known (agent/delivery.h), before it may be sent again. Zendesk's language
 * of it is zendesk/lookup.h; what follows from what was seen is decided in the transaction that records it.
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"
#include "zendesk/fault.h"
#include "zendesk/lookup.h"

struct looking {
    struct store_job job;
    struct flow *flow;
    struct finish *finish; /* its arena holds everything here */
    struct integration integration;
    struct zendesk_setting setting;
    struct zendesk_request sent;
    struct zendesk_lookup lookup;
    int64_t asked_at_ms;
    enum delivery_sight sight;
    int64_t retry_after_s; /* what Zendesk asked for with a refusal */
    enum delivery_effect effect;
};

static void end(struct looking *looking)
{
    struct flow *flow = looking->flow;
    mem_free(looking);
    flow_leave(flow);
}

/* ---- nothing seen, or nobody could tell --------------------------------------------------------------------------------------------------- */

static enum status decide_run(struct store_tx *tx, struct store_job *job)
{
    struct looking *looking = (struct looking *)job;
    struct finish *finish = looking->finish;
    int64_t now_ms = store_now(tx);
    uint32_t chance;
    token_random(&chance, sizeof chance);
    struct delivery_trust trust = { .strict = looking->integration.strict };
    looking->effect =
        delivery_looked_up(&finish->request, looking->sight, looking->retry_after_s, looking->asked_at_ms, trust, now_ms, chance);
    enum status status = finish_store_calls(tx, finish, now_ms);
    finish->call_count = 0;
    if (status == OK && finish->has_note) status = finish_store_note(tx, finish);
    if (status == E_NOT_FOUND) status = OK; /* disconnected meanwhile */
    finish->has_note = false;
    bool has_ended = finish->request.state == REQUEST_NEEDS_HUMAN || finish->request.state == REQUEST_REJECTED;
    return status || has_ended ? status : request_update(tx, &finish->request); /* an end is stored with its turn */
}

/* It will not be sent again: refused for good, or a matter for a person. */
static void tell_the_end(struct looking *looking)
{
    struct finish *finish = looking->finish;
    finish->give_reference = true;
    if (finish->request.state == REQUEST_NEEDS_HUMAN) {
        outbox_needs_a_person(finish);
    } else {
        struct problem problem = { .id = PROBLEM_ZENDESK_CONFLICT, .facts = { .subdomain = looking->integration.subdomain } };
        finish_set_problem(finish, &problem);
        finish->event = TURN_ACTION_FAILED;
        finish->action.status = ACTION_REJECTED;
    }
    turns_finish(looking->flow, finish);
}

static void decide_done(struct store_job *job, enum status status)
{
    struct looking *looking = (struct looking *)job;
    struct finish *finish = looking->finish;
    bool has_ended = finish->request.state == REQUEST_NEEDS_HUMAN || finish->request.state == REQUEST_REJECTED;
    if (finish->has_notice) notices_wake(looking->flow);
    if (status == OK && has_ended) {
        tell_the_end(looking);
    } else {
        if (status == OK && looking->effect == DELIVERY_SEND)
            outbox_send(looking->flow, &finish->request, &looking->integration, &finish->action, NULL, NULL);
        else
            outbox_wake(looking->flow); /* for the moment it says, or when its lease is over */
        finish_free(finish);
    }
    end(looking);
}

static void decide(struct looking *looking, enum delivery_sight sight)
{
    looking->sight = sight;
    looking->job = (struct store_job){ .run = decide_run, .done = decide_done, .mode = STORE_WRITE };
    store_submit(looking->flow->store, &looking->job);
}

/* ---- asking ------------------------------------------------------------------------------------------------------------------------------------- */

/* It is there: the receipt is what Zendesk shows of it. */
static void found(struct looking *looking)
{
    struct finish *finish = looking->finish;
    (void)delivery_looked_up(&finish->request, SIGHT_FOUND, 0, looking->asked_at_ms, (struct delivery_trust){ 0 },
                             looking->asked_at_ms, 0);
    finish->action.result = arena_str(&finish->arena, looking->lookup.run.result);
    finish->action.status = ACTION_DONE;
    finish->action.problem = STR_NONE;
    finish->event = TURN_ACTION_DONE;
    finish->give_reference = finish->action.reference.len > 0;
    if (looking->lookup.ticket_count > 1)
        log_warn("several tickets of one request: those beside the oldest are solved in a while",
                 LOG_STR("action", finish->action.id), LOG_INT("tickets", looking->lookup.ticket_count));
    turns_finish(looking->flow, finish);
    end(looking);
}

static void ask(struct looking *looking);

static void take_next(struct looking *looking, enum lookup_next next)
{
    switch (next) {
    case LOOKUP_CALL: ask(looking); return;
    case LOOKUP_FOUND: found(looking); return;
    case LOOKUP_NOT_FOUND: decide(looking, SIGHT_NOTHING); return;
    case LOOKUP_FAILED: decide(looking, SIGHT_UNKNOWN); return;
    }
}

/* What a refused look says about the connection, and when Zendesk wants to be asked again. */
static void note_connection(struct looking *looking, const struct http_result *result)
{
    struct finish *finish = looking->finish;
    struct zendesk_who who = who_of(looking->flow, &looking->integration);
    struct problem problem;
    if (result->fault.kind != NET_OK)
        problem = zendesk_net_problem(&result->fault, &who, &finish->arena);
    else if (result->answer.status >= 400 && result->answer.status != 404)
        problem = zendesk_problem(&result->answer, &who, &finish->arena);
    else
        return;
    if (result->fault.kind == NET_OK) looking->retry_after_s = problem.retry_after_s;
    finish_note_connection(finish, &looking->integration, &problem, false);
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct looking *looking = context;
    struct finish *finish = looking->finish;
    if (zcall_was_cut(looking->flow, result)) {
        finish_abandon(finish);
        end(looking);
        return;
    }
    if (record && finish->call_count < OUTCOME_CALLS_MAX) finish->calls[finish->call_count++] = *record;
    note_connection(looking, result);
    if (result->fault.kind != NET_OK || result->fault.nothing_sent)
        decide(looking, SIGHT_UNKNOWN);
    else
        take_next(looking, zendesk_lookup_answer(&looking->lookup, &result->answer));
}

static void ask(struct looking *looking)
{
    struct zcall_request call = {
        .integration = &looking->integration,
        .action = action_spec(looking->finish->action.kind),
        .class = BUDGET_WRITE,
        .request = &looking->lookup.run.request,
        .action_id = looking->finish->action.id,
        .arena = &looking->finish->arena,
    };
    zcall_start(looking->flow, &call, on_call, looking);
}

void look_start(struct flow *flow, const struct request *request, const struct integration *integration,
                const struct action *action, int64_t asked_at_ms)
{
    static const struct scope no_scope; /* the request was made within its scope */
    struct looking *looking = mem_alloc(sizeof *looking);
    struct finish *finish = finish_new(action);
    looking->flow = flow;
    looking->finish = finish;
    looking->asked_at_ms = asked_at_ms;
    finish->has_request = true;
    finish->request = request_copy(request, &finish->arena);
    looking->integration = integration_copy(integration, &finish->arena);
    looking->setting = order_setting_with_links(flow, &looking->integration, finish->action.id, &no_scope, &finish->arena);
    looking->sent = (struct zendesk_request){ request->method, finish->request.path, finish->request.body, true };
    flow_enter(flow);
    take_next(looking, zendesk_lookup_begin(&looking->lookup, action_spec(action->kind), &looking->sent, &looking->setting,
                                            &finish->arena));
}
