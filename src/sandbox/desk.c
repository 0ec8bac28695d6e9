/* desk.c - SQLite behind the few verbs the practice Zendesk needs.
 *
 * WAL with synchronous=NORMAL: a kill of the process at any moment loses nothing that was answered, and a power cut at worst the
 * last moments of practice data, which buys a commit without a disk flush. Everything of one request is one transaction, so an
 * answer and its idempotency key are stored together or not at all. The schema is a list of steps; PRAGMA user_version says how
 * many of them a file has had.
 *
 * Rejected: a status from every bind and step. All callers would do the same with it, so the connection remembers the first
 * failure and desk_commit reports it.
 */
#include "sandbox/desk.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

enum { DESK_STATEMENTS_MAX = 192, BUSY_MS = 5000 };

static const int64_t FIRST_ID = 6130907993114; /* as large as real ids are today (2^42.5) */
static const int64_t FIRST_TICKET_ID = 35436;
static const int64_t ID_STEP = 128; /* ids of one request lie close together, as in recorded answers, but never adjoin */

struct desk_query {
    const char *sql;
    sqlite3_stmt *statement;
    struct desk *desk;
};

struct desk {
    sqlite3 *handle;
    bool failed;
    struct desk_query queries[DESK_STATEMENTS_MAX];
    size_t query_count;
};

static const char *const steps[] = {
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE user ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, external_id TEXT, role TEXT NOT NULL, custom_role_id INTEGER NOT "
    "NULL,"
    "  verified INTEGER NOT NULL, suspended INTEGER NOT NULL, active INTEGER NOT NULL, phone TEXT, organization_id INTEGER NOT "
    "NULL,"
    "  alias TEXT, details TEXT, notes TEXT, signature TEXT, tags TEXT NOT NULL, user_fields TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX user_external ON user (external_id COLLATE NOCASE) WHERE external_id IS NOT NULL;"
    /* Every address a person can be found by; user.email is the primary one of them. */
    "CREATE TABLE identity (email TEXT COLLATE NOCASE PRIMARY KEY, user_id INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX identity_user ON identity (user_id);"

    "CREATE TABLE ticket ("
    "  id INTEGER PRIMARY KEY, external_id TEXT, channel TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
    "  deleted_at INTEGER NOT NULL, type TEXT, subject TEXT, description TEXT NOT NULL, priority TEXT, status TEXT NOT NULL,"
    "  requester_id INTEGER NOT NULL, submitter_id INTEGER NOT NULL, assignee_id INTEGER NOT NULL, group_id INTEGER NOT NULL,"
    "  organization_id INTEGER NOT NULL, problem_id INTEGER NOT NULL, recipient TEXT, is_public INTEGER NOT NULL,"
    "  public_default INTEGER NOT NULL, due_at INTEGER NOT NULL, tags TEXT NOT NULL, custom_fields TEXT NOT NULL);"
    "CREATE INDEX ticket_external ON ticket (external_id) WHERE external_id IS NOT NULL;"
    "CREATE INDEX ticket_requester ON ticket (requester_id);"

    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL, created_at INTEGER NOT NULL, author_id INTEGER NOT NULL, channel TEXT "
    "NOT NULL,"
    "  metadata TEXT NOT NULL, client TEXT, address TEXT);"
    "CREATE INDEX audit_ticket ON audit (ticket_id);"
    "CREATE TABLE event ("
    "  id INTEGER PRIMARY KEY, audit_id INTEGER NOT NULL, type TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, previous "
    "TEXT);"
    "CREATE INDEX event_audit ON event (audit_id);"
    "CREATE TABLE comment ("
    "  id INTEGER PRIMARY KEY, audit_id INTEGER NOT NULL, ticket_id INTEGER NOT NULL, author_id INTEGER NOT NULL, body TEXT NOT "
    "NULL,"
    "  html_body TEXT NOT NULL, public INTEGER NOT NULL, created_at INTEGER NOT NULL);"
    "CREATE INDEX comment_audit ON comment (audit_id);"
    "CREATE INDEX comment_ticket ON comment (ticket_id);"

    "CREATE TABLE oauth_token (hash TEXT PRIMARY KEY, scope TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE idempotency ("
    "  key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, status INTEGER NOT NULL, location TEXT, body TEXT NOT NULL, created_at "
    "INTEGER NOT NULL);"
    "CREATE INDEX idempotency_age ON idempotency (created_at);"
    "CREATE TABLE request ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, headers TEXT NOT "
    "NULL,"
    "  body TEXT NOT NULL, status INTEGER NOT NULL);",

    /* Records of many kinds (record.h), jobs, files, webhooks; identities with ids; what tickets have learnt since. */
    "CREATE TABLE record ("
    "  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, parent INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT "
    "NULL,"
    "  body TEXT NOT NULL);"
    "CREATE INDEX record_kind ON record (kind, id);"
    "CREATE INDEX record_parent ON record (kind, parent);"
    "CREATE TABLE job (id TEXT PRIMARY KEY, type TEXT NOT NULL, total INTEGER NOT NULL, results TEXT NOT NULL, created_at "
    "INTEGER NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE attachment ("
    "  id INTEGER PRIMARY KEY, comment_id INTEGER NOT NULL, size INTEGER NOT NULL, created_at INTEGER NOT NULL, token TEXT NOT "
    "NULL,"
    "  file_name TEXT NOT NULL, content_type TEXT NOT NULL, secret TEXT NOT NULL, bytes BLOB NOT NULL);"
    "CREATE INDEX attachment_comment ON attachment (comment_id);"
    "CREATE INDEX attachment_token ON attachment (token);"
    "CREATE INDEX attachment_secret ON attachment (secret);"
    "CREATE TABLE webhook ("
    "  id TEXT PRIMARY KEY, body TEXT NOT NULL, secret TEXT NOT NULL, created_at INTEGER NOT NULL, created_by INTEGER NOT NULL)"
    "  WITHOUT ROWID;"
    "CREATE TABLE delivery ("
    "  id INTEGER PRIMARY KEY, webhook_id TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL, status_code INTEGER NOT "
    "NULL,"
    "  created_at INTEGER NOT NULL, completed_at INTEGER NOT NULL, answer TEXT NOT NULL);"
    "CREATE INDEX delivery_webhook ON delivery (webhook_id, id);"
    "CREATE INDEX delivery_state ON delivery (state) WHERE state = 'waiting';"
    "ALTER TABLE identity ADD COLUMN id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE identity ADD COLUMN type TEXT NOT NULL DEFAULT 'email';"
    "ALTER TABLE identity ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE identity ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;"
    /* Ids lie 128 apart, so there is room beside a user's own for those of its addresses. */
    "UPDATE identity SET id = user_id + 1 + (SELECT count(*) FROM identity o"
    "  WHERE o.user_id = identity.user_id AND o.email < identity.email),"
    "  created_at = coalesce((SELECT created_at FROM user WHERE user.id = user_id), 0),"
    "  verified = coalesce((SELECT verified FROM user WHERE user.id = user_id), 0);"
    "CREATE INDEX identity_id ON identity (id);"
    "ALTER TABLE ticket ADD COLUMN custom_status_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE ticket ADD COLUMN form_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE ticket ADD COLUMN followup_of INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX ticket_followup ON ticket (followup_of) WHERE followup_of <> 0;",
};

