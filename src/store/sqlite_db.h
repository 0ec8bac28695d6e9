/* sqlite_db.h - the SQLite connection as sqlite.c and sqlite_file.c share it. Nobody else includes this. */
#ifndef STORE_SQLITE_DB_H
#define STORE_SQLITE_DB_H

#include <sqlite3.h>

#include "store/driver.h"

enum { PARAMETERS_MAX = 32 };

enum control {
    CONTROL_READ,
    CONTROL_WRITE,
    CONTROL_COMMIT,
    CONTROL_ROLLBACK,
    CONTROL_SAVEPOINT,
    CONTROL_RELEASE,
    CONTROL_UNDO,
    CONTROL_COUNT,
};

struct db_statement {
    sqlite3_stmt *handle; /* NULL until its first use */
    struct db *db;
    enum sql_id id;
    bool is_used;
    unsigned parameters;
    int places[PARAMETERS_MAX + 1]; /* of $n in SQLite's count */
};

struct db {
    sqlite3 *handle;
    struct db_statement statements[SQL_COUNT];
    sqlite3_stmt *controls[CONTROL_COUNT];
    struct err fault;
    int log_pages, moved_pages; /* in the write-ahead log, and those of them that are in the main file too */
};

/* The status of a result code, noted unless it is OK or a conflict. */
enum status sqlite_failed(struct db *, int code, const char *what) must_check;

#endif
