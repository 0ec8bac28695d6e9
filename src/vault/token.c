/* token.c - random bytes by libsodium (getrandom), and tokens made of them. */
#include "vault/token.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void vault_init(void)
{
    if (sodium_init() < 0) abort();
}

void token_random(void *out, size_t count)
{
    randombytes_buf(out, count);
}

void token_make(const char *prefix, char text[TOKEN_TEXT_MAX])
{
    const size_t encoded = sodium_base64_ENCODED_LEN(TOKEN_RANDOM_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* with NUL */
    struct str start = str_from(prefix);
    assert(start.len + encoded <= TOKEN_TEXT_MAX);
    unsigned char random[TOKEN_RANDOM_BYTES];
    token_random(random, sizeof random);
    memcpy(text, start.ptr, start.len);
    sodium_bin2base64(text + start.len, encoded, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
}

struct hash token_hash(struct str token)
{
    return hash_blake2b(token);
}
