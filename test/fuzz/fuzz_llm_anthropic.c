/* Streams of the protocol anthropic. */
#include "fuzz/fuzz_llm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_protocol(MODEL_ANTHROPIC, data, size);
}
