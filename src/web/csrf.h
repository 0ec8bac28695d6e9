/* csrf.h - does a request come from our own pages? Pure.
 *
 * Browsers say it themselves in Sec-Fetch-Site (W3C Fetch Metadata, forbidden to scripts); older ones send Origin with every state change (RFC 6454). Tokens in forms were
 * rejected: they need state, and these two headers cannot be forged from a page.
 */
#ifndef WEB_CSRF_H
#define WEB_CSRF_H

#include "base/http.h"

enum csrf {
    CSRF_OWN,     /* our own page, or typed by the person */
    CSRF_FOREIGN, /* another site's page */
    CSRF_UNSAID,  /* no browser, or one from before 2020 */
};

/* `public_url` may be empty; then the Host header alone says who we are. */
enum csrf csrf_origin(const struct http_request *, struct str public_url);

#endif
