/* agent_settings.c - see agent_settings.h. Providers are looked up before the body is begun: a look-up is a call of its own, and takes the body with it. */
#include "app/agent_settings.h"

enum { FALLBACKS_MAX = 5 };

struct named_providers {
    struct str provider, fallbacks[FALLBACKS_MAX];
    size_t count;
};

static bool find_providers(struct rest *rest, struct named_providers *found, int *exit_code)
{
    const char *named = args_get(rest->args, "provider");
    *found = (struct named_providers){ 0 };
    if (named && *named) {
        found->provider = rest_provider(rest, named, exit_code);
        if (found->provider.len == 0) return false;
    }
    for (size_t i = 0; (named = args_nth(rest->args, "fallback", i)) && *named; i++) {
        if (i == FALLBACKS_MAX) {
            *exit_code = args_usage(rest->args, "There may be %d of --fallback.", FALLBACKS_MAX);
            return false;
        }
        found->fallbacks[i] = rest_provider(rest, named, exit_code);
        if (found->fallbacks[i].len == 0) return false;
        found->count = i + 1;
    }
    return true;
}

/* A repeatable option as an array; one empty value is an empty array. */
static void write_list(struct rest *rest, const char *option, const char *member)
{
    const char *value;
    if (!args_has(rest->args, option)) return;
    jw_key(&rest->jw, member);
    jw_array(&rest->jw);
    for (size_t i = 0; (value = args_nth(rest->args, option, i)); i++)
        if (*value) jw_str(&rest->jw, str_from(value));
    jw_end_array(&rest->jw);
}

static void write_text(struct rest *rest, const char *option, const char *member)
{
    const char *value = args_get(rest->args, option);
    if (value) jw_kv_str(&rest->jw, member, str_from(value));
}

static void write_ticket_defaults(struct rest *rest)
{
    const struct args *args = rest->args;
    if (!args_has(args, "ticket-priority") && !args_has(args, "ticket-type") && !args_has(args, "ticket-tag")) return;
    jw_key(&rest->jw, "ticket_defaults");
    jw_object(&rest->jw);
    write_text(rest, "ticket-priority", "priority");
    write_text(rest, "ticket-type", "type");
    write_list(rest, "ticket-tag", "tags");
    jw_end_object(&rest->jw);
}

static void write_providers(struct rest *rest, const struct named_providers *found)
{
    if (args_has(rest->args, "provider")) jw_kv_str(&rest->jw, "provider", found->provider);
    if (!args_has(rest->args, "fallback")) return;
    jw_key(&rest->jw, "fallbacks");
    jw_array(&rest->jw);
    for (size_t i = 0; i < found->count; i++) jw_str(&rest->jw, found->fallbacks[i]);
    jw_end_array(&rest->jw);
}

bool settings_given(const struct args *args)
{
    for (const struct option *option = args->command->options; option->name; option++)
        if (args_has(args, option->name)) return true;
    return false;
}

bool settings_write(struct rest *rest, int *exit_code)
{
    static const char *const texts[] = { "name", "instructions", "tone", "escalation", "engine", "model", "note" };
    struct named_providers found;
    if (!find_providers(rest, &found, exit_code)) return false;
    jw_object(&rest->jw);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) write_text(rest, texts[i], texts[i]);
    write_list(rest, "language", "languages");
    write_ticket_defaults(rest);
    write_providers(rest, &found);
    jw_end_object(&rest->jw);
    return true;
}
