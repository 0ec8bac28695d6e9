/* kinds.c - the kinds of records, member by member, in the order and with the initial values of recorded answers (2023, 2024;
 * ticket forms, memberships and ratings 2015) and of Zendesk's OpenAPI document. */
#include "sandbox/record.h"

#include "sandbox/ticket_fields.h"
#include "sandbox/user.h"

#define END                                                                                                                      \
    {                                                                                                                            \
        NULL, RECORD_TEXT, NULL, 0                                                                                               \
    }

/* ---- organizations ------------------------------------------------------------------------------------------------------ */

static const struct record_field organization_fields[] = {
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED | RECORD_UNIQUE },
    { "shared_tickets", RECORD_BOOL, "false", 0 },
    { "shared_comments", RECORD_BOOL, "false", 0 },
    { "external_id", RECORD_TEXT, "null", RECORD_UNIQUE },
    { "domain_names", RECORD_ARRAY, "[]", 0 },
    { "details", RECORD_TEXT, "null", 0 },
    { "notes", RECORD_TEXT, "null", 0 },
    { "group_id", RECORD_NUMBER, "null", 0 },
    { "tags", RECORD_ARRAY, "[]", 0 },
    { "organization_fields", RECORD_OBJECT, "{}", 0 },
    END,
};

/* Its members have no organization any more. */
static void organization_removed(struct api_call *call, const struct json *record, int64_t id)
{
    (void)record;
    struct desk *desk = call->sandbox->desk;
    struct desk_query *q = desk_query(desk, "UPDATE user SET organization_id = 0 WHERE organization_id = ?1");
    desk_bind_int(q, 1, id);
    desk_run(q);
    q = desk_query(desk, "DELETE FROM record WHERE kind = 'organization_membership'"
                         " AND json_extract(body, '$.organization_id') = ?1");
    desk_bind_int(q, 1, id);
    desk_run(q);
}

const struct record_kind kind_organization = { .name = "organization",
                                               .plural = "organizations",
                                               .path = "organizations",
                                               .fields = organization_fields,
                                               .removed = organization_removed };

/* ---- memberships -------------------------------------------------------------------------------------------------------- */

static const struct record_field organization_membership_fields[] = {
    { "user_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "organization_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "default", RECORD_BOOL, "true", 0 },
    { "view_tickets", RECORD_BOOL, "true", 0 },
    END,
};

static const struct record_field group_membership_fields[] = {
    { "user_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "group_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "default", RECORD_BOOL, "false", 0 },
    END,
};

static bool is_member_already(struct api_call *call, const struct record_kind *kind, const struct json *merged,
                              const char *of_what, int64_t id)
{
    struct desk *desk = call->sandbox->desk;
    int64_t user_id = json_get_int(merged, "user_id", 0);
    bool is_member = false;
    for (int64_t other = record_next_id(desk, kind, user_id, 0); other && !is_member;
         other = record_next_id(desk, kind, user_id, other)) {
        struct json *tree = other != id ? record_tree(desk, kind, other) : NULL;
        is_member = tree && json_get_int(tree, of_what, 0) == json_get_int(merged, of_what, -1);
        json_free(tree);
    }
    return is_member;
}

static void check_membership(struct api_call *call, const struct json *merged, const struct record_kind *kind,
                             const struct record_kind *of_kind, const char *of_what, int64_t id, struct invalid *invalid)
{
    struct user user;
    struct record record;
    struct desk *desk = call->sandbox->desk;
    if (!user_load(desk, call->arena, json_get_int(merged, "user_id", 0), &user))
        invalid_add(invalid, "user", "BlankValue", STR("User: cannot be blank"));
    if (!record_load(desk, call->arena, of_kind, json_get_int(merged, of_what, 0), &record))
        invalid_add(invalid, of_kind->name, "BlankValue", arena_fmt(call->arena, "%s: cannot be blank", of_kind->name));
    if (is_member_already(call, kind, merged, of_what, id))
        invalid_add(invalid, "user_id", "DuplicateValue", STR("User has already been taken"));
}

