/* organizations.c - what organizations, groups and memberships answer beyond what every record does. */
#include "sandbox/handlers.h"
#include "sandbox/listing.h"
#include "sandbox/record.h"
#include "sandbox/tags.h"
#include "sandbox/user.h"

/* ---- organizations ------------------------------------------------------------------------------------------------------ */

static void render_organization(struct api_call *call, struct jw *w, int64_t id)
{
    record_render_kind(call, w, &kind_organization, id);
}

/* By external_id or by the whole name. */
void organizations_search(struct api_call *call)
{
    struct listing list = { 0 };
    struct str external_id = api_param(call, STR("external_id"));
    struct str value = external_id.len ? external_id : api_param(call, STR("name"));
    struct str member = external_id.len ? STR("external_id") : STR("name");
    int64_t id = value.len ? record_find(call->sandbox->desk, &kind_organization, member, value, 0) : 0;
    if (id) listing_add(&list, id, 0);
    listing_reply(
        call, &list, false,
        &(struct listing_shape){ .name = "organizations", .resource = "organizations/search", .render = render_organization });
}

/* The key is the id, the external id, or the name. */
void organizations_create_or_update(struct api_call *call)
{
    const struct json *given = json_get(call->body, "organization");
    struct desk *desk = call->sandbox->desk;
    struct record record = { .id = 0 };
    if (json_type(given) != JSON_OBJECT) {
        fail_attribute(call, "organization", "an object");
        return;
    }
    struct str external_id = json_get_str(given, "external_id"), name = json_get_str(given, "name");
    call->id = json_get_int(given, "id", 0);
    if (!call->id && external_id.len) call->id = record_find(desk, &kind_organization, STR("external_id"), external_id, 0);
    if (!call->id && name.len) call->id = record_find(desk, &kind_organization, STR("name"), name, 0);
    bool is_known = call->id && record_load(desk, call->arena, &kind_organization, call->id, &record);
    if (record_save(call, &kind_organization, &record, given))
        record_reply(call, is_known ? 200 : 201, &kind_organization, &record);
}

/* ---- tags of users and organizations ------------------------------------------------------------------------------------ */

static void reply_tags(struct api_call *call, int status, struct str tags)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "tags");
    tags_render(w, tags);
    jw_end_object(w);
}

static bool load_user(struct api_call *call, struct user *user)
{
    if (user_load(call->sandbox->desk, call->arena, call->id, user)) return true;
    fail_not_found(call);
    return false;
}

void user_tags_show(struct api_call *call)
{
    struct user user;
    if (load_user(call, &user)) reply_tags(call, 200, user.tags);
}

static void change_user_tags(struct api_call *call, enum http_method method)
{
    struct user user;
    struct str given = tags_from_json(call->arena, json_get(call->body, "tags"));
    if (!load_user(call, &user)) return;
    if (method == HTTP_PUT) user.tags = tags_join(call->arena, user.tags, given);
    if (method == HTTP_POST) user.tags = given;
    if (method == HTTP_DELETE) user.tags = tags_without(call->arena, user.tags, given);
    user.updated_at = call->now_at;
    user_update(call->sandbox->desk, &user);
    if (method == HTTP_DELETE)
        api_empty(call, 204);
    else
        reply_tags(call, method == HTTP_POST ? 201 : 200, user.tags);
}

void user_tags_change(struct api_call *call)
{
    change_user_tags(call, call->request->method);
}

/* Every tag that a ticket has, and how many have it. */
void tags_list(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT tags FROM ticket WHERE deleted_at = 0 AND tags <> ''");
    struct buf joined;
    buf_init(&joined, 8 * 1024 * 1024);
    while (desk_next(q)) {
        buf_str(&joined, desk_text(q, 0, call->arena));
        buf_char(&joined, ' ');
    }
    struct str all = arena_str(call->arena, buf_view(&joined));
    buf_clear(&joined);
    struct str names = tags_from_text(call->arena, all), name;
    struct jw *w = api_json(call, 200);
    int64_t kinds = 0;
    jw_object(w);
    jw_key(w, "tags");
    jw_array(w);
    while (str_split(&names, ' ', &name)) {
        int64_t count = 0;
        struct str rest = all, one;
        while (str_split(&rest, ' ', &one)) count += str_eq(one, name);
        if (!name.len) continue;
        kinds++;
        jw_object(w);
        jw_kv_str(w, "name", name);
        jw_kv_int(w, "count", count);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_kv_str_or_null(w, "next_page", STR_NONE);
    jw_kv_str_or_null(w, "previous_page", STR_NONE);
    jw_kv_int(w, "count", kinds);
    jw_end_object(w);
}

/* ---- memberships -------------------------------------------------------------------------------------------------------- */

/* Below a user: /users/{id}/group_memberships and /users/{id}/organization_memberships. */
void memberships_of_user(struct api_call *call)
{
    struct user user;
    if (!load_user(call, &user)) return;
    struct str resource = arena_fmt(call->arena, "users/%lld/%s", (long long)user.id, call->kind->path);
    record_reply_list(call, call->kind, user.id, resource.ptr);
}

static void reply_of_memberships(struct api_call *call, const struct record_kind *membership, const char *member,
                                 const struct record_kind *kind)
{
    struct desk *desk = call->sandbox->desk;
    struct listing list = { 0 };
    struct user user;
    if (!load_user(call, &user)) return;
    for (int64_t id = record_next_id(desk, membership, user.id, 0); id; id = record_next_id(desk, membership, user.id, id)) {
        struct json *tree = record_tree(desk, membership, id);
        listing_add(&list, json_get_int(tree, member, 0), 0);
        json_free(tree);
    }
    call->kind = kind;
    struct str resource = arena_fmt(call->arena, "users/%lld/%s", (long long)user.id, kind->path);
    listing_reply(call, &list, false,
                  &(struct listing_shape){ .name = kind->plural, .resource = resource.ptr, .render = record_render_by_id });
}

void groups_of_user(struct api_call *call)
{
    reply_of_memberships(call, &kind_group_membership, "group_id", &kind_group);
}

void organizations_of_user(struct api_call *call)
{
    reply_of_memberships(call, &kind_organization_membership, "organization_id", &kind_organization);
}
