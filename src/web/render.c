/* render.c - rows to JSON. Members stand in the order of docs/api.md. */
#include "web/render.h"

#include "base/moment.h"
#include "model/dates.h"
#include "web/agent_settings.h"

enum { MATTER_BYTES = 120 };

/* ---- people and keys ----------------------------------------------------------------------------------------------------------- */

void render_member(struct jw *json, const struct member *member)
{
    jw_object(json);
    jw_kv_str(json, "id", member->id);
    jw_kv_str(json, "name", member->name);
    jw_kv_str(json, "email", member->email);
    jw_kv_str(json, "role", str_from(role_name(member->role)));
    jw_kv_bool(json, "has_password", member->password_hash.len > 0);
    jw_kv_bool(json, "second_factor", member->factor_at > 0);
    jw_kv_time(json, "created_at", member->created_at);
    jw_kv_time(json, "last_seen_at", member->last_seen_at);
    jw_end_object(json);
}

void render_session(struct jw *json, const struct member *member, const struct workspace *workspace, int64_t expires_at)
{
    jw_object(json);
    jw_key(json, "member");
    render_member(json, member);
    jw_key(json, "workspace");
    jw_object(json);
    jw_kv_str(json, "id", workspace->id);
    jw_kv_str(json, "name", workspace->name);
    jw_end_object(json);
    jw_kv_time(json, "expires_at", expires_at);
    jw_end_object(json);
}

static void key_members(struct jw *json, const struct api_key *key)
{
    jw_kv_str(json, "id", key->id);
    jw_kv_str(json, "name", key->name);
    jw_kv_str(json, "role", str_from(role_name(key->role)));
    jw_key(json, "scopes");
    jw_array(json);
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++)
        if ((key->scopes >> scope & 1u) != 0) jw_str(json, str_from(key_scope_name((enum key_scope)scope)));
    jw_end_array(json);
    jw_kv_str(json, "last4", key->last4);
    jw_kv_time(json, "created_at", key->created_at);
    jw_kv_time(json, "expires_at", key->expires_at);
}

void render_key(struct jw *json, const struct api_key *key)
{
    jw_object(json);
    key_members(json, key);
    jw_kv_time(json, "last_used_at", key->last_used_at);
    jw_kv_time(json, "revoked_at", key->revoked_at);
    jw_end_object(json);
}

void render_key_made(struct jw *json, const struct api_key *key, struct str secret)
{
    jw_object(json);
    key_members(json, key);
    jw_kv_str(json, "key", secret);
    jw_end_object(json);
}

/* ---- agents and actions ---------------------------------------------------------------------------------------------------------- */

static void agent_integration(struct jw *json, const struct integration *integration, const struct flow *flow,
                              struct arena *arena)
{
    bool is_practice = false;
    (void)flow_base_url(flow, integration->subdomain, arena, &is_practice);
    jw_object(json);
    jw_kv_str(json, "id", integration->id);
    jw_kv_str(json, "provider", STR("zendesk"));
    jw_kv_str(json, "subdomain", integration->subdomain);
    jw_kv_bool(json, "practice", is_practice);
    jw_kv_str(json, "status", str_from(integration_status_name(integration->status)));
    jw_end_object(json);
}

static void agent_warning(struct jw *json, const struct agent *agent, struct arena *arena)
{
    const struct problem shared = { .id = PROBLEM_AGENT_NAME_SHARED, .facts.value = agent->name };
    jw_key(json, "warnings");
    jw_array(json);
    jw_object(json);
    jw_kv_str(json, "code", str_from(problem_slug(shared.id)));
    jw_kv_str(json, "title", problem_title(&shared, arena));
    jw_kv_str(json, "detail", problem_detail(&shared, arena));
    jw_kv_str(json, "field", STR("name"));
    jw_end_object(json);
    jw_end_array(json);
}