static void organization_membership_check(struct api_call *call, const struct json *merged, int64_t id, struct invalid *invalid)
{
    check_membership(call, merged, &kind_organization_membership, &kind_organization, "organization_id", id, invalid);
}

static void group_membership_check(struct api_call *call, const struct json *merged, int64_t id, struct invalid *invalid)
{
    struct user user;
    check_membership(call, merged, &kind_group_membership, &kind_group, "group_id", id, invalid);
    bool is_known = user_load(call->sandbox->desk, call->arena, json_get_int(merged, "user_id", 0), &user);
    if (is_known && user_is_end_user(&user)) invalid_add(invalid, "user", NULL, STR("User: must be an agent"));
}

static void set_organization(struct api_call *call, int64_t user_id, int64_t from, int64_t to)
{
    struct user user;
    if (!user_load(call->sandbox->desk, call->arena, user_id, &user)) return;
    if (from && user.organization_id != from) return;
    user.organization_id = to;
    user.updated_at = call->now_at;
    user_update(call->sandbox->desk, &user);
}

static void organization_membership_saved(struct api_call *call, const struct json *record, int64_t id)
{
    (void)id;
    if (json_get_bool(record, "default", false))
        set_organization(call, json_get_int(record, "user_id", 0), 0, json_get_int(record, "organization_id", 0));
}

static void organization_membership_removed(struct api_call *call, const struct json *record, int64_t id)
{
    (void)id;
    set_organization(call, json_get_int(record, "user_id", 0), json_get_int(record, "organization_id", 0), 0);
}

const struct record_kind kind_organization_membership = { .name = "organization_membership",
                                                          .plural = "organization_memberships",
                                                          .path = "organization_memberships",
                                                          .fields = organization_membership_fields,
                                                          .parent = "user_id",
                                                          .check = organization_membership_check,
                                                          .saved = organization_membership_saved,
                                                          .removed = organization_membership_removed };

const struct record_kind kind_group_membership = { .name = "group_membership",
                                                   .plural = "group_memberships",
                                                   .path = "group_memberships",
                                                   .fields = group_membership_fields,
                                                   .parent = "user_id",
                                                   .is_locked = true,
                                                   .check = group_membership_check };

/* ---- groups, brands, roles ---------------------------------------------------------------------------------------------- */

static const struct record_field group_fields[] = {
    { "is_public", RECORD_BOOL, "true", 0 },           { "name", RECORD_TEXT, "null", RECORD_REQUIRED | RECORD_UNIQUE },
    { "description", RECORD_TEXT, "\"\"", 0 },         { "default", RECORD_BOOL, "false", RECORD_FIXED },
    { "deleted", RECORD_BOOL, "false", RECORD_FIXED }, END,
};

const struct record_kind kind_group = {
    .name = "group", .plural = "groups", .path = "groups", .fields = group_fields, .is_locked = true
};

static const struct record_field brand_fields[] = {
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "brand_url", RECORD_TEXT, "null", 0 },
    { "subdomain", RECORD_TEXT, "null", RECORD_REQUIRED | RECORD_UNIQUE },
    { "host_mapping", RECORD_TEXT, "null", 0 },
    { "has_help_center", RECORD_BOOL, "true", RECORD_FIXED },
    { "help_center_state", RECORD_TEXT, "\"enabled\"", RECORD_FIXED },
    { "active", RECORD_BOOL, "true", 0 },
    { "default", RECORD_BOOL, "false", RECORD_FIXED },
    { "is_deleted", RECORD_BOOL, "false", RECORD_FIXED },
    { "logo", RECORD_OBJECT, "null", 0 },
    { "ticket_form_ids", RECORD_ARRAY, "[]", 0 },
    { "signature_template", RECORD_TEXT, "\"{{agent.signature}}\"", 0 },
    END,
};

