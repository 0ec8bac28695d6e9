/* forwarded.h - whose request it is when a proxy stands in front, and how their browser reached us. Pure.
 *
 * X-Forwarded-For and X-Forwarded-Proto are what anybody can write: they count only from a proxy that the operator named (trusted_proxies). Of the list the last entry is what our own
 * proxy saw, the ones before it what it was told; so it is read from its end, past proxies that are trusted as well.
 */
#ifndef WEB_FORWARDED_H
#define WEB_FORWARDED_H

#include "base/http.h"
#include "net/ranges.h"

enum scheme {
    SCHEME_UNSAID,
    SCHEME_HTTP,
    SCHEME_HTTPS,
};

/* The client's address: the peer's own, or what a trusted proxy says; borrowed from the request. */
struct str forwarded_address(const struct http_request *, const struct ranges *trusted);
/* How the browser's side of a trusted proxy was reached. */
enum scheme forwarded_scheme(const struct http_request *, const struct ranges *trusted);
/* Does the browser itself say that its page came unencrypted over a network? Its Origin is one of http:// and not this machine. */
bool forwarded_is_exposed(const struct http_request *);

#endif
