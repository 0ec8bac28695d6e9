/* totp.c - SHA-1 (FIPS 180-4 section 6.1), HMAC around it, and the truncation of RFC 4226 section 5.3.
 *
 * libsodium has no SHA-1 on purpose; OpenSSL for one digest of 28 bytes was rejected. The digest takes only what fits one HMAC: a block of key, then a few bytes.
 */
#include "vault/totp.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { BLOCK_BYTES = 64, DATA_BYTES_MAX = 4 * BLOCK_BYTES, PADDED_BYTES_MAX = BLOCK_BYTES + DATA_BYTES_MAX };

/* ---- SHA-1 ---------------------------------------------------------------------------------------------------------------------- */

static uint32_t rotate(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_word(uint8_t *bytes, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* f and K of round t: FIPS 180-4 sections 4.1.1 and 4.2.1. */
static uint32_t mix(unsigned t, uint32_t b, uint32_t c, uint32_t d)
{
    switch (t / 20) {
    case 0: return ((b & c) | (~b & d)) + 0x5a827999;
    case 1: return (b ^ c ^ d) + 0x6ed9eba1;
    case 2: return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    default: return (b ^ c ^ d) + 0xca62c1d6;
    }
}

static void take_block(uint32_t state[5], const uint8_t *block)
{
    uint32_t schedule[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (unsigned t = 0; t < 16; t++) schedule[t] = word_at(block + 4 * t);
    for (unsigned t = 16; t < 80; t++)
        schedule[t] = rotate(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], 1);
    for (unsigned t = 0; t < 80; t++) {
        uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + schedule[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* The digest of `head` (one block) and `data`. */
static void sha1(const uint8_t head[BLOCK_BYTES], const void *data, size_t count, uint8_t digest[TOTP_MAC_BYTES])
{
    uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t padded[PADDED_BYTES_MAX] = { 0 };
    size_t blocks = (count + 1 + 8 + BLOCK_BYTES - 1) / BLOCK_BYTES;
    assert(blocks * BLOCK_BYTES <= sizeof padded);
    if (count > 0) memcpy(padded, data, count);
    padded[count] = 0x80;
    put_word(padded + blocks * BLOCK_BYTES - 4, (uint32_t)(BLOCK_BYTES + count) * 8);
    take_block(state, head);
    for (size_t i = 0; i < blocks; i++) take_block(state, padded + i * BLOCK_BYTES);
    for (unsigned i = 0; i < 5; i++) put_word(digest + 4 * i, state[i]);
    sodium_memzero(padded, sizeof padded);
}

/* ---- the secret as text ------------------------------------------------------------------------------------------------------------ */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void totp_secret_write(const uint8_t secret[TOTP_SECRET_BYTES], char text[TOTP_SECRET_CHARS + 1])
{
    for (size_t i = 0; i < TOTP_SECRET_CHARS; i++) {
        size_t bit = 5 * i, at = bit / 8;
        unsigned pair = (unsigned)secret[at] << 8 | (at + 1 < TOTP_SECRET_BYTES ? secret[at + 1] : 0);
        text[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    text[TOTP_SECRET_CHARS] = '\0';
}

bool totp_secret_read(struct str text, uint8_t secret[TOTP_SECRET_BYTES])
{
    if (text.len != TOTP_SECRET_CHARS) return false;
    memset(secret, 0, TOTP_SECRET_BYTES);
    for (size_t i = 0; i < TOTP_SECRET_CHARS; i++) {
        const char *letter = memchr(alphabet, text.ptr[i], sizeof alphabet - 1);
        if (letter == NULL) return false;
        size_t bit = 5 * i, at = bit / 8;
        unsigned pair = (unsigned)(letter - alphabet) << (11 - bit % 8);
        secret[at] |= (uint8_t)(pair >> 8);
        if (at + 1 < TOTP_SECRET_BYTES) secret[at + 1] |= (uint8_t)pair;
    }
    return true;
}

/* ---- the code --------------------------------------------------------------------------------------------------------------------- */

void totp_hmac_sha1(struct str key, struct str data, uint8_t mac[TOTP_MAC_BYTES])
{
    uint8_t pad[BLOCK_BYTES] = { 0 }, inner[TOTP_MAC_BYTES];
    assert(key.len > 0 && key.len <= BLOCK_BYTES && data.len <= DATA_BYTES_MAX - BLOCK_BYTES);
    memcpy(pad, key.ptr, key.len);
    for (size_t i = 0; i < BLOCK_BYTES; i++) pad[i] ^= 0x36;
    sha1(pad, data.ptr, data.len, inner);
    for (size_t i = 0; i < BLOCK_BYTES; i++) pad[i] ^= 0x36 ^ 0x5c;
    sha1(pad, inner, sizeof inner, mac);
    sodium_memzero(pad, sizeof pad);
}

void totp_code(struct str secret, int64_t step, char code[TOTP_DIGITS + 1])
{
    uint8_t counter[8], mac[TOTP_MAC_BYTES];
    put_word(counter, (uint32_t)((uint64_t)step >> 32));
    put_word(counter + 4, (uint32_t)step);
    totp_hmac_sha1(secret, (struct str){ (const char *)counter, sizeof counter }, mac);
    uint32_t number = (word_at(mac + (mac[TOTP_MAC_BYTES - 1] & 15)) & 0x7fffffff) % 1000000;
    for (unsigned i = TOTP_DIGITS; i > 0; i--, number /= 10) code[i - 1] = (char)('0' + number % 10);
    code[TOTP_DIGITS] = '\0';
}

/* All steps of the window are compared, so that the time tells nothing. */
bool totp_matches(struct str secret, struct str code, int64_t now_ms, int64_t used_step, int64_t *step)
{
    int64_t now_step = now_ms / TOTP_STEP_MS;
    bool matches = false;
    if (code.len != TOTP_DIGITS) return false;
    for (int64_t at = now_step - TOTP_WINDOW; at <= now_step + TOTP_WINDOW; at++) {
        char right[TOTP_DIGITS + 1];
        totp_code(secret, at, right);
        bool is_it = sodium_memcmp(right, code.ptr, TOTP_DIGITS) == 0 && at > used_step;
        if (is_it) *step = at;
        matches |= is_it;
    }
    return matches;
}
