/* route.c - a hundred patterns, compared one after the other. Nearly all differ in their fixed beginning, so that this costs a microsecond, and no tree has to be kept. */
#include "web/route.h"

#include "base/id.h"

const struct route routes[] = {
#define ROUTE(method, pattern, handler, rule, scope, act, body, status, answer, summary)                                         \
    { HTTP_##method, pattern, handler, { RULE_##rule, SCOPE_##scope }, act, SHAPE_##body, status, SHAPE_##answer, summary },
#include "web/routes.def"
#undef ROUTE
};

const size_t route_count = sizeof routes / sizeof *routes;

/* Parameters that are ids. The others ({name}, {code}) take any text. */
static const struct {
    struct str name;
    const char *prefix, *noun;
} id_params[] = {
    { { "{agent}", 7 }, "agt_", "agent" },
    { { "{integration}", 13 }, "int_", "integration" },
    { { "{member}", 8 }, "mem_", "member" },
    { { "{session}", 9 }, "ses_", "session" },
    { { "{conversation}", 14 }, "con_", "conversation" },
    { { "{key}", 5 }, "key_", "API key" },
    { { "{action}", 8 }, "act_", "action" },
    { { "{provider}", 10 }, "prv_", "provider" },
    { { "{file}", 6 }, "fil_", "file" },
};

/* False when the parameter is an id and this is none of its kind. */
static bool fits(struct web_call *call, struct str param, struct str value)
{
    for (size_t i = 0; i < sizeof id_params / sizeof *id_params; i++) {
        if (!str_eq(param, id_params[i].name) || id_is(value, id_params[i].prefix)) continue;
        call->noun = id_params[i].noun;
        return false;
    }
    return true;
}

/* Whether the path has the pattern's beginning, as far as it is fixed. */
static bool begins(const char *pattern, struct str path)
{
    size_t i = 0;
    while (i < path.len && pattern[i] != '{' && pattern[i] == path.ptr[i]) i++;
    return pattern[i] == '{' || (pattern[i] == '\0' && i == path.len);
}

enum match { MATCH_NO, MATCH_YES, MATCH_WRONG_ID };

static enum match match(struct web_call *call, const char *text)
{
    if (!begins(text, call->request->path)) return MATCH_NO;
    struct str pattern = str_from(text), path = call->request->path, want = STR_NONE, have = STR_NONE, value;
    size_t params = 0;
    bool is_fit = true;
    for (;;) {
        bool more = str_split(&pattern, '/', &want);
        if (str_split(&path, '/', &have) != more) return MATCH_NO;
        if (!more) return is_fit ? MATCH_YES : MATCH_WRONG_ID;
        if (!str_starts(want, STR("{"))) {
            if (!str_eq(want, have)) return MATCH_NO;
            continue;
        }
        if (have.len == 0 || !http_decode(have, false, call->arena, &value)) return MATCH_NO;
        is_fit = fits(call, want, value) && is_fit;
        call->params[params++] = value;
    }
}

static void add_method(struct web_call *call, struct str *allow, enum http_method method)
{
    const char *also = method == HTTP_GET ? ", HEAD" : "";
    *allow = arena_fmt(call->arena, "%.*s%s%s%s", STR_ARG(*allow), allow->len > 0 ? ", " : "", http_method_name(method), also);
}

enum route_find route_find(struct web_call *call, struct str *allow)
{
    enum http_method method = call->request->method == HTTP_HEAD ? HTTP_GET : call->request->method;
    bool is_wrong_id = false;
    *allow = STR_NONE;
    for (size_t i = 0; i < route_count; i++) {
        enum match found = match(call, routes[i].pattern);
        if (found == MATCH_NO) continue;
        if (routes[i].method == method) {
            call->route = &routes[i];
            return found == MATCH_YES ? ROUTE_FOUND : ROUTE_WRONG_ID;
        }
        is_wrong_id = found == MATCH_WRONG_ID;
        add_method(call, allow, routes[i].method);
    }
    if (allow->len == 0) return ROUTE_UNKNOWN;
    return is_wrong_id ? ROUTE_WRONG_ID : ROUTE_OTHER_METHOD;
}
