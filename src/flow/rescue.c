/* rescue.c - what a person decides about a request that waits or needs one: another try, the ticket it came to, or its end.
 *
 * The decision first takes the row out of every worker's hands (request_seize), then is stored like anything else that happens to an action: with its turn, so that whoever asked for it hears of it.
 * A worker that claims the row in between wins, and the person is told to look again.
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/log.h"
#include "base/mem.h"
#include "zendesk/fault.h"
#include "zendesk/settle.h"

struct rescuing {
    struct store_job job;
    struct flow *flow;
    struct arena arena;
    struct str workspace, id;
    struct flow_rescue ask;
    struct request request;
    struct action action;
    struct connection connection;
    int64_t now_ms;
    struct problem problem;
    struct zendesk_setting setting;
    struct zendesk_settle settle;
    struct finish *finish; /* while Zendesk is asked */
    flow_rescue_fn *fn;
    void *context;
};

static void answer(struct rescuing *rescuing, enum status status)
{
    struct flow *flow = rescuing->flow;
    struct flow_rescue_result result = {
        .status = status,
        .problem = rescuing->problem,
        .ticket_id = rescuing->settle.ticket_id,
        .subject = rescuing->settle.subject,
        .requester = rescuing->settle.requester,
    };
    rescuing->fn(rescuing->context, &result);
    arena_clear(&rescuing->arena);
    mem_free(rescuing);
    flow_leave(flow);
}

/* ---- may it be decided ----------------------------------------------------------------------------------------------------------------- */

static enum status because(struct rescuing *rescuing, struct problem problem)
{
    rescuing->problem = problem;
    return E_CONFLICT;
}

static bool is_customer(enum action_kind kind)
{
    return kind == ACTION_CREATE_CUSTOMER || kind == ACTION_UPDATE_CUSTOMER;
}

static bool is_creation(enum action_kind kind)
{
    return kind == ACTION_CREATE_TICKET || kind == ACTION_CREATE_CUSTOMER;
}

/* The account that it was meant for, when its agent is connected to another one now; empty otherwise. */
static struct str meant_for(struct rescuing *rescuing)
{
    struct problem problem = { 0 };
    if (rescuing->connection.meant_for.len > 0) return rescuing->connection.meant_for;
    struct json *stored = json_parse(rescuing->request.problem, NULL);
    bool is_read = stored != NULL && problem_load(stored, &rescuing->arena, &problem) == OK;
    json_free(stored);
    return is_read && problem.id == PROBLEM_REQUEST_OTHER_ACCOUNT ? problem.facts.value : STR_NONE;
}

/* Another account's records have other numbers: only what makes something new can go there. */
static enum status check_retry(struct rescuing *rescuing)
{
    struct str account = meant_for(rescuing);
    bool is_restored =
        rescuing->request.path.len == 0 && rescuing->request.doubt == DOUBT_POISONED; /* nothing to look for it by */
    if (rescuing->connection.integration.id.len == 0) return because(rescuing, (struct problem){ .id = PROBLEM_NO_INTEGRATION });
    if (is_restored) return because(rescuing, (struct problem){ .id = PROBLEM_REQUEST_RESTORED });
    if (account.len == 0 || is_creation(rescuing->action.kind)) return OK;
    struct problem problem = { .id = PROBLEM_REQUEST_BOUND,
                               .facts = { .subdomain = rescuing->connection.integration.subdomain, .value = account } };
    return because(rescuing, problem);
}

static enum status check_settle(struct rescuing *rescuing)
{
    if (rescuing->connection.integration.id.len == 0) return because(rescuing, (struct problem){ .id = PROBLEM_NO_INTEGRATION });
    if (is_customer(rescuing->action.kind)) return because(rescuing, (struct problem){ .id = PROBLEM_REQUEST_NO_TICKET });
    return OK;
}

static enum status check_state(struct rescuing *rescuing)
{
    enum request_state state = rescuing->request.state;
    if (delivery_may_decide(&rescuing->request, rescuing->now_ms)) return OK;
    if (state == REQUEST_READY || state == REQUEST_SENDING)
        return because(rescuing, (struct problem){ .id = PROBLEM_REQUEST_BUSY });
    return because(rescuing, (struct problem){ .id = PROBLEM_REQUEST_STATE, .facts.value = str_from(request_state_name(state)) });
}

