/* user.c - people in the database and in answers. The keys of an answer, and which are null for whom, are those of recorded answers of 2023. */
#include "sandbox/user.h"

#include "sandbox/call.h"
#include "sandbox/render.h"
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

static void read_row(struct db_query *q, struct arena *arena, struct user *user)
{
    *user = (struct user){
        .id = db_int(q, 0),
        .name = db_text(q, 1, arena),
        .email = db_text(q, 2, arena),
        .external_id = db_text(q, 3, arena),
        .role = db_text(q, 4, arena),
        .custom_role_id = db_int(q, 5),
        .verified = db_int(q, 6),
        .suspended = db_int(q, 7),
        .active = db_int(q, 8),
        .phone = db_text(q, 9, arena),
        .organization_id = db_int(q, 10),
        .alias = db_text(q, 11, arena),
        .details = db_text(q, 12, arena),
        .notes = db_text(q, 13, arena),
        .signature = db_text(q, 14, arena),
        .tags = db_text(q, 15, arena),
        .user_fields = db_text(q, 16, arena),
        .created_at = db_int(q, 17),
        .updated_at = db_int(q, 18),
    };
}

static bool read_one(struct db_query *q, struct arena *arena, struct user *user)
{
    if (!db_next(q)) return false;
    read_row(q, arena, user);
    db_done(q);
    return true;
}

bool user_load(struct db *db, struct arena *arena, int64_t id, struct user *user)
{
    struct db_query *q = db_query(db, "SELECT " USER_COLUMNS " FROM user WHERE id = ?1");
    db_bind_int(q, 1, id);
    return read_one(q, arena, user);
}

bool user_by_email(struct db *db, struct arena *arena, struct str email, struct user *user)
{
    struct db_query *q = db_query(db, "SELECT user_id FROM identity WHERE email = ?1");
    db_bind_text(q, 1, email);
    if (!db_next(q)) return false;
    int64_t id = db_int(q, 0);
    db_done(q);
    return user_load(db, arena, id, user);
}

bool user_by_external_id(struct db *db, struct arena *arena, struct str external_id, struct user *user)
{
    struct db_query *q = db_query(db, "SELECT " USER_COLUMNS " FROM user WHERE external_id = ?1 COLLATE NOCASE");
    db_bind_text(q, 1, external_id);
    return read_one(q, arena, user);
}

int64_t user_next_id(struct db *db, int64_t after)
{
    struct db_query *q = db_query(db, "SELECT id FROM user WHERE id > ?1 ORDER BY id LIMIT 1");
    db_bind_int(q, 1, after);
    int64_t id = db_next(q) ? db_int(q, 0) : 0;
    db_done(q);
    return id;
}

static void bind_row(struct db_query *q, const struct user *user)
{
    db_bind_int(q, 1, user->id);
    db_bind_text(q, 2, user->name);
    db_bind_text(q, 3, user->email);
    db_bind_text(q, 4, user->external_id);
    db_bind_text(q, 5, user->role);
    db_bind_int(q, 6, user->custom_role_id);
    db_bind_int(q, 7, user->verified);
    db_bind_int(q, 8, user->suspended);
    db_bind_int(q, 9, user->active);
    db_bind_text(q, 10, user->phone);
    db_bind_int(q, 11, user->organization_id);
    db_bind_text(q, 12, user->alias);
    db_bind_text(q, 13, user->details);
    db_bind_text(q, 14, user->notes);
    db_bind_text(q, 15, user->signature);
    db_bind_text(q, 16, user->tags);
    db_bind_text(q, 17, user->user_fields);
    db_bind_int(q, 18, user->created_at);
    db_bind_int(q, 19, user->updated_at);
}

void user_insert(struct db *db, struct user *user)
{
    user->id = db_new_id(db);
    struct db_query *q = db_query(db, "INSERT INTO user (" USER_COLUMNS ") VALUES"
                                      " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)");
    bind_row(q, user);
    db_run(q);
    if (user->email.len) user_add_email(db, user->id, user->email);
}

void user_update(struct db *db, const struct user *user)
{
    struct db_query *q =
        db_query(db, "UPDATE user SET name = ?2, email = ?3, external_id = ?4, role = ?5, custom_role_id = ?6, verified = ?7,"
                     " suspended = ?8, active = ?9, phone = ?10, organization_id = ?11, alias = ?12, details = ?13, notes = ?14,"
                     " signature = ?15, tags = ?16, user_fields = ?17, created_at = ?18, updated_at = ?19 WHERE id = ?1");
    bind_row(q, user);
    db_run(q);
}