const struct record_kind kind_brand = {
    .name = "brand", .plural = "brands", .path = "brands", .fields = brand_fields, .is_locked = true
};

static const struct record_field custom_role_fields[] = {
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED | RECORD_UNIQUE },
    { "description", RECORD_TEXT, "\"\"", 0 },
    { "role_type", RECORD_NUMBER, "0", RECORD_FIXED },
    { "team_member_count", RECORD_NUMBER, "0", RECORD_FIXED },
    { "configuration", RECORD_OBJECT, "{}", 0 },
    END,
};

const struct record_kind kind_custom_role = {
    .name = "custom_role", .plural = "custom_roles", .path = "custom_roles", .fields = custom_role_fields, .is_locked = true
};

/* ---- fields and forms --------------------------------------------------------------------------------------------------- */

static const struct record_field ticket_field_fields[] = {
    { "type", RECORD_TEXT, "\"text\"", RECORD_REQUIRED },
    { "title", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "raw_title", RECORD_TEXT, "=title", 0 },
    { "description", RECORD_TEXT, "=title", 0 },
    { "raw_description", RECORD_TEXT, "=description", 0 },
    { "position", RECORD_NUMBER, "9999", 0 },
    { "active", RECORD_BOOL, "true", 0 },
    { "required", RECORD_BOOL, "false", 0 },
    { "collapsed_for_agents", RECORD_BOOL, "false", 0 },
    { "regexp_for_validation", RECORD_TEXT, "null", 0 },
    { "title_in_portal", RECORD_TEXT, "=title", 0 },
    { "raw_title_in_portal", RECORD_TEXT, "=title", 0 },
    { "visible_in_portal", RECORD_BOOL, "false", 0 },
    { "editable_in_portal", RECORD_BOOL, "false", 0 },
    { "required_in_portal", RECORD_BOOL, "false", 0 },
    { "agent_can_edit", RECORD_BOOL, "true", 0 },
    { "tag", RECORD_TEXT, "null", 0 },
    { "removable", RECORD_BOOL, "true", RECORD_FIXED },
    { "key", RECORD_TEXT, "null", RECORD_FIXED },
    { "agent_description", RECORD_TEXT, "null", 0 },
    { "custom_field_options", RECORD_ARRAY, "null", 0 },
    { "system_field_options", RECORD_ARRAY, "null", RECORD_FIXED },
    END,
};

const struct record_kind kind_ticket_field = { .name = "ticket_field",
                                               .plural = "ticket_fields",
                                               .path = "ticket_fields",
                                               .fields = ticket_field_fields,
                                               .is_locked = true,
                                               .check = ticket_fields_check_definition };

#define PERSON_FIELD_MEMBERS                                                                                                     \
    { "type", RECORD_TEXT, "\"text\"", RECORD_REQUIRED }, { "key", RECORD_TEXT, "null", RECORD_REQUIRED | RECORD_UNIQUE },       \
        { "title", RECORD_TEXT, "null", RECORD_REQUIRED }, { "description", RECORD_TEXT, "null", 0 },                            \
        { "raw_title", RECORD_TEXT, "=title", 0 }, { "raw_description", RECORD_TEXT, "=description", 0 },                        \
        { "position", RECORD_NUMBER, "9999", 0 }, { "active", RECORD_BOOL, "true", 0 },                                          \
        { "system", RECORD_BOOL, "false", RECORD_FIXED }, { "regexp_for_validation", RECORD_TEXT, "null", 0 },                   \
        { "custom_field_options", RECORD_ARRAY, "null", 0 }, END

static const struct record_field person_field_fields[] = { PERSON_FIELD_MEMBERS };

const struct record_kind kind_user_field = {
    .name = "user_field", .plural = "user_fields", .path = "user_fields", .fields = person_field_fields, .is_locked = true
};

const struct record_kind kind_organization_field = { .name = "organization_field",
                                                     .plural = "organization_fields",
                                                     .path = "organization_fields",
                                                     .fields = person_field_fields,
                                                     .is_locked = true };

