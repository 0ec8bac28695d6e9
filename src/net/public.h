/* public.h - is an address on the open internet? For requests to where a user's setting points (server-side request forgery). Pure. */
#ifndef NET_PUBLIC_H
#define NET_PUBLIC_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for loopback, private, link-local, shared, multicast, documentation and other special ranges (RFC 6890 and its registries), also where an IPv6 address carries an IPv4 one,
 * and for every other family. */
bool public_address(const struct sockaddr *);
/* "192.0.2.1", "2001:db8::1"; false also for what is no address. */
bool public_address_text(const char *address);

#endif