void user_add_email(struct db *db, int64_t id, struct str email)
{
    struct db_query *q = db_query(db, "INSERT INTO identity (email, user_id) VALUES (?1, ?2)");
    db_bind_text(q, 1, email);
    db_bind_int(q, 2, id);
    db_run(q);
}

void user_free_emails(struct db *db, int64_t id)
{
    struct db_query *q = db_query(db, "DELETE FROM identity WHERE user_id = ?1");
    db_bind_int(q, 1, id);
    db_run(q);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------ */

static void render_place_and_language(struct jw *w, struct str phone)
{
    jw_kv_str(w, "time_zone", STR("America/New_York"));
    jw_kv_str(w, "iana_time_zone", STR("America/New_York"));
    jw_kv_str_or_null(w, "phone", phone);
    render_null(w, "shared_phone_number");
    render_null(w, "photo");
    jw_kv_int(w, "locale_id", 1);
    jw_kv_str(w, "locale", STR("en-US"));
}

/* role_type: 0 custom agent, 1 light agent, 4 admin; null for end users (contract of /users/me, "Role"). */
static void render_rights(struct jw *w, const struct user *user)
{
    bool is_end_user = user_is_end_user(user), is_admin = str_eq(user->role, STR("admin")), is_light = user_is_light_agent(user);
    if (is_end_user)
        render_null(w, "role_type");
    else
        jw_kv_int(w, "role_type", is_admin ? 4 : is_light ? 1 : 0);
    render_id(w, "custom_role_id", user->custom_role_id);
    jw_kv_bool(w, "moderator", !is_end_user && !is_light);
    jw_kv_str_or_null(w, "ticket_restriction", is_end_user ? STR("requested") : STR_NONE);
    jw_kv_bool(w, "only_private_comments", is_light);
    jw_kv_bool(w, "restricted_agent", is_end_user || is_light);
    jw_kv_bool(w, "suspended", user->suspended);
    render_id(w, "default_group_id", is_end_user ? 0 : ACCOUNT_GROUP_ID);
    jw_kv_bool(w, "report_csv", is_admin);
}

void user_render_members(const struct call *call, struct jw *w, const struct user *user)
{
    jw_kv_int(w, "id", user->id);
    jw_kv_str(w, "url", call_url(call, "users", user->id));
    jw_kv_str(w, "name", user->name);
    jw_kv_str_or_null(w, "email", user->email);
    render_time(w, "created_at", user->created_at);
    render_time(w, "updated_at", user->updated_at);
    render_place_and_language(w, user->phone);
    render_id(w, "organization_id", user->organization_id);
    jw_kv_str(w, "role", user->role);
    jw_kv_bool(w, "verified", user->verified);
    jw_kv_str_or_null(w, "external_id", user->external_id);
    jw_key(w, "tags");
    tags_render(w, user->tags);
    jw_kv_str_or_null(w, "alias", user->alias);
    jw_kv_bool(w, "active", user->active);
    jw_kv_bool(w, "shared", false);
    jw_kv_bool(w, "shared_agent", false);
    render_null(w, "last_login_at");
    if (user_is_end_user(user))
        jw_kv_bool(w, "two_factor_auth_enabled", false);
    else
        render_null(w, "two_factor_auth_enabled");
    jw_kv_str_or_null(w, "signature", user->signature);
    jw_kv_str_or_null(w, "details", user->details);
    jw_kv_str_or_null(w, "notes", user->notes);
    render_rights(w, user);
    jw_kv_raw(w, "user_fields", user->user_fields);
}

void user_render(const struct call *call, struct jw *w, const struct user *user)
{
    jw_object(w);
    user_render_members(call, w, user);
    jw_end_object(w);
}

void user_render_by_id(struct call *call, struct jw *w, int64_t id)
{
    struct user user;
    struct arena row;
    arena_init(&row);
    if (user_load(call->sandbox->db, &row, id, &user)) user_render(call, w, &user);
    arena_clear(&row);
}

/* What /users/me says to somebody it does not know: 200, and looks like a user (recordings of node-zendesk, September 2023). */
void user_render_anonymous(struct jw *w)
{
    char token[TOKEN_TEXT_MAX];
    token_make("", token);
    jw_object(w);
    render_null(w, "id");
    render_null(w, "url");
    jw_kv_str(w, "name", STR("Anonymous user"));
    jw_kv_str(w, "email", STR("invalid@example.com"));
    render_null(w, "created_at");
    render_null(w, "updated_at");
    render_place_and_language(w, STR_NONE);
    render_null(w, "organization_id");
    jw_kv_str(w, "role", STR("end-user"));
    jw_kv_bool(w, "verified", false);
    jw_kv_str(w, "authenticity_token", str_from(token));
    jw_end_object(w);
}
