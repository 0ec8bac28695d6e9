/* handlers.h - every path of the API, by the file that answers it. endpoint.c says which path is whose. */
#ifndef SANDBOX_HANDLERS_H
#define SANDBOX_HANDLERS_H

#include "sandbox/api.h"

/* oauth.c */
void oauth_create_token(struct api_call *);

/* users.c */
void users_me(struct api_call *);
void users_list(struct api_call *);
void users_create(struct api_call *);
void users_search(struct api_call *);
void users_autocomplete(struct api_call *);
void users_count(struct api_call *);
void users_show_many(struct api_call *);
void users_create_or_update(struct api_call *);
void users_show(struct api_call *);
void users_update(struct api_call *);
void users_delete(struct api_call *);
void users_related(struct api_call *);
void users_of_organization(struct api_call *);

/* account.c */
void account_settings(struct api_call *);

/* locales.c */
void locales_list(struct api_call *);
void locales_current(struct api_call *);
void locales_show(struct api_call *);

/* job.c */
void job_statuses_list(struct api_call *);
void job_statuses_show_many(struct api_call *);
void job_statuses_show(struct api_call *);
void tickets_create_many(struct api_call *);
void tickets_update_many(struct api_call *);
void tickets_destroy_many(struct api_call *);
void users_create_many(struct api_call *);
void users_create_or_update_many(struct api_call *);
void users_update_many(struct api_call *);
void users_destroy_many(struct api_call *);
void records_create_many(struct api_call *);
void records_destroy_many(struct api_call *);
void records_update_many(struct api_call *);

/* tickets.c */
void tickets_list(struct api_call *);
void tickets_create(struct api_call *);
void tickets_count(struct api_call *);
void tickets_show_many(struct api_call *);
void tickets_show(struct api_call *);
void tickets_update(struct api_call *);
void tickets_delete(struct api_call *);
void tickets_comments(struct api_call *);
void tickets_comment_count(struct api_call *);
void tickets_make_private(struct api_call *);
void tickets_audits(struct api_call *);
void tickets_audit(struct api_call *);
void tickets_rate(struct api_call *);
void tickets_requested(struct api_call *);
void tickets_assigned(struct api_call *);
void tickets_of_organization(struct api_call *);

/* ticket_tags.c */
void ticket_tags_show(struct api_call *);
void ticket_tags_add(struct api_call *);
void ticket_tags_set(struct api_call *);
void ticket_tags_remove(struct api_call *);

/* organizations.c */
void tags_list(struct api_call *);
void groups_of_user(struct api_call *);
void organizations_of_user(struct api_call *);
void memberships_of_user(struct api_call *);
void user_tags_show(struct api_call *);
void user_tags_change(struct api_call *);
void organizations_search(struct api_call *);
void organizations_create_or_update(struct api_call *);

/* portal.c */
void portal_list(struct api_call *);
void portal_create(struct api_call *);
void portal_search(struct api_call *);
void portal_open(struct api_call *);
void portal_solved(struct api_call *);
void portal_show(struct api_call *);
void portal_update(struct api_call *);
void portal_comments(struct api_call *);

/* uploads.c */
void uploads_create(struct api_call *);
void uploads_delete(struct api_call *);
void attachments_show(struct api_call *);

/* identities.c */
void identities_list(struct api_call *);
void identities_create(struct api_call *);
void identities_show(struct api_call *);
void identities_update(struct api_call *);
void identities_delete(struct api_call *);
void identities_make_primary(struct api_call *);
void identities_verify(struct api_call *);

/* records.c */
void records_autocomplete(struct api_call *);
void records_update(struct api_call *);
void records_list(struct api_call *);
void records_show(struct api_call *);
void records_delete(struct api_call *);
void records_count(struct api_call *);
void records_show_many(struct api_call *);
void records_create(struct api_call *);

/* search.c */
void search_results(struct api_call *);
void search_count(struct api_call *);
void search_export(struct api_call *);

/* incremental.c */
void incremental_tickets(struct api_call *);
void incremental_tickets_cursor(struct api_call *);
void incremental_users(struct api_call *);
void incremental_users_cursor(struct api_call *);

/* webhooks.c */
void webhooks_list(struct api_call *);
void webhooks_create(struct api_call *);
void webhooks_show(struct api_call *);
void webhooks_replace(struct api_call *);
void webhooks_change(struct api_call *);
void webhooks_delete(struct api_call *);
void webhooks_secret(struct api_call *);
void webhooks_renew_secret(struct api_call *);
void webhooks_invocations(struct api_call *);
void webhooks_attempts(struct api_call *);

/* help_center.c */
void help_center_locales(struct api_call *);
void articles_list(struct api_call *);
void articles_search(struct api_call *);
void articles_of_section(struct api_call *);
void articles_create(struct api_call *);

#endif
