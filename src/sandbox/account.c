/* account.c - GET /api/v2/account/settings: the sections a client of the Support API looks at. */
#include "sandbox/handlers.h"

/* One member for each of the words. */
static void flags(struct api_call *call, struct jw *w, struct str names, bool value)
{
    struct str name;
    while (str_split(&names, ' ', &name)) jw_kv_bool(w, arena_cstr(call->arena, name), value);
}

static void section(struct api_call *call, struct jw *w, const char *name, struct str on, struct str off)
{
    jw_key(w, name);
    jw_object(w);
    flags(call, w, on, true);
    flags(call, w, off, false);
}

static void write_features(struct api_call *call, struct jw *w)
{
    section(call, w, "active_features",
            STR("on_hold_status ticket_tagging user_tagging ticket_forms user_org_fields light_agents markdown "
                "rich_content_in_emails "
                "allow_ccs organization_access_enabled"),
            STR("customer_satisfaction business_hours chat voice twitter facebook explore dynamic_contents is_abusive sandbox "
                "suspended_ticket_notification"));
    jw_end_object(w);
}

static void write_tickets(struct api_call *call, struct jw *w)
{
    section(call, w, "tickets",
            STR("agent_collision assign_default_organization assign_tickets_upon_solve collaboration comments_public_by_default "
                "is_first_comment_private_enabled list_newest_comments_first rich_text_comments status_hold tagging"),
            STR("agent_ticket_deletion email_attachments markdown_ticket_comments private_attachments "
                "follower_and_email_cc_collaborations light_agent_email_ccs_allowed"));
    jw_kv_int(w, "maximum_personal_views_to_list", 8);
    jw_end_object(w);
}

static void write_users(struct api_call *call, struct jw *w)
{
    section(call, w, "user", STR("tagging time_zone_selection language_selection have_gravatars_enabled"),
            STR("agent_created_welcome_emails end_user_phone_number_validation multiple_organizations"));
    jw_end_object(w);
}

/* The two access switches are strings in Zendesk's own document. */
static void write_api(struct jw *w)
{
    jw_key(w, "api");
    jw_object(w);
    jw_kv_bool(w, "accepted_api_agreement", true);
    jw_kv_str(w, "api_password_access", STR("false"));
    jw_kv_str(w, "api_token_access", STR("true"));
    jw_end_object(w);
}

static void write_identity(struct jw *w)
{
    jw_key(w, "branding");
    jw_object(w);
    jw_kv_str(w, "header_color", STR("2F6F5E"));
    jw_kv_str(w, "page_background_color", STR("FFFFFF"));
    jw_kv_str(w, "tab_background_color", STR("2F6F5E"));
    jw_kv_str(w, "text_color", STR("FFFFFF"));
    jw_kv_str_or_null(w, "favicon_url", STR_NONE);
    jw_kv_str_or_null(w, "header_logo_url", STR_NONE);
    jw_end_object(w);
    jw_key(w, "brands");
    jw_object(w);
    jw_kv_int(w, "default_brand_id", ACCOUNT_BRAND_ID);
    jw_kv_bool(w, "require_brand_on_new_tickets", false);
    jw_end_object(w);
    jw_key(w, "localization");
    jw_object(w);
    jw_key(w, "locale_ids");
    jw_array(w);
    jw_int(w, 1);
    jw_end_array(w);
    jw_end_object(w);
}

void account_settings(struct api_call *call)
{
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "settings");
    jw_object(w);
    write_identity(w);
    write_api(w);
    write_features(call, w);
    write_tickets(call, w);
    write_users(call, w);
    jw_key(w, "limits");
    jw_object(w);
    jw_kv_int(w, "attachment_size", ACCOUNT_ATTACHMENT_BYTES);
    jw_end_object(w);
    jw_end_object(w);
    jw_end_object(w);
}
