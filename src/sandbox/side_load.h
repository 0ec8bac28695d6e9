/* side_load.h - "?include=users,groups,organizations": what a page of tickets names, each once, beside it; and the authors of comments and audits. */
#ifndef SANDBOX_SIDE_LOAD_H
#define SANDBOX_SIDE_LOAD_H

#include "sandbox/listing.h"

/* Whether `include` asks for it, as itself or as "tickets(NAME)". */
bool side_load_wants(const struct api_call *, const char *what);
/* Writes the members that were asked for; nothing without `include`. Items that are no tickets count for nothing. */
void side_load_of_tickets(struct api_call *, struct jw *, const struct listing_item *, size_t count);
/* With "include=users": who wrote them. */
void side_load_of_comments(struct api_call *, struct jw *, const struct listing_item *, size_t count);
void side_load_of_audits(struct api_call *, struct jw *, const struct listing_item *, size_t count);

#endif
