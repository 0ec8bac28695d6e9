/* spend.c - sums that cannot wrap, and one comparison. */
#include "agent/spend.h"

const char *spend_scope_name(enum spend_scope scope)
{
    static const char *const names[SPEND_SCOPES] = { "conversation", "day", "workspace" };
    return (unsigned)scope < SPEND_SCOPES ? names[scope] : "";
}

static int64_t sum(int64_t a, int64_t b)
{
    int64_t total;
    return __builtin_add_overflow(a, b, &total) ? INT64_MAX : total;
}

struct spend spend_most(const struct provider_price *price, int64_t input_tokens, int64_t max_tokens)
{
    const struct model_usage usage = { .input_tokens = input_tokens,
                                       .output_tokens = max_tokens > 0 ? max_tokens : SPEND_OUTPUT_TOKENS };
    int64_t tokens = provider_tokens(usage.input_tokens) + provider_tokens(usage.output_tokens);
    return (struct spend){ .micros = provider_cost(price, &usage), .tokens = tokens };
}

static bool passes(int64_t cap, int64_t used, int64_t next)
{
    return cap > 0 && sum(used, next) > cap;
}

enum spend_scope spend_check(const struct spend_table *caps, const struct spend_table *used, struct spend next)
{
    for (unsigned i = 0; i < SPEND_SCOPES; i++) {
        const struct spend *cap = &caps->of[i], *so_far = &used->of[i];
        if (passes(cap->micros, so_far->micros, next.micros) || passes(cap->tokens, so_far->tokens, next.tokens))
            return (enum spend_scope)i;
    }
    return SPEND_WITHIN;
}
