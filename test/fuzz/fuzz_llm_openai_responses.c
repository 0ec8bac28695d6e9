/* Streams of the protocol openai_responses. */
#include "fuzz/fuzz_llm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_protocol(MODEL_OPENAI_RESPONSES, data, size);
}
