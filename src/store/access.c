/* access.c - what lets somebody in: sessions, API keys, one-time links. Secrets are not here, only their hashes. */
#include "store/query.h"

/* ---- sessions ---- */

static void take_session(struct query *q, struct arena *arena, void *row)
{
    struct session *session = row;
    session->workspace = take_text(q, arena);
    session->id = take_text(q, arena);
    session->hash = take_text(q, arena);
    session->member = take_text(q, arena);
    session->from_link = take_bool(q);
    session->created_at = take_int(q);
    session->last_seen_at = take_int(q);
    session->expires_at = take_int(q);
}

/* Removes what has expired of a member: nobody else ever would, and a new row is the moment when the old ones cost nothing extra.
 * */
static enum status delete_expired(struct store_tx *tx, enum sql_id id, struct str workspace, struct str member)
{
    struct query q = query_start(tx, id);
    put_text(&q, workspace);
    put_text(&q, member);
    put_int(&q, store_now(tx));
    return query_write(&q, NULL);
}

enum status session_insert(struct store_tx *tx, const struct session *session)
{
    enum status status = delete_expired(tx, SQL_SESSION_DELETE_EXPIRED, session->workspace, session->member);
    if (status != OK) return status;
    struct query q = query_start(tx, SQL_SESSION_INSERT);
    put_text(&q, session->workspace);
    put_text(&q, session->id);
    put_text(&q, session->hash);
    put_text(&q, session->member);
    put_bool(&q, session->from_link);
    put_int(&q, session->created_at);
    put_int(&q, session->last_seen_at);
    put_int(&q, session->expires_at);
    return query_write(&q, NULL);
}

enum status session_by_hash(struct store_tx *tx, struct str hash, struct arena *arena, struct session *session)
{
    struct query q = query_start(tx, SQL_SESSION_BY_HASH);
    put_text(&q, hash);
    return query_one(&q, take_session, arena, session);
}

enum status session_list(struct store_tx *tx, struct str workspace, struct str member, struct arena *arena,
                         struct session **sessions, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_SESSION_LIST);
    put_text(&q, workspace);
    put_text(&q, member);
    enum status status = query_rows(&q, take_session, arena, sizeof **sessions, &rows);
    *sessions = rows.items;
    *count = rows.count;
    return status;
}

enum status session_touch(struct store_tx *tx, struct str workspace, struct str id, int64_t last_seen_at)
{
    struct query q = query_start(tx, SQL_SESSION_TOUCH);
    put_text(&q, workspace);
    put_text(&q, id);
    put_int(&q, last_seen_at);
    return query_change(&q, E_NOT_FOUND);
}

enum status session_delete(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query q = query_start(tx, SQL_SESSION_DELETE);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}

enum status session_delete_of_member(struct store_tx *tx, struct str workspace, struct str member)
{
    struct query q = query_start(tx, SQL_SESSION_DELETE_OF_MEMBER);
    put_text(&q, workspace);
    put_text(&q, member);
    return query_write(&q, NULL);
}

/* ---- API keys ---- */

static void take_api_key(struct query *q, struct arena *arena, void *row)
{
    struct api_key *key = row;
    key->workspace = take_text(q, arena);
    key->id = take_text(q, arena);
    key->name = take_text(q, arena);
    key->hash = take_text(q, arena);
    key->last4 = take_text(q, arena);
    take_known(q, role_from(take_word(q), &key->role));
    key->created_at = take_int(q);
    key->last_used_at = take_int(q);
    key->revoked_at = take_int(q);
    take_known(q, key_scopes_from(take_word(q), &key->scopes));
    key->expires_at = take_int(q);
}

enum status api_key_insert(struct store_tx *tx, const struct api_key *key)
{
    struct arena arena;
    arena_init(&arena);
    struct query q = query_start(tx, SQL_API_KEY_INSERT);
    put_text(&q, key->workspace);
    put_text(&q, key->id);
    put_text(&q, key->name);
    put_text(&q, key->hash);
    put_text(&q, key->last4);
    put_text(&q, str_from(role_name(key->role)));
    put_int(&q, key->created_at);
    put_int(&q, key->last_used_at);
    put_int(&q, key->revoked_at);
    put_text(&q, key_scopes_text(key->scopes, &arena));
    put_int(&q, key->expires_at);
    enum status status = query_write(&q, NULL);
    arena_clear(&arena);
    return status;
}

enum status api_key_by_hash(struct store_tx *tx, struct str hash, struct arena *arena, struct api_key *key)
{
    struct query q = query_start(tx, SQL_API_KEY_BY_HASH);
    put_text(&q, hash);
    return query_one(&q, take_api_key, arena, key);
}

enum status api_key_touch(struct store_tx *tx, struct str workspace, struct str id, int64_t last_used_at)
{
    struct query q = query_start(tx, SQL_API_KEY_TOUCH);
    put_text(&q, workspace);
    put_text(&q, id);
    put_int(&q, last_used_at);
    return query_change(&q, E_NOT_FOUND);
}

enum status api_key_revoke(struct store_tx *tx, struct str workspace, struct str id, int64_t at)
{
    struct query q = query_start(tx, SQL_API_KEY_REVOKE);
    put_text(&q, workspace);
    put_text(&q, id);
    put_int(&q, at);
    return query_change(&q, E_NOT_FOUND);
}

enum status api_key_list(struct store_tx *tx, struct str workspace, struct arena *arena, struct api_key **keys, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_API_KEY_LIST);
    put_text(&q, workspace);
    enum status status = query_rows(&q, take_api_key, arena, sizeof **keys, &rows);
    *keys = rows.items;
    *count = rows.count;
    return status;
}

/* ---- one-time links ---- */

static void take_sign_in_link(struct query *q, struct arena *arena, void *row)
{
    struct sign_in_link *link = row;
    link->workspace = take_text(q, arena);
    link->hash = take_text(q, arena);
    link->member = take_text(q, arena);
    link->created_at = take_int(q);
    link->expires_at = take_int(q);
    link->used_at = take_int(q);
}

enum status sign_in_link_insert(struct store_tx *tx, const struct sign_in_link *link)
{
    enum status status = delete_expired(tx, SQL_SIGN_IN_LINK_DELETE_EXPIRED, link->workspace, link->member);
    if (status != OK) return status;
    struct query q = query_start(tx, SQL_SIGN_IN_LINK_INSERT);
    put_text(&q, link->workspace);
    put_text(&q, link->hash);
    put_text(&q, link->member);
    put_int(&q, link->created_at);
    put_int(&q, link->expires_at);
    put_int(&q, link->used_at);
    return query_write(&q, NULL);
}

enum status sign_in_link_by_hash(struct store_tx *tx, struct str hash, struct arena *arena, struct sign_in_link *link)
{
    struct query q = query_start(tx, SQL_SIGN_IN_LINK_BY_HASH);
    put_text(&q, hash);
    return query_one(&q, take_sign_in_link, arena, link);
}

enum status sign_in_link_use(struct store_tx *tx, struct str hash, int64_t at)
{
    struct query q = query_start(tx, SQL_SIGN_IN_LINK_USE);
    put_text(&q, hash);
    put_int(&q, at);
    return query_change(&q, E_CONFLICT);
}
