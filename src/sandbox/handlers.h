/* handlers.h - every path of the API, by the file that answers it. endpoint.c says which path is whose. */
#ifndef SANDBOX_HANDLERS_H
#define SANDBOX_HANDLERS_H

#include "sandbox/api.h"

/* account.c */
void account_settings(struct api_call *);

/* oauth.c */
void oauth_create_token(struct api_call *);

/* tickets.c */
void tickets_list(struct api_call *);
void tickets_create(struct api_call *);
void tickets_show(struct api_call *);
void tickets_update(struct api_call *);
void tickets_delete(struct api_call *);
void tickets_comments(struct api_call *);
void tickets_audits(struct api_call *);

/* ticket_tags.c */
void ticket_tags_show(struct api_call *);
void ticket_tags_add(struct api_call *);
void ticket_tags_set(struct api_call *);
void ticket_tags_remove(struct api_call *);

/* users.c */
void users_me(struct api_call *);
void users_list(struct api_call *);
void users_create(struct api_call *);
void users_create_or_update(struct api_call *);
void users_show(struct api_call *);
void users_update(struct api_call *);
void users_delete(struct api_call *);
void users_search(struct api_call *);

/* search.c */
void search_results(struct api_call *);
void search_count(struct api_call *);

#endif
