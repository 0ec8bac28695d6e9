/* chain.c - see chain.h. Breakers are in memory alone: after a start every provider is worth a try. */
#include "flow/chain.h"

#include "agent/spend.h"
#include "base/mem.h"
#include "base/moment.h"

enum { BREAKERS_MAX = 1024, DAY_BYTES = 10 };

/* ---- which there are ----------------------------------------------------------------------------------------------------------- */

/* A provider that was deleted is passed over. */
static enum status add(struct store_tx *tx, struct step *step, struct chain *chain, struct str id, struct str model)
{
    if (id.len == 0 || chain->count == CHAIN_MAX) return OK;
    struct provider *provider = &chain->providers[chain->count];
    enum status status = provider_get(tx, step->conversation.workspace, id, &step->arena, provider);
    if (status == E_NOT_FOUND) return OK;
    if (status) return status;
    if (model.len) provider->model = model;
    chain->count++;
    return OK;
}

enum status chain_load(struct store_tx *tx, struct step *step, const struct agent *agent, struct chain *chain)
{
    const struct agent_settings *settings = &agent->settings;
    struct str rest = settings->fallbacks, id;
    chain->count = 0;
    if (settings->engine != ENGINE_PROVIDER) return OK;
    enum status status = add(tx, step, chain, settings->provider, settings->model);
    while (status == OK && str_split(&rest, ',', &id)) status = add(tx, step, chain, str_trim(id), STR_NONE);
    return status;
}

/* ---- what they may cost ---------------------------------------------------------------------------------------------------------- */

/* As a number: 20261122. */
static int64_t day_of(int64_t at_ms)
{
    char text[MOMENT_TEXT_MAX];
    int64_t day = 0;
    (void)moment_format(at_ms, false, text);
    for (size_t i = 0; i < DAY_BYTES; i++)
        if (char_is_digit(text[i])) day = day * 10 + (text[i] - '0');
    return day;
}

static struct spend spend_from(struct model_spend stored)
{
    return (struct spend){ .micros = stored.cost, .tokens = stored.tokens };
}

static enum status load_used(struct store_tx *tx, struct step *step, struct spend_table *used)
{
    struct str workspace = step->conversation.workspace;
    int64_t today = day_of(step->now_ms), month = today / 100 * 100;
    struct model_spend conversation, day, all;
    enum status status = model_run_sum(tx, workspace, step->conversation.id, &conversation);
    if (status == OK) status = model_spend_sum(tx, workspace, today, today, &day);
    if (status == OK) status = model_spend_sum(tx, workspace, month, today, &all);
    if (status) return status;
    used->of[SPEND_CONVERSATION] = spend_from(conversation);
    used->of[SPEND_DAY] = spend_from(day);
    used->of[SPEND_WORKSPACE] = spend_from(all);
    return OK;
}

/* A conversation's own cap is no news for the owner. */
static enum status tell_owner(struct store_tx *tx, struct step *step, struct model_cap *cap, enum spend_scope scope)
{
    int64_t today = day_of(step->now_ms);
    if (scope == SPEND_CONVERSATION || cap->told_on == today) return OK;
    cap->told_on = today;
    enum status status = model_cap_put(tx, cap);
    return status ? status : notice_spent(tx, cap->workspace, spend_scope_name(scope), &step->has_notice);
}

/* Whichever of the chain answers in the end. */
static struct spend dearest(const struct chain *chain, int64_t tokens)
{
    struct spend most = { 0 };
    for (size_t i = 0; i < chain->count; i++) {
        struct spend one = spend_most(&chain->providers[i].price, tokens, chain->providers[i].max_tokens);
        if (one.micros > most.micros) most.micros = one.micros;
        if (one.tokens > most.tokens) most.tokens = one.tokens;
    }
    return most;
}

enum status chain_check_caps(struct store_tx *tx, struct step *step, const struct chain *chain, int64_t tokens,
                             struct turn_world *world)
{
    struct model_cap cap;
    world->engines = chain->count;
    if (chain->count == 0) return OK;
    enum status status = model_cap_get(tx, step->conversation.workspace, &step->arena, &cap);
    if (status) return status == E_NOT_FOUND ? OK : status;
    struct spend_table caps = { .of = { [SPEND_CONVERSATION] = spend_from(cap.conversation),
                                        [SPEND_DAY] = spend_from(cap.day),
                                        [SPEND_WORKSPACE] = spend_from(cap.month) } };
    struct spend_table used;
    status = load_used(tx, step, &used);
    if (status) return status;
    enum spend_scope over = spend_check(&caps, &used, dearest(chain, tokens));
    if (over == SPEND_WITHIN) return OK;
    world->engines = 0;
    world->is_spent = true;
    return tell_owner(tx, step, &cap, over);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------- */

enum status chain_begin_run(struct store_tx *tx, struct step *step, const struct provider *provider, struct str id,
                            enum turn_why why)
{
    const struct model_run run = {
        .id = id,
        .workspace = step->conversation.workspace,
        .conversation = step->conversation.id,
        .turn = step->effects.turn,
        .provider = provider->id,
        .provider_name = provider->name,
        .model = provider->model,
        .why = str_from(turn_why_name(why)),
        .state = MODEL_RUN_RUNNING,
        .created_at = step->now_ms,
    };
    return model_run_insert(tx, &run);
}

enum status chain_fall_back(struct store_tx *tx, struct step *step, enum turn_why why)
{
    const struct model_run run = {
        .id = new_id("mdr_", step->now_ms, &step->arena),
        .workspace = step->conversation.workspace,
        .conversation = step->conversation.id,
        .turn = step->effects.turn,
        .why = str_from(turn_why_name(why)),
        .state = MODEL_RUN_DONE,
        .created_at = step->now_ms,
    };
    return model_run_insert(tx, &run);
}

enum status chain_end_run(struct store_tx *tx, const struct model_run *run, int64_t now_ms)
{
    enum status status = model_run_end(tx, run);
    if (status) return status == E_NOT_FOUND ? OK : status; /* the conversation was erased */
    struct model_spend spend = { .tokens = run->usage.input_tokens + run->usage.output_tokens, .cost = run->cost };
    if (spend.tokens == 0 && spend.cost == 0) return OK;
    return model_spend_add(tx, run->workspace, day_of(now_ms), spend);
}

/* ---- breakers ----------------------------------------------------------------------------------------------------------------------- */

struct chain_breaker {
    struct str provider;
    struct breaker breaker;
};

struct breaker *chain_breaker(struct flow *flow, struct str provider)
{
    for (size_t i = 0; i < flow->breaker_count; i++)
        if (str_eq(flow->breakers[i].provider, provider)) return &flow->breakers[i].breaker;
    if (flow->breaker_count == BREAKERS_MAX) return NULL;
    if (!flow->breakers) flow->breakers = mem_array(BREAKERS_MAX, sizeof *flow->breakers);
    struct chain_breaker *made = &flow->breakers[flow->breaker_count++];
    made->provider = (struct str){ mem_dup(provider.ptr, provider.len), provider.len };
    return &made->breaker;
}

void chain_close(struct flow *flow)
{
    for (size_t i = 0; i < flow->breaker_count; i++) mem_free((void *)(uintptr_t)flow->breakers[i].provider.ptr);
    mem_free(flow->breakers);
    flow->breakers = NULL;
    flow->breaker_count = 0;
}
