/* throttle.c - a flat table of digests. 1,024 entries of 48 bytes are looked through in about a microsecond, against the 20 ms of the password check that follows. */
#include "web/throttle.h"

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "vault/hash.h"

struct entry {
    struct hash who;
    int64_t last_ms;  /* of the last failure */
    int64_t failures; /* 0: free */
};

struct throttle {
    uint8_t key[32];
    struct entry entries[THROTTLE_ENTRIES];
};

struct throttle *throttle_open(const uint8_t key[32])
{
    struct throttle *throttle = mem_alloc(sizeof *throttle);
    memcpy(throttle->key, key, sizeof throttle->key);
    return throttle;
}

void throttle_close(struct throttle *throttle)
{
    mem_free(throttle);
}

/* E-mails are one whatever their case. */
static struct hash digest(const struct throttle *throttle, enum throttle_kind kind, struct str who)
{
    struct arena arena;
    arena_init(&arena);
    char *text = arena_alloc(&arena, who.len + 1);
    text[0] = kind == THROTTLE_EMAIL ? 'e' : 'a';
    for (size_t i = 0; i < who.len; i++) text[i + 1] = char_lower(who.ptr[i]);
    struct str key = { (const char *)throttle->key, sizeof throttle->key };
    struct hash hash = hash_blake2b_keyed(key, (struct str){ text, who.len + 1 });
    arena_clear(&arena);
    return hash;
}

static size_t find(const struct throttle *throttle, enum throttle_kind kind, struct str who)
{
    struct hash wanted = digest(throttle, kind, who);
    size_t i = 0;
    while (i < THROTTLE_ENTRIES && !(throttle->entries[i].failures > 0 && hash_equal(&throttle->entries[i].who, &wanted))) i++;
    return i;
}

int64_t throttle_wait_ms(const struct throttle *throttle, enum throttle_kind kind, struct str who, int64_t now_ms)
{
    size_t at = find(throttle, kind, who);
    if (at == THROTTLE_ENTRIES) return 0;
    const struct entry *entry = &throttle->entries[at];
    int64_t over = entry->failures - THROTTLE_FREE;
    if (over < 0 || now_ms - entry->last_ms >= THROTTLE_FORGET_MS) return 0;
    int64_t wait = over >= 5 ? THROTTLE_WAIT_MAX_MS : (int64_t)THROTTLE_WAIT_MS << over;
    int64_t left = entry->last_ms + wait - now_ms;
    return left > 0 ? left : 0;
}

/* A free entry, or the one with the fewest failures; of those the oldest. */
static size_t make_room(const struct throttle *throttle)
{
    size_t least = 0;
    for (size_t i = 1; i < THROTTLE_ENTRIES; i++) {
        const struct entry *a = &throttle->entries[i], *b = &throttle->entries[least];
        if (a->failures < b->failures || (a->failures == b->failures && a->last_ms < b->last_ms)) least = i;
    }
    return least;
}

void throttle_failed(struct throttle *throttle, enum throttle_kind kind, struct str who, int64_t now_ms)
{
    size_t at = find(throttle, kind, who);
    bool is_known = at < THROTTLE_ENTRIES;
    struct entry *entry = &throttle->entries[is_known ? at : make_room(throttle)];
    if (!is_known || now_ms - entry->last_ms >= THROTTLE_FORGET_MS) *entry = (struct entry){ .who = digest(throttle, kind, who) };
    entry->failures++;
    entry->last_ms = now_ms;
}

void throttle_forgive(struct throttle *throttle, enum throttle_kind kind, struct str who)
{
    size_t at = find(throttle, kind, who);
    if (at < THROTTLE_ENTRIES) throttle->entries[at] = (struct entry){ 0 };
}
