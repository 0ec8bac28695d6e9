/* deeplink.c - the table, and one function that looks into it.
 *
 * A path that starts with '/' is of the account's host. One that ends in '/' takes the record's number behind it.
 */
#include "model/deeplink.h"

#define ADMIN_CENTER "/admin"

static const struct {
    const char *name, *path;
} pages[] = {
    { "api_tokens", "/admin/apps-integrations/apis/api-tokens" },
    { "api_settings", "/admin/apps-integrations/apis/zendesk-api/settings" },
    { "oauth_clients", "/admin/apps-integrations/apis/zendesk-api/oauth_clients" },
    { "team_members", "/admin/people/team/members" },
    { "roles", "/admin/people/team/roles" },
    { "billing", "/admin/account/billing" },
    { "ip_restrictions", ADMIN_CENTER }, /* Account > Security > Advanced: no path of it is public */
    { "person", "/agent/users/" },
    { "ticket", "/agent/tickets/" },
    { "status", "https://status.zendesk.com" },
};

struct str deeplink(struct str name, struct str subdomain, int64_t number, struct arena *arena)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct str path = str_from(pages[i].path);
        if (!str_eq(name, str_from(pages[i].name))) continue;
        if (path.ptr[0] != '/') return path;
        if (subdomain.len == 0) return STR_NONE;
        if (!str_ends(path, STR("/"))) return arena_fmt(arena, "https://%.*s.zendesk.com%s", STR_ARG(subdomain), pages[i].path);
        if (number <= 0) return arena_fmt(arena, "https://%.*s.zendesk.com" ADMIN_CENTER, STR_ARG(subdomain));
        return arena_fmt(arena, "https://%.*s.zendesk.com%s%lld", STR_ARG(subdomain), pages[i].path, (long long)number);
    }
    return STR_NONE;
}