void render_agent(struct jw *json, const struct agent *agent, const struct integration *integrations, size_t count,
                  bool has_namesake, const struct flow *flow, struct arena *arena)
{
    jw_object(json);
    jw_kv_str(json, "id", agent->id);
    jw_kv_str(json, "name", agent->name);
    agent_settings_render(json, &agent->settings);
    jw_kv_int(json, "published", agent->published);
    jw_kv_str_or_null(json, "published_by", agent->published_by);
    jw_kv_time(json, "published_at", agent->published_at);
    jw_kv_bool(json, "has_draft", agent->has_draft);
    jw_kv_int(json, "version", agent->version);
    jw_kv_time(json, "created_at", agent->created_at);
    jw_kv_time(json, "updated_at", agent->updated_at);
    jw_key(json, "integrations");
    jw_array(json);
    for (size_t i = 0; i < count; i++) agent_integration(json, &integrations[i], flow, arena);
    jw_end_array(json);
    if (has_namesake) agent_warning(json, agent, arena);
    jw_end_object(json);
}

static struct str confirm_word(enum action_confirm confirm)
{
    return confirm == CONFIRM_ALWAYS ? STR("always") : STR("never");
}

void render_action_spec(struct jw *json, const struct action_spec *spec)
{
    jw_object(json);
    jw_kv_str(json, "name", str_from(spec->slug));
    jw_kv_str(json, "title", str_from(spec->title));
    jw_kv_str(json, "description", str_from(spec->description));
    jw_kv_str(json, "permission", str_from(action_permission_name(spec->permission)));
    jw_kv_bool(json, "writes", spec->writes);
    jw_kv_str(json, "confirm", confirm_word(spec->confirm));
    jw_kv_raw(json, "schema", str_from(spec->schema));
    jw_end_object(json);
}

/* ---- integrations ------------------------------------------------------------------------------------------------------------------ */

/* A stored problem as the API shows it; null when there is none or it is not one of ours. */
void render_problem_member(struct jw *json, struct str stored, struct arena *arena)
{
    struct json *tree = stored.len > 0 ? json_parse(stored, NULL) : NULL;
    struct problem problem;
    jw_key(json, "problem");
    if (tree != NULL && problem_load(tree, arena, &problem) == OK)
        problem_render(&problem, STR_NONE, arena, json);
    else
        jw_null(json);
    json_free(tree);
}

static void number_or_null(struct jw *json, const char *name, int64_t number)
{
    jw_key(json, name);
    if (number < 0)
        jw_null(json);
    else
        jw_int(json, number);
}

static void budget_members(struct jw *json, const struct integration *row, const struct flow *flow)
{
    struct flow_budget budget = flow_budget(flow, row->workspace, row->subdomain);
    jw_kv_time(json, "hold_until", budget.hold_until);
    jw_key(json, "budget");
    jw_object(json);
    number_or_null(json, "limit", budget.limit);
    number_or_null(json, "remaining", budget.remaining);
    jw_kv_time(json, "resets_at", budget.resets_at);
    jw_kv_int(json, "reserve_percent", budget.reserve_percent);
    jw_end_object(json);
}

static void account_members(struct jw *json, const struct integration *row)
{
    jw_key(json, "account");
    jw_object(json);
    jw_kv_str(json, "name", row->account_name);
    jw_kv_str(json, "subdomain", row->subdomain);
    jw_end_object(json);
    jw_key(json, "signed_in_as");
    jw_object(json);
    jw_kv_int(json, "id", row->signed_in_id);
    jw_kv_str(json, "name", row->signed_in_name);
    jw_kv_str(json, "email", row->signed_in_email);
    jw_kv_str(json, "role", row->signed_in_role);
    jw_end_object(json);
}

static void secret_member(struct jw *json, const struct integration *row)
{
    jw_key(json, "secret");
    jw_object(json);
    jw_kv_bool(json, "set", row->sealed.len > 0);
    jw_kv_str(json, "last4", row->secret_last4);
    jw_kv_time(json, "set_at", row->secret_set_at);
    jw_end_object(json);
}

