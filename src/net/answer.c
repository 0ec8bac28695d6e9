/* answer.c - composing heads. A header's value is the one place where untrusted text could end a line and begin another answer (response
 * splitting), so each is checked here, at the last gate, whoever made it.
 */
#include "net/answer.h"

#include <assert.h>

#include "base/counter.h"
#include "base/log.h"
#include "base/moment.h"
#include "net/grammar.h"
#include "net/loop.h"

bool answer_has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

/* Formatting a date takes longer than the rest of a head, and it changes once a second. */
static struct str date_now(void)
{
    static _Thread_local int64_t second = -1;
    static _Thread_local char text[MOMENT_TEXT_MAX];
    int64_t now = loop_wall_ms() / 1000;
    if (now != second) moment_format_http(now * 1000, text);
    second = now;
    return str_from(text);
}

static void add_field(struct buf *out, struct str name, struct str value)
{
    buf_str(out, name);
    buf_str(out, STR(": "));
    buf_str(out, value);
    buf_str(out, STR("\r\n"));
}

static bool is_framing_field(struct str name)
{
    return str_eq_nocase(name, STR("connection")) || str_eq_nocase(name, STR("content-length")) ||
           str_eq_nocase(name, STR("transfer-encoding")) || str_eq_nocase(name, STR("date"));
}

static void add_own_field(struct buf *out, const struct http_header *field)
{
    assert(grammar_is_token(field->name) && !is_framing_field(field->name));
    if (grammar_is_field_value(field->value))
        add_field(out, field->name, field->value);
    else
        log_error("header left out: its value holds a control character", LOG_STR("header", field->name));
}

static void add_framing(struct buf *out, const struct http_answer *answer, enum answer_framing framing)
{
    if (!answer_has_body(answer->status)) return;
    if (framing == ANSWER_CHUNKED) {
        add_field(out, STR("Transfer-Encoding"), STR("chunked"));
    } else if (framing == ANSWER_LENGTH) {
        buf_str(out, STR("Content-Length: "));
        buf_int(out, (int64_t)answer->body.len);
        buf_str(out, STR("\r\n"));
    }
}

void answer_head(struct buf *out, const struct http_answer *answer, enum answer_framing framing, bool closes,
                 const char *server_name)
{
    assert(answer->status >= 200 && answer->status <= 599);
    buf_str(out, STR("HTTP/1.1 "));
    buf_int(out, answer->status);
    buf_char(out, ' ');
    buf_lit(out, http_reason(answer->status));
    buf_str(out, STR("\r\n"));
    add_field(out, STR("Date"), date_now());
    if (server_name != NULL) add_field(out, STR("Server"), str_from(server_name));
    for (size_t i = 0; i < answer->header_count; i++) add_own_field(out, &answer->headers[i]);
    add_framing(out, answer, framing);
    if (closes) add_field(out, STR("Connection"), STR("close"));
    buf_str(out, STR("\r\n"));
}

void answer_refusal(struct buf *out, const struct refusal *refusal, bool is_head, const char *server_name)
{
    static const struct http_header type = { { "Content-Type", 12 }, { "application/problem+json", 24 } };
    struct buf body;
    buf_init(&body, 1024);
    buf_str(&body, STR("{\"type\":\"about:blank\",\"title\":\""));
    buf_json(&body, str_from(http_reason(refusal->status)));
    buf_str(&body, STR("\",\"status\":"));
    buf_int(&body, refusal->status);
    buf_str(&body, STR(",\"detail\":\""));
    buf_json(&body, str_from(refusal->detail));
    buf_str(&body, STR("\"}"));
    assert(buf_ok(&body));
    struct http_answer answer = { refusal->status, &type, 1, buf_view(&body) };
    answer_head(out, &answer, ANSWER_LENGTH, true, server_name);
    if (!is_head) buf_str(out, answer.body);
    buf_clear(&body);
}

void answer_count(int status)
{
    static const enum counter classes[] = { COUNTER_HTTP_2XX, COUNTER_HTTP_3XX, COUNTER_HTTP_4XX, COUNTER_HTTP_5XX };
    counter_add(classes[status / 100 - 2], 1);
}
