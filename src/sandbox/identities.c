/* identities.c - /api/v2/users/{id}/identities: the addresses and numbers a person is known by. The primary e-mail address is
 * the one in the user's record; making another one primary moves that. */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/attr.h"
#include "sandbox/email.h"
#include "sandbox/listing.h"
#include "sandbox/user.h"
#include "sandbox/warn.h"

struct identity {
    int64_t id, user_id, created_at;
    struct str type, value;
    bool verified;
};

static bool load_user(struct api_call *call, struct user *user)
{
    if (user_load(call->sandbox->desk, call->arena, call->id, user)) return true;
    fail_not_found(call);
    return false;
}

static bool load_identity(struct api_call *call, struct arena *arena, int64_t id, struct identity *identity)
{
    struct desk_query *q =
        desk_query(call->sandbox->desk,
                   "SELECT id, user_id, created_at, type, email, verified FROM identity WHERE id = ?1 AND user_id = ?2");
    desk_bind_int(q, 1, id);
    desk_bind_int(q, 2, call->id);
    if (!desk_next(q)) return false;
    *identity = (struct identity){
        .id = desk_int(q, 0),
        .user_id = desk_int(q, 1),
        .created_at = desk_int(q, 2),
        .type = desk_text(q, 3, arena),
        .value = desk_text(q, 4, arena),
        .verified = desk_int(q, 5),
    };
    desk_done(q);
    return true;
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void render(struct api_call *call, struct jw *w, int64_t id)
{
    struct identity identity;
    struct user user;
    struct arena row;
    arena_init(&row);
    if (load_identity(call, &row, id, &identity) && user_load(call->sandbox->desk, &row, identity.user_id, &user)) {
        bool is_email = str_eq(identity.type, STR("email"));
        jw_object(w);
        jw_kv_str(w, "url", api_url(call, arena_fmt(&row, "users/%lld/identities", (long long)user.id).ptr, id));
        jw_kv_int(w, "id", id);
        jw_kv_int(w, "user_id", user.id);
        jw_kv_str(w, "type", identity.type);
        jw_kv_str(w, "value", identity.value);
        jw_kv_bool(w, "verified", identity.verified);
        jw_kv_bool(w, "primary", is_email && str_eq_nocase(identity.value, user.email));
        attr_time(w, "created_at", identity.created_at);
        attr_time(w, "updated_at", identity.created_at);
        if (is_email) jw_kv_int(w, "undeliverable_count", 0);
        if (is_email) jw_kv_str(w, "deliverable_state", STR("deliverable"));
        jw_end_object(w);
    }
    arena_clear(&row);
}

static void reply_one(struct api_call *call, int status, int64_t id)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "identity");
    render(call, w, id);
    jw_end_object(w);
}

void identities_list(struct api_call *call)
{
    struct user user;
    struct listing list = { 0 };
    if (!load_user(call, &user)) return;
    struct desk_query *q =
        desk_query(call->sandbox->desk, "SELECT id, email = ?2 COLLATE NOCASE FROM identity WHERE user_id = ?1");
    desk_bind_int(q, 1, user.id);
    desk_bind_text(q, 2, user.email);
    while (desk_next(q)) listing_add(&list, desk_int(q, 0), !desk_int(q, 1)); /* the primary one first */
    struct str resource = arena_fmt(call->arena, "users/%lld/identities", (long long)user.id);
    listing_reply(call, &list, false,
                  &(struct listing_shape){ .name = "identities", .resource = resource.ptr, .render = render });
}

void identities_show(struct api_call *call)
{
    struct identity identity;
    if (load_identity(call, call->arena, call->sub_id, &identity))
        reply_one(call, 200, identity.id);
    else
        fail_not_found(call);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static bool is_valid(struct api_call *call, struct str type, struct str value)
{
    struct user other;
    struct invalid invalid = { .count = 0 };
    if (!str_eq(type, STR("email")) && !str_eq(type, STR("phone_number")))
        invalid_add(&invalid, "type", "InvalidValue", arena_fmt(call->arena, "Type: %.*s is not a valid value", STR_ARG(type)));
    else if (str_eq(type, STR("email")) && !email_is_well_formed(value))
        invalid_add(&invalid, "value", NULL, arena_fmt(call->arena, "Value: %.*s is not properly formatted", STR_ARG(value)));
    else if (user_by_email(call->sandbox->desk, call->arena, value, &other))
        invalid_add(&invalid, "value", "DuplicateValue",
                    arena_fmt(call->arena, "Value: %.*s is already being used by another user", STR_ARG(value)));
    if (invalid.count) fail_invalid(call, &invalid);
    return invalid.count == 0;
}

void identities_create(struct api_call *call)
{
    struct user user;
    if (!load_user(call, &user)) return;
    const struct json *given = json_get(call->body, "identity");
    struct str type = json_get_str(given, "type"), value = str_trim(json_get_str(given, "value"));
    warn_unknown_keys(call, "user_identities", "create", "identity", given,
                      STR("type value verified primary skip_verify_email deliverable_state"));
    if (!is_valid(call, type, value)) return;
    int64_t id =
        user_add_identity(call->sandbox->desk, user.id, type, value, json_get_bool(given, "verified", false), call->now_at);
    if (str_eq(type, STR("email")) && (json_get_bool(given, "primary", false) || !user.email.len)) {
        user.email = value;
        user_update(call->sandbox->desk, &user);
    }
    reply_one(call, 201, id);
}

static void set_verified(struct api_call *call, struct user *user, const struct identity *identity)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "UPDATE identity SET verified = 1 WHERE id = ?1");
    desk_bind_int(q, 1, identity->id);
    desk_run(q);
    if (!str_eq_nocase(identity->value, user->email)) return;
    user->verified = true;
    user_update(call->sandbox->desk, user);
}

static bool load_both(struct api_call *call, struct user *user, struct identity *identity)
{
    if (!load_user(call, user)) return false;
    if (load_identity(call, call->arena, call->sub_id, identity)) return true;
    fail_not_found(call);
    return false;
}

void identities_update(struct api_call *call)
{
    struct user user;
    struct identity identity;
    if (!load_both(call, &user, &identity)) return;
    if (json_get_bool(json_get(call->body, "identity"), "verified", false)) set_verified(call, &user, &identity);
    reply_one(call, 200, identity.id);
}

void identities_verify(struct api_call *call)
{
    struct user user;
    struct identity identity;
    if (!load_both(call, &user, &identity)) return;
    set_verified(call, &user, &identity);
    reply_one(call, 200, identity.id);
}

/* Answers with the whole list, as recorded. */
void identities_make_primary(struct api_call *call)
{
    struct user user;
    struct identity identity;
    if (!load_both(call, &user, &identity)) return;
    if (str_eq(identity.type, STR("email"))) {
        user.email = identity.value;
        user.updated_at = call->now_at;
        user_update(call->sandbox->desk, &user);
    }
    identities_list(call);
}

void identities_delete(struct api_call *call)
{
    struct user user;
    struct identity identity;
    if (!load_both(call, &user, &identity)) return;
    if (str_eq_nocase(identity.value, user.email)) {
        fail_with(call, 422, "RecordInvalid", "The primary identity cannot be deleted");
        return;
    }
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM identity WHERE id = ?1");
    desk_bind_int(q, 1, identity.id);
    desk_run(q);
    api_empty(call, 204);
}
