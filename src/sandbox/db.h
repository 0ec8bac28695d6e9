/* db.h - the practice Zendesk's database: one SQLite file, its schema, and prepared statements.
 *
 * Statements are prepared once per SQL literal and kept. A failure of SQLite (disk full, file damaged) is remembered instead of returned from every
 * call: reads then find nothing, writes do nothing, and db_commit says so, which turns the request into a 500 with nothing kept.
 *
 * Life: db_open; db_begin, queries, db_commit or db_rollback, again and again; db_close. One thread.
 */
#ifndef SANDBOX_DB_H
#define SANDBOX_DB_H

#include "base/arena.h"
#include "base/err.h"

struct db;
struct db_query;

struct db *db_open(const char *path, struct err *) must_check; /* returns new, or NULL */
void db_close(struct db *);

void db_begin(struct db *);
bool db_commit(struct db *) must_check; /* false: nothing was kept; the reason went to the log */
void db_rollback(struct db *);

/* The statement for this SQL, ready to be bound. `sql` must be a literal: its address is its identity. Parameters count from 1, columns from 0. */
struct db_query *db_query(struct db *, const char *sql);
void db_bind_int(struct db_query *, int parameter, int64_t);
void db_bind_text(struct db_query *, int parameter, struct str);   /* borrows until the query is over; ptr NULL binds NULL */
bool db_next(struct db_query *);                                   /* true: a row is there. False ends the query */
void db_run(struct db_query *);                                    /* for statements without rows */
void db_done(struct db_query *);                                   /* ends a query before its last row */
int64_t db_int(struct db_query *, int column);                     /* 0 for NULL */
struct str db_text(struct db_query *, int column, struct arena *); /* a copy; STR_NONE for NULL */
int64_t db_changes(const struct db *);                             /* rows touched by the last write */

/* Numbers that outlive the process: the clock's offset and the sequences of ids. */
int64_t db_setting(struct db *, struct str name, int64_t fallback);
void db_set(struct db *, struct str name, int64_t value);
/* Every record but tickets shares one sequence of ids, which starts above 2^40: whoever keeps them in 32 bits notices. */
int64_t db_new_id(struct db *);
int64_t db_new_ticket_id(struct db *);

/* Forgets everything that was stored; the schema stays. */
void db_erase(struct db *);

#endif
