/* sqlite_file.c - driver.h for SQLite, the part about the file as a whole: scripts, copies, checking.
 *
 * A copy is made with SQLite's backup interface in a single step: it holds one read transaction, so it is the database of one
 * moment while the writer goes on. VACUUM INTO was rejected: it builds every index anew, which takes minutes on a large file, and
 * as long as it reads the log cannot be started anew.
 */
#include <string.h>

#include "store/file.h"
#include "store/sqlite_db.h"

enum status db_script(struct db *db, const char *sql, struct err *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    if (code == SQLITE_OK) return OK;
    struct err why = { 0 };
    (void)err_set(&why, E_IO, "%s", sqlite3_errmsg(db->handle));
    enum status status = sqlite_failed(db, code, "script");
    return err_set(err, status, "%s", why.detail);
}

enum status db_has_table(struct db *db, const char *name_or_null, bool *has, struct err *err)
{
    static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND (?1 IS NULL OR name = ?1) LIMIT 1";
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_bind_text(statement, 1, name_or_null, -1, SQLITE_STATIC); /* NULL text binds NULL */
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    *has = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE) code = SQLITE_OK;
    enum status status = sqlite_failed(db, code, "tables");
    if (status != OK) status = err_set(err, status, "%s", sqlite3_errmsg(db->handle));
    (void)sqlite3_finalize(statement); /* repeats what step has said */
    return status;
}

/* Copies the pages. The copy leaves write-ahead mode, so that it is one file; whoever opens it as a database goes back to it. */
static enum status copy_pages(struct db *db, sqlite3 *target, struct err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", db->handle, "main");
    if (!backup) return err_set(err, E_IO, "%s", sqlite3_errmsg(target));
    int stepped = sqlite3_backup_step(backup, -1);
    int code = sqlite3_backup_finish(backup);
    if (code == SQLITE_OK && stepped != SQLITE_DONE) code = stepped;
    if (code == SQLITE_OK) code = sqlite3_exec(target, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : err_set(err, E_IO, "%s", sqlite3_errstr(code));
}

static enum status copy_into(struct db *db, const char *target, struct err *err)
{
    sqlite3 *handle = NULL;
    int code = sqlite3_open_v2(target, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum status status = code == SQLITE_OK ? copy_pages(db, handle, err) : err_set(err, E_IO, "%s", sqlite3_errstr(code));
    if (sqlite3_close(handle) != SQLITE_OK && status == OK) status = err_set(err, E_INTERNAL, "it cannot be closed");
    return status;
}

enum status db_copy(struct db *db, const char *target, struct err *err)
{
    struct file_part part;
    struct err why = { 0 };
    enum status status = file_part_open(&part, target, err);
    if (status != OK) return status;
    status = copy_into(db, part.name.data, &why);
    if (status == OK)
        status = file_part_finish(&part, &why);
    else
        file_part_drop(&part);
    return status == OK ? OK : err_set(err, status, "the copy %s cannot be made: %s", target, why.detail);
}

enum status db_verify(struct db *db, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    enum status status = OK;
    if (code != SQLITE_ROW) {
        status = err_set(err, E_CORRUPT, "%s", sqlite3_errmsg(db->handle));
    } else {
        const char *words = (const char *)sqlite3_column_text(statement, 0);
        if (!words || strcmp(words, "ok") != 0) status = err_set(err, E_CORRUPT, "%s", words ? words : "no answer");
    }
    (void)sqlite3_finalize(statement);
    return status;
}
