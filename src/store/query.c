/* query.c - see query.h. Knows no database: everything goes through driver.h. */
#include "store/query.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"

enum { ROWS_AT_FIRST = 8 };

int64_t store_now(struct store_tx *tx)
{
    return tx->now;
}

struct query query_start(struct store_tx *tx, enum sql_id id)
{
    struct query query = { .id = id, .statement = db_statement(tx->db, id) };
    if (!query.statement) query.status = E_IO;
    assert(!query.statement || tx->may_write || db_is_query(query.statement));
    return query;
}

/* ---- parameters ---- */

/* Number of the next parameter; 0 when the query has failed already. */
static unsigned next_parameter(struct query *query)
{
    return query->status == OK ? ++query->parameters : 0;
}

void put_text(struct query *query, struct str text)
{
    unsigned n = next_parameter(query);
    if (n) db_bind_text(query->statement, n, text);
}

void put_bytes(struct query *query, struct str bytes)
{
    unsigned n = next_parameter(query);
    if (n) db_bind_bytes(query->statement, n, bytes);
}

void put_link(struct query *query, struct str id)
{
    unsigned n = next_parameter(query);
    if (n && id.len) db_bind_text(query->statement, n, id);
    if (n && !id.len) db_bind_null(query->statement, n);
}

void put_int(struct query *query, int64_t value)
{
    unsigned n = next_parameter(query);
    if (n) db_bind_int(query->statement, n, value);
}

void put_bool(struct query *query, bool value)
{
    put_int(query, value ? 1 : 0);
}

void put_cursor(struct query *query, const struct store_page *page)
{
    put_text(query, page->cursor.len ? page->cursor : STR("~"));
}

void put_limit(struct query *query, size_t limit)
{
    put_int(query, limit < LIMIT_PAGE_ROWS ? (int64_t)limit : LIMIT_PAGE_ROWS);
}

/* ---- columns ---- */

struct str take_word(struct query *query)
{
    return db_text(query->statement, query->columns++);
}

struct str take_text(struct query *query, struct arena *arena)
{
    struct str text = take_word(query);
    return text.len ? arena_str(arena, text) : STR("");
}

int64_t take_int(struct query *query)
{
    return db_int(query->statement, query->columns++);
}

bool take_bool(struct query *query)
{
    return take_int(query) != 0;
}

void take_known(struct query *query, bool is_known)
{
    if (is_known) return;
    log_error("a row holds a word that this program does not know",
              LOG_STR("statement", str_from(sql_statements[query->id].name)), LOG_INT("column", query->columns));
    query->status = E_CORRUPT;
}

/* ---- running ---- */

/* True while there is a row to read. */
static bool next_row(struct query *query)
{
    if (query->status != OK) return false;
    assert(query->parameters == db_parameters(query->statement));
    query->status = db_step(query->statement);
    query->columns = 0;
    return query->status == OK;
}

static enum status finish(struct query *query)
{
    if (query->statement) db_reset(query->statement);
    return query->status;
}

enum status query_one(struct query *query, take_fn *take, struct arena *arena, void *row)
{
    if (next_row(query)) take(query, arena, row);
    return finish(query);
}

static void *add_row(struct rows *rows, struct arena *arena, size_t row_bytes)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : ROWS_AT_FIRST;
        void *items = arena_array(arena, rows->capacity, row_bytes);
        if (rows->count) memcpy(items, rows->items, rows->count * row_bytes);
        rows->items = items;
    }
    return (char *)rows->items + row_bytes * rows->count++;
}

enum status query_rows(struct query *query, take_fn *take, struct arena *arena, size_t row_bytes, struct rows *rows)
{
    while (next_row(query)) take(query, arena, add_row(rows, arena, row_bytes));
    if (query->status == E_NOT_FOUND) query->status = OK;
    return finish(query);
}

enum status query_none(struct query *query, enum status if_any)
{
    bool is_there = next_row(query);
    enum status status = finish(query);
    if (is_there) return if_any;
    return status == E_NOT_FOUND ? OK : status;
}

enum status query_write(struct query *query, int64_t *changed)
{
    while (next_row(query)) continue;
    if (query->status == E_NOT_FOUND) {
        query->status = OK;
        if (changed) *changed = db_changes(query->statement);
    }
    return finish(query);
}

enum status query_change(struct query *query, enum status if_none)
{
    int64_t changed = 0;
    enum status status = query_write(query, &changed);
    return status == OK && changed == 0 ? if_none : status;
}
