/* first_records.c - the records of a new account, as JSON, under the ids that recorded accounts have for them. */
#include "sandbox/first_records.h"

#include "base/arena.h"
#include "sandbox/record.h"
#include "sandbox/ticket.h"

#define FIELD_ID(n) (INT64_C(6130830342426) + 128 * (n))
#define HELP_ID(n)  (INT64_C(6130940000026) + 128 * (n))

/* The configuration of a role, with the keys of a recorded one. */
#define FULL_RIGHTS                                                                                                              \
    "{\"chat_access\":true,\"end_user_list_access\":\"full\",\"forum_access_restricted_content\":false,"                         \
    "\"light_agent\":false,\"manage_business_rules\":true,\"manage_dynamic_content\":true,"                                      \
    "\"manage_extensions_and_channels\":true,\"manage_facebook\":true,\"moderate_forums\":false,"                                \
    "\"side_conversation_create\":true,\"ticket_access\":\"all\",\"ticket_comment_access\":\"public\","                          \
    "\"ticket_deletion\":true,\"ticket_tag_editing\":true,\"twitter_search_access\":false,"                                      \
    "\"view_deleted_tickets\":true,\"voice_access\":true,\"group_access\":true,\"organization_editing\":true,"                   \
    "\"organization_notes_editing\":true,\"assign_tickets_to_any_group\":true,"                                                  \
    "\"end_user_profile_access\":\"full\",\"explore_access\":\"full\",\"forum_access\":\"full\","                                \
    "\"macro_access\":\"full\",\"report_access\":\"full\",\"ticket_editing\":true,\"ticket_merge\":true,"                        \
    "\"user_view_access\":\"full\",\"view_access\":\"full\",\"voice_dashboard_access\":true,"                                    \
    "\"manage_automations\":true,\"manage_contextual_workspaces\":true,\"manage_organization_fields\":true,"                     \
    "\"manage_skills\":true,\"manage_slas\":true,\"manage_ticket_fields\":true,\"manage_ticket_forms\":true,"                    \
    "\"manage_user_fields\":true,\"ticket_redaction\":true,\"manage_roles\":\"all\",\"manage_groups\":true,"                     \
    "\"manage_group_memberships\":true,\"manage_organizations\":true,\"manage_suspended_tickets\":true,"                         \
    "\"manage_triggers\":true}"
#define LIGHT_RIGHTS                                                                                                             \
    "{\"chat_access\":false,\"end_user_list_access\":\"readonly\",\"forum_access_restricted_content\":false,"                    \
    "\"light_agent\":true,\"manage_business_rules\":false,\"manage_dynamic_content\":false,"                                     \
    "\"manage_extensions_and_channels\":false,\"manage_facebook\":false,\"moderate_forums\":false,"                              \
    "\"side_conversation_create\":false,\"ticket_access\":\"all\",\"ticket_comment_access\":\"none\","                           \
    "\"ticket_deletion\":false,\"ticket_tag_editing\":false,\"twitter_search_access\":false,"                                    \
    "\"view_deleted_tickets\":false,\"voice_access\":false,\"group_access\":false,"                                              \
    "\"organization_editing\":false,\"organization_notes_editing\":false,\"assign_tickets_to_any_group\":false,"                 \
    "\"end_user_profile_access\":\"readonly\",\"explore_access\":\"readonly\",\"forum_access\":\"readonly\","                    \
    "\"macro_access\":\"readonly\",\"report_access\":\"readonly\",\"ticket_editing\":false,"                                     \
    "\"ticket_merge\":false,\"user_view_access\":\"readonly\",\"view_access\":\"readonly\","                                     \
    "\"voice_dashboard_access\":false,\"manage_automations\":false,\"manage_contextual_workspaces\":false,"                      \
    "\"manage_organization_fields\":false,\"manage_skills\":false,\"manage_slas\":false,"                                        \
    "\"manage_ticket_fields\":false,\"manage_ticket_forms\":false,\"manage_user_fields\":false,"                                 \
    "\"ticket_redaction\":false,\"manage_roles\":\"all\",\"manage_groups\":false,"                                               \
    "\"manage_group_memberships\":false,\"manage_organizations\":false,\"manage_suspended_tickets\":false,"                      \
    "\"manage_triggers\":false}"

