/* id.h - prefixed ids that sort by time: "con_01k9zq3v5n8xj4t2m7c6p0bdre".
 *
 * Four characters of prefix, then a ULID (48 bits of Unix milliseconds, 80 random bits) in lower-case Crockford base 32, 26 characters
 * (https://github.com/ulid/spec). The random bytes are handed in: the pure rooms have no source of their own.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/text.h"

enum { ID_PREFIX_LEN = 4, ID_LEN = ID_PREFIX_LEN + 26, ID_RANDOM_BYTES = 10 };

struct id {
    char text[ID_LEN + 1];
};

struct id id_make(const char prefix[ID_PREFIX_LEN + 1], int64_t at_ms, const uint8_t random[ID_RANDOM_BYTES]);
struct str id_str(const struct id *);
/* Right prefix, right length, right alphabet: nothing else is looked up in the database. */
bool id_is(struct str text, const char prefix[ID_PREFIX_LEN + 1]);

#endif
