/* spend.h - what calls to models cost, and whether one more is within the caps. Whole numbers only: millionths of a dollar, and tokens.
 *
 * A call is checked before it is made, with the most that it can cost: a cap is passed by no call. Sums stay at INT64_MAX instead of wrapping.
 */
#ifndef AGENT_SPEND_H
#define AGENT_SPEND_H

#include "model/nouns.h"

enum { SPEND_OUTPUT_TOKENS = 1024 }; /* an answer's likely ceiling where none is set */

struct spend {
    int64_t micros; /* millionths of a dollar */
    int64_t tokens; /* in and out */
};

enum spend_scope { SPEND_CONVERSATION, SPEND_DAY, SPEND_WORKSPACE, SPEND_SCOPES, SPEND_WITHIN = SPEND_SCOPES };

/* As caps: 0 is none. The workspace's is of a calendar month (UTC), the day's of a calendar day. */
struct spend_table {
    struct spend of[SPEND_SCOPES];
};

const char *spend_scope_name(enum spend_scope); /* "conversation", "day", "workspace" */
/* The most that a call with this much input can cost; without prices only tokens count. `max_tokens` 0: SPEND_OUTPUT_TOKENS. */
struct spend spend_most(const struct provider_price *, int64_t input_tokens, int64_t max_tokens);
/* Would `next` on top of `used` pass a cap? The first scope whose it would, or SPEND_WITHIN. */
enum spend_scope spend_check(const struct spend_table *caps, const struct spend_table *used, struct spend next);

#endif
