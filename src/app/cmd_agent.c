/* cmd_agent.c - agents and API keys: commands that are one REST request each. */
#include "app/agent_settings.h"
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>

static const struct column agent_columns[] = {
    { "id", "ID" }, { "name", "NAME" }, { "engine", "ENGINE" }, { "updated_at", "CHANGED" }, { NULL, NULL }
};
static const struct column agent_fields[] = {
    { "id", "id" },
    { "name", "name" },
    { "published", "version" },
    { "has_draft", "has a draft" },
    { "engine", "engine" },
    { "provider", "provider" },
    { "model", "model" },
    { "instructions", "instructions" },
    { "tone", "tone" },
    { "escalation", "escalation" },
    { "ticket_defaults.priority", "ticket priority" },
    { "ticket_defaults.type", "ticket type" },
    { NULL, NULL },
};

int cmd_agent_list(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/agents?limit=100");
    code = rest_table(&rest, &answer, agent_columns, "There is no agent yet. Make one: chatcrafter agent create --name Support");
    rest_end(&rest);
    return code;
}

/* The commands on one agent: finds it, then calls. */
static int on_agent(struct args *args, enum http_method method, bool has_settings, const char *said)
{
    const char *named = rest_operand(args, "AGENT");
    if (!named) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = rest_agent(&rest, named, &code);
    if (id.len > 0 && (!has_settings || settings_write(&rest, &code))) {
        struct remote_answer answer = rest_call(&rest, method, "/agents/%.*s", STR_ARG(id));
        rest_print_warnings(json_get(answer.json, "warnings"));
        code = said ? rest_say(&rest, &answer, said) : rest_fields(&rest, &answer, agent_fields);
    }
    rest_end(&rest);
    return code;
}

int cmd_agent_show(struct args *args)
{
    return on_agent(args, HTTP_GET, false, NULL);
}

int cmd_agent_update(struct args *args)
{
    if (!settings_given(args)) return args_usage(args, "Nothing to change: give --name, --instructions or another setting.");
    return on_agent(args, HTTP_PATCH, true, NULL);
}

int cmd_agent_delete(struct args *args)
{
    int code;
    const char *named = rest_operand(args, "AGENT");
    if (!named) return EXIT_USAGE;
    struct str question = arena_fmt(args->arena, "Delete the agent %s with its connection to Zendesk?", named);
    if (!rest_confirm(args, question.ptr, &code)) return code;
    return on_agent(args, HTTP_DELETE, false, "Deleted.");
}

int cmd_agent_create(struct args *args)
{
    struct rest rest;
    int code;
    if (!args_has(args, "name")) return args_usage(args, "--name is missing.");
    if (!rest_begin(&rest, args, &code)) return code;
    if (settings_write(&rest, &code)) {
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/agents");
        rest_print_warnings(json_get(answer.json, "warnings"));
        code = rest_fields(&rest, &answer, agent_fields);
    }
    rest_end(&rest);
    return code;
}

/* ---- keys --------------------------------------------------------------------------------------------------------------------------- */

static void write_scopes(struct jw *jw, struct str list)
{
    struct str name;
    jw_key(jw, "scopes");
    jw_array(jw);
    while (list.len > 0 && str_split(&list, ',', &name)) jw_str(jw, str_trim(name));
    jw_end_array(jw);
}

int cmd_key_create(struct args *args)
{
    static const struct column fields[] = { { "id", "id" },         { "name", "name" },        { "role", "role" },
                                            { "scopes", "scopes" }, { "expires_at", "until" }, { "key", "key (shown once)" },
                                            { NULL, NULL } };
    struct rest rest;
    int code;
    const char *name = args_get(args, "name"), *role = args_get(args, "role"), *scopes = args_get(args, "scopes"),
               *days = args_get(args, "days");
    int64_t day_count = 0;
    if (!name) return args_usage(args, "--name is missing: what the key is for.");
    if (days && !str_to_i64(str_from(days), &day_count)) return args_usage(args, "--days is a number of days.");
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_str(&rest.jw, "name", str_from(name));
    jw_kv_str(&rest.jw, "role", str_from(role ? role : "admin"));
    if (scopes) write_scopes(&rest.jw, str_from(scopes));
    if (days) jw_kv_int(&rest.jw, "days", day_count);
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/keys");
    code = rest_fields(&rest, &answer, fields);
    rest_end(&rest);
    return code;
}

int cmd_key_list(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },
                                             { "name", "NAME" },
                                             { "role", "ROLE" },
                                             { "scopes", "SCOPES" },
                                             { "last4", "ENDS IN" },
                                             { "expires_at", "UNTIL" },
                                             { "last_used_at", "LAST USED" },
                                             { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/keys");
    code = rest_table(&rest, &answer, columns, "There is no API key yet. Make one: chatcrafter key create --name laptop");
    rest_end(&rest);
    return code;
}

int cmd_key_revoke(struct args *args)
{
    const char *id = rest_operand(args, "the key's ID");
    if (!id) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_DELETE, "/keys/%s", id);
    code = rest_say(&rest, &answer, "The key no longer works.");
    rest_end(&rest);
    return code;
}
