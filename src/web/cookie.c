/* cookie.c - reading and writing cookies. The session's is HttpOnly (no script reads it) and Lax (no foreign page's POST carries it). */
#include "web/cookie.h"

struct str cookie_get(const struct http_request *request, struct str name)
{
    struct str rest = http_header_get(request->headers, request->header_count, STR("Cookie")), pair;
    while (str_split(&rest, ';', &pair)) {
        pair = str_trim(pair);
        if (pair.len > name.len && pair.ptr[name.len] == '=' && str_starts(pair, name))
            return str_slice(pair, name.len + 1, pair.len);
    }
    return STR_NONE;
}

struct str cookie_session(struct arena *arena, struct str token, int64_t max_age_s, bool is_secure)
{
    return arena_fmt(arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                     is_secure ? COOKIE_SESSION_HOST : COOKIE_SESSION, STR_ARG(token), (long long)max_age_s,
                     is_secure ? "; Secure" : "");
}
