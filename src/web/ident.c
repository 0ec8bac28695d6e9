/* ident.c - glue between vault's randomness and base's ids. */
#include "web/ident.h"

#include "base/id.h"
#include "vault/hash.h"
#include "vault/token.h"

struct str ident_new(struct arena *arena, const char *prefix, int64_t at_ms)
{
    uint8_t random[ID_RANDOM_BYTES];
    token_random(random, sizeof random);
    struct id id = id_make(prefix, at_ms, random);
    return arena_str(arena, id_str(&id));
}

struct str ident_token(struct arena *arena, const char *prefix)
{
    char text[TOKEN_TEXT_MAX];
    token_make(prefix, text);
    return arena_str(arena, str_from(text));
}

struct str ident_token_hash(struct arena *arena, struct str token)
{
    struct hash hash = token_hash(token);
    char text[2 * HASH_BYTES + 1];
    hash_hex(&hash, text);
    return arena_str(arena, str_from(text));
}
