/* query.h - one statement of statements.def from parameters to rows: what the nouns' files are written with.
 *
 *     struct query q = query_start(tx, SQL_MEMBER_GET);
 *     put_text(&q, workspace);
 *     put_text(&q, id);
 *     return query_one(&q, take_member, arena, member);
 *
 * Parameters are put in the order of $1, $2 ..., columns taken in the order of the SELECT. The first failure stays in the query
 * and makes everything after it do nothing, so one status at the end says it all. Every query ends in exactly one of query_one,
 * query_rows, query_none, query_write, query_change.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/arena.h"
#include "store/driver.h"
#include "store/rows.h"

struct store_tx {
    struct db *db;
    int64_t now;
    bool may_write; /* false in a STORE_READ job: writing there is a defect (asserted) */
};

struct query {
    enum sql_id id;
    struct db_statement *statement;
    unsigned parameters, columns; /* put and taken so far */
    enum status status;
};

struct query query_start(struct store_tx *, enum sql_id);

void put_text(struct query *, struct str);
void put_bytes(struct query *, struct str); /* what need not be UTF-8 */
void put_link(struct query *, struct str);  /* a reference to another row; empty is NULL */
void put_int(struct query *, int64_t);
void put_bool(struct query *, bool);
void put_cursor(struct query *, const struct store_page *); /* the cursor, or what comes after every id */
void put_limit(struct query *, size_t limit);               /* at most LIMIT_PAGE_ROWS */

/* Reads the columns of the present row into *row. */
typedef void take_fn(struct query *, struct arena *, void *row);

struct str take_text(struct query *, struct arena *); /* a copy; also for bytes and links */
struct str take_word(struct query *);                 /* borrowed until the next row */
int64_t take_int(struct query *);
bool take_bool(struct query *);
/* The last column taken holds a word that this program knows; if not, the row is E_CORRUPT. */
void take_known(struct query *, bool is_known);

/* A list that grows in an arena; items is NULL when it is empty. */
struct rows {
    void *items;
    size_t count, capacity;
};

/* The first row: OK, or E_NOT_FOUND. */
enum status query_one(struct query *, take_fn *, struct arena *, void *row) must_check;
/* All of them: OK also when there are none. */
enum status query_rows(struct query *, take_fn *, struct arena *, size_t row_bytes, struct rows *) must_check;
/* For what must not be there: OK when there is no row, if_any when there is one. */
enum status query_none(struct query *, enum status if_any) must_check;
/* For what writes: OK whatever number of rows it met; *changed may be NULL. */
enum status query_write(struct query *, int64_t *changed) must_check;
/* The same, with a status for "it met none". */
enum status query_change(struct query *, enum status if_none) must_check;

#endif
