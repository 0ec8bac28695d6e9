/* nouns.c - the words for the nouns' enumerations: what the API says and the database keeps. One table each, in the
 * enumeration's order. */
#include "model/nouns.h"

#include "base/limits.h"

#define COUNT_OF(names) (sizeof(names) / sizeof *(names))

static const char *name_at(const char *const *names, size_t count, unsigned index)
{
    return index < count ? names[index] : "";
}

/* Index of `name`, or `count`. */
static unsigned index_of(const char *const *names, size_t count, struct str name)
{
    unsigned index = 0;
    while (index < count && !str_eq(name, str_from(names[index]))) index++;
    return index;
}

/* Both directions for one enumeration. */
#define NAMES_TO(prefix, type, names)                                                                                            \
    const char *prefix##_name(enum type value)                                                                                   \
    {                                                                                                                            \
        return name_at(names, COUNT_OF(names), (unsigned)value);                                                                 \
    }
#define NAMES_FROM(prefix, type, names)                                                                                          \
    bool prefix##_from(struct str name, enum type *value)                                                                        \
    {                                                                                                                            \
        unsigned index = index_of(names, COUNT_OF(names), name);                                                                 \
        if (index == COUNT_OF(names)) return false;                                                                              \
        *value = (enum type)index;                                                                                               \
        return true;                                                                                                             \
    }

static const char *const roles[] = { "viewer", "editor", "admin", "owner" };
NAMES_TO(role, role, roles)
NAMES_FROM(role, role, roles)

static const char *const key_scopes[] = { "read", "chat", "act", "configure", "admin", "vouch" };
NAMES_TO(key_scope, key_scope, key_scopes)
NAMES_FROM(key_scope, key_scope, key_scopes)

struct str key_scopes_text(unsigned scopes, struct arena *arena)
{
    struct str text = STR_NONE;
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++)
        if ((scopes >> scope & 1u) != 0)
            text = arena_fmt(arena, "%.*s%s%s", STR_ARG(text), text.len > 0 ? " " : "", key_scopes[scope]);
    return text;
}

bool key_scopes_from(struct str names, unsigned *scopes)
{
    struct str name;
    enum key_scope scope;
    *scopes = 0;
    while (names.len > 0 && str_split(&names, ' ', &name)) {
        if (!key_scope_from(name, &scope)) return false;
        *scopes |= 1u << scope;
    }
    return true;
}

static const char *const notice_states[] = { "waiting", "delivered", "failed" };
NAMES_TO(notice_state, notice_state, notice_states)
NAMES_FROM(notice_state, notice_state, notice_states)

static const char *const engines[] = { "builtin", "provider" };
NAMES_TO(engine, engine, engines)
NAMES_FROM(engine, engine, engines)

static const char *const auths[] = { "api_token", "oauth_client" };
NAMES_TO(integration_auth, integration_auth, auths)
NAMES_FROM(integration_auth, integration_auth, auths)

static const char *const integration_statuses[] = { "connected", "warnings", "needs_attention", "rate_limited", "paused" };
NAMES_TO(integration_status, integration_status, integration_statuses)
NAMES_FROM(integration_status, integration_status, integration_statuses)

static const char *const provider_auths[] = { "bearer", "x-api-key", "api-key", "none" };
NAMES_TO(provider_auth, provider_auth, provider_auths)
NAMES_FROM(provider_auth, provider_auth, provider_auths)

static const char *const provider_statuses[] = { "untested", "working", "warnings", "failing" };
NAMES_TO(provider_status, provider_status, provider_statuses)
NAMES_FROM(provider_status, provider_status, provider_statuses)

static const char *const model_run_states[] = { "running", "done", "failed" };
NAMES_TO(model_run_state, model_run_state, model_run_states)
NAMES_FROM(model_run_state, model_run_state, model_run_states)

static const char *const channels[] = { "chatlab", "api", "cli", "widget" };
NAMES_TO(channel, channel, channels)
NAMES_FROM(channel, channel, channels)

static const char *const identities[] = { "L0", "L1", "L2", "L3", "L4" };
NAMES_TO(identity, identity, identities)
NAMES_FROM(identity, identity, identities)

static const char *const authors[] = { "visitor", "agent" };
NAMES_TO(author, author, authors)

static const char *const request_states[] = { "ready", "sending", "done", "rejected", "paused", "needs_human", "dropped" };
NAMES_TO(request_state, request_state, request_states)
NAMES_FROM(request_state, request_state, request_states)

static const char *const request_guards[] = { "none", "key", "stamp" };
NAMES_TO(request_guard, request_guard, request_guards)
NAMES_FROM(request_guard, request_guard, request_guards)

static const char *const request_doubts[] = { "none", "ambiguous", "poisoned" };
NAMES_TO(request_doubt, request_doubt, request_doubts)
NAMES_FROM(request_doubt, request_doubt, request_doubts)

static const char *const audit_outcomes[] = { "", "one", "none", "settled", "open", "skipped" };
NAMES_TO(audit_outcome, audit_outcome, audit_outcomes)
NAMES_FROM(audit_outcome, audit_outcome, audit_outcomes)

/* Rounded up: a cost is not told smaller than it is. Below 10^9 tokens (what room llm lets through) and LIMIT_PRICE nothing overflows. */
int64_t provider_tokens(int64_t tokens)
{
    return tokens < 0 ? 0 : tokens > LIMIT_MODEL_TOKENS ? LIMIT_MODEL_TOKENS : tokens;
}

int64_t provider_cost(const struct provider_price *price, const struct model_usage *usage)
{
    const int64_t million = 1000 * 1000;
    int64_t input = provider_tokens(usage->input_tokens), output = provider_tokens(usage->output_tokens);
    int64_t cached = usage->cached_tokens < input ? provider_tokens(usage->cached_tokens) : input;
    int64_t cached_price = price->cached_input > 0 ? price->cached_input : price->input;
    int64_t sum = (input - cached) * price->input + cached * cached_price + output * price->output;
    return (sum + million - 1) / million;
}
