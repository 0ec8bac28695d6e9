/* perform.c - an action as its run of calls: what is read, and what has to be read before something can be written; and what a dry run shows in the place of calls. The one writing request of a
 * run goes through outbox.c. A write that cannot be prepared because Zendesk cannot be asked is kept as a request without bytes, and prepared again when it falls due.
 */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "base/log.h"
#include "base/mem.h"
#include "vault/token.h"

struct performing {
    struct flow *flow;
    struct finish *finish;
    struct integration integration;
    struct scope scope;
    struct zendesk_setting setting;
    struct zendesk_run run;
    bool has_learnt; /* the account's ticket fields */
    struct json *arguments;
    bool has_repeated;
};

static void end(struct performing *performing)
{
    flow_leave(performing->flow);
    json_free(performing->arguments);
    mem_free(performing);
}

static void done(struct performing *performing, enum turn_event_kind event, const struct problem *problem)
{
    struct finish *finish = performing->finish;
    bool is_done = event == TURN_ACTION_DONE;
    finish->event = event;
    finish->action.status = is_done ? ACTION_DONE : ACTION_REJECTED;
    if (finish->has_request) { /* it waited before */
        finish->give_reference = true;
        delivery_settle(&finish->request, is_done ? OUTCOME_DONE : OUTCOME_REJECTED, 0, loop_wall_ms(), 0);
    }
    if (problem) finish_set_problem(finish, problem);
    finish_note_connection(finish, &performing->integration, problem, false);
    turns_finish(performing->flow, finish);
    end(performing);
}

static void call_next(struct performing *performing);

/* ---- a write that Zendesk could not be asked about -------------------------------------------------------------------------------------- */

/* Zendesk could not be asked, which says nothing about the action. False: it has answered. */
static bool is_out_of_reach(const struct http_result *result, enum outcome *outcome)
{
    int status = result->fault.kind == NET_OK ? result->answer.status : 0;
    bool is_refused_token = result->fault.kind == NET_OK && result->fault.nothing_sent;
    *outcome = OUTCOME_NOT_SENT;
    if (status == 0 || status >= 500) return true;
    *outcome = status == 429 ? OUTCOME_DEFERRED : OUTCOME_PAUSED;
    return is_refused_token || status == 401 || status == 429 || (status >= 300 && status < 400);
}

/* Kept under its number, as a request that could not be sent is. Nothing has been written so far. */
static void keep(struct performing *performing, enum outcome outcome, const struct problem *problem)
{
    struct finish *finish = performing->finish;
    int64_t now_ms = loop_wall_ms();
    uint8_t random[16];
    uint32_t chance;
    token_random(random, sizeof random);
    token_random(&chance, sizeof chance);
    if (!finish->has_request) {
        finish->request = order_unwritten(&performing->integration, &finish->action, performing->setting.external_id, now_ms,
                                          random, &finish->arena);
        finish->has_request = finish->inserts = true;
    }
    delivery_settle(&finish->request, outcome, problem->retry_after_s, now_ms, chance);
    finish->silent = finish->action.reference.len > 0; /* the visitor has been told */
    finish->give_reference = true;
    finish->event = TURN_ACTION_WAITING;
    finish->action.status = ACTION_WAITING;
    finish_set_problem(finish, problem);
    finish_note_connection(finish, &performing->integration, problem, outcome == OUTCOME_PAUSED);
    turns_finish(performing->flow, finish);
    end(performing);
}

/* ---- the writing request goes the outbox's way: stored with the intent to send it, then sent ------------------------------------------ */

struct handing {
    struct store_job job;
    struct performing *performing;
    struct request request;
};

