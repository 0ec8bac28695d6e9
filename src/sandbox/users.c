/* users.c - /api/v2/users. */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/attr.h"
#include "sandbox/search_text.h"
#include "sandbox/user_input.h"
#include "sandbox/warn.h"
#include "vault/token.h"

/* What may be given: UserForAdmin and UserCreateInput of Zendesk's OpenAPI document without what is read only, and what
 * recordings send beyond it. */
#define USER_KEYS                                                                                                                \
    "agent_brand_ids alias custom_role_id default_group_id details email external_id identities locale locale_id moderator "     \
    "name notes only_private_comments organization organization_id phone photo remote_photo_url restricted_agent role "          \
    "shared_phone_number signature skip_verify_email suspended tags ticket_restriction time_zone user_fields verified"

static void reply_user(struct api_call *call, int status, const struct user *user)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "user");
    user_render(call, w, user);
    jw_end_object(w);
}

static void reply_users(struct api_call *call, struct listing *list, bool is_descending, const char *resource)
{
    listing_reply(call, list, is_descending,
                  &(struct listing_shape){ .name = "users", .resource = resource, .render = user_render_by_id });
}

static const struct json *user_object(struct api_call *call, const char *action)
{
    const struct json *object = json_get(call->body, "user");
    if (json_type(object) != JSON_OBJECT) {
        fail_attribute(call, "user", "an object");
        return NULL;
    }
    warn_unknown_keys(call, "users", action, "user", object, STR(USER_KEYS));
    return object;
}

static bool load(struct api_call *call, struct user *user)
{
    if (user_load(call->sandbox->desk, call->arena, call->id, user)) return true;
    fail_not_found(call);
    return false;
}

/* Only admins may make or change team members. */
static bool may_save(const struct api_call *call, const struct user *before, const struct user *after)
{
    bool is_admin = str_eq(call->actor->role, STR("admin"));
    return is_admin || (user_is_end_user(before) && user_is_end_user(after));
}

static void save_new(struct api_call *call, const struct json *object)
{
    struct user user = user_blank(), blank = user;
    struct str new_email;
    if (!user_input_apply(call, object, &user, &new_email)) return;
    if (!may_save(call, &blank, &user)) {
        fail_forbidden(call);
        return;
    }
    user.created_at = user.updated_at = call->now_at;
    user_insert(call->sandbox->desk, &user);
    api_header(call, "Location", api_url(call, "users", user.id));
    reply_user(call, 201, &user);
}

static void save_known(struct api_call *call, const struct json *object, struct user *user)
{
    struct user before = *user;
    struct str new_email;
    if (!user_input_apply(call, object, user, &new_email)) return;
    if (!may_save(call, &before, user)) {
        fail_forbidden(call);
        return;
    }
    user->updated_at = call->now_at;
    user_update(call->sandbox->desk, user);
    if (new_email.len) user_add_identity(call->sandbox->desk, user->id, STR("email"), new_email, user->verified, call->now_at);
    reply_user(call, 200, user);
}

void users_create(struct api_call *call)
{
    const struct json *object = user_object(call, "create");
    if (object) save_new(call, object);
}

/* The key is the external id or else the address; either way ASCII case does not matter. */
void users_create_or_update(struct api_call *call)
{
    struct user user;
    const struct json *object = user_object(call, "create_or_update");
    if (!object) return;
    struct desk *desk = call->sandbox->desk;
    struct str external_id = str_trim(json_get_str(object, "external_id")), email = str_trim(json_get_str(object, "email"));
    bool is_known = (external_id.len && user_by_external_id(desk, call->arena, external_id, &user)) ||
                    (email.len && user_by_email(desk, call->arena, email, &user));
    if (is_known)
        save_known(call, object, &user);
    else
        save_new(call, object);
}

void users_update(struct api_call *call)
{
    struct user user;
    const struct json *object = load(call, &user) ? user_object(call, "update") : NULL;
    if (object) save_known(call, object, &user);
}

void users_show(struct api_call *call)
{
    struct user user;
    if (load(call, &user)) reply_user(call, 200, &user);
}

void users_show_many(struct api_call *call)
{
    struct listing list = { 0 };
    struct user user;
    struct str external_ids = api_param(call, STR("external_ids")), one;
    struct desk *desk = call->sandbox->desk;
    while (str_split(&external_ids, ',', &one))
        if (one.len && user_by_external_id(desk, call->arena, one, &user)) listing_add(&list, user.id, 0);
    if (!list.count && !listing_of_ids(call, &list)) return;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++)
        if (user_load(desk, call->arena, list.items[i].id, &user)) list.items[kept++] = (struct listing_item){ user.id, 0 };
    list.count = kept;
    reply_users(call, &list, false, "users/show_many");
}

/* How many tickets there are with a person's name on them. */
static int64_t tickets_of(struct api_call *call, bool as_assignee)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT count(*) FROM ticket WHERE deleted_at = 0"
                                                           " AND iif(?2, assignee_id, requester_id) = ?1");
    desk_bind_int(q, 1, call->id);
    desk_bind_int(q, 2, as_assignee);
    int64_t count = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return count;
}

