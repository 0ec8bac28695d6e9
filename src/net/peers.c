/* peers.c - a chained hash table of counts. It holds one entry for each peer that is connected now, so at most as many as connections; a fixed
 * number of buckets serves that well. The hash is not secret: who can choose addresses to collide has that many addresses already.
 */
#include "net/peers.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { BUCKETS = 1024 };

struct peer {
    struct peer *next;
    struct peer_key key;
    size_t connections;
};

struct peers {
    struct peer *buckets[BUCKETS];
};

struct peers *peers_open(void)
{
    return mem_alloc(sizeof(struct peers));
}

void peers_close(struct peers *peers)
{
    for (size_t i = 0; i < BUCKETS; i++) assert(peers->buckets[i] == NULL);
    mem_free(peers);
}

/* An IPv4 peer of a dual-stack listener ("::ffff:192.0.2.1", RFC 4291 section 2.5.5.2) counts as the IPv4 address it is. */
struct peer_key peer_key_of(const struct sockaddr *address)
{
    struct peer_key key = { { 4 } };
    if (address->sa_family == AF_INET) {
        memcpy(key.bytes + 1, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
        return key;
    }
    assert(address->sa_family == AF_INET6);
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(v6)) {
        memcpy(key.bytes + 1, v6->s6_addr + 12, 4);
    } else {
        key.bytes[0] = 6;
        memcpy(key.bytes + 1, v6->s6_addr, 8);
    }
    return key;
}

/* FNV-1a. */
static struct peer **find(struct peers *peers, struct peer_key key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sizeof(key.bytes); i++) hash = (hash ^ key.bytes[i]) * 16777619u;
    struct peer **at = &peers->buckets[hash % BUCKETS];
    while (*at != NULL && memcmp(&(*at)->key, &key, sizeof(key)) != 0) at = &(*at)->next;
    return at;
}

size_t peers_add(struct peers *peers, struct peer_key key)
{
    struct peer **at = find(peers, key);
    if (*at == NULL) {
        *at = mem_alloc(sizeof(**at));
        (*at)->key = key;
    }
    return ++(*at)->connections;
}

void peers_remove(struct peers *peers, struct peer_key key)
{
    struct peer **at = find(peers, key);
    struct peer *peer = *at;
    assert(peer != NULL && peer->connections > 0);
    if (--peer->connections > 0) return;
    *at = peer->next;
    mem_free(peer);
}
