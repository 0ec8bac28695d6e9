/* rate.h - the request budgets: one for the account, and buckets for single kinds of request.
 *
 * Fixed windows that begin with their first request, in memory only. The totals are Zendesk's documented ones; whoever gives the
 * account a limit above every plan (a load test) lifts the buckets with it.
 */
#ifndef SANDBOX_RATE_H
#define SANDBOX_RATE_H

#include "base/text.h"

enum rate_bucket {
    RATE_ACCOUNT,
    RATE_TICKETS_INDEX,       /* listing tickets: 100 a minute */
    RATE_TICKET_CREATE,       /* 300 a minute */
    RATE_TICKET_UPDATE,       /* 30 in ten minutes for one ticket */
    RATE_SEARCH,              /* 2500 a minute */
    RATE_USER_UPDATE,         /* 5 a minute for one user, and those of RATE_USER_UPSERT */
    RATE_USER_UPSERT,         /* 60 a minute: one a second, but not counted to the second */
    RATE_TICKET_UPDATES,      /* 100 a minute, over all tickets; taken with each RATE_TICKET_UPDATE */
    RATE_TICKET_DELETE,       /* 400 a minute */
    RATE_TICKET_AUDITS,       /* 500 a minute */
    RATE_TICKETS_DEEP,        /* 50 a minute: lists of tickets from page 500 on */
    RATE_ORGANIZATION_UPDATE, /* 5 a minute for one organization */
    RATE_SEARCH_EXPORT,       /* 100 a minute */
    RATE_INCREMENTAL,         /* 10 a minute */
    RATE_BUCKETS,
};

enum { RATE_DEFAULT = 700 /* a minute: the Enterprise plan, as in most recordings */, RATE_HIGHEST_PLAN = 2500 };

struct rate_window {
    enum rate_bucket bucket;
    int64_t subject; /* the ticket or user; 0 for the account */
    int64_t ends_at;
    int64_t used;
};

struct rates {
    struct rate_window *windows;
    size_t count, capacity;
};

struct rate_state {
    bool allowed;
    int64_t total, remaining, resets_s;
};

/* Takes one from the bucket. */
struct rate_state rate_take(struct rates *, enum rate_bucket, int64_t subject, int64_t account_limit, int64_t now_at);
/* The bucket that is taken together with this one; RATE_ACCOUNT: none. */
enum rate_bucket rate_beside(enum rate_bucket);
/* The header that tells about a bucket; NULL where Zendesk tells nothing. */
const char *rate_header(enum rate_bucket);
void rates_clear(struct rates *);

#endif
