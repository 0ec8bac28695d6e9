/* search.h - running a search over everything that is stored. */
#ifndef SANDBOX_SEARCH_H
#define SANDBOX_SEARCH_H

#include "sandbox/listing.h"
#include "sandbox/search_query.h"

/* The tickets that match, each with its key for `order` ("created_at", "updated_at", "priority", "status", "ticket_type";
 * anything else: created). */
void search_tickets(struct api_call *, const struct search_query *, struct str order, struct listing *);

#endif