static void switches(struct jw *json, const struct integration *row)
{
    jw_key(json, "actions");
    jw_array(json);
    for (int kind = 0; kind < ACTION_COUNT; kind++) {
        const struct action_spec *spec = action_spec((enum action_kind)kind);
        jw_object(json);
        jw_kv_str(json, "name", str_from(spec->slug));
        jw_kv_str(json, "title", str_from(spec->title));
        jw_kv_str(json, "permission", str_from(action_permission_name(spec->permission)));
        jw_kv_bool(json, "writes", spec->writes);
        jw_kv_bool(json, "enabled", row->enabled[kind]);
        jw_kv_str(json, "confirm", confirm_word(row->confirm[kind]));
        jw_kv_bool(json, "permitted", row->permitted[kind]);
        jw_end_object(json);
    }
    jw_end_array(json);
}

int64_t render_token_days_left(int64_t now_at)
{
    int64_t day_ms = 24LL * 60 * 60 * 1000, left = zendesk_dates.tokens_end_at - now_at;
    return left > 0 ? (left + day_ms - 1) / day_ms : 0;
}

/* The end of API tokens, for connections that use one. */
static void notices(struct jw *json, const struct integration_view *view, struct arena *arena)
{
    char text[MOMENT_TEXT_MAX];
    struct str day = str_from(moment_say_day(zendesk_dates.tokens_end_at, text));
    struct problem problem = { .id = PROBLEM_ZENDESK_TOKENS_RETIRING, .facts = { .when = day } };
    jw_key(json, "notices");
    jw_array(json);
    if (view->row.auth == AUTH_API_TOKEN) {
        jw_object(json);
        jw_kv_str(json, "code", STR("token-retirement"));
        jw_kv_str(json, "title", problem_title(&problem, arena));
        jw_kv_str(json, "detail", problem_detail(&problem, arena));
        jw_kv_int(json, "days_left", render_token_days_left(view->now_at));
        jw_end_object(json);
    }
    jw_end_array(json);
}

void render_integration_members(struct jw *json, const struct integration_view *view, const struct flow *flow,
                                struct arena *arena)
{
    const struct integration *row = &view->row;
    bool practice = false;
    struct str url = flow_base_url(flow, row->subdomain, arena, &practice);
    jw_kv_str(json, "id", row->id);
    jw_kv_str(json, "agent", row->agent);
    jw_kv_str(json, "provider", STR("zendesk"));
    jw_kv_str(json, "auth", str_from(integration_auth_name(row->auth)));
    jw_kv_str(json, "subdomain", row->subdomain);
    jw_kv_bool(json, "practice", practice);
    jw_kv_str(json, "url", url);
    jw_kv_str(json, "identifier", row->identifier);
    jw_kv_str(json, "status", str_from(integration_status_name(row->status)));
    jw_kv_time(json, "status_since", row->status_since);
    render_problem_member(json, row->problem, arena);
    jw_kv_time(json, "last_ok_at", row->last_ok_at);
    jw_kv_int(json, "waiting", view->waiting);
    budget_members(json, row, flow);
    account_members(json, row);
    secret_member(json, row);
    switches(json, row);
    notices(json, view, arena);
    jw_kv_int(json, "version", row->version);
    jw_kv_time(json, "created_at", row->created_at);
}

void render_integration(struct jw *json, const struct integration_view *view, const struct flow *flow, struct arena *arena)
{
    jw_object(json);
    render_integration_members(json, view, flow, arena);
    jw_end_object(json);
}

void render_test(struct jw *json, const struct integration_test *test)
{
    jw_object(json);
    jw_kv_str(json, "id", test->id);
    jw_kv_str(json, "result", test->result);
    jw_kv_raw(json, "checks", test->checks);
    jw_kv_time(json, "created_at", test->created_at);
    jw_end_object(json);
}

