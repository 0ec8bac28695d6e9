/* agent_versions.c - an agent's settings as they were published one after the other, and its draft.
 *
 * A published row is never written again, so rolling back is publishing the old settings under a new number: the history stays whole, and a conversation's number of the settings
 * it ran under means the same for ever. The draft is the row numbered AGENT_DRAFT; putting it is taking the old one away first.
 */
#include "store/agent_versions.h"

static void take_settings(struct query *q, struct arena *arena, struct agent_settings *settings)
{
    settings->instructions = take_text(q, arena);
    settings->tone = take_text(q, arena);
    settings->languages = take_text(q, arena);
    settings->escalation = take_text(q, arena);
    settings->ticket_priority = take_text(q, arena);
    settings->ticket_type = take_text(q, arena);
    settings->ticket_tags = take_text(q, arena);
    take_known(q, engine_from(take_word(q), &settings->engine));
    settings->provider = take_text(q, arena);
    settings->model = take_text(q, arena);
    settings->fallbacks = take_text(q, arena);
}

static void put_settings(struct query *q, const struct agent_settings *settings)
{
    put_text(q, settings->instructions);
    put_text(q, settings->tone);
    put_text(q, settings->languages);
    put_text(q, settings->escalation);
    put_text(q, settings->ticket_priority);
    put_text(q, settings->ticket_type);
    put_text(q, settings->ticket_tags);
    put_text(q, str_from(engine_name(settings->engine)));
    put_text(q, settings->provider);
    put_text(q, settings->model);
    put_text(q, settings->fallbacks);
}

static void take_version(struct query *q, struct arena *arena, void *row)
{
    struct agent_version *version = row;
    version->workspace = take_text(q, arena);
    version->agent = take_text(q, arena);
    version->number = take_int(q);
    version->note = take_text(q, arena);
    version->author = take_text(q, arena);
    version->restored_from = take_int(q);
    version->created_at = take_int(q);
    take_settings(q, arena, &version->settings);
}

enum status agent_version_insert(struct store_tx *tx, const struct agent_version *version)
{
    struct query q = query_start(tx, SQL_AGENT_VERSION_INSERT);
    put_text(&q, version->workspace);
    put_text(&q, version->agent);
    put_int(&q, version->number);
    put_text(&q, version->note);
    put_text(&q, version->author);
    put_int(&q, version->restored_from);
    put_int(&q, version->created_at);
    put_settings(&q, &version->settings);
    return query_write(&q, NULL);
}

enum status agent_version_get(struct store_tx *tx, struct str workspace, struct str agent, int64_t number, struct arena *arena,
                              struct agent_version *version)
{
    struct query q = query_start(tx, SQL_AGENT_VERSION_GET);
    put_text(&q, workspace);
    put_text(&q, agent);
    put_int(&q, number);
    return query_one(&q, take_version, arena, version);
}

enum status agent_version_list(struct store_tx *tx, struct str workspace, struct str agent, int64_t before, size_t limit,
                               struct arena *arena, struct agent_version **versions, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_AGENT_VERSION_LIST);
    put_text(&q, workspace);
    put_text(&q, agent);
    put_int(&q, before > 0 ? before : INT64_MAX);
    put_limit(&q, limit);
    enum status status = query_rows(&q, take_version, arena, sizeof **versions, &rows);
    *versions = rows.items;
    *count = rows.count;
    return status;
}

static enum status delete_draft(struct store_tx *tx, struct str workspace, struct str agent, int64_t *deleted)
{
    struct query q = query_start(tx, SQL_AGENT_DRAFT_DELETE);
    put_text(&q, workspace);
    put_text(&q, agent);
    return query_write(&q, deleted);
}

enum status agent_draft_put(struct store_tx *tx, struct agent_version *draft)
{
    draft->number = AGENT_DRAFT;
    enum status status = delete_draft(tx, draft->workspace, draft->agent, NULL);
    return status == OK ? agent_version_insert(tx, draft) : status;
}

enum status agent_draft_delete(struct store_tx *tx, struct str workspace, struct str agent)
{
    int64_t deleted = 0;
    enum status status = delete_draft(tx, workspace, agent, &deleted);
    return status == OK && deleted == 0 ? E_NOT_FOUND : status;
}
