/* seal.h - secrets at rest: XChaCha20-Poly1305 under the master key.
 *
 * An envelope is text: "v1." kid "." nonce "." ciphertext, the last two in base64url. The additional data binds it to
 * workspace, kind and row, so an envelope that is moved to another row does not open. What is sealed holds the account's host and
 * e-mail or client id beside the secret, so a changed row cannot re-point it. Only egress and the sandbox may include this header.
 */
#ifndef VAULT_SEAL_H
#define VAULT_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "vault/hash.h"

struct seal_key; /* in guarded, locked memory */

/* Where an envelope belongs. */
struct seal_place {
    struct str workspace, kind, row; /* "wsp_...", "zendesk", "int_..." */
};

/* Reads the key file, or makes it (mode 0600, 32 random bytes in hexadecimal, synced) when it is not there and `create`. A key file that group or others may read is
 * refused with E_DENIED and the chmod that mends it. Returns new. */
struct seal_key *seal_key_open(const char *path, bool create, struct err *err) must_check;
void seal_key_close(struct seal_key *);

/* E_LIMIT for a secret over 16 KiB or a full buffer, E_INPUT for a '|' in the place. */
enum status seal(const struct seal_key *, const struct seal_place *, struct str secret, struct buf *envelope) must_check;
/* E_CORRUPT when it was changed, moved, or sealed under another key. The plaintext goes into *secret, which must be
 * empty (growing would leave copies behind); wipe it with seal_wipe. */
enum status seal_open(const struct seal_key *, const struct seal_place *, struct str envelope, struct buf *secret) must_check;
void seal_wipe(struct buf *secret);

/* A fingerprint of a secret under a key derived from the master key: equal secrets give equal fingerprints, and nothing else can be learnt. */
struct hash seal_fingerprint(const struct seal_key *, struct str secret);

#endif
