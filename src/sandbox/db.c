/* db.c - SQLite behind the few verbs the practice Zendesk needs.
 *
 * WAL with synchronous=NORMAL: a kill of the process at any moment loses nothing that was answered, and a power cut at worst the last
 * moments of practice data, which buys a commit without a disk flush. Everything of one request is one transaction, so an answer and its idempotency key are stored
 * together or not at all. The schema is a list of steps; PRAGMA user_version says how many of them a file has had.
 *
 * Rejected: a status from every bind and step. All callers would do the same with it, so the connection remembers the first failure and db_commit
 * reports it.
 */
#include "sandbox/db.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

enum { DB_STATEMENTS_MAX = 128, BUSY_MS = 5000 };

static const int64_t FIRST_ID = 6130907993114; /* as large as real ids are today (2^42.5) */
static const int64_t FIRST_TICKET_ID = 35436;
static const int64_t ID_STEP = 128; /* ids of one request lie close together, as in recorded answers, but never adjoin */

struct db_query {
    const char *sql;
    sqlite3_stmt *statement;
    struct db *db;
};

struct db {
    sqlite3 *handle;
    bool failed;
    struct db_query queries[DB_STATEMENTS_MAX];
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
    "CREATE TABLE request ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, headers TEXT NOT "
    "NULL,"
    "  body TEXT NOT NULL, status INTEGER NOT NULL);",
};

enum { STEPS = sizeof steps / sizeof *steps };

static void note_failure(struct db *db, const char *during)
{
    if (!db->failed)
        log_error("practice database failed", LOG_STR("during", str_from(during)),
                  LOG_STR("detail", str_from(sqlite3_errmsg(db->handle))));
    db->failed = true;
}

static bool run_script(struct db *db, const char *sql)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return true;
    note_failure(db, "a fixed statement");
    return false;
}

/* ---- opening and the schema --------------------------------------------------------------------------------------------- */

static int64_t schema_version(struct db *db)
{
    struct db_query *q = db_query(db, "PRAGMA user_version");
    int64_t version = db_next(q) ? db_int(q, 0) : -1;
    db_done(q);
    return version;
}

/* PRAGMA takes no parameters, so the step number becomes text here; it is ours, not input. */
static bool apply_step(struct db *db, int step)
{
    char pragma[40];
    sqlite3_snprintf(sizeof pragma, pragma, "PRAGMA user_version = %d", step + 1);
    if (!run_script(db, "BEGIN IMMEDIATE")) return false;
    if (run_script(db, steps[step]) && run_script(db, pragma) && run_script(db, "COMMIT")) return true;
    sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static enum status bring_up_to_date(struct db *db, const char *path, struct err *err)
{
    if (!run_script(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"))
        return err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(db->handle));
    int64_t version = schema_version(db);
    if (version < 0) return err_set(err, E_CORRUPT, "%s is not a practice database: %s", path, sqlite3_errmsg(db->handle));
    if (version > STEPS) return err_set(err, E_CONFLICT, "%s was written by a newer version of this program", path);
    for (int step = (int)version; step < STEPS; step++)
        if (!apply_step(db, step)) return err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(db->handle));
    return OK;
}

struct db *db_open(const char *path, struct err *err)
{
    struct db *db = mem_alloc(sizeof *db);
    if (sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        (void)err_set(err, E_IO, "%s: %s", path, sqlite3_errmsg(db->handle));
        db_close(db);
        return NULL;
    }
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    if (bring_up_to_date(db, path, err) != OK) {
        db_close(db);
        return NULL;
    }
    return db;
}

void db_close(struct db *db)
{
    if (!db) return;
    for (size_t i = 0; i < db->query_count; i++) sqlite3_finalize(db->queries[i].statement);
    sqlite3_close(db->handle);
    mem_free(db);
}

/* ---- transactions ------------------------------------------------------------------------------------------------------- */

void db_begin(struct db *db)
{
    db->failed = false;
    run_script(db, "BEGIN IMMEDIATE");
}

bool db_commit(struct db *db)
{
    if (!db->failed && run_script(db, "COMMIT")) return true;
    db_rollback(db);
    return false;
}

void db_rollback(struct db *db)
{
    for (size_t i = 0; i < db->query_count; i++) db_done(&db->queries[i]);
    if (!sqlite3_get_autocommit(db->handle)) run_script(db, "ROLLBACK");
}

/* ---- statements --------------------------------------------------------------------------------------------------------- */

static struct db_query *find_query(struct db *db, const char *sql)
{
    for (size_t i = 0; i < db->query_count; i++)
        if (db->queries[i].sql == sql) return &db->queries[i];
    return NULL;
}

struct db_query *db_query(struct db *db, const char *sql)
{
    struct db_query *q = find_query(db, sql);
    if (q) {
        assert(!sqlite3_stmt_busy(q->statement)); /* a query inside its own loop would lose the loop's place */
        sqlite3_reset(q->statement);
        sqlite3_clear_bindings(q->statement);
        return q;
    }
    assert(db->query_count < DB_STATEMENTS_MAX);
    q = &db->queries[db->query_count++];
    *q = (struct db_query){ .sql = sql, .db = db };
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, NULL) != SQLITE_OK)
        note_failure(db, sql);
    return q;
}

