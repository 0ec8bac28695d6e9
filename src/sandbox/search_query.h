/* search_query.h - Zendesk's search language, read into terms.
 *
 *   type:ticket status<solved requester:jane@example.com -tags:spam created>=2026-11-01 subject:"printer on fire" smoke
 *
 * A term is a property, an operator and a value, or a free word or phrase; a minus in front turns it around. All of them must
 * hold, but of several `property:value` of the same property one is enough. Source: support.zendesk.com, "Zendesk Support search
 * reference".
 */
#ifndef SANDBOX_SEARCH_QUERY_H
#define SANDBOX_SEARCH_QUERY_H

#include "base/arena.h"

enum search_operator { SEARCH_IS, SEARCH_LESS, SEARCH_AT_MOST, SEARCH_MORE, SEARCH_AT_LEAST };

enum { SEARCH_TERMS_MAX = 64 };

struct search_term {
    struct str property; /* lower case; empty for free text */
    enum search_operator operator;
    struct str value; /* without its quotes */
    bool is_negative;
};

struct search_query {
    struct search_term terms[SEARCH_TERMS_MAX];
    size_t count;
    struct str type;     /* "ticket", "user"; empty: everything */
    struct str order_by; /* of the query itself */
    struct str sort;     /* "asc", "desc" */
};

/* Never fails: what is no term is a word to look for. Strings borrow from `text`. */
void search_query_parse(struct str text, struct search_query *);

/* Whether a number stands where the operator wants it to the value's. */
bool search_compares(enum search_operator, int64_t number, int64_t value);
/* Whether a moment fits "2026-11-01", an RFC 3339 time, or an age like "2hours" under the operator. */
bool search_moment_fits(enum search_operator, int64_t at_ms, struct str value, int64_t now_at);

#endif
