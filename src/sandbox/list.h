/* list.h - lists and their pages, for every resource.
 *
 * A handler collects the ids that belong to its list, each with the number it is sorted by; list_reply sorts, picks the page that the request asks for, and
 * writes it in the request's style: cursor (page[size], page[after], page[before]) or offset (page, per_page).
 *
 * Rejected: paging in SQL. Each of filter, order and style would be its own statement; sixteen bytes an item are cheaper than that, for practice.
 */
#ifndef SANDBOX_LIST_H
#define SANDBOX_LIST_H

#include "sandbox/call.h"

struct list_item {
    int64_t id, key;
};

struct list {
    struct list_item *items;
    size_t count, capacity;
};

void list_add(struct list *, int64_t id, int64_t key);
void list_sort(struct list *, bool is_descending);
void list_clear(struct list *);

/* What the request wants to be sorted by, out of `names` (ends with NULL; the first is the default): its index, and the direction. In cursor style from `sort`
 * ("-updated_at"), else from sort_by and sort_order. -1: refused, the call has been answered. */
int list_order(struct call *, const char *const names[], bool *is_descending);

/* How lists differ beyond their items. */
struct list_shape {
    const char *name;     /* "tickets" */
    const char *resource; /* of links: "tickets", "tickets/1/comments" */
    void (*render)(struct call *, struct jw *, int64_t id);
    bool is_search; /* offset only, `facets`, at most 1000 results */
};

/* Answers with the page that was asked for, or with the error of a page that cannot be had. */
void list_reply(struct call *, struct list *, bool is_descending, const struct list_shape *);

#endif
