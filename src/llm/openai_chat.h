/* openai_chat.h - the part of OpenAI's form that Ollama has, too. Private to this room. */
#ifndef LLM_OPENAI_CHAT_H
#define LLM_OPENAI_CHAT_H

#include "base/json.h"
#include "model/message.h"

/* The member "tools"; nothing when there are none. */
void openai_chat_write_tools(const struct model_request *, struct jw *);

#endif
