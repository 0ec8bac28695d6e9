/* upload.c - a file to Zendesk: one call, of which nothing is kept here. The token that comes back is named by a later comment; a file that none names is forgotten by Zendesk
 * within the hour, so a lost answer costs nothing and the outbox has no part in it.
 */
#include "flow/parts.h"

#include "base/mem.h"
#include "zendesk/upload.h"

struct uploading {
    struct flow *flow;
    struct arena arena;
    struct integration integration;
    struct zendesk_request request;
    flow_upload_fn *fn;
    void *context;
};

static void end(struct uploading *uploading)
{
    flow_leave(uploading->flow);
    arena_clear(&uploading->arena);
    mem_free(uploading);
}

static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct uploading *uploading = context;
    struct zendesk_who who = who_of(uploading->flow, &uploading->integration);
    struct zendesk_upload upload;
    struct problem problem = { 0 };
    bool is_done = false;
    (void)record;
    if (zcall_was_cut(uploading->flow, result)) {
        uploading->fn(uploading->context, E_UNAVAILABLE, NULL, NULL);
        end(uploading);
        return;
    }
    if (result->fault.kind == NET_OK)
        is_done = upload_read(&result->answer, &who, &uploading->arena, &upload, &problem);
    else
        problem = zendesk_net_problem(&result->fault, &who, &uploading->arena);
    uploading->fn(uploading->context, is_done ? OK : E_INPUT, is_done ? &upload : NULL, is_done ? NULL : &problem);
    end(uploading);
}

void flow_upload(struct flow *flow, const struct integration *integration, const struct flow_file *file, flow_upload_fn *fn,
                 void *context)
{
    if (flow->draining) {
        fn(context, E_UNAVAILABLE, NULL, NULL);
        return;
    }
    struct uploading *uploading = mem_alloc(sizeof *uploading);
    *uploading = (struct uploading){ .flow = flow, .fn = fn, .context = context };
    arena_init(&uploading->arena);
    uploading->integration = integration_copy(integration, &uploading->arena);
    uploading->request = (struct zendesk_request){
        .method = HTTP_POST, .path = upload_path(file->name, &uploading->arena), .body = file->bytes, .writes = true
    };
    struct zcall_request ask = {
        .integration = &uploading->integration,
        .action = action_spec(ACTION_CREATE_TICKET), /* whose calls have it */
        .class = BUDGET_WRITE,
        .request = &uploading->request,
        .content_type = upload_type(file->content_type, &uploading->arena),
        .arena = &uploading->arena,
    };
    flow_enter(flow);
    zcall_start(flow, &ask, on_call, uploading);
}