void users_related(struct api_call *call)
{
    struct user user;
    if (!load(call, &user)) return;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "user_related");
    jw_object(w);
    jw_kv_int(w, "assigned_tickets", tickets_of(call, true));
    jw_kv_int(w, "requested_tickets", tickets_of(call, false));
    jw_kv_int(w, "ccd_tickets", 0);
    jw_kv_int(w, "organization_subscriptions", 0);
    jw_end_object(w);
    jw_end_object(w);
}

/* Soft: the record stays, inactive, and its address is free again. */
void users_delete(struct api_call *call)
{
    struct user user;
    if (!load(call, &user)) return;
    if (!may_save(call, &user, &user)) {
        fail_forbidden(call);
        return;
    }
    user.active = false;
    user.updated_at = call->now_at;
    user.email = user.external_id = STR_NONE;
    user_update(call->sandbox->desk, &user);
    user_free_emails(call->sandbox->desk, user.id);
    reply_user(call, 200, &user);
}

void users_me(struct api_call *call)
{
    char token[TOKEN_TEXT_MAX];
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "user");
    if (call->actor) {
        token_make("", token);
        jw_object(w);
        user_render_members(call, w, call->actor);
        jw_kv_str(w, "authenticity_token", str_from(token));
        jw_end_object(w);
    } else {
        user_render_anonymous(w);
    }
    jw_end_object(w);
}

/* ---- lists -------------------------------------------------------------------------------------------------------------- */

typedef bool user_filter_fn(const struct user *, struct str wanted);

/* Every active user that passes the filter. Rows are read into memory of their own, so a long list costs no more than its
 * longest row. */
static void collect(struct api_call *call, user_filter_fn *passes, struct str wanted, struct listing *list)
{
    struct arena row;
    struct user user;
    arena_init(&row);
    for (int64_t id = user_next_id(call->sandbox->desk, 0); id; id = user_next_id(call->sandbox->desk, id)) {
        bool is_visible =
            user_load(call->sandbox->desk, &row, id, &user) && user.active && user.created_at <= call->now_at - call->plan.lag_ms;
        if (is_visible && passes(&user, wanted)) listing_add(list, id, id);
        arena_clear(&row);
    }
}

static bool has_role(const struct user *user, struct str role)
{
    return !role.len || str_eq(user->role, role);
}

void users_list(struct api_call *call)
{
    static const char *const orders[] = { "id", NULL };
    bool is_descending;
    if (listing_order(call, orders, &is_descending) < 0) return;
    struct listing list = { 0 };
    collect(call, has_role, api_param(call, STR("role")), &list);
    reply_users(call, &list, is_descending, "users");
}

static bool has_external_id(const struct user *user, struct str external_id)
{
    return str_eq_nocase(user->external_id, external_id);
}

/* query="jane", query=email:jane@example.com, query=email:"jane@example.com": all of them match loosely, any part of any of
 * these fields. Who needs one person compares the addresses that come back. */
static bool matches_loosely(const struct user *user, struct str query)
{
    struct str needle = str_trim(query);
    bool email_only = str_starts(needle, STR("email:"));
    if (email_only) needle = str_slice(needle, 6, needle.len);
    needle = search_unquote(needle);
    if (!needle.len) return false;
    if (str_find_nocase(user->email, needle, 0) != SIZE_MAX) return true;
    return !email_only &&
           (str_find_nocase(user->name, needle, 0) != SIZE_MAX || str_find_nocase(user->phone, needle, 0) != SIZE_MAX ||
            str_find_nocase(user->notes, needle, 0) != SIZE_MAX);
}

static bool has_organization(const struct user *user, struct str organization_id)
{
    int64_t id;
    return str_to_i64(organization_id, &id) && user->organization_id == id;
}

void users_of_organization(struct api_call *call)
{
    struct listing list = { 0 };
    struct str id = arena_fmt(call->arena, "%lld", (long long)call->id);
    collect(call, has_organization, id, &list);
    reply_users(call, &list, false, arena_fmt(call->arena, "organizations/%.*s/users", STR_ARG(id)).ptr);
}

static bool begins_with(const struct user *user, struct str start)
{
    return start.len > 1 && str_find_nocase(user->name, start, 0) == 0;
}

void users_autocomplete(struct api_call *call)
{
    struct listing list = { 0 };
    collect(call, begins_with, api_param(call, STR("name")), &list);
    reply_users(call, &list, false, "users/autocomplete");
}

void users_count(struct api_call *call)
{
    struct listing list = { 0 };
    collect(call, has_role, api_param(call, STR("role")), &list);
    api_count(call, (int64_t)list.count);
    listing_clear(&list);
}

void users_search(struct api_call *call)
{
    struct str external_id = api_param(call, STR("external_id"));
    struct listing list = { 0 };
    if (external_id.len)
        collect(call, has_external_id, external_id, &list);
    else
        collect(call, matches_loosely, api_param(call, STR("query")), &list);
    reply_users(call, &list, false, "users/search");
}