/* A body that was exchanged: as JSON when it is whole, as text when it was cut or is something else. */
static void body_member(struct jw *json, const char *name, struct str body)
{
    struct json *tree = body.len > 0 ? json_parse(body, NULL) : NULL;
    jw_key(json, name);
    if (tree != NULL)
        jw_json(json, tree);
    else if (body.len > 0)
        jw_str(json, body);
    else
        jw_null(json);
    json_free(tree);
}

void render_call(struct jw *json, const struct call *call)
{
    jw_object(json);
    jw_kv_str(json, "id", call->id);
    jw_kv_str_or_null(json, "action", call->action);
    jw_kv_str(json, "method", call->method);
    jw_kv_str(json, "path", call->path);
    jw_kv_int(json, "status", call->status);
    jw_kv_int(json, "ms", (call->duration_us + 999) / 1000);
    body_member(json, "request", call->request_body);
    body_member(json, "answer", call->answer_body);
    body_member(json, "headers", call->answer_headers);
    jw_kv_str_or_null(json, "fault", call->fault);
    jw_kv_time(json, "created_at", call->created_at);
    jw_end_object(json);
}

/* ---- conversations -------------------------------------------------------------------------------------------------------------------- */

void render_conversation_members(struct jw *json, const struct conversation *conversation)
{
    jw_kv_str(json, "id", conversation->id);
    jw_kv_str(json, "agent", conversation->agent);
    jw_kv_str(json, "channel", str_from(channel_name(conversation->channel)));
    jw_kv_str(json, "title", conversation->title);
    jw_kv_bool(json, "dry_run", conversation->dry_run);
    jw_kv_str(json, "level", str_from(identity_name(conversation->identity)));
    jw_key(json, "visitor");
    if (conversation->visitor_email.len > 0) {
        jw_object(json);
        jw_kv_str(json, "email", conversation->visitor_email);
        jw_kv_str_or_null(json, "name", conversation->visitor_name);
        jw_kv_bool(json, "verified", conversation->identity == L2_MAIL_VERIFIED || conversation->identity == L3_SITE_VERIFIED);
        jw_end_object(json);
    } else {
        jw_null(json);
    }
    jw_kv_time(json, "needs_person_at", conversation->needs_person_at);
    jw_kv_time(json, "created_at", conversation->created_at);
    jw_kv_time(json, "updated_at", conversation->updated_at);
}

/* The first by itself as well: the one whose facts the words tell. */
static void render_receipts(struct jw *json, struct str receipts)
{
    struct str rest = receipts, receipt = STR_NONE;
    (void)str_split(&rest, ' ', &receipt);
    jw_kv_str_or_null(json, "receipt", receipt);
    jw_key(json, "receipts");
    jw_array(json);
    rest = receipts;
    while (receipts.len && str_split(&rest, ' ', &receipt)) jw_str(json, receipt);
    jw_end_array(json);
}

void render_message(struct jw *json, const struct message *message)
{
    jw_object(json);
    jw_kv_str(json, "id", message->id);
    jw_kv_int(json, "seq", message->seq);
    jw_kv_str(json, "author", str_from(author_name(message->author)));
    jw_kv_str(json, "text", message->text);
    jw_kv_str(json, "turn", message->turn);
    render_receipts(json, message->receipts);
    jw_kv_str_or_null(json, "generated_by", message->author == AUTHOR_AGENT ? STR("ai") : STR_NONE);
    jw_kv_time(json, "created_at", message->created_at);
    jw_end_object(json);
}

void render_attachment_members(struct jw *json, const struct attachment *file)
{
    jw_kv_str(json, "id", file->id);
    jw_kv_str(json, "token", file->token);
    jw_kv_str(json, "file_name", file->file_name);
    jw_kv_int(json, "size", file->size);
    jw_kv_time(json, "expires_at", file->expires_at);
}

