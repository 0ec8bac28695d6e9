/* sqlite.c - driver.h for SQLite: connection, transactions, statements. Schema and copies are in sqlite_file.c.
 *
 * Write-ahead log with synchronous=FULL: a commit is one fsync of the log, and readers (a backup in another process) never wait
 * for the writer. SQLite's own checkpoints are off, because they would run inside a commit; the storage thread asks for them when
 * it has nothing else to do (https://sqlite.org/wal.html, "Checkpointing").
 *
 * A statement is prepared on its first use and kept in an array by its number: no search, no text compared. SQLite counts named
 * parameters in the order in which they first appear, so the place of $n is looked up once, when the statement is prepared.
 *
 * Out of memory ends the process as everywhere (base/mem.h).
 */
#include "store/sqlite_db.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"

enum {
    BUSY_MS = 5000, /* nobody else writes but a person with the sqlite3 shell */
    SQL_NAME_MAX = 8,
};

const struct sql sql_statements[SQL_COUNT] = {
#define STATEMENT(id, text) [SQL_##id] = { #id, text },
#include "store/statements.def"
#undef STATEMENT
};

static const char *const control_texts[] = {
    [CONTROL_READ] = "BEGIN",           [CONTROL_WRITE] = "BEGIN IMMEDIATE",   [CONTROL_COMMIT] = "COMMIT",
    [CONTROL_ROLLBACK] = "ROLLBACK",    [CONTROL_SAVEPOINT] = "SAVEPOINT job", [CONTROL_RELEASE] = "RELEASE job",
    [CONTROL_UNDO] = "ROLLBACK TO job",
};

/* ---- what went wrong ---- */

static enum status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK: return OK;
    case SQLITE_NOMEM: abort();
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return E_UNAVAILABLE;
    case SQLITE_TOOBIG: return E_LIMIT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return E_CORRUPT;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return E_INTERNAL;
    case SQLITE_CONSTRAINT: break;
    default: return E_IO;
    }
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_FOREIGNKEY: return E_CONFLICT;
    default: return E_INTERNAL;
    }
}

/* Logs a failure with SQLite's words, and keeps the first one as the connection's fault. */
static void note(struct db *db, int code, const char *what)
{
    const char *words = sqlite3_errmsg(db->handle);
    log_error("database failure", LOG_STR("what", str_from(what)), LOG_STR("reason", str_from(words)), LOG_INT("code", code));
    if (db->fault.status == OK) (void)err_set(&db->fault, status_of(code), "%s (%s, SQLite %d)", words, what, code);
}

enum status sqlite_failed(struct db *db, int code, const char *what)
{
    enum status status = status_of(code);
    if (status != OK && status != E_CONFLICT) note(db, code, what);
    return status;
}

bool db_take_fault(struct db *db, struct err *fault)
{
    if (db->fault.status == OK) return false;
    *fault = db->fault;
    db->fault = (struct err){ 0 };
    return true;
}

/* ---- connection ---- */

static int note_log_size(void *context, sqlite3 *handle, const char *name, int pages)
{
    (void)handle;
    (void)name;
    struct db *db = context;
    if (pages < db->moved_pages) db->moved_pages = 0; /* the log was started anew */
    db->log_pages = pages;
    return SQLITE_OK;
}

static int harden(sqlite3 *handle)
{
    static const struct {
        int option, on;
    } wishes[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },   { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    };
    int code = sqlite3_extended_result_codes(handle, 1);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof wishes / sizeof *wishes; i++)
        code = sqlite3_db_config(handle, wishes[i].option, wishes[i].on, (int *)NULL);
    if (code == SQLITE_OK) code = sqlite3_busy_timeout(handle, BUSY_MS);
    return code;
}

