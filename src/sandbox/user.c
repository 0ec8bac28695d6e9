/* user.c - people in the database and in answers. The keys of an answer, and which are null for whom, are those of recorded
 * answers of 2023. */
#include "sandbox/user.h"

#include "sandbox/api.h"
#include "sandbox/attr.h"
#include "sandbox/tags.h"
#include "vault/token.h"

#define USER_COLUMNS                                                                                                             \
    "id, name, email, external_id, role, custom_role_id, verified, suspended, active, phone, organization_id, alias, details, "  \
    "notes, "                                                                                                                    \
    "signature, tags, user_fields, created_at, updated_at"

bool user_is_end_user(const struct user *user)
{
    return str_eq(user->role, STR("end-user"));
}

bool user_is_light_agent(const struct user *user)
{
    return user->custom_role_id == ACCOUNT_LIGHT_ROLE_ID;
}

struct user user_blank(void)
{
    return (struct user){ .role = STR("end-user"), .active = true, .tags = STR(""), .user_fields = STR("{}") };
}

/* ---- rows --------------------------------------------------------------------------------------------------------------- */

static void read_row(struct desk_query *q, struct arena *arena, struct user *user)
{
    *user = (struct user){
        .id = desk_int(q, 0),
        .name = desk_text(q, 1, arena),
        .email = desk_text(q, 2, arena),
        .external_id = desk_text(q, 3, arena),
        .role = desk_text(q, 4, arena),
        .custom_role_id = desk_int(q, 5),
        .verified = desk_int(q, 6),
        .suspended = desk_int(q, 7),
        .active = desk_int(q, 8),
        .phone = desk_text(q, 9, arena),
        .organization_id = desk_int(q, 10),
        .alias = desk_text(q, 11, arena),
        .details = desk_text(q, 12, arena),
        .notes = desk_text(q, 13, arena),
        .signature = desk_text(q, 14, arena),
        .tags = desk_text(q, 15, arena),
        .user_fields = desk_text(q, 16, arena),
        .created_at = desk_int(q, 17),
        .updated_at = desk_int(q, 18),
    };
}

static bool read_one(struct desk_query *q, struct arena *arena, struct user *user)
{
    if (!desk_next(q)) return false;
    read_row(q, arena, user);
    desk_done(q);
    return true;
}

bool user_load(struct desk *desk, struct arena *arena, int64_t id, struct user *user)
{
    struct desk_query *q = desk_query(desk, "SELECT " USER_COLUMNS " FROM user WHERE id = ?1");
    desk_bind_int(q, 1, id);
    return read_one(q, arena, user);
}

bool user_by_email(struct desk *desk, struct arena *arena, struct str email, struct user *user)
{
    struct desk_query *q = desk_query(desk, "SELECT user_id FROM identity WHERE email = ?1");
    desk_bind_text(q, 1, email);
    if (!desk_next(q)) return false;
    int64_t id = desk_int(q, 0);
    desk_done(q);
    return user_load(desk, arena, id, user);
}

bool user_by_external_id(struct desk *desk, struct arena *arena, struct str external_id, struct user *user)
{
    struct desk_query *q = desk_query(desk, "SELECT " USER_COLUMNS " FROM user WHERE external_id = ?1 COLLATE NOCASE");
    desk_bind_text(q, 1, external_id);
    return read_one(q, arena, user);
}

int64_t user_next_id(struct desk *desk, int64_t after)
{
    struct desk_query *q = desk_query(desk, "SELECT id FROM user WHERE id > ?1 ORDER BY id LIMIT 1");
    desk_bind_int(q, 1, after);
    int64_t id = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return id;
}

static void bind_row(struct desk_query *q, const struct user *user)
{
    desk_bind_int(q, 1, user->id);
    desk_bind_text(q, 2, user->name);
    desk_bind_text(q, 3, user->email);
    desk_bind_text(q, 4, user->external_id);
    desk_bind_text(q, 5, user->role);
    desk_bind_int(q, 6, user->custom_role_id);
    desk_bind_int(q, 7, user->verified);
    desk_bind_int(q, 8, user->suspended);
    desk_bind_int(q, 9, user->active);
    desk_bind_text(q, 10, user->phone);
    desk_bind_int(q, 11, user->organization_id);
    desk_bind_text(q, 12, user->alias);
    desk_bind_text(q, 13, user->details);
    desk_bind_text(q, 14, user->notes);
    desk_bind_text(q, 15, user->signature);
    desk_bind_text(q, 16, user->tags);
    desk_bind_text(q, 17, user->user_fields);
    desk_bind_int(q, 18, user->created_at);
    desk_bind_int(q, 19, user->updated_at);
}

void user_insert(struct desk *desk, struct user *user)
{
    user->id = desk_new_id(desk);
    struct desk_query *q =
        desk_query(desk, "INSERT INTO user (" USER_COLUMNS ") VALUES"
                         " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)");
    bind_row(q, user);
    desk_run(q);
    if (user->email.len) user_add_identity(desk, user->id, STR("email"), user->email, user->verified, user->created_at);
}

void user_update(struct desk *desk, const struct user *user)
{
    struct desk_query *q = desk_query(
        desk, "UPDATE user SET name = ?2, email = ?3, external_id = ?4, role = ?5, custom_role_id = ?6, verified = ?7,"
              " suspended = ?8, active = ?9, phone = ?10, organization_id = ?11, alias = ?12, details = ?13, notes = ?14,"
              " signature = ?15, tags = ?16, user_fields = ?17, created_at = ?18, updated_at = ?19 WHERE id = ?1");
    bind_row(q, user);
    desk_run(q);
}

