/* versions.c - an agent's settings in versions: drafted, compared, published, rolled back.
 *
 * What the engines read is the published version (store/agents.c). A draft begins as a copy of it. Rolling back publishes the old settings under a new number, so the list only grows.
 */
#include "base/limits.h"
#include "model/diff.h"
#include "web/agent_settings.h"
#include "web/route.h"
#include "web/trail.h"

struct version_job {
    struct call_job head;
    struct agent agent;
    struct agent_version version;
    struct agent_version other; /* that it is compared with */
    int64_t number, against;    /* asked for; AGENT_DRAFT is the draft */
    bool is_against;
};

/* 0, as of the draft, is null. */
static void number_member(struct jw *json, const char *name, int64_t number)
{
    jw_key(json, name);
    if (number == 0)
        jw_null(json);
    else
        jw_int(json, number);
}

static void render_version(struct jw *json, const struct agent_version *version)
{
    jw_object(json);
    number_member(json, "number", version->number);
    jw_kv_str_or_null(json, "note", version->note);
    jw_kv_str_or_null(json, "author", version->author);
    number_member(json, "restored_from", version->restored_from);
    jw_kv_time(json, "created_at", version->created_at);
    agent_settings_render(json, &version->settings);
    jw_end_object(json);
}

static void answer_version(struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    render_version(call_json(head->call), &job->version);
    call_send(head->call, head->call->route->status);
}

static enum status load_agent(struct store_tx *tx, struct version_job *job)
{
    struct web_call *call = job->head.call;
    call->noun = "agent";
    return agent_get(tx, call->actor.workspace, call->params[0], call->arena, &job->agent);
}

/* The version of that number, which has to be there. */
static enum status find(struct store_tx *tx, struct version_job *job, int64_t number, struct agent_version *version)
{
    struct web_call *call = job->head.call;
    enum status status = agent_version_get(tx, call->actor.workspace, call->params[0], number, call->arena, version);
    if (status != E_NOT_FOUND) return status;
    if (number == AGENT_DRAFT) return call_because(call, status, PROBLEM_NO_DRAFT);
    struct str asked = arena_fmt(call->arena, "%lld", (long long)number);
    call->problem = (struct problem){ .id = PROBLEM_NO_VERSION, .facts.value = asked };
    return status;
}

/* "draft" or a number from 1; false: answered. */
static bool read_number(struct web_call *call, struct str text, int64_t *number)
{
    *number = AGENT_DRAFT;
    if (str_eq(text, STR("draft")) || (str_to_i64(text, number) && *number > 0)) return true;
    struct problem problem = { .id = PROBLEM_NO_VERSION, .facts.value = str_clip(text, 40) };
    call_refuse(call, &problem);
    return false;
}

/* The job of a route whose path names a version; NULL: answered. */
static struct version_job *job_of_number(struct web_call *call)
{
    struct version_job *job = call_job(call, struct version_job);
    return read_number(call, call->params[1], &job->number) ? job : NULL;
}

/* ---- the list and one of it ------------------------------------------------------------------------------------------------------------- */

struct versions_job {
    struct call_job head;
    int64_t before;
    struct agent_version *versions;
    size_t count;
};

static enum status load_versions(struct store_tx *tx, struct call_job *head)
{
    struct versions_job *job = (struct versions_job *)head;
    struct web_call *call = head->call;
    struct agent agent;
    enum status status = agent_get(tx, call->actor.workspace, call->params[0], call->arena, &agent);
    if (status != OK) return status;
    return agent_version_list(tx, call->actor.workspace, call->params[0], job->before, PAGE_ROWS, call->arena, &job->versions,
                              &job->count);
}

static void answer_versions(struct call_job *head)
{
    struct versions_job *job = (struct versions_job *)head;
    struct jw *json = call_list(head->call);
    struct str next = STR_NONE;
    for (size_t i = 0; i < job->count; i++) render_version(json, &job->versions[i]);
    if (job->count == PAGE_ROWS) next = arena_fmt(head->call->arena, "%lld", (long long)job->versions[job->count - 1].number);
    call_list_end(head->call, next);
}

void versions_list(struct web_call *call)
{
    struct versions_job *job = call_job(call, struct versions_job);
    struct str cursor = call_query(call, "cursor");
    call->noun = "agent";
    if (cursor.len == 0 || read_number(call, cursor, &job->before)) call_read(&job->head, load_versions, answer_versions);
}

static enum status load_version(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    enum status status = load_agent(tx, job);
    return status == OK ? find(tx, job, job->number, &job->version) : status;
}

void versions_show(struct web_call *call)
{
    struct version_job *job = job_of_number(call);
    if (job != NULL) call_read(&job->head, load_version, answer_version);
}

/* ---- comparing -------------------------------------------------------------------------------------------------------------------------- */

/* A draft is compared with what is published, a version with the one before it; the first with nothing. */
static int64_t usual_against(const struct version_job *job)
{
    return job->number == AGENT_DRAFT ? job->agent.published : job->number - 1;
}

static enum status load_both(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    enum status status = load_version(tx, head);
    if (status != OK) return status;
    if (!job->is_against) job->against = usual_against(job);
    if (!job->is_against && job->against == 0) return OK;
    return find(tx, job, job->against, &job->other);
}

static void render_change(struct jw *json, const char *field, struct str before, struct str after, struct arena *arena)
{
    struct diff_line *lines;
    size_t count = diff_lines(before, after, arena, &lines);
    jw_object(json);
    jw_kv_str(json, "field", str_from(field));
    jw_key(json, "lines");
    jw_array(json);
    for (size_t i = 0; i < count; i++) {
        jw_object(json);
        jw_kv_str(json, "op", str_from(diff_op_name(lines[i].op)));
        jw_kv_str(json, "text", lines[i].text);
        jw_end_object(json);
    }
    jw_end_array(json);
    jw_end_object(json);
}

