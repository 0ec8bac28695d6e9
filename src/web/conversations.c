/* conversations.c - beginning, showing and erasing conversations. What is said in them is in turns.c. */
#include "base/limits.h"
#include "model/field.h"
#include "web/actions.h"
#include "web/ident.h"
#include "web/route.h"
#include "web/trail.h"

/* ---- who is asking: the levels ------------------------------------------------------------------------------------------------------ */

/* The caller's word for who the visitor is counts only with a key that was made for it. */
static const struct permission vouching = { RULE_PROGRAM, SCOPE_VOUCH };

/* In Chatlab and on the command line a member plays whom they like. E_INPUT: the level and what is told of the visitor do not fit. */
static enum status play_identity(const struct web_call *call, struct str level, enum identity *identity, struct problem *problem)
{
    bool has_visitor = json_get(call->body, "visitor") != NULL;
    if (!identity_from(level, identity)) return E_INPUT; /* the shape has refused it */
    bool needs_visitor = *identity != L0_ANONYMOUS && *identity != L4_MEMBER;
    if (needs_visitor == has_visitor) return OK;
    *problem = (struct problem){ .id = needs_visitor ? PROBLEM_FIELD_MISSING : PROBLEM_FIELD_UNKNOWN,
                                 .field = STR("visitor"),
                                 .facts.what = STR("visitor") };
    return E_INPUT;
}

/* E_DENIED: says that the visitor is verified, and may not. */
static enum status decide_identity(const struct web_call *call, enum channel channel, enum identity *identity,
                                   struct problem *problem)
{
    const struct json *visitor = json_get(call->body, "visitor");
    struct str level = json_get_str(call->body, "level");
    bool is_verified = json_get_bool(visitor, "verified", false);
    bool is_outside = channel == CHANNEL_API;
    if (level.len > 0 && !is_outside) return play_identity(call, level, identity, problem);
    if (level.len > 0) {
        *problem = (struct problem){ .id = PROBLEM_FIELD_UNKNOWN, .field = STR("level"), .facts.what = STR("level") };
        return E_INPUT;
    }
    if (visitor == NULL)
        *identity = is_outside ? L0_ANONYMOUS : L4_MEMBER;
    else
        *identity = is_verified ? L3_SITE_VERIFIED : L1_CLAIMED;
    enum status status = is_outside && is_verified ? authorize(&call->actor, vouching, NULL, problem) : OK;
    if (status != OK) problem->field = STR("verified");
    return status;
}

/* ---- beginning ------------------------------------------------------------------------------------------------------------------------ */

struct conversation_job {
    struct call_job head;
    struct conversation row;
    struct message *messages;
    size_t message_count;
    struct action_view *actions;
    size_t action_count;
    struct attachment *files; /* that wait for a ticket or comment */
    size_t file_count;
    int64_t now;
    struct str awaiting;
};

static enum status insert_conversation(struct store_tx *tx, struct call_job *head)
{
    struct conversation_job *job = (struct conversation_job *)head;
    struct web_call *call = head->call;
    struct agent agent;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &agent);
    if (status != OK) return status;
    job->row.id = ident_new(call->arena, "con_", store_now(tx));
    job->row.workspace = agent.workspace;
    job->row.agent = agent.id;
    job->row.version = 1;
    job->row.created_at = job->row.updated_at = store_now(tx);
    return conversation_insert(tx, &job->row);
}

