/* cmd_agent.c - agents, keys and members: commands that are one REST request each. */
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>

static const struct column agent_columns[] = {
    { "id", "ID" }, { "name", "NAME" }, { "engine", "ENGINE" }, { "updated_at", "CHANGED" }, { NULL, NULL }
};
static const struct column agent_fields[] = {
    { "id", "id" }, { "name", "name" }, { "engine", "engine" }, { "instructions", "instructions" }, { NULL, NULL }
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
static int on_agent(struct args *args, enum http_method method, void (*write_body)(struct rest *), const char *said)
{
    const char *named = rest_operand(args, "AGENT");
    if (!named) return EXIT_USAGE;
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = rest_agent(&rest, named, &code);
    if (id.len > 0) {
        if (write_body) write_body(&rest);
        struct remote_answer answer = rest_call(&rest, method, "/agents/%.*s", STR_ARG(id));
        code = said ? rest_say(&rest, &answer, said) : rest_fields(&rest, &answer, agent_fields);
    }
    rest_end(&rest);
    return code;
}

static void write_agent(struct rest *rest)
{
    static const char *const names[] = { "name", "instructions" };
    jw_object(&rest->jw);
    for (size_t i = 0; i < 2; i++) {
        const char *value = args_get(rest->args, names[i]);
        if (value) jw_kv_str(&rest->jw, names[i], str_from(value));
    }
    jw_end_object(&rest->jw);
}

int cmd_agent_show(struct args *args)
{
    return on_agent(args, HTTP_GET, NULL, NULL);
}

int cmd_agent_update(struct args *args)
{
    if (!args_has(args, "name") && !args_has(args, "instructions"))
        return args_usage(args, "Nothing to change: give --name or --instructions.");
    return on_agent(args, HTTP_PATCH, write_agent, NULL);
}

int cmd_agent_delete(struct args *args)
{
    int code;
    const char *named = rest_operand(args, "AGENT");
    if (!named) return EXIT_USAGE;
    struct str question = arena_fmt(args->arena, "Delete the agent %s with its connection to Zendesk?", named);
    if (!rest_confirm(args, question.ptr, &code)) return code;
    return on_agent(args, HTTP_DELETE, NULL, "Deleted.");
}

int cmd_agent_create(struct args *args)
{
    struct rest rest;
    int code;
    if (!args_has(args, "name")) return args_usage(args, "--name is missing.");
    if (!rest_begin(&rest, args, &code)) return code;
    write_agent(&rest);
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/agents");
    code = rest_fields(&rest, &answer, agent_fields);
    rest_end(&rest);
    return code;
}

/* ---- keys --------------------------------------------------------------------------------------------------------------------------- */

int cmd_key_create(struct args *args)
{
    static const struct column fields[] = {
        { "id", "id" }, { "name", "name" }, { "role", "role" }, { "key", "key (shown once)" }, { NULL, NULL }
    };
    struct rest rest;
    int code;
    const char *name = args_get(args, "name"), *role = args_get(args, "role");
    if (!name) return args_usage(args, "--name is missing: what the key is for.");
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_str(&rest.jw, "name", str_from(name));
    jw_kv_str(&rest.jw, "role", str_from(role ? role : "admin"));
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/keys");
    code = rest_fields(&rest, &answer, fields);
    rest_end(&rest);
    return code;
}

int cmd_key_list(struct args *args)
{
    static const struct column columns[] = {
        { "id", "ID" }, { "name", "NAME" }, { "role", "ROLE" }, { "last4", "ENDS IN" }, { "last_used_at", "LAST USED" },
        { NULL, NULL }
    };
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

/* ---- members -------------------------------------------------------------------------------------------------------------------------- */

int cmd_member_list(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },     { "email", "E-MAIL" },           { "name", "NAME" },
                                             { "role", "ROLE" }, { "last_seen_at", "LAST SEEN" }, { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/members");
    code = rest_table(&rest, &answer, columns, "There is no member yet. Start the server once: chatcrafter serve");
    rest_end(&rest);
    return code;
}

/* The id of the member with this address; of the owner for NULL. */
static struct str find_member(struct rest *rest, const char *email, int *exit_code)
{
    struct str found = STR_NONE;
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/members");
    if (rest_failed(rest, &answer, exit_code)) return found;
    const struct json *items = json_get(answer.json, "items");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *member = json_at(items, i);
        bool is_it = email ? str_eq_nocase(json_get_str(member, "email"), str_from(email))
                           : str_eq(json_get_str(member, "role"), STR("owner"));
        if (is_it && found.len == 0) found = arena_str(&rest->arena, json_get_str(member, "id"));
    }
    if (found.len == 0) {
        fprintf(stderr, "There is no member %s. See them: chatcrafter member list\n", email ? email : "with the role owner");
        *exit_code = EXIT_NOT_FOUND;
    }
    remote_forget(&answer);
    return found;
}

static int make_link(struct args *args, const char *email)
{
    static const struct column fields[] = { { "url", "open" }, { "expires_at", "until" }, { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str member = find_member(&rest, email, &code);
    if (member.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/members/%.*s/reset-password", STR_ARG(member));
        code = rest_fields(&rest, &answer, fields);
        if (code == EXIT_OK) fprintf(stderr, "The link works once.\n");
    }
    rest_end(&rest);
    return code;
}

int cmd_member_reset_password(struct args *args)
{
    const char *email = rest_operand(args, "the member's e-mail address");
    return email ? make_link(args, email) : EXIT_USAGE;
}

int cmd_setup(struct args *args)
{
    return make_link(args, NULL);
}
