/* user_input.c - what a user may be given. The texts for e-mail addresses are recorded ones (badly formatted, already used). */
#include "sandbox/user_input.h"

#include "base/limits.h"
#include "sandbox/email.h"
#include "sandbox/fail.h"
#include "sandbox/tags.h"

static void read_text(struct api_call *call, const struct json *object, const char *key, struct str *field)
{
    const struct json *value = json_get(object, key);
    if (json_type(value) == JSON_STRING) *field = arena_str(call->arena, str_trim(json_str(value)));
    if (json_type(value) == JSON_NULL) *field = STR_NONE;
}

static const char *wrong_type(const struct json *object)
{
    static const char *const texts[] = { "name",  "email",   "external_id", "role",      "phone",
                                         "alias", "details", "notes",       "signature", NULL };
    for (size_t i = 0; texts[i]; i++) {
        enum json_type type = json_type(json_get(object, texts[i]));
        if (type != JSON_NONE && type != JSON_NULL && type != JSON_STRING) return texts[i];
    }
    return NULL;
}

static void check_email(struct api_call *call, const struct user *user, struct str email, struct invalid *invalid)
{
    struct user other;
    if (!email_is_well_formed(email))
        invalid_add(invalid, "email", NULL, arena_fmt(call->arena, "Email: %.*s is not properly formatted", STR_ARG(email)));
    else if (user_by_email(call->sandbox->desk, call->arena, email, &other) && other.id != user->id)
        invalid_add(invalid, "email", "DuplicateValue",
                    arena_fmt(call->arena, "Email: %.*s is already being used by another user", STR_ARG(email)));
}

static void read_email(struct api_call *call, const struct json *object, struct user *user, struct str *new_email,
                       struct invalid *invalid)
{
    struct str email = STR_NONE;
    struct user same;
    read_text(call, object, "email", &email);
    if (!email.len) return;
    check_email(call, user, email, invalid);
    if (!user->id || !user->email.len) user->email = email;
    bool is_known = user->id && user_by_email(call->sandbox->desk, call->arena, email, &same) && same.id == user->id;
    if (user->id && !is_known) *new_email = email;
}

static void read_external_id(struct api_call *call, const struct json *object, struct user *user, struct invalid *invalid)
{
    struct user other;
    read_text(call, object, "external_id", &user->external_id);
    if (!user->external_id.len)
        user->external_id = STR_NONE;
    else if (user_by_external_id(call->sandbox->desk, call->arena, user->external_id, &other) && other.id != user->id)
        invalid_add(invalid, "external_id", "DuplicateValue",
                    arena_fmt(call->arena, "External: %.*s is already being used by another user", STR_ARG(user->external_id)));
}

static void read_role(struct api_call *call, const struct json *object, struct user *user, struct invalid *invalid)
{
    struct str role = user->role;
    read_text(call, object, "role", &role);
    bool is_known = str_eq(role, STR("end-user")) || str_eq(role, STR("agent")) || str_eq(role, STR("admin"));
    if (!is_known)
        invalid_add(invalid, "role", "InvalidValue", arena_fmt(call->arena, "Role: %.*s is not a valid value", STR_ARG(role)));
    else
        user->role = role;
    user->custom_role_id = json_get_int(object, "custom_role_id", user->custom_role_id);
    if (str_eq(user->role, STR("admin"))) user->custom_role_id = ACCOUNT_ADMIN_ROLE_ID;
}

/* Merged by key, as custom fields of tickets are by id. */
static void read_user_fields(struct api_call *call, const struct json *object, struct user *user)
{
    const struct json *given = json_get(object, "user_fields");
    if (json_type(given) != JSON_OBJECT) return;
    struct json *stored = json_parse(user->user_fields, NULL);
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    for (void *i = json_first(stored); i; i = json_next(stored, i)) {
        const char *key = json_key(i).ptr;
        if (json_get(given, key)) continue;
        jw_key_str(&w, json_key(i));
        jw_json(&w, json_value(i));
    }
    for (void *i = json_first(given); i; i = json_next(given, i)) {
        jw_key_str(&w, json_key(i));
        jw_json(&w, json_value(i));
    }
    jw_end_object(&w);
    user->user_fields = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    json_free(stored);
}

static void read_rest(struct api_call *call, const struct json *object, struct user *user)
{
    read_text(call, object, "phone", &user->phone);
    read_text(call, object, "alias", &user->alias);
    read_text(call, object, "details", &user->details);
    read_text(call, object, "notes", &user->notes);
    read_text(call, object, "signature", &user->signature);
    user->verified = json_get_bool(object, "verified", user->verified);
    user->suspended = json_get_bool(object, "suspended", user->suspended);
    user->organization_id = json_get_int(object, "organization_id", user->organization_id);
    if (json_get(object, "tags")) user->tags = tags_from_json(call->arena, json_get(object, "tags"));
    read_user_fields(call, object, user);
}

bool user_input_apply(struct api_call *call, const struct json *object, struct user *user, struct str *new_email)
{
    struct invalid invalid = { .count = 0 };
    *new_email = STR_NONE;
    const char *wrong = wrong_type(object);
    if (wrong) {
        fail_attribute(call, wrong, "a string");
        return false;
    }
    read_text(call, object, "name", &user->name);
    if (!user->name.len) invalid_add(&invalid, "name", "ValueTooShort", STR("Name: is too short (minimum one character)"));
    read_email(call, object, user, new_email, &invalid);
    read_external_id(call, object, user, &invalid);
    read_role(call, object, user, &invalid);
    read_rest(call, object, user);
    if (invalid.count) fail_invalid(call, &invalid);
    return invalid.count == 0;
}
