/* webhooks.c - the operator's webhook, what it is to be told, and when a connection is looked at although nobody used it. */
#include "store/query.h"

enum { NOTICES_KEPT = 200 };

/* ---- the webhook ------------------------------------------------------------------------------------------------------------- */

static void take_webhook(struct query *q, struct arena *arena, void *row)
{
    struct webhook *webhook = row;
    webhook->workspace = take_text(q, arena);
    webhook->url = take_text(q, arena);
    webhook->sealed = take_text(q, arena);
    webhook->former_sealed = take_text(q, arena);
    webhook->former_until = take_int(q);
    webhook->disabled_at = take_int(q);
    webhook->secret_set_at = take_int(q);
    webhook->created_at = take_int(q);
}

enum status webhook_get(struct store_tx *tx, struct str workspace, struct arena *arena, struct webhook *webhook)
{
    struct query q = query_start(tx, SQL_WEBHOOK_GET);
    put_text(&q, workspace);
    return query_one(&q, take_webhook, arena, webhook);
}

enum status webhook_put(struct store_tx *tx, const struct webhook *webhook)
{
    struct query q = query_start(tx, SQL_WEBHOOK_PUT);
    put_text(&q, webhook->workspace);
    put_text(&q, webhook->url);
    put_text(&q, webhook->sealed);
    put_text(&q, webhook->former_sealed);
    put_int(&q, webhook->former_until);
    put_int(&q, webhook->disabled_at);
    put_int(&q, webhook->secret_set_at);
    put_int(&q, webhook->created_at);
    return query_write(&q, NULL);
}

enum status webhook_delete(struct store_tx *tx, struct str workspace)
{
    struct query q = query_start(tx, SQL_WEBHOOK_DELETE);
    put_text(&q, workspace);
    return query_change(&q, E_NOT_FOUND);
}

/* ---- notices ------------------------------------------------------------------------------------------------------------------ */

static void take_notice(struct query *q, struct arena *arena, void *row)
{
    struct notice *notice = row;
    notice->workspace = take_text(q, arena);
    notice->id = take_text(q, arena);
    notice->type = take_text(q, arena);
    notice->body = take_text(q, arena);
    take_known(q, notice_state_from(take_word(q), &notice->state));
    notice->attempts = take_int(q);
    notice->due_at = take_int(q);
    notice->status = take_int(q);
    notice->fault = take_text(q, arena);
    notice->created_at = take_int(q);
    notice->tried_at = take_int(q);
}

static enum status forget_old_notices(struct store_tx *tx, struct str workspace)
{
    struct query q = query_start(tx, SQL_NOTICE_DELETE_OLD);
    put_text(&q, workspace);
    put_int(&q, NOTICES_KEPT);
    return query_write(&q, NULL);
}

enum status notice_insert(struct store_tx *tx, const struct notice *notice)
{
    struct query q = query_start(tx, SQL_NOTICE_INSERT);
    put_text(&q, notice->workspace);
    put_text(&q, notice->id);
    put_text(&q, notice->type);
    put_text(&q, notice->body);
    put_text(&q, str_from(notice_state_name(notice->state)));
    put_int(&q, notice->attempts);
    put_int(&q, notice->due_at);
    put_int(&q, notice->status);
    put_text(&q, notice->fault);
    put_int(&q, notice->created_at);
    put_int(&q, notice->tried_at);
    enum status status = query_write(&q, NULL);
    return status ? status : forget_old_notices(tx, notice->workspace);
}

enum status notice_update(struct store_tx *tx, const struct notice *notice)
{
    struct query q = query_start(tx, SQL_NOTICE_UPDATE);
    put_text(&q, notice->workspace);
    put_text(&q, notice->id);
    put_text(&q, str_from(notice_state_name(notice->state)));
    put_int(&q, notice->attempts);
    put_int(&q, notice->due_at);
    put_int(&q, notice->status);
    put_text(&q, notice->fault);
    put_int(&q, notice->tried_at);
    return query_change(&q, E_NOT_FOUND);
}

enum status notice_next(struct store_tx *tx, const struct str but[NOTICES_OUT_MAX], struct arena *arena, struct notice *notice)
{
    struct query q = query_start(tx, SQL_NOTICE_NEXT);
    for (size_t i = 0; i < NOTICES_OUT_MAX; i++) put_text(&q, but[i]);
    return query_one(&q, take_notice, arena, notice);
}

enum status notice_list(struct store_tx *tx, struct str workspace, const struct store_page *page, struct arena *arena,
                        struct notice **notices, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_NOTICE_LIST);
    put_text(&q, workspace);
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_notice, arena, sizeof **notices, &rows);
    *notices = rows.items;
    *count = rows.count;
    return status;
}

/* ---- beats -------------------------------------------------------------------------------------------------------------------- */

static void take_beat(struct query *q, struct arena *arena, void *row)
{
    struct integration_beat *beat = row;
    beat->workspace = take_text(q, arena);
    beat->integration = take_text(q, arena);
    beat->due_at = take_int(q);
}

enum status integration_next_beat(struct store_tx *tx, struct arena *arena, struct integration_beat *beat)
{
    struct query q = query_start(tx, SQL_INTEGRATION_NEXT_BEAT);
    return query_one(&q, take_beat, arena, beat);
}

enum status integration_set_beat(struct store_tx *tx, const struct integration_beat *beat)
{
    struct query q = query_start(tx, SQL_INTEGRATION_SET_BEAT);
    put_text(&q, beat->workspace);
    put_text(&q, beat->integration);
    put_int(&q, beat->due_at);
    return query_change(&q, E_NOT_FOUND);
}
