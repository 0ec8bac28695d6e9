/* wire.h - the four protocols side by side. Private to this room. */
#ifndef LLM_WIRE_H
#define LLM_WIRE_H

#include "llm/collect.h"
#include "llm/request.h"

struct wire {
    const char *path; /* after the base URL */
    void (*write)(const struct llm_dialect *, const struct model_request *,
                  struct jw *);                          /* the members of the request's object */
    void (*read)(struct llm_reader *, struct str chunk); /* one chunk, or an answer in one piece */
    enum framing framing;                                /* of its streams */
};

extern const struct wire wire_openai_chat, wire_openai_responses, wire_anthropic, wire_ollama;

const struct wire *wire_of(enum model_protocol);

#endif