static void answer_conversation(struct call_job *head)
{
    struct conversation_job *job = (struct conversation_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    render_conversation_members(json, &job->row);
    jw_end_object(json);
    call_send(head->call, 201);
}

static enum status read_visitor(struct web_call *call, const struct json *visitor, struct conversation *row,
                                struct problem *problem)
{
    struct str name = json_get_str(visitor, "name");
    if (visitor == NULL) return OK;
    enum status status = field_email(json_get_str(visitor, "email"), false, call->arena, &row->visitor_email, problem);
    if (status == OK && name.len > 0) status = field_name(name, STR("name"), call->arena, &row->visitor_name, problem);
    return status;
}

void conversations_create(struct web_call *call)
{
    struct conversation_job *job = call_job(call, struct conversation_job);
    const struct json *visitor = json_get(call->body, "visitor");
    struct problem problem = { 0 };
    struct conversation *row = &job->row;
    bool is_channel =
        channel_from(json_get_str(call->body, "channel"), &row->channel); /* the shape has held it against the list */
    enum status status = is_channel ? read_visitor(call, visitor, row, &problem) : E_INPUT;
    if (status == OK) status = decide_identity(call, row->channel, &row->identity, &problem);
    if (status != OK) {
        call_refuse(call, &problem);
        return;
    }
    row->dry_run = json_get_bool(call->body, "dry_run", false);
    call->noun = "agent";
    call_write(&job->head, insert_conversation, answer_conversation);
}

/* ---- the list ---------------------------------------------------------------------------------------------------------------------------- */

struct conversations_job {
    struct call_job head;
    struct store_page page;
    struct conversation_filter filter;
    struct conversation *rows;
    size_t count;
};

static enum status load_conversations(struct store_tx *tx, struct call_job *head)
{
    struct conversations_job *job = (struct conversations_job *)head;
    struct web_call *call = head->call;
    const struct conversation_filter *filter = &job->filter;
    struct str workspace = call->actor.workspace;
    if (filter->channel.len > 0 || filter->outcome.len > 0 || filter->text.len > 0)
        return conversation_search(tx, workspace, filter, &job->page, call->arena, &job->rows, &job->count);
    return conversation_list(tx, workspace, filter->agent, filter->needs_person, &job->page, call->arena, &job->rows,
                             &job->count);
}

static void answer_conversations(struct call_job *head)
{
    struct conversations_job *job = (struct conversations_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) {
        jw_object(json);
        render_conversation_members(json, &job->rows[i]);
        jw_kv_str_or_null(json, "outcome", job->rows[i].outcome);
        jw_end_object(json);
    }
    call_list_end(head->call, job->count == job->page.limit ? job->rows[job->count - 1].id : STR_NONE);
}

/* One of these words, or nothing; false: answered. */
static bool read_choice(struct web_call *call, const char *name, const char *const *choices, struct str *chosen)
{
    struct str all = STR_NONE;
    *chosen = call_query(call, name);
    if (chosen->len == 0) return true;
    for (size_t i = 0; choices[i]; i++) {
        if (str_eq(*chosen, str_from(choices[i]))) return true;
        all = arena_fmt(call->arena, "%.*s%s%s", STR_ARG(all), i > 0 ? ", " : "", choices[i]);
    }
    struct problem problem = { .id = PROBLEM_FIELD_CHOICE,
                               .field = str_from(name),
                               .facts = { .what = str_from(name), .value = str_clip(*chosen, LIMIT_NAME_BYTES), .limit = all } };
    call_refuse(call, &problem);
    return false;
}

void conversations_list(struct web_call *call)
{
    static const char *const channels[] = { "chatlab", "api", "cli", "widget", NULL };
    static const char *const outcomes[] = { "ticket", "request", "none", NULL };
    struct conversations_job *job = call_job(call, struct conversations_job);
    struct conversation_filter *filter = &job->filter;
    filter->agent = call_query(call, "agent");
    filter->needs_person = str_eq(call_query(call, "needs_person"), STR("true"));
    filter->text = str_clip(str_trim(call_query(call, "q")), LIMIT_NAME_BYTES);
    if (read_choice(call, "channel", channels, &filter->channel) && read_choice(call, "outcome", outcomes, &filter->outcome) &&
        call_page(call, "con_", &job->page))
        call_read(&job->head, load_conversations, answer_conversations);
}

/* ---- one, whole ------------------------------------------------------------------------------------------------------------------------------ */

enum {
    SHOWN_SEQS = 2000, /* of the sequence that messages and events share: the newest are shown */
    RECENT_SEQS = 64,  /* more than one step of a turn can add */
};

static enum status load_messages(struct store_tx *tx, struct conversation_job *job)
{
    struct arena *arena = job->head.call->arena;
    struct message *page;
    size_t count = LIMIT_PAGE_ROWS;
    int64_t after = job->row.last_seq > SHOWN_SEQS ? job->row.last_seq - SHOWN_SEQS : 0;
    job->messages = arena_array(arena, SHOWN_SEQS, sizeof *job->messages);
    while (count == LIMIT_PAGE_ROWS) {
        enum status status = message_list(tx, job->row.workspace, job->row.id, after, LIMIT_PAGE_ROWS, arena, &page, &count);
        if (status != OK) return status;
        for (size_t i = 0; i < count && job->message_count < SHOWN_SEQS; i++) job->messages[job->message_count++] = page[i];
        if (count > 0) after = page[count - 1].seq;
    }
    return OK;
}

static enum status load_actions(struct store_tx *tx, struct conversation_job *job)
{
    struct arena *arena = job->head.call->arena;
    struct action *rows;
    enum status status = action_of_conversation(tx, job->row.workspace, job->row.id, arena, &rows, &job->action_count);
    if (status != OK) return status;
    job->actions = arena_array(arena, job->action_count, sizeof *job->actions);
    for (size_t i = 0; i < job->action_count && status == OK; i++) {
        job->actions[i].row = rows[i];
        status = actions_load_calls(tx, arena, &job->actions[i]);
    }
    return status;
}

/* What the last step of a turn left the conversation waiting for. */
static enum status load_awaiting(struct store_tx *tx, struct conversation_job *job)
{
    struct event *events;
    size_t count;
    int64_t after = job->row.last_seq > RECENT_SEQS ? job->row.last_seq - RECENT_SEQS : 0;
    enum status status =
        event_list(tx, job->row.workspace, job->row.id, after, RECENT_SEQS, job->head.call->arena, &events, &count);
    if (status != OK) return status;
    for (size_t i = 0; i < count; i++)
        if (str_eq(events[i].kind, STR("turn.completed"))) job->awaiting = events[i].awaiting;
    return OK;
}

static enum status load_whole(struct store_tx *tx, struct call_job *head)
{
    struct conversation_job *job = (struct conversation_job *)head;
    struct web_call *call = head->call;
    enum status status = conversation_get(tx, call->actor.workspace, call->params[0], call->arena, &job->row);
    if (status == OK) status = load_messages(tx, job);
    if (status == OK) status = load_actions(tx, job);
    if (status == OK)
        status = attachment_waiting(tx, job->row.workspace, job->row.id, call->arena, &job->files, &job->file_count);
    job->now = store_now(tx);
    return status == OK ? load_awaiting(tx, job) : status;
}

static void render_files(struct jw *json, const struct conversation_job *job)
{
    jw_key(json, "files");
    jw_array(json);
    for (size_t i = 0; i < job->file_count; i++) {
        if (job->files[i].expires_at <= job->now) continue;
        jw_object(json);
        render_attachment_members(json, &job->files[i]);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void answer_whole(struct call_job *head)
{
    struct conversation_job *job = (struct conversation_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    render_conversation_members(json, &job->row);
    jw_key(json, "messages");
    jw_array(json);
    for (size_t i = 0; i < job->message_count; i++) render_message(json, &job->messages[i]);
    jw_end_array(json);
    jw_key(json, "actions");
    jw_array(json);
    for (size_t i = job->action_count; i > 0; i--)
        render_action(json, &job->actions[i - 1], head->call->arena); /* kept newest first */
    jw_end_array(json);
    render_files(json, job);
    jw_kv_str_or_null(json, "awaiting", job->awaiting);
    jw_end_object(json);
    call_send(head->call, 200);
}

void conversations_show(struct web_call *call)
{
    struct conversation_job *job = call_job(call, struct conversation_job);
    call->noun = "conversation";
    call_read(&job->head, load_whole, answer_whole);
}

/* ---- erasing -------------------------------------------------------------------------------------------------------------------------------------- */

static enum status erase_conversation(struct store_tx *tx, struct call_job *head)
{
    struct web_call *call = head->call;
    enum status status = conversation_erase(tx, call->actor.workspace, call->params[0]);
    if (status == OK) return trail_note(tx, call, "conversation.erase", call->params[0], STR_NONE, STR_NONE);
    if (status != E_CONFLICT) return status;
    call->problem = (struct problem){ .id = PROBLEM_REQUESTS_WAITING, .facts = { .number = 1 } };
    return status;
}

static void answer_erased(struct call_job *head)
{
    call_none(head->call, 204);
}

void conversations_erase(struct web_call *call)
{
    struct call_job *job = call_job(call, struct call_job);
    call->noun = "conversation";
    call_write(job, erase_conversation, answer_erased);
}
