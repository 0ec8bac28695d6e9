/* bootstrap.h - the first workspace and its owner; what web.h offers for the first start is in bootstrap.c as well. */
#ifndef WEB_BOOTSTRAP_H
#define WEB_BOOTSTRAP_H

#include "store/rows.h"

/* The workspace's first owner, who made it: whom trusted local peers act as. E_NOT_FOUND: there is none. */
enum status bootstrap_owner(struct store_tx *, struct str workspace, struct arena *, struct member *) must_check;

enum {
    LINK_LIFE_MS = 15 * 60 * 1000,
    INVITATION_LIFE_MS = 3 * 24 * 60 * 60 * 1000, /* it is handed on to somebody who may not be there today */
};
/* Stores a one-time sign-in link for the member and gives "/sign-in#TOKEN": the token stands in the fragment, which browsers send to nobody. */
enum status bootstrap_link(struct store_tx *, struct str workspace, struct str member, int64_t life_ms, struct arena *,
                           struct str *path, int64_t *expires_at) must_check;

#endif
