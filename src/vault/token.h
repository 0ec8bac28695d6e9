/* token.h - randomness, and the secrets made of it. The program's only source of random bytes (getrandom, through libsodium). */
#ifndef VAULT_TOKEN_H
#define VAULT_TOKEN_H

#include "base/buf.h"
#include "vault/hash.h"

enum { TOKEN_RANDOM_BYTES = 32, TOKEN_TEXT_MAX = 64 };

/* Must be called once before anything else of this room; aborts if the system has no randomness. */
void vault_init(void);
void token_random(void *out, size_t count);

/* prefix + 256 random bits in base64url: "ck_9fJ0...". Writes a NUL. */
void token_make(const char *prefix, char text[TOKEN_TEXT_MAX]);
/* What the database keeps of a token: BLAKE2b-256. Tokens are 256 random bits, so no salt and no slow hash is needed. */
struct hash token_hash(struct str token);

#endif
