/* password.c - Argon2id by libsodium. Comparing takes the parameters from the stored string, so that old hashes stay good when ours are
 * raised.
 */
#include "vault/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/limits.h"

/* OWASP Password Storage Cheat Sheet: m=19456 (19 MiB), t=2, p=1; libsodium fixes p at 1. */
enum { PASSES = 2, MEMORY_BYTES = 19456 * 1024 };

static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_argon2id_STRBYTES, "libsodium fills its whole length");

enum status password_hash(struct str password, char out[PASSWORD_HASH_MAX])
{
    if (password.len > LIMIT_PASSWORD_BYTES) return E_LIMIT;
    /* It fails for one reason only: no memory to work in. */
    if (crypto_pwhash_argon2id_str(out, password.len ? password.ptr : "", password.len, PASSES, MEMORY_BYTES) != 0)
        return E_UNAVAILABLE;
    return OK;
}

bool password_matches(struct str password, const char *hash)
{
    char whole[crypto_pwhash_argon2id_STRBYTES] = ""; /* libsodium may read its whole length */
    size_t length = strlen(hash);
    if (password.len > LIMIT_PASSWORD_BYTES || length >= sizeof whole) return false;
    memcpy(whole, hash, length);
    return crypto_pwhash_argon2id_str_verify(whole, password.len ? password.ptr : "", password.len) == 0;
}

void password_waste(struct str password)
{
    /* Of 32 random bytes that nobody kept. */
    (void)password_matches(password,
                           "$argon2id$v=19$m=19456,t=2,p=1$N/ecLBhxGHXsUgZnKrx42w$pbkIv01wvGtrB1FEJTaaOl1XekVODYhy54IBCrPjL3I");
}
