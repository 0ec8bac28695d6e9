/* files.c - files that are to be attached: raw bytes in, Zendesk's token out. The bytes pass through and are not kept; name, size and token are, for the conversation's next ticket or comment.
 *
 * Sent in the name of whoever may have tickets opened: until a comment names it, the file can be read by anybody who is signed in to the account, so a visitor whom nobody has
 * verified may not fill it.
 */
#include "base/moment.h"
#include "flow/flow.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"

enum { FILES_WAITING_MAX = 10 /* that one comment takes: actions.def, uploads */, KEPT_MS = 60 * 60 * 1000 };

struct file_job {
    struct call_job head;
    struct conversation conversation;
    struct integration integration;
    struct flow_file file;
    size_t waiting;
    struct attachment row;
    struct zendesk_upload upload;
};

/* ---- stored -------------------------------------------------------------------------------------------------------------------- */

static enum status insert_file(struct store_tx *tx, struct call_job *head)
{
    struct file_job *job = (struct file_job *)head;
    int64_t now = store_now(tx);
    job->row = (struct attachment){
        .workspace = head->call->actor.workspace,
        .conversation = job->conversation.id,
        .id = ident_new(head->call->arena, "fil_", now),
        .token = job->upload.token,
        .file_name = job->upload.file_name.len > 0 ? job->upload.file_name : job->file.name,
        .size = (int64_t)job->file.bytes.len,
        .created_at = now,
    };
    if (!moment_parse(job->upload.expires_at, &job->row.expires_at)) job->row.expires_at = now + KEPT_MS;
    return attachment_insert(tx, &job->row);
}

static void answer_stored(struct call_job *head)
{
    struct file_job *job = (struct file_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    jw_key(json, "upload");
    jw_object(json);
    render_attachment_members(json, &job->row);
    jw_kv_str(json, "content_type", job->upload.content_type);
    jw_end_object(json);
    jw_end_object(json);
    call_send(head->call, 201);
}

/* ---- sent ---------------------------------------------------------------------------------------------------------------------- */

static void uploaded(void *context, enum status status, const struct zendesk_upload *upload, const struct problem *problem)
{
    struct file_job *job = context;
    struct web_call *call = job->head.call;
    if (status == E_UNAVAILABLE) {
        call_refuse_id(call, PROBLEM_SERVER_STOPPING);
        return;
    }
    if (status != OK) {
        call_refuse(call, problem);
        return;
    }
    job->upload = (struct zendesk_upload){
        .token = arena_str(call->arena, upload->token),
        .file_name = arena_str(call->arena, upload->file_name),
        .content_type = arena_str(call->arena, upload->content_type),
        .expires_at = arena_str(call->arena, upload->expires_at),
    };
    call_write(&job->head, insert_file, answer_stored);
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
    struct attachment *files;
    return attachment_waiting(tx, call->actor.workspace, job->conversation.id, call->arena, &files, &job->waiting);
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
    } else if (job->waiting >= FILES_WAITING_MAX) {
        struct problem problem = { .id = PROBLEM_ZENDESK_TOO_MANY_VALUES,
                                   .field = STR("file"),
                                   .facts = { .limit = STR("10 files") } };
        call_refuse(call, &problem);
    } else {
        flow_upload(call->web->flow, &job->integration, &job->file, uploaded, job);
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

/* ---- taken away ------------------------------------------------------------------------------------------------------------------ */

static enum status delete_file(struct store_tx *tx, struct call_job *head)
{
    return attachment_delete(tx, head->call->actor.workspace, head->call->params[0], head->call->params[1]);
}

static void answer_deleted(struct call_job *head)
{
    call_none(head->call, 204);
}

void files_delete(struct web_call *call)
{
    struct call_job *job = call_job(call, struct call_job);
    call->noun = "file";
    call_write(job, delete_file, answer_deleted);
}
