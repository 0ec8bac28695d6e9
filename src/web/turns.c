/* turns.c - what is said in a conversation: messages, the yes and the no by button, and following along. */
#include "base/limits.h"
#include "flow/flow.h"
#include "web/actions.h"
#include "web/feed.h"
#include "web/route.h"

struct turn_job {
    struct call_job head;
    struct str text, client_id; /* of a message */
    struct feed *feed;          /* NULL: one answer */
    bool decides;               /* confirm or cancel */
    struct str hash;            /* of what is confirmed */
    struct problem refusal;     /* why it was not */
    struct str turn, replies;   /* replies as a JSON array */
    struct str *action_ids;
    struct action_view *actions;
    size_t action_count;
    const char *awaiting;
};

/* ---- the answer -------------------------------------------------------------------------------------------------------------------- */

static enum status load_actions(struct store_tx *tx, struct call_job *head)
{
    struct turn_job *job = (struct turn_job *)head;
    struct web_call *call = head->call;
    enum status status = OK;
    for (size_t i = 0; i < job->action_count && status == OK; i++)
        status = actions_load(tx, call->actor.workspace, job->action_ids[i], call->arena, &job->actions[i]);
    return status;
}

static void render_turn(struct jw *json, const struct turn_job *job)
{
    jw_object(json);
    jw_kv_str(json, "turn", job->turn);
    jw_kv_raw(json, "replies", job->replies);
    jw_key(json, "actions");
    jw_array(json);
    for (size_t i = 0; i < job->action_count; i++) render_action(json, &job->actions[i], job->head.call->arena);
    jw_end_array(json);
    jw_kv_str_or_null(json, "awaiting", str_from(job->awaiting));
    jw_end_object(json);
}

static void answer_turn(struct call_job *head)
{
    struct turn_job *job = (struct turn_job *)head;
    struct web_call *call = head->call;
    render_turn(call_json(call), job);
    if (job->feed != NULL)
        feed_answer(job->feed, STR("turn.completed"), buf_view(&call->out));
    else
        call_send(call, 200);
}

static struct str render_replies(struct arena *arena, const struct flow_turn_result *result)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    jw_array(&json);
    for (size_t i = 0; i < result->reply_count; i++) render_message(&json, &result->replies[i]);
    jw_end_array(&json);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

static void keep_result(struct turn_job *job, const struct flow_turn_result *result)
{
    struct arena *arena = job->head.call->arena;
    job->turn = arena_str(arena, result->turn);
    job->replies = render_replies(arena, result);
    job->awaiting = result->awaiting;
    job->action_count = result->action_count;
    job->action_ids = arena_array(arena, result->action_count, sizeof *job->action_ids);
    job->actions = arena_array(arena, result->action_count, sizeof *job->actions);
    for (size_t i = 0; i < result->action_count; i++) job->action_ids[i] = arena_str(arena, result->actions[i].id);
}

/* ---- refusals ------------------------------------------------------------------------------------------------------------------------ */

static void refuse_turn(struct turn_job *job, enum problem_id id)
{
    struct web_call *call = job->head.call;
    struct problem problem = { .id = id, .facts = { .what = str_from(call->noun) } };
    if (job->feed == NULL) {
        call_refuse(call, &problem);
        return;
    }
    problem_render(&problem, call->trace, call->arena, call_json(call));
    feed_answer(job->feed, STR("problem"), buf_view(&call->out));
}

/* A refused yes or no: the action was closed before, what it would do has changed, or somebody else wrote to the conversation at the same moment. */
static enum status find_refusal(struct store_tx *tx, struct call_job *head)
{
    struct turn_job *job = (struct turn_job *)head;
    struct web_call *call = head->call;
    struct action action;
    enum status status = action_get(tx, call->actor.workspace, call->params[1], call->arena, &action);
    if (status != OK) return status;
    if (!str_eq(action.conversation, call->params[0])) return E_NOT_FOUND;
    job->refusal = (struct problem){ .id = PROBLEM_CONFLICT_VERSION, .facts = { .what = STR("conversation") } };
    if (action.status != ACTION_PROPOSED)
        job->refusal =
            (struct problem){ .id = PROBLEM_ACTION_NOT_OPEN, .facts = { .value = str_from(action_status_name(action.status)) } };
    else if (job->hash.len > 0 && !str_eq(job->hash, action.hash))
        job->refusal.id = PROBLEM_ACTION_CHANGED;
    return OK;
}

static void refuse_decision(struct call_job *head)
{
    struct turn_job *job = (struct turn_job *)head;
    call_refuse(head->call, &job->refusal);
}

static void failed_turn(struct turn_job *job, enum status status)
{
    struct web_call *call = job->head.call;
    bool is_refused = status == E_CONFLICT || status == E_NOT_FOUND;
    if (is_refused && job->decides) {
        call_read(&job->head, find_refusal, refuse_decision);
        return;
    }
    enum problem_id id = call_problem(call, status);
    call_note_failure(call, status, id);
    refuse_turn(job, id);
}

