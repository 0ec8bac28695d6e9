/* rescue.c - a member decides about a request that waits or needs a person: another try, the ticket it came to, or its end. */
#include "base/limits.h"
#include "flow/flow.h"
#include "model/field.h"
#include "web/requests.h"
#include "web/route.h"
#include "web/trail.h"

struct rescue_job {
    struct call_job head;
    struct flow_rescue ask;
    int64_t ticket_id; /* of the ticket that it was settled with; 0: none */
    struct str subject, requester;
    struct request_view view;
};

static enum status load_request(struct store_tx *tx, struct call_job *head)
{
    struct rescue_job *job = (struct rescue_job *)head;
    return requests_load(tx, head->call->actor.workspace, head->call->params[0], head->call->arena, &job->view);
}

static void answer_request(struct call_job *head)
{
    struct rescue_job *job = (struct rescue_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    render_request_members(json, &job->view, head->call->arena);
    if (job->ask.kind == FLOW_SETTLE) {
        jw_key(json, "ticket");
        jw_object(json);
        jw_kv_int(json, "id", job->ticket_id);
        jw_kv_str_or_null(json, "subject", job->subject);
        jw_kv_str_or_null(json, "requester", job->requester);
        jw_end_object(json);
    }
    jw_end_object(json);
    call_send(head->call, 200);
}

static void on_rescued(void *context, const struct flow_rescue_result *result)
{
    struct rescue_job *job = context;
    struct web_call *call = job->head.call;
    if (result->status == E_UNAVAILABLE) {
        call_refuse_id(call, PROBLEM_SERVER_STOPPING);
    } else if (result->status != OK && result->problem.id != PROBLEM_NONE) {
        call_refuse(call, &result->problem);
    } else if (result->status != OK) {
        call_fail(call, result->status);
    } else {
        job->ticket_id = result->ticket_id;
        job->subject = arena_str(call->arena, result->subject);
        job->requester = arena_str(call->arena, result->requester);
        call_read(&job->head, load_request, answer_request);
    }
}

static void decide(struct web_call *call, const char *act, const struct flow_rescue *ask)
{
    struct rescue_job *job = call_job(call, struct rescue_job);
    struct trail_entry *entry = trail_entry_of(call, act);
    struct buf after;
    call->noun = "request";
    entry->object = call->params[0];
    if (ask->kind != FLOW_RETRY) {
        buf_init(&after, LIMIT_JSON_BYTES);
        json_canonical(call->body, &after);
        entry->after = arena_str(call->arena, buf_view(&after));
        buf_clear(&after);
    }
    job->ask = *ask;
    job->ask.entry = entry;
    flow_rescue(call->web->flow, call->actor.workspace, call->params[0], &job->ask, on_rescued, job);
}

void rescue_retry(struct web_call *call)
{
    decide(call, "request.retry", &(struct flow_rescue){ .kind = FLOW_RETRY });
}

void rescue_settle(struct web_call *call)
{
    decide(call, "request.settle",
           &(struct flow_rescue){ .kind = FLOW_SETTLE, .ticket_id = json_get_int(call->body, "ticket_id", 0) });
}

void rescue_drop(struct web_call *call)
{
    struct flow_rescue ask = { .kind = FLOW_DROP };
    struct problem problem;
    if (field_name(json_get_str(call->body, "reason"), STR("reason"), call->arena, &ask.reason, &problem) == OK)
        decide(call, "request.drop", &ask);
    else
        call_refuse(call, &problem);
}
