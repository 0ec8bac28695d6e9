/* search_match.h - whether a ticket or a user is what a search looks for. */
#ifndef SANDBOX_SEARCH_MATCH_H
#define SANDBOX_SEARCH_MATCH_H

#include "sandbox/api.h"
#include "sandbox/search_query.h"
#include "sandbox/record.h"
#include "sandbox/ticket.h"

/* `row` is memory for what is looked up on the way; the caller clears it. */
bool search_matches_ticket(struct api_call *, struct arena *row, const struct search_query *, const struct ticket *);
/* Organizations and groups: free words and `name`, tags, external_id, moments. */
bool search_matches_record(struct api_call *, const struct search_query *, const struct record *);
bool search_matches_user(struct api_call *, const struct search_query *, const struct user *);

#endif
