/* endpoint.c - the table of paths, and matching against it. */
#include "sandbox/endpoint.h"

#include "sandbox/handlers.h"

static const struct endpoint endpoints[] = {
    { HTTP_POST, "/oauth/tokens", oauth_create_token, NEEDS_NOTHING, NULL, RATE_ACCOUNT, false },

    { HTTP_GET, "/api/v2/users/me", users_me, NEEDS_ANYBODY, "users", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/account/settings", account_settings, NEEDS_AGENT, NULL, RATE_ACCOUNT, false },

    { HTTP_GET, "/api/v2/tickets", tickets_list, NEEDS_AGENT, "tickets", RATE_TICKETS_INDEX, false },
    { HTTP_POST, "/api/v2/tickets", tickets_create, NEEDS_AGENT, "tickets", RATE_TICKET_CREATE, true },
    { HTTP_GET, "/api/v2/tickets/{id}", tickets_show, NEEDS_AGENT, "tickets", RATE_ACCOUNT, false },
    { HTTP_PUT, "/api/v2/tickets/{id}", tickets_update, NEEDS_AGENT, "tickets", RATE_TICKET_UPDATE, false },
    { HTTP_DELETE, "/api/v2/tickets/{id}", tickets_delete, NEEDS_AGENT, "tickets", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/tickets/{id}/comments", tickets_comments, NEEDS_AGENT, "tickets", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/tickets/{id}/audits", tickets_audits, NEEDS_AGENT, "tickets", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/tickets/{id}/tags", ticket_tags_show, NEEDS_AGENT, "tickets", RATE_ACCOUNT, false },
    { HTTP_PUT, "/api/v2/tickets/{id}/tags", ticket_tags_add, NEEDS_AGENT, "tickets", RATE_TICKET_UPDATE, false },
    { HTTP_POST, "/api/v2/tickets/{id}/tags", ticket_tags_set, NEEDS_AGENT, "tickets", RATE_TICKET_UPDATE, false },
    { HTTP_DELETE, "/api/v2/tickets/{id}/tags", ticket_tags_remove, NEEDS_AGENT, "tickets", RATE_TICKET_UPDATE, false },

    { HTTP_GET, "/api/v2/users", users_list, NEEDS_AGENT, "users", RATE_ACCOUNT, false },
    { HTTP_POST, "/api/v2/users", users_create, NEEDS_AGENT, "users", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/users/search", users_search, NEEDS_AGENT, "users", RATE_ACCOUNT, false },
    { HTTP_POST, "/api/v2/users/create_or_update", users_create_or_update, NEEDS_AGENT, "users", RATE_ACCOUNT, false },
    { HTTP_GET, "/api/v2/users/{id}", users_show, NEEDS_AGENT, "users", RATE_ACCOUNT, false },
    { HTTP_PUT, "/api/v2/users/{id}", users_update, NEEDS_AGENT, "users", RATE_USER_UPDATE, false },
    { HTTP_DELETE, "/api/v2/users/{id}", users_delete, NEEDS_AGENT, "users", RATE_ACCOUNT, false },

    { HTTP_GET, "/api/v2/search", search_results, NEEDS_AGENT, NULL, RATE_SEARCH, false },
    { HTTP_GET, "/api/v2/search/count", search_count, NEEDS_AGENT, NULL, RATE_SEARCH, false },
};

static bool segment_matches(struct str pattern, struct str segment, int64_t *id)
{
    if (str_eq(pattern, STR("{id}"))) return str_to_i64(segment, id) && *id > 0;
    return str_eq(pattern, segment);
}

static bool matches(struct str pattern, struct str path, int64_t *id)
{
    struct str part, segment;
    while (str_split(&pattern, '/', &part))
        if (!str_split(&path, '/', &segment) || !segment_matches(part, segment, id)) return false;
    return !path.ptr;
}

const struct endpoint *endpoint_find(enum http_method method, struct str path, int64_t *id)
{
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        *id = 0;
        if (endpoints[i].method == method && matches(str_from(endpoints[i].pattern), path, id)) return &endpoints[i];
    }
    return NULL;
}