static void answer_diff(struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    struct web_call *call = head->call;
    struct agent_settings_text before[AGENT_SETTINGS_TEXTS], after[AGENT_SETTINGS_TEXTS];
    agent_settings_texts(&job->other.settings, call->arena, before);
    agent_settings_texts(&job->version.settings, call->arena, after);
    struct jw *json = call_json(call);
    jw_object(json);
    number_member(json, "from", job->against);
    number_member(json, "to", job->number);
    jw_key(json, "changes");
    jw_array(json);
    for (size_t i = 0; i < AGENT_SETTINGS_TEXTS; i++)
        if (!str_eq(before[i].text, after[i].text))
            render_change(json, after[i].name, before[i].text, after[i].text, call->arena);
    jw_end_array(json);
    jw_end_object(json);
    call_send(call, call->route->status);
}

void versions_compare(struct web_call *call)
{
    struct version_job *job = job_of_number(call);
    if (job == NULL) return;
    struct str against = call_query(call, "against");
    job->is_against = against.len > 0;
    if (!job->is_against || read_number(call, against, &job->against)) call_read(&job->head, load_both, answer_diff);
}

/* ---- the draft -------------------------------------------------------------------------------------------------------------------------- */

/* E_CONFLICT when the client has not seen the present agent. */
static enum status load_agent_seen(struct store_tx *tx, struct version_job *job)
{
    int64_t seen = json_get_int(job->head.call->body, "version", 0);
    enum status status = load_agent(tx, job);
    return status == OK && seen != 0 && seen != job->agent.version ? E_CONFLICT : status;
}

/* What is drafted goes on from the draft there is, else from what is published. */
static enum status save_draft(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    struct web_call *call = head->call;
    struct agent_version *draft = &job->version;
    enum status status = load_agent_seen(tx, job);
    if (status != OK) return status;
    status = agent_version_get(tx, job->agent.workspace, job->agent.id, AGENT_DRAFT, call->arena, draft);
    if (status != OK && status != E_NOT_FOUND) return status;
    if (status == E_NOT_FOUND) draft->settings = job->agent.settings;
    draft->workspace = job->agent.workspace;
    draft->agent = job->agent.id;
    draft->author = trail_actor(call);
    draft->created_at = store_now(tx);
    status = agent_settings_read(call, &draft->settings, &call->problem);
    if (status == OK) status = agent_settings_check(tx, call, &draft->settings);
    if (status == OK) status = agent_draft_put(tx, draft);
    return status == OK ? trail_note(tx, call, "agent.draft", job->agent.id, STR_NONE, STR_NONE) : status;
}

void versions_draft(struct web_call *call)
{
    struct version_job *job = call_job(call, struct version_job);
    call_write(&job->head, save_draft, answer_version);
}

static enum status discard_draft(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    enum status status = load_agent(tx, job);
    if (status != OK) return status;
    status = agent_draft_delete(tx, job->agent.workspace, job->agent.id);
    if (status == E_NOT_FOUND) return call_because(head->call, status, PROBLEM_NO_DRAFT);
    return status == OK ? trail_note(tx, head->call, "agent.discard", job->agent.id, STR_NONE, STR_NONE) : status;
}

static void answer_none(struct call_job *head)
{
    call_none(head->call, head->call->route->status);
}

void versions_discard(struct web_call *call)
{
    struct version_job *job = call_job(call, struct version_job);
    call_write(&job->head, discard_draft, answer_none);
}

/* ---- publishing and rolling back -------------------------------------------------------------------------------------------------------- */

/* Settings are kept as they were written, but the providers they name may be gone since. */
static enum status publish(struct store_tx *tx, struct version_job *job, const char *act)
{
    struct web_call *call = job->head.call;
    int64_t before = job->agent.published;
    job->version.author = trail_actor(call);
    job->version.note = str_trim(json_get_str(call->body, "note"));
    job->agent.updated_at = store_now(tx);
    enum status status = agent_settings_check(tx, call, &job->version.settings);
    if (status == OK) status = agent_publish(tx, &job->agent, &job->version);
    if (status != OK) return status;
    return trail_note(tx, call, act, job->agent.id, arena_fmt(call->arena, "{\"published\":%lld}", (long long)before),
                      arena_fmt(call->arena, "{\"published\":%lld}", (long long)job->agent.published));
}

static enum status publish_draft(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    enum status status = load_agent_seen(tx, job);
    if (status == OK) status = find(tx, job, AGENT_DRAFT, &job->version);
    if (status == OK) status = agent_draft_delete(tx, job->agent.workspace, job->agent.id);
    return status == OK ? publish(tx, job, "agent.publish") : status;
}

void versions_publish(struct web_call *call)
{
    struct version_job *job = call_job(call, struct version_job);
    call_write(&job->head, publish_draft, answer_version);
}

static enum status restore_version(struct store_tx *tx, struct call_job *head)
{
    struct version_job *job = (struct version_job *)head;
    enum status status = load_agent_seen(tx, job);
    if (status == OK) status = find(tx, job, job->number, &job->version);
    if (status != OK) return status;
    job->version.restored_from = job->number;
    return publish(tx, job, "agent.restore");
}

void versions_restore(struct web_call *call)
{
    struct version_job *job = call_job(call, struct version_job);
    if (!read_number(call, call->params[1], &job->number)) return;
    if (job->number == AGENT_DRAFT)
        call_refuse_id(call, PROBLEM_NO_VERSION);
    else
        call_write(&job->head, restore_version, answer_version);
}
