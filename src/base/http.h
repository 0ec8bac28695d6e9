/* http.h - an HTTP request, answer and failure as plain data, without a socket in sight.
 * All strings are borrowed from whoever made the value.
 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/arena.h"
#include "base/text.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

struct http_header {
    struct str name, value;
};

/* Where a request came from. */
struct http_peer {
    struct str address;    /* "127.0.0.1", "::1"; "unix" for the Unix socket; "local" for an in-process call */
    bool is_trusted_local; /* Unix socket with the same user or root at the other end, or in-process */
};

struct http_request {
    enum http_method method;
    struct str target;      /* as received: "/a/b?x=1" */
    struct str path, query; /* cut at '?'; still percent-encoded */
    const struct http_header *headers;
    size_t header_count;
    struct str body;
    struct http_peer peer;
};

struct http_answer {
    int status;
    const struct http_header *headers;
    size_t header_count;
    struct str body;
};

/* Why there is no answer. The kinds are what the catalogue of problems tells apart. */
enum net_fault_kind {
    NET_OK = 0,
    NET_DNS,       /* the name could not be looked up */
    NET_CONNECT,   /* refused, no route, or no answer while connecting */
    NET_TLS,       /* handshake or certificate */
    NET_TIMEOUT,   /* connected, then too slow */
    NET_RESET,     /* connection ended before a whole answer */
    NET_TOO_LARGE, /* answer over LIMIT_ANSWER_BYTES */
    NET_PROTOCOL,  /* the answer is not HTTP */
    NET_CANCELLED,
    NET_PRIVATE, /* the address is not of the public Internet, and the request may go nowhere else */
};

/* Why a certificate is not trusted; of NET_TLS. */
enum net_distrust {
    DISTRUST_NONE, /* it came to no certificate */
    DISTRUST_UNKNOWN_CA,
    DISTRUST_SELF_SIGNED,
    DISTRUST_EXPIRED,
    DISTRUST_OTHER_HOST, /* it is for another name */
    DISTRUST_OTHER,
};

enum { NET_ISSUER_BYTES = 100 };

struct net_fault {
    enum net_fault_kind kind;
    enum net_distrust distrust;
    char issuer[NET_ISSUER_BYTES]; /* of that certificate, as it calls itself */
    bool nothing_sent;             /* certain that no byte of the request reached the other side */
    char detail[200];              /* the library's words; for evidence, never the first thing shown */
};

const char *http_method_name(enum http_method);
enum http_method http_method_from(struct str name);
const char *http_reason(int status);

/* First header of that name (ASCII case does not matter); empty when there is none. */
struct str http_header_get(const struct http_header *headers, size_t count, struct str name);
/* Value of `name` in a query string, percent-decoded into the arena; false when absent or wrongly encoded. */
bool http_query_get(struct str query, struct str name, struct arena *, struct str *value);
/* Percent-decodes one path segment or form value ('+' becomes space when form); false on bad encoding, a NUL, or what is not UTF-8. */
bool http_decode(struct str encoded, bool form, struct arena *, struct str *decoded);

#endif
