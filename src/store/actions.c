/* actions.c - actions: what an agent proposed, and what became of it. */
#include "base/limits.h"
#include "store/words.h"

static void take_action(struct query *q, struct arena *arena, void *row)
{
    struct action *action = row;
    action->workspace = take_text(q, arena);
    action->id = take_text(q, arena);
    action->integration = take_text(q, arena);
    action->conversation = take_text(q, arena);
    action->turn = take_text(q, arena);
    take_kind(q, &action->kind);
    take_known(q, action_status_from(take_word(q), &action->status));
    action->arguments = take_text(q, arena);
    action->hash = take_text(q, arena);
    action->result = take_text(q, arena);
    action->problem = take_text(q, arena);
    action->reference = take_text(q, arena);
    action->dry_run = take_bool(q);
    action->created_at = take_int(q);
    action->updated_at = take_int(q);
}

enum status action_insert(struct store_tx *tx, const struct action *action)
{
    struct query q = query_start(tx, SQL_ACTION_INSERT);
    put_text(&q, action->workspace);
    put_text(&q, action->id);
    put_text(&q, action->integration);
    put_link(&q, action->conversation);
    put_text(&q, action->turn);
    put_kind(&q, action->kind);
    put_text(&q, str_from(action_status_name(action->status)));
    put_text(&q, action->arguments);
    put_text(&q, action->hash);
    put_text(&q, action->result);
    put_text(&q, action->problem);
    put_text(&q, action->reference);
    put_bool(&q, action->dry_run);
    put_int(&q, action->created_at);
    put_int(&q, action->updated_at);
    return query_write(&q, NULL);
}

enum status action_update(struct store_tx *tx, const struct action *action)
{
    struct query q = query_start(tx, SQL_ACTION_UPDATE);
    put_text(&q, action->workspace);
    put_text(&q, action->id);
    put_text(&q, str_from(action_status_name(action->status)));
    put_text(&q, action->result);
    put_text(&q, action->problem);
    put_text(&q, action->reference);
    put_int(&q, action->updated_at);
    return query_change(&q, E_NOT_FOUND);
}

enum status action_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct action *action)
{
    struct query q = query_start(tx, SQL_ACTION_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_action, arena, action);
}

enum status action_of_conversation(struct store_tx *tx, struct str workspace, struct str conversation, struct arena *arena,
                                   struct action **actions, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_ACTION_OF_CONVERSATION);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_limit(&q, LIMIT_PAGE_ROWS);
    enum status status = query_rows(&q, take_action, arena, sizeof **actions, &rows);
    *actions = rows.items;
    *count = rows.count;
    return status;
}

enum status action_interrupted(struct store_tx *tx, struct arena *arena, struct action **actions, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_ACTION_INTERRUPTED);
    enum status status = query_rows(&q, take_action, arena, sizeof **actions, &rows);
    *actions = rows.items;
    *count = rows.count;
    return status;
}
