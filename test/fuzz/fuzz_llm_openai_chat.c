/* Streams of the protocol openai_chat. */
#include "fuzz/fuzz_llm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_protocol(MODEL_OPENAI_CHAT, data, size);
}
