/* zendesk_accounts.c - what all connections to one Zendesk account share, and their status while the account holds every call. */
#include "store/query.h"

static void take_account(struct query *q, struct arena *arena, void *row)
{
    struct zendesk_account *account = row;
    account->workspace = take_text(q, arena);
    account->subdomain = take_text(q, arena);
    account->reserve_percent = take_int(q);
    account->hold_until = take_int(q);
}

enum status zendesk_account_all(struct store_tx *tx, struct arena *arena, struct zendesk_account **accounts, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_ZENDESK_ACCOUNT_ALL);
    enum status status = query_rows(&q, take_account, arena, sizeof **accounts, &rows);
    *accounts = rows.items;
    *count = rows.count;
    return status;
}

static enum status put(struct store_tx *tx, enum sql_id id, const struct zendesk_account *account)
{
    struct query q = query_start(tx, id);
    put_text(&q, account->workspace);
    put_text(&q, account->subdomain);
    put_int(&q, account->reserve_percent);
    put_int(&q, account->hold_until);
    return query_write(&q, NULL);
}

enum status zendesk_account_hold(struct store_tx *tx, const struct zendesk_account *account)
{
    return put(tx, SQL_ZENDESK_ACCOUNT_HOLD, account);
}

enum status zendesk_account_reserve(struct store_tx *tx, const struct zendesk_account *account)
{
    return put(tx, SQL_ZENDESK_ACCOUNT_RESERVE, account);
}

enum status zendesk_account_learn(struct store_tx *tx, const struct zendesk_account *account)
{
    struct query q = query_start(tx, SQL_ZENDESK_ACCOUNT_LEARN);
    put_text(&q, account->workspace);
    put_text(&q, account->subdomain);
    put_int(&q, account->reserve_percent);
    put_text(&q, account->asked_fields);
    return query_write(&q, NULL);
}

static void take_fields(struct query *q, struct arena *arena, void *row)
{
    *(struct str *)row = take_text(q, arena);
}

enum status zendesk_account_fields(struct store_tx *tx, struct str workspace, struct str subdomain, struct arena *arena,
                                   struct str *asked_fields)
{
    struct query q = query_start(tx, SQL_ZENDESK_ACCOUNT_FIELDS);
    put_text(&q, workspace);
    put_text(&q, subdomain);
    *asked_fields = STR_NONE;
    enum status status = query_one(&q, take_fields, arena, asked_fields);
    return status == E_NOT_FOUND ? OK : status;
}

enum status integration_hold_account(struct store_tx *tx, struct str workspace, struct str subdomain, struct str problem)
{
    struct query q = query_start(tx, SQL_INTEGRATION_HOLD_ACCOUNT);
    put_text(&q, workspace);
    put_text(&q, subdomain);
    put_int(&q, store_now(tx));
    put_text(&q, problem);
    return query_write(&q, NULL);
}

enum status integration_release_account(struct store_tx *tx, struct str workspace, struct str subdomain)
{
    struct query q = query_start(tx, SQL_INTEGRATION_RELEASE_ACCOUNT);
    put_text(&q, workspace);
    put_text(&q, subdomain);
    put_int(&q, store_now(tx));
    return query_write(&q, NULL);
}
