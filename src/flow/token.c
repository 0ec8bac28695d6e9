/* token.c - see token.h. A connection test with new credentials fetches alone: what it gets is nobody else's before it is stored. */
#include "flow/token.h"

#include "base/log.h"
#include "base/mem.h"
#include "flow/parts.h"

enum {
    TOKEN_MARGIN_MS = 60 * 1000,    /* renewed this long before its end */
    TOKEN_LIFE_DEFAULT_S = 30 * 60, /* when Zendesk does not say: its default */
};

struct token_wait {
    struct token_wait *next;
    struct integration *integration;
    struct arena *arena;
    token_fn *fn;
    void *context;
};

struct token_fetch {
    struct flow *flow;
    struct token_slot *slot; /* NULL: of one connection test alone */
    struct token_wait *first, **last;
};

/* ---- what is known of each connection's token ---------------------------------------------------------------------------------- */

static struct token_slot *find_slot(const struct flow *flow, const struct integration *integration)
{
    for (struct token_slot *slot = flow->tokens; slot; slot = slot->next)
        if (str_eq(slot->integration, integration->id)) return slot;
    return NULL;
}

static void set_own(struct str *own, struct str text)
{
    mem_free((void *)(uintptr_t)own->ptr);
    *own = (struct str){ mem_dup(text.ptr, text.len), text.len };
}

/* The slot of this very credential, emptied when it was another's; NULL while a fetch for another is under way. */
static struct token_slot *slot_of(struct flow *flow, const struct integration *integration)
{
    struct token_slot *slot = find_slot(flow, integration);
    if (!slot) {
        slot = mem_alloc(sizeof *slot);
        set_own(&slot->integration, integration->id);
        slot->next = flow->tokens;
        flow->tokens = slot;
    }
    if (slot->secret_set_at == integration->secret_set_at) return slot;
    if (slot->fetch) return NULL;
    slot->secret_set_at = integration->secret_set_at;
    slot->expires_at = 0;
    return slot;
}

/* The row was read before somebody renewed: the newer token takes its place. */
static void take_newer(const struct flow *flow, struct integration *integration, struct arena *arena)
{
    const struct token_slot *slot = find_slot(flow, integration);
    if (!slot || slot->secret_set_at != integration->secret_set_at || slot->expires_at <= integration->token_expires_at) return;
    if (str_eq(slot->sealed, integration->sealed_token)) return;
    integration->sealed_token = arena_str(arena, slot->sealed);
    integration->token_expires_at = slot->expires_at;
    integration->scope = arena_str(arena, slot->scope);
}

bool token_lasts(const struct flow *flow, struct integration *integration, struct arena *arena)
{
    take_newer(flow, integration, arena);
    return integration->sealed_token.len > 0 && integration->token_expires_at > loop_wall_ms() + TOKEN_MARGIN_MS;
}

void tokens_close(struct flow *flow)
{
    for (struct token_slot *slot = flow->tokens, *next; slot; slot = next) {
        next = slot->next;
        mem_free((void *)(uintptr_t)slot->integration.ptr);
        mem_free((void *)(uintptr_t)slot->sealed.ptr);
        mem_free((void *)(uintptr_t)slot->scope.ptr);
        mem_free(slot);
    }
}

/* ---- keeping it ------------------------------------------------------------------------------------------------------------------ */

/* Losing it costs one more fetch, so nobody waits for the commit. */
struct renewal {
    struct store_job job;
    struct arena arena;
    struct flow *flow;
    struct integration integration;
};

static enum status renewal_run(struct store_tx *tx, struct store_job *job)
{
    struct renewal *renewal = (struct renewal *)job;
    struct integration *renewed = &renewal->integration, now;
    enum status status = integration_get(tx, renewed->workspace, renewed->id, &renewal->arena, &now);
    if (status) return status;
    return now.secret_set_at == renewed->secret_set_at ? integration_renew(tx, renewed)
                                                       : E_NOT_FOUND; /* another client's by now */
}

static void renewal_done(struct store_job *job, enum status status)
{
    struct renewal *renewal = (struct renewal *)job;
    if (status && status != E_NOT_FOUND)
        log_warn("a renewed access token could not be stored", LOG_STR("reason", str_from(status_name(status))));
    flow_leave(renewal->flow);
    arena_clear(&renewal->arena);
    mem_free(renewal);
}

static void keep(const struct token_fetch *fetch, const struct integration *integration)
{
    struct token_slot *slot = fetch->slot;
    set_own(&slot->sealed, integration->sealed_token);
    set_own(&slot->scope, integration->scope);
    slot->expires_at = integration->token_expires_at;
    struct renewal *renewal = mem_alloc(sizeof *renewal);
    arena_init(&renewal->arena);
    renewal->flow = fetch->flow;
    renewal->job = (struct store_job){ .run = renewal_run, .done = renewal_done, .mode = STORE_WRITE };
    renewal->integration = integration_copy(integration, &renewal->arena);
    flow_enter(fetch->flow);
    store_submit(fetch->flow->store, &renewal->job);
}

/* ---- fetching -------------------------------------------------------------------------------------------------------------------- */

static void take(struct token_wait *wait, const struct egress_token_result *token)
{
    struct integration *integration = wait->integration;
    int64_t life_s = token->expires_in_s > 0 ? token->expires_in_s : TOKEN_LIFE_DEFAULT_S;
    integration->sealed_token = arena_str(wait->arena, token->sealed_token);
    integration->token_expires_at = loop_wall_ms() + life_s * 1000;
    integration->scope = arena_str(wait->arena, token->scope);
}

static void on_token(void *context, const struct egress_token_result *token)
{
    struct token_fetch *fetch = context;
    bool has_token = token->sealed_token.len > 0;
    struct token_wait *wait = fetch->first, *next;
    if (fetch->slot) fetch->slot->fetch = NULL; /* who asks from now on asks anew */
    for (struct token_wait *each = wait; has_token && each; each = each->next) take(each, token);
    if (has_token && fetch->slot) keep(fetch, wait->integration);
    for (; wait; wait = next) {
        next = wait->next;
        wait->fn(wait->context, has_token ? NULL : token);
        mem_free(wait);
    }
    mem_free(fetch);
}

static struct token_fetch *fetch_start(struct flow *flow, struct token_slot *slot, const struct egress_command *command)
{
    struct token_fetch *fetch = mem_alloc(sizeof *fetch);
    fetch->flow = flow;
    fetch->slot = slot;
    fetch->last = &fetch->first;
    if (slot) slot->fetch = fetch;
    egress_fetch_token(flow->egress, command, STR("read write"), on_token, fetch);
    return fetch;
}

void token_renew(struct flow *flow, struct integration *integration, bool is_new, const struct egress_command *command,
                 struct arena *arena, token_fn *fn, void *context)
{
    struct token_slot *slot = is_new ? NULL : slot_of(flow, integration);
    struct token_fetch *fetch = slot && slot->fetch ? slot->fetch : fetch_start(flow, slot, command);
    struct token_wait *wait = mem_alloc(sizeof *wait);
    *wait = (struct token_wait){ .integration = integration, .arena = arena, .fn = fn, .context = context };
    *fetch->last = wait;
    fetch->last = &wait->next;
}
