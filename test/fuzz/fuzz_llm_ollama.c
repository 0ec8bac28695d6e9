/* Streams of the protocol ollama. */
#include "fuzz/fuzz_llm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_protocol(MODEL_OLLAMA, data, size);
}
