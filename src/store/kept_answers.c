/* kept_answers.c - what POSTs with an Idempotency-Key were answered. */
#include "store/query.h"

static void take_kept_answer(struct query *q, struct arena *arena, void *row)
{
    struct kept_answer *kept = row;
    kept->workspace = take_text(q, arena);
    kept->actor = take_text(q, arena);
    kept->hash = take_text(q, arena);
    kept->body_hash = take_text(q, arena);
    kept->process = take_text(q, arena);
    kept->status = take_int(q);
    kept->is_withheld = take_bool(q);
    kept->type = take_text(q, arena);
    kept->body = take_text(q, arena);
    kept->conversation = take_text(q, arena);
    kept->created_at = take_int(q);
}

enum status kept_answer_insert(struct store_tx *tx, const struct kept_answer *kept)
{
    struct query q = query_start(tx, SQL_KEPT_ANSWER_INSERT);
    put_text(&q, kept->workspace);
    put_text(&q, kept->actor);
    put_text(&q, kept->hash);
    put_text(&q, kept->body_hash);
    put_text(&q, kept->process);
    put_int(&q, kept->status);
    put_bool(&q, kept->is_withheld);
    put_text(&q, kept->type);
    put_bytes(&q, kept->body);
    put_link(&q, kept->conversation);
    put_int(&q, kept->created_at);
    return query_write(&q, NULL);
}

enum status kept_answer_get(struct store_tx *tx, struct str workspace, struct str actor, struct str hash, struct arena *arena,
                            struct kept_answer *kept)
{
    struct query q = query_start(tx, SQL_KEPT_ANSWER_GET);
    put_text(&q, workspace);
    put_text(&q, actor);
    put_text(&q, hash);
    return query_one(&q, take_kept_answer, arena, kept);
}

enum status kept_answer_update(struct store_tx *tx, const struct kept_answer *kept)
{
    struct query q = query_start(tx, SQL_KEPT_ANSWER_UPDATE);
    put_text(&q, kept->workspace);
    put_text(&q, kept->actor);
    put_text(&q, kept->hash);
    put_text(&q, kept->process);
    put_int(&q, kept->status);
    put_bool(&q, kept->is_withheld);
    put_text(&q, kept->type);
    put_bytes(&q, kept->body);
    put_link(&q, kept->conversation);
    return query_change(&q, E_NOT_FOUND);
}

enum status kept_answer_delete(struct store_tx *tx, const struct kept_answer *kept)
{
    struct query q = query_start(tx, SQL_KEPT_ANSWER_DELETE);
    put_text(&q, kept->workspace);
    put_text(&q, kept->actor);
    put_text(&q, kept->hash);
    return query_change(&q, E_NOT_FOUND);
}

enum status kept_answer_purge(struct store_tx *tx, struct str workspace, int64_t before)
{
    struct query q = query_start(tx, SQL_KEPT_ANSWER_PURGE);
    put_text(&q, workspace);
    put_int(&q, before);
    return query_write(&q, NULL);
}