static const struct {
    const struct record_kind *kind;
    int64_t id;
    const char *json;
} records[] = {
    { &kind_group, ACCOUNT_GROUP_ID, "{\"name\":\"Support\",\"default\":true}" },
    { &kind_ticket_form, ACCOUNT_FORM_ID,
      "{\"name\":\"Default Ticket Form\",\"end_user_visible\":true,\"position\":0,\"default\":true}" },
    { &kind_ticket_field, FIELD_ID(0),
      "{\"type\":\"subject\",\"title\":\"Subject\",\"position\":1,\"required\":false,\"removable\":false,"
      "\"visible_in_portal\":true,\"editable_in_portal\":true,\"required_in_portal\":true}" },
    { &kind_ticket_field, FIELD_ID(1),
      "{\"type\":\"description\",\"title\":\"Description\",\"position\":2,\"removable\":false,"
      "\"visible_in_portal\":true,\"editable_in_portal\":true,\"required_in_portal\":true}" },
    { &kind_ticket_field, FIELD_ID(2),
      "{\"type\":\"status\",\"title\":\"Status\",\"position\":3,\"removable\":false,\"system_field_options\":["
      "{\"name\":\"Open\",\"value\":\"open\"},{\"name\":\"Pending\",\"value\":\"pending\"},"
      "{\"name\":\"On-hold\",\"value\":\"hold\"},{\"name\":\"Solved\",\"value\":\"solved\"}]}" },
    { &kind_ticket_field, FIELD_ID(3),
      "{\"type\":\"tickettype\",\"title\":\"Type\",\"position\":4,\"removable\":false,\"system_field_options\":["
      "{\"name\":\"Question\",\"value\":\"question\"},{\"name\":\"Incident\",\"value\":\"incident\"},"
      "{\"name\":\"Problem\",\"value\":\"problem\"},{\"name\":\"Task\",\"value\":\"task\"}]}" },
    { &kind_ticket_field, FIELD_ID(4),
      "{\"type\":\"priority\",\"title\":\"Priority\",\"position\":5,\"removable\":false,\"system_field_options\":["
      "{\"name\":\"Low\",\"value\":\"low\"},{\"name\":\"Normal\",\"value\":\"normal\"},"
      "{\"name\":\"High\",\"value\":\"high\"},{\"name\":\"Urgent\",\"value\":\"urgent\"}]}" },
    { &kind_ticket_field, FIELD_ID(5), "{\"type\":\"group\",\"title\":\"Group\",\"position\":6,\"removable\":false}" },
    { &kind_ticket_field, FIELD_ID(6),
      "{\"type\":\"assignee\",\"title\":\"Assignee\",\"position\":7,\"removable\":false,\"required\":true}" },
    { &kind_custom_role, ACCOUNT_ADMIN_ROLE_ID,
      "{\"name\":\"Admin\",\"description\":\"Can manage all settings\",\"role_type\":4,\"configuration\":" FULL_RIGHTS "}" },
    { &kind_custom_role, ACCOUNT_LIGHT_ROLE_ID,
      "{\"name\":\"Light agent\",\"description\":\"Can read tickets and add internal notes\",\"role_type\":1,"
      "\"configuration\":" LIGHT_RIGHTS "}" },
    { &kind_category, HELP_ID(0), "{\"name\":\"Orders and accounts\",\"description\":\"How things work at our shop\"}" },
    { &kind_section, HELP_ID(1), "{\"category_id\":6130940000026,\"name\":\"Delivery and returns\"}" },
    { &kind_section, HELP_ID(2), "{\"category_id\":6130940000026,\"name\":\"Your account\"}" },
    { &kind_article, HELP_ID(3),
      "{\"section_id\":6130940000154,\"title\":\"When will my parcel arrive?\",\"label_names\":[\"delivery\",\"parcel\"],"
      "\"body\":\"<p>Orders placed before 14:00 leave our warehouse on the same working day. Delivery takes two to three days. "
      "The "
      "tracking link is in the e-mail that we send when the parcel leaves.</p>\"}" },
    { &kind_article, HELP_ID(4),
      "{\"section_id\":6130940000154,\"title\":\"How do I return something?\",\"label_names\":[\"return\",\"refund\"],"
      "\"body\":\"<p>You have 30 days. Print the return label from your order page and hand the parcel in at any post office. "
      "The "
      "refund is on its way within five working days after the parcel is back.</p>\"}" },
    { &kind_article, HELP_ID(5),
      "{\"section_id\":6130940000282,\"title\":\"I forgot my password\",\"label_names\":[\"password\",\"sign in\"],"
      "\"body\":\"<p>Choose Forgot password on the sign-in page. The link in the e-mail works for one hour. Nothing arrived? "
      "Look "
      "in the spam folder, then write to us.</p>\"}" },
};

/* The statuses that tickets have by their category; closed has none of its own. */
static const struct {
    const char *category, *label, *end_user_label, *description;
} statuses[] = {
    { "new", "New", "Open", "Ticket is awaiting assignment to an agent" },
    { "open", "Open", "Open", "Staff is working on the ticket" },
    { "pending", "Pending", "Awaiting your reply", "Staff is waiting for the requester to reply" },
    { "hold", "On-hold", "Open", "Staff is waiting for a third party" },
    { "solved", "Solved", "Solved", "The ticket has been solved" },
};

static void plant_statuses(struct sandbox *sandbox, struct arena *arena, int64_t now_at)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        record_plant(sandbox->desk, &kind_custom_status, ticket_category_status_id(str_from(statuses[i].category)), now_at,
                     arena_fmt(arena,
                               "{\"status_category\":\"%s\",\"agent_label\":\"%s\",\"end_user_label\":\"%s\","
                               "\"description\":\"%s\",\"default\":true}",
                               statuses[i].category, statuses[i].label, statuses[i].end_user_label, statuses[i].description));
}

void first_records(struct sandbox *sandbox)
{
    struct arena arena;
    arena_init(&arena);
    int64_t now_at = sandbox_now(sandbox);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        record_plant(sandbox->desk, records[i].kind, records[i].id, now_at, str_from(records[i].json));
    plant_statuses(sandbox, &arena, now_at);
    record_plant(sandbox->desk, &kind_brand, ACCOUNT_BRAND_ID, now_at,
                 arena_fmt(&arena,
                           "{\"name\":\"Practice\",\"subdomain\":\"%.*s\",\"brand_url\":\"https://%.*s.zendesk.com\","
                           "\"default\":true,\"ticket_form_ids\":[%lld]}",
                           STR_ARG(sandbox->account), STR_ARG(sandbox->account), (long long)ACCOUNT_FORM_ID));
    arena_clear(&arena);
}
