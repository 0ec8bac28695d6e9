/* attachments.c - files that were uploaded in a conversation, until a ticket or comment has taken them along. */
#include "base/limits.h"
#include "store/query.h"

static void take_attachment(struct query *q, struct arena *arena, void *row)
{
    struct attachment *attachment = row;
    attachment->workspace = take_text(q, arena);
    attachment->conversation = take_text(q, arena);
    attachment->id = take_text(q, arena);
    attachment->token = take_text(q, arena);
    attachment->file_name = take_text(q, arena);
    attachment->size = take_int(q);
    attachment->expires_at = take_int(q);
    attachment->action = take_text(q, arena);
    attachment->created_at = take_int(q);
}

enum status attachment_insert(struct store_tx *tx, const struct attachment *attachment)
{
    struct query q = query_start(tx, SQL_ATTACHMENT_INSERT);
    put_text(&q, attachment->workspace);
    put_text(&q, attachment->conversation);
    put_text(&q, attachment->id);
    put_text(&q, attachment->token);
    put_text(&q, attachment->file_name);
    put_int(&q, attachment->size);
    put_int(&q, attachment->expires_at);
    put_text(&q, attachment->action);
    put_int(&q, attachment->created_at);
    return query_write(&q, NULL);
}

enum status attachment_waiting(struct store_tx *tx, struct str workspace, struct str conversation, struct arena *arena,
                               struct attachment **attachments, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_ATTACHMENT_WAITING);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_limit(&q, LIMIT_PAGE_ROWS);
    enum status status = query_rows(&q, take_attachment, arena, sizeof **attachments, &rows);
    *attachments = rows.items;
    *count = rows.count;
    return status;
}

enum status attachment_take(struct store_tx *tx, struct str workspace, struct str conversation, struct str token,
                            struct str action)
{
    struct query q = query_start(tx, SQL_ATTACHMENT_TAKE);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_text(&q, token);
    put_text(&q, action);
    return query_write(&q, NULL);
}

enum status attachment_delete(struct store_tx *tx, struct str workspace, struct str conversation, struct str id)
{
    struct query q = query_start(tx, SQL_ATTACHMENT_DELETE);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}

enum status attachment_delete_expired(struct store_tx *tx, struct str workspace, struct str conversation, int64_t until)
{
    struct query q = query_start(tx, SQL_ATTACHMENT_DELETE_EXPIRED);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_int(&q, until);
    return query_write(&q, NULL);
}
