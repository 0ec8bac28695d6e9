/* deeplink.h - pages of Zendesk's own console that our sentences point to, in one table. Pure.
 *
 * The paths are seen in public code and documentation, and Zendesk moves them: a name whose path is not known leads to the
 * Admin Center's first page.
 */
#ifndef MODEL_DEEPLINK_H
#define MODEL_DEEPLINK_H

#include "base/arena.h"

/* The URL of page `name` ("api_tokens") of the account, or of record `number` where the page has one. Empty when there is
 * no such name, or when the page belongs to an account and `subdomain` is empty. */
struct str deeplink(struct str name, struct str subdomain, int64_t number, struct arena *);

#endif
