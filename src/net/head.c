/* head.c - the request line and the header fields, strictly (RFC 9112 sections 2 to 6).
 *
 * Line ends, control characters and limits are judged as lines arrive, so that a wrong byte is answered at once and a head that never ends
 * holds no memory; the meaning is judged when the head is whole. The judgement therefore never depends on how the bytes were cut into packets.
 */
#include "net/head.h"

#include <string.h>

#include "base/limits.h"
#include "net/grammar.h"

/* ---- finding the end -------------------------------------------------------------------------------------------------------- */

static const struct refusal *line_ended(struct head_scan *scan, struct str line, size_t line_end)
{
    struct str content;
    const struct refusal *refusal = grammar_line(line, &content);
    if (refusal != NULL) return refusal;
    scan->line_start = line_end;
    if (content.len > 0) {
        scan->lines++;
        if (scan->lines > LIMIT_HTTP_HEADERS + 1) return REFUSE(431, "The request has too many header fields.");
    } else if (scan->lines > 0) {
        scan->end = line_end;
    } else if (scan->start == 0) {
        scan->start = line_end;
    } else {
        return REFUSE(400, "Empty lines stand before the request line.");
    }
    return NULL;
}

const struct refusal *head_scan(struct head_scan *scan, struct str received, size_t head_bytes_max)
{
    while (scan->end == 0) {
        size_t rest = received.len - scan->searched;
        const char *lf = rest > 0 ? memchr(received.ptr + scan->searched, '\n', rest) : NULL;
        scan->searched = lf != NULL ? (size_t)(lf - received.ptr) + 1 : received.len;
        if (scan->searched - scan->start > head_bytes_max) return REFUSE(431, "The request's head is too long.");
        if (lf == NULL) return NULL;
        const struct refusal *refusal = line_ended(scan, str_slice(received, scan->line_start, scan->searched), scan->searched);
        if (refusal != NULL) return refusal;
    }
    return NULL;
}

/* ---- the request line ------------------------------------------------------------------------------------------------------- */

static bool next_line(struct str *rest, struct str *line)
{
    size_t end = str_find(*rest, STR("\r\n"), 0);
    if (end == SIZE_MAX) return false;
    *line = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 2, rest->len);
    return true;
}

static const struct refusal *parse_version(struct str version, int *minor)
{
    static const struct str prefix = { "HTTP/", 5 };
    if (version.len != 8 || !str_starts(version, prefix) || !char_is_digit(version.ptr[5]) || version.ptr[6] != '.' ||
        !char_is_digit(version.ptr[7]))
        return REFUSE(400, "The request line does not end in an HTTP version.");
    if (version.ptr[5] != '1' || version.ptr[7] > '1') return REFUSE(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
    *minor = version.ptr[7] - '0';
    return NULL;
}

/* Only origin-form ("/path?query") and "*" for OPTIONS. Absolute-form is for proxies and authority-form for CONNECT (RFC 9112 3.2); both
 * would bring a second host name into the request, which need not be that of the Host field. */
static const struct refusal *parse_target(struct http_request *request, struct str method, struct str target)
{
    bool is_asterisk = str_eq(target, STR("*")) && str_eq(method, STR("OPTIONS"));
    if (!is_asterisk && !str_starts(target, STR("/"))) return REFUSE(400, "The request target does not begin with a slash.");
    if (!is_asterisk && !grammar_is_origin_form(target))
        return REFUSE(400, "The request target holds a character that must be percent-encoded.");
    size_t mark = str_find(target, STR("?"), 0);
    request->method = http_method_from(method);
    request->target = target;
    request->path = str_slice(target, 0, mark);
    request->query = mark == SIZE_MAX ? STR_NONE : str_slice(target, mark + 1, target.len);
    return NULL;
}

static const struct refusal *parse_request_line(struct str line, struct http_request *request, int *minor)
{
    struct str method, target;
    if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &target) || line.ptr == NULL)
        return REFUSE(400, "The request line is not a method, a target and a version with one space between them.");
    if (!grammar_is_token(method)) return REFUSE(400, "The request's method holds a character that methods may not have.");
    const struct refusal *refusal = parse_version(line, minor);
    return refusal != NULL ? refusal : parse_target(request, method, target);
}

/* ---- the fields ------------------------------------------------------------------------------------------------------------- */

/* How often the fields occur that decide where a request ends and whom it is for. */
struct framing_fields {
    unsigned hosts, lengths, encodings, expects;
};

static const struct refusal *check_field(const struct http_header *field, struct framing_fields *seen, struct head_facts *facts)
{
    if (str_eq_nocase(field->name, STR("host"))) {
        if (++seen->hosts > 1) return REFUSE(400, "The request has two Host fields.");
        if (field->value.len == 0) return REFUSE(400, "The Host field is empty.");
        if (!grammar_is_host(field->value)) return REFUSE(400, "The Host field is not a host name.");
    } else if (str_eq_nocase(field->name, STR("content-length"))) {
        if (++seen->lengths > 1) return REFUSE(400, "The request has two Content-Length fields.");
        if (!str_to_u64(field->value, &facts->content_length)) return REFUSE(400, "The Content-Length field is not a number.");
    } else if (str_eq_nocase(field->name, STR("transfer-encoding"))) {
        if (++seen->encodings > 1) return REFUSE(400, "The request has two Transfer-Encoding fields.");
        if (!str_eq_nocase(field->value, STR("chunked"))) return REFUSE(400, "The only Transfer-Encoding taken is chunked.");
        facts->is_chunked = true;
    } else if (str_eq_nocase(field->name, STR("expect"))) {
        if (++seen->expects > 1 || !str_eq_nocase(field->value, STR("100-continue")))
            return REFUSE(417, "The only expectation met is 100-continue.");
        facts->expects_continue = facts->minor_version == 1; /* RFC 9110 section 10.1.1: ignored in HTTP/1.0 */
    }
    return NULL;
}

static const struct refusal *check_framing(const struct framing_fields *seen, const struct head_facts *facts)
{
    if (facts->minor_version == 1 && seen->hosts == 0) return REFUSE(400, "The request has no Host field.");
    if (seen->lengths > 0 && seen->encodings > 0)
        return REFUSE(400, "The request has both Content-Length and Transfer-Encoding.");
    if (facts->minor_version == 0 && seen->encodings > 0) return REFUSE(400, "HTTP/1.0 knows no Transfer-Encoding.");
    return NULL;
}

/* Room for a field a line: requests have few, and some, those of event streams, are held for hours. */
static size_t line_count(struct str head)
{
    size_t count = 0;
    for (size_t i = 0; i < head.len; i++) count += head.ptr[i] == '\n';
    return count;
}

const struct refusal *head_parse(struct str head, struct arena *arena, struct http_request *request, struct head_facts *facts)
{
    struct str line = STR_NONE;
    bool has_line = next_line(&head, &line);
    const struct refusal *refusal = parse_request_line(line, request, &facts->minor_version);
    if (!has_line || refusal != NULL) return refusal;

    struct http_header *fields = arena_array(arena, line_count(head) + 1, sizeof *fields);
    struct framing_fields seen = { 0 };
    request->headers = fields;
    while (next_line(&head, &line) && line.len > 0) {
        struct http_header *field = &fields[request->header_count++];
        refusal = grammar_field(line, &field->name, &field->value);
        if (refusal == NULL) refusal = check_field(field, &seen, facts);
        if (refusal != NULL) return refusal;
    }
    return check_framing(&seen, facts);
}
