/* verify.h - why a certificate is not trusted, and who issued it: libcurl 7.88 keeps both to itself when a handshake fails.
 *
 * Watches OpenSSL's own verification and changes nothing of what it decides. docs/decisions/0017-why-a-certificate-is-refused.md.
 */
#ifndef NET_VERIFY_H
#define NET_VERIFY_H

#include <curl/curl.h>

#include "base/http.h"

/* What was seen of the last handshake; all zero before. */
struct verdict {
    enum net_distrust why;
    char issuer[NET_ISSUER_BYTES];
};

/* From now on handshakes of this handle are watched; the verdict lives as long as the handle. */
void verify_watch(CURL *, struct verdict *);

#endif