static enum status configure(struct db *db, enum db_access access, struct err *err)
{
    if (harden(db->handle) != SQLITE_OK) return err_set(err, E_IO, "%s", sqlite3_errmsg(db->handle));
    enum status status = db_script(db, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000; PRAGMA mmap_size = 0", err);
    if (status != OK || access == DB_READ_ONLY) return status;
    sqlite3_wal_hook(db->handle, note_log_size, db); /* takes the place of SQLite's own checkpoints */
    return db_script(
        db,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864",
        err);
}

enum status db_open(const char *path, enum db_access access, struct db **out, struct err *err)
{
    *out = NULL;
    /* Counting its memory costs SQLite a lock for every allocation. Only the first call, before SQLite starts, does something. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct db *db = mem_alloc(sizeof *db);
    int flags = access == DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (!db->handle) abort(); /* the one reason is memory */
    struct err why = { 0 };
    enum status status = status_of(code);
    if (status != OK)
        status = err_set(&why, status, "%s", sqlite3_errmsg(db->handle));
    else
        status = configure(db, access, &why);
    if (status == OK) {
        *out = db;
        return OK;
    }
    db_close(db);
    return err_set(err, status, "the database %s cannot be opened: %s", path, why.detail);
}

void db_close(struct db *db)
{
    if (!db) return;
    for (size_t i = 0; i < SQL_COUNT; i++) (void)sqlite3_finalize(db->statements[i].handle);
    for (size_t i = 0; i < CONTROL_COUNT; i++) (void)sqlite3_finalize(db->controls[i]);
    if (sqlite3_close(db->handle) != SQLITE_OK) abort(); /* a statement was left out of the two lists above */
    mem_free(db);
}

/* SQLite runs in this process, so its clock is the machine's. */
int64_t db_now(struct db *db)
{
    (void)db;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) abort(); /* always there on Linux */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A damaged file is storage that fails, like a full disk: worth another try, and 503. E_CORRUPT is what a row says that was read well and makes no sense. */
static enum status statement_failed(struct db *db, int code, const char *what)
{
    enum status status = sqlite_failed(db, code, what);
    return status == E_CORRUPT ? E_IO : status;
}

/* ---- transactions ---- */

static enum status control(struct db *db, enum control which)
{
    sqlite3_stmt **statement = &db->controls[which];
    int code = SQLITE_OK;
    if (!*statement) code = sqlite3_prepare_v3(db->handle, control_texts[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    if (code == SQLITE_OK) {
        (void)sqlite3_step(*statement);
        code = sqlite3_reset(*statement); /* says again what step said */
    }
    return statement_failed(db, code, control_texts[which]);
}

enum status db_begin(struct db *db, bool writes)
{
    return control(db, writes ? CONTROL_WRITE : CONTROL_READ);
}

enum status db_commit(struct db *db)
{
    enum status status = control(db, CONTROL_COMMIT);
    if (status != OK) db_rollback(db);
    return status;
}

void db_rollback(struct db *db)
{
    if (db_in_transaction(db)) (void)control(db, CONTROL_ROLLBACK); /* it has nothing left to fail at, and is logged if it does */
}

bool db_in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

enum status db_savepoint(struct db *db)
{
    return control(db, CONTROL_SAVEPOINT);
}

enum status db_release(struct db *db)
{
    return control(db, CONTROL_RELEASE);
}

enum status db_undo(struct db *db)
{
    enum status status = control(db, CONTROL_UNDO);
    return status == OK ? control(db, CONTROL_RELEASE) : status;
}

/* ---- statements ---- */

static enum status prepare(struct db *db, struct db_statement *statement, enum sql_id id)
{
    const struct sql *sql = &sql_statements[id];
    int code = sqlite3_prepare_v3(db->handle, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL);
    if (code != SQLITE_OK) return statement_failed(db, code, sql->name);
    statement->db = db;
    statement->id = id;
    statement->parameters = (unsigned)sqlite3_bind_parameter_count(statement->handle);
    assert(statement->parameters <= PARAMETERS_MAX);
    for (unsigned n = 1; n <= statement->parameters; n++) {
        char name[SQL_NAME_MAX];
        (void)sqlite3_snprintf(sizeof name, name, "$%u", n);
        statement->places[n] = sqlite3_bind_parameter_index(statement->handle, name);
        assert(statement->places[n] > 0);
    }
    return OK;
}

struct db_statement *db_statement(struct db *db, enum sql_id id)
{
    struct db_statement *statement = &db->statements[id];
    assert(!statement->is_used);
    if (!statement->handle && prepare(db, statement, id) != OK) return NULL;
    statement->is_used = true;
    return statement;
}

bool db_is_query(const struct db_statement *statement)
{
    return sqlite3_stmt_readonly(statement->handle);
}

unsigned db_parameters(const struct db_statement *statement)
{
    return statement->parameters;
}

/* Binding fails for a number that does not exist, which is a defect, for want of memory, and for what is over SQLite's gigabyte,
 * far over every limit of ours. */
static int place(const struct db_statement *statement, unsigned n)
{
    assert(n >= 1 && n <= statement->parameters);
    return statement->places[n];
}

void db_bind_text(struct db_statement *statement, unsigned n, struct str text)
{
    const char *start = text.len ? text.ptr : "";
    if (sqlite3_bind_text64(statement->handle, place(statement, n), start, text.len, SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
        abort();
}

void db_bind_bytes(struct db_statement *statement, unsigned n, struct str bytes)
{
    const char *start = bytes.len ? bytes.ptr : "";
    if (sqlite3_bind_blob64(statement->handle, place(statement, n), start, bytes.len, SQLITE_STATIC) != SQLITE_OK) abort();
}

void db_bind_int(struct db_statement *statement, unsigned n, int64_t value)
{
    if (sqlite3_bind_int64(statement->handle, place(statement, n), value) != SQLITE_OK) abort();
}

void db_bind_null(struct db_statement *statement, unsigned n)
{
    if (sqlite3_bind_null(statement->handle, place(statement, n)) != SQLITE_OK) abort();
}

enum status db_step(struct db_statement *statement)
{
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW) return OK;
    if (code == SQLITE_DONE) return E_NOT_FOUND;
    return statement_failed(statement->db, code, sql_statements[statement->id].name);
}

struct str db_text(const struct db_statement *statement, unsigned n)
{
    const char *bytes = sqlite3_column_blob(statement->handle, (int)n); /* text as it is stored, and bytes alike */
    return (struct str){ bytes, bytes ? (size_t)sqlite3_column_bytes(statement->handle, (int)n) : 0 };
}

int64_t db_int(const struct db_statement *statement, unsigned n)
{
    return sqlite3_column_int64(statement->handle, (int)n);
}

int64_t db_changes(const struct db_statement *statement)
{
    return sqlite3_changes64(statement->db->handle);
}

void db_reset(struct db_statement *statement)
{
    (void)sqlite3_reset(statement->handle); /* repeats what step has already reported */
    statement->is_used = false;
}

/* ---- write-ahead log ---- */

enum { PAGE_BYTES = 4096 };

int64_t db_log_bytes(const struct db *db)
{
    return (int64_t)(db->log_pages - db->moved_pages) * PAGE_BYTES;
}

void db_checkpoint(struct db *db)
{
    int pages = 0, moved = 0;
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    if (code == SQLITE_OK) {
        db->log_pages = pages;
        db->moved_pages = moved;
    } else if (code != SQLITE_BUSY) {
        note(db, code, "checkpoint");
    }
}

void db_empty_log(struct db *db)
{
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_BUSY) note(db, code, "checkpoint");
}
