/* cmd_member.c - the people of the workspace: listed, invited, given another role, signed out, removed, let in again. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/rest.h"

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
        if (code == EXIT_OK && remote_is_in_process(rest.remote))
            fprintf(stderr, "No server runs on this data directory. Start it before the link is opened: chatcrafter serve\n");
    }
    rest_end(&rest);
    return code;
}

/* The commands on one member, named by address: finds it, then calls. */
static int on_member(struct args *args, enum http_method method, const char *path, void (*write_body)(struct rest *),
                     const char *said)
{
    struct rest rest;
    int code;
    const char *email = rest_operand(args, "the member's e-mail address");
    if (!email) return EXIT_USAGE;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str member = find_member(&rest, email, &code);
    if (member.len > 0) {
        if (write_body) write_body(&rest);
        struct remote_answer answer = rest_call(&rest, method, "/members/%.*s%s", STR_ARG(member), path);
        code = rest_say(&rest, &answer, said);
    }
    rest_end(&rest);
    return code;
}

static void write_role(struct rest *rest)
{
    jw_object(&rest->jw);
    jw_kv_str(&rest->jw, "role", str_from(args_get(rest->args, "role")));
    jw_end_object(&rest->jw);
}

int cmd_member_role(struct args *args)
{
    if (!args_has(args, "role")) return args_usage(args, "--role is missing: viewer, editor, admin or owner.");
    return on_member(args, HTTP_PATCH, "", write_role, "The role is changed; they sign in again.");
}

int cmd_member_sign_out(struct args *args)
{
    return on_member(args, HTTP_DELETE, "/sessions", NULL, "They are signed out everywhere.");
}

int cmd_member_reset_second_factor(struct args *args)
{
    return on_member(args, HTTP_DELETE, "/second-factor", NULL,
                     "Their second factor is gone and they are signed out; the password alone lets them in.");
}

int cmd_member_require_second_factor(struct args *args)
{
    static const struct column fields[] = { { "name", "workspace" }, { "second_factor", "second factor" }, { NULL, NULL } };
    struct rest rest;
    int code;
    const char *who = rest_operand(args, "who needs one: admins or nobody");
    if (!who) return EXIT_USAGE;
    bool is_admins = strcmp(who, "admins") == 0;
    if (!is_admins && strcmp(who, "nobody") != 0) return args_usage(args, "It is admins or nobody.");
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_str(&rest.jw, "second_factor", is_admins ? STR("admins") : STR("optional"));
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_PATCH, "/workspace");
    code = rest_fields(&rest, &answer, fields);
    rest_end(&rest);
    return code;
}

int cmd_member_remove(struct args *args)
{
    int code;
    const char *email = rest_operand(args, "the member's e-mail address");
    if (!email) return EXIT_USAGE;
    struct str question = arena_fmt(args->arena, "Take %s out of the workspace?", email);
    if (!rest_confirm(args, question.ptr, &code)) return code;
    return on_member(args, HTTP_DELETE, "", NULL, "Removed.");
}

int cmd_member_invite(struct args *args)
{
    static const struct column fields[] = { { "url", "open" }, { "expires_at", "until" }, { NULL, NULL } };
    struct rest rest;
    int code;
    const char *email = rest_operand(args, "the e-mail address"), *role = args_get(args, "role"), *name = args_get(args, "name");
    if (!email) return EXIT_USAGE;
    if (!rest_begin(&rest, args, &code)) return code;
    jw_object(&rest.jw);
    jw_kv_str(&rest.jw, "email", str_from(email));
    jw_kv_str(&rest.jw, "role", str_from(role ? role : "viewer"));
    if (name) jw_kv_str(&rest.jw, "name", str_from(name));
    jw_end_object(&rest.jw);
    struct remote_answer answer = rest_call(&rest, HTTP_POST, "/members");
    code = rest_fields(&rest, &answer, fields);
    if (code == EXIT_OK) fprintf(stderr, "No mail is sent: hand the link on. It works once.\n");
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