static enum status check_decision(struct rescuing *rescuing)
{
    enum status status = check_state(rescuing);
    if (status) return status;
    switch (rescuing->ask.kind) {
    case FLOW_RETRY: return check_retry(rescuing);
    case FLOW_SETTLE: return check_settle(rescuing);
    case FLOW_DROP: return OK;
    }
    return E_INTERNAL;
}

static enum status rescue_run(struct store_tx *tx, struct store_job *job)
{
    struct rescuing *rescuing = (struct rescuing *)job;
    struct request *request = &rescuing->request;
    struct arena *arena = &rescuing->arena;
    rescuing->now_ms = store_now(tx);
    enum status status = request_get(tx, rescuing->workspace, rescuing->id, arena, request);
    if (status == OK) status = action_get(tx, rescuing->workspace, rescuing->id, arena, &rescuing->action);
    if (status == OK) status = connection_of_request(tx, request, arena, &rescuing->connection);
    if (status == OK) status = check_decision(rescuing);
    if (status == OK) status = request_seize(tx, request);
    if (status || rescuing->ask.kind != FLOW_RETRY || !rescuing->connection.is_new) return status;
    rescuing->action.integration = rescuing->connection.integration.id;
    return request_move(tx, request, rescuing->connection.integration.id);
}

/* ---- carrying it out -------------------------------------------------------------------------------------------------------------------- */

/* A worker was faster: nothing of ours was stored. */
static void on_stored(void *context, enum status status, const struct action *action)
{
    (void)action;
    struct rescuing *rescuing = context;
    if (status == E_CONFLICT) rescuing->problem = (struct problem){ .id = PROBLEM_REQUEST_BUSY };
    answer(rescuing, status);
}

static struct finish *finish_of(struct rescuing *rescuing)
{
    struct finish *finish = finish_new(&rescuing->action);
    finish->has_request = true;
    finish->request = request_copy(&rescuing->request, &finish->arena);
    finish->give_reference = true;
    finish->secret_set_at = rescuing->connection.integration.secret_set_at;
    if (rescuing->ask.entry) {
        struct trail_entry *entry = arena_new(&finish->arena, struct trail_entry);
        *entry = trail_entry_copy(rescuing->ask.entry, &finish->arena);
        finish->entry = entry;
    }
    finish->act_fn = on_stored;
    finish->act_context = rescuing;
    return finish;
}

static void retry(struct rescuing *rescuing)
{
    struct finish *finish = finish_of(rescuing);
    finish->silent = rescuing->action.status == ACTION_WAITING; /* it was said that it waits */
    finish->event = TURN_ACTION_WAITING;
    finish->action.status = ACTION_WAITING;
    finish->action.problem = finish->request.problem = STR_NONE;
    delivery_retry(&finish->request, rescuing->now_ms);
    turns_finish(rescuing->flow, finish);
}

static void drop(struct rescuing *rescuing)
{
    struct finish *finish = finish_of(rescuing);
    bool is_in_doubt = finish->request.first_sent_at > 0;
    struct problem problem = { .id = is_in_doubt ? PROBLEM_REQUEST_DROPPED_IN_DOUBT : PROBLEM_REQUEST_DROPPED,
                               .facts.value = arena_str(&finish->arena, rescuing->ask.reason) };
    delivery_drop(&finish->request);
    finish->event = TURN_ACTION_FAILED;
    finish->action.status = ACTION_CANCELLED;
    finish_set_problem(finish, &problem);
    turns_finish(rescuing->flow, finish);
}

static void settle(struct rescuing *rescuing, const struct call *record)
{
    struct finish *finish = rescuing->finish;
    delivery_settled_by_hand(&finish->request);
    finish->calls[finish->call_count++] = *record;
    finish->event = TURN_ACTION_DONE;
    finish->action.status = ACTION_DONE;
    finish->action.result = arena_str(&finish->arena, rescuing->settle.result);
    finish->action.problem = finish->request.problem = STR_NONE;
    turns_finish(rescuing->flow, finish);
}

