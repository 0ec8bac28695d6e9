/* ranges.c - see ranges.h. Every address is one of 128 bits, IPv4 in its mapped form, so there is one comparison for both and a mapped address means the same as the bare one. */
#include "net/ranges.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { MAPPED_BITS = 96 };

static bool read_address(struct str text, uint8_t bytes[16], bool *is_v4)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    char name[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof name) return false;
    memcpy(name, text.ptr, text.len);
    name[text.len] = '\0';
    memcpy(bytes, mapped, sizeof mapped);
    *is_v4 = inet_pton(AF_INET, name, bytes + sizeof mapped) == 1;
    return *is_v4 || inet_pton(AF_INET6, name, bytes) == 1;
}

static bool read_range(struct str text, struct range *range)
{
    struct str rest = text, address;
    uint64_t bits;
    bool is_v4;
    if (!str_split(&rest, '/', &address) || !read_address(address, range->bytes, &is_v4)) return false;
    uint64_t most = is_v4 ? 32 : 128;
    bool has_bits = address.len < text.len;
    if (!has_bits) bits = most;
    if (has_bits && (!str_to_u64(rest, &bits) || bits > most)) return false;
    range->bits = (unsigned)bits + (is_v4 ? MAPPED_BITS : 0);
    return true;
}

enum status ranges_parse(struct str list, struct ranges *ranges, struct err *err)
{
    ranges->count = 0;
    while (list.len > 0) {
        size_t end = 0;
        while (end < list.len && list.ptr[end] != ',' && list.ptr[end] != ' ') end++;
        struct str piece = str_slice(list, 0, end);
        list = str_slice(list, end < list.len ? end + 1 : end, list.len);
        if (piece.len == 0) continue;
        if (ranges->count == RANGES_MAX) return err_set(err, E_LIMIT, "more than %d ranges of addresses", RANGES_MAX);
        if (!read_range(piece, &ranges->items[ranges->count]))
            return err_set(err, E_INPUT, "\"%.*s\" is no address or range, such as 127.0.0.1 or 10.0.0.0/8", STR_ARG(piece));
        ranges->count++;
    }
    return OK;
}

static bool holds(const struct range *range, const uint8_t bytes[16])
{
    size_t whole = range->bits / 8;
    unsigned rest = range->bits % 8;
    if (memcmp(range->bytes, bytes, whole) != 0) return false;
    return rest == 0 || (range->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

bool ranges_hold(const struct ranges *ranges, struct str address)
{
    uint8_t bytes[16];
    bool is_v4;
    if (!read_address(address, bytes, &is_v4)) return false;
    for (size_t i = 0; i < ranges->count; i++)
        if (holds(&ranges->items[i], bytes)) return true;
    return false;
}
