/* providers.h - model providers as settings: the key is sealed here, and a test is a real call with a tool. */
#ifndef FLOW_PROVIDERS_H
#define FLOW_PROVIDERS_H

#include "flow/model_call.h"

/* Can a provider stand at this base URL, on this server? */
bool flow_provider_url_fits(const struct flow *, struct str base_url);
/* May a provider's calls carry this header? */
bool flow_provider_header_fits(struct str name, struct str value);

/* Seals the key with the row's base_url and auth, and sets sealed, secret_last4. The strings are in the arena. */
enum status flow_provider_seal(struct flow *, struct provider *, struct str key, struct arena *) must_check;

struct flow_provider_result {
    enum status status; /* E_UNAVAILABLE: stopping; E_NOT_FOUND: deleted meanwhile; E_IO: storage */
    const char *result; /* "passed", "warning", "failed" */
    const struct provider *provider;
    struct problem problem; /* PROBLEM_NONE when it passed */
    bool called_tool;
    const struct flow_model_result *call;
};
typedef void flow_provider_fn(void *context, const struct flow_provider_result *);

/* Asks the model to call a tool, streaming, and keeps in the row what came of it. Copies the provider. */
void flow_provider_test(struct flow *, const struct provider *, flow_provider_fn *, void *context);

#endif
