/* rate.c - counting requests in windows. A window that is over makes room when a new one is needed, so the list stays as long as
 * the number of tickets and users touched within ten minutes; a linear search is enough for practice.
 */
#include "sandbox/rate.h"

#include "base/mem.h"

static const struct {
    const char *header;
    int64_t total, window_ms;
} buckets[RATE_BUCKETS] = {
    [RATE_ACCOUNT] = { NULL, 0, 60000 },
    [RATE_TICKETS_INDEX] = { "zendesk-ratelimit-tickets-index", 100, 60000 },
    [RATE_TICKET_CREATE] = { "zendesk-ratelimit-ticket-request-create-by-user-and-ip", 300, 60000 },
    [RATE_TICKET_UPDATE] = { "zendesk-ratelimit-per-ticket-updates", 30, 600000 },
    [RATE_SEARCH] = { "zendesk-ratelimit-search-index", 2500, 60000 },
    [RATE_USER_UPDATE] = { NULL, 5, 60000 },
    [RATE_USER_UPSERT] = { NULL, 60, 60000 },
    [RATE_TICKET_UPDATES] = { NULL, 100, 60000 },
    [RATE_TICKET_DELETE] = { NULL, 400, 60000 },
    [RATE_TICKET_AUDITS] = { NULL, 500, 60000 },
    [RATE_TICKETS_DEEP] = { "zendesk-ratelimit-tickets-index-deep", 50, 60000 },
    [RATE_ORGANIZATION_UPDATE] = { NULL, 5, 60000 },
    [RATE_SEARCH_EXPORT] = { "zendesk-ratelimit-search-export", 100, 60000 },
    [RATE_INCREMENTAL] = { "zendesk-ratelimit-incremental-exports-endpoints", 10, 60000 },
};

static struct rate_window *free_window(struct rates *rates, int64_t now_at)
{
    for (size_t i = 0; i < rates->count; i++)
        if (rates->windows[i].ends_at <= now_at) return &rates->windows[i];
    if (rates->count == rates->capacity) {
        rates->capacity = rates->capacity ? 2 * rates->capacity : 16;
        rates->windows = mem_resize(rates->windows, rates->capacity * sizeof *rates->windows);
    }
    return &rates->windows[rates->count++];
}

static struct rate_window *window_for(struct rates *rates, enum rate_bucket bucket, int64_t subject, int64_t now_at)
{
    for (size_t i = 0; i < rates->count; i++) {
        struct rate_window *w = &rates->windows[i];
        if (w->bucket == bucket && w->subject == subject && w->ends_at > now_at) return w;
    }
    struct rate_window *w = free_window(rates, now_at);
    *w = (struct rate_window){ .bucket = bucket, .subject = subject, .ends_at = now_at + buckets[bucket].window_ms };
    return w;
}

struct rate_state rate_take(struct rates *rates, enum rate_bucket bucket, int64_t subject, int64_t account_limit, int64_t now_at)
{
    bool follows_account = bucket == RATE_ACCOUNT || account_limit > RATE_HIGHEST_PLAN;
    int64_t total = follows_account ? account_limit : buckets[bucket].total;
    struct rate_window *w = window_for(rates, bucket, subject, now_at);
    bool allowed = w->used < total;
    if (allowed) w->used++;
    return (struct rate_state){
        .allowed = allowed,
        .total = total,
        .remaining = total - w->used,
        .resets_s = (w->ends_at - now_at + 999) / 1000,
    };
}

enum rate_bucket rate_beside(enum rate_bucket bucket)
{
    if (bucket == RATE_TICKET_UPDATE) return RATE_TICKET_UPDATES;
    return bucket == RATE_USER_UPDATE ? RATE_USER_UPSERT : RATE_ACCOUNT;
}

const char *rate_header(enum rate_bucket bucket)
{
    return buckets[bucket].header;
}

void rates_clear(struct rates *rates)
{
    mem_free(rates->windows);
    *rates = (struct rates){ 0 };
}
