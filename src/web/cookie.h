/* cookie.h - the two cookies of the console: the session's and the theme's. */
#ifndef WEB_COOKIE_H
#define WEB_COOKIE_H

#include "base/http.h"

/* Over TLS with a prefix: browsers take that name only as Secure, for / and from this host alone (RFC 6265bis section 4.1.3.2). */
#define COOKIE_SESSION      "chatcrafter_session"
#define COOKIE_SESSION_HOST "__Host-chatcrafter_session"
#define COOKIE_THEME        "theme"

/* The value of the first cookie of that name (RFC 6265 section 5.4); empty when there is none. */
struct str cookie_get(const struct http_request *, struct str name);
/* The Set-Cookie value that keeps the session's token for max_age_s; an empty token with 0 takes it away. */
struct str cookie_session(struct arena *, struct str token, int64_t max_age_s, bool is_secure);

#endif
