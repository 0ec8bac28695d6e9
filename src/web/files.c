/* files.c - a file that is to be attached: raw bytes in, Zendesk's token out. It passes through and is not kept.
 *
 * Sent in the name of whoever may have tickets opened: until a comment names it, the file can be read by anybody who is signed in to the account, so a visitor whom nobody has
 * verified may not fill it.
 */
#include "flow/flow.h"
#include "web/route.h"

struct file_job {
    struct call_job head;
    struct conversation conversation;
    struct integration integration;
    struct flow_file file;
};

static void uploaded(void *context, enum status status, const struct zendesk_upload *upload, const struct problem *problem)
{
    struct web_call *call = context;
    if (status == E_UNAVAILABLE) {
        call_refuse_id(call, PROBLEM_SERVER_STOPPING);
        return;
    }
    if (status != OK) {
        call_refuse(call, problem);
        return;
    }
    struct jw *json = call_json(call);
    jw_object(json);
    jw_key(json, "upload");
    jw_object(json);
    jw_kv_str(json, "token", upload->token);
    jw_kv_str(json, "file_name", upload->file_name);
    jw_kv_str(json, "content_type", upload->content_type);
    jw_kv_int(json, "size", upload->size);
    jw_kv_str_or_null(json, "expires_at", upload->expires_at);
    jw_end_object(json);
    jw_end_object(json);
    call_send(call, 201);
}

static enum status load_target(struct store_tx *tx, struct call_job *head)
{
    struct file_job *job = (struct file_job *)head;
    struct web_call *call = head->call;
    struct integration *integrations;
    size_t count;
    enum status status = conversation_get(tx, call->actor.workspace, call->params[0], call->arena, &job->conversation);
    if (status != OK) return status;
    status = integration_of_agent(tx, call->actor.workspace, job->conversation.agent, call->arena, &integrations, &count);
    if (status != OK) return status;
    if (count == 0) return call_because(call, E_NOT_FOUND, PROBLEM_NO_INTEGRATION);
    job->integration = integrations[0];
    return OK;
}

static void target_loaded(struct call_job *head)
{
    struct file_job *job = (struct file_job *)head;
    struct web_call *call = head->call;
    bool is_enabled = job->integration.enabled[ACTION_CREATE_TICKET] || job->integration.enabled[ACTION_ADD_COMMENT];
    if (job->conversation.identity == L0_ANONYMOUS || job->conversation.identity == L1_CLAIMED) {
        call_refuse_id(call, PROBLEM_IDENTITY_NEEDED);
    } else if (job->conversation.dry_run) {
        call_refuse_id(call, PROBLEM_DRY_RUN_ONLY);
    } else if (!is_enabled) {
        struct problem problem = { .id = PROBLEM_ACTION_DISABLED, .facts = { .what = STR("Create ticket") } };
        call_refuse(call, &problem);
    } else {
        flow_upload(call->web->flow, &job->integration, &job->file, uploaded, call);
    }
}

static void refuse_missing(struct web_call *call, struct str what)
{
    struct problem problem = { .id = PROBLEM_FIELD_MISSING, .field = what, .facts = { .what = what } };
    call_refuse(call, &problem);
}

void files_create(struct web_call *call)
{
    struct file_job *job = call_job(call, struct file_job);
    call->noun = "conversation";
    job->file = (struct flow_file){
        .name = upload_name(call_query(call, "filename"), call->arena),
        .content_type = call_header(call, "Content-Type"),
        .bytes = call->request->body,
    };
    if (job->file.name.len == 0)
        refuse_missing(call, STR("filename"));
    else if (job->file.bytes.len == 0)
        refuse_missing(call, STR("file"));
    else
        call_read(&job->head, load_target, target_loaded);
}
