/* address.c - labels, bases and paths by what they may hold, never by what they may not.
 *
 * Rejected: parsing the finished URL and looking at its host. Parsers disagree about odd URLs, and the one that counts is
 * libcurl's; a URL of which every byte comes from a small alphabet is read alike by all of them.
 */
#include "egress/address.h"

enum { LABEL_MAX = 63, PATH_MAX_BYTES = 8192 };

static bool is_lower_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || char_is_digit(c);
}

bool address_is_label(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_lower_alnum(s.ptr[i]) && s.ptr[i] != '-') return false;
    return s.len >= 1 && s.len <= LABEL_MAX && s.ptr[0] != '-' && s.ptr[s.len - 1] != '-';
}

/* ---- the operator's base URL --------------------------------------------------------------------------------------- */

static bool is_port(struct str s)
{
    uint64_t port;
    return s.len <= 5 && str_to_u64(s, &port) && port >= 1 && port <= 65535;
}

/* A name or an IPv4 address, or an IPv6 address in brackets. */
static bool is_host(struct str s)
{
    bool is_v6 = s.len > 2 && s.ptr[0] == '[' && s.ptr[s.len - 1] == ']';
    struct str inside = is_v6 ? str_slice(s, 1, s.len - 1) : s;
    for (size_t i = 0; i < inside.len; i++) {
        char c = inside.ptr[i];
        bool is_common = char_is_alpha(c) || char_is_digit(c) || c == '.';
        if (!is_common && c != (is_v6 ? ':' : '-')) return false;
    }
    return inside.len > 0;
}

bool address_is_base(struct str url)
{
    struct str http = STR("http://"), https = STR("https://");
    size_t from = str_starts(url, http) ? http.len : str_starts(url, https) ? https.len : url.len;
    struct str rest = str_slice(url, from, url.len);
    size_t bracket = str_find(rest, STR("]"), 0);
    size_t colon = str_find(rest, STR(":"), bracket == SIZE_MAX ? 0 : bracket);
    if (colon == SIZE_MAX) return is_host(rest);
    return is_host(str_slice(rest, 0, colon)) && is_port(str_slice(rest, colon + 1, rest.len));
}

/* Segments of unreserved characters, none of them empty, "." or "..". */
static bool is_base_path(struct str path)
{
    struct str rest = path, segment;
    while (str_split(&rest, '/', &segment)) {
        if (segment.len == 0 || str_eq(segment, STR(".")) || str_eq(segment, STR(".."))) return false;
        for (size_t i = 0; i < segment.len; i++) {
            char c = segment.ptr[i];
            if (!char_is_alpha(c) && !char_is_digit(c) && str_find(STR("-._~"), (struct str){ &c, 1 }, 0) == SIZE_MAX)
                return false;
        }
    }
    return true;
}

bool address_is_provider_base(struct str url, bool allow_http)
{
    size_t host = str_find(url, STR("://"), 0);
    size_t slash = host == SIZE_MAX ? SIZE_MAX : str_find(url, STR("/"), host + 3);
    bool is_https = str_starts(url, STR("https://"));
    if (!address_is_base(str_slice(url, 0, slash)) || (!is_https && !allow_http) || url.len > PATH_MAX_BYTES) return false;
    return slash == SIZE_MAX || is_base_path(str_slice(url, slash + 1, url.len));
}

bool address_is_model_path(struct str path)
{
    for (size_t i = 0; i < path.len; i++)
        if (!is_lower_alnum(path.ptr[i]) && path.ptr[i] != '/' && path.ptr[i] != '_') return false;
    return str_starts(path, STR("/")) && str_find(path, STR("//"), 0) == SIZE_MAX;
}

/* ---- paths --------------------------------------------------------------------------------------------------------- */

/* No dot, no percent sign: a path of Zendesk's needs neither, and without them it can neither climb nor hide anything. */
static bool is_plain_path(struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (!char_is_alpha(c) && !char_is_digit(c) && c != '/' && c != '_' && c != '-') return false;
    }
    return str_starts(path, STR("/api/v2/")) && str_find(path, STR("//"), 0) == SIZE_MAX;
}

static int hex_value(char c)
{
    if (char_is_digit(c)) return c - '0';
    char low = char_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* "%5B": two digits, and no control character behind them. */
static bool is_escape(struct str s, size_t at)
{
    if (at + 2 >= s.len) return false;
    int high = hex_value(s.ptr[at + 1]), low = hex_value(s.ptr[at + 2]);
    int byte = high * 16 + low;
    return high >= 0 && low >= 0 && byte >= 0x20 && byte != 0x7f;
}

/* Unreserved characters, escapes, and what divides names and values. */
static bool is_plain_query(struct str query)
{
    for (size_t i = 0; i < query.len; i++) {
        char c = query.ptr[i];
        if (c == '%' && !is_escape(query, i)) return false;
        bool is_known = char_is_alpha(c) || char_is_digit(c) || str_find(STR("-._~%=&,"), (struct str){ &c, 1 }, 0) != SIZE_MAX;
        if (!is_known) return false;
    }
    return true;
}

static bool is_test_call(enum http_method method, struct str path)
{
    static const char *const paths[] = { "/api/v2/users/me", "/api/v2/account/settings", "/api/v2/tickets", "/api/v2/search" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (method == HTTP_GET && str_eq(path, str_from(paths[i]))) return true;
    return false;
}

bool address_allows(const struct action_spec *action, enum http_method method, struct str target)
{
    size_t mark = str_find(target, STR("?"), 0);
    struct str path = str_slice(target, 0, mark == SIZE_MAX ? target.len : mark);
    struct str query = mark == SIZE_MAX ? STR_NONE : str_slice(target, mark + 1, target.len);
    if (target.len > PATH_MAX_BYTES || !is_plain_path(path) || !is_plain_query(query)) return false;
    return action != NULL ? action_allows(action, method, path) : is_test_call(method, path);
}
