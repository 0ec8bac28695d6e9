/* password.h - passwords by Argon2id (RFC 9106): 19 MiB, two passes, one lane (OWASP's first choice).
 * Takes about 20 ms and 19 MiB: call it on the worker pool, one at a time.
 */
#ifndef VAULT_PASSWORD_H
#define VAULT_PASSWORD_H

#include "base/err.h"
#include "base/text.h"

enum { PASSWORD_HASH_MAX = 128 };

/* The PHC string ("$argon2id$v=19$..."), NUL-terminated. */
enum status password_hash(struct str password, char out[PASSWORD_HASH_MAX]) must_check;
bool password_matches(struct str password, const char *hash);
/* The same work against a fixed hash, for accounts that do not exist: the answer takes as long as for one that does. */
void password_waste(struct str password);

#endif
