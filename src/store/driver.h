/* driver.h - what store asks of a database: one connection, transactions, the prepared statements of statements.def.
 *
 * Implemented by sqlite.c, the only file that sees SQLite. Another database gets a file of its own behind the same functions. A
 * connection is used by one thread at a time. A failure is logged with the database's own words where it happens, so callers pass
 * the status on and nothing else. What points at the disk or the file (full, unreadable, damaged) is kept besides as the
 * connection's fault, for store_is_healthy.
 */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "base/err.h"
#include "base/text.h"

enum sql_id {
#define STATEMENT(id, text) SQL_##id,
#include "store/statements.def"
#undef STATEMENT
    SQL_COUNT
};

struct sql {
    const char *name, *text;
};
extern const struct sql sql_statements[SQL_COUNT];

/* ---- connection ---- */

struct db;

enum db_access {
    DB_READ_ONLY,  /* the file must exist; nothing is written to it */
    DB_READ_WRITE, /* made if it is not there; write-ahead log, every commit synced */
};

/* *db is new, and NULL unless it returns OK. */
enum status db_open(const char *path, enum db_access, struct db **db, struct err *) must_check;
void db_close(struct db *); /* NULL is fine */

/* The database's clock, Unix milliseconds. */
int64_t db_now(struct db *);
/* The first fault since it was last taken; false when there was none. */
bool db_take_fault(struct db *, struct err *);

/* ---- transactions ---- */

/* With `writes` it waits for the right to write; E_UNAVAILABLE when somebody else keeps it for seconds. */
enum status db_begin(struct db *, bool writes) must_check;
/* Durable when it returns OK; otherwise rolled back. */
enum status db_commit(struct db *) must_check;
void db_rollback(struct db *);
/* False when a failure has made the database roll the whole transaction back by itself. */
bool db_in_transaction(struct db *);
/* One savepoint at a time: what was done since can be undone alone. */
enum status db_savepoint(struct db *) must_check;
enum status db_release(struct db *) must_check;
enum status db_undo(struct db *) must_check; /* to the savepoint, which is gone after */

/* ---- statements ---- */

struct db_statement;

/* The prepared statement, to be given back with db_reset. NULL when it could not be prepared. Asking for one that is in use is a
 * defect (asserted). */
struct db_statement *db_statement(struct db *, enum sql_id) must_check;
bool db_is_query(const struct db_statement *); /* writes nothing */

/* Parameter $n, from 1. The bytes are borrowed until db_reset. All have to be bound each time. */
void db_bind_text(struct db_statement *, unsigned n, struct str);
void db_bind_bytes(struct db_statement *, unsigned n, struct str);
void db_bind_int(struct db_statement *, unsigned n, int64_t);
void db_bind_null(struct db_statement *, unsigned n);
unsigned db_parameters(const struct db_statement *);

/* OK: there is a row; E_NOT_FOUND: no more; E_CONFLICT: a unique key is taken, or what the new row refers to is not there. */
enum status db_step(struct db_statement *) must_check;
/* Column n, from 0, of the row. Borrowed until the next step. NULL gives the empty view and 0. */
struct str db_text(const struct db_statement *, unsigned n);
int64_t db_int(const struct db_statement *, unsigned n);
int64_t db_changes(const struct db_statement *); /* rows that the finished statement wrote */
void db_reset(struct db_statement *);

/* ---- schema and file ---- */

/* Statements separated by semicolons. Not for anything that came from outside. */
enum status db_script(struct db *, const char *sql, struct err *) must_check;
/* Is there a table of that name; with NULL: is there any? */
enum status db_has_table(struct db *, const char *name_or_null, bool *has, struct err *) must_check;
/* A consistent copy into a new file of mode 0600, while others may be writing; synced. The name appears with the whole copy. E_CONFLICT when the file exists. */
enum status db_copy(struct db *, const char *target, struct err *) must_check;
/* Reads everything and checks it against itself: E_CORRUPT with the first thing found. */
enum status db_verify(struct db *, struct err *) must_check;

/* Bytes in the write-ahead log that are not in the main file yet. */
int64_t db_log_bytes(const struct db *);
/* Moves them there as far as readers allow, without waiting for any. */
void db_checkpoint(struct db *);
/* The same at the end, and cuts the log to nothing: closing removes it, unless the process may no longer remove files. */
void db_empty_log(struct db *);

#endif