void db_bind_int(struct db_query *q, int parameter, int64_t value)
{
    if (sqlite3_bind_int64(q->statement, parameter, value) != SQLITE_OK) note_failure(q->db, q->sql);
}

void db_bind_text(struct db_query *q, int parameter, struct str text)
{
    int result = text.ptr ? sqlite3_bind_text64(q->statement, parameter, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8)
                          : sqlite3_bind_null(q->statement, parameter);
    if (result != SQLITE_OK) note_failure(q->db, q->sql);
}

bool db_next(struct db_query *q)
{
    if (q->db->failed) return false;
    int result = sqlite3_step(q->statement);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) note_failure(q->db, q->sql);
    db_done(q);
    return false;
}

void db_run(struct db_query *q)
{
    if (db_next(q)) db_done(q);
}

/* The result of sqlite3_reset repeats that of the last step, which db_next has dealt with. */
void db_done(struct db_query *q)
{
    (void)sqlite3_reset(q->statement);
    (void)sqlite3_clear_bindings(q->statement);
}

int64_t db_int(struct db_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

struct str db_text(struct db_query *q, int column, struct arena *arena)
{
    if (sqlite3_column_type(q->statement, column) == SQLITE_NULL) return STR_NONE;
    const char *text = (const char *)sqlite3_column_text(q->statement, column);
    return arena_str(arena, (struct str){ text, (size_t)sqlite3_column_bytes(q->statement, column) });
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------ */

int64_t db_setting(struct db *db, struct str name, int64_t fallback)
{
    struct db_query *q = db_query(db, "SELECT value FROM setting WHERE name = ?1");
    db_bind_text(q, 1, name);
    int64_t value = db_next(q) ? db_int(q, 0) : fallback;
    db_done(q);
    return value;
}

void db_set(struct db *db, struct str name, int64_t value)
{
    struct db_query *q =
        db_query(db, "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    db_bind_text(q, 1, name);
    db_bind_int(q, 2, value);
    db_run(q);
}

static int64_t next_of(struct db *db, struct str sequence, int64_t first, int64_t step)
{
    int64_t id = db_setting(db, sequence, first);
    db_set(db, sequence, id + step);
    return id;
}

int64_t db_new_id(struct db *db)
{
    return next_of(db, STR("next_id"), FIRST_ID, ID_STEP);
}

int64_t db_new_ticket_id(struct db *db)
{
    return next_of(db, STR("next_ticket_id"), FIRST_TICKET_ID, 1);
}

void db_erase(struct db *db)
{
    run_script(
        db,
        "DELETE FROM setting; DELETE FROM user; DELETE FROM identity; DELETE FROM ticket; DELETE FROM audit; DELETE FROM event;"
        "DELETE FROM comment; DELETE FROM oauth_token; DELETE FROM idempotency; DELETE FROM request;");
}
