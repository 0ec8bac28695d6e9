/* order.c - an action put in Zendesk's language: what its requests are made from, and the row of the one that writes. */
#include "flow/parts.h"

#include "agent/delivery.h"
#include "agent/policy.h"
#include "zendesk/lookup.h"

struct scope scope_of(const struct conversation *conversation, struct arena *arena)
{
    bool is_verified = conversation->identity == L2_MAIL_VERIFIED || conversation->identity == L3_SITE_VERIFIED;
    return (struct scope){
        .is_test = policy_marks_test(conversation->channel),
        .only_requester = is_verified ? arena_str(arena, conversation->visitor_email) : STR_NONE,
    };
}

/* With customers' records switched off, or not permitted, an unknown requester is refused and not made along with the ticket. */
static bool may_write_users(const struct integration *integration)
{
    return integration->enabled[ACTION_CREATE_CUSTOMER] && integration->permitted[ACTION_CREATE_CUSTOMER];
}

/* What requests of this action are made from. The strings are in the arena or borrowed from integration and scope. On either thread: nothing but `install` is read of the flow. */
static struct zendesk_setting setting_of(const struct flow *flow, const struct integration *integration, struct str action,
                                         const struct scope *scope, struct arena *arena)
{
    return (struct zendesk_setting){
        .external_id = arena_fmt(arena, "cca:%.*s:%.*s", STR_ARG(flow->install), STR_ARG(action)),
        .operation = arena_str(arena, action),
        .tag_test = scope->is_test,
        .may_write_users = may_write_users(integration),
        .only_requester = scope->only_requester,
        .subdomain = integration->subdomain,
    };
}

static enum request_guard guard_of(const struct zendesk_request *request)
{
    if (zendesk_may_repeat(request)) return GUARD_NONE;
    return str_eq(request->path, STR("/api/v2/tickets")) ? GUARD_KEY : GUARD_STAMP;
}

static struct request new_request(const struct integration *integration, const struct action *action,
                                  const struct zendesk_request *wire, enum request_guard guard, struct str external_id,
                                  int64_t now_ms, const uint8_t random[16], struct arena *arena)
{
    struct buf key;
    buf_init(&key, 64);
    buf_lit(&key, "cca1-");
    buf_hex(&key, random, 16);
    struct request request = {
        .action = action->id,
        .workspace = action->workspace,
        .integration = integration->id,
        .conversation = action->conversation,
        .kind = action->kind,
        .state = REQUEST_READY,
        .method = wire->method,
        .path = wire->path,
        .body = wire->body,
        .key = arena_str(arena, buf_view(&key)),
        .external_id = external_id,
        .guard = guard,
        .token = 1,
        .since = now_ms,
        .created_at = now_ms,
        .updated_at = now_ms,
    };
    buf_clear(&key);
    (void)delivery_take_up(&request, (struct delivery_trust){ .strict = integration->strict },
                           now_ms); /* a new one is always to be sent */
    return request;
}

struct request order_request(const struct integration *integration, const struct action *action,
                             const struct zendesk_request *wire, struct str external_id, int64_t now_ms, const uint8_t random[16],
                             struct arena *arena)
{
    return new_request(integration, action, wire, guard_of(wire), external_id, now_ms, random, arena);
}

struct request order_unwritten(const struct integration *integration, const struct action *action, struct str external_id,
                               int64_t now_ms, const uint8_t random[16], struct arena *arena)
{
    static const struct zendesk_request nothing = { .method = HTTP_GET };
    return new_request(integration, action, &nothing, GUARD_NONE, external_id, now_ms, random, arena);
}

struct request order_written(const struct request *kept, const struct request *written, int64_t now_ms)
{
    struct request request = *kept;
    request.method = written->method;
    request.path = written->path;
    request.body = written->body;
    request.guard = written->guard;
    delivery_written(&request, now_ms);
    return request;
}

void order_suspect(const struct flow *flow, struct request *request, const struct action *action, int64_t now_ms)
{
    if (action->created_at <= flow->restored_at) delivery_suspect(request, flow->restored_at, now_ms);
}

struct zendesk_setting order_setting_with_links(const struct flow *flow, const struct integration *integration, struct str action,
                                                const struct scope *scope, struct arena *arena)
{
    bool practice;
    struct zendesk_setting setting = setting_of(flow, integration, action, scope, arena);
    setting.base_url = egress_base_url(flow->egress, integration->subdomain, arena, &practice);
    return setting;
}

struct order order_begin(const struct flow *flow, const struct integration *integration, const struct action *action,
                         const struct scope *scope, int64_t now_ms, const uint8_t random[16], struct arena *arena)
{
    struct order order = { .next = ORDER_FAILED };
    struct zendesk_setting setting = setting_of(flow, integration, action->id, scope, arena);
    struct json *arguments = json_parse(action->arguments, NULL);
    struct zendesk_run run;
    enum zendesk_next next = zendesk_begin(&run, action_spec(action->kind), arguments, &setting, arena);
    json_free(arguments);
    if (next != ZENDESK_CALL) {
        order.problem = run.problem;
        return order;
    }
    order.next = run.request.writes ? ORDER_READY : ORDER_READS_FIRST;
    if (run.request.writes)
        order.request = order_request(integration, action, &run.request, setting.external_id, now_ms, random, arena);
    return order;
}