/* It stays as it was. */
static void refuse_settling(struct rescuing *rescuing, enum status status)
{
    finish_free(rescuing->finish);
    answer(rescuing, status);
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct rescuing *rescuing = context;
    struct zendesk_who who = who_of(rescuing->flow, &rescuing->connection.integration);
    if (zcall_was_cut(rescuing->flow, result)) {
        refuse_settling(rescuing, E_UNAVAILABLE);
    } else if (result->fault.kind != NET_OK) {
        rescuing->problem = zendesk_net_problem(&result->fault, &who, &rescuing->arena);
        refuse_settling(rescuing, E_CONFLICT);
    } else if (!zendesk_settle_answer(&rescuing->settle, &result->answer)) {
        rescuing->problem = rescuing->settle.problem;
        refuse_settling(rescuing, E_CONFLICT);
    } else {
        settle(rescuing, record);
    }
}

/* The one ticket that it changes; 0 when it makes a new one, as the follow-up of a closed ticket is. */
static int64_t wanted_ticket(const struct rescuing *rescuing)
{
    bool makes_one = rescuing->request.method == HTTP_POST && rescuing->request.path.len > 0;
    struct json *arguments = json_parse(rescuing->action.arguments, NULL);
    int64_t id = makes_one ? 0 : json_get_int(arguments, "ticket_id", 0);
    json_free(arguments);
    return id;
}

static void look_at_ticket(struct rescuing *rescuing)
{
    static const struct scope no_scope; /* a member's own decision */
    struct arena *arena = &rescuing->arena;
    rescuing->setting =
        order_setting_with_links(rescuing->flow, &rescuing->connection.integration, rescuing->action.id, &no_scope, arena);
    rescuing->settle = (struct zendesk_settle){
        .setting = &rescuing->setting,
        .arena = arena,
        .ticket_id = rescuing->ask.ticket_id,
        .wanted_id = wanted_ticket(rescuing),
    };
    if (!zendesk_settle_begin(&rescuing->settle)) {
        rescuing->problem = rescuing->settle.problem;
        answer(rescuing, E_CONFLICT);
        return;
    }
    rescuing->finish = finish_of(rescuing);
    struct zcall_request ask = {
        .integration = &rescuing->connection.integration,
        .action = action_spec(ACTION_GET_TICKET),
        .class = BUDGET_READ,
        .request = &rescuing->settle.request,
        .action_id = rescuing->finish->action.id,
        .arena = &rescuing->finish->arena, /* of the record, which may have to be stored later */
    };
    zcall_start(rescuing->flow, &ask, on_call, rescuing);
}

static void rescue_done(struct store_job *job, enum status status)
{
    struct rescuing *rescuing = (struct rescuing *)job;
    if (status) {
        answer(rescuing, status);
        return;
    }
    switch (rescuing->ask.kind) {
    case FLOW_RETRY: retry(rescuing); return;
    case FLOW_SETTLE: look_at_ticket(rescuing); return;
    case FLOW_DROP: drop(rescuing); return;
    }
}

void flow_rescue(struct flow *flow, struct str workspace, struct str action, const struct flow_rescue *ask, flow_rescue_fn *fn,
                 void *context)
{
    if (flow->draining) {
        fn(context, &(struct flow_rescue_result){ .status = E_UNAVAILABLE });
        return;
    }
    struct rescuing *rescuing = mem_alloc(sizeof *rescuing);
    arena_init(&rescuing->arena);
    rescuing->job = (struct store_job){ .run = rescue_run, .done = rescue_done, .mode = STORE_WRITE };
    rescuing->flow = flow;
    rescuing->workspace = arena_str(&rescuing->arena, workspace);
    rescuing->id = arena_str(&rescuing->arena, action);
    rescuing->ask = *ask;
    rescuing->ask.reason = arena_str(&rescuing->arena, ask->reason);
    rescuing->fn = fn;
    rescuing->context = context;
    flow_enter(flow);
    store_submit(flow->store, &rescuing->job);
}
