/* totp.h - time-based one-time passwords (RFC 6238) as authenticator apps speak them: HMAC-SHA-1, six digits, thirty seconds. Pure.
 *
 * SHA-1, although it is broken for signatures: the apps in use know nothing else for certain, many take an otpauth:// address that says SHA256 and reckon with SHA-1 all the same. HMAC
 * does not need collision resistance (RFC 6238 section 1.2, RFC 6194 section 3.3).
 */
#ifndef VAULT_TOTP_H
#define VAULT_TOTP_H

#include "base/text.h"

enum {
    TOTP_SECRET_BYTES = 20, /* RFC 4226 section 4 recommends 160 bits */
    TOTP_DIGITS = 6,
    TOTP_STEP_MS = 30 * 1000,
    TOTP_WINDOW = 1, /* steps before and after that are taken too: clocks differ, and people type */
};

/* The secret as people and apps are given it: base32 (RFC 4648 section 6), 32 characters and a NUL. */
enum { TOTP_SECRET_CHARS = 32 };
void totp_secret_write(const uint8_t secret[TOTP_SECRET_BYTES], char text[TOTP_SECRET_CHARS + 1]);
bool totp_secret_read(struct str text, uint8_t secret[TOTP_SECRET_BYTES]); /* false: not such a text */

/* The code of a step (Unix time / TOTP_STEP_MS) with leading zeros, and a NUL. */
void totp_code(struct str secret, int64_t step, char code[TOTP_DIGITS + 1]);
/* Is it a code of now that is younger than `used_step`? Then *step says of when. A code works once: the caller keeps that step, and hands it in next time. */
bool totp_matches(struct str secret, struct str code, int64_t now_ms, int64_t used_step, int64_t *step);

/* HMAC-SHA-1 (RFC 2104), for the tests of the RFCs. */
enum { TOTP_MAC_BYTES = 20 };
void totp_hmac_sha1(struct str key, struct str data, uint8_t mac[TOTP_MAC_BYTES]);

#endif
