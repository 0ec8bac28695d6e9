/* id.c - ULIDs with a prefix.
 *
 * The 128 bits are written in 26 digits of five bits, so the first digit holds three bits only and is at most '7'.
 */
#include "base/id.h"

#include <assert.h>
#include <string.h>

enum { ULID_BYTES = 16, ULID_DIGITS = 26 };

/* Crockford's base 32: no i, l, o, u (https://www.crockford.com/base32.html). */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Digit `n` of 26 over 130 bits, the first two of which are zero. */
static unsigned digit(const uint8_t bytes[ULID_BYTES], unsigned n)
{
    unsigned value = 0;
    for (unsigned bit = n * 5; bit < n * 5 + 5; bit++) {
        unsigned is_set = bit < 2 ? 0 : bytes[(bit - 2) / 8] >> (7 - (bit - 2) % 8) & 1;
        value = value << 1 | is_set;
    }
    return value;
}

struct id id_make(const char prefix[ID_PREFIX_LEN + 1], int64_t at_ms, const uint8_t random[ID_RANDOM_BYTES])
{
    assert(strlen(prefix) == ID_PREFIX_LEN);
    assert(at_ms >= 0 && at_ms < INT64_C(1) << 48);
    uint8_t bytes[ULID_BYTES];
    for (unsigned i = 0; i < 6; i++) bytes[i] = (uint8_t)(at_ms >> (40 - 8 * i));
    memcpy(bytes + 6, random, ID_RANDOM_BYTES);

    struct id id = { 0 };
    memcpy(id.text, prefix, ID_PREFIX_LEN);
    for (unsigned n = 0; n < ULID_DIGITS; n++) id.text[ID_PREFIX_LEN + n] = alphabet[digit(bytes, n)];
    return id;
}

struct str id_str(const struct id *id)
{
    return (struct str){ id->text, strnlen(id->text, ID_LEN) };
}

bool id_is(struct str text, const char prefix[ID_PREFIX_LEN + 1])
{
    if (text.len != ID_LEN || !str_starts(text, str_from(prefix))) return false;
    if (text.ptr[ID_PREFIX_LEN] > '7') return false; /* over 128 bits */
    for (size_t i = ID_PREFIX_LEN; i < ID_LEN; i++)
        if (!memchr(alphabet, text.ptr[i], sizeof alphabet - 1)) return false;
    return true;
}
