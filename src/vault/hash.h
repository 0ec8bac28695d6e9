/* hash.h - digests, message authentication, and comparing without telling where the difference is. */
#ifndef VAULT_HASH_H
#define VAULT_HASH_H

#include "base/text.h"

enum { HASH_BYTES = 32 };

struct hash {
    uint8_t bytes[HASH_BYTES];
};

/* BLAKE2b-256 (RFC 7693). With a key (16 to 64 bytes) it is a MAC. */
struct hash hash_blake2b(struct str data);
struct hash hash_blake2b_keyed(struct str key, struct str data);
/* HMAC-SHA-256 (RFC 2104): what webhooks are signed with. */
struct hash hash_hmac_sha256(struct str key, struct str data);

bool hash_equal(const struct hash *, const struct hash *); /* constant time */
/* 64 lower-case hexadecimal digits and a NUL. */
void hash_hex(const struct hash *, char text[2 * HASH_BYTES + 1]);

#endif
