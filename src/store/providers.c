/* providers.c - model providers. Their rows hold the key sealed; this file never sees another. */
#include "store/query.h"

static void take_provider(struct query *q, struct arena *arena, void *row)
{
    struct provider *provider = row;
    provider->workspace = take_text(q, arena);
    provider->id = take_text(q, arena);
    provider->version = take_int(q);
    provider->name = take_text(q, arena);
    take_known(q, model_protocol_from(take_word(q), &provider->protocol));
    provider->base_url = take_text(q, arena);
    take_known(q, provider_auth_from(take_word(q), &provider->auth));
    provider->sealed = take_text(q, arena);
    provider->secret_last4 = take_text(q, arena);
    provider->secret_set_at = take_int(q);
    provider->headers = take_text(q, arena);
    provider->model = take_text(q, arena);
    provider->max_completion_tokens = take_bool(q);
    provider->max_tokens = take_int(q);
    provider->context_tokens = take_int(q);
    provider->price = (struct provider_price){ 0 };
    provider->price.input = take_int(q);
    provider->price.cached_input = take_int(q);
    provider->price.output = take_int(q);
    take_known(q, provider_status_from(take_word(q), &provider->status));
    provider->problem = take_text(q, arena);
    provider->tested_at = take_int(q);
    provider->updated_at = take_int(q);
    provider->redact.email = take_bool(q);
    provider->redact.phone = take_bool(q);
    provider->redact.iban = take_bool(q);
    provider->created_at = take_int(q);
}

/* All but created_at, which no update changes: the parameters of both writing statements. */
static struct query put_provider(struct store_tx *tx, enum sql_id id, const struct provider *provider)
{
    struct query q = query_start(tx, id);
    put_text(&q, provider->workspace);
    put_text(&q, provider->id);
    put_int(&q, provider->version);
    put_text(&q, provider->name);
    put_text(&q, str_from(model_protocol_name(provider->protocol)));
    put_text(&q, provider->base_url);
    put_text(&q, str_from(provider_auth_name(provider->auth)));
    put_text(&q, provider->sealed);
    put_text(&q, provider->secret_last4);
    put_int(&q, provider->secret_set_at);
    put_text(&q, provider->headers);
    put_text(&q, provider->model);
    put_bool(&q, provider->max_completion_tokens);
    put_int(&q, provider->max_tokens);
    put_int(&q, provider->context_tokens);
    put_int(&q, provider->price.input);
    put_int(&q, provider->price.cached_input);
    put_int(&q, provider->price.output);
    put_text(&q, str_from(provider_status_name(provider->status)));
    put_text(&q, provider->problem);
    put_int(&q, provider->tested_at);
    put_int(&q, provider->updated_at);
    put_bool(&q, provider->redact.email);
    put_bool(&q, provider->redact.phone);
    put_bool(&q, provider->redact.iban);
    return q;
}

enum status provider_insert(struct store_tx *tx, const struct provider *provider)
{
    struct query q = put_provider(tx, SQL_PROVIDER_INSERT, provider);
    put_int(&q, provider->created_at);
    return query_write(&q, NULL);
}

enum status provider_update(struct store_tx *tx, const struct provider *provider)
{
    struct query q = put_provider(tx, SQL_PROVIDER_UPDATE, provider);
    return query_change(&q, E_CONFLICT);
}

enum status provider_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct provider *provider)
{
    struct query q = query_start(tx, SQL_PROVIDER_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_provider, arena, provider);
}

enum status provider_list(struct store_tx *tx, struct str workspace, const struct store_page *page, struct arena *arena,
                          struct provider **providers, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_PROVIDER_LIST);
    put_text(&q, workspace);
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_provider, arena, sizeof **providers, &rows);
    *providers = rows.items;
    *count = rows.count;
    return status;
}

static void take_user(struct query *q, struct arena *arena, void *row)
{
    struct agent *agent = row;
    agent->id = take_text(q, arena);
    agent->name = take_text(q, arena);
}

enum status provider_users(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct agent **agents,
                           size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_PROVIDER_USERS);
    put_text(&q, workspace);
    put_text(&q, id);
    enum status status = query_rows(&q, take_user, arena, sizeof **agents, &rows);
    *agents = rows.items;
    *count = rows.count;
    return status;
}

enum status provider_delete(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query users = query_start(tx, SQL_PROVIDER_USERS);
    put_text(&users, workspace);
    put_text(&users, id);
    enum status status = query_none(&users, E_CONFLICT);
    if (status != OK) return status;

    struct query q = query_start(tx, SQL_PROVIDER_DELETE);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}
