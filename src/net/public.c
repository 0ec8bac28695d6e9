/* public.c - see public.h. Ranges of the IANA special-purpose registries; what is not listed there as reachable from everywhere is refused. */
#include "net/public.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct range4 {
    uint32_t base;
    unsigned bits;
};

static const struct range4 special4[] = {
    { 0x00000000, 8 },  /* this network */
    { 0x0a000000, 8 },  /* private */
    { 0x64400000, 10 }, /* shared, carriers */
    { 0x7f000000, 8 },  /* loopback */
    { 0xa9fe0000, 16 }, /* link-local: cloud metadata lives here */
    { 0xac100000, 12 }, /* private */
    { 0xc0000000, 24 }, /* protocol assignments */
    { 0xc0000200, 24 }, /* documentation */
    { 0xc0a80000, 16 }, /* private */
    { 0xc6120000, 15 }, /* benchmarks */
    { 0xc6336400, 24 }, /* documentation */
    { 0xcb007100, 24 }, /* documentation */
    { 0xe0000000, 4 },  /* multicast */
    { 0xf0000000, 4 },  /* reserved, broadcast */
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++)
        if ((address ^ special4[i].base) >> (32 - special4[i].bits) == 0) return false;
    return true;
}

static uint32_t word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only 2000::/3 is given out for the open internet; in it, 6to4 carries an IPv4 address and some blocks are special. The translation prefix 64:ff9b::/96 lies outside and carries one as well. */
static bool is_public6(const uint8_t *address)
{
    static const uint8_t translated[12] = { 0x00, 0x64, 0xff, 0x9b };
    if (memcmp(address, translated, sizeof translated) == 0) return is_public4(word(address + 12));
    if (address[0] >> 5 != 1) return false;
    uint32_t head = word(address);
    if (head >> 16 == 0x2002) return is_public4(word(address + 2));
    bool is_special = head >> 9 == 0x20010000 >> 9 || head == 0x20010db8 || head >> 12 == 0x3fff0000 >> 12;
    return !is_special;
}

bool public_address(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return is_public4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return false;
    struct sockaddr_in6 in;
    memcpy(&in, address, sizeof in);
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) return is_public4(word(in.sin6_addr.s6_addr + 12));
    return is_public6(in.sin6_addr.s6_addr);
}

bool public_address_text(const char *address)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) return public_address((const struct sockaddr *)&v4);
    return inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 && public_address((const struct sockaddr *)&v6);
}
