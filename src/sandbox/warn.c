/* warn.c - the header about dropped attributes, in the Ruby notation that recordings show. */
#include "sandbox/warn.h"

enum { WARN_BYTES_MAX = 2000 };

static bool is_known(struct str key, struct str known)
{
    struct str word;
    while (str_split(&known, ' ', &word))
        if (str_eq(key, word)) return true;
    return false;
}

void warn_unknown_keys(struct api_call *call, const char *controller, const char *action, const char *name,
                       const struct json *object, struct str known)
{
    struct buf keys;
    buf_init(&keys, WARN_BYTES_MAX);
    for (void *i = json_first(object); i; i = json_next(object, i)) {
        if (is_known(json_key(i), known)) continue;
        if (keys.len) buf_lit(&keys, ", ");
        buf_fmt(&keys, "\"%s.", name);
        buf_json(&keys, json_key(i));
        buf_char(&keys, '"');
    }
    struct str list = buf_view(&keys);
    if (list.len)
        api_header(
            call, "X-Zendesk-API-Warn",
            arena_fmt(
                call->arena,
                "{:allowed_parameters=>{:controller=>\"%s\", :action=>\"%s\", :unpermitted_keys=>[%.*s], :invalid_values=>[]}}",
                controller, action, STR_ARG(list)));
    buf_clear(&keys);
}