void render_action(struct jw *json, const struct action_view *view, struct arena *arena)
{
    const struct action *row = &view->row;
    const struct action_spec *spec = action_spec(row->kind);
    jw_object(json);
    jw_kv_str(json, "id", row->id);
    jw_kv_str_or_null(json, "turn", row->turn);
    jw_kv_str(json, "name", str_from(spec->slug));
    jw_kv_str(json, "title", str_from(spec->title));
    jw_kv_str(json, "status", str_from(action_status_name(row->status)));
    jw_kv_str(json, "hash", row->hash);
    jw_kv_raw(json, "arguments", row->arguments);
    jw_kv_raw(json, "result", row->result);
    render_problem_member(json, row->problem, arena);
    jw_kv_str_or_null(json, "reference", row->reference);
    jw_kv_bool(json, "dry_run", row->dry_run);
    jw_kv_bool(json, "writes", spec->writes);
    jw_kv_time(json, "created_at", row->created_at);
    jw_kv_time(json, "updated_at", row->updated_at);
    jw_key(json, "calls");
    jw_array(json);
    for (size_t i = view->count; i > 0; i--) render_call(json, &view->calls[i - 1]); /* kept newest first */
    jw_end_array(json);
    jw_end_object(json);
}

/* The person it is for, as the arguments name them. */
static struct str customer_of(const struct json *arguments)
{
    struct str email = json_get_str(arguments, "requester_email");
    return email.len > 0 ? email : json_get_str(arguments, "email");
}

/* What it is about, in its own words. */
static struct str matter_of(const struct json *arguments)
{
    static const char *const names[] = { "subject", "text", "name" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text = json_get_str(arguments, names[i]);
        if (text.len > 0) return str_clip(text, MATTER_BYTES);
    }
    return STR_NONE;
}

static void render_audits(struct jw *json, const struct request_view *view)
{
    jw_key(json, "audits");
    jw_array(json);
    for (size_t i = 0; i < view->audit_count; i++) {
        const struct audit *audit = &view->audits[i];
        jw_object(json);
        jw_kv_time(json, "due_at", audit->due_at);
        jw_kv_time(json, "looked_at", audit->looked_at);
        jw_kv_str_or_null(json, "outcome", str_from(audit_outcome_name(audit->outcome)));
        jw_kv_int(json, "tickets", audit->tickets);
        jw_end_object(json);
    }
    jw_end_array(json);
}

void render_request_members(struct jw *json, const struct request_view *view, struct arena *arena)
{
    const struct request *request = &view->row;
    const struct action_spec *spec = action_spec(request->kind);
    struct str reference = request->number > 0 ? arena_fmt(arena, "R-%lld", (long long)request->number) : STR_NONE;
    struct json *arguments = json_parse(view->action.arguments, NULL);
    int64_t ticket_id = json_get_int(arguments, "ticket_id", 0);
    jw_kv_str(json, "action", request->action);
    jw_kv_str_or_null(json, "reference", reference);
    jw_kv_str(json, "name", str_from(spec->slug));
    jw_kv_str(json, "title", str_from(spec->title));
    jw_kv_str_or_null(json, "agent", view->agent_name);
    jw_kv_str_or_null(json, "customer", customer_of(arguments));
    jw_kv_str_or_null(json, "matter", matter_of(arguments));
    jw_key(json, "ticket_id");
    if (ticket_id > 0)
        jw_int(json, ticket_id);
    else
        jw_null(json);
    jw_kv_str(json, "integration", request->integration);
    jw_kv_str_or_null(json, "conversation", request->conversation);
    jw_kv_str(json, "state", str_from(request_state_name(request->state)));
    jw_kv_bool(json, "was_sent", request->first_sent_at > 0);
    jw_kv_int(json, "attempts", request->attempts);
    jw_kv_time(json, "due_at", request->state == REQUEST_READY ? request->due_at : 0);
    render_problem_member(json, request->problem, arena);
    jw_kv_time(json, "created_at", request->created_at);
    jw_kv_time(json, "updated_at", request->updated_at);
    render_audits(json, view);
    json_free(arguments);
}

void render_request(struct jw *json, const struct request_view *view, struct arena *arena)
{
    jw_object(json);
    render_request_members(json, view, arena);
    jw_end_object(json);
}
