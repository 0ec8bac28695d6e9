/* endpoint.c - the table of paths, and matching against it. The first row that fits counts, so fixed words stand before {id} and
 * {word}. Rejected: a tree of segments; two hundred comparisons cost less than reading the request.
 */
#include "sandbox/endpoint.h"

#include "sandbox/handlers.h"
#include "sandbox/record.h"

/* method, path, handler, who may, OAuth resource, bucket */
#define PATH(method, pattern, handle, needs, resource, bucket)                                                                   \
    {                                                                                                                            \
        HTTP_##method, "/api/v2/" pattern, handle, NEEDS_##needs, resource, RATE_##bucket, NULL, false, false                    \
    }
/* method, path, handler, who may, OAuth resource, kind */
#define KIND(method, pattern, handle, needs, resource, kind)                                                                     \
    {                                                                                                                            \
        HTTP_##method, "/api/v2/" pattern, handle, NEEDS_##needs, resource, RATE_ACCOUNT, &kind_##kind, false, false             \
    }

static const struct endpoint endpoints[] = {
    { HTTP_POST, "/oauth/tokens", oauth_create_token, NEEDS_NOTHING, NULL, RATE_ACCOUNT, NULL, false, false },

    /* signing in, the account */
    PATH(GET, "users/me", users_me, ANYBODY, "users", ACCOUNT),
    PATH(GET, "account/settings", account_settings, AGENT, NULL, ACCOUNT),
    PATH(GET, "locales", locales_list, ANYBODY, NULL, ACCOUNT),
    PATH(GET, "locales/current", locales_current, ANYBODY, NULL, ACCOUNT),
    PATH(GET, "locales/{id}", locales_show, ANYBODY, NULL, ACCOUNT),
    PATH(GET, "job_statuses", job_statuses_list, AGENT, NULL, ACCOUNT),
    PATH(GET, "job_statuses/show_many", job_statuses_show_many, AGENT, NULL, ACCOUNT),
    PATH(GET, "job_statuses/{word}", job_statuses_show, AGENT, NULL, ACCOUNT),

    /* tickets */
    PATH(GET, "tickets", tickets_list, AGENT, "tickets", TICKETS_INDEX),
    { HTTP_POST, "/api/v2/tickets", tickets_create, NEEDS_AGENT, "tickets", RATE_TICKET_CREATE, NULL, true, false },
    PATH(GET, "tickets/count", tickets_count, AGENT, "tickets", ACCOUNT),
    PATH(GET, "tickets/show_many", tickets_show_many, AGENT, "tickets", ACCOUNT),
    PATH(POST, "tickets/create_many", tickets_create_many, AGENT, "tickets", TICKET_CREATE),
    PATH(PUT, "tickets/update_many", tickets_update_many, AGENT, "tickets", ACCOUNT),
    PATH(DELETE, "tickets/destroy_many", tickets_destroy_many, AGENT, "tickets", ACCOUNT),
    PATH(GET, "tickets/{id}", tickets_show, AGENT, "tickets", ACCOUNT),
    PATH(PUT, "tickets/{id}", tickets_update, AGENT, "tickets", TICKET_UPDATE),
    PATH(DELETE, "tickets/{id}", tickets_delete, AGENT, "tickets", TICKET_DELETE),
    PATH(GET, "tickets/{id}/comments", tickets_comments, AGENT, "tickets", ACCOUNT),
    PATH(GET, "tickets/{id}/comments/count", tickets_comment_count, AGENT, "tickets", ACCOUNT),
    PATH(PUT, "tickets/{id}/comments/{id}/make_private", tickets_make_private, AGENT, "tickets", ACCOUNT),
    PATH(GET, "tickets/{id}/audits", tickets_audits, AGENT, "tickets", TICKET_AUDITS),
    PATH(GET, "tickets/{id}/audits/{id}", tickets_audit, AGENT, "tickets", TICKET_AUDITS),
    PATH(POST, "tickets/{id}/satisfaction_rating", tickets_rate, USER, "tickets", ACCOUNT),
    PATH(GET, "tickets/{id}/tags", ticket_tags_show, AGENT, "tickets", ACCOUNT),
    PATH(PUT, "tickets/{id}/tags", ticket_tags_add, AGENT, "tickets", TICKET_UPDATE),
    PATH(POST, "tickets/{id}/tags", ticket_tags_set, AGENT, "tickets", TICKET_UPDATE),
    PATH(DELETE, "tickets/{id}/tags", ticket_tags_remove, AGENT, "tickets", TICKET_UPDATE),
    PATH(GET, "tags", tags_list, AGENT, "tickets", ACCOUNT),

    /* requests: tickets as end users see them */
    PATH(GET, "requests", portal_list, USER, "requests", ACCOUNT),
    PATH(POST, "requests", portal_create, USER, "requests", ACCOUNT),
    PATH(GET, "requests/search", portal_search, USER, "requests", ACCOUNT),
    PATH(GET, "requests/open", portal_open, USER, "requests", ACCOUNT),
    PATH(GET, "requests/solved", portal_solved, USER, "requests", ACCOUNT),
    PATH(GET, "requests/{id}", portal_show, USER, "requests", ACCOUNT),
    PATH(PUT, "requests/{id}", portal_update, USER, "requests", ACCOUNT),
    PATH(GET, "requests/{id}/comments", portal_comments, USER, "requests", ACCOUNT),

    /* files */
    { HTTP_POST, "/api/v2/uploads", uploads_create, NEEDS_USER, NULL, RATE_ACCOUNT, NULL, false, true },
    PATH(DELETE, "uploads/{word}", uploads_delete, USER, NULL, ACCOUNT),
    PATH(GET, "attachments/{id}", attachments_show, AGENT, NULL, ACCOUNT),

    /* users */
    PATH(GET, "users", users_list, AGENT, "users", ACCOUNT),
    PATH(POST, "users", users_create, AGENT, "users", ACCOUNT),
    PATH(GET, "users/search", users_search, AGENT, "users", ACCOUNT),
    PATH(GET, "users/autocomplete", users_autocomplete, AGENT, "users", ACCOUNT),
    PATH(GET, "users/count", users_count, AGENT, "users", ACCOUNT),
    PATH(GET, "users/show_many", users_show_many, AGENT, "users", ACCOUNT),
    PATH(POST, "users/create_or_update", users_create_or_update, AGENT, "users", USER_UPSERT),
    PATH(POST, "users/create_many", users_create_many, AGENT, "users", ACCOUNT),
    PATH(POST, "users/create_or_update_many", users_create_or_update_many, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/update_many", users_update_many, AGENT, "users", ACCOUNT),
    PATH(DELETE, "users/destroy_many", users_destroy_many, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}", users_show, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/{id}", users_update, AGENT, "users", USER_UPDATE),
    PATH(DELETE, "users/{id}", users_delete, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}/related", users_related, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}/tickets/requested", tickets_requested, AGENT, "tickets", ACCOUNT),
    PATH(GET, "users/{id}/tickets/assigned", tickets_assigned, AGENT, "tickets", ACCOUNT),
    PATH(GET, "users/{id}/groups", groups_of_user, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}/organizations", organizations_of_user, AGENT, "users", ACCOUNT),
    KIND(GET, "users/{id}/group_memberships", memberships_of_user, AGENT, "users", group_membership),
    KIND(GET, "users/{id}/organization_memberships", memberships_of_user, AGENT, "users", organization_membership),
    PATH(GET, "users/{id}/tags", user_tags_show, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/{id}/tags", user_tags_change, AGENT, "users", ACCOUNT),
    PATH(POST, "users/{id}/tags", user_tags_change, AGENT, "users", ACCOUNT),
    PATH(DELETE, "users/{id}/tags", user_tags_change, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}/identities", identities_list, AGENT, "users", ACCOUNT),
    PATH(POST, "users/{id}/identities", identities_create, AGENT, "users", ACCOUNT),
    PATH(GET, "users/{id}/identities/{id}", identities_show, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/{id}/identities/{id}", identities_update, AGENT, "users", ACCOUNT),
    PATH(DELETE, "users/{id}/identities/{id}", identities_delete, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/{id}/identities/{id}/make_primary", identities_make_primary, AGENT, "users", ACCOUNT),
    PATH(PUT, "users/{id}/identities/{id}/verify", identities_verify, AGENT, "users", ACCOUNT),

    /* organizations and groups */
    PATH(GET, "organizations/search", organizations_search, AGENT, "organizations", ACCOUNT),
    KIND(GET, "organizations/autocomplete", records_autocomplete, AGENT, "organizations", organization),
    PATH(POST, "organizations/create_or_update", organizations_create_or_update, AGENT, "organizations", ORGANIZATION_UPDATE),
    { HTTP_PUT, "/api/v2/organizations/{id}", records_update, NEEDS_AGENT, "organizations", RATE_ORGANIZATION_UPDATE,
      &kind_organization, false, false },
    PATH(GET, "organizations/{id}/users", users_of_organization, AGENT, "users", ACCOUNT),
    PATH(GET, "organizations/{id}/tickets", tickets_of_organization, AGENT, "tickets", ACCOUNT),
    KIND(GET, "groups/assignable", records_list, AGENT, "groups", group),

    /* searching and exports */
    PATH(GET, "search", search_results, AGENT, NULL, SEARCH),
    PATH(GET, "search/count", search_count, AGENT, NULL, SEARCH),
    PATH(GET, "search/export", search_export, AGENT, NULL, SEARCH_EXPORT),
    PATH(GET, "incremental/tickets", incremental_tickets, AGENT, "tickets", INCREMENTAL),
    PATH(GET, "incremental/tickets/cursor", incremental_tickets_cursor, AGENT, "tickets", INCREMENTAL),
    PATH(GET, "incremental/users", incremental_users, AGENT, "users", INCREMENTAL),
    PATH(GET, "incremental/users/cursor", incremental_users_cursor, AGENT, "users", INCREMENTAL),

    /* webhooks */
    PATH(GET, "webhooks", webhooks_list, AGENT, "webhooks", ACCOUNT),
    PATH(POST, "webhooks", webhooks_create, AGENT, "webhooks", ACCOUNT),
    PATH(GET, "webhooks/{word}", webhooks_show, AGENT, "webhooks", ACCOUNT),
    PATH(PUT, "webhooks/{word}", webhooks_replace, AGENT, "webhooks", ACCOUNT),
    PATH(PATCH, "webhooks/{word}", webhooks_change, AGENT, "webhooks", ACCOUNT),
    PATH(DELETE, "webhooks/{word}", webhooks_delete, AGENT, "webhooks", ACCOUNT),
    PATH(GET, "webhooks/{word}/signing_secret", webhooks_secret, AGENT, "webhooks", ACCOUNT),
    PATH(POST, "webhooks/{word}/signing_secret", webhooks_renew_secret, AGENT, "webhooks", ACCOUNT),
    PATH(GET, "webhooks/{word}/invocations", webhooks_invocations, AGENT, "webhooks", ACCOUNT),
    PATH(GET, "webhooks/{word}/invocations/{word}/attempts", webhooks_attempts, AGENT, "webhooks", ACCOUNT),

    /* the help center */
    PATH(GET, "help_center/locales", help_center_locales, ANYBODY, "hc", ACCOUNT),
    PATH(GET, "help_center/articles", articles_list, ANYBODY, "hc", ACCOUNT),
    PATH(GET, "help_center/articles/search", articles_search, ANYBODY, "hc", ACCOUNT),
    KIND(GET, "help_center/articles/{id}", records_show, ANYBODY, "hc", article),
    KIND(PUT, "help_center/articles/{id}", records_update, AGENT, "hc", article),
    KIND(DELETE, "help_center/articles/{id}", records_delete, AGENT, "hc", article),
    PATH(GET, "help_center/sections/{id}/articles", articles_of_section, ANYBODY, "hc", ACCOUNT),
    PATH(POST, "help_center/sections/{id}/articles", articles_create, AGENT, "hc", ACCOUNT),
    KIND(GET, "help_center/sections", records_list, ANYBODY, "hc", section),
    KIND(GET, "help_center/sections/{id}", records_show, ANYBODY, "hc", section),
    KIND(GET, "help_center/categories", records_list, ANYBODY, "hc", category),
    KIND(GET, "help_center/categories/{id}", records_show, ANYBODY, "hc", category),
    PATH(GET, "help_center/{word}/articles", articles_list, ANYBODY, "hc", ACCOUNT),
    KIND(GET, "help_center/{word}/articles/{id}", records_show, ANYBODY, "hc", article),
    PATH(GET, "help_center/{word}/sections/{id}/articles", articles_of_section, ANYBODY, "hc", ACCOUNT),

    /* records alone */
    KIND(GET, "organizations", records_list, AGENT, "organizations", organization),
    KIND(GET, "organizations/count", records_count, AGENT, "organizations", organization),
    KIND(GET, "organizations/show_many", records_show_many, AGENT, "organizations", organization),
    KIND(GET, "organizations/{id}", records_show, AGENT, "organizations", organization),
    KIND(POST, "organizations", records_create, AGENT, "organizations", organization),
    KIND(DELETE, "organizations/{id}", records_delete, AGENT, "organizations", organization),
    KIND(POST, "organizations/create_many", records_create_many, AGENT, "organizations", organization),
    KIND(DELETE, "organizations/destroy_many", records_destroy_many, AGENT, "organizations", organization),
    KIND(PUT, "organizations/update_many", records_update_many, AGENT, "organizations", organization),
    KIND(GET, "organization_memberships", records_list, AGENT, "organizations", organization_membership),
    KIND(GET, "organization_memberships/count", records_count, AGENT, "organizations", organization_membership),
    KIND(GET, "organization_memberships/show_many", records_show_many, AGENT, "organizations", organization_membership),
    KIND(GET, "organization_memberships/{id}", records_show, AGENT, "organizations", organization_membership),
    KIND(POST, "organization_memberships", records_create, AGENT, "organizations", organization_membership),
    KIND(PUT, "organization_memberships/{id}", records_update, AGENT, "organizations", organization_membership),
    KIND(DELETE, "organization_memberships/{id}", records_delete, AGENT, "organizations", organization_membership),
    KIND(POST, "organization_memberships/create_many", records_create_many, AGENT, "organizations", organization_membership),
    KIND(DELETE, "organization_memberships/destroy_many", records_destroy_many, AGENT, "organizations", organization_membership),
    KIND(GET, "groups", records_list, AGENT, "groups", group),
    KIND(GET, "groups/count", records_count, AGENT, "groups", group),
    KIND(GET, "groups/show_many", records_show_many, AGENT, "groups", group),
    KIND(GET, "groups/{id}", records_show, AGENT, "groups", group),
    KIND(POST, "groups", records_create, AGENT, "groups", group),
    KIND(PUT, "groups/{id}", records_update, AGENT, "groups", group),
    KIND(DELETE, "groups/{id}", records_delete, AGENT, "groups", group),
    KIND(GET, "group_memberships", records_list, AGENT, "groups", group_membership),
    KIND(GET, "group_memberships/count", records_count, AGENT, "groups", group_membership),
    KIND(GET, "group_memberships/show_many", records_show_many, AGENT, "groups", group_membership),
    KIND(GET, "group_memberships/{id}", records_show, AGENT, "groups", group_membership),
    KIND(POST, "group_memberships", records_create, AGENT, "groups", group_membership),
    KIND(PUT, "group_memberships/{id}", records_update, AGENT, "groups", group_membership),
    KIND(DELETE, "group_memberships/{id}", records_delete, AGENT, "groups", group_membership),
    KIND(POST, "group_memberships/create_many", records_create_many, AGENT, "groups", group_membership),
    KIND(DELETE, "group_memberships/destroy_many", records_destroy_many, AGENT, "groups", group_membership),
    KIND(GET, "ticket_fields", records_list, AGENT, "tickets", ticket_field),
    KIND(GET, "ticket_fields/count", records_count, AGENT, "tickets", ticket_field),
    KIND(GET, "ticket_fields/show_many", records_show_many, AGENT, "tickets", ticket_field),
    KIND(GET, "ticket_fields/{id}", records_show, AGENT, "tickets", ticket_field),
    KIND(POST, "ticket_fields", records_create, AGENT, "tickets", ticket_field),
    KIND(PUT, "ticket_fields/{id}", records_update, AGENT, "tickets", ticket_field),
    KIND(DELETE, "ticket_fields/{id}", records_delete, AGENT, "tickets", ticket_field),
    KIND(GET, "user_fields", records_list, AGENT, "tickets", user_field),
    KIND(GET, "user_fields/count", records_count, AGENT, "tickets", user_field),
    KIND(GET, "user_fields/show_many", records_show_many, AGENT, "tickets", user_field),
    KIND(GET, "user_fields/{id}", records_show, AGENT, "tickets", user_field),
    KIND(POST, "user_fields", records_create, AGENT, "tickets", user_field),
    KIND(PUT, "user_fields/{id}", records_update, AGENT, "tickets", user_field),
    KIND(DELETE, "user_fields/{id}", records_delete, AGENT, "tickets", user_field),
    KIND(GET, "organization_fields", records_list, AGENT, "tickets", organization_field),
    KIND(GET, "organization_fields/count", records_count, AGENT, "tickets", organization_field),
    KIND(GET, "organization_fields/show_many", records_show_many, AGENT, "tickets", organization_field),
    KIND(GET, "organization_fields/{id}", records_show, AGENT, "tickets", organization_field),
    KIND(POST, "organization_fields", records_create, AGENT, "tickets", organization_field),
    KIND(PUT, "organization_fields/{id}", records_update, AGENT, "tickets", organization_field),
    KIND(DELETE, "organization_fields/{id}", records_delete, AGENT, "tickets", organization_field),
    KIND(GET, "ticket_forms", records_list, AGENT, "tickets", ticket_form),
    KIND(GET, "ticket_forms/count", records_count, AGENT, "tickets", ticket_form),
    KIND(GET, "ticket_forms/show_many", records_show_many, AGENT, "tickets", ticket_form),
    KIND(GET, "ticket_forms/{id}", records_show, AGENT, "tickets", ticket_form),
    KIND(POST, "ticket_forms", records_create, AGENT, "tickets", ticket_form),
    KIND(PUT, "ticket_forms/{id}", records_update, AGENT, "tickets", ticket_form),
    KIND(DELETE, "ticket_forms/{id}", records_delete, AGENT, "tickets", ticket_form),
    KIND(GET, "custom_statuses", records_list, AGENT, "tickets", custom_status),
    KIND(GET, "custom_statuses/count", records_count, AGENT, "tickets", custom_status),
    KIND(GET, "custom_statuses/show_many", records_show_many, AGENT, "tickets", custom_status),
    KIND(GET, "custom_statuses/{id}", records_show, AGENT, "tickets", custom_status),
    KIND(POST, "custom_statuses", records_create, AGENT, "tickets", custom_status),
    KIND(PUT, "custom_statuses/{id}", records_update, AGENT, "tickets", custom_status),
    KIND(DELETE, "custom_statuses/{id}", records_delete, AGENT, "tickets", custom_status),
    KIND(GET, "triggers", records_list, AGENT, "triggers", trigger),
    KIND(GET, "triggers/count", records_count, AGENT, "triggers", trigger),
    KIND(GET, "triggers/show_many", records_show_many, AGENT, "triggers", trigger),
    KIND(GET, "triggers/{id}", records_show, AGENT, "triggers", trigger),
    KIND(POST, "triggers", records_create, AGENT, "triggers", trigger),
    KIND(PUT, "triggers/{id}", records_update, AGENT, "triggers", trigger),
    KIND(DELETE, "triggers/{id}", records_delete, AGENT, "triggers", trigger),
    KIND(GET, "brands", records_list, AGENT, "account", brand),
    KIND(GET, "brands/count", records_count, AGENT, "account", brand),
    KIND(GET, "brands/show_many", records_show_many, AGENT, "account", brand),
    KIND(GET, "brands/{id}", records_show, AGENT, "account", brand),
    KIND(GET, "custom_roles", records_list, AGENT, "account", custom_role),
    KIND(GET, "custom_roles/count", records_count, AGENT, "account", custom_role),
    KIND(GET, "custom_roles/show_many", records_show_many, AGENT, "account", custom_role),
    KIND(GET, "custom_roles/{id}", records_show, AGENT, "account", custom_role),
    KIND(GET, "satisfaction_ratings", records_list, AGENT, "satisfaction_ratings", satisfaction_rating),
    KIND(GET, "satisfaction_ratings/count", records_count, AGENT, "satisfaction_ratings", satisfaction_rating),
    KIND(GET, "satisfaction_ratings/show_many", records_show_many, AGENT, "satisfaction_ratings", satisfaction_rating),
    KIND(GET, "satisfaction_ratings/{id}", records_show, AGENT, "satisfaction_ratings", satisfaction_rating),
};

static bool take_number(struct api_call *call, struct str segment)
{
    int64_t number;
    if (!str_to_i64(segment, &number) || number <= 0) return false;
    *(call->id ? &call->sub_id : &call->id) = number;
    return true;
}

static bool take_word(struct api_call *call, struct str segment)
{
    if (!segment.len) return false;
    *(call->word.len ? &call->sub_word : &call->word) = segment;
    return true;
}

static bool segment_matches(struct api_call *call, struct str pattern, struct str segment)
{
    if (str_eq(pattern, STR("{id}"))) return take_number(call, segment);
    if (str_eq(pattern, STR("{word}"))) return take_word(call, segment);
    return str_eq(pattern, segment);
}

static bool matches(struct api_call *call, struct str pattern)
{
    struct str path = call->path, part, segment;
    call->id = call->sub_id = 0;
    call->word = call->sub_word = STR_NONE;
    while (str_split(&pattern, '/', &part))
        if (!str_split(&path, '/', &segment) || !segment_matches(call, part, segment)) return false;
    return !path.ptr;
}

const struct endpoint *endpoint_find(enum http_method method, struct api_call *call)
{
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        if (endpoints[i].method != method || !matches(call, str_from(endpoints[i].pattern))) continue;
        call->kind = endpoints[i].kind;
        return &endpoints[i];
    }
    return NULL;
}