int64_t user_add_identity(struct desk *desk, int64_t id, struct str type, struct str value, bool verified, int64_t now_at)
{
    int64_t identity_id = desk_new_id(desk);
    struct desk_query *q =
        desk_query(desk, "INSERT INTO identity (email, user_id, id, type, verified, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    desk_bind_text(q, 1, value);
    desk_bind_int(q, 2, id);
    desk_bind_int(q, 3, identity_id);
    desk_bind_text(q, 4, type);
    desk_bind_int(q, 5, verified);
    desk_bind_int(q, 6, now_at);
    desk_run(q);
    return identity_id;
}

void user_free_emails(struct desk *desk, int64_t id)
{
    struct desk_query *q = desk_query(desk, "DELETE FROM identity WHERE user_id = ?1");
    desk_bind_int(q, 1, id);
    desk_run(q);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void render_place_and_language(struct jw *w, struct str phone)
{
    jw_kv_str(w, "time_zone", STR("America/New_York"));
    jw_kv_str(w, "iana_time_zone", STR("America/New_York"));
    jw_kv_str_or_null(w, "phone", phone);
    attr_null(w, "shared_phone_number");
    attr_null(w, "photo");
    jw_kv_int(w, "locale_id", 1);
    jw_kv_str(w, "locale", STR("en-US"));
}

/* role_type: 0 custom agent, 1 light agent, 4 admin; null for end users (contract of /users/me, "Role"). */
static void render_rights(struct jw *w, const struct user *user)
{
    bool is_end_user = user_is_end_user(user), is_admin = str_eq(user->role, STR("admin")), is_light = user_is_light_agent(user);
    if (is_end_user)
        attr_null(w, "role_type");
    else
        jw_kv_int(w, "role_type", is_admin ? 4 : is_light ? 1 : 0);
    attr_id(w, "custom_role_id", user->custom_role_id);
    jw_kv_bool(w, "moderator", !is_end_user && !is_light);
    jw_kv_str_or_null(w, "ticket_restriction", is_end_user ? STR("requested") : STR_NONE);
    jw_kv_bool(w, "only_private_comments", is_light);
    jw_kv_bool(w, "restricted_agent", is_end_user || is_light);
    jw_kv_bool(w, "suspended", user->suspended);
    attr_id(w, "default_group_id", is_end_user ? 0 : ACCOUNT_GROUP_ID);
    jw_kv_bool(w, "report_csv", is_admin);
}

void user_render_members(const struct api_call *call, struct jw *w, const struct user *user)
{
    jw_kv_int(w, "id", user->id);
    jw_kv_str(w, "url", api_url(call, "users", user->id));
    jw_kv_str(w, "name", user->name);
    jw_kv_str_or_null(w, "email", user->email);
    attr_time(w, "created_at", user->created_at);
    attr_time(w, "updated_at", user->updated_at);
    render_place_and_language(w, user->phone);
    attr_id(w, "organization_id", user->organization_id);
    jw_kv_str(w, "role", user->role);
    jw_kv_bool(w, "verified", user->verified);
    jw_kv_str_or_null(w, "external_id", user->external_id);
    jw_key(w, "tags");
    tags_render(w, user->tags);
    jw_kv_str_or_null(w, "alias", user->alias);
    jw_kv_bool(w, "active", user->active);
    jw_kv_bool(w, "shared", false);
    jw_kv_bool(w, "shared_agent", false);
    attr_null(w, "last_login_at");
    if (user_is_end_user(user))
        jw_kv_bool(w, "two_factor_auth_enabled", false);
    else
        attr_null(w, "two_factor_auth_enabled");
    jw_kv_str_or_null(w, "signature", user->signature);
    jw_kv_str_or_null(w, "details", user->details);
    jw_kv_str_or_null(w, "notes", user->notes);
    render_rights(w, user);
    jw_kv_raw(w, "user_fields", user->user_fields);
}

void user_render(const struct api_call *call, struct jw *w, const struct user *user)
{
    jw_object(w);
    user_render_members(call, w, user);
    jw_end_object(w);
}

void user_render_by_id(struct api_call *call, struct jw *w, int64_t id)
{
    struct user user;
    struct arena row;
    arena_init(&row);
    if (user_load(call->sandbox->desk, &row, id, &user)) user_render(call, w, &user);
    arena_clear(&row);
}

/* What /users/me says to somebody it does not know: 200, and looks like a user (recordings of node-zendesk, September 2023). */
void user_render_anonymous(struct jw *w)
{
    char token[TOKEN_TEXT_MAX];
    token_make("", token);
    jw_object(w);
    attr_null(w, "id");
    attr_null(w, "url");
    jw_kv_str(w, "name", STR("Anonymous user"));
    jw_kv_str(w, "email", STR("invalid@example.com"));
    attr_null(w, "created_at");
    attr_null(w, "updated_at");
    render_place_and_language(w, STR_NONE);
    attr_null(w, "organization_id");
    jw_kv_str(w, "role", STR("end-user"));
    jw_kv_bool(w, "verified", false);
    jw_kv_str(w, "authenticity_token", str_from(token));
    jw_end_object(w);
}
