/* exchange_faults.c - answering wrongly on purpose: what the practice Zendesk does when it is told to be a bad network. */
#include <assert.h>

#include "net/answer.h"
#include "net/connection.h"

static struct http_connection *cut_off(struct http_exchange *exchange)
{
    assert(exchange->state == EXCHANGE_OPEN && exchange->local == NULL);
    struct http_connection *connection = exchange->connection;
    if (connection != NULL) connection->exchange = NULL;
    return connection;
}

void http_exchange_drop(struct http_exchange *exchange, bool reset)
{
    struct http_connection *connection = cut_off(exchange);
    if (connection != NULL && reset)
        connection_reset(connection);
    else if (connection != NULL)
        connection_close(connection);
    exchange_free(exchange);
}

void http_reply_truncated(struct http_exchange *exchange, const struct http_answer *answer, size_t body_bytes)
{
    struct http_connection *connection = cut_off(exchange);
    if (connection != NULL) {
        struct buf *out = &connection->server->head;
        buf_reset(out);
        answer_head(out, answer, ANSWER_LENGTH, true, connection->server->options.server_name);
        buf_str(out, str_slice(answer->body, 0, body_bytes));
        assert(buf_ok(out));
        answer_count(answer->status);
        uv_buf_t piece = uv_buf_init(out->data, (unsigned)out->len);
        if (connection_write(connection, &piece, 1)) connection_answered(connection, false);
    }
    exchange_free(exchange);
}
