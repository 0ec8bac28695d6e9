/* dates.c - see dates.h: when a date moves, it moves here. Midnight UTC of each day. */
#include "model/dates.h"

#define DAY_MS INT64_C(86400000)

const struct zendesk_dates zendesk_dates = {
    .no_new_tokens_at = 20753 * DAY_MS, /* 2026-10-27 */
    .tokens_end_at = 20938 * DAY_MS,    /* 2027-04-30 */
    .idle_token_ms = 30 * DAY_MS,
    .idle_delete_ms = 60 * DAY_MS,
};
