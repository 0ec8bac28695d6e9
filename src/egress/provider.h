/* provider.h - calls to model providers: the key is opened here, sent to the base URL it was sealed with, and nowhere else.
 *
 * The envelope holds the base URL and the way the key is sent beside the key. Unless the operator allows private addresses, a call connects to
 * addresses of the public Internet alone and by https.
 */
#ifndef EGRESS_PROVIDER_H
#define EGRESS_PROVIDER_H

#include "egress/egress.h"

struct egress_provider {
    struct str base_url; /* "https://api.openai.com/v1" */
    enum provider_auth auth;
    struct str key; /* empty with PROVIDER_NO_KEY */
};

/* Can a provider stand there? https, or http too where the operator allows private addresses; no query, no slash at the end. */
bool egress_provider_url_fits(const struct egress *, struct str base_url);

/* Seals for the row `provider`. E_INPUT: the URL does not fit, or the key has characters that no header can hold. */
enum status egress_seal_provider(struct egress *, struct str workspace, struct str provider, const struct egress_provider *,
                                 struct arena *, struct egress_sealed *) must_check;

struct egress_model_command {
    struct str workspace, provider, sealed;
    const char *path; /* after the base URL: "/chat/completions" */
    const struct http_header *headers;
    size_t header_count; /* beside those for the key, the body's and the answer's type; those names are refused */
    struct str body;
    bool stream;
    int64_t total_ms;
};

/* A model's call that is out: until fn has run. */
struct egress_stream;

/* Starts the POST. Body bytes of a 2xx go to on_data as they come, everything else is in the result. Returns the call; NULL when it is refused here, and fn tells so later
 * (NET_PROTOCOL, nothing_sent). */
struct egress_stream *egress_model_call(struct egress *, const struct egress_model_command *, http_data_fn *on_data,
                                        http_result_fn *fn, void *context);
void egress_stream_cancel(struct egress_stream *); /* fn still runs, with NET_CANCELLED */
/* As http_call_pause of net/client.h; what had left the process with the key before it heard of the pause still comes. */
void egress_stream_pause(struct egress_stream *);
void egress_stream_resume(struct egress_stream *);

/* May this be a header that a member adds to a provider's calls? */
bool egress_header_fits(struct str name, struct str value);

#endif
