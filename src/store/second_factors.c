/* second_factors.c - members' authenticator apps, and the codes for the day when one is lost: of those only digests, and a used one is removed. */
#include "store/query.h"

static void take_second_factor(struct query *q, struct arena *arena, void *row)
{
    struct second_factor *factor = row;
    factor->workspace = take_text(q, arena);
    factor->member = take_text(q, arena);
    factor->secret = take_text(q, arena);
    factor->confirmed_at = take_int(q);
    factor->used_step = take_int(q);
    factor->created_at = take_int(q);
}

static struct query of_member(struct store_tx *tx, enum sql_id id, struct str workspace, struct str member)
{
    struct query q = query_start(tx, id);
    put_text(&q, workspace);
    put_text(&q, member);
    return q;
}

enum status second_factor_put(struct store_tx *tx, const struct second_factor *factor)
{
    struct query q = of_member(tx, SQL_SECOND_FACTOR_PUT, factor->workspace, factor->member);
    put_text(&q, factor->secret);
    put_int(&q, factor->confirmed_at);
    put_int(&q, factor->used_step);
    put_int(&q, factor->created_at);
    return query_write(&q, NULL);
}

enum status second_factor_get(struct store_tx *tx, struct str workspace, struct str member, struct arena *arena,
                              struct second_factor *factor)
{
    struct query q = of_member(tx, SQL_SECOND_FACTOR_GET, workspace, member);
    return query_one(&q, take_second_factor, arena, factor);
}

enum status second_factor_confirm(struct store_tx *tx, struct str workspace, struct str member, int64_t at)
{
    struct query q = of_member(tx, SQL_SECOND_FACTOR_CONFIRM, workspace, member);
    put_int(&q, at);
    return query_change(&q, E_NOT_FOUND);
}

enum status second_factor_use(struct store_tx *tx, struct str workspace, struct str member, int64_t step)
{
    struct query q = of_member(tx, SQL_SECOND_FACTOR_USE, workspace, member);
    put_int(&q, step);
    return query_change(&q, E_CONFLICT);
}

enum status second_factor_delete(struct store_tx *tx, struct str workspace, struct str member)
{
    enum status status = recovery_code_clear(tx, workspace, member);
    if (status != OK) return status;
    struct query q = of_member(tx, SQL_SECOND_FACTOR_DELETE, workspace, member);
    return query_change(&q, E_NOT_FOUND);
}

/* ---- recovery codes ------------------------------------------------------------------------------------------------------------- */

enum status recovery_code_insert(struct store_tx *tx, struct str workspace, struct str member, struct str hash)
{
    struct query q = of_member(tx, SQL_RECOVERY_CODE_INSERT, workspace, member);
    put_text(&q, hash);
    return query_write(&q, NULL);
}

enum status recovery_code_use(struct store_tx *tx, struct str workspace, struct str member, struct str hash)
{
    struct query q = of_member(tx, SQL_RECOVERY_CODE_USE, workspace, member);
    put_text(&q, hash);
    return query_change(&q, E_NOT_FOUND);
}

enum status recovery_code_clear(struct store_tx *tx, struct str workspace, struct str member)
{
    struct query q = of_member(tx, SQL_RECOVERY_CODE_CLEAR, workspace, member);
    return query_write(&q, NULL);
}

static void take_count(struct query *q, struct arena *arena, void *row)
{
    (void)arena;
    *(int64_t *)row = take_int(q);
}

enum status recovery_code_count(struct store_tx *tx, struct str workspace, struct str member, int64_t *count)
{
    struct query q = of_member(tx, SQL_RECOVERY_CODE_COUNT, workspace, member);
    return query_one(&q, take_count, NULL, count);
}
