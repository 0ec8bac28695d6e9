/* peers.h - how many connections each peer address holds, for the cap per peer. An IPv6 peer is its /64: one customer of a
 * provider owns that many addresses (RFC 6177).
 */
#ifndef NET_PEERS_H
#define NET_PEERS_H

#include <netinet/in.h>
#include <stddef.h>

struct peers;

struct peer_key {
    unsigned char bytes[9]; /* the family, then four or eight bytes of the address */
};

struct peers *peers_open(void); /* returns new */
void peers_close(struct peers *);

struct peer_key peer_key_of(const struct sockaddr *);
size_t peers_add(struct peers *, struct peer_key); /* returns the count with this one */
void peers_remove(struct peers *, struct peer_key);

#endif
