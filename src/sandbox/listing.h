/* listing.h - lists and their pages, for every resource.
 *
 * A handler collects the ids that belong to its list, each with the number it is sorted by; listing_reply sorts, picks the page
 * that the request asks for, and writes it in the request's style: cursor (page[size], page[after], page[before]) or offset
 * (page, per_page).
 *
 * Rejected: paging in SQL. Each of filter, order and style would be its own statement; sixteen bytes an item are cheaper than
 * that, for practice.
 */
#ifndef SANDBOX_LISTING_H
#define SANDBOX_LISTING_H

#include "sandbox/api.h"

struct listing_item {
    int64_t id, key;
};

struct listing {
    struct listing_item *items;
    size_t count, capacity;
};

void listing_add(struct listing *, int64_t id, int64_t key);
void listing_sort(struct listing *, bool is_descending);
void listing_clear(struct listing *);

/* What the request wants to be sorted by, out of `names` (ends with NULL; the first is the default): its index, and the
 * direction. In cursor style from `sort` ("-updated_at"), else from sort_by and sort_order. -1: refused, the call has been
 * answered. */
int listing_order(struct api_call *, const char *const names[], bool *is_descending);

/* The numbers of `ids=1,2,3`, in their order. False: more than a hundred, or none; the call has been answered. */
bool listing_of_ids(struct api_call *, struct listing *);

/* How lists differ beyond their items. */
struct listing_shape {
    const char *name;     /* "tickets" */
    const char *resource; /* of links: "tickets", "tickets/1/comments" */
    void (*render)(struct api_call *, struct jw *, int64_t id);
    bool is_search; /* offset only, `facets`, at most 1000 results */
    bool is_export; /* cursor only, `facets`, up to 1000 rows a page */
    bool is_pages;  /* offset only, and says page, per_page, page_count: the help center */
    void (*beside)(struct api_call *, struct jw *, const struct listing_item *, size_t count); /* more members, or NULL */
};

/* Answers with the page that was asked for, or with the error of a page that cannot be had. */
void listing_reply(struct api_call *, struct listing *, bool is_descending, const struct listing_shape *);

#endif
