/* members.c - settings, workspaces, and the people of a workspace. */
#include "store/query.h"

/* ---- settings ---- */

static void take_value(struct query *q, struct arena *arena, void *row)
{
    struct str *value = row;
    *value = take_text(q, arena);
}

enum status setting_get(struct store_tx *tx, struct str name, struct arena *arena, struct str *value)
{
    struct query q = query_start(tx, SQL_SETTING_GET);
    put_text(&q, name);
    return query_one(&q, take_value, arena, value);
}

enum status setting_put(struct store_tx *tx, struct str name, struct str value)
{
    struct query q = query_start(tx, SQL_SETTING_PUT);
    put_text(&q, name);
    put_text(&q, value);
    return query_write(&q, NULL);
}

/* ---- workspaces ---- */

static void take_workspace(struct query *q, struct arena *arena, void *row)
{
    struct workspace *workspace = row;
    workspace->id = take_text(q, arena);
    workspace->name = take_text(q, arena);
    workspace->created_at = take_int(q);
    workspace->admins_need_factor = take_bool(q);
}

enum status workspace_insert(struct store_tx *tx, const struct workspace *workspace)
{
    struct query q = query_start(tx, SQL_WORKSPACE_INSERT);
    put_text(&q, workspace->id);
    put_text(&q, workspace->name);
    put_int(&q, workspace->created_at);
    put_bool(&q, workspace->admins_need_factor);
    return query_write(&q, NULL);
}

enum status workspace_update(struct store_tx *tx, const struct workspace *workspace)
{
    struct query q = query_start(tx, SQL_WORKSPACE_UPDATE);
    put_text(&q, workspace->id);
    put_text(&q, workspace->name);
    put_bool(&q, workspace->admins_need_factor);
    return query_change(&q, E_NOT_FOUND);
}

enum status workspace_get(struct store_tx *tx, struct str id, struct arena *arena, struct workspace *workspace)
{
    struct query q = query_start(tx, SQL_WORKSPACE_GET);
    put_text(&q, id);
    return query_one(&q, take_workspace, arena, workspace);
}

enum status workspace_first(struct store_tx *tx, struct arena *arena, struct workspace *workspace)
{
    struct query q = query_start(tx, SQL_WORKSPACE_FIRST);
    return query_one(&q, take_workspace, arena, workspace);
}

/* ---- members ---- */

static void take_member(struct query *q, struct arena *arena, void *row)
{
    struct member *member = row;
    member->workspace = take_text(q, arena);
    member->id = take_text(q, arena);
    member->email = take_text(q, arena);
    member->name = take_text(q, arena);
    take_known(q, role_from(take_word(q), &member->role));
    member->password_hash = take_text(q, arena);
    member->created_at = take_int(q);
    member->last_seen_at = take_int(q);
    member->factor_at = take_int(q);
}

/* The address as it is unique and looked up: ASCII letters in lower case. The caller clears the buffer after the query. */
static struct str email_key(struct str email, struct buf *key)
{
    buf_init(key, email.len);
    for (size_t i = 0; i < email.len; i++) buf_char(key, char_lower(email.ptr[i]));
    return buf_view(key);
}

enum status member_insert(struct store_tx *tx, const struct member *member)
{
    struct buf key;
    struct query q = query_start(tx, SQL_MEMBER_INSERT);
    put_text(&q, member->workspace);
    put_text(&q, member->id);
    put_text(&q, member->email);
    put_text(&q, member->name);
    put_text(&q, str_from(role_name(member->role)));
    put_text(&q, member->password_hash);
    put_int(&q, member->created_at);
    put_int(&q, member->last_seen_at);
    put_text(&q, email_key(member->email, &key));
    enum status status = query_write(&q, NULL);
    buf_clear(&key);
    return status;
}

enum status member_update(struct store_tx *tx, const struct member *member)
{
    struct buf key;
    struct query q = query_start(tx, SQL_MEMBER_UPDATE);
    put_text(&q, member->workspace);
    put_text(&q, member->id);
    put_text(&q, member->email);
    put_text(&q, member->name);
    put_text(&q, str_from(role_name(member->role)));
    put_text(&q, member->password_hash);
    put_int(&q, member->last_seen_at);
    put_text(&q, email_key(member->email, &key));
    enum status status = query_change(&q, E_NOT_FOUND);
    buf_clear(&key);
    return status;
}

enum status member_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena, struct member *member)
{
    struct query q = query_start(tx, SQL_MEMBER_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_member, arena, member);
}

enum status member_by_email(struct store_tx *tx, struct str email, struct arena *arena, struct member *member)
{
    struct buf key;
    struct query q = query_start(tx, SQL_MEMBER_BY_EMAIL);
    put_text(&q, email_key(email, &key));
    enum status status = query_one(&q, take_member, arena, member);
    buf_clear(&key);
    return status;
}

enum status member_list(struct store_tx *tx, struct str workspace, struct arena *arena, struct member **members, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_MEMBER_LIST);
    put_text(&q, workspace);
    enum status status = query_rows(&q, take_member, arena, sizeof **members, &rows);
    *members = rows.items;
    *count = rows.count;
    return status;
}

enum status member_delete(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query q = query_start(tx, SQL_MEMBER_DELETE);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}
