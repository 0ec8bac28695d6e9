/* hash.c - digests by libsodium. None of this needs vault_init: no randomness, no state. */
#include "vault/hash.h"

#include <assert.h>
#include <sodium.h>

/* Never NULL: libsodium hands empty input to memcpy. */
static const unsigned char *octets(struct str text)
{
    return (const unsigned char *)(text.len ? text.ptr : "");
}

/* libsodium refuses only lengths that the callers here do not pass. */
static struct hash blake2b(struct str key, struct str data)
{
    struct hash hash;
    int refused = crypto_generichash(hash.bytes, sizeof hash.bytes, octets(data), data.len, octets(key), key.len);
    assert(refused == 0);
    return hash;
}

struct hash hash_blake2b(struct str data)
{
    return blake2b(STR_NONE, data);
}

struct hash hash_blake2b_keyed(struct str key, struct str data)
{
    assert(key.len >= crypto_generichash_KEYBYTES_MIN && key.len <= crypto_generichash_KEYBYTES_MAX);
    return blake2b(key, data);
}

struct hash hash_hmac_sha256(struct str key, struct str data)
{
    struct hash hash;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, octets(key), key.len);
    crypto_auth_hmacsha256_update(&state, octets(data), data.len);
    crypto_auth_hmacsha256_final(&state, hash.bytes);
    sodium_memzero(&state, sizeof state);
    return hash;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void hash_hex(const struct hash *hash, char text[2 * HASH_BYTES + 1])
{
    sodium_bin2hex(text, 2 * HASH_BYTES + 1, hash->bytes, sizeof hash->bytes);
}
