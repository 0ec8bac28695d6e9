/* dates.h - the dates of Zendesk's API token retirement, as data in one place.
 * Source: developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/ (July 2026). */
#ifndef MODEL_DATES_H
#define MODEL_DATES_H

#include "base/text.h"

struct zendesk_dates {
    int64_t no_new_tokens_at; /* 2026-10-27: no account can make an API token */
    int64_t tokens_end_at;    /* 2027-04-30: every API token stops */
    int64_t idle_token_ms;    /* an API token unused for this long is turned off */
    int64_t idle_delete_ms;   /* and deleted this much later */
};

extern const struct zendesk_dates zendesk_dates;

#endif