static enum status handing_run(struct store_tx *tx, struct store_job *job)
{
    struct handing *handing = (struct handing *)job;
    struct performing *performing = handing->performing;
    struct finish *finish = performing->finish;
    int64_t now_ms = store_now(tx);
    uint8_t random[16];
    token_random(random, sizeof random);
    handing->request = order_request(&performing->integration, &finish->action, &performing->run.request,
                                     performing->setting.external_id, now_ms, random, &finish->arena);
    order_suspect(performing->flow, &handing->request, &finish->action, now_ms);
    if (finish->has_request) handing->request = order_written(&finish->request, &handing->request, now_ms);
    enum status status = finish->has_request ? request_prepare(tx, &handing->request) : request_insert(tx, &handing->request);
    return status ? status : finish_store_calls(tx, finish, now_ms);
}

static void handing_done(struct store_job *job, enum status status)
{
    struct handing *handing = (struct handing *)job;
    struct performing *performing = handing->performing;
    struct finish *finish = performing->finish;
    if (status == OK && handing->request.state == REQUEST_READY) {
        outbox_look_first(performing->flow, &finish->action);
        finish_free(finish);
        end(performing);
    } else if (status == OK) {
        outbox_send(performing->flow, &handing->request, &performing->integration, &finish->action, finish->act_fn,
                    finish->act_context);
        finish_free(finish);
        end(performing);
    } else if (status == E_CONFLICT) { /* another process has taken the action up and stored its request */
        finish_abandon(finish);
        end(performing);
    } else { /* nothing has been sent; that is told as soon as the database takes it */
        struct problem problem = { .id = PROBLEM_STORAGE_FAILED };
        log_error("a confirmed request could not be stored", LOG_STR("action", finish->action.id),
                  LOG_STR("reason", str_from(status_name(status))));
        done(performing, TURN_ACTION_FAILED, &problem);
    }
    mem_free(handing);
}

static void hand_over(struct performing *performing)
{
    struct handing *handing = mem_alloc(sizeof *handing);
    handing->job = (struct store_job){ .run = handing_run, .done = handing_done, .mode = STORE_WRITE };
    handing->performing = performing;
    store_submit(performing->flow->store, &handing->job);
}

static struct account *account_of(const struct performing *performing)
{
    return account_get(performing->flow, performing->integration.workspace, performing->integration.subdomain);
}

static void learn_fields(struct performing *performing)
{
    if (performing->run.learnt_fields.len == 0 || performing->has_learnt) return;
    performing->has_learnt = true;
    account_learn_fields(account_of(performing), performing->run.learnt_fields);
}

static void take_next(struct performing *performing, enum zendesk_next next)
{
    learn_fields(performing);
    switch (next) {
    case ZENDESK_CALL:
        if (performing->run.request.writes)
            hand_over(performing);
        else
            call_next(performing);
        return;
    case ZENDESK_DONE:
        performing->finish->action.result = arena_str(&performing->finish->arena, performing->run.result);
        done(performing, TURN_ACTION_DONE, NULL);
        return;
    case ZENDESK_FAILED:
        account_forget_fields(account_of(performing)); /* somebody may just be changing them: the next run asks */
        done(performing, TURN_ACTION_FAILED, &performing->run.problem);
        return;
    }
}

/* A read may be repeated as it is: when the connection broke, and when a server had a fault that it named no time for. Once in a run, so that nobody waits long. */
static bool is_worth_a_repeat(const struct http_result *result)
{
    if (result->fault.kind != NET_OK) return result->fault.kind == NET_RESET;
    bool names_a_time = http_header_get(result->answer.headers, result->answer.header_count, STR("Retry-After")).len > 0;
    return result->answer.status >= 500 && !names_a_time;
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct performing *performing = context;
    struct finish *finish = performing->finish;
    if (zcall_was_cut(performing->flow, result)) {
        finish_abandon(finish);
        end(performing);
        return;
    }
    if (record && finish->call_count < OUTCOME_CALLS_MAX) finish->calls[finish->call_count++] = *record;
    if (!performing->has_repeated && is_worth_a_repeat(result)) {
        performing->has_repeated = true;
        call_next(performing);
        return;
    }
    struct zendesk_who who = who_of(performing->flow, &performing->integration);
    enum outcome outcome;
    if (!is_out_of_reach(result, &outcome)) {
        take_next(performing, zendesk_answer(&performing->run, &result->answer));
        return;
    }
    struct problem problem = result->fault.kind != NET_OK ? zendesk_net_problem(&result->fault, &who, &finish->arena)
                                                          : zendesk_problem(&result->answer, &who, &finish->arena);
    if (performing->run.spec->writes) {
        keep(performing, outcome, &problem);
        return;
    }
    if (problem.words == CASE_ANY) problem.words = CASE_READ;
    done(performing, TURN_ACTION_FAILED, &problem);
}