static const struct record_field ticket_form_fields[] = {
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "raw_name", RECORD_TEXT, "=name", 0 },
    { "display_name", RECORD_TEXT, "=name", 0 },
    { "raw_display_name", RECORD_TEXT, "=display_name", 0 },
    { "end_user_visible", RECORD_BOOL, "false", 0 },
    { "position", RECORD_NUMBER, "9999", 0 },
    { "ticket_field_ids", RECORD_ARRAY, "[]", 0 },
    { "active", RECORD_BOOL, "true", 0 },
    { "default", RECORD_BOOL, "false", 0 },
    { "in_all_brands", RECORD_BOOL, "true", 0 },
    { "restricted_brand_ids", RECORD_ARRAY, "[]", 0 },
    { "end_user_conditions", RECORD_ARRAY, "[]", 0 },
    { "agent_conditions", RECORD_ARRAY, "[]", 0 },
    END,
};

const struct record_kind kind_ticket_form = {
    .name = "ticket_form", .plural = "ticket_forms", .path = "ticket_forms", .fields = ticket_form_fields, .is_locked = true
};

static const struct record_field custom_status_fields[] = {
    { "status_category", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "agent_label", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "raw_agent_label", RECORD_TEXT, "=agent_label", RECORD_FIXED },
    { "end_user_label", RECORD_TEXT, "=agent_label", 0 },
    { "raw_end_user_label", RECORD_TEXT, "=end_user_label", RECORD_FIXED },
    { "description", RECORD_TEXT, "\"\"", 0 },
    { "raw_description", RECORD_TEXT, "=description", RECORD_FIXED },
    { "end_user_description", RECORD_TEXT, "\"\"", 0 },
    { "raw_end_user_description", RECORD_TEXT, "=end_user_description", RECORD_FIXED },
    { "active", RECORD_BOOL, "true", 0 },
    { "default", RECORD_BOOL, "false", RECORD_FIXED },
    END,
};

static void custom_status_check(struct api_call *call, const struct json *merged, int64_t id, struct invalid *invalid)
{
    static const char *const categories[] = { "new", "open", "pending", "hold", "solved" };
    (void)id;
    struct str given = json_get_str(merged, "status_category");
    for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
        if (str_eq(given, str_from(categories[i]))) return;
    invalid_add(invalid, "status_category", "InvalidValue",
                arena_fmt(call->arena, "Status category: %.*s is not a valid value", STR_ARG(given)));
}

const struct record_kind kind_custom_status = { .name = "custom_status",
                                                .plural = "custom_statuses",
                                                .path = "custom_statuses",
                                                .fields = custom_status_fields,
                                                .is_locked = true,
                                                .check = custom_status_check };

/* ---- triggers, ratings -------------------------------------------------------------------------------------------------- */

static const struct record_field trigger_fields[] = {
    { "title", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "raw_title", RECORD_TEXT, "=title", RECORD_FIXED },
    { "description", RECORD_TEXT, "null", 0 },
    { "active", RECORD_BOOL, "true", 0 },
    { "position", RECORD_NUMBER, "9999", 0 },
    { "category_id", RECORD_TEXT, "null", 0 },
    { "conditions", RECORD_OBJECT, "null", RECORD_REQUIRED },
    { "actions", RECORD_ARRAY, "null", RECORD_REQUIRED },
    { "default", RECORD_BOOL, "false", RECORD_FIXED },
    END,
};

const struct record_kind kind_trigger = {
    .name = "trigger", .plural = "triggers", .path = "triggers", .fields = trigger_fields, .is_locked = true
};

static const struct record_field satisfaction_rating_fields[] = {
    { "assignee_id", RECORD_NUMBER, "null", RECORD_FIXED },
    { "group_id", RECORD_NUMBER, "null", RECORD_FIXED },
    { "requester_id", RECORD_NUMBER, "null", RECORD_FIXED },
    { "ticket_id", RECORD_NUMBER, "null", RECORD_FIXED },
    { "score", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "comment", RECORD_TEXT, "null", 0 },
    { "reason", RECORD_TEXT, "null", 0 },
    { "reason_id", RECORD_NUMBER, "null", 0 },
    { "reason_code", RECORD_NUMBER, "null", 0 },
    END,
};

