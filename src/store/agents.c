/* agents.c - agents. Their settings are rows of their own (agent_versions.c); what is read here is the published ones. */
#include "store/agent_versions.h"

static void take_agent(struct query *q, struct arena *arena, void *row)
{
    struct agent *agent = row;
    agent->workspace = take_text(q, arena);
    agent->id = take_text(q, arena);
    agent->name = take_text(q, arena);
    agent->version = take_int(q);
    agent->created_at = take_int(q);
    agent->updated_at = take_int(q);
    agent->published = take_int(q);
    agent->has_draft = take_bool(q);
}

/* A look-up of its own: in a join SQLite may begin with the versions. */
static enum status add_settings(struct store_tx *tx, struct arena *arena, struct agent *agent)
{
    struct agent_version version;
    enum status status = agent_version_get(tx, agent->workspace, agent->id, agent->published, arena, &version);
    if (status != OK) return status == E_NOT_FOUND ? E_CORRUPT : status;
    agent->settings = version.settings;
    agent->published_by = version.author;
    agent->published_at = version.created_at;
    return OK;
}

enum status agent_insert(struct store_tx *tx, const struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_INSERT);
    put_text(&q, agent->workspace);
    put_text(&q, agent->id);
    put_text(&q, agent->name);
    put_int(&q, agent->version);
    put_int(&q, agent->created_at);
    put_int(&q, agent->updated_at);
    put_int(&q, FIRST_VERSION);
    enum status status = query_write(&q, NULL);
    if (status != OK) return status;
    return agent_version_insert(tx, &(struct agent_version){ .workspace = agent->workspace,
                                                             .agent = agent->id,
                                                             .number = FIRST_VERSION,
                                                             .settings = agent->settings,
                                                             .author = agent->published_by,
                                                             .created_at = agent->created_at });
}

enum status agent_update(struct store_tx *tx, const struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_UPDATE);
    put_text(&q, agent->workspace);
    put_text(&q, agent->id);
    put_int(&q, agent->version);
    put_text(&q, agent->name);
    put_int(&q, agent->published);
    put_int(&q, agent->updated_at);
    return query_change(&q, E_CONFLICT);
}

enum status agent_publish(struct store_tx *tx, struct agent *agent, struct agent_version *version)
{
    version->workspace = agent->workspace;
    version->agent = agent->id;
    version->number = agent->published + 1;
    version->created_at = agent->updated_at;
    enum status status = agent_version_insert(tx, version);
    if (status != OK) return status;
    agent->settings = version->settings;
    agent->published = version->number;
    agent->published_by = version->author;
    agent->published_at = version->created_at;
    return agent_update(tx, agent);
}

enum status agent_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    enum status status = query_one(&q, take_agent, arena, agent);
    return status == OK ? add_settings(tx, arena, agent) : status;
}

enum status agent_is_alone(struct store_tx *tx, const struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_NAMESAKE);
    put_text(&q, agent->workspace);
    put_text(&q, agent->name);
    put_text(&q, agent->id);
    return query_none(&q, E_CONFLICT);
}

enum status agent_list(struct store_tx *tx, struct str workspace, const struct store_page *page, struct arena *arena,
                       struct agent **agents, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_AGENT_LIST);
    put_text(&q, workspace);
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_agent, arena, sizeof **agents, &rows);
    *agents = rows.items;
    *count = rows.count;
    for (size_t i = 0; i < rows.count && status == OK; i++) status = add_settings(tx, arena, &(*agents)[i]);
    return status;
}

enum status agent_delete(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query waiting = query_start(tx, SQL_AGENT_WAITING);
    put_text(&waiting, workspace);
    put_text(&waiting, id);
    enum status status = query_none(&waiting, E_CONFLICT);
    if (status != OK) return status;

    struct query calls = query_start(tx, SQL_AGENT_DELETE_TEST_CALLS);
    put_text(&calls, workspace);
    put_text(&calls, id);
    status = query_write(&calls, NULL);
    if (status != OK) return status;

    struct query q = query_start(tx, SQL_AGENT_DELETE); /* its integrations and their tests go with it: ON DELETE CASCADE */
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}
