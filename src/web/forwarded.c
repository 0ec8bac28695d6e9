/* forwarded.c - see forwarded.h. The header Forwarded (RFC 7239) is not read: proxies in use send the older two, and two sources that may differ are one too many. */
#include "web/forwarded.h"

static struct str header(const struct http_request *request, struct str name)
{
    return http_header_get(request->headers, request->header_count, name);
}

static struct str last_of(struct str *list)
{
    size_t at = list->len;
    while (at > 0 && list->ptr[at - 1] != ',') at--;
    struct str entry = str_trim(str_slice(*list, at, list->len));
    *list = str_slice(*list, 0, at > 0 ? at - 1 : 0);
    return entry;
}

static bool is_address(struct str text)
{
    static const struct ranges everything = { .items = { { .bits = 0 } }, .count = 1 };
    return ranges_hold(&everything, text);
}

struct str forwarded_address(const struct http_request *request, const struct ranges *trusted)
{
    struct str address = request->peer.address, list = header(request, STR("X-Forwarded-For"));
    while (list.len > 0 && ranges_hold(trusted, address)) {
        struct str entry = last_of(&list);
        if (!is_address(entry)) break;
        address = entry;
    }
    return address;
}

enum scheme forwarded_scheme(const struct http_request *request, const struct ranges *trusted)
{
    struct str list = header(request, STR("X-Forwarded-Proto"));
    if (list.len == 0 || !ranges_hold(trusted, request->peer.address)) return SCHEME_UNSAID;
    return str_eq_nocase(last_of(&list), STR("https")) ? SCHEME_HTTPS : SCHEME_HTTP;
}

bool forwarded_is_exposed(const struct http_request *request)
{
    struct str origin = header(request, STR("Origin")), plain = STR("http://");
    if (!str_starts(origin, plain)) return false;
    struct str host = str_slice(origin, plain.len, origin.len);
    bool is_name = str_starts(host, STR("localhost")) && (host.len == 9 || host.ptr[9] == ':');
    return !is_name && !str_starts(host, STR("127.")) && !str_starts(host, STR("[::1]"));
}