static void on_turn(void *context, const struct flow_turn_result *result)
{
    struct turn_job *job = context;
    if (result->status != OK) {
        failed_turn(job, result->status);
        return;
    }
    keep_result(job, result);
    if (job->action_count > 0)
        call_read(&job->head, load_actions, answer_turn);
    else
        answer_turn(&job->head);
}

/* ---- messages -------------------------------------------------------------------------------------------------------------------------- */

static void send_message(struct turn_job *job)
{
    struct web_call *call = job->head.call;
    flow_message(call->web->flow, call->actor.workspace, call->params[0], job->text, job->client_id, on_turn, job);
}

static enum status find_conversation(struct store_tx *tx, struct call_job *head)
{
    struct web_call *call = head->call;
    struct conversation row;
    return conversation_get(tx, call->actor.workspace, call->params[0], call->arena, &row);
}

static void stream_message(struct call_job *head)
{
    struct turn_job *job = (struct turn_job *)head;
    job->feed = feed_open(head->call, head->call->params[0], FEED_UNTIL_ANSWER);
    send_message(job);
}

static bool refuse_text(struct web_call *call, enum problem_id id)
{
    struct problem problem = { .id = id, .field = STR("text"), .facts = { .what = STR("text"), .limit = STR("32 KiB") } };
    call_refuse(call, &problem);
    return false;
}

static bool read_message(struct web_call *call, struct turn_job *job)
{
    job->text = json_get_str(call->body, "text");
    job->client_id = json_get_str(call->body, "client_id");
    if (job->client_id.len == 0 && call->kept != NULL)
        job->client_id = arena_fmt(call->arena, "key:%.*s", STR_ARG(call->kept->hash));
    if (str_trim(job->text).len == 0) return refuse_text(call, PROBLEM_FIELD_MISSING);
    if (job->text.len > LIMIT_MESSAGE_BYTES) return refuse_text(call, PROBLEM_VALUE_TOO_LONG);
    return true;
}

void turns_message(struct web_call *call)
{
    struct turn_job *job = call_job(call, struct turn_job);
    call->noun = "conversation";
    if (!read_message(call, job)) return;
    if (call_accepts(call, "text/event-stream"))
        call_read(&job->head, find_conversation, stream_message);
    else
        send_message(job);
}

/* ---- yes and no -------------------------------------------------------------------------------------------------------------------------- */

static void decide(struct web_call *call, bool yes)
{
    struct turn_job *job = call_job(call, struct turn_job);
    call->noun = "action";
    job->decides = true;
    job->hash = json_get_str(call->body, "hash");
    flow_decide(call->web->flow, call->actor.workspace, call->params[0], call->params[1], yes, job->hash, on_turn, job);
}

void turns_confirm(struct web_call *call)
{
    decide(call, true);
}

void turns_cancel(struct web_call *call)
{
    decide(call, false);
}

/* ---- stopping ------------------------------------------------------------------------------------------------------------------------------- */

static void on_stop(void *context, const struct flow_turn_result *result)
{
    struct turn_job *job = context;
    if (result->status == E_CONFLICT)
        refuse_turn(job, PROBLEM_NOTHING_TO_STOP);
    else
        on_turn(context, result);
}

void turns_stop(struct web_call *call)
{
    struct turn_job *job = call_job(call, struct turn_job);
    call->noun = "conversation";
    flow_stop(call->web->flow, call->actor.workspace, call->params[0], on_stop, job);
}

/* ---- handing back -------------------------------------------------------------------------------------------------------------------------- */

void turns_resume(struct web_call *call)
{
    struct turn_job *job = call_job(call, struct turn_job);
    call->noun = "conversation";
    flow_resume(call->web->flow, call->actor.workspace, call->params[0], on_turn, job);
}

/* ---- following ------------------------------------------------------------------------------------------------------------------------------ */

struct follow_job {
    struct call_job head;
    bool resumes;
    int64_t after_seq;
};

static void follow(struct call_job *head)
{
    struct follow_job *job = (struct follow_job *)head;
    struct feed *feed = feed_open(head->call, head->call->params[0], FEED_UNTIL_GONE);
    bool ends_here = str_eq(head->call->address, STR("local")); /* with what is stored */
    if (job->resumes) feed_resume(feed, job->after_seq);
    if (!ends_here) feed_partial(feed);
}

/* Last-Event-ID is what browsers send when they come back; ?after= is for the first time, when they cannot. */
void turns_events(struct web_call *call)
{
    struct follow_job *job = call_job(call, struct follow_job);
    struct str header = call_header(call, "Last-Event-ID"), query = call_query(call, "after");
    struct str after = header.len > 0 ? header : query;
    call->noun = "conversation";
    job->resumes = after.len > 0 || str_eq(call->address, STR("local"));
    if (after.len > 0 && (!str_to_i64(after, &job->after_seq) || job->after_seq < 0)) {
        struct problem problem = { .id = PROBLEM_REQUEST_UNREADABLE, .facts = { .what = STR("Last-Event-ID") } };
        call_refuse(call, &problem);
        return;
    }
    call_read(&job->head, find_conversation, follow);
}
