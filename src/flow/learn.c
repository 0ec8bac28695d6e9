/* learn.c - which fields of its own an account wants on every new ticket: read from Zendesk, stored with the account, for the steps of conversations to ask for.
 *
 * Two reads (fields, then forms, which not every plan has), one after the other, behind everything that people wait for. Nobody waits for them: a conversation goes on with what is known, and the
 * room zendesk looks once more before a ticket leaves. A read that fails leaves what is known as it is. The forms are kept in memory as well, for that last look; so the first ticket after a start
 * asks again.
 */
#include "flow/parts.h"

#include "base/log.h"
#include "base/mem.h"
#include "zendesk/fields.h"

enum { KNOWN_FOR_MS = 10 * 60 * 1000 };

struct learning {
    struct store_job job;
    struct arena arena;
    struct flow *flow;
    struct account *account;
    struct integration integration;
    struct zendesk_request request;
    struct str fields; /* the first answer */
    struct zendesk_account row;
};

static void end(struct learning *learning)
{
    struct flow *flow = learning->flow;
    learning->account->is_learning = false;
    arena_clear(&learning->arena);
    mem_free(learning);
    flow_leave(flow);
}

static enum status keep_run(struct store_tx *tx, struct store_job *job)
{
    return zendesk_account_learn(tx, &((struct learning *)job)->row);
}

static void keep_done(struct store_job *job, enum status status)
{
    struct learning *learning = (struct learning *)job;
    if (status)
        log_warn("the ticket fields of a Zendesk account could not be stored", LOG_STR("subdomain", learning->row.subdomain),
                 LOG_STR("reason", str_from(status_name(status))));
    end(learning);
}

static void keep(struct learning *learning, struct str forms)
{
    account_learn_forms(learning->account, forms);
    learning->row = (struct zendesk_account){
        .workspace = learning->integration.workspace,
        .subdomain = learning->integration.subdomain,
        .reserve_percent = learning->account->budget.reserve_percent,
        .asked_fields = fields_asked(learning->fields, forms, &learning->arena),
    };
    learning->job = (struct store_job){ .run = keep_run, .done = keep_done, .mode = STORE_WRITE };
    store_submit(learning->flow->store, &learning->job);
}

static void ask(struct learning *learning, struct str path);

/* A plan without forms answers 403 or 404: every active field counts then. */
static void on_call(void *context, const struct http_result *result, const struct call *record)
{
    struct learning *learning = context;
    (void)record; /* what was asked for by nobody is no receipt */
    int status = result->fault.kind == NET_OK && !result->fault.nothing_sent ? result->answer.status : 0;
    bool is_second = learning->fields.len > 0;
    if (zcall_was_cut(learning->flow, result)) {
        end(learning);
    } else if (!is_second && status == 200) {
        learning->fields = arena_str(&learning->arena, result->answer.body);
        ask(learning, STR("/api/v2/ticket_forms"));
    } else if (is_second && (status == 200 || status == 403 || status == 404)) {
        keep(learning, status == 200 ? result->answer.body : STR_NONE);
    } else {
        log_info("the ticket fields of a Zendesk account were not read", LOG_STR("subdomain", learning->integration.subdomain),
                 LOG_INT("status", status));
        end(learning);
    }
}

static void ask(struct learning *learning, struct str path)
{
    learning->request = (struct zendesk_request){ .method = HTTP_GET, .path = path };
    struct zcall_request call = {
        .integration = &learning->integration,
        .action = action_spec(ACTION_CREATE_TICKET), /* for whose sake: it lists both paths */
        .class = BUDGET_BACKGROUND,
        .request = &learning->request,
        .arena = &learning->arena,
    };
    zcall_start(learning->flow, &call, on_call, learning);
}

void learn_start(struct flow *flow, const struct integration *integration)
{
    struct account *account = account_get(flow, integration->workspace, integration->subdomain);
    if (flow->draining || account->is_learning) return;
    struct learning *learning = mem_alloc(sizeof *learning);
    arena_init(&learning->arena);
    learning->flow = flow;
    learning->account = account;
    learning->integration = integration_copy(integration, &learning->arena);
    account->is_learning = true;
    account->asked_at = loop_wall_ms();
    flow_enter(flow);
    ask(learning, STR("/api/v2/ticket_fields"));
}

void learn_when_old(struct flow *flow, const struct integration *integration)
{
    int64_t age_ms = loop_wall_ms() - account_get(flow, integration->workspace, integration->subdomain)->asked_at;
    if (age_ms < 0 || age_ms >= KNOWN_FOR_MS) learn_start(flow, integration);
}
