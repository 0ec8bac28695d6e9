/* request.h - a neutral request in a provider's words. Pure: the key is not known here; egress adds it. */
#ifndef LLM_REQUEST_H
#define LLM_REQUEST_H

#include "base/http.h"
#include "base/json.h"
#include "model/message.h"

/* What servers of one protocol disagree about. */
struct llm_dialect {
    enum model_protocol protocol;
    bool max_completion_tokens; /* OpenAI Chat: the ceiling's newer name; servers of others know only max_tokens */
    int64_t context_tokens; /* Ollama: num_ctx; 0: LLM_CONTEXT_TOKENS, as the server's own default cuts the tools off silently */
};

enum { LLM_CONTEXT_TOKENS = 16384, LLM_MAX_TOKENS = 4096 /* where the protocol requires a ceiling and none was given */ };

/* Models that think before they answer take no temperature, and with OpenAI Responses give back their thoughts sealed. */
bool llm_is_reasoning_model(struct str model);

/* The path after the base URL: "/chat/completions". */
const char *llm_path(enum model_protocol);
/* "anthropic-version" and the like, never the key. Borrowed, static. */
size_t llm_headers(enum model_protocol, const struct http_header **headers);

/* Appends the body. E_INPUT when calls and results do not pair (model_turns_paired), E_LIMIT over LIMIT_MODEL_TOOLS or the
 * buffer's ceiling. */
enum status llm_write_request(const struct llm_dialect *, const struct model_request *, struct buf *body) must_check;

#endif
