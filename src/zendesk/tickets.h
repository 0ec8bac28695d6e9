/* tickets.h - lists of tickets as a result: pages put together, and filtered once more. Private to this room.
 *
 * The filters are those of the arguments that a list may have: status, priority, from, to (days of creation, UTC), and the
 * assignee that was looked up. Whatever Zendesk lists, only tickets that fit get into the result: its search is loose, and
 * its index is behind.
 */
#ifndef ZENDESK_TICKETS_H
#define ZENDESK_TICKETS_H

#include "zendesk/language.h"

/* Search knows offset paging only; 100 rows are as many as anybody reads. */
#define TICKETS_SEARCH_PATH "/api/v2/search?sort_by=updated_at&sort_order=desc&per_page=100&query="

struct tickets_page {
    const struct json *list;
    int64_t requester_id; /* 0: anybody's */
    bool has_more;
    bool is_full; /* out: enough has been read */
};

/* False with *problem when the last day comes before the first. */
bool tickets_days_fit(const struct zendesk_run *, struct problem *);

/* Adds a page's tickets to what the run has collected; false when they do not fit into a result. */
bool tickets_take(struct zendesk_run *, struct tickets_page *);
/* Ends the run with everything collected: {tickets, total, complete}. */
enum zendesk_next tickets_done(struct zendesk_run *, const struct tickets_page *);

/* Ends the run with a search's one page: {tickets, total, retrievable}. */
enum zendesk_next tickets_search_read(struct zendesk_run *, const struct json *body, int64_t requester_id);

#endif
