/* agents.c - agents. */
#include "store/query.h"

static struct str engine_word(enum engine engine)
{
    return engine == ENGINE_BUILTIN ? STR("builtin") : STR("provider");
}

static bool engine_from_word(struct str word, enum engine *engine)
{
    *engine = str_eq(word, engine_word(ENGINE_BUILTIN)) ? ENGINE_BUILTIN : ENGINE_PROVIDER;
    return str_eq(word, engine_word(*engine));
}

static void take_agent(struct query *q, struct arena *arena, void *row)
{
    struct agent *agent = row;
    agent->workspace = take_text(q, arena);
    agent->id = take_text(q, arena);
    agent->name = take_text(q, arena);
    agent->instructions = take_text(q, arena);
    take_known(q, engine_from_word(take_word(q), &agent->engine));
    agent->provider = take_text(q, arena);
    agent->model = take_text(q, arena);
    agent->version = take_int(q);
    agent->created_at = take_int(q);
    agent->updated_at = take_int(q);
}

enum status agent_insert(struct store_tx *tx, const struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_INSERT);
    put_text(&q, agent->workspace);
    put_text(&q, agent->id);
    put_text(&q, agent->name);
    put_text(&q, agent->instructions);
    put_text(&q, engine_word(agent->engine));
    put_text(&q, agent->provider);
    put_text(&q, agent->model);
    put_int(&q, agent->version);
    put_int(&q, agent->created_at);
    put_int(&q, agent->updated_at);
    return query_write(&q, NULL);
}

enum status agent_update(struct store_tx *tx, const struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_UPDATE);
    put_text(&q, agent->workspace);
    put_text(&q, agent->id);
    put_int(&q, agent->version);
    put_text(&q, agent->name);
    put_text(&q, agent->instructions);
    put_text(&q, engine_word(agent->engine));
    put_text(&q, agent->provider);
    put_text(&q, agent->model);
    put_int(&q, agent->updated_at);
    return query_change(&q, E_CONFLICT);
}

enum status agent_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct agent *agent)
{
    struct query q = query_start(tx, SQL_AGENT_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_agent, arena, agent);
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
