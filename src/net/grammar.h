/* grammar.h - the lines of HTTP/1.1 as RFC 9112 writes them down, without the leniency it tolerates. Pure functions on bytes. */
#ifndef NET_GRAMMAR_H
#define NET_GRAMMAR_H

#include "base/text.h"
#include "net/refusal.h"

/* One line, from its first byte to its LF inclusive: ends in CR LF, and holds no other CR, no NUL and no control character but HTAB.
 * *content is the line without its end. */
const struct refusal *grammar_line(struct str line, struct str *content);

/* "Name: value": RFC 9112 section 5; the value without the white space around it. Refuses obs-fold (5.2) and space before the colon (5.1). */
const struct refusal *grammar_field(struct str content, struct str *name, struct str *value);

/* "1a", "1a;extension": RFC 9112 section 7.1. *extension_bytes counts what stands after the digits. */
const struct refusal *grammar_chunk_size(struct str content, size_t *extension_bytes);

bool grammar_is_token(struct str); /* RFC 9110 section 5.6.2 */
bool grammar_is_host(struct str);  /* RFC 3986 section 3.2.2 with a port: the characters, and no user name */
/* RFC 3986 sections 3.3 and 3.4: "/path?query" with whole percent triplets; no fragment. The query may have "[" and "]", which the RFC keeps for
 * addresses: browsers and most clients of Zendesk send "page[size]=100" as it stands (WHATWG URL, query percent-encode set). */
bool grammar_is_origin_form(struct str);
/* What a header value of ours may hold: visible text, space and HTAB, so that it cannot end its line. */
bool grammar_is_field_value(struct str);

#endif