enum { STEPS = sizeof steps / sizeof *steps };

static void note_failure(struct desk *desk, const char *during)
{
    if (!desk->failed)
        log_error("practice database failed", LOG_STR("during", str_from(during)),
                  LOG_STR("detail", str_from(sqlite3_errmsg(desk->handle))));
    desk->failed = true;
}

static bool run_script(struct desk *desk, const char *sql)
{
    if (sqlite3_exec(desk->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return true;
    note_failure(desk, "a fixed statement");
    return false;
}

/* ---- opening and the schema --------------------------------------------------------------------------------------------- */

static int64_t schema_version(struct desk *desk)
{
    struct desk_query *q = desk_query(desk, "PRAGMA user_version");
    int64_t version = desk_next(q) ? desk_int(q, 0) : -1;
    desk_done(q);
    return version;
}

/* PRAGMA takes no parameters, so the step number becomes text here; it is ours, not input. */
static bool apply_step(struct desk *desk, int step)
{
    char pragma[40];
    sqlite3_snprintf(sizeof pragma, pragma, "PRAGMA user_version = %d", step + 1);
    if (!run_script(desk, "BEGIN IMMEDIATE")) return false;
    if (run_script(desk, steps[step]) && run_script(desk, pragma) && run_script(desk, "COMMIT")) return true;
    sqlite3_exec(desk->handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static enum status bring_up_to_date(struct desk *desk, const char *path, struct err *err)
{
    if (!run_script(desk, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))
        return err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(desk->handle));
    int64_t version = schema_version(desk);
    if (version < 0) return err_set(err, E_CORRUPT, "%s is not a practice database: %s", path, sqlite3_errmsg(desk->handle));
    if (version > STEPS) return err_set(err, E_INPUT, "%s was written by a newer version of this program", path);
    for (int step = (int)version; step < STEPS; step++)
        if (!apply_step(desk, step)) return err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(desk->handle));
    return OK;
}

struct desk *desk_open(const char *path, struct err *err)
{
    struct desk *desk = mem_alloc(sizeof *desk);
    if (sqlite3_open_v2(path, &desk->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        (void)err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(desk->handle));
        desk_close(desk);
        return NULL;
    }
    sqlite3_busy_timeout(desk->handle, BUSY_MS);
    if (bring_up_to_date(desk, path, err) != OK) {
        desk_close(desk);
        return NULL;
    }
    return desk;
}

void desk_close(struct desk *desk)
{
    if (!desk) return;
    for (size_t i = 0; i < desk->query_count; i++) sqlite3_finalize(desk->queries[i].statement);
    sqlite3_close(desk->handle);
    mem_free(desk);
}

/* ---- transactions ------------------------------------------------------------------------------------------------------- */

void desk_begin(struct desk *desk)
{
    desk->failed = false;
    run_script(desk, "BEGIN IMMEDIATE");
}

static void roll_back(struct desk *desk)
{
    for (size_t i = 0; i < desk->query_count; i++) desk_done(&desk->queries[i]);
    if (!sqlite3_get_autocommit(desk->handle)) run_script(desk, "ROLLBACK");
}

bool desk_commit(struct desk *desk)
{
    if (!desk->failed && run_script(desk, "COMMIT")) return true;
    roll_back(desk);
    return false;
}

/* ---- statements --------------------------------------------------------------------------------------------------------- */

static struct desk_query *find_query(struct desk *desk, const char *sql)
{
    for (size_t i = 0; i < desk->query_count; i++)
        if (desk->queries[i].sql == sql) return &desk->queries[i];
    return NULL;
}

struct desk_query *desk_query(struct desk *desk, const char *sql)
{
    struct desk_query *q = find_query(desk, sql);
    if (q) {
        assert(!sqlite3_stmt_busy(q->statement)); /* a query inside its own loop would lose the loop's place */
        sqlite3_reset(q->statement);
        sqlite3_clear_bindings(q->statement);
        return q;
    }
    assert(desk->query_count < DESK_STATEMENTS_MAX);
    q = &desk->queries[desk->query_count++];
    *q = (struct desk_query){ .sql = sql, .desk = desk };
    if (sqlite3_prepare_v3(desk->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, NULL) != SQLITE_OK)
        note_failure(desk, sql);
    return q;
}

void desk_bind_int(struct desk_query *q, int parameter, int64_t value)
{
    if (sqlite3_bind_int64(q->statement, parameter, value) != SQLITE_OK) note_failure(q->desk, q->sql);
}

void desk_bind_text(struct desk_query *q, int parameter, struct str text)
{
    int result = text.ptr ? sqlite3_bind_text64(q->statement, parameter, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8)
                          : sqlite3_bind_null(q->statement, parameter);
    if (result != SQLITE_OK) note_failure(q->desk, q->sql);
}

void desk_bind_bytes(struct desk_query *q, int parameter, struct str bytes)
{
    if (sqlite3_bind_blob64(q->statement, parameter, bytes.len ? bytes.ptr : "", bytes.len, SQLITE_STATIC) != SQLITE_OK)
        note_failure(q->desk, q->sql);
}

bool desk_next(struct desk_query *q)
{
    if (q->desk->failed) return false;
    int result = sqlite3_step(q->statement);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) note_failure(q->desk, q->sql);
    desk_done(q);
    return false;
}

void desk_run(struct desk_query *q)
{
    if (desk_next(q)) desk_done(q);
}

/* The result of sqlite3_reset repeats that of the last step, which desk_next has dealt with. */
void desk_done(struct desk_query *q)
{
    (void)sqlite3_reset(q->statement);
    (void)sqlite3_clear_bindings(q->statement);
}

int64_t desk_int(struct desk_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

struct str desk_text(struct desk_query *q, int column, struct arena *arena)
{
    if (sqlite3_column_type(q->statement, column) == SQLITE_NULL) return STR_NONE;
    const char *text = sqlite3_column_type(q->statement, column) == SQLITE_BLOB
                           ? sqlite3_column_blob(q->statement, column)
                           : (const char *)sqlite3_column_text(q->statement, column);
    return arena_str(arena, (struct str){ text, (size_t)sqlite3_column_bytes(q->statement, column) });
}

int64_t desk_changes(const struct desk *desk)
{
    return sqlite3_changes64(desk->handle);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------ */

int64_t desk_setting(struct desk *desk, struct str name, int64_t fallback)
{
    struct desk_query *q = desk_query(desk, "SELECT value FROM setting WHERE name = ?1");
    desk_bind_text(q, 1, name);
    int64_t value = desk_next(q) ? desk_int(q, 0) : fallback;
    desk_done(q);
    return value;
}

void desk_set(struct desk *desk, struct str name, int64_t value)
{
    struct desk_query *q =
        desk_query(desk, "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    desk_bind_text(q, 1, name);
    desk_bind_int(q, 2, value);
    desk_run(q);
}

static int64_t next_of(struct desk *desk, struct str sequence, int64_t first, int64_t step)
{
    int64_t id = desk_setting(desk, sequence, first);
    desk_set(desk, sequence, id + step);
    return id;
}

int64_t desk_new_id(struct desk *desk)
{
    return next_of(desk, STR("next_id"), FIRST_ID, ID_STEP);
}

int64_t desk_new_ticket_id(struct desk *desk)
{
    return next_of(desk, STR("next_ticket_id"), FIRST_TICKET_ID, 1);
}

void desk_erase(struct desk *desk)
{
    run_script(
        desk,
        "DELETE FROM setting; DELETE FROM user; DELETE FROM identity; DELETE FROM ticket; DELETE FROM audit; DELETE FROM event;"
        "DELETE FROM comment; DELETE FROM oauth_token; DELETE FROM idempotency; DELETE FROM request; DELETE FROM record;"
        "DELETE FROM job; DELETE FROM attachment; DELETE FROM webhook; DELETE FROM delivery;");
}
