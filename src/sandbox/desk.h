/* desk.h - the practice Zendesk's database: one SQLite file, its schema, and prepared statements.
 *
 * Statements are prepared once per SQL literal and kept. A failure of SQLite (disk full, file damaged) is remembered instead of
 * returned from every call: reads then find nothing, writes do nothing, and desk_commit says so, which turns the request into a
 * 500 with nothing kept.
 *
 * Life: desk_open; desk_begin, queries, desk_commit, again and again; desk_close. One thread.
 */
#ifndef SANDBOX_DESK_H
#define SANDBOX_DESK_H

#include "base/arena.h"
#include "base/err.h"

struct desk;
struct desk_query;

struct desk *desk_open(const char *path, struct err *) must_check; /* returns new, or NULL */
void desk_close(struct desk *);

void desk_begin(struct desk *);
bool desk_commit(struct desk *) must_check; /* false: nothing was kept; the reason went to the log */

/* The statement for this SQL, ready to be bound. `sql` must be a literal: its address is its identity. Parameters count from 1,
 * columns from 0. */
struct desk_query *desk_query(struct desk *, const char *sql);
void desk_bind_int(struct desk_query *, int parameter, int64_t);
void desk_bind_text(struct desk_query *, int parameter, struct str);   /* borrows until the query is over; ptr NULL binds NULL */
void desk_bind_bytes(struct desk_query *, int parameter, struct str);  /* the same for a BLOB, which desk_text reads as well */
bool desk_next(struct desk_query *);                                   /* true: a row is there. False ends the query */
void desk_run(struct desk_query *);                                    /* for statements without rows */
void desk_done(struct desk_query *);                                   /* ends a query before its last row */
int64_t desk_int(struct desk_query *, int column);                     /* 0 for NULL */
struct str desk_text(struct desk_query *, int column, struct arena *); /* a copy; STR_NONE for NULL */
int64_t desk_changes(const struct desk *);                             /* rows touched by the last write */

/* Numbers that outlive the process: the clock's offset and the sequences of ids. */
int64_t desk_setting(struct desk *, struct str name, int64_t fallback);
void desk_set(struct desk *, struct str name, int64_t value);
/* Every record but tickets shares one sequence of ids, which starts above 2^40: whoever keeps them in 32 bits notices. */
int64_t desk_new_id(struct desk *);
int64_t desk_new_ticket_id(struct desk *);

/* Forgets everything that was stored; the schema stays. */
void desk_erase(struct desk *);

#endif
