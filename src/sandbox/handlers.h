/* handlers.h - every path of the API, by the file that answers it. route.c says which path is whose. */
#ifndef SANDBOX_HANDLERS_H
#define SANDBOX_HANDLERS_H

#include "sandbox/call.h"

/* account.c */
void account_settings(struct call *);

/* oauth.c */
void oauth_create_token(struct call *);

/* tickets.c */
void tickets_list(struct call *);
void tickets_create(struct call *);
void tickets_show(struct call *);
void tickets_update(struct call *);
void tickets_delete(struct call *);
void tickets_comments(struct call *);
void tickets_audits(struct call *);

/* ticket_tags.c */
void ticket_tags_show(struct call *);
void ticket_tags_add(struct call *);
void ticket_tags_set(struct call *);
void ticket_tags_remove(struct call *);

/* users.c */
void users_me(struct call *);
void users_list(struct call *);
void users_create(struct call *);
void users_create_or_update(struct call *);
void users_show(struct call *);
void users_update(struct call *);
void users_delete(struct call *);
void users_search(struct call *);

/* search.c */
void search_results(struct call *);
void search_count(struct call *);

#endif