static void call_next(struct performing *performing)
{
    struct zcall_request ask = {
        .integration = &performing->integration,
        .action = performing->run.spec,
        .class = performing->run.spec->writes ? BUDGET_WRITE : BUDGET_READ,
        .request = &performing->run.request,
        .action_id = performing->finish->action.id,
        .arena = &performing->finish->arena,
    };
    zcall_start(performing->flow, &ask, on_call, performing);
}

static struct performing *performing_new(struct flow *flow, const struct integration *integration, const struct action *action,
                                         const struct scope *scope)
{
    struct performing *performing = mem_alloc(sizeof *performing);
    performing->flow = flow;
    performing->finish = finish_new(action);
    struct arena *arena = &performing->finish->arena;
    performing->integration = integration_copy(integration, arena);
    performing->scope = (struct scope){ scope->is_test, arena_str(arena, scope->only_requester) };
    performing->setting =
        order_setting_with_links(flow, &performing->integration, performing->finish->action.id, &performing->scope, arena);
    performing->setting.ticket_fields = arena_str(arena, account_fields(account_of(performing)));
    performing->setting.ticket_forms = arena_str(arena, account_of(performing)->ticket_forms);
    performing->arguments = json_parse(performing->finish->action.arguments, NULL);
    return performing;
}

static void begin(struct performing *performing)
{
    const struct action_spec *spec = action_spec(performing->finish->action.kind);
    flow_enter(performing->flow);
    take_next(performing,
              zendesk_begin(&performing->run, spec, performing->arguments, &performing->setting, &performing->finish->arena));
}

void perform_start(struct flow *flow, const struct integration *integration, const struct action *action,
                   const struct scope *scope, flow_act_fn *fn, void *context)
{
    struct performing *performing = performing_new(flow, integration, action, scope);
    performing->finish->act_fn = fn;
    performing->finish->act_context = context;
    begin(performing);
}

void perform_again(struct flow *flow, const struct request *request, const struct integration *integration,
                   const struct action *action, const struct scope *scope)
{
    struct performing *performing = performing_new(flow, integration, action, scope);
    performing->finish->has_request = true;
    performing->finish->request = request_copy(request, &performing->finish->arena);
    begin(performing);
}

/* ---- dry runs ------------------------------------------------------------------------------------------------------------------ */

void perform_dry(struct flow *flow, const struct action *action)
{
    struct finish *finish = finish_new(action);
    finish->event = TURN_ACTION_DONE;
    finish->action.status = ACTION_DONE;
    turns_finish(flow, finish);
}

struct str perform_preview(const struct flow *flow, const struct integration *integration, const struct action *action,
                           const struct scope *scope, int64_t now_ms, struct arena *arena)
{
    static const uint8_t no_key[16]; /* the key is not shown, as none is used */
    struct order order = order_begin(flow, integration, action, scope, now_ms, no_key, arena);
    struct buf text;
    struct jw jw;
    buf_init(&text, 8 * LIMIT_ARGUMENTS_BYTES); /* JSON escapes make six bytes of one */
    jw_init(&jw, &text);
    jw_object(&jw);
    jw_kv_bool(&jw, "dry_run", true);
    if (order.next == ORDER_READY) {
        jw_key(&jw, "would_send");
        jw_object(&jw);
        jw_kv_str(&jw, "method", str_from(http_method_name(order.request.method)));
        jw_kv_str(&jw, "path", order.request.path);
        jw_kv_raw(&jw, "body", order.request.body);
        jw_end_object(&jw);
    }
    jw_end_object(&jw);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}