const struct record_kind kind_satisfaction_rating = { .name = "satisfaction_rating",
                                                      .plural = "satisfaction_ratings",
                                                      .path = "satisfaction_ratings",
                                                      .fields = satisfaction_rating_fields,
                                                      .parent = "ticket_id" };

/* ---- the help center ---------------------------------------------------------------------------------------------------- */

static const struct record_field category_fields[] = {
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "description", RECORD_TEXT, "\"\"", 0 },
    { "html_url", RECORD_TEXT, "null", RECORD_FIXED },
    { "locale", RECORD_TEXT, "\"en-us\"", 0 },
    { "source_locale", RECORD_TEXT, "=locale", RECORD_FIXED },
    { "outdated", RECORD_BOOL, "false", RECORD_FIXED },
    { "position", RECORD_NUMBER, "0", 0 },
    END,
};

const struct record_kind kind_category = {
    .name = "category", .plural = "categories", .path = "help_center/categories", .fields = category_fields
};

static const struct record_field section_fields[] = {
    { "category_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "name", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "description", RECORD_TEXT, "\"\"", 0 },
    { "html_url", RECORD_TEXT, "null", RECORD_FIXED },
    { "locale", RECORD_TEXT, "\"en-us\"", 0 },
    { "source_locale", RECORD_TEXT, "=locale", RECORD_FIXED },
    { "outdated", RECORD_BOOL, "false", RECORD_FIXED },
    { "parent_section_id", RECORD_NUMBER, "null", 0 },
    { "theme_template", RECORD_TEXT, "\"section_page\"", 0 },
    { "position", RECORD_NUMBER, "0", 0 },
    END,
};

const struct record_kind kind_section = {
    .name = "section", .plural = "sections", .path = "help_center/sections", .fields = section_fields, .parent = "category_id"
};

static const struct record_field article_fields[] = {
    { "html_url", RECORD_TEXT, "null", RECORD_FIXED },
    { "author_id", RECORD_NUMBER, "null", 0 },
    { "comments_disabled", RECORD_BOOL, "false", 0 },
    { "content_tag_ids", RECORD_ARRAY, "[]", 0 },
    { "label_names", RECORD_ARRAY, "[]", 0 },
    { "draft", RECORD_BOOL, "false", 0 },
    { "promoted", RECORD_BOOL, "false", 0 },
    { "position", RECORD_NUMBER, "0", 0 },
    { "vote_sum", RECORD_NUMBER, "0", RECORD_FIXED },
    { "vote_count", RECORD_NUMBER, "0", RECORD_FIXED },
    { "section_id", RECORD_NUMBER, "null", RECORD_REQUIRED },
    { "title", RECORD_TEXT, "null", RECORD_REQUIRED },
    { "name", RECORD_TEXT, "=title", 0 },
    { "body", RECORD_TEXT, "\"\"", 0 },
    { "locale", RECORD_TEXT, "\"en-us\"", 0 },
    { "source_locale", RECORD_TEXT, "=locale", RECORD_FIXED },
    { "edited_at", RECORD_TEXT, "null", RECORD_FIXED },
    { "outdated", RECORD_BOOL, "false", RECORD_FIXED },
    { "outdated_locales", RECORD_ARRAY, "[]", RECORD_FIXED },
    { "permission_group_id", RECORD_NUMBER, "1", 0 },
    { "user_segment_id", RECORD_NUMBER, "null", 0 },
    { "user_segment_ids", RECORD_ARRAY, "[]", 0 },
    END,
};

const struct record_kind kind_article = {
    .name = "article", .plural = "articles", .path = "help_center/articles", .fields = article_fields, .parent = "section_id"
};
