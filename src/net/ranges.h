/* ranges.h - ranges of addresses ("10.0.0.0/8", "::1"), as an operator writes them, and whether an address lies in one. Pure. */
#ifndef NET_RANGES_H
#define NET_RANGES_H

#include "base/err.h"
#include "base/text.h"

enum { RANGES_MAX = 32 };

struct range {
    uint8_t bytes[16]; /* an IPv4 address as ::ffff:a.b.c.d */
    unsigned bits;     /* of the 128 that are compared */
};

struct ranges {
    struct range items[RANGES_MAX];
    size_t count;
};

/* A list with commas or blanks between; empty: none. E_INPUT, E_LIMIT: err says which piece. */
enum status ranges_parse(struct str list, struct ranges *, struct err *) must_check;
/* False for what is no address. */
bool ranges_hold(const struct ranges *, struct str address);

#endif
