/* base64.c - reading base64. libsodium could, but it may be used in the room vault only, which has no need of it. */
#include "sandbox/base64.h"

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

bool base64_decode(struct str text, struct arena *arena, struct str *bytes)
{
    while (text.len && text.ptr[text.len - 1] == '=') text.len--;
    char *out = arena_alloc(arena, text.len + 1);
    size_t length = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = sextet(text.ptr[i]);
        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out[length++] = (char)(bits >> held & 0xff);
    }
    *bytes = (struct str){ out, length };
    return true;
}
