/* audits.c - looks that fall due some time after a creation is done. */
#include "store/query.h"

static void take_audit(struct query *q, struct arena *arena, void *row)
{
    struct audit *audit = row;
    audit->workspace = take_text(q, arena);
    audit->action = take_text(q, arena);
    audit->stage = take_int(q);
    audit->due_at = take_int(q);
    take_known(q, audit_outcome_from(take_word(q), &audit->outcome));
    audit->tickets = take_int(q);
    audit->looked_at = take_int(q);
}

static enum status write_audit(struct store_tx *tx, enum sql_id sql, const struct audit *audit, int64_t *changed)
{
    struct query q = query_start(tx, sql);
    put_text(&q, audit->workspace);
    put_text(&q, audit->action);
    put_int(&q, audit->stage);
    put_int(&q, audit->due_at);
    put_text(&q, str_from(audit_outcome_name(audit->outcome)));
    put_int(&q, audit->tickets);
    put_int(&q, audit->looked_at);
    return query_write(&q, changed);
}

enum status request_audit_insert(struct store_tx *tx, const struct audit *audit)
{
    return write_audit(tx, SQL_AUDIT_INSERT, audit, NULL);
}

enum status request_audit_update(struct store_tx *tx, const struct audit *audit)
{
    int64_t changed = 0;
    enum status status = write_audit(tx, SQL_AUDIT_UPDATE, audit, &changed);
    return status == OK && changed == 0 ? E_NOT_FOUND : status;
}

enum status request_audit_next(struct store_tx *tx, struct arena *arena, struct audit *audit)
{
    struct query q = query_start(tx, SQL_AUDIT_DUE);
    return query_one(&q, take_audit, arena, audit);
}

enum status request_audit_list(struct store_tx *tx, struct str workspace, struct str action, struct arena *arena,
                               struct audit **audits, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_AUDIT_LIST);
    put_text(&q, workspace);
    put_text(&q, action);
    enum status status = query_rows(&q, take_audit, arena, sizeof **audits, &rows);
    *audits = rows.items;
    *count = rows.count;
    return status;
}
