/* csrf.c - the two headers, in order of strength. */
#include "web/csrf.h"

/* "host:port" of a URL with a scheme; empty when it has none. */
static struct str authority_of(struct str url)
{
    size_t scheme = str_find(url, STR("://"), 0);
    if (scheme == SIZE_MAX) return STR_NONE;
    struct str rest = str_slice(url, scheme + 3, url.len);
    size_t end = str_find(rest, STR("/"), 0);
    return str_slice(rest, 0, end);
}

enum csrf csrf_origin(const struct http_request *request, struct str public_url)
{
    struct str site = http_header_get(request->headers, request->header_count, STR("Sec-Fetch-Site"));
    struct str origin = http_header_get(request->headers, request->header_count, STR("Origin"));
    struct str host = http_header_get(request->headers, request->header_count, STR("Host"));
    if (site.len > 0) return str_eq(site, STR("same-origin")) || str_eq(site, STR("none")) ? CSRF_OWN : CSRF_FOREIGN;
    if (origin.len == 0) return CSRF_UNSAID;
    struct str from = authority_of(origin); /* of "null" (a sandboxed page): empty */
    if (from.len == 0) return CSRF_FOREIGN;
    bool is_own = str_eq_nocase(from, host) || str_eq_nocase(from, authority_of(public_url));
    return is_own ? CSRF_OWN : CSRF_FOREIGN;
}
