/* perform.c - an action as its run of calls: reads in a conversation, and the reads of a member's own acts; and what a dry run shows in the place of calls. Writes go through outbox.c. */
#include "flow/parts.h"

#include "base/mem.h"

struct performing {
    struct flow *flow;
    struct finish *finish;
    struct integration integration;
    struct zendesk_setting setting;
    struct zendesk_run run;
    struct json *arguments;
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
    finish->event = event;
    finish->action.status = event == TURN_ACTION_DONE ? ACTION_DONE : ACTION_REJECTED;
    if (problem) finish_set_problem(finish, problem);
    finish_note_connection(finish, &performing->integration, problem, false);
    turns_finish(performing->flow, finish);
    end(performing);
}

static void call_next(struct performing *performing);

static void take_next(struct performing *performing, enum zendesk_next next)
{
    switch (next) {
    case ZENDESK_CALL: call_next(performing); return;
    case ZENDESK_DONE:
        performing->finish->action.result = arena_str(&performing->finish->arena, performing->run.result);
        done(performing, TURN_ACTION_DONE, NULL);
        return;
    case ZENDESK_FAILED: done(performing, TURN_ACTION_FAILED, &performing->run.problem); return;
    }
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
    if (finish->call_count < OUTCOME_CALLS_MAX) finish->calls[finish->call_count++] = *record;
    struct zendesk_who who = who_of(&performing->integration);
    if (result->fault.kind != NET_OK) {
        struct problem problem = zendesk_net_problem(&result->fault, &who, &finish->arena);
        done(performing, TURN_ACTION_FAILED, &problem);
        return;
    }
    if (result->answer.status == 401 || result->answer.status == 429 || result->answer.status >= 500) {
        struct problem problem = zendesk_problem(&result->answer, &who, &finish->arena);
        done(performing, TURN_ACTION_FAILED, &problem);
        return;
    }
    take_next(performing, zendesk_answer(&performing->run, &result->answer));
}

static void call_next(struct performing *performing)
{
    struct zcall_request ask = {
        .integration = &performing->integration,
        .action = performing->run.spec,
        .request = &performing->run.request,
        .action_id = performing->finish->action.id,
        .arena = &performing->finish->arena,
    };
    zcall_start(performing->flow, &ask, on_call, performing);
}

void perform_read(struct flow *flow, const struct integration *integration, const struct action *action, flow_act_fn *fn,
                  void *context)
{
    struct performing *performing = mem_alloc(sizeof *performing);
    performing->flow = flow;
    performing->finish = finish_new(action);
    performing->finish->act_fn = fn;
    performing->finish->act_context = context;
    struct arena *arena = &performing->finish->arena;
    performing->integration = integration_copy(integration, arena);
    performing->setting.subdomain = performing->integration.subdomain;
    bool practice;
    performing->setting.base_url = egress_base_url(flow->egress, performing->integration.subdomain, arena, &practice);
    performing->arguments = json_parse(performing->finish->action.arguments, NULL);
    flow_enter(flow);
    take_next(performing,
              zendesk_begin(&performing->run, action_spec(action->kind), performing->arguments, &performing->setting, arena));
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
                           bool tag_test, int64_t now_ms, struct arena *arena)
{
    static const uint8_t no_key[16]; /* the key is not shown, as none is used */
    struct request request;
    struct problem problem;
    struct buf text;
    struct jw jw;
    buf_init(&text, 8 * LIMIT_ARGUMENTS_BYTES); /* JSON escapes make six bytes of one */
    jw_init(&jw, &text);
    jw_object(&jw);
    jw_kv_bool(&jw, "dry_run", true);
    if (outbox_prepare(flow, integration, action, tag_test, now_ms, no_key, arena, &request, &problem)) {
        jw_key(&jw, "would_send");
        jw_object(&jw);
        jw_kv_str(&jw, "method", str_from(http_method_name(request.method)));
        jw_kv_str(&jw, "path", request.path);
        jw_kv_raw(&jw, "body", request.body);
        jw_end_object(&jw);
    }
    jw_end_object(&jw);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}
