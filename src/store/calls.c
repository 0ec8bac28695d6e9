/* calls.c - calls to Zendesk with what came back: the receipts. */
#include "base/limits.h"
#include "store/query.h"

static void take_call(struct query *q, struct arena *arena, void *row)
{
    struct call *call = row;
    call->workspace = take_text(q, arena);
    call->id = take_text(q, arena);
    call->integration = take_text(q, arena);
    call->action = take_text(q, arena);
    call->method = take_text(q, arena);
    call->path = take_text(q, arena);
    call->request_body = take_text(q, arena);
    call->status = take_int(q);
    call->answer_headers = take_text(q, arena);
    call->answer_body = take_text(q, arena);
    call->fault = take_text(q, arena);
    call->duration_us = take_int(q);
    call->created_at = take_int(q);
}

enum status call_insert(struct store_tx *tx, const struct call *call)
{
    struct query q = query_start(tx, SQL_CALL_INSERT);
    put_text(&q, call->workspace);
    put_text(&q, call->id);
    put_text(&q, call->integration);
    put_link(&q, call->action);
    put_text(&q, call->method);
    put_text(&q, call->path);
    put_bytes(&q, call->request_body);
    put_int(&q, call->status);
    put_text(&q, call->answer_headers);
    put_bytes(&q, call->answer_body);
    put_text(&q, call->fault);
    put_int(&q, call->duration_us);
    put_int(&q, call->created_at);
    return query_write(&q, NULL);
}

enum status call_of_action(struct store_tx *tx, struct str workspace, struct str action, struct arena *arena, struct call **calls,
                           size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_CALL_OF_ACTION);
    put_text(&q, workspace);
    put_text(&q, action);
    put_limit(&q, LIMIT_PAGE_ROWS);
    enum status status = query_rows(&q, take_call, arena, sizeof **calls, &rows);
    *calls = rows.items;
    *count = rows.count;
    return status;
}

enum status call_of_integration(struct store_tx *tx, struct str workspace, struct str integration, const struct store_page *page,
                                struct arena *arena, struct call **calls, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_CALL_OF_INTEGRATION);
    put_text(&q, workspace);
    put_text(&q, integration);
    put_cursor(&q, page);
    put_limit(&q, page->limit);
    enum status status = query_rows(&q, take_call, arena, sizeof **calls, &rows);
    *calls = rows.items;
    *count = rows.count;
    return status;
}
