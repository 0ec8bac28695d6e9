/* statements.c - lets a call of SQLite itself fail: preparing or stepping a statement.
 *
 * ROLLBACK never fails: SQLite leaves the transaction whatever becomes of it (https://sqlite.org/lang_transaction.html), so a program may rely on that.
 *
 * A step that fails is not made. As sqlite3_reset repeats what the last step said, the statement is remembered until its reset; the storage thread has one such at a time.
 */
#include "torture/control.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct {
    sqlite3_stmt *statement;
    int code;
} failed;

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

/* Only the whole transaction's: going back to a savepoint can fail. */
static bool strikes(const char *sql)
{
    bool is_exempt = sql && strcmp(sql, "ROLLBACK") == 0; /* SQLite keeps no text of its own statements */
    return !is_exempt && control_strikes(TARGET_SQL);
}

/* Whether SQLite asks itself: sqlite3_exec(), by which it reads its schema, would lose a failure that the statement knows nothing of. */
static bool is_sqlite(const void *caller)
{
    static const void *library;
    Dl_info info;
    if (!library && dladdr(next("sqlite3_exec"), &info)) library = info.dli_fbase;
    return dladdr(caller, &info) && info.dli_fbase == library;
}

static int code_of_fault(void)
{
    int code = atomic_load(&control_page()->code);
    return code ? code : SQLITE_IOERR;
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int bytes, unsigned flags, sqlite3_stmt **statement, const char **tail)
{
    static int (*real)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
    if (!real) *(void **)&real = next("sqlite3_prepare_v3");
    if (strikes(sql)) {
        *statement = NULL;
        return code_of_fault();
    }
    return real(db, sql, bytes, flags, statement, tail);
}

int sqlite3_step(sqlite3_stmt *statement)
{
    static int (*real)(sqlite3_stmt *);
    if (!real) *(void **)&real = next("sqlite3_step");
    if (is_sqlite(__builtin_return_address(0)) || !strikes(sqlite3_sql(statement))) return real(statement);
    failed.statement = statement;
    return failed.code = code_of_fault();
}

int sqlite3_reset(sqlite3_stmt *statement)
{
    static int (*real)(sqlite3_stmt *);
    if (!real) *(void **)&real = next("sqlite3_reset");
    int code = real(statement);
    if (!statement || statement != failed.statement) return code;
    failed.statement = NULL;
    return failed.code;
}
